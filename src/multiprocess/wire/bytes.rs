//! Encoded arguments and values, opaque here.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smallvec::SmallVec;

use super::frame::{MAX_INLINE_BYTES, MAX_PAYLOAD_BYTES};
use crate::multiprocess::error::TooLarge;
use crate::os::Parcel;

/// So many bytes need no memory of their own: a number or two, with what a chunk says about them.
pub(super) const INLINE_BYTES: usize = 24;

/// From so many bytes on, copies share them.
pub(crate) const SHARED_FROM_BYTES: usize = 16 << 10;

/// From so many bytes on they are packed as a [`Parcel`]: they exist once on the machine, wherever they go.
pub(super) const PACKED_FROM_BYTES: usize = 64 << 20;

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
    Packed(Arc<Parcel>),
    /// A parcel that did not arrive, and why.
    Lost(Arc<str>),
}

impl Bytes {
    /// A copy of these.
    #[inline]
    pub fn copied(bytes: &[u8]) -> Self {
        Self(Held::Alone(SmallVec::from_slice(bytes)))
    }

    /// The bytes; copied only if they are few, or shared with others.
    pub fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Held::Alone(bytes) => bytes.into_vec(),
            Held::Shared(bytes) => Arc::unwrap_or_clone(bytes),
            Held::Packed(_) | Held::Lost(_) => self.to_vec(),
        }
    }

    /// How many they are.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Held::Packed(parcel) => parcel.len(),
            _ => self.deref().len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, or why they are out of reach: there is no descriptor or no address left for those that are packed.
    #[inline]
    pub(crate) fn open(&self) -> Result<&[u8], String> {
        match &self.0 {
            Held::Alone(bytes) => Ok(bytes),
            Held::Shared(bytes) => Ok(bytes),
            Held::Packed(_) | Held::Lost(_) => self.open_memory(),
        }
    }

    /// Not inlined, so that the few bytes of a small value are reached in a few instructions.
    #[cold]
    fn open_memory(&self) -> Result<&[u8], String> {
        match &self.0 {
            Held::Alone(bytes) => Ok(bytes),
            Held::Shared(bytes) => Ok(bytes),
            Held::Packed(parcel) => parcel.open().map_err(|error| error.to_string()),
            Held::Lost(why) => Err(why.to_string()),
        }
    }

    /// Packs them if they are very many and there is memory to share.
    #[inline]
    pub(crate) fn pack(&mut self) {
        if self.len() >= PACKED_FROM_BYTES {
            self.pack_many();
        }
    }

    #[cold]
    fn pack_many(&mut self) {
        if !matches!(self.0, Held::Packed(_))
            && let Ok(parcel) = Parcel::of(self)
        {
            *self = parcel.into();
        }
    }

    /// Packs them if they are very many; refused if they are more than can be sent.
    #[inline]
    pub(crate) fn make_sendable(&mut self) -> Result<(), TooLarge> {
        if self.len() < PACKED_FROM_BYTES {
            return Ok(());
        }
        self.pack_to_send()
    }

    #[cold]
    fn pack_to_send(&mut self) -> Result<(), TooLarge> {
        let bytes = self.len();
        if bytes > MAX_PAYLOAD_BYTES {
            return Err(TooLarge { bytes });
        }
        self.pack_many();
        self.check_unpacked()
    }

    /// What is not packed travels within a frame, which holds less.
    #[inline]
    pub(crate) fn check_unpacked(&self) -> Result<(), TooLarge> {
        let bytes = self.len();
        if bytes <= MAX_INLINE_BYTES || matches!(self.0, Held::Packed(_)) {
            Ok(())
        } else {
            Err(TooLarge { bytes })
        }
    }

    /// The parcel that they are.
    pub(crate) fn parcel(&self) -> Option<&Arc<Parcel>> {
        match &self.0 {
            Held::Packed(parcel) => Some(parcel),
            _ => None,
        }
    }

    /// Those of a parcel that did not arrive.
    pub(super) fn lost(why: impl fmt::Display) -> Self {
        let words = format!("the memory that it came in is out of reach: {why}");
        Self(Held::Lost(words.into()))
    }

    /// Copies share them from now on, if they are many.
    #[inline]
    pub(crate) fn share(&mut self) {
        self.share_from(SHARED_FROM_BYTES);
    }

    /// Copies share them from now on, unless they need no memory of their own.
    #[inline]
    pub(crate) fn share_unless_few(&mut self) {
        self.share_from(INLINE_BYTES + 1);
    }

    #[inline]
    fn share_from(&mut self, least: usize) {
        if let Held::Alone(bytes) = &mut self.0
            && bytes.len() >= least
        {
            let bytes = std::mem::take(bytes).into_vec();
            self.0 = Held::Shared(Arc::new(bytes));
        }
    }
}

impl Default for Bytes {
    fn default() -> Self {
        Self(Held::Alone(SmallVec::new()))
    }
}

impl From<SmallVec<[u8; INLINE_BYTES]>> for Bytes {
    fn from(bytes: SmallVec<[u8; INLINE_BYTES]>) -> Self {
        Self(Held::Alone(bytes))
    }
}

impl From<Arc<Vec<u8>>> for Bytes {
    fn from(bytes: Arc<Vec<u8>>) -> Self {
        Self(Held::Shared(bytes))
    }
}

impl From<Parcel> for Bytes {
    fn from(parcel: Parcel) -> Self {
        Self(Held::Packed(Arc::new(parcel)))
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

    /// None of those that are out of reach.
    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Held::Alone(bytes) => bytes,
            Held::Shared(bytes) => bytes,
            Held::Packed(_) | Held::Lost(_) => self.open_memory().unwrap_or_default(),
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

impl Serialize for Bytes {
    #[inline]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(self)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            #[inline]
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes::copied(bytes))
            }

            /// As formats for people write them.
            fn visit_seq<A: SeqAccess<'de>>(self, mut bytes: A) -> Result<Bytes, A::Error> {
                let mut read = SmallVec::new();
                while let Some(byte) = bytes.next_element()? {
                    read.push(byte);
                }
                Ok(Bytes(Held::Alone(read)))
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
            let mut shared = bytes.clone();
            shared.share();
            let copy = shared.clone();
            let is_shared = count > 0 && copy.as_ptr() == shared.as_ptr();
            assert_eq!(is_shared, count >= SHARED_FROM_BYTES, "{count}");
            assert!(shared == bytes && copy.into_vec() == bytes[..]);
        }
    }
}
