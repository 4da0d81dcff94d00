//! The queue's state machine: what happened goes in, who is to be answered comes out. No I/O, no clock, no lock.

use std::collections::{BTreeMap, VecDeque};

/// Who puts or gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Party {
    /// A child.
    Child(u64),
    /// A thread of the main, by the ticket it waits with.
    Main(u64),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    pub(crate) number: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) attempt: u32,
}

/// What happened in the queue, in order; the engine tells its watcher and answers whoever waits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// The item is in the queue.
    Put {
        who: Party,
        item: Item,
        depth: usize,
    },
    /// The item was taken out.
    Got {
        who: Party,
        item: Item,
        depth: usize,
    },
    /// The item is back at the front.
    Returned {
        who: Party,
        item: Item,
        depth: usize,
    },
    /// The put waits.
    PutBlocked { who: Party, depth: usize },
    /// The get waits.
    GetBlocked { who: Party, depth: usize },
    /// The put or get is refused.
    Refused { who: Party },
}

#[derive(Debug)]
pub(crate) struct QueueCore {
    pub(crate) name: String,
    maxsize: usize,
    items: VecDeque<Item>,
    puts: VecDeque<(Party, Vec<u8>)>,
    gets: VecDeque<Party>,
    /// What each child took last and has not finished: it comes back if the child dies.
    held: BTreeMap<Party, Item>,
    put_so_far: u64,
    closed: bool,
}

impl QueueCore {
    /// An empty queue; `maxsize` 0 means no limit.
    pub(crate) fn new(name: String, maxsize: u32) -> Self {
        Self {
            name,
            maxsize: maxsize as usize,
            items: VecDeque::new(),
            puts: VecDeque::new(),
            gets: VecDeque::new(),
            held: BTreeMap::new(),
            put_so_far: 0,
            closed: false,
        }
    }

    pub(crate) fn put(&mut self, who: Party, bytes: Vec<u8>) -> Vec<Step> {
        if self.closed {
            return vec![Step::Refused { who }];
        }
        let mut steps = Vec::new();
        if self.is_full() {
            steps.push(Step::PutBlocked {
                who,
                depth: self.items.len(),
            });
        }
        self.puts.push_back((who, bytes));
        self.settle(&mut steps);
        steps
    }

    pub(crate) fn get(&mut self, who: Party) -> Vec<Step> {
        // Whoever asks for more has finished what it had.
        self.held.remove(&who);
        if self.closed {
            return vec![Step::Refused { who }];
        }
        let mut steps = Vec::new();
        if self.items.is_empty() {
            steps.push(Step::GetBlocked { who, depth: 0 });
        }
        self.gets.push_back(who);
        self.settle(&mut steps);
        steps
    }

    /// A child has ended. What it held comes back unless it ended by itself and well.
    pub(crate) fn left(&mut self, who: Party, well: bool) -> Vec<Step> {
        self.puts.retain(|(party, _)| *party != who);
        self.gets.retain(|party| *party != who);
        let mut steps = Vec::new();
        if let Some(item) = self.held.remove(&who)
            && !well
        {
            let item = Item {
                attempt: item.attempt + 1,
                ..item
            };
            self.items.push_front(item.clone());
            steps.push(Step::Returned {
                who,
                item,
                depth: self.items.len(),
            });
            self.settle(&mut steps);
        }
        steps
    }

    /// Refuses everybody from now on.
    pub(crate) fn close(&mut self) -> Vec<Step> {
        self.closed = true;
        let waiting = self
            .puts
            .drain(..)
            .map(|(who, _)| who)
            .chain(self.gets.drain(..));
        waiting.map(|who| Step::Refused { who }).collect()
    }

    fn is_full(&self) -> bool {
        self.maxsize != 0 && self.items.len() >= self.maxsize
    }

