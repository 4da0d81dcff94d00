//! Monitor's part of the status bar: how many processes, what is left out, how often, for how long.

use std::time::Duration;

use eframe::egui::{Popup, Ui};

use super::limits::limit_key;
use super::state::Monitor;
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::settings::Settings;
use crate::app::view::View;
use crate::app::widgets::{menu_style, small_button, small_label};
use crate::monitor::unit::percent_text;
use crate::monitor::{EndedProcesses, Listening};
use crate::os::connector::Refusal;

/// The intervals to choose from, milliseconds.
pub const INTERVALS_MS: [u64; 4] = [500, 1_000, 2_000, 5_000];

impl Monitor {
    /// Draws it from left to right.
    pub fn status_ui(&self, ui: &mut Ui, view: View<'_>, settings: &Settings) {
        let dim = view.theme.text_dim;
        if self.is_blind() {
            small_label(ui, view.text.get("status-blind"), view.theme.error);
        }
        if let Some(snapshot) = &self.shown.snapshot {
            let counts = snapshot.counts;
            let processes = counts.processes.saturating_sub(counts.kernel_threads);
            let args = [("count", processes.into())];
            small_label(ui, &view.text.with("status-processes", &args), dim);
            if counts.kernel_threads > 0 {
                let args = [("count", counts.kernel_threads.into())];
                let key = if self.query.show_kernel_threads {
                    "status-kernel-shown"
                } else {
                    "status-kernel-hidden"
                };
                let label = view.text.with(key, &args);
                let tip = view.tip(ui, "status-kernel-tip", &Command::ToggleKernelThreads);
                if small_button(ui, view.theme, None, &label, self.query.show_kernel_threads)
                    .on_hover_text(tip)
                    .clicked()
                {
                    view.commands.send(Command::ToggleKernelThreads);
                }
            }
            if self.marked.all.len() > 1 {
                let args = [("count", self.selection().len().into())];
                let words = view.text.with("status-selected", &args);
                small_label(ui, &words, view.theme.text_strong);
            }
            if self.shown.order.hidden_by_filter > 0 {
                let args = [("count", self.shown.order.hidden_by_filter.into())];
                small_label(ui, &view.text.with("status-filtered", &args), dim);
            }
            self.ended_ui(ui, view, &snapshot.ended);
            if let Some(limit) = snapshot.limited_view {
                small_label(ui, view.text.get("status-limited"), view.theme.warning)
                    .on_hover_text(view.text.get(limit_key(limit)));
            }
        }
        self.pace_ui(ui, view, settings);
        self.cost_ui(ui, view);
        if self.shown.order.is_held {
            small_label(ui, view.text.get("status-held"), view.theme.warning)
                .on_hover_text(view.text.get("status-held-tip"));
        }
    }

    /// How many have ended, shown or not, and whether it is known how.
    fn ended_ui(&self, ui: &mut Ui, view: View<'_>, ended: &EndedProcesses) {
        let is_on = self.query.show_ended;
        let label = if is_on {
            let args = [("count", self.shown.order.ended.into())];
            view.text.with("status-ended", &args)
        } else {
            view.text.get("status-ended-off").to_owned()
        };
        let tip = view.tip(ui, "status-ended-tip", &Command::ToggleEnded);
        let heard = match ended.listening {
            Listening::On => "heard-on",
            Listening::Off => "heard-off",
            Listening::Refused(Refusal::Denied) => "heard-denied",
            Listening::Refused(Refusal::NetworkNamespace) => "heard-network-namespace",
            Listening::Refused(Refusal::PidNamespace) => "heard-pid-namespace",
            Listening::Refused(Refusal::NoDescriptors) => "heard-no-descriptors",
            Listening::Refused(Refusal::Unsupported) => "heard-unsupported",
        };
        let tip = format!("{tip}\n{}", view.text.get(heard));
        if small_button(ui, view.theme, None, &label, is_on)
            .on_hover_text(tip)
            .clicked()
        {
            view.commands.send(Command::ToggleEnded);
        }
        if is_on && self.shown.order.ended > 0 {
            let dismiss = view.text.get("status-ended-dismiss");
            let tip = view.tip(ui, "command-dismiss-all-ended", &Command::DismissAllEnded);
            if small_button(ui, view.theme, Some(Icon::Close), dismiss, false)
                .on_hover_text(tip)
                .clicked()
            {
                view.commands.send(Command::DismissAllEnded);
            }
        }
        if is_on && ended.losses > 0 {
            small_label(ui, view.text.get("status-losses"), view.theme.warning).on_hover_text(
                view.text
                    .with("status-losses-tip", &[("count", ended.losses.into())]),
            );
        }
    }

