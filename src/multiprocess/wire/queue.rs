//! What is asked of a queue, and what is answered: by children over the wire, by threads of the main directly.

use serde::{Deserialize, Serialize};

use crate::multiprocess::error::QueueError;
use crate::os::Monotonic;

/// Something asked of a queue; each gets exactly one [`QueueAnswer`].
///
/// Who is to wait says until when. The clock is one for all processes of a machine, so the main keeps everybody's time: it
/// alone decides whether an item or the end of the time came first, and nothing is lost between the two. A moment that has
/// passed, such as the zero of the clock, means not to wait at all; none means to wait for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum QueueCall {
    /// Wait until there is room, then put the item.
    Put {
        /// The item, opaque here.
        #[serde(with = "serde_bytes")]
        item: Vec<u8>,
        /// Until when to wait.
        until: Option<Monotonic>,
    },
    /// Wait until there is an item, then take it.
    Get {
        /// Until when to wait.
        until: Option<Monotonic>,
    },
    /// One item that was got is done.
    TaskDone,
    /// Wait until every item that was put is done.
    Join {
        /// Until when to wait.
        until: Option<Monotonic>,
    },
    /// Refuse every put and get from now on.
    Close,
    /// Say how full it is.
    Look,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum QueueAnswer {
    /// The item is in the queue, the item is done, all items are done, or the queue is closed.
    Done,
    /// The item.
    Got(#[serde(with = "serde_bytes")] Vec<u8>),
    /// How full it is.
    Size {
        /// Items in it.
        items: u64,
        /// How many it holds; 0 for no limit.
        maxsize: u32,
    },
    /// No, and why.
    Refused(QueueError),
}

impl QueueAnswer {
    /// What a get was answered.
    pub(crate) fn item(self) -> Result<Vec<u8>, QueueError> {
        match self {
            Self::Got(item) => Ok(item),
            Self::Refused(why) => Err(why),
            Self::Done | Self::Size { .. } => Err(QueueError::WrongAnswer),
        }
    }

    /// What a call was answered that gives nothing back.
    pub(crate) fn done(self) -> Result<(), QueueError> {
        match self {
            Self::Done => Ok(()),
            Self::Refused(why) => Err(why),
            Self::Got(_) | Self::Size { .. } => Err(QueueError::WrongAnswer),
        }
    }

    /// What a look was answered: items and maxsize.
    pub(crate) fn size(self) -> Result<(u64, u32), QueueError> {
        match self {
            Self::Size { items, maxsize } => Ok((items, maxsize)),
            Self::Refused(why) => Err(why),
            Self::Got(_) | Self::Done => Err(QueueError::WrongAnswer),
        }
    }
}
