//! The board: a little memory that a worker shares with its parent, so that a death costs exactly the running task.
//!
//! - *Seats.* Each task on its way to a worker has a seat. The worker claims a task before it begins it; the parent may take
//!   an unclaimed one back. Whoever changes the word first has it, so nothing runs twice and nothing is lost.
//! - *Results* that the worker has not written to its channel yet also stand here, so that they survive it; and so do the
//!   items that it has put into queues.
//! - *Accounts*, one for each queue that the child uses: how many items it may put, and how many of those that it was sent it
//!   may hand out, without asking.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU64, Ordering};

use super::allowance::Allowance;
use crate::os::{Monotonic, SharedFile, SharedMemory};

/// How many tasks may be on their way to one worker.
pub(crate) const SEATS: u16 = 1024;

/// How many queues a child may use without asking each time.
pub(crate) const ACCOUNTS: u8 = 16;

/// Results that wait to be written take at most so much, bytes; larger ones are written at once.
pub(crate) const RESULT_BYTES: usize = 64 << 10;

/// Where the kept results begin: after all words, on a page of their own.
const RESULTS_AT: usize = (8 * WORDS).next_multiple_of(4096);
const BOARD_BYTES: usize = RESULTS_AT + RESULT_BYTES;

/// Words: where the kept results begin in the stream that the worker has sent, how many bytes they are, then two a seat; then,
/// on cache lines of their own, those of the accounts.
const BASE: usize = 0;
const KEPT: usize = 1;
const FIRST_SEAT: usize = 2;
const LINE: usize = 8;
const FIRST_ACCOUNT: usize = (FIRST_SEAT + 2 * SEATS as usize).next_multiple_of(LINE);
const WORDS: usize = FIRST_ACCOUNT + 2 * LINE * ACCOUNTS as usize;

const CLAIMED: u64 = 1;
const TAKEN_BACK: u64 = 2;
const DONE: u64 = 3;
const CONDEMNED: u64 = 4;
const MISSED: u64 = 5;
const STATE_BITS: u32 = 8;

/// A task's seat: the place and the how-manieth task it is there, so that an old claim never meets a new task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Seat {
    /// Which seat.
    pub place: u16,
    /// Counts the worker's tasks, from 1.
    pub turn: u64,
}

impl Seat {
    fn word(self, state: u64) -> u64 {
        (self.turn << STATE_BITS) | state
    }
}

/// Somebody was quicker, or there is no such seat.
struct NotWaiting;

/// What has become of a task that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nobody has begun it.
    Waiting,
    /// The worker began it then.
    Begun { at: Monotonic },
    /// The worker began it then, and has its result.
    Done { at: Monotonic },
}

/// One board, mapped.
#[derive(Debug)]
pub(crate) struct Board {
    memory: SharedMemory,
}

impl Board {
    /// A new board, and the descriptor to send to its worker.
    pub(crate) fn new() -> io::Result<(Self, OwnedFd)> {
        let file = SharedFile::new(BOARD_BYTES)?;
        let memory = file.map(0, BOARD_BYTES)?;
        Ok((Self { memory }, file.into_fd()))
    }

    /// The board that the parent made.
    pub(crate) fn open(fd: OwnedFd) -> io::Result<Self> {
        let memory = SharedFile::open(fd, BOARD_BYTES)?.map(0, BOARD_BYTES)?;
        Ok(Self { memory })
    }

    fn word(&self, index: usize) -> Option<&AtomicU64> {
        self.memory.words(WORDS).get(index)
    }

    fn seat(&self, seat: Seat) -> Option<(&AtomicU64, &AtomicU64)> {
        let first = FIRST_SEAT + 2 * usize::from(seat.place);
        Some((self.word(first)?, self.word(first + 1)?))
    }

