//! Moments of the whole run: lines through all lanes, each with a flag in a row of their own above them.

use eframe::egui::{Color32, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::canvas::{Canvas, label_font};
use crate::app::command::RunSelection;
use crate::app::lab::figures;
use crate::app::theme;
use crate::app::theme::UNIT;
use crate::run::event::RunTime;

/// A moment with its flag.
struct Flag {
    t: RunTime,
    words: String,
    line: Color32,
    ink: Color32,
    ground: Color32,
    /// Whether its line goes through all lanes; one that ends nothing in anybody's lane is short.
    is_through: bool,
}

/// Draws where the main's code was done, where the pool got another size, what is selected, and the present; `row` is where
/// the flags stand, in `plot`.
pub fn flags_ui(ui: &Ui, canvas: &Canvas<'_>, plot: Rect, row: Rect) {
    let painter = ui.painter_at(plot);
    let mut placed: Vec<Rect> = Vec::new();
    for flag in flags(canvas) {
        let Some((x, _)) = canvas.x_range(flag.t.seconds(), flag.t.seconds()) else {
            continue;
        };
        let x = x.round() + 0.5;
        let bottom = if flag.is_through {
            plot.bottom()
        } else {
            row.bottom() + UNIT
        };
        painter.vline(x, row.top()..=bottom, Stroke::new(1.0, flag.line));
        let galley = painter.layout_no_wrap(flag.words.clone(), label_font(), flag.ink);
        let size = vec2(galley.size().x + 2.0 * UNIT, row.height() - 1.0);
        let at = place(x, size.x, row, &placed);
        let rect = Rect::from_min_size(pos2(at, row.top()), size);
        painter.rect_filled(rect, theme::RADIUS - 1, flag.ground);
        painter.galley(rect.center() - galley.size() / 2.0, galley, flag.ink);
        let id = ui.make_persistent_id(("flag", placed.len()));
        let response = ui.interact(rect, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &flag.words));
        placed.push(rect);
    }
}

/// Where a flag of this width begins: over its moment, or beside it where others stand; over them where all is full.
fn place(x: f32, width: f32, row: Rect, placed: &[Rect]) -> f32 {
    let last = (row.right() - width).max(row.left());
    let over = (x - width / 2.0).clamp(row.left(), last);
    let is_free = |left: &f32| {
        let right = left + width;
        (row.left()..=last).contains(left)
            && placed
                .iter()
                .all(|other| right <= other.left() || *left >= other.right())
    };
    let beside = placed
        .iter()
        .flat_map(|other| [other.left() - width - 1.0, other.right() + 1.0]);
    let mut beside: Vec<f32> = beside.collect();
    beside.sort_by(|a, b| (a - over).abs().total_cmp(&(b - over).abs()));
    std::iter::once(over)
        .chain(beside)
        .find(is_free)
        .unwrap_or(over)
}

fn flags(canvas: &Canvas<'_>) -> Vec<Flag> {
    let run = canvas.run;
    let theme = run.theme;
    let mut flags = Vec::new();
    if let Some(t) = run.state.code_finished() {
        flags.push(Flag {
            t,
            words: run.text.get("lane-code-finished").to_owned(),
            line: theme.text_strong,
            ink: theme.text_strong,
            ground: theme.raised,
            is_through: true,
        });
    }
    for (t, count) in run.state.pool_sizes() {
        flags.push(Flag {
            t: *t,
            words: run.text.with("lane-resized", &[("count", (*count).into())]),
            line: theme.border_strong,
            ink: theme.text,
            ground: theme.raised,
            is_through: false,
        });
    }
    if run.state.is_live() {
        flags.push(Flag {
            t: run.now,
            words: run.text.get("lane-now").to_owned(),
            line: theme.accent,
            ink: theme.on_accent,
            ground: theme.accent,
            is_through: true,
        });
    }
    if let Some(RunSelection::Moment(t)) = run.selection {
        flags.push(Flag {
            t,
            words: figures::moment(t),
            line: theme.warning,
            ink: theme.warning,
            ground: theme.raised,
            is_through: true,
        });
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_side_by_side_inside_their_row() {
        let row = Rect::from_min_size(pos2(100.0, 0.0), vec2(400.0, 17.0));
        assert!((place(300.0, 60.0, row, &[]) - 270.0).abs() < 0.1);
        assert!((place(100.0, 60.0, row, &[]) - 100.0).abs() < 0.1);
        assert!((place(499.0, 60.0, row, &[]) - 440.0).abs() < 0.1);
        let first = Rect::from_min_size(pos2(270.0, 0.0), vec2(60.0, 16.0));
        assert!((place(310.0, 60.0, row, &[first]) - 331.0).abs() < 0.1);
        assert!((place(290.0, 60.0, row, &[first]) - 209.0).abs() < 0.1);
        // Where all is full it covers others.
        let all = row;
        assert!((place(300.0, 60.0, row, &[all]) - 270.0).abs() < 0.1);
    }
}
