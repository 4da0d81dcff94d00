//! Reads documents from files: one document, one process a line, or the stream of `proclab watch`, of which one is chosen.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use super::format::PROCESS_SCHEMA;
use super::host::HostRecord;
use super::record::{Document, SCHEMA};
use super::selection::SelectionRecord;
use super::slot::Slot;
use super::table::ProcessRecord;

/// Larger documents are not read: no machine has so many processes.
pub(super) const LARGEST: u64 = 1 << 30;

/// How a document begins that stands in one line.
pub(super) const HEAD: &str = "{\"schema\":\"";

/// Which document of a file that has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The first.
    First,
    /// The last that is whole.
    Last,
    /// This one, counted from 1.
    Number(u64),
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The document.
    pub document: Document,
    /// True if the file ends in the middle of a later one, which was left aside.
    pub is_cut: bool,
}

/// Why there is no document.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file system refused.
    #[error("could not read {path}: {source}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is nothing in it.
    #[error("{} is empty", path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
    },
    /// It is not for us.
    #[error("{} is {reason}", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What it is instead, in words that follow "is".
        reason: Foreign,
    },
    /// It ends too early.
    #[error("{} ends in the middle of a document: it was cut off", path.display())]
    CutOff {
        /// Which file.
        path: PathBuf,
    },
    /// There are not so many documents in it.
    #[error("{} has {count} documents, so there is no number {number}", path.display())]
    NoSuchNumber {
        /// Which file.
        path: PathBuf,
        /// What was asked for.
        number: u64,
        /// How many there are.
        count: u64,
    },
}

/// What a file is that is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Foreign {
    /// No JSON at all.
    #[error("no JSON (line {line}: {reason}); export as JSON or NDJSON to compare")]
    NotJson {
        /// Where.
        line: u64,
        /// What the parser says.
        reason: String,
    },
    /// JSON of somebody else.
    #[error("JSON, but no snapshot of Proclab: it has no `schema`")]
    NoSchema,
    /// JSON of ours, but something else.
    #[error("no snapshot: its schema is `{0}`, not `{SCHEMA}`")]
    OtherSchema(String),
    /// A snapshot that is not as it must be.
    #[error("a damaged snapshot (line {line}: {reason})")]
    Damaged {
        /// Where.
        line: u64,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
    #[serde(default)]
    taken_at: String,
    #[serde(default)]
    boot_id: Option<String>,
    #[serde(default)]
    selection: Slot<SelectionRecord>,
}

#[derive(Deserialize)]
struct HostName {
    host: String,
}

/// Reads a document from a file.
pub fn read_file(path: &Path, which: Which) -> Result<Found, ReadError> {
    let failed = |source| ReadError::File {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let mut reader = Reader {
        path,
        input: BufReader::with_capacity(1 << 16, file),
        line: 0,
        text: String::new(),
    };
    reader.read(which)
}

struct Reader<'a, R> {
    path: &'a Path,
    input: R,
    line: u64,
    text: String,
}

/// A document of the file, and the line it begins at.
struct Piece {
    line: u64,
    text: String,
}

