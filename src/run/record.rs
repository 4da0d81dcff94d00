//! A recording: a run's events in a file, line by line as they were told.
//!
//! Writing one never fails the run. Whatever happens to the machine meanwhile, what is in the file is its beginning, and at
//! most its last line is cut.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::event::{EventKind, RunEvent, SCHEMA};
use crate::text::{Sentence, Worded, worded};

/// Writes a recording.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    /// None once it could not be written any more.
    file: Option<File>,
}

/// A recording could not be begun, or ends before its run. The run goes on.
#[derive(Debug, Error)]
pub struct RecordError {
    path: PathBuf,
    error: io::Error,
}

impl Worded for RecordError {
    fn sentence(&self) -> Sentence {
        Sentence::new("record-not-written")
            .with("path", self.path.display().to_string())
            .with("reason", Sentence::of_io(&self.error))
    }
}

worded!(RecordError);

impl Recorder {
    /// Begins a recording; what was in the file is gone.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, RecordError> {
        let path = path.into();
        match File::create(&path) {
            Ok(file) => Ok(Self {
                path,
                file: Some(file),
            }),
            Err(error) => Err(RecordError { path, error }),
        }
    }

    /// Adds lines of the stream. An error comes once: what is told later is not recorded, since a gap would be worse than an end.
    pub fn record(&mut self, lines: &[u8]) -> Result<(), RecordError> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.write_all(lines).map_err(|error| {
            self.file = None;
            let path = self.path.clone();
            RecordError { path, error }
        })
    }
}

/// A recording that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// Its events in order; the first is `run_started`.
    pub events: Vec<RunEvent>,
    /// How much at its end is no event, because the recording was cut there, bytes.
    pub cut_bytes: usize,
}

/// Why a file is no recording.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// It could not be read.
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// It does not begin as a recording does.
    Foreign {
        /// Which one.
        path: PathBuf,
    },
    /// A later version of this program wrote it.
    OtherSchema {
        /// Which one.
        path: PathBuf,
        /// What it says it is.
        schema: String,
    },
    /// A line before the last is no event.
    BadLine {
        /// In which one.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

impl Worded for RecordingError {
    fn sentence(&self) -> Sentence {
        let of = |key, path: &Path| Sentence::new(key).with("path", path.display().to_string());
        match self {
            Self::Unreadable { path, error } => {
                of("record-not-read", path).with("reason", Sentence::of_io(error))
            }
            Self::Foreign { path } => of("record-foreign", path),
            Self::OtherSchema { path, schema } => of("record-schema", path)
                .with("schema", schema)
                .with("known", SCHEMA),
            Self::BadLine { path, line, reason } => of("record-bad-line", path)
                .with("line", line.to_string())
                .with("reason", reason),
        }
    }
}

worded!(RecordingError);

impl Recording {
    /// Reads a recording, which may be cut anywhere.
    pub fn read(path: &Path) -> Result<Self, RecordingError> {
        let bytes = std::fs::read(path).map_err(|error| RecordingError::Unreadable {
            path: path.to_owned(),
            error,
        })?;
        Self::from_bytes(&bytes, path)
    }

    /// The recording with these bytes; `path` is what errors call it.
    fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self, RecordingError> {
        let mut events = Vec::new();
        let mut cut_bytes = 0;
        let mut lines = bytes.split_inclusive(|&byte| byte == b'\n').peekable();
        for number in 1.. {
            let Some(line) = lines.next() else { break };
            match event_from_line(line) {
                Ok(event) => events.push(event),
                // Only the last line can be cut, and one with its end is not.
                Err(_cut) if lines.peek().is_none() && !line.ends_with(b"\n") => {
                    cut_bytes = line.len();
                }
                Err(_foreign) if number == 1 => break,
                Err(reason) => {
                    return Err(RecordingError::BadLine {
                        path: path.to_owned(),
                        line: number,
                        reason,
                    });
                }
            }
        }
        match events.first().map(|event| &event.kind) {
            Some(EventKind::RunStarted { schema, .. }) if schema == SCHEMA => {
                Ok(Self { events, cut_bytes })
            }
            Some(EventKind::RunStarted { schema, .. }) => Err(RecordingError::OtherSchema {
                path: path.to_owned(),
                schema: schema.clone(),
            }),
            _ => Err(RecordingError::Foreign {
                path: path.to_owned(),
            }),
        }
    }

    /// Whether it has the run's end.
    pub fn is_whole(&self) -> bool {
        let last = self.events.last().map(|event| &event.kind);
        matches!(last, Some(EventKind::RunFinished { .. }))
    }
}

fn event_from_line(line: &[u8]) -> Result<RunEvent, String> {
    let text = str::from_utf8(line).map_err(|error| error.to_string())?;
    RunEvent::from_json(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning and the end of a run of the real program, with what is not ASCII in it.
    fn whole() -> Vec<u8> {
        let text = include_str!("../../tests/data/events-1/pool-callback.jsonl");
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        let some = [&lines[..1], &lines[lines.len() - 12..]].concat().concat();
        some.replace("pid=", "进程=").into_bytes()
    }

    fn read(bytes: &[u8]) -> Result<Recording, RecordingError> {
        Recording::from_bytes(bytes, Path::new("it"))
    }

    #[test]
    fn a_cut_costs_at_most_the_last_line() {
        let bytes = whole();
        let all = read(&bytes).unwrap();
        assert!(all.is_whole() && all.cut_bytes == 0);
        let first = bytes.iter().position(|&byte| byte == b'\n').unwrap();
        for end in first..bytes.len() {
            let (kept, _) = bytes.split_at(end);
            let read = read(kept).unwrap_or_else(|error| panic!("cut at {end}: {error}"));
            let complete = kept.split(|&byte| byte == b'\n').count() - 1;
            // A line that lacks nothing but its end is read too.
            assert!(
                (complete..=complete + 1).contains(&read.events.len()),
                "{end}"
            );
            assert_eq!(read.events, all.events[..read.events.len()]);
            let begun = kept.rsplit(|&byte| byte == b'\n').next().unwrap().len();
            let lost = if read.events.len() == complete {
                begun
            } else {
                0
            };
            assert_eq!(read.cut_bytes, lost, "{end}");
        }
        for end in 0..first {
            let error = read(&bytes[..end]).unwrap_err();
            assert!(matches!(error, RecordingError::Foreign { .. }), "{error}");
        }
    }

    #[test]
    fn what_is_no_recording_is_refused_with_the_reason() {
        for foreign in ["", "hello\n", "{}\n{}\n", "\u{0}"] {
            let error = read(foreign.as_bytes()).unwrap_err().to_string();
            assert_eq!(
                error,
                "it is no recording: its first line is not the event run_started"
            );
        }
        let newer = String::from_utf8(whole()).unwrap();
        let newer = newer.replace("proclab.events/1", "proclab.events/2");
        let error = read(newer.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            error,
            "it is a recording of schema 'proclab.events/2'; this version reads 'proclab.events/1'"
        );
        let mut broken = whole();
        let first = broken.iter().position(|&byte| byte == b'\n').unwrap();
        broken[first + 2] = b'!';
        let error = read(&broken).unwrap_err().to_string();
        assert!(error.starts_with("it, line 2: "), "{error}");
    }

    #[test]
    fn a_recorder_that_cannot_go_on_says_so_once() {
        let mut recorder = Recorder::create("/dev/full").unwrap();
        let lines = whole();
        let error = recorder.record(&lines).unwrap_err().to_string();
        assert!(
            error.starts_with("could not write the recording /dev/full: No space left"),
            "{error}"
        );
        assert!(recorder.record(&lines).is_ok());
    }
}
