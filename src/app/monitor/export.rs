//! *Export…*: a small window that asks which processes, how, and which file, the desktop's own dialog behind a button, and the
//! writing; the latter two beside the window's thread.

mod choices;
mod content;
mod failure;
mod field_picker;
mod file_dialog;
mod file_manager;
mod form;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui;

use crate::app::background::{BackgroundJob, JobProgress};
use crate::app::command::Command;
use crate::app::text::Text;
use crate::app::toast::Toasts;
use crate::app::view::View;
use crate::monitor::document::{Format, WriteError};
use crate::monitor::source::{Source, SourceError};

pub use content::ExportContent;
use failure::failure_text;
pub(super) use failure::reason_text;
pub use field_picker::ExportSettings;
pub use file_dialog::{AskFile, ChosenFile, DialogPurpose, ask_desktop};
pub(super) use form::file_of;
use form::{ExportForm, ExportProblem, FormActivity, FormRequest};
use writer::{FileWriting, WriteRequest};

/// Opens a source for what the picture on screen does not have; called beside the window's thread.
pub type OpenSource = Arc<dyn Fn() -> Result<Box<dyn Source>, SourceError> + Send + Sync>;

/// The export under way, if any.
pub struct Export {
    ask_file: AskFile,
    open_source: OpenSource,
    /// As it was written last.
    format: Format,
    /// What is remembered beyond this run of the program.
    settings: ExportSettings,
    form: Option<ExportForm>,
    dialog: Option<BackgroundJob<(ChosenFile, bool)>>,
    writing: Option<FileWriting>,
    /// The last file from here that can be compared with.
    written_last: Option<PathBuf>,
    showing: Option<BackgroundJob<Result<(), PathBuf>>>,
}

/// Why nothing was written.
enum ExportError {
    /// The file could not be.
    File(WriteError),
    /// What the picture does not have could not be read.
    Source(SourceError),
    /// The user stopped it.
    Stopped,
    /// The same while it wrote into a device or a pipe.
    StoppedWithin(PathBuf),
    /// It has ended without a word.
    BrokenDown,
    /// The file exists, and the user has not agreed to replace it.
    IsThere(PathBuf),
}

/// What was written where.
struct Written {
    count: usize,
    path: PathBuf,
}

impl Export {
    /// One that asks for files in this way, and for fields as it was left.
    pub fn new(ask_file: AskFile, open_source: OpenSource, settings: ExportSettings) -> Self {
        Self {
            ask_file,
            open_source,
            format: Format::default(),
            settings,
            form: None,
            dialog: None,
            writing: None,
            written_last: None,
            showing: None,
        }
    }

    /// Asks where to write.
    pub fn open(&mut self, content: ExportContent) {
        self.form = Some(ExportForm::new(content, self.format, &self.settings));
    }

    /// What is to be remembered.
    pub fn remembered(&self) -> ExportSettings {
        self.settings.clone()
    }

    /// The file that was written last, if it can be compared with.
    pub fn written_last(&self) -> Option<&Path> {
        self.written_last.as_deref()
    }

    /// Whether the question is on screen.
    pub fn is_open(&self) -> bool {
        self.form.is_some()
    }

    /// Takes in what the dialog and the writing have answered.
    pub fn logic(&mut self, text: &Text, toasts: &mut Toasts) {
        let chosen = match self.dialog.as_ref().map(BackgroundJob::poll) {
            Some(JobProgress::Done(chosen)) => Some(chosen),
            Some(JobProgress::Lost) => Some((ChosenFile::NoDialog, false)),
            Some(JobProgress::Running) | None => None,
        };
        if let Some((chosen, was_there)) = chosen {
            self.dialog = None;
            self.take_in(chosen, was_there);
        }
        self.take_in_showing(text, toasts);
        match self.writing.as_ref().map(FileWriting::poll) {
            Some(JobProgress::Done(Ok(Written { count, path }))) => {
                self.writing = None;
                self.form = None;
                let args = [
                    ("count", count.into()),
                    ("path", path.display().to_string().into()),
                ];
                let sentence = text.with("export-done", &args);
                if self.format != Format::Csv && path.is_file() {
                    self.written_last = Some(path.clone());
                }
                let label = text.get("export-show").to_owned();
                toasts.offer(sentence, label, Command::ShowFile(path));
            }
            Some(JobProgress::Done(Err(error))) => {
                self.writing = None;
                self.fail(&error, text, toasts);
            }
            Some(JobProgress::Lost) => {
                self.writing = None;
                self.fail(&ExportError::BrokenDown, text, toasts);
            }
            Some(JobProgress::Running) | None => {}
        }
    }

    /// The question stays with what was typed, so that it can be mended.
    fn fail(&mut self, error: &ExportError, text: &Text, toasts: &mut Toasts) {
        let sentence = failure_text(text, error);
        let Some(form) = &mut self.form else {
            return toasts.warn(sentence);
        };
        form.problem = Some(match error {
            ExportError::IsThere(_) => ExportProblem::IsThere(sentence),
            ExportError::Stopped | ExportError::StoppedWithin(_) => {
                ExportProblem::Stopped(sentence)
            }
            ExportError::File(_) | ExportError::Source(_) | ExportError::BrokenDown => {
                form.wants_focus = true;
                ExportProblem::Failed(sentence)
            }
        });
    }

