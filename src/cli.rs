//! The terminal: one file a subcommand.
//!
//! Machine-readable output goes to standard output, everything about it to standard error. [`command_line`] declares the
//! commands, [`exit`] the exit codes, [`output`] is how every command writes.

mod command_line;
mod diff;
mod exit;
mod growing_file;
mod lessons;
mod output;
mod recorded;
mod replay;
mod rhythm;
mod run;
mod selection;
mod selftest;
mod snapshot;
mod tasks;
mod terminal_log;
mod watch;
mod words;

pub use command_line::{Invocation, run};
pub use exit::{CANNOT_START, FAILED, WRONG_USAGE};
pub use output::tell;
