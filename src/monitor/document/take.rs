//! Takes a document from a source.

use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use thiserror::Error;

use super::field::{EnvironMode, FieldSet};
use super::record::{Document, ProcessRecord};
use crate::monitor::process::ProcessRow;
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::{Snapshot, Tick};
use crate::monitor::source::Source;

/// Over how long CPU % is measured.
const CPU_SPAN: Duration = Duration::from_millis(250);

/// What a document shall hold.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Request {
    /// Only these processes; all if empty.
    pub pids: Vec<u32>,
    /// Which fields.
    pub fields: FieldSet,
    /// What is done with the environment, if it is among the fields.
    pub environ: Option<EnvironMode>,
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TakeError {
    /// Nobody has this pid.
    #[error("no process has pid {0}")]
    NoSuchPid(u32),
}

/// Reads the processes and makes a document. Takes 250 ms and more if CPU % is asked for: not on a thread that draws.
pub fn take(source: &mut dyn Source, request: &Request) -> Result<Document, TakeError> {
    let mut snapshot = source.sample(tick(1));
    if request.fields.has("cpu_percent") {
        // Before the wait: a wrong pid is told at once.
        chosen(&snapshot, &request.pids)?;
        thread::sleep(CPU_SPAN);
        snapshot = source.sample(tick(2));
    }
    let records = chosen(&snapshot, &request.pids)?
        .into_iter()
        .map(|row| record(source, &snapshot, row, request))
        .collect();
    Ok(Document::new(&snapshot, records))
}

fn record(
    source: &mut dyn Source,
    snapshot: &Snapshot,
    row: &ProcessRow,
    request: &Request,
) -> ProcessRecord {
    if !request.fields.needs_detail() {
        return ProcessRecord::of_row(row, snapshot, &request.fields, Unread::NotSampled);
    }
    let detail = source.detail(row.key, snapshot.tick);
    if detail.is_gone() {
        // It ended after the snapshot: what that says still holds.
        return ProcessRecord::of_row(row, snapshot, &request.fields, Unread::Gone);
    }
    ProcessRecord::new(
        &detail,
        row,
        &request.fields,
        request.environ.unwrap_or(EnvironMode::Redact),
    )
}

fn chosen<'a>(snapshot: &'a Snapshot, pids: &[u32]) -> Result<Vec<&'a ProcessRow>, TakeError> {
    if pids.is_empty() {
        return Ok(snapshot.rows.iter().collect());
    }
    let mut pids = pids.to_vec();
    pids.sort_unstable();
    pids.dedup();
    let row = |pid| snapshot.row_by_pid(pid).ok_or(TakeError::NoSuchPid(pid));
    pids.into_iter().map(row).collect()
}

fn tick(number: u64) -> Tick {
    Tick {
        number,
        instant: Instant::now(),
        taken_at: Timestamp::now(),
        interval: CPU_SPAN,
    }
}
