//! The main process of a run: what `proclab run` is.
//!
//! - [`program`]: the main's own code, call by call, as the listing shows it.
//! - [`steps`]: tells of each call when it is entered and when it returns.
//! - [`standstill`]: the whole of a run that its terminal stops stands still.
//! - [`stop`]: how a run is stopped, by a signal, a request or a reader that has gone.
//! - [`control`]: what whoever watches the run asks of it.
//! - [`guarding`]: replaces a guard that is killed.
//! - [`sampling`]: once a second, what each process uses.
//! - [`lifecycle`]: from the first event to the last, with guard, engine and whoever reads.

mod control;
mod guarding;
mod lifecycle;
mod program;
mod sampling;
mod standstill;
mod steps;
mod stop;

pub use control::Control;
pub use lifecycle::{Ended, Launch, MainError, Reader, drawn_seed, run};
pub use stop::{INTERRUPTED, TERMINATED};
