//! The way from whoever has something to tell to the one reader of a run's events.
//!
//! Events get their number here, in one order for all threads. A reader that lags is served from memory, then from a file
//! without a name; when that is full too, lines of output are dropped and counted, and whoever tells anything else waits.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};

use parking_lot::{Condvar, Mutex};

use super::event::{EventKind, RunEvent, RunTime};
use crate::os::Monotonic;

/// Events kept in memory for the reader, bytes as JSON would take them, roughly.
const MEMORY_BYTES: usize = 4 << 20;

/// Events kept in the file, bytes.
const FILE_BYTES: u64 = 256 << 20;

/// How much the reader takes at a time from the file, events.
const BATCH_EVENTS: usize = 4096;

/// The stream of one run.
#[derive(Debug)]
pub struct EventStream {
    begun: Monotonic,
    inner: Mutex<Inner>,
    /// Notified when there is something to read, or nothing more to come.
    filled: Condvar,
    /// Notified when there is room.
    drained: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    seq: u64,
    memory: VecDeque<RunEvent>,
    memory_bytes: usize,
    file: Option<Overflow>,
    dropped: BTreeMap<u32, (u64, u64)>,
    closed: bool,
    reader_gone: bool,
}

/// Events that did not fit into memory, as JSON lines.
#[derive(Debug)]
struct Overflow {
    file: File,
    read_at: u64,
    written_to: u64,
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

    /// Tells of something that happened at that time.
    pub fn emit(&self, at: Monotonic, kind: EventKind) {
        let t = RunTime {
            micros: at.nanos_since(self.begun) / 1000,
        };
        let mut inner = self.inner.lock();
        while !inner.reader_gone && !inner.has_room() {
            if let EventKind::Output { pid, text, .. } = &kind {
                let (lines, bytes) = inner.dropped.entry(*pid).or_default();
                *lines += 1;
                *bytes += text.len() as u64 + 1;
                return;
            }
            self.drained.wait(&mut inner);
        }
        if inner.reader_gone || inner.closed {
            return;
        }
        for (pid, (lines, bytes)) in std::mem::take(&mut inner.dropped) {
            inner.push(t, EventKind::OutputDropped { pid, lines, bytes });
        }
        inner.push(t, kind);
        drop(inner);
        self.filled.notify_one();
    }

    /// Tells of something that happened now.
    pub fn emit_now(&self, kind: EventKind) {
        self.emit(Monotonic::now(), kind);
    }

    /// Nothing more will come.
    pub fn close(&self) {
        self.inner.lock().closed = true;
        self.filled.notify_all();
    }

    /// Nobody reads any more: whatever comes is forgotten, and nobody waits for room.
    pub fn abandon(&self) {
        let mut inner = self.inner.lock();
        inner.reader_gone = true;
        inner.memory.clear();
        inner.file = None;
        drop(inner);
        self.drained.notify_all();
        self.filled.notify_all();
    }

    /// Waits for the next events, in order; `None` once there will be no more.
    pub fn next_batch(&self) -> Option<Vec<RunEvent>> {
        let mut inner = self.inner.lock();
        loop {
            let batch = inner.take();
            if !batch.is_empty() {
                drop(inner);
                self.drained.notify_all();
                return Some(batch);
            }
            if inner.closed || inner.reader_gone {
                return None;
            }
            self.filled.wait(&mut inner);
        }
    }
}

impl Inner {
    fn has_room(&self) -> bool {
        match &self.file {
            Some(overflow) => overflow.written_to < FILE_BYTES,
            None => true,
        }
    }

    fn push(&mut self, t: RunTime, kind: EventKind) {
        self.seq += 1;
        let event = RunEvent {
            seq: self.seq,
            t,
            kind,
        };
        if self.file.is_none() && self.memory_bytes > MEMORY_BYTES {
            // Without a file (a full disk) memory has to do.
            self.file = tempfile::tempfile().ok().map(|file| Overflow {
                file,
                read_at: 0,
                written_to: 0,
            });
        }
        if let Some(overflow) = &mut self.file {
            match overflow.append(&event) {
                Ok(()) => return,
                Err(_full_disk) if overflow.read_at < overflow.written_to => {
                    // What is in the file must come first; a line is the least that can be lost.
                    if let EventKind::Output { pid, text, .. } = &event.kind {
                        let (lines, bytes) = self.dropped.entry(*pid).or_default();
                        *lines += 1;
                        *bytes += text.len() as u64 + 1;
                        return;
                    }
                    let rest = overflow.take(usize::MAX);
                    self.memory_bytes += rest.iter().map(size_of_event).sum::<usize>();
                    self.memory.extend(rest);
                    self.file = None;
                }
                Err(_full_disk) => self.file = None,
            }
        }
        self.memory_bytes += size_of_event(&event);
        self.memory.push_back(event);
    }

