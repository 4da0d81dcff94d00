//! What a group of processes is configured with, what is allowed in it, and what the form asks for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::run::call::CallConfig;
use crate::run::kinds::form::{FieldShape, FormField, KindForm, Shows};
use crate::run::kinds::tutorial_name;
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

impl ProcessesConfig {
    /// Says what is wrong, field by field.
    pub(super) fn check_fields(&self, problems: &mut Problems) {
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
}

impl KindForm for ProcessesConfig {
    const FORM: &'static [FormField<Self>] = &[
        FormField::new(
            FieldShape::text("group", "form-group", "3")
                .tip("form-group-tip")
                .shows(&[Shows::Field("tasks")]),
            |group, typed| {
                let run = |place| {
                    let args = vec![Value::Str(tutorial_name(place))];
                    ProcessConfig::new(CallConfig::new("run", args))
                };
                group.tasks = (0..typed.processes()).map(run).collect();
            },
        ),
        FormField::new(
            FieldShape::text("daemons", "form-daemons", "1").tip("form-daemons-tip"),
            |group, typed| {
                for process in group.tasks.iter_mut().take(typed.processes()) {
                    process.daemon = true;
                }
            },
        ),
        FormField::new(
            FieldShape::text("main_seconds", "form-main-seconds", "1.5")
                .tip("form-main-seconds-tip")
                .shows(&[Shows::Field("main_seconds")]),
            |group, typed| group.main_seconds = typed.number(),
        ),
    ];
}
