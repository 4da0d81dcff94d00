//! The ways to write a document.

use std::io::{self, Write};

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::csv::{Cells, Columns};
use super::field::Keys;
use super::field_set::FieldSet;
use super::record::Document;
use super::table::ProcessRecord;

/// Name and version of a line of NDJSON.
pub const PROCESS_SCHEMA: &str = "proclab.process/1";

/// A way to write a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Format {
    /// The document, indented.
    #[default]
    Json,
    /// One process a line, each with what it needs to stand alone.
    Ndjson,
    /// One process a record, with the names of the columns first.
    Csv,
}

impl Format {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Json, Self::Ndjson, Self::Csv];

    /// How names of files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// Writes a document that has these fields. The keys are the document's; only CSV has cells.
    pub fn write(
        self,
        document: &Document,
        fields: &FieldSet,
        cells: Cells,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Json => {
                serde_json::to_writer_pretty(&mut *out, document)?;
                out.write_all(b"\n")
            }
            Self::Ndjson => document.processes.iter().try_for_each(|process| {
                serde_json::to_writer(&mut *out, &Line { document, process })?;
                out.write_all(b"\n")
            }),
            Self::Csv => {
                let columns = Columns::of(fields, document.keys).with_cells(cells);
                columns.write_names(out)?;
                columns.write_processes(document, out)
            }
        }
    }
}

/// A process that stands alone.
struct Line<'a> {
    document: &'a Document,
    process: &'a ProcessRecord,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", PROCESS_SCHEMA)?;
        let keys: Keys = self.document.keys;
        if !keys.is_default() {
            map.serialize_entry("keys", &keys)?;
        }
        map.serialize_entry("taken_at", &self.document.taken_at)?;
        if let Some(selection) = self.document.selection.value() {
            map.serialize_entry("selection", selection)?;
        }
        map.serialize_entry("host", &self.document.host.name)?;
        map.serialize_entry("boot_id", &self.document.host.boot_id)?;
        self.process.write_members(&mut map, keys)?;
        map.end()
    }
}
