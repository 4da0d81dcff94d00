//! How a process gets its turn: on a CPU and on a disk.

/// The scheduling policy and what it goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheduling {
    /// The policy.
    pub policy: Policy,
    /// The kernel's priority: 20 plus the nice value for most, below 0 for real-time processes; smaller comes first.
    pub priority: i32,
}

/// The kernel's scheduling policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Shares by nice value: nearly everybody.
    Other,
    /// Real time, until it waits or yields.
    Fifo,
    /// Real time, in turn with its like.
    RoundRobin,
    /// As `Other`, for work that nobody waits for.
    Batch,
    /// Only when nobody else wants the CPU.
    Idle,
    /// Real time with deadlines.
    Deadline,
    /// By a scheduler that was loaded (`sched_ext`).
    Ext,
    /// A number this version does not know.
    Unknown(u32),
}

impl Policy {
    /// The policy of the kernel's number.
    pub const fn from_number(number: u32) -> Self {
        match number {
            0 => Self::Other,
            1 => Self::Fifo,
            2 => Self::RoundRobin,
            3 => Self::Batch,
            5 => Self::Idle,
            6 => Self::Deadline,
            7 => Self::Ext,
            other => Self::Unknown(other),
        }
    }

    /// The word for it, after the constant's name (`SCHED_OTHER` ...).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Fifo => "fifo",
            Self::RoundRobin => "rr",
            Self::Batch => "batch",
            Self::Idle => "idle",
            Self::Deadline => "deadline",
            Self::Ext => "ext",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// The I/O priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IoPriority {
    /// The class.
    pub class: IoClass,
    /// Within the class, 0 (first) to 7.
    pub level: u8,
}

/// Classes of I/O priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IoClass {
    /// Not set: it follows from the nice value.
    None,
    /// Before all others.
    RealTime,
    /// By level.
    BestEffort,
    /// Only when nobody else wants the disk.
    Idle,
}

impl IoPriority {
    /// Of what the kernel's `ioprio_get` answers.
    pub const fn from_number(number: u32) -> Option<Self> {
        let class = match number >> 13 {
            0 => IoClass::None,
            1 => IoClass::RealTime,
            2 => IoClass::BestEffort,
            3 => IoClass::Idle,
            _ => return None,
        };
        // Beyond three bits there may be hints.
        Some(Self {
            class,
            level: (number & 7) as u8,
        })
    }
}

impl IoPriority {
    /// What the kernel's `ioprio_set` takes.
    pub const fn number(self) -> u32 {
        let class = match self.class {
            IoClass::None => 0,
            IoClass::RealTime => 1,
            IoClass::BestEffort => 2,
            IoClass::Idle => 3,
        };
        let level = if self.has_level() { self.level } else { 0 };
        class << 13 | level as u32
    }

    /// Whether the level says anything.
    pub const fn has_level(self) -> bool {
        matches!(self.class, IoClass::RealTime | IoClass::BestEffort)
    }
}

impl IoClass {
    /// The word for it; `ionice` has the same.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::RealTime => "realtime",
            Self::BestEffort => "best-effort",
            Self::Idle => "idle",
        }
    }

    /// The key of the word on screen.
    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "ioclass-none",
            Self::RealTime => "ioclass-real-time",
            Self::BestEffort => "ioclass-best-effort",
            Self::Idle => "ioclass-idle",
        }
    }
}

/// How the first thread of a process fared in the queue for a CPU, since its start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunQueue {
    /// Time it was ready to run and had to wait, seconds.
    pub wait_seconds: f64,
    /// Turns it had on a CPU.
    pub timeslices: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_numbers() {
        let words: Vec<_> = (0..9)
            .map(|number| Policy::from_number(number).word())
            .collect();
        assert_eq!(
            words.join(" "),
            "other fifo rr batch unknown idle deadline ext unknown"
        );
        let best_effort = IoPriority::from_number((2 << 13) | 4).unwrap();
        assert_eq!(
            (best_effort.class.word(), best_effort.level),
            ("best-effort", 4)
        );
        assert_eq!(IoPriority::from_number(0).unwrap().class.word(), "none");
        assert_eq!(
            IoPriority::from_number(3 << 13).unwrap().class.word(),
            "idle"
        );
        assert_eq!(IoPriority::from_number(4 << 13), None);
        for number in [0, 1 << 13, (2 << 13) | 7, 3 << 13] {
            assert_eq!(IoPriority::from_number(number).unwrap().number(), number);
        }
    }
}
