//! The calls that a run makes.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::multiprocess::wire::Call;
use crate::task;
use crate::task::parameter::Arguments;
use crate::task::value::Value;

/// A call of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a call such as { target = \"announce\", args = [\"hello\"] }"
)]
pub struct CallConfig {
    /// The task's name, one of `proclab tasks`.
    pub target: String,
    /// Positional arguments.
    #[serde(default)]
    pub args: Vec<Value>,
    /// Keyword arguments.
    #[serde(default)]
    pub kwargs: BTreeMap<String, Value>,
}

impl CallConfig {
    /// A call with positional arguments.
    pub fn new(target: impl Into<String>, args: Vec<Value>) -> Self {
        Self {
            target: target.into(),
            args,
            kwargs: BTreeMap::new(),
        }
    }

    /// Its arguments as a tuple: `("work0", 0)`, those by keyword as `name=value`.
    pub fn tuple(&self) -> String {
        Tuple(self).to_string()
    }

    /// Its arguments as `Process` takes them: `args=("xxx",), kwargs={"n": 1}`.
    pub fn process_arguments(&self) -> String {
        let mut parts = Vec::new();
        if !self.args.is_empty() || self.kwargs.is_empty() {
            let plain = Self {
                kwargs: BTreeMap::new(),
                ..self.clone()
            };
            parts.push(format!("args={}", plain.tuple()));
        }
        if !self.kwargs.is_empty() {
            let entries: Vec<_> = self
                .kwargs
                .iter()
                .map(|(name, value)| format!("{name:?}: {value}"))
                .collect();
            parts.push(format!("kwargs={{{}}}", entries.join(", ")));
        }
        parts.join(", ")
    }

    /// The queue that it uses, the first if there are several.
    pub fn queue(&self) -> Option<&str> {
        let mut values = self.args.iter().chain(self.kwargs.values());
        values.find_map(|value| match value {
            Value::Queue(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The call as it goes to a process of the engine.
    pub(super) fn encode(&self) -> Call {
        task::call_with(&self.target, &self.args, &self.kwargs)
    }

    /// Its arguments.
    pub fn arguments(&self) -> Arguments {
        Arguments {
            args: self.args.clone(),
            kwargs: self.kwargs.clone(),
        }
    }
}

/// A call's arguments, in one go: a run may have a hundred thousand calls.
struct Tuple<'a>(&'a CallConfig);

impl fmt::Display for Tuple<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(CallConfig { args, kwargs, .. }) = self;
        f.write_str("(")?;
        for (place, value) in args.iter().enumerate() {
            write!(f, "{}{value}", if place == 0 { "" } else { ", " })?;
        }
        for (place, (name, value)) in (args.len()..).zip(kwargs) {
            write!(f, "{}{name}={value}", if place == 0 { "" } else { ", " })?;
        }
        f.write_str(match args.len() + kwargs.len() {
            1 => ",)",
            _ => ")",
        })
    }
}

/// As a pool's call shows it: `work, ("work0", 0)`.
impl fmt::Display for CallConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.target, Tuple(self))
    }
}
