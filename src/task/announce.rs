//! An initializer that shows when and where it runs.

use super::declaration::{TaskDeclaration, TaskKind};
use super::parameter::{Bound, Parameter, ParameterKind};
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "announce",
    summary: "task-announce",
    kind: TaskKind::Initializer,
    computes: false,
    parameters: &[Parameter {
        name: "text",
        kind: ParameterKind::Text,
        help: "task-announce-text",
    }],
    run,
};

#[expect(clippy::unnecessary_wraps, reason = "every task has this form")]
fn run(context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    let pid = context.pid();
    context.print(format_args!("pid={pid} {}", arguments.text("text")));
    Ok(Value::Null)
}
