//! Bytes that are being written: those of a value, in its worker, or of a call's arguments.

use std::io;

use smallvec::SmallVec;

use super::bytes::{Bytes, PACKED_FROM_BYTES};
use super::frame::{Room, change};
use crate::os::Packing;

/// What is being packed goes there in pieces of so many bytes at least.
const PIECE_BYTES: usize = 1 << 20;

/// So many bytes are put together before they are added to the others: a number's few bytes are then stored at once, and
/// only when these are full is it asked what is to be done with all of them.
const LAST_BYTES: usize = 64;

/// Bytes that are being written. Once they are very many they are packed as they come, so that the value they are of and they
/// are all the memory that they take.
pub(crate) struct Writing {
    /// What comes before the last ones, or what of that was not packed yet.
    here: Vec<u8>,
    /// What was written last: so many of these.
    last: [u8; LAST_BYTES],
    last_count: usize,
    /// How many were written before the last ones.
    before: usize,
    /// With so many here, something is to be done.
    full_at: usize,
    /// No more than so many in all are kept.
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
    #[inline]
    fn default() -> Self {
        Self {
            here: Vec::new(),
            last: [0; LAST_BYTES],
            last_count: 0,
            before: 0,
            full_at: PACKED_FROM_BYTES,
            most: usize::MAX,
            left_out: 0,
            packed: None,
        }
    }
}

impl Writing {
    /// Makes room for so many, before the first one.
    #[inline]
    pub(crate) fn reserve(&mut self, bytes: usize) {
        if bytes > LAST_BYTES {
            self.here.reserve(bytes.min(PACKED_FROM_BYTES));
        }
    }

    /// Takes out what was written, or why not all of it is there; then it is empty. It stays where it is meanwhile: for a few
    /// bytes to move it would cost more than to write them.
    #[inline]
    pub(crate) fn take(&mut self) -> Result<Bytes, String> {
        if self.before == 0 && self.packed.is_none() {
            let bytes = SmallVec::from_slice(self.last());
            self.last_count = 0;
            self.most = usize::MAX;
            return Ok(bytes.into());
        }
        std::mem::take(self).into_bytes()
    }

    fn into_bytes(mut self) -> Result<Bytes, String> {
        self.settle();
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
    #[inline]
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

    #[inline]
    fn last(&self) -> &[u8] {
        self.last.get(..self.last_count).unwrap_or_default()
    }

    fn packed_bytes(&self) -> usize {
        self.packed.as_ref().map_or(0, |it| it.packing.bytes())
    }

    /// Adds the last ones to the others.
    #[inline(never)]
    fn settle(&mut self) {
        let (last, count) = (self.last, std::mem::take(&mut self.last_count));
        self.append(last.get(..count).unwrap_or_default());
    }

    /// Appends what comes after all others, with none that are only the last.
    fn append(&mut self, bytes: &[u8]) {
        if self.here.len() + bytes.len() >= self.full_at {
            self.append_full(bytes);
        } else {
            self.here.extend_from_slice(bytes);
        }
        self.count_before();
    }

    fn count_before(&mut self) {
        self.before = self.packed_bytes() + self.here.len() + self.left_out;
    }

    /// Packs what is here; where there is no memory to share, all stays.
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
        if let Some(packed) = &mut self.packed {
            packed.append(&self.here);
            self.here.clear();
            self.here.shrink_to_fit();
        }
    }

    #[cold]
    fn append_full(&mut self, bytes: &[u8]) {
        if self.before + bytes.len() > self.most {
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

    /// There is no room for these among the last ones.
    #[inline(never)]
    fn extend_more(&mut self, bytes: &[u8]) {
        self.settle();
        match self.last.get_mut(..bytes.len()) {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.last_count = bytes.len();
            }
            None => self.append(bytes),
        }
    }

    /// Takes away what was written after so many, and the last ones with it.
    #[cold]
    fn take_back_before(&mut self, filled: usize) {
        self.last_count = 0;
        self.left_out = 0;
        let packed_bytes = self.packed_bytes();
        self.here.truncate(filled.saturating_sub(packed_bytes));
        if let Some(packed) = &mut self.packed
            && let Err(error) = packed.packing.truncate(filled)
        {
            packed.error = Some(error);
        }
        self.count_before();
    }

    /// Puts other bytes in the place of some before the last ones.
    fn change_before(&mut self, filled: usize, bytes: &[u8]) {
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
        self.put([byte], 1);
    }

    #[inline]
    fn put<const MOST: usize>(&mut self, bytes: [u8; MOST], count: usize) {
        const { assert!(MOST <= LAST_BYTES) };
        if self.last_count > LAST_BYTES - MOST {
            self.settle();
        }
        if let Some(place) = self.last.get_mut(self.last_count..self.last_count + MOST) {
            place.copy_from_slice(&bytes);
        }
        self.last_count += count;
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        match self
            .last
            .get_mut(self.last_count..self.last_count + bytes.len())
        {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.last_count += bytes.len();
            }
            None => self.extend_more(bytes),
        }
    }

