//! The whole program: the real binary, real processes. Every wait has a deadline, and every test checks that nothing of
//! its runs is left over.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

mod bad_input;
mod control;
mod control_pool;
mod diff;
mod driver;
mod ends;
mod examples;
mod faults;
mod few_descriptors;
mod foreign_proc;
mod groups;
mod hidden;
mod huge_pages;
mod language;
mod lessons;
mod limits;
mod names;
#[cfg(feature = "gui")]
mod no_window;
mod output;
mod proc_gone;
#[path = "../scripted/pseudo.rs"]
mod pseudo;
mod psutil;
mod readme;
mod recordings;
mod signals;
mod watch;
