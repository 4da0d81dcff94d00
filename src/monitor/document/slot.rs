//! A member of a record that may be absent, null or there.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::monitor::detail::Capped;
use crate::monitor::reading::{Reading, Unread};

/// A member of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Slot<T> {
    /// Nobody asked for it: it is not written.
    #[default]
    Absent,
    /// It could not be read: `null`.
    Null,
    /// Its value.
    Value(T),
}

impl<T> Slot<T> {
    /// True if it is not to be written.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }
}

impl<T: Serialize> Serialize for Slot<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Slot<T> {
    /// Is asked only for members that are there.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// What is to be said of the members of a record.
#[derive(Default)]
pub struct Notes {
    /// Why some are null.
    pub unreadable: BTreeMap<String, Unread>,
    /// Lists that hold only their first items.
    pub cut: Vec<String>,
}

impl Notes {
    /// The slot of a member that is asked for, or of a part of one.
    pub fn slot<T>(&mut self, name: &str, reading: Reading<T>) -> Slot<T> {
        match reading {
            Ok(value) => Slot::Value(value),
            Err(reason) => {
                self.unreadable.insert(name.to_owned(), reason);
                Slot::Null
            }
        }
    }

    /// Notes a list if it was cut.
    pub fn note_cut<T>(&mut self, name: &str, list: &Capped<T>) {
        if list.is_cut() {
            self.cut.push(name.to_owned());
        }
    }
}
