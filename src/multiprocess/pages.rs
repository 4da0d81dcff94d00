//! Things by numbers that are given out one after the other, and that leave in about that order.
//!
//! Neighbours lie beside each other, so that going through a hundred thousand of them in order costs no cache miss each, as a
//! hash table of them does; and those that stay for long keep no more than their page.

use rustc_hash::FxHashMap;

/// So many things share a page: one that stays keeps the room of the others.
const PAGE: u64 = 32;

#[derive(Debug)]
pub(crate) struct Pages<T> {
    taken: FxHashMap<u64, Page<T>>,
    /// The empty page that was left last: where things come as others leave, nothing is allocated.
    spare: Option<Page<T>>,
    len: usize,
}

#[derive(Debug)]
struct Page<T> {
    things: Box<[Option<T>]>,
    taken: usize,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self {
            taken: FxHashMap::default(),
            spare: None,
            len: 0,
        }
    }
}

impl<T> Pages<T> {
    /// How many things there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Puts a thing at a number where there is none.
    pub(crate) fn insert(&mut self, number: u64, thing: T) {
        let page = self.taken.entry(number / PAGE).or_insert_with(|| {
            self.spare.take().unwrap_or_else(|| Page {
                things: (0..PAGE).map(|_nothing| None).collect(),
                taken: 0,
            })
        });
        if let Some(place) = page.things.get_mut((number % PAGE) as usize)
            && place.replace(thing).is_none()
        {
            page.taken += 1;
            self.len += 1;
        }
    }

    pub(crate) fn get(&self, number: u64) -> Option<&T> {
        let page = self.taken.get(&(number / PAGE))?;
        page.things.get((number % PAGE) as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let page = self.taken.get_mut(&(number / PAGE))?;
        page.things.get_mut((number % PAGE) as usize)?.as_mut()
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<T> {
        let page = self.taken.get_mut(&(number / PAGE))?;
        let thing = page.things.get_mut((number % PAGE) as usize)?.take()?;
        page.taken -= 1;
        if page.taken == 0 {
            self.spare = self.taken.remove(&(number / PAGE));
        }
        self.len -= 1;
        Some(thing)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn it_holds_what_a_map_holds_and_nothing_else() {
        let (mut pages, mut map) = (Pages::default(), BTreeMap::new());
        // Every third leaves late, every seventh stays.
        for number in 0..1000_u64 {
            pages.insert(number, number);
            map.insert(number, number);
            let leaves = if number % 3 == 0 { number / 2 } else { number };
            if leaves % 7 != 0 {
                assert_eq!(pages.remove(leaves), map.remove(&leaves));
            }
            assert_eq!(pages.get(leaves), map.get(&leaves));
            assert_eq!(pages.get_mut(number), map.get_mut(&number));
            assert_eq!(pages.len(), map.len());
        }
        for number in 0..1001 {
            assert_eq!(pages.remove(number), map.remove(&number));
        }
        assert!(pages.taken.is_empty() && pages.len() == 0);
    }
}
