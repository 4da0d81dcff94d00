//! The figures of a process that can grow, as documents have them ([`GROWING`]).

use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::monitor::document::ProcessRecord;
use crate::monitor::figure::{FigureId, GROWING};

/// A figure's value in a record; `None` if that does not have it.
pub(super) fn read(id: FigureId, process: &ProcessRecord) -> Option<f64> {
    match id.figure().field {
        [place] => process.number(place),
        places => {
            let sum: Option<f64> = places.iter().map(|place| process.number(place)).sum();
            // To the tick of the clock; sums of such fractions have noise behind it.
            sum.map(|sum| (sum * 100.0).round() / 100.0)
        }
    }
}

/// Bytes and counts as the whole numbers that they are.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
pub(super) fn number<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
    if value.fract() == 0.0 {
        to.serialize_i64(*value as i64)
    } else {
        to.serialize_f64(*value)
    }
}

pub(super) fn numbers<S: Serializer>(
    figures: &BTreeMap<FigureId, f64>,
    to: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Number(#[serde(serialize_with = "number")] f64);
    let numbers = figures.iter().map(|(id, &value)| (*id, Number(value)));
    in_order(&numbers.collect(), to)
}

/// By figure, in the order in which a comparison has them.
pub(super) fn in_order<T: Serialize, S: Serializer>(
    figures: &BTreeMap<FigureId, T>,
    to: S,
) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(figures.len()))?;
    for id in GROWING {
        if let Some(value) = figures.get(&id) {
            map.serialize_entry(&id, value)?;
        }
    }
    map.end()
}
