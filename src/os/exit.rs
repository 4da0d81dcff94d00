//! How a process ended, and what it used until then.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, WaitOptions, waitid};
use serde::{Deserialize, Serialize};

use super::signal;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    /// It ended by itself.
    Exited {
        /// Its exit status, 0 to 255.
        status: i32,
    },
    /// A signal ended it.
    Signalled {
        /// The signal's number.
        signal: i32,
    },
    /// Something else has reaped it: how it ended cannot be known.
    Unknown,
}

impl Exit {
    /// Python's exit code: the status, or -N for signal N; `None` where it is unknown.
    pub fn code(self) -> Option<i32> {
        match self {
            Self::Exited { status } => Some(status),
            Self::Signalled { signal } => Some(-signal),
            Self::Unknown => None,
        }
    }

    /// In words: `exit code 1`, `killed by SIGKILL` or `exit code unknown`.
    pub fn describe(self) -> String {
        match self {
            Self::Exited { status } => format!("exit code {status}"),
            Self::Signalled { signal } => format!("killed by {}", signal::name(signal)),
            Self::Unknown => "exit code unknown".to_owned(),
        }
    }
}

/// What is left of a child that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reaped {
    /// How it ended.
    pub exit: Exit,
    /// CPU time of its whole life, its own reaped children included, seconds; `None` where something else has reaped it.
    #[serde(with = "nan_for_none")]
    pub cpu_seconds: Option<f64>,
}

impl Reaped {
    /// Of a process that something else has reaped.
    pub const UNKNOWN: Self = Self {
        exit: Exit::Unknown,
        cpu_seconds: None,
    };
}

/// An optional number that is written as a number, NaN for none: messages of version 4 between a parent and its workers have
/// no room for a tag.
mod nan_for_none {
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(
        number: &Option<f64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(number.unwrap_or(f64::NAN))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<f64>, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Ok((!number.is_nan()).then_some(number))
    }
}

/// Waits for one child of this process if it has ended; `None` while it lives.
///
/// The pid is free for reuse afterwards, so send nothing to it any more.
pub fn reap(pid: u32) -> io::Result<Option<Reaped>> {
    let pid = libc::pid_t::try_from(pid)
        .map_err(|_too_large| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut status = 0;
    #[expect(
        unsafe_code,
        reason = "rustix has no wait4, and only wait4 tells the CPU time of exactly this child"
    )]
    // SAFETY: an all-zero rusage is a valid value of that plain C structure.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    #[expect(unsafe_code, reason = "see above")]
    // SAFETY: both pointers are to live, writable values of the types that wait4 fills.
    let result = unsafe { libc::wait4(pid, &raw mut status, libc::WNOHANG, &raw mut usage) };
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    if result == 0 {
        return Ok(None);
    }
    let exit = if libc::WIFSIGNALED(status) {
        Exit::Signalled {
            signal: libc::WTERMSIG(status),
        }
    } else {
        Exit::Exited {
            status: libc::WEXITSTATUS(status),
        }
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    Ok(Some(Reaped {
        exit,
        cpu_seconds: Some(seconds(usage.ru_utime) + seconds(usage.ru_stime)),
    }))
}

/// What the kernel has to tell of a child that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// A signal has stopped it.
    Stopped {
        /// The signal's number.
        signal: i32,
    },
    /// It goes on.
    Continued,
}

/// Whether a child of this process was stopped or goes on since it was asked last; `None` if neither.
pub fn halt_of(pidfd: BorrowedFd<'_>) -> Option<Halt> {
    let options = WaitIdOptions::STOPPED | WaitIdOptions::CONTINUED | WaitIdOptions::NOHANG;
    let told = waitid(WaitId::PidFd(pidfd), options).ok().flatten()?;
    if told.continued() {
        return Some(Halt::Continued);
    }
    told.stopping_signal()
        .map(|signal| Halt::Stopped { signal })
}

