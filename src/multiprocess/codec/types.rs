//! Which types a function has, as a number: a call by the same name with others is refused before it runs.

use std::any::type_name;

use crate::multiprocess::wire::Room;

/// Stands for the types of a function's arguments and value: those that have the same names, wherever they are declared, as
/// the programs of a main and of its workers may each have their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(u32);

impl Types {
    /// So many bytes stand for them, before the arguments of every call.
    pub(crate) const BYTES: usize = size_of::<u32>();

    pub(crate) fn of<A, R>() -> Self {
        let mut hash = Hash::default();
        hash.add_type(type_name::<A>());
        hash.add_type(type_name::<R>());
        Self(hash.finish())
    }

    /// Begins the arguments of a call.
    pub(crate) fn begin(self, payload: &mut impl Room) {
        payload.extend(&self.0.to_le_bytes());
    }

    /// The arguments of a call that was begun with the same types.
    pub(crate) fn check(self, payload: &[u8]) -> Option<&[u8]> {
        let (head, arguments) = payload.split_first_chunk()?;
        (*head == self.0.to_le_bytes()).then_some(arguments)
    }
}

/// FNV-1a, 64 bits.
struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    fn add(&mut self, text: &str) {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Adds a type's name without the paths in it: `Vec<Point>` for `alloc::vec::Vec<main::Point>`.
    fn add_type(&mut self, name: &str) {
        let mut rest = name;
        while !rest.is_empty() {
            let word = |c: char| c.is_alphanumeric() || c == '_';
            let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
            let (segment, after) = rest.split_at(end);
            if let Some(inner) = after.strip_prefix("::") {
                rest = inner;
                continue;
            }
            self.add(segment);
            let mut after = after.chars();
            if let Some(mark) = after.next() {
                self.add(mark.encode_utf8(&mut [0; 4]));
            }
            rest = after.as_str();
        }
        // Between two names.
        self.add("\0");
    }

    fn finish(self) -> u32 {
        (self.0 ^ (self.0 >> 32)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    mod elsewhere {
        pub(super) struct Point;
    }

    struct Point;
    struct Other;

    #[test]
    fn types_are_the_same_by_their_names_without_paths() {
        let all = [
            Types::of::<i64, i64>(),
            Types::of::<u32, i64>(),
            Types::of::<i64, u32>(),
            Types::of::<(i64, i64), ()>(),
            Types::of::<Vec<Point>, ()>(),
            Types::of::<Vec<Other>, ()>(),
            Types::of::<[u8; 4], ()>(),
            Types::of::<[u8; 5], ()>(),
            Types::of::<Vec<(u8, String)>, Option<&str>>(),
        ];
        for (place, types) in all.iter().enumerate() {
            assert!(!all[..place].contains(types), "{place}");
        }
        assert_eq!(
            Types::of::<Vec<elsewhere::Point>, Option<elsewhere::Point>>(),
            Types::of::<Vec<Point>, Option<Point>>()
        );
    }

    #[test]
    fn a_call_begins_with_its_types() {
        let types = Types::of::<i64, i64>();
        let mut payload = Vec::new();
        types.begin(&mut payload);
        payload.push(7);
        assert_eq!(types.check(&payload), Some(&[7][..]));
        assert_eq!(Types::of::<i64, u64>().check(&payload), None);
        assert_eq!(types.check(&payload[..3]), None);
    }
}
