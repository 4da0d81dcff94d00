//! What a waiting thread waits for, by the kernel's function that it sleeps in and the system call that led there.

use crate::monitor::detail::SystemCall;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wait {
    /// A child to end.
    Child,
    /// A child that shares its memory (vfork) to run its program, or to end.
    Program,
    /// Something to come out of a pipe.
    PipeInput,
    /// Room in a pipe.
    PipeRoom,
    /// Somebody to open the other end of a named pipe.
    PipePartner,
    /// A time.
    Timer,
    /// Something to happen at one of several files or sockets, or a time.
    Events,
    /// Another thread: a lock, a condition.
    Thread,
    /// Something to come in at a socket.
    SocketInput,
    /// Room at a socket.
    SocketRoom,
    /// Somebody to connect.
    Connection,
    /// Somebody to answer a connection.
    Answer,
    /// Somebody to type.
    Terminal,
    /// A signal.
    Signal,
    /// A disk.
    Disk,
    /// Dirty pages to reach the disk, because there are too many of them.
    Writeback,
    /// A file server.
    FileServer,
    /// A file system that a program serves (FUSE).
    FileProgram,
    /// A lock on a file.
    FileLock,
    /// Memory that the kernel has to free first.
    Memory,
    /// A lock of the kernel's.
    KernelLock,
    /// A message or a semaphore of System V or POSIX.
    Message,
}

impl Wait {
    /// Every one, for tables of messages and tests.
    pub const ALL: [Self; 22] = [
        Self::Child,
        Self::Program,
        Self::PipeInput,
        Self::PipeRoom,
        Self::PipePartner,
        Self::Timer,
        Self::Events,
        Self::Thread,
        Self::SocketInput,
        Self::SocketRoom,
        Self::Connection,
        Self::Answer,
        Self::Terminal,
        Self::Signal,
        Self::Disk,
        Self::Writeback,
        Self::FileServer,
        Self::FileProgram,
        Self::FileLock,
        Self::Memory,
        Self::KernelLock,
        Self::Message,
    ];
}

impl Wait {
    /// True if it is the usual way to wait until there is something to do.
    pub const fn is_idle(self) -> bool {
        matches!(
            self,
            Self::Child
                | Self::PipeInput
                | Self::PipePartner
                | Self::Timer
                | Self::Events
                | Self::SocketInput
                | Self::Connection
                | Self::Terminal
                | Self::Signal
                | Self::Message
        )
    }
}

/// Beginnings of the kernel's functions; they change from version to version, mostly at their ends. The first that fits
/// counts.
const FUNCTIONS: [(&str, Wait); 66] = [
    ("do_wait", Wait::Child),
    ("wait_for_vfork_done", Wait::Program),
    // Nothing else is waited for there.
    ("kernel_clone", Wait::Program),
    ("_do_fork", Wait::Program),
    ("do_fork", Wait::Program),
    ("kernel_wait4", Wait::Child),
    ("pipe_read", Wait::PipeInput),
    ("anon_pipe_read", Wait::PipeInput),
    ("fifo_pipe_read", Wait::PipeInput),
    ("pipe_write", Wait::PipeRoom),
    ("anon_pipe_write", Wait::PipeRoom),
    ("fifo_pipe_write", Wait::PipeRoom),
    ("wait_for_partner", Wait::PipePartner),
    ("hrtimer_nanosleep", Wait::Timer),
    ("do_nanosleep", Wait::Timer),
    ("common_nsleep", Wait::Timer),
    ("ep_poll", Wait::Events),
    ("do_epoll_wait", Wait::Events),
    ("do_poll", Wait::Events),
    ("do_sys_poll", Wait::Events),
    ("poll_schedule_timeout", Wait::Events),
    ("do_select", Wait::Events),
    ("core_sys_select", Wait::Events),
    ("io_cqring_wait", Wait::Events),
    ("io_wq_worker", Wait::Events),
    ("futex_", Wait::Thread),
    ("do_futex", Wait::Thread),
    ("unix_stream_read", Wait::SocketInput),
    ("unix_stream_data_wait", Wait::SocketInput),
    ("unix_wait_for_peer", Wait::SocketRoom),
    ("sock_alloc_send", Wait::SocketRoom),
    ("sk_stream_wait_memory", Wait::SocketRoom),
    ("sk_wait_data", Wait::SocketInput),
    ("__skb_wait_for_more_packets", Wait::SocketInput),
    ("inet_csk_accept", Wait::Connection),
    ("unix_accept", Wait::Connection),
    ("inet_wait_for_connect", Wait::Answer),
    ("inet_stream_connect", Wait::Answer),
    ("n_tty_read", Wait::Terminal),
    ("do_sigtimedwait", Wait::Signal),
    ("sigsuspend", Wait::Signal),
    ("do_pause", Wait::Signal),
    ("balance_dirty_pages", Wait::Writeback),
    ("wb_wait_for_completion", Wait::Writeback),
    ("nfs", Wait::FileServer),
    ("rpc_wait_bit", Wait::FileServer),
    ("cifs", Wait::FileServer),
    ("wait_for_response", Wait::FileServer),
    ("ceph", Wait::FileServer),
    ("request_wait_answer", Wait::FileProgram),
    // Of the program that serves the files this is idleness.
    ("fuse_dev_", Wait::Events),
    ("fuse_", Wait::FileProgram),
    ("locks_lock_inode_wait", Wait::FileLock),
    ("flock_lock_inode_wait", Wait::FileLock),
    ("posix_lock_inode_wait", Wait::FileLock),
    ("throttle_direct_reclaim", Wait::Memory),
    ("try_to_free", Wait::Memory),
    ("shrink_", Wait::Memory),
    ("mem_cgroup_handle_over_high", Wait::Memory),
    ("reclaim_throttle", Wait::Memory),
    ("do_swap_page", Wait::Disk),
    ("rwsem_down", Wait::KernelLock),
    ("__mutex_lock", Wait::KernelLock),
    ("do_msgrcv", Wait::Message),
    ("do_semtimedop", Wait::Message),
    ("wq_sleep", Wait::Message),
];

