//! The way from whoever has something to tell to the one reader of a run's events.
//!
//! Events get their number here, in one order for all threads. Telling never waits: a reader that lags is served from
//! memory, then from a file without a name; when that is full too, lines of output are dropped and counted, and whoever
//! submits work waits in [`EventStream::wait_for_room`] before it submits more.

mod batch;
mod note;
mod notes;
mod overflow;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use self::batch::Entry;
pub use self::batch::EventBatch;
pub(crate) use self::note::{Note, SMALL_BYTES, StepRef, task_submitted};
use self::notes::Notes;
use self::overflow::Overflow;
use super::event::{EventKind, RunEvent, RunTime};
use crate::os::Monotonic;

/// Events kept in memory for the reader before the file is used, bytes, roughly. What goes through the file costs many times as
/// much: room for a reader that is kept from its CPU for a while, or busy with a long configuration.
const MEMORY_BYTES: usize = 16 << 20;

/// The reader lets notes of short tasks gather for so long: then they are many, or few at least.
const GATHER: Duration = Duration::from_millis(4);

/// How much the reader takes at a time from the file, bytes.
const BATCH_BYTES: usize = 1 << 20;

/// The stream of one run.
#[derive(Debug)]
pub struct EventStream {
    begun: Monotonic,
    inner: Mutex<Inner>,
    /// Notified when there is something to read, or nothing more to come.
    filled: Condvar,
    /// Notified when something was read, and when nobody need wait for that any more.
    drained: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    seq: u64,
    /// The oldest events.
    memory: VecDeque<Entry>,
    memory_bytes: usize,
    /// Those that did not fit into memory.
    file: Option<Overflow>,
    /// Neither memory nor file had room for them. Only what must not be lost.
    rest: VecDeque<Entry>,
    /// The newest: notes that will go into the file together. There, one by one would cost whoever works many times as much.
    gathered: Option<Notes>,
    dropped: BTreeMap<u32, Dropped>,
    /// Nothing more will come.
    closed: bool,
    /// The reader has taken everything there will ever be.
    done: bool,
    reader_gone: bool,
    nobody_waits: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Dropped {
    lines: u64,
    bytes: u64,
}

impl EventStream {
    /// A stream whose clock begins at `begun`.
    pub fn new(begun: Monotonic) -> Self {
        Self {
            begun,
            inner: Mutex::default(),
            filled: Condvar::new(),
            drained: Condvar::new(),
        }
    }

    /// Tells of something that happened at that time. Never waits.
    pub fn emit(&self, at: Monotonic, kind: EventKind) {
        let t = self.time_of(at);
        let mut inner = self.inner.lock();
        if inner.reader_gone || inner.closed {
            return;
        }
        inner.tell(t, kind);
        drop(inner);
        self.filled.notify_one();
    }

    /// Adds a note, which is written in columns with others when there are many. Never waits.
    pub(crate) fn emit_note(&self, at: Monotonic, note: Note<'_>) {
        let t = self.time_of(at);
        let mut inner = self.inner.lock();
        if inner.reader_gone || inner.closed {
            return;
        }
        let first = inner.tell_note(t, note);
        drop(inner);
        if first {
            self.filled.notify_one();
        }
    }

    /// A moment on the run's own clock.
    pub(crate) fn time_of(&self, at: Monotonic) -> RunTime {
        RunTime {
            micros: at.nanos_since(self.begun) / 1000,
        }
    }

    /// Tells of something that happened now.
    pub fn emit_now(&self, kind: EventKind) {
        self.emit(Monotonic::now(), kind);
    }

    /// Adds the last event; later ones are dropped.
    pub fn finish(&self, kind: EventKind) {
        let t = self.time_of(Monotonic::now());
        let mut inner = self.inner.lock();
        if !inner.reader_gone && !inner.closed {
            inner.tell_dropped(t);
            inner.tell(t, kind);
        }
        inner.closed = true;
        drop(inner);
        self.filled.notify_all();
    }

