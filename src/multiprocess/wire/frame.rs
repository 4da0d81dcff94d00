//! Frames: a length of four bytes, little-endian, then so many bytes of postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::os::keep_freed_memory;

/// The largest frame accepted, bytes: what claims to be longer is no frame of ours.
pub const MAX_FRAME_BYTES: usize = 256 << 20;

/// The largest argument, value or item, bytes.
pub const MAX_PAYLOAD_BYTES: usize = 4 << 30;

/// The largest one that travels within a frame, bytes: what that has room for beside its other fields.
pub(crate) const MAX_INLINE_BYTES: usize = MAX_FRAME_BYTES - (1 << 20);

const LENGTH_BYTES: usize = 4;

/// Why bytes are not frames, or a message cannot become one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The length is over [`MAX_FRAME_BYTES`].
    #[error("a frame of {bytes} bytes is over the limit of {MAX_FRAME_BYTES}")]
    TooLarge {
        /// The length found.
        bytes: usize,
    },
    /// The bytes are no message.
    #[error("a frame does not decode: {0}")]
    Malformed(postcard::Error),
}

/// Appends one message to `out` as a frame; on an error `out` is as before.
pub fn write_frame<T: Serialize>(message: &T, out: &mut Vec<u8>) -> Result<(), FrameError> {
    let start = out.len();
    out.extend_from_slice(&[0; LENGTH_BYTES]);
    let written = append(message, out).map_err(FrameError::Malformed);
    let bytes = out.len() - start - LENGTH_BYTES;
    let length = u32::try_from(bytes)
        .ok()
        .filter(|_| bytes <= MAX_FRAME_BYTES);
    let head = out.get_mut(start..start + LENGTH_BYTES);
    match (written, length, head) {
        (Ok(()), Some(length), Some(head)) => {
            head.copy_from_slice(&length.to_le_bytes());
            Ok(())
        }
        (written, ..) => {
            out.truncate(start);
            written.and(Err(FrameError::TooLarge { bytes }))
        }
    }
}

/// Appends a value's encoding to `out`; on an error, some of it may be there.
#[inline]
fn append<T: Serialize>(value: &T, out: &mut impl Room) -> postcard::Result<()> {
    postcard::serialize_with_flavor(value, Append(out))
}

/// Where encodings are appended.
pub(crate) trait Room {
    fn push(&mut self, byte: u8);
    fn extend(&mut self, bytes: &[u8]);
    /// Appends the first so many of these.
    fn put<const MOST: usize>(&mut self, bytes: [u8; MOST], count: usize);
    /// How many bytes are there.
    fn filled(&self) -> usize;
    /// Takes away what was appended after so many.
    fn take_back(&mut self, filled: usize);
    /// A copy of what was appended after so many.
    fn copy_from(&self, filled: usize) -> Vec<u8>;
    /// Puts other bytes in the place of those that stand after so many.
    fn change(&mut self, filled: usize, bytes: &[u8]);
    /// No more than so many more are wanted: what is beyond is counted, but none of these need be there then.
    fn allow(&mut self, _more: usize) {}
    /// Why not all of it is there.
    fn failure(&self) -> Option<String> {
        None
    }
}

/// Puts other bytes in the place of those that stand at this one.
#[inline]
pub(super) fn change(all: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = all.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

impl Room for Vec<u8> {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.push(byte);
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn put<const MOST: usize>(&mut self, bytes: [u8; MOST], count: usize) {
        self.extend_from_slice(bytes.get(..count).unwrap_or_default());
    }

    #[inline]
    fn filled(&self) -> usize {
        self.len()
    }

    fn take_back(&mut self, filled: usize) {
        self.truncate(filled);
    }

    fn copy_from(&self, filled: usize) -> Vec<u8> {
        self.get(filled..).unwrap_or_default().to_vec()
    }

    #[inline]
    fn change(&mut self, filled: usize, bytes: &[u8]) {
        change(self, filled, bytes);
    }
}

/// Appends a message as [`write_frame`] does, but only up to its bytes: the caller sends those after it, so that they need
/// not be copied. They are what the message ends with; `message` has none there. On an error `out` is as before.
pub fn write_frame_head<T: Serialize>(
    message: &T,
    bytes: usize,
    out: &mut Vec<u8>,
) -> Result<(), FrameError> {
    let start = out.len();
    write_frame(message, out)?;
    // No bytes are written as their number, one byte.
    out.pop();
    let written = append(&bytes, out);
    let total = out.len() - start - LENGTH_BYTES + bytes;
    let length = u32::try_from(total)
        .ok()
        .filter(|_| total <= MAX_FRAME_BYTES);
    if let (Ok(()), Some(length), Some(head)) =
        (written, length, out.get_mut(start..start + LENGTH_BYTES))
    {
        head.copy_from_slice(&length.to_le_bytes());
        return Ok(());
    }
    out.truncate(start);
    Err(FrameError::TooLarge { bytes: total })
}

struct Append<'a, R>(&'a mut R);

impl<R: Room> postcard::ser_flavors::Flavor for Append<'_, R> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// At least so much room there is for what is read, bytes.
const ROOM_BYTES: usize = 64 << 10;

/// Messages from so many bytes on make the allocator ask the system for room again and again, if it is let.
const LARGE_BYTES: usize = 16 << 10;

/// A frame that claims to be larger gets room as it arrives: who only claims it costs nothing.
const TRUSTED_BYTES: usize = 1 << 20;

/// Room that a reader keeps between messages, bytes.
const KEPT_BYTES: usize = 2 << 20;

