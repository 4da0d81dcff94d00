//! Whose processes `/proc` shows: decided once, at the first question.
//!
//! Where `/proc` belongs to another pid namespace (a container that sees its host's, a namespace of its own without a mount of
//! its own), the pids that are read there are not the pids that system calls take: to use one as the other is to hit a stranger.

use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::sync::OnceLock;

/// Whose processes `/proc` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcFs {
    /// Those of this process's pid namespace: its pids are the ones that system calls take.
    Own,
    /// Those of another pid namespace: its pids mean something else, or nothing, to system calls.
    Foreign,
    /// None: there is no `/proc`.
    Missing,
}

/// Whose processes `/proc` shows to this process. Looked at once; a mount made later changes nothing any more.
pub fn proc_fs() -> ProcFs {
    static DECIDED: OnceLock<ProcFs> = OnceLock::new();
    *DECIDED.get_or_init(|| {
        let listed = listed_pid();
        let status = fs::read_to_string("/proc/self/status").ok();
        decide(std::process::id(), listed, status.as_deref(), is_procfs())
    })
}

/// An error that says why if `/proc` does not show this process under any pid.
pub fn check_proc_shows_us() -> io::Result<()> {
    match (proc_fs(), listed_pid()) {
        (ProcFs::Missing, _) => Err(io::Error::other(
            "there is no /proc: it is not mounted here",
        )),
        (ProcFs::Own | ProcFs::Foreign, Some(_)) => Ok(()),
        (ProcFs::Own | ProcFs::Foreign, None) => Err(io::Error::other(
            "/proc belongs to a pid namespace that this process is not in",
        )),
    }
}

/// The pid under which `/proc` lists this process.
pub(super) fn listed_pid() -> Option<u32> {
    fs::read_link("/proc/self").ok()?.to_str()?.parse().ok()
}

/// The pid that system calls take for the process that an outer namespace's `/proc` lists under this one.
pub(super) fn own_pid_of(listed: u32) -> Option<u32> {
    let pids = |pid: &str| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let pids = status
            .lines()
            .find_map(|line| line.strip_prefix("NSpid:"))?;
        let pids = pids.split_ascii_whitespace().map(|pid| pid.parse().ok());
        pids.collect::<Option<Vec<u32>>>()
    };
    let depth = pids("self")?.len().checked_sub(1)?;
    pids(&listed.to_string())?.get(depth).copied()
}

/// The pid under which `/proc` lists the process behind a pidfd.
pub(super) fn listed_pid_of(pidfd: &impl AsRawFd) -> Option<u32> {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd())).ok()?;
    let pid = info.lines().find_map(|line| line.strip_prefix("Pid:"))?;
    pid.trim().parse().ok()
}

/// Whether something of the kind is mounted at `/proc`, whoever's it is.
fn is_procfs() -> bool {
    rustix::fs::statfs("/proc").is_ok_and(|found| found.f_type == rustix::fs::PROC_SUPER_MAGIC)
}

/// `listed` is the pid that `/proc/self` leads to, `status` what `/proc/self/status` says, where they can be read.
fn decide(own: u32, listed: Option<u32>, status: Option<&str>, is_procfs: bool) -> ProcFs {
    match listed {
        // The same number can be another one's: this process may have it by chance in both namespaces.
        Some(pid) if pid == own && !is_nested(status) => ProcFs::Own,
        Some(_) => ProcFs::Foreign,
        // In a namespace that this process is not in, it has no pid.
        None if is_procfs => ProcFs::Foreign,
        None => ProcFs::Missing,
    }
}

/// Whether this process lives in a namespace below the one of `/proc`. `NSpid` has its pid in each, from that of `/proc` down
/// to its own; kernels before 4.1 do not tell.
fn is_nested(status: Option<&str>) -> bool {
    let pids =
        status.and_then(|status| status.lines().find_map(|line| line.strip_prefix("NSpid:")));
    pids.is_some_and(|pids| pids.split_ascii_whitespace().count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(listed: Option<u32>, status: Option<&str>, is_procfs: bool) -> ProcFs {
        decide(4711, listed, status, is_procfs)
    }

    #[test]
    fn proc_is_ours_only_if_it_knows_us_by_our_own_pid_alone() {
        let ours = "Name:\tx\nNSpid:\t4711\nThreads:\t1\n";
        assert_eq!(decided(Some(4711), Some(ours), true), ProcFs::Own);
        // A kernel that does not tell, or no descriptor left to read it by.
        assert_eq!(decided(Some(4711), Some("Name:\tx\n"), true), ProcFs::Own);
        assert_eq!(decided(Some(4711), None, true), ProcFs::Own);
        // A sandbox's own implementation of it.
        assert_eq!(decided(Some(4711), Some(ours), false), ProcFs::Own);
    }

    #[test]
    fn an_outer_proc_is_foreign_even_where_the_numbers_agree_by_chance() {
        let outer = "NSpid:\t99\t4711\n";
        assert_eq!(decided(Some(99), Some(outer), true), ProcFs::Foreign);
        assert_eq!(decided(Some(99), None, true), ProcFs::Foreign);
        let alike = "NSpid:\t4711\t4711\n";
        assert_eq!(decided(Some(4711), Some(alike), true), ProcFs::Foreign);
    }

    #[test]
    fn a_proc_that_does_not_know_us_is_foreign_and_none_is_missing() {
        assert_eq!(decided(None, None, true), ProcFs::Foreign);
        assert_eq!(decided(None, None, false), ProcFs::Missing);
    }

    #[test]
    fn here_it_is_ours() {
        assert_eq!(proc_fs(), ProcFs::Own);
        check_proc_shows_us().unwrap();
        let own = std::process::id();
        assert_eq!((listed_pid(), own_pid_of(own)), (Some(own), Some(own)));
        let pidfd = crate::os::processes::open_pidfd(own).unwrap();
        assert_eq!(listed_pid_of(&pidfd), Some(own));
    }
}