    /// Waits while the reader lags so far behind that neither memory nor file has room.
    pub fn wait_for_room(&self) {
        let mut inner = self.inner.lock();
        while !inner.rest.is_empty() && !inner.reader_gone && !inner.nobody_waits {
            self.drained.wait(&mut inner);
        }
    }

    /// Nobody is to wait for room any more: the run is being stopped.
    pub fn stop_waiting(&self) {
        self.inner.lock().nobody_waits = true;
        self.drained.notify_all();
    }

    /// Waits until the reader has taken everything of a finished stream, or has gone; whether it has. `patience` says until
    /// when, and is asked again each time the reader takes something and when the run is being stopped.
    pub fn wait_until_read(&self, patience: impl Fn() -> Option<Instant>) -> bool {
        let mut inner = self.inner.lock();
        while !inner.done && !inner.reader_gone {
            match patience() {
                None => self.drained.wait(&mut inner),
                Some(deadline) => {
                    if self.drained.wait_until(&mut inner, deadline).timed_out() {
                        return inner.done;
                    }
                }
            }
        }
        true
    }

    /// Nobody reads any more: whatever comes is forgotten, and nobody waits for room.
    pub fn abandon(&self) {
        let mut inner = self.inner.lock();
        inner.reader_gone = true;
        inner.memory.clear();
        inner.rest.clear();
        inner.gathered = None;
        inner.file = None;
        drop(inner);
        self.drained.notify_all();
        self.filled.notify_all();
    }

    /// Waits for the next events, in order; `None` once there will be no more.
    pub fn next_batch(&self) -> Option<EventBatch> {
        let mut inner = self.inner.lock();
        loop {
            if inner.has_only_notes() {
                self.filled.wait_for(&mut inner, GATHER);
            }
            let batch = inner.take();
            if !batch.is_empty() {
                drop(inner);
                self.drained.notify_all();
                return Some(EventBatch::new(batch));
            }
            if inner.closed || inner.reader_gone {
                inner.done = true;
                drop(inner);
                self.drained.notify_all();
                return None;
            }
            self.filled.wait(&mut inner);
        }
    }
}

impl Inner {
    fn tell(&mut self, t: RunTime, kind: EventKind) {
        if self.is_full() {
            match &kind {
                EventKind::Output { pid, text, .. } => {
                    let dropped = self.dropped.entry(*pid).or_default();
                    dropped.lines += 1;
                    dropped.bytes += text.len() as u64 + 1;
                    return;
                }
                // The next one says the same again.
                EventKind::ProcessSampled { .. } | EventKind::Progress { .. } => return,
                _ => {}
            }
        } else {
            self.tell_dropped(t);
        }
        self.push(t, kind);
    }

    fn tell_dropped(&mut self, t: RunTime) {
        for (pid, Dropped { lines, bytes }) in std::mem::take(&mut self.dropped) {
            self.push(t, EventKind::OutputDropped { pid, lines, bytes });
        }
    }

    /// Whether neither memory nor file has room for one more event.
    fn is_full(&mut self) -> bool {
        if !self.rest.is_empty() {
            return true;
        }
        if self.memory_bytes <= MEMORY_BYTES && self.file.is_none() {
            return false;
        }
        if self.file.is_none() {
            self.file = Overflow::create().ok();
        }
        self.file.as_ref().is_none_or(Overflow::is_full)
    }

