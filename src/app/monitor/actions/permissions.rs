//! Whether something may be done to a process from this window.

use crate::app::command::Verb;
use crate::monitor::Snapshot;
use crate::monitor::control::{Action, Actor, Refusal, plan};
use crate::os::ProcKey;
use crate::os::priority::Setting;

/// Why nothing may be done from this window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnly {
    /// It was started so; that cannot be taken back.
    Started,
    /// It was chosen.
    Chosen,
    /// The pids that are shown are of another pid namespace; that cannot be taken back.
    OtherPidNamespace,
}

/// Our rights, and whether this window is read-only.
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Our rights.
    pub actor: Actor,
    /// Why nothing may be done; `None` if it may.
    pub read_only: Option<ReadOnly>,
}

impl Permissions {
    /// Key of why this must not be done to that process, whatever its user; `None` if it may be asked for.
    ///
    /// Another user's processes are no obstacle: the reply says which rights are missing.
    pub fn obstacle(&self, verb: Verb, key: ProcKey, snapshot: &Snapshot) -> Option<&'static str> {
        if let Some(read_only) = self.read_only {
            return Some(read_only.key());
        }
        match plan::refusal(&verb.model(), key, snapshot, &self.actor)? {
            Refusal::NotOurs => None,
            Refusal::OurAncestor if verb == Verb::KillTree => Some("refusal-holds-us"),
            refusal => Some(refusal_key(refusal)),
        }
    }
}

impl ReadOnly {
    /// Key of the reason.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Started => "read-only-started",
            Self::Chosen => "read-only-chosen",
            Self::OtherPidNamespace => "read-only-other-namespace",
        }
    }
}

/// Key of why something is not done to a process.
pub const fn refusal_key(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::OtherPidNamespace => "refusal-other-namespace",
        Refusal::Ourselves => "refusal-ourselves",
        Refusal::OurAncestor => "refusal-ancestor",
        Refusal::HoldsUs => "refusal-holds-us",
        Refusal::FirstProcess => "refusal-first",
        Refusal::KernelThread => "refusal-kernel",
        Refusal::Gone => "refusal-gone",
        Refusal::NotOurs => "refusal-not-ours",
    }
}

impl Verb {
    /// An action of this kind, to plan with before its value is chosen.
    pub(super) fn model(self) -> Action {
        match self {
            Self::End | Self::Signal => Action::End,
            Self::Kill | Self::KillTree => Action::KILL,
            Self::Suspend => Action::SUSPEND,
            Self::Resume => Action::RESUME,
            Self::Nice => Action::Set(Setting::Nice(0)),
            Self::Cpus => Action::Set(Setting::Cpus(Vec::new())),
            Self::IoPriority => Action::Set(Setting::IoPriority(0)),
        }
    }
}
