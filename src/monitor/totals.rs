//! Sums over several processes, and how far each can be believed.

use super::column::ColumnId;
use super::process::ProcessRow;
use super::reading::Reading;
use super::unit::{CpuUnit, bytes_text, cpu_time_text, percent_text};

/// The columns whose values can be added up.
const SUMMED: [ColumnId; 7] = [
    ColumnId::Cpu,
    ColumnId::Memory,
    ColumnId::Threads,
    ColumnId::UserTime,
    ColumnId::SystemTime,
    ColumnId::IoRead,
    ColumnId::IoWrite,
];

/// How a sum relates to what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is just that.
    Exact,
    /// Some values are missing: it is that or more.
    AtLeast,
    /// Memory: pages that several share are counted in each of them, so it is that or less.
    AtMost,
    /// Memory with values missing: nothing is certain.
    About,
}

impl Bound {
    /// The sign before the number.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::AtLeast => "≥ ",
            Self::AtMost => "≤ ",
            Self::About => "~ ",
        }
    }
}

/// What several processes take together.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Totals {
    /// How many they are.
    pub count: u32,
    sums: [Sum; SUMMED.len()],
}

#[derive(Clone, Copy, Debug, PartialEq, Default)]
struct Sum {
    amount: f64,
    known: u32,
    missing: u32,
}

impl Totals {
    /// Those of one process.
    pub fn of(row: &ProcessRow) -> Self {
        Self {
            count: 1,
            sums: SUMMED.map(|column| Sum::of(amount(column, row))),
        }
    }

    /// Adds those of others.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        for (sum, more) in self.sums.iter_mut().zip(&other.sums) {
            sum.amount += more.amount;
            sum.known += more.known;
            sum.missing += more.missing;
        }
    }

    /// Whether a column's values can be added up.
    pub fn is_summed(column: ColumnId) -> bool {
        SUMMED.contains(&column)
    }

    fn sum(&self, column: ColumnId) -> Option<&Sum> {
        let place = SUMMED.iter().position(|summed| *summed == column)?;
        self.sums.get(place).filter(|sum| sum.known > 0)
    }

    /// The sum of a column; `None` if it has none or no value is known.
    pub fn amount(&self, column: ColumnId) -> Option<f64> {
        self.sum(column).map(|sum| sum.amount)
    }

    /// How far the sum of a column can be believed.
    pub fn bound(&self, column: ColumnId) -> Option<Bound> {
        let sum = self.sum(column)?;
        let overlaps = column == ColumnId::Memory && sum.known > 1;
        Some(match (overlaps, sum.missing) {
            (false, 0) => Bound::Exact,
            (false, _) => Bound::AtLeast,
            (true, 0) => Bound::AtMost,
            (true, _) => Bound::About,
        })
    }

    /// The sum of a column as a cell shows it, with the sign of its bound.
    pub fn text(&self, column: ColumnId, cpu_unit: CpuUnit) -> Option<String> {
        let amount = self.amount(column)?;
        let text = match column {
            ColumnId::Cpu => percent_text(cpu_unit.percent(amount as f32)),
            ColumnId::Memory | ColumnId::IoRead | ColumnId::IoWrite => bytes_text(amount as u64),
            ColumnId::UserTime | ColumnId::SystemTime => cpu_time_text(amount),
            _ => format!("{amount:.0}"),
        };
        Some(format!("{}{text}", self.bound(column)?.sign()))
    }
}

impl Sum {
    fn of(reading: Reading<f64>) -> Self {
        match reading {
            Reading::Value(amount) => Self {
                amount,
                known: 1,
                missing: 0,
            },
            // There is nothing to add.
            Reading::NotApplicable | Reading::Zombie => Self::default(),
            _ => Self {
                amount: 0.0,
                known: 0,
                missing: 1,
            },
        }
    }
}

/// What a process adds to a column's sum.
fn amount(column: ColumnId, row: &ProcessRow) -> Reading<f64> {
    match column {
        ColumnId::Cpu => row.cpu_percent.map(f64::from),
        ColumnId::Memory => row.rss_bytes.map(|bytes| bytes as f64),
        ColumnId::Threads => row.num_threads.map(f64::from),
        ColumnId::UserTime => row.cpu_times.map(|times| times.user),
        ColumnId::SystemTime => row.cpu_times.map(|times| times.system),
        ColumnId::IoRead => row.extra.io_read_rate,
        ColumnId::IoWrite => row.extra.io_write_rate,
        _ => Reading::NotApplicable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::source::scripted::row;

    fn with(cpu: Reading<f32>, rss: Reading<u64>) -> Totals {
        let mut row = row(1, "a");
        row.cpu_percent = cpu;
        row.rss_bytes = rss;
        Totals::of(&row)
    }

    #[test]
    fn sums_say_how_far_they_can_be_believed() {
        let mut totals = with(Reading::Value(1.5), Reading::Value(1 << 20));
        assert_eq!(
            totals.text(ColumnId::Memory, CpuUnit::OneCore).unwrap(),
            "1.0 MB"
        );
        totals.add(&with(Reading::NotSampled, Reading::Value(1 << 20)));
        assert_eq!(
            totals.text(ColumnId::Memory, CpuUnit::OneCore).unwrap(),
            "≤ 2.0 MB"
        );
        assert_eq!(
            totals.text(ColumnId::Cpu, CpuUnit::OneCore).unwrap(),
            "≥ 1.5"
        );
        assert_eq!(
            totals.text(ColumnId::Threads, CpuUnit::OneCore).unwrap(),
            "2"
        );
        totals.add(&with(Reading::Value(0.0), Reading::Denied));
        assert_eq!(totals.bound(ColumnId::Memory), Some(Bound::About));
        assert_eq!(totals.count, 3);
    }

    #[test]
    fn what_has_no_memory_leaves_a_sum_exact_and_the_unknown_is_no_zero() {
        let mut totals = with(Reading::Value(1.0), Reading::Value(1 << 20));
        totals.add(&with(Reading::Value(1.0), Reading::Zombie));
        totals.add(&with(Reading::Value(1.0), Reading::NotApplicable));
        assert_eq!(totals.bound(ColumnId::Memory), Some(Bound::Exact));
        let unknown = with(Reading::NotSampled, Reading::Denied);
        assert_eq!(unknown.text(ColumnId::Cpu, CpuUnit::OneCore), None);
        assert_eq!(unknown.amount(ColumnId::Memory), None);
        assert_eq!(unknown.text(ColumnId::Name, CpuUnit::OneCore), None);
    }
}
