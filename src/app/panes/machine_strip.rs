//! The machine as a whole: CPU, memory and load, with the last two minutes behind the first two.

use std::time::Instant;

use eframe::egui::{Align, Align2, Color32, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::reason::{Asking, reason_text};
use crate::app::theme::{self, Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{paint_line, sparkline};
use crate::monitor::history::Series;
use crate::monitor::unit::bytes_text;
use crate::monitor::{History, Reading, Snapshot};

/// Height of the strip.
pub const STRIP: f32 = 64.0;
/// Seconds in a curve.
const SPAN_SECONDS: f64 = 120.0;
/// Width of the column of figures.
const FIGURES: f32 = 132.0;

/// One figure with what stands under and beside it.
struct Figure<'a> {
    title: &'a str,
    value: Reading<String>,
    note: String,
    tip: &'a str,
    series: Option<(&'a Series, f64, Color32)>,
}

/// Draws the strip.
pub fn machine_strip_ui(ui: &mut Ui, view: View<'_>, snapshot: &Snapshot, history: &History) {
    let full = ui.available_rect_before_wrap();
    let machine = &snapshot.machine;
    let cores = view.text.with(
        "machine-cores",
        &[("count", snapshot.host.cpu_count.into())],
    );
    let total = machine.memory_total_bytes.value().copied();
    let memory_note = total.map_or_else(String::new, |total| {
        view.text
            .with("machine-of", &[("total", bytes_text(total).into())])
    });
    let load = machine
        .load_average
        .as_ref()
        .map(|[one, ..]| format!("{one:.2}"));
    let load_note = machine
        .load_average
        .value()
        .map_or_else(String::new, |[_, five, fifteen]| {
            view.text.with(
                "machine-load-note",
                &[
                    ("five", format!("{five:.2}").into()),
                    ("fifteen", format!("{fifteen:.2}").into()),
                ],
            )
        });
    let figures = [
        Figure {
            title: view.text.get("machine-cpu"),
            value: machine
                .cpu_percent
                .as_ref()
                .map(|percent| format!("{percent:.0} %")),
            note: cores,
            tip: view.text.get("machine-cpu-tip"),
            series: Some((history.cpu_percent(), 100.0, view.theme.cpu)),
        },
        Figure {
            title: view.text.get("machine-memory"),
            value: machine
                .memory_used_bytes
                .as_ref()
                .map(|&bytes| bytes_text(bytes)),
            note: memory_note,
            tip: view.text.get("machine-memory-tip"),
            series: total
                .map(|total| (history.memory_used_bytes(), total as f64, view.theme.memory)),
        },
        Figure {
            title: view.text.get("machine-load"),
            value: load,
            note: load_note,
            tip: view.text.get("machine-load-tip"),
            series: None,
        },
    ];
    let load_width = FIGURES + 12.0 * UNIT;
    let wide = (full.width() - load_width) / 2.0;
    let mut x = full.left();
    for (index, figure) in figures.iter().enumerate() {
        let width = if figure.series.is_some() || index < 2 {
            wide
        } else {
            load_width
        };
        let rect = Rect::from_min_size(pos2(x, full.top()), vec2(width, STRIP - 1.0));
        x += width;
        figure_ui(ui, view, figure, rect, snapshot.tick.instant);
        if index > 0 {
            ui.painter().vline(
                rect.left(),
                rect.shrink2(vec2(0.0, 3.0 * UNIT)).y_range(),
                view.theme.line(),
            );
        }
    }
    ui.advance_cursor_after_rect(full);
}

fn figure_ui(ui: &Ui, view: View<'_>, figure: &Figure<'_>, rect: Rect, now: Instant) {
    let inner = rect.shrink2(vec2(4.0 * UNIT, 2.0 * UNIT));
    let response = ui.interact(rect, ui.scope_id().with(figure.title), Sense::hover());
    let (value, color, reason) = match (figure.value.value(), figure.value.unread()) {
        (Some(value), _) => (value.as_str(), view.theme.text_strong, None),
        (None, Some(reason)) => (
            view.text.get("mark-none"),
            view.theme.text_dim,
            Some(reason),
        ),
        (None, None) => ("", view.theme.text_dim, None),
    };
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Label,
            true,
            format!("{} {value} {}", figure.title, figure.note),
        )
    });
    let painter = ui.painter();
    let width = if figure.series.is_some() {
        FIGURES
    } else {
        f32::INFINITY
    };
    let text = Rect::from_min_size(inner.min, vec2(width.min(inner.width()), inner.height()));
    let title = Rect::from_min_size(text.min, vec2(text.width(), 14.0));
    paint_line(
        painter,
        title,
        Align::Min,
        figure.title,
        theme::font(Face::Medium, theme::TEXT_XS),
        view.theme.text_dim,
    );
    painter.text(
        pos2(text.left(), text.top() + 15.0),
        Align2::LEFT_TOP,
        value,
        theme::font(Face::Semibold, theme::TEXT_L),
        color,
    );
    let note = Rect::from_min_max(pos2(text.left(), text.bottom() - 14.0), text.max);
    paint_line(
        painter,
        note,
        Align::Min,
        &figure.note,
        theme::font(Face::Regular, theme::TEXT_XS),
        view.theme.text_dim,
    );
    if let Some((series, top, color)) = figure.series {
        let plot = Rect::from_min_max(pos2(text.right() + 2.0 * UNIT, inner.top()), inner.max);
        if plot.width() > 40.0 {
            sparkline(
                painter,
                view.theme,
                plot,
                series.points(now),
                SPAN_SECONDS,
                top,
                color,
            );
        }
    }
    response.on_hover_text(match reason {
        Some(reason) => reason_text(view.text, reason, Asking::default()),
        None => figure.tip.to_owned(),
    });
}
