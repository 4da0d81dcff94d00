//! `Pool`: so many workers, one queue of tasks.
//!
//! [`core`] is the state machine without I/O. What people call: [`handle`] with opaque calls, [`typed`] with
//! functions. [`promise`] is where a task's result goes: to one who waits, or first through [`callbacks`] and their thread,
//! as [`options`] say. The engine carries out what the core decides.

pub(crate) mod callbacks;
pub(crate) mod core;
mod handle;
mod options;
pub(crate) mod promise;
mod typed;

pub use handle::{ApplyError, Pool, PoolOptions};
pub use options::ApplyOptions;
