//! `Pool::map` and its kin: a function over many items, in chunks.

use std::borrow::Borrow;
use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::callbacks::Job;
use super::core::{Limits, Submitter};
use super::gathering::{Gained, Gathering};
use super::pace::Pace;
use super::promise::Promise;
use super::{ApplyError, ApplyOptions, Pool};
use crate::multiprocess::chunk::{Chunks, Piece, decode_values};
use crate::multiprocess::engine::Topic;
use crate::multiprocess::engine::state::State;
use crate::multiprocess::error::PoolError;
use crate::multiprocess::function::Function;
use crate::multiprocess::pages::Pages;
use crate::multiprocess::result::{AsyncResult, GetError, Source, decode_all};
use crate::multiprocess::wire::{Bytes, Call, Chunk};

/// Python's: so many chunks a worker, if nothing else is said.
const CHUNKS_A_WORKER: usize = 4;

/// Small chunks are submitted so many at a time, or so many bytes: to submit something may wake somebody.
const BATCH_CHUNKS: usize = 256;
const BATCH_BYTES: usize = 64 << 10;

impl Pool {
    /// Runs a function for each item, and waits for all the values, which come in the order of the items.
    ///
    /// Items go to the workers in chunks: of `chunksize` each or, without one, in four chunks a worker. A chunk is one task;
    /// one whose arguments have 64 MiB gets no more of them. How large the values are together does not matter; an argument or a
    /// value may have 4 GiB. An error ends its chunk, but no other, and the map then gives the
    /// first error that there was, in time, as in Python; [`imap`](Self::imap) keeps errors apart.
    ///
    /// Items may be borrowed, and are encoded as they are read. Without a chunksize all are read first where the iterator
    /// does not know how many there are.
    ///
    /// ```standalone_crate
    /// use std::process::ExitCode;
    ///
    /// use proclab::multiprocess::{Callable, Engine, EngineOptions, Function, Pool, PoolOptions, worker};
    ///
    /// static SQUARE: Function<i64, i64> = Function::new("square", |n| n * n);
    /// static ADD: Function<(i64, i64), i64> = Function::new("add", |(a, b)| a + b);
    /// static FUNCTIONS: &[&dyn Callable] = &[&SQUARE, &ADD];
    ///
    /// fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    ///     if let Some(code) = worker::enter(FUNCTIONS) {
    ///         return Ok(code);
    ///     }
    ///     let engine = Engine::start(EngineOptions::default())?;
    ///     let pool = Pool::new(&engine, PoolOptions::default())?;
    ///
    ///     let numbers = vec![1, 2, 3, 4, 5];
    ///     assert_eq!(pool.map(&SQUARE, &numbers, None)?, [1, 4, 9, 16, 25]);
    ///     assert_eq!(pool.map(&SQUARE, numbers, 2)?, [1, 4, 9, 16, 25]); // 1 and 2, 3 and 4, then 5
    ///     assert_eq!(pool.starmap(&ADD, [(1, 2), (3, 4)], None)?, [3, 7]);
    ///
    ///     // Results as they come, from input without end.
    ///     let squares = pool.imap(&SQUARE, 0.., 100)?;
    ///     let small: Vec<i64> = squares
    ///         .map_while(Result::ok)
    ///         .take_while(|square| *square < 50)
    ///         .collect();
    ///     assert_eq!(small, [0, 1, 4, 9, 16, 25, 36, 49]);
    ///     Ok(ExitCode::SUCCESS)
    /// }
    /// ```
    pub fn map<A, R, E, I>(
        &self,
        function: &Function<A, R, E>,
        items: I,
        chunksize: impl Into<Option<usize>>,
    ) -> Result<Vec<R>, ApplyError>
    where
        A: Serialize,
        R: DeserializeOwned,
        I: IntoIterator,
        I::Item: Borrow<A>,
    {
        self.refuse_in_callback(PoolError::MapInCallback)?;
        let gathering = Arc::new(Gathering::default());
        let limits = Limits::default();
        let submitted = self.submit_map(function, items, chunksize.into(), limits, &gathering)?;
        let shared = self.engine.shared();
        // Decoding goes on while later chunks are still at work.
        let mut values = Vec::with_capacity(submitted.items);
        let topic = Topic::result(&gathering);
        let (mut gained, mut arrived) = (VecDeque::new(), Pages::default());
        for place in 0..submitted.chunks() {
            let at_hand = arrived.remove(place);
            let look = |_state: &mut State| {
                gathering.take_into(&mut gained);
                for Gained { place, result, .. } in gained.drain(..) {
                    arrived.insert(place, result);
                }
                arrived.remove(place)
            };
            let part = match at_hand {
                None => shared.wait_eagerly_for(topic, None, look),
                part => part,
            };
            let decoded = match part {
                Some(Ok(part)) => decode_values(&part, &mut values),
                Some(Err(error)) => Err(error),
                None => break,
            };
            if let Err(error) = decoded {
                shared.wait_for(topic, None, |_state| gathering.successful());
                // Another chunk's may have been there before; if there is none, this value did not decode.
                let first = gathering.first_error().unwrap_or(error);
                return Err(GetError::Task(first).into());
            }
        }
        Ok(values)
    }

