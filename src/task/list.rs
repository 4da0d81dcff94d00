//! The list of all tasks, and calls to them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::declaration::{TaskDeclaration, call_of};
use super::parameter::Arguments;
use super::value::Value;
use super::{
    announce, consumer, count_primes, crash, fail, nap, parent, producer, run, sha256_file, work,
};
use crate::multiprocess::wire::Call;

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
    call_of(target, args, kwargs)
}

#[cfg(test)]
mod tests {
    use super::super::declaration::*;
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