/// Kills a child of this process that was not reaped yet, and waits until it is gone.
pub fn kill_and_reap(pid: u32) {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return;
    };
    // Either fails only if somebody else has reaped it.
    rustix::process::kill_process(pid, Signal::KILL).ok();
    while let Err(Errno::INTR) = rustix::process::waitpid(Some(pid), WaitOptions::empty()) {}
}

/// The same for one that is held: whoever has its pid when somebody else has reaped it is left alone.
pub fn kill_and_reap_held(pidfd: BorrowedFd<'_>) {
    // Either fails only if somebody else has reaped it.
    signal::send(pidfd, signal::Send::Kill).ok();
    while let Err(Errno::INTR) = waitid(WaitId::PidFd(pidfd), WaitIdOptions::EXITED) {}
}

/// Reaps every child of this process that has ended.
pub fn reap_all_ended() {
    while let Ok(Some(_)) = rustix::process::wait(WaitOptions::NOHANG) {}
}

/// Whether a child of this process, living or dead, was not reaped yet: as long as that is so, its pid and the number of its
/// group are its own. Needs neither `/proc` nor a descriptor, so that it can be asked when nothing else can be opened.
pub fn is_unreaped(pidfd: BorrowedFd<'_>) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    // Every other error says nothing about the child.
    !matches!(waitid(WaitId::PidFd(pidfd), options), Err(Errno::CHILD))
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;
    use std::process::Command;

    use super::*;
    use crate::os::Monotonic;
    use crate::os::processes::{open_pidfd, wait_for_end};

    #[test]
    fn a_child_is_unreaped_until_it_is_reaped() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let pidfd = open_pidfd(child.id()).unwrap();
        assert!(is_unreaped(pidfd.as_fd()), "it lives");
        child.kill().unwrap();
        wait_for_end(&pidfd, Monotonic::now().plus_nanos(10_000_000_000)).unwrap();
        assert!(is_unreaped(pidfd.as_fd()), "it is a zombie");
        child.wait().unwrap();
        assert!(!is_unreaped(pidfd.as_fd()));
        let own = open_pidfd(std::process::id()).unwrap();
        assert!(!is_unreaped(own.as_fd()), "it is no child");
    }

    #[test]
    fn a_child_that_is_stopped_tells_by_which_signal() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let pidfd = open_pidfd(child.id()).unwrap();
        assert_eq!(halt_of(pidfd.as_fd()), None);
        let pid = Pid::from_child(&child);
        for (signal, expected) in [
            (Signal::STOP, Halt::Stopped { signal: 19 }),
            (Signal::CONT, Halt::Continued),
        ] {
            rustix::process::kill_process(pid, signal).unwrap();
            let deadline = Monotonic::now().plus_nanos(10_000_000_000);
            let told = loop {
                let told = halt_of(pidfd.as_fd());
                if told.is_some() || Monotonic::now() >= deadline {
                    break told;
                }
            };
            assert_eq!(told, Some(expected));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(halt_of(pidfd.as_fd()), None);
    }

    #[test]
    fn what_is_unknown_of_an_end_stays_unknown_between_processes() {
        for cpu_seconds in [None, Some(0.0), Some(0.5)] {
            let reaped = Reaped {
                cpu_seconds,
                ..Reaped::UNKNOWN
            };
            let bytes = postcard::to_stdvec(&reaped).unwrap();
            assert_eq!(bytes.len(), 9, "a tag and a number");
            assert_eq!(postcard::from_bytes(&bytes), Ok(reaped));
        }
    }

    #[test]
    fn an_exit_has_pythons_code_and_words() {
        assert_eq!(Exit::Exited { status: 3 }.code(), Some(3));
        assert_eq!(Exit::Signalled { signal: 9 }.code(), Some(-9));
        assert_eq!(Exit::Unknown.code(), None);
        assert_eq!(Exit::Unknown.describe(), "exit code unknown");
        assert_eq!(
            Exit::Signalled { signal: 9 }.describe(),
            "killed by SIGKILL"
        );
        assert_eq!(Exit::Exited { status: 1 }.describe(), "exit code 1");
    }
}
