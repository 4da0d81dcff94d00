//! Encoded arguments and values, opaque here.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

use super::frame::{Room, change};

/// So many bytes need no memory of their own: a number or two, with what a chunk says about them.
const INLINE_BYTES: usize = 24;

/// From so many bytes on, copies share them.
pub(crate) const SHARED_FROM_BYTES: usize = 16 << 10;

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
#[derive(Clone)]
pub struct Bytes(Held);

#[derive(Clone)]
enum Held {
    Alone(SmallVec<[u8; INLINE_BYTES]>),
    Shared(Arc<Vec<u8>>),
}

impl Bytes {
    /// A copy of these.
    pub fn copied(bytes: &[u8]) -> Self {
        Self(Held::Alone(SmallVec::from_slice(bytes)))
    }

    /// The bytes; copied only if they are few, or shared with others.
    pub fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Held::Alone(bytes) => bytes.into_vec(),
            Held::Shared(bytes) => Arc::unwrap_or_clone(bytes),
        }
    }

    /// The same; many of them are shared by their copies from now on.
    pub(crate) fn shared(self) -> Self {
        match self.0 {
            Held::Alone(bytes) if bytes.len() >= SHARED_FROM_BYTES => {
                Self(Held::Shared(Arc::new(bytes.into_vec())))
            }
            held => Self(held),
        }
    }
}

impl Default for Bytes {
    fn default() -> Self {
        Self(Held::Alone(SmallVec::new()))
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Held::Alone(SmallVec::from_vec(bytes)))
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self::copied(bytes)
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Held::Alone(bytes) => bytes,
            Held::Shared(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl Eq for Bytes {}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(f)
    }
}

/// Bytes that are being written: those of a value, in its worker, or of a chunk's arguments.
#[derive(Default)]
pub(crate) struct Writing(SmallVec<[u8; INLINE_BYTES]>);

impl Writing {
    /// None yet, but room for so many.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(SmallVec::with_capacity(bytes))
    }

    /// What was written.
    pub(crate) fn finish(self) -> Bytes {
        Bytes(Held::Alone(self.0))
    }

    /// Takes away what was written after so many.
    pub(crate) fn split_off(&mut self, filled: usize) -> Self {
        let rest = self.0.get(filled..).map(SmallVec::from_slice);
        self.0.truncate(filled);
        Self(rest.unwrap_or_default())
    }
}

impl Room for Writing {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn filled(&self) -> usize {
        self.0.len()
    }

    fn take_back(&mut self, filled: usize) {
        self.0.truncate(filled);
    }

    fn written(&self, filled: usize) -> &[u8] {
        self.0.get(filled..).unwrap_or_default()
    }

    #[inline]
    fn change(&mut self, filled: usize, bytes: &[u8]) {
        change(&mut self.0, filled, bytes);
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

        impl<'de> Visitor<'de> for Read {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes::copied(bytes))
            }

            /// As formats for people write them.
            fn visit_seq<A: SeqAccess<'de>>(self, mut bytes: A) -> Result<Bytes, A::Error> {
                let mut read = Writing::default();
                while let Some(byte) = bytes.next_element()? {
                    read.push(byte);
                }
                Ok(read.finish())
            }
        }

        from.deserialize_bytes(Read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiprocess::wire::Call;

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
    fn formats_for_people_keep_them_too() {
        let call = Call::new("f", vec![1, 2]);
        let text = serde_json::to_string(&call).unwrap();
        assert_eq!(serde_json::from_str::<Call>(&text).unwrap(), call);
    }

    #[test]
    fn many_are_shared_and_the_same() {
        for count in [
            0,
            SHARED_FROM_BYTES - 1,
            SHARED_FROM_BYTES,
            SHARED_FROM_BYTES + 1,
        ] {
            let bytes = Bytes::from(vec![7; count]);
            let shared = bytes.clone().shared();
            let copy = shared.clone();
            let is_shared = count > 0 && copy.as_ptr() == shared.as_ptr();
            assert_eq!(is_shared, count >= SHARED_FROM_BYTES, "{count}");
            assert!(shared == bytes && copy.into_vec() == bytes[..]);
        }
    }
}