    /// Whether the note is the first that the reader does not know of.
    fn tell_note(&mut self, t: RunTime, note: Note<'_>) -> bool {
        let is_full = self.is_full();
        if !is_full {
            self.tell_dropped(t);
        }
        if is_full || self.file.is_some() {
            let notes = self.gathered.get_or_insert_with(|| Notes::after(self.seq));
            self.seq += notes.push(t, note);
            if notes.is_full() {
                self.place_gathered();
            }
            return true;
        }
        self.place_gathered();
        let first = self.memory.is_empty();
        if !matches!(self.memory.back(), Some(Entry::Notes(notes)) if !notes.is_full()) {
            self.memory.push_back(Entry::Notes(Notes::after(self.seq)));
        }
        if let Some(Entry::Notes(notes)) = self.memory.back_mut() {
            let before = notes.size();
            self.seq += notes.push(t, note);
            self.memory_bytes += notes.size() - before;
        }
        first
    }

    fn has_only_notes(&self) -> bool {
        !self.closed
            && self.memory.len() == 1
            && matches!(self.memory.front(), Some(Entry::Notes(notes)) if !notes.is_full())
    }

    fn push(&mut self, t: RunTime, kind: EventKind) {
        self.place_gathered();
        self.seq += 1;
        let event = RunEvent {
            seq: self.seq,
            t,
            kind,
        };
        let size = size_of_event(&event.kind);
        self.place(Entry::Event(event), size);
    }

    fn place_gathered(&mut self) {
        if let Some(notes) = self.gathered.take() {
            let size = notes.size();
            self.place(Entry::Notes(notes), size);
        }
    }

    /// Puts what is newest where there is room for it.
    fn place(&mut self, entry: Entry, size: usize) {
        if self.rest.is_empty() {
            if let Some(file) = &mut self.file {
                let mut lines = Vec::new();
                entry.write_lines(&mut lines);
                if file.append(&lines).is_ok() {
                    return;
                }
            } else if self.memory_bytes <= MEMORY_BYTES {
                self.memory_bytes += size;
                self.memory.push_back(entry);
                return;
            }
        }
        self.rest.push_back(entry);
    }

    fn take(&mut self) -> Vec<Entry> {
        if !self.memory.is_empty() {
            self.memory_bytes = 0;
            return std::mem::take(&mut self.memory).into();
        }
        if let Some(file) = &mut self.file {
            let lines = file.take(BATCH_BYTES);
            if file.is_empty() {
                self.file = None;
            }
            if !lines.is_empty() {
                return vec![Entry::Lines(lines)];
            }
        }
        let mut entries: Vec<_> = std::mem::take(&mut self.rest).into();
        entries.extend(self.gathered.take().map(Entry::Notes));
        entries
    }
}

/// What an event takes in memory, roughly, bytes.
fn size_of_event(kind: &EventKind) -> usize {
    const SMALL: usize = 256;
    SMALL
        + match kind {
            EventKind::Output { text, .. } => text.len(),
            EventKind::MainStep { call, args, .. } => call.len() + args.len(),
            EventKind::TaskSubmitted { call, .. } => call
                .args
                .iter()
                .chain(call.kwargs.values())
                .map(size_of_json)
                .sum(),
            EventKind::TaskFinished {
                value,
                value_preview,
                error,
                ..
            } => {
                let error = error
                    .as_ref()
                    .map_or(0, |error| error.message.len() + error.traceback.len());
                value.as_ref().map_or(0, size_of_json)
                    + value_preview.as_ref().map_or(0, String::len)
                    + error
            }
            EventKind::ItemPut(item) | EventKind::ItemGot(item) | EventKind::ItemReturned(item) => {
                item.item.as_ref().map_or(0, size_of_json)
                    + item.value_preview.as_ref().map_or(0, String::len)
            }
            EventKind::RequestRefused {
                request, reason, ..
            } => request.len() + reason.len(),
            _ => 0,
        }
}

fn size_of_json(value: &serde_json::Value) -> usize {
    const NODE: usize = 32;
    NODE + match value {
        serde_json::Value::String(text) => text.len(),
        serde_json::Value::Array(list) => list.iter().map(size_of_json).sum(),
        serde_json::Value::Object(map) => map
            .iter()
            .map(|(key, value)| key.len() + size_of_json(value))
            .sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
