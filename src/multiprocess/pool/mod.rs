//! `Pool`: so many workers, one queue of tasks.
//!
//! [`core`] is the state machine without I/O, [`callbacks`] the thread that runs callbacks in the main, [`handle`] what
//! people call. The engine carries out what the core decides.

pub(crate) mod callbacks;
pub(crate) mod core;
mod handle;

pub use handle::{ApplyError, ApplyOptions, Pool, PoolOptions};
