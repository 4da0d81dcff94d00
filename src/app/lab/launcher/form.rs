//! The form of a run: what was typed, and the configuration that it means.

use std::collections::BTreeMap;

use super::problem::sentence;
use crate::app::text::Text;
use crate::run::config::RunConfig;
use crate::run::kinds::RunKind;
use crate::run::kinds::form::{
    FieldShape, Filled, FormPlace, FormProblem, NUMBER, Widget, place_of,
};
use crate::task::parameter::ParameterKind;
use crate::task::{self, TaskDeclaration, TaskKind};

/// What was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct RunForm {
    /// What kind of run.
    pub kind: RunKind,
    /// Whether the fields are shown that are shown on request.
    pub is_more_open: bool,
    /// What every field of every kind holds, by its name.
    pub(super) values: BTreeMap<&'static str, FormValue>,
}

/// What one field holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FormValue {
    /// A text, number or name.
    Text(String),
    /// On or off.
    Switch(bool),
    /// Several texts.
    Texts(Vec<String>),
}

impl Default for RunForm {
    fn default() -> Self {
        let mut form = Self {
            kind: RunKind::Pool,
            is_more_open: false,
            values: BTreeMap::new(),
        };
        for shape in shapes() {
            let value = match shape.widget {
                Widget::Text { default, .. } | Widget::Seed(default) => {
                    FormValue::Text(default.to_owned())
                }
                Widget::Switch { default, .. } => FormValue::Switch(default),
                Widget::Choice(options) => {
                    let first = options.first().map_or("", |option| option.value);
                    FormValue::Text(first.to_owned())
                }
                // Filled in by the task that is chosen.
                Widget::Task(_) | Widget::Arguments(_) => continue,
            };
            form.values.insert(shape.name, value);
        }
        for shape in shapes() {
            if let Widget::Task(kind) = shape.widget
                && let Some(first) = tasks(kind).next()
            {
                form.choose_task(shape.name, first);
            }
        }
        form
    }
}

/// The fields of every kind, each once.
pub(super) fn shapes() -> impl Iterator<Item = &'static FieldShape> {
    let mut seen = std::collections::BTreeSet::new();
    RunKind::ALL
        .iter()
        .flat_map(|kind| RunConfig::form(*kind))
        .filter(move |shape| seen.insert(shape.name))
}

/// The tasks of a kind.
pub(super) fn tasks(kind: TaskKind) -> impl Iterator<Item = &'static TaskDeclaration> {
    task::TASKS.iter().filter(move |task| task.kind == kind)
}

impl Filled for RunForm {
    fn text(&self, name: &str) -> String {
        self.typed(name).to_owned()
    }

    fn texts(&self, name: &str) -> Vec<String> {
        match self.values.get(name) {
            Some(FormValue::Texts(texts)) => texts.clone(),
            _ => Vec::new(),
        }
    }

    fn is_on(&self, name: &str) -> bool {
        matches!(self.values.get(name), Some(FormValue::Switch(true)))
    }
}

impl RunForm {
    /// What stands in the field with this name.
    pub fn typed(&self, name: &str) -> &str {
        match self.values.get(name) {
            Some(FormValue::Text(text)) => text,
            _ => "",
        }
    }

    /// Types into a field.
    pub fn set(&mut self, name: &'static str, text: impl Into<String>) {
        self.values.insert(name, FormValue::Text(text.into()));
    }

