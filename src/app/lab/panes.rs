//! The panes of a run, and which of them share the place at the lower right.

use eframe::egui::Ui;
use serde::{Deserialize, Serialize};

use super::activity::ActivityPane;
use super::code::CodePane;
use super::logs::LogsPane;
use super::processes::ProcessesPane;
use super::results::ResultsPane;
use super::run_view::RunView;
use crate::run::state::RunState;

/// Every pane of a run.
#[derive(Default)]
pub(super) struct Panes {
    pub(super) activity: ActivityPane,
    pub(super) code: CodePane,
    pub(super) logs: LogsPane,
    results: ResultsPane,
    processes: ProcessesPane,
}

impl Panes {
    /// Every pane begins anew, with another run.
    pub(super) fn look_afresh(&mut self) {
        *self = Self {
            logs: LogsPane::new(self.logs.is_to_follow()),
            ..Self::default()
        };
    }

    /// Draws the pane of a tab at the lower right.
    pub(super) fn right_ui(&mut self, ui: &mut Ui, run: &RunView<'_>, tab: RightTab) {
        match tab {
            RightTab::Results => self.results.ui(ui, run),
            RightTab::Processes => self.processes.ui(ui, run),
        }
    }
}

/// The tabs at the lower right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RightTab {
    /// What came out.
    #[default]
    Results,
    /// The processes.
    #[serde(alias = "Workers")]
    Processes,
}

impl RightTab {
    /// The tabs of a run, with the keys of their titles. A run of processes returns nothing, and so has no results.
    pub(super) fn of(run: &RunState, has_results: bool) -> Vec<(Self, &'static str)> {
        let results = if run.queues().is_empty() {
            "lab-tab-results"
        } else {
            "lab-tab-items"
        };
        let results = has_results.then_some((Self::Results, results));
        let processes = (Self::Processes, "lab-tab-processes");
        results.into_iter().chain([processes]).collect()
    }
}
