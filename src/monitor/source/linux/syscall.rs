//! Names of the system calls that wait: by the processor's numbers.

use super::parse::text;
use crate::monitor::detail::SystemCall;

/// A call, and whether its first argument is a descriptor.
type Call = (libc::c_long, &'static str, bool);

/// Calls that every processor has.
const CALLS: [Call; 36] = [
    (libc::SYS_read, "read", true),
    (libc::SYS_pread64, "pread64", true),
    (libc::SYS_readv, "readv", true),
    (libc::SYS_write, "write", true),
    (libc::SYS_pwrite64, "pwrite64", true),
    (libc::SYS_writev, "writev", true),
    (libc::SYS_ppoll, "ppoll", false),
    (libc::SYS_pselect6, "pselect6", false),
    (libc::SYS_epoll_pwait, "epoll_pwait", false),
    (libc::SYS_epoll_pwait2, "epoll_pwait2", false),
    (libc::SYS_futex, "futex", false),
    (libc::SYS_futex_waitv, "futex_waitv", false),
    (libc::SYS_nanosleep, "nanosleep", false),
    (libc::SYS_clock_nanosleep, "clock_nanosleep", false),
    (libc::SYS_wait4, "wait4", false),
    (libc::SYS_waitid, "waitid", false),
    (libc::SYS_recvfrom, "recvfrom", true),
    (libc::SYS_recvmsg, "recvmsg", true),
    (libc::SYS_recvmmsg, "recvmmsg", true),
    (libc::SYS_sendto, "sendto", true),
    (libc::SYS_sendmsg, "sendmsg", true),
    (libc::SYS_accept, "accept", true),
    (libc::SYS_accept4, "accept4", true),
    (libc::SYS_connect, "connect", true),
    (libc::SYS_flock, "flock", true),
    (libc::SYS_fcntl, "fcntl", true),
    (libc::SYS_fsync, "fsync", true),
    (libc::SYS_fdatasync, "fdatasync", true),
    (libc::SYS_openat, "openat", false),
    (libc::SYS_rt_sigsuspend, "rt_sigsuspend", false),
    (libc::SYS_rt_sigtimedwait, "rt_sigtimedwait", false),
    (libc::SYS_io_uring_enter, "io_uring_enter", true),
    (libc::SYS_io_getevents, "io_getevents", false),
    (libc::SYS_msgrcv, "msgrcv", false),
    (libc::SYS_semtimedop, "semtimedop", false),
    (libc::SYS_mq_timedreceive, "mq_timedreceive", true),
];

/// Calls that later processors have no more.
#[cfg(target_arch = "x86_64")]
const OLD_CALLS: [Call; 6] = [
    (libc::SYS_poll, "poll", false),
    (libc::SYS_select, "select", false),
    (libc::SYS_epoll_wait, "epoll_wait", false),
    (libc::SYS_pause, "pause", false),
    (libc::SYS_open, "open", false),
    (libc::SYS_vfork, "vfork", false),
];
/// Calls that later processors have no more.
#[cfg(not(target_arch = "x86_64"))]
const OLD_CALLS: [Call; 0] = [];

/// `waitid` for one process.
const P_PID: u64 = 1;

/// What `/proc/PID/syscall` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InCall {
    /// It runs.
    Running,
    /// It is in a call; with the descriptor in its first argument, if that is one.
    Call(SystemCall, Option<i32>),
}

/// Parses `syscall`: a number and, in hexadecimal digits, arguments and registers.
pub fn in_call(bytes: &[u8]) -> Option<InCall> {
    let (line, _) = text(bytes.trim_ascii());
    if line == "running" {
        return Some(InCall::Running);
    }
    let mut words = line.split_ascii_whitespace();
    let number: libc::c_long = words.next()?.parse().ok()?;
    let call = CALLS
        .iter()
        .chain(&OLD_CALLS)
        .find(|&&(known, ..)| known == number);
    let first = words
        .next()
        .and_then(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok());
    let descriptor = match call {
        // Only the lower half counts.
        Some((.., true)) => first.map(|first| (first as u32).cast_signed()),
        _ => None,
    };
    let second = words
        .next()
        .and_then(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok());
    let name = call.map(|&(_, name, _)| name);
    // Others wait for any child, or for one of a group.
    let child = match (name, first, second) {
        (Some("wait4"), Some(pid), _) | (Some("waitid"), Some(P_PID), Some(pid)) => {
            Some(pid as u32)
        }
        _ => None,
    };
    let call = SystemCall {
        name,
        file: None,
        child: child.filter(|&pid| pid.cast_signed() > 0),
    };
    Some(InCall::Call(call, descriptor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_by_number_with_the_descriptor_they_wait_at() {
        assert_eq!(in_call(b"running\n"), Some(InCall::Running));
        let line =
            |number: libc::c_long| format!("{number} 0x3 0x7ffc 0x1 0x0 0x0 0x0 0x7ffc 0x7f\n");
        let told = |bytes: &[u8]| match in_call(bytes) {
            Some(InCall::Call(call, descriptor)) => Some((call.name, descriptor)),
            _ => None,
        };
        assert_eq!(
            told(line(libc::SYS_read).as_bytes()),
            Some((Some("read"), Some(3)))
        );
        assert_eq!(
            told(line(libc::SYS_futex).as_bytes()),
            Some((Some("futex"), None))
        );
        let child = |number: libc::c_long, arguments: &str| match in_call(
            format!("{number} {arguments} 0x0 0x0\n").as_bytes(),
        ) {
            Some(InCall::Call(call, _)) => call.child,
            _ => None,
        };
        assert_eq!(child(libc::SYS_wait4, "0x4d2 0x0"), Some(1_234));
        assert_eq!(child(libc::SYS_wait4, "0xffffffffffffffff 0x0"), None);
        assert_eq!(child(libc::SYS_wait4, "0xffffffff 0x0"), None);
        assert_eq!(child(libc::SYS_waitid, "0x1 0x4d2"), Some(1_234));
        assert_eq!(child(libc::SYS_waitid, "0x0 0x4d2"), None);
        assert_eq!(child(libc::SYS_read, "0x3 0x0"), None);
        assert_eq!(told(b"-1 0x7ffc 0x7f\n"), Some((None, None)));
        assert_eq!(told(b"99999 0x3\n"), Some((None, None)));
        assert_eq!(told(b""), None);
        assert_eq!(told(b"x 0x3"), None);
    }
}
