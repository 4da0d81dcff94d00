//! A process pool, its tasks, and what limits them.

mod listing;
mod program;

use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

use super::{Features, Kind};
use crate::run::call::CallConfig;
use crate::run::program::{Main, ProgramError};
use crate::run::validate::{Field, MAX_PROCESSES, ProblemKind, Problems};
use crate::run::whole;
use crate::task::{self, TaskKind};

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
    /// How tasks are submitted.
    pub fn pool_mode(&self) -> PoolMode {
        self.mode.unwrap_or_default()
    }

    /// What `Pool` is called with: `3, maxtasksperchild=2`.
    fn arguments(&self) -> String {
        let processes = self.processes.map(|count| count.to_string());
        let initializer = self.initializer.as_ref().map(|call| {
            let (target, args) = (&call.target, call.tuple());
            format!("initializer={target}, initargs={args}")
        });
        let most = self
            .max_tasks_per_child
            .map(|most| format!("maxtasksperchild={most}"));
        let all: Vec<_> = [processes, initializer, most]
            .into_iter()
            .flatten()
            .collect();
        all.join(", ")
    }

    /// How long each attempt of this call may take, seconds. A sleep that is made longer or shorter has its limit with it;
    /// one that takes no time at all needs none.
    fn timeout_of(&self, call: &CallConfig, time_scale: f64) -> Option<f64> {
        let computes = task::find(&call.target).is_some_and(|task| task.computes);
        let scale = if computes { 1.0 } else { time_scale };
        Some(self.timeout? * scale).filter(|&seconds| seconds > 0.0)
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

impl Kind for PoolConfig {
    fn resolve(&mut self, usable_cpus: u32) {
        self.processes.get_or_insert(usable_cpus);
        self.mode = Some(self.pool_mode());
    }

    fn check(&self, problems: &mut Problems) {
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

    fn listing(&self) -> String {
        listing::text(self)
    }

    fn process_count(&self, usable_cpus: u32) -> usize {
        self.processes.unwrap_or(usable_cpus) as usize
    }

    fn task_count(&self) -> usize {
        self.tasks.len()
    }

    fn features(&self) -> Features {
        Features {
            pool: true,
            workers: self.processes,
            results: true,
            // A main that submits a task once the one before has ended makes none wait.
            waiting_tasks: self.pool_mode() != PoolMode::Apply,
            callbacks: self.callback.is_some() || self.error_callback.is_some(),
            initializer: self.initializer.is_some(),
            ..Features::default()
        }
    }

    fn carry_out(&self, main: &Main<'_>) -> Result<(), ProgramError> {
        program::carry_out(self, main)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_goes_with_the_sleeps_that_it_limits() {
        let mut pool = PoolConfig::default();
        let work = CallConfig::new("work", vec!["a".into(), 1.into()]);
        let primes = CallConfig::new("count_primes", vec![10.into()]);
        assert_eq!(pool.timeout_of(&work, 0.5), None);
        pool.timeout = Some(3.0);
        assert_eq!(pool.timeout_of(&work, 0.5), Some(1.5));
        assert_eq!(pool.timeout_of(&primes, 0.5), Some(3.0));
        assert_eq!(pool.timeout_of(&work, 0.0), None);
        assert_eq!(pool.timeout_of(&primes, 0.0), Some(3.0));
    }
}
