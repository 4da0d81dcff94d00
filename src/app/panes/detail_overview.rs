//! The first section of the detail panel: one line per fact, unreadable ones with their reason.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Align, Label, Layout, Margin, Rect, Sense, TextFormat, Ui, UiBuilder, pos2, vec2,
};

use super::detail_curves::curves_ui;
use super::process_cell::state_text;
use super::process_detail::DetailData;
use super::reason::{Asking, reason_text};
use crate::app::command::Command;
use crate::app::theme::{self, Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::paint_line;
use crate::monitor::unit::{CpuUnit, bytes_text, cpu_time_text};
use crate::monitor::{CellContext, ColumnId, ProcessDetail, Reading};

/// Width of the column of names.
const NAMES: f32 = 112.0;
/// Height of a line with a short value.
const LINE: f32 = 22.0;
/// Lines of a path or command line at most; the tooltip has all of it.
const LONG_LINES: usize = 6;
/// Lines of a short value or a reason at most.
const SHORT_LINES: usize = 3;

/// Draws the section.
pub fn overview_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>, detail: &ProcessDetail) {
    eframe::egui::Frame::new()
        .inner_margin(Margin {
            left: 16,
            right: 16,
            top: 12,
            bottom: 16,
        })
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            curves_ui(ui, view, data);
            let field = Fields {
                view,
                asking: data.asking(),
            };
            field.heading_ui(ui, "detail-group-program");
            field.long_ui(ui, "field-exe", detail.exe.as_ref().cloned());
            field.long_ui(ui, "field-cwd", detail.cwd.as_ref().cloned());
            field.long_ui(
                ui,
                "field-cmdline",
                detail.cmdline.as_ref().map(|args| shell_text(args)),
            );
            field.heading_ui(ui, "detail-group-process");
            field.short_ui(ui, "field-user", user_text(detail));
            field.short_ui(
                ui,
                "field-state",
                // The table's, so that both say the same at every moment.
                Reading::Value(match data.row() {
                    Some(row) => state_text(view.text, row.state).to_owned(),
                    None => view.text.get("procstate-ended").to_owned(),
                }),
            );
            field.short_ui(ui, "field-parent", parent_text(detail));
            field.short_ui(ui, "field-terminal", detail.terminal.as_ref().cloned());
            let started = data.last_row.map_or(Reading::Gone, |row| {
                let context = CellContext {
                    snapshot: data.snapshot,
                    zone: data.zone,
                    cpu_unit: CpuUnit::OneCore,
                };
                ColumnId::Started
                    .cell(row, context)
                    .map(std::borrow::Cow::into_owned)
            });
            field.short_ui(ui, "field-started", started);
            field.short_ui(ui, "field-nice", detail.nice.map(|nice| nice.to_string()));
            field.heading_ui(ui, "detail-group-cpu");
            field.short_ui(
                ui,
                "field-cpu-user",
                detail.cpu_times.map(|times| cpu_time_text(times.user)),
            );
            field.short_ui(
                ui,
                "field-cpu-system",
                detail.cpu_times.map(|times| cpu_time_text(times.system)),
            );
            field.short_ui(
                ui,
                "field-threads",
                detail.num_threads.map(|count| count.to_string()),
            );
            field.short_ui(ui, "field-switches", switches_text(view, detail));
            field.heading_ui(ui, "detail-group-memory");
            field.short_ui(
                ui,
                "field-rss",
                detail.memory.map(|memory| bytes_text(memory.rss)),
            );
            field.short_ui(ui, "field-uss", detail.uss_bytes.map(bytes_text));
            field.short_ui(ui, "field-pss", detail.pss_bytes.map(bytes_text));
            field.short_ui(ui, "field-peak", detail.peak_rss_bytes.map(bytes_text));
            field.short_ui(ui, "field-swap", detail.swap_bytes.map(bytes_text));
            field.short_ui(
                ui,
                "field-vms",
                detail.memory.map(|memory| bytes_text(memory.vms)),
            );
            field.heading_ui(ui, "detail-group-io");
            field.short_ui(
                ui,
                "field-read",
                detail.io.map(|io| bytes_text(io.read_bytes)),
            );
            field.short_ui(
                ui,
                "field-written",
                detail.io.map(|io| bytes_text(io.write_bytes)),
            );
            field.short_ui(
                ui,
                "field-fds",
                detail.num_fds.map(|count| count.to_string()),
            );
            field.long_ui(ui, "field-cgroup", detail.cgroup.as_ref().cloned());
        });
}

/// Draws names and values.
struct Fields<'a> {
    view: View<'a>,
    asking: Asking<'a>,
}

