//! What the processes of a run wrote and what happened to them: bounded in lines and bytes, and indexed by pid.

mod line;

use std::collections::{HashMap, VecDeque};

use crate::run::event::RunTime;

pub use line::{LineKind, LogLine, Note};

/// So many lines are kept at most.
pub const LINES_KEPT: usize = 200_000;

/// So many bytes of text are kept at most.
pub const BYTES_KEPT: usize = 64 << 20;

/// What a line costs beside its text, bytes.
const LINE_OVERHEAD: usize = 96;

/// Which lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LogSource {
    /// Those of all processes, in the order in which they came.
    #[default]
    All,
    /// Those of one process.
    Pid(u32),
}

/// Lines left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Left out of the stream because the reader was too slow.
    pub in_stream: u64,
    /// Kept no longer here.
    pub here: u64,
}

#[derive(Debug, Default)]
struct PidLines {
    /// Numbers of its lines, in rising order.
    numbers: VecDeque<u64>,
    dropped: Dropped,
    first_of_task: HashMap<u64, u64>,
}

/// The last lines of a run. Each line has a number, from 0, that it keeps when older ones go.
#[derive(Debug)]
pub struct LogStore {
    lines: VecDeque<LogLine>,
    /// The number of the first line kept.
    first: u64,
    bytes: usize,
    by_pid: HashMap<u32, PidLines>,
    /// Pids in order of their first line.
    pids: Vec<u32>,
    dropped_in_stream: u64,
    /// How many of the lines kept are notes.
    notes: usize,
    /// How often something became known that changes the words of a note.
    rewritten: u64,
    max_lines: usize,
    max_bytes: usize,
}

impl Default for LogStore {
    fn default() -> Self {
        Self::with_limits(LINES_KEPT, BYTES_KEPT)
    }
}

impl LogStore {
    /// An empty store that keeps at most so many lines and bytes.
    pub fn with_limits(max_lines: usize, max_bytes: usize) -> Self {
        Self {
            lines: VecDeque::new(),
            first: 0,
            bytes: 0,
            by_pid: HashMap::new(),
            pids: Vec::new(),
            dropped_in_stream: 0,
            notes: 0,
            rewritten: 0,
            max_lines: max_lines.max(1),
            max_bytes,
        }
    }

