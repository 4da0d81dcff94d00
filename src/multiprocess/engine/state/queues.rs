//! Queues: passes calls to their state machines and answers whoever waited.

use std::sync::Arc;

use super::roster::Used;
use super::{Action, State};
use crate::multiprocess::board::ACCOUNTS;
use crate::multiprocess::engine::Topic;
use crate::multiprocess::error::QueueError;
use crate::multiprocess::observer::{Event, ItemEvent};
use crate::multiprocess::queue::core::{Item, Party, QueueCore, Step};
use crate::multiprocess::wire::{Payload, QueueAnswer, QueueCall, ToChild};
use crate::os::{Monotonic, this};

impl State {
    /// Adds a queue, and returns its place.
    pub(crate) fn add_queue(&mut self, name: &str, maxsize: u32) -> Result<usize, QueueError> {
        if self.queues.named(name).is_some() {
            let queue = name.to_owned();
            return Err(QueueError::NameTaken { queue });
        }
        let mut core = QueueCore::new(name.to_owned(), maxsize);
        if self.closed {
            // Nobody waits yet, so nobody is to be told.
            core.close();
        }
        let queue = self.queues.add(core);
        let event = Event::QueueCreated {
            queue: name,
            maxsize,
        };
        self.tell(Monotonic::now(), event);
        Ok(queue)
    }

    /// Nobody has a handle to the queue any more. Children use it until it is closed; then nothing of it stays.
    pub(crate) fn drop_queue(&mut self, queue: usize) {
        self.queues.release(queue);
    }

    /// A child asks something of a queue; whether it makes sense.
    pub(crate) fn on_queue_call(
        &mut self,
        child: u64,
        name: &str,
        account: Option<u8>,
        mut call: QueueCall,
    ) -> bool {
        let who = Party::Child(child);
        if let QueueCall::Put { item, .. } = &mut call {
            let bay = self.children.get(&child).and_then(|it| it.bay.as_ref());
            let Some(kept) = std::mem::take(item).kept(bay) else {
                return false;
            };
            if let Payload::Large(bytes) = &kept
                && let Err(reason) = bytes.open()
            {
                self.answer(who, QueueAnswer::Refused(QueueError::OutOfReach { reason }));
                return true;
            }
            *item = kept;
        }
        let record = self.children.get_mut(&child);
        if let Some(queue) = self.queues.named(name) {
            if let Some(record) = record {
                record.used.add(name, queue, &self.queues);
            }
            if let Some(account) = account {
                self.open_account(child, account, queue);
            }
            self.call_queue(queue, who, call);
        } else {
            let queue = name.to_owned();
            // Of one that is gone it hears what it would have heard a moment before.
            let why = if record.is_some_and(|record| record.used.has(name)) {
                QueueError::Closed { queue }
            } else {
                QueueError::NoSuchQueue { queue }
            };
            self.answer(who, QueueAnswer::Refused(why));
        }
        true
    }

    /// The child need not ask each time from now on. One who watches is told of each item as it goes, so then it must.
    fn open_account(&mut self, child: u64, account: u8, queue: usize) {
        if self.observer.is_some() || account >= ACCOUNTS {
            return;
        }
        let Some(record) = self.children.get_mut(&child) else {
            return;
        };
        if record.accounts.get(&account) == Some(&queue) {
            return;
        }
        // Its place was that of another queue, which was closed.
        let before = record.accounts.remove(&account);
        if let Some(core) = before.and_then(|before| self.queues.get_mut(before)) {
            core.give_up_account(child);
        }
        if let (Some(core), Some(board)) = (self.queues.get_mut(queue), &record.board)
            && core.open(child, Arc::clone(board), account)
        {
            record.accounts.insert(account, queue);
        }
    }

    /// A child has put an item without asking; whether it had a place for it.
    pub(crate) fn on_posted(&mut self, child: u64, account: u8, item: Payload) -> bool {
        let Some(record) = self.children.get(&child) else {
            return false;
        };
        let (Some(&queue), Some(item)) = (
            record.accounts.get(&account),
            item.kept(record.bay.as_ref()),
        ) else {
            return false;
        };
        let Some(core) = self.queues.get_mut(queue) else {
            // It is gone: nobody can get the item.
            return true;
        };
        let Some(steps) = core.posted(child, item) else {
            return false;
        };
        // Most often nobody waits for it.
        if !steps.is_empty() {
            self.follow(queue, steps, None);
        }
        true
    }

    /// A thread of the main asks something of a queue; the answer comes into `tickets`.
    pub(crate) fn main_queue_call(&mut self, queue: usize, call: QueueCall) -> u64 {
        self.next_ticket += 1;
        let ticket = self.next_ticket;
        self.call_queue(queue, Party::Main(ticket), call);
        ticket
    }

    /// Refuses everybody at a queue from now on.
    pub(crate) fn close_queue(&mut self, queue: usize) {
        let steps = self.queues.get_mut(queue).map(QueueCore::close);
        self.follow(queue, steps.unwrap_or_default(), None);
    }

    /// A child has ended its task. What it took from queues is finished, or comes back.
    pub(crate) fn let_go_of_items(&mut self, child: u64, well: bool) {
        let Some(record) = self.children.get_mut(&child) else {
            return;
        };
        if record.used.none_in_task() {
            return;
        }
        for queue in record.used.end_task() {
            let core = self.queues.get_mut(queue);
            let steps = core.map(|core| core.let_go(Party::Child(child), well));
            self.follow(queue, steps.unwrap_or_default(), None);
        }
    }

