//! Who can end a wait: the children it waits for, who has the other end of a pipe or socket open, who holds a lock.

use std::time::{Duration, Instant};

use super::dir::{Dir, unread, unread_of_machine};
use super::fds::socket_inode;
use super::known::TEXT_CAP;
use super::parse::{fd_info, text};
use crate::monitor::detail::{AWAITED_CAP, Awaited, AwaitedRole, Capped, FILE_CAP, Named};
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::why::Wait;
use crate::os::unix_peer::peer_of;

/// How long the descriptors of all processes are searched in one look; what has not been looked at then is said not to be.
const SEARCH: Duration = Duration::from_millis(50);

/// How long what was found stands.
const KEPT: Duration = Duration::from_secs(3);

/// What a process waits for, as far as it leads to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaiting {
    /// These processes.
    Children(Vec<u32>),
    /// What has this name open, from the side that is meant.
    Open(AwaitedRole, Vec<u8>),
    /// Who has the lock that this process waits for.
    Lock(u32),
}

impl Awaiting {
    /// What is waited for at `file`; `NotApplicable` if the wait does not depend on particular processes.
    pub fn at(wait: Wait, file: Option<&str>, pid: u32) -> Result<Self, Unread> {
        let file = file.ok_or(Unread::NotApplicable).map(str::as_bytes);
        match wait {
            Wait::PipeInput => Ok(Self::Open(AwaitedRole::Writer, file?.to_vec())),
            Wait::PipeRoom => Ok(Self::Open(AwaitedRole::Reader, file?.to_vec())),
            Wait::SocketInput | Wait::SocketRoom => {
                let inode = socket_inode(file?).and_then(|inode| u32::try_from(inode).ok());
                let peer =
                    peer_of(inode.ok_or(Unread::NotApplicable)?).map_err(unread_of_machine)?;
                let name = format!("socket:[{}]", peer.ok_or(Unread::NotApplicable)?);
                Ok(Self::Open(AwaitedRole::Peer, name.into_bytes()))
            }
            Wait::FileLock => Ok(Self::Lock(pid)),
            _ => Err(Unread::NotApplicable),
        }
    }
}

/// What was found last: the processes that have something open are searched for among all.
#[derive(Debug, Default)]
pub struct AwaitedSearch(Option<(Instant, Awaiting, Reading<Awaited>)>);

impl AwaitedSearch {
    /// Who it is.
    pub fn find(&mut self, proc: &mut Dir, awaiting: Awaiting) -> Reading<Awaited> {
        if let Some((at, kept, found)) = &self.0
            && *kept == awaiting
            && at.elapsed() < KEPT
        {
            return found.clone();
        }
        let found = match &awaiting {
            Awaiting::Children(pids) => Ok(awaited(proc, AwaitedRole::Child, pids, true)),
            Awaiting::Open(role, name) => openers(proc, *role, name),
            Awaiting::Lock(pid) => holder(proc, *pid),
        };
        self.0 = Some((Instant::now(), awaiting, found.clone()));
        found
    }
}

fn awaited(proc: &mut Dir, role: AwaitedRole, pids: &[u32], are_all: bool) -> Awaited {
    let named = pids.iter().take(AWAITED_CAP).map(|&pid| {
        let name = proc.read_piece(&format!("{pid}/comm"), TEXT_CAP).ok();
        Named {
            pid,
            name: name.map(|name| text(name.trim_ascii_end()).0),
        }
    });
    let items: Vec<_> = named.collect();
    Awaited {
        role,
        processes: Capped {
            items,
            total: are_all.then_some(pids.len() as u64),
        },
    }
}

/// The processes that have something open; the one that waits may be among them, and then waits for itself.
fn openers(proc: &mut Dir, role: AwaitedRole, name: &[u8]) -> Result<Awaited, Unread> {
    let begun = Instant::now();
    // Where the first process is not shown, others may not be either.
    let mut are_all = proc.status("1").is_ok();
    let mut found = Vec::new();
    for pid in proc.numbers(usize::MAX).map_err(unread)? {
        if begun.elapsed() > SEARCH {
            are_all = false;
            break;
        }
        let Ok(mut fds) = proc.open_below(&format!("{pid}/fd")) else {
            // Of one that has ended there is nothing to say, but which it was is not told.
            are_all &= proc.status(&pid.to_string()).is_err();
            continue;
        };
        let Ok(numbers) = fds.numbers(FILE_CAP) else {
            are_all &= proc.status(&pid.to_string()).is_err();
            continue;
        };
        are_all &= numbers.len() <= FILE_CAP;
        let has_it = numbers
            .into_iter()
            .any(|fd| match fds.link(&fd.to_string()) {
                Ok(target) => target == name && is_meant(proc, role, pid, fd),
                Err(error) => {
                    are_all &=
                        !matches!(error, rustix::io::Errno::ACCESS | rustix::io::Errno::PERM);
                    false
                }
            });
        if has_it {
            found.push(pid);
        }
    }
    Ok(awaited(proc, role, &found, are_all))
}

/// Whether a descriptor can be written to or read from, as the role asks.
fn is_meant(proc: &mut Dir, role: AwaitedRole, pid: u32, fd: u32) -> bool {
    const READS: u32 = 0;
    const WRITES: u32 = 1;
    let info = proc.read(&format!("{pid}/fdinfo/{fd}"), 4_096).ok();
    let Some(info) = info.and_then(fd_info) else {
        return false;
    };
    !matches!(
        (role, info.flags & 3),
        (AwaitedRole::Writer, READS) | (AwaitedRole::Reader, WRITES)
    )
}

/// Who holds the lock that a process waits for.
fn holder(proc: &mut Dir, pid: u32) -> Result<Awaited, Unread> {
    let locks = proc.read("locks", TEXT_CAP).map_err(unread_of_machine)?;
    let holder = lock_holder(&text(locks).0, pid).ok_or(Unread::NotApplicable)?;
    Ok(awaited(proc, AwaitedRole::Holder, &[holder], true))
}

/// Finds the process in `/proc/locks` that holds the lock for which `waiter` waits. A lock has a number; its waiters follow with
/// the same number and an arrow. One that belongs to an open file and to no process has the pid -1.
fn lock_holder(locks: &str, waiter: u32) -> Option<u32> {
    let mut holder = None;
    for line in locks.lines() {
        let mut words = line.split_ascii_whitespace().skip(1).peekable();
        let waits = words.next_if_eq(&"->").is_some();
        let pid = words.nth(3).and_then(|pid| pid.parse().ok());
        if !waits {
            holder = pid;
        } else if pid == Some(waiter) {
            return holder;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_stands_above_those_who_wait() {
        let locks = "1: POSIX  ADVISORY  WRITE 4 08:01:12 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 10 08:01:13 0 EOF\n\
                     2: -> FLOCK  ADVISORY  WRITE 11 08:01:13 0 EOF\n\
                     2: -> FLOCK  ADVISORY  READ  12 08:01:13 0 EOF\n\
                     3: OFDLCK ADVISORY  READ  -1 08:01:14 0 EOF\n\
                     3: -> OFDLCK ADVISORY  WRITE 13 08:01:14 0 EOF\n";
        for (waiter, holder) in [
            (11, Some(10)),
            (12, Some(10)),
            (13, None),
            (4, None),
            (99, None),
        ] {
            assert_eq!(lock_holder(locks, waiter), holder, "{waiter}");
        }
    }
}
