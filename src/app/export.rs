//! *Export JSON…*: a small window that asks which processes and which file, the desktop's own dialog behind a button, and the
//! writing; the latter two beside the window's thread.

mod content;
mod failure;
mod file_dialog;
mod form;

use std::path::PathBuf;

use eframe::egui;

use super::background::{Job, Progress};
use super::text::Text;
use super::toast::Toasts;
use super::view::View;
use crate::monitor::document::{FieldSet, Format, Readers, WriteError, write_file};

pub use content::Content;
use failure::failure_text;
pub use file_dialog::{AskFile, ChosenFile, ask_desktop};
use form::{Busy, Form, Problem, Wish};

/// The export under way, if any.
pub struct Export {
    ask_file: AskFile,
    form: Option<Form>,
    dialog: Option<Job<ChosenFile>>,
    writing: Option<Job<Result<Written, WriteError>>>,
}

/// What was written where.
struct Written {
    count: usize,
    path: PathBuf,
}

impl Export {
    /// One that asks for files in this way.
    pub fn new(ask_file: AskFile) -> Self {
        Self {
            ask_file,
            form: None,
            dialog: None,
            writing: None,
        }
    }

    /// Asks where to write.
    pub fn open(&mut self, content: Content) {
        self.form = Some(Form::new(content));
    }

    /// Whether the question is on screen.
    pub fn is_open(&self) -> bool {
        self.form.is_some()
    }

    /// Takes in what the dialog and the writing have answered.
    pub fn logic(&mut self, text: &Text, toasts: &mut Toasts) {
        let chosen = match self.dialog.as_ref().map(Job::poll) {
            Some(Progress::Done(chosen)) => Some(chosen),
            Some(Progress::Lost) => Some(ChosenFile::NoDialog),
            Some(Progress::Running) | None => None,
        };
        if let Some(chosen) = chosen {
            self.dialog = None;
            self.take_in(chosen);
        }
        match self.writing.as_ref().map(Job::poll) {
            Some(Progress::Done(Ok(Written { count, path }))) => {
                self.writing = None;
                self.form = None;
                let path = path.display().to_string();
                toasts.tell(text.with(
                    "export-done",
                    &[("count", count.into()), ("path", path.into())],
                ));
            }
            Some(Progress::Done(Err(error))) => {
                self.writing = None;
                // The question stays with what was typed, so that it can be mended.
                let sentence = failure_text(text, &error);
                match &mut self.form {
                    Some(form) => {
                        form.problem = Some(Problem::Failed(sentence));
                        form.wants_focus = true;
                    }
                    None => toasts.warn(sentence),
                }
            }
            Some(Progress::Lost) => self.writing = None,
            Some(Progress::Running) | None => {}
        }
    }

    fn take_in(&mut self, chosen: ChosenFile) {
        let Some(form) = &mut self.form else {
            return;
        };
        match chosen {
            ChosenFile::Path(path) => {
                form.path = path.display().to_string();
                form.problem = None;
            }
            ChosenFile::Cancelled => {}
            ChosenFile::NoDialog => {
                form.problem = Some(Problem::NoDialog);
                form.wants_focus = true;
            }
        }
    }

    /// Draws the question.
    pub fn export_ui(&mut self, ui: &egui::Ui, view: View<'_>) {
        let Some(form) = &mut self.form else {
            return;
        };
        let busy = Busy {
            is_asking: self.dialog.is_some(),
            is_writing: self.writing.is_some(),
        };
        let modal = egui::Modal::new(egui::Id::unique("export"))
            .frame(egui::Frame::window(ui.style()).inner_margin(egui::Margin::same(20)))
            .show(ui, |ui| form.form_ui(ui, view, busy));
        match modal.inner {
            Some(Wish::Browse) => {
                let (ask, suggested) = (self.ask_file, form.file());
                let title = view.text.get("export-title").to_owned();
                self.dialog = Job::start("file dialog", ui, move || ask(&suggested, &title)).ok();
            }
            Some(Wish::Write) => {
                let (content, path) = (form.content.clone(), form.file());
                self.writing = Job::start("export", ui, move || write(&content, path)).ok();
            }
            Some(Wish::Cancel) => self.form = None,
            None if modal.should_close() => self.form = None,
            None => {}
        }
    }
}

/// Writes the document wholly or not at all.
fn write(content: &Content, path: PathBuf) -> Result<Written, WriteError> {
    let document = content.document();
    write_file(&path, Readers::Usual, |out| {
        Format::Json.write(&document, &FieldSet::default(), out)
    })?;
    Ok(Written {
        count: content.count(),
        path,
    })
}
