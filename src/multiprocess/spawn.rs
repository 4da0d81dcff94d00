//! Starting a child: this program again, with one private channel, and with two pipes if what it prints is to be read.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::board::Board;
use super::depot::Depot;
use super::worker;
use crate::os::{ProcKey, processes, send_fds};

/// A child that was started, with the parent's ends of everything that leads to it; all of them non-blocking.
#[derive(Debug)]
pub(crate) struct Spawned {
    pub(crate) key: ProcKey,
    pub(crate) pidfd: OwnedFd,
    pub(crate) channel: UnixStream,
    pub(crate) board: Board,
    /// What it prints, if that is read.
    pub(crate) stdout: Option<OwnedFd>,
    pub(crate) stderr: Option<OwnedFd>,
}

/// Starts `program` as a worker in a process group of its own. What it prints is read by us, or goes where what we print goes.
///
/// Nothing here runs between fork and exec, so that the standard library can use `posix_spawn`, whose cost does not grow
/// with the parent's memory. To be called on a thread that lives as long as the child: the child asks the kernel to die
/// with it.
pub(crate) fn spawn(
    program: &Path,
    environment: &[(String, String)],
    depot: Option<&Depot>,
    reads_output: bool,
) -> io::Result<Spawned> {
    let (channel, theirs) = UnixStream::pair()?;
    let (board, board_fd) = Board::new()?;
    // They wait in the socket until the child takes them, first of all.
    let depot_fd = depot.map(|depot| depot.fd().as_fd());
    let fds: Vec<_> = std::iter::once(board_fd.as_fd()).chain(depot_fd).collect();
    send_fds(&channel, &fds)?;
    let output = || {
        if reads_output {
            Stdio::piped()
        } else {
            Stdio::inherit()
        }
    };
    let mut child = Command::new(program)
        .arg0(worker::TITLE)
        .arg(worker::ARGUMENT)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(output())
        .stderr(output())
        .process_group(0)
        .spawn()?;
    let pid = child.id();
    let opened = (|| {
        let pidfd = processes::open_pidfd(pid)?;
        // The child is ours and unreaped, so its pid still is its own.
        let key = processes::stat_of(pid)
            .ok_or(io::ErrorKind::NotFound)?
            .key();
        channel.set_nonblocking(true)?;
        let stdout = child.stdout.take().map(OwnedFd::from);
        let stderr = child.stderr.take().map(OwnedFd::from);
        for pipe in stdout.iter().chain(&stderr) {
            rustix::io::ioctl_fionbio(pipe, true)?;
        }
        Ok(Spawned {
            key,
            pidfd,
            channel,
            board,
            stdout,
            stderr,
        })
    })();
    if opened.is_err() {
        // Out of descriptors, most likely: leave nothing half-started behind.
        child
            .kill()
            .and_then(|()| child.wait().map(|_status| ()))
            .ok();
    }
    opened
}
