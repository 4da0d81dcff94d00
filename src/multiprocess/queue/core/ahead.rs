//! Items that were sent to a child beyond the one that it asked for: it hands them out without asking, one by one, and what
//! it has not handed out is still in the queue.

use super::account::Account;
use super::{Item, Party, QueueCore, Step};
use crate::multiprocess::allowance::Allowance;
use crate::multiprocess::wire::Payload;
use crate::os::Monotonic;

/// So many items a child is sent at a time at most.
const MOST_ITEMS: usize = 512;

/// And so many bytes beside the item that it asked for: the others are not to wait for long for what goes to one.
const MOST_BYTES: usize = 256 << 10;

/// A child that asks for more within so long is sent more at a time, nanoseconds.
const SOON_NANOS: u64 = 500_000;

/// So long somebody waits before others lose what they were sent ahead, nanoseconds: they are likely to come to it.
const LOOK_NANOS: u64 = 1_000_000;

impl Account {
    /// How many of the items that it was sent ahead it has handed out since we last looked.
    fn handed_out(&self) -> usize {
        let gets = self.board.gets(self.place);
        let spent = gets.map_or(0, Allowance::spent);
        (spent.wrapping_sub(self.noticed) as usize).min(self.ahead.len())
    }

    /// How many of the items that it was sent ahead are still in the queue.
    pub(super) fn not_handed_out(&self) -> usize {
        self.ahead.len() - self.handed_out()
    }

    /// The child asks for an item: whoever asks often is to ask for many at a time, and whoever takes its time for few.
    fn adapt(&mut self, now: Monotonic) {
        self.width = if now.nanos_since(self.asked_at) < SOON_NANOS {
            (self.width * 2).min(MOST_ITEMS)
        } else {
            (self.width / 2).max(1)
        };
        self.asked_at = now;
    }
}

impl QueueCore {
    /// A child asks for an item: it has handed out all that it was sent.
    pub(super) fn begin_get(&mut self, who: Party, now: Monotonic) {
        if let Party::Child(child) = who {
            self.take_back_ahead(child);
            if let Some(account) = self.accounts.get_mut(&child) {
                account.adapt(now);
            }
        }
        // Whoever asks for more has finished what it had.
        if let Some(taken) = self.taken.get_mut(&super::taker(who)) {
            taken.held = None;
        }
    }

    /// What to send to a child together with the item that it asked for: its share of what is there.
    pub(super) fn send_ahead(&mut self, who: Party) -> Vec<Payload> {
        let consumers = self.accounts.values().filter(|it| it.gets()).count();
        let takers = consumers.max(1 + self.gets.len());
        let Party::Child(child) = who else {
            return Vec::new();
        };
        let Some(account) = self.accounts.get_mut(&child) else {
            return Vec::new();
        };
        let share = (self.items.len() + 1).div_ceil(takers).min(account.width) - 1;
        let mut payloads = Vec::with_capacity(share);
        let mut bytes = 0;
        while payloads.len() < share
            && let Some(item) = self.items.pop_front_if(|item| {
                bytes += item.bytes.sent_bytes();
                bytes <= MOST_BYTES
            })
        {
            payloads.push(item.bytes.clone());
            account.ahead.push_back(item);
        }
        if let (Some(gets), Ok(more)) = (
            account.board.gets(account.place),
            u32::try_from(payloads.len()),
        ) {
            gets.grant(more);
        }
        payloads
    }

    /// Notices what children have handed out: they hold the last of it, as if they had asked for each.
    pub(super) fn notice_handed_out(&mut self) {
        for (&child, account) in &mut self.accounts {
            let count = account.handed_out();
            if count > 0 {
                account.noticed = account.noticed.wrapping_add(count as u32);
                let taken = self.taken.entry(Party::Child(child)).or_default();
                taken.owed += count as u64;
                taken.held = account.ahead.drain(..count).next_back();
            }
        }
    }

    /// Takes back what a child was sent ahead and has not handed out; whether there was any.
    pub(super) fn take_back_ahead(&mut self, child: u64) -> bool {
        match self.accounts.get_mut(&child) {
            Some(account) if !account.ahead.is_empty() => {
                // In this order: from here on it hands out no more.
                if let Some(gets) = account.board.gets(account.place) {
                    gets.take_back();
                }
            }
            _ => return false,
        }
        self.notice_handed_out();
        let Some(account) = self.accounts.get_mut(&child) else {
            return false;
        };
        let back: Vec<Item> = account.ahead.drain(..).collect();
        if back.is_empty() {
            return false;
        }
        account.width = 1;
        for item in back {
            // Others may have given back theirs already.
            let place = self.items.partition_point(|it| it.number < item.number);
            self.items.insert(place, item);
        }
        true
    }

    pub(super) fn take_back_all_ahead(&mut self) {
        let children: Vec<u64> = self.accounts.keys().copied().collect();
        for child in children {
            self.take_back_ahead(child);
        }
    }

    /// Somebody begins to wait: for a while others may come to what they were sent ahead.
    pub(super) fn begin_wait(&mut self, now: Monotonic) {
        if self.puts.is_empty() && self.gets.is_empty() {
            self.looked_at = now;
        }
    }

    /// When to look whether those who wait may have what others were sent ahead, or its places.
    pub(super) fn next_look(&self) -> Option<Monotonic> {
        let somebody_waits = !self.puts.is_empty() || !self.gets.is_empty();
        let ahead = || self.accounts.values().any(|it| !it.ahead.is_empty());
        (somebody_waits && ahead()).then(|| self.looked_at.plus_nanos(LOOK_NANOS))
    }

    pub(super) fn look(&mut self, now: Monotonic, steps: &mut Vec<Step>) {
        self.looked_at = now;
        if !self.gets.is_empty() {
            self.take_back_all_ahead();
        }
        self.settle(steps);
    }
}
