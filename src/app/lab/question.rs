//! A lesson's question, with its answer on demand.

use eframe::egui::{Align, Frame, Label, Layout, Margin, Panel, RichText, Ui};

use super::super::icons::Icon;
use super::super::theme::{self, Face, UNIT};
use super::super::view::View;
use super::super::widgets::{icon_button, link_button, prose};
use super::{Lab, LauncherChoice};
use crate::run::lesson::Lesson;

impl Lab {
    /// Takes the question of a lesson that runs nothing along to Monitor, where its answer can be looked for.
    pub fn take_question_to_monitor(&mut self) {
        self.is_asked_in_monitor = self.runs_nothing();
    }

    /// The question at the lower edge of Monitor, until it is closed or something else is chosen.
    pub fn monitor_question_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let LauncherChoice::Lesson(lesson) = self.choice else {
            return;
        };
        if !self.is_asked_in_monitor {
            return;
        }
        let mut is_closed = false;
        framed(Panel::bottom("monitor-question"), view).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let name = view.text.get("lab-question-close");
                    is_closed = icon_button(ui, view.theme, Icon::Close, name).clicked();
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(Label::new(title(lesson, view)).truncate());
                    });
                });
            });
            self.question_and_answer_ui(ui, view, lesson);
        });
        if is_closed {
            self.is_asked_in_monitor = false;
        }
    }

    /// The question below the listing.
    pub(super) fn question_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        // Before the start it stands in the middle of the place.
        let shown = self
            .shown
            .runs
            .shown()
            .and_then(|run| run.lesson.as_deref());
        let lesson = match self.choice {
            // It has no runs, and its answer stands here all the same.
            LauncherChoice::Lesson(lesson)
                if self.runs_nothing() && self.shown.runs.shown().is_none() =>
            {
                lesson
            }
            _ => match shown.and_then(Lesson::find) {
                Some(lesson) => lesson,
                None => return,
            },
        };
        framed(Panel::bottom("lab-question"), view).show(ui, |ui| {
            ui.add(Label::new(title(lesson, view)).wrap());
            self.question_and_answer_ui(ui, view, lesson);
        });
    }

    fn question_and_answer_ui(&mut self, ui: &mut Ui, view: View<'_>, lesson: &Lesson) {
        ui.spacing_mut().item_spacing.y = UNIT;
        let words = |ui: &mut Ui, words: &str, color| {
            ui.add(Label::new(prose(words, theme::TEXT_S, color)).wrap());
        };
        words(ui, lesson.ask.get(view.text.language()), view.theme.text);
        if self.is_revealed {
            let answer = lesson.reveal.get(view.text.language());
            words(ui, answer, view.theme.text_strong);
        } else if link_button(ui, view.theme, view.text.get("lab-reveal")).clicked() {
            self.is_revealed = true;
        }
    }
}

fn framed(panel: Panel, view: View<'_>) -> Panel {
    let frame = Frame::new().fill(view.theme.raised);
    panel
        .resizable(false)
        .frame(frame.inner_margin(Margin::same(12)))
}

fn title(lesson: &Lesson, view: View<'_>) -> RichText {
    RichText::new(lesson.title.get(view.text.language()))
        .font(theme::font(Face::Semibold, theme::TEXT_S))
        .color(view.theme.text_strong)
}
