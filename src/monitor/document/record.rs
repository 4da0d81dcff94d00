//! The document and its processes.

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

use super::ended::{EndedRecord, EndedWithKeys, Silence, SilenceRecord};
use super::field::Keys;
use super::field_set::{EnvironMode, FieldSet};
use super::host::HostRecord;
use super::known::{Known, rounded};
use super::selection::SelectionRecord;
use super::slot::Slot;
use super::table::{ProcessRecord, WithKeys};
use crate::monitor::detail::ProcessDetail;
use crate::monitor::ends::Ended;
use crate::monitor::process::ProcessRow;
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::{LimitedView, Snapshot};
use crate::os::ProcKey;

/// Name and version of the document.
pub const SCHEMA: &str = "proclab.snapshot/1";

/// One look at a machine, as written to files.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: String,
    /// How the fields of processes are called; mentioned only if they are not psutil's names.
    #[serde(default)]
    pub keys: Keys,
    /// When it was taken: RFC 3339, UTC.
    pub taken_at: String,
    /// Over how many seconds `cpu_percent` was measured; null if it was not.
    pub cpu_percent_span: Option<f64>,
    /// Why not every process of the machine is here, or not all of it can be asked: a word of
    /// [`crate::monitor::LimitedView`]; null if all are and can.
    pub limited_view: Option<String>,
    /// Of which processes it is; null if of all, and not there in documents of before this was written.
    #[serde(default)]
    pub selection: Slot<SelectionRecord>,
    /// The machine.
    pub host: HostRecord,
    /// The processes, by pid.
    pub processes: Vec<ProcessRecord>,
    /// What has ended since the document before, in the order of the ends, or, where a window exports what its table shows, what
    /// of that has ended, in its order. Null without either; documents of before this was written do not have it. One that is told again, because its end was heard late, is told better.
    #[serde(default)]
    pub ended: Slot<Vec<EndedRecord>>,
    /// Why that is null or not all; null if it is all.
    #[serde(default)]
    pub ended_unheard: Slot<SilenceRecord>,
}

impl Document {
    /// Tells of these that they have ended, with those of the fields that outlive them, and why not of all where that is so.
    pub fn tell_ended<'a>(
        &mut self,
        ended: impl Iterator<Item = &'a Ended>,
        snapshot: &Snapshot,
        fields: &FieldSet,
        is_overrun: bool,
    ) {
        let records = ended.map(|ended| EndedRecord::new(ended, snapshot, fields));
        self.ended = Slot::Value(records.collect());
        let silence = Silence::of(snapshot.ended.listening, is_overrun);
        self.ended_unheard = silence.map_or(Slot::Null, |silence| Slot::Value(silence.record()));
    }

    /// Of one look, with the fields that `fields` names. `records` are made by [`ProcessRecord`]'s functions.
    pub fn new(snapshot: &Snapshot, processes: Vec<ProcessRecord>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            keys: Keys::default(),
            taken_at: format!("{:.3}", snapshot.tick.taken_at),
            cpu_percent_span: snapshot
                .since_last
                .map(|span| rounded(span.as_secs_f64(), 1e3)),
            limited_view: snapshot.limited_view.map(|reason| reason.word().to_owned()),
            selection: Slot::Null,
            host: HostRecord::new(&snapshot.host, &snapshot.machine),
            processes,
            ended: Slot::Null,
            ended_unheard: Slot::Value(Silence::OneLook.record()),
        }
    }

    /// True if its pids are those of another pid namespace than the one that took it.
    pub fn has_pids_of_another_namespace(&self) -> bool {
        self.limited_view.as_deref() == Some(LimitedView::OtherPidNamespace.word())
    }

    /// One without processes yet, of which only this is known.
    pub(super) fn of_line(
        host: HostRecord,
        taken_at: String,
        selection: Slot<SelectionRecord>,
    ) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            keys: Keys::default(),
            taken_at,
            cpu_percent_span: None,
            limited_view: None,
            selection,
            host,
            processes: Vec::new(),
            ended: Slot::Absent,
            ended_unheard: Slot::Absent,
        }
    }

    /// Of rows of a snapshot alone, without costly fields: those that are asked for are null, as not sampled.
    pub fn of_rows<'a>(
        snapshot: &Snapshot,
        rows: impl IntoIterator<Item = &'a ProcessRow>,
        fields: &FieldSet,
    ) -> Self {
        let record = |row| ProcessRecord::of_row(row, snapshot, fields, Unread::NotSampled);
        Self::new(snapshot, rows.into_iter().map(record).collect())
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", &self.schema)?;
        if !self.keys.is_default() {
            map.serialize_entry("keys", &self.keys)?;
        }
        map.serialize_entry("taken_at", &self.taken_at)?;
        map.serialize_entry("cpu_percent_span", &self.cpu_percent_span)?;
        map.serialize_entry("limited_view", &self.limited_view)?;
        if !self.selection.is_absent() {
            map.serialize_entry("selection", &self.selection)?;
        }
        map.serialize_entry("host", &self.host)?;
        let processes = self.processes.iter();
        let processes: Vec<_> = processes
            .map(|process| WithKeys(process, self.keys))
            .collect();
        map.serialize_entry("processes", &processes)?;
        if !self.ended.is_absent() {
            let ended = self.ended.value().map(|list| {
                let list = list.iter().map(|ended| EndedWithKeys(ended, self.keys));
                list.collect::<Vec<_>>()
            });
            map.serialize_entry("ended", &ended)?;
        }
        if !self.ended_unheard.is_absent() {
            map.serialize_entry("ended_unheard", &self.ended_unheard)?;
        }
        map.end()
    }
}

impl ProcessRecord {
    /// Which process it is, within its boot.
    pub const fn key(&self) -> ProcKey {
        ProcKey {
            pid: self.pid,
            start_ticks: self.start_ticks,
        }
    }

    /// Of a row alone; what a row does not tell is null for the given reason.
    pub fn of_row(
        row: &ProcessRow,
        snapshot: &Snapshot,
        fields: &FieldSet,
        reason: Unread,
    ) -> Self {
        Self::of(&Known {
            row,
            snapshot,
            detail: Err(reason),
            fields,
            environ: EnvironMode::Redact,
        })
    }

    /// Of a row of a snapshot and a detail of the same process.
    pub fn new(
        detail: &ProcessDetail,
        row: &ProcessRow,
        snapshot: &Snapshot,
        fields: &FieldSet,
        environ: EnvironMode,
    ) -> Self {
        Self::of(&Known {
            row,
            snapshot,
            detail: Ok(detail),
            fields,
            environ,
        })
    }
}
