//! Whole numbers in configurations, refused in the words of their range wherever they do not fit.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

/// A number that may be left out. The range is for the words alone: what the type holds is judged by `problems`, beside
/// everything else that is wrong.
pub(super) fn optional<
    'de,
    const MIN: u64,
    const MAX: u64,
    D: Deserializer<'de>,
    T: TryFrom<u64>,
>(
    from: D,
) -> Result<Option<T>, D::Error> {
    let whole = || Whole { min: MIN, max: MAX };
    let number = from.deserialize_option(whole())?;
    let fit = number.map(|number| {
        T::try_from(number)
            .map_err(|_too_large| D::Error::invalid_value(Unexpected::Unsigned(number), &whole()))
    });
    fit.transpose()
}

/// A number that is 0 where it is left out.
pub(super) fn or_zero<
    'de,
    const MIN: u64,
    const MAX: u64,
    D: Deserializer<'de>,
    T: TryFrom<u64> + Default,
>(
    from: D,
) -> Result<T, D::Error> {
    optional::<MIN, MAX, D, T>(from).map(Option::unwrap_or_default)
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
