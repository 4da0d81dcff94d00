//! What cannot be compared although both documents have it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::monitor::document::REDACTED;

/// Values of one field that say nothing about each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotComparable {
    /// Which field.
    pub field: &'static str,
    /// Why.
    pub reason: WhyNot,
    /// Of how many processes.
    pub processes: usize,
}

/// Why values say nothing about each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// The list holds only its first items, in one document at least.
    Cut,
    /// Some values are hidden in one document and shown in the other.
    Redacted,
}

impl WhyNot {
    /// In words that follow the name of a field.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cut => "one of the lists holds only its first items",
            Self::Redacted => "values are hidden in one snapshot and shown in the other",
        }
    }
}

/// Counts them, kind by kind.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<(&'static str, WhyNot), usize>);

impl Tally {
    /// One process more.
    pub(super) fn add(&mut self, field: &'static str, reason: WhyNot) {
        *self.0.entry((field, reason)).or_default() += 1;
    }

    /// By field.
    pub(super) fn into_list(self) -> Vec<NotComparable> {
        let kinds = self.0.into_iter();
        kinds
            .map(|((field, reason), processes)| NotComparable {
                field,
                reason,
                processes,
            })
            .collect()
    }
}

/// Takes the values out that are hidden on one side and shown on the other; true if there were any.
pub(super) fn take_hidden(before: &mut Map<String, Value>, after: &mut Map<String, Value>) -> bool {
    let is_hidden = |value: &Value| value == REDACTED;
    let names: Vec<_> = before
        .iter()
        .filter(|(name, value)| {
            let other = after.get(*name);
            other.is_some_and(|other| is_hidden(value) != is_hidden(other))
        })
        .map(|(name, _)| name.clone())
        .collect();
    for name in &names {
        before.remove(name);
        after.remove(name);
    }
    !names.is_empty()
}
