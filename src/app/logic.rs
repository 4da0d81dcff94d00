//! The application: its state, and what happens between two pictures.

use std::cell::Cell;
use std::sync::Arc;

use eframe::egui;

use super::command::CompareCommand;
use super::command::LabCommand;
use super::command::{ActCommand, Answer, Targets, Verb};
use super::command::{Command, Commands};
use super::feed::Feed;
use super::lab::{Lab, RunStarter};
use super::monitor::actions::{ActionRunner, Actions};
use super::monitor::compare::Compare;
use super::monitor::export::{AskFile, Export, ExportContent, OpenSource};
use super::monitor::{Arranger, Monitor};
use super::save_check::{SaveCheck, SaveProbe};
use super::settings::{Page, Settings};
use super::text::Text;
use super::theme;
use super::theme::ThemeChoice;
use super::toast::Toasts;
use crate::monitor::{FigureId, RowId};
use crate::os::processes;

/// Steps of magnification.
const ZOOM_STEP: f32 = 0.1;

/// Where the window gets what it shows: real in the program, scripted in tests.
pub struct Sources {
    /// The language of the window.
    pub text: Arc<Text>,
    /// The machine.
    pub monitor: Box<dyn Feed>,
    /// Works out the order of its rows.
    pub arranger: Box<dyn Arranger>,
    /// Runs.
    pub runs: Box<dyn RunStarter>,
    /// Files, chosen in a dialog.
    pub ask_file: AskFile,
    /// The machine once more, for what the picture on screen does not have.
    pub open_source: OpenSource,
    /// Tries whether settings can be saved.
    pub probe_save: SaveProbe,
    /// Carries out actions on processes.
    pub action_runner: Box<dyn ActionRunner>,
    /// Whether nothing can be done to processes, whatever was chosen.
    pub is_read_only: bool,
}

/// The window.
pub struct App {
    pub(super) text: Arc<Text>,
    pub(super) settings: Settings,
    pub(super) commands: Commands,
    pub(super) monitor: Monitor,
    pub(super) lab: Lab,
    pub(super) export: Export,
    pub(super) actions: Actions,
    pub(super) compare: Compare,
    pub(super) toasts: Toasts,
    pub(super) keeping: SaveCheck,
    /// Whether a text field had the keys in the last picture: Esc leaves it, and nothing else.
    pub(super) was_typing: bool,
    /// What the window was cleared to before the frame that is drawn.
    pub(super) cleared_to: Cell<Option<egui::Color32>>,
}

impl App {
    /// A window with what was remembered.
    pub fn new(creation: &eframe::CreationContext<'_>, sources: Sources) -> Self {
        let settings = Settings::load(creation.storage);
        Self::with_settings(&creation.egui_ctx, sources, settings)
    }

    /// A window with these settings.
    pub fn with_settings(ctx: &egui::Context, sources: Sources, settings: Settings) -> Self {
        theme::install(ctx);
        ctx.set_theme(settings.theme);
        ctx.set_zoom_factor(settings.zoom);
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let text = sources.text;
        Self {
            monitor: Monitor::new(sources.monitor, sources.arranger, &settings, &text),
            lab: Lab::new(sources.runs, &settings.lab, &text),
            compare: Compare::new(sources.ask_file, Arc::clone(&sources.open_source)),
            export: Export::new(
                sources.ask_file,
                sources.open_source,
                settings.export.clone(),
            ),
            actions: Actions::new(sources.action_runner, sources.is_read_only),
            toasts: Toasts::default(),
            keeping: SaveCheck::new(sources.probe_save),
            was_typing: false,
            cleared_to: Cell::default(),
            commands: Commands::default(),
            text,
            settings,
        }
    }

    /// Monitor, for tests.
    pub fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// The Lab, for tests.
    pub fn lab(&self) -> &Lab {
        &self.lab
    }

    /// All that is to be remembered at this moment.
    pub fn remembered(&self) -> Settings {
        Settings {
            lab: self.lab.remembered(),
            export: self.export.remembered(),
            ..self.settings.clone()
        }
    }