/// Functions that wait for a disk.
const DISK_FUNCTIONS: [&str; 15] = [
    "io_schedule",
    "folio_wait",
    "wait_on_page",
    "__wait_on_buffer",
    "wait_on_buffer",
    "bit_wait_io",
    "blk_",
    "submit_bio_wait",
    "jbd2_",
    "ext4_",
    "xfs_",
    "btrfs_",
    "xlog_",
    "wait_transaction",
    "filemap_",
];

/// Calls whose name says what is waited for.
const CALLS: [(&str, Wait); 26] = [
    ("wait4", Wait::Child),
    ("waitid", Wait::Child),
    ("vfork", Wait::Program),
    ("nanosleep", Wait::Timer),
    ("clock_nanosleep", Wait::Timer),
    ("poll", Wait::Events),
    ("ppoll", Wait::Events),
    ("select", Wait::Events),
    ("pselect6", Wait::Events),
    ("epoll_wait", Wait::Events),
    ("epoll_pwait", Wait::Events),
    ("epoll_pwait2", Wait::Events),
    ("io_uring_enter", Wait::Events),
    ("futex", Wait::Thread),
    ("futex_waitv", Wait::Thread),
    ("pause", Wait::Signal),
    ("rt_sigsuspend", Wait::Signal),
    ("rt_sigtimedwait", Wait::Signal),
    ("accept", Wait::Connection),
    ("accept4", Wait::Connection),
    ("connect", Wait::Answer),
    ("flock", Wait::FileLock),
    ("fsync", Wait::Disk),
    ("fdatasync", Wait::Disk),
    ("msgrcv", Wait::Message),
    ("semtimedop", Wait::Message),
];

/// What is waited for; `None` if neither name is known to us.
pub fn wait_of(function: Option<&str>, call: Option<&SystemCall>) -> Option<Wait> {
    let by_function = function.and_then(|function| {
        let is_disk = DISK_FUNCTIONS
            .iter()
            .any(|start| function.starts_with(start));
        let known = FUNCTIONS
            .iter()
            .find(|(start, _)| function.starts_with(start));
        known
            .map(|&(_, wait)| wait)
            .or(is_disk.then_some(Wait::Disk))
    });
    // A function may serve many: `wait_woken` is where terminals wait, and sockets too.
    by_function.or_else(|| by_call(call?))
}

fn by_call(call: &SystemCall) -> Option<Wait> {
    let name = call.name?;
    let known = CALLS.iter().find(|(known, _)| *known == name);
    if let Some(&(_, wait)) = known {
        return Some(wait);
    }
    let file = call.file.as_deref()?;
    let is_input =
        name.starts_with("read") || name.starts_with("pread") || name.starts_with("recv");
    let is_pipe = file.starts_with("pipe:");
    let is_socket = file.starts_with("socket:");
    let is_terminal = file.starts_with("/dev/pts/") || file.starts_with("/dev/tty");
    match (is_input, is_pipe, is_socket, is_terminal) {
        (true, true, ..) => Some(Wait::PipeInput),
        (false, true, ..) => Some(Wait::PipeRoom),
        (true, _, true, _) => Some(Wait::SocketInput),
        (false, _, true, _) => Some(Wait::SocketRoom),
        (true, .., true) => Some(Wait::Terminal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_and_calls_of_several_kernels() {
        let by_function = |function| wait_of(Some(function), None);
        for (function, wait) in [
            ("do_wait", Some(Wait::Child)),
            ("wait_for_vfork_done", Some(Wait::Program)),
            ("kernel_clone", Some(Wait::Program)),
            ("anon_pipe_read", Some(Wait::PipeInput)),
            ("pipe_read", Some(Wait::PipeInput)),
            ("hrtimer_nanosleep", Some(Wait::Timer)),
            ("futex_wait_queue_me", Some(Wait::Thread)),
            ("futex_do_wait", Some(Wait::Thread)),
            ("do_sys_poll", Some(Wait::Events)),
            ("folio_wait_bit_common", Some(Wait::Disk)),
            ("jbd2_log_wait_commit", Some(Wait::Disk)),
            ("nfs_wait_bit_killable", Some(Wait::FileServer)),
            ("rwsem_down_read_slowpath", Some(Wait::KernelLock)),
            ("wait_woken", None),
            ("", None),
        ] {
            assert_eq!(by_function(function), wait, "{function}");
        }
    }

    #[test]
    fn a_call_tells_more_with_what_it_waits_at() {
        let wait = |name, file: Option<&str>| {
            let call = SystemCall {
                name,
                file: file.map(str::to_owned),
                child: None,
            };
            wait_of(Some("wait_woken"), Some(&call))
        };
        assert_eq!(wait(Some("read"), Some("/dev/pts/3")), Some(Wait::Terminal));
        assert_eq!(wait(Some("read"), Some("pipe:[4]")), Some(Wait::PipeInput));
        assert_eq!(wait(Some("write"), Some("pipe:[4]")), Some(Wait::PipeRoom));
        assert_eq!(
            wait(Some("recvmsg"), Some("socket:[4]")),
            Some(Wait::SocketInput)
        );
        assert_eq!(wait(Some("read"), Some("/home/x")), None);
        assert_eq!(wait(Some("read"), None), None);
        assert_eq!(wait(Some("wait4"), None), Some(Wait::Child));
        assert_eq!(wait(None, None), None);
    }
}
