//! The guard of a run: a small process of its own session that waits for the main to vanish and then ends whatever the run
//! has left behind. It shows in no event.

use std::fs::File;
use std::io::{self, PipeWriter, Read as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::multiprocess::worker::TITLE;
use crate::os::{self, CleanStart, Held, Monotonic, Place, ProcKey, processes, signal, this};

/// The first argument by which a program knows that it was started as a guard.
pub const ARGUMENT: &str = "__guard";

/// The environment variable that everything a run starts carries, with the run's own value.
const VARIABLE: &str = "PROCLAB_RUN";

/// How long the guard may take to end at the end of an orderly run, before it is killed.
const GUARD_TIMEOUT_NANOS: u64 = 3_000_000_000;

/// How long whatever is left may take to vanish.
const SWEEP_TIMEOUT: Duration = Duration::from_secs(2);

/// Between a look that found nothing and the one that makes sure.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// How long the end of one that was killed is waited for before the next look; others may have been started meanwhile.
const END_NANOS: u64 = 20_000_000;

/// Serves as a guard if this program was started as one, and returns its exit code; `None` for everybody else.
pub fn enter() -> Option<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next()? != ARGUMENT {
        return None;
    }
    let Some(mark) = arguments.next() else {
        return Some(ExitCode::from(2));
    };
    this::set_name("pool-guard");
    // So that no file system is held by it. The root is always there.
    std::env::set_current_dir("/").ok();
    // Ends when the last writing end of the pipe is closed: by the main at its end, or by the kernel.
    io::stdin().lock().read_to_end(&mut Vec::new()).ok();
    Mark { text: mark }.sweep();
    Some(ExitCode::SUCCESS)
}

/// What everything that a run starts carries in its environment.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// `NAME=value`.
    text: String,
}

impl Mark {
    /// The mark of the run whose main this process is.
    pub(crate) fn new(begun: Monotonic) -> Self {
        Self {
            text: format!("{VARIABLE}={}-{}", this::pid(), begun.nanos),
        }
    }

    /// Its variable and value.
    pub(crate) fn variable(&self) -> (String, String) {
        let (name, value) = self.text.split_once('=').unwrap_or((VARIABLE, ""));
        (name.to_owned(), value.to_owned())
    }

    /// What carries it now, as `/proc` lists it.
    pub(crate) fn carriers(&self) -> Vec<ProcKey> {
        processes::marked_processes(&self.text)
    }

    /// Kills everything that carries the mark, again and again until nothing is left; whether that was reached in time.
    pub(crate) fn sweep(&self) -> bool {
        let deadline = Instant::now() + SWEEP_TIMEOUT;
        let mut empty_looks = 0;
        loop {
            let left = self.carriers();
            // A process in the middle of its exec shows no environment for a moment, so one empty look is not enough.
            empty_looks = if left.is_empty() { empty_looks + 1 } else { 0 };
            if empty_looks == 2 {
                return true;
            }
            // What cannot be killed now (a process in the middle of its death) is found again by the next look.
            let mut last = None;
            for key in left {
                if let Ok(held) = Held::open_listed(key)
                    && held.send(signal::Send::Kill).is_ok()
                {
                    last = Some(held);
                }
            }
            if Instant::now() >= deadline {
                return false;
            }
            let is_told = last.is_some_and(|last| {
                let until = Monotonic::now().plus_nanos(END_NANOS);
                last.wait_for_end(until).is_ok()
            });
            if !is_told {
                // Of an exec that is under way nothing tells.
                std::thread::sleep(LOOK_AGAIN);
            }
        }
    }
}

/// The main's hold on its guard.
#[derive(Debug)]
pub(crate) struct Guard {
    pid: u32,
    /// Stays with the process when its pid is reused.
    pidfd: OwnedFd,
    /// Closed to end it, also by the end of this process.
    hold: Option<PipeWriter>,
}

impl Guard {
    /// Starts the guard of a run: away from the terminal, whose Ctrl+C and hang-up are for the main.
    pub(crate) fn start(mark: &Mark) -> io::Result<Self> {
        let (theirs, hold) = io::pipe()?;
        let null = File::options().write(true).open("/dev/null")?;
        let pid = CleanStart {
            program: &this::program(),
            arguments: &[TITLE, ARGUMENT, &mark.text],
            environment: &[],
            place: Place::OwnSession,
            stdin: theirs.as_fd(),
            stdout: Some(null.as_fd()),
            stderr: Some(null.as_fd()),
        }
        .spawn()?;
        let pidfd = processes::open_pidfd(pid).inspect_err(|_out_of_descriptors| {
            os::kill_and_reap(pid);
        })?;
        Ok(Self {
            pid,
            pidfd,
            hold: Some(hold),
        })
    }

    /// The guard's pid.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Readable once the guard has ended.
    pub(crate) fn pidfd(&self) -> &OwnedFd {
        &self.pidfd
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Its sweep finds nothing and it ends; whatever happens, it must not outlive the run.
        drop(self.hold.take());
        let deadline = Monotonic::now().plus_nanos(GUARD_TIMEOUT_NANOS);
        processes::wait_for_end(&self.pidfd, deadline).ok();
        // By its handle: somebody else may reap it meanwhile, and its pid be given out again.
        os::kill_and_reap_held(self.pidfd.as_fd());
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;

    fn sleeper() -> (Child, OwnedFd) {
        let child = Command::new("sleep").arg("60").spawn().unwrap();
        let pidfd = processes::open_pidfd(child.id()).unwrap();
        (child, pidfd)
    }

    #[test]
    fn a_guard_that_others_have_reaped_leaves_alone_who_has_its_pid() {
        let (mut reaped, pidfd) = sleeper();
        reaped.kill().unwrap();
        reaped.wait().unwrap();
        let (mut stranger, strangers) = sleeper();
        drop(Guard {
            pid: stranger.id(),
            pidfd,
            hold: None,
        });
        assert!(os::is_unreaped(strangers.as_fd()), "reaped");
        assert!(stranger.try_wait().unwrap().is_none(), "killed");
        stranger.kill().unwrap();
        stranger.wait().unwrap();
    }

    #[test]
    fn a_guard_that_does_not_end_is_killed_and_reaped() {
        let (guard, pidfd) = sleeper();
        let watch = processes::open_pidfd(guard.id()).unwrap();
        drop(Guard {
            pid: guard.id(),
            pidfd,
            hold: None,
        });
        assert!(!os::is_unreaped(watch.as_fd()));
    }
}
