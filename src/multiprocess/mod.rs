//! `Process`, `Queue` and `Pool` in real operating-system processes, with the names and the order of Python's
//! `multiprocessing`.
//!
//! A library in its own right: it knows only [`crate::os`], neither values nor JSON; what is called with what is opaque
//! bytes here. A child is this program started again ([`worker::enter`] is the first line of its `main`), over one private
//! channel each.

mod board;
mod engine;
pub mod error;
pub mod observer;
mod pool;
mod process;
mod queue;
mod result;
mod spawn;
pub mod wire;
pub mod worker;

pub use engine::{Engine, EngineError, EngineOptions};
pub use pool::{ApplyError, ApplyOptions, Pool, PoolOptions};
pub use process::Process;
pub use queue::{Queue, TypedQueue};
pub use result::{AsyncResult, GetError};
