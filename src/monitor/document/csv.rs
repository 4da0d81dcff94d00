//! The document as CSV (RFC 4180): one process a record, one column a part. What a part counts stands at the end of its
//! column's name. Lists and maps stand in their cell as JSON; a value that could not be read is an empty cell, and the column
//! `unreadable` says why.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use serde_json::Value;

use super::field::{Field, Keys};
use super::field_set::FieldSet;
use super::record::Document;
use super::shape::{Part, Presence, Shape};
use super::table::ProcessRecord;

/// The columns for some fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    keys: Keys,
    columns: Vec<(&'static Field, Option<&'static Part>)>,
}

impl Columns {
    /// Those of the fields that are asked for.
    pub fn of(fields: &FieldSet, keys: Keys) -> Self {
        let has_detail = fields.needs_detail();
        let mut columns = Vec::new();
        for field in fields.fields() {
            if let Shape::Parts(parts) = field.shape {
                let parts = parts
                    .iter()
                    .filter(|part| has_detail || part.presence != Presence::InDetail);
                columns.extend(parts.map(|part| (field, Some(part))));
            } else {
                columns.push((field, None));
            }
        }
        Self { keys, columns }
    }

    /// Their names.
    fn names(&self) -> impl Iterator<Item = String> {
        let names = self.columns.iter().map(|(field, part)| {
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
        first.chain(names).chain(last)
    }

    /// Writes their names.
    pub fn write_names(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = writer(out);
        writer.write_record(self.names())?;
        writer.flush()
    }

    /// Writes a record for each process.
    pub fn write_processes(&self, document: &Document, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = writer(out);
        for process in &document.processes {
            let value = serde_json::to_value(process)?;
            let cells = self.columns.iter().map(|(field, part)| {
                let value = value.get(field.name).unwrap_or(&Value::Null);
                cell(match part {
                    Some(part) => value.get(part.name).unwrap_or(&Value::Null),
                    None => value,
                })
            });
            let first = std::iter::once(document.taken_at.clone());
            writer.write_record(first.chain(cells).chain(self.notes(process)))?;
        }
        writer.flush()
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

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
