//! *Export JSON…*: a small window with the file's path, the desktop's own dialog behind a button, and the writing; both
//! beside the window's thread.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::{self, Align, Layout, RichText, Role, WidgetInfo};

use super::background::{Job, Progress};
use super::text::Text;
use super::theme::{self, Face, UNIT};
use super::toast::Toasts;
use super::view::View;
use super::widgets::text_button;
use crate::monitor::Snapshot;
use crate::monitor::document::{Document, FieldSet, WriteError, write_file};

/// The export under way, if any.
#[derive(Default)]
pub struct Export {
    form: Option<Form>,
    dialog: Option<Job<Option<PathBuf>>>,
    writing: Option<Job<Result<PathBuf, WriteError>>>,
}

struct Form {
    path: String,
    snapshot: Arc<Snapshot>,
    /// Whether the text cursor must be put into the path.
    wants_focus: bool,
    /// Why the last attempt failed.
    problem: Option<String>,
}

impl Export {
    /// Asks where to write this picture of the machine.
    pub fn open(&mut self, snapshot: Arc<Snapshot>) {
        let stamp = snapshot
            .tick
            .taken_at
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime("%Y-%m-%d-%H%M%S")
            .to_string();
        let folder = std::env::home_dir().unwrap_or_default();
        let path = folder
            .join(format!("proclab-{stamp}.json"))
            .display()
            .to_string();
        self.form = Some(Form {
            path,
            snapshot,
            wants_focus: true,
            problem: None,
        });
    }

    /// Whether the question is on screen.
    pub fn is_open(&self) -> bool {
        self.form.is_some()
    }

    /// Takes in what the dialog and the writing have answered.
    pub fn logic(&mut self, text: &Text, toasts: &mut Toasts) {
        match self.dialog.as_ref().map(Job::poll) {
            Some(Progress::Done(answer)) => {
                self.dialog = None;
                if let (Some(form), Some(path)) = (&mut self.form, answer) {
                    form.path = path.display().to_string();
                }
            }
            Some(Progress::Lost) => self.dialog = None,
            Some(Progress::Running) | None => {}
        }
        match self.writing.as_ref().map(Job::poll) {
            Some(Progress::Done(Ok(path))) => {
                self.writing = None;
                self.form = None;
                toasts.tell(text.with(
                    "export-done",
                    &[("path", path.display().to_string().into())],
                ));
            }
            Some(Progress::Done(Err(error))) => {
                self.writing = None;
                // The question stays with what was typed, so that it can be mended.
                let sentence = failure_text(text, &error);
                match &mut self.form {
                    Some(form) => {
                        form.problem = Some(sentence);
                        form.wants_focus = true;
                    }
                    None => toasts.warn(sentence),
                }
            }
            Some(Progress::Lost) => self.writing = None,
            Some(Progress::Running) | None => {}
        }
    }

