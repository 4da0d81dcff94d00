//! The tutorial's consumer.

use super::declaration::{TaskDeclaration, TaskKind, value_from_bytes};
use super::parameter::{Bound, Parameter, ParameterKind};
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::worker::Context;

pub(super) const DECLARATION: TaskDeclaration = TaskDeclaration {
    name: "consumer",
    summary: "task-consumer",
    kind: TaskKind::Consumer,
    computes: false,
    parameters: &[Parameter {
        name: "queue",
        kind: ParameterKind::Queue,
        help: "task-consumer-queue",
    }],
    run,
};

fn run(context: &mut Context, arguments: &Bound) -> Result<Value, RemoteError> {
    let queue = arguments.queue("queue");
    let pid = context.pid();
    loop {
        let bytes = context.get(queue)?;
        let item = match value_from_bytes(&bytes) {
            Some(Value::Null) => return Ok(Value::Null),
            Some(Value::Str(text)) => text,
            Some(other) => other.to_string(),
            None => {
                return Err(RemoteError::new(
                    "ValueError",
                    "an item of the queue does not decode",
                ));
            }
        };
        let seconds = context.uniform(1.0, 3.0);
        context.sleep(seconds);
        context.print(format_args!("pid={pid} ate {item}"));
    }
}
