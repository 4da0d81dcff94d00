//! One child as the engine's thread sees it: its descriptors and what is on its way to and from it.

use std::io::{self, Write as _};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use rustix::io::{DupFlags, Errno, dup3};
use rustix::net::{RecvFlags, SendFlags, Shutdown, shutdown};

use super::out::Out;
use crate::multiprocess::board::Board;
use crate::multiprocess::spawn::Spawned;
use crate::multiprocess::wire::{FrameError, FromChild, Incoming, ToChild};
use crate::os::ladder::Ladder;
use crate::os::lines::Pipe;
use crate::os::output::{OutputLines, OutputPipes};
use crate::os::{ChildKey, HoldableClock, Monotonic, send_with_fd};

/// How long a child may live on without its channel, which ends just before it does. One that runs another program by then
/// (`exec`) is of no use any more.
const EXIT_NANOS: u64 = 2_000_000_000;

/// One child.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) key: ChildKey,
    pub(super) pidfd: Arc<OwnedFd>,
    pub(super) channel: Option<UnixStream>,
    /// The numbers of its descriptors that are closed.
    spent: Vec<OwnedFd>,
    output: OutputPipes,
    incoming: Incoming,
    out: Out,
    /// Whether it has asked something that is not answered.
    asks: bool,
    /// How far its ending has come, if it is being ended.
    pub(super) ladder: Option<Ladder>,
    /// Set once it has ended: until then its pipes are waited for, then they count as leaked.
    pub(super) drain_until: Option<Monotonic>,
    /// Until then it must have said hello.
    pub(super) hello_until: Option<Monotonic>,
    /// Set once its channel has ended while it lives: until then it must have ended, too.
    pub(super) exit_until: Option<Monotonic>,
    /// What it shares with us.
    pub(super) board: Arc<Board>,
    /// How much of its stream has arrived, bytes.
    arrived: u64,
    /// Whether we asked to be told when the channel has room.
    pub(super) waits_for_room: bool,
    /// What it told of its peak memory, bytes.
    pub(super) max_rss_bytes: Option<u64>,
}

impl Child {
    pub(super) fn new(spawned: Spawned, hello_until: Monotonic) -> Self {
        Self {
            key: spawned.key,
            channel: Some(spawned.channel),
            spent: Vec::new(),
            output: spawned.output,
            pidfd: Arc::new(spawned.pidfd),
            incoming: Incoming::default(),
            out: Out::default(),
            asks: false,
            ladder: None,
            drain_until: None,
            hello_until: Some(hello_until),
            exit_until: None,
            board: Arc::new(spawned.board),
            arrived: 0,
            waits_for_room: false,
            max_rss_bytes: None,
        }
    }

    /// Puts a message on its way.
    pub(super) fn send(&mut self, message: &ToChild) -> Result<(), FrameError> {
        self.asks &= !matches!(message, ToChild::Queue(_));
        self.out.push(message)
    }

    /// Puts whole frames on their way.
    pub(super) fn send_frames(&mut self, frames: &[u8]) {
        self.out.push_frames(frames);
    }

    /// It asks something; false if it cannot have read the answer to what it asked before. Whoever does not wait for answers
    /// would have us keep more and more of them.
    pub(super) fn begins_to_ask(&mut self) -> bool {
        let asked = std::mem::replace(&mut self.asks, true);
        !asked && self.out.is_answered()
    }

    /// Whether something is still on its way to the child.
    pub(super) fn has_output(&self) -> bool {
        self.channel.is_some() && !self.out.is_empty()
    }

    /// Writes what the channel takes without waiting. A channel that is gone is noticed when reading.
    pub(super) fn flush(&mut self) {
        let Some(channel) = &mut self.channel else {
            return;
        };
        while let Some(rest) = self.out.rest() {
            let sent = match rest.fd {
                None => channel.write(rest.bytes),
                Some(fd) => send_with_fd(&*channel, rest.bytes, fd, SendFlags::NOSIGNAL),
            };
            match sent {
                Ok(0) => return,
                Ok(count) => self.out.written(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    self.out.give_up();
                    // Gone, or the system had no room for what was sent: a child that lives ends with its channel instead of
                    // waiting for ever for what was given up.
                    shutdown(&*channel, Shutdown::Write).ok();
                }
            }
        }
    }

