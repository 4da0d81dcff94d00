//! The kernel's process connector: a netlink socket on which it tells of every fork, exec and exit.
//!
//! Measured on Linux 6.18: about 20 µs from the event to the reader. Open to everybody since Linux 6.6, where a listener
//! may also name the events that he wants; before, only with `CAP_NET_ADMIN`. Other network namespaces hear nothing.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::netlink::{CONNECTOR, SocketAddrNetlink};
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_recv_buffer_size_force};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, recvfrom, sendto,
    socket_with,
};

use super::Exit;

/// `CN_IDX_PROC` and `CN_VAL_PROC`: both the connector's channel and the socket's group.
const CHANNEL: u32 = 1;
/// `PROC_CN_MCAST_LISTEN`.
const LISTEN: u32 = 1;
/// `PROC_CN_MCAST_IGNORE`.
const IGNORE: u32 = 2;
/// `PROC_EVENT_NONE`, the answer to what was asked.
const NONE: u32 = 0;
/// `PROC_EVENT_FORK`.
const FORK: u32 = 1;
/// `PROC_EVENT_EXEC`.
const EXEC: u32 = 2;
/// `PROC_EVENT_UID`.
const UID: u32 = 4;
/// `PROC_EVENT_EXIT`.
const EXIT: u32 = 0x8000_0000;
/// `NLMSG_DONE`.
const DONE: u16 = 3;
/// Bytes of `nlmsghdr` and of `cn_msg`.
const HEADER: usize = 16;
const ENVELOPE: usize = 20;
/// Bytes of an event before its data: what, CPU, time.
const EVENT: usize = 16;

/// What is asked of the kernel for what is not read yet; an event takes about 800 bytes of it.
const BUFFER_BYTES: usize = 4 << 20;

/// Why a system does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Only root may hear it: on Linux before 6.6, the capability `CAP_NET_ADMIN` is needed.
    Denied,
    /// It is told in another network namespace, as in most containers.
    NetworkNamespace,
    /// It tells the machine's pids, and this is a container with its own.
    PidNamespace,
    /// Too many files are open to listen; it is tried again.
    NoDescriptors,
    /// The kernel knows no such events, or does not answer.
    Unsupported,
}

impl Refusal {
    /// The reason in one word, also the tail of a message key.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::NetworkNamespace => "network_namespace",
            Self::PidNamespace => "pid_namespace",
            Self::NoDescriptors => "no_descriptors",
            Self::Unsupported => "unsupported",
        }
    }
}

/// One event as the kernel tells it. Of threads other than the first one of a process, only their ends are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelEvent {
    /// `CLOCK_MONOTONIC`, nanoseconds.
    pub nanos: u64,
    /// What.
    pub what: KernelEventKind,
}

/// What was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelEventKind {
    /// The kernel has heard what the process with this id asked for; not 0 if it refuses.
    Answer(u32, u32),
    /// A process, and its parent.
    Fork(u32, u32),
    /// A process runs another program.
    Exec(u32),
    /// A process has become another user.
    User(u32),
    /// The first thread of a process ended, so, with this parent.
    Exit(u32, Exit, u32),
    /// Another thread of this process ended, so.
    ThreadExit(u32, Exit),
}

/// The socket.
#[derive(Debug)]
pub struct Connector(OwnedFd);

