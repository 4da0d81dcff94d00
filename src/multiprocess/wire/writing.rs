//! Bytes that are being written: those of a value, in its worker, or of a call's arguments.

use std::io;

use smallvec::SmallVec;

use super::bytes::{Bytes, INLINE_BYTES, PACKED_FROM_BYTES};
use super::frame::{Room, change};
use crate::os::Packing;

/// What is being packed goes there in pieces of so many bytes at least.
const PIECE_BYTES: usize = 1 << 20;

/// Bytes that are being written. Once they are very many they are packed as they come, so that the value they are of and they
/// are all the memory that they take.
pub(crate) struct Writing {
    /// All of them, or those that were not packed yet.
    here: SmallVec<[u8; INLINE_BYTES]>,
    /// With so many here, something is to be done.
    full_at: usize,
    /// These are wanted in any case, and no more than so many in all.
    wanted: usize,
    most: usize,
    /// How many were left out for that.
    left_out: usize,
    packed: Option<Box<Packed>>,
}

struct Packed {
    packing: Packing,
    /// What went wrong with it.
    error: Option<io::Error>,
}

impl Default for Writing {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Writing {
    /// None yet, but room for so many.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self {
            here: SmallVec::with_capacity(bytes.min(PACKED_FROM_BYTES)),
            full_at: PACKED_FROM_BYTES,
            wanted: 0,
            most: usize::MAX,
            left_out: 0,
            packed: None,
        }
    }

    /// What was written, or why not all of it is there.
    pub(crate) fn finish(mut self) -> Result<Bytes, String> {
        let Some(mut packed) = self.packed.take() else {
            return Ok(self.here.into());
        };
        packed.append(&self.here);
        let Packed { packing, error } = *packed;
        let parcel = match error {
            Some(error) => Err(error),
            None => packing.finish(),
        };
        parcel.map(Bytes::from).map_err(|error| no_memory(&error))
    }

    /// Whether it is being packed.
    pub(crate) fn is_packed(&self) -> bool {
        self.packed.is_some()
    }

    /// Takes away what was written after so many.
    pub(crate) fn split_off(&mut self, filled: usize) -> Self {
        let mut rest = Self::default();
        rest.extend(&self.copy_from(filled));
        self.take_back(filled);
        rest
    }

    fn packed_bytes(&self) -> usize {
        self.packed.as_ref().map_or(0, |it| it.packing.bytes())
    }

    /// Packs what is here; where there is no memory to share, all stays.
    #[cold]
    fn pack(&mut self) {
        if self.packed.is_none() {
            let Ok(packing) = Packing::new() else {
                self.full_at = usize::MAX;
                return;
            };
            let error = None;
            self.packed = Some(Box::new(Packed { packing, error }));
            self.full_at = PIECE_BYTES;
        }
        if self.filled() > self.most {
            let wanted = self.wanted.saturating_sub(self.packed_bytes());
            self.left_out += self.here.len().saturating_sub(wanted);
            self.here.truncate(wanted);
        } else if let Some(packed) = &mut self.packed {
            packed.append(&self.here);
            self.here.clear();
            self.here.shrink_to_fit();
        }
    }

    #[cold]
    fn extend_full(&mut self, bytes: &[u8]) {
        if self.filled() + bytes.len() > self.most {
            self.left_out += bytes.len();
            return;
        }
        self.pack();
        match &mut self.packed {
            // Not by way of here.
            Some(packed) if bytes.len() >= PIECE_BYTES => packed.append(bytes),
            _ => self.here.extend_from_slice(bytes),
        }
    }
}

fn no_memory(error: &io::Error) -> String {
    format!("there is no memory to share: {error}")
}

impl Packed {
    fn append(&mut self, bytes: &[u8]) {
        if self.error.is_none() {
            self.error = self.packing.append(bytes).err();
        }
    }
}

