//! The form of a run: what was typed, and the configuration that it means.

use serde::{Deserialize, Serialize};

use super::problem::{Reader, field_of, sentence};
use crate::app::text::Text;
use crate::run::call::CallConfig;
use crate::run::config::RunConfig;
use crate::run::kinds::pool::{CALLBACKS, ERROR_CALLBACKS, MAX_TASKS, PoolConfig, PoolMode};
use crate::run::kinds::processes::{ProcessConfig, ProcessesConfig};
use crate::run::kinds::producer_consumer::ProducerConsumerConfig;
use crate::run::kinds::{KindConfig, RunKind};
use crate::task;
use crate::task::parameter::ParameterKind;
use crate::task::value::Value;
use crate::task::{TaskDeclaration, TaskKind};

/// In an argument's text, this stands for the task's number, counted from 0.
pub const NUMBER: &str = "{i}";

/// The seed of a form that nobody has changed: that of the lessons with the same tasks.
const FIRST_SEED: u64 = 251;

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormField {
    /// How many workers.
    Workers,
    /// Which task.
    Task,
    /// How many tasks.
    Count,
    /// An argument of the task, by its place.
    Argument(usize),
    /// How many tasks a worker runs before it is replaced.
    TasksPerWorker,
    /// How long a task may take, seconds.
    Timeout,
    /// How often a task that fails is tried again.
    Retries,
    /// How many times as long sleeps take.
    TimeScale,
    /// What random sleeps follow from.
    Seed,
    /// How many producers.
    Producers,
    /// How many items each of them puts.
    Items,
    /// How many consumers.
    Consumers,
    /// How many items the queue holds.
    MaxSize,
    /// How many sentinels the main puts.
    Sentinels,
    /// How many processes a group has.
    Group,
    /// How many of them are daemons.
    Daemons,
    /// How long the main's own code goes on, seconds.
    MainSeconds,
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// A group of processes, a pool, or producers and consumers.
    pub kind: RunKind,
    /// How many workers.
    pub workers: String,
    /// The name of the task.
    pub task: String,
    /// How many tasks.
    pub count: String,
    /// The task's arguments, one text for each of its parameters.
    pub arguments: Vec<String>,
    /// How tasks are submitted.
    pub mode: PoolMode,
    /// Whether values and errors are given to callbacks.
    pub callbacks: bool,
    /// Whether each worker says hello before its first task.
    pub initializer: bool,
    /// How many tasks a worker runs before it is replaced; empty for no limit.
    pub tasks_per_worker: String,
    /// How long each attempt of a task may take, seconds; empty for no limit.
    pub timeout: String,
    /// How often a task that fails is tried again.
    pub retries: String,
    /// How many producers.
    pub producers: String,
    /// How many items each of them puts.
    pub items: String,
    /// How many consumers.
    pub consumers: String,
    /// How many items the queue holds; 0 for no limit.
    pub maxsize: String,
    /// How many sentinels; empty for one a consumer.
    pub sentinels: String,
    /// How many processes a group has.
    pub group: String,
    /// How many of them, the first ones, are daemons.
    pub daemons: String,
    /// How long the main's own code goes on once they are started, seconds.
    pub main_seconds: String,
    /// How many times as long sleeps take.
    pub time_scale: String,
    /// What random sleeps follow from: the same from run to run, so that another number of workers is all that differs. Empty
    /// for a new one each time.
    pub seed: String,
    /// Whether the fields beyond the first three are shown.
    pub is_more_open: bool,
}

impl Default for Form {
    fn default() -> Self {
        let mut form = Self {
            kind: RunKind::Pool,
            workers: "3".to_owned(),
            task: String::new(),
            count: "5".to_owned(),
            arguments: Vec::new(),
            mode: PoolMode::ApplyAsync,
            callbacks: true,
            initializer: false,
            tasks_per_worker: String::new(),
            timeout: String::new(),
            retries: "0".to_owned(),
            producers: "3".to_owned(),
            items: "3".to_owned(),
            consumers: "2".to_owned(),
            maxsize: "0".to_owned(),
            sentinels: String::new(),
            group: "3".to_owned(),
            daemons: "1".to_owned(),
            main_seconds: "1.5".to_owned(),
            time_scale: "1".to_owned(),
            seed: FIRST_SEED.to_string(),
            is_more_open: false,
        };
        if let Some(first) = Self::tasks().next() {
            form.choose_task(first);
        }
        form
    }
}

