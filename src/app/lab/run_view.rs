//! What every pane of the Lab is handed: the run, and how it is looked at.

use std::cell::Cell;

use eframe::egui::{Painter, Rect, Response, vec2};

use super::super::command::{Command, Commands};
use super::super::text::Text;
use super::super::theme::Theme;
use super::super::view::View;
use super::relation::Relation;
use crate::app::command::LabCommand;
use crate::app::command::RunSelection;
use crate::run::event::{Role, RunTime};
use crate::run::state::{Activity, ProcessIx, ProcessState, RunState};

/// How a thing is highlighted because of the selection or the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Highlight {
    /// Not at all.
    None,
    /// Faintly: the pointer is on it in another pane.
    Preview,
    /// It is related to the selection.
    Related,
    /// It is selected.
    Selected,
}

impl Highlight {
    /// Whether it is selected or related to the selection.
    pub fn is_in_selection(self) -> bool {
        matches!(self, Self::Selected | Self::Related)
    }
}

/// A run and how it is looked at.
#[derive(Clone, Copy)]
pub struct RunView<'a> {
    /// The run.
    pub state: &'a RunState,
    /// The present moment of the run; its end once it is over.
    pub now: RunTime,
    /// What is selected.
    pub selection: Option<RunSelection>,
    /// What was under the pointer when the last picture was drawn, in any pane.
    pub preview: Option<RunSelection>,
    /// What is under the pointer in this picture.
    pub pointed: &'a Cell<Option<RunSelection>>,
    /// Every sentence.
    pub text: &'a Text,
    /// Every colour.
    pub theme: &'static Theme,
    /// Where to send commands.
    pub commands: &'a Commands,
}

