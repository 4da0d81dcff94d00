//! The checks.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::kinds::FIELDS_OF_KINDS;
use super::{
    Field, MAX_MAIN_SECONDS, MAX_PROCESSES, MAX_QUEUES, MAX_RETRIES, MAX_TASKS, MAX_TIME_SCALE,
    Problem, ProblemKind, TIMEOUTS,
};
use crate::run::config::{
    CALLBACKS, CallConfig, ERROR_CALLBACKS, PoolMode, RunConfig, RunKind, VERSION,
};
use crate::task::value::Value;
use crate::task::{self, TaskKind};

impl RunConfig {
    /// Everything that is wrong with it; nothing for one that can be run.
    pub fn problems(&self, usable_cpus: u32) -> Vec<Problem> {
        let mut problems = Problems {
            config: self,
            found: Vec::new(),
        };
        problems.check_range(Field::Version, self.version, 1..=VERSION);
        problems.check_range(Field::TimeScale, self.time_scale, 0.0..=MAX_TIME_SCALE);
        match self.kind {
            RunKind::Processes => problems.check_processes(usable_cpus),
            RunKind::Pool => problems.check_pool(usable_cpus),
            RunKind::ProducerConsumer => problems.check_producer_consumer(usable_cpus),
        }
        problems.check_foreign();
        problems.found
    }
}

struct Problems<'a> {
    config: &'a RunConfig,
    found: Vec<Problem>,
}

