//! The ports of every process's sockets, read while they are wanted.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::dir::{Dir, is_out_of_descriptors, unread};
use super::fds::socket_inode;
use super::net::{TABLE_CAP, inet_entry};
use super::parse::namespace;
use super::subject::{PidPath, Subject};
use crate::monitor::detail::{Connection, Family, LIST_CAP, SocketAddress, SocketKind};
use crate::monitor::ports::Ports;
use crate::monitor::reading::{Reading, Unread};

/// The tables of internet sockets below `net`.
const TABLES: [(&str, Family, SocketKind); 4] = [
    ("net/tcp", Family::Inet, SocketKind::Stream),
    ("net/tcp6", Family::Inet6, SocketKind::Stream),
    ("net/udp", Family::Inet, SocketKind::Datagram),
    ("net/udp6", Family::Inet6, SocketKind::Datagram),
];

/// The sockets of one moment, by network namespace: each one's tables are read once, through whoever is met there first.
#[derive(Debug, Default)]
pub struct Sockets(FxHashMap<u64, FxHashMap<u64, Socket>>);

/// What is known of a socket by its inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Socket {
    own: u16,
    /// That of the other side; `None` where it listens.
    other: Option<u16>,
}

impl Sockets {
    /// The ports of a process.
    pub fn of(
        &mut self,
        proc: &mut Dir,
        path: &mut PidPath,
        subject: Subject,
        kept: Option<&Arc<Ports>>,
    ) -> Reading<Arc<Ports>> {
        self.read(proc, path, subject).map(|ports| match kept {
            Some(kept) if **kept == ports => Arc::clone(kept),
            _ => Arc::new(ports),
        })
    }

    fn read(
        &mut self,
        proc: &mut Dir,
        path: &mut PidPath,
        subject: Subject,
    ) -> Result<Ports, Unread> {
        let link = proc.link(path.of(subject, "ns/net")).map_err(unread)?;
        let namespace = namespace(&link).ok_or(Unread::Unsupported)?;
        let sockets = match self.0.entry(namespace) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(tables(proc, path, subject)?),
        };
        let mut ports = Ports::default();
        if sockets.is_empty() {
            return Ok(ports);
        }
        let mut fds = proc.open_below(path.of(subject, "fd")).map_err(unread)?;
        let numbers = fds.numbers(LIST_CAP).map_err(unread)?;
        proc.calls.reads += 1 + numbers.len() as u64;
        if numbers.len() > LIST_CAP {
            // Some of them alone would look like all.
            return Err(Unread::Unsupported);
        }
        for fd in numbers {
            // One that was closed in the meantime is none of its descriptors any more.
            let inode = fds.link(&fd.to_string()).ok();
            let socket = inode
                .and_then(|target| socket_inode(&target))
                .and_then(|inode| sockets.get(&inode));
            match socket {
                Some(&Socket { own, other: None }) => ports.listening.push(own),
                Some(&Socket {
                    own,
                    other: Some(other),
                }) => ports.connected.extend([own, other]),
                None => {}
            }
        }
        ports.settle();
        Ok(ports)
    }
}

/// The sockets that a process sees, by inode. A kernel without one of the families has no such table.
/// None can be read of a process that has just ended.
fn tables(
    proc: &mut Dir,
    path: &mut PidPath,
    subject: Subject,
) -> Result<FxHashMap<u64, Socket>, Unread> {
    let mut sockets = FxHashMap::default();
    let mut has_read = Err(Unread::Unsupported);
    for (table, family, kind) in TABLES {
        let lines = match proc.read(path.of(subject, table), TABLE_CAP) {
            Ok(lines) => lines,
            // Some of them alone would look like all.
            Err(error) if is_out_of_descriptors(error) => return Err(unread(error)),
            Err(error) => {
                has_read = has_read.map_err(|_none_so_far| unread(error));
                continue;
            }
        };
        has_read = Ok(());
        let lines = lines.split(|&byte| byte == b'\n').skip(1);
        let entries = lines.filter_map(|line| inet_entry(line, family, kind));
        sockets
            .extend(entries.filter_map(|(inode, connection)| Some((inode, socket(&connection)?))));
    }
    has_read.map(|()| sockets)
}

/// A socket that has no port yet, or none any more, is not there for anybody.
fn socket(connection: &Connection) -> Option<Socket> {
    let port = |address: &SocketAddress| match address {
        SocketAddress::Inet(address) => Some(address.port()),
        _ => None,
    };
    Some(Socket {
        own: port(&connection.laddr)?,
        other: port(&connection.raddr),
    })
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::time::Duration;

    use super::*;
    use crate::monitor::extra::Wanted;
    use crate::monitor::source::linux::LinuxSource;
    use crate::monitor::{FigureId, Filter, Snapshot, Source as _, Tick};

    fn tick(number: u64) -> Tick {
        Tick::now(number, Duration::from_secs(1))
    }

    #[test]
    fn ports_groups_and_the_like_of_ourselves() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let listens = listener.local_addr().unwrap().port();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let connected = client.local_addr().unwrap().port();
        let bound = UdpSocket::bind("127.0.0.1:0").unwrap();
        let waits = bound.local_addr().unwrap().port();

        let mut source = LinuxSource::open().unwrap();
        let filter = format!("port:{listens} cgroup:/");
        source.want(Wanted::by([FigureId::Ports, FigureId::Cgroup]));
        let snapshot = source.sample(tick(1));
        let own = snapshot.row_by_pid(std::process::id()).unwrap();
        let ports = own.extra.ports.as_ref().unwrap();
        assert!(ports.listening.contains(&listens) && ports.listening.contains(&waits));
        assert!(ports.has(connected) && !ports.listening.contains(&connected));
        let row = |snapshot: &Snapshot| snapshot.row_by_pid(std::process::id()).unwrap().clone();
        assert!(Filter::parse(&filter).unwrap().matches(own, &snapshot));
        assert_eq!(own.extra.oom_score, Err(Unread::NotSampled));

        // What has not changed is shared with the snapshot before.
        let again = row(&source.sample(tick(2))).extra;
        let (before, after) = (own.extra.cgroup.as_ref().ok(), again.cgroup.as_ref().ok());
        assert!(Arc::ptr_eq(before.unwrap(), after.unwrap()));

        drop((listener, client, bound));
        source.want(Wanted::by([
            FigureId::Ports,
            FigureId::OomScore,
            FigureId::WaitChannel,
        ]));
        let later = row(&source.sample(tick(3))).extra;
        assert!(!later.ports.as_ref().unwrap().listening.contains(&listens));
        assert!(later.oom_score.is_ok());
        assert_eq!(later.cgroup, Err(Unread::NotSampled));
        assert_ne!(later.wait_channel, Err(Unread::NotSampled));
    }
}
