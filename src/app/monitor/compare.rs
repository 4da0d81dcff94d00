//! *Compare*: the machine now beside a moment that was remembered or a file that was exported. Reading happens beside the
//! window's thread; what came of it stands in a pane below the table.

mod failure;
mod file_prompt;
mod menu;
mod pane;
mod rows;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui;
use jiff::tz::TimeZone;

use super::export::{AskFile, ChosenFile, OpenSource};
use crate::app::background::{BackgroundJob, JobProgress};
use crate::app::command::Command;
use crate::app::command::CompareCommand;
use crate::app::text::Text;
use crate::app::toast::Toasts;
use crate::app::view::View;
use crate::monitor::Snapshot;
use crate::monitor::diff::Comparison;
use crate::monitor::document::{Document, FieldSet, Request, Which, read_file, take};

use failure::{CompareError, failure_text};
use file_prompt::{FilePrompt, FilePromptRequest};
pub use menu::compare_button_ui;
use pane::ComparePane;

/// The fields that are compared: those of a row, and the number of descriptors.
const FIELDS: &str = "name,ppid,status,username,terminal,cpu_times,memory_info,num_threads,nice,exe,cmdline,\
is_kernel_thread,num_fds,scheduling";

/// The moment that is remembered, and the comparison on screen.
pub struct Compare {
    ask_file: AskFile,
    open_source: OpenSource,
    remembered: Option<Arc<Document>>,
    remembered_at: Option<String>,
    ask: Option<FilePrompt>,
    dialog: Option<BackgroundJob<ChosenFile>>,
    work: Option<BackgroundJob<Result<Done, CompareError>>>,
    /// With what the pane compares, so that it can be asked again.
    base: Option<CompareBase>,
    pane: Option<ComparePane>,
}

/// What the machine is compared with.
#[derive(Clone)]
enum CompareBase {
    Moment(Arc<Document>),
    File(PathBuf),
}

/// What came of a job.
enum Done {
    Remembered(Document),
    Compared {
        base: CompareBase,
        comparison: Comparison,
        /// The file ends in the middle; what stands before was compared.
        is_cut: bool,
    },
}

impl Compare {
    /// One that asks for files in this way and reads the machine in that.
    pub fn new(ask_file: AskFile, open_source: OpenSource) -> Self {
        Self {
            ask_file,
            open_source,
            remembered: None,
            remembered_at: None,
            ask: None,
            dialog: None,
            work: None,
            base: None,
            pane: None,
        }
    }

    /// Whether the question for a file is on screen.
    pub fn is_asking(&self) -> bool {
        self.ask.is_some()
    }

    /// When the remembered moment was, in local time.
    pub fn remembered_at(&self) -> Option<&str> {
        self.remembered_at.as_deref()
    }

    /// Remembers a moment of before, as far as its picture goes: nothing more can be read of it.
    pub fn remember_before(&mut self, ctx: &egui::Context, snapshot: Arc<Snapshot>) {
        let work = move || {
            let fields = FieldSet::parse(Some(FIELDS), None)?;
            let document = Document::of_rows(&snapshot, &snapshot.rows, &fields);
            Ok(Done::Remembered(document))
        };
        self.work = BackgroundJob::start("compare", ctx, work).ok();
    }

    /// Asks for a file, and offers this one.
    pub fn ask_for_file(&mut self, offered: Option<&Path>) {
        self.ask = Some(FilePrompt::offering(offered));
    }

    /// Carries out a command.
    pub fn apply(&mut self, ctx: &egui::Context, command: CompareCommand) {
        let base = match command {
            CompareCommand::Remember => {
                let open = Arc::clone(&self.open_source);
                let work = move || Ok(Done::Remembered(now(&open)?));
                self.work = BackgroundJob::start("compare", ctx, work).ok();
                return;
            }
            CompareCommand::WithMoment => self.remembered.clone().map(CompareBase::Moment),
            CompareCommand::AskFile => return self.ask_for_file(None),
            CompareCommand::Again => self.base.clone(),
            CompareCommand::Close => {
                self.pane = None;
                return;
            }
        };
        if let Some(base) = base {
            self.compare(ctx, base);
        }
    }

    fn compare(&mut self, ctx: &egui::Context, base: CompareBase) {
        let open = Arc::clone(&self.open_source);
        self.work = BackgroundJob::start("compare", ctx, move || compared(base, &open)).ok();
    }

    /// Takes in what the dialog and the reading have answered.
    pub fn logic(&mut self, text: &Text, toasts: &mut Toasts) {
        let chosen = match self.dialog.as_ref().map(BackgroundJob::poll) {
            Some(JobProgress::Done(chosen)) => Some(chosen),
            Some(JobProgress::Lost) => Some(ChosenFile::NoDialog),
            Some(JobProgress::Running) | None => None,
        };
        if let Some(chosen) = chosen {
            self.dialog = None;
            if let Some(ask) = &mut self.ask {
                ask.take_in(chosen, text);
            }
        }
        let done = match self.work.as_ref().map(BackgroundJob::poll) {
            Some(JobProgress::Done(done)) => done,
            Some(JobProgress::Lost) => {
                self.work = None;
                return;
            }
            Some(JobProgress::Running) | None => return,
        };
        self.work = None;
        match done {
            Ok(Done::Remembered(document)) => {
                let time = clock(&document.taken_at);
                let args = [("time", time.as_str().into())];
                let sentence = text.with("compare-remembered", &args);
                self.remembered_at = Some(time);
                self.remembered = Some(Arc::new(document));
                let again = Command::Compare(CompareCommand::WithMoment);
                let label = text.get("compare-offer").to_owned();
                toasts.offer(sentence, label, again);
            }
            Ok(Done::Compared {
                base,
                comparison,
                is_cut,
            }) => {
                self.ask = None;
                let words = base.words(text, &comparison, is_cut);
                match &mut self.pane {
                    Some(pane) => pane.show(words, &comparison),
                    None => self.pane = Some(ComparePane::new(words, &comparison)),
                }
                self.base = Some(base);
            }
            Err(error) => {
                // The question stays with what was typed, so that it can be mended.
                let sentence = failure_text(text, &error);
                match &mut self.ask {
                    Some(ask) => ask.fail(sentence),
                    None => toasts.warn(sentence),
                }
            }
        }
    }

