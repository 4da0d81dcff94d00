//! The Lab: runs of processes, queues and pools.
//!
//! Owns the run that is shown, what is to be run next, and the one selection that all panes share. Panes read a [`RunView`]
//! and send [`LabCommand`]s; [`Lab::logic`] takes events in, [`Lab::apply`] does what was asked for.

pub mod activity;
pub mod code;
pub mod figures;
pub mod items;
pub mod launcher;
mod layout;
mod list_row;
pub mod logs;
mod panes;
mod process_chip;
pub mod processes;
mod question;
mod relation;
pub mod results;
mod run_view;
mod runs;
mod scroll_target;
mod session;
mod settings;
mod shown;
mod source;
mod splitter;
mod status;
mod toolbar;

use std::sync::Arc;
use std::time::Instant;

use eframe::egui;

use self::launcher::RunForm;
use self::panes::Panes;
use self::shown::ShownRun;
use self::splitter::Splitters;
use super::command::{Command, Commands};
use super::text::Text;
use super::toast::Toasts;
use crate::app::command::{LabCommand, RunSelection};
use crate::os;
use crate::run::config::RunConfig;
use crate::run::kinds::form::FormPlace;
use crate::run::lesson::Lesson;
use crate::run::listing::Listing;
use crate::run::state::RunState;

pub use panes::RightTab;
pub use process_chip::{ProcessChip, color_of, slot_color};
pub use relation::Relation;
pub use run_view::{Highlight, RunView};
pub use settings::{LabSettings, SideTab};
pub use source::{OwnProgram, RunSource, RunStarter};

/// What Start runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LauncherChoice {
    /// The run of the form.
    Form,
    /// A built-in lesson.
    Lesson(&'static Lesson),
}

/// The parsed form, valid until the form changes.
struct ParsedForm {
    form: RunForm,
    config: RunConfig,
    problems: Vec<(FormPlace, String)>,
}

