//! Looking at other processes by pid: identity, usage, children, and finding and ending those that carry a mark.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions, waitid};

use super::procfs::listed_pid;
use super::{ChildKey, Held, HoldError, Monotonic, ProcFs, ProcKey, Stat, proc_fs, signal};

/// Reads `/proc/PID/stat`; `None` when there is no such process or its line cannot be read. Where its first thread has ended and
/// others go on, state, memory and turn are those of the first one of these.
pub fn stat_of(pid: u32) -> Option<Stat> {
    read_stat(pid).ok().flatten()
}

/// The same, and an error where too many files are open to read it: then it may be there.
pub fn read_stat(pid: u32) -> io::Result<Option<Stat>> {
    Ok(match read_line(&format!("/proc/{pid}/stat"))? {
        Some(stat) if stat.may_outlive_its_first_thread() => match living_thread(pid)? {
            Some(thread) => Some(stat.speaking_through(&thread)),
            None => Some(stat),
        },
        stat => stat,
    })
}

/// The thread whose files and numbers tell of a process: its first one, whose id is the pid, or, when that has ended and others go
/// on, the first of these.
pub fn speaking_thread(pid: u32) -> u32 {
    let line = read_line(&format!("/proc/{pid}/stat"));
    match line {
        Ok(Some(stat)) if stat.may_outlive_its_first_thread() => {
            let thread = living_thread(pid).ok().flatten();
            thread.map_or(pid, |thread| thread.pid)
        }
        _ => pid,
    }
}

fn read_line(path: &str) -> io::Result<Option<Stat>> {
    match std::fs::read(path) {
        Ok(line) => Ok(Stat::parse(&line).ok()),
        Err(error) if is_out_of_descriptors(&error) => Err(error),
        // Gone, or hidden from us.
        Err(_) => Ok(None),
    }
}

fn living_thread(pid: u32) -> io::Result<Option<Stat>> {
    let threads = match numbers_in(&format!("/proc/{pid}/task")) {
        Ok(threads) => threads,
        Err(error) if is_out_of_descriptors(&error) => return Err(error),
        Err(_) => return Ok(None),
    };
    let read = |id| {
        read_line(&format!("/proc/{pid}/task/{id}/stat"))
            .ok()
            .flatten()
    };
    Ok(Stat::first_living(threads, read))
}

fn numbers_in(folder: &str) -> io::Result<Vec<u32>> {
    let entries = std::fs::read_dir(folder)?;
    Ok(entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect())
}

/// Whether too many files are open, here or on the whole machine.
pub fn is_out_of_descriptors(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

/// Reads `stat` of this process, under the pid that it has in `/proc`, whosever that is; `None` where it is not in it.
pub fn own_stat() -> Option<Stat> {
    Stat::parse(&std::fs::read("/proc/self/stat").ok()?).ok()
}

/// What can be told of whether a process still is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It lives.
    Lives,
    /// It has ended, and its parent has not reaped it.
    Zombie,
    /// It has ended.
    Gone,
    /// Somebody has its pid, but who that is cannot be read now: too many files are open, or `/proc` does not show it.
    Unknown,
}

/// Whether the process with this identity still is there.
pub fn presence(key: impl Into<ChildKey>) -> Presence {
    let key = key.into();
    let pid = i32::try_from(key.pid).ok().and_then(Pid::from_raw);
    let asked = pid.map(rustix::process::test_kill_process);
    if asked.is_none_or(|answer| answer == Err(rustix::io::Errno::SRCH)) {
        return Presence::Gone;
    }
    let Some(key) = key.proc_key() else {
        return Presence::Unknown;
    };
    match stat_of(key.pid) {
        Some(stat) if stat.key() != key => Presence::Gone,
        Some(stat) if stat.state == b'Z' => Presence::Zombie,
        Some(_) => Presence::Lives,
        None => Presence::Unknown,
    }
}

/// The number of the group that a process is in; `None` when there is no such process. Needs neither `/proc` nor a descriptor.
pub fn group_of(pid: u32) -> Option<u32> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw)?;
    let group = rustix::process::getpgid(Some(pid)).ok()?;
    Some(group.as_raw_nonzero().get().unsigned_abs())
}

/// The identity of whoever has this pid now.
pub fn key_of(pid: u32) -> Option<ProcKey> {
    stat_of(pid).map(|stat| stat.key())
}

/// The identity of a child of this process that was not reaped yet, as far as `/proc` can tell it; an error where too many files
/// are open to ask.
pub fn key_of_child(pid: u32) -> io::Result<ChildKey> {
    let stat = match proc_fs() {
        ProcFs::Own => read_stat(pid)?,
        // Under this pid stands somebody else there, if anybody.
        ProcFs::Foreign | ProcFs::Missing => None,
    };
    let start_ticks = stat.map(|stat| stat.start_ticks);
    Ok(ChildKey { pid, start_ticks })
}

/// How many clock ticks the kernel counts in a second.
pub fn ticks_per_second() -> f64 {
    rustix::param::clock_ticks_per_second().max(1) as f64
}

