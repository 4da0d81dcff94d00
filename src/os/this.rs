//! This process: its name, its parent, what it may use.

use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io;
use std::ops::RangeInclusive;
use std::os::fd::RawFd;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::check_proc_shows_us;
use rustix::process::{Resource, Rlimit, Signal};

use super::key::ProcKey;
use super::stat::Stat;

/// The running program, to be started again: the very file, even if it was replaced on disk meanwhile.
///
/// Where `/proc` does not show this process, the path that it was started by, as it stands.
pub fn program() -> PathBuf {
    if check_proc_shows_us().is_ok() {
        return PathBuf::from("/proc/self/exe");
    }
    let started_by = rustix::param::linux_execfn();
    let path = PathBuf::from(OsStr::from_bytes(started_by.to_bytes()));
    std::path::absolute(&path).unwrap_or(path)
}

/// The pid of this process.
pub fn pid() -> u32 {
    std::process::id()
}

/// This process as `/proc` lists it, whosever `/proc` that is; `None` where it does not.
pub fn key() -> Option<ProcKey> {
    let stat = std::fs::read("/proc/self/stat").ok()?;
    Stat::parse(&stat).ok().map(|stat| stat.key())
}

/// The pid of this process's parent now; 0 for a parent outside the pid namespace.
pub fn parent_pid() -> u32 {
    rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().unsigned_abs())
}

/// The effective user id of this process.
pub fn uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whether this process may signal other users' processes (`CAP_KILL`); false where the system does not tell.
pub fn may_signal_anyone() -> bool {
    has_capability(5)
}

/// Whether this process may favour processes and change other users' (`CAP_SYS_NICE`); false where the system does not tell.
pub fn may_favour() -> bool {
    has_capability(23)
}

/// Whether this process may give the I/O class for real time without `CAP_SYS_NICE` (`CAP_SYS_ADMIN`, which older kernels ask
/// for); false where the system does not tell.
pub fn may_use_real_time_io() -> bool {
    has_capability(21)
}

fn has_capability(bit: u32) -> bool {
    status_mask("CapEff:").is_some_and(|mask| mask >> bit & 1 == 1)
}

/// A mask in this process's `/proc/self/status`.
fn status_mask(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix(field))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

/// Names this process (its main thread, when called there), cut to 15 bytes by the kernel; what `ps` shows as comm.
pub fn set_name(name: &str) {
    if let Ok(name) = CString::new(name) {
        // The name only helps a reader of process lists; going without one harms nothing.
        rustix::thread::set_name(&name).ok();
    }
}

/// Asks the kernel to kill this process when the *thread* that started it ends.
pub fn die_with_parent_thread() -> io::Result<()> {
    Ok(rustix::process::set_parent_process_death_signal(Some(
        Signal::KILL,
    ))?)
}

/// Makes this process the one that inherits orphaned descendants.
pub fn become_subreaper() -> io::Result<()> {
    // Any pid but none switches it on.
    Ok(rustix::process::set_child_subreaper(Some(
        rustix::process::getpid(),
    ))?)
}

/// Whether this process is in the foreground of its terminal; false without one.
pub fn is_in_foreground() -> bool {
    let foreground = File::open("/dev/tty").and_then(|terminal| {
        let foreground = rustix::termios::tcgetpgrp(&terminal);
        Ok(foreground?)
    });
    foreground.is_ok_and(|group| group == rustix::process::getpgrp())
}

/// The limit of open files before this process raised it; empty while it has not.
static FIRST_OPEN_FILES_LIMIT: OnceLock<Option<u64>> = OnceLock::new();

/// Raises this process's limit of open files as far as it may, and returns the limit that there was; `None` for none.
///
/// A caller that starts programs gives them the old limit back: some use `select`, which cannot do with more.
pub fn raise_open_files_limit() -> Option<u64> {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    FIRST_OPEN_FILES_LIMIT.get_or_init(|| limit.current);
    // With the old limit it goes on as well, only with fewer children.
    rustix::process::setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    )
    .ok();
    limit.current
}

/// The limit of open files that this process was started with, if it has raised it; `None` if not, or if there was none.
pub fn open_files_limit_to_restore() -> Option<u64> {
    *FIRST_OPEN_FILES_LIMIT.get()?
}

/// This process's limit of open files; `None` for none.
pub fn open_files_limit() -> Option<u64> {
    rustix::process::getrlimit(Resource::Nofile).current
}

/// Sets this process's limit of open files.
pub fn set_open_files_limit(current: u64) {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    // A higher one helps no caller.
    rustix::process::setrlimit(
        Resource::Nofile,
        Rlimit {
            current: Some(current),
            maximum: limit.maximum,
        },
    )
    .ok();
}

/// How many descriptors this process has open; 0 where the system does not tell.
pub fn open_descriptors() -> usize {
    // The one that the folder itself is read through is not counted.
    std::fs::read_dir("/proc/self/fd").map_or(0, |entries| entries.count().saturating_sub(1))
}

/// The names of this process's threads, in no particular order.
pub fn thread_names() -> Vec<String> {
    let Ok(entries) = std::fs::read_dir("/proc/self/task") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("comm")).ok())
        .map(|name| name.trim_end().to_owned())
        .collect()
}

/// Closes descriptors by their numbers, whatever owns them: what a faulty task does to its worker, for the self-test.
pub fn close_descriptors(numbers: RangeInclusive<RawFd>) {
    for number in numbers {
        #[expect(
            unsafe_code,
            reason = "closing what other code owns is the fault that is shown"
        )]
        // SAFETY: not memory-unsafe by itself; no memory of this program is mapped from a descriptor afterwards, and whoever
        // owns the number gets an error at its next use, which is what the self-test wants to see.
        unsafe {
            libc::close(number);
        }
    }
}

/// How many CPUs this process may use (affinity and cgroup quota included), at least 1.
pub fn usable_cpus() -> u32 {
    std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(u32::MAX))
}

/// Peak resident memory of this process, bytes (`VmHWM`); `None` where the system does not tell.
pub fn peak_rss_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The name of this machine.
pub fn host_name() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

/// The id of this boot; pids and start ticks mean something only within one. `None` where the system has none.
pub fn boot_id() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .ok()
        .map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_knows_itself() {
        assert!(peak_rss_bytes().is_some_and(|bytes| bytes > 100_000));
        assert!(usable_cpus() >= 1);
        assert!(parent_pid() > 0 && parent_pid() != pid());
        assert!(!host_name().is_empty());
        let before = open_descriptors();
        let null = std::fs::File::open("/dev/null").unwrap();
        assert!(before > 0 && open_descriptors() > 0, "{before}");
        drop(null);
        assert!(!thread_names().is_empty());
    }
}
