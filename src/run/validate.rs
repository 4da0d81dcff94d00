//! What is wrong with a configuration, each problem at its field, so that a form can say it beside the field and the
//! terminal with the field's name.

use std::fmt;

use super::config::{
    CALLBACKS, CallConfig, ERROR_CALLBACKS, PoolMode, RunConfig, RunKind, VERSION,
};
use crate::task::parameter::BindError;
use crate::task::value::Value;
use crate::task::{self, TaskKind};

/// The most processes that one run may start.
pub const MAX_PROCESSES: usize = 256;

/// The most tasks that one run may have.
pub const MAX_TASKS: usize = 100_000;

/// The longest that the main's own code may go on, seconds.
pub const MAX_MAIN_SECONDS: f64 = 3600.0;

/// The slowest allowed time scale.
pub const MAX_TIME_SCALE: f64 = 1000.0;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where.
    pub field: Field,
    /// What.
    pub kind: ProblemKind,
}

/// A field of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// `version`.
    Version,
    /// `processes`.
    Processes,
    /// `mode`.
    Mode,
    /// `initializer`.
    Initializer,
    /// `callback`.
    Callback,
    /// `error_callback`.
    ErrorCallback,
    /// `time_scale`.
    TimeScale,
    /// `main_prints`.
    MainPrints,
    /// `main_seconds`.
    MainSeconds,
    /// `sentinels`.
    Sentinels,
    /// `queues`.
    Queues,
    /// `producers`, or one of them counted from 0.
    Producers(Option<usize>),
    /// `consumers`, or one of them counted from 0.
    Consumers(Option<usize>),
    /// `tasks`, or one of them counted from 0.
    Tasks(Option<usize>),
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// A number outside its range.
    Range {
        /// The number.
        found: String,
        /// The smallest allowed.
        min: String,
        /// The largest allowed.
        max: String,
    },
    /// More processes than [`MAX_PROCESSES`] in all, or none.
    Processes {
        /// How many.
        found: usize,
        /// The CPUs that this process may use.
        usable_cpus: u32,
    },
    /// Nothing where something is needed.
    Empty,
    /// More entries than allowed.
    TooMany {
        /// How many.
        found: usize,
        /// How many are allowed.
        max: usize,
    },
    /// A name that is none of those allowed.
    UnknownName {
        /// The name.
        found: String,
        /// Those allowed.
        allowed: Vec<String>,
    },
    /// The task cannot be used in this place.
    WrongTask {
        /// The task.
        found: String,
        /// Those that can.
        allowed: Vec<String>,
    },
    /// Arguments that do not fit.
    Arguments(BindError),
    /// Has a meaning only in another kind or mode of run.
    NotHere {
        /// Where it has one.
        needs: &'static str,
    },
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, index) = match self {
            Self::Version => ("version", None),
            Self::Processes => ("processes", None),
            Self::Mode => ("mode", None),
            Self::Initializer => ("initializer", None),
            Self::Callback => ("callback", None),
            Self::ErrorCallback => ("error_callback", None),
            Self::TimeScale => ("time_scale", None),
            Self::MainPrints => ("main_prints", None),
            Self::MainSeconds => ("main_seconds", None),
            Self::Sentinels => ("sentinels", None),
            Self::Queues => ("queues", None),
            Self::Producers(index) => ("producers", *index),
            Self::Consumers(index) => ("consumers", *index),
            Self::Tasks(index) => ("tasks", *index),
        };
        match index {
            Some(index) => write!(f, "{name}[{index}]"),
            None => f.write_str(name),
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { found, min, max } => write!(f, "{found}: choose {min} to {max}"),
            Self::Processes { found, usable_cpus } => {
                write!(
                    f,
                    "{found}: choose 1 to {MAX_PROCESSES} (this program may use {usable_cpus} CPUs)"
                )
            }
            Self::Empty => f.write_str("needs at least one entry"),
            Self::TooMany { found, max } => write!(f, "{found} entries: at most {max} are allowed"),
            Self::UnknownName { found, allowed } => {
                let found = shortened(found);
                write!(f, "there is no '{found}'; there is {}", allowed.join(", "))
            }
            Self::WrongTask { found, allowed } => write!(
                f,
                "'{found}' cannot be used here; use {}",
                allowed.join(", ")
            ),
            Self::Arguments(error) => error.fmt(f),
            Self::NotHere { needs } => write!(f, "has a meaning only with {needs}"),
        }
    }
}

/// The beginning of a name that was given, long enough to be known again.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 100;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.kind)
    }
}

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
        Field::Tasks(None),
        |c| {
            c.tasks
                .iter()
                .any(|task| task.name.is_some() || task.daemon || task.join)
        },
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(calls: &[CallConfig]) -> RunConfig {
        RunConfig {
            processes: Some(3),
            tasks: calls.to_vec(),
            ..RunConfig::pool()
        }
    }

    fn words(config: &RunConfig) -> Vec<String> {
        config.problems(8).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_pool_has_no_problems() {
        assert_eq!(
            words(&pool(&[CallConfig::new(
                "work",
                vec!["work0".into(), 0.into()]
            )])),
            [""; 0]
        );
    }

    #[test]
    fn each_problem_names_the_field_and_what_is_allowed() {
        let mut config = pool(&[]);
        config.processes = Some(0);
        config.time_scale = -1.0;
        assert_eq!(
            words(&config),
            [
                "time_scale: -1: choose 0 to 1000",
                "processes: 0: choose 1 to 256 (this program may use 8 CPUs)",
                "tasks: needs at least one entry"
            ]
        );
        let config = pool(&[
            CallConfig::new("wrok", vec![]),
            CallConfig::new("producer", vec![]),
            CallConfig::new("work", vec![]),
        ]);
        assert_eq!(
            words(&config),
            [
                "tasks[0]: there is no 'wrok'; there is work, count_primes, sha256_file, announce",
                "tasks[1]: 'producer' cannot be used here; use work, count_primes, sha256_file, announce",
                "tasks[2]: work() is missing the argument 'key': text",
            ]
        );
        let mut config = pool(&[CallConfig::new("announce", vec!["hi".into()])]);
        config.callback = Some("nothing".into());
        config.queues = RunConfig::producer_consumer(0).queues;
        assert_eq!(
            words(&config),
            [
                "callback: there is no 'nothing'; there is callback_work",
                "queues: has a meaning only with kind = \"producer_consumer\""
            ]
        );
    }

    #[test]
    fn a_producer_needs_an_existing_queue() {
        let mut config = RunConfig::producer_consumer(0);
        config.producers = vec![CallConfig::new(
            "producer",
            vec!["xxx".into(), Value::Queue("drink".into()), 2.into()],
        )];
        config.consumers = vec![CallConfig::new(
            "consumer",
            vec![Value::Queue("food".into())],
        )];
        assert_eq!(
            words(&config),
            ["producers[0]: there is no 'drink'; there is food"]
        );
    }
}
