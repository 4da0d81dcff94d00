//! The snapshot document, `proclab.snapshot/1`: what the command line prints and the window exports.
//!
//! Fields bear psutil's names and units ([`FIELDS`]). A value that could not be read is `null`, and `unreadable` says why,
//! by the field's name (`exe`, or `cpu_times.iowait` for a part of one). Text that was not UTF-8 holds U+FFFD and stands in
//! `lossy`; a list that was cut stands in `cut`. Readers ignore fields they do not know. To add a field: a line in
//! [`FIELDS`], a member of [`ProcessRecord`] and its line in `ProcessRecord::new`.
//!
//! Pure but for [`take()`], which asks a [`super::Source`], and [`write_file`].

mod field;
mod file;
mod host;
mod parts;
mod record;
mod slot;
mod take;

pub use field::{EnvironMode, FIELDS, Field, FieldError, FieldSet};
pub use file::{WriteError, write_file};
pub use host::HostRecord;
pub use parts::{
    ConnectionRecord, CpuTimesRecord, MemoryFullRecord, MemoryRecord, OpenFileRecord, ThreadRecord,
};
pub use record::{Document, ProcessRecord, SCHEMA};
pub use slot::Slot;
pub use take::{Request, TakeError, take};

#[cfg(test)]
mod tests;
