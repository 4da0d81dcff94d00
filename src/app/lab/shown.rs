//! The run that is shown, and how it is looked at.

use std::cell::Cell;
use std::time::Instant;

use super::run_view::RunView;
use super::runs::RunHistory;
use crate::app::command::RunSelection;
use crate::app::view::View;
use crate::run::state::RunState;

/// The runs, which of them is shown, and what is selected in it.
#[derive(Default)]
pub(super) struct ShownRun {
    pub(super) runs: RunHistory,
    /// What is shown while there is no run.
    nothing: RunState,
    pub(super) selection: Option<RunSelection>,
    /// What was under the pointer in the last picture, and what is in this one.
    pub(super) preview: Option<RunSelection>,
    pub(super) pointed: Cell<Option<RunSelection>>,
}

impl ShownRun {
    /// The state of the run that is shown, from the events so far.
    pub(super) fn state(&self) -> &RunState {
        self.runs
            .session()
            .map_or(&self.nothing, |session| session.state())
    }

    /// The run as panes see it.
    pub(super) fn view<'a>(&'a self, view: View<'a>) -> RunView<'a> {
        let session = self.runs.session();
        let now = session.map_or_else(Default::default, |session| session.now(Instant::now()));
        let pointing = (self.preview, &self.pointed);
        RunView::new(view, self.state(), now, self.selection, pointing)
    }
}
