//! The Lab: runs of processes, queues and pools.
//!
//! Owns the run that is shown, what is to be run next, and the one selection that all panes share. Panes read a [`RunView`]
//! and send [`LabCommand`]s; [`Lab::logic`] takes events in, [`Lab::apply`] does what was asked for.

mod command;
mod layout;
mod run_view;
mod selection;
mod session;
mod source;
mod status;
mod tie;
mod toolbar;
mod who;

pub mod figures;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use eframe::egui;

use self::session::Session;
use super::command::{Command, Commands};
use super::panes::activity::ActivityPane;
use super::panes::code::CodePane;
use super::panes::launcher::{Form, FormField};
use super::panes::logs::LogsPane;
use super::panes::results::ResultsPane;
use super::panes::workers::WorkersPane;
use super::text::Text;
use super::toast::Toasts;
use crate::os;
use crate::run::config::RunConfig;
use crate::run::lesson::Lesson;
use crate::run::listing::Listing;
use crate::run::state::RunState;

pub use command::LabCommand;
pub use run_view::{Mark, RunView};
pub use selection::Selection;
pub use source::{OwnProgram, RunSource, RunStarter, ScriptedRun};
pub use tie::Tie;
pub use who::{Who, color_of, slot_color};

/// What is laid out to be run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice {
    /// What the form says.
    Form,
    /// A built-in lesson.
    Lesson(&'static Lesson),
}

/// The tabs at the left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SideTab {
    #[default]
    Code,
    Form,
    Lessons,
}

/// The tabs at the lower right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum RightTab {
    #[default]
    Results,
    Workers,
}

/// What the form means, kept until something else is typed.
struct Read {
    form: Form,
    config: RunConfig,
    problems: Vec<(FormField, String)>,
}

/// The place of runs.
pub struct Lab {
    starter: Box<dyn RunStarter>,
    session: Option<Session>,
    /// What is shown while there is no run.
    nothing: RunState,
    choice: Choice,
    form: Form,
    read: Read,
    /// The program of what is laid out.
    listing: Listing,
    usable_cpus: u32,
    selection: Option<Selection>,
    /// What was under the pointer in the last picture, and what is in this one.
    preview: Option<Selection>,
    pointed: Cell<Option<Selection>>,
    /// Start again when the run that is being stopped has ended.
    starts_next: bool,
    is_revealed: bool,
    side: SideTab,
    right: RightTab,
    code: CodePane,
    activity: ActivityPane,
    logs: LogsPane,
    results: ResultsPane,
    workers: WorkersPane,
}

impl Lab {
    /// A Lab that starts its runs with `starter`.
    pub fn new(starter: Box<dyn RunStarter>, text: &Text) -> Self {
        let usable_cpus = os::this::usable_cpus();
        let form = Form::default();
        let (config, problems) = form.config(text, usable_cpus);
        let mut lab = Self {
            starter,
            session: None,
            nothing: RunState::default(),
            choice: Choice::Form,
            read: Read {
                form: form.clone(),
                config,
                problems,
            },
            form,
            listing: Listing::default(),
            usable_cpus,
            selection: None,
            preview: None,
            pointed: Cell::default(),
            starts_next: false,
            is_revealed: false,
            side: SideTab::Code,
            right: RightTab::Results,
            code: CodePane::default(),
            activity: ActivityPane::default(),
            logs: LogsPane::default(),
            results: ResultsPane::default(),
            workers: WorkersPane::default(),
        };
        match Lesson::find("pool-callback") {
            Some(lesson) => lab.choose(Choice::Lesson(lesson)),
            None => lab.choose(Choice::Form),
        }
        lab
    }

    /// Takes in what happened since the last picture.
    pub fn logic(&mut self, ctx: &egui::Context, text: &Text, commands: &Commands) {
        let here = Instant::now();
        if let Some(session) = &mut self.session
            && session.take_in(here)
        {
            ctx.request_repaint();
        }
        if self.starts_next && !self.is_live() {
            commands.send(Command::Lab(LabCommand::Start));
        }
        if self.form != self.read.form {
            let (config, problems) = self.form.config(text, self.usable_cpus);
            self.read = Read {
                form: self.form.clone(),
                config,
                problems,
            };
            if self.choice == Choice::Form {
                self.choose(Choice::Form);
            }
        }
    }

