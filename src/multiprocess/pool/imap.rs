//! `Pool::imap`: a map whose items are read, and whose results are handed out, bit by bit.

use std::any::Any;
use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::core::{Limits, PoolCore, Submitter};
use super::gathering::{Gained, Gathering};
use super::map::chunk_to_send;
use super::pace::{Pace, READING_TIME};
use super::{ApplyError, Pool};
use crate::multiprocess::chunk::{ChunkResults, Chunks, Piece, Refusal};
use crate::multiprocess::engine::Topic;
use crate::multiprocess::engine::state::State;
use crate::multiprocess::error::{PoolError, TaskError};
use crate::multiprocess::function::Function;
use crate::multiprocess::pages::Pages;
use crate::multiprocess::result::GetError;
use crate::multiprocess::wire::Bytes;

/// So much work is on its way to each worker or done, its results not taken, nanoseconds: whoever takes them may pause for so
/// long, and for so long others wait behind an imap that is given up.
const AHEAD_NANOS: u64 = 100_000_000;

/// So many chunks a worker at most. With fewer, workers with very short tasks would wait for whoever takes the results.
const CHUNKS_AHEAD_A_WORKER: usize = 2048;

/// So many at least.
const LEAST_AHEAD_A_WORKER: usize = 16;

/// They are refilled once this part of them is back: while more are encoded, workers with very short tasks come to the end of
/// theirs.
const REFILLED_PART: usize = 8;

/// Nor is more sent ahead once so many bytes are on their way or are to be expected back, except that each worker has a chunk
/// and the next one.
const BYTES_AHEAD: usize = 16 << 20;

/// What somebody panicked with. Behind a lock only because an imap may be shared, which this by itself may not.
type Panic = Box<dyn Any + Send>;

impl Pool {
    /// Runs a function for each item; the results come one by one in the order of the items, each as soon as it and all
    /// before it are there.
    ///
    /// Items go to the workers in chunks of `chunksize`, one each without one. They are read by whoever takes the results,
    /// as they are taken, at most 2,048 chunks a worker ahead and less of what takes long or is large, so that the input may be without end; Python's `imap` reads it
    /// all at once. An imap that began before `close` still gets all its items done, but `join` is refused until they were
    /// read.
    ///
    /// If the input panics, so does the `next` that comes to it; what was read before and what the input gives afterwards is
    /// not lost. Input that panics twice without an item in between is at its end.
    ///
    /// An error is the result of its item, and the next `next` goes on with the next item. If a worker dies, the items of
    /// its chunk have that error each.
    pub fn imap<A, R, E, I>(
        &self,
        function: &Function<A, R, E>,
        items: I,
        chunksize: impl Into<Option<usize>>,
    ) -> Result<Imap<'_, I::IntoIter, A, R>, PoolError>
    where
        A: Serialize,
        I: IntoIterator,
        I::Item: Borrow<A>,
    {
        Imap::begin(self, function, items, chunksize.into(), true)
    }

    /// As [`imap`](Self::imap), but the results come in the order in which they arrive.
    pub fn imap_unordered<A, R, E, I>(
        &self,
        function: &Function<A, R, E>,
        items: I,
        chunksize: impl Into<Option<usize>>,
    ) -> Result<Imap<'_, I::IntoIter, A, R>, PoolError>
    where
        A: Serialize,
        I: IntoIterator,
        I::Item: Borrow<A>,
    {
        Imap::begin(self, function, items, chunksize.into(), false)
    }
}

/// The results of an [`imap`](Pool::imap), one by one. Dropping it reads no more items; what was sent is still done.
///
/// Once the pool refuses further items (it was terminated, or gave up), the last result is that error.
pub struct Imap<'p, I, A, R> {
    pool: &'p Pool,
    name: &'static str,
    chunks: Chunks<I, A>,
    /// Whether all items were read, or no more can be sent.
    read: bool,
    /// Whether the pool counts on more items.
    is_counted: bool,
    /// What the input panicked with, until whoever takes the results hears of it.
    panic: Option<Mutex<Panic>>,
    /// Whether the input panicked when it was last asked: then what is there is handed out before it is asked again.
    stumbled: bool,
    /// Why no more can be sent.
    refused_by_pool: Option<PoolError>,
    ordered: bool,
    gathering: Arc<Gathering>,
    /// Results that were taken out of it together, as they came.
    arrived: VecDeque<Gained>,
    /// The same by the places of their chunks, where they are in order.
    in_order: Pages<Gained>,
    /// Nothing is sent while more chunks than that are ahead, so that messages carry many.
    enough_ahead: usize,
    pace: Pace,
    /// What a chunk and its results typically take, bytes; a moving average.
    typical_bytes: usize,
    /// The place of the next chunk to be sent.
    next_sent: u64,
    /// The place of the next chunk to be taken, where they are in order.
    next_taken: u64,
    /// Chunks sent whose results were not taken, and their bytes.
    chunks_ahead: usize,
    bytes_ahead: usize,
    /// Items that could not be sent, by the place of the chunk that each would have been.
    refused: BTreeMap<u64, Refusal>,
    /// The chunk that is being handed out.
    current: ChunkResults,
    value: PhantomData<fn() -> R>,
}

