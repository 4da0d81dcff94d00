//! The Lab: runs of processes, queues and pools.
//!
//! Owns the run that is shown, what is to be run next, and the one selection that all panes share. Panes read a [`RunView`]
//! and send [`LabCommand`]s; [`Lab::logic`] takes events in, [`Lab::apply`] does what was asked for.

mod command;
mod layout;
mod remembered;
mod run_view;
mod runs;
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

use self::runs::Runs;
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
pub use remembered::{LabSettings, RightTab, SideTab};
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

/// What the form means, kept until something else is typed.
struct Read {
    form: Form,
    config: RunConfig,
    problems: Vec<(FormField, String)>,
}

/// The place of runs.
pub struct Lab {
    starter: Box<dyn RunStarter>,
    runs: Runs,
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
    /// Tabs and sizes, to be remembered.
    layout: LabSettings,
    /// Width at the left, height below and width at the right in the last picture.
    sizes: [f32; 3],
    code: CodePane,
    activity: ActivityPane,
    logs: LogsPane,
    results: ResultsPane,
    workers: WorkersPane,
}

impl Lab {
    /// A Lab as it was left, that starts its runs with `starter`.
    pub fn new(starter: Box<dyn RunStarter>, settings: &LabSettings, text: &Text) -> Self {
        let usable_cpus = os::this::usable_cpus();
        let mut form = settings.form.clone();
        form.mend();
        let (config, problems) = form.config(text, usable_cpus);
        let mut lab = Self {
            starter,
            runs: Runs::default(),
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
            layout: settings.clone(),
            sizes: [0.0; 3],
            code: CodePane::default(),
            activity: ActivityPane::default(),
            logs: LogsPane::default(),
            results: ResultsPane::default(),
            workers: WorkersPane::default(),
        };
        lab.recall();
        lab
    }

    /// Takes in what happened since the last picture.
    pub fn logic(&mut self, ctx: &egui::Context, text: &Text, commands: &Commands) {
        let here = Instant::now();
        if self.runs.take_in(here) {
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
                if let Some(session) = self.runs.live_mut() {
                    session.stop();
                }
            }
            LabCommand::ChooseLesson(name) => {
                self.open_lesson(name);
                self.layout.side = SideTab::Code;
            }
            LabCommand::ChooseForm => {
                self.choose(Choice::Form);
                self.clear();
                self.layout.side = SideTab::Form;
            }
            LabCommand::ShowRun(number) => self.show_run(*number),
            LabCommand::Ask(request) => {
                let session = self.runs.session();
                if !session.is_some_and(|session| session.ask(request.clone())) {
                    toasts.warn(text.get("lab-not-asked").to_owned());
                }
            }
            LabCommand::Select(selection) => self.selection = *selection,
            LabCommand::Preview(preview) => self.preview = *preview,
            LabCommand::FollowRun => self.activity.follow(),
        }
    }

    /// Whether a run is under way.
    pub fn is_live(&self) -> bool {
        self.runs.live().is_some()
    }

    /// The run that is shown, as far as its events have told.
    pub fn state(&self) -> &RunState {
        self.runs
            .session()
            .map_or(&self.nothing, |session| session.state())
    }

    /// What is selected.
    pub fn selection(&self) -> Option<Selection> {
        self.selection
    }

    /// What the pointer is on, in whichever pane.
    pub fn preview(&self) -> Option<Selection> {
        self.preview
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
            self.runs.show(None);
            self.look_afresh();
        }
    }

    /// Another run is shown: nothing is selected, and every pane begins anew.
    fn look_afresh(&mut self) {
        self.selection = None;
        self.code = CodePane::default();
        self.activity = ActivityPane::default();
        self.logs = LogsPane::new(self.logs.is_to_follow());
        self.results = ResultsPane::default();
        self.workers = WorkersPane::default();
    }

    /// Shows a run again, with what it was started from laid out.
    fn show_run(&mut self, number: u32) {
        if !self.runs.show(Some(number)) {
            return;
        }
        let lesson = self.runs.shown().and_then(|run| run.lesson.as_deref());
        let choice = lesson
            .and_then(Lesson::find)
            .map_or(Choice::Form, Choice::Lesson);
        self.choose(choice);
        self.layout.side = SideTab::Code;
        self.look_afresh();
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

    /// Whether Start leads to Proclab's own process in Monitor, because what is laid out runs nothing.
    pub fn leads_to_monitor(&self) -> bool {
        let is_form = self.layout.side == SideTab::Form && !self.is_live();
        !is_form && self.runs_nothing()
    }

    /// Whether what is laid out looks at processes that are there already.
    fn runs_nothing(&self) -> bool {
        matches!(self.choice, Choice::Lesson(lesson) if lesson.config.is_none())
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
        if self.layout.side == SideTab::Form && !self.is_live() {
            self.choose(Choice::Form);
        }
        if !self.can_start() {
            self.layout.side = SideTab::Form;
            toasts.warn(text.get("lab-cannot-start").to_owned());
            return;
        }
        if let Some(session) = self.runs.live_mut() {
            if !self.starts_next {
                session.stop();
            }
            self.starts_next = true;
            return;
        }
        self.starts_next = false;
        let (config, lesson) = match self.choice {
            Choice::Form => (self.read.config.clone(), None),
            Choice::Lesson(lesson) => match &lesson.config {
                Some(config) => (config.clone(), Some(lesson.name.clone())),
                // Its Start leads elsewhere.
                None => return,
            },
        };
        let waking = ctx.clone();
        let waker = Arc::new(move || waking.request_repaint());
        match self.starter.start(config, lesson.clone(), waker) {
            Ok(source) => {
                self.runs.start(source, lesson);
                self.look_afresh();
                if self.layout.side == SideTab::Lessons {
                    self.layout.side = SideTab::Code;
                }
                ctx.request_repaint();
            }
            Err(error) => toasts.warn(error),
        }
    }
}
