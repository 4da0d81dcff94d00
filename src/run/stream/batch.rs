//! The next events of a run, as a reader takes them.

use super::notes::Notes;
use crate::run::event::RunEvent;

/// The next events of a run, which each reader takes in the form it needs: packing, reading back and writing are its work.
#[derive(Debug)]
pub struct EventBatch {
    entries: Vec<Entry>,
    /// Made when they are asked for first.
    lines: Option<Vec<u8>>,
}

/// A part of a batch.
#[derive(Debug)]
pub(super) enum Entry {
    Event(RunEvent),
    Notes(Notes),
    /// What was in the file.
    Lines(Vec<u8>),
}

impl EventBatch {
    pub(super) fn new(entries: Vec<Entry>) -> Self {
        Self {
            entries,
            lines: None,
        }
    }

    /// As lines of JSON, each with its end.
    pub fn lines(&mut self) -> &[u8] {
        let Self { entries, lines } = self;
        lines.get_or_insert_with(|| {
            let mut lines = Vec::new();
            for entry in entries {
                entry.write_lines(&mut lines);
            }
            lines
        })
    }

    /// As events.
    pub fn into_events(self) -> Vec<RunEvent> {
        let mut events = Vec::with_capacity(self.entries.len());
        for entry in self.entries {
            match entry {
                Entry::Event(event) => events.push(event),
                Entry::Notes(notes) => events.extend(notes.into_events()),
                Entry::Lines(lines) => {
                    // Written by ourselves, each of them an event.
                    let lines = lines.split(|&byte| byte == b'\n');
                    let read = |line| RunEvent::from_json(str::from_utf8(line).ok()?).ok();
                    events.extend(lines.filter_map(read));
                }
            }
        }
        events
    }
}

impl From<Vec<RunEvent>> for EventBatch {
    fn from(events: Vec<RunEvent>) -> Self {
        Self::new(events.into_iter().map(Entry::Event).collect())
    }
}

impl Entry {
    pub(super) fn write_lines(&self, to: &mut Vec<u8>) {
        match self {
            Self::Event(event) => event.write_line(to),
            Self::Notes(notes) => notes.write_lines(to),
            Self::Lines(lines) => to.extend_from_slice(lines),
        }
    }
}
