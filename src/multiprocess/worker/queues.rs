//! The queues of the main, as a child sees them: by their names.

use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Context;
use super::channel::orphaned;
use crate::multiprocess::allowance::Allowance;
use crate::multiprocess::depot::LARGE_BYTES;
use crate::multiprocess::error::QueueError;
use crate::multiprocess::queue::typed::{decode, encode, into_vec};
use crate::multiprocess::wire::{Bytes, FromChild, Payload, QueueAnswer, QueueCall, ToChild};
use crate::os::Monotonic;

/// Queues hold encoded items; for items of a type of one's own there is [`Context::queue`]. A child that was ended by its
/// engine never returns from a wait.
impl Context {
    /// Puts an item into a queue, and waits while the queue is full.
    pub fn put(&mut self, queue: &str, item: Vec<u8>) -> Result<(), QueueError> {
        self.put_until(queue, item.into(), None)
    }

    /// Puts an item into a queue, or is [`QueueError::Full`] if there is no room within the timeout.
    pub fn put_timeout(
        &mut self,
        queue: &str,
        item: Vec<u8>,
        timeout: Duration,
    ) -> Result<(), QueueError> {
        self.put_until(queue, item.into(), Some(Monotonic::after(timeout)))
    }

    /// Puts an item into a queue if there is room, or is [`QueueError::Full`].
    pub fn put_nowait(&mut self, queue: &str, item: Vec<u8>) -> Result<(), QueueError> {
        self.put_until(queue, item.into(), Some(Monotonic::default()))
    }

    /// Gets the next item of a queue, and waits while the queue is empty. Whatever this child got of the queue before is
    /// finished: only the item it got last comes back if the child dies.
    pub fn get(&mut self, queue: &str) -> Result<Vec<u8>, QueueError> {
        self.get_until(queue, None).and_then(into_vec)
    }

    /// Gets the next item of a queue, or is [`QueueError::Empty`] if there is none within the timeout.
    pub fn get_timeout(&mut self, queue: &str, timeout: Duration) -> Result<Vec<u8>, QueueError> {
        self.get_until(queue, Some(Monotonic::after(timeout)))
            .and_then(into_vec)
    }

    /// Gets the next item of a queue if there is one, or is [`QueueError::Empty`].
    pub fn get_nowait(&mut self, queue: &str) -> Result<Vec<u8>, QueueError> {
        self.get_until(queue, Some(Monotonic::default()))
            .and_then(into_vec)
    }

    /// Says that one item that was got of the queue is done with; see [`Queue::join`](crate::multiprocess::Queue::join).
    pub fn task_done(&mut self, queue: &str) -> Result<(), QueueError> {
        self.ask(queue, QueueCall::TaskDone).done()
    }

    /// Waits until every item that was put into the queue is done, at most so long, and then is [`QueueError::NotDone`];
    /// `None` waits for ever.
    pub fn join(&mut self, queue: &str, timeout: Option<Duration>) -> Result<(), QueueError> {
        let until = timeout.map(Monotonic::after);
        self.ask(queue, QueueCall::Join { until }).done()
    }

    /// Refuses every put and get of everybody from now on. Unlike in Python it is closed not only for this process.
    pub fn close(&mut self, queue: &str) -> Result<(), QueueError> {
        self.ask(queue, QueueCall::Close).done()
    }

    /// How many items are in the queue now.
    pub fn qsize(&mut self, queue: &str) -> Result<usize, QueueError> {
        let (items, _) = self.ask(queue, QueueCall::Look).size()?;
        Ok(usize::try_from(items).unwrap_or(usize::MAX))
    }

    /// How many items the queue holds; 0 for no limit.
    pub fn maxsize(&mut self, queue: &str) -> Result<u32, QueueError> {
        let (_, maxsize) = self.ask(queue, QueueCall::Look).size()?;
        Ok(maxsize)
    }

    /// Whether no item is in the queue now.
    pub fn is_empty(&mut self, queue: &str) -> Result<bool, QueueError> {
        Ok(self.qsize(queue)? == 0)
    }

    /// Whether a put would have to wait now.
    pub fn is_full(&mut self, queue: &str) -> Result<bool, QueueError> {
        let (items, maxsize) = self.ask(queue, QueueCall::Look).size()?;
        Ok(maxsize != 0 && items >= u64::from(maxsize))
    }

    /// The queue of that name as one of items of one type.
    pub fn queue<'a, T>(&'a mut self, name: &'a str) -> ItemQueue<'a, T> {
        ItemQueue {
            context: self,
            name,
            items: PhantomData,
        }
    }