    /// Shows a file in the desktop's file manager.
    pub fn show_file(&mut self, ctx: &egui::Context, path: PathBuf) {
        let show = move || file_manager::show(&path).map_err(|_no_manager| path);
        self.showing = BackgroundJob::start("file manager", ctx, show).ok();
    }

    fn take_in_showing(&mut self, text: &Text, toasts: &mut Toasts) {
        match self.showing.as_ref().map(BackgroundJob::poll) {
            Some(JobProgress::Done(Err(path))) => {
                let path = path.display().to_string();
                toasts.warn(text.with("export-no-manager", &[("path", path.into())]));
            }
            Some(JobProgress::Done(Ok(())) | JobProgress::Lost) => {}
            Some(JobProgress::Running) | None => return,
        }
        self.showing = None;
    }

    /// What was chosen in the dialog, and whether it is a file that was there already.
    fn take_in(&mut self, chosen: ChosenFile, was_there: bool) {
        let Some(form) = &mut self.form else {
            return;
        };
        match chosen {
            ChosenFile::Path(path) => {
                form.path = path.display().to_string();
                form.problem = None;
                // The dialog has asked, about what it found.
                form.may_replace = was_there.then_some(path);
            }
            ChosenFile::Cancelled => {}
            ChosenFile::NoDialog => {
                form.problem = Some(ExportProblem::NoDialog);
                form.wants_focus = true;
            }
        }
    }

    /// Draws the question.
    pub fn export_ui(&mut self, ui: &egui::Ui, view: View<'_>) {
        let Some(form) = &mut self.form else {
            return;
        };
        let busy = FormActivity {
            is_asking: self.dialog.is_some(),
            read: self.writing.as_ref().map(FileWriting::read),
        };
        let modal = egui::Modal::new(egui::Id::unique("export"))
            .frame(egui::Frame::window(ui.style()).inner_margin(egui::Margin::same(20)))
            .show(ui, |ui| form.form_ui(ui, view, busy));
        match modal.inner {
            Some(FormRequest::Browse) => {
                let (ask, suggested) = (self.ask_file, form.file());
                let title = view.text.get("export-title").to_owned();
                let asking = BackgroundJob::start("file dialog", ui, move || {
                    let chosen = ask(DialogPurpose::Write, &suggested, &title);
                    let was_there = matches!(&chosen, ChosenFile::Path(path) if path.is_file());
                    (chosen, was_there)
                });
                match asking {
                    Ok(job) => self.dialog = Some(job),
                    Err(_no_thread) => self.take_in(ChosenFile::NoDialog, false),
                }
            }
            Some(request @ (FormRequest::Write | FormRequest::Replace)) => {
                let order = WriteRequest {
                    content: form.content.clone(),
                    choices: form.choices.clone(),
                    path: form.file(),
                    may_replace: request == FormRequest::Replace || form.may_replace(),
                };
                form.problem = None;
                self.format = order.choices.format;
                let path = order.path.clone();
                self.remember_choices();
                match FileWriting::start(ui, order, &self.open_source) {
                    Ok(writing) => self.writing = Some(writing),
                    Err(source) => {
                        let error = ExportError::File(WriteError::File { path, source });
                        let problem = ExportProblem::Failed(failure_text(view.text, &error));
                        if let Some(form) = &mut self.form {
                            form.problem = Some(problem);
                        }
                    }
                }
            }
            Some(FormRequest::Cancel) => self.cancel(view.text),
            None if modal.should_close() => self.cancel(view.text),
            None => {}
        }
    }

    /// Stops the writing, or closes the form; also while the writing cannot stop, because nothing reads the pipe that it
    /// opens or the disk does not answer: it sees that it is to end when it goes on.
    fn cancel(&mut self, text: &Text) {
        match (&self.writing, &mut self.form) {
            (Some(writing), Some(form)) if !writing.is_stopping() => {
                writing.stop();
                form.problem = Some(ExportProblem::Stopped(
                    text.get("export-stopping").to_owned(),
                ));
            }
            _ => {
                self.remember_choices();
                (self.writing, self.form) = (None, None);
            }
        }
    }

    /// What was picked need not be picked again, whether it was written or not; of a moment of before nothing can be.
    fn remember_choices(&mut self) {
        if let Some(form) = self.form.as_ref().filter(|form| !form.content.is_past) {
            self.settings = form.choices.settings();
        }
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        if let Some(writing) = &self.writing {
            writing.take_leave();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::source::scripted::{ScriptedSource, row, snapshot_of};

    #[test]
    fn what_the_dialog_did_not_find_it_did_not_ask_about() {
        let ask: AskFile = |_purpose, _suggested, _title| ChosenFile::NoDialog;
        let open: OpenSource = Arc::new(|| Ok(Box::new(ScriptedSource::new(5, 1))));
        let mut export = Export::new(ask, open, ExportSettings::default());
        let snapshot = Arc::new(snapshot_of(vec![row(1, "one")]));
        export.open(ExportContent::new(snapshot, Vec::new(), &[]));
        for was_there in [true, false] {
            export.take_in(ChosenFile::Path("/tmp/a.json".into()), was_there);
            let form = export.form.as_ref().unwrap();
            assert_eq!(form.may_replace(), was_there);
        }
    }
}
