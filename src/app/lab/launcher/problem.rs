//! What is wrong with a form, in words beside the field.

use super::form::FormField;
use crate::app::text::Text;
use crate::run::kinds::RunKind;
use crate::run::validate::{MAX_PROCESSES, Problem, ProblemKind};

/// Reads what was typed and notes what cannot be read.
pub struct Reader<'a> {
    /// Every sentence.
    pub text: &'a Text,
    /// What could not be read so far, each beside its field.
    pub problems: Vec<(FormField, String)>,
}

impl Reader<'_> {
    fn note(&mut self, field: FormField, sentence: String) {
        if self.problems.iter().all(|(other, _)| *other != field) {
            self.problems.push((field, sentence));
        }
    }

    /// A number; 0 where none was typed.
    pub fn number<T: std::str::FromStr + Default>(&mut self, field: FormField, typed: &str) -> T {
        typed.trim().parse().unwrap_or_else(|_| {
            let found = typed.trim().to_owned();
            let sentence = if found.is_empty() {
                self.text.get("form-problem-missing").to_owned()
            } else {
                self.text
                    .with("form-problem-number", &[("found", found.into())])
            };
            self.note(field, sentence);
            T::default()
        })
    }

    /// A number, or nothing.
    pub fn optional<T: std::str::FromStr + Default>(
        &mut self,
        field: FormField,
        typed: &str,
    ) -> Option<T> {
        (!typed.trim().is_empty()).then(|| self.number(field, typed))
    }

    /// A number of processes, cut so that a slip of the finger does not fill the memory.
    pub fn count(&mut self, field: FormField, typed: &str) -> usize {
        let count: usize = self.number(field, typed);
        if count > MAX_PROCESSES {
            let max = MAX_PROCESSES.to_string();
            self.out_of_range(field, typed, "1", &max);
        }
        count.min(MAX_PROCESSES)
    }

    /// Notes that a number is too small or too large.
    pub fn out_of_range(&mut self, field: FormField, found: &str, min: &str, max: &str) {
        let sentence = range(self.text, found, min, max);
        self.note(field, sentence);
    }
}

fn range(text: &Text, found: &str, min: &str, max: &str) -> String {
    text.with(
        "form-problem-range",
        &[
            ("found", found.trim().to_owned().into()),
            ("min", min.to_owned().into()),
            ("max", max.to_owned().into()),
        ],
    )
}

/// The field of the form beside which a problem is told.
pub fn field_of(problem: &Problem, kind: RunKind) -> FormField {
    match (problem.field.key, problem.field.entry, &problem.kind) {
        ("processes", ..) => FormField::Workers,
        ("max_tasks_per_child", ..) => FormField::TasksPerWorker,
        ("timeout", ..) => FormField::Timeout,
        ("retries", ..) => FormField::Retries,
        ("time_scale", ..) => FormField::TimeScale,
        ("sentinels", ..) => FormField::Sentinels,
        ("queues", ..) => FormField::MaxSize,
        ("producers", None, _) => FormField::Producers,
        ("producers", Some(_), _) => FormField::Items,
        ("consumers", ..) => FormField::Consumers,
        ("main_seconds", ..) => FormField::MainSeconds,
        ("tasks", ..) if kind == RunKind::Processes => FormField::Group,
        ("tasks", None, _) => FormField::Count,
        ("tasks", Some(_), ProblemKind::Arguments(_)) => FormField::Argument(0),
        _ if kind == RunKind::Pool => FormField::Task,
        _ => FormField::Producers,
    }
}

/// A problem in words that follow the field's name.
pub fn sentence(text: &Text, problem: &Problem) -> String {
    match &problem.kind {
        ProblemKind::Processes { found, usable_cpus } => text.with(
            "form-problem-processes",
            &[
                ("found", (*found).into()),
                ("max", MAX_PROCESSES.into()),
                ("cpus", (*usable_cpus).into()),
            ],
        ),
        ProblemKind::Range { found, min, max } => range(text, found, min, max),
        ProblemKind::Empty => text.get("form-problem-empty").to_owned(),
        ProblemKind::TooMany { found, max } => {
            range(text, &found.to_string(), "1", &max.to_string())
        }
        other => text.with("form-problem-other", &[("what", other.to_string().into())]),
    }
}