    fn put_until(
        &mut self,
        queue: &str,
        item: Bytes,
        until: Option<Monotonic>,
    ) -> Result<(), QueueError> {
        let item = self.pack(item)?;
        if matches!(item, Payload::Large(_)) {
            // Whether it arrives is not certain.
            return self.ask(queue, QueueCall::Put { item, until }).done();
        }
        let Some(account) = self.accounts.of(queue) else {
            return self.ask(queue, QueueCall::Put { item, until }).done();
        };
        let outbox = self.channel.outbox();
        if !outbox.board().puts(account).is_some_and(Allowance::spend) {
            // There is no place that is ours: whether there is one at all, the main knows.
            return self.ask(queue, QueueCall::Put { item, until }).done();
        }
        match outbox.post_put(account, item) {
            Ok(()) => Ok(()),
            Err(_parent_gone) => orphaned(),
        }
    }

    fn get_until(&mut self, queue: &str, until: Option<Monotonic>) -> Result<Bytes, QueueError> {
        let board = self.channel.outbox().board();
        if let Some(item) = self.accounts.hand_out(queue, board) {
            return self.unpack(item);
        }
        match self.ask(queue, QueueCall::Get { until }) {
            QueueAnswer::Got { ahead, item } => {
                self.accounts.keep(queue, ahead);
                self.unpack(item)
            }
            QueueAnswer::Refused(why) => Err(why),
            QueueAnswer::Done | QueueAnswer::Size { .. } => Err(QueueError::WrongAnswer),
        }
    }

    /// An item as it is sent: a large one lies in the depot, if there is room.
    fn pack(&mut self, mut item: Bytes) -> Result<Payload, QueueError> {
        if item.len() < LARGE_BYTES {
            return Ok(item.into());
        }
        if item.parcel().is_none()
            && let Some(depot) = &mut self.depot
            && let Some(lot) = depot.store(&item)
        {
            return Ok(lot.into());
        }
        item.make_sendable()?;
        Ok(item.into())
    }

    /// An item that was sent. The main keeps one that lies in the depot until we ask for the next one.
    fn unpack(&mut self, item: Payload) -> Result<Bytes, QueueError> {
        let lot = match item {
            Payload::Bytes(bytes) => return Ok(bytes),
            Payload::Large(bytes) => return Ok(*bytes),
            Payload::Lot(lot, _) => lot,
        };
        let depot = self.depot.as_mut().ok_or(QueueError::WrongAnswer)?;
        let item = depot.fetch(lot).map_err(|error| QueueError::OutOfReach {
            reason: error.to_string(),
        })?;
        Ok(item.into())
    }

    /// A task is at its end: what was sent ahead for it is not for the next one.
    pub(super) fn let_go_of_items(&mut self) {
        self.accounts.let_go(self.channel.outbox().board());
    }

    /// Asks, and waits for the answer: there always is one, and the main decides which.
    fn ask(&mut self, queue: &str, call: QueueCall) -> QueueAnswer {
        let account = self.accounts.of(queue);
        let question = FromChild::Queue {
            queue: queue.to_owned(),
            account,
            call,
        };
        let answer = self
            .channel
            .send(&question)
            .and_then(|()| self.channel.receive_answer());
        match answer {
            Ok(ToChild::Queue(answer)) => {
                let is_gone = matches!(
                    answer,
                    QueueAnswer::Refused(
                        QueueError::Closed { .. } | QueueError::NoSuchQueue { .. }
                    )
                );
                if is_gone {
                    self.accounts.give_up(queue);
                }
                answer
            }
            Ok(_) => QueueAnswer::Refused(QueueError::WrongAnswer),
            Err(_parent_gone) => orphaned(),
        }
    }
}

/// A queue of the main whose items are all of one type, as a child sees it: the other end of a
/// [`TypedQueue`](crate::multiprocess::TypedQueue).
#[derive(Debug)]
pub struct ItemQueue<'a, T> {
    context: &'a mut Context,
    name: &'a str,
    items: PhantomData<fn(T) -> T>,
}

impl<T: Serialize + DeserializeOwned> ItemQueue<'_, T> {
    /// As [`Context::put`].
    pub fn put(&mut self, item: &T) -> Result<(), QueueError> {
        self.context.put_until(self.name, encode(item)?, None)
    }

    /// As [`Context::put_timeout`].
    pub fn put_timeout(&mut self, item: &T, timeout: Duration) -> Result<(), QueueError> {
        let until = Some(Monotonic::after(timeout));
        self.context.put_until(self.name, encode(item)?, until)
    }

    /// As [`Context::put_nowait`].
    pub fn put_nowait(&mut self, item: &T) -> Result<(), QueueError> {
        let until = Some(Monotonic::default());
        self.context.put_until(self.name, encode(item)?, until)
    }

    /// As [`Context::get`].
    pub fn get(&mut self) -> Result<T, QueueError> {
        decode(&self.context.get_until(self.name, None)?)
    }

    /// As [`Context::get_timeout`].
    pub fn get_timeout(&mut self, timeout: Duration) -> Result<T, QueueError> {
        let until = Some(Monotonic::after(timeout));
        decode(&self.context.get_until(self.name, until)?)
    }

    /// As [`Context::get_nowait`].
    pub fn get_nowait(&mut self) -> Result<T, QueueError> {
        let until = Some(Monotonic::default());
        decode(&self.context.get_until(self.name, until)?)
    }
}
