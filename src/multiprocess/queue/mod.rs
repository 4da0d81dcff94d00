//! `Queue`: items from process to process.
//!
//! [`core`] is the state machine without I/O, [`handle`] what people call in the main. The engine carries out what the core
//! decides; children call through their context.

pub(crate) mod core;
mod handle;

pub use handle::Queue;
