//! Signals: their names, and sending them without ever hitting a stranger.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::process::{Pid, Signal};

/// The standard signals by number (Linux on every architecture that Rust's std supports but MIPS and SPARC).
const NAMES: [(i32, &str); 31] = [
    (1, "SIGHUP"),
    (2, "SIGINT"),
    (3, "SIGQUIT"),
    (4, "SIGILL"),
    (5, "SIGTRAP"),
    (6, "SIGABRT"),
    (7, "SIGBUS"),
    (8, "SIGFPE"),
    (9, "SIGKILL"),
    (10, "SIGUSR1"),
    (11, "SIGSEGV"),
    (12, "SIGUSR2"),
    (13, "SIGPIPE"),
    (14, "SIGALRM"),
    (15, "SIGTERM"),
    (16, "SIGSTKFLT"),
    (17, "SIGCHLD"),
    (18, "SIGCONT"),
    (19, "SIGSTOP"),
    (20, "SIGTSTP"),
    (21, "SIGTTIN"),
    (22, "SIGTTOU"),
    (23, "SIGURG"),
    (24, "SIGXCPU"),
    (25, "SIGXFSZ"),
    (26, "SIGVTALRM"),
    (27, "SIGPROF"),
    (28, "SIGWINCH"),
    (29, "SIGIO"),
    (30, "SIGPWR"),
    (31, "SIGSYS"),
];

/// The name of a signal, such as `SIGKILL`, or `signal 34` for one that has none.
pub fn name(signal: i32) -> String {
    NAMES
        .iter()
        .find(|(number, _)| *number == signal)
        .map_or_else(
            || format!("signal {signal}"),
            |(_, name)| (*name).to_owned(),
        )
}

/// The signals that the engine and the monitor send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Send {
    /// SIGTERM: please end.
    Terminate,
    /// SIGKILL: end now.
    Kill,
    /// SIGSTOP: stand still.
    Stop,
    /// SIGCONT: go on.
    Continue,
}

impl Send {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminate => "SIGTERM",
            Self::Kill => "SIGKILL",
            Self::Stop => "SIGSTOP",
            Self::Continue => "SIGCONT",
        }
    }

    fn signal(self) -> Signal {
        match self {
            Self::Terminate => Signal::TERM,
            Self::Kill => Signal::KILL,
            Self::Stop => Signal::STOP,
            Self::Continue => Signal::CONT,
        }
    }
}

/// Signals the process behind a pidfd. A process that has ended is not an error.
pub fn send(pidfd: BorrowedFd<'_>, signal: Send) -> io::Result<()> {
    match rustix::process::pidfd_send_signal(pidfd, signal.signal()) {
        Err(rustix::io::Errno::SRCH) => Ok(()),
        other => other.map_err(io::Error::from),
    }
}

/// Signals every process of a group. Only for the group of a child that was not reaped yet: until then its pid, and with it
/// the group's number, cannot be reused. An empty group is not an error.
pub fn send_group(leader: u32, signal: Send) -> io::Result<()> {
    let pid = i32::try_from(leader)
        .ok()
        .and_then(Pid::from_raw)
        .ok_or(io::ErrorKind::InvalidInput)?;
    match rustix::process::kill_process_group(pid, signal.signal()) {
        Err(rustix::io::Errno::SRCH) => Ok(()),
        other => other.map_err(io::Error::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_their_usual_names() {
        assert_eq!(name(9), "SIGKILL");
        assert_eq!(name(libc::SIGTERM), "SIGTERM");
        assert_eq!(name(libc::SIGCONT), "SIGCONT");
        assert_eq!(name(40), "signal 40");
    }
}
