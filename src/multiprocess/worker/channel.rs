//! The child's end of its private channel.

use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::RecvFlags;

use super::outbox::{Outbox, STUCK_NANOS};
use crate::multiprocess::board::Board;
use crate::multiprocess::wire::{FromChild, Incoming, ToChild};
use crate::os::{Spin, receive_fds};

/// The channel to the parent; it came as standard input.
#[derive(Debug)]
pub(super) struct Channel {
    stream: UnixStream,
    incoming: Incoming,
    /// What came while an answer was waited for.
    later: VecDeque<ToChild>,
    outbox: Arc<Outbox>,
    /// By which to open the depot, if there is one.
    depot: Option<OwnedFd>,
    spin: Spin,
}

impl Channel {
    /// Takes the channel away from standard input, which becomes empty, as the standard input of Python's children is.
    pub(super) fn take_from_stdin() -> io::Result<Self> {
        let channel: OwnedFd = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
        // Fails for everything but a socket: for a program started by hand with a worker's argument.
        rustix::net::sockopt::socket_type(&channel)?;
        let mut fds = receive_fds(&channel)?.into_iter();
        let board = Board::open(fds.next().ok_or(io::ErrorKind::InvalidData)?)?;
        let depot = fds.next();
        let null = std::fs::File::open("/dev/null")?;
        rustix::stdio::dup2_stdin(&null)?;
        let stream = UnixStream::from(channel);
        let outbox = Outbox::new(stream.try_clone()?, board)?;
        Ok(Self {
            stream,
            incoming: Incoming::default(),
            later: VecDeque::new(),
            outbox: Arc::new(outbox),
            depot,
            spin: Spin::default(),
        })
    }

    /// The way to the depot; it is taken once.
    pub(super) fn take_depot(&mut self) -> Option<OwnedFd> {
        self.depot.take()
    }

    /// Sends one message whole.
    pub(super) fn send(&self, message: &FromChild) -> io::Result<()> {
        self.outbox.send(message)
    }

    /// What the child says, also for other threads.
    pub(super) fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// The next message that has arrived already.
    pub(super) fn arrived(&mut self) -> io::Result<Option<ToChild>> {
        match self.later.pop_front() {
            Some(message) => Ok(Some(message)),
            None => self.incoming.next_message().map_err(io::Error::other),
        }
    }

    /// Waits for the next message; the end of the channel is an error.
    pub(super) fn receive(&mut self) -> io::Result<ToChild> {
        match self.later.pop_front() {
            Some(message) => Ok(message),
            None => self.receive_new(),
        }
    }

    /// Waits for the answer to what was just asked; what else comes is kept for later.
    pub(super) fn receive_answer(&mut self) -> io::Result<ToChild> {
        loop {
            match self.receive_new()? {
                message @ (ToChild::Run(_) | ToChild::Finish) => self.later.push_back(message),
                answer => return Ok(answer),
            }
        }
    }

    fn receive_new(&mut self) -> io::Result<ToChild> {
        loop {
            if let Some(message) = self.incoming.next_message().map_err(io::Error::other)? {
                return Ok(message);
            }
            self.read()?;
        }
    }

    /// Reads what there is; first looks a few times without sleeping: the next task often comes at once.
    fn read(&mut self) -> io::Result<()> {
        let (stream, incoming) = (&self.stream, &mut self.incoming);
        let mut read = None;
        self.spin.until(|| {
            read = incoming.read(stream, RecvFlags::DONTWAIT).ok();
            read.is_some()
        });
        let read = match read {
            Some(read) => read,
            // Polled for, not read: who sleeps in a read is also woken when the other end takes what was sent to it.
            None => loop {
                let mut fds = [PollFd::new(stream, PollFlags::IN)];
                poll(&mut fds, None).ok();
                match incoming.read(stream, RecvFlags::DONTWAIT) {
                    Err(Errno::AGAIN | Errno::INTR) => {}
                    read => break read?,
                }
            },
        };
        if read.bytes == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// Ends this process as soon as the parent's end of the channel is gone, whatever a task is doing at that time; writes
    /// what is stuck behind a task that takes its time.
    pub(super) fn start_watcher(&self) -> io::Result<()> {
        let stream = self.stream.try_clone()?;
        let outbox = Arc::clone(&self.outbox);
        let watch = move || {
            let soon = Timespec {
                tv_sec: 0,
                tv_nsec: STUCK_NANOS.cast_signed(),
            };
            let mut on_guard = false;
            loop {
                let mut fds = [
                    PollFd::new(&stream, PollFlags::RDHUP),
                    PollFd::new(&outbox.alarm, PollFlags::IN),
                ];
                // Not woken by messages. An interrupted wait is taken up again.
                if poll(&mut fds, on_guard.then_some(&soon)).is_err() {
                    continue;
                }
                let [end, alarm] = fds;
                if end.revents().contains(PollFlags::NVAL) {
                    // A task has closed it: whoever runs the task finds out, and may keep its result on the board before.
                    // To close it once more would be to close what may be somebody else's by now.
                    std::mem::forget(stream);
                    return;
                }
                if !end.revents().is_empty() {
                    orphaned();
                }
                if !alarm.revents().is_empty() {
                    let mut counter = [0; 8];
                    // Nothing to clear is fine too.
                    rustix::io::read(&outbox.alarm, &mut counter).ok();
                    on_guard = true;
                } else if on_guard {
                    on_guard = outbox.watch();
                }
            }
        };
        std::thread::Builder::new()
            .name("channel-watch".to_owned())
            .stack_size(64 << 10)
            .spawn(watch)?;
        Ok(())
    }
}

/// Ends a child that has lost its parent. Nobody is left to be told anything.
pub(super) fn orphaned() -> ! {
    #[expect(
        clippy::exit,
        reason = "the thread that notices is not the one that runs the task, which cannot be unwound from here"
    )]
    std::process::exit(1)
}