/// What a process uses now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// CPU time so far, seconds.
    pub cpu_seconds: f64,
    /// Resident memory, bytes.
    pub rss_bytes: u64,
}

/// CPU time and resident memory of a process; `None` when it is gone, was replaced under the same pid, or is a zombie.
pub fn usage_of(key: ProcKey) -> Option<Usage> {
    let stat = stat_of(key.pid).filter(|stat| stat.key() == key && !stat.has_ended())?;
    let ticks = stat.utime_ticks + stat.stime_ticks;
    Some(Usage {
        cpu_seconds: ticks as f64 / ticks_per_second(),
        rss_bytes: stat.rss_pages * rustix::param::page_size() as u64,
    })
}

/// An error that names what is missing where processes cannot be held by pidfds, or children not be waited for by them.
pub fn check_pidfds() -> io::Result<()> {
    let own = open_pidfd(std::process::id())?;
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    match waitid(WaitId::PidFd(own.as_fd()), options) {
        // This process is no child of its own.
        Err(Errno::CHILD) | Ok(_) => Ok(()),
        Err(error) => Err(refused("waitid for a pidfd", error)),
    }
}

fn refused(call: &str, error: Errno) -> io::Error {
    io::Error::other(format!(
        "the system call {call} is refused ({}): it needs Linux 5.4, and a filter of system calls (seccomp) that allows it",
        io::Error::from(error)
    ))
}

/// A handle to a process that stays with it when the pid is reused.
///
/// An error that names the call where the system knows of none (Linux before 5.3) or a filter refuses it. To wait for children by
/// it takes Linux 5.4: see [`check_pidfds`].
pub fn open_pidfd(pid: u32) -> io::Result<OwnedFd> {
    let pid = i32::try_from(pid)
        .ok()
        .and_then(Pid::from_raw)
        .ok_or(io::ErrorKind::InvalidInput)?;
    rustix::process::pidfd_open(pid, PidfdFlags::empty()).map_err(|error| match error {
        Errno::NOSYS | Errno::PERM | Errno::ACCESS => refused("pidfd_open", error),
        error => error.into(),
    })
}

/// Whether there is such a process, though its files may be hidden from us; false where that cannot be found out.
pub fn is_there(pid: u32) -> bool {
    open_pidfd(pid).is_ok()
}

