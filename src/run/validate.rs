//! What is wrong with a configuration, each problem at its field, so that a form can say it beside the field and the
//! terminal with the field's name.

mod problems;

#[cfg(test)]
mod tests;

use std::fmt;

pub use problems::Problems;

use crate::task::parameter::BindError;
use crate::text::{Sentence, Worded, worded};

/// The most processes that one run may start.
pub const MAX_PROCESSES: usize = 256;

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

/// A field of a configuration, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// Which of its entries, from 0.
    pub entry: Option<usize>,
    /// Which key within its entries.
    pub part: Option<&'static str>,
}

impl Field {
    /// The field with this key.
    pub const fn of(key: &'static str) -> Self {
        Self {
            key,
            entry: None,
            part: None,
        }
    }

    /// One of its entries, counted from 0.
    #[must_use]
    pub const fn entry(self, entry: usize) -> Self {
        Self {
            entry: Some(entry),
            ..self
        }
    }

    /// A key within its entries.
    #[must_use]
    pub const fn part(self, part: &'static str) -> Self {
        Self {
            part: Some(part),
            ..self
        }
    }
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
        needs: String,
    },
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)?;
        if let Some(entry) = self.entry {
            write!(f, "[{entry}]")?;
        }
        match self.part {
            Some(part) => write!(f, ": {part}"),
            None => Ok(()),
        }
    }
}

impl Worded for ProblemKind {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Range { found, min, max } => Sentence::new("problem-range")
                .with("found", found)
                .with("min", min)
                .with("max", max),
            Self::Processes { found, usable_cpus } => Sentence::new("problem-processes")
                .with("found", found.to_string())
                .with("max", MAX_PROCESSES.to_string())
                .with("cpus", *usable_cpus),
            Self::Empty => Sentence::new("problem-empty"),
            Self::Twice { found } => Sentence::new("problem-twice").with("found", shortened(found)),
            Self::TooMany { found, max } => Sentence::new("problem-too-many")
                .with("found", found.to_string())
                .with("max", max.to_string()),
            Self::UnknownName { found, allowed } => {
                let allowed = match allowed.join(", ") {
                    none if none.is_empty() => Sentence::new("problem-none-allowed"),
                    names => Sentence::Verbatim(names),
                };
                Sentence::new("problem-unknown-name")
                    .with("found", shortened(found))
                    .with("allowed", allowed)
            }
            Self::WrongTask { found, allowed } => Sentence::new("problem-wrong-task")
                .with("found", found)
                .with("allowed", allowed.join(", ")),
            Self::Arguments(error) => error.sentence(),
            Self::NotHere { needs } => Sentence::new("problem-not-here").with("needs", needs),
        }
    }
}

worded!(ProblemKind);

/// The beginning of a name that was given, long enough to be known again.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 100;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

impl Worded for Problem {
    fn sentence(&self) -> Sentence {
        Sentence::new("problem-at")
            .with("field", self.field.to_string())
            .with("problem", self.kind.sentence())
    }
}

worded!(Problem);
