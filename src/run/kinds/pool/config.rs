//! What a pool is configured with. One field more is a field of [`PoolConfig`] with what is allowed in it and, if people are
//! to fill it in, a line in its form; and its use in the program.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::run::call::CallConfig;
use crate::run::kinds::form::{FieldShape, FormField, FormOption, KindForm, NUMBER, Shows, Typed, Widget};
use crate::run::kinds::Kind as _;
use crate::run::validate::{Field, MAX_PROCESSES, ProblemKind, Problems};
use crate::run::whole;
use crate::task::parameter::ParameterKind;
use crate::task::value::Value;
use crate::task::{self, TaskDeclaration, TaskKind};

/// The most tasks that one run may have.
pub const MAX_TASKS: usize = 100_000;

/// The shortest and the longest timeout of a task, seconds.
pub const TIMEOUTS: RangeInclusive<f64> = 0.001..=86400.0;

/// How often a task may be tried again at most.
pub const MAX_RETRIES: u32 = 100;

/// Functions of the main that a task's value can be given to.
pub const CALLBACKS: &[&str] = &["callback_work"];

/// Functions of the main that a task's error can be given to.
pub const ERROR_CALLBACKS: &[&str] = &["error_callback_work"];

/// What a pool is to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolConfig {
    /// How many workers; as many as the CPUs this process may use if left out.
    #[serde(
        default,
        deserialize_with = "whole::optional::<1, { MAX_PROCESSES as u64 }, _, _>"
    )]
    pub processes: Option<u32>,
    /// How tasks are submitted; `apply_async` if left out.
    #[serde(default)]
    pub mode: Option<PoolMode>,
    /// Run once in each worker before its first task.
    #[serde(default)]
    pub initializer: Option<CallConfig>,
    /// With `apply_async`: the name of the function that gets each value in the main, one of [`CALLBACKS`].
    #[serde(default)]
    pub callback: Option<String>,
    /// With `apply_async`: the name of the function that gets each error in the main, one of [`ERROR_CALLBACKS`].
    #[serde(default)]
    pub error_callback: Option<String>,
    /// A worker that has run this many tasks is replaced; never if left out.
    #[serde(
        default,
        deserialize_with = "whole::optional::<1, { MAX_TASKS as u64 }, _, _>"
    )]
    pub max_tasks_per_child: Option<u32>,
    /// How long each attempt of a task may take from when it begins, seconds; then it is ended with its worker. For tasks
    /// that wait rather than compute it is scaled as their sleeps are.
    #[serde(default)]
    pub timeout: Option<f64>,
    /// How often a task that fails is tried again.
    #[serde(
        default,
        deserialize_with = "whole::or_zero::<0, { MAX_RETRIES as u64 }, _, _>"
    )]
    pub retries: u32,
    /// The tasks in order of submission.
    #[serde(default)]
    pub tasks: Vec<CallConfig>,
}

/// How a pool's tasks are submitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolMode {
    /// `pool.apply`: one after the other, each waited for.
    Apply,
    /// `pool.apply_async`: all at once.
    #[default]
    ApplyAsync,
}

impl PoolMode {
    /// Its name in configurations and events.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::ApplyAsync => "apply_async",
        }
    }
}

impl PoolConfig {
    /// Says what is wrong, field by field.
    pub(super) fn check_fields(&self, problems: &mut Problems) {
        let count = self.process_count(problems.usable_cpus());
        problems.check_process_count(Field::of("processes"), count, 1);
        let kinds = [TaskKind::Work, TaskKind::Initializer];
        problems.check_calls(Field::of("tasks"), &self.tasks, &kinds, MAX_TASKS);
        if let Some(call) = &self.initializer {
            let kinds = [TaskKind::Initializer, TaskKind::Work];
            problems.check_call(Field::of("initializer"), call, &kinds);
        }
        if let Some(most) = self.max_tasks_per_child {
            let field = Field::of("max_tasks_per_child");
            problems.check_range(field, most as usize, 1..=MAX_TASKS);
        }
        if let Some(seconds) = self.timeout {
            problems.check_range(Field::of("timeout"), seconds, TIMEOUTS);
        }
        problems.check_range(Field::of("retries"), self.retries, 0..=MAX_RETRIES);
        for (key, name, allowed) in [
            ("callback", &self.callback, CALLBACKS),
            ("error_callback", &self.error_callback, ERROR_CALLBACKS),
        ] {
            self.check_callback(problems, Field::of(key), name.as_deref(), allowed);
        }
    }

    fn check_callback(
        &self,
        problems: &mut Problems,
        field: Field,
        name: Option<&str>,
        allowed: &[&str],
    ) {
        let Some(name) = name else { return };
        if problems.check_name(field, name, allowed) && self.pool_mode() == PoolMode::Apply {
            let needs = "mode = \"apply_async\"".to_owned();
            problems.add(field, ProblemKind::NotHere { needs });
        }
    }
}

