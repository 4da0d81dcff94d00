//! The children of a child: it is their real parent, and tells its own parent what happens to them.

use std::sync::Arc;

use super::current::current;
use super::outbox::Outbox;
use crate::multiprocess::error::{ProcessError, RemoteError};
use crate::multiprocess::observer::{ChildKind, Event, Observer};
use crate::multiprocess::wire::{Call, FromChild, Relayed};
use crate::multiprocess::{Engine, EngineOptions, Process};
use crate::os::Monotonic;
use crate::os::lines::LineRef;

/// Starts processes within a child, with an engine of its own from the first one on.
pub(super) struct Children {
    sender: Arc<Outbox>,
    time_scale: f64,
    seed: u64,
    engine: Option<Engine>,
}

impl std::fmt::Debug for Children {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Children")
            .field("started", &self.engine.is_some())
            .finish_non_exhaustive()
    }
}

impl Children {
    pub(super) fn new(sender: Arc<Outbox>, time_scale: f64, seed: u64) -> Self {
        Self {
            sender,
            time_scale,
            seed,
            engine: None,
        }
    }

    /// Starts a process; refused within a daemon.
    pub(super) fn start(&mut self, call: Call) -> Result<Process, RemoteError> {
        if current().is_some_and(|own| own.daemon) {
            return Err(assertion(&ProcessError::DaemonicParent));
        }
        if self.engine.is_none() {
            let relay = Relay {
                sender: Arc::clone(&self.sender),
            };
            let options = EngineOptions {
                time_scale: self.time_scale,
                seed: self.seed,
                observer: Some(Arc::new(relay)),
                ..EngineOptions::default()
            };
            let engine = Engine::start(options)
                .map_err(|error| RemoteError::new("OSError", error.to_string()))?;
            self.engine = Some(engine);
        }
        let Some(engine) = &self.engine else {
            return Err(assertion(&ProcessError::Ending));
        };
        let mut process = Process::new(engine, call);
        process.start().map_err(|error| assertion(&error))?;
        Ok(process)
    }

    /// As at the end of every Python process: daemons are terminated, all others are waited for.
    pub(super) fn finish(&mut self) {
        if let Some(engine) = self.engine.take() {
            engine.finish();
        }
    }
}

fn assertion(error: &ProcessError) -> RemoteError {
    let kind = match error {
        ProcessError::System { .. } => "OSError",
        _ => "AssertionError",
    };
    RemoteError::new(kind, error.to_string())
}

/// Passes on what the child's engine tells.
struct Relay {
    sender: Arc<Outbox>,
}

impl Relay {
    fn send(&self, at: Monotonic, event: Relayed) {
        // A parent that has gone is noticed by the thread that watches for it.
        self.sender.send(&FromChild::Relayed { at, event }).ok();
    }
}

impl Observer for Relay {
    fn observe(&self, at: Monotonic, event: Event<'_>) {
        let relayed = match event {
            Event::ProcessStarted {
                key,
                kind: ChildKind::Process { id },
                name,
                daemon,
                via,
            } => Relayed::Started {
                key,
                id,
                name: name.to_owned(),
                daemon,
                via,
            },
            Event::ProcessReady { pid } => Relayed::Ready { pid },
            Event::Output {
                pid, pipe, lines, ..
            } => {
                for line in lines.iter().map(LineRef::to_line) {
                    self.send(at, Relayed::Output { pid, pipe, line });
                }
                return;
            }
            Event::PipeLeaked { pid, pipe } => Relayed::PipeLeaked { pid, pipe },
            Event::ProcessExited {
                pid,
                reaped,
                asked,
                max_rss_bytes,
            } => Relayed::Exited {
                pid,
                reaped,
                asked,
                max_rss_bytes,
            },
            // Children of children are processes only: no pools, no queues.
            _ => return,
        };
        self.send(at, relayed);
    }
}
