//! The socket tables below `/proc/PID/net`: of the network namespace that this process lives in.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::dir::Dir;
use super::parse::text;
use crate::monitor::detail::{Connection, Family, SocketAddress, SocketKind};

/// A machine may have a million sockets; what lies beyond is not looked at.
pub(super) const TABLE_CAP: usize = 64 << 20;

/// Describes the sockets of a process: of its descriptors, given by socket inode.
///
/// Sockets of other families (netlink, packet ...) and those the tables do not list are left out, as psutil does.
pub fn connections(process: &mut Dir, fds_of_inode: &HashMap<u64, Vec<u32>>) -> Vec<Connection> {
    let mut connections = Vec::new();
    if fds_of_inode.is_empty() {
        return connections;
    }
    let tables = [
        ("net/tcp", Family::Inet, SocketKind::Stream),
        ("net/tcp6", Family::Inet6, SocketKind::Stream),
        ("net/udp", Family::Inet, SocketKind::Datagram),
        ("net/udp6", Family::Inet6, SocketKind::Datagram),
        ("net/unix", Family::Unix, SocketKind::Stream),
    ];
    for (path, family, kind) in tables {
        // A kernel without this family has no such table.
        let Ok(table) = process.read(path, TABLE_CAP) else {
            continue;
        };
        for line in table.split(|&byte| byte == b'\n').skip(1) {
            let entry = match family {
                Family::Unix => unix_entry(line),
                _ => inet_entry(line, family, kind),
            };
            let Some((inode, connection)) = entry else {
                continue;
            };
            for &fd in fds_of_inode.get(&inode).into_iter().flatten() {
                connections.push(Connection {
                    fd,
                    ..connection.clone()
                });
            }
        }
    }
    connections.sort_by_key(|connection| connection.fd);
    connections
}

/// A line of the tables `tcp`, `tcp6`, `udp`, `udp6`: inode and socket.
pub(super) fn inet_entry(
    line: &[u8],
    family: Family,
    kind: SocketKind,
) -> Option<(u64, Connection)> {
    let mut fields = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
    let laddr = inet_address(fields.nth(1)?)?;
    let raddr = inet_address(fields.next()?)?;
    let state = u8::from_str_radix(fields.next()?, 16).ok()?;
    let inode = fields.nth(5)?.parse().ok()?;
    let status = if kind == SocketKind::Stream {
        tcp_status(state)
    } else {
        "NONE"
    };
    Some((
        inode,
        Connection {
            fd: 0,
            family,
            kind,
            laddr,
            raddr,
            status,
        },
    ))
}

/// `0100007F:1F90`: the address in words of the machine's byte order, the port as a number. Port 0 is no address.
fn inet_address(text: &str) -> Option<SocketAddress> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    if port == 0 {
        return Some(SocketAddress::None);
    }
    let word = |at: usize| {
        u32::from_str_radix(address.get(at * 8..at * 8 + 8)?, 16)
            .ok()
            .map(u32::to_ne_bytes)
    };
    let ip = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
        32 => {
            let mut bytes = [0; 16];
            for (index, chunk) in bytes.chunks_exact_mut(4).enumerate() {
                chunk.copy_from_slice(&word(index)?);
            }
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(SocketAddress::Inet(SocketAddr::new(ip, port)))
}

/// A line of the table `unix`: `Num RefCount Protocol Flags Type St Inode Path`; the path may hold spaces.
pub(super) fn unix_entry(line: &[u8]) -> Option<(u64, Connection)> {
    let (head, path) = match line.iter().position(|&byte| byte == b'/' || byte == b'@') {
        Some(at) => line.split_at_checked(at)?,
        None => (line, &[] as &[u8]),
    };
    // The inode may be padded with spaces.
    let mut words = head
        .split(|&byte| byte == b' ')
        .filter(|word| !word.is_empty());
    let kind = match words.nth(4)? {
        b"0001" => SocketKind::Stream,
        b"0002" => SocketKind::Datagram,
        b"0005" => SocketKind::SeqPacket,
        _ => return None,
    };
    let inode = std::str::from_utf8(words.nth(1)?).ok()?.parse().ok()?;
    let laddr = match path {
        [] => SocketAddress::None,
        path => SocketAddress::Unix(text(path).0),
    };
    Some((
        inode,
        Connection {
            fd: 0,
            family: Family::Unix,
            kind,
            laddr,
            raddr: SocketAddress::None,
            status: "NONE",
        },
    ))
}

/// The kernel's numbers of TCP states, with psutil's names.
const fn tcp_status(state: u8) -> &'static str {
    match state {
        1 => "ESTABLISHED",
        2 => "SYN_SENT",
        3 | 12 => "SYN_RECV",
        4 => "FIN_WAIT1",
        5 => "FIN_WAIT2",
        6 => "TIME_WAIT",
        7 => "CLOSE",
        8 => "CLOSE_WAIT",
        9 => "LAST_ACK",
        10 => "LISTEN",
        11 => "CLOSING",
        _ => "NONE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    #[test]
    fn internet_sockets() {
        let listening = b"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 20114 1 0000000000000000 100 0 0 10 0";
        let (inode, socket) = inet_entry(listening, Family::Inet, SocketKind::Stream).unwrap();
        assert_eq!(
            (inode, socket.status, socket.laddr.to_string().as_str()),
            (20_114, "LISTEN", "127.0.0.1:8080")
        );
        assert_eq!(socket.raddr, SocketAddress::None);
        let six = b"   1: 00000000000000000000000001000000:0016 0000000000000000FFFF00000200A8C0:D431 01 00000000:00000000 02:000A 0 0 0 77 2";
        let (inode, socket) = inet_entry(six, Family::Inet6, SocketKind::Stream).unwrap();
        assert_eq!((inode, socket.status), (77, "ESTABLISHED"));
        assert_eq!(socket.laddr.to_string(), "[::1]:22");
        assert_eq!(socket.raddr.to_string(), "[::ffff:192.168.0.2]:54321");
        for wrong in ["", "0: x y", "0: 0100007F:1F90 0000:1"] {
            assert!(inet_entry(wrong.as_bytes(), Family::Inet, SocketKind::Stream).is_none());
        }
    }

    #[test]
    fn unix_sockets_with_and_without_a_path() {
        let (inode, socket) = unix_entry(
            b"0000000000000000: 00000002 00000000 00010000 0001 01 20571 /run/my socket",
        )
        .unwrap();
        assert_eq!(
            (inode, socket.laddr.to_string().as_str()),
            (20_571, "/run/my socket")
        );
        let (inode, socket) =
            unix_entry(b"0000000000000000: 00000003 00000000 00000000 0002 03    42").unwrap();
        assert_eq!(
            (inode, socket.kind, socket.laddr),
            (42, SocketKind::Datagram, SocketAddress::None)
        );
        let (_, socket) =
            unix_entry(b"0000000000000000: 00000002 00000000 00010000 0005 01 9 @/tmp/x").unwrap();
        assert_eq!(
            (socket.kind, socket.laddr.to_string().as_str()),
            (SocketKind::SeqPacket, "@/tmp/x")
        );
        assert!(unix_entry(b"").is_none());
    }
}
