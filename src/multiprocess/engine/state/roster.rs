//! Which pools and queues there are: what a call or a round goes through are those that live, however many there were.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::PoolRecord;
use crate::multiprocess::queue::core::QueueCore;

/// The pools by their numbers: those that live and, for whoever asks about them, those that have ended and have a handle.
#[derive(Default)]
pub(crate) struct Pools {
    living: BTreeMap<usize, PoolRecord>,
    ended: BTreeMap<usize, PoolRecord>,
    made: usize,
}

impl Pools {
    pub(super) fn add(&mut self, record: PoolRecord) -> usize {
        self.made += 1;
        self.living.insert(self.made, record);
        self.made
    }

    pub(super) fn get(&self, pool: usize) -> Option<&PoolRecord> {
        self.living.get(&pool).or_else(|| self.ended.get(&pool))
    }

    pub(super) fn get_mut(&mut self, pool: usize) -> Option<&mut PoolRecord> {
        let living = self.living.get_mut(&pool);
        living.or_else(|| self.ended.get_mut(&pool))
    }

    pub(super) fn living(&self) -> impl Iterator<Item = &PoolRecord> {
        self.living.values()
    }

    /// The living pool with the next number after this one; the first one is after 0.
    pub(super) fn next_living(&mut self, after: usize) -> Option<(usize, &mut PoolRecord)> {
        let next = (Bound::Excluded(after), Bound::Unbounded);
        let (&pool, record) = self.living.range_mut(next).next()?;
        Some((pool, record))
    }

    /// It has ended.
    pub(super) fn end(&mut self, pool: usize) {
        if let Some(record) = self.living.remove(&pool)
            && record.has_handle
        {
            self.ended.insert(pool, record);
        }
    }

    /// Its handle is gone.
    pub(super) fn release(&mut self, pool: usize) {
        self.ended.remove(&pool);
        if let Some(record) = self.living.get_mut(&pool) {
            record.has_handle = false;
        }
    }
}

/// The queues by their numbers and names. One that is closed and has no handle is gone: nobody can do anything with it.
#[derive(Default)]
pub(crate) struct Queues {
    living: BTreeMap<usize, QueueRecord>,
    names: BTreeMap<String, usize>,
    /// Those at which somebody waits.
    waited: BTreeSet<usize>,
    made: usize,
}

struct QueueRecord {
    core: QueueCore,
    has_handle: bool,
}

impl Queues {
    pub(super) fn add(&mut self, core: QueueCore) -> usize {
        self.made += 1;
        self.names.insert(core.name.clone(), self.made);
        let record = QueueRecord {
            core,
            has_handle: true,
        };
        self.living.insert(self.made, record);
        self.made
    }

    pub(crate) fn get(&self, queue: usize) -> Option<&QueueCore> {
        self.living.get(&queue).map(|record| &record.core)
    }

    pub(super) fn get_mut(&mut self, queue: usize) -> Option<&mut QueueCore> {
        self.living.get_mut(&queue).map(|record| &mut record.core)
    }

    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    pub(super) fn all(&self) -> Vec<usize> {
        self.living.keys().copied().collect()
    }

    /// Those at which somebody waits.
    pub(super) fn waited(&self) -> impl Iterator<Item = &QueueCore> {
        self.waited.iter().filter_map(|&queue| self.get(queue))
    }

    /// The queue at which somebody waits with the next number after this one; the first one is after 0.
    pub(super) fn next_waited(&self, after: usize) -> Option<usize> {
        let next = (Bound::Excluded(after), Bound::Unbounded);
        self.waited.range(next).next().copied()
    }

    /// Something has happened at the queue.
    pub(super) fn changed(&mut self, queue: usize) {
        let Some(record) = self.living.get(&queue) else {
            return;
        };
        if record.core.somebody_waits() {
            self.waited.insert(queue);
        } else {
            self.waited.remove(&queue);
        }
        if !record.has_handle && record.core.is_closed() {
            self.names.remove(&record.core.name);
            self.waited.remove(&queue);
            self.living.remove(&queue);
        }
    }

    /// Its last handle is gone.
    pub(super) fn release(&mut self, queue: usize) {
        if let Some(record) = self.living.get_mut(&queue) {
            record.has_handle = false;
        }
        self.changed(queue);
    }
}

/// So many queues that are gone a child may be said to have used.
const SLACK: usize = 64;

/// The queues that a child has used.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// In its whole life: these may know it.
    ever: BTreeSet<usize>,
    /// In its present task, by their names.
    in_task: BTreeMap<String, usize>,
    /// How many there may be until those that are gone are looked for.
    room: usize,
}

impl Used {
    /// It uses a queue.
    pub(super) fn add(&mut self, name: &str, queue: usize, queues: &Queues) {
        if self.in_task.get(name) == Some(&queue) {
            return;
        }
        self.in_task.insert(name.to_owned(), queue);
        self.ever.insert(queue);
        if self.ever.len() > self.room {
            self.ever.retain(|&queue| queues.get(queue).is_some());
            self.room = 2 * self.ever.len() + SLACK;
        }
    }

    /// Whether it has used one of that name in its present task.
    pub(super) fn has(&self, name: &str) -> bool {
        self.in_task.contains_key(name)
    }

    /// Whether it has used none in its present task.
    #[inline]
    pub(super) fn none_in_task(&self) -> bool {
        self.in_task.is_empty()
    }

    /// Its task is over: those that it has used in it.
    pub(super) fn end_task(&mut self) -> impl Iterator<Item = usize> + use<> {
        std::mem::take(&mut self.in_task).into_values()
    }

    /// It is over with the child: those that may know it.
    pub(super) fn end(self) -> impl Iterator<Item = usize> {
        self.ever.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_is_closed_and_has_no_handle_is_gone_with_its_name() {
        let mut queues = Queues::default();
        let add = |queues: &mut Queues, name: &str| queues.add(QueueCore::new(name.to_owned(), 0));
        let (first, second) = (add(&mut queues, "first"), add(&mut queues, "second"));
        queues.release(first);
        assert_eq!(queues.named("first"), Some(first), "children still use it");
        for queue in [first, second] {
            queues.get_mut(queue).unwrap().close();
            queues.changed(queue);
        }
        assert_eq!((queues.named("first"), queues.all()), (None, vec![second]));
        queues.release(second);
        assert_eq!((queues.named("second"), queues.all()), (None, vec![]));
        let again = add(&mut queues, "second");
        assert_eq!(queues.named("second"), Some(again));
    }

    #[test]
    fn what_a_child_used_and_is_gone_is_forgotten() {
        let (mut queues, mut used) = (Queues::default(), Used::default());
        let stays = queues.add(QueueCore::new("stays".to_owned(), 0));
        used.add("stays", stays, &queues);
        for number in 0..10_000 {
            let name = number.to_string();
            let queue = queues.add(QueueCore::new(name.clone(), 0));
            used.add(&name, queue, &queues);
            assert!(used.has(&name));
            queues.get_mut(queue).unwrap().close();
            queues.release(queue);
            let in_task: Vec<_> = used.end_task().collect();
            assert!(in_task.contains(&queue) && !used.has(&name));
        }
        let ever: Vec<_> = used.end().collect();
        assert!(ever.len() <= 2 * SLACK + 3 && ever[0] == stays, "{ever:?}");
    }
}