/// The modes, the one that is chosen at first before the other.
const MODES: &[FormOption] = &[
    FormOption {
        value: "apply_async",
        tip: "form-mode-async-tip",
    },
    FormOption {
        value: "apply",
        tip: "form-mode-apply-tip",
    },
];

impl KindForm for PoolConfig {
    const FORM: &'static [FormField<Self>] = &[
        FormField::new(
            FieldShape::text("workers", "form-workers", "3")
                .shows(&[Shows::Field("processes")]),
            |pool, typed| pool.processes = Some(typed.number()),
        ),
        FormField::new(
            FieldShape::new("task", "form-task", Widget::Task(TaskKind::Work))
                .shows(&[Shows::Entries("tasks")]),
            |_, _| {},
        ),
        FormField::new(
            FieldShape::text("count", "form-count", "5")
                .shows(&[Shows::Field("tasks")]),
            |pool, typed| {
                let count = typed.count(MAX_TASKS);
                if let Some(task) = typed.other("task", |typed| typed.task()) {
                    pool.tasks = typed.other("arguments", |typed| {
                        (0..count).map(|number| call(task, number, typed)).collect()
                    });
                }
            },
        ),
        FormField::new(
            FieldShape::new("arguments", "", Widget::Arguments("task"))
                .tip("form-argument-tip")
                .shows(&[Shows::Arguments("tasks")])
                .more(),
            |_, _| {},
        ),
        FormField::new(
            FieldShape::new("mode", "form-mode", Widget::Choice(MODES))
                .shows(&[Shows::Field("mode")])
                .more(),
            |pool, typed| {
                let mode = typed.text();
                let modes = [PoolMode::Apply, PoolMode::ApplyAsync];
                pool.mode = modes.into_iter().find(|known| known.name() == mode);
            },
        ),
        FormField::new(
            FieldShape::switch("callbacks", "form-callbacks", true)
                .only_with("mode", "apply_async")
                .tip("form-callbacks-tip")
                .shows(&[Shows::Field("callback"), Shows::Field("error_callback")])
                .more(),
            |pool, typed| {
                if typed.is_on() && pool.pool_mode() == PoolMode::ApplyAsync {
                    let first = |names: &[&str]| names.first().map(|name| (*name).to_owned());
                    pool.callback = first(CALLBACKS);
                    pool.error_callback = first(ERROR_CALLBACKS);
                }
            },
        ),
        FormField::new(
            FieldShape::switch("initializer", "form-initializer", false)
                .tip("form-initializer-tip")
                .shows(&[Shows::Field("initializer")])
                .more(),
            |pool, typed| {
                if typed.is_on() {
                    pool.initializer = greeting();
                }
            },
        ),
        FormField::new(
            FieldShape::text("tasks_per_worker", "form-tasks-per-worker", "")
                .hint("form-no-limit-hint")
                .tip("form-tasks-per-worker-tip")
                .shows(&[Shows::Field("max_tasks_per_child")])
                .more(),
            |pool, typed| pool.max_tasks_per_child = typed.optional(),
        ),
        FormField::new(
            FieldShape::text("timeout", "form-timeout", "")
                .hint("form-no-limit-hint")
                .tip("form-timeout-tip")
                .shows(&[Shows::Field("timeout")])
                .more(),
            |pool, typed| pool.timeout = typed.optional(),
        ),
        FormField::new(
            FieldShape::text("retries", "form-retries", "0")
                .tip("form-retries-tip")
                .shows(&[Shows::Field("retries")])
                .more(),
            |pool, typed| pool.retries = typed.number(),
        ),
    ];
}

/// The first initializer there is, with a word for each of its arguments.
fn greeting() -> Option<CallConfig> {
    let task = task::TASKS
        .iter()
        .find(|task| task.kind == TaskKind::Initializer)?;
    let args = task
        .parameters
        .iter()
        .map(|_| Value::Str("hello".to_owned()))
        .collect();
    Some(CallConfig::new(task.name, args))
}

/// One of the tasks, with the arguments that were typed for all of them.
fn call(task: &'static TaskDeclaration, number: usize, typed: &mut Typed<'_>) -> CallConfig {
    let args = task
        .parameters
        .iter()
        .zip(typed.texts())
        .enumerate()
        .map(|(place, (parameter, text))| {
            let text = text.replace(NUMBER, &number.to_string());
            match parameter.kind {
                ParameterKind::Integer { .. } => Value::Int(typed.number_in_part(place, &text)),
                ParameterKind::Text | ParameterKind::Path => Value::Str(text),
                ParameterKind::Queue => Value::Queue(text),
            }
        })
        .collect();
    CallConfig::new(task.name, args)
}