    #[inline]
    fn filled(&self) -> usize {
        self.before + self.last_count
    }

    #[inline]
    fn allow(&mut self, more: usize) {
        self.most = self.filled().saturating_add(more);
    }

    #[inline]
    fn take_back(&mut self, filled: usize) {
        match filled.checked_sub(self.before) {
            Some(last_count) => self.last_count = self.last_count.min(last_count),
            None => self.take_back_before(filled),
        }
    }

    fn copy_from(&self, filled: usize) -> Vec<u8> {
        if let Some(at) = filled.checked_sub(self.before) {
            return self.last().get(at..).unwrap_or_default().to_vec();
        }
        let here = filled.saturating_sub(self.packed_bytes());
        let here = self.here.get(here..).unwrap_or_default();
        let mut copy = match &self.packed {
            // What cannot be read is an error of the whole: it cannot be finished either.
            Some(packed) if filled < packed.packing.bytes() => {
                packed.packing.copy_from(filled).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        copy.extend_from_slice(here);
        copy.extend_from_slice(self.last());
        copy
    }

    #[inline]
    fn change(&mut self, filled: usize, bytes: &[u8]) {
        let in_last = match filled.checked_sub(self.before) {
            Some(at) => return change(&mut self.last, at, bytes),
            None => self.before - filled,
        };
        let (before, last) = bytes.split_at(in_last.min(bytes.len()));
        self.change_before(filled, before);
        change(&mut self.last, 0, last);
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
        let error = Writing::failed().take().unwrap_err();
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
        assert_eq!(writing.take().unwrap()[..], b"few"[..]);
    }

    #[test]
    fn what_is_written_is_the_same_wherever_the_last_bytes_end() {
        for shift in 0..2 * LAST_BYTES {
            let (mut writing, mut expected) = (Writing::default(), Vec::new());
            let text = vec![b'x'; shift];
            let write = |room: &mut dyn FnMut(&[u8], usize)| {
                room(&text, shift);
                for count in 1..=9 {
                    room(&[1, 2, 3, 4, 5, 6, 7, 8, 9], count);
                }
            };
            write(&mut |bytes, count| match bytes.first_chunk::<9>() {
                Some(bytes) if count <= 9 => writing.put(*bytes, count),
                _ => writing.extend(bytes),
            });
            write(&mut |bytes, count| expected.extend_from_slice(&bytes[..count]));
            writing.push(7);
            expected.push(7);
            assert_eq!(writing.filled(), expected.len());
            for at in 0..expected.len() - 10 {
                let bytes: [u8; 10] = std::array::from_fn(|place| (at + place) as u8);
                writing.change(at, &bytes);
                change(&mut expected, at, &bytes);
                assert_eq!(writing.copy_from(at), expected[at..], "{shift}, {at}");
            }
            let most = expected.len();
            for kept in [most, most - 1, most - 20, shift] {
                writing.take_back(kept);
                writing.put([5, 6, 0, 0], 2);
                expected.truncate(kept);
                expected.extend_from_slice(&[5, 6]);
            }
            assert_eq!(writing.take().unwrap()[..], expected[..]);
            assert_eq!(writing.take().unwrap().len(), 0, "taken out");
        }
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
        let mut rest = writing.split_off(90);
        let rest_expected = expected.split_off(90);
        assert!(rest.take().unwrap()[..] == rest_expected[..]);
        let bytes = writing.take().unwrap();
        assert!(bytes.parcel().is_some());
        assert_eq!(bytes.len(), 90);
        assert!(bytes[..] == expected[..]);
    }
}
