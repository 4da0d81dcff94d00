//! `Engine`: what people hold of the engine's thread.

use std::fmt;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use rustix::event::{EventfdFlags, eventfd};
use thiserror::Error;

use super::driver::Driver;
use super::own_thread;
use super::state::{Action, ChildDefaults, State};
use super::waiting::Topic;
use crate::multiprocess::depot::Depot;
use crate::multiprocess::observer::{Observer, Shielded};
use crate::multiprocess::worker;
use crate::os::{ChildKey, HoldableClock, processes, signal, this, words_of_start_error};

/// The longest that dropping an engine waits for its children: the ladder's grace and what the kernel needs to kill.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// How many engines were started in this process.
static STARTED: AtomicU64 = AtomicU64::new(0);

/// What an engine is to be like.
pub struct EngineOptions {
    /// The program to start as worker; it calls [`worker::enter`] first in its `main`.
    pub program: PathBuf,
    /// Added to the environment of every child, and so of everything that children start.
    pub environment: Vec<(String, String)>,
    /// Built-in sleeps take so many times as long.
    pub time_scale: f64,
    /// What the children's random numbers follow from.
    pub seed: u64,
    /// The limit of open files to set in each child, where this process has raised its own.
    pub open_files: Option<u64>,
    /// Who is told everything, also what children print ([`Event::Output`](crate::multiprocess::observer::Event::Output)).
    /// Without an observer it goes where this process's own output goes, as in Python.
    pub observer: Option<Arc<dyn Observer>>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            program: this::program(),
            environment: Vec::new(),
            time_scale: 1.0,
            seed: 0,
            open_files: None,
            observer: None,
        }
    }
}

/// Why there is no engine.
#[derive(Debug, Error)]
pub enum EngineError {
    /// This process was itself started as a worker, but its `main` did not begin with [`worker::enter`]: starting workers
    /// here would go on without end.
    #[error(
        "this program was started as a worker but does not call worker::enter() first in its main()"
    )]
    NeverEntered,
    /// The operating system refused.
    #[error("could not start the engine: {}", words_of_start_error(.0))]
    System(#[from] std::io::Error),
}

/// The engine: pools, processes and queues are made through it. Clones are the same engine; when the last one is dropped,
/// everything it started is ended.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

struct Inner {
    shared: Arc<Shared>,
}

/// What the engine's thread and its users share.
pub(crate) struct Shared {
    /// Which of this process's engines it is.
    pub(crate) number: u64,
    pub(crate) state: Mutex<State>,
    pub(super) driver: Mutex<Driver>,
    /// Wakes the engine's own thread.
    pub(super) own_thread: Condvar,
    /// Whether whoever drives sleeps, and is to be woken by `wake`.
    pub(super) sleeping: AtomicBool,
    /// Whether somebody wanted to wake it while it was awake.
    pub(super) poked: AtomicBool,
    pub(super) wake: OwnedFd,
    pub(crate) program: PathBuf,
    pub(crate) environment: Vec<(String, String)>,
    pub(super) depot: Option<Arc<Depot>>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    /// What all deadlines are reckoned by, but those of pools, which are moved on.
    pub(crate) clock: HoldableClock,
    ended: Mutex<bool>,
    has_ended: Condvar,
}

impl Engine {
    /// Starts the engine's thread.
    ///
    /// Where this process ignores SIGCHLD, as it may have inherited, that is set to the default: the kernel would reap the
    /// children itself, and nobody could learn how they ended.
    pub fn start(options: EngineOptions) -> Result<Self, EngineError> {
        Self::start_with_clock(options, HoldableClock::default())
    }

    /// The same with a clock that others wait by as well.
    pub(crate) fn start_with_clock(
        options: EngineOptions,
        clock: HoldableClock,
    ) -> Result<Self, EngineError> {
        let started_as_worker = std::env::args_os()
            .nth(1)
            .is_some_and(|argument| argument == worker::ARGUMENT);
        if started_as_worker && worker::current().is_none() {
            return Err(EngineError::NeverEntered);
        }
        let EngineOptions {
            program,
            environment,
            time_scale,
            seed,
            open_files,
            observer,
        } = options;
        // Asked for at once: nothing works without it.
        processes::check_pidfds()?;
        signal::hear_of_children();
        let wake = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)
            .map_err(std::io::Error::from)?;
        let observer =
            observer.map(|observer| -> Arc<dyn Observer> { Arc::new(Shielded::new(observer)) });
        // Without one, large items go through the channels; who observes wants them there.
        let depot = if observer.is_none() {
            Depot::new().ok().map(Arc::new)
        } else {
            None
        };
        let shared = Arc::new(Shared {
            number: STARTED.fetch_add(1, Ordering::Relaxed),
            state: Mutex::new(State::new(
                ChildDefaults {
                    time_scale,
                    seed,
                    open_files,
                },
                observer.clone(),
                depot.clone(),
                clock.clone(),
            )),
            driver: Mutex::new(Driver::new(&wake)?),
            own_thread: Condvar::new(),
            sleeping: AtomicBool::new(false),
            poked: AtomicBool::new(false),
            wake,
            program,
            environment,
            depot,
            observer,
            clock,
            ended: Mutex::new(false),
            has_ended: Condvar::new(),
        });
        let theirs = Arc::clone(&shared);
        let serve = move || {
            own_thread::serve(&theirs);
            *theirs.ended.lock() = true;
            theirs.has_ended.notify_all();
        };
        std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(serve)?;
        Ok(Self {
            inner: Arc::new(Inner { shared }),
        })
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// Ends everything: terminates the pools, closes the queues, and ends every child with its process group, by asking first
    /// or, `at_once`, by killing. Returns at once; whoever waits for a task, a put or a join gets its answer.
    pub fn end_all(&self, at_once: bool) {
        self.inner.shared.state.lock().end_all(at_once);
        self.inner.shared.wake();
    }

