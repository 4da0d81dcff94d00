//! The document as CSV (RFC 4180): one process a record, one column a part. What a part counts stands at the end of its
//! column's name. Lists and maps stand in their cell as JSON; a value that could not be read is an empty cell, and the column
//! `unreadable` says why. In a stream of documents, what has ended has records of its own, which alone have an `ended_at`.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use serde_json::Value;

use super::ended::{ENDED_FIELDS, EndedRecord};
use super::field::{Field, Keys};
use super::field_set::FieldSet;
use super::record::Document;
use super::shape::{Part, Presence, Shape};
use super::slot::Slot;
use super::table::{ALWAYS, ProcessRecord};
use crate::monitor::reading::Unread;

/// What becomes of a text that a spreadsheet would take for a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Cells {
    /// It stands as it is.
    #[default]
    Exact,
    /// A `'` stands before it.
    Safe,
}

/// The columns for some fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    keys: Keys,
    asked: Vec<(&'static Field, Option<&'static Part>)>,
    has_ends: bool,
    cells: Cells,
}

/// The columns that only processes that have ended fill.
const ENDS: [&str; 6] = [
    "ended_at",
    "is_exact",
    "exit_code",
    "lifetime_seconds",
    "is_cpu_final",
    "peak_rss_bytes",
];

impl Columns {
    /// Those of the fields that are asked for.
    pub fn of(fields: &FieldSet, keys: Keys) -> Self {
        let has_detail = fields.needs_detail();
        let mut asked = Vec::new();
        for field in fields.fields() {
            if let Shape::Parts(parts) = field.shape {
                let parts = parts
                    .iter()
                    .filter(|part| has_detail || part.presence != Presence::InDetail);
                asked.extend(parts.map(|part| (field, Some(part))));
            } else {
                asked.push((field, None));
            }
        }
        Self {
            keys,
            asked,
            has_ends: false,
            cells: Cells::Exact,
        }
    }

    /// And those for what has ended: records with an `ended_at`.
    #[must_use]
    pub const fn with_ends(mut self) -> Self {
        self.has_ends = true;
        self
    }

    /// And cells of this kind.
    #[must_use]
    pub const fn with_cells(mut self, cells: Cells) -> Self {
        self.cells = cells;
        self
    }

    /// Their names.
    fn names(&self) -> impl Iterator<Item = String> {
        let names = self.asked.iter().map(|(field, part)| {
            let key = field.key(self.keys);
            match part {
                Some(part) => format!("{key}.{}", with_unit(part.name, part.shape)),
                None => with_unit(key, field.shape),
            }
        });
        let first = ["taken_at"].into_iter().map(str::to_owned);
        let last = ["unreadable", "lossy", "cut"]
            .into_iter()
            .map(str::to_owned);
        let ends = ENDS.iter().filter(|_| self.has_ends);
        let ends = ends.map(|&name| name.to_owned());
        first.chain(names).chain(last).chain(ends)
    }

    /// Writes their names.
    pub fn write_names(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = writer(out);
        writer.write_record(self.names()).map_err(system_error)?;
        writer.flush()
    }

    /// Writes a record for each process, and for each that has ended if there are columns for that.
    pub fn write_processes(&self, document: &Document, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = writer(out);
        for process in &document.processes {
            let mut cells = self.cells(document, process)?;
            if self.has_ends {
                cells.resize(cells.len() + ENDS.len(), String::new());
            }
            writer.write_record(cells).map_err(system_error)?;
        }
        let ended = document.ended.value().filter(|_| self.has_ends);
        for ended in ended.into_iter().flatten() {
            let cells = self.cells(document, &self.outlived(ended))?;
            let end = [
                ended.ended_at.clone(),
                ended.is_exact.to_string(),
                text(&ended.exit_code),
                ended.lifetime.to_string(),
                ended.is_cpu_final.to_string(),
                text(&ended.peak_rss),
            ];
            writer
                .write_record(cells.into_iter().chain(end))
                .map_err(system_error)?;
        }
        writer.flush()
    }

    fn cells(&self, document: &Document, process: &ProcessRecord) -> io::Result<Vec<String>> {
        let value = serde_json::to_value(process)?;
        let cells = self.asked.iter().map(|(field, part)| {
            let value = value.get(field.name).unwrap_or(&Value::Null);
            let value = match part {
                Some(part) => value.get(part.name).unwrap_or(&Value::Null),
                None => value,
            };
            match value {
                Value::String(text) if self.cells == Cells::Safe => safe(text),
                value => cell(value),
            }
        });
        let first = std::iter::once(document.taken_at.clone());
        Ok(first.chain(cells).chain(self.notes(process)).collect())
    }

    /// Its record with a reason for each field that was asked for and went with it.
    fn outlived(&self, ended: &EndedRecord) -> ProcessRecord {
        let mut process = ended.process.clone();
        let fields = self.asked.iter().map(|(field, _)| field);
        let lost =
            fields.filter(|field| !ALWAYS.contains(field) && !ENDED_FIELDS.contains(&field.name));
        process
            .unreadable
            .extend(lost.map(|field| (field.name.to_owned(), Unread::Gone)));
        process
    }

    /// What does not fit into the other columns.
    fn notes(&self, process: &ProcessRecord) -> [String; 3] {
        let unreadable = process.unreadable.iter();
        let unreadable: Vec<_> = unreadable
            .map(|(name, reason)| format!("{}={}", self.keys.key_of(name), reason.word()))
            .collect();
        let names = |names: &[String]| {
            let names: Vec<_> = names.iter().map(|name| self.keys.key_of(name)).collect();
            names.join(";")
        };
        [
            unreadable.join(";"),
            names(&process.lossy),
            names(&process.cut),
        ]
    }
}

/// The error of what was written to, with its kind: whoever writes asks whether its reader has gone.
fn system_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A number, or nothing.
fn text<T: ToString>(slot: &Slot<T>) -> String {
    slot.value().map_or_else(String::new, T::to_string)
}

fn writer(out: &mut dyn Write) -> Writer<&mut dyn Write> {
    WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out)
}

fn with_unit(name: &str, shape: Shape) -> String {
    let suffix = shape.unit().suffix();
    if name.ends_with(suffix) {
        name.to_owned()
    } else {
        format!("{name}{suffix}")
    }
}

/// What a spreadsheet shows and does not compute. Numbers need no such care: they are what they are.
fn safe(text: &str) -> String {
    // The wide ones count as the others where text is typed in wide letters.
    const BEGINNINGS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(BEGINNINGS) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
