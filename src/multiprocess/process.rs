//! `Process`: one call in a process of its own, with the names and rules of Python's.

mod life;

use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{EventfdFlags, eventfd};

pub(crate) use self::life::Life;
use self::life::Watch;
use super::engine::state::{Action, NewChild, Owner};
use super::engine::{Engine, Topic};

use super::error::{ProcessError, Unencodable};
use super::function::Run;
use super::wire::{Call, Duty};
use super::worker::current;
use crate::os::signal::Send;
use crate::os::{ChildKey, Exit, Monotonic, words_of_start_error};

/// One call that runs, has run or will run in a process of its own.
///
/// It is a daemon or not: at the main's end daemons are terminated and all others are waited for. Dropping a `Process`
/// does nothing to a process that runs. One that could not be started may be started again.
///
/// What it runs is a function, or a type that says what it does:
///
/// ```standalone_crate
/// use std::process::ExitCode;
///
/// use proclab::multiprocess::error::RemoteError;
/// use proclab::multiprocess::worker::{self, Context};
/// use proclab::multiprocess::{Callable, Engine, EngineOptions, Function, Process, Run};
/// use serde::{Deserialize, Serialize};
///
/// fn greet(context: &mut Context, name: String) {
///     let pid = context.pid();
///     context.print(format_args!("{pid} greets {name}"));
/// }
///
/// #[derive(Serialize, Deserialize)]
/// struct Greeter {
///     name: String,
/// }
///
/// impl Run for Greeter {
///     const NAME: &'static str = "Greeter";
///
///     fn run(self, context: &mut Context) -> Result<(), RemoteError> {
///         greet(context, self.name);
///         Ok(())
///     }
/// }
///
/// static GREET: Function<String, ()> = Function::with_context("greet", greet);
/// static FUNCTIONS: &[&dyn Callable] = &[&GREET, Greeter::CLASS];
///
/// fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
///     if let Some(code) = worker::enter(FUNCTIONS) {
///         return Ok(code);
///     }
///     let engine = Engine::start(EngineOptions::default())?;
///     let name = "Ada".to_owned();
///     let mut first = Process::new(&engine, GREET.call(name.clone())?);
///     let mut second = Process::of(&engine, &Greeter { name })?;
///     assert_eq!((first.name(), second.name()), ("Process-1", "Greeter-2"));
///     for process in [&mut first, &mut second] {
///         process.start()?;
///         process.join(None)?;
///         assert_eq!(process.exitcode()?, Some(0));
///     }
///     Ok(ExitCode::SUCCESS)
/// }
/// ```
pub struct Process {
    engine: Engine,
    id: u64,
    name: String,
    os_name: String,
    daemon: bool,
    call: Call,
    stage: Stage,
}

// Without the engine's lock, so that it is allowed everywhere, an observer included.
impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("daemon", &self.daemon)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
enum Stage {
    New,
    /// `start` was an error: there is nothing to wait for, and it may be tried again.
    Failed,
    Started(Started),
    Closed,
}

#[derive(Clone, Debug)]
struct Started {
    /// Its number among the engine's children.
    child: u64,
    life: Arc<Life>,
}

impl Process {
    /// A process that is not started yet. Its name is `Process-N`, N counting the children of this process (`Process-1:2` in
    /// a child); it is a daemon if this process is one.
    pub fn new(engine: &Engine, call: Call) -> Self {
        Self::called_after("Process", engine, call)
    }

    /// A process that is not started yet, to run what `run` says: Python's subclass of `Process`. It is called after its
    /// class, `Greeter-1`.
    pub fn of<T: Run>(engine: &Engine, run: &T) -> Result<Self, Unencodable> {
        Ok(Self::called_after(T::NAME, engine, run.call()?))
    }

    fn called_after(class: &str, engine: &Engine, mut call: Call) -> Self {
        let id = engine.shared().state.lock().next_identity();
        let parent = current();
        let identity = parent.map_or_else(
            || id.to_string(),
            |parent| format!("{}:{id}", parent.identity),
        );
        let name = format!("{class}-{identity}");
        call.payload.pack();
        let daemon = parent.is_some_and(|parent| parent.daemon);
        Self {
            engine: engine.clone(),
            id,
            os_name: name.clone(),
            name,
            daemon,
            call,
            stage: Stage::New,
        }
    }

