//! `Process`: one call in a process of its own.

use std::time::{Duration, Instant};

use super::engine::Engine;
use super::engine::state::{Action, Owner, ProcessRecord};
use super::error::StartError;
use super::wire::{Call, Duty};
use crate::os::signal::Send;
use crate::os::{Exit, ProcKey};

/// What a process is to be like.
#[derive(Clone, Debug)]
pub struct ProcessOptions {
    /// Python's name for it, such as `Process-1`.
    pub name: String,
    /// Its name for `ps`, cut to 15 bytes.
    pub os_name: String,
    /// Whether it ends with its parent instead of being waited for.
    pub daemon: bool,
    /// What it runs.
    pub call: Call,
}

/// A process that was started.
#[derive(Clone)]
pub struct Process {
    engine: Engine,
    id: u64,
}

impl Process {
    /// The number that the next process of this engine will have, from 1: known before its first event.
    pub fn next_id(engine: &Engine) -> u64 {
        engine.shared().state.lock().processes.len() as u64 + 1
    }

    /// Starts a process; returns once it runs, its pid known.
    pub fn start(engine: &Engine, options: ProcessOptions) -> Result<Self, StartError> {
        let ProcessOptions {
            name,
            os_name,
            daemon,
            call,
        } = options;
        let shared = engine.shared();
        let mut state = shared.state.lock();
        if state.closed {
            return Err(StartError::Ending);
        }
        let id = state.processes.len() as u64 + 1;
        let child = state.new_child(Owner::Process { id }, name.clone(), daemon);
        state.processes.insert(
            id,
            ProcessRecord {
                child,
                key: None,
                exit: None,
                daemon,
            },
        );
        state.start(child, name, os_name, daemon, Duty::Process { call });
        drop(state);
        shared.wake();
        let started = shared.wait_for(None, |state| {
            let record = state.processes.get(&id)?;
            match (&record.key, &record.exit) {
                (Some(_), _) => Some(Ok(())),
                (None, Some(Err(reason))) => Some(Err(reason.clone())),
                (None, _) => None,
            }
        });
        match started {
            Some(Err(reason)) => Err(StartError::System { reason }),
            _ => Ok(Self {
                engine: engine.clone(),
                id,
            }),
        }
    }

    /// Its identity.
    pub fn key(&self) -> Option<ProcKey> {
        self.record(|record| record.key).flatten()
    }

    /// Whether it ends with its parent.
    pub fn is_daemon(&self) -> bool {
        self.record(|record| record.daemon).unwrap_or(false)
    }

    /// How it ended; `None` while it runs.
    pub fn exit(&self) -> Option<Exit> {
        self.record(|record| record.exit.clone())
            .flatten()
            .and_then(Result::ok)
    }

    /// Waits for its end, at most so long; `None` waits for ever. How it ended, or `None` if the time was up.
    pub fn join(&self, timeout: Option<Duration>) -> Option<Exit> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        self.engine.shared().wait_for(deadline, |state| {
            match &state.processes.get(&self.id)?.exit {
                Some(Ok(exit)) => Some(*exit),
                _ => None,
            }
        })
    }

    /// Sends SIGTERM to exactly this process, as in Python.
    pub fn terminate(&self) {
        self.signal(Send::Terminate);
    }

    /// Sends SIGKILL to exactly this process, as in Python.
    pub fn kill(&self) {
        self.signal(Send::Kill);
    }

    /// Ends it and everything it started: asked first, then killed. Returns at once.
    pub fn end(&self) {
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        if let Some(child) = state.processes.get(&self.id).map(|record| record.child) {
            state.end_child(child, false);
        }
        drop(state);
        shared.wake();
    }

    fn signal(&self, signal: Send) {
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        if let Some(child) = state.processes.get(&self.id).map(|record| record.child) {
            state.actions.push_back(Action::Signal { child, signal });
        }
        drop(state);
        shared.wake();
    }

    fn record<T>(&self, read: impl FnOnce(&ProcessRecord) -> T) -> Option<T> {
        self.engine
            .shared()
            .state
            .lock()
            .processes
            .get(&self.id)
            .map(read)
    }
}