    /// What a child may put into the queue of that account; `None` if there is no such account.
    pub(crate) fn puts(&self, account: u8) -> Option<Allowance<'_>> {
        self.allowance(account, 0)
    }

    /// What a child may hand out of the items that it was sent ahead; `None` if there is no such account.
    pub(crate) fn gets(&self, account: u8) -> Option<Allowance<'_>> {
        self.allowance(account, LINE)
    }

    fn allowance(&self, account: u8, place: usize) -> Option<Allowance<'_>> {
        let first = FIRST_ACCOUNT + 2 * LINE * usize::from(account);
        self.word(first + place).map(Allowance::new)
    }

    /// The parent wants the task back; false if the worker has begun it.
    pub(crate) fn take_back(&self, seat: Seat) -> bool {
        self.begin(seat, TAKEN_BACK).is_ok()
    }

    /// Whether the worker has come to a task that was taken back.
    pub(crate) fn is_missed(&self, seat: Seat) -> bool {
        self.is(seat, MISSED)
    }

    /// The worker is about to begin a task; false if it was taken back.
    pub(crate) fn claim(&self, seat: Seat, now: Monotonic) -> bool {
        // Before the claim, so that whoever sees the claim sees when.
        if let Some((_, begun)) = self.seat(seat) {
            begun.store(now.nanos, Ordering::Relaxed);
        }
        let claimed = self.begin(seat, CLAIMED).is_ok();
        if !claimed {
            self.change(seat, TAKEN_BACK, MISSED);
        }
        claimed
    }

    /// Says the first thing about a task. That it waits is said by nothing: the word is still about one that had the seat
    /// before, so that the parent need not write where its worker reads all the time.
    fn begin(&self, seat: Seat, state: u64) -> Result<(), NotWaiting> {
        let (word, _) = self.seat(seat).ok_or(NotWaiting)?;
        let first = |word: u64| (word >> STATE_BITS < seat.turn).then(|| seat.word(state));
        word.fetch_update(Ordering::AcqRel, Ordering::Acquire, first)
            .map(|_before| ())
            .map_err(|_other| NotWaiting)
    }

    /// The worker has the task's result where it survives the worker.
    pub(crate) fn finish(&self, seat: Seat) {
        self.change(seat, CLAIMED, DONE);
    }

    /// The parent is about to end the worker because of the task that it runs; false if it is over. From here on the worker
    /// begins nothing more, so that its end costs nobody else.
    pub(crate) fn condemn(&self, seat: Seat) -> bool {
        self.change(seat, CLAIMED, CONDEMNED)
    }

    /// Whether the parent is about to end this worker because of that task.
    pub(crate) fn is_condemned(&self, seat: Seat) -> bool {
        self.is(seat, CONDEMNED)
    }

    fn is(&self, seat: Seat, state: u64) -> bool {
        self.seat(seat)
            .is_some_and(|(word, _)| word.load(Ordering::Acquire) == seat.word(state))
    }

    fn change(&self, seat: Seat, from: u64, to: u64) -> bool {
        self.seat(seat).is_some_and(|(state, _)| {
            let (from, to) = (seat.word(from), seat.word(to));
            state
                .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
                .is_ok()
        })
    }

    /// What has become of a task.
    pub(crate) fn look(&self, seat: Seat) -> Claim {
        let Some((state, begun)) = self.seat(seat) else {
            return Claim::Waiting;
        };
        let word = state.load(Ordering::Acquire);
        let at = Monotonic {
            nanos: begun.load(Ordering::Relaxed),
        };
        if word == seat.word(CLAIMED) || word == seat.word(CONDEMNED) {
            Claim::Begun { at }
        } else if word == seat.word(DONE) {
            Claim::Done { at }
        } else {
            Claim::Waiting
        }
    }

    /// The worker keeps bytes that it will write later, behind those that it keeps already; false if there is no room.
    pub(crate) fn keep(&self, kept: usize, bytes: &[u8]) -> bool {
        let fits = kept + bytes.len() <= RESULT_BYTES;
        if fits && self.memory.copy_in(RESULTS_AT + kept, bytes) {
            if let Some(word) = self.word(KEPT) {
                word.store((kept + bytes.len()) as u64, Ordering::Release);
            }
            return true;
        }
        false
    }

    /// The worker has written everything: its stream is so long now.
    pub(crate) fn written(&self, stream: u64) {
        // In this order: with nothing kept, it does not matter where that would begin.
        if let (Some(base), Some(kept)) = (self.word(BASE), self.word(KEPT)) {
            kept.store(0, Ordering::Release);
            base.store(stream, Ordering::Release);
        }
    }

    /// What a worker that has ended kept and did not write, given how much of its stream arrived.
    pub(crate) fn unwritten(&self, arrived: u64) -> Vec<u8> {
        let read = |index| {
            self.word(index)
                .map_or(0, |word| word.load(Ordering::Acquire))
        };
        let (base, kept) = (read(BASE), read(KEPT));
        let Some(skip) = arrived.checked_sub(base).filter(|&skip| skip < kept) else {
            return Vec::new();
        };
        let (Ok(skip), Ok(count)) = (usize::try_from(skip), usize::try_from(kept - skip)) else {
            return Vec::new();
        };
        self.memory
            .copy_out(RESULTS_AT + skip, count)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Monotonic = Monotonic { nanos: 42 };

    #[test]
    fn a_task_is_claimed_or_taken_back_never_both() {
        let (board, fd) = Board::new().unwrap();
        let worker = Board::open(fd).unwrap();
        let seat = |turn| Seat { place: 63, turn };
        assert_eq!(board.look(seat(1)), Claim::Waiting);
        assert!(worker.claim(seat(1), NOW) && !board.take_back(seat(1)));
        assert_eq!(board.look(seat(1)), Claim::Begun { at: NOW });
        worker.finish(seat(1));
        assert_eq!(board.look(seat(1)), Claim::Done { at: NOW });
        assert!(board.take_back(seat(2)) && !board.is_missed(seat(2)));
        assert!(!worker.claim(seat(2), NOW) && board.is_missed(seat(2)));
        assert!(
            !worker.claim(seat(2), NOW),
            "an old task in a seat that has a new one"
        );
        assert!(worker.claim(seat(3), NOW));
        assert!(board.take_back(seat(5)));
        assert!(
            !worker.claim(seat(4), NOW) && !worker.claim(seat(5), NOW),
            "neither the new one nor what was there before"
        );
        assert_eq!(board.look(seat(6)), Claim::Waiting);
    }

    #[test]
    fn a_task_is_over_or_condemned_never_both() {
        let (board, fd) = Board::new().unwrap();
        let worker = Board::open(fd).unwrap();
        let seat = |turn| Seat { place: 0, turn };
        assert!(!board.condemn(seat(1)), "nobody has begun it");
        assert!(worker.claim(seat(1), NOW) && board.condemn(seat(1)));
        worker.finish(seat(1));
        assert!(worker.is_condemned(seat(1)));
        assert_eq!(board.look(seat(1)), Claim::Begun { at: NOW });
        assert!(worker.claim(seat(2), NOW) && !worker.is_condemned(seat(2)));
        worker.finish(seat(2));
        assert!(!board.condemn(seat(2)), "it was faster");
    }

    #[test]
    fn an_account_is_the_same_at_both_ends_and_nobody_elses() {
        let (board, fd) = Board::new().unwrap();
        let child = Board::open(fd).unwrap();
        board.puts(15).unwrap().grant(1);
        assert!(!child.gets(15).unwrap().spend() && !child.puts(14).unwrap().spend());
        assert!(child.puts(15).unwrap().spend());
        assert_eq!(board.puts(15).unwrap().spent(), 1);
        assert!(board.puts(ACCOUNTS).is_none());
        const { assert!(WORDS * 8 <= RESULTS_AT) };
    }

    #[test]
    fn results_survive_the_worker() {
        let (board, fd) = Board::new().unwrap();
        let worker = Board::open(fd).unwrap();
        assert!(worker.keep(0, b"abc") && worker.keep(3, b"de"));
        assert_eq!(board.unwritten(0), b"abcde");
        assert_eq!(
            board.unwritten(2),
            b"cde",
            "killed in the middle of a write"
        );
        assert_eq!(board.unwritten(5), b"", "killed right after it");
        worker.written(5);
        assert!(worker.keep(0, b"f"));
        assert_eq!(board.unwritten(5), b"f");
        assert!(!worker.keep(1, &vec![0; RESULT_BYTES]));
    }
}
