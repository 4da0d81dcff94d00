//! Whole numbers in configurations, refused in the words of their range wherever they do not fit.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

use crate::run::validate::{MAX_PROCESSES, MAX_RETRIES, MAX_TASKS};

pub(super) fn processes<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    optional(from, 1, MAX_PROCESSES as u64)
}

pub(super) fn sentinels<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    optional(from, 0, MAX_PROCESSES as u64)
}

pub(super) fn max_tasks_per_child<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<u32>, D::Error> {
    optional(from, 1, MAX_TASKS as u64)
}

pub(super) fn retries<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    optional(from, 0, u64::from(MAX_RETRIES)).map(Option::unwrap_or_default)
}

pub(super) fn seed<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    optional(from, 0, u64::MAX)
}

pub(super) fn maxsize<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    optional(from, 0, u64::from(u32::MAX)).map(Option::unwrap_or_default)
}

/// The range is for the words alone: what the type holds is judged by `problems`, beside everything else that is wrong.
fn optional<'de, D: Deserializer<'de>, T: TryFrom<u64>>(
    from: D,
    min: u64,
    max: u64,
) -> Result<Option<T>, D::Error> {
    let number = from.deserialize_option(Whole { min, max })?;
    let fit = number.map(|number| {
        T::try_from(number).map_err(|_too_large| {
            D::Error::invalid_value(Unexpected::Unsigned(number), &Whole { min, max })
        })
    });
    fit.transpose()
}

struct Whole {
    min: u64,
    max: u64,
}

impl<'de> Visitor<'de> for Whole {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {} to {}", self.min, self.max)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_u64(self)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        u64::try_from(number)
            .map(Some)
            .map_err(|_negative| E::invalid_value(Unexpected::Signed(number), &self))
    }
}
