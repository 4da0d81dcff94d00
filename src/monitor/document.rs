//! The snapshot document, `proclab.snapshot/1`: what the command line prints and the window exports.
//!
//! Fields bear psutil's names and units ([`FIELDS`]) or the tutorial's Chinese labels ([`Keys`]). A value that could not be
//! read is `null`, and `unreadable` says why, by the field's name (`exe`, or `cpu_times.iowait` for a part of one). Text that
//! was not UTF-8 holds U+FFFD and stands in `lossy`; a list that was cut stands in `cut`. What has ended since the document before
//! stands in `ended` ([`EndedRecord`]); `ended_unheard` says why that is null or not all ([`Silence`]). Readers ignore fields they do not
//! know. Of which processes it is where it is not of all says `selection`
//! ([`SelectionRecord`]). To add a field: a line in the table of `table.rs`, which says how it is read, what it looks like in `shape.rs`
//! if it has parts, and its sentence in the catalogue; `assets/snapshot.schema.json`, the columns of CSV and the help follow.
//!
//! Pure but for [`take()`] and [`Taker`], which ask a [`super::Source`], [`read_file`], [`read_ends`] [`write_file`] and [`write_new_file`].

mod append;
mod csv;
mod ended;
mod field;
mod field_set;
mod file;
mod format;
mod host;
mod known;
mod parts;
mod read;
mod read_ends;
mod record;
mod schema;
mod selection;
mod shape;
mod slot;
mod table;
mod take;

pub use append::{Mend, NotOurs, mend_of_csv, mend_of_stream};
pub use csv::{Cells, Columns};
pub use ended::{ENDED_FIELDS, EndedRecord, Silence, SilenceRecord};
pub use field::{Field, FieldSource, Keys};
pub use field_set::{ENVIRON, EnvironMode, FieldError, FieldSet};
pub use file::{Readers, WriteError, write_file, write_new_file};
pub use format::{Format, PROCESS_SCHEMA};
pub use host::HostRecord;
pub use known::REDACTED;
pub use parts::{
    ConnectionRecord, CpuTimesRecord, MemoryFullRecord, MemoryRecord, OpenFileRecord, ThreadRecord,
};
pub use read::{Foreign, Found, ReadError, Which, read_file};
pub use read_ends::read_ends;
pub use record::{Document, SCHEMA};
pub use schema::json_schema;
pub use selection::{ChosenBy, SelectionRecord};
pub use shape::{Part, Presence, Shape, Unit};
pub use slot::Slot;
pub use table::{ALWAYS, FIELDS, ProcessRecord};
pub use take::{Request, SHORT_SPAN, TakeError, Taker, document_of, take};

#[cfg(test)]
mod tests;
