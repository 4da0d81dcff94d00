//! Signals: their names, and sending them without ever hitting a stranger.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::process::{Pid, Signal};
use rustix::termios::LocalModes;

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
    /// Any other, by its number.
    Other(i32),
}

/// How a process is asked to end: a stopped one must go on to hear of it.
pub const ASK_TO_END: [Send; 2] = [Send::Terminate, Send::Continue];

/// The standard signals: number and name, in ascending order.
pub fn all() -> impl Iterator<Item = (i32, &'static str)> {
    NAMES.into_iter()
}

impl Send {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminate => "SIGTERM",
            Self::Kill => "SIGKILL",
            Self::Stop => "SIGSTOP",
            Self::Continue => "SIGCONT",
            Self::Other(number) => all()
                .find(|(known, _)| *known == number)
                .map_or("unknown signal", |(_, name)| name),
        }
    }

    /// The one with this number.
    pub fn from_number(number: i32) -> Self {
        [Self::Terminate, Self::Kill, Self::Stop, Self::Continue]
            .into_iter()
            .find(|known| known.number() == number)
            .unwrap_or(Self::Other(number))
    }

    /// Its number.
    pub fn number(self) -> i32 {
        match self {
            Self::Terminate => libc::SIGTERM,
            Self::Kill => libc::SIGKILL,
            Self::Stop => libc::SIGSTOP,
            Self::Continue => libc::SIGCONT,
            Self::Other(number) => number,
        }
    }

    fn signal(self) -> io::Result<Signal> {
        let signal = Signal::from_named_raw(self.number());
        signal.ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }
}

/// Signals the process behind a pidfd. A process that has ended is not an error.
pub fn send(pidfd: BorrowedFd<'_>, signal: Send) -> io::Result<()> {
    match rustix::process::pidfd_send_signal(pidfd, signal.signal()?) {
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
    match rustix::process::kill_process_group(pid, signal.signal()?) {
        Err(rustix::io::Errno::SRCH) => Ok(()),
        other => other.map_err(io::Error::from),
    }
}

/// Whether this process ignores a signal, as `nohup` makes it ignore SIGHUP; false for what is no signal.
pub fn is_ignored(signal: i32) -> bool {
    let mut found = std::mem::MaybeUninit::<libc::sigaction>::uninit();
    #[expect(unsafe_code, reason = "rustix has no sigaction")]
    // SAFETY: without a new action nothing is changed, and a call that succeeds has filled in the present one.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), found.as_mut_ptr()) == 0
            && found.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

/// What the kernel sends a group in the background that reads from its terminal.
pub const READS_TERMINAL: i32 = libc::SIGTTIN;

/// What it sends one that writes to its terminal, where the terminal asks for that, or changes it.
pub const WRITES_TERMINAL: i32 = libc::SIGTTOU;

/// Those of these signals that this process does not ignore. What was ignored when it was started is meant to stay so: `nohup`
/// ignores SIGHUP, and a shell's script SIGINT in what it starts in the background.
pub fn not_ignored(signals: &[i32]) -> Vec<i32> {
    let signals = signals.iter().copied();
    signals.filter(|&signal| !is_ignored(signal)).collect()
}

/// Stops this process as the terminal's signal does where there is no handler for it, and returns once it goes on: at once if
/// nothing could make it go on, since no shell looks after its group.
pub fn stop_as_by_default(signal: i32) {
    let mut before = std::mem::MaybeUninit::<libc::sigaction>::uninit();
    #[expect(unsafe_code, reason = "rustix has no sigaction")]
    // SAFETY: an all-zero action is one with the default disposition and an empty mask; the handler that was there is put back
    // as it was. The signal is raised in this very thread, so that it has had its effect when the call returns.
    unsafe {
        let default: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signal, &raw const default, before.as_mut_ptr()) == 0 {
            libc::raise(signal);
            libc::sigaction(signal, before.as_ptr(), std::ptr::null_mut());
        }
    }
}

/// Lets this process write to a terminal of which it is not in the foreground, where the terminal stops those who do
/// (`stty tostop`).
pub fn write_from_the_background() {
    let stops = |modes: rustix::termios::Termios| modes.local_modes.contains(LocalModes::TOSTOP);
    let is_stopped = [rustix::stdio::stdout(), rustix::stdio::stderr()]
        .into_iter()
        .any(|stream| rustix::termios::tcgetattr(stream).is_ok_and(stops));
    if is_stopped {
        #[expect(unsafe_code, reason = "rustix has no sigaction")]
        // SAFETY: SIG_IGN is a valid disposition for SIGTTOU.
        unsafe {
            libc::signal(libc::SIGTTOU, libc::SIG_IGN);
        }
    }
}

/// Makes this process hear how its children end, if it ignores SIGCHLD: then the kernel reaps them itself and nobody learns of
/// it. Mostly inherited, by whatever was started by who ignores it. A handler is left alone.
pub fn hear_of_children() {
    if is_ignored(libc::SIGCHLD) {
        #[expect(unsafe_code, reason = "rustix has no sigaction")]
        // SAFETY: SIG_DFL is a valid disposition for SIGCHLD, and no handler is replaced by it.
        unsafe {
            libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        }
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

    #[test]
    fn what_is_ignored_is_known() {
        // As in every program in Rust, from its first line on.
        assert!(is_ignored(libc::SIGPIPE));
        assert!(!is_ignored(libc::SIGTERM) && !is_ignored(-1));
        let heard = not_ignored(&[libc::SIGPIPE, libc::SIGTERM]);
        assert_eq!(heard, [libc::SIGTERM]);
    }

    #[test]
    fn every_standard_signal_can_be_sent() {
        for (number, name) in all() {
            let signal = Send::from_number(number);
            assert_eq!((signal.number(), signal.name()), (number, name));
            assert!(signal.signal().is_ok(), "{name}");
        }
        assert_eq!(Send::from_number(9), Send::Kill);
        assert!(Send::Other(99).signal().is_err());
    }
}
