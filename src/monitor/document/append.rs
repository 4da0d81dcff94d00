//! Whether more can be written behind what is in a file: only behind documents or records of the same kind, with the same fields.
//!
//! The last line may be torn, by a crash or a full disk. It stays as it is, and what is said here to be written behind it lets
//! a new line begin.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read as _};

use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use super::csv::Columns;
use super::field::Keys;
use super::field_set::FieldSet;
use super::read::LARGEST;
use super::record::SCHEMA;

/// The longest line of names of columns that is read, several times that of all columns there are.
const LONGEST_NAMES: u64 = 1 << 16;

/// The longest record that is read: its cells are texts of a process, of which the longest have a megabyte each.
const LONGEST_RECORD: u64 = 1 << 26;

/// What has to be written behind a file before more can follow.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Mend {
    /// These bytes; often none.
    pub bytes: Vec<u8>,
    /// Whether the file ends in the middle of a line.
    pub is_torn: bool,
}

/// What is in a file behind which nothing can be written. In words that follow its name.
#[derive(Debug, Error)]
pub enum NotOurs {
    /// That cannot be found out.
    #[error("what is in it could not be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A line is none of a stream of documents.
    #[error("its line {0} is no document of a stream (--format ndjson)")]
    NoDocument(u64),
    /// A line is no record of such a table.
    #[error("its line {0} is no record of these columns (--format csv)")]
    NoRecord(u64),
    /// Its fields or columns are others.
    #[error("its {what} are others: {difference}")]
    Others {
        /// Fields or columns.
        what: &'static str,
        /// Which.
        difference: String,
    },
}

impl NotOurs {
    fn others(what: &'static str, there: &BTreeSet<String>, asked: &BTreeSet<String>) -> Self {
        let list = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
            let names: Vec<_> = a.difference(b).map(String::as_str).collect();
            names.join(", ")
        };
        let parts = [
            ("it lacks", list(asked, there)),
            ("it also has", list(there, asked)),
        ];
        let parts = parts.iter().filter(|(_, names)| !names.is_empty());
        let parts: Vec<_> = parts
            .map(|(words, names)| format!("{words} {names}"))
            .collect();
        let difference = if parts.is_empty() {
            "they stand in another order".to_owned()
        } else {
            parts.join(", ")
        };
        Self::Others { what, difference }
    }
}

/// Of a document, which fields its processes have.
#[derive(Deserialize)]
#[expect(
    clippy::zero_sized_map_values,
    reason = "serde reads the members of an object into a map alone"
)]
struct Outline {
    schema: String,
    #[serde(default)]
    keys: Keys,
    processes: Vec<BTreeMap<String, IgnoredAny>>,
}

/// Members of a process that are no fields.
const NOTES: [&str; 3] = ["unreadable", "lossy", "cut"];

/// What a stream of documents with these fields needs behind it.
pub fn mend_of_stream(
    mut input: impl BufRead,
    fields: &FieldSet,
    keys: Keys,
) -> Result<Mend, NotOurs> {
    let asked: BTreeSet<String> = fields
        .fields()
        .map(|field| field.key(keys).to_owned())
        .collect();
    let head = format!("{{\"schema\":\"{SCHEMA}\"");
    let (mut line, mut last) = (Vec::new(), Vec::new());
    let (mut number, mut is_known) = (0, false);
    loop {
        line.clear();
        // A foreign file may have no line end at all.
        if read_line(&mut input, head.len() as u64, &mut line)? == 0 {
            break;
        }
        number += 1;
        let is_ours = begins_as(&line, head.as_bytes());
        if !is_ours || !read_on(&mut input, LARGEST, &mut line)? {
            return Err(NotOurs::NoDocument(number));
        }
        // The first one and the last one vouch for those between them, and no more is parsed than that takes.
        if !is_known {
            is_known = is_of(&line, &asked, keys)?;
        }
        std::mem::swap(&mut line, &mut last);
    }
    is_of(&last, &asked, keys)?;
    if last.is_empty() || last.ends_with(b"\n") {
        return Ok(Mend::default());
    }
    Ok(Mend {
        bytes: b"\n".to_vec(),
        is_torn: serde_json::from_slice::<IgnoredAny>(&last).is_err(),
    })
}