    /// The same process by another name.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    /// The same process with another name for `ps`, which shows its first 15 bytes.
    #[must_use]
    pub fn with_os_name(self, os_name: impl Into<String>) -> Self {
        Self {
            os_name: os_name.into(),
            ..self
        }
    }

    /// Its number among the children of this process, from 1, in the order in which they were made.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it ends with its parent instead of being waited for.
    pub fn is_daemon(&self) -> bool {
        self.daemon
    }

    /// Makes it a daemon or not; only before it is started.
    pub fn set_daemon(&mut self, daemon: bool) -> Result<(), ProcessError> {
        match self.stage {
            Stage::New | Stage::Failed => {
                self.daemon = daemon;
                Ok(())
            }
            Stage::Started(_) => Err(ProcessError::DaemonTooLate),
            Stage::Closed => Err(ProcessError::Closed),
        }
    }

    /// Starts it; returns once it runs, its pid known. After an error it does not run, and may be started again.
    pub fn start(&mut self) -> Result<(), ProcessError> {
        match self.stage {
            Stage::New | Stage::Failed => {}
            Stage::Started(_) => return Err(ProcessError::StartedTwice),
            Stage::Closed => return Err(ProcessError::Closed),
        }
        self.stage = Stage::Failed;
        self.stage = Stage::Started(self.try_to_start()?);
        Ok(())
    }

    fn try_to_start(&self) -> Result<Started, ProcessError> {
        if current().is_some_and(|parent| parent.daemon) {
            return Err(ProcessError::DaemonicParent);
        }
        let mut call = self.call.clone();
        call.make_sendable()?;
        let id = self.id;
        let life = Arc::new(Life::default());
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        if state.closed {
            return Err(ProcessError::Ending);
        }
        let child = state.start_child(NewChild {
            owner: Owner::Process { id },
            life: Some(Arc::clone(&life)),
            identity: id,
            name: self.name.clone(),
            os_name: self.os_name.clone(),
            daemon: self.daemon,
            duty: Duty::Process { call },
            not_before: Monotonic::default(),
        });
        match shared.wait_from(state, Topic::Children, None, |_state| life.start()) {
            Some(Err(reason)) => Err(ProcessError::System { reason }),
            _ => Ok(Started { child, life }),
        }
    }

    /// Its pid; `None` before it is started.
    #[doc(alias = "ident")]
    pub fn pid(&self) -> Result<Option<u32>, ProcessError> {
        Ok(self.key()?.map(|key| key.pid))
    }

    /// Its identity; `None` before it is started.
    pub fn key(&self) -> Result<Option<ChildKey>, ProcessError> {
        Ok(self.life()?.and_then(Life::key))
    }

    /// Whether it runs.
    pub fn is_alive(&self) -> Result<bool, ProcessError> {
        Ok(self.life()?.is_some_and(|life| !life.has_ended()))
    }

    /// Its exit code: the status, or -N for signal N; `None` while it runs, before it is started, and where something else in
    /// this program has reaped it, as in Python.
    pub fn exitcode(&self) -> Result<Option<i32>, ProcessError> {
        Ok(self.exit()?.and_then(Exit::code))
    }

    /// How it ended, [`Exit::Unknown`] where something else in this program has reaped it; `None` while it runs and before it is
    /// started. Python has no such call.
    pub fn exit(&self) -> Result<Option<Exit>, ProcessError> {
        Ok(self.life()?.and_then(Life::exit))
    }

    /// Waits for its end, at most so long; `None` waits for ever. Whether it has ended is in its exit code, as in Python.
    /// One that could not be started has nothing to wait for.
    pub fn join(&self, timeout: Option<Duration>) -> Result<(), ProcessError> {
        let life = match &self.stage {
            Stage::New => return Err(ProcessError::JoinedTooEarly),
            Stage::Failed => return Ok(()),
            Stage::Started(Started { life, .. }) => life,
            Stage::Closed => return Err(ProcessError::Closed),
        };
        let ended = || life.has_ended().then_some(());
        let shared = self.engine.shared();
        let deadline = timeout.and_then(|timeout| shared.clock.after(timeout));
        shared.wait_for(Topic::Children, deadline, |_state| ended());
        Ok(())
    }

