//! What a fault declares, and the pools that it is compared with.

use serde::{Deserialize, Serialize};

use super::trial::{Surprise, Trial};

/// The pools that were put through the same faults, with two workers each, in the order of [`Fault::elsewhere`]. "hang"
/// is no answer within 4 to 5 s where one was due.
///
/// A short name each, and the whole one.
pub const POOLS: [(&str, &str); 6] = [
    ("MP", "multiprocessing 3.11"),
    ("CF", "concurrent.futures 3.11"),
    ("loky", "loky 3.7"),
    ("pebble", "pebble 5.2.3"),
    ("mpire", "mpire 2.10"),
    ("billiard", "billiard 4.3.2"),
];

/// What happened here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// In a few words.
    pub words: String,
    /// How long what was due took, seconds.
    pub seconds: f64,
}

/// One fault.
#[derive(Debug)]
pub struct Fault {
    /// What it is called on the command line.
    pub key: &'static str,
    /// What is done, and what is looked at.
    pub title: &'static str,
    /// What happened in each of [`POOLS`]; `None` where nobody measured.
    pub elsewhere: Option<[&'static str; 6]>,
    /// Provokes it; an error if anything surprises.
    pub(super) provoke: fn(&Trial) -> Result<Shown, Surprise>,
}