    /// What the window takes, and whether it looks less often for that.
    fn cost_ui(&self, ui: &mut Ui, view: View<'_>) {
        let Some(snapshot) = &self.shown.snapshot else {
            return;
        };
        let cost = snapshot.cost;
        if let Ok(looking) = cost.cpu_percent {
            // All of its threads: what the row of the window says.
            let own = self.system.own.and_then(|own| snapshot.row(own));
            let own = own.and_then(|row| row.cpu_percent.ok());
            let (key, tip) = match own {
                Some(_) => ("status-cost", "status-cost-tip"),
                None => ("status-cost-looking", "status-cost-looking-tip"),
            };
            let args = [
                ("percent", percent_text(own.unwrap_or(looking)).into()),
                ("looking", percent_text(looking).into()),
                ("ms", format!("{:.1}", cost.cpu_ms).into()),
            ];
            small_label(ui, &view.text.with(key, &args), view.theme.text_dim)
                .on_hover_text(view.text.with(tip, &args));
        }
        if let Some(interval) = cost.slowed_to {
            let args = [("seconds", format!("{:.1}", interval.as_secs_f64()).into())];
            small_label(
                ui,
                &view.text.with("status-slowed", &args),
                view.theme.warning,
            )
            .on_hover_text(view.text.get("status-slowed-tip"));
        }
    }

    /// Freeze and the interval.
    fn pace_ui(&self, ui: &mut Ui, view: View<'_>, settings: &Settings) {
        let tip = view.tip(ui, "status-freeze-tip", &Command::ToggleFreeze);
        let key = if self.is_looking_back() {
            "status-frozen"
        } else {
            "status-freeze"
        };
        let freeze = small_button(
            ui,
            view.theme,
            Some(Icon::Snowflake),
            view.text.get(key),
            self.is_looking_back(),
        );
        if freeze.on_hover_text(tip).clicked() {
            view.commands.send(Command::ToggleFreeze);
        }
        let every = view.text.with(
            "status-every",
            &[("seconds", seconds_text(settings.interval_ms).into())],
        );
        let button = small_button(ui, view.theme, Some(Icon::ChevronDown), &every, false)
            .on_hover_text(view.text.get("status-every-tip"));
        Popup::menu(&button).show(|ui| {
            menu_style(ui);
            ui.set_min_width(120.0);
            for interval_ms in INTERVALS_MS {
                let label = view.text.with(
                    "status-every",
                    &[("seconds", seconds_text(interval_ms).into())],
                );
                if ui
                    .selectable_label(interval_ms == settings.interval_ms, label)
                    .clicked()
                {
                    view.commands
                        .send(Command::SetInterval(Duration::from_millis(interval_ms)));
                    ui.close();
                }
            }
        });
        let past = self.moment.newest.as_ref().map(|newest| newest.past.span());
        let span = past.unwrap_or_default().as_secs();
        let history = format!("{}:{:02}", span / 60, span % 60);
        let note = view
            .text
            .with("status-history", &[("span", history.into())]);
        small_label(ui, &note, view.theme.text_dim)
            .on_hover_text(view.text.get("status-history-tip"));
    }
}

/// Seconds without needless decimals: `0.5`, `1`.
fn seconds_text(interval_ms: u64) -> String {
    if interval_ms.is_multiple_of(1_000) {
        (interval_ms / 1_000).to_string()
    } else {
        format!("{:.1}", interval_ms as f64 / 1_000.0)
    }
}
