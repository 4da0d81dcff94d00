//! The bar above the lanes: what is run, Start and Stop, and the clock.

use std::time::{Duration, Instant};

use eframe::egui::{Align, Color32, Layout, Popup, RichText, Ui};

use super::super::command::Command;
use super::super::icons::Icon;
use super::super::text::FluentValue;
use super::super::theme::{self, Face, Theme, UNIT};
use super::super::view::View;
use super::super::widgets::text_button;
use super::runs::LabRun;
use super::session::Session;
use super::{Lab, LauncherChoice, SideTab, figures};
use crate::app::command::LabCommand;
use crate::run::event::RunOutcome;
use crate::run::kinds::Figure;
use crate::run::lesson::Lesson;
use crate::run::state::HeaderConfig;

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
            LauncherChoice::Form => view.text.get("lab-form-title"),
            LauncherChoice::Lesson(lesson) => lesson.title.get(view.text.language()),
        };
        let label = cut(ui, label, ui.available_width() * 0.28);
        let button = text_button(ui, view.theme, Some(Icon::ChevronDown), &label, false)
            .on_hover_text(view.text.get("lab-choose-tip"));
        let send = |command| view.commands.send(Command::Lab(command));
        Popup::menu(&button).show(|ui| {
            for lesson in Lesson::all() {
                let is_chosen = self.choice == LauncherChoice::Lesson(lesson);
                if ui
                    .selectable_label(is_chosen, lesson.title.get(view.text.language()))
                    .clicked()
                {
                    send(LabCommand::ChooseLesson(&lesson.name));
                    ui.close();
                }
            }
            ui.separator();
            let label = view.text.get("lab-form-title");
            if ui
                .selectable_label(self.choice == LauncherChoice::Form, label)
                .clicked()
            {
                send(LabCommand::ChooseForm);
                ui.close();
            }
            let shown = self.shown.runs.shown().map(|run| run.number);
            for (place, run) in self.shown.runs.iter().enumerate() {
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

    /// Start and Stop, each in a place of its own: a second click on one of them never does what the other does.
    fn start_ui(&self, ui: &mut Ui, view: View<'_>) {
        let is_live = self.is_live();
        let start = Command::Lab(LabCommand::Start);
        let (icon, tip) = if self.runs_nothing() {
            (Icon::Monitor, "lesson-look-tip")
        } else {
            (Icon::Play, "lab-start-tip")
        };
        let tip = view.tip(ui, tip, &start);
        let words = self.start_words(view);
        ui.add_enabled_ui(!is_live && self.can_start(), |ui| {
            let response = text_button(ui, view.theme, Some(icon), &words, !is_live);
            let response = response.on_hover_text(tip);
            let why = if is_live {
                "lab-start-is-live"
            } else {
                "lab-cannot-start"
            };
            if response
                .on_disabled_hover_text(view.text.get(why))
                .clicked()
            {
                view.commands.send(start);
            }
        });
        self.stop_ui(ui, view);
    }

    fn stop_ui(&self, ui: &mut Ui, view: View<'_>) {
        let stops = self.shown.runs.live().map(Session::stops);
        let now = ui.input(|input| input.time);
        let pause = self.stop_pause(now);
        let (key, tip) = match stops {
            Some(1..) if pause.is_some() => ("lab-stopping", "lab-stop-tip"),
            Some(1..) => ("lab-stop-at-once", "lab-stop-at-once-tip"),
            Some(0) => ("lab-stop", "lab-stop-tip"),
            None => ("lab-stop", "lab-stop-none"),
        };
        if let Some(rest) = pause.filter(|_| stops.is_some()) {
            ui.request_repaint_after(Duration::try_from_secs_f64(rest).unwrap_or_default());
        }
        let command = Command::Lab(LabCommand::Stop);
        let tip = view.tip(ui, tip, &command);
        let can_stop = stops.is_some() && (stops == Some(0) || pause.is_none());
        ui.add_enabled_ui(can_stop, |ui| {
            let label = view.text.get(key);
            let response = text_button(ui, view.theme, Some(Icon::Stop), label, false);
            let response = response.on_hover_text(&tip).on_disabled_hover_text(&tip);
            if response.clicked() {
                view.commands.send(command);
            }
        });
    }

    /// What Start starts, in words: the lesson is named beside it, a run of one's own is not.
    fn start_words(&self, view: View<'_>) -> String {
        let text = view.text;
        if self.runs_nothing() && self.layout.side != SideTab::Form {
            return text.get("lesson-look").to_owned();
        }
        let config = &self.read.config;
        let means_form = self.choice == LauncherChoice::Form || self.layout.side == SideTab::Form;
        if !means_form {
            let key = if self.shows_chosen() {
                "lab-start-again"
            } else {
                "lab-start"
            };
            return text.get(key).to_owned();
        }
        if !self.read.problems.is_empty() {
            return text.get("lab-start").to_owned();
        }
        let figures = config.kind.figures().into_iter();
        let args: Vec<(_, FluentValue<'_>)> = figures
            .map(|(name, figure)| match figure {
                Figure::Count(count) => (name, count.into()),
                Figure::Name(what) => (name, what.into()),
            })
            .collect();
        text.with(config.kind.words().start, &args)
    }

    /// The run's time, and whether it is live or how it ended.
    fn clock_ui(&self, ui: &mut Ui, view: View<'_>) {
        let theme = view.theme;
        let Some(run) = self.shown.runs.shown() else {
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
        )
        .on_hover_text(clock_tip(session, view));
        let dim = |ui: &mut Ui, words: &str| {
            let words = RichText::new(words)
                .font(theme::font(Face::Regular, theme::TEXT_S))
                .color(theme.text_dim);
            ui.label(words)
        };
        // Where there is no room for it, the seed stands in the form and in the recording.
        if let Some(header) = session
            .state()
            .header()
            .filter(|_| ui.available_width() > 180.0)
        {
            let seed = header.seed.to_string();
            dim(ui, &view.text.with("lab-seed", &[("seed", seed.into())]))
                .on_hover_text(view.text.get("lab-seed-tip"));
        }
        let number = ("number", run.number.into());
        if self.shows_chosen() {
            dim(ui, &view.text.with("lab-run", &[number]))
        } else {
            let args = [number, ("name", run_name(view, run).into())];
            let words = view.text.with("lab-run-other", &args);
            let words = cut(ui, &words, ui.available_width() - 2.0 * UNIT);
            ui.label(
                RichText::new(words)
                    .font(theme::font(Face::Semibold, theme::TEXT_S))
                    .color(theme.text_strong),
            )
        }
        .on_hover_text(view.text.get("lab-run-tip"));
    }
}

/// How a run stands, in a word and its colour.
fn outcome(session: &Session, theme: &Theme) -> (&'static str, Color32) {
    if session.is_stopping() {
        return ("lab-stopping", theme.warning);
    }
    if session.is_live() {
        return ("lab-live", theme.accent);
    }
    if session.is_cut_short() {
        return ("lab-ended-interrupted", theme.warning);
    }
    match session.state().finish().map(|finish| finish.outcome) {
        Some(RunOutcome::Ok) => ("lab-ended-ok", theme.ok),
        Some(RunOutcome::Failed) => ("lab-ended-failed", theme.error),
        Some(RunOutcome::Interrupted) => ("lab-ended-interrupted", theme.warning),
        Some(RunOutcome::Other) => ("lab-ended-other", theme.warning),
        None => ("lab-ended-unknown", theme.error),
    }
}

/// The time of a run; of one that is over, how long its program took.
fn clock(session: &Session) -> String {
    let time = session.program_time(Instant::now());
    if !session.is_live() && time.micros < 1_000_000 {
        return figures::duration(time.micros);
    }
    figures::clock(time)
}

/// From when to when that time goes.
fn clock_tip(session: &Session, view: View<'_>) -> String {
    if session.is_live() {
        return view.text.get("lab-clock-live-tip").to_owned();
    }
    let state = session.state();
    let Some((ended, finish)) = state.program_ended().zip(state.finish()) else {
        return view.text.get("lab-clock-cut-off-tip").to_owned();
    };
    let checked = finish.t.micros.saturating_sub(ended.micros);
    let args = [("time", figures::duration(checked).into())];
    view.text.with("lab-clock-tip", &args)
}

/// What a run is of: its lesson's title, or the kind of a run of one's own.
pub(super) fn run_name(view: View<'_>, run: &LabRun) -> String {
    let text = view.text;
    if let Some(lesson) = run.lesson.as_deref().and_then(Lesson::find) {
        return lesson.title.get(view.text.language()).to_owned();
    }
    let header = run.session.state().header();
    match header.map(|header| &header.config) {
        Some(HeaderConfig::Known(config)) => text.get(config.kind.words().run).to_owned(),
        Some(HeaderConfig::Other { kind, .. }) => {
            text.with("lab-run-later", &[("kind", kind.clone().into())])
        }
        None => text.get("lab-run-unknown").to_owned(),
    }
}

/// A run in the list: `LabRun 1: Callbacks, done 4.8 s`.
fn run_words(view: View<'_>, run: &LabRun) -> String {
    let (key, _) = outcome(&run.session, view.theme);
    let args = [
        ("number", run.number.into()),
        ("name", run_name(view, run).into()),
        ("how", view.text.get(key).to_owned().into()),
        (
            "time",
            figures::clock(run.session.program_time(Instant::now())).into(),
        ),
    ];
    view.text.with("lab-run-entry", &args)
}

/// Words cut so that they take no more than `width`.
fn cut(ui: &Ui, words: &str, width: f32) -> String {
    let measured = |words: &str| {
        let font = theme::font(Face::Medium, theme::TEXT_S);
        let galley = ui
            .painter()
            .layout_no_wrap(words.to_owned(), font, Color32::WHITE);
        galley.size().x
    };
    let mut shown = words.to_owned();
    while measured(&shown) > width.max(60.0) {
        let kept: Vec<char> = shown.trim_end_matches('…').chars().collect();
        let (_last, kept) = kept.split_last().unwrap_or((&' ', &[]));
        if kept.is_empty() {
            break;
        }
        shown = kept.iter().chain(&['…']).collect();
    }
    shown
}