    /// As [`map`](Self::map), but does not wait.
    pub fn map_async<A, R, E, I>(
        &self,
        function: &Function<A, R, E>,
        items: I,
        chunksize: impl Into<Option<usize>>,
    ) -> Result<AsyncResult<Vec<R>>, PoolError>
    where
        A: Serialize,
        R: DeserializeOwned + 'static,
        I: IntoIterator,
        I::Item: Borrow<A>,
    {
        self.map_async_with(function, items, chunksize, ApplyOptions::new())
    }

    /// As [`map_async`](Self::map_async), with callbacks, of which the one gets all values at once, the other the first
    /// error; with a timeout or retries for each chunk.
    ///
    /// A map of no items is ready at once, and its callback gets an empty list; Python forgets it.
    pub fn map_async_with<A, R, E, I>(
        &self,
        function: &Function<A, R, E>,
        items: I,
        chunksize: impl Into<Option<usize>>,
        options: ApplyOptions<Vec<R>>,
    ) -> Result<AsyncResult<Vec<R>>, PoolError>
    where
        A: Serialize,
        R: DeserializeOwned + 'static,
        I: IntoIterator,
        I::Item: Borrow<A>,
    {
        let limits = options.limits()?;
        let handler = options.handler(decode_all);
        let handed_out_by = handler.is_some().then(|| Arc::clone(&self.callbacks));
        let gathering = Arc::new(Gathering::with_handler(handler));
        let submitted = self.submit_map(function, items, chunksize.into(), limits, &gathering)?;
        if submitted.callback_is_due {
            self.callbacks.push(Job::Map {
                task: submitted.tasks.last().copied(),
                gathering: Arc::clone(&gathering),
            });
        }
        let tasks = submitted.tasks.into();
        Ok(AsyncResult::new(
            self.index,
            Source::Map { tasks, gathering },
            decode_all,
            handed_out_by,
            self.engine.shared(),
        ))
    }

    /// As [`map`](Self::map), for functions of several arguments: each item is a tuple of them. Here, where a function's
    /// several arguments are a tuple anyway, it is `map` by the name that Python has for it.
    pub fn starmap<A, R, E, I>(
        &self,
        function: &Function<A, R, E>,
        items: I,
        chunksize: impl Into<Option<usize>>,
    ) -> Result<Vec<R>, ApplyError>
    where
        A: Serialize,
        R: DeserializeOwned,
        I: IntoIterator,
        I::Item: Borrow<A>,
    {
        self.map(function, items, chunksize)
    }

    /// As [`map_async`](Self::map_async), for functions of several arguments; see [`starmap`](Self::starmap).
    pub fn starmap_async<A, R, E, I>(
        &self,
        function: &Function<A, R, E>,
        items: I,
        chunksize: impl Into<Option<usize>>,
    ) -> Result<AsyncResult<Vec<R>>, PoolError>
    where
        A: Serialize,
        R: DeserializeOwned + 'static,
        I: IntoIterator,
        I::Item: Borrow<A>,
    {
        self.map_async(function, items, chunksize)
    }

