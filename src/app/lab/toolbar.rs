//! The bar above the lanes: what is run, Start and Stop, and the clock.

use std::time::Instant;

use eframe::egui::{Align, Color32, Layout, Popup, RichText, Ui};

use super::super::command::Command;
use super::super::icons::Icon;
use super::super::theme::{self, Face, Theme, UNIT};
use super::super::view::View;
use super::super::widgets::text_button;
use super::runs::Run;
use super::session::Session;
use super::{Choice, Lab, LabCommand, figures};
use crate::run::event::RunOutcome;
use crate::run::lesson::Lesson;

impl Lab {
    pub(super) fn toolbar_ui(&self, ui: &mut Ui, view: View<'_>) {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0 * UNIT;
            self.choice_ui(ui, view);
            self.start_ui(ui, view);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.clock_ui(ui, view);
            });
        });
    }

    /// Which lesson, or the form.
    fn choice_ui(&self, ui: &mut Ui, view: View<'_>) {
        let label = match self.choice {
            Choice::Form => view.text.get("lab-form-title"),
            Choice::Lesson(lesson) => lesson.title.get("en"),
        };
        let button = text_button(ui, view.theme, Some(Icon::ChevronDown), label, false)
            .on_hover_text(view.text.get("lab-choose-tip"));
        let send = |command| view.commands.send(Command::Lab(command));
        Popup::menu(&button).show(|ui| {
            for lesson in Lesson::all() {
                let is_chosen = self.choice == Choice::Lesson(lesson);
                if ui
                    .selectable_label(is_chosen, lesson.title.get("en"))
                    .clicked()
                {
                    send(LabCommand::ChooseLesson(&lesson.name));
                    ui.close();
                }
            }
            ui.separator();
            let label = view.text.get("lab-form-title");
            if ui
                .selectable_label(self.choice == Choice::Form, label)
                .clicked()
            {
                send(LabCommand::ChooseForm);
                ui.close();
            }
            let shown = self.runs.shown().map(|run| run.number);
            for (place, run) in self.runs.iter().enumerate() {
                if place == 0 {
                    ui.separator();
                }
                let words = run_words(view, run);
                if ui
                    .selectable_label(shown == Some(run.number), words)
                    .clicked()
                {
                    send(LabCommand::ShowRun(run.number));
                    ui.close();
                }
            }
        });
    }

    fn start_ui(&self, ui: &mut Ui, view: View<'_>) {
        let is_live = self.is_live();
        let (icon, key, tip, command) = match self.runs.live() {
            Some(session) if session.stops() > 0 => (
                Icon::Stop,
                "lab-stop-at-once",
                "lab-stop-at-once-tip",
                LabCommand::Stop,
            ),
            Some(_) => (Icon::Stop, "lab-stop", "lab-stop-tip", LabCommand::Stop),
            None if self.runs_nothing() => (
                Icon::Monitor,
                "lesson-look",
                "lesson-look-tip",
                LabCommand::Start,
            ),
            None if self.runs.shown().is_some() => (
                Icon::Play,
                "lab-start-again",
                "lab-start-tip",
                LabCommand::Start,
            ),
            None => (Icon::Play, "lab-start", "lab-start-tip", LabCommand::Start),
        };
        let command = Command::Lab(command);
        let tip = view.tip(ui, tip, &command);
        ui.add_enabled_ui(is_live || self.can_start(), |ui| {
            let label = view.text.get(key);
            if text_button(ui, view.theme, Some(icon), label, !is_live)
                .on_hover_text(tip)
                .clicked()
            {
                view.commands.send(command);
            }
        });
    }

    /// The run's time, and whether it is live or how it ended.
    fn clock_ui(&self, ui: &mut Ui, view: View<'_>) {
        let theme = view.theme;
        let Some(run) = self.runs.shown() else {
            return;
        };
        let session = &run.session;
        let (key, color) = outcome(session, theme);
        let word = RichText::new(view.text.get(key))
            .font(theme::font(Face::Semibold, theme::TEXT_S))
            .color(color);
        ui.label(word);
        let clock = clock(session);
        ui.label(
            RichText::new(clock)
                .font(theme::font(Face::Medium, theme::TEXT_L))
                .color(theme.text_strong),
        );
        let dim = |ui: &mut Ui, words: &str| {
            let words = RichText::new(words)
                .font(theme::font(Face::Regular, theme::TEXT_S))
                .color(theme.text_dim);
            ui.label(words)
        };
        if let Some(header) = session.state().header() {
            let seed = header.seed.to_string();
            dim(ui, &view.text.with("lab-seed", &[("seed", seed.into())]))
                .on_hover_text(view.text.get("lab-seed-tip"));
        }
        dim(
            ui,
            &view.text.with("lab-run", &[("number", run.number.into())]),
        )
        .on_hover_text(view.text.get("lab-run-tip"));
    }
}

/// How a run stands, in a word and its colour.
fn outcome(session: &Session, theme: &Theme) -> (&'static str, Color32) {
    if session.is_live() {
        return ("lab-live", theme.accent);
    }
    match session.state().finish().map(|finish| finish.outcome) {
        Some(RunOutcome::Ok) => ("lab-ended-ok", theme.ok),
        Some(RunOutcome::Failed) => ("lab-ended-failed", theme.error),
        Some(RunOutcome::Interrupted) => ("lab-ended-interrupted", theme.warning),
        None => ("lab-ended-unknown", theme.error),
    }
}

/// The time of a run; one that is over before the clock moved tells how long it took.
fn clock(session: &Session) -> String {
    let now = session.now(Instant::now());
    if !session.is_live() && now.micros < 1_000_000 {
        return figures::duration(now.micros);
    }
    figures::clock(now)
}

/// A run in the list: `Run 1: pool-callback, done 4.8 s`.
fn run_words(view: View<'_>, run: &Run) -> String {
    let kind = run.session.state().header().map(|h| h.kind.as_str());
    let name = match (&run.lesson, kind) {
        (Some(lesson), _) => lesson.clone(),
        (None, Some("producer_consumer")) => view.text.get("lab-run-food").to_owned(),
        (None, Some("processes")) => view.text.get("lab-run-processes").to_owned(),
        (None, _) => view.text.get("lab-run-pool").to_owned(),
    };
    let (key, _) = outcome(&run.session, view.theme);
    let args = [
        ("number", run.number.into()),
        ("name", name.into()),
        ("how", view.text.get(key).to_owned().into()),
        (
            "time",
            figures::clock(run.session.now(Instant::now())).into(),
        ),
    ];
    view.text.with("lab-run-entry", &args)
}