impl Connector {
    /// Opens it and asks for the events; whether they come, the first [`KernelEventKind::Answer`] says.
    pub fn open() -> Result<Self, Refusal> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(
            AddressFamily::NETLINK,
            SocketType::DGRAM,
            flags,
            Some(CONNECTOR),
        );
        let socket = socket.map_err(refusal)?;
        // Beyond the machine's limit only with privileges; without, as much as it allows.
        if set_socket_recv_buffer_size_force(&socket, BUFFER_BYTES).is_err() {
            set_socket_recv_buffer_size(&socket, BUFFER_BYTES).ok();
        }
        bind(&socket, &SocketAddrNetlink::new(0, CHANNEL)).map_err(refusal)?;
        let connector = Self(socket);
        connector.ask(&[LISTEN]).map_err(refusal)?;
        Ok(connector)
    }

    /// Asks for the events of processes alone, now that the kernel has answered. Kernels before 6.6 take no notice and go on
    /// telling of threads and names as well.
    pub fn narrow(&self) {
        self.ask(&[LISTEN, FORK | EXEC | UID | EXIT]).ok();
    }

    fn ask(&self, words: &[u32]) -> Result<(), Errno> {
        let kernel = SocketAddrNetlink::new(0, 0);
        sendto(&self.0, &request(words), SendFlags::empty(), &kernel).map(|_| ())
    }

    /// Reads the next event: `AGAIN` if there is none. `None` for what does not concern processes or comes from
    /// somebody else than the kernel. That events were lost is the error `NOBUFS`.
    pub fn read(&self) -> Result<Option<KernelEvent>, Errno> {
        let mut buffer = [0_u8; 256];
        let (count, _, from) = recvfrom(&self.0, &mut buffer, RecvFlags::empty())?;
        let from = from.and_then(|from| SocketAddrNetlink::try_from(from).ok());
        let is_kernel = from.is_some_and(|from| from.pid() == 0);
        let message = buffer.get(..count).filter(|_| is_kernel);
        Ok(message.and_then(parse))
    }
}

impl Drop for Connector {
    fn drop(&mut self) {
        // Older kernels count the listeners, not the sockets.
        self.ask(&[IGNORE]).ok();
    }
}