    /// Reads what the channel holds, so many bufferfuls at most; closes it at its end. Of a child that has ended only what is
    /// there now: it says nothing more, but whoever has inherited its end may write for ever.
    pub(super) fn read_channel(&mut self, reads: usize, clock: &HoldableClock) {
        let mut left = reads;
        let mut there = match &self.channel {
            Some(channel) if self.drain_until.is_some() => {
                rustix::io::ioctl_fionread(channel).unwrap_or(0)
            }
            _ => u64::MAX,
        };
        while left > 0
            && let Some(channel) = &mut self.channel
        {
            match self.incoming.read(channel, RecvFlags::empty()) {
                Ok(read) if read.bytes > 0 => {
                    self.arrived += read.bytes as u64;
                    there = there.saturating_sub(read.bytes as u64);
                    if !read.may_be_more || there == 0 {
                        // Nothing more at that moment; what comes later is reported anew.
                        return;
                    }
                    left -= 1;
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Ok(_) | Err(_) => {
                    self.close_channel();
                    if self.drain_until.is_none() {
                        self.exit_until = Some(clock.now().plus_nanos(EXIT_NANOS));
                    }
                }
            }
        }
    }

    fn close_channel(&mut self) {
        let channel = self.channel.take().map(OwnedFd::from);
        self.close_but_keep(channel);
    }

    /// Closes what a descriptor leads to, and keeps its number: another thread of this program would have it at once where few
    /// are free. It leads to the process then, whose handle is open anyway.
    fn close_but_keep(&mut self, fd: Option<OwnedFd>) {
        if let Some(mut fd) = fd
            && dup3(&self.pidfd, &mut fd, DupFlags::CLOEXEC).is_ok()
        {
            self.spent.push(fd);
        }
    }

    /// The numbers of its descriptors, for who is started in its place: what they led to is closed.
    pub(super) fn into_spent(mut self) -> Vec<OwnedFd> {
        self.close_channel();
        let mut none = OutputLines::default();
        for pipe in self.open_pipes() {
            self.abandon_pipe(pipe, &mut none);
        }
        let mut spent = self.spent;
        // A process's handle may have it, too; then it is not a worker's.
        spent.extend(Arc::into_inner(self.pidfd));
        spent
    }

    /// Takes what an ended child kept for later and did not write.
    pub(super) fn recover_unwritten(&mut self) {
        let rest = self.board.unwritten(self.arrived);
        self.arrived += rest.len() as u64;
        self.incoming.push(&rest);
    }

    /// Its pipes that have not ended.
    pub(super) fn open_pipes(&self) -> Vec<Pipe> {
        self.output.open()
    }

    /// The descriptors of these.
    pub(super) fn pipe_fds(&self) -> impl Iterator<Item = (Pipe, BorrowedFd<'_>)> {
        self.output.fds()
    }

    /// Whether there is something to read in a pipe, or it has ended.
    pub(super) fn pipes_have_something(&self) -> bool {
        self.output.have_something()
    }

    /// Reads what a pipe holds, so many bufferfuls at most, into lines; closes it at its end.
    pub(super) fn read_pipe(&mut self, pipe: Pipe, lines: &mut OutputLines, reads: usize) {
        let ended = self.output.read(pipe, lines, reads);
        self.close_but_keep(ended);
    }

    /// Gives up waiting for a pipe's end.
    pub(super) fn abandon_pipe(&mut self, pipe: Pipe, lines: &mut OutputLines) {
        let given_up = self.output.abandon(pipe, lines);
        self.close_but_keep(given_up);
    }

    /// The next whole message. After an error there is none: nobody knows where the next one would begin, so nothing more is
    /// read either.
    #[inline]
    pub(super) fn next_message(&mut self) -> Result<Option<FromChild>, FrameError> {
        let next = self.incoming.next_message();
        if next.is_err() {
            self.close_channel();
            self.incoming = Incoming::default();
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::os::processes::open_pidfd;
    use crate::os::refusal::where_refused;
    use crate::os::this;

    #[test]
    fn a_child_that_cannot_be_told_something_hears_the_end_of_its_channel() {
        let (channel, mut theirs) = UnixStream::pair().unwrap();
        let (board, _fd) = Board::new().unwrap();
        let spawned = Spawned {
            key: ChildKey {
                pid: this::pid(),
                start_ticks: None,
            },
            pidfd: open_pidfd(this::pid()).unwrap(),
            channel,
            board,
            output: OutputPipes::new(None, None),
        };
        let mut child = Child::new(spawned, Monotonic::default());
        child.send(&ToChild::Finish).unwrap();
        where_refused(libc::SYS_sendto, libc::ENOBUFS, || child.flush());
        assert!(!child.has_output() && child.channel.is_some());
        let timeout = std::time::Duration::from_secs(10);
        theirs.set_read_timeout(Some(timeout)).unwrap();
        assert_eq!(theirs.read(&mut [0]).unwrap(), 0);
    }
}