    fn submit_map<A, R, E, I>(
        &self,
        function: &Function<A, R, E>,
        items: I,
        chunksize: Option<usize>,
        limits: Limits,
        gathering: &Arc<Gathering>,
    ) -> Result<Submitted, PoolError>
    where
        A: Serialize,
        I: IntoIterator,
        I::Item: Borrow<A>,
    {
        if chunksize == Some(0) {
            return Err(PoolError::NoChunkSize);
        }
        let items = items.into_iter();
        let known = match items.size_hint() {
            (least, Some(most)) if least == most => Some(most),
            _ => None,
        };
        let size = chunksize.or_else(|| Some(self.default_chunksize(known?)));
        let (name, types) = (function.name(), function.types());
        if let Some(size) = size {
            let chunks = Chunks::new(items, types, size, false);
            return self.submit_items(name, chunks, limits, gathering);
        }
        let items: Vec<_> = items.collect();
        let size = self.default_chunksize(items.len());
        let chunks = Chunks::new(items.into_iter(), types, size, false);
        self.submit_items(name, chunks, limits, gathering)
    }

    fn default_chunksize(&self, items: usize) -> usize {
        let chunks = self.processes().saturating_mul(CHUNKS_A_WORKER).max(1);
        items.div_ceil(chunks).max(1)
    }

    fn submit_items<A, I>(
        &self,
        name: &'static str,
        mut chunks: Chunks<I, A>,
        limits: Limits,
        gathering: &Arc<Gathering>,
    ) -> Result<Submitted, PoolError>
    where
        A: Serialize,
        I: Iterator,
        I::Item: Borrow<A>,
    {
        let mut submitted = Submitted::default();
        let mut place = 0;
        let (mut batch, mut pace) = (Vec::new(), Pace::default());
        loop {
            let (mut bytes, mut refused) = (0, None);
            pace.read(BATCH_CHUNKS, || {
                let (chunk, payload) = match chunks.next_piece() {
                    Some(Piece::Chunk(chunk, payload)) => (chunk, payload),
                    Some(Piece::Refused(refusal)) => {
                        refused = Some(refusal);
                        return false;
                    }
                    None => return false,
                };
                bytes += payload.len();
                submitted.items += usize::try_from(chunk.count).unwrap_or(usize::MAX);
                batch.push(chunk_to_send(name, chunk, payload, place, gathering));
                place += 1;
                bytes < BATCH_BYTES
            });
            // What was submitted before goes on; nobody hears of it.
            if let Some(refusal) = refused {
                return Err(refusal.into());
            }
            if batch.is_empty() {
                submitted.callback_is_due = gathering.expect(submitted.chunks());
                return Ok(submitted);
            }
            let tasks = self.submit_chunks(batch.drain(..), limits, Submitter::Caller)?;
            submitted.tasks.extend(tasks);
        }
    }
}

/// A chunk, and where its result goes: to this place.
pub(super) fn chunk_to_send(
    name: &'static str,
    chunk: Chunk,
    payload: Bytes,
    place: u64,
    gathering: &Arc<Gathering>,
) -> (Call, Promise) {
    let promise = Promise::Chunk {
        gathering: Arc::clone(gathering),
        place,
        chunk,
        bytes: payload.len(),
    };
    let call = Call {
        chunk: Some(chunk),
        ..Call::new(name, payload)
    };
    (call, promise)
}

/// What became of a map's items.
#[derive(Default)]
struct Submitted {
    items: usize,
    /// The chunks' tasks.
    tasks: Vec<u64>,
    /// Whether all results were there when the last chunk was submitted, so that the callback is to run now.
    callback_is_due: bool,
}

impl Submitted {
    fn chunks(&self) -> u64 {
        self.tasks.len() as u64
    }
}
