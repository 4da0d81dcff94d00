//! The question: which processes, into which file.

use std::path::PathBuf;

use eframe::egui::{self, Align, Layout, RichText, Ui};

use super::choices::ExportChoices;
use super::content::ExportContent;
use super::field_picker::{ExportSettings, FieldChoice};
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{danger_button, primary_button, prose, text_button};
use crate::monitor::document::Format;

/// What is being asked, and what has been answered so far.
pub(super) struct ExportForm {
    pub content: ExportContent,
    pub choices: ExportChoices,
    pub path: String,
    /// Whether the text cursor must be put into the path.
    pub wants_focus: bool,
    /// Why the last attempt led to nothing.
    pub problem: Option<ExportProblem>,
    /// The file that the user agreed to replace in the desktop's dialog.
    pub may_replace: Option<PathBuf>,
}

/// What stands in the way.
pub(super) enum ExportProblem {
    /// Nothing was written, for this reason.
    Failed(String),
    /// It was stopped, as these words say.
    Stopped(String),
    /// The file is there, as these words say.
    IsThere(String),
    /// The path has to be typed.
    NoDialog,
}

/// What goes on beside the question.
#[derive(Clone, Copy)]
pub(super) struct FormActivity {
    pub is_asking: bool,
    /// How many processes have been read, while it is written.
    pub read: Option<usize>,
}

/// What was asked for with the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormRequest {
    /// Open the desktop's dialog.
    Browse,
    /// Write the file.
    Write,
    /// The same, whatever is there.
    Replace,
    /// Stop the writing, or forget it.
    Cancel,
}

impl ExportForm {
    /// Suggests a file in the home folder, named after the moment of the picture.
    pub fn new(content: ExportContent, format: Format, settings: &ExportSettings) -> Self {
        let name = content.taken_at("proclab-%Y-%m-%d-%H%M%S");
        let name = format!("{name}.{}", format.extension());
        let folder = std::env::home_dir().unwrap_or_default();
        Self {
            path: folder.join(name).display().to_string(),
            content,
            choices: ExportChoices::new(format, settings),
            wants_focus: true,
            problem: None,
            may_replace: None,
        }
    }

    /// The file that is meant.
    pub fn file(&self) -> PathBuf {
        file_of(&self.path)
    }

    /// Whether the desktop's dialog has asked about the file that is meant.
    pub fn may_replace(&self) -> bool {
        self.may_replace.as_ref() == Some(&self.file())
    }

