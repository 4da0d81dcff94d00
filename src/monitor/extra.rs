//! What a row has only while somebody wants it: each needs a file more of every process, which would double what watching
//! costs.

use super::column::ColumnId;
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
}

/// Which of them are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Wanted(u8);

impl Wanted {
    /// What these columns need.
    pub fn by(columns: impl IntoIterator<Item = ColumnId>) -> Self {
        let needs = columns.into_iter().filter_map(|id| id.column().needs);
        Self(needs.fold(0, |set, need| set | Self::bit(need)))
    }

    /// True if this is wanted.
    pub const fn has(self, need: Need) -> bool {
        self.0 & Self::bit(need) != 0
    }

    /// True if nothing is.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    const fn bit(need: Need) -> u8 {
        1 << need as u8
    }
}

/// What was read because it was wanted; the rest is `NotSampled`. Rates need two samples, and are over the time between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extra {
    /// Fetched from disk, bytes a second.
    pub io_read_rate: Reading<f64>,
    /// Sent to disk, bytes a second.
    pub io_write_rate: Reading<f64>,
    /// Open descriptors of every kind.
    pub num_fds: Reading<u64>,
    /// Time that the first thread was ready to run and had no CPU, percent.
    pub run_queue_percent: Reading<f32>,
}

impl Extra {
    /// Nothing was wanted.
    pub const NONE: Self = Self {
        io_read_rate: Reading::NotSampled,
        io_write_rate: Reading::NotSampled,
        num_fds: Reading::NotSampled,
        run_queue_percent: Reading::NotSampled,
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
        for need in [Need::Io, Need::Descriptors, Need::RunQueue] {
            assert!(all.has(need), "{need:?}");
        }
    }
}
