//! Heads and cells of the Lab's lists.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{self, Rect, Sense, Ui, pos2, vec2};

use super::RunView;
use crate::app::theme::{self, Face, ROW, UNIT};
use crate::app::widgets::paint_line;

/// The heads of a table's columns, in order: each with its place, from the left or, if negative, from the right. A head that
/// has no room beside the next one is cut.
pub fn head_ui(ui: &mut Ui, run: &RunView<'_>, columns: &[(f32, &str)]) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    ui.painter().rect_filled(rect, 0, run.theme.raised);
    let font = theme::font(Face::Regular, theme::TEXT_XS);
    let ink = run.theme.text_dim;
    let mut free_to = rect.right();
    for (x, key) in columns.iter().rev() {
        let words = run.text.get(key);
        let (left, right) = if *x < 0.0 {
            let width = ui
                .painter()
                .layout_no_wrap(words.to_owned(), font.clone(), ink)
                .size()
                .x;
            let right = rect.right() + x;
            (right - width, right)
        } else {
            (rect.left() + x, free_to - UNIT)
        };
        free_to = left;
        let place = Rect::from_x_y_ranges(left..=right + 0.5, rect.y_range());
        paint_line(
            ui.painter(),
            place,
            egui::Align::Min,
            words,
            font.clone(),
            ink,
        );
    }
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, run.theme.line());
}

/// Writes words into a stretch of a row, shortened to fit.
pub fn elided(
    ui: &Ui,
    x: std::ops::RangeInclusive<f32>,
    y: f32,
    words: &str,
    ink: egui::Color32,
    face: Face,
) {
    let room = x.end() - x.start();
    if room < 8.0 || words.is_empty() {
        return;
    }
    let mut job =
        LayoutJob::simple_singleline(words.to_owned(), theme::font(face, theme::TEXT_S), ink);
    job.wrap = TextWrapping::truncate_at_width(room);
    let galley = ui.painter().layout_job(job);
    let rect = Rect::from_min_size(pos2(*x.start(), y - galley.size().y / 2.0), galley.size());
    ui.painter().galley(rect.min, galley, ink);
}
