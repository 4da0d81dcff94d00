//! Which of a bay is free: the lowest fitting place is taken first, so that few items need little memory.

use std::collections::BTreeMap;

/// Lots begin at multiples of so many bytes, a cache line.
const GRAIN: usize = 64;

#[derive(Debug)]
pub(crate) struct Space {
    /// How many bytes are free from where.
    free: BTreeMap<u32, u32>,
    /// How many bytes are taken from where.
    taken: BTreeMap<u32, u32>,
}

impl Space {
    /// Free from here to there.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        let whole = u32::try_from(start).ok().zip(u32::try_from(end).ok());
        Self {
            free: whole
                .map(|(start, end)| (start, end - start))
                .into_iter()
                .collect(),
            taken: BTreeMap::new(),
        }
    }

    /// Takes so many bytes; `None` if there are not so many in one place.
    pub(crate) fn take(&mut self, bytes: usize) -> Option<u32> {
        let bytes = u32::try_from(bytes.max(1).next_multiple_of(GRAIN)).ok()?;
        let (&at, &room) = self.free.iter().find(|&(_, room)| *room >= bytes)?;
        self.free.remove(&at);
        if room > bytes {
            self.free.insert(at + bytes, room - bytes);
        }
        self.taken.insert(at, bytes);
        Some(at)
    }

    /// Gives back what was taken at this place; nothing if that was nothing.
    pub(crate) fn give_back(&mut self, at: u64) {
        let taken = u32::try_from(at)
            .ok()
            .and_then(|at| self.taken.remove_entry(&at));
        let Some((mut at, mut bytes)) = taken else {
            return;
        };
        if let Some(after) = self.free.remove(&(at + bytes)) {
            bytes += after;
        }
        let before = self.free.range(..at).next_back();
        if let Some((&start, &room)) = before
            && start + room == at
        {
            self.free.remove(&start);
            (at, bytes) = (start, room + bytes);
        }
        self.free.insert(at, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_is_whole_again() {
        let mut space = Space::new(4096, 8192);
        let places: Vec<_> = (0..4).map(|_| space.take(1000).unwrap()).collect();
        assert_eq!(places, [4096, 5120, 6144, 7168]);
        assert_eq!(space.take(1), None);
        for place in [5120, 7168, 4096, 6144] {
            space.give_back(place);
            // Twice is nothing.
            space.give_back(place);
        }
        assert_eq!(space.take(4096), Some(4096));
        space.give_back(4096);
        assert_eq!(space.take(4097), None);
    }

    #[test]
    fn the_lowest_place_comes_first() {
        let mut space = Space::new(0, 4096);
        assert_eq!(
            (space.take(64), space.take(128), space.take(64)),
            (Some(0), Some(64), Some(192))
        );
        space.give_back(64);
        assert_eq!(
            (space.take(64), space.take(64), space.take(64)),
            (Some(64), Some(128), Some(256))
        );
        space.give_back(77);
        space.give_back(u64::MAX);
    }
}
