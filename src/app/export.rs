//! *Export…*: a small window that asks which processes, how, and which file, the desktop's own dialog behind a button, and the
//! writing; the latter two beside the window's thread.

mod choices;
mod content;
mod failure;
mod file_dialog;
mod file_manager;
mod form;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use eframe::egui;

use super::background::{Job, Progress};
use super::command::Command;
use super::text::Text;
use super::toast::Toasts;
use super::view::View;
use crate::monitor::document::{Format, Readers, WriteError, write_file};
use crate::monitor::source::{Source, SourceError};

use choices::Choices;
pub use content::Content;
use failure::failure_text;
pub(super) use failure::reason_text;
pub use file_dialog::{AskFile, ChosenFile, Purpose, ask_desktop};
pub(super) use form::file_of;
use form::{Busy, Form, Problem, Wish};

/// Opens a source for what the picture on screen does not have; called beside the window's thread.
pub type OpenSource = Arc<dyn Fn() -> Result<Box<dyn Source>, SourceError> + Send + Sync>;

/// Every so many processes the window tells how far it is.
const TOLD_EVERY: usize = 25;

/// The export under way, if any.
pub struct Export {
    ask_file: AskFile,
    open_source: OpenSource,
    /// As it was written last.
    format: Format,
    form: Option<Form>,
    dialog: Option<Job<ChosenFile>>,
    writing: Option<Writing>,
    showing: Option<Job<Result<(), PathBuf>>>,
}

/// A file that is being written.
struct Writing {
    job: Job<Result<Written, ExportError>>,
    /// How many processes have been read.
    written: Arc<AtomicUsize>,
}

/// Why nothing was written.
enum ExportError {
    /// The file could not be.
    File(WriteError),
    /// What the picture does not have could not be read.
    Source(SourceError),
}

/// What was written where.
struct Written {
    count: usize,
    path: PathBuf,
}

impl Export {
    /// One that asks for files in this way.
    pub fn new(ask_file: AskFile, open_source: OpenSource) -> Self {
        Self {
            ask_file,
            open_source,
            format: Format::default(),
            form: None,
            dialog: None,
            writing: None,
            showing: None,
        }
    }

    /// Asks where to write.
    pub fn open(&mut self, content: Content) {
        self.form = Some(Form::new(content, self.format));
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
        self.take_in_showing(text, toasts);
        match self.writing.as_ref().map(|writing| writing.job.poll()) {
            Some(Progress::Done(Ok(Written { count, path }))) => {
                self.writing = None;
                self.form = None;
                let args = [
                    ("count", count.into()),
                    ("path", path.display().to_string().into()),
                ];
                let sentence = text.with("export-done", &args);
                let label = text.get("export-show").to_owned();
                toasts.offer(sentence, label, Command::ShowFile(path));
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

    /// Shows a file in the desktop's file manager.
    pub fn show_file(&mut self, ctx: &egui::Context, path: PathBuf) {
        let show = move || file_manager::show(&path).map_err(|_no_manager| path);
        self.showing = Job::start("file manager", ctx, show).ok();
    }

    fn take_in_showing(&mut self, text: &Text, toasts: &mut Toasts) {
        match self.showing.as_ref().map(Job::poll) {
            Some(Progress::Done(Err(path))) => {
                let path = path.display().to_string();
                toasts.warn(text.with("export-no-manager", &[("path", path.into())]));
            }
            Some(Progress::Done(Ok(())) | Progress::Lost) => {}
            Some(Progress::Running) | None => return,
        }
        self.showing = None;
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
            written: self
                .writing
                .as_ref()
                .map(|writing| writing.written.load(Ordering::Relaxed)),
        };
        let modal = egui::Modal::new(egui::Id::unique("export"))
            .frame(egui::Frame::window(ui.style()).inner_margin(egui::Margin::same(20)))
            .show(ui, |ui| form.form_ui(ui, view, busy));
        match modal.inner {
            Some(Wish::Browse) => {
                let (ask, suggested) = (self.ask_file, form.file());
                let title = view.text.get("export-title").to_owned();
                self.dialog = Job::start("file dialog", ui, move || {
                    ask(Purpose::Write, &suggested, &title)
                })
                .ok();
            }
            Some(Wish::Write) => {
                let (content, choices, path) = (form.content.clone(), form.choices, form.file());
                self.format = choices.format;
                let open = Arc::clone(&self.open_source);
                let written = Arc::new(AtomicUsize::new(0));
                let (told, ctx) = (Arc::clone(&written), egui::Context::clone(ui));
                let done = move || {
                    if told.fetch_add(1, Ordering::Relaxed) % TOLD_EVERY == 0 {
                        ctx.request_repaint();
                    }
                };
                let work = move || write(&content, choices, path, &open, done);
                let job = Job::start("export", ui, work);
                self.writing = job.ok().map(|job| Writing { job, written });
            }
            Some(Wish::Cancel) => self.form = None,
            None if modal.should_close() => self.form = None,
            None => {}
        }
    }
}

/// Writes the document wholly or not at all.
fn write(
    content: &Content,
    choices: Choices,
    path: PathBuf,
    open: &OpenSource,
    done: impl FnMut(),
) -> Result<Written, ExportError> {
    let request = choices.request();
    let mut source = open().map_err(ExportError::Source)?;
    let document = content.document(&mut *source, &request, done);
    let readers = match choices.environ {
        Some(_) => Readers::Owner,
        None => Readers::Usual,
    };
    write_file(&path, readers, |out| {
        choices.format.write(&document, &request.fields, out)
    })
    .map_err(ExportError::File)?;
    Ok(Written {
        count: content.count(),
        path,
    })
}