/// The Lab: starts runs and shows them.
pub struct Lab {
    starter: Box<dyn RunStarter>,
    shown: ShownRun,
    panes: Panes,
    choice: LauncherChoice,
    form: RunForm,
    read: ParsedForm,
    /// The program of what is laid out.
    listing: Listing,
    usable_cpus: u32,
    /// When Start or Stop was last obeyed, by the window's clock: a second click in quick succession does nothing.
    started_at: Option<f64>,
    stopped_at: Option<f64>,
    /// Start again when the run that is being stopped has ended.
    starts_next: bool,
    is_revealed: bool,
    /// Whether Monitor shows the question, too.
    is_asked_in_monitor: bool,
    /// Tabs and sizes, to be remembered.
    layout: LabSettings,
    splitters: Splitters,
    /// Whether the log is in front where it shares a place with the results.
    is_log_before: bool,
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
            shown: ShownRun::default(),
            panes: Panes::default(),
            choice: LauncherChoice::Form,
            read: ParsedForm {
                form: form.clone(),
                config,
                problems,
            },
            form,
            listing: Listing::default(),
            usable_cpus,
            started_at: None,
            stopped_at: None,
            starts_next: false,
            is_revealed: false,
            is_asked_in_monitor: false,
            layout: settings.clone(),
            splitters: Splitters::default(),
            is_log_before: true,
        };
        lab.recall();
        lab
    }

    /// Takes in what happened since the last picture.
    pub fn logic(&mut self, ctx: &egui::Context, text: &Text, commands: &Commands) {
        let here = Instant::now();
        if self.shown.runs.take_in(here) {
            ctx.request_repaint();
        }
        if self.starts_next && !self.is_live() {
            commands.send(Command::Lab(LabCommand::Start));
        }
        if self.form != self.read.form {
            let (config, problems) = self.form.config(text, self.usable_cpus);
            self.read = ParsedForm {
                form: self.form.clone(),
                config,
                problems,
            };
            if self.choice == LauncherChoice::Form {
                self.choose(LauncherChoice::Form);
            }
        }
    }

    /// Lays a lesson out.
    pub fn open_lesson(&mut self, name: &str) {
        if let Some(lesson) = Lesson::find(name) {
            self.choose(LauncherChoice::Lesson(lesson));
            self.show_chosen();
            // Where the form is in front, Start means the form.
            self.layout.side = SideTab::Code;
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
                self.stop(ctx.input(|input| input.time));
            }
            LabCommand::ChooseLesson(name) => {
                self.open_lesson(name);
            }
            LabCommand::StartLesson(name) => {
                self.open_lesson(name);
                // The user started the run in progress: it continues.
                if !self.is_live() {
                    self.start(ctx, text, toasts);
                }
            }
            LabCommand::ChooseForm => {
                self.choose(LauncherChoice::Form);
                self.show_chosen();
                self.layout.side = SideTab::Form;
            }
            LabCommand::ShowRun(number) => self.show_run(*number),
            LabCommand::Ask(request) => {
                let session = self.shown.runs.session();
                if !session.is_some_and(|session| session.ask(request.clone())) {
                    toasts.warn(text.get("lab-not-asked").to_owned());
                }
            }
            LabCommand::Select(selection) => self.shown.selection = *selection,
            LabCommand::Preview(preview) => self.shown.preview = *preview,
            LabCommand::FollowRun => self.panes.activity.follow(),
        }
    }

    /// Whether a run is under way.
    pub fn is_live(&self) -> bool {
        self.shown.runs.live().is_some()
    }

    /// The state of the run that is shown, from the events so far.
    pub fn state(&self) -> &RunState {
        self.shown.state()
    }

    /// What is selected.
    pub fn selection(&self) -> Option<RunSelection> {
        self.shown.selection
    }

    /// What the pointer is on, in whichever pane.
    pub fn preview(&self) -> Option<RunSelection> {
        self.shown.preview
    }

    fn choose(&mut self, choice: LauncherChoice) {
        self.listing = match choice {
            LauncherChoice::Form => self.read.config.listing(),
            LauncherChoice::Lesson(lesson) => lesson.listing.clone(),
        };
        if self.choice != choice {
            self.is_revealed = false;
            self.is_asked_in_monitor = false;
        }
        self.choice = choice;
    }

    /// Shows the latest run of what was chosen, or the way to start its first one. A run under way stays in sight.
    fn show_chosen(&mut self) {
        if self.is_live() || self.shows_chosen() {
            return;
        }
        let latest = self.shown.runs.latest_of(self.chosen_lesson());
        if latest.is_some() || self.shown.runs.shown().is_some() {
            self.shown.runs.show(latest);
            self.look_afresh();
        }
    }

    /// Whether the run that is shown is one of what was chosen.
    fn shows_chosen(&self) -> bool {
        let shown = self.shown.runs.shown();
        shown.is_some_and(|run| run.lesson.as_deref() == self.chosen_lesson())
    }

    /// How long a click on Stop still does nothing after the one that was obeyed, seconds.
    fn stop_pause(&self, now: f64) -> Option<f64> {
        pause(self.stopped_at, now)
    }

    /// Asks the run under way to stop; asked again after a pause, at once.
    fn stop(&mut self, now: f64) {
        let is_pausing = self.stop_pause(now).is_some();
        if let Some(session) = self.shown.runs.live_mut()
            && (session.stops() == 0 || !is_pausing)
        {
            session.stop();
            self.stopped_at = Some(now);
        }
    }

    /// Another run is shown: nothing is selected, and every pane begins anew.
    fn look_afresh(&mut self) {
        self.shown.selection = None;
        self.panes.look_afresh();
    }

    /// Shows a run again, with what it was started from laid out.
    fn show_run(&mut self, number: u32) {
        if !self.shown.runs.show(Some(number)) {
            return;
        }
        let lesson = self
            .shown
            .runs
            .shown()
            .and_then(|run| run.lesson.as_deref());
        let choice = lesson
            .and_then(Lesson::find)
            .map_or(LauncherChoice::Form, LauncherChoice::Lesson);
        self.choose(choice);
        self.layout.side = SideTab::Code;
        self.look_afresh();
    }

    fn chosen_lesson(&self) -> Option<&'static str> {
        match self.choice {
            LauncherChoice::Lesson(lesson) => Some(&lesson.name),
            LauncherChoice::Form => None,
        }
    }

    /// Whether Start leads to Proclab's own process in Monitor, because what is laid out runs nothing.
    pub fn leads_to_monitor(&self) -> bool {
        let is_form = self.layout.side == SideTab::Form && !self.is_live();
        !is_form && self.runs_nothing()
    }

    /// Whether what is laid out looks at processes that are there already.
    fn runs_nothing(&self) -> bool {
        matches!(self.choice, LauncherChoice::Lesson(lesson) if lesson.config.is_none())
    }

    /// Whether what is laid out can be started.
    fn can_start(&self) -> bool {
        match self.choice {
            LauncherChoice::Form => self.read.problems.is_empty(),
            LauncherChoice::Lesson(_) => true,
        }
    }

    fn start(&mut self, ctx: &egui::Context, text: &Text, toasts: &mut Toasts) {
        // While the form is on screen, Start means the form.
        if self.layout.side == SideTab::Form && !self.is_live() {
            self.choose(LauncherChoice::Form);
        }
        if !self.can_start() {
            self.layout.side = SideTab::Form;
            toasts.warn(text.get("lab-cannot-start").to_owned());
            return;
        }
        let now = ctx.input(|input| input.time);
        // The second of two clicks does nothing, be the run of the first over by then or not.
        if !self.starts_next && pause(self.started_at, now).is_some() {
            return;
        }
        if self.is_live() {
            if !self.starts_next {
                self.stop(now);
            }
            self.starts_next = true;
            return;
        }
        self.starts_next = false;
        let (config, lesson) = match self.choice {
            LauncherChoice::Form => (self.read.config.clone(), None),
            LauncherChoice::Lesson(lesson) => match &lesson.config {
                Some(config) => (config.clone(), Some(lesson.name.clone())),
                // Its Start leads elsewhere.
                None => return,
            },
        };
        let waking = ctx.clone();
        let waker = Arc::new(move || waking.request_repaint());
        match self.starter.start(config, lesson.clone(), waker) {
            Ok(source) => {
                self.shown.runs.start(source, lesson);
                self.started_at = Some(now);
                self.look_afresh();
                if self.layout.side == SideTab::Lessons {
                    self.layout.side = SideTab::Code;
                }
                ctx.request_repaint();
            }
            Err(error) => toasts.warn(text.say(&error)),
        }
    }
}

/// Seconds after an accepted click in which a further one is ignored.
const PAUSE: f64 = 0.6;

/// What is left of the pause after a click that was obeyed then.
fn pause(obeyed: Option<f64>, now: f64) -> Option<f64> {
    let rest = obeyed? + PAUSE - now;
    (rest > 0.0).then_some(rest)
}
