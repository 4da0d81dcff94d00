//! The child's side: what a program does that was started as a worker.
//!
//! [`enter`] is the first line of `main`; it recognises a worker by its first argument, never by its environment, which
//! would leak into grandchildren. Whatever can be asked of a worker is found in its [`Registry`].

mod channel;
mod children;
mod context;
mod current;
mod duty;
mod outbox;
mod queues;
mod random;

pub use context::Context;
pub(crate) use current::current;
pub use duty::{ARGUMENT, TITLE, enter};
pub use queues::ItemQueue;
pub use random::Random;

use super::error::RemoteError;

/// What a worker program can run, found by name.
pub trait Registry {
    /// Runs the function `target` with encoded arguments and returns its encoded value.
    fn call(
        &self,
        target: &str,
        payload: &[u8],
        context: &mut Context,
    ) -> Result<Vec<u8>, RemoteError>;
}
