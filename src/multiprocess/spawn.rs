//! Starting a child: this program again, with one private channel, and with two pipes if what it prints is to be read.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::board::Board;
use super::depot::Depot;
use super::worker;
use crate::os::output::{OutputPipes, readable_pipe};
use crate::os::{self, ChildKey, CleanStart, Place, processes, send_fds};

/// How many descriptors a start takes at most, beside those of pipes, and how many of them its child keeps here.
pub(crate) const STARTING_DESCRIPTORS: usize = 3;
pub(crate) const KEPT_DESCRIPTORS: usize = 2;

/// How many pipes a child has whose output is read.
pub(crate) const OUTPUT_PIPES: usize = 2;

/// A child that was started, with the parent's ends of everything that leads to it; all of them non-blocking.
#[derive(Debug)]
pub(crate) struct Spawned {
    pub(crate) key: ChildKey,
    pub(crate) pidfd: OwnedFd,
    pub(crate) channel: UnixStream,
    pub(crate) board: Board,
    /// What it prints, if that is read.
    pub(crate) output: OutputPipes,
}

/// Starts `program` as a worker in a process group of its own and with a clean slate. What it prints is read by us, or goes
/// where what we print goes.
///
/// To be called on a thread that lives as long as the child: the child asks the kernel to die with it.
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
    // What is not needed any more is closed before more is opened: few descriptors may be free.
    drop(board_fd);
    channel.set_nonblocking(true)?;
    let output = || reads_output.then(readable_pipe).transpose();
    let (stdout, stdout_of_child) = output()?.unzip();
    let (stderr, stderr_of_child) = output()?.unzip();
    let pid = CleanStart {
        program,
        arguments: &[worker::TITLE, worker::ARGUMENT],
        environment,
        place: Place::OwnGroup,
        stdin: theirs.as_fd(),
        stdout: stdout_of_child.as_ref().map(OwnedFd::as_fd),
        stderr: stderr_of_child.as_ref().map(OwnedFd::as_fd),
    }
    .spawn()?;
    drop((theirs, stdout_of_child, stderr_of_child));
    let known = processes::open_pidfd(pid).and_then(|pidfd| {
        // The child is ours and unreaped, so its pid still is its own.
        Ok((pidfd, processes::key_of_child(pid)?))
    });
    let (pidfd, key) = known.inspect_err(|_unknown| {
        // Out of descriptors, most likely: nothing half-started is left behind.
        os::kill_and_reap(pid);
    })?;
    Ok(Spawned {
        key,
        pidfd,
        channel,
        board,
        output: OutputPipes::new(stdout, stderr),
    })
}
