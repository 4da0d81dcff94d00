//! A task that panics has raised: the panic becomes its error.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::multiprocess::error::RemoteError;

thread_local! {
    static PANIC: RefCell<Option<RemoteError>> = const { RefCell::new(None) };
}

/// Runs something; a panic becomes its error.
pub(crate) fn caught<T>(run: impl FnOnce() -> Result<T, RemoteError>) -> Result<T, RemoteError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_payload| {
        Err(PANIC
            .take()
            .unwrap_or_else(|| RemoteError::new("Panic", "the task panicked")))
    })
}

/// A panic is reported once, with its result, instead of on stderr.
pub(super) fn keep_panics_as_text() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("(no text)").to_owned();
        let traceback = info
            .location()
            .map(|place| format!("  at {place}"))
            .unwrap_or_default();
        PANIC.set(Some(RemoteError {
            kind: "Panic".to_owned(),
            message,
            traceback,
        }));
    }));
}
