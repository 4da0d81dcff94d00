//! The child's side: what a program does that was started as a worker.
//!
//! [`enter`] is the first line of `main`; it recognises a worker by its first argument, never by its environment, which
//! would leak into grandchildren. Whatever can be asked of a worker is found in its [`Registry`].

mod accounts;
mod channel;
mod children;
mod context;
mod current;
mod duty;
mod outbox;
mod panics;
mod queues;
mod random;

pub use context::Context;
pub(crate) use current::current;
pub use duty::{ARGUMENT, TITLE, enter};
pub(crate) use panics::caught;
pub use queues::ItemQueue;
pub use random::Random;

use super::error::RemoteError;
use super::wire::{Bytes, Chunk};

/// What a worker program can run, found by name.
pub trait Registry {
    /// Runs the function `target` with encoded arguments and returns its encoded value: [`Bytes`] come `from` a `Vec<u8>` as it
    /// is, or from a slice.
    fn call(
        &self,
        target: &str,
        payload: &[u8],
        context: &mut Context,
    ) -> Result<Bytes, RemoteError>;

    /// Runs the function `target` once for each item of a map's chunk and returns their encoded results. A registry that
    /// does not say how has no functions that can be mapped.
    fn call_chunk(
        &self,
        target: &str,
        _payload: &[u8],
        _chunk: Chunk,
        _context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        Err(RemoteError::unmappable(target))
    }
}