    /// Draws the question.
    pub fn export_ui(&mut self, ui: &egui::Ui, view: View<'_>) {
        let Some(form) = &mut self.form else {
            return;
        };
        let mut wants_writing = false;
        let mut wants_dialog = false;
        let mut is_over = false;
        let modal = egui::Modal::new(egui::Id::unique("export"))
            .frame(dialog_frame(ui))
            .show(ui, |ui| {
                ui.set_width(480.0);
                let title = RichText::new(view.text.get("export-title"))
                    .font(theme::font(Face::Semibold, theme::TEXT_L));
                ui.label(title.color(view.theme.text_strong));
                ui.add_space(UNIT);
                let count = form.snapshot.counts.processes;
                let note = RichText::new(view.text.with("export-note", &[("count", count.into())]));
                ui.add(egui::Label::new(note.color(view.theme.text_dim)).wrap());
                ui.add_space(3.0 * UNIT);
                let label =
                    ui.label(RichText::new(view.text.get("export-path")).color(view.theme.text));
                let edit = egui::TextEdit::singleline(&mut form.path)
                    .font(theme::font(Face::Mono, theme::TEXT_S))
                    .margin(egui::Margin::symmetric(8, 6))
                    .desired_width(f32::INFINITY);
                let field = ui.add(edit).labelled_by(label.id);
                if std::mem::take(&mut form.wants_focus) {
                    field.request_focus();
                }
                let is_entered =
                    field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
                if field.changed() {
                    form.problem = None;
                }
                if let Some(problem) = &form.problem {
                    ui.add_space(UNIT);
                    let problem = RichText::new(problem).color(view.theme.error);
                    ui.add(egui::Label::new(problem).wrap());
                }
                ui.add_space(4.0 * UNIT);
                ui.horizontal(|ui| {
                    let can_ask = self.dialog.is_none();
                    let browse = ui.add_enabled_ui(can_ask, |ui| {
                        text_button(ui, view.theme, None, view.text.get("export-browse"), false)
                    });
                    wants_dialog = browse
                        .inner
                        .on_hover_text(view.text.get("export-browse-tip"))
                        .clicked();
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        let is_writing = self.writing.is_some();
                        let can_write = !is_writing && !form.path.trim().is_empty();
                        let label = view.text.get(if is_writing {
                            "export-writing"
                        } else {
                            "export-write"
                        });
                        let write = primary_button(ui, view, label, can_write);
                        wants_writing = can_write && (write || is_entered);
                        is_over = text_button(
                            ui,
                            view.theme,
                            None,
                            view.text.get("action-cancel"),
                            false,
                        )
                        .clicked();
                    });
                });
            });
        if wants_dialog {
            self.dialog = ask(ui, Path::new(&form.path), view.text.get("export-title")).ok();
        }
        if wants_writing {
            let (snapshot, path) = (Arc::clone(&form.snapshot), expanded(form.path.trim()));
            self.writing = Job::start("export", ui, move || write(&snapshot, path)).ok();
        }
        if is_over || modal.should_close() {
            self.form = None;
        }
    }
}

/// Why nothing was written.
fn failure_text(text: &Text, error: &WriteError) -> String {
    match error {
        WriteError::File { path, source } => text.with(
            "export-failed",
            &[
                ("path", path.display().to_string().into()),
                ("reason", reason_text(text, source).into()),
            ],
        ),
        WriteError::Folder { path } => text.with(
            "export-folder",
            &[("path", path.display().to_string().into())],
        ),
    }
}

/// The usual reasons in plain words, others in the system's.
fn reason_text(text: &Text, error: &io::Error) -> String {
    let key = match error.kind() {
        io::ErrorKind::NotFound => "export-no-folder",
        io::ErrorKind::PermissionDenied => "export-no-permission",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "export-disk-full",
        io::ErrorKind::ReadOnlyFilesystem => "export-read-only",
        io::ErrorKind::NotADirectory => "export-not-a-folder",
        _ => return error.to_string(),
    };
    text.get(key).to_owned()
}

/// The ground of a dialog.
fn dialog_frame(ui: &egui::Ui) -> egui::Frame {
    egui::Frame::window(ui.style()).inner_margin(egui::Margin::same(20))
}

/// The button of what is to be done.
fn primary_button(ui: &mut egui::Ui, view: View<'_>, label: &str, is_enabled: bool) -> bool {
    let text = RichText::new(label)
        .font(theme::font(Face::Medium, theme::TEXT_S))
        .color(view.theme.on_accent);
    let button = egui::Button::new(text)
        .fill(view.theme.accent)
        .min_size(egui::vec2(72.0, theme::ROW_TALL));
    let response = ui.add_enabled(is_enabled, button);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, label));
    response.clicked()
}

/// Opens the desktop's dialog on a thread of its own; `None` is the answer if it was cancelled or there is none.
fn ask(ctx: &egui::Context, suggested: &Path, title: &str) -> io::Result<Job<Option<PathBuf>>> {
    let mut dialog = rfd::FileDialog::new()
        .set_title(title)
        .add_filter("JSON", &["json"]);
    if let Some(folder) = suggested.parent() {
        dialog = dialog.set_directory(folder);
    }
    if let Some(name) = suggested.file_name() {
        dialog = dialog.set_file_name(name.to_string_lossy());
    }
    Job::start("file dialog", ctx, move || dialog.save_file())
}

/// `~/a` as the shell reads it.
fn expanded(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// Writes the same document as `proclab snapshot` does, wholly or not at all.
fn write(snapshot: &Snapshot, path: PathBuf) -> Result<PathBuf, WriteError> {
    let document = Document::of_snapshot(snapshot, &FieldSet::default());
    write_file(&path, &document)?;
    Ok(path)
}
