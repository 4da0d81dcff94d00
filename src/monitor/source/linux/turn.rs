//! How a process gets its turn, by system calls that take a pid. Whoever asks makes sure, before and after, that the pid still
//! is the process's.

use rustix::process::Pid;
use rustix::thread::CpuSet;
use rustix::thread::sched_getaffinity;

use super::dir::unread;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::scheduling::IoPriority;

/// `IOPRIO_WHO_PROCESS`.
const WHO_PROCESS: libc::c_int = 1;

/// The CPUs that its first thread may run on.
pub fn cpu_affinity(pid: u32) -> Reading<Vec<u32>> {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return Reading::Gone;
    };
    let set = sched_getaffinity(Some(pid)).map_err(unread);
    let listed = set.map(|set| {
        (0..CpuSet::MAX_CPU)
            .filter(|&cpu| set.is_set(cpu))
            .map(|cpu| cpu as u32)
            .collect()
    });
    listed.into()
}

/// The I/O priority of its first thread.
pub fn io_priority(pid: u32) -> Reading<IoPriority> {
    #[expect(unsafe_code, reason = "neither rustix nor libc wraps ioprio_get")]
    // SAFETY: the call takes two numbers and touches no memory of ours.
    let answer = unsafe { libc::syscall(libc::SYS_ioprio_get, WHO_PROCESS, pid) };
    match u32::try_from(answer) {
        Ok(number) => IoPriority::from_number(number).map_or(Reading::Unsupported, Reading::Value),
        Err(_negative) => {
            let error = std::io::Error::last_os_error();
            let reason = rustix::io::Errno::from_io_error(&error);
            reason.map_or(Unread::Unsupported, unread).into()
        }
    }
}
