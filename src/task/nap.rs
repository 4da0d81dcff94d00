//! The tutorial's task of a fixed length: sleeps and comes back.

use super::declaration::{TaskDeclaration, TaskKind};
use super::parameter::{Bound, Parameter, ParameterKind};
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

/// The parameters of every task that does something after a while.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "key",
        kind: ParameterKind::Text,
        help: "task-nap-key",
    },
    Parameter {
        name: "seconds",
        kind: ParameterKind::Integer { min: 0, max: 3600 },
        help: "task-nap-seconds",
    },
];

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "nap",
    summary: "task-nap",
    kind: TaskKind::Work,
    computes: false,
    parameters: PARAMETERS,
    run,
};

#[expect(clippy::unnecessary_wraps, reason = "every task has this form")]
fn run(context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    let key = begin(context, arguments);
    let pid = context.pid();
    context.print(format_args!("pid={pid} end run {key}"));
    Ok(Value::Str(key))
}

/// Says that it starts, and sleeps; returns its name.
pub(super) fn begin(context: &mut Context, arguments: &Bound) -> String {
    let (key, pid) = (arguments.text("key").to_owned(), context.pid());
    context.print(format_args!("pid={pid} start run {key}"));
    context.sleep(arguments.integer("seconds") as f64);
    key
}
