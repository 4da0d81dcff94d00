//! Processes to be watched: so many of so many threads, doing nothing.
//!
//! They are forks of one small process, the nursery, so that ten thousand of them fit into memory and are there within
//! seconds. Each is killed by the kernel when the nursery ends, and that when this program does.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::thread::Builder;
use std::time::Duration;

use anyhow::Context as _;
use proclab::os::this;

/// The first argument by which this program knows that it is a nursery; then the processes and the threads of each.
const ARGUMENT: &str = "__nursery";

/// What a thread needs that waits.
const STACK_BYTES: usize = 16 << 10;

/// The sampler takes a process for young that long and reads more of it: what is measured is what comes after.
const YOUNG: Duration = Duration::from_millis(2_500);

/// Which population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// How many processes.
    pub processes: usize,
    /// Threads of each.
    pub threads: usize,
}

impl Kind {
    /// Processes of one thread.
    pub const fn small(processes: usize) -> Self {
        Self {
            processes,
            threads: 1,
        }
    }
}

/// A population; it ends when this is dropped.
pub struct Population {
    pub kind: Kind,
    nursery: Child,
    /// Ends when the last process has: each holds the other end.
    ready: ChildStdout,
}

impl Population {
    /// Starts it and waits until every process is as it will stay.
    pub fn start(kind: &Kind) -> anyhow::Result<Self> {
        let mut nursery = Command::new(this::program())
            .args([
                ARGUMENT,
                &kind.processes.to_string(),
                &kind.threads.to_string(),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start the nursery")?;
        let mut ready = nursery.stdout.take().context("a pipe was asked for")?;
        let mut bytes = vec![0; kind.processes];
        ready
            .read_exact(&mut bytes)
            .with_context(|| format!("not all of {} processes could be started", kind.processes))?;
        std::thread::sleep(YOUNG);
        Ok(Self {
            kind: *kind,
            nursery,
            ready,
        })
    }
}

impl Drop for Population {
    fn drop(&mut self) {
        // Who has ended already is as good.
        self.nursery.kill().ok();
        self.nursery.wait().ok();
        self.ready.read_to_end(&mut Vec::new()).ok();
    }
}

/// Is a nursery if this program was started as one; returns only for everybody else.
pub fn enter() -> Option<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next()? != ARGUMENT {
        return None;
    }
    let mut number = || arguments.next()?.parse::<usize>().ok();
    let (Some(processes), Some(threads)) = (number(), number()) else {
        return Some(ExitCode::FAILURE);
    };
    if this::die_with_parent_thread().is_err() {
        return Some(ExitCode::FAILURE);
    }
    let nursery = this::pid();
    for _ in 0..processes {
        #[expect(unsafe_code, reason = "a fork is the cheapest process there is")]
        // SAFETY: this process has one thread, so the child may do all that its parent may.
        match unsafe { libc::fork() } {
            -1 => return Some(ExitCode::FAILURE),
            0 => {
                let lives = this::die_with_parent_thread().is_ok() && this::parent_pid() == nursery;
                return Some(if lives {
                    live(threads)
                } else {
                    ExitCode::FAILURE
                });
            }
            _ => {}
        }
    }
    wait()
}

/// A process of the population: says that it is there, and waits.
fn live(threads: usize) -> ExitCode {
    for _ in 1..threads {
        let started = Builder::new()
            .stack_size(STACK_BYTES)
            .spawn(|| -> () { wait() });
        if started.is_err() {
            return ExitCode::FAILURE;
        }
    }
    // The line end makes it go at once.
    if std::io::stdout().write_all(b"\n").is_err() {
        return ExitCode::FAILURE;
    }
    wait()
}

/// Until killed.
fn wait() -> ! {
    loop {
        std::thread::park();
    }
}
