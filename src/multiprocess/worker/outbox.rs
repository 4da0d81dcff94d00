//! What a child says: at once, or together with what it says next.
//!
//! What waits to be written also stands on the board, so that it survives the child. It never waits for long: it is written
//! when there is nothing to do, when it is much, when it is old, and by the channel's watcher when a task takes its time.

use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use parking_lot::Mutex;
use rustix::event::{EventfdFlags, eventfd};

use crate::multiprocess::board::{Board, Seat};
use crate::multiprocess::wire::{FrameError, FromChild, write_frame};
use crate::os::Monotonic;

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
        let before = writing.kept.len();
        write_frame(result, &mut writing.kept)?;
        if before == 0 {
            writing.kept_since = now;
        }
        let new = writing.kept.get(before..).unwrap_or_default();
        let stands = self.board.keep(before, new);
        if stands {
            self.board.finish(seat);
        }
        let much = writing.kept.len() >= MUCH_BYTES;
        if stands && !much && now.nanos_since(writing.kept_since) < OLD_NANOS {
            return Ok(Ok(()));
        }
        let written = writing.flush(&self.board);
        self.board.finish(seat);
        Ok(written)
    }

    /// Writes what waits.
    pub(super) fn flush(&self) -> io::Result<()> {
        self.writing.lock().flush(&self.board)
    }

    /// A task begins while something may wait: the watcher is to look after it.
    pub(super) fn leave_to_watcher(&self) {
        let mut writing = self.writing.lock();
        if !writing.kept.is_empty() && !writing.watched {
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
    fn flush(&mut self, board: &Board) -> io::Result<()> {
        if self.kept.is_empty() {
            return Ok(());
        }
        self.stream.write_all(&self.kept)?;
        self.sent += self.kept.len() as u64;
        board.written(self.sent);
        self.kept.clear();
        self.kept.shrink_to(2 * MUCH_BYTES);
        Ok(())
    }
}
