//! Finding lines: a list of hits that grows with the log, a few lines at a time.

use std::borrow::Cow;

use crate::run::log::{LogLine, LogSource, LogStore};

/// So many lines are looked at for one picture.
const LOOKED_AT: usize = 20_000;

/// The lines that contain a text.
#[derive(Clone, Debug, Default)]
pub struct Search {
    text: String,
    /// What the hits below were found for.
    needle: String,
    source: LogSource,
    hits: Vec<u64>,
    /// The number of the first line not looked at yet.
    next: u64,
    /// How often words of notes had changed when the lines were looked at.
    rewritten: u64,
    is_behind: bool,
}

impl Search {
    /// The text looked for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text looked for, to be typed into.
    pub fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    /// Whether anything is looked for.
    pub fn is_active(&self) -> bool {
        !self.text.is_empty()
    }

    /// Whether lines are still to be looked at.
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Looks at the lines that are new, as far as one picture's time allows.
    pub fn update(
        &mut self,
        log: &LogStore,
        source: LogSource,
        words: impl Fn(&LogLine) -> Cow<'_, str>,
    ) {
        if !self.is_active() {
            self.is_behind = false;
            return;
        }
        let needle = self.text.to_lowercase();
        // The end of the log lies before what was looked at only when another run is shown.
        if needle != self.needle
            || source != self.source
            || log.end() < self.next
            || log.rewritten() != self.rewritten
        {
            self.needle = needle;
            self.source = source;
            self.rewritten = log.rewritten();
            self.hits.clear();
            self.next = 0;
        }
        let gone = self.hits.partition_point(|number| *number < log.first());
        if gone > 0 {
            self.hits.drain(..gone);
        }
        let mut row = log.row_from(source, self.next);
        let last = log.len(source).min(row + LOOKED_AT);
        while row < last {
            let Some(number) = log.number_at(source, row) else {
                break;
            };
            if log
                .line(number)
                .is_some_and(|line| words(line).to_lowercase().contains(&self.needle))
            {
                self.hits.push(number);
            }
            self.next = number + 1;
            row += 1;
        }
        self.is_behind = row < log.len(source);
    }

    /// How many lines are shown.
    pub fn len(&self, log: &LogStore, source: LogSource) -> usize {
        if self.is_active() {
            self.hits.len()
        } else {
            log.len(source)
        }
    }

    /// The number of the line shown in a row.
    pub fn number_at(&self, log: &LogStore, source: LogSource, row: usize) -> Option<u64> {
        if self.is_active() {
            self.hits.get(row).copied()
        } else {
            log.number_at(source, row)
        }
    }

    /// The row in which a line is shown.
    pub fn row_of(&self, log: &LogStore, source: LogSource, number: u64) -> Option<usize> {
        if self.is_active() {
            self.hits.binary_search(&number).ok()
        } else {
            log.row_of(source, number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::event::{RunTime, Stream};
    use crate::run::log::LineKind;

    fn written(line: &LogLine) -> Cow<'_, str> {
        Cow::Borrowed(&line.text)
    }

    fn push(log: &mut LogStore, pid: u32, text: &str) {
        log.push(LogLine {
            t: RunTime::default(),
            pid,
            kind: LineKind::Output(Stream::Stdout),
            task: None,
            text: text.into(),
            continued: false,
            partial: false,
        });
    }

    fn shown(search: &Search, log: &LogStore, source: LogSource) -> Vec<u64> {
        (0..search.len(log, source))
            .map(|row| search.number_at(log, source, row).unwrap())
            .collect()
    }

    #[test]
    fn hits_grow_with_the_log_and_go_with_it() {
        let mut log = LogStore::with_limits(4, usize::MAX);
        for text in ["start work0", "end work0", "Start work1"] {
            push(&mut log, 1, text);
        }
        let mut search = Search::default();
        search.update(&log, LogSource::All, written);
        assert_eq!(shown(&search, &log, LogSource::All), [0, 1, 2]);
        search.text_mut().push_str("START");
        search.update(&log, LogSource::All, written);
        assert_eq!(shown(&search, &log, LogSource::All), [0, 2]);
        push(&mut log, 2, "start");
        push(&mut log, 2, "start");
        search.update(&log, LogSource::All, written);
        assert_eq!(
            shown(&search, &log, LogSource::All),
            [2, 3, 4],
            "0 is kept no longer"
        );
        search.update(&log, LogSource::Pid(1), written);
        assert_eq!(shown(&search, &log, LogSource::Pid(1)), [2]);
        assert_eq!(search.row_of(&log, LogSource::Pid(1), 2), Some(0));
    }

    #[test]
    fn a_long_log_is_looked_at_in_parts() {
        let mut log = LogStore::default();
        for _ in 0..LOOKED_AT + 10 {
            push(&mut log, 1, "x");
        }
        let mut search = Search::default();
        search.text_mut().push('x');
        search.update(&log, LogSource::All, written);
        assert!(search.is_behind());
        assert_eq!(search.len(&log, LogSource::All), LOOKED_AT);
        search.update(&log, LogSource::All, written);
        assert!(!search.is_behind());
        assert_eq!(search.len(&log, LogSource::All), LOOKED_AT + 10);
    }
}