impl Form {
    /// The tasks that a pool of the form can run.
    pub fn tasks() -> impl Iterator<Item = &'static TaskDeclaration> {
        task::TASKS
            .iter()
            .filter(|task| task.kind == TaskKind::Work)
    }

    /// The chosen task.
    pub fn task(&self) -> Option<&'static TaskDeclaration> {
        task::find(&self.task)
    }

    /// Something remembered may name a task that there is no longer, or lack arguments: the first one takes its place.
    pub fn mend(&mut self) {
        let fits = self.task().is_some_and(|task| {
            task.kind == TaskKind::Work && task.parameters.len() == self.arguments.len()
        });
        if !fits && let Some(task) = self.task().or_else(|| Self::tasks().next()) {
            self.choose_task(task);
        }
    }

    /// Chooses another task, with arguments to begin with.
    pub fn choose_task(&mut self, task: &'static TaskDeclaration) {
        task.name.clone_into(&mut self.task);
        self.arguments = task
            .parameters
            .iter()
            .map(|parameter| match parameter.kind {
                ParameterKind::Integer { max, .. } if task.computes => {
                    max.min(20_000_000).to_string()
                }
                ParameterKind::Integer { .. } => NUMBER.to_owned(),
                ParameterKind::Path => "/etc/services".to_owned(),
                ParameterKind::Text | ParameterKind::Queue => format!("{}{NUMBER}", task.name),
            })
            .collect();
    }

    /// The configuration that was typed, and what is wrong with it, each beside its field.
    pub fn config(&self, text: &Text, usable_cpus: u32) -> (RunConfig, Vec<(FormField, String)>) {
        let mut reader = Reader {
            text,
            problems: Vec::new(),
        };
        let kind: KindConfig = match self.kind {
            RunKind::Processes => self.processes(&mut reader).into(),
            RunKind::Pool => self.pool(&mut reader).into(),
            RunKind::ProducerConsumer => self.producer_consumer(&mut reader).into(),
        };
        let mut config = RunConfig::new(kind);
        config.time_scale = reader.number(FormField::TimeScale, &self.time_scale);
        config.seed = reader.optional(FormField::Seed, &self.seed);
        let Reader { mut problems, .. } = reader;
        for problem in config.problems(usable_cpus) {
            let field = field_of(&problem, self.kind);
            // What cannot be read has been said already.
            if problems.iter().all(|(other, _)| *other != field) {
                problems.push((field, sentence(text, &problem)));
            }
        }
        (config, problems)
    }

    fn processes(&self, reader: &mut Reader<'_>) -> ProcessesConfig {
        let mut config = ProcessesConfig::default();
        let count = reader.count(FormField::Group, &self.group);
        let daemons = reader.count(FormField::Daemons, &self.daemons);
        config.tasks = (0..count)
            .map(|place| {
                let args = vec![Value::Str(producer_name(place))];
                ProcessConfig {
                    daemon: place < daemons,
                    ..ProcessConfig::new(CallConfig::new("run", args))
                }
            })
            .collect();
        config.main_seconds = reader.number(FormField::MainSeconds, &self.main_seconds);
        config
    }

    fn pool(&self, reader: &mut Reader<'_>) -> PoolConfig {
        let mut config = PoolConfig {
            processes: Some(reader.number(FormField::Workers, &self.workers)),
            mode: Some(self.mode),
            ..PoolConfig::default()
        };
        if self.callbacks && self.mode == PoolMode::ApplyAsync {
            config.callback = CALLBACKS.first().map(|name| (*name).to_owned());
            config.error_callback = ERROR_CALLBACKS.first().map(|name| (*name).to_owned());
        }
        if self.initializer {
            config.initializer = Self::greeting();
        }
        config.max_tasks_per_child =
            reader.optional(FormField::TasksPerWorker, &self.tasks_per_worker);
        config.timeout = reader.optional(FormField::Timeout, &self.timeout);
        config.retries = reader.number(FormField::Retries, &self.retries);
        let count: usize = reader.number(FormField::Count, &self.count);
        if count > MAX_TASKS {
            let max = MAX_TASKS.to_string();
            reader.out_of_range(FormField::Count, &self.count, "1", &max);
        }
        if let Some(task) = self.task() {
            config.tasks = (0..count.min(MAX_TASKS))
                .map(|number| self.call(task, number, reader))
                .collect();
        }
        config
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

    fn call(
        &self,
        task: &'static TaskDeclaration,
        number: usize,
        reader: &mut Reader<'_>,
    ) -> CallConfig {
        let args = task
            .parameters
            .iter()
            .zip(&self.arguments)
            .enumerate()
            .map(|(place, (parameter, typed))| {
                let typed = typed.replace(NUMBER, &number.to_string());
                match parameter.kind {
                    ParameterKind::Integer { .. } => {
                        Value::Int(reader.number(FormField::Argument(place), &typed))
                    }
                    ParameterKind::Text | ParameterKind::Path => Value::Str(typed),
                    ParameterKind::Queue => Value::Queue(typed),
                }
            })
            .collect();
        CallConfig::new(task.name, args)
    }

    fn producer_consumer(&self, reader: &mut Reader<'_>) -> ProducerConsumerConfig {
        let maxsize = reader.number(FormField::MaxSize, &self.maxsize);
        let mut config = ProducerConsumerConfig::around_food(maxsize);
        let queue = config
            .queues
            .first()
            .map_or_else(String::new, |queue| queue.name.clone());
        let items: i64 = reader.number(FormField::Items, &self.items);
        let producers = reader.count(FormField::Producers, &self.producers);
        config.producers = (0..producers)
            .map(|place| {
                let args = vec![
                    Value::Str(producer_name(place)),
                    Value::Queue(queue.clone()),
                    Value::Int(items),
                ];
                CallConfig::new("producer", args)
            })
            .collect();
        let consumers = reader.count(FormField::Consumers, &self.consumers);
        config.consumers = (0..consumers)
            .map(|_| CallConfig::new("consumer", vec![Value::Queue(queue.clone())]))
            .collect();
        config.sentinels = reader.optional(FormField::Sentinels, &self.sentinels);
        config
    }
}

