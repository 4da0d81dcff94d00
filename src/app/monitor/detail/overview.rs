//! The first section of the detail panel: one line per fact, unreadable ones with their reason.

use eframe::egui::{Margin, Ui};

use super::DetailData;
use super::curves::curves_ui;
use super::fields::Fields;
use crate::app::monitor::table::cell::state_text;
use crate::app::view::View;
use crate::monitor::unit::{bytes_text, cpu_time_text};
use crate::monitor::{FigureId, ProcessDetail, Reading, Unread};

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
            curves_ui(ui, view, data, detail);
            let field = Fields {
                view,
                asking: data.asking(),
            };
            field.heading_ui(ui, "detail-group-program");
            field.long_ui(ui, "field-exe", detail.exe.clone());
            if detail.exe_deleted == Ok(true) {
                let words = view.text.get("field-exe-deleted-words").to_owned();
                field.short_ui(ui, "field-exe-deleted", Ok(words));
            }
            field.long_ui(ui, "field-cwd", detail.cwd.clone());
            if detail.cwd_deleted == Ok(true) {
                let words = view.text.get("field-cwd-deleted-words").to_owned();
                field.short_ui(ui, "field-cwd-deleted", Ok(words));
            }
            field.long_ui(ui, "field-cmdline", command_text(detail));
            field.heading_ui(ui, "detail-group-process");
            field.short_ui(ui, "field-user", user_text(detail));
            field.short_ui(
                ui,
                "field-state",
                // The table's, so that both say the same at every moment.
                Ok(match data.row() {
                    Some(row) => state_text(view.text, row.shown_state()).to_owned(),
                    None => view.text.get("procstate-ended").to_owned(),
                }),
            );
            field.short_ui(ui, "field-parent", parent_text(data, detail));
            field.short_ui(ui, "field-terminal", detail.terminal.clone());
            let started = data.last_row.map_or(Err(Unread::Gone), |row| {
                FigureId::Started
                    .cell(row, data.cells())
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
            field.long_ui(ui, "field-cgroup", detail.cgroup.clone());
        });
}

fn command_text(detail: &ProcessDetail) -> Reading<String> {
    Ok(shell_text(detail.cmdline.as_ref()?))
}

fn user_text(detail: &ProcessDetail) -> Reading<String> {
    let name = detail.username.as_ref()?;
    Ok(match detail.uids {
        Ok(ids) if ids.effective != ids.real => {
            format!("{name} ({} > {})", ids.real, ids.effective)
        }
        Ok(ids) => format!("{name} ({})", ids.real),
        Err(_) => name.clone(),
    })
}

/// By the name that its row has, where it has one.
fn parent_text(data: DetailData<'_>, detail: &ProcessDetail) -> Reading<String> {
    if let Some(parent) = detail.parent.ok().and_then(|key| data.snapshot.row(key)) {
        return Ok(format!("{} {}", parent.label(), parent.key.pid));
    }
    match (&detail.parent_name, detail.ppid) {
        (Ok(name), Ok(ppid)) => Ok(format!("{name} {ppid}")),
        (_, Ok(0)) => Err(Unread::NotApplicable),
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