/// Takes bytes in whatever pieces they come and gives out whole messages.
#[derive(Debug, Default)]
pub struct FrameReader {
    /// What was read stands from `start` to `end`; what is beyond is room.
    buffer: Vec<u8>,
    /// Where the first frame not given out begins.
    start: usize,
    end: usize,
}

impl FrameReader {
    /// Room to read into; then say how much was read. There is enough for the rest of a frame that has begun, unless it is
    /// very large.
    pub fn room(&mut self) -> &mut [u8] {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if self.buffer.len() > KEPT_BYTES {
                // A very large message must not keep its room for ever.
                self.buffer = Vec::new();
            }
        }
        let rest = self.rest();
        let frame = rest.first_chunk().map_or(0, |head| {
            LENGTH_BYTES + (u32::from_le_bytes(*head) as usize).min(MAX_FRAME_BYTES)
        });
        if frame >= LARGE_BYTES {
            keep_freed_memory();
        }
        let believed = rest.len().max(TRUSTED_BYTES);
        let wanted = frame.saturating_sub(rest.len()).clamp(ROOM_BYTES, believed);
        if self.buffer.len() - self.end < wanted {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            if self.buffer.len() - self.end < wanted {
                self.buffer.resize(self.end + wanted, 0);
            }
        }
        self.buffer.get_mut(self.end..).unwrap_or_default()
    }

    /// So much was read into the room.
    pub fn filled(&mut self, bytes: usize) {
        self.end = (self.end + bytes).min(self.buffer.len());
    }

    /// Adds what was read elsewhere.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = self.room();
            let count = room.len().min(bytes.len());
            let (now, later) = bytes.split_at(count);
            if let Some(room) = room.get_mut(..count) {
                room.copy_from_slice(now);
            }
            self.filled(count);
            bytes = later;
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The next whole message; `None` until more bytes come.
    #[inline]
    pub fn next_message<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        let Some((head, body)) = self.rest().split_first_chunk::<LENGTH_BYTES>() else {
            return Ok(None);
        };
        let bytes = u32::from_le_bytes(*head) as usize;
        if bytes > MAX_FRAME_BYTES {
            return Err(FrameError::TooLarge { bytes });
        }
        let Some(frame) = body.get(..bytes) else {
            return Ok(None);
        };
        let message = postcard::from_bytes(frame).map_err(FrameError::Malformed)?;
        self.start += LENGTH_BYTES + bytes;
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_any_cut() {
        let mut stream = Vec::new();
        write_frame(&("one".to_owned(), 1_u64), &mut stream).unwrap();
        write_frame(&("two".to_owned(), 2_u64), &mut stream).unwrap();
        for piece in 1..stream.len() {
            let mut reader = FrameReader::default();
            let mut seen = Vec::new();
            for bytes in stream.chunks(piece) {
                reader.push(bytes);
                while let Some(message) = reader.next_message::<(String, u64)>().unwrap() {
                    seen.push(message);
                }
            }
            assert_eq!(
                seen,
                [("one".to_owned(), 1), ("two".to_owned(), 2)],
                "in pieces of {piece}"
            );
        }
    }

    #[test]
    fn a_head_and_its_bytes_are_the_frame() {
        for bytes in [0, 1, 127, 128, 70_000] {
            let (mut whole, mut head) = (vec![1], vec![1]);
            let payload = |count| serde_bytes::ByteBuf::from(vec![7_u8; count]);
            write_frame(&(3_u64, payload(bytes)), &mut whole).unwrap();
            write_frame_head(&(3_u64, payload(0)), bytes, &mut head).unwrap();
            head.resize(head.len() + bytes, 7);
            assert!(head == whole, "{bytes} bytes");
        }
        let mut out = vec![1];
        let error = write_frame_head(&(3_u64, ""), MAX_FRAME_BYTES, &mut out);
        assert!(matches!(error, Err(FrameError::TooLarge { .. })) && out == [1]);
    }

    #[test]
    fn large_messages_come_whole() {
        let mut stream = Vec::new();
        for bytes in [10, 3 << 20, 0, 100_000] {
            write_frame(&serde_bytes::ByteBuf::from(vec![7_u8; bytes]), &mut stream).unwrap();
        }
        let (mut reader, mut seen) = (FrameReader::default(), Vec::new());
        for bytes in stream.chunks(50_000) {
            reader.push(bytes);
            while let Some(message) = reader.next_message::<serde_bytes::ByteBuf>().unwrap() {
                seen.push(message.len());
            }
        }
        assert_eq!(seen, [10, 3 << 20, 0, 100_000]);
        assert!(reader.room().len() <= KEPT_BYTES);
    }

    #[test]
    fn a_length_alone_costs_no_memory() {
        let mut reader = FrameReader::default();
        reader.push(&(MAX_FRAME_BYTES as u32).to_le_bytes());
        let frame = 4 + reader.room().len();
        assert!(frame <= 2 * TRUSTED_BYTES, "{frame}");
        reader.push(&vec![7; 5 << 20]);
        assert!(reader.room().len() <= 8 << 20);
        assert_eq!(reader.next_message::<serde_bytes::ByteBuf>(), Ok(None));
    }

    #[test]
    fn what_is_no_frame_is_an_error_not_a_wait() {
        let mut reader = FrameReader::default();
        reader.push(&[255; 8]);
        assert!(matches!(
            reader.next_message::<u64>(),
            Err(FrameError::TooLarge { .. })
        ));
        let mut reader = FrameReader::default();
        reader.push(&[1, 0, 0, 0, 255]);
        assert!(matches!(
            reader.next_message::<(u64, String)>(),
            Err(FrameError::Malformed(_))
        ));
    }
}
