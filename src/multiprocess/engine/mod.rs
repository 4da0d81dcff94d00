//! The engine: one thread of the main that starts children, moves bytes between them and carries out what the state
//! machines of pools and queues decide.
//!
//! - [`handle`]: [`Engine`], what people hold.
//! - [`state`]: what is known, behind one short lock; calls and messages go in, [`state::Action`]s come out.
//! - [`drive`]: the thread: starts children (it lives as long as they do), polls, reads and writes, reaps.
//! - [`child`]: one child's descriptors and buffers; [`lines`]: lines out of its pipes; [`ladder`]: how it is ended.
//!
//! Nothing is read or written under the lock. The engine installs no signal handlers and reaps only its own children.

mod child;
mod drive;
mod handle;
mod ladder;
mod lines;
pub(crate) mod state;

pub use handle::{Engine, EngineError, EngineOptions};
