//! Encoded arguments and values, opaque here.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

use super::frame::Room;

/// So many bytes need no memory of their own: a number or two, with what a chunk says about them.
const INLINE_BYTES: usize = 24;

/// The bytes of a call's arguments or of its value. A few of them lie where the call or the value lies: for tiny tasks, to ask
/// the allocator costs more than all that is done with them.
///
/// ```
/// use proclab::multiprocess::wire::Bytes;
///
/// let bytes = Bytes::from(vec![1, 2]);
/// assert_eq!(bytes[..], [1, 2]);
/// assert_eq!(bytes.into_vec(), [1, 2]);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bytes(SmallVec<[u8; INLINE_BYTES]>);

impl Bytes {
    /// A copy of these.
    pub fn copied(bytes: &[u8]) -> Self {
        Self(SmallVec::from_slice(bytes))
    }

    /// The bytes; copied only if they are few.
    pub fn into_vec(self) -> Vec<u8> {
        self.0.into_vec()
    }

    /// None yet, but room for so many.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(SmallVec::with_capacity(bytes))
    }

    /// What was written to `room`, which is empty afterwards. Few bytes leave it its memory, for the next ones.
    pub(crate) fn take_from(room: &mut Vec<u8>) -> Self {
        if room.len() > INLINE_BYTES {
            return std::mem::take(room).into();
        }
        let bytes = Self::copied(room);
        room.clear();
        bytes
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(SmallVec::from_vec(bytes))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Bytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Room for Bytes {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(self)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;

        impl Visitor<'_> for Read {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes::copied(bytes))
            }
        }

        from.deserialize_bytes(Read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_come_back_as_they_went() {
        for count in [0, 1, INLINE_BYTES, INLINE_BYTES + 1, 1000] {
            let bytes = vec![7; count];
            let sent = postcard::to_stdvec(&Bytes::from(bytes.clone())).unwrap();
            assert_eq!(
                sent,
                postcard::to_stdvec(&serde_bytes::ByteBuf::from(bytes.clone())).unwrap()
            );
            let read: Bytes = postcard::from_bytes(&sent).unwrap();
            assert_eq!(read.into_vec(), bytes);
        }
    }

    #[test]
    fn room_is_kept_for_few_and_given_away_with_many() {
        let mut room = Vec::with_capacity(100);
        room.extend_from_slice(&[1, 2]);
        assert_eq!(Bytes::take_from(&mut room)[..], [1, 2]);
        assert!(room.is_empty() && room.capacity() == 100);
        room.resize(90, 7);
        assert_eq!(Bytes::take_from(&mut room)[..], [7; 90]);
        assert!(room.is_empty() && room.capacity() == 0);
    }
}