    /// Lets puts in and gets out until neither can go on.
    fn settle(&mut self, steps: &mut Vec<Step>) {
        loop {
            if !self.is_full()
                && let Some((who, bytes)) = self.puts.pop_front()
            {
                self.put_so_far += 1;
                let item = Item {
                    number: self.put_so_far,
                    bytes,
                    attempt: 1,
                };
                self.items.push_back(item.clone());
                steps.push(Step::Put {
                    who,
                    item,
                    depth: self.items.len(),
                });
            } else if !self.items.is_empty()
                && let Some(who) = self.gets.pop_front()
            {
                let Some(item) = self.items.pop_front() else {
                    return;
                };
                if matches!(who, Party::Child(_)) {
                    self.held.insert(who, item.clone());
                }
                steps.push(Step::Got {
                    who,
                    item,
                    depth: self.items.len(),
                });
            } else {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: Party = Party::Child(1);
    const C: Party = Party::Child(2);
    const D: Party = Party::Child(3);

    fn item(number: u64, byte: u8, attempt: u32) -> Item {
        Item {
            number,
            bytes: vec![byte],
            attempt,
        }
    }

    #[test]
    fn items_come_out_in_order() {
        let mut queue = QueueCore::new("food".into(), 0);
        assert_eq!(
            queue.put(P, vec![7]),
            [Step::Put {
                who: P,
                item: item(1, 7, 1),
                depth: 1
            }]
        );
        assert_eq!(
            queue.put(P, vec![8]),
            [Step::Put {
                who: P,
                item: item(2, 8, 1),
                depth: 2
            }]
        );
        assert_eq!(
            queue.get(C),
            [Step::Got {
                who: C,
                item: item(1, 7, 1),
                depth: 1
            }]
        );
        assert_eq!(
            queue.get(C),
            [Step::Got {
                who: C,
                item: item(2, 8, 1),
                depth: 0
            }]
        );
        assert_eq!(queue.get(C), [Step::GetBlocked { who: C, depth: 0 }]);
        let put = queue.put(P, vec![9]);
        assert_eq!(
            put,
            [
                Step::Put {
                    who: P,
                    item: item(3, 9, 1),
                    depth: 1
                },
                Step::Got {
                    who: C,
                    item: item(3, 9, 1),
                    depth: 0
                }
            ]
        );
    }

    #[test]
    fn a_full_queue_blocks_its_producer() {
        let mut queue = QueueCore::new("food".into(), 1);
        queue.put(P, vec![1]);
        assert_eq!(
            queue.put(P, vec![2]),
            [Step::PutBlocked { who: P, depth: 1 }]
        );
        let got = queue.get(C);
        assert_eq!(
            got,
            [
                Step::Got {
                    who: C,
                    item: item(1, 1, 1),
                    depth: 0
                },
                Step::Put {
                    who: P,
                    item: item(2, 2, 1),
                    depth: 1
                }
            ]
        );
    }

    #[test]
    fn a_killed_consumer_loses_no_item_and_a_clean_exit_returns_none() {
        let mut queue = QueueCore::new("food".into(), 0);
        queue.put(P, vec![1]);
        queue.put(P, vec![2]);
        queue.get(C);
        assert_eq!(
            queue.left(C, false),
            [Step::Returned {
                who: C,
                item: item(1, 1, 2),
                depth: 2
            }]
        );
        assert_eq!(
            queue.get(D),
            [Step::Got {
                who: D,
                item: item(1, 1, 2),
                depth: 1
            }]
        );
        assert_eq!(queue.left(D, true), []);
        queue.get(C);
        queue.get(D);
        let returned = queue.left(C, false);
        assert_eq!(
            returned,
            [
                Step::Returned {
                    who: C,
                    item: item(2, 2, 2),
                    depth: 1
                },
                Step::Got {
                    who: D,
                    item: item(2, 2, 2),
                    depth: 0
                }
            ]
        );
    }

    #[test]
    fn the_dead_wait_for_nothing() {
        let mut queue = QueueCore::new("food".into(), 1);
        queue.get(C);
        assert_eq!(queue.left(C, false), []);
        queue.put(P, vec![1]);
        queue.put(P, vec![2]);
        queue.left(P, false);
        assert_eq!(
            queue.get(D),
            [Step::Got {
                who: D,
                item: item(1, 1, 1),
                depth: 0
            }]
        );
        assert_eq!(queue.get(D), [Step::GetBlocked { who: D, depth: 0 }]);
        assert_eq!(queue.close(), [Step::Refused { who: D }]);
        assert_eq!(queue.put(P, vec![3]), [Step::Refused { who: P }]);
    }
}