    /// Lays a lesson out.
    pub fn open_lesson(&mut self, name: &str) {
        if let Some(lesson) = Lesson::find(name) {
            self.choose(Choice::Lesson(lesson));
            self.clear();
        }
    }

    /// Does what was asked for.
    pub fn apply(
        &mut self,
        ctx: &egui::Context,
        text: &Text,
        toasts: &mut Toasts,
        command: &LabCommand,
    ) {
        match command {
            LabCommand::Start => self.start(ctx, text, toasts),
            LabCommand::Stop => {
                self.starts_next = false;
                if let Some(session) = self.session.as_mut().filter(|s| s.is_live()) {
                    session.stop();
                }
            }
            LabCommand::ChooseLesson(name) => {
                self.open_lesson(name);
                self.side = SideTab::Code;
            }
            LabCommand::ChooseForm => {
                self.choose(Choice::Form);
                self.clear();
                self.side = SideTab::Form;
            }
            LabCommand::KillWorker(pid) => {
                let is_asked = self.session.as_ref().is_some_and(|s| s.kill(*pid));
                if !is_asked {
                    let pid = pid.to_string();
                    toasts.warn(text.with("lab-not-asked", &[("pid", pid.into())]));
                }
            }
            LabCommand::Select(selection) => self.selection = *selection,
            LabCommand::Preview(preview) => self.preview = *preview,
            LabCommand::FollowRun => self.activity.follow(),
        }
    }

    /// Whether a run is under way.
    pub fn is_live(&self) -> bool {
        self.session.as_ref().is_some_and(Session::is_live)
    }

    /// The run that is shown, as far as its events have told.
    pub fn state(&self) -> &RunState {
        self.session
            .as_ref()
            .map_or(&self.nothing, |session| session.state())
    }

    /// What is selected.
    pub fn selection(&self) -> Option<Selection> {
        self.selection
    }

    fn choose(&mut self, choice: Choice) {
        self.listing = match choice {
            Choice::Form => Listing::of(&self.read.config),
            Choice::Lesson(lesson) => lesson.listing.clone(),
        };
        if self.choice != choice {
            self.is_revealed = false;
        }
        self.choice = choice;
    }

    /// A run that is over and is not the one laid out makes room.
    fn clear(&mut self) {
        if !self.is_live() && (self.shown_lesson() != self.chosen_lesson()) {
            self.session = None;
            self.selection = None;
        }
    }

    fn chosen_lesson(&self) -> Option<&'static str> {
        match self.choice {
            Choice::Lesson(lesson) => Some(&lesson.name),
            Choice::Form => None,
        }
    }

    fn shown_lesson(&self) -> Option<&str> {
        self.state().header()?.lesson.as_deref()
    }

    /// Whether what is laid out can be started.
    fn can_start(&self) -> bool {
        match self.choice {
            Choice::Form => self.read.problems.is_empty(),
            Choice::Lesson(_) => true,
        }
    }

    fn start(&mut self, ctx: &egui::Context, text: &Text, toasts: &mut Toasts) {
        // Who looks at the form means the form.
        if self.side == SideTab::Form && !self.is_live() {
            self.choose(Choice::Form);
        }
        if !self.can_start() {
            self.side = SideTab::Form;
            toasts.warn(text.get("lab-cannot-start").to_owned());
            return;
        }
        if let Some(session) = self.session.as_mut().filter(|s| s.is_live()) {
            if !self.starts_next {
                session.stop();
            }
            self.starts_next = true;
            return;
        }
        self.starts_next = false;
        let (config, lesson) = match self.choice {
            Choice::Form => (self.read.config.clone(), None),
            Choice::Lesson(lesson) => (lesson.config.clone(), Some(lesson.name.clone())),
        };
        let waking = ctx.clone();
        let waker = Arc::new(move || waking.request_repaint());
        match self.starter.start(config, lesson, waker) {
            Ok(source) => {
                self.session = Some(Session::new(source));
                self.selection = None;
                self.code = CodePane::default();
                self.activity = ActivityPane::default();
                self.logs = LogsPane::default();
                self.results = ResultsPane::default();
                self.workers = WorkersPane::default();
                if self.side == SideTab::Lessons {
                    self.side = SideTab::Code;
                }
                ctx.request_repaint();
            }
            Err(error) => toasts.warn(error),
        }
    }
}
