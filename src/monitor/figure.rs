//! The figures: every fact of a process that the table, the filter, sums, curves and comparisons have, each declared once.
//!
//! An entry of `list` says how a figure is read from a row, and what it is ([`Read`]): its text, alignment, unit, order and
//! number follow from that. It also says whether it is summed, by which keys the filter knows it, whether it has a curve, and
//! where it stands in the document. Title and help stand in the catalogue, by [`Figure::title_key`]. To add a figure: an entry
//! in the list, and what a source reads for it.

mod cell;
mod list;
mod read;

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::{Serialize, Serializer};

pub use cell::CellContext;
pub(super) use list::SUMMED;
pub use list::{COLUMNS, CURVED, Extra, FIGURES, FigureId, GROWING, Need};
pub(super) use read::text_order;

use super::ends::Ended;
use super::fact::Facts;
use super::filter::FilterKey;
use super::process::ProcessRow;
use super::reading::Reading;
use super::unit::{CpuUnit, bytes_text, cpu_time_text};
use read::Read;

/// Where the text of a cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// How the values of several processes add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// Each counts for itself.
    Apart,
    /// What several processes share is counted in each of them: the sum is an upper bound.
    Overlapping,
}

/// What there is to know about a figure.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Which one.
    pub id: FigureId,
    /// Its stable name in settings, on the command line and in documents: psutil's where it has one.
    pub key: &'static str,
    /// Key of the title in the message catalogue; `..-help` and `..-unit` are the keys of help and unit.
    pub title_key: &'static str,
    /// Whether the numbers have a unit as a second line of the header: cells do not carry it.
    pub has_unit: bool,
    /// Where the text stands.
    pub align: Align,
    /// Width of the column at first, points.
    pub default_width: f32,
    /// Whether the column is shown at first.
    pub is_default: bool,
    /// The order on the first click: numbers largest first, texts from A.
    pub first_direction: Direction,
    /// What must be read for it beyond what is read anyway.
    pub needs: Option<Need>,
    /// What hardly ever changes and it goes by.
    pub facts: Facts,
    /// How it is added up; `None` if that makes no sense.
    pub sum: Option<Sum>,
    /// Its keys in the language of the filter.
    pub filter: &'static [FilterKey],
    /// Whether its last ten minutes are kept of processes that are followed.
    pub has_curve: bool,
    /// Its places in the document, e.g. `memory_info.rss`; if there are several, it is their sum.
    pub field: &'static [&'static str],
    read: Read,
    after_end: Option<fn(&Ended) -> Option<f64>>,
}

/// What a declaration says beyond name and reader.
impl Figure {
    const fn new(id: FigureId, key: &'static str, title_key: &'static str, read: Read) -> Self {
        let is_number = read.is_number();
        Self {
            id,
            key,
            title_key,
            has_unit: read.is_over_time(),
            align: if is_number { Align::Right } else { Align::Left },
            default_width: match read {
                Read::Bytes(_) | Read::Rate(_) => 88.0,
                _ if is_number => 72.0,
                _ => 120.0,
            },
            is_default: false,
            first_direction: if is_number || matches!(read, Read::Start) {
                Direction::Descending
            } else {
                Direction::Ascending
            },
            needs: None,
            facts: Facts::NONE,
            sum: None,
            filter: &[],
            has_curve: false,
            field: &[],
            read,
            after_end: None,
        }
    }

    /// Shown at first.
    const fn shown(mut self) -> Self {
        self.is_default = true;
        self
    }

    const fn width(mut self, points: f32) -> Self {
        self.default_width = points;
        self
    }

    const fn on_demand(mut self, need: Need) -> Self {
        self.needs = Some(need);
        self
    }

    const fn made_of(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }

    const fn summed(mut self, sum: Sum) -> Self {
        self.sum = Some(sum);
        self
    }

    const fn filtered(mut self, keys: &'static [FilterKey]) -> Self {
        self.filter = keys;
        self
    }

    /// What of a process that has ended is compared instead of what only the living have.
    const fn after_end(mut self, read: fn(&Ended) -> Option<f64>) -> Self {
        self.after_end = Some(read);
        self
    }

    const fn curved(mut self) -> Self {
        self.has_curve = true;
        self
    }

    const fn in_document(mut self, places: &'static [&'static str]) -> Self {
        self.field = places;
        self
    }
}

impl Figure {
    /// Whether it is over the time between two looks.
    pub const fn is_over_time(&self) -> bool {
        self.read.is_over_time()
    }

    /// The fields of the document that have it.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        let heads = self.field.iter();
        heads.map(|place| place.split_once('.').map_or(*place, |(field, _)| field))
    }

    /// Its text, where it is one that a row has.
    pub fn words<'a>(&self, row: &'a ProcessRow) -> Option<&'a str> {
        self.read.words(row)
    }

    /// Its number: what is summed, filtered by and drawn. `NotApplicable` for texts.
    pub fn number(&self, row: &ProcessRow) -> Reading<f64> {
        self.read.number(row)
    }

    /// A number of it, or the sum of several, as a cell shows it.
    pub fn number_text(&self, number: f64, cpu_unit: CpuUnit) -> String {
        self.read.number_text(number, cpu_unit)
    }

    /// What a process that has ended is ordered by.
    pub fn number_after_end(&self, ended: &Ended) -> Option<f64> {
        self.after_end?(ended)
    }

    /// By how much it has grown, without its sign.
    pub fn growth_text(&self, number: f64) -> String {
        match self.read {
            Read::Bytes(_) => bytes_text(number as u64),
            // A little work is what one looks for here.
            Read::Seconds(_) if number < 60.0 => format!("{number:.2} s"),
            Read::Seconds(_) => cpu_time_text(number),
            _ => (number as u64).to_string(),
        }
    }
}

impl FigureId {
    /// What there is to know about it.
    pub fn figure(self) -> &'static Figure {
        // The macro makes both in one order.
        &FIGURES[self as usize]
    }

    /// The figure whose column has this key.
    pub fn from_key(key: &str) -> Option<Self> {
        let column = COLUMNS.iter().find(|column| column.key == key);
        column.map(|column| column.id)
    }

    /// The text of a cell, made on demand: only what is in sight is ever formatted.
    pub fn cell<'a>(self, row: &'a ProcessRow, context: CellContext<'a>) -> Reading<Cow<'a, str>> {
        self.figure().read.cell(row, context)
    }

    /// Order of two rows by this figure. Rows without a value stand last in *both* directions; equal rows are told apart by
    /// the caller.
    pub fn compare(self, a: &ProcessRow, b: &ProcessRow, direction: Direction) -> Ordering {
        self.figure().read.compare(a, b, direction)
    }
}

impl Facts {
    /// By what rows are sorted, where these figures decide.
    pub fn of_sort(figures: impl IntoIterator<Item = FigureId>) -> Self {
        let facts = figures.into_iter().map(|id| id.figure().facts);
        facts.fold(Self::NONE, Self::and)
    }
}

impl Serialize for FigureId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.figure().key)
    }
}

#[cfg(test)]
mod tests;