impl Problems<'_> {
    fn add(&mut self, field: Field, kind: ProblemKind) {
        self.found.push(Problem { field, kind });
    }

    fn check_range<T: PartialOrd + Display + Copy>(
        &mut self,
        field: Field,
        found: T,
        range: RangeInclusive<T>,
    ) {
        if !range.contains(&found) {
            let (min, max) = (range.start().to_string(), range.end().to_string());
            let found = found.to_string();
            self.add(field, ProblemKind::Range { found, min, max });
        }
    }

    fn check_pool(&mut self, usable_cpus: u32) {
        let config = self.config;
        let count = config.process_count(usable_cpus);
        if !(1..=MAX_PROCESSES).contains(&count) {
            self.add(
                Field::Processes,
                ProblemKind::Processes {
                    found: count,
                    usable_cpus,
                },
            );
        }
        self.check_calls(
            &config.tasks,
            Field::Tasks,
            &[TaskKind::Work, TaskKind::Initializer],
            MAX_TASKS,
        );
        if let Some(call) = &config.initializer {
            self.check_call(
                call,
                Field::Initializer,
                &[TaskKind::Initializer, TaskKind::Work],
            );
        }
        if let Some(most) = config.max_tasks_per_child {
            self.check_range(Field::MaxTasksPerChild, most as usize, 1..=MAX_TASKS);
        }
        if let Some(seconds) = config.timeout {
            self.check_range(Field::Timeout, seconds, TIMEOUTS);
        }
        self.check_range(Field::Retries, config.retries, 0..=MAX_RETRIES);
        self.check_callback(config.callback.as_deref(), Field::Callback, CALLBACKS);
        self.check_callback(
            config.error_callback.as_deref(),
            Field::ErrorCallback,
            ERROR_CALLBACKS,
        );
    }

    fn check_processes(&mut self, usable_cpus: u32) {
        let config = self.config;
        self.check_calls(
            &config.tasks,
            Field::Tasks,
            &[TaskKind::Process, TaskKind::Work],
            MAX_PROCESSES,
        );
        let count = config.process_count(usable_cpus);
        if count > MAX_PROCESSES {
            self.add(
                Field::Tasks(None),
                ProblemKind::Processes {
                    found: count,
                    usable_cpus,
                },
            );
        }
        let seconds = config.main_seconds;
        self.check_range(Field::MainSeconds, seconds, 0.0..=MAX_MAIN_SECONDS);
    }

    fn check_producer_consumer(&mut self, usable_cpus: u32) {
        let config = self.config;
        match config.queues.len() {
            1..=MAX_QUEUES => {}
            0 => self.add(Field::Queues, ProblemKind::Empty),
            found => {
                let max = MAX_QUEUES;
                self.add(Field::Queues, ProblemKind::TooMany { found, max });
            }
        }
        let mut names: Vec<_> = config.queues.iter().map(|queue| &queue.name).collect();
        names.sort_unstable();
        if let Some([twice, _]) = names.array_windows().find(|[one, other]| one == other) {
            let found = (*twice).clone();
            self.add(Field::Queues, ProblemKind::Twice { found });
        }
        self.check_calls(
            &config.producers,
            Field::Producers,
            &[TaskKind::Producer],
            MAX_PROCESSES,
        );
        self.check_calls(
            &config.consumers,
            Field::Consumers,
            &[TaskKind::Consumer],
            MAX_PROCESSES,
        );
        let count = config.process_count(usable_cpus);
        if count > MAX_PROCESSES {
            self.add(
                Field::Producers(None),
                ProblemKind::Processes {
                    found: count,
                    usable_cpus,
                },
            );
        }
        if let Some(count) = config.sentinels {
            self.check_range(Field::Sentinels, count as usize, 0..=MAX_PROCESSES);
        }
    }

    /// Fields that mean nothing in a run of this kind.
    fn check_foreign(&mut self) {
        let config = self.config;
        for (field, is_set, kinds, needs) in FIELDS_OF_KINDS {
            if is_set(config) && !kinds.contains(&config.kind) {
                self.add(*field, ProblemKind::NotHere { needs });
            }
        }
    }

    fn check_callback(&mut self, name: Option<&str>, field: Field, allowed: &[&str]) {
        let Some(name) = name else { return };
        if !allowed.contains(&name) {
            let allowed = allowed.iter().map(|&name| name.to_owned()).collect();
            self.add(
                field,
                ProblemKind::UnknownName {
                    found: name.to_owned(),
                    allowed,
                },
            );
        } else if self.config.pool_mode() == PoolMode::Apply {
            self.add(
                field,
                ProblemKind::NotHere {
                    needs: "mode = \"apply_async\"",
                },
            );
        }
    }

    fn check_calls(
        &mut self,
        calls: &[CallConfig],
        field: fn(Option<usize>) -> Field,
        kinds: &[TaskKind],
        max: usize,
    ) {
        if calls.is_empty() {
            self.add(field(None), ProblemKind::Empty);
        }
        if calls.len() > max {
            self.add(
                field(None),
                ProblemKind::TooMany {
                    found: calls.len(),
                    max,
                },
            );
            return;
        }
        for (index, call) in calls.iter().enumerate() {
            self.check_call(call, field(Some(index)), kinds);
        }
    }

    fn check_call(&mut self, call: &CallConfig, field: Field, kinds: &[TaskKind]) {
        let allowed = || {
            task::TASKS
                .iter()
                .filter(|task| kinds.contains(&task.kind))
                .map(|task| task.name.to_owned())
                .collect()
        };
        let Some(task) = task::find(&call.target) else {
            return self.add(
                field,
                ProblemKind::UnknownName {
                    found: call.target.clone(),
                    allowed: allowed(),
                },
            );
        };
        if !kinds.contains(&task.kind) {
            return self.add(
                field,
                ProblemKind::WrongTask {
                    found: call.target.clone(),
                    allowed: allowed(),
                },
            );
        }
        if let Err(error) = task.check(&call.arguments()) {
            return self.add(field, ProblemKind::Arguments(error));
        }
        let queues: Vec<_> = self
            .config
            .queues
            .iter()
            .map(|queue| queue.name.clone())
            .collect();
        let values = call.args.iter().chain(call.kwargs.values());
        let unknown = values
            .filter_map(|value| {
                if let Value::Queue(name) = value {
                    Some(name)
                } else {
                    None
                }
            })
            .find(|name| !queues.contains(name));
        if let Some(found) = unknown {
            self.add(
                field,
                ProblemKind::UnknownName {
                    found: found.clone(),
                    allowed: queues,
                },
            );
        }
    }
}
