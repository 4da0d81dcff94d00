//! The machine as a whole: CPU, memory, disk and what is waited for, with the two minutes up to the moment on screen behind the
//! first two and who takes the most.

use eframe::egui::{Align, Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::machine_figures::{
    Figure, StripData, cpu_figure, disk_figure, memory_figure, waiting_figure,
};
use super::reason::{Asking, reason_text};
use crate::app::monitor::Curves;
use crate::app::text::Text;
use crate::app::theme::{self, Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{CurvePlot, paint_line};
use crate::monitor::unit::bytes_text;

/// Height of the strip.
pub const STRIP: f32 = 64.0;
/// Seconds in a curve.
const SPAN_SECONDS: f64 = 120.0;
/// Width of the column of figures beside a plot.
const FIGURES: f32 = 188.0;

/// Draws the strip.
pub fn machine_strip_ui(ui: &mut Ui, view: View<'_>, data: StripData<'_>) {
    let full = ui.available_rect_before_wrap();
    let curves = data.curves;
    let figures = [
        cpu_figure(view, data),
        memory_figure(view, data),
        disk_figure(view, data),
        waiting_figure(view, data),
    ];
    let readout = |x: f64| machine_readout(view.text, curves, x);
    let fixed: f32 = figures
        .iter()
        .filter(|figure| figure.plot.is_none())
        .map(|figure| figure.width)
        .sum();
    let plots = figures
        .iter()
        .filter(|figure| figure.plot.is_some())
        .count();
    let wide = (full.width() - fixed) / plots.max(1) as f32;
    let mut x = full.left();
    for (index, figure) in figures.iter().enumerate() {
        let width = if figure.plot.is_some() {
            wide
        } else {
            figure.width
        };
        let rect = Rect::from_min_size(pos2(x, full.top()), vec2(width, STRIP - 1.0));
        x += width;
        figure_ui(ui, view, figure, rect, &readout);
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

fn figure_ui(
    ui: &mut Ui,
    view: View<'_>,
    figure: &Figure<'_>,
    rect: Rect,
    readout: &dyn Fn(f64) -> String,
) {
    let inner = rect.shrink2(vec2(4.0 * UNIT, 2.0 * UNIT));
    let width = if figure.plot.is_some() {
        FIGURES
    } else {
        f32::INFINITY
    };
    let text = Rect::from_min_size(inner.min, vec2(width.min(inner.width()), inner.height()));
    let sense = if figure.command.is_some() {
        Sense::click()
    } else {
        Sense::hover()
    };
    let response = ui.interact(text, ui.scope_id().with(figure.title), sense);
    if figure.command.is_some() && (response.hovered() || response.has_focus()) {
        let ground = text.expand2(vec2(2.0 * UNIT, UNIT));
        ui.painter()
            .rect_filled(ground, f32::from(theme::RADIUS), view.theme.hover);
    }
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
            if figure.command.is_some() {
                Role::Button
            } else {
                Role::Label
            },
            true,
            format!("{} {value} {}", figure.title, figure.note),
        )
    });
    let painter = ui.painter();
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
        figure.note_color,
    );
    let response = response.on_hover_text(match reason {
        Some(reason) => reason_text(view.text, reason, Asking::default()),
        None => format!("{}\n{}", figure.tip, figure.note),
    });
    if let Some(command) = figure.command.as_ref().filter(|_| response.clicked()) {
        view.commands.send(command.clone());
    }
    if let Some(plot) = &figure.plot {
        let rect = Rect::from_min_max(pos2(text.right() + 2.0 * UNIT, inner.top()), inner.max);
        if rect.width() > 40.0 {
            let plot = CurvePlot {
                salt: plot.salt,
                group: "machine",
                curve: plot.curve,
                color: plot.color,
                second: None,
                seconds: SPAN_SECONDS,
                top: plot.top,
                end: plot.end,
                axes: None,
                readout,
            };
            plot.ui(ui, view.theme, rect);
        }
    }
}

/// Both curves at one time: they are looked at together.
fn machine_readout(text: &Text, curves: &Curves, x: f64) -> String {
    let unknown = || text.get("mark-none").to_owned();
    let cpu = curves.machine_cpu.at(x);
    let memory = curves.machine_memory.at(x);
    let Some(at) = cpu.or(memory).map(|point| point.x) else {
        return unknown_readout(text, x - curves.machine_ago.unwrap_or(0.0));
    };
    text.with(
        "machine-readout",
        &[
            (
                "ago",
                ago_text(text, curves.machine_ago.unwrap_or(0.0) - at).into(),
            ),
            (
                "cpu",
                cpu.map_or_else(unknown, |point| format!("{:.0} %", point.y))
                    .into(),
            ),
            (
                "memory",
                memory
                    .map_or_else(unknown, |point| bytes_text(point.y as u64))
                    .into(),
            ),
        ],
    )
}

/// What a gap says: when it was, and that it is one.
pub fn unknown_readout(text: &Text, x: f64) -> String {
    text.with("readout-unknown", &[("ago", ago_text(text, -x).into())])
}

/// How long ago something was, in words: `now`, `12 s ago`, `2 min 5 s ago`.
pub fn ago_text(text: &Text, seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    match (seconds / 60, seconds % 60) {
        (0, 0) => text.get("ago-now").to_owned(),
        (0, seconds) => text.with("ago-seconds", &[("seconds", seconds.into())]),
        (minutes, 0) => text.with("ago-minutes", &[("minutes", minutes.into())]),
        (minutes, seconds) => text.with(
            "ago-minutes-seconds",
            &[("minutes", minutes.into()), ("seconds", seconds.into())],
        ),
    }
}
