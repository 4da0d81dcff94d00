//! The figures of a process that can grow.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::monitor::document::{ProcessRecord, Slot};
use crate::monitor::unit::{bytes_text, cpu_time_text};

/// Which figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum FigureId {
    /// Resident memory.
    #[serde(rename = "rss")]
    Rss,
    /// Memory that nobody shares.
    #[serde(rename = "uss")]
    Uss,
    /// Open descriptors.
    #[serde(rename = "num_fds")]
    Descriptors,
    /// Threads.
    #[serde(rename = "num_threads")]
    Threads,
    /// CPU time.
    #[serde(rename = "cpu_seconds")]
    CpuTime,
}

/// What there is to know about a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Which one.
    pub id: FigureId,
    /// Its name in documents.
    pub name: &'static str,
    /// Its title in a table.
    pub title: &'static str,
}

/// Every figure, in the order in which they are shown.
pub const FIGURES: [Figure; 5] = [
    figure(FigureId::Rss, "rss", "MEMORY"),
    figure(FigureId::Uss, "uss", "UNSHARED"),
    figure(FigureId::Descriptors, "num_fds", "FILES"),
    figure(FigureId::Threads, "num_threads", "THREADS"),
    figure(FigureId::CpuTime, "cpu_seconds", "CPU TIME"),
];

const fn figure(id: FigureId, name: &'static str, title: &'static str) -> Figure {
    Figure { id, name, title }
}

/// Bytes and counts as the whole numbers that they are.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
pub(super) fn number<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
    if value.fract() == 0.0 {
        to.serialize_i64(*value as i64)
    } else {
        to.serialize_f64(*value)
    }
}

pub(super) fn numbers<S: Serializer>(
    figures: &BTreeMap<FigureId, f64>,
    to: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Number(#[serde(serialize_with = "number")] f64);
    to.collect_map(figures.iter().map(|(id, &value)| (id, Number(value))))
}

impl FigureId {
    /// The field of a document that has it.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Rss => "memory_info",
            Self::Uss => "memory_full_info",
            Self::Descriptors => "num_fds",
            Self::Threads => "num_threads",
            Self::CpuTime => "cpu_times",
        }
    }

    /// A value of it as people read it.
    pub fn text(self, value: f64) -> String {
        match self {
            Self::Rss | Self::Uss => bytes_text(value as u64),
            Self::Descriptors | Self::Threads => (value as u64).to_string(),
            // A little work is what one looks for here.
            Self::CpuTime if value < 60.0 => format!("{value:.2} s"),
            Self::CpuTime => cpu_time_text(value),
        }
    }

    /// Its value in a record; `None` if that does not have it.
    pub fn read(self, process: &ProcessRecord) -> Option<f64> {
        let of = |slot: Option<&u64>| slot.map(|&value| value as f64);
        match self {
            Self::Rss => of(process.memory_info.value().map(|memory| &memory.rss)),
            Self::Uss => of(process
                .memory_full_info
                .value()
                .and_then(|memory| memory.uss.value())),
            Self::Descriptors => of(process.num_fds.value()),
            Self::Threads => process.num_threads.value().map(|&count| f64::from(count)),
            Self::CpuTime => {
                let times = Slot::value(&process.cpu_times)?;
                // To the tick of the clock; sums of such fractions have noise behind it.
                Some(((times.user + times.system) * 100.0).round() / 100.0)
            }
        }
    }
}
