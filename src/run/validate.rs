//! What is wrong with a configuration, each problem at its field, so that a form can say it beside the field and the
//! terminal with the field's name.

mod check;
mod kinds;

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::RangeInclusive;

use crate::task::parameter::BindError;

/// The most processes that one run may start.
pub const MAX_PROCESSES: usize = 256;

/// The most tasks that one run may have.
pub const MAX_TASKS: usize = 100_000;

/// The longest that the main's own code may go on, seconds.
pub const MAX_MAIN_SECONDS: f64 = 3600.0;

/// The shortest and the longest timeout of a task, seconds.
pub const TIMEOUTS: RangeInclusive<f64> = 0.001..=86400.0;

/// How often a task may be tried again at most.
pub const MAX_RETRIES: u32 = 100;

/// How many queues a run may have at most.
pub const MAX_QUEUES: usize = 16;

/// The slowest allowed time scale.
pub const MAX_TIME_SCALE: f64 = 1000.0;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where.
    pub field: Field,
    /// What.
    pub kind: ProblemKind,
}

/// A field of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// `version`.
    Version,
    /// `processes`.
    Processes,
    /// `mode`.
    Mode,
    /// `initializer`.
    Initializer,
    /// `callback`.
    Callback,
    /// `error_callback`.
    ErrorCallback,
    /// `max_tasks_per_child`.
    MaxTasksPerChild,
    /// `timeout`.
    Timeout,
    /// `retries`.
    Retries,
    /// `time_scale`.
    TimeScale,
    /// `main_prints`.
    MainPrints,
    /// `main_seconds`.
    MainSeconds,
    /// `sentinels`.
    Sentinels,
    /// `queues`.
    Queues,
    /// `producers`, or one of them counted from 0.
    Producers(Option<usize>),
    /// `consumers`, or one of them counted from 0.
    Consumers(Option<usize>),
    /// `tasks`, or one of them counted from 0.
    Tasks(Option<usize>),
    /// A key within `tasks` that not every kind of run has.
    TaskKeys(&'static str),
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// A number outside its range.
    Range {
        /// The number.
        found: String,
        /// The smallest allowed.
        min: String,
        /// The largest allowed.
        max: String,
    },
    /// More processes than [`MAX_PROCESSES`] in all, or none.
    Processes {
        /// How many.
        found: usize,
        /// The CPUs that this process may use.
        usable_cpus: u32,
    },
    /// Nothing where something is needed.
    Empty,
    /// More entries than allowed.
    TooMany {
        /// How many.
        found: usize,
        /// How many are allowed.
        max: usize,
    },
    /// A name that stands for two things.
    Twice {
        /// The name.
        found: String,
    },
    /// A name that is none of those allowed.
    UnknownName {
        /// The name.
        found: String,
        /// Those allowed.
        allowed: Vec<String>,
    },
    /// The task cannot be used in this place.
    WrongTask {
        /// The task.
        found: String,
        /// Those that can.
        allowed: Vec<String>,
    },
    /// Arguments that do not fit.
    Arguments(BindError),
    /// Has a meaning only in another kind or mode of run.
    NotHere {
        /// Where it has one.
        needs: &'static str,
    },
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, index) = match self {
            Self::Version => ("version", None),
            Self::Processes => ("processes", None),
            Self::Mode => ("mode", None),
            Self::Initializer => ("initializer", None),
            Self::Callback => ("callback", None),
            Self::ErrorCallback => ("error_callback", None),
            Self::MaxTasksPerChild => ("max_tasks_per_child", None),
            Self::Timeout => ("timeout", None),
            Self::Retries => ("retries", None),
            Self::TimeScale => ("time_scale", None),
            Self::MainPrints => ("main_prints", None),
            Self::MainSeconds => ("main_seconds", None),
            Self::Sentinels => ("sentinels", None),
            Self::Queues => ("queues", None),
            Self::Producers(index) => ("producers", *index),
            Self::Consumers(index) => ("consumers", *index),
            Self::Tasks(index) => ("tasks", *index),
            Self::TaskKeys(key) => return write!(f, "tasks: {key}"),
        };
        match index {
            Some(index) => write!(f, "{name}[{index}]"),
            None => f.write_str(name),
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { found, min, max } => write!(f, "{found}: choose {min} to {max}"),
            Self::Processes { found, usable_cpus } => {
                write!(
                    f,
                    "{found}: choose 1 to {MAX_PROCESSES} (this program may use {usable_cpus} CPUs)"
                )
            }
            Self::Empty => f.write_str("needs at least one entry"),
            Self::Twice { found } => write!(f, "'{}' is there twice", shortened(found)),
            Self::TooMany { found, max } => write!(f, "{found} entries, of at most {max}"),
            Self::UnknownName { found, allowed } => {
                let found = shortened(found);
                let allowed = match allowed.join(", ") {
                    none if none.is_empty() => "none".to_owned(),
                    names => names,
                };
                write!(f, "there is no '{found}'; there is {allowed}")
            }
            Self::WrongTask { found, allowed } => write!(
                f,
                "'{found}' cannot be used here; use {}",
                allowed.join(", ")
            ),
            Self::Arguments(error) => error.fmt(f),
            Self::NotHere { needs } => write!(f, "has a meaning only with {needs}"),
        }
    }
}

/// The beginning of a name that was given, long enough to be known again.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 100;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.kind)
    }
}
