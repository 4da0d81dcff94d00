//! The status line while the Lab is shown.

use eframe::egui::{RichText, Ui};

use super::super::theme::{self, Face};
use super::super::view::View;
use super::Lab;
use crate::run::log::LogSource;
use crate::run::state::{QueueState, RunState};
use crate::text::Worded as _;

impl Lab {
    /// Draws what stands in the status line.
    pub fn status_ui(&self, ui: &mut Ui, view: View<'_>) {
        let theme = view.theme;
        let words = |ui: &mut Ui, words: &str, color| {
            ui.label(
                RichText::new(words)
                    .font(theme::font(Face::Regular, theme::TEXT_XS))
                    .color(color),
            );
        };
        let Some(session) = self.shown.runs.session() else {
            let key = if self.shown.runs.iter().next().is_none() {
                "lab-status"
            } else {
                "lab-status-others"
            };
            words(ui, view.text.get(key), theme.text_dim);
            return;
        };
        let state = session.state();
        if let Some(failure) = session.failure() {
            let said = view.text.say(failure);
            let what = said.lines().next_back().unwrap_or_default().to_owned();
            let sentence = view.text.with("lab-main-gone", &[("what", what.into())]);
            words(ui, &sentence, theme.error);
        }
        if session.is_cut_short() {
            words(ui, view.text.get("lab-status-cut-short"), theme.warning);
        }
        if !state.has_results() {
            words(ui, &processes_words(state, view), theme.text_dim);
        } else if state.queues().is_empty() {
            words(ui, &tasks_words(state, view), theme.text_dim);
        }
        for queue in state.queues() {
            let args = [
                ("put", queue.put.into()),
                ("got", queue.got.into()),
                ("waiting", queue.waiting.into()),
            ];
            words(
                ui,
                &view.text.with("lab-status-items", &args),
                theme.text_dim,
            );
        }
        sentinels_ui(state, view, |sentence, is_warning| {
            let color = if is_warning {
                theme.warning
            } else {
                theme.text_dim
            };
            words(ui, sentence, color);
        });
        let lines = state.log().len(LogSource::All);
        let sentence = view
            .text
            .with("lab-status-lines", &[("count", lines.into())]);
        words(ui, &sentence, theme.text_dim);
        let missing = state.missing_events() + session.garbled();
        if missing > 0 {
            let sentence = view
                .text
                .with("lab-status-missing", &[("count", missing.into())]);
            words(ui, &sentence, theme.warning);
        }
        if let Some((_, refusal)) = state.refusals().last() {
            let reason = view.text.say(&refusal.sentence());
            let args = [("reason", reason.into())];
            words(
                ui,
                &view.text.with("lab-status-refused", &args),
                theme.warning,
            );
        }
    }
}

/// Sentinels against consumers: a warning once the main's code is done and they differ.
fn sentinels_ui(state: &RunState, view: View<'_>, mut tell: impl FnMut(&str, bool)) {
    if state.queues().is_empty() {
        return;
    }
    let consumers = state.consumer_lanes();
    let sum = |count: fn(&QueueState) -> u64| state.queues().iter().map(count).sum::<u64>();
    let args = [
        ("count", sum(|queue| queue.sentinels_put).into()),
        ("consumers", consumers.into()),
        ("got", sum(|queue| queue.sentinels_got).into()),
        ("waiting", sum(|queue| queue.sentinels_waiting).into()),
    ];
    let is_warning = state.sentinel_mismatch().is_some();
    tell(&view.text.with("lab-status-sentinels", &args), is_warning);
}

fn processes_words(state: &RunState, view: View<'_>) -> String {
    let ended = state.processes().iter().filter(|p| p.exited.is_some());
    let args = [
        ("count", state.processes().len().into()),
        ("ended", ended.count().into()),
    ];
    view.text.with("lab-status-processes", &args)
}

/// How many tasks there are and how they ended; how many were cancelled only where some were.
fn tasks_words(state: &RunState, view: View<'_>) -> String {
    let cancelled = state.tasks_cancelled();
    let args = [
        ("tasks", state.tasks().len().into()),
        ("done", state.tasks_ok().into()),
        ("failed", state.tasks_failed().into()),
        ("cancelled", cancelled.into()),
    ];
    let key = if cancelled > 0 {
        "lab-status-tasks-cancelled"
    } else {
        "lab-status-tasks"
    };
    view.text.with(key, &args)
}
