//! The question: with which file.

use std::path::{Path, PathBuf};

use eframe::egui::{self, Align, Layout, RichText, Ui};

use crate::app::monitor::export::{ChosenFile, file_of};
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{primary_button, prose, text_button};

/// What has been answered so far.
#[derive(Default)]
pub(super) struct FilePrompt {
    path: String,
    is_begun: bool,
    problem: Option<String>,
}

/// What was asked for with the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FilePromptRequest {
    Browse,
    Compare,
    Cancel,
}

impl FilePrompt {
    /// With a file that was written a moment ago, if there is one.
    pub(super) fn offering(file: Option<&Path>) -> Self {
        Self {
            path: file.map_or_else(String::new, |file| file.display().to_string()),
            ..Self::default()
        }
    }

    /// The file that is meant.
    pub(super) fn file(&self) -> PathBuf {
        file_of(&self.path)
    }

    /// What stands in the way.
    pub(super) fn fail(&mut self, sentence: String) {
        self.problem = Some(sentence);
        self.is_begun = false;
    }

    /// What the dialog has answered.
    pub(super) fn take_in(&mut self, chosen: ChosenFile, text: &Text) {
        match chosen {
            ChosenFile::Path(path) => {
                self.path = path.display().to_string();
                self.problem = None;
            }
            ChosenFile::Cancelled => {}
            ChosenFile::NoDialog => self.fail(text.get("export-no-dialog").to_owned()),
        }
    }

    /// Draws it.
    pub(super) fn ask_ui(
        &mut self,
        ui: &Ui,
        view: View<'_>,
        is_choosing: bool,
        is_reading: bool,
    ) -> Option<FilePromptRequest> {
        let modal = egui::Modal::new(egui::Id::unique("compare"))
            .frame(egui::Frame::window(ui.style()).inner_margin(egui::Margin::same(20)))
            .show(ui, |ui| self.form_ui(ui, view, is_choosing, is_reading));
        let is_left = modal.should_close();
        modal.inner.or(is_left.then_some(FilePromptRequest::Cancel))
    }

    fn form_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        is_choosing: bool,
        is_reading: bool,
    ) -> Option<FilePromptRequest> {
        ui.set_width(480.0);
        let title = RichText::new(view.text.get("compare-title"))
            .font(theme::font(Face::Semibold, theme::TEXT_L));
        ui.label(title.color(view.theme.text_strong));
        ui.add_space(2.0 * UNIT);
        let note = view.text.get("compare-note");
        ui.add(egui::Label::new(prose(note, theme::TEXT_S, view.theme.text_dim)).wrap());
        ui.add_space(3.0 * UNIT);
        let is_entered = self.path_ui(ui, view);
        ui.add_space(4.0 * UNIT);
        let can_compare = !is_reading && !self.path.trim().is_empty();
        let mut request = is_entered.then_some(FilePromptRequest::Compare);
        ui.horizontal(|ui| {
            let browse = ui.add_enabled_ui(!is_choosing, |ui| {
                text_button(ui, view.theme, None, view.text.get("export-browse"), false)
            });
            if browse.inner.clicked() {
                request = Some(FilePromptRequest::Browse);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let label = view.text.get("compare-do");
                if primary_button(ui, view.theme, label, can_compare).clicked() {
                    request = Some(FilePromptRequest::Compare);
                }
                let cancel = view.text.get("action-cancel");
                if text_button(ui, view.theme, None, cancel, false).clicked() {
                    request = Some(FilePromptRequest::Cancel);
                }
            });
        });
        request.filter(|request| *request != FilePromptRequest::Compare || can_compare)
    }

    /// Returns whether Enter was pressed in it.
    fn path_ui(&mut self, ui: &mut Ui, view: View<'_>) -> bool {
        let label = ui.label(RichText::new(view.text.get("export-path")).color(view.theme.text));
        let edit = egui::TextEdit::singleline(&mut self.path)
            .font(theme::font(Face::Mono, theme::TEXT_S))
            .margin(egui::Margin::symmetric(8, 6))
            .desired_width(f32::INFINITY);
        let field = ui.add(edit).labelled_by(label.id);
        if !std::mem::replace(&mut self.is_begun, true) {
            field.request_focus();
        }
        if field.changed() {
            self.problem = None;
        }
        if let Some(problem) = &self.problem {
            ui.add_space(UNIT);
            let words = RichText::new(problem).color(view.theme.error);
            ui.add(egui::Label::new(words).wrap());
        }
        field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
    }
}
