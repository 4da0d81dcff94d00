//! The parameters of a task, declared once: the form, the command line's help, validation and binding read them here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::value::Value;
use crate::text::{Sentence, Worded, worded};

/// One parameter of a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name, as in the task's signature.
    pub name: &'static str,
    /// What it takes.
    pub kind: ParameterKind,
    /// The key of what it is for: one short sentence without a full stop.
    pub help: &'static str,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParameterKind {
    /// Any text.
    Text,
    /// A whole number between the two, both included.
    Integer {
        /// The smallest allowed.
        min: i64,
        /// The largest allowed.
        max: i64,
    },
    /// The path of a file, as text.
    Path,
    /// A queue of the run.
    Queue,
}

impl ParameterKind {
    /// What it takes, in words that follow "must be".
    pub fn description(self) -> Sentence {
        match self {
            Self::Text => Sentence::new("parameter-text"),
            Self::Integer {
                min: i64::MIN,
                max: i64::MAX,
            } => Sentence::new("parameter-integer"),
            Self::Integer { min, max: i64::MAX } => {
                Sentence::new("parameter-integer-from").with("min", min.to_string())
            }
            Self::Integer { min, max } => Sentence::new("parameter-integer-range")
                .with("min", min.to_string())
                .with("max", max.to_string()),
            Self::Path => Sentence::new("parameter-path"),
            Self::Queue => Sentence::new("parameter-queue").with("example", "{ queue = \"food\" }"),
        }
    }

    /// Whether a value fits.
    pub fn accepts(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text | Self::Path, Value::Str(_)) | (Self::Queue, Value::Queue(_)) => true,
            (Self::Integer { min, max }, Value::Int(number)) => (min..=max).contains(number),
            _ => false,
        }
    }
}

/// The arguments of a call as its caller gave them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Arguments {
    /// Positional arguments.
    pub args: Vec<Value>,
    /// Keyword arguments.
    pub kwargs: BTreeMap<String, Value>,
}

/// Why arguments do not fit a task's parameters. The words follow Python's `TypeError`.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BindError {
    /// Too many positional arguments.
    TooMany {
        /// The task.
        task: &'static str,
        /// How many it takes.
        takes: usize,
        /// Their names.
        names: String,
        /// How many were given.
        given: usize,
    },
    /// An argument is missing.
    Missing {
        /// The task.
        task: &'static str,
        /// The missing one.
        name: &'static str,
        /// What it takes.
        kind: ParameterKind,
    },
    /// A keyword that the task does not know.
    Unknown {
        /// The task.
        task: &'static str,
        /// The keyword.
        name: String,
        /// Those it has.
        names: String,
    },
    /// Given by position and by keyword.
    Twice {
        /// The task.
        task: &'static str,
        /// The argument.
        name: &'static str,
    },
    /// The value does not fit.
    Type {
        /// The task.
        task: &'static str,
        /// The argument.
        name: &'static str,
        /// What it takes.
        kind: ParameterKind,
        /// What was given.
        got: Sentence,
    },
}

impl Worded for BindError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::TooMany {
                task,
                takes,
                names,
                given,
            } => Sentence::new("bind-too-many")
                .with("task", *task)
                .with("takes", *takes)
                .with("names", names)
                .with("given", *given),
            Self::Missing { task, name, kind } => Sentence::new("bind-missing")
                .with("task", *task)
                .with("name", *name)
                .with("description", kind.description()),
            Self::Unknown { task, name, names } => Sentence::new("bind-unknown")
                .with("task", *task)
                .with("name", name)
                .with("names", names),
            Self::Twice { task, name } => Sentence::new("bind-twice")
                .with("task", *task)
                .with("name", *name),
            Self::Type {
                task,
                name,
                kind,
                got,
            } => Sentence::new("bind-type")
                .with("task", *task)
                .with("name", *name)
                .with("description", kind.description())
                .with("got", got.clone()),
        }
    }
}

worded!(BindError);

/// Longer texts are not quoted in errors, bytes.
const LONGEST_QUOTE: usize = 100;

/// The arguments of a call, one for each parameter in order, each of the declared kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    values: Vec<(&'static str, Value)>,
}

