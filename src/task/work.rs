//! The tutorial's task: says when it starts and ends, sleeps in between, returns a square.

use super::declaration::{TaskDeclaration, TaskKind};
use super::parameter::{Bound, Parameter, ParameterKind};
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "work",
    summary: "task-work",
    kind: TaskKind::Work,
    computes: false,
    parameters: &[
        Parameter {
            name: "key",
            kind: ParameterKind::Text,
            help: "task-work-key",
        },
        Parameter {
            name: "n",
            kind: ParameterKind::Integer {
                min: i64::MIN,
                max: i64::MAX,
            },
            help: "task-work-n",
        },
    ],
    run,
};

fn run(context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    let (key, n) = (arguments.text("key"), arguments.integer("n"));
    let pid = context.pid();
    context.print(format_args!("pid={pid} start run {key}"));
    let seconds = context.uniform(1.0, 4.0);
    context.sleep(seconds);
    context.print(format_args!("pid={pid} end run {key}"));
    let square = n.checked_mul(n);
    square.map(Value::Int).ok_or_else(|| {
        RemoteError::new(
            "OverflowError",
            format!("{n} squared does not fit in 64 bits"),
        )
    })
}