impl AsFd for Connector {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// What an error on the way to listening means.
pub fn refusal(error: Errno) -> Refusal {
    match error {
        Errno::PERM | Errno::ACCESS => Refusal::Denied,
        Errno::CONNREFUSED => Refusal::NetworkNamespace,
        Errno::MFILE | Errno::NFILE => Refusal::NoDescriptors,
        _ => Refusal::Unsupported,
    }
}

/// A message to the connector.
fn request(words: &[u32]) -> Vec<u8> {
    let data_bytes = words.len() * 4;
    let mut message = Vec::with_capacity(HEADER + ENVELOPE + data_bytes);
    let whole = (HEADER + ENVELOPE + data_bytes) as u32;
    message.extend(whole.to_ne_bytes());
    message.extend(DONE.to_ne_bytes());
    // Flags, sequence number, port: the kernel knows whose socket it is.
    message.extend([0; 10]);
    message.extend(CHANNEL.to_ne_bytes());
    message.extend(CHANNEL.to_ne_bytes());
    // The sequence number, which the kernel does not look at, and the acknowledgement, which comes back, one higher, in the
    // answer that all listeners get: it says whose question this was.
    message.extend([0; 4]);
    message.extend(std::process::id().to_ne_bytes());
    message.extend((data_bytes as u16).to_ne_bytes());
    message.extend([0; 2]);
    for word in words {
        message.extend(word.to_ne_bytes());
    }
    message
}

/// Reads a message of the connector's; pure.
pub fn parse(message: &[u8]) -> Option<KernelEvent> {
    let word = |at: usize| {
        let bytes = message.get(at..at + 4)?;
        Some(u32::from_ne_bytes(bytes.try_into().ok()?))
    };
    if word(HEADER)? != CHANNEL || word(HEADER + 4)? != CHANNEL {
        return None;
    }
    let event = HEADER + ENVELOPE;
    let nanos = message.get(event + 8..event + 16)?;
    let nanos = u64::from_ne_bytes(nanos.try_into().ok()?);
    let field = |index: usize| word(event + EVENT + 4 * index);
    let what = match word(event)? {
        NONE => KernelEventKind::Answer(word(HEADER + 12)?.wrapping_sub(1), field(0)?),
        FORK => {
            let (parent, thread, process) = (field(1)?, field(2)?, field(3)?);
            (thread == process).then_some(KernelEventKind::Fork(process, parent))?
        }
        // A thread that runs another program takes the place of the first one, and with it its id.
        EXEC => KernelEventKind::Exec(field(1)?),
        // The kernel tells it of each thread.
        UID => KernelEventKind::User(field(1)?),
        EXIT => {
            let (thread, process) = (field(0)?, field(1)?);
            // Kernels before 4.18 do not tell the parent.
            let parent = field(5).unwrap_or(0);
            let exit = exit(field(2)?);
            if thread == process {
                KernelEventKind::Exit(process, exit, parent)
            } else {
                KernelEventKind::ThreadExit(process, exit)
            }
        }
        _ => return None,
    };
    Some(KernelEvent { nanos, what })
}

/// What `wait` would say.
const fn exit(status: u32) -> Exit {
    let status = status.cast_signed();
    let signal = status & 0x7f;
    if signal == 0 {
        Exit::Exited {
            status: (status >> 8) & 0xff,
        }
    } else {
        Exit::Signalled { signal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message with these words after the time.
    fn message(what: u32, nanos: u64, data: &[u32]) -> Vec<u8> {
        let mut message = vec![0; HEADER];
        message.extend(CHANNEL.to_ne_bytes());
        message.extend(CHANNEL.to_ne_bytes());
        message.extend([0; 4]);
        message.extend(43_u32.to_ne_bytes());
        message.extend([0; 4]);
        message.extend(what.to_ne_bytes());
        message.extend(3_u32.to_ne_bytes());
        message.extend(nanos.to_ne_bytes());
        for word in data {
            message.extend(word.to_ne_bytes());
        }
        message
    }

    fn parsed(what: u32, data: &[u32]) -> Option<KernelEventKind> {
        let told = parse(&message(what, 77, data))?;
        assert_eq!(told.nanos, 77);
        Some(told.what)
    }

    #[test]
    fn events_of_processes_are_told_and_of_threads_their_ends() {
        assert_eq!(
            parsed(FORK, &[5, 4, 9, 9]),
            Some(KernelEventKind::Fork(9, 4))
        );
        assert_eq!(parsed(FORK, &[5, 4, 10, 9]), None);
        assert_eq!(parsed(EXEC, &[9, 9]), Some(KernelEventKind::Exec(9)));
        assert_eq!(
            parsed(UID, &[10, 9, 1_000, 0]),
            Some(KernelEventKind::User(9))
        );
        let exited = Exit::Exited { status: 7 };
        let killed = Exit::Signalled { signal: 11 };
        let data = |status| [9, 9, status, 17, 4, 4];
        assert_eq!(
            parsed(EXIT, &data(7 << 8)),
            Some(KernelEventKind::Exit(9, exited, 4))
        );
        assert_eq!(
            parsed(EXIT, &data(0x8b)),
            Some(KernelEventKind::Exit(9, killed, 4))
        );
        assert_eq!(
            parsed(EXIT, &data(7 << 8)[..4]),
            Some(KernelEventKind::Exit(9, exited, 0))
        );
        assert_eq!(
            parsed(EXIT, &[10, 9, 11, 17, 4, 4]),
            Some(KernelEventKind::ThreadExit(9, killed))
        );
        assert_eq!(parsed(NONE, &[1]), Some(KernelEventKind::Answer(42, 1)));
        assert_eq!(parsed(0x200, &[9, 9, 0, 0, 0, 0]), None, "a new name");
    }

    #[test]
    fn no_message_is_too_short_or_too_strange() {
        let whole = message(EXIT, 1, &[9, 9, 0, 17, 4, 4]);
        for length in 0..HEADER + ENVELOPE + EVENT + 12 {
            assert_eq!(parse(&whole[..length]), None, "{length}");
        }
        let mut other = whole;
        other[HEADER] = 2;
        assert_eq!(parse(&other), None);
    }

    #[test]
    fn a_request_is_as_long_as_it_says() {
        for words in [&[LISTEN][..], &[LISTEN, FORK | EXEC | UID | EXIT]] {
            let request = request(words);
            assert_eq!(request[..4], (request.len() as u32).to_ne_bytes());
            assert_eq!(request.len(), 36 + 4 * words.len());
            assert_eq!(request[32..34], (4 * words.len() as u16).to_ne_bytes());
        }
    }
}
