//! Which rows of a list are in sight, and which one a selection made elsewhere brings there.

use std::ops::Range;

use eframe::egui::Ui;
use eframe::egui::scroll_area::ScrollAreaOutput;

use crate::app::lab::{RunView, Selection};

/// What a list remembers of its last picture.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    seen_selection: Option<Selection>,
    /// The rows that were wholly in sight.
    shown: Range<usize>,
    /// Whether it showed the last row.
    at_end: bool,
}

impl Sight {
    /// The row to bring into sight: that of a selection made elsewhere, if it is not there already. A list that `follows`
    /// what comes is not taken away from its end while the run goes on.
    pub fn target(
        &mut self,
        run: &RunView<'_>,
        follows: bool,
        row: impl FnOnce(Selection) -> Option<usize>,
    ) -> Option<usize> {
        if self.seen_selection == run.selection {
            return None;
        }
        self.seen_selection = run.selection;
        let row = row(run.selection?)?;
        let stays = follows && self.at_end && run.state.is_live();
        (!stays && !self.shown.is_empty() && !self.shown.contains(&row)).then_some(row)
    }

    /// Says that a click in this list selects this, or nothing if it is selected already: the list stays where it is.
    pub fn note_click(&mut self, run: &RunView<'_>, selection: Selection) {
        self.seen_selection = (run.selection != Some(selection)).then_some(selection);
    }

    /// Notes what is in sight.
    pub fn note_shown<R>(&mut self, output: &ScrollAreaOutput<R>, row_height: f32, rows: usize) {
        let offset = output.state.clamped_offset().y;
        let last = (offset + output.inner_rect.height()) / row_height;
        self.shown = (offset / row_height).ceil() as usize..last.floor() as usize;
        self.at_end = self.shown.end >= rows;
    }

    /// How far down a list of this height is scrolled so that a row is in its upper half.
    pub fn offset(row: usize, row_height: f32, height: f32) -> f32 {
        let above = (height / row_height / 3.0).floor();
        (row as f32 - above).max(0.0) * row_height
    }
}

/// Whether somebody scrolls in what is left of `ui`, with the wheel or by dragging.
pub fn is_scrolled(ui: &Ui) -> bool {
    ui.rect_contains_pointer(ui.available_rect_before_wrap())
        && ui.input(|input| {
            input.smooth_scroll_delta().y.abs() > 0.0 || input.pointer.is_decidedly_dragging()
        })
}
