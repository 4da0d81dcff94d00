//! The child's end of its private channel.

use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, poll};

use crate::multiprocess::wire::{FrameReader, FromChild, ToChild, write_frame};

/// The channel to the parent; it came as standard input.
#[derive(Debug)]
pub(super) struct Channel {
    stream: UnixStream,
    reader: FrameReader,
    sender: Arc<Sender>,
}

/// The writing half: the task's thread and the engine of a child with children take turns.
#[derive(Debug)]
pub(super) struct Sender {
    writing: Mutex<(UnixStream, Vec<u8>)>,
}

impl Sender {
    /// Sends one message whole.
    pub(super) fn send(&self, message: &FromChild) -> io::Result<()> {
        let mut writing = self.writing.lock();
        let (stream, out) = &mut *writing;
        out.clear();
        write_frame(message, out).map_err(io::Error::other)?;
        stream.write_all(out)
    }
}

impl Channel {
    /// Takes the channel away from standard input, which becomes empty, as the standard input of Python's children is.
    pub(super) fn take_from_stdin() -> io::Result<Self> {
        let channel: OwnedFd = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
        // Fails for everything but a socket: for a program started by hand with a worker's argument.
        rustix::net::sockopt::socket_type(&channel)?;
        let null = std::fs::File::open("/dev/null")?;
        rustix::stdio::dup2_stdin(&null)?;
        let stream = UnixStream::from(channel);
        let writing = Mutex::new((stream.try_clone()?, Vec::new()));
        Ok(Self {
            stream,
            reader: FrameReader::default(),
            sender: Arc::new(Sender { writing }),
        })
    }

    /// Sends one message whole.
    pub(super) fn send(&self, message: &FromChild) -> io::Result<()> {
        self.sender.send(message)
    }

    /// The writing half, for another thread.
    pub(super) fn sender(&self) -> Arc<Sender> {
        Arc::clone(&self.sender)
    }

    /// Waits for the next message; the end of the channel is an error.
    pub(super) fn receive(&mut self) -> io::Result<ToChild> {
        let mut buffer = [0; 16 << 10];
        loop {
            if let Some(message) = self.reader.next_message().map_err(io::Error::other)? {
                return Ok(message);
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => self.reader.push(buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Ends this process as soon as the parent's end of the channel is gone, whatever a task is doing at that time.
    pub(super) fn end_with_parent(&self) -> io::Result<()> {
        let stream = self.stream.try_clone()?;
        let watch = move || {
            let mut fds = [PollFd::new(&stream, PollFlags::RDHUP)];
            // Not woken by messages, only by the end; an interrupted wait is taken up again.
            while !matches!(poll(&mut fds, None), Ok(count) if count > 0) {}
            orphaned()
        };
        std::thread::Builder::new()
            .name("parent-watch".to_owned())
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
