//! What is asked of a queue, and what is answered: by children over the wire, by threads of the main directly.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::ByteBuf;

use crate::multiprocess::error::QueueError;
use crate::os::Monotonic;

/// An item on its way, opaque here. Its copies share its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payload(Arc<Vec<u8>>);

impl Payload {
    /// The bytes; not copied if nobody else has them.
    pub fn into_vec(self) -> Vec<u8> {
        Arc::unwrap_or_clone(self.0)
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Arc::new(bytes))
    }
}

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        ByteBuf::deserialize(from).map(|bytes| Self::from(bytes.into_vec()))
    }
}

/// Something asked of a queue; each gets exactly one [`QueueAnswer`].
///
/// Who is to wait says until when. The clock is one for all processes of a machine, so the main keeps everybody's time: it
/// alone decides whether an item or the end of the time came first, and nothing is lost between the two. A moment that has
/// passed, such as the zero of the clock, means not to wait at all; none means to wait for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum QueueCall {
    /// Wait until there is room, then put the item.
    Put {
        /// The item.
        item: Payload,
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
    /// An item.
    Got {
        /// Those that come after it: the child may hand them out without asking, as far as its account says.
        ahead: Vec<Payload>,
        /// The item.
        item: Payload,
    },
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
            Self::Got { item, .. } => Ok(item.into_vec()),
            Self::Refused(why) => Err(why),
            Self::Done | Self::Size { .. } => Err(QueueError::WrongAnswer),
        }
    }

    /// What a call was answered that gives nothing back.
    pub(crate) fn done(self) -> Result<(), QueueError> {
        match self {
            Self::Done => Ok(()),
            Self::Refused(why) => Err(why),
            Self::Got { .. } | Self::Size { .. } => Err(QueueError::WrongAnswer),
        }
    }

    /// What a look was answered: items and maxsize.
    pub(crate) fn size(self) -> Result<(u64, u32), QueueError> {
        match self {
            Self::Size { items, maxsize } => Ok((items, maxsize)),
            Self::Refused(why) => Err(why),
            Self::Got { .. } | Self::Done => Err(QueueError::WrongAnswer),
        }
    }
}
