//! The cells whose text depends on more than their row.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use crate::monitor::process::ProcessRow;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::snapshot::Snapshot;
use crate::monitor::unit::CpuUnit;

/// What a cell needs beside its row.
#[derive(Clone, Copy, Debug)]
pub struct CellContext<'a> {
    /// The snapshot the row is from.
    pub snapshot: &'a Snapshot,
    /// The zone in which times are shown.
    pub zone: &'a TimeZone,
    /// What 100 % of CPU use is.
    pub cpu_unit: CpuUnit,
}

/// The parent's name and pid.
pub(super) fn parent_text<'a>(row: &ProcessRow, context: CellContext<'a>) -> Reading<Cow<'a, str>> {
    match (row.ppid, context.snapshot.parent_of(row)) {
        (0, _) => Err(Unread::NotApplicable),
        (ppid, Some(parent)) => Ok(format!("{} {ppid}", parent.label()).into()),
        (ppid, None) => Ok(ppid.to_string().into()),
    }
}

/// The local time of a start: of today only the hour, of other days the date too.
pub(super) fn started_text(
    create_time: f64,
    context: CellContext<'_>,
) -> Result<Cow<'static, str>, Unread> {
    let start = jiff::Timestamp::from_second(create_time as i64)
        .map_err(|_out_of_range| Unread::Unsupported)?;
    let start = start.to_zoned(context.zone.clone());
    let today = context
        .snapshot
        .tick
        .taken_at
        .to_zoned(context.zone.clone())
        .date();
    let format = if start.date() == today {
        "%H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M"
    };
    Ok(start.strftime(format).to_string().into())
}
