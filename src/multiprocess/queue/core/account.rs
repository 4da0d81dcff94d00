//! What a child may do at a queue without asking each time: its account there, and the queue's side of all of them.
//!
//! Nobody who watches the queue would see it happen one by one, so a queue that is watched opens no accounts.

use std::collections::VecDeque;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::{Item, Party, QueueCore, Step};
use crate::multiprocess::allowance::Allowance;
use crate::multiprocess::board::Board;
use crate::multiprocess::wire::Payload;
use crate::os::Monotonic;

/// So many places a child has at most, granted or with an item of its own on the way to them.
const MOST_PLACES: u32 = 4096;

/// One child's account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) board: Arc<Board>,
    pub(super) place: u8,
    /// Places that are the child's: for items that are on their way here or that it may still put.
    places: u32,
    /// How many it had when it last got some.
    share: u32,
    /// Items that it was sent beyond those that it asked for, and has not handed out as far as we know.
    pub(super) ahead: VecDeque<Item>,
    /// How many of those it had handed out when we last looked.
    pub(super) noticed: u32,
    /// How many items it is sent at a time.
    pub(super) width: usize,
    /// When it last asked for one; the zero of the clock if never.
    pub(super) asked_at: Monotonic,
}

impl Account {
    /// Whether the child is one of those who get.
    pub(super) fn gets(&self) -> bool {
        self.asked_at != Monotonic::default()
    }

    /// Takes back the places that the child has not put anything into; how many.
    fn take_back_places(&mut self) -> u32 {
        let unspent = self.board.puts(self.place);
        let unspent = unspent.map_or(0, |puts| puts.take_back().min(self.places));
        self.places -= unspent;
        unspent
    }

    fn grant_places(&mut self, more: u32) {
        if let Some(puts) = self.board.puts(self.place) {
            puts.grant(more);
            self.places += more;
        }
    }
}

impl QueueCore {
    /// From now on the child need not ask each time: what it may do stands at that place of its board. False if it has an
    /// account already: with a second one, what it was granted by the first would be lost to everybody.
    pub(crate) fn open(&mut self, child: u64, board: Arc<Board>, place: u8) -> bool {
        let Entry::Vacant(vacant) = self.accounts.entry(child) else {
            return false;
        };
        // The place may have been that of another queue.
        if let (Some(puts), Some(gets)) = (board.puts(place), board.gets(place)) {
            puts.take_back();
            gets.take_back();
        }
        let noticed = board.gets(place).map_or(0, Allowance::spent);
        let account = Account {
            board,
            place,
            places: 0,
            share: 0,
            ahead: VecDeque::new(),
            noticed,
            width: 1,
            asked_at: Monotonic::default(),
        };
        vacant.insert(account);
        true
    }

    /// The child has put an item into a place that it had. `None` if it had none.
    pub(crate) fn posted(&mut self, child: u64, item: Payload) -> Option<Vec<Step>> {
        let account = self.accounts.get_mut(&child)?;
        account.places = account.places.checked_sub(1)?;
        self.granted -= 1;
        self.admit(item);
        let mut steps = Vec::new();
        if !self.gets.is_empty() {
            self.settle(&mut steps);
        }
        self.grant_places(child);
        Some(steps)
    }

    /// Gives the child its share of the places that nobody has, unless somebody waits for one: it is one of those who put.
    /// It gets more when half of its share is used, so that this is done for many at a time.
    pub(super) fn grant_places(&mut self, child: u64) {
        let few = |account: &Account| account.places <= account.share / 2;
        if self.closed || !self.puts.is_empty() || !self.accounts.get(&child).is_some_and(few) {
            return;
        }
        let free = match self.maxsize {
            0 => u32::MAX,
            maxsize => {
                let taken = u32::try_from(self.depth() + self.granted).unwrap_or(u32::MAX);
                maxsize.saturating_sub(taken)
            }
        };
        // All accounts count as if they were producers': fewer places cost a question more now and then.
        let accounts = u32::try_from(self.accounts.len()).unwrap_or(u32::MAX);
        if let Some(account) = self.accounts.get_mut(&child) {
            let share = free.saturating_add(account.places).div_ceil(accounts);
            account.share = share.min(MOST_PLACES);
            let more = account.share.saturating_sub(account.places).min(free);
            account.grant_places(more);
            self.granted += more as usize;
        }
    }

    /// Grants places to those whose puts were let in just now.
    pub(super) fn grant_places_after(&mut self, steps: &[Step]) {
        if self.accounts.is_empty() {
            return;
        }
        for step in steps {
            if let Step::Put {
                who: Party::Child(child),
                ..
            } = *step
            {
                self.grant_places(child);
            }
        }
    }

    /// Takes back all places that nothing was put into: somebody else needs one, or nobody is to put any more.
    pub(super) fn take_back_places(&mut self) {
        for account in self.accounts.values_mut() {
            self.granted -= account.take_back_places() as usize;
        }
    }

    /// The child uses its account's place for another queue, and everything it put here has arrived.
    pub(crate) fn give_up_account(&mut self, child: u64) {
        self.take_back_ahead(child);
        self.close_account(child);
    }

    /// A child has ended, and everything it put has arrived.
    pub(super) fn close_account(&mut self, child: u64) {
        if let Some(account) = self.accounts.remove(&child) {
            self.granted -= account.places as usize;
        }
    }
}
