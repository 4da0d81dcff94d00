//! The queue's state machine: what happened goes in, who is to be answered comes out. No I/O, no clock, no lock.

mod account;
mod ahead;
mod step;

use account::Account;
use std::collections::{BTreeMap, VecDeque};
pub(crate) use step::{Item, Party, Step};

use crate::multiprocess::error::QueueError;
use crate::multiprocess::wire::Payload;
use crate::os::Monotonic;

/// Somebody who waits, and until when; `None` for ever.
#[derive(Clone, Copy, Debug)]
struct Waiter {
    who: Party,
    until: Option<Monotonic>,
}

impl Waiter {
    fn is_overdue(&self, now: Monotonic) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// What one party has taken out.
#[derive(Debug, Default)]
struct Taken {
    /// What it took last and has not finished: it comes back if the child dies.
    held: Option<Item>,
    /// How many of its items it has not reported done.
    owed: u64,
}

#[derive(Debug)]
pub(crate) struct QueueCore {
    pub(crate) name: String,
    maxsize: u32,
    items: VecDeque<Item>,
    puts: VecDeque<(Waiter, Payload)>,
    gets: VecDeque<Waiter>,
    joins: Vec<Waiter>,
    taken: BTreeMap<Party, Taken>,
    accounts: BTreeMap<u64, Account>,
    /// Places that are the children's, by their accounts.
    granted: usize,
    /// When it was last looked after those who wait.
    looked_at: Monotonic,
    put_so_far: u64,
    /// Items that were put and are not reported done.
    unfinished: u64,
    closed: bool,
}

impl QueueCore {
    /// An empty queue; `maxsize` 0 means no limit.
    pub(crate) fn new(name: String, maxsize: u32) -> Self {
        Self {
            name,
            maxsize,
            items: VecDeque::new(),
            puts: VecDeque::new(),
            gets: VecDeque::new(),
            joins: Vec::new(),
            taken: BTreeMap::new(),
            accounts: BTreeMap::new(),
            granted: 0,
            looked_at: Monotonic::default(),
            put_so_far: 0,
            unfinished: 0,
            closed: false,
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether a put, a get or a join has to wait.
    pub(crate) fn somebody_waits(&self) -> bool {
        !self.puts.is_empty() || !self.gets.is_empty() || !self.joins.is_empty()
    }

    pub(crate) fn maxsize(&self) -> u32 {
        self.maxsize
    }

    /// How many items are in it; those that a child has here and has not handed out are.
    pub(crate) fn depth(&self) -> usize {
        let ahead = self.accounts.values().map(Account::not_handed_out);
        self.items.len() + ahead.sum::<usize>()
    }

    pub(crate) fn put(
        &mut self,
        who: Party,
        bytes: Payload,
        until: Option<Monotonic>,
        now: Monotonic,
    ) -> Vec<Step> {
        let waiter = Waiter { who, until };
        let mut steps = Vec::new();
        if self.closed {
            return vec![self.refusal(who)];
        }
        if self.is_full() {
            self.take_back_places();
        }
        if self.is_full() {
            if waiter.is_overdue(now) {
                let why = QueueError::Full;
                return vec![Step::Refused { who, why }];
            }
            let depth = self.depth();
            steps.push(Step::PutBlocked { who, depth });
        }
        self.begin_wait(now);
        self.puts.push_back((waiter, bytes));
        self.settle(&mut steps);
        steps
    }

    pub(crate) fn get(
        &mut self,
        who: Party,
        until: Option<Monotonic>,
        now: Monotonic,
    ) -> Vec<Step> {
        let waiter = Waiter { who, until };
        self.begin_get(who, now);
        let mut steps = Vec::new();
        if self.closed {
            return vec![self.refusal(who)];
        }
        if self.items.is_empty() && waiter.is_overdue(now) {
            self.take_back_all_ahead();
        }
        if self.items.is_empty() {
            if waiter.is_overdue(now) {
                let why = QueueError::Empty;
                return vec![Step::Refused { who, why }];
            }
            steps.push(Step::GetBlocked { who, depth: 0 });
        }
        self.begin_wait(now);
        self.gets.push_back(waiter);
        self.settle(&mut steps);
        steps
    }

    /// One item is done: the oldest that its reporter owes, or else one of whoever owes most, as in Python anybody may
    /// report.
    pub(crate) fn task_done(&mut self, who: Party) -> Vec<Step> {
        self.notice_handed_out();
        let Some(unfinished) = self.unfinished.checked_sub(1) else {
            let why = QueueError::TaskDoneTooOften;
            return vec![Step::Refused { who, why }];
        };
        self.unfinished = unfinished;
        match self.taken.get_mut(&taker(who)) {
            Some(taken) if taken.owed > 0 => {
                taken.owed -= 1;
                if taken.owed == 0 {
                    taken.held = None;
                }
            }
            _ => {
                let debtor = self.taken.values_mut().max_by_key(|taken| taken.owed);
                if let Some(debtor) = debtor {
                    debtor.owed = debtor.owed.saturating_sub(1);
                }
            }
        }
        let mut steps = vec![Step::Done { who }];
        self.release_joins(&mut steps);
        steps
    }

    pub(crate) fn join(
        &mut self,
        who: Party,
        until: Option<Monotonic>,
        now: Monotonic,
    ) -> Vec<Step> {
        let waiter = Waiter { who, until };
        if self.unfinished == 0 {
            vec![Step::Done { who }]
        } else if self.closed {
            vec![self.refusal(who)]
        } else if waiter.is_overdue(now) {
            let why = QueueError::NotDone;
            vec![Step::Refused { who, why }]
        } else {
            self.joins.push(waiter);
            Vec::new()
        }
    }

    /// A child goes on to something else, such as its next task. What it held comes back unless that went well.
    pub(crate) fn let_go(&mut self, who: Party, well: bool) -> Vec<Step> {
        let mut steps = Vec::new();
        let some_back = match who {
            Party::Child(child) => self.take_back_ahead(child),
            Party::Main(_) => false,
        };
        let held = self.taken.get_mut(&who);
        if let Some(taken) = held
            && let Some(item) = taken.held.take().filter(|_| !well)
        {
            // It owes it no longer: whoever gets it next does. If somebody has reported it done already, it no longer is.
            if let Some(owed) = taken.owed.checked_sub(1) {
                taken.owed = owed;
            } else {
                self.unfinished += 1;
            }
            let item = Item {
                attempt: item.attempt + 1,
                ..item
            };
            self.items.push_front(item.clone());
            let depth = self.depth();
            steps.push(Step::Returned { who, item, depth });
            self.settle(&mut steps);
        } else if some_back {
            self.settle(&mut steps);
        }
        steps
    }

    /// A child has ended. What it held comes back unless it ended by itself and well; all else that it took is done, as
    /// nobody is left to report it.
    pub(crate) fn left(&mut self, who: Party, well: bool) -> Vec<Step> {
        self.puts.retain(|(waiter, _)| waiter.who != who);
        self.gets.retain(|waiter| waiter.who != who);
        self.joins.retain(|waiter| waiter.who != who);
        let mut steps = self.let_go(who, well);
        if let Party::Child(child) = who {
            self.close_account(child);
            self.settle(&mut steps);
        }
        if let Some(taken) = self.taken.remove(&who) {
            self.unfinished = self.unfinished.saturating_sub(taken.owed);
            self.release_joins(&mut steps);
        }
        steps
    }

    /// When the first of those who wait has waited long enough.
    pub(crate) fn next_deadline(&self) -> Option<Monotonic> {
        let puts = self.puts.iter().map(|(waiter, _)| waiter);
        let waiters = puts.chain(&self.gets).chain(&self.joins);
        let deadlines = waiters.filter_map(|waiter| waiter.until);
        deadlines.chain(self.next_look()).min()
    }

    /// Looks after those who wait, and refuses those who have waited long enough; they wait no longer.
    pub(crate) fn refuse_overdue(&mut self, now: Monotonic) -> Vec<Step> {
        let mut steps = Vec::new();
        let puts = self.puts.iter().map(|(waiter, _)| waiter);
        let overdue = puts.chain(&self.gets).any(|waiter| waiter.is_overdue(now));
        if overdue || self.next_look().is_some_and(|at| at <= now) {
            self.look(now, &mut steps);
        }
        steps.extend(self.refuse(|waiter| waiter.is_overdue(now), None));
        steps
    }

    /// Refuses everybody from now on.
    pub(crate) fn close(&mut self) -> Vec<Step> {
        self.closed = true;
        self.take_back_places();
        self.take_back_all_ahead();
        let closed = self.closed_error();
        self.refuse(|_| true, Some(&closed))
    }

    /// Refuses some of those who wait, for this reason or for want of what they wait for.
    fn refuse(&mut self, whom: impl Fn(&Waiter) -> bool, why: Option<&QueueError>) -> Vec<Step> {
        let depth = self.depth();
        let mut steps = Vec::new();
        let mut stays = |waiter: &Waiter, otherwise, step: fn(Party, usize, QueueError) -> Step| {
            let refused = whom(waiter);
            if refused {
                steps.push(step(waiter.who, depth, why.cloned().unwrap_or(otherwise)));
            }
            !refused
        };
        self.puts.retain(|(waiter, _)| {
            stays(waiter, QueueError::Full, |who, depth, why| {
                Step::PutRefused { who, depth, why }
            })
        });
        self.gets.retain(|waiter| {
            stays(waiter, QueueError::Empty, |who, depth, why| {
                Step::GetRefused { who, depth, why }
            })
        });
        self.joins.retain(|waiter| {
            stays(waiter, QueueError::NotDone, |who, _depth, why| {
                Step::Refused { who, why }
            })
        });
        steps
    }

    fn refusal(&self, who: Party) -> Step {
        let why = self.closed_error();
        Step::Refused { who, why }
    }

    fn closed_error(&self) -> QueueError {
        QueueError::Closed {
            queue: self.name.clone(),
        }
    }

    fn is_full(&self) -> bool {
        self.maxsize != 0 && self.depth() + self.granted >= self.maxsize as usize
    }

    fn release_joins(&mut self, steps: &mut Vec<Step>) {
        if self.unfinished == 0 {
            let waited = self.joins.drain(..);
            steps.extend(waited.map(|Waiter { who, .. }| Step::Done { who }));
        }
    }

    /// Lets puts in and gets out until neither can go on.
    fn settle(&mut self, steps: &mut Vec<Step>) {
        loop {
            if !self.is_full()
                && let Some((Waiter { who, .. }, bytes)) = self.puts.pop_front()
            {
                self.admit(bytes);
                let Some(item) = self.items.back().cloned() else {
                    return;
                };
                let depth = self.depth();
                steps.push(Step::Put { who, item, depth });
            } else if !self.gets.is_empty()
                && let Some(item) = self.items.pop_front()
                && let Some(Waiter { who, .. }) = self.gets.pop_front()
            {
                let taken = self.taken.entry(taker(who)).or_default();
                taken.owed += 1;
                // If the main dies, nobody is left to give anything back to.
                taken.held = matches!(who, Party::Child(_)).then(|| item.clone());
                let ahead = self.send_ahead(who);
                let depth = self.depth();
                steps.push(Step::Got {
                    who,
                    item,
                    ahead,
                    depth,
                });
            } else {
                break;
            }
        }
        self.grant_places_after(steps);
    }

    /// The item is in.
    fn admit(&mut self, bytes: Payload) {
        self.put_so_far += 1;
        self.unfinished += 1;
        self.items.push_back(Item {
            number: self.put_so_far,
            bytes,
            attempt: 1,
        });
    }
}

/// All threads of the main together are one that takes items out.
fn taker(who: Party) -> Party {
    match who {
        Party::Main(_) => Party::Main(0),
        child @ Party::Child(_) => child,
    }
}

#[cfg(test)]
mod tests;
