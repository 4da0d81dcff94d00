//! The tutorial's producer.

use super::declaration::{TaskDeclaration, TaskKind, bytes_from_value};
use super::parameter::{Bound, Parameter, ParameterKind};
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "producer",
    summary: "task-producer",
    kind: TaskKind::Producer,
    computes: false,
    parameters: &[
        Parameter {
            name: "name",
            kind: ParameterKind::Text,
            help: "task-producer-name",
        },
        Parameter {
            name: "queue",
            kind: ParameterKind::Queue,
            help: "task-producer-queue",
        },
        Parameter {
            name: "count",
            kind: ParameterKind::Integer {
                min: 0,
                max: 1_000_000,
            },
            help: "task-producer-count",
        },
    ],
    run,
};

fn run(context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    let (name, queue) = (arguments.text("name"), arguments.queue("queue"));
    let pid = context.pid();
    for number in 0..arguments.integer("count") {
        let seconds = context.uniform(1.0, 3.0);
        context.sleep(seconds);
        let item = format!("{name}-{number}");
        context.put(queue, bytes_from_value(&Value::Str(item.clone())))?;
        context.print(format_args!("pid={pid} {name} produced {item}"));
    }
    Ok(Value::Null)
}
