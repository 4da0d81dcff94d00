//! What can be asked for about processes, with its keys.

use std::sync::Arc;

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

use crate::monitor::control::RequestId;
use crate::os::ProcKey;

/// One request, imperative.
#[derive(Clone, Debug, PartialEq)]
pub enum ActCommand {
    /// Do this to these, after a question where something ends.
    Begin(Verb, Targets),
    /// Answer the question on screen.
    Answer(Answer),
    /// Take what a line of a report offers.
    Take(RequestId, ProcKey, Offer),
    /// Show each line of a report, or their counts alone.
    ToggleReport(RequestId),
    /// Take a report away.
    CloseReport(RequestId),
    /// Let nothing be done from this window, or let it again.
    SetReadOnly(bool),
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Ask to exit (SIGTERM).
    End,
    /// Kill (SIGKILL).
    Kill,
    /// Kill with all descendants.
    KillTree,
    /// Send a signal that is chosen in the question.
    Signal,
    /// Suspend (SIGSTOP).
    Suspend,
    /// Resume (SIGCONT).
    Resume,
    /// Choose a nice value.
    Nice,
    /// Choose CPUs.
    Cpus,
    /// Choose an I/O priority.
    IoPriority,
}

/// The processes that an action is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Targets {
    /// The selected processes.
    Selection,
    /// This process.
    One(ProcKey),
    /// All processes of a program that the table shows.
    Program(Arc<str>),
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Do it.
    Yes,
    /// Do not.
    No,
}

/// What a line offers.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    /// Kill the process, as it has not ended.
    Kill,
    /// Resume the stopped process.
    Resume,
    /// Give back what was changed.
    Undo,
    /// Copy the command that does it with root's rights.
    Copy(String),
}

impl Verb {
    /// In the order of menus.
    pub const ALL: [Self; 9] = [
        Self::End,
        Self::Kill,
        Self::KillTree,
        Self::Signal,
        Self::Suspend,
        Self::Resume,
        Self::Nice,
        Self::Cpus,
        Self::IoPriority,
    ];

    /// Key of its title in the message catalogue.
    pub const fn title_key(self) -> &'static str {
        match self {
            Self::End => "act-end",
            Self::Kill => "act-kill",
            Self::KillTree => "act-kill-tree",
            Self::Signal => "act-signal",
            Self::Suspend => "act-suspend",
            Self::Resume => "act-resume",
            Self::Nice => "act-nice",
            Self::Cpus => "act-cpus",
            Self::IoPriority => "act-io",
        }
    }

    /// Key of what its tooltip says.
    pub const fn tip_key(self) -> &'static str {
        match self {
            Self::End => "act-end-tip",
            Self::Kill => "act-kill-tip",
            Self::KillTree => "act-kill-tree-tip",
            Self::Signal => "act-signal-tip",
            Self::Suspend => "act-suspend-tip",
            Self::Resume => "act-resume-tip",
            Self::Nice => "act-nice-tip",
            Self::Cpus => "act-cpus-tip",
            Self::IoPriority => "act-io-tip",
        }
    }
}

impl Verb {
    /// Whether what came of this is of no use any more once another one was done to the same process.
    pub const fn is_overtaken_by(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Nice, Self::Nice)
                | (Self::Cpus, Self::Cpus)
                | (Self::IoPriority, Self::IoPriority)
        ) || (self.is_signal() && other.is_signal())
    }

    const fn is_signal(self) -> bool {
        !matches!(self, Self::Nice | Self::Cpus | Self::IoPriority)
    }
}

impl ActCommand {
    /// Whether it does something to processes, now.
    pub const fn acts(&self) -> bool {
        match self {
            Self::Answer(answer) => matches!(answer, Answer::Yes),
            Self::Take(_, _, offer) => !matches!(offer, Offer::Copy(_)),
            Self::Begin(..)
            | Self::ToggleReport(_)
            | Self::CloseReport(_)
            | Self::SetReadOnly(_) => false,
        }
    }

    /// Key of its title in the message catalogue.
    pub const fn title_key(&self) -> &'static str {
        match self {
            Self::Begin(verb, _) => verb.title_key(),
            Self::Answer(_) => "act-answer",
            Self::Take(..) => "act-take",
            Self::ToggleReport(_) => "act-toggle-report",
            Self::CloseReport(_) => "act-close-report",
            Self::SetReadOnly(_) => "act-read-only",
        }
    }

    /// The keys that send it: those of htop, and those of file lists for ending.
    pub const fn shortcuts(&self) -> &'static [KeyboardShortcut] {
        const fn plain(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::NONE, key)
        }
        const fn shift(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::SHIFT, key)
        }
        const fn control_shift(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
        }
        let Self::Begin(verb, _) = self else {
            return &[];
        };
        match verb {
            Verb::End => const { &[plain(Key::Delete)] },
            Verb::Kill => const { &[shift(Key::Delete)] },
            Verb::KillTree => const { &[shift(Key::K), shift(Key::F9)] },
            Verb::Signal => const { &[plain(Key::K), plain(Key::F9)] },
            // Nothing is asked first: a letter that was meant for the filter must not do it.
            Verb::Suspend => const { &[control_shift(Key::S)] },
            Verb::Resume => const { &[control_shift(Key::R)] },
            Verb::Nice => const { &[plain(Key::N), plain(Key::F7), plain(Key::F8)] },
            Verb::Cpus => const { &[plain(Key::A)] },
            Verb::IoPriority => const { &[plain(Key::I)] },
        }
    }
}
