//! `Queue`: items from process to process, routed by the main, so that it is bounded, seen, and loses nothing.

use super::engine::Engine;
use super::error::{QueueError, TooLarge};
use super::observer::Event;
use super::queue_core::QueueCore;
use crate::os::Monotonic;

/// A queue that children reach by its name.
#[derive(Clone)]
pub struct Queue {
    engine: Engine,
    queue: usize,
}

impl Queue {
    /// Creates an empty queue that holds `maxsize` items; 0 for no limit.
    pub fn new(engine: &Engine, name: &str, maxsize: u32) -> Self {
        let mut state = engine.shared().state.lock();
        let mut core = QueueCore::new(name.to_owned(), maxsize);
        if state.closed {
            // Nobody waits yet, so nobody is to be told.
            core.close();
        }
        state.queues.push(core);
        state.tell(
            Monotonic::now(),
            Event::QueueCreated {
                queue: name,
                maxsize,
            },
        );
        let queue = state.queues.len() - 1;
        drop(state);
        Self {
            engine: engine.clone(),
            queue,
        }
    }

    /// Refuses every put and get from now on; whoever waits at the queue gets its error at once.
    pub fn close(&self) {
        let shared = self.engine.shared();
        shared.state.lock().close_queue(self.queue);
        shared.wake();
    }

    /// Puts an encoded item in from the main, and waits while the queue is full.
    pub fn put(&self, item: Vec<u8>) -> Result<(), QueueError> {
        TooLarge::check(&item)?;
        let shared = self.engine.shared();
        let ticket = shared.state.lock().main_put(self.queue, item);
        shared.wake();
        let put = shared.wait_for(None, |state| state.tickets.remove(&ticket));
        if put == Some(true) {
            Ok(())
        } else {
            Err(QueueError::Closed)
        }
    }
}
