//! A row: what is measured, by whom, and how much of it.

use super::figure::{Figure, Figures};

/// How many workers a pool has, ours and every peer's.
pub const WORKERS: usize = 2;

/// One round of ours, of so many operations, with everything fresh.
pub type Round = fn(u64) -> anyhow::Result<Figures>;

/// One thing that is measured.
#[derive(Debug)]
pub struct Row {
    /// What filters and peers call it.
    pub name: &'static str,
    /// One sentence without a full stop.
    pub what: &'static str,
    /// Our variant.
    pub ours: Round,
    /// Whom it is compared with.
    pub rivals: &'static [Rival],
    /// How much one round does.
    pub size: Size,
    /// What a round gives.
    pub figures: &'static [Figure],
    /// Whether a peer's interpreter is there only during its own rounds.
    pub alone: bool,
    /// Whether it is measured beside busy processes too.
    pub beside_hogs: bool,
}

/// Whom a row is compared with.
#[derive(Clone, Copy, Debug)]
pub enum Rival {
    /// A peer of `peers.py`.
    Python(&'static str),
    /// Another way of our own, by what the table calls it.
    Own(&'static str, Round),
    /// A program that may be installed, by its name.
    Program(&'static str, Round),
}

/// How much one round does.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// What it does once is all there is.
    Once,
    /// Always so many operations.
    Fixed(u64),
    /// Ours always does the most; each rival as many as take a round's time, between these, for rates are compared.
    MostForOurs {
        /// The fewest of a rival.
        least: u64,
        /// The most.
        most: u64,
    },
    /// As many operations as take a round's time, between these: each variant its own number, for rates are compared.
    Timed {
        /// The fewest.
        least: u64,
        /// The most.
        most: u64,
    },
}
