//! `Queue`: items from process to process.
//!
//! [`core`] is the state machine without I/O, which also says what a child may do without asking; [`handle`] is what people
//! call in the main, [`typed`] the same for items of one type. The engine carries out what the core decides; children call through their context.

pub(crate) mod core;
mod handle;
pub(crate) mod typed;

pub use handle::Queue;
pub use typed::TypedQueue;
