//! The checks.

use super::{
    Field, MAX_MAIN_SECONDS, MAX_PROCESSES, MAX_TASKS, MAX_TIME_SCALE, Problem, ProblemKind,
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
        if !(1..=VERSION).contains(&self.version) {
            let (min, max) = ("1".to_owned(), VERSION.to_string());
            problems.add(
                Field::Version,
                ProblemKind::Range {
                    found: self.version.to_string(),
                    min,
                    max,
                },
            );
        }
        if !(0.0..=MAX_TIME_SCALE).contains(&self.time_scale) {
            let (min, max) = ("0".to_owned(), MAX_TIME_SCALE.to_string());
            problems.add(
                Field::TimeScale,
                ProblemKind::Range {
                    found: self.time_scale.to_string(),
                    min,
                    max,
                },
            );
        }
        match self.kind {
            RunKind::Processes => problems.check_processes(usable_cpus),
            RunKind::Pool => problems.check_pool(usable_cpus),
            RunKind::ProducerConsumer => problems.check_producer_consumer(usable_cpus),
        }
        problems.check_foreign();
        problems.found
    }
}

const POOL: (&[RunKind], &str) = (&[RunKind::Pool], "kind = \"pool\"");
const PROCESSES: (&[RunKind], &str) = (&[RunKind::Processes], "kind = \"processes\"");
const QUEUES: (&[RunKind], &str) = (&[RunKind::ProducerConsumer], "kind = \"producer_consumer\"");

/// A field, whether it is set, and the kinds of run in which it means something, also in words.
type FieldOfKinds = (
    Field,
    fn(&RunConfig) -> bool,
    &'static [RunKind],
    &'static str,
);

/// The fields that not every kind of run has.
const FIELDS_OF_KINDS: &[FieldOfKinds] = &[
    (Field::Processes, |c| c.processes.is_some(), POOL.0, POOL.1),
    (Field::Mode, |c| c.mode.is_some(), POOL.0, POOL.1),
    (
        Field::Initializer,
        |c| c.initializer.is_some(),
        POOL.0,
        POOL.1,
    ),
    (Field::Callback, |c| c.callback.is_some(), POOL.0, POOL.1),
    (
        Field::ErrorCallback,
        |c| c.error_callback.is_some(),
        POOL.0,
        POOL.1,
    ),
    (
        Field::Tasks(None),
        |c| !c.tasks.is_empty(),
        &[RunKind::Pool, RunKind::Processes],
        "kind = \"pool\" or \"processes\"",
    ),
    (
        Field::TaskKeys("name"),
        |c| c.tasks.iter().any(|task| task.name.is_some()),
        PROCESSES.0,
        PROCESSES.1,
    ),
    (
        Field::TaskKeys("daemon"),
        |c| c.tasks.iter().any(|task| task.daemon),
        PROCESSES.0,
        PROCESSES.1,
    ),
    (
        Field::TaskKeys("join"),
        |c| c.tasks.iter().any(|task| task.join),
        PROCESSES.0,
        PROCESSES.1,
    ),
    (
        Field::MainPrints,
        |c| c.main_prints.is_some(),
        PROCESSES.0,
        PROCESSES.1,
    ),
    (
        Field::MainSeconds,
        |c| c.main_seconds != 0.0,
        PROCESSES.0,
        PROCESSES.1,
    ),
    (Field::Queues, |c| !c.queues.is_empty(), QUEUES.0, QUEUES.1),
    (
        Field::Producers(None),
        |c| !c.producers.is_empty(),
        QUEUES.0,
        QUEUES.1,
    ),
    (
        Field::Consumers(None),
        |c| !c.consumers.is_empty(),
        QUEUES.0,
        QUEUES.1,
    ),
    (
        Field::Sentinels,
        |c| c.sentinels.is_some(),
        QUEUES.0,
        QUEUES.1,
    ),
];

struct Problems<'a> {
    config: &'a RunConfig,
    found: Vec<Problem>,
}

impl Problems<'_> {
    fn add(&mut self, field: Field, kind: ProblemKind) {
        self.found.push(Problem { field, kind });
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
        if !(0.0..=MAX_MAIN_SECONDS).contains(&config.main_seconds) {
            let (min, max) = ("0".to_owned(), MAX_MAIN_SECONDS.to_string());
            self.add(
                Field::MainSeconds,
                ProblemKind::Range {
                    found: config.main_seconds.to_string(),
                    min,
                    max,
                },
            );
        }
    }

    fn check_producer_consumer(&mut self, usable_cpus: u32) {
        let config = self.config;
        match config.queues.len() {
            1 => {}
            0 => self.add(Field::Queues, ProblemKind::Empty),
            found => self.add(Field::Queues, ProblemKind::TooMany { found, max: 1 }),
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
        if let Some(found) = config
            .sentinels
            .filter(|&count| count as usize > MAX_PROCESSES)
        {
            let (min, max) = ("0".to_owned(), MAX_PROCESSES.to_string());
            self.add(
                Field::Sentinels,
                ProblemKind::Range {
                    found: found.to_string(),
                    min,
                    max,
                },
            );
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
