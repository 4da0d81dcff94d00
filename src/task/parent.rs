//! A process that starts a process of its own, which a daemon may not.

use super::declaration::{TaskDeclaration, TaskKind, call_of};
use super::parameter::{Arguments, Bound, Parameter, ParameterKind};
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "parent",
    summary: "task-parent",
    kind: TaskKind::Process,
    computes: false,
    parameters: &[Parameter {
        name: "name",
        kind: ParameterKind::Text,
        help: "task-parent-name",
    }],
    run,
};

fn run(context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    let (pid, name) = (context.pid(), arguments.text("name"));
    context.print(format_args!("pid={pid} {name} starts a child"));
    let arguments = Arguments {
        args: vec![Value::Str(format!("child of {name}"))],
        ..Arguments::default()
    };
    let child = context.start_process(call_of("run", &arguments.args, &arguments.kwargs))?;
    let joined = child.join(None).and_then(|()| child.exitcode());
    let code = joined.map_err(|error| RemoteError::new("AssertionError", error.to_string()))?;
    context.print(format_args!(
        "pid={pid} {name} has joined its child: exit code {}",
        code.unwrap_or_default()
    ));
    Ok(Value::Null)
}
