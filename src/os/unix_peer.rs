//! The other end of a Unix socket, which the kernel tells on a netlink socket only.

use rustix::io::Errno;
use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recvfrom, sendto, socket_with,
};

/// `SOCK_DIAG_BY_FAMILY`, question and answer.
const BY_FAMILY: u16 = 20;
/// `NLM_F_REQUEST`.
const REQUEST: u16 = 1;
/// `AF_UNIX`.
const UNIX: u8 = 1;
/// `UDIAG_SHOW_PEER`.
const SHOW_PEER: u32 = 4;
/// `UNIX_DIAG_PEER`, the attribute.
const PEER: u16 = 2;
/// Bytes of `nlmsghdr`, `unix_diag_req` and `unix_diag_msg`.
const HEADER: usize = 16;
const QUESTION: usize = 24;
const ANSWER: usize = 16;

/// The inode of the socket to which the one with this inode is connected; `None` without one. Only sockets of our network
/// namespace are found.
pub fn peer_of(inode: u32) -> Result<Option<u32>, Errno> {
    // The answer is there when the question has been sent; should a kernel do otherwise, nobody waits.
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let kind = SocketType::DGRAM;
    let socket = socket_with(AddressFamily::NETLINK, kind, flags, Some(SOCK_DIAG))?;
    let kernel = SocketAddrNetlink::new(0, 0);
    sendto(&socket, &question(inode), SendFlags::empty(), &kernel)?;
    let mut buffer = [0_u8; 1_024];
    let (count, ..) = recvfrom(&socket, &mut buffer, RecvFlags::empty())?;
    Ok(peer(buffer.get(..count).unwrap_or_default()))
}

fn question(inode: u32) -> Vec<u8> {
    let mut message = Vec::with_capacity(HEADER + QUESTION);
    message.extend(((HEADER + QUESTION) as u32).to_ne_bytes());
    message.extend(BY_FAMILY.to_ne_bytes());
    message.extend(REQUEST.to_ne_bytes());
    // Sequence number and port: there is one question.
    message.extend([0; 8]);
    message.extend([UNIX, 0, 0, 0]);
    // In any state.
    message.extend(u32::MAX.to_ne_bytes());
    message.extend(inode.to_ne_bytes());
    message.extend(SHOW_PEER.to_ne_bytes());
    // Whatever its cookie.
    message.extend([0xff; 8]);
    message
}

/// Reads an answer; an error, e.g. that there is no such socket, has no peer.
fn peer(message: &[u8]) -> Option<u32> {
    let half = |at: usize| {
        Some(u16::from_ne_bytes(
            message.get(at..at + 2)?.try_into().ok()?,
        ))
    };
    let word = |at: usize| {
        Some(u32::from_ne_bytes(
            message.get(at..at + 4)?.try_into().ok()?,
        ))
    };
    if half(4)? != BY_FAMILY {
        return None;
    }
    let mut at = HEADER + ANSWER;
    loop {
        let bytes = usize::from(half(at)?);
        if half(at + 2)? == PEER {
            return word(at + 4).filter(|&inode| inode != 0);
        }
        // Attributes begin at multiples of 4.
        at += bytes.max(4).next_multiple_of(4);
    }
}

#[cfg(test)]
mod tests {
    use std::os::linux::fs::MetadataExt as _;
    use std::os::unix::net::{UnixListener, UnixStream};

    use super::*;

    fn inode(socket: &impl std::os::fd::AsRawFd) -> u32 {
        let path = format!("/proc/self/fd/{}", socket.as_raw_fd());
        u32::try_from(std::fs::metadata(path).unwrap().st_ino()).unwrap()
    }

    #[test]
    fn both_ends_know_each_other() {
        let (one, other) = UnixStream::pair().unwrap();
        let (one, other) = (inode(&one), inode(&other));
        assert_eq!(peer_of(one), Ok(Some(other)));
        assert_eq!(peer_of(other), Ok(Some(one)));
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        assert_eq!(peer_of(inode(&listener)), Ok(None));
        assert_eq!(peer(&[0; 20]), None);
        assert_eq!(peer(b""), None);
    }
}
