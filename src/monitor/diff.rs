//! Two documents compared: what is new, what is gone, what has changed, and what has grown.
//!
//! Processes are matched by pid and start time, which name one process only within one boot of one machine: documents of
//! different boots are not compared. Pure; [`Comparison`] is also the document `proclab.diff/1`.

mod absence;
mod figure;
mod incomparable;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;
use thiserror::Error;

use super::document::{Document, ENVIRON, EndedRecord, ProcessRecord};
use super::figure::{FigureId, GROWING};
use super::naming::{self, Subject};
use super::snapshot::LimitedView;
use crate::os::ProcKey;

pub use absence::Lack;
use absence::{is_gone, sure_start};
pub use incomparable::{NotComparable, WhyNot};
use incomparable::{Tally, take_hidden};

/// Name and version of the document.
pub const DIFF_SCHEMA: &str = "proclab.diff/1";

/// The fields that are facts, which stay as they are unless something happens; others come and go with the work.
pub const FACTS: [&str; 23] = [
    "name",
    "ppid",
    "username",
    "terminal",
    "nice",
    "exe",
    "cmdline",
    "cwd",
    "uids",
    "gids",
    "open_files",
    "connections",
    "scheduling",
    "cpu_affinity",
    "ionice",
    "oom_score_adj",
    "namespaces",
    "container",
    "cgroup",
    "limits",
    "environ",
    "is_kernel_thread",
    "status",
];

/// What came of comparing two documents.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// [`DIFF_SCHEMA`].
    pub schema: &'static str,
    /// The earlier one.
    pub before: Moment,
    /// The later one.
    pub after: Moment,
    /// Seconds between them.
    pub seconds: f64,
    /// Processes that have begun since the earlier one, by pid.
    pub new: Vec<Lone>,
    /// Further ones that only the later one has: they were there before, and the earlier one is of a choice without them, or
    /// could not see them.
    pub left_out: usize,
    /// Processes that have ended since the earlier one, by pid.
    pub gone: Vec<Lone>,
    /// Further ones that only the earlier one has: nothing says that they have ended, and the later one is of a choice without
    /// them, or could not see them. As a document, how many they are.
    #[serde(serialize_with = "count")]
    pub left_out_later: Vec<Lone>,
    /// Processes of both of which a fact or a figure has changed, the most grown in memory first.
    pub changed: Vec<Changed>,
    /// Further ones that changed by less than was asked for.
    pub changed_less: usize,
    /// Processes of both without a difference in what both documents have of them.
    pub unchanged: usize,
    /// What both have of some processes and what says nothing nevertheless, once for each kind.
    pub not_comparable: Vec<NotComparable>,
    /// The figures that both documents have of some process: of the others nothing can be said.
    pub figures: Vec<FigureId>,
}

/// A document of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// When it was taken.
    pub taken_at: String,
    /// On which machine.
    pub host: String,
    /// Since which boot; empty if unknown.
    pub boot_id: String,
    /// How many processes it has.
    pub processes: usize,
    /// Why others may have been there then.
    #[serde(skip)]
    pub lack: Option<Lack>,
}

/// A process that only one of them has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lone {
    /// Its pid.
    pub pid: u32,
    /// Its start.
    pub start_ticks: u64,
    /// Its name, if the document has it.
    pub name: Option<String>,
    /// The same with what it runs, as far as the document tells it.
    pub label: Option<String>,
    /// Its user, likewise.
    pub username: Option<String>,
    /// Its arguments, likewise.
    pub cmdline: Option<Vec<String>>,
    /// What it held, where the document says it.
    #[serde(serialize_with = "figure::numbers")]
    pub figures: BTreeMap<FigureId, f64>,
    /// How it ended, if some document tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// An end of which a document tells.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct End {
    /// When: RFC 3339, UTC.
    pub ended_at: String,
    /// The exit status, or -N for signal N; null if that was not heard.
    pub exit_code: Option<i32>,
    /// The name of the signal, if one ended it.
    pub signal: Option<String>,
    /// How long it lived, seconds.
    pub lifetime: f64,
}

/// A process of both that is not as it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changed {
    /// Its pid.
    pub pid: u32,
    /// Its start.
    pub start_ticks: u64,
    /// Its name, if a document has it.
    pub name: Option<String>,
    /// The same with what it runs, as far as the document tells it.
    pub label: Option<String>,
    /// Figures that both documents have and that are not the same.
    #[serde(serialize_with = "figure::in_order")]
    pub growth: BTreeMap<FigureId, Growth>,
    /// Facts that both have and that are not the same.
    pub facts: BTreeMap<&'static str, FactChange>,
}

