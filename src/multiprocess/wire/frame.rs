//! Frames: a length of four bytes, little-endian, then so many bytes of postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The largest frame accepted, bytes: what claims to be longer is no frame of ours.
pub const MAX_FRAME_BYTES: usize = 256 << 20;

/// The largest call, value or item, bytes: what a frame has room for beside its other fields.
pub const MAX_PAYLOAD_BYTES: usize = MAX_FRAME_BYTES - (1 << 20);

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
pub(crate) fn append<T: Serialize>(value: &T, out: &mut Vec<u8>) -> postcard::Result<()> {
    postcard::serialize_with_flavor(value, Append(out))
}

/// Writes at the end of a vector.
struct Append<'a>(&'a mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Append<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Room that a reader keeps between messages, bytes.
const KEPT_BYTES: usize = 256 << 10;

/// Takes bytes in whatever pieces they come and gives out whole messages.
#[derive(Debug, Default)]
pub struct FrameReader {
    buffer: Vec<u8>,
    /// Where in `buffer` the first frame not given out begins.
    start: usize,
}

impl FrameReader {
    /// Adds what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 && (self.start == self.buffer.len() || self.start > 64 << 10) {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        if self.buffer.is_empty() {
            // A large message must not keep its room for ever.
            self.buffer.shrink_to(KEPT_BYTES);
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message; `None` until more bytes come.
    pub fn next_message<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        let Some((head, body)) = rest.split_first_chunk::<LENGTH_BYTES>() else {
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
