//! Who asks something of a queue, and what comes of it.

use crate::multiprocess::error::QueueError;
use crate::multiprocess::wire::Payload;

/// Who asks.
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
    pub(crate) bytes: Payload,
    pub(crate) attempt: u32,
}

/// What happened in the queue, in order; the engine tells its watcher and answers whoever waited.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// The item is in the queue.
    Put {
        who: Party,
        item: Item,
        depth: usize,
    },
    /// The item was taken out, and these are to go with it.
    Got {
        who: Party,
        item: Item,
        ahead: Vec<Payload>,
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
    /// The put has waited in vain.
    PutRefused {
        who: Party,
        depth: usize,
        why: QueueError,
    },
    /// The get has waited in vain.
    GetRefused {
        who: Party,
        depth: usize,
        why: QueueError,
    },
    /// An item is reported done, or all are.
    Done { who: Party },
    /// What was asked is refused, without a wait that anybody was told of.
    Refused { who: Party, why: QueueError },
}

impl Step {
    pub(crate) fn who(&self) -> Party {
        match *self {
            Self::Put { who, .. }
            | Self::Got { who, .. }
            | Self::Returned { who, .. }
            | Self::PutBlocked { who, .. }
            | Self::GetBlocked { who, .. }
            | Self::PutRefused { who, .. }
            | Self::GetRefused { who, .. }
            | Self::Done { who }
            | Self::Refused { who, .. } => who,
        }
    }
}
