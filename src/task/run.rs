//! The tutorial's first process: says when it runs and when it ends, and sleeps in between.

use super::declaration::{TaskDeclaration, TaskKind};
use super::parameter::{Bound, Parameter, ParameterKind};
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "run",
    summary: "task-run",
    kind: TaskKind::Process,
    computes: false,
    parameters: &[Parameter {
        name: "name",
        kind: ParameterKind::Text,
        help: "task-run-name",
    }],
    run,
};

#[expect(clippy::unnecessary_wraps, reason = "every task has this form")]
fn run(context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    let (pid, name) = (context.pid(), arguments.text("name"));
    context.print(format_args!("pid={pid} {name} runs"));
    let seconds = context.uniform(1.0, 4.0);
    context.sleep(seconds);
    context.print(format_args!("pid={pid} {name} ends"));
    Ok(Value::Null)
}