impl<R: BufRead> Reader<'_, R> {
    fn read(&mut self, which: Which) -> Result<Found, ReadError> {
        let path = self.path.to_owned();
        // A byte order mark is no part of the text.
        if !self.next_line()? {
            return Err(ReadError::Empty { path });
        }
        if let Some(text) = self.text.strip_prefix('\u{feff}') {
            self.text = text.to_owned();
        }
        let first = std::mem::take(&mut self.text);
        match serde_json::from_str::<Head>(&first) {
            Ok(head) if head.schema.as_deref() == Some(PROCESS_SCHEMA) => {
                self.processes(first, which)
            }
            Ok(_) => self.stream(first, which),
            // Torn, or damaged: others may follow.
            Err(_torn) if first.starts_with(HEAD) && first.ends_with('\n') => {
                self.stream(first, which)
            }
            Err(error) if error.is_eof() => self.whole(first, which),
            Err(error) => Err(self.foreign(&first, 1, &error)),
        }
    }

    /// The next line that is not blank; false at the end.
    fn next_line(&mut self) -> Result<bool, ReadError> {
        loop {
            self.text.clear();
            let read = self.input.by_ref().take(LARGEST).read_line(&mut self.text);
            let count = read.map_err(|source| self.unreadable(source))?;
            if count == 0 {
                return Ok(false);
            }
            self.line += 1;
            if !self.text.trim().is_empty() {
                return Ok(true);
            }
        }
    }

    fn unreadable(&self, source: io::Error) -> ReadError {
        let path = self.path.to_owned();
        if source.kind() == io::ErrorKind::InvalidData {
            let reason = "it is not UTF-8".to_owned();
            let line = self.line + 1;
            let reason = Foreign::NotJson { line, reason };
            return ReadError::Foreign { path, reason };
        }
        ReadError::File { path, source }
    }

    /// One document over many lines.
    fn whole(&mut self, mut text: String, which: Which) -> Result<Found, ReadError> {
        let line = self.line;
        let read = self.input.by_ref().take(LARGEST).read_to_string(&mut text);
        read.map_err(|source| self.unreadable(source))?;
        self.only(which, 1)?;
        self.parse(&Piece { line, text }, false)
    }

    /// One document a line. Lines that were torn, and behind which the stream was gone on with, are none.
    fn stream(&mut self, first: String, which: Which) -> Result<Found, ReadError> {
        let mut piece = Piece {
            line: self.line,
            text: first,
        };
        let (mut before, mut chosen) = (None, None);
        let mut number = 0;
        let is_cut = loop {
            let is_cut = !is_whole(&piece.text, which);
            if !is_cut {
                number += 1;
                before = chosen.replace(piece);
            }
            let is_found = which == Which::Number(number) || which == Which::First;
            if (is_found && chosen.is_some()) || !self.next_line()? {
                break is_cut;
            }
            piece = Piece {
                line: self.line,
                text: std::mem::take(&mut self.text),
            };
        };
        self.only(which, number)?;
        let Some(chosen) = chosen else {
            let path = self.path.to_owned();
            return Err(ReadError::CutOff { path });
        };
        match (self.parse(&chosen, is_cut), before) {
            // Whoever wrote it was stopped in the middle of a line: the one before is whole.
            (Err(ReadError::CutOff { .. }), Some(before)) if which == Which::Last => {
                self.parse(&before, true)
            }
            (found, _) => found,
        }
    }

    /// One process a line; those of one moment are a document.
    fn processes(&mut self, first: String, which: Which) -> Result<Found, ReadError> {
        let mut piece = Piece {
            line: self.line,
            text: first,
        };
        let mut number = 0;
        let mut document: Option<Document> = None;
        let mut is_cut = false;
        loop {
            let is_last = !piece.text.ends_with('\n');
            let head = match serde_json::from_str::<Head>(&piece.text) {
                Err(error) if error.is_eof() && is_last && document.is_some() => {
                    is_cut = true;
                    break;
                }
                head => head.map_err(|error| self.foreign(&piece.text, piece.line, &error))?,
            };
            if document
                .as_ref()
                .is_none_or(|known| known.taken_at != head.taken_at)
            {
                if document.is_some() && (which == Which::First || which == Which::Number(number)) {
                    break;
                }
                number += 1;
                let host = serde_json::from_str::<HostName>(&piece.text);
                document = Some(Document::of_line(
                    HostRecord {
                        name: host.map(|host| host.host).unwrap_or_default(),
                        boot_id: head.boot_id,
                        ..HostRecord::default()
                    },
                    head.taken_at,
                    head.selection,
                ));
            }
            let process = serde_json::from_str::<ProcessRecord>(&piece.text);
            let process = process.map_err(|error| self.foreign(&piece.text, piece.line, &error))?;
            if let Some(document) = &mut document {
                document.processes.push(process);
            }
            if !self.next_line()? {
                break;
            }
            piece = Piece {
                line: self.line,
                text: std::mem::take(&mut self.text),
            };
        }
        self.only(which, number)?;
        let path = self.path.to_owned();
        let document = document.ok_or(ReadError::Empty { path })?;
        Ok(Found { document, is_cut })
    }

    /// Whether there is such a document where there are `count`.
    fn only(&self, which: Which, count: u64) -> Result<(), ReadError> {
        match which {
            Which::Number(number) if number != count => Err(ReadError::NoSuchNumber {
                path: self.path.to_owned(),
                number,
                count,
            }),
            _ => Ok(()),
        }
    }

    fn parse(&self, piece: &Piece, is_cut: bool) -> Result<Found, ReadError> {
        let path = || self.path.to_owned();
        let foreign = |reason| ReadError::Foreign {
            path: path(),
            reason,
        };
        let head: Head = serde_json::from_str(&piece.text)
            .map_err(|error| self.foreign(&piece.text, piece.line, &error))?;
        match head.schema {
            None => return Err(foreign(Foreign::NoSchema)),
            Some(schema) if schema != SCHEMA => {
                return Err(foreign(Foreign::OtherSchema(schema)));
            }
            Some(_) => {}
        }
        let document: Document = serde_json::from_str(&piece.text).map_err(|error| {
            foreign(Foreign::Damaged {
                line: piece.line + error.line() as u64 - 1,
                reason: reason_of(&error),
            })
        })?;
        Ok(Found { document, is_cut })
    }

    /// Why a text that begins at a line is not understood.
    fn foreign(&self, text: &str, line: u64, error: &serde_json::Error) -> ReadError {
        let path = self.path.to_owned();
        // What begins like ours and ends too early was cut; what does not begin like it is something else.
        if error.is_eof() && text.trim_start().starts_with('{') {
            return ReadError::CutOff { path };
        }
        let reason = match error.classify() {
            // Lists, numbers, or a schema that is no text.
            serde_json::error::Category::Data => Foreign::NoSchema,
            _ => Foreign::NotJson {
                line: line + error.line() as u64 - 1,
                reason: reason_of(error),
            },
        };
        ReadError::Foreign { path, reason }
    }
}

