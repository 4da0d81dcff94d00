//! What the program of a kind of run gets from the main process that carries it out.
//!
//! - [`Main`]: the main's calls, its prints, its sleeps, and whether it was stopped: nothing that depends on what starts its
//!   children.
//! - [`StartOptions`]: what the children are started with, by an engine ([`RunEngine`]) or whatever else starts them.
//! - [`Steps`]: tells of each call when it is entered and when it returns.
//! - [`Stopper`]: how a run is stopped, by a signal, a request or a reader that has gone.

mod start;
mod steps;
mod stop;

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::event::Stream;
use super::event_translator::EventTranslator;
use super::gate::Gate;
use crate::multiprocess::Pool;

pub use start::{CarryOut, ReadyProgram, RunEngine, StartOptions};
pub(super) use steps::Steps;
pub(super) use stop::{Cause, Stopper};
pub use stop::{END_OF_INPUT, INTERRUPTED, READER_GONE, TERMINATED};

/// Why the main could not go on.
pub type ProgramError = Box<dyn std::error::Error + Send + Sync>;

/// What a program works with.
pub struct Main<'a> {
    pub(super) steps: &'a Steps<'a>,
    pub(super) stopper: &'a Stopper,
    pub(super) gate: &'a Gate,
}

impl Main<'_> {
    /// Makes one call, which stands in the listing where `key` does, and tells of it.
    pub fn call<T>(&self, key: &str, call: &str, args: &str, body: impl FnOnce() -> T) -> T {
        self.steps.call(key, call, args, body)
    }

    /// The last line of the main's code is done.
    pub fn finish(&self) {
        self.steps.finish();
    }

    /// Prints lines of the main's own.
    pub fn print(&self, stream: Stream, text: &str) {
        self.steps.translator.print(stream, text);
    }

    /// The same for threads of the main, which outlive its calls.
    pub fn printer(&self) -> impl Fn(Stream, &str) + Send + 'static {
        let translator: Arc<EventTranslator> = Arc::clone(self.steps.translator);
        move |stream, text| translator.print(stream, text)
    }

    /// Whether the run was stopped: then the program has nothing more to begin.
    pub fn is_stopped(&self) -> bool {
        self.stopper.is_stopped()
    }

    /// Sleeps for so many seconds as the built-in tasks do, scaled, or until the run is stopped.
    pub fn sleep(&self, seconds: f64) {
        self.stopper.sleep(seconds);
    }

    /// What holds the run's waits, and how long they are.
    pub fn gate(&self) -> &Gate {
        self.gate
    }
}

/// The run's pool, while it has one.
#[derive(Default)]
pub(super) struct CurrentPool(Mutex<Weak<Pool>>);

impl CurrentPool {
    fn set(&self, pool: &Arc<Pool>) {
        *self.0.lock() = Arc::downgrade(pool);
    }

    /// The pool, if there is one at this moment.
    pub(super) fn get(&self) -> Option<Arc<Pool>> {
        self.0.lock().upgrade()
    }
}