impl<I, A, R> fmt::Debug for Imap<'_, I, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imap")
            .field("function", &self.name)
            .field("ordered", &self.ordered)
            .finish_non_exhaustive()
    }
}

impl<'p, I, A, R> Imap<'p, I, A, R>
where
    I: Iterator,
    I::Item: Borrow<A>,
    A: Serialize,
{
    fn begin<E>(
        pool: &'p Pool,
        function: &Function<A, R, E>,
        items: impl IntoIterator<IntoIter = I>,
        chunksize: Option<usize>,
        ordered: bool,
    ) -> Result<Self, PoolError> {
        let size = chunksize.unwrap_or(1);
        if size == 0 {
            return Err(PoolError::NoChunkSize);
        }
        let chunks = Chunks::new(items.into_iter(), function.types(), size, true);
        pool.change(PoolCore::begin_imap)
            .unwrap_or(Err(PoolError::NotRunning))?;
        let mut imap = Self {
            pool,
            name: function.name(),
            chunks,
            read: false,
            is_counted: true,
            panic: None,
            stumbled: false,
            refused_by_pool: None,
            ordered,
            gathering: Arc::default(),
            arrived: VecDeque::new(),
            in_order: Pages::default(),
            enough_ahead: 0,
            pace: Pace::default(),
            typical_bytes: 0,
            next_sent: 0,
            next_taken: 0,
            chunks_ahead: 0,
            bytes_ahead: 0,
            refused: BTreeMap::new(),
            current: ChunkResults::new(0, Ok(Bytes::default())),
            value: PhantomData,
        };
        imap.send_ahead();
        Ok(imap)
    }

    /// Reads and sends as many items as may be on their way, once some of them are back. A slow input holds up no result
    /// that is there.
    fn send_ahead(&mut self) {
        if self.read || self.ahead() > self.enough_ahead || (self.stumbled && self.ahead() > 0) {
            return;
        }
        let (processes, each) = self.pool.workers_and_tasks_within(AHEAD_NANOS);
        // Nobody knows how large results are before one was taken.
        let known = if self.typical_bytes > 0 { each } else { 0 };
        let each = known.clamp(LEAST_AHEAD_A_WORKER, CHUNKS_AHEAD_A_WORKER);
        let least = 2 * processes.max(1);
        let by_bytes = BYTES_AHEAD / self.typical_bytes.max(1);
        let most = processes.saturating_mul(each).min(by_bytes).max(least);
        self.enough_ahead = most - most / REFILLED_PART;
        let begun = Instant::now();
        while !self.read
            && self.panic.is_none()
            && self.ahead() < most
            && (self.bytes_ahead < BYTES_AHEAD || self.ahead() < least)
        {
            self.send_batch(most - self.ahead());
            if begun.elapsed() > READING_TIME && self.has_arrived() {
                return;
            }
        }
    }

    /// Reads and sends chunks, up to a maximum number.
    fn send_batch(&mut self, most: usize) {
        let mut batch = Vec::with_capacity(self.pace.together().min(most));
        let (mut bytes, read_before) = (0, self.chunks.read());
        let mut read = || {
            match self.chunks.next_piece() {
                None => {
                    self.read = true;
                    return false;
                }
                Some(Piece::Refused(refusal)) => {
                    self.refused.insert(self.next_sent, refusal);
                }
                Some(Piece::Chunk(chunk, payload)) => {
                    bytes += payload.len();
                    batch.push(chunk_to_send(
                        self.name,
                        chunk,
                        payload,
                        self.next_sent,
                        &self.gathering,
                    ));
                }
            }
            self.next_sent += 1;
            self.bytes_ahead + bytes < BYTES_AHEAD
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| self.pace.read(most, &mut read)));
        let panicked_again = self.stumbled && self.chunks.read() == read_before;
        self.stumbled = outcome.is_err();
        if let Err(panic) = outcome {
            if panicked_again {
                // It would never come to its end.
                self.chunks.end();
            }
            self.panic = Some(Mutex::new(panic));
        }
        let submitted = self
            .pool
            .submit_chunks(batch, Limits::default(), Submitter::Imap);
        match submitted {
            Ok(tasks) => {
                self.chunks_ahead += tasks.len();
                self.bytes_ahead += bytes;
            }
            Err(error) => {
                self.refused_by_pool = Some(error);
                self.read = true;
            }
        }
        if self.read {
            self.end_reading();
        }
    }
}

