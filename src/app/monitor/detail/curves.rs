//! The curves at the head of the detail: CPU use, resident memory, input and output of the selected process, one above the
//! other.

use eframe::egui::text::LayoutJob;
use eframe::egui::{
    Align, Color32, Label, Rect, RichText, Role, Sense, TextFormat, Ui, WidgetInfo, pos2, vec2,
};

use jiff::SignedDuration;

use super::DetailData;
use crate::app::monitor::Curves;
use crate::app::monitor::reason::reason_text;
use crate::app::monitor::strip::{ago_text, unknown_readout};
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{Axes, Curve, CurvePlot, paint_line, span_for, top_for};
use crate::monitor::unit::{bytes_text, percent_text};
use crate::monitor::{ProcessDetail, Unread};

/// Height of a curve.
const PLOT: f32 = 52.0;
/// Height of the times below the lower one.
const TIMES: f32 = 16.0;
/// Height of a title with the space below it.
const TITLE: f32 = 22.0;
/// The least scale of CPU use: a full core, so that noise does not look like work.
const LEAST_PERCENT: f64 = 100.0;
/// The least scale of memory, bytes.
const LEAST_BYTES: f64 = 1_048_576.0;

/// The least scale of input and output, bytes a second.
const LEAST_RATE: f64 = 65_536.0;

/// For so many seconds more than reading and writing the CPU use must be known for words about that.
const UNKNOWN_FOR: f64 = 3.0;

/// Draws all.
pub fn curves_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>, detail: &ProcessDetail) {
    let curves = data.curves;
    let (cpu, memory) = (&curves.process_cpu, &curves.process_memory);
    let seconds = span_for(cpu.seconds());
    let text = view.text;
    let readout = |x: f64| process_readout(text, curves, x);
    let percent = |value: f64| format!("{value:.0} %");
    let bytes = |value: f64| axis_bytes_text(value);
    let time = |ago: f64| axis_time_text(text, ago);
    let row = data.row();

    let reading = row.map_or(Err(Unread::Gone), |row| row.cpu_percent);
    let now = reading
        .ok()
        .map(|value| text.with("detail-cpu-now", &[("percent", percent_text(value).into())]));
    title_ui(ui, view, "detail-cpu", "detail-cpu-tip", now);
    let plot = CurvePlot {
        salt: "process cpu",
        group: "process",
        curve: cpu,
        color: view.theme.cpu,
        second: None,
        seconds,
        top: top_for(cpu.max(), LEAST_PERCENT),
        end: None,
        axes: Some(Axes {
            value: &percent,
            time: None,
        }),
        readout: &readout,
    };
    plot_ui(ui, view, plot, PLOT);
    ui.add_space(2.0 * UNIT);

    let reading = row.map_or(Err(Unread::Gone), |row| row.rss_bytes);
    let now = reading.ok().map(bytes_text);
    title_ui(ui, view, "field-rss", "detail-memory-tip", now);
    let plot = CurvePlot {
        salt: "process memory",
        curve: memory,
        color: view.theme.memory,
        top: top_for(memory.max(), LEAST_BYTES),
        axes: Some(Axes {
            value: &bytes,
            time: None,
        }),
        ..plot
    };
    plot_ui(ui, view, plot, PLOT);
    ui.add_space(2.0 * UNIT);

    let (read, write) = (&curves.process_read, &curves.process_write);
    let colors = (view.theme.cpu, view.theme.memory);
    let rates = rates_text(text, read, write, 0.0);
    let rates = rates.map(|[read, write]| [(read, colors.0), (write, colors.1)]);
    let rates = rates.as_ref().map_or(&[][..], |rates| &rates[..]);
    title_of(ui, view, "detail-io", "detail-io-tip", rates);
    let plot = CurvePlot {
        salt: "process io",
        curve: read,
        color: colors.0,
        second: Some((write, colors.1)),
        top: top_for(read.max().max(write.max()), LEAST_RATE),
        axes: Some(Axes {
            value: &bytes,
            time: Some(&time),
        }),
        ..plot
    };
    if let Err(reason) = detail.own_io {
        let reason = reason_text(text, reason, data.asking());
        let words = RichText::new(reason)
            .font(theme::font(Face::Regular, theme::TEXT_S))
            .color(view.theme.text_dim);
        ui.add(Label::new(words).wrap());
    } else {
        if cpu.seconds() - read.seconds() > UNKNOWN_FOR {
            let since = since_text(text, data, read.seconds());
            let words = RichText::new(since)
                .font(theme::font(Face::Regular, theme::TEXT_XS))
                .color(view.theme.text_dim);
            ui.add(Label::new(words).wrap());
            ui.add_space(2.0 * UNIT);
        }
        plot_ui(ui, view, plot, PLOT + TIMES);
    }
}