impl<'a> RunView<'a> {
    /// A view of `state` at `now`.
    pub fn new(
        view: View<'a>,
        state: &'a RunState,
        now: RunTime,
        selection: Option<RunSelection>,
        (preview, pointed): (Option<RunSelection>, &'a Cell<Option<RunSelection>>),
    ) -> Self {
        Self {
            preview,
            pointed,
            state,
            now,
            selection,
            text: view.text,
            theme: view.theme,
            commands: view.commands,
        }
    }

    /// How a thing is highlighted; `relation` says how it relates to a selection.
    pub fn mark(&self, relation: impl Fn(RunSelection) -> Relation) -> Highlight {
        match self.selection.map_or(Relation::None, &relation) {
            Relation::Same => Highlight::Selected,
            Relation::Related => Highlight::Related,
            Relation::None
                if self
                    .preview
                    .is_some_and(|preview| relation(preview) != Relation::None) =>
            {
                Highlight::Preview
            }
            Relation::None => Highlight::None,
        }
    }

    /// Says that the pointer is on this, so that other panes mark it, too.
    pub fn point(&self, response: &Response, selection: RunSelection) {
        if response.hovered() {
            self.pointed.set(Some(selection));
        }
    }

    /// The ground of a row in a list.
    pub fn row_ground(&self, painter: &Painter, rect: Rect, mark: Highlight, response: &Response) {
        let theme = self.theme;
        let fill = match mark {
            Highlight::Selected => theme.selected,
            _ if response.hovered() || response.has_focus() => theme.hover,
            Highlight::Related => theme.faint(theme.accent).gamma_multiply(0.6),
            Highlight::Preview => theme.hover,
            Highlight::None => return,
        };
        painter.rect_filled(rect, 0, fill);
        if matches!(mark, Highlight::Selected | Highlight::Related) {
            // Colour alone must not carry the meaning.
            let edge = Rect::from_min_size(rect.left_top(), vec2(2.0, rect.height()));
            let color = match mark {
                Highlight::Selected => theme.accent,
                _ => theme.accent.gamma_multiply(0.6),
            };
            painter.rect_filled(edge, 0, color);
        }
    }

    /// Sends one of the Lab's commands.
    pub fn send(&self, command: LabCommand) {
        self.commands.send(Command::Lab(command));
    }

    /// Selects something, or nothing if it is selected already.
    pub fn select(&self, selection: RunSelection) {
        let other = (self.selection != Some(selection)).then_some(selection);
        self.send(LabCommand::Select(other));
    }

    /// What a process does, in words.
    pub fn state_words(&self, ix: ProcessIx) -> String {
        let Some(process) = self.state.process(ix) else {
            return String::new();
        };
        let text = self.text;
        match process.activity() {
            Activity::Ended => {
                let Some(code) = process.exit_code else {
                    return text.get("state-ended-unknown").to_owned();
                };
                let how = super::activity::exit_words(code);
                let key = if code < 0 {
                    "state-ended-signal"
                } else {
                    "state-ended-code"
                };
                text.with(key, &[("how", how.into())])
            }
            // Without an end event the state of a run that is over is unknown.
            _ if !self.state.is_live() => text.get("state-unknown").to_owned(),
            Activity::Starting if self.state.has_initializer() => {
                text.get("state-initializing").to_owned()
            }
            Activity::Starting => text.get("state-starting").to_owned(),
            Activity::Idle => self.idle_words(process),
            Activity::Running(task) => {
                let label = self.state.task(task).map_or("", |task| task.label.as_str());
                let words = text.with("state-running", &[("task", label.into())]);
                if self.state.is_surplus(process) {
                    return text.with("state-leaving", &[("state", words.into())]);
                }
                words
            }
            Activity::Suspended => self.suspended_words(process),
            Activity::WaitingEmpty(_) => text.get("state-waiting-empty").to_owned(),
            Activity::BlockedFull(_) => text.get("state-blocked-full").to_owned(),
        }
    }

    fn suspended_words(&self, process: &ProcessState) -> String {
        let task = process.task().and_then(|task| self.state.task(task));
        let state = self.standstill_words(process);
        match task {
            Some(task) => {
                let args = [("state", state.into()), ("task", task.label.clone().into())];
                self.text.with("state-suspended-running", &args)
            }
            None => state,
        }
    }

    /// That a process is stopped, with the signal unless Proclab suspended it.
    pub fn standstill_words(&self, process: &ProcessState) -> String {
        let signal = process.stopped_by();
        let key = match signal {
            None => return self.text.get("state-suspended").to_owned(),
            Some("SIGTTIN" | "SIGTTOU") => "state-stopped-by-terminal",
            Some(_) => "state-stopped-by",
        };
        let signal = signal.unwrap_or_default().to_owned();
        self.text.with(key, &[("signal", signal.into())])
    }

    /// What is wrong with the run's sentinels, in words.
    pub fn sentinel_warning(&self) -> Option<String> {
        let mismatch = self.state.sentinel_mismatch()?;
        let chip: Vec<_> = mismatch
            .without
            .iter()
            .filter_map(|ix| Some(self.state.process(*ix)?.label.clone()))
            .collect();
        let key = match (mismatch.put < mismatch.consumers, chip.is_empty()) {
            (false, _) => "lane-sentinels-many",
            _ if !self.state.is_live() => "lane-sentinels-few-ended",
            (true, true) => "lane-sentinels-few",
            (true, false) => "lane-sentinels-few-known",
        };
        let args = [
            ("consumers", mismatch.consumers.into()),
            ("put", mismatch.put.into()),
            ("more", mismatch.put.abs_diff(mismatch.consumers).into()),
            ("who", chip.join(", ").into()),
            ("count", chip.len().into()),
        ];
        Some(self.text.with(key, &args))
    }

    /// Whether a process is a daemon that the main took with it when its code was done.
    pub fn ended_with_main(&self, process: &ProcessState) -> bool {
        process.daemon
            && process.role != Role::Worker
            && process.exit_code.is_some_and(|code| code < 0)
            && self
                .state
                .code_finished()
                .zip(process.exited)
                .is_some_and(|(done, exited)| done <= exited)
    }

    /// Whether a process ended on request: the run was being stopped, or its main was done.
    pub fn was_to_end(&self, process: &ProcessState) -> bool {
        let stopped = self.state.stops().first();
        let is_stopped = stopped
            .zip(process.exited)
            .is_some_and(|(stop, exited)| stop.t <= exited);
        is_stopped || self.ended_with_main(process)
    }

    /// What a process without a task does: consumers hold an item, producers are making one.
    fn idle_words(&self, process: &ProcessState) -> String {
        let held = self
            .state
            .lane(process.lane)
            .and_then(|lane| lane.held.last())
            .filter(|held| held.end.is_none())
            .and_then(|held| self.state.queue(held.what.queue)?.items.get(held.what.item));
        match (process.role, held) {
            (Role::Consumer, Some(item)) => {
                let item = item.text.clone();
                self.text.with("state-holding", &[("item", item.into())])
            }
            (Role::Producer, _) => self.text.get("state-producing").to_owned(),
            (Role::Process | Role::Command | Role::Python, _) => {
                self.text.get("procstate-running").to_owned()
            }
            _ => self.text.get("state-idle").to_owned(),
        }
    }
}
