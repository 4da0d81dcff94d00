//! `RunConfig`: what one run is to do, as a form, a lesson or a TOML file says it.

mod call;
mod kind;
mod toml;
mod whole;

use serde::{Deserialize, Serialize};

use crate::task;

pub use call::CallConfig;
pub use kind::{PoolMode, RunKind};
pub use toml::ConfigError;

/// The version of configurations that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// What one run is to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// [`VERSION`].
    pub version: u32,
    /// What kind of run.
    pub kind: RunKind,
    /// Pool: how many workers; as many as the CPUs this process may use if left out.
    #[serde(default, deserialize_with = "whole::processes")]
    pub processes: Option<u32>,
    /// Pool: how tasks are submitted; `apply_async` if left out.
    #[serde(default)]
    pub mode: Option<PoolMode>,
    /// Pool: run once in each worker before its first task.
    #[serde(default)]
    pub initializer: Option<CallConfig>,
    /// Pool with `apply_async`: the name of the function that gets each value in the main, one of [`CALLBACKS`].
    #[serde(default)]
    pub callback: Option<String>,
    /// Pool with `apply_async`: the name of the function that gets each error in the main, one of [`ERROR_CALLBACKS`].
    #[serde(default)]
    pub error_callback: Option<String>,
    /// Pool: a worker that has run so many tasks is replaced; never if left out.
    #[serde(default, deserialize_with = "whole::max_tasks_per_child")]
    pub max_tasks_per_child: Option<u32>,
    /// Pool: how long each attempt of a task may take from when it begins, seconds; then it is ended with its worker. For
    /// tasks that wait rather than compute it is scaled as their sleeps are.
    #[serde(default)]
    pub timeout: Option<f64>,
    /// Pool: how often a task that fails is tried again.
    #[serde(default, deserialize_with = "whole::retries")]
    pub retries: u32,
    /// Built-in sleeps take so many times as long.
    #[serde(default = "one")]
    pub time_scale: f64,
    /// What random sleeps follow from; drawn anew for each run if left out.
    #[serde(default, deserialize_with = "whole::seed")]
    pub seed: Option<u64>,
    /// Processes: what the main prints once all are started.
    #[serde(default)]
    pub main_prints: Option<String>,
    /// Processes: how long the main's own code goes on then, seconds; scaled as the built-in sleeps are.
    #[serde(default)]
    pub main_seconds: f64,
    /// Producer/consumer: how many sentinels None the main puts, one a consumer if left out: each into the queue of its
    /// consumer, in their order, and from the first again if there are more.
    #[serde(default, deserialize_with = "whole::sentinels")]
    pub sentinels: Option<u32>,
    /// Producer/consumer: the queues.
    #[serde(default)]
    pub queues: Vec<QueueConfig>,
    /// Producer/consumer: who puts.
    #[serde(default)]
    pub producers: Vec<CallConfig>,
    /// Producer/consumer: who gets.
    #[serde(default)]
    pub consumers: Vec<CallConfig>,
    /// Pool: the tasks in order of submission. Processes: one each, in the order in which they are started.
    #[serde(default)]
    pub tasks: Vec<CallConfig>,
}

fn one() -> f64 {
    1.0
}

/// A queue of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueConfig {
    /// Its name, which arguments refer to as `{ queue = "name" }`.
    pub name: String,
    /// How many items it holds; 0 for no limit.
    #[serde(default, deserialize_with = "whole::maxsize")]
    pub maxsize: u32,
}

/// Functions of the main that a task's value can be given to.
pub const CALLBACKS: &[&str] = &["callback_work"];

/// Functions of the main that a task's error can be given to.
pub const ERROR_CALLBACKS: &[&str] = &["error_callback_work"];

impl RunConfig {
    /// A run of a pool with nothing to do yet.
    pub fn pool() -> Self {
        Self {
            version: VERSION,
            kind: RunKind::Pool,
            processes: None,
            mode: None,
            initializer: None,
            callback: None,
            error_callback: None,
            max_tasks_per_child: None,
            timeout: None,
            retries: 0,
            time_scale: 1.0,
            seed: None,
            main_prints: None,
            main_seconds: 0.0,
            sentinels: None,
            queues: Vec::new(),
            producers: Vec::new(),
            consumers: Vec::new(),
            tasks: Vec::new(),
        }
    }