/// Since when reading and writing are known.
fn since_text(text: &Text, data: DetailData<'_>, seconds: f64) -> String {
    let ago = SignedDuration::try_from_secs_f64(seconds).unwrap_or_default();
    let at = data.snapshot.tick.taken_at.saturating_sub(ago);
    let at = at.unwrap_or(data.snapshot.tick.taken_at);
    let time = at.to_zoned(data.zone.clone()).strftime("%H:%M:%S");
    text.with("detail-io-since", &[("time", time.to_string().into())])
}

/// What is read and what is written at a time; `None` if either is unknown.
fn rates_text(text: &Text, read: &Curve, write: &Curve, x: f64) -> Option<[String; 2]> {
    let rates = [
        ("detail-io-read", read.at(x)?),
        ("detail-io-write", write.at(x)?),
    ];
    Some(rates.map(|(key, point)| {
        let rate = bytes_text(point.y as u64);
        text.with(key, &[("rate", rate.into())])
    }))
}

fn plot_ui(ui: &mut Ui, view: View<'_>, plot: CurvePlot<'_>, height: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    if ui.is_rect_visible(rect) {
        plot.ui(ui, view.theme, rect);
    }
}

/// What a curve shows, and its newest figure.
fn title_ui(
    ui: &mut Ui,
    view: View<'_>,
    title_key: &'static str,
    tip_key: &'static str,
    now: Option<String>,
) {
    let now = now.map(|now| [(now, view.theme.text)]);
    let now = now.as_ref().map_or(&[][..], |now| &now[..]);
    title_of(ui, view, title_key, tip_key, now);
}

/// What a plot shows, and the newest figures of its curves, each in its colour.
fn title_of(
    ui: &mut Ui,
    view: View<'_>,
    title_key: &'static str,
    tip_key: &'static str,
    now: &[(String, Color32)],
) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), TITLE), Sense::hover());
    let line = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - 2.0 * UNIT));
    let title = view.text.get(title_key);
    let font = theme::font(Face::Medium, theme::TEXT_XS);
    let dim = view.theme.text_dim;
    paint_line(ui.painter(), line, Align::Min, title, font.clone(), dim);
    let unknown = [(view.text.get("mark-none").to_owned(), view.theme.text)];
    let now = if now.is_empty() { &unknown } else { now };
    let mut job = LayoutJob::default();
    for (place, (words, color)) in now.iter().enumerate() {
        if place > 0 {
            job.append(" · ", 0.0, TextFormat::simple(font.clone(), dim));
        }
        job.append(words, 0.0, TextFormat::simple(font.clone(), *color));
    }
    let said = format!("{title} {}", job.text);
    let galley = ui.painter().layout_job(job);
    let y = (line.center().y - galley.size().y / 2.0).round();
    let at = pos2(line.right() - galley.size().x, y);
    ui.painter().galley(at, galley, view.theme.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    response.on_hover_text(view.text.get(tip_key));
}

/// All curves at one time.
fn process_readout(text: &Text, curves: &Curves, x: f64) -> String {
    let unknown = || text.get("mark-none").to_owned();
    let (cpu, memory) = (curves.process_cpu.at(x), curves.process_memory.at(x));
    let Some(at) = cpu.or(memory).map(|point| point.x) else {
        return unknown_readout(text, x);
    };
    let cpu = cpu.map_or_else(unknown, |point| {
        let percent = percent_text(point.y as f32);
        text.with("detail-cpu-now", &[("percent", percent.into())])
    });
    let memory = memory.map_or_else(unknown, |point| bytes_text(point.y as u64));
    let readout = text.with(
        "machine-readout",
        &[
            ("ago", ago_text(text, -at).into()),
            ("cpu", cpu.into()),
            ("memory", memory.into()),
        ],
    );
    match rates_text(text, &curves.process_read, &curves.process_write, x) {
        Some([read, write]) => format!("{readout}\n{read}\n{write}"),
        None => readout,
    }
}

/// Bytes at an axis, without a decimal where it is zero.
fn axis_bytes_text(bytes: f64) -> String {
    bytes_text(bytes as u64).replace(".0 ", " ")
}

/// A time at an axis.
fn axis_time_text(text: &Text, ago: f64) -> String {
    let minutes = (ago / 60.0).round() as u64;
    if minutes == 0 {
        text.get("ago-now").to_owned()
    } else {
        text.with("axis-minutes", &[("minutes", minutes.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_short() {
        let text = Text::english();
        assert_eq!(axis_bytes_text(64.0 * LEAST_BYTES), "64 MB");
        assert_eq!(axis_bytes_text(1.5 * LEAST_BYTES), "1.5 MB");
        assert_eq!(axis_time_text(&text, 0.0), "now");
        assert_eq!(axis_time_text(&text, 120.0), "−2 min");
    }

    #[test]
    fn a_readout_says_what_is_unknown() {
        let text = Text::english();
        assert_eq!(
            process_readout(&text, &Curves::default(), -72.0),
            "1 min 12 s ago\nNo sample at this moment."
        );
    }
}