    /// Waits until at least one of these processes, of whatever engines, has ended, at most so long; whether one has. As
    /// Python's `connection.wait` over their sentinels.
    pub fn wait_any(processes: &[&Self], timeout: Option<Duration>) -> bool {
        let Some(first) = processes.first() else {
            return false;
        };
        let shared = first.engine.shared();
        let deadline = timeout.and_then(|timeout| shared.clock.after(timeout));
        let lives = || {
            processes
                .iter()
                .map(|process| process.life().ok().flatten())
        };
        let is_of_first = |process: &&Self| Arc::ptr_eq(process.engine.shared(), shared);
        if processes.iter().all(is_of_first) {
            let ended = || lives().any(|life| life.is_none_or(Life::has_ended));
            return shared
                .wait_for(Topic::Children, deadline, |_state| ended().then_some(()))
                .is_some();
        }
        // Nobody can drive several engines at a time: each drives itself.
        let watch = Watch::default();
        for life in lives() {
            match life {
                Some(life) => life.add_watch(&watch),
                None => watch.change(|ended| *ended = true),
            }
        }
        let ended = watch.wait_for(&shared.clock, deadline, |ended| ended.then_some(()));
        lives().flatten().for_each(|life| life.remove_watch(&watch));
        ended.is_some()
    }

    /// A descriptor that becomes readable when the process ends, for one's own poll loop; of one that has ended it is readable
    /// at once.
    pub fn sentinel(&self) -> Result<OwnedFd, ProcessError> {
        // What was opened at the start: by now the pid may be somebody else's.
        let sentinel = match self.started()?.life.pidfd() {
            Some(pidfd) => pidfd.try_clone(),
            None => eventfd(1, EventfdFlags::CLOEXEC).map_err(io::Error::from),
        };
        sentinel.map_err(|error| ProcessError::System {
            reason: words_of_start_error(&error),
        })
    }

    /// Sends SIGTERM to exactly this process, as in Python; one that has ended is left alone.
    pub fn terminate(&self) -> Result<(), ProcessError> {
        self.signal(Send::Terminate)
    }

    /// Sends SIGKILL to exactly this process, as in Python; one that has ended is left alone.
    pub fn kill(&self) -> Result<(), ProcessError> {
        self.signal(Send::Kill)
    }

    /// Ends it and its process group, and so what it started, unless that has left the group (`setsid`): asked first, then
    /// killed. Returns at once. Python has no such call.
    pub fn end(&self) -> Result<(), ProcessError> {
        let child = self.started()?.child;
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        state.end_child(child, false);
        shared.settle(state);
        Ok(())
    }

    /// Gives up what is known of it; every further call is an error. Not while it runs.
    pub fn close(&mut self) -> Result<(), ProcessError> {
        if let Stage::Started(Started { life, .. }) = &self.stage
            && !life.has_ended()
        {
            return Err(ProcessError::StillRunning);
        }
        self.stage = Stage::Closed;
        Ok(())
    }

    fn signal(&self, signal: Send) -> Result<(), ProcessError> {
        let child = self.started()?.child;
        let shared = self.engine.shared();
        let mut state = shared.state.lock();
        state.actions.push_back(Action::Signal { child, signal });
        shared.settle(state);
        Ok(())
    }

    fn started(&self) -> Result<&Started, ProcessError> {
        match &self.stage {
            Stage::New | Stage::Failed => Err(ProcessError::NotStarted),
            Stage::Started(started) => Ok(started),
            Stage::Closed => Err(ProcessError::Closed),
        }
    }

    /// What is known of it; `None` before it is started.
    fn life(&self) -> Result<Option<&Life>, ProcessError> {
        match &self.stage {
            Stage::New | Stage::Failed => Ok(None),
            Stage::Started(started) => Ok(Some(&started.life)),
            Stage::Closed => Err(ProcessError::Closed),
        }
    }
}
