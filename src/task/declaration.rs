//! What a task declares, and how its arguments and values cross to and from a worker.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::parameter::{Arguments, BindError, Bound, Parameter};
use super::value::Value;
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::wire::{Bytes, Call};
use crate::multiprocess::worker::{Context, Registry};

/// What a task is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// A pool's task.
    Work,
    /// Puts items into a queue.
    Producer,
    /// Gets items out of a queue until the sentinel None.
    Consumer,
    /// A pool's initializer.
    Initializer,
    /// What a process of a group runs.
    Process,
}

/// One task: everything that form, help, validation and worker need to know of it.
#[derive(Debug)]
pub struct TaskDeclaration {
    /// Its name, as lessons and configurations call it.
    pub name: &'static str,
    /// The key of what it does: one sentence without a full stop.
    pub summary: &'static str,
    /// What it is good for.
    pub kind: TaskKind,
    /// Whether it computes rather than waits, so that more workers than CPUs do not help.
    pub computes: bool,
    /// Its parameters in order.
    pub parameters: &'static [Parameter],
    /// Runs it.
    pub(super) run: fn(&mut Context, &Bound) -> Result<Value, RemoteError>,
}

impl TaskDeclaration {
    /// Its signature, such as `work(key, n)`.
    pub fn signature(&self) -> String {
        let names: Vec<_> = self.parameters.iter().map(|p| p.name).collect();
        format!("{}({})", self.name, names.join(", "))
    }

    /// Whether the arguments fit its parameters.
    pub fn check(&self, arguments: &Arguments) -> Result<(), BindError> {
        Bound::bind(self.name, self.parameters, arguments).map(|_bound| ())
    }
}

/// A call of this task, with its arguments as workers take them.
pub(super) fn call_of(
    target: impl Into<Cow<'static, str>>,
    args: &[Value],
    kwargs: &BTreeMap<String, Value>,
) -> Call {
    // Encoded as the struct of both is.
    Call::new(target, encode(&(args, kwargs)))
}

/// The arguments of a call of a task.
pub fn arguments_from_bytes(payload: &[u8]) -> Option<Arguments> {
    postcard::from_bytes(payload).ok()
}

/// A value as results and items carry it.
pub fn bytes_from_value(value: &Value) -> Vec<u8> {
    encode(value)
}

/// The value of a result or item; `None` if the bytes are no value.
pub fn value_from_bytes(bytes: &[u8]) -> Option<Value> {
    postcard::from_bytes(bytes).ok()
}

/// Few arguments and values are longer than this when they are encoded, bytes.
const USUAL_BYTES: usize = 32;

fn encode<T: serde::Serialize>(value: &T) -> Vec<u8> {
    // Encoding into memory fails only for sequences of unknown length, which these types do not have.
    postcard::to_extend(value, Vec::with_capacity(USUAL_BYTES)).unwrap_or_default()
}

impl Registry for [TaskDeclaration] {
    fn call(
        &self,
        target: &str,
        payload: &[u8],
        context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        let task = self
            .iter()
            .find(|task| task.name == target)
            .ok_or_else(|| RemoteError::new("NameError", format!("there is no task '{target}'")))?;
        let arguments = arguments_from_bytes(payload)
            .ok_or_else(|| RemoteError::new("TypeError", "the arguments do not decode"))?;
        let bound = Bound::bind(task.name, task.parameters, &arguments)
            .map_err(|error| RemoteError::new("TypeError", error.to_string()))?;
        (task.run)(context, &bound).map(|value| bytes_from_value(&value).into())
    }
}