/// A figure before and after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Growth {
    /// Before.
    #[serde(serialize_with = "figure::number")]
    pub before: f64,
    /// After.
    #[serde(serialize_with = "figure::number")]
    pub after: f64,
    /// After less before.
    #[serde(serialize_with = "figure::number")]
    pub growth: f64,
}

/// A fact before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactChange {
    /// Before.
    pub before: Value,
    /// After.
    pub after: Value,
}

/// Why two documents cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DiffError {
    /// They are of different machines.
    #[error(
        "these are snapshots of different machines, `{before}` and `{after}`: none of their processes is the same, so there \
is nothing to compare"
    )]
    OtherHost {
        /// The host of the first.
        before: String,
        /// The host of the second.
        after: String,
    },
    /// The machine was started anew in between.
    #[error(
        "`{host}` was booted between these snapshots: no process outlives that and pids are given anew, so there is nothing \
to compare"
    )]
    OtherBoot {
        /// Which machine.
        host: String,
    },
    /// One shows the pids of a container, the other those of the machine.
    #[error(
        "one of these snapshots was taken in a container or another pid namespace, the other was not: their pids are not \
those of the same processes, so there is nothing to compare"
    )]
    OtherNamespace,
    /// One does not say when it was taken.
    #[error("`{0}` is no time: the snapshot is damaged")]
    NoTime(String),
}

/// No process has a figure in both documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("these snapshots do not both have {field}: take them with --fields name,{field}")]
pub struct NoFigure {
    /// The field that would have it.
    pub field: &'static str,
}

impl Comparison {
    /// Compares two documents, whichever way round they are given.
    pub fn of(one: &Document, other: &Document) -> Result<Self, DiffError> {
        let (a, b) = (time(one)?, time(other)?);
        let (before, after) = if a <= b { (one, other) } else { (other, one) };
        let seconds = (a.as_millisecond() - b.as_millisecond()).unsigned_abs() as f64 / 1e3;
        is_one_boot(before, after)?;
        if is_of_namespace(before) != is_of_namespace(after) {
            return Err(DiffError::OtherNamespace);
        }
        let earlier: BTreeMap<ProcKey, &ProcessRecord> = keyed(before);
        let later: BTreeMap<ProcKey, &ProcessRecord> = keyed(after);
        let only = |these: &BTreeMap<ProcKey, &ProcessRecord>, those: &BTreeMap<ProcKey, _>| {
            let alone = these.iter().filter(|(key, _)| !those.contains_key(key));
            alone.map(|(_, process)| Lone::of(process)).collect()
        };
        let pids: BTreeSet<u32> = later.keys().map(|key| key.pid).collect();
        let only_before: Vec<Lone> = only(&earlier, &later);
        let (gone, left_out_later) = only_before
            .into_iter()
            // Who has the same pid can have it only after its end.
            .partition(|lone| pids.contains(&lone.pid) || is_gone(lone.pid, before, after));
        let mut new: Vec<Lone> = only(&later, &earlier);
        let came = new.len();
        let sure = sure_start(before, a.min(b));
        new.retain(|lone| lone.start_ticks >= sure);
        let left_out = came - new.len();
        let both = earlier
            .iter()
            .filter_map(|(key, process)| Some((*process, *later.get(key)?)));
        let (mut changed, mut unchanged) = (Vec::new(), 0);
        let mut figures = GROWING.to_vec();
        let is_in = |id: &FigureId| {
            let has = |process| figure::read(*id, process).is_some();
            let mut both = both.clone();
            both.any(|(before, after)| has(before) && has(after))
        };
        figures.retain(is_in);
        let mut not_comparable = Tally::default();
        for (before, after) in both {
            match Changed::between(before, after, &mut not_comparable) {
                Some(change) => changed.push(change),
                None => unchanged += 1,
            }
        }
        changed.sort_by(|a, b| b.rank().total_cmp(&a.rank()).then(a.pid.cmp(&b.pid)));
        let mut comparison = Self {
            schema: DIFF_SCHEMA,
            before: Moment::of(before),
            after: Moment::of(after),
            seconds,
            new,
            left_out,
            gone,
            left_out_later,
            changed,
            changed_less: 0,
            unchanged,
            not_comparable: not_comparable.into_list(),
            figures,
        };
        // What it tells itself had ended by it, even if that was while it was taken.
        for ended in after.ended.value().into_iter().flatten() {
            comparison.take_end(ended);
        }
        Ok(comparison)
    }

