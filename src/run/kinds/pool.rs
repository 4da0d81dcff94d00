//! A process pool, its tasks, and what limits them.

mod config;
mod listing;
mod program;

use super::{Features, Figure, Kind, Words};
use crate::run::call::CallConfig;
use crate::run::program::{ProgramError, ReadyProgram, StartOptions};
use crate::run::validate::Problems;
use crate::task;

pub use config::{CALLBACKS, ERROR_CALLBACKS, MAX_RETRIES, MAX_TASKS, PoolConfig, PoolMode, TIMEOUTS};

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
}

impl Kind for PoolConfig {
    fn resolve(&mut self, usable_cpus: u32) {
        self.processes.get_or_insert(usable_cpus);
        self.mode = Some(self.pool_mode());
    }

    fn check(&self, problems: &mut Problems) {
        self.check_fields(problems);
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

    fn words(&self) -> &'static Words {
        &Words {
            form: "form-kind-pool",
            run: "lab-run-pool",
            start: "lab-start-pool",
        }
    }

    fn figures(&self) -> Vec<(&'static str, Figure)> {
        let task = self.tasks.first().map(|call| call.target.clone());
        vec![
            ("workers", Figure::Count(self.process_count(0))),
            ("tasks", Figure::Count(self.tasks.len())),
            ("task", Figure::Name(task.unwrap_or_default())),
        ]
    }

    fn prepare(&self, options: &StartOptions) -> Result<ReadyProgram<'_>, ProgramError> {
        let engine = options.start_engine()?;
        Ok(engine.program(|engine, main| program::carry_out(self, engine, main)))
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
