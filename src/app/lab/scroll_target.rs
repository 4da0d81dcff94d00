//! Which rows of a list are in sight, and which one a selection made elsewhere brings there.

use std::ops::Range;
use std::sync::Arc;

use eframe::egui::scroll_area::ScrollAreaOutput;
use eframe::egui::{Rangef, Ui};

use super::RunView;
use crate::app::command::RunSelection;

/// What a list remembers of its last picture.
#[derive(Clone, Debug, Default)]
pub struct ScrollTarget {
    seen_selection: Option<RunSelection>,
    /// The rows that were wholly in sight.
    shown: Range<usize>,
    /// Whether it showed the last row.
    at_end: bool,
}

impl ScrollTarget {
    /// The row to bring into sight: that of a selection made elsewhere, if it is not there already. A list that `follows`
    /// what comes is not taken away from its end while the run goes on.
    pub fn target(
        &mut self,
        run: &RunView<'_>,
        follows: bool,
        row: impl FnOnce(RunSelection) -> Option<usize>,
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
    pub fn note_click(&mut self, run: &RunView<'_>, selection: RunSelection) {
        self.seen_selection = (run.selection != Some(selection)).then_some(selection);
    }

    /// Notes what is in sight.
    pub fn note_shown<R>(&mut self, output: &ScrollAreaOutput<R>, row_height: f32, rows: usize) {
        let offset = output.state.clamped_offset().y;
        let last = (offset + output.inner_rect.height()) / row_height;
        self.shown = (offset / row_height).ceil() as usize..last.floor() as usize;
        self.at_end = self.shown.end >= rows;
    }

    /// Notes what is in sight of a list whose rows differ in height.
    pub fn note_shown_of<R>(&mut self, output: &ScrollAreaOutput<R>, rows: &UnevenRows) {
        let offset = output.state.clamped_offset().y;
        self.shown = rows.wholly_within(offset, offset + output.inner_rect.height());
        self.at_end = self.shown.end >= rows.len();
    }

    /// How far down a list of this height is scrolled so that a row is in its upper half.
    pub fn offset(row: usize, row_height: f32, height: f32) -> f32 {
        let above = (height / row_height / 3.0).floor();
        (row as f32 - above).max(0.0) * row_height
    }
}

/// Whether the user scrolls in the rest of `ui`, with the wheel or by dragging.
pub fn is_scrolled(ui: &Ui) -> bool {
    ui.rect_contains_pointer(ui.available_rect_before_wrap())
        && ui.input(|input| {
            input.smooth_scroll_delta().y.abs() > 0.0 || input.pointer.is_decidedly_dragging()
        })
}

/// Where the rows of a list lie that differ in height.
#[derive(Clone, Debug)]
pub struct UnevenRows {
    /// Where each begins, and where the last one ends.
    edges: Vec<f32>,
}

impl UnevenRows {
    /// Rows of these heights, the first at 0.
    pub fn new(heights: impl IntoIterator<Item = f32>) -> Self {
        let mut edges = vec![0.0];
        let mut at = 0.0;
        edges.extend(heights.into_iter().map(|height| {
            at += height;
            at
        }));
        Self { edges }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.edges.len() - 1
    }

    /// How high they are together.
    pub fn height(&self) -> f32 {
        self.edges.last().copied().unwrap_or_default()
    }

    /// From where to where a row goes.
    pub fn span(&self, row: usize) -> Rangef {
        let at = |place: usize| self.edges.get(place).copied().unwrap_or(self.height());
        Rangef::new(at(row), at(row + 1))
    }

    /// The rows of which something lies between two heights.
    pub fn in_sight(&self, from: f32, to: f32) -> Range<usize> {
        let first = self.edges.partition_point(|edge| *edge <= from);
        let last = self.edges.partition_point(|edge| *edge < to);
        first.saturating_sub(1)..last.min(self.len())
    }

    /// The rows that lie wholly between two heights.
    fn wholly_within(&self, from: f32, to: f32) -> Range<usize> {
        let first = self.edges.partition_point(|edge| *edge < from);
        let last = self.edges.partition_point(|edge| *edge <= to);
        first..last.saturating_sub(1).max(first)
    }

    /// How far down a list of this height is scrolled so that a row is in its upper half.
    pub fn offset(&self, row: usize, height: f32) -> f32 {
        (self.span(row).min - height / 3.0).max(0.0)
    }
}

/// What the heights of a list's rows follow from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowsKey {
    /// How many events of the run are known.
    pub revision: u64,
    /// How wide the list is, points, and how many pixels a point has: words wrap accordingly.
    pub width: f32,
    pub pixels_per_point: f32,
}

/// The rows of the last picture: laying out the words of all of them again in each one would cost more than drawing those in sight.
#[derive(Clone, Debug, Default)]
pub struct KeptRows(Option<(RowsKey, Arc<UnevenRows>)>);

impl KeptRows {
    /// The rows for `key`, measured anew only if it differs from that of the last picture.
    pub fn get(&mut self, key: RowsKey, measure: impl FnOnce() -> UnevenRows) -> Arc<UnevenRows> {
        if let Some((kept_for, rows)) = &self.0
            && *kept_for == key
        {
            return Arc::clone(rows);
        }
        let rows = Arc::new(measure());
        self.0 = Some((key, Arc::clone(&rows)));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_measured_only_when_something_has_changed() {
        let key = RowsKey {
            revision: 7,
            width: 300.0,
            pixels_per_point: 1.0,
        };
        let others = [
            RowsKey { revision: 8, ..key },
            RowsKey {
                width: 301.0,
                ..key
            },
            RowsKey {
                pixels_per_point: 1.1,
                ..key
            },
        ];
        for other in others {
            let mut kept = KeptRows::default();
            let mut measured = Vec::new();
            for key in [key, key, other, other, key] {
                let rows = kept.get(key, || {
                    measured.push(key);
                    UnevenRows::new([measured.len() as f32])
                });
                let latest = measured.len() as f32;
                assert!((rows.height() - latest).abs() < 0.01, "{key:?}");
            }
            assert_eq!(measured, [key, other, key]);
        }
    }

    #[test]
    fn rows_of_different_heights_are_found() {
        let rows = UnevenRows::new([20.0, 50.0, 20.0]);
        assert_eq!((rows.len(), rows.height()), (3, 90.0));
        assert_eq!((rows.span(1).min, rows.span(1).max), (20.0, 70.0));
        assert_eq!(rows.in_sight(0.0, 20.0), 0..1);
        assert_eq!(rows.in_sight(25.0, 75.0), 1..3);
        assert_eq!(rows.in_sight(0.0, 900.0), 0..3);
        assert_eq!(rows.wholly_within(5.0, 80.0), 1..2);
        assert_eq!(rows.wholly_within(30.0, 60.0), 2..2);
        assert!((rows.offset(2, 60.0) - 50.0).abs() < 0.01);
        assert_eq!(UnevenRows::new([]).in_sight(0.0, 9.0), 0..0);
    }
}
