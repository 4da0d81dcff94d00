//! A task that goes wrong as tasks do: it raises, and its worker lives on.

use super::declaration::{TaskDeclaration, TaskKind};
use super::nap;
use super::parameter::Bound;
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "fail",
    summary: "task-fail",
    kind: TaskKind::Work,
    computes: false,
    parameters: nap::PARAMETERS,
    run,
};

fn run(context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    let key = nap::begin(context, arguments);
    Err(RemoteError::new(
        "ValueError",
        format!("{key} does not work out"),
    ))
}