/// Reads a line, or so much of it.
fn read_line(input: &mut impl BufRead, most: u64, line: &mut Vec<u8>) -> io::Result<usize> {
    input.by_ref().take(most).read_until(b'\n', line)
}

/// Reads a line that has been begun to its end; false if it has more than so many bytes.
fn read_on(input: &mut impl BufRead, most: u64, line: &mut Vec<u8>) -> io::Result<bool> {
    if !line.ends_with(b"\n") {
        read_line(input, most.saturating_sub(line.len() as u64), line)?;
    }
    Ok((line.len() as u64) < most || line.ends_with(b"\n"))
}

/// Whether a line begins so, or was torn before that shows.
fn begins_as(line: &[u8], head: &[u8]) -> bool {
    let text = line.trim_ascii_end();
    !text.is_empty() && (text.starts_with(head) || head.starts_with(text))
}

/// Whether it is known of a line that it is one of ours: not of one that was torn or that has no process.
fn is_of(line: &[u8], asked: &BTreeSet<String>, keys: Keys) -> Result<bool, NotOurs> {
    let Ok(outline) = serde_json::from_slice::<Outline>(line) else {
        return Ok(false);
    };
    let Some(process) = outline.processes.first() else {
        return Ok(false);
    };
    let members = process.keys().filter(|key| !NOTES.contains(&key.as_str()));
    let there: BTreeSet<String> = members.cloned().collect();
    if outline.schema != SCHEMA || outline.keys != keys || there != *asked {
        return Err(NotOurs::others("fields", &there, asked));
    }
    Ok(true)
}

/// What a table with these columns needs behind it.
pub fn mend_of_csv(mut input: impl BufRead, columns: &Columns) -> Result<Mend, NotOurs> {
    let mut names = Vec::new();
    columns.write_names(&mut names)?;
    let mut record = Vec::new();
    if !read_on(&mut input, LONGEST_NAMES, &mut record)? {
        return Err(NotOurs::NoRecord(1));
    }
    if let Some(rest) = names.strip_prefix(&*record)
        && !rest.is_empty()
    {
        // The names alone, torn: what they lack completes them.
        return Ok(Mend {
            bytes: rest.to_vec(),
            is_torn: true,
        });
    }
    let cells = |line: &[u8]| -> Vec<String> {
        let line = String::from_utf8_lossy(line.trim_ascii_end());
        line.split(',').map(str::to_owned).collect()
    };
    let asked = cells(&names);
    if record.trim_ascii_end() != names.trim_ascii_end() {
        let there = cells(&record);
        if there.first() != asked.first() {
            return Err(NotOurs::NoRecord(1));
        }
        let [there, asked] = [there, asked].map(|names| names.into_iter().collect());
        return Err(NotOurs::others("columns", &there, &asked));
    }
    record.clear();
    let (mut number, mut is_quoted) = (1, false);
    loop {
        let begun = record.len();
        let most = LONGEST_RECORD.saturating_sub(begun as u64);
        if read_line(&mut input, most, &mut record)? == 0 {
            break;
        }
        number += 1;
        if record.len() as u64 >= LONGEST_RECORD {
            return Err(NotOurs::NoRecord(number));
        }
        let added = record.get(begun..).unwrap_or_default();
        is_quoted ^= memchr::memchr_iter(b'"', added).count() % 2 == 1;
        // A line end between quotes belongs to a cell.
        if record.ends_with(b"\n") && !is_quoted {
            check_record(&record, asked.len(), number)?;
            record.clear();
        }
    }
    check_record(&record, asked.len(), number)?;
    let bytes: &[u8] = match record.last() {
        None => return Ok(Mend::default()),
        // Whatever follows would otherwise belong to the cell that was torn.
        Some(_) if is_quoted => b"\"\r\n",
        Some(b'\r') => b"\n",
        Some(_) => b"\r\n",
    };
    Ok(Mend {
        bytes: bytes.to_vec(),
        is_torn: true,
    })
}

