//! What a row has only while somebody wants it: each needs a file more of every process, which would double what watching
//! costs.

use super::fact::{Facts, Freshness};
use super::figure::FigureId;
pub use super::figure::{Extra, Need};

/// Which of them are wanted, and what of the rest is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Wanted {
    needs: u32,
    /// What the rows are filtered and sorted by, or what is told of all of them.
    pub facts: Facts,
    /// How fresh that shall be.
    pub freshness: Freshness,
}

impl Wanted {
    /// What these figures need.
    pub fn by(figures: impl IntoIterator<Item = FigureId>) -> Self {
        Self::default().and(figures.into_iter().filter_map(|id| id.figure().needs))
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

    const fn bit(need: Need) -> u32 {
        1 << need as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::COLUMNS;

    #[test]
    fn columns_say_what_they_need() {
        let at_first = COLUMNS.iter().filter(|column| column.is_default);
        assert!(Wanted::by(at_first.map(|column| column.id)).is_empty());
        let wanted = Wanted::by([FigureId::Name, FigureId::IoWrite, FigureId::IoRead]);
        assert!(wanted.has(Need::Io) && !wanted.has(Need::Descriptors));
        let all = Wanted::by(COLUMNS.map(|column| column.id));
        assert!(all.has(Need::RunQueue) && all.has(Need::Ports) && all.has(Need::Cgroup));
        assert!(all.exceeds(wanted) && !wanted.exceeds(all) && !all.exceeds(all));
        assert_eq!(wanted.and([Need::Io]), wanted);
        let looking = wanted.looking_at(Facts::ALL);
        assert!(looking.exceeds(wanted) && looking.has(Need::Io) && !wanted.exceeds(looking));
    }
}