    /// What is remembered, for tests.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where to send commands from outside, e.g. to open a lesson named on the command line.
    pub fn commands(&self) -> &Commands {
        &self.commands
    }

    /// Whether a dialog is on screen, which has all keys.
    pub(super) fn is_modal(&self) -> bool {
        self.export.is_open() || self.actions.is_open() || self.compare.is_asking()
    }

    /// Takes in what other threads have found out, then applies what was asked for.
    pub(super) fn advance(&mut self, ctx: &egui::Context) {
        self.lab.logic(ctx, &self.text, &self.commands);
        self.export.logic(&self.text, &mut self.toasts);
        let snapshot = self.monitor.snapshot().map(|snapshot| &**snapshot);
        self.actions.logic(ctx, snapshot);
        self.compare.logic(&self.text, &mut self.toasts);
        self.monitor.note_remembered(self.compare.remembered_at());
        self.keeping.logic(ctx, &self.text, &mut self.toasts);
        self.toasts.logic(ctx);
        let is_modal = self.is_modal();
        let is_here = self.settings.place == Page::Monitor;
        let is_popup = egui::Popup::is_any_open(ctx);
        self.commands.send_pressed(ctx, |command| match command {
            _ if is_modal => false,
            Command::StepBack => !is_popup && !self.was_typing,
            Command::Lab(LabCommand::FollowRun) => !is_here,
            // In a text field it selects the text.
            Command::SelectAll => is_here && !ctx.text_edit_focused(),
            Command::Act(_) => is_here && !is_popup && !ctx.text_edit_focused(),
            Command::ToggleFreeze
            | Command::LookEarlier
            | Command::LookLater
            | Command::FocusFilter
            | Command::ToggleKernelThreads
            | Command::ToggleEnded
            | Command::DismissAllEnded
            | Command::ShowAs(_)
            | Command::ExportJson => is_here,
            _ => true,
        });
        if is_here && !is_modal && !ctx.text_edit_focused() && is_copy_asked(ctx) {
            self.commands.send(Command::CopyRows);
        }
        self.apply_all(ctx);
        self.monitor.logic(ctx);
        // What was asked for while this picture is drawn is applied before the next: there must be one.
        if !self.commands.is_empty() {
            ctx.request_repaint();
        }
    }

    /// Applies what was asked for, up to what is about rows that are on their way: that, and all behind it, waits for them.
    fn apply_all(&mut self, ctx: &egui::Context) {
        let mut is_waiting = false;
        for command in self.commands.take() {
            is_waiting |= command.is_about_rows() && !self.monitor.is_as_asked();
            if is_waiting {
                self.commands.send(command);
            } else {
                self.apply(ctx, command);
            }
        }
    }