    /// Takes in how a process ended, by what some document tells. What does not concern those that are gone is left aside, and
    /// so is who ended after the later document: the filter of that one had left it out.
    pub fn note_end(&mut self, ended: &EndedRecord) {
        let time = |text: &str| text.parse::<Timestamp>().ok();
        if time(&ended.ended_at).is_some_and(|at| Some(at) <= time(&self.after.taken_at)) {
            self.take_end(ended);
        }
    }

    fn take_end(&mut self, ended: &EndedRecord) {
        let process = &ended.process;
        let key = (process.pid, process.start_ticks);
        let of = |lone: &Lone| (lone.pid, lone.start_ticks);
        // Of one that was left out it is known now.
        if let Ok(place) = self.left_out_later.binary_search_by_key(&key, of) {
            let lone = self.left_out_later.remove(place);
            let among = self.gone.partition_point(|gone| of(gone) < key);
            self.gone.insert(among, lone);
        }
        let place = self.gone.binary_search_by_key(&key, of);
        let Some(gone) = place.ok().and_then(|place| self.gone.get_mut(place)) else {
            return;
        };
        let exit_code = ended.exit_code.value().copied();
        // One that is told again is told better, unless what was heard then has been lost since.
        let is_known = gone.end.as_ref().is_some_and(|end| end.exit_code.is_some());
        if is_known && exit_code.is_none() {
            return;
        }
        gone.end = Some(End {
            ended_at: ended.ended_at.clone(),
            exit_code,
            signal: ended.signal.value().cloned(),
            lifetime: ended.lifetime,
        });
    }

    /// Leaves, of what has changed, only what has grown by so much in one of these figures, of which the documents must
    /// have one.
    pub fn keep_growth(&mut self, least: &BTreeMap<FigureId, f64>) -> Result<(), NoFigure> {
        let Some(first) = least.keys().next() else {
            return Ok(());
        };
        if !least.keys().any(|id| self.figures.contains(id)) {
            let field = first.figure().fields().next().unwrap_or_default();
            return Err(NoFigure { field });
        }
        let before = self.changed.len();
        self.changed.retain(|changed| {
            least.iter().any(|(id, least)| {
                let growth = changed.growth.get(id);
                growth.is_some_and(|growth| growth.growth >= *least)
            })
        });
        self.changed_less = before - self.changed.len();
        Ok(())
    }
}

impl Moment {
    fn of(document: &Document) -> Self {
        Self {
            taken_at: document.taken_at.clone(),
            host: document.host.name.clone(),
            boot_id: document.host.known_boot_id().unwrap_or_default().to_owned(),
            processes: document.processes.len(),
            lack: Lack::of(document),
        }
    }
}

impl Lone {
    fn of(process: &ProcessRecord) -> Self {
        Self {
            pid: process.pid,
            start_ticks: process.start_ticks,
            name: process.name.value().cloned(),
            label: label_of(process),
            username: process.username.value().cloned(),
            cmdline: process.cmdline.value().cloned(),
            figures: GROWING
                .into_iter()
                .filter_map(|id| Some((id, figure::read(id, process)?)))
                .collect(),
            end: None,
        }
    }

    /// Which process it is.
    pub const fn key(&self) -> ProcKey {
        ProcKey {
            pid: self.pid,
            start_ticks: self.start_ticks,
        }
    }
}

impl Changed {
    /// `None` if nothing has.
    fn between(
        before: &ProcessRecord,
        after: &ProcessRecord,
        not_comparable: &mut Tally,
    ) -> Option<Self> {
        let growth = GROWING.into_iter().filter_map(|id| {
            let (before, after) = (figure::read(id, before)?, figure::read(id, after)?);
            let growth = after - before;
            (growth != 0.0).then_some((
                id,
                Growth {
                    before,
                    after,
                    growth,
                },
            ))
        });
        let changed = Self {
            pid: after.pid,
            start_ticks: after.start_ticks,
            name: after.name.value().or(before.name.value()).cloned(),
            label: label_of(after).or_else(|| label_of(before)),
            growth: growth.collect(),
            facts: facts_between(before, after, not_comparable),
        };
        (!changed.growth.is_empty() || !changed.facts.is_empty()).then_some(changed)
    }

