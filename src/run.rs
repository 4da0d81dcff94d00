//! One launch: its configuration, the main process that carries it out, and the stream of events in which all others see
//! it.
//!
//! Knows `multiprocess`, `task` and `os`. The window and the terminal never run workers: they start a main process and
//! read its events.

pub mod call;
pub mod children;
pub mod client;
pub mod config;
pub mod event;
pub mod event_translator;
pub mod gate;
pub mod guard;
pub mod kinds;
pub mod lesson;
pub mod listing;
pub mod log;
pub mod main_process;
mod preview;
pub mod program;
pub mod record;
pub mod refusal;
pub mod request;
pub mod state;
pub mod stream;
pub mod validate;
mod whole;