    /// Adds a line; the oldest ones go where there is no room.
    pub fn push(&mut self, line: LogLine) {
        let number = self.end();
        self.bytes += line.text.len() + LINE_OVERHEAD;
        self.notes += usize::from(line.is_note());
        let entry = self.by_pid.entry(line.pid).or_insert_with(|| {
            self.pids.push(line.pid);
            PidLines::default()
        });
        entry.numbers.push_back(number);
        if let Some(task) = line.task {
            entry.first_of_task.entry(task).or_insert(number);
        }
        self.lines.push_back(line);
        while self.lines.len() > self.max_lines
            || (self.bytes > self.max_bytes && self.lines.len() > 1)
        {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(line) = self.lines.pop_front() else {
            return;
        };
        self.first += 1;
        self.notes -= usize::from(line.is_note());
        self.bytes = self.bytes.saturating_sub(line.text.len() + LINE_OVERHEAD);
        if let Some(entry) = self.by_pid.get_mut(&line.pid) {
            entry.numbers.pop_front();
            entry.dropped.here += 1;
        }
    }

    /// Notes that lines were left out of the stream.
    pub fn note_dropped(&mut self, pid: u32, lines: u64) {
        self.dropped_in_stream = self.dropped_in_stream.saturating_add(lines);
        let entry = self.by_pid.entry(pid).or_insert_with(|| {
            self.pids.push(pid);
            PidLines::default()
        });
        entry.dropped.in_stream = entry.dropped.in_stream.saturating_add(lines);
    }

    /// Says that the words of a note may have changed.
    pub fn note_rewritten(&mut self) {
        self.rewritten += 1;
    }

    /// Rises whenever the words of a note may have changed.
    pub fn rewritten(&self) -> u64 {
        self.rewritten
    }

    /// The number after the last line's: with it a view knows whether anything is new.
    pub fn end(&self) -> u64 {
        self.first + self.lines.len() as u64
    }

    /// The number of the oldest line kept.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The bytes that the lines take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Pids in order of their first line.
    pub fn pids(&self) -> &[u32] {
        &self.pids
    }

    /// How many lines are kept.
    pub fn len(&self, source: LogSource) -> usize {
        match source {
            LogSource::All => self.lines.len(),
            LogSource::Pid(pid) => self.by_pid.get(&pid).map_or(0, |entry| entry.numbers.len()),
        }
    }

    /// How many of the lines kept are notes; the others were written by the processes.
    pub fn notes(&self) -> usize {
        self.notes
    }

    /// Whether no line is kept.
    pub fn is_empty(&self, source: LogSource) -> bool {
        self.len(source) == 0
    }

    /// The number of the line in a row of a view of `source`.
    pub fn number_at(&self, source: LogSource, row: usize) -> Option<u64> {
        match source {
            LogSource::All => (row < self.lines.len()).then(|| self.first + row as u64),
            LogSource::Pid(pid) => self.by_pid.get(&pid)?.numbers.get(row).copied(),
        }
    }

    /// The row that a line has in a view of `source`.
    pub fn row_of(&self, source: LogSource, number: u64) -> Option<usize> {
        match source {
            LogSource::All => {
                let row = usize::try_from(number.checked_sub(self.first)?).ok()?;
                (row < self.lines.len()).then_some(row)
            }
            LogSource::Pid(pid) => self.by_pid.get(&pid)?.numbers.binary_search(&number).ok(),
        }
    }

    /// The first row of a view of `source` whose line has this number or a later one.
    pub fn row_from(&self, source: LogSource, number: u64) -> usize {
        match source {
            LogSource::All => usize::try_from(number.saturating_sub(self.first))
                .unwrap_or(usize::MAX)
                .min(self.lines.len()),
            LogSource::Pid(pid) => self
                .by_pid
                .get(&pid)
                .map_or(0, |entry| entry.numbers.partition_point(|n| *n < number)),
        }
    }

    /// The number of the first line at or after a moment; of the last one, where none is.
    pub fn number_from(&self, t: RunTime) -> Option<u64> {
        let last = self.lines.len().checked_sub(1)?;
        let row = self.lines.partition_point(|line| line.t < t).min(last);
        Some(self.first + row as u64)
    }

    /// A line by its number.
    pub fn line(&self, number: u64) -> Option<&LogLine> {
        self.lines
            .get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// The first line that this process wrote while it ran this task; `None` once it is kept no longer.
    pub fn first_of_task(&self, pid: u32, task: u64) -> Option<u64> {
        let number = *self.by_pid.get(&pid)?.first_of_task.get(&task)?;
        (number >= self.first).then_some(number)
    }

    /// Lines left out.
    pub fn dropped(&self, source: LogSource) -> Dropped {
        match source {
            LogSource::All => Dropped {
                in_stream: self.dropped_in_stream,
                here: self.first,
            },
            LogSource::Pid(pid) => self
                .by_pid
                .get(&pid)
                .map_or_else(Dropped::default, |entry| entry.dropped),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::event::Stream;

    fn line(pid: u32, text: &str) -> LogLine {
        LogLine {
            t: RunTime::default(),
            pid,
            kind: LineKind::Output(Stream::Stdout),
            task: Some(u64::from(pid) * 10),
            text: text.into(),
            continued: false,
            partial: false,
        }
    }

    fn texts(log: &LogStore, source: LogSource) -> Vec<&str> {
        (0..log.len(source))
            .map(|row| &*log.line(log.number_at(source, row).unwrap()).unwrap().text)
            .collect()
    }

    #[test]
    fn each_pid_has_its_lines_and_all_have_all() {
        let mut log = LogStore::default();
        for (pid, text) in [(1, "a"), (2, "b"), (1, "c")] {
            log.push(line(pid, text));
        }
        assert_eq!(texts(&log, LogSource::All), ["a", "b", "c"]);
        assert_eq!(texts(&log, LogSource::Pid(1)), ["a", "c"]);
        assert_eq!(texts(&log, LogSource::Pid(9)), [""; 0]);
        assert_eq!(log.row_of(LogSource::Pid(1), 2), Some(1));
        assert_eq!(log.row_of(LogSource::Pid(1), 1), None);
        assert_eq!(log.row_of(LogSource::All, 7), None);
        assert_eq!(log.row_from(LogSource::Pid(1), 1), 1);
        assert_eq!(log.pids(), [1, 2]);
    }

    #[test]
    fn old_lines_go_and_are_counted() {
        let mut log = LogStore::with_limits(3, usize::MAX);
        for i in 0..10_u32 {
            log.push(line(i % 2, &i.to_string()));
        }
        assert_eq!(texts(&log, LogSource::All), ["7", "8", "9"]);
        assert_eq!(texts(&log, LogSource::Pid(0)), ["8"]);
        assert_eq!(log.dropped(LogSource::All).here, 7);
        assert_eq!(log.dropped(LogSource::Pid(0)).here, 4);
        assert_eq!(log.number_at(LogSource::Pid(1), 0), Some(7));
        assert_eq!(log.line(6), None);
        assert_eq!(log.first_of_task(1, 10), None, "its first line has gone");
    }

    #[test]
    fn bytes_are_bounded_and_the_newest_line_stays() {
        let mut log = LogStore::with_limits(100, 1000);
        for _ in 0..50 {
            log.push(line(1, &"x".repeat(200)));
        }
        assert!(log.bytes() <= 1000, "{}", log.bytes());
        log.push(line(1, &"y".repeat(5000)));
        assert_eq!(log.len(LogSource::All), 1);
        log.note_dropped(1, 12);
        assert_eq!(log.dropped(LogSource::Pid(1)).in_stream, 12);
        assert_eq!(log.dropped(LogSource::All).here, 50);
    }

    #[test]
    fn a_task_leads_to_its_first_line() {
        let mut log = LogStore::default();
        log.push(line(2, "a"));
        log.push(line(2, "b"));
        assert_eq!(log.first_of_task(2, 20), Some(0));
        assert_eq!(log.first_of_task(3, 20), None);
    }
}
