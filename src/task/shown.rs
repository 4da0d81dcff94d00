//! Values and arguments as events show them, straight from their bytes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::value::hex_from_bytes;

/// A value that borrows from the bytes it was read from, in the form that frames have. Written, it is what
/// [`Value::to_json`](super::value::Value::to_json) makes of the same bytes.
#[derive(Debug, Deserialize)]
pub(crate) enum ShownValue<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(&'a str),
    Bytes(&'a [u8]),
    #[serde(borrow)]
    List(Vec<Self>),
    #[serde(borrow)]
    Map(BTreeMap<&'a str, Self>),
    Queue(&'a str),
}

/// The arguments of a call, as [`ShownValue`].
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ShownArguments<'a> {
    #[serde(borrow)]
    pub(crate) args: Vec<ShownValue<'a>>,
    #[serde(borrow)]
    pub(crate) kwargs: BTreeMap<&'a str, ShownValue<'a>>,
}

impl<'a> ShownValue<'a> {
    /// The value with these bytes; `None` if they are no value.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

impl<'a> ShownArguments<'a> {
    /// The arguments with these bytes; `None` if they are none.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

impl Serialize for ShownValue<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_unit(),
            Self::Bool(value) => to.serialize_bool(*value),
            Self::Int(value) => to.serialize_i64(*value),
            // JSON has no number for it.
            Self::Float(value) if !value.is_finite() => to.collect_str(value),
            Self::Float(value) => to.serialize_f64(*value),
            Self::Str(value) => to.serialize_str(value),
            Self::Bytes(bytes) => {
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry("bytes", &hex_from_bytes(bytes))?;
                map.end()
            }
            Self::List(list) => to.collect_seq(list),
            Self::Map(map) => to.collect_map(map),
            Self::Queue(name) => {
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry("queue", name)?;
                map.end()
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::task::value::Value;
    use crate::task::{bytes_from_value, value_from_bytes};

    /// Any value.
    pub(crate) fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            proptest::num::f64::ANY.prop_map(Value::Float),
            ".{0,8}".prop_map(Value::Str),
            proptest::collection::vec(any::<u8>(), 0..8).prop_map(Value::Bytes),
            ".{0,8}".prop_map(Value::Queue),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                proptest::collection::btree_map(".{0,4}", inner, 0..4).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_shown_is_the_values_json(value in values()) {
            let bytes = bytes_from_value(&value);
            let shown = ShownValue::from_bytes(&bytes);
            prop_assert_eq!(
                serde_json::to_string(&shown).unwrap(),
                value.to_json().to_string()
            );
        }

        #[test]
        fn what_is_no_value_is_not_shown(bytes in proptest::collection::vec(any::<u8>(), 0..32)) {
            let json = value_from_bytes(&bytes).map(|value| value.to_json().to_string());
            let shown = ShownValue::from_bytes(&bytes);
            prop_assert_eq!(shown.map(|shown| serde_json::to_string(&shown).unwrap()), json);
        }
    }
}
