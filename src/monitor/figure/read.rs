//! How a figure is read from a row, and what follows from what it is.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Direction;
use super::cell::{CellContext, parent_text, started_text};
use crate::monitor::ports::Ports;
use crate::monitor::process::ProcessRow;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::unit::{CpuUnit, bytes_text, cpu_time_text, percent_text};

pub type ReadAs<T> = fn(&ProcessRow) -> Reading<T>;
pub type ReadText = for<'a> fn(&'a ProcessRow) -> Reading<&'a str>;
pub type ReadPorts = for<'a> fn(&'a ProcessRow) -> Reading<&'a Ports>;

/// What a figure is, with its reader.
#[derive(Clone, Copy, Debug)]
pub enum Read {
    /// Words of people, in the order of a dictionary.
    Text(ReadText),
    /// A path or a word of the system, in the order of its bytes.
    Path(ReadText),
    /// How many, or a number that names something.
    Count(ReadAs<u64>),
    /// The same, below 0 too.
    Signed(ReadAs<i32>),
    /// Bytes.
    Bytes(ReadAs<u64>),
    /// Bytes a second since the look before.
    Rate(ReadAs<f64>),
    /// CPU use since the look before, percent of one core.
    CpuUse(ReadAs<f32>),
    /// A share of the time since the look before, percent.
    Percent(ReadAs<f32>),
    /// CPU time, seconds.
    Seconds(ReadAs<f64>),
    /// When it began: by the key, which does not move with the clock.
    Start,
    /// Its parent, by the pid.
    Parent,
    /// Where it listens.
    Ports(ReadPorts),
}

impl Read {
    pub const fn is_number(&self) -> bool {
        !matches!(
            self,
            Self::Text(_) | Self::Path(_) | Self::Start | Self::Parent | Self::Ports(_)
        )
    }

    pub const fn is_over_time(&self) -> bool {
        matches!(self, Self::Rate(_) | Self::CpuUse(_) | Self::Percent(_))
    }

    pub fn words<'a>(&self, row: &'a ProcessRow) -> Option<&'a str> {
        match self {
            Self::Text(read) | Self::Path(read) => read(row).ok(),
            _ => None,
        }
    }

    pub fn number(&self, row: &ProcessRow) -> Reading<f64> {
        match self {
            Self::Count(read) | Self::Bytes(read) => read(row).map(|number| number as f64),
            Self::Signed(read) => read(row).map(f64::from),
            Self::Rate(read) | Self::Seconds(read) => read(row),
            Self::CpuUse(read) | Self::Percent(read) => read(row).map(f64::from),
            Self::Parent => Ok(row.ppid.into()),
            Self::Text(_) | Self::Path(_) | Self::Start | Self::Ports(_) => {
                Err(Unread::NotApplicable)
            }
        }
    }

    pub fn number_text(&self, number: f64, cpu_unit: CpuUnit) -> String {
        match self {
            Self::Bytes(_) => bytes_text(number as u64),
            Self::Rate(_) => bytes_text(number.round() as u64),
            Self::CpuUse(_) => percent_text(cpu_unit.percent(number as f32)),
            Self::Percent(_) => percent_text(number as f32),
            Self::Seconds(_) => cpu_time_text(number),
            _ => format!("{number:.0}"),
        }
    }

    pub fn cell<'a>(&self, row: &'a ProcessRow, context: CellContext<'a>) -> Reading<Cow<'a, str>> {
        match self {
            Self::Text(read) | Self::Path(read) => read(row).map(Cow::Borrowed),
            Self::Count(read) => read(row).map(|count| count.to_string().into()),
            Self::Signed(read) => read(row).map(|number| number.to_string().into()),
            Self::Start => started_text(row.create_time, context),
            Self::Parent => parent_text(row, context),
            Self::Ports(read) => read(row).map(|ports| ports.text().into()),
            _ => {
                let text = |number| self.number_text(number, context.cpu_unit).into();
                self.number(row).map(text)
            }
        }
    }

    pub fn compare(&self, a: &ProcessRow, b: &ProcessRow, direction: Direction) -> Ordering {
        match self {
            Self::Text(read) => unread_last(read(a), read(b), direction, |a, b| text_order(a, b)),
            Self::Path(read) => unread_last(read(a), read(b), direction, Ord::cmp),
            Self::Count(read) | Self::Bytes(read) => {
                unread_last(read(a), read(b), direction, Ord::cmp)
            }
            Self::Signed(read) => unread_last(read(a), read(b), direction, Ord::cmp),
            Self::Rate(read) | Self::Seconds(read) => {
                unread_last(read(a), read(b), direction, f64::total_cmp)
            }
            Self::CpuUse(read) | Self::Percent(read) => {
                unread_last(read(a), read(b), direction, f32::total_cmp)
            }
            Self::Start => directed(a.key.start_ticks.cmp(&b.key.start_ticks), direction),
            Self::Parent => unread_last(parent(a), parent(b), direction, Ord::cmp),
            Self::Ports(read) => {
                let listening = |row| read(row).and_then(listening);
                unread_last(listening(a), listening(b), direction, Ord::cmp)
            }
        }
    }
}

/// Who listens nowhere has nothing to be ordered by.
fn listening(ports: &Ports) -> Reading<&[u16]> {
    match &*ports.listening {
        [] => Err(Unread::NotApplicable),
        ports => Ok(ports),
    }
}

fn parent(row: &ProcessRow) -> Reading<u32> {
    match row.ppid {
        0 => Err(Unread::NotApplicable),
        ppid => Ok(ppid),
    }
}

fn directed(order: Ordering, direction: Direction) -> Ordering {
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}

fn unread_last<T>(
    a: Reading<T>,
    b: Reading<T>,
    direction: Direction,
    order: impl FnOnce(&T, &T) -> Ordering,
) -> Ordering {
    match (a.ok(), b.ok()) {
        (Some(a), Some(b)) => directed(order(&a, &b), direction),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// As in a dictionary: case matters only between words that are otherwise the same.
pub fn text_order(a: &str, b: &str) -> Ordering {
    let folded = a.bytes().map(|byte| byte.to_ascii_lowercase());
    folded
        .cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
        .then_with(|| a.cmp(b))
}
