//! The main process of a run: what `proclab run` is.
//!
//! - [`standstill`]: the whole of a run that its terminal stops stands still.
//! - [`control`]: what whoever watches the run asks of it.
//! - [`guarding`]: replaces a guard that is killed.
//! - [`sampling`]: once a second, what each process uses.
//! - [`lifecycle`]: from the first event to the last, with guard, engine and whoever reads.

mod control;
mod guarding;
mod lifecycle;
mod sampling;
mod standstill;

pub use super::program::{INTERRUPTED, TERMINATED};
pub use control::Control;
pub use lifecycle::{Ended, Launch, MainError, Reader, drawn_seed, run};
