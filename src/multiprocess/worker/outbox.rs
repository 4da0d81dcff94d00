//! What a child says: at once, or together with what it says next.
//!
//! What waits to be written also stands on the board, so that it survives the child. It never waits for long: it is written
//! when there is nothing to do, when it is much, when it is old, and by the channel's watcher when a task takes its time.

use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use parking_lot::Mutex;
use rustix::event::{EventfdFlags, eventfd};
use rustix::net::SendFlags;

use crate::multiprocess::board::{Board, Seat};
use crate::multiprocess::wire::{
    FrameError, FromChild, Payload, without_parcel, write_frame, write_frame_head,
};
use crate::os::{Monotonic, Parcel, keep_freed_memory, send_with_fd};

/// So much is written at a time, bytes.
const MUCH_BYTES: usize = 32 << 10;

/// What has waited for so long is written with the next message, nanoseconds.
const OLD_NANOS: u64 = 50_000;

/// What has waited for so long is written by the watcher, nanoseconds.
pub(super) const STUCK_NANOS: u64 = 500_000;

#[derive(Debug)]
pub(super) struct Outbox {
    writing: Mutex<Writing>,
    board: Board,
    /// Wakes the watcher when something begins to wait.
    pub(super) alarm: OwnedFd,
}

#[derive(Debug)]
struct Writing {
    stream: UnixStream,
    /// What waits; the same stands on the board.
    kept: Vec<u8>,
    /// Since when.
    kept_since: Monotonic,
    /// When an item was last put.
    put_at: Monotonic,
    /// How much was written so far, bytes.
    sent: u64,
    /// Whether the watcher looks after us.
    watched: bool,
}

impl Outbox {
    pub(super) fn new(stream: UnixStream, board: Board) -> io::Result<Self> {
        Ok(Self {
            writing: Mutex::new(Writing {
                stream,
                kept: Vec::new(),
                kept_since: Monotonic::default(),
                put_at: Monotonic::default(),
                sent: 0,
                watched: false,
            }),
            board,
            alarm: eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?,
        })
    }

    pub(super) fn board(&self) -> &Board {
        &self.board
    }

    /// Sends one message whole, after all that waits.
    pub(super) fn send(&self, message: &FromChild) -> io::Result<()> {
        let mut writing = self.writing.lock();
        if let Some((parcel, message)) = without_parcel(message) {
            return writing.write_parcel(&self.board, &parcel, &message);
        }
        write_frame(message, &mut writing.kept).map_err(io::Error::other)?;
        writing.flush(&self.board)
    }

    /// Sends a task's result, now or together with the next ones. An error of the frame means that nothing of it was sent.
    pub(super) fn post(
        &self,
        result: &FromChild,
        seat: Seat,
        now: Monotonic,
    ) -> Result<io::Result<()>, FrameError> {
        let mut writing = self.writing.lock();
        if let Some((parcel, result)) = without_parcel(result) {
            let written = writing.write_parcel(&self.board, &parcel, &result);
            self.board.finish(seat);
            return Ok(written);
        }
        let stands = writing.keep(&self.board, result, now)?;
        if stands {
            self.board.finish(seat);
        }
        if stands && !writing.is_due(now) {
            return Ok(Ok(()));
        }
        let written = writing.flush(&self.board);
        self.board.finish(seat);
        Ok(written)
    }

    /// Sends an item to a queue, now or together with the next ones if they come one right after the other.
    pub(super) fn post_put(&self, account: u8, item: Payload) -> io::Result<()> {
        let mut writing = self.writing.lock();
        if item.sent_bytes() >= MUCH_BYTES {
            keep_freed_memory();
            return writing.write_put(&self.board, account, item.bytes().unwrap_or_default());
        }
        let put = FromChild::Put { account, item };
        let now = Monotonic::now();
        let is_alone = now.nanos_since(writing.put_at) >= OLD_NANOS;
        writing.put_at = now;
        let stands = writing
            .keep(&self.board, &put, now)
            .map_err(io::Error::other)?;
        if !stands || is_alone || writing.is_due(now) {
            return writing.flush(&self.board);
        }
        self.alarm(&mut writing);
        Ok(())
    }

