//! A group of processes, each with its name, that the main starts and waits for.

mod listing;
mod program;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Features, Kind};
use crate::run::call::CallConfig;
use crate::run::program::{Main, ProgramError};
use crate::run::validate::{Field, MAX_PROCESSES, Problems};
use crate::task::TaskKind;
use crate::task::value::Value;

/// The longest that the main's own code may go on, seconds.
pub const MAX_MAIN_SECONDS: f64 = 3600.0;

/// What a group of processes is to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessesConfig {
    /// What the main prints once all are started.
    #[serde(default)]
    pub main_prints: Option<String>,
    /// How long the main's own code goes on then, seconds; scaled as the built-in sleeps are.
    #[serde(default)]
    pub main_seconds: f64,
    /// One process each, in the order in which they are started.
    #[serde(default)]
    pub tasks: Vec<ProcessConfig>,
}

/// One process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a call such as { target = \"announce\", args = [\"hello\"] }"
)]
pub struct ProcessConfig {
    /// The task's name, one of `proclab tasks`.
    pub target: String,
    /// Positional arguments.
    #[serde(default)]
    pub args: Vec<Value>,
    /// Keyword arguments.
    #[serde(default)]
    pub kwargs: BTreeMap<String, Value>,
    /// Python's name for it; `Process-N` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it ends with the main.
    #[serde(default, skip_serializing_if = "is_false")]
    pub daemon: bool,
    /// Whether the main joins it at once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub join: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

impl ProcessConfig {
    /// A process that makes a call.
    pub fn new(call: CallConfig) -> Self {
        let CallConfig {
            target,
            args,
            kwargs,
        } = call;
        Self {
            target,
            args,
            kwargs,
            name: None,
            daemon: false,
            join: false,
        }
    }

    /// The call that it makes.
    pub fn call(&self) -> CallConfig {
        CallConfig {
            target: self.target.clone(),
            args: self.args.clone(),
            kwargs: self.kwargs.clone(),
        }
    }
}

impl Kind for ProcessesConfig {
    fn check(&self, problems: &mut Problems) {
        let tasks = Field::of("tasks");
        if problems.check_count(tasks, self.tasks.len(), MAX_PROCESSES) {
            for (index, process) in self.tasks.iter().enumerate() {
                let kinds = [TaskKind::Process, TaskKind::Work];
                problems.check_call(tasks.entry(index), &process.call(), &kinds);
            }
        }
        problems.check_process_count(tasks, self.tasks.len(), 0);
        let seconds = Field::of("main_seconds");
        problems.check_range(seconds, self.main_seconds, 0.0..=MAX_MAIN_SECONDS);
    }

    fn parts(&self) -> &'static [(&'static str, &'static str)] {
        &[("tasks", "name"), ("tasks", "daemon"), ("tasks", "join")]
    }

    fn listing(&self) -> String {
        listing::text(self)
    }

    fn process_count(&self, _: u32) -> usize {
        self.tasks.len()
    }

    fn features(&self) -> Features {
        Features::default()
    }

    fn carry_out(&self, main: &Main<'_>) -> Result<(), ProgramError> {
        program::carry_out(self, main)
    }
}
