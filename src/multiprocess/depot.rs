//! The depot: memory that the processes of an engine share, where large items lie while only word of them travels.
//!
//! Through the channels, an item would be copied into the kernel and out of it again on its way to the main, and once more on
//! its way to its consumer. Here its producer copies it in and its consumer copies it out.
//!
//! Each child has a *bay*, and writes into no other. The space of an item is its *lot*. The main keeps a lot for as long as
//! the item may still be asked for: it is in a queue, or its consumer may die and give it back. Then the child gets the lot
//! back, and may use its space again. A bay outlives its child until nothing of it is kept.
//!
//! Only engines that nobody observes have one: an observer is shown every item.

mod space;

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

pub(crate) use self::space::Space;
use crate::os::{SharedFile, SharedMemory};

/// Items from so many bytes on lie in the depot.
pub(crate) const LARGE_BYTES: usize = 16 << 10;

/// What a child has at most there; a producer that is further ahead sends its items through its channel.
const BAY_BYTES: usize = 32 << 20;

/// How many children have a bay. Memory that nobody has touched is none.
const BAYS: u32 = 64;

/// The first words of a bay say which lots the child gets back: how many so far, and, on other cache lines, the offsets of
/// the last of them. There can be no more lots than those.
const RETURNED: usize = 0;
const FIRST: usize = 8;
const LOTS: usize = BAY_BYTES / LARGE_BYTES;
const HEAD_BYTES: usize = (8 * (FIRST + LOTS)).next_multiple_of(4096);

/// Where an item lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// In which bay.
    pub bay: u32,
    /// Where there, bytes.
    pub offset: u32,
    /// How many bytes.
    pub bytes: u32,
}

/// The depot, as its engine sees it.
#[derive(Debug)]
pub(crate) struct Depot {
    file: SharedFile,
    free: Mutex<Vec<u32>>,
}

/// A child's bay, as the main sees it.
#[derive(Debug)]
pub(crate) struct Bay {
    depot: Arc<Depot>,
    index: u32,
    memory: SharedMemory,
    returned: Mutex<u64>,
}

/// Keeps a lot; the child gets it back when this is dropped.
#[derive(Debug)]
pub(crate) struct Keeper {
    bay: Arc<Bay>,
    lot: Lot,
}

impl Depot {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            file: SharedFile::new(BAYS as usize * BAY_BYTES)?,
            free: Mutex::new((0..BAYS).rev().collect()),
        })
    }

    /// By which children open it.
    pub(crate) fn fd(&self) -> &OwnedFd {
        self.file.fd()
    }

    /// A bay for a new child; `None` if all are taken, or there is no room to see it.
    pub(crate) fn assign(self: &Arc<Self>) -> Option<Arc<Bay>> {
        let mut free = self.free.lock();
        let memory = map(&self.file, *free.last()?).ok()?;
        let index = free.pop()?;
        Some(Arc::new(Bay {
            depot: Arc::clone(self),
            index,
            memory,
            returned: Mutex::new(0),
        }))
    }
}

impl Bay {
    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// Keeps a lot of the bay's child; `None` if it is none.
    pub(crate) fn keep(self: &Arc<Self>, lot: Lot) -> Option<Keeper> {
        let is_ours = lot.bay == self.index && (lot.offset as usize) >= HEAD_BYTES;
        if !is_ours || lot.offset as usize + lot.bytes as usize > BAY_BYTES {
            return None;
        }
        Some(Keeper {
            bay: Arc::clone(self),
            lot,
        })
    }
}

impl Drop for Bay {
    fn drop(&mut self) {
        // Its memory goes back to the system, and its next child finds it as new. If that fails, nobody gets it.
        let start = self.index as usize * BAY_BYTES;
        if self.depot.file.forget(start, BAY_BYTES).is_ok() {
            self.depot.free.lock().push(self.index);
        }
    }
}

impl Keeper {
    /// A copy of the item.
    pub(crate) fn copy(&self) -> Vec<u8> {
        let Lot { offset, bytes, .. } = self.lot;
        let memory = &self.bay.memory;
        let copy = memory.copy_out(offset as usize, bytes as usize);
        copy.unwrap_or_default()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let words = self.bay.memory.words(FIRST + LOTS);
        let mut returned = self.bay.returned.lock();
        let place = FIRST + (*returned % LOTS as u64) as usize;
        if let (Some(place), Some(count)) = (words.get(place), words.get(RETURNED)) {
            place.store(u64::from(self.lot.offset), Ordering::Relaxed);
            *returned += 1;
            count.store(*returned, Ordering::Release);
        }
    }
}

fn map(file: &SharedFile, bay: u32) -> io::Result<SharedMemory> {
    file.map(bay as usize * BAY_BYTES, BAY_BYTES)
}

/// The depot, as a child sees it.
#[derive(Debug)]
pub(crate) struct Access {
    file: SharedFile,
    /// Bays from which something was fetched.
    others: Vec<(u32, SharedMemory)>,
    own: Option<OwnBay>,
}

#[derive(Debug)]
struct OwnBay {
    index: u32,
    /// Mapped when the first item is stored.
    memory: Option<SharedMemory>,
    space: Space,
    /// How many lots have come back.
    returned: u64,
}

impl Access {
    /// By the descriptor that came from the parent, and the bay that it said is ours, if we have one.
    pub(crate) fn new(fd: OwnedFd, own: Option<u32>) -> io::Result<Self> {
        Ok(Self {
            file: SharedFile::open(fd, BAYS as usize * BAY_BYTES)?,
            others: Vec::new(),
            own: own.map(|index| OwnBay {
                index,
                memory: None,
                space: Space::new(HEAD_BYTES, BAY_BYTES),
                returned: 0,
            }),
        })
    }

