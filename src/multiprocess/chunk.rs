//! Chunks: many calls of one function as one task.
//!
//! - [`cut`]: items into chunks; the arguments of a chunk's items simply follow each other.
//! - [`run`]: what a worker does with one.
//! - [`results`]: the way back. Values follow each other too, in runs: eight bytes, little-endian, say how many values
//!   come; what follows them, if anything does, is one error and the next run. So a chunk without errors costs eight bytes
//!   more than its values.

mod cut;
mod results;
mod run;

pub(crate) use cut::{Chunks, Piece, Refusal};
pub(crate) use results::{ChunkResults, check_count, decode_values};
pub(crate) use run::run_chunk;

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use serde::de::Error as _;
    use serde::ser::{Error as _, SerializeTuple as _};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::*;
    use crate::multiprocess::codec::{Types, append, encode};
    use crate::multiprocess::error::{RemoteError, TaskError};
    use crate::multiprocess::wire::{Bytes, Chunk};

    fn halve(n: i64) -> Result<i64, RemoteError> {
        assert_ne!(n, 13, "unlucky");
        if n % 2 == 0 {
            Ok(n / 2)
        } else {
            Err(RemoteError::new("ValueError", format!("{n} is odd")))
        }
    }

    /// Items as a chunk carries them.
    fn arguments<A: Serialize>(items: &[A]) -> Vec<u8> {
        let mut payload = Vec::new();
        for item in items {
            append(item, &mut payload).unwrap();
        }
        payload
    }

    /// The chunks of these items without what they begin with.
    fn chunks_of<A: Serialize>(items: &[A], size: usize, each: bool) -> Vec<(Chunk, Bytes)> {
        let types = Types::of::<A, ()>();
        let mut chunks = Chunks::<_, A>::new(items.iter(), types, size, each);
        let next = || match chunks.next_piece()? {
            Piece::Chunk(chunk, payload) => Some((chunk, types.check(&payload)?.into())),
            Piece::Refused(refusal) => panic!("{refusal:?}"),
        };
        std::iter::from_fn(next).collect()
    }

    fn there_and_back(items: &[i64], each: bool) -> Vec<Result<i64, String>> {
        let chunks = chunks_of(items, items.len(), each);
        let [(chunk, payload)] = &chunks[..] else {
            panic!("not one chunk");
        };
        let chunk = *chunk;
        let outcome = run_chunk(payload, chunk, halve).map_err(TaskError::Raised);
        let mut results = ChunkResults::new(chunk.count, outcome);
        std::iter::from_fn(|| results.next_value())
            .map(|result| result.map_err(|error| error.to_string()))
            .collect()
    }

    #[test]
    fn values_come_back_in_order() {
        assert_eq!(there_and_back(&[2, 4, 6], true), [Ok(1), Ok(2), Ok(3)]);
        assert_eq!(there_and_back(&[2, 4, 6], false), [Ok(1), Ok(2), Ok(3)]);
    }

    #[test]
    fn errors_stay_at_their_items() {
        let odd = |n: i64| Err(format!("ValueError: {n} is odd"));
        assert_eq!(
            there_and_back(&[1, 2, 3, 5, 6, 7], true),
            [odd(1), Ok(1), odd(3), odd(5), Ok(3), odd(7)]
        );
    }

    #[test]
    fn a_panic_is_the_error_of_its_item() {
        let results = there_and_back(&[2, 13, 4], true);
        assert!(
            matches!(results.as_slice(), [Ok(1), Err(_), Ok(2)]),
            "{results:?}"
        );
    }

    #[test]
    fn a_panic_names_its_item_too() {
        let results = there_and_back(&[2, 4, 13, 6], false);
        assert_eq!(results.len(), 4);
        let chunk = Chunk {
            first: 7,
            count: 1,
            each: false,
        };
        let payload = arguments(&[13_i64]);
        let error = run_chunk(&payload, chunk, halve).unwrap_err();
        assert_eq!(error.traceback, "  in item 7 of the map");
    }

    #[test]
    fn where_errors_are_not_kept_apart_the_first_is_the_whole_chunks() {
        let odd = Err("ValueError: 3 is odd".to_owned());
        assert_eq!(
            there_and_back(&[2, 3, 5, 6], false),
            [odd.clone(), odd.clone(), odd.clone(), odd]
        );
    }

    #[test]
    fn an_error_names_the_place_of_its_item() {
        let chunk = Chunk {
            first: 100,
            count: 2,
            each: false,
        };
        let payload = arguments(&[2_i64, 3]);
        let error = run_chunk(&payload, chunk, halve).unwrap_err();
        assert_eq!(error.traceback, "  in item 101 of the map");
    }

    /// Three bytes and a fourth, which one of them does not have.
    struct Partly(i64);

    impl Serialize for Partly {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            let mut tuple = to.serialize_tuple(4)?;
            for _ in 0..3 {
                tuple.serialize_element(&(self.0 as u8))?;
            }
            if self.0 == 1 {
                return Err(S::Error::custom("never"));
            }
            tuple.serialize_element(&9_u8)?;
            tuple.end()
        }
    }

    #[test]
    fn a_value_that_fails_half_way_costs_itself_alone() {
        let chunk = Chunk {
            first: 0,
            count: 3,
            each: true,
        };
        let payload = arguments(&[1_i64, 2, 3]);
        let bytes = run_chunk(&payload, chunk, |n: i64| Ok(Partly(n))).unwrap();
        let mut results = ChunkResults::new(3, Ok(bytes));
        let all: Vec<_> = std::iter::from_fn(|| results.next_value::<(u8, u8, u8, u8)>()).collect();
        let [
            Err(TaskError::Raised(error)),
            Ok((2, 2, 2, 9)),
            Ok((3, 3, 3, 9)),
        ] = &all[..]
        else {
            panic!("{all:#?}");
        };
        assert_eq!(error.kind, "MaybeEncodingError");
    }

    #[test]
    fn values_that_say_nothing_are_counted() {
        let mut values: Vec<()> = Vec::new();
        for (chunk, payload) in chunks_of(&[(); 5], 3, false) {
            let bytes = run_chunk(&payload, chunk, |()| Ok(())).unwrap();
            decode_values(&bytes, &mut values).unwrap();
        }
        assert_eq!(values.len(), 5);
    }

    /// Panics or fails when it is read, by its number.
    #[derive(Debug, PartialEq)]
    struct Odd(i64);

    impl<'de> Deserialize<'de> for Odd {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            match i64::deserialize(from)? {
                13 => panic!("unlucky"),
                odd if odd % 2 == 1 => Ok(Self(odd)),
                even => Err(D::Error::custom(format!("{even} is even"))),
            }
        }
    }

    #[test]
    fn arguments_that_are_not_read_cost_their_item_alone() {
        let chunk = Chunk {
            first: 0,
            count: 4,
            each: true,
        };
        let payload = arguments(&[1_i64, 2, 13, 3]);
        let bytes = run_chunk(&payload, chunk, |Odd(odd)| Ok(odd)).unwrap();
        let mut results = ChunkResults::new(4, Ok(bytes));
        let all: Vec<_> = std::iter::from_fn(|| results.next_value::<i64>()).collect();
        let [
            Ok(1),
            Err(TaskError::Raised(even)),
            Err(TaskError::Raised(unlucky)),
            Ok(3),
        ] = &all[..]
        else {
            panic!("{all:#?}");
        };
        assert!(even.to_string().ends_with("Odd: 2 is even"), "{even}");
        assert_eq!(unlucky.kind, "Panic");
    }

    #[test]
    fn values_that_are_not_read_cost_themselves_alone() {
        let values = arguments(&[1_i64, 2, 13, 3]);
        let bytes = [&4_u64.to_le_bytes()[..], &values].concat();
        let mut results = ChunkResults::new(4, Ok(bytes.into()));
        assert_eq!(results.next_value(), Some(Ok(Odd(1))));
        let even = results.next_value::<Odd>();
        assert!(
            matches!(&even, Some(Err(TaskError::Undecodable { reason, .. })) if reason == "2 is even"),
            "{even:?}"
        );
        let next = AssertUnwindSafe(|| results.next_value::<Odd>());
        assert!(catch_unwind(next).is_err(), "whoever asks hears of it");
        assert_eq!(results.next_value(), Some(Ok(Odd(3))));
        assert_eq!(results.next_value::<Odd>(), None);
    }

    #[test]
    fn what_does_not_decode_is_an_error_of_every_item_that_it_costs() {
        let chunk = Chunk {
            first: 0,
            count: 3,
            each: true,
        };
        let error = run_chunk(&[2], chunk, halve).unwrap_err();
        assert_eq!(error.kind, "TypeError");
        let bytes = [&3_u64.to_le_bytes()[..], &encode(&1_i64).unwrap()].concat();
        let mut results = ChunkResults::new(3, Ok(bytes.into()));
        assert_eq!(results.next_value::<i64>(), Some(Ok(1)));
        for _ in 0..2 {
            let result = results.next_value::<i64>();
            assert!(
                matches!(result, Some(Err(TaskError::Undecodable { .. }))),
                "{result:?}"
            );
        }
        assert_eq!(results.next_value::<i64>(), None);
    }
}