    /// The task that a field has chosen.
    pub(super) fn task(&self, field: &str) -> Option<&'static TaskDeclaration> {
        task::find(self.typed(field))
    }

    /// Something remembered may name a task that there is no longer, or lack arguments: the first one takes its place.
    pub fn mend(&mut self) {
        for shape in shapes() {
            let Widget::Arguments(field) = shape.widget else {
                continue;
            };
            let kinds = shapes().filter_map(|other| match other.widget {
                Widget::Task(kind) if other.name == field => Some(kind),
                _ => None,
            });
            for kind in kinds {
                let chosen = self.task(field);
                let count = self.texts(shape.name).len();
                let fits =
                    chosen.is_some_and(|task| task.kind == kind && task.parameters.len() == count);
                if !fits && let Some(task) = chosen.or_else(|| tasks(kind).next()) {
                    self.choose_task(field, task);
                }
            }
        }
    }

    /// Chooses another task, with arguments to begin with.
    pub fn choose_task(&mut self, field: &'static str, task: &'static TaskDeclaration) {
        self.set(field, task.name);
        let arguments = task
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
        let its_arguments =
            |shape: &&FieldShape| matches!(shape.widget, Widget::Arguments(of) if of == field);
        if let Some(shape) = shapes().find(its_arguments) {
            self.values.insert(shape.name, FormValue::Texts(arguments));
        }
    }

    /// The configuration that was typed, and what is wrong with it, each beside its field.
    pub fn config(&self, text: &Text, usable_cpus: u32) -> (RunConfig, Vec<(FormPlace, String)>) {
        let (config, unread) = RunConfig::typed(self.kind, self);
        let shapes = RunConfig::form(self.kind);
        let mut problems = unread;
        for problem in config.problems(usable_cpus) {
            let place = place_of(&shapes, &problem);
            // What cannot be read has been said already.
            if problems.iter().all(|(other, _)| *other != place) {
                problems.push((place, FormProblem::Config(problem.kind)));
            }
        }
        let problems = problems
            .into_iter()
            .map(|(place, problem)| (place, sentence(text, &problem)))
            .collect();
        (config, problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::kinds::KindConfig;
    use crate::run::kinds::pool::PoolConfig;

    type Problems = Vec<(&'static str, String)>;

    fn read(form: &RunForm) -> (RunConfig, Problems) {
        let (config, found) = form.config(&Text::english(), 8);
        let found = found.into_iter();
        (
            config,
            found.map(|(place, words)| (place.name, words)).collect(),
        )
    }

    fn pool_of(form: &RunForm) -> (PoolConfig, Problems) {
        let (config, found) = read(form);
        match config.kind {
            KindConfig::Pool(pool) => (pool, found),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_field_has_a_name_of_its_own() {
        for kind in RunKind::ALL {
            let own = RunConfig::form(*kind);
            for other in RunKind::ALL.iter().filter(|other| *other != kind) {
                let others = RunConfig::form(*other);
                let is_elsewhere = |shape: &&&FieldShape| {
                    let twin = others.iter().find(|other| other.name == shape.name);
                    twin.is_some_and(|twin| twin.label != shape.label)
                };
                assert!(own.iter().find(is_elsewhere).is_none(), "{kind:?}");
            }
        }
    }

    #[test]
    fn the_form_begins_with_runs_that_work() {
        let mut form = RunForm::default();
        let (config, found) = pool_of(&form);
        assert_eq!(found, []);
        assert_eq!((config.processes, config.tasks.len()), (Some(3), 5));
        assert_eq!(config.tasks[4].to_string(), r#"work, ("work4", 4)"#);
        assert!(config.callback.is_some() && config.error_callback.is_some());
        form.values.insert("initializer", FormValue::Switch(true));
        assert!(pool_of(&form).0.initializer.is_some());
        for kind in RunKind::ALL {
            form.kind = *kind;
            assert_eq!(read(&form).1, [], "{kind:?}");
        }
        form.kind = RunKind::ProducerConsumer;
        let KindConfig::ProducerConsumer(config) = read(&form).0.kind else {
            panic!("{form:?}");
        };
        assert_eq!((config.producers.len(), config.consumers.len()), (3, 2));
        form.kind = RunKind::Processes;
        let KindConfig::Processes(config) = read(&form).0.kind else {
            panic!("{form:?}");
        };
        let daemons: Vec<_> = config.tasks.iter().map(|process| process.daemon).collect();
        assert_eq!(daemons, [true, false, false]);
        for task in tasks(TaskKind::Work) {
            let mut form = RunForm::default();
            form.choose_task("task", task);
            assert_eq!(read(&form).1, [], "{}", task.name);
        }
    }

    #[test]
    fn each_problem_stands_at_its_field() {
        let mut form = RunForm::default();
        form.set("workers", "0");
        form.set("count", "0");
        form.set("time_scale", "fast");
        assert_eq!(
            read(&form).1,
            [
                ("time_scale", "fast is not a number.".to_owned()),
                (
                    "workers",
                    "0. Choose 1 to 256 (this machine has 8 CPUs).".to_owned()
                ),
                ("count", "At least one is needed.".to_owned()),
            ]
        );
        form.kind = RunKind::ProducerConsumer;
        form.set("time_scale", "1");
        form.set("consumers", "");
        form.set("producers", "999999999");
        form.set("items", "-1");
        let fields: Vec<_> = read(&form).1.into_iter().map(|(field, _)| field).collect();
        for field in ["producers", "consumers", "items"] {
            assert!(fields.contains(&field), "{fields:?}");
        }
    }

    #[test]
    fn limits_are_left_out_where_nothing_was_typed() {
        let mut form = RunForm::default();
        let (config, _) = pool_of(&form);
        assert_eq!(
            (config.max_tasks_per_child, config.timeout, config.retries),
            (None, None, 0)
        );
        form.set("tasks_per_worker", "2");
        form.set("timeout", "2.5");
        form.set("retries", "1");
        let (config, found) = pool_of(&form);
        assert_eq!(found, []);
        assert_eq!(
            (config.max_tasks_per_child, config.timeout, config.retries),
            (Some(2), Some(2.5), 1)
        );
        form.set("timeout", "0");
        assert_eq!(
            read(&form).1,
            [("timeout", "0. Choose 0.001 to 86400.".to_owned())]
        );
    }

    #[test]
    fn arguments_follow_the_declared_parameters() {
        let mut form = RunForm::default();
        let arguments = vec!["job".to_owned(), "x{i}".to_owned()];
        form.values.insert("arguments", FormValue::Texts(arguments));
        let (_, problems) = form.config(&Text::english(), 8);
        let name = "arguments";
        assert_eq!(problems[0].0, FormPlace { name, part: 1 });
    }
}