    /// Lays an item down in our bay; `None` if there is no room.
    pub(crate) fn store(&mut self, item: &[u8]) -> Option<Lot> {
        let own = self.own.as_mut()?;
        if own.memory.is_none() {
            own.memory = map(&self.file, own.index).ok();
        }
        let Some(memory) = &own.memory else {
            // It will not be otherwise next time.
            self.own = None;
            return None;
        };
        own.returned += take_returned(memory, own.returned, &mut own.space);
        let bytes = u32::try_from(item.len()).ok()?;
        let offset = own.space.take(item.len())?;
        if !memory.copy_in(offset as usize, item) {
            return None;
        }
        Some(Lot {
            bay: own.index,
            offset,
            bytes,
        })
    }

    /// A copy of an item that lies there.
    pub(crate) fn fetch(&mut self, lot: Lot) -> io::Result<Vec<u8>> {
        let place = self.others.iter().position(|(bay, _)| *bay == lot.bay);
        let place = if let Some(place) = place {
            place
        } else {
            self.others.push((lot.bay, map(&self.file, lot.bay)?));
            self.others.len() - 1
        };
        self.others
            .get(place)
            .and_then(|(_, memory)| memory.copy_out(lot.offset as usize, lot.bytes as usize))
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

/// Takes up the lots that have come back since there were so many; how many they are.
fn take_returned(memory: &SharedMemory, before: u64, space: &mut Space) -> u64 {
    let words = memory.words(FIRST + LOTS);
    let count = words
        .get(RETURNED)
        .map_or(0, |it| it.load(Ordering::Acquire));
    let offset_of = |number: u64| {
        let word: Option<&AtomicU64> = words.get(FIRST + (number % LOTS as u64) as usize);
        word.map_or(0, |it| it.load(Ordering::Relaxed))
    };
    (before..count).for_each(|number| space.give_back(offset_of(number)));
    count.saturating_sub(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depot() -> Arc<Depot> {
        Arc::new(Depot::new().unwrap())
    }

    fn access(depot: &Depot, bay: &Bay) -> Access {
        Access::new(depot.fd().try_clone().unwrap(), Some(bay.index())).unwrap()
    }

    #[test]
    fn an_item_is_the_same_for_all() {
        let depot = depot();
        let (bay, other) = (depot.assign().unwrap(), depot.assign().unwrap());
        let mut producer = access(&depot, &bay);
        let mut consumer = access(&depot, &other);
        let item = vec![7; 100_000];
        let lot = producer.store(&item).unwrap();
        let keeper = bay.keep(lot).unwrap();
        assert!(other.keep(lot).is_none(), "it is not in that child's bay");
        assert_eq!(consumer.fetch(lot).unwrap(), item);
        assert_eq!(producer.fetch(lot).unwrap(), item);
        assert_eq!(keeper.copy(), item);
    }

    #[test]
    fn what_is_kept_is_not_written_over() {
        let depot = depot();
        let bay = depot.assign().unwrap();
        let mut producer = access(&depot, &bay);
        let megabyte = vec![1; 1 << 20];
        let mut keepers = Vec::new();
        while let Some(lot) = producer.store(&megabyte) {
            keepers.push(bay.keep(lot).unwrap());
        }
        assert_eq!(keepers.len(), 31, "and the head");
        keepers.swap_remove(5);
        let lot = producer.store(&vec![2; 1 << 20]).unwrap();
        assert!(keepers.iter().all(|keeper| keeper.copy() == megabyte));
        assert!(producer.store(&megabyte).is_none());
        keepers.push(bay.keep(lot).unwrap());
        // Round and round, more often than there are words to say so.
        for _ in 0..2 * LOTS {
            keepers.pop();
            keepers.push(bay.keep(producer.store(&megabyte).unwrap()).unwrap());
        }
    }

    #[test]
    fn a_bay_is_somebody_elses_once_nothing_of_it_is_kept() {
        let depot = depot();
        let mut bays: Vec<_> = (0..BAYS).map(|_| depot.assign().unwrap()).collect();
        assert!(depot.assign().is_none());
        let bay = bays.pop().unwrap();
        let item = vec![3; LARGE_BYTES];
        let lot = access(&depot, &bay).store(&item).unwrap();
        let keeper = bay.keep(lot).unwrap();
        drop(bay);
        assert!(depot.assign().is_none());
        assert_eq!(keeper.copy(), item, "its child is gone, it is not");
        drop(keeper);
        let bay = depot.assign().unwrap();
        let lot = access(&depot, &bay).store(&item).unwrap();
        assert_eq!(bay.keep(lot).unwrap().copy(), item);
    }

    #[test]
    fn a_lot_outside_is_none() {
        let depot = depot();
        let bay = depot.assign().unwrap();
        let lot = |offset: usize, bytes: usize| Lot {
            bay: bay.index(),
            offset: u32::try_from(offset).unwrap(),
            bytes: u32::try_from(bytes).unwrap(),
        };
        assert!(bay.keep(lot(HEAD_BYTES, BAY_BYTES - HEAD_BYTES)).is_some());
        assert!(bay.keep(lot(HEAD_BYTES, BAY_BYTES)).is_none());
        assert!(bay.keep(lot(HEAD_BYTES - 1, 1)).is_none());
    }
}