/// Whether a line was not torn. One may be torn right behind an object within it: where documents are counted, each is gone through
/// to its end. Of the last one that shows when it is read, and to go through all before it takes minutes where a day is in the file.
fn is_whole(line: &str, which: Which) -> bool {
    line.trim_end().ends_with('}')
        && (which == Which::Last
            || !serde_json::from_str::<IgnoredAny>(line).is_err_and(|error| error.is_eof()))
}

/// Without the place, which is told besides.
fn reason_of(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match words.rsplit_once(" at line ") {
        Some((reason, _place)) => reason.to_owned(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/snapshot-1-now.json"
    ));

    fn read(text: &str, which: Which) -> Result<Found, String> {
        let mut reader = Reader {
            path: Path::new("a.json"),
            input: text.as_bytes(),
            line: 0,
            text: String::new(),
        };
        reader.read(which).map_err(|error| error.to_string())
    }

    fn taken_at(text: &str, which: Which) -> Result<String, String> {
        read(text, which).map(|found| found.document.taken_at)
    }

    /// Three documents, a line each.
    fn stream() -> String {
        let mut document: Document = serde_json::from_str(DOCUMENT).unwrap();
        let lines = (1..=3).map(|number| {
            document.taken_at = format!("2026-01-01T00:00:0{number}Z");
            serde_json::to_string(&document).unwrap() + "\n"
        });
        lines.collect()
    }

    #[test]
    fn one_document_or_one_of_a_stream() {
        assert_eq!(
            taken_at(DOCUMENT, Which::Last).unwrap(),
            "2026-09-21T15:13:20.000Z"
        );
        let stream = stream();
        for (which, expected) in [(Which::First, 1), (Which::Number(2), 2), (Which::Last, 3)] {
            assert_eq!(
                taken_at(&stream, which).unwrap(),
                format!("2026-01-01T00:00:0{expected}Z")
            );
        }
        assert_eq!(
            taken_at(&stream, Which::Number(4)).unwrap_err(),
            "a.json has 3 documents, so there is no number 4"
        );
    }

    #[test]
    fn one_process_a_line_is_a_document() {
        let document: Document = serde_json::from_str(DOCUMENT).unwrap();
        let mut text = Vec::new();
        let fields = super::super::FieldSet::all();
        super::super::Format::Ndjson
            .write(
                &document,
                &fields,
                crate::monitor::document::Cells::Exact,
                &mut text,
            )
            .unwrap();
        let text = String::from_utf8(text).unwrap();
        let found = read(&text, Which::First).unwrap();
        assert_eq!(found.document.processes, document.processes);
        assert_eq!(found.document.host.boot_id, document.host.boot_id);
        let cut = read(&text[..text.len() - 20], Which::First).unwrap();
        assert!(cut.is_cut && cut.document.processes.len() == document.processes.len() - 1);
    }

    #[test]
    fn what_was_cut_off_says_so_and_a_stream_has_its_last_whole_line() {
        for length in [1, 2, 100, DOCUMENT.len() / 2, DOCUMENT.len() - 3] {
            let words = read(&DOCUMENT[..length], Which::Last).unwrap_err();
            assert_eq!(
                words, "a.json ends in the middle of a document: it was cut off",
                "{length}"
            );
        }
        let stream = stream();
        let found = read(&stream[..stream.len() - 20], Which::Last).unwrap();
        assert!(found.is_cut && found.document.taken_at == "2026-01-01T00:00:02Z");
    }

    #[test]
    fn documents_that_were_torn_within_a_stream_are_none() {
        let stream = stream();
        let lines: Vec<_> = stream.lines().collect();
        let torn = |line: &str| line[..line.len() / 2].to_owned();
        let text = [
            torn(lines[0]),
            lines[0].to_owned(),
            torn(lines[1]),
            lines[1].to_owned(),
            torn(lines[2]),
        ];
        let text = text.join("\n");
        for (which, expected) in [(Which::First, 1), (Which::Number(2), 2), (Which::Last, 2)] {
            let found = read(&text, which).unwrap();
            let expected = format!("2026-01-01T00:00:0{expected}Z");
            assert_eq!(found.document.taken_at, expected);
            assert_eq!(found.is_cut, which == Which::Last, "{which:?}");
        }
        assert_eq!(
            read(&text, Which::Number(3)).unwrap_err(),
            "a.json has 2 documents, so there is no number 3"
        );
        let words = read(&(torn(lines[0]) + "\n"), Which::First).unwrap_err();
        assert!(words.contains("it was cut off"), "{words}");
    }

    #[test]
    fn a_document_that_was_torn_behind_an_object_within_it_is_none() {
        let stream = stream();
        let (first, rest) = stream.split_once('\n').unwrap();
        let ends = first.match_indices('}').map(|(at, _)| at + 1);
        let ends: Vec<_> = ends.filter(|&end| end < first.len()).collect();
        assert!(ends.len() > 10);
        for end in ends {
            let text = format!("{}\n{rest}", &first[..end]);
            for (which, expected) in [(Which::First, 2), (Which::Number(2), 3), (Which::Last, 3)] {
                let expected = format!("2026-01-01T00:00:0{expected}Z");
                assert_eq!(taken_at(&text, which).unwrap(), expected, "{end} {which:?}");
            }
            let words = read(&text, Which::Number(3)).unwrap_err();
            assert!(words.contains("has 2 documents"), "{end} {words}");
        }
    }

    #[test]
    fn what_is_foreign_says_what_it_is() {
        let words = |text: &str| read(text, Which::First).unwrap_err();
        assert_eq!(words(""), "a.json is empty");
        assert_eq!(words(" \n\n"), "a.json is empty");
        assert_eq!(
            words("{\"a\": 1}"),
            "a.json is JSON, but no snapshot of Proclab: it has no `schema`"
        );
        assert_eq!(
            words("[1, 2]"),
            "a.json is JSON, but no snapshot of Proclab: it has no `schema`"
        );
        assert_eq!(
            words("{\"schema\": \"proclab.snapshot/2\"}"),
            "a.json is no snapshot: its schema is `proclab.snapshot/2`, not `proclab.snapshot/1`"
        );
        assert!(words("pid,name\r\n1,init\r\n").starts_with("a.json is no JSON (line 1: "));
        let damaged = DOCUMENT.replace("\"rss\": 174765723", "\"rss\": \"much\"");
        let words = words(&damaged);
        let line = damaged.lines().position(|line| line.contains("\"much\""));
        let line = line.unwrap() + 1;
        let expected = format!("a.json is a damaged snapshot (line {line}: invalid type");
        assert!(words.starts_with(&expected), "{words}");
    }
}
