//! CPUs and I/O priority of a process, by system calls that take a pid. The caller makes sure, before and after, that the pid
//! still is the process's.

use std::io;

use super::dir::unread;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::scheduling::IoPriority;
use crate::os::priority;

/// The CPUs that its first thread may run on.
pub fn cpu_affinity(pid: u32) -> Reading<Vec<u32>> {
    priority::cpus(pid).map_err(|error| reason(&error))
}

/// The I/O priority of its first thread.
pub fn io_priority(pid: u32) -> Reading<IoPriority> {
    let number = priority::io_priority(pid).map_err(|error| reason(&error))?;
    IoPriority::from_number(number).ok_or(Unread::Unsupported)
}

fn reason(error: &io::Error) -> Unread {
    rustix::io::Errno::from_io_error(error).map_or(Unread::Unsupported, unread)
}