/// Waits until the process behind a pidfd has ended, at most until the deadline; whether it has.
pub fn wait_for_end(pidfd: &OwnedFd, deadline: Monotonic) -> io::Result<bool> {
    loop {
        let nanos = deadline.nanos_since(Monotonic::now());
        let seconds = i64::try_from(nanos / 1_000_000_000).unwrap_or(i64::MAX);
        let timeout = Timespec {
            tv_sec: seconds,
            tv_nsec: i64::try_from(nanos % 1_000_000_000).unwrap_or(0),
        };
        match poll(&mut [PollFd::new(pidfd, PollFlags::IN)], Some(&timeout)) {
            Ok(count) => return Ok(count > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Every pid there is at this moment, in no particular order.
pub fn all_pids() -> io::Result<Vec<u32>> {
    numbers_in("/proc")
}

/// Every process there is at this moment, in no particular order; all of them or an error.
pub fn all_stats() -> io::Result<Vec<Stat>> {
    let stats = all_pids()?.into_iter().map(read_stat);
    stats.filter_map(Result::transpose).collect()
}

/// The processes above a pid, from its parent upwards. An error where too many files are open to see them all.
pub fn ancestors_of(pid: u32) -> io::Result<Vec<ProcKey>> {
    let mut above = Vec::new();
    let mut child = read_stat(pid)?;
    // Nobody is its own ancestor; a bound all the same, since each look is at another moment.
    while let Some(stat) = child
        && above.len() < 1_000
    {
        child = read_stat(stat.ppid)?;
        above.extend(child.as_ref().map(Stat::key));
    }
    Ok(above)
}

/// The living and dead-but-unreaped children of this process, by a scan of all processes; none where `/proc` is another
/// namespace's.
pub fn own_children() -> Vec<Stat> {
    match proc_fs() {
        ProcFs::Own => children_of(std::process::id()),
        ProcFs::Foreign | ProcFs::Missing => Vec::new(),
    }
}

/// The living and dead-but-unreaped children of a process, by a scan of all processes.
pub fn children_of(parent: u32) -> Vec<Stat> {
    let pids = all_pids().unwrap_or_default();
    pids.into_iter()
        .filter_map(stat_of)
        .filter(|stat| stat.ppid == parent)
        .collect()
}

/// The processes that carry `mark` (`NAME=value`) in the environment they were started with, this process excepted.
///
/// Their identities are those that `/proc` lists: see [`Held::open_listed`]. Those whose environment may not be read (other users') are left out: whatever we started can be read.
pub fn marked_processes(mark: &str) -> Vec<ProcKey> {
    let own = listed_pid().unwrap_or_else(std::process::id);
    let is_marked = |path: String| {
        let environ = std::fs::read(path).unwrap_or_default();
        let mut entries = environ.split(|&byte| byte == 0);
        entries.any(|entry| entry == mark.as_bytes())
    };
    // When its first thread has ended, the process shows its environment through those that go on.
    let carries = |&pid: &u32| {
        is_marked(format!("/proc/{pid}/environ")) || {
            let thread = speaking_thread(pid);
            thread != pid && is_marked(format!("/proc/{pid}/task/{thread}/environ"))
        }
    };
    let pids = all_pids().unwrap_or_default();
    let marked = pids.into_iter().filter(|&pid| pid != own).filter(carries);
    marked
        .filter_map(stat_of)
        .filter(|stat| !stat.has_ended())
        .map(|stat| stat.key())
        .collect()
}

/// Sends SIGKILL to exactly the process with this identity; one that has ended is not an error, one that cannot be told from
/// others is.
pub fn kill(key: impl Into<ChildKey>) -> io::Result<()> {
    let Some(key) = key.into().proc_key() else {
        let why = "/proc does not show this pid namespace, so it cannot be told from who may have its pid";
        return Err(io::Error::other(why));
    };
    match Held::open(key) {
        Ok(held) => held.send(signal::Send::Kill),
        Err(HoldError::Gone | HoldError::Reused) => Ok(()),
        Err(HoldError::System(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::lives_on::LivesOn;
    use crate::os::refusal::where_refused;

    #[test]
    fn this_process_is_found_with_its_usage() {
        let key = stat_of(std::process::id()).unwrap().key();
        assert!(is_there(key.pid) && !is_there(u32::MAX));
        assert_eq!(own_stat().map(|stat| stat.key()), Some(key));
        let usage = usage_of(key).unwrap();
        assert!(usage.rss_bytes > 100_000, "{usage:?}");
        assert_eq!(
            usage_of(ProcKey {
                start_ticks: key.start_ticks + 1,
                ..key
            }),
            None
        );
        assert!(all_pids().unwrap().contains(&key.pid));
    }

    #[test]
    fn what_is_refused_is_named() {
        check_pidfds().unwrap();
        for (call, errno, named) in [
            (libc::SYS_pidfd_open, libc::EPERM, "pidfd_open"),
            (libc::SYS_pidfd_open, libc::ENOSYS, "pidfd_open"),
            // As Linux 5.3 answers.
            (libc::SYS_waitid, libc::EINVAL, "waitid"),
        ] {
            let error = where_refused(call, errno, || check_pidfds().unwrap_err());
            let words = error.to_string();
            assert!(
                words.contains(named) && words.contains("5.4") && words.contains("seccomp"),
                "{words}"
            );
        }
    }

    #[test]
    fn a_kill_of_a_reused_pid_hits_nobody() {
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let key = stat_of(child.id()).unwrap().key();
        kill(ProcKey {
            start_ticks: key.start_ticks + 1,
            ..key
        })
        .unwrap();
        assert!(
            child.try_wait().unwrap().is_none(),
            "the stranger must live"
        );
        assert_eq!(presence(key), Presence::Lives);
        kill(key).unwrap();
        let deadline = Monotonic::now().plus_nanos(10_000_000_000);
        while presence(key) == Presence::Lives && Monotonic::now() < deadline {}
        assert_eq!(presence(key), Presence::Zombie);
        assert!(!child.wait().unwrap().success());
        assert_eq!(presence(key), Presence::Gone);
    }

    #[test]
    fn a_process_goes_on_without_its_first_thread() {
        let mark = format!("PROCLAB_TEST_LIVES_ON={}", std::process::id());
        let process = LivesOn::start(&[("PROCLAB_TEST_LIVES_ON", &std::process::id().to_string())]);
        let pid = process.pid();
        let stat = stat_of(pid).unwrap();
        assert!(matches!(stat.state, b'S' | b'R'), "{stat:?}");
        assert!(stat.rss_pages > 0 && stat.vsize_bytes > 0, "{stat:?}");
        assert!(usage_of(stat.key()).unwrap().rss_bytes > LivesOn::BYTES);
        assert!(speaking_thread(pid) > pid);
        assert_eq!(marked_processes(&mark), [stat.key()]);
        assert_eq!(speaking_thread(std::process::id()), std::process::id());
    }

    #[test]
    fn marked_processes_are_found_by_their_environment() {
        let mark = format!("PROCLAB_TEST_MARK={}", std::process::id());
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .env("PROCLAB_TEST_MARK", std::process::id().to_string())
            .spawn()
            .unwrap();
        // A process in the middle of its exec shows no environment for a moment.
        let deadline = Monotonic::now().plus_nanos(10_000_000_000);
        let mut found = Vec::new();
        while found.is_empty() && Monotonic::now() < deadline {
            found = marked_processes(&mark);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(
            found.iter().map(|key| key.pid).collect::<Vec<_>>(),
            [child.id()]
        );
        assert_eq!(marked_processes(&mark), []);
    }
}
