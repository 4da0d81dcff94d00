//! What is asked of a queue, and what is answered: by children over the wire, by threads of the main directly.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use super::bytes::Bytes;
use crate::multiprocess::depot::{Bay, Keeper, Lot};
use crate::multiprocess::error::QueueError;
use crate::os::Monotonic;

/// An item on its way, opaque here. Its copies share its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payload {
    /// Its bytes.
    Bytes(#[serde(deserialize_with = "shared_bytes")] Bytes),
    /// It lies in the depot.
    Lot(Lot, #[serde(skip)] Kept),
    /// Its bytes, in memory of their own: those come before the message. In a box, so that small items are no larger for it.
    Large(#[serde(skip)] Box<Bytes>),
}

/// What keeps a lot, in the main.
#[derive(Clone, Debug, Default)]
pub struct Kept(Option<Arc<Keeper>>);

impl PartialEq for Kept {
    /// Who keeps an item makes it no other item.
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Kept {}

impl Payload {
    /// Its bytes, unless it lies in the depot.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Large(bytes) => Some(bytes),
            Self::Lot(..) => None,
        }
    }

    /// How many bytes of it are sent.
    pub(crate) fn sent_bytes(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Lot(..) => size_of::<Lot>(),
            Self::Large(bytes) => bytes.len(),
        }
    }

    /// As the main keeps it. `None` for a lot that is not in the bay of the child that has put it.
    pub(crate) fn kept(self, bay: Option<&Arc<Bay>>) -> Option<Self> {
        match self {
            Self::Lot(lot, _) => {
                let keeper = bay?.keep(lot)?;
                Some(Self::Lot(lot, Kept(Some(Arc::new(keeper)))))
            }
            bytes @ (Self::Bytes(_) | Self::Large(_)) => Some(bytes),
        }
    }

    /// The bytes, in the main; not copied if nobody else has them.
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Lot(_, kept) => {
                let copy = kept.0.map_or_else(Vec::new, |keeper| keeper.copy());
                copy.into()
            }
            Self::Large(bytes) => *bytes,
        }
    }
}

impl Default for Payload {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl From<Bytes> for Payload {
    fn from(mut bytes: Bytes) -> Self {
        if bytes.parcel().is_some() {
            return Self::Large(Box::new(bytes));
        }
        bytes.share_unless_few();
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<Lot> for Payload {
    fn from(lot: Lot) -> Self {
        Self::Lot(lot, Kept::default())
    }
}

fn shared_bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
    let mut bytes = Bytes::deserialize(from)?;
    bytes.share_unless_few();
    Ok(bytes)
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
    pub(crate) fn item(self) -> Result<Bytes, QueueError> {
        match self {
            Self::Got { item, .. } => Ok(item.into_bytes()),
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
