//! Values of one's own types as bytes, in the one form in which they cross between processes.
//!
//! Every value says what it is, in a form of our own (`codec/format.rs`): `#[serde(skip_serializing_if)]`, `tag`, `untagged`
//! and `flatten` work as they do with JSON, numbers are read by their value and fields by their names, and what another type
//! has written is refused. Unlike in JSON, `Some(())` is not `None`, keys of maps may be anything, and a number with a fraction
//! comes back to the last bit.

mod access;
mod error;
mod format;
mod names;
mod parts;
mod read;
#[cfg(test)]
mod tests;
mod types;
mod write;

use std::any::type_name;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::read::Reader;
pub(crate) use self::types::Types;
use self::write::Writer;
use super::error::TooLarge;
use super::wire::{Bytes, MAX_PAYLOAD_BYTES, Room, Writing};

/// Why a value does not become bytes, or bytes no value.
#[derive(Debug)]
pub(crate) struct Mismatch {
    /// The value's type.
    pub(crate) type_name: String,
    /// What serde says, or the type's own `Serialize` or `Deserialize`.
    pub(crate) reason: String,
    /// That it is more than can be sent.
    pub(crate) too_large: Option<TooLarge>,
}

impl Mismatch {
    #[cold]
    fn new<T>(reason: &impl ToString) -> Self {
        Self {
            type_name: type_name::<T>().to_owned(),
            reason: reason.to_string(),
            too_large: None,
        }
    }
}

/// The bytes of a value.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Bytes, Mismatch> {
    let mut bytes = Writing::default();
    append(value, &mut bytes)?;
    finish::<T>(&mut bytes)
}

/// The bytes that were written for a value; then there are none.
#[inline]
pub(crate) fn finish<T>(bytes: &mut Writing) -> Result<Bytes, Mismatch> {
    bytes.take().map_err(|why| Mismatch::new::<T>(&why))
}

/// Appends the bytes of a value to `out`; on an error `out` is as before.
#[inline]
pub(crate) fn append<T: Serialize>(value: &T, out: &mut impl Room) -> Result<(), Mismatch> {
    let before = out.filled();
    out.allow(MAX_PAYLOAD_BYTES);
    let written = value.serialize(&mut Writer::new(out));
    let bytes = out.filled() - before;
    let mismatch = match (written, out.failure()) {
        (Ok(()), _) if bytes > MAX_PAYLOAD_BYTES => {
            let error = TooLarge { bytes };
            Mismatch {
                too_large: Some(error),
                ..Mismatch::new::<T>(&error)
            }
        }
        (Ok(()), None) => return Ok(()),
        (Ok(()), Some(failure)) => Mismatch::new::<T>(&failure),
        (Err(error), _) => Mismatch::new::<T>(&error),
    };
    out.take_back(before);
    Err(mismatch)
}

/// The value that these bytes are; bytes that are left over make it one of another type.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Mismatch> {
    match take(bytes)? {
        (value, []) => Ok(value),
        (_, rest) => Err(Mismatch::new::<T>(&format!(
            "{} bytes are left over",
            rest.len()
        ))),
    }
}

/// The value at the beginning of these bytes, and the rest of them.
#[inline]
pub(crate) fn take<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, &[u8]), Mismatch> {
    let mut reader = Reader::new(bytes);
    match T::deserialize(&mut reader) {
        Ok(value) => Ok((value, reader.rest)),
        Err(error) => Err(Mismatch::new::<T>(&error)),
    }
}

/// What comes after the value at the beginning of these bytes, whatever it is; `None` if there is none.
pub(crate) fn skip(bytes: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(bytes);
    reader.skip().ok()?;
    Some(reader.rest)
}
