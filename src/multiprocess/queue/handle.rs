//! `Queue`: what people call in the main, with Python's names and rules.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::core::QueueCore;
use super::typed::into_vec;
use crate::multiprocess::engine::{Engine, Topic};
use crate::multiprocess::error::QueueError;
use crate::multiprocess::pool::callbacks;
use crate::multiprocess::wire::{Bytes, QueueAnswer, QueueCall};
use crate::os::Monotonic;

/// A queue of encoded items; children reach it by its name, through their context. For items of a type of one's own, see
/// [`TypedQueue`](super::TypedQueue).
///
/// The main routes every item, so that none is lost: an item is finished at its consumer's next get, its `task_done`, its
/// task's or its own clean end; if the consumer dies before, the item is back at the front of the queue, to be got again. A
/// put returns once its item is in the queue. The queue lives as long as its engine, unless it is closed: then it lives as long
/// as there are clones of this, and afterwards its name may be that of another one.
///
/// If the engine has no observer, children need not ask the main for each item. A put then returns once its item has a place
/// in the queue, which it reaches within a moment even if the child dies; the main sends whoever gets often several items at
/// a time, and takes back what is not handed out yet when others wait or the child dies. So the items come in their order to
/// each consumer, but of two consumers one may be handed an item before the other comes to an older one. Items of 16 KiB and
/// more that children put do not travel at all: they lie in memory that all share, of which each child may use 32 MiB.
///
/// ```standalone_crate
/// use std::process::ExitCode;
/// use std::time::Duration;
///
/// use proclab::multiprocess::error::QueueError;
/// use proclab::multiprocess::worker::{self, Context};
/// use proclab::multiprocess::{Callable, Engine, EngineOptions, Function, Process, Queue};
///
/// /// Eats until the kitchen closes.
/// fn eat(context: &mut Context, (): ()) -> Result<(), QueueError> {
///     loop {
///         match context.get("food") {
///             Ok(_eaten) => context.task_done("food")?,
///             Err(QueueError::Closed { .. }) => return Ok(()),
///             Err(error) => return Err(error),
///         }
///     }
/// }
///
/// static EAT: Function<(), (), QueueError> = Function::fallible_with_context("eat", eat);
/// static FUNCTIONS: &[&dyn Callable] = &[&EAT];
///
/// fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
///     // The children are this program started again: those enter here.
///     if let Some(code) = worker::enter(FUNCTIONS) {
///         return Ok(code);
///     }
///     let engine = Engine::start(EngineOptions::default())?;
///     let food = Queue::new(&engine, "food", 2)?;
///     food.put(b"soup".to_vec())?;
///     food.put(b"bread".to_vec())?;
///     assert_eq!(food.put_nowait(b"cake".to_vec()), Err(QueueError::Full));
///
///     let mut eater = Process::new(&engine, EAT.call(())?);
///     eater.start()?;
///     food.put(b"cake".to_vec())?;
///     food.join(None)?; // everything is eaten
///     assert_eq!(food.get_timeout(Duration::from_millis(1)), Err(QueueError::Empty));
///     food.close();
///     eater.join(None)?;
///     assert_eq!(eater.exitcode()?, Some(0));
///     Ok(ExitCode::SUCCESS)
/// }
/// ```
#[derive(Clone)]
#[doc(alias = "SimpleQueue")]
#[doc(alias = "JoinableQueue")]
pub struct Queue {
    handle: Arc<Handle>,
}

/// What all clones have in common.
struct Handle {
    engine: Engine,
    /// Its number among the engine's queues.
    index: usize,
    name: Box<str>,
    maxsize: u32,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.engine.shared().state.lock().drop_queue(self.index);
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("name", &self.handle.name)
            .field("maxsize", &self.handle.maxsize)
            .finish_non_exhaustive()
    }
}

impl Queue {
    /// Creates an empty queue that holds `maxsize` items; 0 for no limit.
    pub fn new(engine: &Engine, name: &str, maxsize: u32) -> Result<Self, QueueError> {
        let index = engine.shared().state.lock().add_queue(name, maxsize)?;
        let handle = Handle {
            engine: engine.clone(),
            index,
            name: name.into(),
            maxsize,
        };
        Ok(Self {
            handle: Arc::new(handle),
        })
    }

    /// The name by which children reach it.
    pub fn name(&self) -> &str {
        &self.handle.name
    }

    /// How many items it holds; 0 for no limit.
    pub fn maxsize(&self) -> u32 {
        self.handle.maxsize
    }

    /// How many items are in it now; those that were got are not.
    pub fn qsize(&self) -> usize {
        let state = self.handle.engine.shared().state.lock();
        let queue = state.queues.get(self.handle.index);
        queue.map_or(0, QueueCore::depth)
    }

