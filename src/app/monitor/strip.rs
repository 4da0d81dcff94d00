//! The machine as a whole: CPU, memory, disk and what is waited for, with up to two minutes before the moment on screen behind the
//! first two and who takes the most.

pub mod figures;

use std::sync::Arc;

use eframe::egui::{
    Align, FontId, Galley, Painter, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use self::figures::{
    StripData, StripFigure, cpu_figure, disk_figure, memory_figure, waiting_figure,
};
use super::Curves;
use super::reason::{Asking, reason_text};
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{CurvePlot, line_galley, lines_galley, paint_line};
use crate::monitor::unit::bytes_text;

/// Height of the strip, and where notes take two lines.
const STRIP: f32 = 68.0;
const TALL_STRIP: f32 = 88.0;
/// In less than this width there are no plots, and notes take two lines.
const ROOMY: f32 = 1_000.0;
/// Height of a line of a title or a note.
const LINE: f32 = 16.0;
/// Width of the column of figures beside a plot.
const FIGURES: f32 = 200.0;
/// Space at both sides of a figure.
const SIDE: f32 = 4.0 * UNIT;
/// The least width of a plot.
const LEAST_PLOT: f32 = 40.0;
/// The steps in which a figure grows, so that its edges do not creep with each note.
const STEP: f32 = 24.0;

/// The shares of the figures in little room.
const SHARES: [f32; 4] = [0.185, 0.185, 0.255, 0.375];

/// How high the strip is in this width.
pub fn strip_height(width: f32) -> f32 {
    if width < ROOMY { TALL_STRIP } else { STRIP }
}

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
    let known = curves.machine_cpu.seconds();
    let readout = |x: f64| machine_readout(view.text, curves, x);
    let widths = figure_widths(ui.painter(), &figures, full.width());
    let mut x = full.left();
    for (index, (figure, width)) in figures.iter().zip(widths).enumerate() {
        let size = vec2(width, full.height() - 1.0);
        let rect = Rect::from_min_size(pos2(x, full.top()), size);
        x += width;
        figure_ui(ui, view, figure, rect, seconds_of(known), &readout);
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

/// The seconds in a curve of which so many are known: a curve that has just begun fills its plot too.
fn seconds_of(known: f64) -> f64 {
    [15.0, 30.0, 60.0]
        .into_iter()
        .find(|&span| known <= span)
        .unwrap_or(120.0)
}

/// How wide each figure is. In little room each has its share; else plots get what the words leave, and a sentence that is longer
/// than usual takes room from them.
fn figure_widths(painter: &Painter, figures: &[StripFigure<'_>], room: f32) -> Vec<f32> {
    if room < ROOMY {
        return SHARES.map(|share| share * room).to_vec();
    }
    let plots = figures.iter().filter(|figure| figure.plot.is_some());
    let plots = plots.count() as f32;
    let usual = |figure: &StripFigure<'_>| match figure.plot {
        Some(_) => FIGURES + 2.0 * SIDE + 2.0 * UNIT,
        None => figure.width,
    };
    let mut widths: Vec<f32> = figures.iter().map(usual).collect();
    let mut spare = room - widths.iter().sum::<f32>();
    for (figure, width) in figures.iter().zip(&mut widths).rev() {
        let note = line_galley(
            painter,
            &figure.note,
            note_font(),
            figure.note_color,
            f32::INFINITY,
        );
        let missing = note.size().x + 2.0 * SIDE - *width;
        let growth = ((missing / STEP).ceil() * STEP).min(spare - plots * LEAST_PLOT);
        if figure.plot.is_none() && growth > 0.0 {
            *width += growth;
            spare -= growth;
        }
    }
    for (figure, width) in figures.iter().zip(&mut widths) {
        if figure.plot.is_some() {
            *width += spare / plots;
        }
    }
    widths
}

fn note_font() -> FontId {
    theme::font(Face::Regular, theme::TEXT_XS)
}

/// A note in the room that there is: what is cut is the name of the program in it, not the amount behind that.
fn note_galley(painter: &Painter, figure: &StripFigure<'_>, room: Vec2) -> Arc<Galley> {
    let lines = ((room.y / LINE).floor() as usize).max(1);
    let lay_out =
        |note: &str| lines_galley(painter, note, note_font(), figure.note_color, room.x, lines);
    let whole = lay_out(&figure.note);
    let Some(program) = figure.program.as_deref().filter(|_| whole.elided) else {
        return whole;
    };
    let letters: Vec<char> = program.chars().collect();
    let mut shortest = whole;
    for kept in (1..letters.len()).rev() {
        let name: String = letters.iter().take(kept).collect();
        let short = figure.note.replacen(program, &format!("{name}…"), 1);
        shortest = lay_out(&short);
        if !shortest.elided {
            break;
        }
    }
    shortest
}

fn figure_ui(
    ui: &mut Ui,
    view: View<'_>,
    figure: &StripFigure<'_>,
    rect: Rect,
    seconds: f64,
    readout: &dyn Fn(f64) -> String,
) {
    let inner = rect.shrink2(vec2(SIDE, 2.0 * UNIT));
    let has_plot = rect.width() > FIGURES + 2.0 * SIDE + LEAST_PLOT;
    let plot = figure.plot.as_ref().filter(|_| has_plot);
    let width = if plot.is_some() {
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
    let (value, color, reason) = match &figure.value {
        Ok(value) => (value.as_str(), view.theme.text_strong, None),
        Err(reason) => (
            view.text.get("mark-none"),
            view.theme.text_dim,
            Some(*reason),
        ),
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
    let title = Rect::from_min_size(text.min, vec2(text.width(), LINE));
    paint_line(
        painter,
        title,
        Align::Min,
        figure.title,
        theme::font(Face::Medium, theme::TEXT_XS),
        view.theme.text_dim,
    );
    let at = Rect::from_min_size(text.min + vec2(0.0, LINE), vec2(text.width(), LINE + UNIT));
    let large = theme::font(Face::Semibold, theme::TEXT_L);
    let is_wide = line_galley(painter, value, large.clone(), color, text.width()).elided;
    let font = if is_wide {
        theme::font(Face::Semibold, theme::TEXT_S)
    } else {
        large
    };
    paint_line(painter, at, Align::Min, value, font, color);
    let at = pos2(text.left(), at.bottom());
    let note = note_galley(painter, figure, text.max - at);
    painter.galley(at, note, figure.note_color);
    let response = response.on_hover_text(match reason {
        Some(reason) => reason_text(view.text, reason, Asking::default()),
        None => format!("{}\n{}", figure.tip, figure.note),
    });
    if let Some(command) = figure.command.as_ref().filter(|_| response.clicked()) {
        view.commands.send(command.clone());
    }
    if let Some(plot) = plot {
        let rect = Rect::from_min_max(pos2(text.right() + 2.0 * UNIT, inner.top()), inner.max);
        let plot = CurvePlot {
            salt: plot.salt,
            group: "machine",
            curve: plot.curve,
            color: plot.color,
            second: None,
            seconds,
            top: plot.top,
            end: plot.end,
            axes: None,
            readout,
        };
        plot.ui(ui, view.theme, rect);
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
