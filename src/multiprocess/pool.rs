//! `Pool`: so many workers, one queue of tasks.
//!
//! [`core`] is the state machine without I/O. What people call: [`handle`] with opaque calls, [`typed`] with functions,
//! [`map`] and [`imap`] with many items, read at a [`pace`]. [`promise`] is where a task's result goes: to one who waits, to a [`gathering`] of
//! a map's chunks, or first through [`callbacks`] and their thread, as [`options`] say. The engine carries out what the core
//! decides.

pub(crate) mod callbacks;
pub(crate) mod core;
pub(crate) mod gathering;
mod handle;
mod imap;
mod map;
mod options;
mod pace;
pub(crate) mod promise;
mod typed;
mod workers;

pub use handle::{ApplyError, Pool, PoolOptions};
pub use imap::Imap;
pub use options::ApplyOptions;
pub use workers::{Worker, WorkerState};