    /// Draws it.
    pub fn form_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        busy: FormActivity,
    ) -> Option<FormRequest> {
        ui.set_width(480.0);
        let title = RichText::new(view.text.get("export-title"))
            .font(theme::font(Face::Semibold, theme::TEXT_L));
        ui.label(title.color(view.theme.text_strong));
        ui.add_space(2.0 * UNIT);
        // What is being written is settled.
        let is_settled = busy.read.is_some();
        let is_entered = ui
            .add_enabled_ui(!is_settled, |ui| self.answers_ui(ui, view))
            .inner;
        ui.add_space(4.0 * UNIT);
        let request = ui
            .horizontal(|ui| self.buttons_ui(ui, view, busy))
            .inner
            .or(is_entered.then_some(FormRequest::Write));
        // To replace a file takes the button that says so.
        let can_write =
            self.can_write(busy) && !matches!(self.problem, Some(ExportProblem::IsThere(..)));
        request.filter(|request| *request != FormRequest::Write || can_write)
    }

    /// Whether all has been answered.
    fn can_write(&self, busy: FormActivity) -> bool {
        let is_answered = !self.path.trim().is_empty() && !self.choices.has_no_field();
        busy.read.is_none() && is_answered
    }

    /// The inputs; returns whether Enter was pressed in the path.
    fn answers_ui(&mut self, ui: &mut Ui, view: View<'_>) -> bool {
        self.content_ui(ui, view);
        ui.add_space(3.0 * UNIT);
        let format = self.choices.format;
        let is_past = self.content.is_past;
        ui.scope(|ui| self.choices.choices_ui(ui, view, is_past));
        if self.choices.format != format {
            self.rename(format);
            self.problem = None;
        }
        ui.add_space(1.5 * UNIT);
        self.note_ui(ui, view);
        ui.add_space(3.0 * UNIT);
        self.path_ui(ui, view)
    }

    fn content_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        match *self.content.scopes() {
            [only] => {
                let words = RichText::new(self.content.words(only, view.text));
                ui.label(words.color(view.theme.text));
            }
            ref scopes => {
                for &scope in scopes {
                    let words = self.content.words(scope, view.text);
                    ui.radio_value(&mut self.content.scope, scope, words);
                }
            }
        }
    }

    /// Keeps the file extension in step with the format, if it was before.
    fn rename(&mut self, before: Format) {
        let stem = self.path.strip_suffix(before.extension());
        if let Some(stem) = stem.filter(|stem| stem.ends_with('.')) {
            self.path = format!("{stem}{}", self.choices.format.extension());
        }
    }

    /// When all this was read, and what is only read now.
    fn note_ui(&self, ui: &mut Ui, view: View<'_>) {
        let time = self.content.taken_at("%H:%M:%S");
        let key = if self.content.is_past {
            "export-note-past"
        } else if self.choices.has_no_field() {
            "export-note-nothing"
        } else if self.choices.needs_reading() {
            "export-note-reading"
        } else if self.choices.fields == FieldChoice::Picked {
            "export-note-picked"
        } else {
            "export-note"
        };
        let mut note = view.text.with(key, &[("time", time.into())]);
        if !self.content.is_past && self.choices.has_rates() {
            note.push(' ');
            note.push_str(view.text.get("export-note-rates"));
        }
        ui.add(egui::Label::new(prose(&note, theme::TEXT_S, view.theme.text_dim)).wrap());
    }

    /// Returns whether Enter was pressed in it.
    fn path_ui(&mut self, ui: &mut Ui, view: View<'_>) -> bool {
        let label = ui.label(RichText::new(view.text.get("export-path")).color(view.theme.text));
        let edit = egui::TextEdit::singleline(&mut self.path)
            .font(theme::font(Face::Mono, theme::TEXT_S))
            .margin(egui::Margin::symmetric(8, 6))
            .desired_width(f32::INFINITY);
        let field = ui.add(edit).labelled_by(label.id);
        if std::mem::take(&mut self.wants_focus) {
            field.request_focus();
        }
        if field.changed() {
            self.problem = None;
        }
        if let Some(problem) = &self.problem {
            let (words, color) = match problem {
                ExportProblem::Failed(words) => (words.as_str(), view.theme.error),
                ExportProblem::Stopped(words) => (words.as_str(), view.theme.text_dim),
                ExportProblem::IsThere(words) => (words.as_str(), view.theme.warning),
                ExportProblem::NoDialog => (view.text.get("export-no-dialog"), view.theme.warning),
            };
            ui.add_space(UNIT);
            ui.add(egui::Label::new(RichText::new(words).color(color)).wrap());
        }
        field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
    }

    fn buttons_ui(&self, ui: &mut Ui, view: View<'_>, busy: FormActivity) -> Option<FormRequest> {
        let mut request = None;
        let browse = ui.add_enabled_ui(!busy.is_asking && busy.read.is_none(), |ui| {
            text_button(ui, view.theme, None, view.text.get("export-browse"), false)
        });
        let browse = browse
            .inner
            .on_hover_text(view.text.get("export-browse-tip"));
        if browse.clicked() {
            request = Some(FormRequest::Browse);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let count = self.content.count();
            let can_write = self.can_write(busy);
            if let Some(ExportProblem::IsThere(..)) = self.problem {
                let label = view.text.get("export-replace");
                if danger_button(ui, view.theme, label, can_write).clicked() {
                    request = Some(FormRequest::Replace);
                }
            } else {
                let label = match busy.read {
                    Some(read) => view.text.with(
                        "export-writing",
                        &[("written", read.into()), ("count", count.into())],
                    ),
                    None => view.text.with("export-write", &[("count", count.into())]),
                };
                if primary_button(ui, view.theme, &label, can_write).clicked() {
                    request = Some(FormRequest::Write);
                }
            }
            let cancel = view.text.get("action-cancel");
            if text_button(ui, view.theme, None, cancel, false).clicked() {
                request = Some(FormRequest::Cancel);
            }
        });
        request
    }
}

/// The file of a path as typed: `~/a` as the shell reads it, and a bare name where the program was started.
pub(in crate::app) fn file_of(path: &str) -> PathBuf {
    let path = path.trim();
    let path = match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    };
    std::path::absolute(&path).unwrap_or(path)
}