    /// Writes what waits.
    pub(super) fn flush(&self) -> io::Result<()> {
        self.writing.lock().flush(&self.board)
    }

    /// A task begins while something may wait: the watcher is to look after it.
    pub(super) fn leave_to_watcher(&self) {
        let mut writing = self.writing.lock();
        if !writing.kept.is_empty() {
            self.alarm(&mut writing);
        }
    }

    /// The watcher is to look after what waits.
    fn alarm(&self, writing: &mut Writing) {
        if !writing.watched {
            writing.watched = true;
            // Fails only when the counter is full, and then the watcher is being woken already.
            rustix::io::write(&self.alarm, &1_u64.to_ne_bytes()).ok();
        }
    }

    /// Writes what is stuck; whether to look again soon.
    pub(super) fn watch(&self) -> bool {
        let mut writing = self.writing.lock();
        if writing.kept.is_empty() {
            writing.watched = false;
        } else if Monotonic::now().nanos_since(writing.kept_since) >= STUCK_NANOS {
            // A parent that has gone is noticed by whoever reads from it.
            writing.flush(&self.board).ok();
        }
        writing.watched
    }
}

impl Writing {
    /// Lets a message wait; whether it also stands on the board, where there may be no room for it.
    fn keep(
        &mut self,
        board: &Board,
        message: &FromChild,
        now: Monotonic,
    ) -> Result<bool, FrameError> {
        let before = self.kept.len();
        write_frame(message, &mut self.kept)?;
        if before == 0 {
            self.kept_since = now;
        }
        let new = self.kept.get(before..).unwrap_or_default();
        Ok(board.keep(before, new))
    }

    /// Whether what waits is much or old.
    fn is_due(&self, now: Monotonic) -> bool {
        self.kept.len() >= MUCH_BYTES || now.nanos_since(self.kept_since) >= OLD_NANOS
    }

    /// Writes a large item, after all that waits, from where it is.
    fn write_put(&mut self, board: &Board, account: u8, item: &[u8]) -> io::Result<()> {
        let put = FromChild::Put {
            account,
            item: Payload::default(),
        };
        write_frame_head(&put, item.len(), &mut self.kept).map_err(io::Error::other)?;
        self.stream.write_all(&self.kept)?;
        self.stream.write_all(item)?;
        self.sent += item.len() as u64;
        self.written(board);
        Ok(())
    }

    /// Writes a message and the parcel that it carries, after all that waits. It does not wait itself: a descriptor cannot stand
    /// on the board.
    fn write_parcel(
        &mut self,
        board: &Board,
        parcel: &Parcel,
        message: &FromChild,
    ) -> io::Result<()> {
        self.flush(board)?;
        let mut frames = Vec::new();
        write_frame(&FromChild::Parcel, &mut frames).map_err(io::Error::other)?;
        write_frame(message, &mut frames).map_err(io::Error::other)?;
        let sent = loop {
            match send_with_fd(&self.stream, &frames, parcel.fd(), SendFlags::NOSIGNAL) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                sent => break sent?,
            }
        };
        self.stream
            .write_all(frames.get(sent..).unwrap_or_default())?;
        self.sent += frames.len() as u64;
        self.written(board);
        Ok(())
    }

    fn flush(&mut self, board: &Board) -> io::Result<()> {
        if self.kept.is_empty() {
            return Ok(());
        }
        self.stream.write_all(&self.kept)?;
        self.written(board);
        Ok(())
    }

    /// What waited is written.
    fn written(&mut self, board: &Board) {
        self.sent += self.kept.len() as u64;
        board.written(self.sent);
        self.kept.clear();
        self.kept.shrink_to(2 * MUCH_BYTES);
    }
}