/// One of ours begins with a time and has a cell for each column, or fewer where it was torn.
fn check_record(record: &[u8], columns: usize, number: u64) -> Result<(), NotOurs> {
    let (mut is_quoted, mut cells) = (false, 1);
    for &byte in record {
        is_quoted ^= byte == b'"';
        cells += usize::from(byte == b',' && !is_quoted);
    }
    let time = record
        .split(|&byte| byte == b',')
        .next()
        .unwrap_or_default();
    let mut time = time.trim_ascii_end().iter();
    let is_time = time.all(|byte| byte.is_ascii_digit() || b"-:.TZ".contains(byte));
    if cells > columns || !is_time {
        return Err(NotOurs::NoRecord(number));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::document::Document;
    use crate::monitor::source::scripted::{row, snapshot_of};

    fn fields(list: &str) -> FieldSet {
        FieldSet::parse(Some(list), None).unwrap()
    }

    /// A document of two processes, of which one has a name that needs quotes.
    fn document(fields: &FieldSet) -> Document {
        let rows = [row(1, "a,\"b\"\nc"), row(2, "two")];
        Document::of_rows(&snapshot_of(Vec::new()), &rows, fields)
    }

    fn line(list: &str) -> String {
        serde_json::to_string(&document(&fields(list))).unwrap() + "\n"
    }

    fn stream(text: &str) -> Result<Mend, String> {
        let mend = mend_of_stream(text.as_bytes(), &fields("name"), Keys::En);
        mend.map_err(|error| error.to_string())
    }

    #[test]
    fn a_stream_goes_on_behind_its_own_documents_alone() {
        let own = line("name");
        let whole = Mend::default();
        assert_eq!(stream(&own), Ok(whole.clone()));
        assert_eq!(stream(&own.repeat(3)), Ok(whole.clone()));
        // Of an empty document nothing is known, and of the next one it is.
        let empty = Document::of_rows(&snapshot_of(Vec::new()), &[], &fields("name"));
        let empty = serde_json::to_string(&empty).unwrap() + "\n";
        assert_eq!(stream(&empty), Ok(whole));
        let others = line("name,nice");
        for text in [
            &others,
            &(empty.clone() + &others),
            &(own.clone() + &others),
        ] {
            assert_eq!(
                stream(text).unwrap_err(),
                "its fields are others: it also has nice"
            );
        }
        let chinese = mend_of_stream(own.as_bytes(), &fields("name"), Keys::Zh);
        assert!(
            chinese
                .unwrap_err()
                .to_string()
                .starts_with("its fields are others: it lacks ")
        );
        for foreign in ["hello\n", "{\"a\":1}\n", "\n", "taken_at,pid\r\n", "[]"] {
            let words = stream(foreign).unwrap_err();
            assert!(
                words.contains("its line 1 is no document"),
                "{foreign}: {words}"
            );
        }
        let many_lines = stream("{\n  \"schema\": 1\n}\n").unwrap_err();
        assert!(
            many_lines.contains("its line 2 is no document"),
            "{many_lines}"
        );
        let words = stream(&(own + "hello\n")).unwrap_err();
        assert!(words.contains("its line 2 is no document"), "{words}");
    }

    #[test]
    fn behind_a_torn_document_a_new_line_begins() {
        let own = line("name");
        for end in 1..own.len() - 1 {
            for text in [own[..end].to_owned(), own.clone() + &own[..end]] {
                let mend = stream(&text).unwrap();
                assert_eq!((&*mend.bytes, mend.is_torn), (&b"\n"[..], true), "{end}");
                assert_eq!(stream(&(text + "\n" + &own)), Ok(Mend::default()), "{end}");
            }
        }
        // That one lacks its line end alone.
        let mend = stream(own.trim_end()).unwrap();
        assert_eq!((&*mend.bytes, mend.is_torn), (&b"\n"[..], false));
    }

    fn table(list: &str) -> Vec<u8> {
        let columns = columns(list);
        let mut text = Vec::new();
        columns.write_names(&mut text).unwrap();
        columns
            .write_processes(&document(&fields(list)), &mut text)
            .unwrap();
        text
    }

    fn columns(list: &str) -> Columns {
        Columns::of(&fields(list), Keys::En).with_ends()
    }

    fn csv(text: &[u8]) -> Result<Mend, String> {
        mend_of_csv(text, &columns("name")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_table_goes_on_behind_its_own_records_alone() {
        assert_eq!(csv(&table("name")), Ok(Mend::default()));
        assert_eq!(
            csv(&table("name,nice")).unwrap_err(),
            "its columns are others: it also has nice"
        );
        assert_eq!(
            csv(&table("nice")).unwrap_err(),
            "its columns are others: it lacks name, it also has nice"
        );
        for foreign in ["hello\n", "{\"schema\":\"proclab.snapshot/1\"}\n", "\n"] {
            let words = csv(foreign.as_bytes()).unwrap_err();
            assert!(words.contains("its line 1 is no record"), "{words}");
        }
        for behind in ["hello\r\n", &("2026,".repeat(20) + "\r\n"), "{}"] {
            let text = [&table("name"), behind.as_bytes()].concat();
            let words = csv(&text).unwrap_err();
            assert!(words.contains("its line 5 is no record"), "{words}");
        }
    }

    /// How many bytes were read of a text that goes on for long without a line end, and what was found.
    fn read_of_endless(
        beginning: &[u8],
        mend: impl FnOnce(&mut dyn BufRead) -> Result<Mend, NotOurs>,
    ) -> (u64, String) {
        let mut endless = io::repeat(b'x').take(1 << 28);
        let found = mend(&mut io::BufReader::new(beginning.chain(&mut endless)));
        let words = found.map_err(|error| error.to_string()).unwrap_err();
        ((1 << 28) - endless.limit(), words)
    }

    #[test]
    fn a_foreign_file_is_refused_by_its_beginning_and_not_read_to_its_end() {
        let as_stream = |input: &mut dyn BufRead| mend_of_stream(input, &fields("name"), Keys::En);
        let as_table = |input: &mut dyn BufRead| mend_of_csv(input, &columns("name"));
        for beginning in ["", "{\"schema\":\"other", "{", "[\n"] {
            let (count, words) = read_of_endless(beginning.as_bytes(), as_stream);
            assert!(words.contains("no document"), "{words}");
            assert!(count < 1 << 20, "{beginning}: {count}");
            let (count, words) = read_of_endless(beginning.as_bytes(), as_table);
            assert!(words.contains("its line 1 is no record"), "{words}");
            assert!(count < 1 << 20, "{beginning}: {count}");
        }
        let (count, words) = read_of_endless(line("name").as_bytes(), as_stream);
        assert!(words.contains("its line 2 is no document"), "{words}");
        assert!(count < 1 << 20, "{count}");
        // One odd quote.
        let text = [&table("name")[..], b"2026-01-01T00:00:00Z,3,3,\"x"].concat();
        let (count, words) = read_of_endless(&text, as_table);
        assert!(words.contains("is no record"), "{words}");
        assert!(count < 1 << 27, "{count}");
    }

    #[test]
    fn wherever_a_table_was_torn_the_next_record_stands_alone() {
        let text = table("name");
        let next = b"2026-01-01T00:00:00Z,3,3,next,,,,,,,,,\r\n";
        for end in 1..=text.len() {
            let torn = &text[..end];
            let mend = csv(torn).unwrap();
            let mended = [torn, &mend.bytes, next].concat();
            let mut reader = csv::ReaderBuilder::new()
                .flexible(true)
                .from_reader(&*mended);
            assert_eq!(reader.headers().unwrap().len(), 13, "{end}");
            let last = reader.records().last().unwrap().unwrap();
            assert_eq!((&last[1], &last[3], last.len()), ("3", "next", 13), "{end}");
            assert_eq!(csv(&mended), Ok(Mend::default()), "{end}");
        }
    }
}
