//! Values of one's own types as bytes, in the one form in which they cross between processes.

use std::any::type_name;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::wire::{Bytes, Room, Writing, append as append_encoding};

/// Why a value does not become bytes, or bytes no value.
#[derive(Debug)]
pub(crate) struct Mismatch {
    /// The value's type.
    pub(crate) type_name: String,
    /// What serde says.
    pub(crate) reason: String,
}

impl Mismatch {
    fn new<T>(reason: String) -> Self {
        Self {
            type_name: type_name::<T>().to_owned(),
            reason,
        }
    }
}

/// The bytes of a value.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Bytes, Mismatch> {
    let mut bytes = Writing::default();
    append(value, &mut bytes)?;
    Ok(bytes.finish())
}

/// Appends the bytes of a value to `out`; on an error `out` is as before.
#[inline]
pub(crate) fn append<T: Serialize>(value: &T, out: &mut impl Room) -> Result<(), Mismatch> {
    let before = out.filled();
    append_encoding(value, out).map_err(|error| {
        out.take_back(before);
        Mismatch::new::<T>(error.to_string())
    })
}

/// The value that these bytes are; bytes that are left over make it one of another type.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Mismatch> {
    match take(bytes)? {
        (value, []) => Ok(value),
        (_, rest) => Err(Mismatch::new::<T>(format!(
            "{} bytes are left over",
            rest.len()
        ))),
    }
}

/// The value at the beginning of these bytes, and the rest of them.
#[inline]
pub(crate) fn take<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, &[u8]), Mismatch> {
    postcard::take_from_bytes(bytes).map_err(|error| Mismatch::new::<T>(error.to_string()))
}
