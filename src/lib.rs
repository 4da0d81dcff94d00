//! Proclab: a desktop laboratory for operating-system processes.
//!
//! The house, from the cellar to the roof; nothing knows what stands above it (`tests/house` keeps it so):
//!
//! - [`text`]: the message catalogue, for window and terminal.
//! - [`os`]: what the operating system offers about processes, as safe calls: identity, signals, how a process ended.
//! - [`monitor`]: what runs on this machine: a sampler publishes immutable snapshots in which a missing value says why.
//! - [`multiprocess`]: `Process`, `Queue` and `Pool` in real OS processes; a library in its own right.
//! - [`task`]: what a worker can be asked to run, each task declared once.
//! - [`run`]: one launch: its configuration, the main process that carries it out, and the one stream of events in which
//!   the window, the terminal, a recording and every test see it.
//! - [`selftest`]: provokes the faults that a process pool must survive, and says what happened.
//! - `app` (feature `gui`) and [`cli`]: the window and the terminal. Neither knows the other.

// What stands in tests and is used by unit tests, too, names the crate as other tests do.
#[cfg(test)]
extern crate self as proclab;

#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
pub mod monitor;
pub mod multiprocess;
pub mod os;
pub mod run;
pub mod selftest;
pub mod task;
pub mod text;