    /// As at the end of every Python process: daemons are terminated, all others are waited for. Unlike in Python a daemon
    /// that ignores the request is killed.
    pub fn finish(&self) {
        self.inner.shared.state.lock().end_daemons();
        self.inner.shared.wake();
        self.inner.shared.wait_for(Topic::Children, None, |state| {
            state.is_quiet().then_some(())
        });
    }

    /// The identities of all living children and of the processes that they started.
    pub fn children(&self) -> Vec<ChildKey> {
        self.inner.shared.state.lock().keys()
    }

    /// Whether this pid is that of a living child of this process itself.
    pub(crate) fn is_own_child(&self, pid: u32) -> bool {
        self.inner.shared.state.lock().child_of_pid(pid).is_some()
    }

    /// Sends SIGKILL to exactly one child, as [`Process::kill`](crate::multiprocess::Process::kill) does; whether there is such a
    /// child. Like every end it needs no free descriptor.
    pub fn kill(&self, pid: u32) -> bool {
        let mut state = self.inner.shared.state.lock();
        let Some(child) = state.child_of_pid(pid) else {
            return false;
        };
        let signal = signal::Send::Kill;
        state.actions.push_back(Action::Signal { child, signal });
        self.inner.shared.settle(state);
        true
    }

    /// Stops a child where it is, until [`Self::resume`]; whether there is such a child.
    pub fn suspend(&self, pid: u32) -> bool {
        self.set_suspended(None, pid, true)
    }

    /// Lets a suspended child go on; whether there is such a child.
    pub fn resume(&self, pid: u32) -> bool {
        self.set_suspended(None, pid, false)
    }

    /// As [`Self::suspend`] or [`Self::resume`], of any child or only of a pool's workers.
    pub(crate) fn set_suspended(&self, of: Option<usize>, pid: u32, suspended: bool) -> bool {
        let mut state = self.inner.shared.state.lock();
        let found = state.set_suspended(of, pid, suspended);
        self.inner.shared.settle(state);
        found
    }

    /// This process is about to be stopped by this signal, with everything that it has started: until [`Self::go_on`] no clock
    /// goes on. Who stops and continues the children is the caller.
    pub(crate) fn stand_still(&self, signal: i32) {
        self.inner.shared.state.lock().stand_still(signal);
    }

    /// Everything goes on.
    pub(crate) fn go_on(&self) {
        let mut state = self.inner.shared.state.lock();
        state.go_on();
        self.inner.shared.settle(state);
    }

    /// Waits until no child is left, at most so long; whether that is so.
    pub fn wait_until_quiet(&self, timeout: Duration) -> bool {
        // One beyond all times is none.
        let deadline = self.inner.shared.clock.after(timeout);
        self.inner
            .shared
            .wait_for(Topic::Children, deadline, |state| {
                state.is_quiet().then_some(())
            })
            .is_some()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        state.end_all(false);
        state.ending = true;
        drop(state);
        self.shared.wake();
        let deadline = Instant::now() + END_TIMEOUT;
        let mut ended = self.shared.ended.lock();
        while !*ended
            && !self
                .shared
                .has_ended
                .wait_until(&mut ended, deadline)
                .timed_out()
        {}
    }
}

impl Shared {
    pub(super) fn clear_wake(&self) {
        let mut counter = [0; 8];
        // Nothing to clear is fine too.
        rustix::io::read(&self.wake, &mut counter).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::refusal::where_refused;

    #[test]
    fn where_a_system_call_is_refused_an_engine_says_so_at_once() {
        let start = |call, errno| {
            let start = || Engine::start(EngineOptions::default());
            where_refused(call, errno, start).unwrap_err().to_string()
        };
        let words = start(libc::SYS_pidfd_open, libc::EPERM);
        assert!(
            words.starts_with("could not start the engine: the system call pidfd_open is refused"),
            "{words}"
        );
        let words = start(libc::SYS_waitid, libc::EINVAL);
        assert!(
            words.starts_with("could not start the engine: the system call waitid"),
            "{words}"
        );
    }
}