    /// A child, no longer listed, has ended that has used these queues.
    pub(super) fn leave_queues(&mut self, used: Used, child: u64, pid: u32, well: bool) {
        for queue in used.end() {
            let core = self.queues.get_mut(queue);
            let steps = core.map(|core| core.left(Party::Child(child), well));
            self.follow(queue, steps.unwrap_or_default(), Some((child, pid)));
        }
    }

    /// When the first of those who wait at a queue has waited long enough.
    pub(super) fn next_queue_deadline(&self) -> Option<Monotonic> {
        self.queues
            .waited()
            .filter_map(QueueCore::next_deadline)
            .min()
    }

    /// Refuses those who have waited long enough at a queue.
    pub(super) fn refuse_overdue(&mut self, now: Monotonic) {
        let mut last = 0;
        while let Some(queue) = self.queues.next_waited(last) {
            let core = self.queues.get_mut(queue);
            let steps = core.map(|core| core.refuse_overdue(now));
            self.follow(queue, steps.unwrap_or_default(), None);
            last = queue;
        }
    }

    fn call_queue(&mut self, queue: usize, who: Party, call: QueueCall) {
        let Some(core) = self.queues.get_mut(queue) else {
            return;
        };
        let now = self.clock.now();
        // Those who ask reckon by the machine's clock, which no one holds.
        let until = |until: Option<Monotonic>| until.map(|until| self.clock.at(until));
        let steps = match call {
            QueueCall::Put { item, until: at } => core.put(who, item, until(at), now),
            QueueCall::Get { until: at } => core.get(who, until(at), now),
            QueueCall::TaskDone => core.task_done(who),
            QueueCall::Join { until: at } => core.join(who, until(at), now),
            QueueCall::Close => {
                let mut steps = core.close();
                steps.push(Step::Done { who });
                steps
            }
            QueueCall::Look => {
                let (items, maxsize) = (core.depth() as u64, core.maxsize());
                return self.answer(who, QueueAnswer::Size { items, maxsize });
            }
        };
        self.follow(queue, steps, None);
    }

    /// Tells of what happened in a queue and answers whoever waited. `leaving` is a child that is no longer listed.
    fn follow(&mut self, queue: usize, steps: Vec<Step>, leaving: Option<(u64, u32)>) {
        if !steps.is_empty() && self.observer.is_some() {
            let now = Monotonic::now();
            for step in &steps {
                self.tell_step(now, queue, step, leaving);
            }
        }
        self.queues.changed(queue);
        for step in steps {
            match step {
                Step::Put { who, .. } | Step::Done { who } => self.answer(who, QueueAnswer::Done),
                Step::Got {
                    who, item, ahead, ..
                } => {
                    let item = item.bytes;
                    self.answer(who, QueueAnswer::Got { ahead, item });
                }
                Step::PutRefused { who, why, .. }
                | Step::GetRefused { who, why, .. }
                | Step::Refused { who, why } => self.answer(who, QueueAnswer::Refused(why)),
                Step::Returned { .. } | Step::PutBlocked { .. } | Step::GetBlocked { .. } => {}
            }
        }
    }

    fn answer(&mut self, who: Party, answer: QueueAnswer) {
        match who {
            Party::Child(child) => self.actions.push_back(Action::Send {
                child,
                message: ToChild::Queue(answer),
            }),
            Party::Main(ticket) => {
                self.tickets.insert(ticket, answer);
                self.turns.came(Topic::Ticket(ticket));
            }
        }
    }

    fn tell_step(&self, at: Monotonic, queue: usize, step: &Step, leaving: Option<(u64, u32)>) {
        let Some(core) = self.queues.get(queue) else {
            return;
        };
        let queue = core.name.as_str();
        let pid = match step.who() {
            Party::Main(_) => this::pid(),
            Party::Child(child) => match leaving {
                Some((gone, pid)) if gone == child => pid,
                _ => self.owner_and_pid(child).map_or(0, |(_, pid)| pid),
            },
        };
        let event = match *step {
            Step::Put {
                ref item, depth, ..
            } => Event::ItemPut(item_event(queue, item, depth, pid)),
            Step::Got {
                ref item, depth, ..
            } => Event::ItemGot(item_event(queue, item, depth, pid)),
            Step::Returned {
                ref item, depth, ..
            } => Event::ItemReturned(item_event(queue, item, depth, pid)),
            Step::PutBlocked { depth, .. } => Event::PutBlocked { queue, pid, depth },
            Step::GetBlocked { depth, .. } => Event::GetBlocked { queue, pid, depth },
            Step::PutRefused { depth, .. } => Event::PutRefused { queue, pid, depth },
            Step::GetRefused { depth, .. } => Event::GetRefused { queue, pid, depth },
            Step::Done { .. } | Step::Refused { .. } => return,
        };
        self.tell(at, event);
    }
}

fn item_event<'a>(queue: &'a str, item: &'a Item, depth: usize, pid: u32) -> ItemEvent<'a> {
    ItemEvent {
        queue,
        number: item.number,
        // A queue that is watched has them all here.
        item: item.bytes.bytes().unwrap_or_default(),
        pid,
        depth,
        attempt: item.attempt,
    }
}
