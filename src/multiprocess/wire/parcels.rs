//! Which bytes of a message may travel as a parcel: in memory of their own, whose descriptor comes with [`ToChild::Parcel`] or
//! [`FromChild::Parcel`] before the message.

use std::sync::Arc;

use super::bytes::Bytes;
use super::message::{Duty, FromChild, ToChild};
use super::queue::{Payload, QueueAnswer, QueueCall};
use crate::os::Parcel;

/// A message whose bytes may be a parcel.
pub(crate) trait Carrier: Clone {
    /// Whether it says that a parcel comes for the next one.
    fn is_announcement(&self) -> bool;

    /// The bytes that may be one.
    fn bytes(&self) -> Option<&Bytes>;

    /// Their place.
    fn place(&mut self) -> Option<&mut Bytes>;
}

/// The parcel that a message carries, and the message without it.
#[inline]
pub(crate) fn without_parcel<M: Carrier>(message: &M) -> Option<(Arc<Parcel>, M)> {
    let parcel = Arc::clone(message.bytes()?.parcel()?);
    let mut rest = message.clone();
    *rest.place()? = Bytes::default();
    Some((parcel, rest))
}

impl Carrier for ToChild {
    fn is_announcement(&self) -> bool {
        matches!(self, Self::Parcel)
    }

    fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Setup(setup) => match &setup.duty {
                Duty::Worker { initializer } => Some(&initializer.as_ref()?.payload),
                Duty::Process { call } => Some(&call.payload),
            },
            Self::Run(tasks) => match tasks.as_slice() {
                [task] => Some(&task.call.payload),
                _ => None,
            },
            Self::Queue(QueueAnswer::Got {
                item: Payload::Large(bytes),
                ..
            }) => Some(bytes),
            Self::Queue(_) | Self::Finish | Self::Parcel => None,
        }
    }

    fn place(&mut self) -> Option<&mut Bytes> {
        match self {
            Self::Setup(setup) => match &mut setup.duty {
                Duty::Worker { initializer } => Some(&mut initializer.as_mut()?.payload),
                Duty::Process { call } => Some(&mut call.payload),
            },
            Self::Run(tasks) => match tasks.as_mut_slice() {
                [task] => Some(&mut task.call.payload),
                _ => None,
            },
            Self::Queue(QueueAnswer::Got {
                item: Payload::Large(bytes),
                ..
            }) => Some(bytes),
            Self::Queue(_) | Self::Finish | Self::Parcel => None,
        }
    }
}

impl Carrier for FromChild {
    fn is_announcement(&self) -> bool {
        matches!(self, Self::Parcel)
    }

    fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Finished {
                result: Ok(bytes), ..
            } => Some(bytes),
            Self::Queue {
                call:
                    QueueCall::Put {
                        item: Payload::Large(bytes),
                        ..
                    },
                ..
            } => Some(bytes),
            _ => None,
        }
    }

    fn place(&mut self) -> Option<&mut Bytes> {
        match self {
            Self::Finished {
                result: Ok(bytes), ..
            } => Some(bytes),
            Self::Queue {
                call:
                    QueueCall::Put {
                        item: Payload::Large(bytes),
                        ..
                    },
                ..
            } => Some(bytes),
            _ => None,
        }
    }
}
