//! The curves at the head of the detail: CPU use and resident memory of the selected process, one above the other.

use eframe::egui::{Align, Color32, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::machine_strip::{ago_text, unknown_readout};
use super::process_detail::DetailData;
use crate::app::text::Text;
use crate::app::theme::{self, Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{Axes, Curve, CurvePlot, paint_line, span_for, top_for};
use crate::monitor::Reading;
use crate::monitor::unit::{bytes_text, percent_text};

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

/// Draws both.
pub fn curves_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>) {
    let (cpu, memory) = (&data.curves.process_cpu, &data.curves.process_memory);
    let seconds = span_for(cpu.seconds());
    let text = view.text;
    let readout = |x: f64| process_readout(text, cpu, memory, x);
    let percent = |value: f64| format!("{value:.0} %");
    let bytes = |value: f64| axis_bytes_text(value);
    let time = |ago: f64| axis_time_text(text, ago);
    let row = data.row();

    let reading = row.map_or(Reading::Gone, |row| row.cpu_percent);
    let now = reading
        .value()
        .map(|&value| text.with("detail-cpu-now", &[("percent", percent_text(value).into())]));
    title_ui(ui, view, "detail-cpu", "detail-cpu-tip", now);
    let plot = CurvePlot {
        salt: "process cpu",
        group: "process",
        curve: cpu,
        color: view.theme.cpu,
        seconds,
        top: top_for(cpu.max(), LEAST_PERCENT),
        axes: Some(Axes {
            value: &percent,
            time: None,
        }),
        readout: &readout,
    };
    plot_ui(ui, view, plot, PLOT);
    ui.add_space(2.0 * UNIT);

    let reading = row.map_or(Reading::Gone, |row| row.rss_bytes);
    let now = reading.value().map(|&value| bytes_text(value));
    title_ui(ui, view, "field-rss", "detail-memory-tip", now);
    let plot = CurvePlot {
        salt: "process memory",
        curve: memory,
        color: view.theme.memory,
        top: top_for(memory.max(), LEAST_BYTES),
        axes: Some(Axes {
            value: &bytes,
            time: Some(&time),
        }),
        ..plot
    };
    plot_ui(ui, view, plot, PLOT + TIMES);
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
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), TITLE), Sense::hover());
    let line = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - 2.0 * UNIT));
    let title = view.text.get(title_key);
    let now = now.unwrap_or_else(|| view.text.get("mark-none").to_owned());
    let paint = |align: Align, words: &str, color: Color32| {
        let font = theme::font(Face::Medium, theme::TEXT_XS);
        paint_line(ui.painter(), line, align, words, font, color);
    };
    paint(Align::Min, title, view.theme.text_dim);
    paint(Align::Max, &now, view.theme.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{title} {now}")));
    response.on_hover_text(view.text.get(tip_key));
}

/// Both curves at one time.
fn process_readout(text: &Text, cpu: &Curve, memory: &Curve, x: f64) -> String {
    let unknown = || text.get("mark-none").to_owned();
    let (cpu, memory) = (cpu.at(x), memory.at(x));
    let Some(at) = cpu.or(memory).map(|point| point.x) else {
        return unknown_readout(text, x);
    };
    let cpu = cpu.map_or_else(unknown, |point| {
        let percent = percent_text(point.y as f32);
        text.with("detail-cpu-now", &[("percent", percent.into())])
    });
    let memory = memory.map_or_else(unknown, |point| bytes_text(point.y as u64));
    text.with(
        "machine-readout",
        &[
            ("ago", ago_text(text, -at).into()),
            ("cpu", cpu.into()),
            ("memory", memory.into()),
        ],
    )
}

/// Bytes at an axis: no decimal where there is none to tell.
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
        let nothing = Curve::default();
        assert_eq!(
            process_readout(&text, &nothing, &nothing, -72.0),
            "1 min 12 s ago\nNothing was read then."
        );
    }
}