impl Bound {
    /// Fits `arguments` to the parameters of `task`.
    pub fn bind(
        task: &'static str,
        parameters: &'static [Parameter],
        arguments: &Arguments,
    ) -> Result<Self, BindError> {
        let names = || {
            parameters
                .iter()
                .map(|p| p.name)
                .collect::<Vec<_>>()
                .join(", ")
        };
        if arguments.args.len() > parameters.len() {
            return Err(BindError::TooMany {
                task,
                takes: parameters.len(),
                names: names(),
                given: arguments.args.len(),
            });
        }
        if let Some(name) = arguments
            .kwargs
            .keys()
            .find(|key| parameters.iter().all(|p| p.name != key.as_str()))
        {
            return Err(BindError::Unknown {
                task,
                name: name.clone(),
                names: names(),
            });
        }
        let mut values = Vec::with_capacity(parameters.len());
        for (index, parameter) in parameters.iter().enumerate() {
            let name = parameter.name;
            let value = match (arguments.args.get(index), arguments.kwargs.get(name)) {
                (Some(_), Some(_)) => return Err(BindError::Twice { task, name }),
                (Some(value), None) | (None, Some(value)) => value,
                (None, None) => {
                    return Err(BindError::Missing {
                        task,
                        name,
                        kind: parameter.kind,
                    });
                }
            };
            if !parameter.kind.accepts(value) {
                let got = match value {
                    Value::Int(_) | Value::Float(_) => Sentence::verbatim(value),
                    Value::Str(text) if text.len() <= LONGEST_QUOTE => Sentence::verbatim(value),
                    other => other.kind_name(),
                };
                return Err(BindError::Type {
                    task,
                    name,
                    kind: parameter.kind,
                    got,
                });
            }
            values.push((name, value.clone()));
        }
        Ok(Self { values })
    }

    /// The text of a text or path parameter; empty for a name that was not declared so, which binding rules out.
    pub fn text(&self, name: &str) -> &str {
        match self.find(name) {
            Some(Value::Str(text)) => text,
            _ => "",
        }
    }

    /// The number of an integer parameter; 0 for a name that was not declared so, which binding rules out.
    pub fn integer(&self, name: &str) -> i64 {
        match self.find(name) {
            Some(Value::Int(number)) => *number,
            _ => 0,
        }
    }

    /// The name of a queue parameter's queue.
    pub fn queue(&self, name: &str) -> &str {
        match self.find(name) {
            Some(Value::Queue(queue)) => queue,
            _ => "",
        }
    }

    fn find(&self, name: &str) -> Option<&Value> {
        self.values
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMETERS: &[Parameter] = &[
        Parameter {
            name: "key",
            kind: ParameterKind::Text,
            help: "",
        },
        Parameter {
            name: "n",
            kind: ParameterKind::Integer { min: 0, max: 9 },
            help: "",
        },
    ];

    fn bind(args: &[Value], kwargs: &[(&str, Value)]) -> Result<Bound, String> {
        let kwargs = kwargs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        Bound::bind(
            "work",
            PARAMETERS,
            &Arguments {
                args: args.to_vec(),
                kwargs,
            },
        )
        .map_err(|error| error.to_string())
    }

    #[test]
    fn arguments_bind_by_position_and_by_keyword() {
        let bound = bind(&["a".into()], &[("n", 3.into())]).unwrap();
        assert_eq!((bound.text("key"), bound.integer("n")), ("a", 3));
    }

    #[test]
    fn what_does_not_fit_is_named_with_what_is_allowed() {
        let error = |args: &[Value], kwargs: &[(&str, Value)]| bind(args, kwargs).unwrap_err();
        assert_eq!(
            error(&["a".into()], &[]),
            "work() is missing the argument 'n': a whole number from 0 to 9"
        );
        assert_eq!(
            error(&["a".into(), 10.into()], &[]),
            "work(): 'n' must be a whole number from 0 to 9, not 10"
        );
        assert_eq!(
            error(&["a".into(), "b".into()], &[]),
            "work(): 'n' must be a whole number from 0 to 9, not \"b\""
        );
        assert_eq!(
            error(&["a".into(), 1.into(), 2.into()], &[]),
            "work() takes 2 argument(s) (key, n), but 3 were given"
        );
        assert_eq!(
            error(&["a".into(), 1.into()], &[("m", 2.into())]),
            "work() has no argument 'm'; it has key, n"
        );
        assert_eq!(
            error(&["a".into(), 1.into()], &[("n", 2.into())]),
            "work() got 'n' twice, by position and by keyword"
        );
    }
}
