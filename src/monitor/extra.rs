//! What a row has only while somebody wants it: each needs a file more of every process, which would double what watching
//! costs.

use std::sync::Arc;

use super::column::ColumnId;
use super::fact::{Facts, Freshness};
use super::ports::Ports;
use super::reading::Reading;

/// A file more that is read of every process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Input and output.
    Io,
    /// The number of open descriptors.
    Descriptors,
    /// The wait for a CPU.
    RunQueue,
    /// Where it waits in the kernel.
    WaitChannel,
    /// How likely it is to be ended when memory is short.
    OomScore,
    /// The control group.
    Cgroup,
    /// The ports of its sockets: a link more of every descriptor.
    Ports,
}

/// Which of them are wanted, and what of the rest is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Wanted {
    needs: u8,
    /// What the rows are filtered and sorted by, or what is told of all of them.
    pub facts: Facts,
    /// How fresh that shall be.
    pub freshness: Freshness,
}

impl Wanted {
    /// What these columns need.
    pub fn by(columns: impl IntoIterator<Item = ColumnId>) -> Self {
        Self::default().and(columns.into_iter().filter_map(|id| id.column().needs))
    }

    /// These too.
    #[must_use]
    pub fn and(self, needs: impl IntoIterator<Item = Need>) -> Self {
        let needs = needs.into_iter();
        Self {
            needs: needs.fold(self.needs, |set, need| set | Self::bit(need)),
            ..self
        }
    }

    /// These facts are looked at too.
    #[must_use]
    pub const fn looking_at(self, facts: Facts) -> Self {
        Self {
            facts: self.facts.and(facts),
            ..self
        }
    }

    /// So fresh.
    #[must_use]
    pub const fn as_fresh_as(self, freshness: Freshness) -> Self {
        Self { freshness, ..self }
    }

    /// True if something is wanted that is not in `other`.
    pub const fn exceeds(self, other: Self) -> bool {
        self.needs & !other.needs != 0 || self.facts.exceeds(other.facts)
    }

    /// True if this is wanted.
    pub const fn has(self, need: Need) -> bool {
        self.needs & Self::bit(need) != 0
    }

    /// True if rows need nothing beyond what they always have.
    pub const fn is_empty(self) -> bool {
        self.needs == 0
    }

    const fn bit(need: Need) -> u8 {
        1 << need as u8
    }
}

/// What was read because it was wanted; the rest is `NotSampled`. Rates need two samples, and are over the time between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Extra {
    /// Fetched from disk by the process itself, bytes a second.
    pub io_read_rate: Reading<f64>,
    /// Put into the page cache for the disk, or written past it, by the process itself, bytes a second.
    pub io_write_rate: Reading<f64>,
    /// Open descriptors of every kind.
    pub num_fds: Reading<u64>,
    /// Time that the first thread was ready to run and had no CPU, percent.
    pub run_queue_percent: Reading<f32>,
    /// The kernel function in which its first thread waits; `NotApplicable` while it runs.
    pub wait_channel: Reading<Arc<str>>,
    /// From 0; whoever has most is ended first when memory is short.
    pub oom_score: Reading<u32>,
    /// Its control group's path: of the unified hierarchy, otherwise of the first one.
    pub cgroup: Reading<Arc<str>>,
    /// The ports of its TCP and UDP sockets.
    pub ports: Reading<Arc<Ports>>,
}

impl Extra {
    /// Nothing was wanted.
    pub const NONE: Self = Self {
        io_read_rate: Reading::NotSampled,
        io_write_rate: Reading::NotSampled,
        num_fds: Reading::NotSampled,
        run_queue_percent: Reading::NotSampled,
        wait_channel: Reading::NotSampled,
        oom_score: Reading::NotSampled,
        cgroup: Reading::NotSampled,
        ports: Reading::NotSampled,
    };

    /// On a system where nothing of it can be read.
    pub const UNSUPPORTED: Self = Self {
        io_read_rate: Reading::Unsupported,
        io_write_rate: Reading::Unsupported,
        num_fds: Reading::Unsupported,
        run_queue_percent: Reading::Unsupported,
        wait_channel: Reading::Unsupported,
        oom_score: Reading::Unsupported,
        cgroup: Reading::Unsupported,
        ports: Reading::Unsupported,
    };

    /// Of a process that has ended.
    pub const GONE: Self = Self {
        io_read_rate: Reading::Gone,
        io_write_rate: Reading::Gone,
        num_fds: Reading::Gone,
        run_queue_percent: Reading::Gone,
        wait_channel: Reading::Gone,
        oom_score: Reading::Gone,
        cgroup: Reading::Gone,
        ports: Reading::Gone,
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::COLUMNS;

    #[test]
    fn columns_say_what_they_need() {
        let at_first = COLUMNS.iter().filter(|column| column.is_default);
        assert!(Wanted::by(at_first.map(|column| column.id)).is_empty());
        let wanted = Wanted::by([ColumnId::Name, ColumnId::IoWrite, ColumnId::IoRead]);
        assert!(wanted.has(Need::Io) && !wanted.has(Need::Descriptors));
        let all = Wanted::by(COLUMNS.map(|column| column.id));
        assert!(all.has(Need::RunQueue) && all.has(Need::Ports) && all.has(Need::Cgroup));
        assert!(all.exceeds(wanted) && !wanted.exceeds(all) && !all.exceeds(all));
        assert_eq!(wanted.and([Need::Io]), wanted);
        let looking = wanted.looking_at(Facts::ALL);
        assert!(looking.exceeds(wanted) && looking.has(Need::Io) && !wanted.exceeds(looking));
    }
}
