//! Sums over several processes, and how far each can be believed.

use super::figure::{FigureId, SUMMED, Sum as Adds};
use super::process::ProcessRow;
use super::reading::{Reading, Unread};
use super::unit::CpuUnit;

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
            sums: SUMMED.map(|id| Sum::of(id.figure().number(row))),
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

    /// Whether a figure's values can be added up.
    pub fn is_summed(id: FigureId) -> bool {
        id.figure().sum.is_some()
    }

    fn sum(&self, id: FigureId) -> Option<&Sum> {
        let place = SUMMED.iter().position(|summed| *summed == id)?;
        self.sums.get(place).filter(|sum| sum.known > 0)
    }

    /// The sum of a figure; `None` if it has none or no value is known.
    pub fn amount(&self, id: FigureId) -> Option<f64> {
        self.sum(id).map(|sum| sum.amount)
    }

    /// How far the sum of a figure can be believed.
    pub fn bound(&self, id: FigureId) -> Option<Bound> {
        let sum = self.sum(id)?;
        let overlaps = id.figure().sum == Some(Adds::Overlapping) && sum.known > 1;
        Some(match (overlaps, sum.missing) {
            (false, 0) => Bound::Exact,
            (false, _) => Bound::AtLeast,
            (true, 0) => Bound::AtMost,
            (true, _) => Bound::About,
        })
    }

    /// The sum of a figure as a cell shows it, with the sign of its bound.
    pub fn text(&self, id: FigureId, cpu_unit: CpuUnit) -> Option<String> {
        let amount = self.amount(id)?;
        let text = id.figure().number_text(amount, cpu_unit);
        Some(format!("{}{text}", self.bound(id)?.sign()))
    }
}

impl Sum {
    fn of(reading: Reading<f64>) -> Self {
        match reading {
            Ok(amount) => Self {
                amount,
                known: 1,
                missing: 0,
            },
            // There is nothing to add.
            Err(Unread::NotApplicable | Unread::Zombie) => Self::default(),
            _ => Self {
                amount: 0.0,
                known: 0,
                missing: 1,
            },
        }
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
        let mut totals = with(Ok(1.5), Ok(1 << 20));
        assert_eq!(
            totals.text(FigureId::Memory, CpuUnit::OneCore).unwrap(),
            "1.0 MB"
        );
        totals.add(&with(Err(Unread::NotSampled), Ok(1 << 20)));
        assert_eq!(
            totals.text(FigureId::Memory, CpuUnit::OneCore).unwrap(),
            "≤ 2.0 MB"
        );
        assert_eq!(
            totals.text(FigureId::Cpu, CpuUnit::OneCore).unwrap(),
            "≥ 1.5"
        );
        assert_eq!(
            totals.text(FigureId::Threads, CpuUnit::OneCore).unwrap(),
            "2"
        );
        totals.add(&with(Ok(0.0), Err(Unread::Denied)));
        assert_eq!(totals.bound(FigureId::Memory), Some(Bound::About));
        assert_eq!(totals.count, 3);
    }

    #[test]
    fn what_has_no_memory_leaves_a_sum_exact_and_the_unknown_is_no_zero() {
        let mut totals = with(Ok(1.0), Ok(1 << 20));
        totals.add(&with(Ok(1.0), Err(Unread::Zombie)));
        totals.add(&with(Ok(1.0), Err(Unread::NotApplicable)));
        assert_eq!(totals.bound(FigureId::Memory), Some(Bound::Exact));
        let unknown = with(Err(Unread::NotSampled), Err(Unread::Denied));
        assert_eq!(unknown.text(FigureId::Cpu, CpuUnit::OneCore), None);
        assert_eq!(unknown.amount(FigureId::Memory), None);
        assert_eq!(unknown.text(FigureId::Name, CpuUnit::OneCore), None);
    }
}
