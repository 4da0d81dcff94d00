//! How deep values may be in each other.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::comes_back;
use crate::multiprocess::codec::format::{
    MAP, MOST_NESTED, NEW_NAME, SEQ, SOME, STRUCT, VARIANT_WITH,
};
use crate::multiprocess::codec::{decode, encode, skip};

/// Nested as deep as one likes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Nested {
    End,
    Some(Option<Box<Self>>),
    List(Vec<Self>),
    Two(u8, Box<Self>),
    Named { inner: Box<Self> },
}

impl Nested {
    fn new(depth: usize, wrap: fn(Self) -> Self) -> Self {
        (0..depth).fold(Self::End, |inner, _| wrap(inner))
    }
}

#[test]
fn what_is_nested_too_deep_is_neither_written_nor_read() {
    let wraps: [fn(Nested) -> Nested; 4] = [
        |it| Nested::Some(Some(Box::new(it))),
        |it| Nested::List(vec![it]),
        |it| Nested::Two(1, Box::new(it)),
        |it| Nested::Named {
            inner: Box::new(it),
        },
    ];
    for wrap in wraps {
        // A variant and what is in it.
        let deepest = MOST_NESTED / 2;
        comes_back(Nested::new(deepest, wrap));
        // One level more is counted, wherever it stands.
        assert!(encode(&Some(Nested::new(deepest, wrap))).is_err());
        let error = encode(&Nested::new(deepest + 1, wrap)).unwrap_err();
        assert!(error.reason.contains("nested"), "{}", error.reason);
        // Beside each other is not in each other.
        comes_back(vec![Nested::new(deepest - 1, wrap); 300]);
    }
}

#[test]
fn bytes_that_claim_to_be_nested_without_end_are_refused() {
    for head in [
        &[SOME][..],
        &[SEQ, 1],
        &[MAP, 1],
        &[STRUCT, 1, NEW_NAME, 0],
        &[VARIANT_WITH, NEW_NAME, 0],
    ] {
        let bytes = head.repeat(1_000_000);
        assert_eq!(skip(&bytes), None);
        let error = decode::<IgnoredAny>(&bytes).unwrap_err();
        assert!(error.reason.contains("nested"), "{}", error.reason);
        assert!(decode::<serde_json::Value>(&bytes).is_err());
    }
    let list = [&[VARIANT_WITH, NEW_NAME, 4][..], b"List", &[SEQ, 1]].concat();
    let again = [VARIANT_WITH, 0, SEQ, 1].repeat(1_000_000);
    let error = decode::<Nested>(&[list, again].concat()).unwrap_err();
    assert!(error.reason.contains("nested"), "{}", error.reason);
}
