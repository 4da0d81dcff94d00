//! A task that takes its worker with it, as the kernel does when memory runs out: no `except` sees it coming.

use rustix::process::{Signal, getpid, kill_process};

use super::declaration::{TaskDeclaration, TaskKind};
use super::nap;
use super::parameter::Bound;
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "crash",
    summary: "task-crash",
    kind: TaskKind::Work,
    computes: false,
    parameters: nap::PARAMETERS,
    run,
};

fn run(context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    nap::begin(context, arguments);
    // Nothing of this process comes back from here, unless the system refuses.
    let error = match kill_process(getpid(), Signal::KILL) {
        Ok(()) => "the kill had no effect".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(RemoteError::new("OSError", error))
}
