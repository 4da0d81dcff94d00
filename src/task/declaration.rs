//! The list of all tasks, and how a call to one of them crosses to a worker.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::parameter::{Arguments, BindError, Bound, Parameter};
use super::value::Value;
use super::{
    announce, consumer, count_primes, crash, fail, nap, parent, producer, run, sha256_file, work,
};
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::wire::{Bytes, Call};
use crate::multiprocess::worker::{Context, Registry};

/// Every task there is, in the order in which people see them.
pub static TASKS: &[TaskDeclaration] = &[
    work::DECLARATION,
    count_primes::DECLARATION,
    sha256_file::DECLARATION,
    nap::DECLARATION,
    fail::DECLARATION,
    crash::DECLARATION,
    producer::DECLARATION,
    consumer::DECLARATION,
    announce::DECLARATION,
    run::DECLARATION,
    parent::DECLARATION,
];

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
    /// What it does, one sentence without a full stop.
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

/// The task of this name.
pub fn find(name: &str) -> Option<&'static TaskDeclaration> {
    TASKS.iter().find(|task| task.name == name)
}

/// A call as workers take it.
pub fn call(target: &str, arguments: &Arguments) -> Call {
    call_with(target, &arguments.args, &arguments.kwargs)
}

/// As [`call`], with arguments that stand by themselves.
pub(crate) fn call_with(target: &str, args: &[Value], kwargs: &BTreeMap<String, Value>) -> Call {
    let known = find(target).map(|task| Cow::Borrowed(task.name));
    let target = known.unwrap_or_else(|| Cow::Owned(target.to_owned()));
    // Encoded as the struct of both is.
    Call::new(target, encode(&(args, kwargs)))
}

/// The arguments of a call made by [`call`].
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_everything_is_documented() {
        for (index, task) in TASKS.iter().enumerate() {
            assert!(
                TASKS
                    .iter()
                    .skip(index + 1)
                    .all(|other| other.name != task.name),
                "{} twice",
                task.name
            );
            assert!(
                !task.summary.is_empty() && !task.summary.ends_with('.'),
                "{}",
                task.name
            );
            assert!(
                task.parameters
                    .iter()
                    .all(|p| !p.help.is_empty() && !p.help.ends_with('.')),
                "{}",
                task.name
            );
        }
    }

    #[test]
    fn a_call_survives_its_bytes() {
        let arguments = Arguments {
            args: vec!["work0".into(), 0.into()],
            ..Arguments::default()
        };
        assert_eq!(
            arguments_from_bytes(&call("work", &arguments).payload),
            Some(arguments)
        );
        assert_eq!(
            value_from_bytes(&bytes_from_value(&Value::Null)),
            Some(Value::Null)
        );
    }
}