impl Room for Writing {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.here.push(byte);
        if self.here.len() >= self.full_at {
            self.pack();
        }
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        if self.here.len() + bytes.len() >= self.full_at {
            self.extend_full(bytes);
        } else {
            self.here.extend_from_slice(bytes);
        }
    }

    #[inline]
    fn filled(&self) -> usize {
        self.packed_bytes() + self.here.len() + self.left_out
    }

    fn allow(&mut self, more: usize) {
        self.wanted = self.filled();
        self.most = self.wanted.saturating_add(more);
    }

    fn take_back(&mut self, filled: usize) {
        self.left_out = 0;
        let packed_bytes = self.packed_bytes();
        self.here.truncate(filled.saturating_sub(packed_bytes));
        if let Some(packed) = &mut self.packed
            && let Err(error) = packed.packing.truncate(filled)
        {
            packed.error = Some(error);
        }
    }

    fn copy_from(&self, filled: usize) -> Vec<u8> {
        let here = filled.saturating_sub(self.packed_bytes());
        let here = self.here.get(here..).unwrap_or_default();
        match &self.packed {
            // What cannot be read is an error of the whole: it cannot be finished either.
            Some(packed) if filled < packed.packing.bytes() => {
                let mut copy = packed.packing.copy_from(filled).unwrap_or_default();
                copy.extend_from_slice(here);
                copy
            }
            _ => here.to_vec(),
        }
    }

    #[inline]
    fn change(&mut self, filled: usize, bytes: &[u8]) {
        let packed_bytes = self.packed_bytes();
        let (packed, here) = bytes.split_at(packed_bytes.saturating_sub(filled).min(bytes.len()));
        if let Some(it) = &mut self.packed
            && !packed.is_empty()
            && let Err(error) = it.packing.change(filled, packed)
        {
            it.error = Some(error);
        }
        let at = (filled + packed.len()).saturating_sub(packed_bytes);
        change(&mut self.here, at, here);
    }

    #[inline]
    fn failure(&self) -> Option<String> {
        let error = self.packed.as_ref()?.error.as_ref()?;
        Some(no_memory(error))
    }
}

#[cfg(test)]
impl Writing {
    /// One whose memory has failed, so that it cannot be finished.
    pub(crate) fn failed() -> Self {
        let packed = Packed {
            packing: Packing::new().unwrap(),
            error: Some(io::ErrorKind::StorageFull.into()),
        };
        Self {
            packed: Some(Box::new(packed)),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_all_there_is_an_error() {
        let error = Writing::failed().finish().unwrap_err();
        assert!(error.contains("no memory to share"), "{error}");
    }

    /// Packs after so few bytes.
    fn small(full_at: usize) -> Writing {
        Writing {
            full_at,
            ..Writing::default()
        }
    }

    #[test]
    fn what_is_too_much_is_counted_and_not_kept() {
        let mut writing = small(10);
        writing.extend(b"few");
        writing.allow(100);
        writing.extend(&[7; 1000]);
        for _ in 0..50 {
            writing.push(7);
        }
        assert_eq!(writing.filled(), 3 + 1000 + 50);
        assert!(writing.packed_bytes() <= 100);
        writing.take_back(3);
        assert_eq!(writing.finish().unwrap()[..], b"few"[..]);
    }

    #[test]
    fn what_is_packed_is_what_was_written() {
        let mut expected = Vec::new();
        let mut writing = small(10);
        for round in 0..5_u8 {
            for byte in 0..20 {
                writing.push(byte);
                expected.push(byte);
            }
            let large = vec![round; PIECE_BYTES + 3];
            writing.extend(&large);
            expected.extend_from_slice(&large);
            assert_eq!(writing.filled(), expected.len());
        }
        assert!(writing.is_packed());
        // Across the border between what is packed and what is not.
        writing.extend(b"end");
        expected.extend_from_slice(b"end");
        let border = writing.packed_bytes() - 2;
        writing.change(border, b"chan");
        change(&mut expected, border, b"chan");
        assert_eq!(writing.copy_from(border), expected[border..]);
        writing.take_back(expected.len() - 1);
        expected.pop();
        writing.take_back(100);
        expected.truncate(100);
        writing.change(0, &[9; 8]);
        change(&mut expected, 0, &[9; 8]);
        let rest = writing.split_off(90);
        let rest_expected = expected.split_off(90);
        assert!(rest.finish().unwrap()[..] == rest_expected[..]);
        let bytes = writing.finish().unwrap();
        assert!(bytes.parcel().is_some());
        assert_eq!(bytes.len(), 90);
        assert!(bytes[..] == expected[..]);
    }
}