    /// Draws the pane below the table.
    pub fn pane_ui(&mut self, ui: &mut egui::Ui, view: View<'_>) {
        if let Some(pane) = &mut self.pane {
            pane.pane_ui(ui, view, self.work.is_some());
        }
    }

    /// Draws the question for a file.
    pub fn ask_ui(&mut self, ui: &egui::Ui, view: View<'_>) {
        let Some(ask) = &mut self.ask else {
            return;
        };
        match ask.ask_ui(ui, view, self.dialog.is_some(), self.work.is_some()) {
            Some(FilePromptRequest::Browse) => {
                let (ask_file, suggested) = (self.ask_file, ask.file());
                let title = view.text.get("compare-title").to_owned();
                let work = move || ask_file(super::export::DialogPurpose::Read, &suggested, &title);
                self.dialog = BackgroundJob::start("file dialog", ui, work).ok();
            }
            Some(FilePromptRequest::Compare) => {
                let file = ask.file();
                self.compare(ui, CompareBase::File(file));
            }
            Some(FilePromptRequest::Cancel) => self.ask = None,
            None => {}
        }
    }
}

impl CompareBase {
    /// With what, and how long ago that was.
    fn words(&self, text: &Text, comparison: &Comparison, is_cut: bool) -> String {
        let args = [
            ("time", clock(&comparison.before.taken_at).into()),
            ("now", clock(&comparison.after.taken_at).into()),
            ("seconds", span_text(comparison.seconds).into()),
        ];
        let words = match self {
            Self::Moment(_) => text.with("compare-since", &args),
            Self::File(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let [time, now, seconds] = args;
                let args = [time, now, seconds, ("file", name.into_owned().into())];
                let key = if is_cut {
                    "compare-with-cut-file"
                } else {
                    "compare-with-file"
                };
                text.with(key, &args)
            }
        };
        let before = match self {
            Self::Moment(_) => text.get("compare-the-moment"),
            Self::File(_) => text.get("compare-the-file"),
        };
        let mut words = words;
        for (key, count) in [
            ("compare-left-out", comparison.left_out),
            ("compare-left-out-later", comparison.left_out_later.len()),
        ] {
            if count > 0 {
                let args = [
                    ("words", words.into()),
                    ("count", count.into()),
                    ("before", before.into()),
                ];
                words = text.with(key, &args);
            }
        }
        words
    }
}

/// The machine at this moment.
fn now(open: &OpenSource) -> Result<Document, CompareError> {
    let mut source = open()?;
    let request = Request {
        fields: FieldSet::parse(Some(FIELDS), None)?,
        ..Request::default()
    };
    Ok(take(&mut *source, &request)?)
}

fn compared(base: CompareBase, open: &OpenSource) -> Result<Done, CompareError> {
    let (before, is_cut) = match &base {
        CompareBase::Moment(document) => (Arc::clone(document), false),
        CompareBase::File(path) => {
            let found = read_file(path, Which::Last)?;
            (Arc::new(found.document), found.is_cut)
        }
    };
    let comparison = Comparison::of(&before, &now(open)?)?;
    Ok(Done::Compared {
        base,
        comparison,
        is_cut,
    })
}

/// A document's time as a clock here shows it; another day's with its date.
fn clock(taken_at: &str) -> String {
    let Ok(time) = taken_at.parse::<jiff::Timestamp>() else {
        return taken_at.to_owned();
    };
    let zone = TimeZone::system();
    let (time, today) = (
        time.to_zoned(zone.clone()),
        jiff::Timestamp::now().to_zoned(zone),
    );
    let format = if time.date() == today.date() {
        "%H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    time.strftime(format).to_string()
}

/// How long: `34 s`, `12 min 5 s`, `3 h 2 min`, `2 d 4 h`.
fn span_text(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    match (hours, minutes) {
        (24.., _) => format!("{} d {} h", hours / 24, hours % 24),
        (1.., _) => format!("{hours} h {} min", minutes % 60),
        (0, 1..) => format!("{minutes} min {} s", seconds % 60),
        (0, 0) => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_as_people_say_them() {
        let text = [0.4, 34.0, 725.0, 10_920.0, 187_200.0].map(span_text);
        assert_eq!(text, ["0 s", "34 s", "12 min 5 s", "3 h 2 min", "2 d 4 h"]);
    }

    #[test]
    fn what_is_compared_are_fields() {
        assert!(!FieldSet::parse(Some(FIELDS), None).unwrap().needs_detail());
    }
}
