//! Threads that wait while somebody else drives: each is woken when what it waits for may have come, and none for anything else.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Condvar;

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Topic {
    /// A result, by the address of the place where it arrives.
    Result(usize),
    /// The answer of a queue, by its ticket.
    Ticket(u64),
    /// A child that starts, becomes ready or ends, or what ends with one.
    Children,
}

impl Topic {
    /// The result that arrives there.
    pub(crate) fn result<T>(place: &Arc<T>) -> Self {
        Self::Result(Arc::as_ptr(place).addr())
    }
}

/// Those that wait, by what they wait for.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    threads: BTreeMap<Topic, Vec<Arc<Condvar>>>,
    /// What has come since they were last woken.
    came: Vec<Topic>,
}

impl Waiting {
    /// A thread goes to sleep, until this is notified.
    pub(super) fn add(&mut self, topic: Topic, thread: &Arc<Condvar>) {
        let threads = self.threads.entry(topic).or_default();
        threads.push(Arc::clone(thread));
    }

    /// It is awake.
    pub(super) fn remove(&mut self, topic: Topic, thread: &Arc<Condvar>) {
        if let Some(threads) = self.threads.get_mut(&topic) {
            threads.retain(|other| !Arc::ptr_eq(other, thread));
            if threads.is_empty() {
                self.threads.remove(&topic);
            }
        }
    }

    /// Something has come: those that wait for it are to be woken.
    pub(super) fn came(&mut self, topic: Topic) {
        // Whoever comes later looks before it sleeps.
        if !self.threads.is_empty() && self.came.last() != Some(&topic) {
            self.came.push(topic);
        }
    }

    /// Wakes those for whom something has come.
    pub(super) fn wake(&mut self) {
        for topic in self.came.drain(..) {
            let threads = self.threads.get(&topic);
            threads.into_iter().flatten().for_each(|thread| {
                thread.notify_one();
            });
        }
    }

    /// Wakes one of them, whatever it waits for.
    pub(super) fn wake_one(&self) {
        if let Some(thread) = self.threads.values().flatten().next() {
            thread.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_come_is_remembered_for_those_who_wait_and_only_for_them() {
        let mut waiting = Waiting::default();
        waiting.came(Topic::Children);
        assert_eq!(waiting.came, [], "nobody waits");
        let (thread, place) = (Arc::new(Condvar::new()), Arc::new(7));
        let topic = Topic::result(&place);
        waiting.add(topic, &thread);
        waiting.add(Topic::Ticket(1), &thread);
        waiting.remove(Topic::Ticket(1), &thread);
        for _ in 0..3 {
            waiting.came(topic);
        }
        assert_eq!(waiting.came, [topic]);
        waiting.wake();
        assert_eq!((waiting.came.len(), waiting.threads.len()), (0, 1));
        waiting.remove(topic, &thread);
        assert!(waiting.threads.is_empty() && Arc::strong_count(&thread) == 1);
    }
}
