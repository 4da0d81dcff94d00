//! What can be said of how a process is, each with the facts that it rests on.

use super::wait::Wait;
use crate::monitor::cgroup::Ceiling;
use crate::monitor::detail::{AwaitedRole, Capped, Named};
use crate::monitor::process::ProcState;
use crate::monitor::reading::Unread;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// It does not go on at all.
    Stuck,
    /// It goes on, but slower than it could, or is about to fail.
    Held,
    /// It matters if something else happens.
    Notice,
    /// As it should be.
    Normal,
    /// Unknown.
    Unknown,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// It has ended; what else is said was so before.
    Ended,
    /// It has ended, and its parent has not asked how.
    Zombie {
        /// The parent, if there is one in sight.
        parent: Option<Named>,
    },
    /// Its first thread has ended, others go on.
    FirstThreadEnded,
    /// A signal has stopped it.
    Stopped,
    /// Its tracer holds it.
    TracerHolds {
        /// Who that is, if that is known.
        tracer: Option<Named>,
    },
    /// Its control group is held still.
    Frozen,
    /// It waits where no signal reaches it.
    Uninterruptible {
        /// For what, if that is known.
        wait: Option<Wait>,
        /// The kernel's function, if that is known.
        function: Option<String>,
        /// How much of the last ten seconds some process waited for disks, percent.
        io_percent: Option<f32>,
        /// Whether that was a process of its own control group.
        is_of_group: bool,
    },
    /// It waits until a child that shares its memory has begun to run its program, and only SIGKILL reaches it.
    AwaitsProgram {
        /// The kernel's function, if that is known.
        function: Option<String>,
    },
    /// The quota of a control group is used up.
    Throttled {
        /// In which share of the last periods, percent.
        percent: f32,
        /// How many CPUs' time the quota is.
        cpus: f64,
        /// The group that sets it.
        group: String,
        /// How long its processes have been held up so far, seconds.
        seconds: Option<f64>,
    },
    /// It was ready to run and had no CPU.
    CpuWait {
        /// For which share of the time, percent.
        percent: f32,
        /// The thread that waited most, if there are several.
        thread: Option<Named>,
        /// CPUs of the machine, where they are known.
        cpus: Option<u32>,
        /// Processes that run or wait, averaged over a minute.
        load: Option<f64>,
        /// Its nice value, if others come before it.
        nice: Option<i32>,
    },
    /// Others come first, by its own wish.
    LowPriority {
        /// Its nice value.
        nice: i32,
        /// Whether it runs only when no other process wants to.
        is_idle_class: bool,
    },
    /// Its control group is near the memory beyond which the kernel kills.
    MemoryNearMax(Ceiling),
    /// Its control group is beyond the memory where the kernel slows down.
    MemoryHigh(Ceiling),
    /// The kernel has killed in its control group because memory ran out.
    OomKills {
        /// How often.
        count: u64,
    },
    /// Its memory is mostly swapped out.
    Swapped {
        /// Swapped out, bytes.
        swap_bytes: u64,
        /// Resident, bytes.
        rss_bytes: u64,
    },
    /// It reads its memory back from disk.
    Paging {
        /// Page faults with disk access, a second.
        faults_per_second: f64,
    },
    /// Some process of the machine waits for memory.
    MemoryShort {
        /// For how much of the last ten seconds, percent.
        percent: f32,
    },
    /// Hardly any descriptors are left.
    NearFileLimit {
        /// Open.
        used: u64,
        /// The soft limit.
        most: u64,
    },
    /// Hardly any processes and threads are left to its control group.
    NearTaskLimit(Ceiling),
    /// Signals were sent and are held back.
    SignalsHeld {
        /// Their numbers.
        signals: Vec<i32>,
    },
    /// SIGTERM is thrown away.
    TermIgnored,
    /// It is traced, and goes on.
    Traced {
        /// By whom.
        tracer: Named,
    },
    /// It runs.
    Running {
        /// CPU use, percent of one core, if that is known.
        cpu_percent: Option<f32>,
    },
    /// The table has seen it in another state than the look that the other findings rest on.
    OtherMoment {
        /// In the table.
        table: ProcState,
        /// Here.
        here: ProcState,
    },
    /// It sleeps until something comes.
    Waiting {
        /// For what, if that is known.
        wait: Option<Wait>,
        /// The kernel's function, if that is known.
        function: Option<String>,
        /// The call and what it waits at, if that is known.
        at: Option<String>,
        /// Whether other threads of it may do something else.
        is_one_of_many: bool,
    },
    /// Who can end its wait.
    Awaits {
        /// How.
        role: AwaitedRole,
        /// Who, as far as all could be looked at.
        processes: Capped<Named>,
    },
    /// It is in another state, which has nothing to explain.
    Other(ProcState),
    /// Something could not be read.
    Unknown {
        /// What.
        facts: Vec<Fact>,
        /// Why.
        reason: Unread,
    },
}

/// A fact that findings rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// In which of the kernel's functions it waits, and in which call.
    WaitChannel,
    /// How long it waited for a CPU.
    CpuWait,
    /// What its control group allows.
    Cgroup,
    /// Its limits.
    Limits,
    /// Its signals.
    Signals,
    /// How many descriptors are open.
    Descriptors,
}

impl Fact {
    /// Every one, for tables of messages and tests.
    pub const ALL: [Self; 6] = [
        Self::WaitChannel,
        Self::CpuWait,
        Self::Cgroup,
        Self::Limits,
        Self::Signals,
        Self::Descriptors,
    ];
}

impl Finding {
    /// How much it weighs.
    pub const fn weight(&self) -> Weight {
        match self {
            Self::Ended
            | Self::Zombie { .. }
            | Self::Stopped
            | Self::TracerHolds { .. }
            | Self::Frozen
            | Self::Uninterruptible { .. } => Weight::Stuck,
            Self::Throttled { .. }
            | Self::CpuWait { .. }
            | Self::MemoryNearMax(_)
            | Self::MemoryHigh(_)
            | Self::Swapped { .. }
            | Self::Paging { .. }
            | Self::NearFileLimit { .. }
            | Self::NearTaskLimit(_) => Weight::Held,
            Self::FirstThreadEnded
            | Self::AwaitsProgram { .. }
            | Self::LowPriority { .. }
            | Self::OomKills { .. }
            | Self::MemoryShort { .. }
            | Self::SignalsHeld { .. }
            | Self::TermIgnored
            | Self::Traced { .. }
            // Nothing says that the holder is about to give it up.
            | Self::Awaits {
                role: AwaitedRole::Holder,
                ..
            } => Weight::Notice,
            // A first thread waits for the others in many programs.
            Self::Waiting {
                wait: Some(wait), ..
            } if !wait.is_idle() && !matches!(wait, Wait::Thread) => Weight::Notice,
            Self::Running { .. }
            | Self::OtherMoment { .. }
            | Self::Waiting { .. }
            | Self::Awaits { .. }
            | Self::Other(_) => Weight::Normal,
            Self::Unknown { .. } => Weight::Unknown,
        }
    }
}