    /// A group of processes with nobody in it yet.
    pub fn processes() -> Self {
        Self {
            kind: RunKind::Processes,
            ..Self::pool()
        }
    }

    /// A producer/consumer run around one queue called `food`, with nobody in it yet.
    pub fn producer_consumer(maxsize: u32) -> Self {
        let queues = vec![QueueConfig {
            name: "food".to_owned(),
            maxsize,
        }];
        Self {
            kind: RunKind::ProducerConsumer,
            queues,
            ..Self::pool()
        }
    }

    /// The configuration with every default that depends on this machine filled in: what is really run.
    #[must_use]
    pub fn resolved(mut self, usable_cpus: u32, new_seed: u64) -> Self {
        match self.kind {
            RunKind::Processes => {}
            RunKind::Pool => {
                self.processes = Some(self.processes.unwrap_or(usable_cpus));
                self.mode = Some(self.pool_mode());
            }
            RunKind::ProducerConsumer => {
                let consumers = u32::try_from(self.consumers.len()).unwrap_or(u32::MAX);
                self.sentinels = Some(self.sentinels.unwrap_or(consumers));
            }
        }
        self.seed = Some(self.seed.unwrap_or(new_seed));
        self
    }

    /// Into which queues the main puts its sentinels, one after the other.
    pub fn sentinel_queues(&self) -> Vec<&str> {
        let first = self.queues.first().map(|queue| queue.name.as_str());
        let of_consumers: Vec<_> = self
            .consumers
            .iter()
            .filter_map(|call| call.queue().or(first))
            .collect();
        let count = self
            .sentinels
            .map_or(self.consumers.len(), |it| it as usize);
        of_consumers.into_iter().cycle().take(count).collect()
    }

    /// How a pool's tasks are submitted.
    pub fn pool_mode(&self) -> PoolMode {
        self.mode.unwrap_or_default()
    }

    /// What `Pool` is called with: `3, maxtasksperchild=2`.
    pub fn pool_arguments(&self) -> String {
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

    /// How long each attempt of this call may take, seconds. A sleep that is made longer or shorter has its limit with it; one
    /// that takes no time at all needs none.
    pub fn timeout_of(&self, call: &CallConfig) -> Option<f64> {
        let computes = task::find(&call.target).is_some_and(|task| task.computes);
        let scale = if computes { 1.0 } else { self.time_scale };
        Some(self.timeout? * scale).filter(|&seconds| seconds > 0.0)
    }

    /// Every process that the run will start, as far as it can be told beforehand.
    pub fn process_count(&self, usable_cpus: u32) -> usize {
        match self.kind {
            RunKind::Processes => self.tasks.len(),
            RunKind::Pool => self.processes.unwrap_or(usable_cpus) as usize,
            RunKind::ProducerConsumer => self.producers.len() + self.consumers.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_goes_with_the_sleeps_that_it_limits() {
        let mut config = RunConfig::pool();
        config.time_scale = 0.5;
        let work = CallConfig::new("work", vec!["a".into(), 1.into()]);
        let primes = CallConfig::new("count_primes", vec![10.into()]);
        assert_eq!(config.timeout_of(&work), None);
        config.timeout = Some(3.0);
        assert_eq!(config.timeout_of(&work), Some(1.5));
        assert_eq!(config.timeout_of(&primes), Some(3.0));
        config.time_scale = 0.0;
        assert_eq!(config.timeout_of(&work), None);
        assert_eq!(config.timeout_of(&primes), Some(3.0));
    }

    #[test]
    fn defaults_depend_on_the_machine() {
        let pool = RunConfig::pool().resolved(8, 42);
        assert_eq!(
            (pool.processes, pool.seed, pool.sentinels),
            (Some(8), Some(42), None)
        );
        let mut run = RunConfig::producer_consumer(0);
        run.consumers = vec![CallConfig::new("consumer", vec![]); 2];
        assert_eq!(run.resolved(8, 42).sentinels, Some(2));
    }
}