    /// Whether no item is in it now.
    #[doc(alias = "empty")]
    pub fn is_empty(&self) -> bool {
        self.qsize() == 0
    }

    /// Whether a put would have to wait now.
    #[doc(alias = "full")]
    pub fn is_full(&self) -> bool {
        let maxsize = self.maxsize();
        maxsize != 0 && self.qsize() >= maxsize as usize
    }

    /// Puts an item in, and waits while the queue is full. Refused within a pool's callback if the queue is bounded.
    pub fn put(&self, item: Vec<u8>) -> Result<(), QueueError> {
        self.put_until(item.into(), None)
    }

    /// Puts an item in, or is [`QueueError::Full`] if there is no room within the timeout.
    pub fn put_timeout(&self, item: Vec<u8>, timeout: Duration) -> Result<(), QueueError> {
        self.put_until(item.into(), Some(Monotonic::after(timeout)))
    }

    /// Puts an item in if there is room, or is [`QueueError::Full`].
    pub fn put_nowait(&self, item: Vec<u8>) -> Result<(), QueueError> {
        self.put_until(item.into(), Some(Monotonic::default()))
    }

    /// Gets the next item, and waits while the queue is empty. Refused within a pool's callback.
    pub fn get(&self) -> Result<Vec<u8>, QueueError> {
        self.get_until(None).and_then(into_vec)
    }

    /// Gets the next item, or is [`QueueError::Empty`] if there is none within the timeout.
    pub fn get_timeout(&self, timeout: Duration) -> Result<Vec<u8>, QueueError> {
        self.get_until(Some(Monotonic::after(timeout)))
            .and_then(into_vec)
    }

    /// Gets the next item if there is one, or is [`QueueError::Empty`].
    pub fn get_nowait(&self) -> Result<Vec<u8>, QueueError> {
        self.get_until(Some(Monotonic::default()))
            .and_then(into_vec)
    }

    /// Says that one item that was got is done with. As in Python anybody may say so, but not more often than items were
    /// put.
    pub fn task_done(&self) -> Result<(), QueueError> {
        self.ask(QueueCall::TaskDone).done()
    }

    /// Waits until every item that was put is done: `task_done` was called as often. An item that comes back from a consumer
    /// that died is not done. Unlike in Python, what a consumer took and never reported counts as done once it has ended.
    ///
    /// Waits at most so long, and then is [`QueueError::NotDone`]; `None` waits for ever and is refused within a pool's
    /// callback. A queue that is closed with items in it will never be done: [`QueueError::Closed`].
    pub fn join(&self, timeout: Option<Duration>) -> Result<(), QueueError> {
        let until = timeout.map(Monotonic::after);
        self.refuse_in_callback(until)?;
        self.ask(QueueCall::Join { until }).done()
    }

    /// Refuses every put and get of everybody from now on; whoever waits at the queue gets its error at once.
    ///
    /// Items that are in the queue are not handed out any more, unlike by `shutdown` of Python's `queue`: closing is for when
    /// producers would wait for consumers that are gone. To have the rest done, put an item that says the end and
    /// [`join`](Self::join) before.
    pub fn close(&self) {
        // Closing is refused to nobody.
        self.ask(QueueCall::Close);
    }

    pub(super) fn put_until(
        &self,
        mut item: Bytes,
        until: Option<Monotonic>,
    ) -> Result<(), QueueError> {
        item.make_sendable()?;
        if self.maxsize() != 0 {
            self.refuse_in_callback(until)?;
        }
        self.ask(QueueCall::Put {
            item: item.into(),
            until,
        })
        .done()
    }

    pub(super) fn get_until(&self, until: Option<Monotonic>) -> Result<Bytes, QueueError> {
        self.refuse_in_callback(until)?;
        self.ask(QueueCall::Get { until }).item()
    }

    /// Whether or not there would be something to wait for just now: an error that depends on the moment is found too late.
    fn refuse_in_callback(&self, until: Option<Monotonic>) -> Result<(), QueueError> {
        if until.is_none() && callbacks::run_on_this_thread_for(self.handle.engine.shared()) {
            Err(QueueError::InCallback)
        } else {
            Ok(())
        }
    }

    fn ask(&self, call: QueueCall) -> QueueAnswer {
        let shared = self.handle.engine.shared();
        let mut state = shared.state.lock();
        let ticket = state.main_queue_call(self.handle.index, call);
        if let Some(answer) = state.tickets.remove(&ticket) {
            // Others may have been answered with it.
            shared.settle(state);
            return answer;
        }
        shared
            .wait_from(state, Topic::Ticket(ticket), None, |state| {
                state.tickets.remove(&ticket)
            })
            .unwrap_or(QueueAnswer::Refused(QueueError::WrongAnswer))
    }
}
