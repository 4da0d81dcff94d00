//! What a task may use while it runs.

use std::fmt;
use std::io::Write as _;
use std::sync::Arc;

use super::accounts::Accounts;
use super::channel::{Channel, orphaned};
use super::children::Children;
use super::random::Random;
use crate::multiprocess::Process;
use crate::multiprocess::depot::Access;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::wire::Call;
use crate::os;

/// The world of a running task: its process, its sleeps and random numbers, its queues.
///
/// Built-in tasks wait only through here.
#[derive(Debug)]
pub struct Context {
    pub(super) channel: Channel,
    name: String,
    time_scale: f64,
    seed: u64,
    random: Random,
    pub(super) children: Children,
    pub(super) accounts: Accounts,
    pub(super) depot: Option<Access>,
}

impl Context {
    pub(super) fn new(
        channel: Channel,
        depot: Option<Access>,
        name: String,
        time_scale: f64,
        seed: u64,
    ) -> Self {
        let children = Children::new(Arc::clone(channel.outbox()), time_scale, seed);
        Self {
            children,
            channel,
            name,
            time_scale,
            seed,
            random: Random::new(seed, 0),
            accounts: Accounts::default(),
            depot,
        }
    }

    /// Begins the random numbers of a task.
    pub(super) fn begin_task(&mut self, task: u64) {
        self.random = Random::of_task(self.seed, task);
    }

    /// Begins the random numbers of a process of its own.
    pub(super) fn begin_process(&mut self, process: u64) {
        self.random = Random::of_process(self.seed, process);
    }

    /// This process's pid.
    pub fn pid(&self) -> u32 {
        crate::os::this::pid()
    }

    /// Python's name for this process, such as `SpawnPoolWorker-1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Prints one line to standard output at once. A closed output is no error of the task.
    pub fn print(&self, line: fmt::Arguments<'_>) {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}").and_then(|()| out.flush()).ok();
    }

    /// A random number between the two.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        self.random.uniform(low, high)
    }

    /// Sleeps for so many seconds times the run's time scale: until it is ended for infinitely many, not at all for fewer than
    /// none.
    pub fn sleep(&mut self, seconds: f64) {
        // Nobody is to wait for an item because its producer sleeps.
        if self.channel.outbox().flush().is_err() {
            orphaned();
        }
        std::thread::sleep(os::seconds(seconds * self.time_scale));
    }

    /// Starts a process of this process's own, as Python's `Process(target, args).start()` within a child does; it is
    /// waited for at this process's end. Refused within a daemon. It reaches no queues.
    pub fn start_process(&mut self, call: Call) -> Result<Process, RemoteError> {
        self.children.start(call)
    }
}
