//! Sockets.

use std::fmt;
use std::net::SocketAddr;

/// One socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The descriptor.
    pub fd: u32,
    /// Which family.
    pub family: Family,
    /// Which kind.
    pub kind: SocketKind,
    /// This end.
    pub laddr: SocketAddress,
    /// The other end.
    pub raddr: SocketAddress,
    /// The state as psutil names it, e.g. `LISTEN`, `ESTABLISHED`; `NONE` for sockets without.
    pub status: &'static str,
}

/// One end of a socket; displayed as `address:port`, `[address]:port` or a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketAddress {
    /// Not bound or not connected.
    None,
    /// An internet address with its port.
    Inet(SocketAddr),
    /// A path; abstract names begin with `@`.
    Unix(String),
}

impl fmt::Display for SocketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Inet(address) => address.fmt(f),
            Self::Unix(path) => path.fmt(f),
        }
    }
}

/// Family of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Internet, version 4.
    Inet,
    /// Internet, version 6.
    Inet6,
    /// Unix.
    Unix,
}

impl Family {
    /// The C constant's name, as Python shows it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inet => "AF_INET",
            Self::Inet6 => "AF_INET6",
            Self::Unix => "AF_UNIX",
        }
    }
}

/// Kind of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SocketKind {
    /// A stream (TCP).
    Stream,
    /// Datagrams (UDP).
    Datagram,
    /// Packets in sequence.
    SeqPacket,
}

impl SocketKind {
    /// The C constant's name, as Python shows it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stream => "SOCK_STREAM",
            Self::Datagram => "SOCK_DGRAM",
            Self::SeqPacket => "SOCK_SEQPACKET",
        }
    }
}
