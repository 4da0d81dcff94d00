//! The engine: starts children, moves bytes between them and carries out what the state machines of pools and queues
//! decide.
//!
//! - [`handle`]: [`Engine`], what people hold.
//! - [`state`]: what is known, behind one short lock; calls and messages go in, [`state::Action`]s come out.
//! - [`driver`]: one round: carries out actions, waits for the children, reads and writes, reaps.
//! - [`turns`]: who drives: whoever waits for something, or the engine's own thread when nobody does; [`waiting`]: those who
//!   wait while another drives.
//! - [`own_thread`]: that thread. It alone starts children, because they die with the thread that started them.
//! - [`reserve`]: descriptors that are kept for the next starts.
//! - [`child`]: one child's descriptors and buffers; [`messages`]: what it says. [`crate::os::output`] reads its pipes,
//!   [`crate::os::ladder`] how it is ended.
//!
//! Nothing is read or written under the lock. The engine installs no signal handlers and reaps only its own children.

mod child;
mod driver;
mod handle;
mod messages;
mod out;
mod own_thread;
mod reserve;
pub(crate) mod state;
mod turns;
mod waiting;

pub(crate) use handle::Shared;
pub use handle::{Engine, EngineError, EngineOptions};
pub(crate) use waiting::Topic;