    /// Which process it is.
    pub const fn key(&self) -> ProcKey {
        ProcKey {
            pid: self.pid,
            start_ticks: self.start_ticks,
        }
    }

    /// By what it stands among others: memory, and where the documents have none, descriptors.
    fn rank(&self) -> f64 {
        let growth = |id| self.growth.get(&id).map(|growth: &Growth| growth.growth);
        growth(FigureId::Memory)
            .or_else(|| growth(FigureId::Unshared))
            .or_else(|| growth(FigureId::Descriptors))
            .unwrap_or(0.0)
    }
}

/// What a document's process is called on screen: as the document says, or as follows from what it says.
fn label_of(process: &ProcessRecord) -> Option<String> {
    let known = process.label.value().cloned();
    known.or_else(|| {
        let exe = process.exe.value().map(String::as_str);
        let subject = process.cmdline.value().and_then(|args| Subject::of(args));
        let name = process.name.value()?;
        Some(naming::label(name, exe, subject.as_ref()).to_owned())
    })
}

/// As a number: how many there are.
fn count<S: Serializer>(list: &[Lone], serializer: S) -> Result<S::Ok, S::Error> {
    list.len().serialize(serializer)
}

fn time(document: &Document) -> Result<Timestamp, DiffError> {
    let time = document.taken_at.parse();
    time.map_err(|_no_time| DiffError::NoTime(document.taken_at.clone()))
}

fn is_one_boot(before: &Document, after: &Document) -> Result<(), DiffError> {
    let (a, b) = (&before.host, &after.host);
    if a.known_boot_id().is_some() && a.known_boot_id() == b.known_boot_id() {
        return Ok(());
    }
    if a.name == b.name {
        return Err(DiffError::OtherBoot {
            host: a.name.clone(),
        });
    }
    Err(DiffError::OtherHost {
        before: a.name.clone(),
        after: b.name.clone(),
    })
}

/// Whether its pids are those of a pid namespace of its own.
fn is_of_namespace(document: &Document) -> bool {
    document.limited_view.as_deref() == Some(LimitedView::PidNamespace.word())
}

fn keyed(document: &Document) -> BTreeMap<ProcKey, &ProcessRecord> {
    let processes = document.processes.iter();
    processes.map(|process| (process.key(), process)).collect()
}

fn facts_between(
    before: &ProcessRecord,
    after: &ProcessRecord,
    not_comparable: &mut Tally,
) -> BTreeMap<&'static str, FactChange> {
    let cut: BTreeSet<&String> = before.cut.iter().chain(&after.cut).collect();
    let [before, after] = [before, after].map(|process| serde_json::to_value(process).ok());
    let (Some(before), Some(after)) = (before, after) else {
        return BTreeMap::new();
    };
    let turn = |name: &'static str| {
        let (mut before, mut after) = (fact(name, &before)?, fact(name, &after)?);
        if cut.iter().any(|cut| *cut == name) {
            not_comparable.add(name, WhyNot::Cut);
            return None;
        }
        if let (ENVIRON, Value::Object(before), Value::Object(after)) =
            (name, &mut before, &mut after)
            && take_hidden(before, after)
        {
            not_comparable.add(name, WhyNot::Redacted);
        }
        (before != after).then_some((name, FactChange { before, after }))
    };
    FACTS.into_iter().filter_map(turn).collect()
}

/// The part of a field's value that is a fact: of a file where it is, not how far it was read. `None` if it could not be read.
fn fact(name: &str, process: &Value) -> Option<Value> {
    let value = process.get(name).filter(|value| !value.is_null())?;
    if name == "status" {
        // Running and sleeping are work; the others befall a process.
        let is_at_work = matches!(
            value.as_str(),
            Some("running" | "sleeping" | "disk-sleep" | "idle")
        );
        return Some(if is_at_work {
            "alive".into()
        } else {
            value.clone()
        });
    }
    if name == "open_files" {
        let files = value.as_array()?.iter();
        let mut paths: Vec<_> = files.filter_map(|file| file["path"].as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        return Some(paths.into());
    }
    Some(value.clone())
}

#[cfg(test)]
mod tests;