impl<I, A, R> Imap<'_, I, A, R> {
    /// Chunks whose results were not taken.
    fn ahead(&self) -> usize {
        self.chunks_ahead + self.refused.len()
    }

    /// Whether the next result is there.
    fn has_arrived(&mut self) -> bool {
        if self.arrived.is_empty() {
            self.gathering.take_into(&mut self.arrived);
        }
        if self.ordered {
            for gained in self.arrived.drain(..) {
                self.in_order.insert(gained.place, gained);
            }
            self.in_order.get(self.next_taken).is_some()
        } else {
            !self.arrived.is_empty()
        }
    }

    /// The next result, if it is there.
    fn take_arrived(&mut self) -> Option<Gained> {
        if self.ordered {
            self.in_order.remove(self.next_taken)
        } else {
            self.arrived.pop_front()
        }
    }

    /// Lets the pool end without more items.
    fn end_reading(&mut self) {
        if std::mem::take(&mut self.is_counted) {
            self.pool.change(PoolCore::end_imap);
        }
    }
}

impl<I, A, R> Imap<'_, I, A, R>
where
    I: Iterator,
    I::Item: Borrow<A>,
    A: Serialize,
    R: DeserializeOwned,
{
    /// Waits for the next result at most so long; after a [`GetError::Timeout`] it can still be had. Python's
    /// `next(timeout)`.
    pub fn next_within(&mut self, timeout: Duration) -> Option<Result<R, ApplyError>> {
        self.next_until(Some(timeout))
    }

    fn next_until(&mut self, timeout: Option<Duration>) -> Option<Result<R, ApplyError>> {
        if let Some(result) = self.current.next_value() {
            return Some(result.map_err(in_task));
        }
        self.send_ahead();
        if let Some(panic) = self.panic.take() {
            resume_unwind(panic.into_inner());
        }
        if let Some(refusal) = self.take_refused() {
            return Some(Err(PoolError::from(refusal).into()));
        }
        if self.chunks_ahead == 0 {
            return self.refused_by_pool.take().map(|error| Err(error.into()));
        }
        let Gained { sent, result, .. } = match self.take_arrived() {
            Some(arrived) => arrived,
            None if self.wait_for_next(timeout) => self.take_arrived()?,
            None => return Some(Err(GetError::Timeout.into())),
        };
        self.next_taken += 1;
        self.chunks_ahead = self.chunks_ahead.saturating_sub(1);
        self.bytes_ahead = self.bytes_ahead.saturating_sub(sent.bytes);
        let bytes = sent.bytes + result.as_ref().map_or(0, Bytes::len);
        self.typical_bytes = match self.typical_bytes {
            0 => bytes,
            typical => (7 * typical + bytes) / 8,
        };
        self.current = ChunkResults::new(sent.items, result);
        let result = self.current.next_value()?;
        Some(result.map_err(in_task))
    }

    /// Waits until the next result is there, at most so long; whether it is.
    fn wait_for_next(&mut self, timeout: Option<Duration>) -> bool {
        // What is too far away to be reckoned with is waited for without a deadline.
        let shared = Arc::clone(self.pool.engine.shared());
        let deadline = timeout.and_then(|timeout| shared.clock.after(timeout));
        let topic = Topic::result(&self.gathering);
        let arrived = |_state: &mut State| self.has_arrived().then_some(());
        let found = shared.wait_eagerly_for(topic, deadline, arrived);
        found.is_some()
    }

    /// An item that could not be sent, if its turn has come.
    fn take_refused(&mut self) -> Option<Refusal> {
        let refusal = if self.ordered {
            self.refused.remove(&self.next_taken)
        } else {
            self.refused.pop_first().map(|(_, refusal)| refusal)
        };
        self.next_taken += u64::from(refusal.is_some());
        refusal
    }
}

fn in_task(error: TaskError) -> ApplyError {
    GetError::Task(error).into()
}

impl<I, A, R> Iterator for Imap<'_, I, A, R>
where
    I: Iterator,
    I::Item: Borrow<A>,
    A: Serialize,
    R: DeserializeOwned,
{
    type Item = Result<R, ApplyError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_until(None)
    }
}

impl<I, A, R> FusedIterator for Imap<'_, I, A, R>
where
    I: Iterator,
    I::Item: Borrow<A>,
    A: Serialize,
    R: DeserializeOwned,
{
}

impl<I, A, R> Drop for Imap<'_, I, A, R> {
    fn drop(&mut self) {
        self.end_reading();
    }
}
