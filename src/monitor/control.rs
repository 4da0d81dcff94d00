//! Acting on processes: what is to be done, to whom, what must not be done, and what came of it.
//!
//! [`plan`] decides over a snapshot and [`tree`] over a list of kin, both without I/O; [`action_thread`] is the one thread that does it,
//! always through a handle of which it is certain whose it is ([`crate::os::Held`]), and tells what came of it as messages.

mod action;
pub mod action_thread;
pub mod plan;
pub mod tree;

use std::io;
use std::time::Duration;

pub use action::{Action, cpu_list};
pub use action_thread::ActionThread;
pub use plan::{Actor, Plan, Refusal, Target};
pub use tree::{Kin, Member, Tree};

use super::process::ProcState;
use crate::os::ProcKey;
use crate::os::priority::{Before, Setting};
use crate::text::Sentence;

/// Which of the requests a message is about; whoever asks gives it.
pub type RequestId = u64;

/// How long a process has to end before it is told that it is still there.
pub const GRACE: Duration = Duration::from_secs(5);

/// What can be asked of the [`ActionThread`].
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Do this to each of these, in this order.
    Act(Action, Vec<ProcKey>),
    /// Kill these and all that they have started.
    KillTree(Vec<ProcKey>),
    /// Tell who would be killed with these.
    LookAtTree(Vec<ProcKey>),
    /// Tell what these have now, and what this user may change.
    ReadPriorities(Vec<ProcKey>),
    /// Give each back what it had.
    Restore(Vec<(ProcKey, Before)>),
}

/// What the action thread reports of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionEvent {
    /// The outcome for one process; it replaces what was reported of that one before.
    Outcome(ProcKey, Outcome),
    /// These belong to the tree, or belonged to it as it was killed.
    Tree(Tree),
    /// What one process has now.
    Priorities(ProcKey, Result<Priorities, Outcome>),
    /// These were started below the tree and have left it: they are not touched.
    LeftTree(Vec<Kin>),
    /// Every process was reached; the thread waits for the end of those that are still there.
    Done,
}

/// The outcome of a request for one process.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The signal was sent, and nothing more is waited for.
    Sent,
    /// It was sent, and now the end is waited for.
    Ending,
    /// It has ended so long after the signal.
    Ended(Duration),
    /// It has not ended after so long; this is what it is doing.
    StillThere(Duration, ProcState),
    /// It had ended before.
    Gone,
    /// It had ended before, and its pid is another process's now, which was left alone.
    Reused,
    /// The kernel refuses it to this user.
    Denied,
    /// It must not be done to this one.
    Refused(Refusal),
    /// It was changed: what it has now, and what its threads had.
    Changed(Setting, Before),
    /// It has what it had.
    Restored,
    /// It was not tried: too many requests wait.
    Busy,
    /// The system's own words.
    Failed(Sentence),
}

/// What a process has now, and what may be changed about it without root's rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priorities {
    /// Its nice value.
    pub nice: i32,
    /// The lowest to which this user may lower it, 20 for none; every user may raise it.
    pub lowest_nice: i32,
    /// The CPUs it may run on.
    pub cpus: Vec<u32>,
    /// The CPUs that are online.
    pub online_cpus: Vec<u32>,
    /// Its I/O priority.
    pub io_priority: super::scheduling::IoPriority,
    /// Whether this user may give the I/O class `RealTime`.
    pub may_real_time: bool,
}

impl From<io::Error> for Outcome {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::PermissionDenied {
            Self::Denied
        } else {
            Self::Failed(Sentence::of_io(&error))
        }
    }
}

impl Outcome {
    /// Whether nothing more will come of it.
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Ending | Self::StillThere(..))
    }

    /// Whether it is as it was wished.
    pub const fn is_done(&self) -> bool {
        matches!(
            self,
            Self::Sent | Self::Ended(_) | Self::Gone | Self::Changed(..) | Self::Restored
        )
    }
}