    fn take(&mut self) -> Vec<RunEvent> {
        if !self.memory.is_empty() {
            self.memory_bytes = 0;
            return std::mem::take(&mut self.memory).into();
        }
        let Some(overflow) = &mut self.file else {
            return Vec::new();
        };
        let batch = overflow.take(BATCH_EVENTS);
        if overflow.read_at >= overflow.written_to {
            self.file = None;
        }
        batch
    }
}

impl Overflow {
    fn append(&mut self, event: &RunEvent) -> std::io::Result<()> {
        let mut line = event.to_json();
        line.push('\n');
        self.file.seek(SeekFrom::Start(self.written_to))?;
        self.file.write_all(line.as_bytes())?;
        self.written_to += line.len() as u64;
        Ok(())
    }

    fn take(&mut self, most: usize) -> Vec<RunEvent> {
        let mut batch = Vec::new();
        let mut line = String::new();
        if self.file.seek(SeekFrom::Start(self.read_at)).is_err() {
            self.read_at = self.written_to;
        }
        let mut reader = BufReader::new(&self.file);
        while batch.len() < most && self.read_at < self.written_to {
            line.clear();
            match reader.read_line(&mut line) {
                Ok(count) if count > 0 => self.read_at += count as u64,
                // A file that cannot be read back has nothing more to give.
                _ => self.read_at = self.written_to,
            }
            batch.extend(RunEvent::from_json(line.trim_end()).ok());
        }
        batch
    }
}

/// What an event takes, roughly: most have a few small fields.
fn size_of_event(event: &RunEvent) -> usize {
    const SMALL: usize = 256;
    match &event.kind {
        EventKind::Output { text, .. } => SMALL + text.len(),
        EventKind::TaskSubmitted { .. }
        | EventKind::TaskFinished { .. }
        | EventKind::RunStarted { .. } => 4 * SMALL,
        _ => SMALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::event::Stream;

    fn output(text: String) -> EventKind {
        EventKind::Output {
            pid: 1,
            stream: Stream::Stdout,
            text,
            task: None,
            continued: false,
            partial: false,
        }
    }

    #[test]
    fn a_reader_that_lags_loses_nothing() {
        let stream = EventStream::new(Monotonic { nanos: 1000 });
        let line = "x".repeat(10_000);
        let count = 1000_u64; // 10 MB: more than memory keeps.
        for number in 0..count {
            stream.emit(
                Monotonic {
                    nanos: 1000 + number * 1000,
                },
                output(format!("{number} {line}")),
            );
        }
        assert!(
            stream.inner.lock().file.is_some(),
            "the rest is in the file"
        );
        stream.close();
        let mut seen = 0;
        while let Some(batch) = stream.next_batch() {
            for event in batch {
                assert_eq!((event.seq, event.t.micros), (seen + 1, seen));
                assert_eq!(event.kind, output(format!("{seen} {line}")));
                seen += 1;
            }
        }
        assert_eq!(seen, count);
    }

    #[test]
    fn events_come_in_the_order_of_their_numbers_through_file_and_memory() {
        let stream = EventStream::new(Monotonic::default());
        let big = || output("x".repeat(100_000));
        (0..100).for_each(|_| stream.emit(Monotonic::default(), big()));
        let mut seen: Vec<u64> = stream
            .next_batch()
            .unwrap()
            .iter()
            .map(|event| event.seq)
            .collect();
        stream.emit(Monotonic::default(), big());
        stream.close();
        while let Some(batch) = stream.next_batch() {
            seen.extend(batch.iter().map(|event| event.seq));
        }
        assert_eq!(seen, (1..=101).collect::<Vec<_>>());
    }

    #[test]
    fn an_abandoned_stream_holds_nobody_up() {
        let stream = EventStream::new(Monotonic::default());
        stream.abandon();
        stream.emit_now(output(String::new()));
        assert_eq!(stream.next_batch(), None);
    }
}
