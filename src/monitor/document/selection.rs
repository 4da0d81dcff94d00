//! Of which processes a document is, where it is not of all.

use serde::{Deserialize, Serialize};

use super::slot::Slot;
use super::take::Request;

/// By what processes were chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChosenBy {
    /// Pids or a filter.
    Options,
    /// They were selected in a window.
    Selected,
    /// They were what a window's table showed.
    Table,
}

impl ChosenBy {
    /// Every way, for the schema.
    pub const WORDS: [&str; 3] = ["options", "selected", "table"];
}

/// Of which processes a document is. Others were there, and nothing follows from their absence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectionRecord {
    /// By what they were chosen.
    pub by: ChosenBy,
    /// The pids that were named; null if none were.
    pub pids: Option<Vec<u32>>,
    /// The filter that they pass; null if there was none.
    pub filter: Option<String>,
}

impl SelectionRecord {
    /// Those that a request names, if it does not ask for all.
    pub fn of(request: &Request) -> Slot<Self> {
        let pids = (!request.pids.is_empty()).then(|| request.pids.clone());
        let filter = filter_of(request.filter.text());
        if pids.is_none() && filter.is_none() {
            return Slot::Null;
        }
        let by = ChosenBy::Options;
        Slot::Value(Self { by, pids, filter })
    }

    /// Those that were selected in a window.
    pub const fn selected() -> Slot<Self> {
        Slot::Value(Self {
            by: ChosenBy::Selected,
            pids: None,
            filter: None,
        })
    }

    /// Those that a table with this filter showed.
    pub fn table(filter: &str) -> Slot<Self> {
        Slot::Value(Self {
            by: ChosenBy::Table,
            pids: None,
            filter: filter_of(filter),
        })
    }

    /// Whether it holds a process of this pid as long as that lives.
    pub fn names(&self, pid: u32) -> bool {
        let pids = self.pids.as_ref().filter(|_| self.filter.is_none());
        pids.is_some_and(|pids| pids.contains(&pid))
    }
}

fn filter_of(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
