//! What the Lab's panes can ask for.

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

use super::RunSelection;
use crate::run::request::Request;

/// One request, imperative.
#[derive(Clone, Debug, PartialEq)]
pub enum LabCommand {
    /// Start what the form or the chosen lesson says.
    Start,
    /// Ask the run to stop; asked again, at once.
    Stop,
    /// Lay a built-in lesson out.
    ChooseLesson(&'static str),
    /// Lay a built-in lesson out and start it, unless a run is under way.
    StartLesson(&'static str),
    /// Lay the form out.
    ChooseForm,
    /// Show one of the last runs again, by its number.
    ShowRun(u32),
    /// Ask something of the run that is shown.
    Ask(Request),
    /// Select something, or nothing.
    Select(Option<RunSelection>),
    /// Mark faintly, in all panes, what is under the pointer in one.
    Preview(Option<RunSelection>),
    /// Let the picture follow the run.
    FollowRun,
}

impl LabCommand {
    /// The key of its title in the message catalogue.
    pub const fn title_key(&self) -> &'static str {
        match self {
            Self::Start => "lab-start",
            Self::Stop => "lab-stop",
            Self::ChooseLesson(_) | Self::StartLesson(_) => "lab-choose-lesson",
            Self::ChooseForm => "lab-choose-form",
            Self::ShowRun(_) => "lab-show-run",
            Self::Ask(_) => "lab-ask",
            Self::Select(_) => "lab-select",
            Self::Preview(_) => "lab-preview",
            Self::FollowRun => "lab-follow",
        }
    }

    /// The keys that send it.
    pub const fn shortcuts(&self) -> &'static [KeyboardShortcut] {
        match self {
            Self::Start => const { &[KeyboardShortcut::new(Modifiers::COMMAND, Key::Enter)] },
            Self::Stop => const { &[KeyboardShortcut::new(Modifiers::COMMAND, Key::Period)] },
            Self::FollowRun => const { &[KeyboardShortcut::new(Modifiers::NONE, Key::F)] },
            Self::ChooseLesson(_)
            | Self::StartLesson(_)
            | Self::ShowRun(_)
            | Self::ChooseForm
            | Self::Ask(_)
            | Self::Select(_)
            | Self::Preview(_) => &[],
        }
    }
}
