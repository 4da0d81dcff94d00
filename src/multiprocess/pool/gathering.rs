//! Where the results of a map's chunks come together.

use std::collections::VecDeque;

use super::callbacks::{Handler, Prepared};
use crate::multiprocess::awaited::Awaited;
use crate::multiprocess::error::TaskError;
use crate::multiprocess::observer::Callback;
use crate::multiprocess::result::Encoded;
use crate::multiprocess::wire::Bytes;
use crate::os::{HoldableClock, Monotonic};

/// The result of a chunk.
pub(crate) struct Gained {
    /// Which chunk of its map, from 0.
    pub(crate) place: u64,
    pub(crate) sent: Sent,
    pub(crate) result: Result<Bytes, TaskError>,
}

/// How large a chunk was that was sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sent {
    pub(crate) items: u64,
    pub(crate) bytes: usize,
}

/// The results of a map's chunks as they arrive, each by the place of its chunk, counted from 0.
///
/// Either they are taken out one by one, or, once all are there, read as a whole and as often as wanted.
#[derive(Default)]
pub(crate) struct Gathering {
    gathered: Awaited<Gathered>,
}

#[derive(Default)]
struct Gathered {
    /// Those that were not taken out, in the order in which they came; in the order of their places once all are there.
    results: VecDeque<Gained>,
    arrived: u64,
    /// How many there will be; `None` while chunks are still being submitted.
    expected: Option<u64>,
    /// The first in time.
    first_error: Option<TaskError>,
    handler: Option<Handler>,
    /// Whether all are there, and the callback has run.
    ready: bool,
}

impl Gathering {
    /// With a callback that runs before anybody gets the whole.
    pub(crate) fn with_handler(handler: Option<Handler>) -> Self {
        Self {
            gathered: Awaited::new(Gathered {
                handler,
                ..Gathered::default()
            }),
        }
    }

    /// A chunk's result has arrived. Whether it was the last one and a callback is to run now.
    #[must_use]
    pub(crate) fn put(&self, gained: Gained) -> bool {
        self.gathered.change(|gathered| {
            if let Err(error) = &gained.result {
                gathered.first_error.get_or_insert_with(|| error.clone());
            }
            gathered.results.push_back(gained);
            gathered.arrived += 1;
            gathered.complete()
        })
    }

    /// So many chunks were submitted, and there will be no more. Whether all have arrived already and a callback is to run
    /// now.
    #[must_use]
    pub(crate) fn expect(&self, chunks: u64) -> bool {
        self.gathered.change(|gathered| {
            gathered.expected = Some(chunks);
            gathered.complete()
        })
    }

    /// Takes out all results that are there, into an empty list.
    pub(crate) fn take_into(&self, list: &mut VecDeque<Gained>) {
        self.gathered
            .change(|gathered| std::mem::swap(&mut gathered.results, list));
    }

    /// The callback with what it gets.
    pub(super) fn prepare_callback(&self) -> Option<(Callback, Prepared)> {
        self.gathered.change(|gathered| {
            let handler = gathered.handler.take()?;
            gathered.read(handler)
        })
    }

    /// Lets whoever waits for the whole have it.
    pub(super) fn hand_out(&self) {
        self.gathered.change(|gathered| gathered.ready = true);
    }

    /// Whether the whole can be had: `Some(false)` if it is an error.
    pub(crate) fn successful(&self) -> Option<bool> {
        self.gathered.look(Gathered::successful)
    }

    /// Waits until the whole can be had, at most until the deadline.
    pub(crate) fn wait(&self, clock: &HoldableClock, deadline: Option<Monotonic>) -> Option<bool> {
        self.gathered
            .wait_for(clock, deadline, Gathered::successful)
    }

    /// Reads the whole, if it can be had.
    pub(crate) fn read<R>(&self, read: impl FnOnce(Encoded<'_, '_>) -> R) -> Option<R> {
        self.gathered
            .look(|gathered| gathered.ready.then(|| gathered.read(read)))
    }

    /// The first error that there was so far.
    pub(crate) fn first_error(&self) -> Option<TaskError> {
        self.gathered.look(|gathered| gathered.first_error.clone())
    }
}

impl Gathered {
    /// Becomes ready once everything is there, or, where a callback comes first, says so.
    fn complete(&mut self) -> bool {
        let complete = self.expected == Some(self.arrived);
        if complete {
            let results = self.results.make_contiguous();
            results.sort_unstable_by_key(|gained| gained.place);
        }
        self.ready = complete && self.handler.is_none();
        complete && !self.ready
    }

    fn successful(&self) -> Option<bool> {
        self.ready.then_some(self.first_error.is_none())
    }

    fn read<R>(&self, read: impl FnOnce(Encoded<'_, '_>) -> R) -> R {
        match &self.first_error {
            Some(error) => read(Err(error)),
            None => read(Ok(&mut self
                .results
                .iter()
                .filter_map(|gained| gained.result.as_deref().ok()))),
        }
    }
}
