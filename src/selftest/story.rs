//! The events of an engine, in order: the oracle of the self-test.

use std::collections::BTreeMap;
use std::time::Instant;

use parking_lot::{Condvar, Mutex};

use crate::multiprocess::error::TaskError;
use crate::multiprocess::observer::{Event, Observer, PoolState};
use crate::os::{ChildKey, Exit, Monotonic};

/// The most of a line that is stored, bytes.
const KEPT_BYTES: usize = 200;

/// One event.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the engine's events, as data that can be kept")]
pub enum Observed {
    Started {
        key: ChildKey,
    },
    Ready {
        pid: u32,
    },
    InitializerFailed {
        pid: u32,
    },
    Exited {
        pid: u32,
        exit: Exit,
    },
    TaskStarted {
        task: u64,
        pid: u32,
    },
    TaskEnded {
        task: u64,
        error: Option<TaskError>,
    },
    TaskRetried {
        task: u64,
    },
    CallbackEnded {
        task: u64,
        panicked: bool,
    },
    /// A line, or a piece of one: its beginning and its length in bytes.
    Line {
        pid: u32,
        text: String,
        bytes: usize,
    },
    PipeLeaked {
        pid: u32,
    },
    Pool {
        state: PoolState,
    },
}

/// Everything that was told so far.
#[derive(Debug, Default)]
pub struct Story {
    told: Mutex<Vec<Observed>>,
    more: Condvar,
}

impl Story {
    /// All of it, in order.
    pub fn so_far(&self) -> Vec<Observed> {
        self.told.lock().clone()
    }

    /// The workers that are ready and have not ended, as far as was told.
    pub fn serving(&self) -> Vec<ChildKey> {
        let mut started = BTreeMap::new();
        let mut serving = BTreeMap::new();
        for told in self.told.lock().iter() {
            match told {
                Observed::Started { key } => {
                    started.insert(key.pid, *key);
                }
                Observed::Ready { pid } => {
                    serving.extend(started.get_key_value(pid).map(|(pid, key)| (*pid, *key)));
                }
                Observed::Exited { pid, .. } => {
                    serving.remove(pid);
                }
                _ => {}
            }
        }
        serving.into_values().collect()
    }

    /// Waits for the first thing that `wanted` makes something of; `None` if it does not come in time.
    pub fn wait_for<T>(
        &self,
        deadline: Instant,
        wanted: impl Fn(&Observed) -> Option<T>,
    ) -> Option<T> {
        let mut seen = 0;
        let mut told = self.told.lock();
        loop {
            if let Some(found) = told
                .get(seen..)
                .unwrap_or_default()
                .iter()
                .find_map(&wanted)
            {
                return Some(found);
            }
            seen = told.len();
            if self.more.wait_until(&mut told, deadline).timed_out() && told.len() == seen {
                return None;
            }
        }
    }
}

impl Observer for Story {
    fn observe(&self, _at: Monotonic, event: Event<'_>) {
        let told = match event {
            Event::ProcessStarted { key, .. } => Observed::Started { key },
            Event::ProcessReady { pid } => Observed::Ready { pid },
            Event::InitializerFailed { pid, .. } => Observed::InitializerFailed { pid },
            Event::ProcessExited { pid, reaped, .. } => Observed::Exited {
                pid,
                exit: reaped.exit,
            },
            Event::TaskStarted { task, pid, .. } => Observed::TaskStarted { task, pid },
            Event::TaskFinished {
                task,
                pid,
                result,
                began,
                ..
            } => {
                if let (Some(_when), Some(pid)) = (began, pid) {
                    self.told.lock().push(Observed::TaskStarted { task, pid });
                }
                Observed::TaskEnded {
                    task,
                    error: result.err().cloned(),
                }
            }
            Event::TaskRetried { task, .. } => Observed::TaskRetried { task },
            Event::CallbackFinished { task, error, .. } => Observed::CallbackEnded {
                task,
                panicked: error.is_some(),
            },
            Event::Output { pid, lines, .. } => {
                self.told.lock().extend(lines.iter().map(|line| {
                    let kept = line.bytes.get(..KEPT_BYTES).unwrap_or(line.bytes);
                    Observed::Line {
                        pid,
                        text: String::from_utf8_lossy(kept).into_owned(),
                        bytes: line.bytes.len(),
                    }
                }));
                self.more.notify_all();
                return;
            }
            Event::PipeLeaked { pid, .. } => Observed::PipeLeaked { pid },
            Event::PoolStateChanged { state } => Observed::Pool { state },
            _ => return,
        };
        self.told.lock().push(told);
        self.more.notify_all();
    }
}
