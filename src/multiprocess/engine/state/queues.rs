//! Queues: passes calls to their state machines and answers whoever waited.

use super::{Action, State};
use crate::multiprocess::observer::{Event, ItemEvent};
use crate::multiprocess::queue_core::{Item, Party, QueueCore, Step};
use crate::multiprocess::wire::ToChild;
use crate::os::{Monotonic, this};

impl State {
    /// A put or get of a child.
    pub(crate) fn on_queue_call(&mut self, child: u64, name: &str, put: Option<Vec<u8>>) {
        let Some(queue) = self.queues.iter().position(|queue| queue.name == name) else {
            self.actions.push_back(Action::Send {
                child,
                message: ToChild::NoSuchQueue,
            });
            return;
        };
        let Some(core) = self.queues.get_mut(queue) else {
            return;
        };
        let who = Party::Child(child);
        let steps = match put {
            Some(item) => core.put(who, item),
            None => core.get(who),
        };
        self.follow(queue, steps);
    }

    /// A put of the main; the answer comes into `tickets`.
    pub(crate) fn main_put(&mut self, queue: usize, item: Vec<u8>) -> u64 {
        self.next_ticket += 1;
        let ticket = self.next_ticket;
        let steps = self
            .queues
            .get_mut(queue)
            .map(|core| core.put(Party::Main(ticket), item))
            .unwrap_or_default();
        self.follow(queue, steps);
        ticket
    }

    /// Refuses everybody at a queue from now on.
    pub(crate) fn close_queue(&mut self, queue: usize) {
        let steps = self
            .queues
            .get_mut(queue)
            .map(QueueCore::close)
            .unwrap_or_default();
        self.follow(queue, steps);
    }

    pub(super) fn follow(&mut self, queue: usize, steps: Vec<Step>) {
        self.follow_of(queue, steps, None);
    }

    /// Tells of what happened in a queue and answers whoever waited. `leaving` is a child that is no longer listed.
    pub(super) fn follow_of(
        &mut self,
        queue: usize,
        steps: Vec<Step>,
        leaving: Option<(u64, u32)>,
    ) {
        let now = Monotonic::now();
        for step in steps {
            let (who, answer) = match &step {
                Step::Put { who, .. } => (*who, Some(ToChild::Put)),
                Step::Got { who, item, .. } => (*who, Some(ToChild::Got(item.bytes.clone()))),
                Step::Refused { who } => (*who, Some(ToChild::QueueClosed)),
                Step::Returned { who, .. }
                | Step::PutBlocked { who, .. }
                | Step::GetBlocked { who, .. } => (*who, None),
            };
            let pid = match who {
                Party::Main(_) => this::pid(),
                Party::Child(child) => match leaving {
                    Some((gone, pid)) if gone == child => pid,
                    _ => self.owner_and_pid(child).map_or(0, |(_, pid)| pid),
                },
            };
            self.tell_step(now, queue, &step, pid);
            match (who, answer) {
                (Party::Child(child), Some(message)) => {
                    self.actions.push_back(Action::Send { child, message });
                }
                (Party::Main(ticket), Some(message)) => {
                    self.tickets.insert(ticket, message == ToChild::Put);
                }
                (_, None) => {}
            }
        }
    }

    fn tell_step(&self, at: Monotonic, queue: usize, step: &Step, pid: u32) {
        let Some(core) = self.queues.get(queue) else {
            return;
        };
        let queue = core.name.as_str();
        let event = match step {
            Step::Put { item, depth, .. } => Event::ItemPut(item_event(queue, item, *depth, pid)),
            Step::Got { item, depth, .. } => Event::ItemGot(item_event(queue, item, *depth, pid)),
            Step::Returned { item, depth, .. } => {
                Event::ItemReturned(item_event(queue, item, *depth, pid))
            }
            Step::PutBlocked { depth, .. } => Event::PutBlocked {
                queue,
                pid,
                depth: *depth,
            },
            Step::GetBlocked { depth, .. } => Event::GetBlocked {
                queue,
                pid,
                depth: *depth,
            },
            Step::Refused { .. } => return,
        };
        self.tell(at, event);
    }
}

fn item_event<'a>(queue: &'a str, item: &'a Item, depth: usize, pid: u32) -> ItemEvent<'a> {
    ItemEvent {
        queue,
        number: item.number,
        item: &item.bytes,
        pid,
        depth,
        attempt: item.attempt,
    }
}