    fn apply(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::OpenMonitor => self.settings.place = Page::Monitor,
            Command::OpenLab => self.settings.place = Page::Lab,
            Command::OpenLesson(name) => {
                self.settings.place = Page::Lab;
                self.lab.open_lesson(name);
            }
            Command::DismissIntroduction => self.settings.is_introduced = true,
            Command::DismissLimits => self.monitor.dismiss_limits(),
            Command::SetTheme(choice) => self.set_theme(ctx, choice),
            Command::ToggleTheme => match ctx.theme() {
                egui::Theme::Dark => self.set_theme(ctx, ThemeChoice::Light),
                egui::Theme::Light => self.set_theme(ctx, ThemeChoice::Dark),
            },
            Command::ZoomIn => self.set_zoom(ctx, self.settings.zoom + ZOOM_STEP),
            Command::ZoomOut => self.set_zoom(ctx, self.settings.zoom - ZOOM_STEP),
            Command::ZoomReset => self.set_zoom(ctx, 1.0),
            Command::ExportJson => {
                if let Some(snapshot) = self.monitor.snapshot() {
                    let shown = self.monitor.shown_rows();
                    let selected = self.monitor.selection();
                    let content = ExportContent::new(Arc::clone(snapshot), shown, &selected)
                        .with_filter(self.monitor.filter_text())
                        .with_ended(self.monitor.shown_ended())
                        .of_past(self.monitor.is_looking_back());
                    self.export.open(content);
                }
            }
            Command::Compare(CompareCommand::Remember) if self.monitor.is_looking_back() => {
                if let Some(snapshot) = self.monitor.snapshot() {
                    self.compare.remember_before(ctx, Arc::clone(snapshot));
                }
            }
            Command::Compare(CompareCommand::AskFile) => {
                self.compare.ask_for_file(self.export.written_last());
            }
            Command::Compare(command) => self.compare.apply(ctx, command),
            Command::ShowFile(path) => self.export.show_file(ctx, path),
            Command::ShowInMonitor(key) => {
                self.settings.place = Page::Monitor;
                self.monitor.reveal(key);
            }
            Command::Lab(command) => {
                if command == LabCommand::Start {
                    if self.lab.leads_to_monitor() {
                        return self.show_own_process();
                    }
                    self.settings.place = Page::Lab;
                }
                self.lab.apply(ctx, &self.text, &mut self.toasts, &command);
            }
            Command::Act(ActCommand::Begin(verb, targets)) => {
                self.begin_to_act(ctx, verb, &targets);
            }
            Command::Act(ActCommand::SetReadOnly(is_on)) => self.settings.is_read_only = is_on,
            Command::Act(command) if command.acts() && self.is_read_only() => {
                self.actions.apply(ctx, &ActCommand::Answer(Answer::No));
            }
            Command::Act(command) => {
                if command == ActCommand::Answer(Answer::Yes) {
                    self.monitor.keep_in_filter(&self.actions.asked_to_end());
                }
                self.actions.apply(ctx, &command);
            }
            Command::StepBack if self.settings.place == Page::Lab => self.lab.step_back(),
            command => self.apply_to_monitor(ctx, command),
        }
    }

    /// Whether nothing may be done to processes; says so if it is.
    fn is_read_only(&mut self) -> bool {
        let reason = self
            .actions
            .permissions(self.settings.is_read_only)
            .read_only
            .map(|reason| self.text.get(reason.key()).to_owned());
        let is_read_only = reason.is_some();
        if let Some(reason) = reason {
            self.toasts.warn(reason);
        }
        is_read_only
    }

    fn begin_to_act(&mut self, ctx: &egui::Context, verb: Verb, targets: &Targets) {
        let keys = match targets {
            Targets::Selection => self.monitor.selection(),
            Targets::One(key) => vec![*key],
            Targets::Program(name) => self.monitor.processes_of(name),
        };
        // What has ended cannot be ended again: the same key takes its row away.
        if verb == Verb::End && self.monitor.have_ended(&keys) {
            for key in keys {
                self.monitor.dismiss_ended(Some(key));
            }
            return;
        }
        if self.is_read_only() {
            return;
        }
        // Whatever moment is on screen: what is there now can be acted on.
        match self.monitor.newest() {
            Some(snapshot) if !keys.is_empty() => {
                let last_row = self.monitor.last_row();
                self.actions.begin(ctx, verb, &keys, snapshot, last_row);
            }
            _ => self
                .toasts
                .tell(self.text.get("act-no-selection").to_owned()),
        }
    }

    /// Shows what can be known about a process on the one that everybody has: Proclab itself.
    fn show_own_process(&mut self) {
        if let Some(stat) = processes::own_stat() {
            self.settings.place = Page::Monitor;
            self.lab.take_question_to_monitor();
            self.monitor.reveal(stat.key());
        }
    }

    fn apply_to_monitor(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::SelectProcess(key) => self.monitor.select(key),
            Command::ToggleSelected(key) => self.monitor.toggle_selected(key),
            Command::SelectTo(key, is_added) => self.monitor.select_to(key, is_added),
            Command::SelectAll => self.monitor.select_all(),
            Command::MoveSelection(motion) => self.monitor.move_selection(motion),
            Command::ExtendSelection(motion) => self.monitor.extend_selection(motion),
            Command::OpenDetail => self.monitor.set_detail_open(true),
            Command::LookAt(aspect) => self.monitor.look_at(aspect),
            Command::CloseDetail => self.monitor.set_detail_open(false),
            Command::StepBack => self.monitor.step_back(),
            Command::CopyText(text) => {
                ctx.copy_text(text);
                self.toasts.tell(self.text.get("toast-copied").to_owned());
            }
            Command::CopyRows => {
                if let Some((rows, count)) = self.monitor.selected_rows_text(&self.text) {
                    ctx.copy_text(rows);
                    let args = [("count", count.into())];
                    self.toasts.tell(self.text.with("toast-rows-copied", &args));
                }
            }
            Command::SetFilter(text) => self.monitor.set_filter(text),
            Command::FocusFilter => self.monitor.focus_filter(),
            Command::ToggleFreeze => self.monitor.toggle_freeze(),
            Command::LookBackTo(at) => self.monitor.look_back_to(at),
            Command::LookEarlier => self.monitor.look_earlier(),
            Command::LookLater => self.monitor.look_later(),
            Command::LookAtNow => self.monitor.back_to_now(),
            Command::SetInterval(interval) => {
                self.settings.interval_ms = interval.as_millis().try_into().unwrap_or(1_000);
                self.monitor.set_interval(interval);
            }
            Command::ToggleKernelThreads => {
                self.settings.kernel_threads = self.monitor.toggle_kernel_threads();
            }
            Command::ToggleEnded => self.settings.ended = self.monitor.toggle_ended(),
            Command::DismissEnded(key) => self.monitor.dismiss_ended(Some(key)),
            Command::DismissAllEnded => self.monitor.dismiss_ended(None),
            Command::SortBy(column) => self.remember_sort(column, false),
            Command::SortBusiest(column) => {
                if self.settings.show_column(column) {
                    self.monitor.lay_out_columns(&self.settings, &self.text);
                }
                let sorts = self.monitor.sort_busiest(column);
                self.settings.set_sorts(sorts);
            }
            Command::SortAlsoBy(column) => self.remember_sort(column, true),
            Command::ShowAs(grouping) => {
                self.settings.grouping = grouping;
                self.monitor.set_grouping(grouping);
            }
            Command::ToggleFold(id) => {
                if let RowId::Program(name) = &id {
                    self.monitor.mark_program(Arc::clone(name));
                }
                self.monitor.toggle_fold(&id);
            }
            Command::ToggleColumn(column) => {
                self.settings.toggle_column(column);
                self.monitor.lay_out_columns(&self.settings, &self.text);
            }
            Command::MoveColumn(column, place) => {
                self.settings.move_column(column, place);
                self.monitor.lay_out_columns(&self.settings, &self.text);
            }
            Command::ResetColumns => {
                self.settings.columns.clear();
                self.settings.column_widths.clear();
                self.monitor.lay_out_columns(&self.settings, &self.text);
            }
            Command::SetCpuOfMachine(is_of_machine) => {
                self.settings.is_cpu_of_machine = is_of_machine;
                self.monitor.lay_out_columns(&self.settings, &self.text);
            }
            Command::SetColumnWidth(column, width) => {
                let key = column.figure().key.to_owned();
                match width {
                    Some(width) => self.settings.column_widths.insert(key, width),
                    None => self.settings.column_widths.remove(&key),
                };
                self.monitor.lay_out_columns(&self.settings, &self.text);
            }
            Command::SetDetailWidth(width) => self.settings.detail_width = width,
            // The others are applied by the caller.
            _ => {}
        }
    }

    fn remember_sort(&mut self, column: FigureId, is_further: bool) {
        let sorts = self.monitor.sort_by(column, is_further);
        self.settings.set_sorts(sorts);
    }

    fn set_theme(&mut self, ctx: &egui::Context, choice: ThemeChoice) {
        self.settings.theme = choice;
        ctx.set_theme(choice);
    }

    fn set_zoom(&mut self, ctx: &egui::Context, zoom: f32) {
        self.settings.zoom = zoom.clamp(0.6, 2.5);
        ctx.set_zoom_factor(self.settings.zoom);
    }
}

/// Whether Ctrl+C was pressed.
fn is_copy_asked(ctx: &egui::Context) -> bool {
    ctx.input(|input| {
        input
            .events
            .iter()
            .any(|event| matches!(event, egui::Event::Copy))
    })
}
