//! A process that is held: whatever is done to it is done to it and to nobody who got its pid later.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use thiserror::Error;

use super::processes::{open_pidfd, read_stat, wait_for_end};
use super::procfs::{listed_pid_of, own_pid_of};
use super::{Monotonic, ProcFs, ProcKey, proc_fs, signal};

/// Why a process cannot be held.
#[derive(Debug, Error)]
pub enum HoldError {
    /// It has ended.
    #[error("it has ended")]
    Gone,
    /// It has ended, and its pid belongs to somebody else now.
    #[error("it has ended, and another process has its pid")]
    Reused,
    /// The system gives no handle: too many open files, or a kernel before 5.3 (5.4 for whoever waits for children).
    #[error(transparent)]
    System(#[from] io::Error),
}

/// A handle to a process of which it is certain whose it is.
#[derive(Debug)]
pub struct Held {
    key: ProcKey,
    pidfd: OwnedFd,
}

impl Held {
    /// Holds exactly the process with this identity.
    pub fn open(key: ProcKey) -> Result<Self, HoldError> {
        let pidfd = match open_pidfd(key.pid) {
            Ok(pidfd) => pidfd,
            // EINVAL: the pid is one of a thread now.
            Err(error) if matches!(error.raw_os_error(), Some(libc::ESRCH | libc::EINVAL)) => {
                return Err(HoldError::Gone);
            }
            Err(error) => return Err(error.into()),
        };
        // The handle is open, so if the start time still is the same now, the handle is of that process.
        match read_stat(key.pid)? {
            None => Err(HoldError::Gone),
            Some(stat) if stat.key() != key => Err(HoldError::Reused),
            Some(_) => Ok(Self { key, pidfd }),
        }
    }

    /// Holds exactly the process that `/proc` lists with this identity, also where the pids there are those of an outer
    /// namespace: its own pid is asked for then, and whether the handle is of the same process.
    pub fn open_listed(listed: ProcKey) -> Result<Self, HoldError> {
        if proc_fs() == ProcFs::Own {
            return Self::open(listed);
        }
        let pid = own_pid_of(listed.pid).ok_or(HoldError::Gone)?;
        let pidfd = match open_pidfd(pid) {
            Err(error) if error.raw_os_error() == Some(libc::ESRCH) => Err(HoldError::Gone),
            opened => opened.map_err(HoldError::System),
        }?;
        if listed_pid_of(&pidfd) != Some(listed.pid) {
            return Err(HoldError::Gone);
        }
        // The handle is open, as above.
        match read_stat(listed.pid)? {
            Some(stat) if stat.key() == listed => Ok(Self {
                key: ProcKey { pid, ..listed },
                pidfd,
            }),
            Some(_) => Err(HoldError::Reused),
            None => Err(HoldError::Gone),
        }
    }

    /// Whose it is.
    pub fn key(&self) -> ProcKey {
        self.key
    }

    /// Sends a signal; to one that has ended is not an error.
    pub fn send(&self, signal: signal::Send) -> io::Result<()> {
        signal::send(self.pidfd.as_fd(), signal)
    }

    /// Waits for its end, at most until the deadline; whether it has ended.
    pub fn wait_for_end(&self, deadline: Monotonic) -> io::Result<bool> {
        wait_for_end(&self.pidfd, deadline)
    }

    /// Whether it has ended, collected by its parent or not.
    pub fn has_ended(&self) -> bool {
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let mut fds = [PollFd::new(&self.pidfd, PollFlags::IN)];
        // A pidfd that cannot be polled tells nothing; then it counts as alive, and what follows says what is wrong.
        poll(&mut fds, Some(&now)).is_ok_and(|count| count > 0)
    }
}

impl AsFd for Held {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::os::processes::stat_of;

    #[test]
    fn one_who_has_the_pid_of_another_is_not_held() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let key = stat_of(child.id()).unwrap().key();
        let stranger = ProcKey {
            start_ticks: key.start_ticks + 1,
            ..key
        };
        assert!(matches!(Held::open(stranger), Err(HoldError::Reused)));
        let held = Held::open(key).unwrap();
        assert!(!held.has_ended());
        held.send(signal::Send::Kill).unwrap();
        child.wait().unwrap();
        assert!(held.has_ended());
        held.send(signal::Send::Kill).unwrap();
        assert!(matches!(Held::open(key), Err(HoldError::Gone)));
    }
}