/// The tutorial's names, then numbered ones.
fn producer_name(place: usize) -> String {
    ["xxx", "yyy", "zzz"].get(place).map_or_else(
        || format!("producer{}", place + 1),
        |name| (*name).to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(form: &Form) -> Vec<(FormField, String)> {
        form.config(&Text::english(), 8).1
    }

    fn pool_of(form: &Form) -> (PoolConfig, Vec<(FormField, String)>) {
        let (config, found) = form.config(&Text::english(), 8);
        match config.kind {
            KindConfig::Pool(pool) => (pool, found),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_form_begins_with_runs_that_work() {
        let mut form = Form::default();
        let (config, found) = pool_of(&form);
        assert_eq!(found, []);
        assert_eq!((config.processes, config.tasks.len()), (Some(3), 5));
        assert_eq!(config.tasks[4].to_string(), r#"work, ("work4", 4)"#);
        form.initializer = true;
        form.kind = RunKind::ProducerConsumer;
        let (config, found) = form.config(&Text::english(), 8);
        assert_eq!(found, []);
        let KindConfig::ProducerConsumer(config) = config.kind else {
            panic!("{config:?}");
        };
        assert_eq!((config.producers.len(), config.consumers.len()), (3, 2));
        for task in Form::tasks() {
            let mut form = Form::default();
            form.choose_task(task);
            assert_eq!(problems(&form), [], "{}", task.name);
        }
    }

    #[test]
    fn each_problem_stands_at_its_field() {
        let mut form = Form {
            workers: "0".into(),
            count: "0".into(),
            time_scale: "fast".into(),
            ..Form::default()
        };
        assert_eq!(
            problems(&form),
            [
                (FormField::TimeScale, "fast is no number.".to_owned()),
                (
                    FormField::Workers,
                    "0. Choose 1 to 256 (this machine has 8 CPUs).".to_owned()
                ),
                (FormField::Count, "At least one is needed.".to_owned()),
            ]
        );
        form.kind = RunKind::ProducerConsumer;
        form.time_scale = "1".into();
        form.consumers = String::new();
        form.producers = "999999999".into();
        let fields: Vec<_> = problems(&form)
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert!(fields.contains(&FormField::Producers), "{fields:?}");
        assert!(fields.contains(&FormField::Consumers), "{fields:?}");
    }

    #[test]
    fn limits_are_left_out_where_nothing_was_typed() {
        let mut form = Form::default();
        let (config, _) = pool_of(&form);
        assert_eq!(
            (config.max_tasks_per_child, config.timeout, config.retries),
            (None, None, 0)
        );
        form.tasks_per_worker = "2".into();
        form.timeout = "2.5".into();
        form.retries = "1".into();
        let (config, found) = pool_of(&form);
        assert_eq!(found, []);
        assert_eq!(
            (config.max_tasks_per_child, config.timeout, config.retries),
            (Some(2), Some(2.5), 1)
        );
        form.timeout = "0".into();
        assert_eq!(
            problems(&form),
            [(FormField::Timeout, "0. Choose 0.001 to 86400.".to_owned())]
        );
    }

    #[test]
    fn arguments_follow_the_declared_parameters() {
        let form = Form {
            arguments: vec!["job".into(), "x{i}".into()],
            ..Form::default()
        };
        assert_eq!(problems(&form)[0].0, FormField::Argument(1));
    }
}