impl Fields<'_> {
    fn heading_ui(&self, ui: &mut Ui, key: &'static str) {
        ui.add_space(3.0 * UNIT);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        let font = theme::font(Face::Semibold, theme::TEXT_XS);
        paint_line(
            ui.painter(),
            rect,
            Align::Min,
            self.view.text.get(key),
            font,
            self.view.theme.text_strong,
        );
        ui.painter()
            .hline(rect.x_range(), rect.bottom() - 0.5, self.view.theme.line());
        ui.add_space(UNIT / 2.0);
    }

    /// A value on one line.
    fn short_ui(&self, ui: &mut Ui, key: &'static str, value: Reading<String>) {
        self.field_ui(ui, key, value, false);
    }

    /// A path or a command line: as many lines as it needs.
    fn long_ui(&self, ui: &mut Ui, key: &'static str, value: Reading<String>) {
        self.field_ui(ui, key, value, true);
    }

    fn field_ui(&self, ui: &mut Ui, key: &'static str, value: Reading<String>, is_long: bool) {
        let Self { view, asking } = *self;
        let name = view.text.get(key);
        let top_left = ui.cursor().min;
        let width = ui.available_width();
        let (text, font, color, is_value) = match (value.unread(), value.into_value()) {
            (None, Some(value)) => {
                let font = if is_long {
                    theme::font(Face::Mono, theme::TEXT_XS)
                } else {
                    theme::font(Face::Regular, theme::TEXT_S)
                };
                (value, font, view.theme.text_strong, true)
            }
            (reason, _) => {
                let reason = reason
                    .map_or_else(String::new, |reason| reason_text(view.text, reason, asking));
                (
                    reason,
                    theme::font(Face::Regular, theme::TEXT_S),
                    view.theme.text_dim,
                    false,
                )
            }
        };
        let value_rect =
            Rect::from_min_size(top_left + vec2(NAMES, 0.0), vec2(width - NAMES, LINE));
        let layout = Layout::top_down(Align::Min);
        let mut value_ui = ui.new_child(
            UiBuilder::new()
                .id_salt(key)
                .max_rect(value_rect)
                .layout(layout),
        );
        value_ui.add_space(if is_long { 5.0 } else { 4.0 });
        let mut job = LayoutJob::single_section(text.clone(), TextFormat::simple(font, color));
        job.wrap = TextWrapping {
            max_width: value_rect.width(),
            max_rows: if is_long { LONG_LINES } else { SHORT_LINES },
            ..TextWrapping::default()
        };
        let galley = ui.painter().layout_job(job);
        let is_cut = galley.elided;
        let label = Label::new(galley).sense(Sense::CLICK);
        let response = value_ui.add(label);
        let height = (response.rect.height() + 8.0).max(LINE);
        let rect = Rect::from_min_size(top_left, vec2(width, height));
        let name_rect = Rect::from_min_size(top_left, vec2(NAMES - UNIT, LINE));
        let font = theme::font(Face::Regular, theme::TEXT_S);
        paint_line(
            ui.painter(),
            name_rect,
            Align::Min,
            name,
            font,
            view.theme.text_dim,
        );
        ui.advance_cursor_after_rect(rect);
        if is_value {
            if response.hovered() {
                let mark = Rect::from_min_max(
                    pos2(rect.left() - 8.0, rect.top()),
                    pos2(rect.left() - 6.0, rect.bottom()),
                );
                ui.painter().rect_filled(mark, 1.0, view.theme.accent);
            }
            let copy = view.text.get("detail-copy");
            let tip = if is_cut && response.hovered() {
                format!("{text}\n\n{copy}")
            } else {
                copy.to_owned()
            };
            if response.on_hover_text(tip).clicked() {
                view.commands.send(Command::CopyText(text));
            }
        }
    }
}

fn user_text(detail: &ProcessDetail) -> Reading<String> {
    detail
        .username
        .as_ref()
        .map(|name| match detail.uids.value() {
            Some(ids) if ids.effective != ids.real => {
                format!("{name} ({} > {})", ids.real, ids.effective)
            }
            Some(ids) => format!("{name} ({})", ids.real),
            None => name.clone(),
        })
}

fn parent_text(detail: &ProcessDetail) -> Reading<String> {
    match (&detail.parent_name, &detail.ppid) {
        (Reading::Value(name), Reading::Value(ppid)) => Reading::Value(format!("{name} {ppid}")),
        (_, Reading::Value(0)) => Reading::NotApplicable,
        (_, ppid) => ppid.map(|ppid| ppid.to_string()),
    }
}

fn switches_text(view: View<'_>, detail: &ProcessDetail) -> Reading<String> {
    detail.ctx_switches.map(|switches| {
        view.text.with(
            "detail-switches",
            &[
                ("voluntary", switches.voluntary.into()),
                ("involuntary", switches.involuntary.into()),
            ],
        )
    })
}

/// Arguments as one would type them: those with spaces or quotes in quotes.
fn shell_text(args: &[String]) -> String {
    let quoted = args.iter().map(|arg| {
        let is_plain = !arg.is_empty()
            && arg
                .chars()
                .all(|c| c.is_alphanumeric() || "-_./=:,+@%^~".contains(c));
        if is_plain {
            arg.clone()
        } else {
            format!("'{}'", arg.replace('\'', "'\\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_read_as_typed() {
        let args = ["sh", "-c", "echo it's", ""].map(str::to_owned);
        assert_eq!(shell_text(&args), "sh -c 'echo it'\\''s' ''");
    }
}
