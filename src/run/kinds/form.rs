//! What a form asks for a run of a kind: a table of fields in the kind's own folder. Defaults, widgets, reading what was
//! typed, the problem beside a field and what is remembered follow from it.
//!
//! Labels, tips and hints are keys of the message catalogue.

use std::str::FromStr;

use crate::run::validate::{MAX_PROCESSES, Problem, ProblemKind};
use crate::task::{self, TaskDeclaration};

/// In a text of a task's argument, this stands for the task's number, counted from 0.
pub const NUMBER: &str = "{i}";

/// A field of the form, and what it means for a configuration.
pub struct FormField<C: 'static> {
    /// How it looks.
    pub shape: FieldShape,
    /// Puts what was typed into the configuration. One of several fields that mean something together does it for all.
    pub apply: fn(&mut C, &mut Typed<'_>),
}

/// How a field of the form looks.
#[derive(Debug)]
pub struct FieldShape {
    /// The name by which it is remembered; no other field of any kind has it.
    pub name: &'static str,
    /// The key of its label.
    pub label: &'static str,
    /// The key of what is told about it when it is pointed at; empty for nothing.
    pub tip: &'static str,
    /// How it is filled in.
    pub widget: Widget,
    /// The parts of the configuration whose problems stand beside it.
    pub shows: &'static [Shows],
    /// Whether it is one of those that are shown on request.
    pub is_more: bool,
}

impl<C> FormField<C> {
    /// A field that means this.
    pub const fn new(shape: FieldShape, apply: fn(&mut C, &mut Typed<'_>)) -> Self {
        Self { shape, apply }
    }
}

impl FieldShape {
    /// A field among the first that are shown.
    pub const fn new(name: &'static str, label: &'static str, widget: Widget) -> Self {
        Self {
            name,
            label,
            tip: "",
            widget,
            shows: &[],
            is_more: false,
        }
    }

    /// A text or number.
    pub const fn text(name: &'static str, label: &'static str, default: &'static str) -> Self {
        let hint = "";
        Self::new(name, label, Widget::Text { default, hint })
    }

    /// On or off.
    pub const fn switch(name: &'static str, label: &'static str, default: bool) -> Self {
        let needs = None;
        Self::new(name, label, Widget::Switch { default, needs })
    }

    /// Sets the key of its tooltip.
    #[must_use]
    pub const fn tip(mut self, tip: &'static str) -> Self {
        self.tip = tip;
        self
    }

    /// What an empty text means.
    #[must_use]
    pub const fn hint(mut self, hint: &'static str) -> Self {
        if let Widget::Text { default, .. } = self.widget {
            self.widget = Widget::Text { default, hint };
        }
        self
    }

    /// A switch that has a meaning only while another field has this value.
    #[must_use]
    pub const fn only_with(mut self, field: &'static str, value: &'static str) -> Self {
        if let Widget::Switch { default, .. } = self.widget {
            let needs = Some((field, value));
            self.widget = Widget::Switch { default, needs };
        }
        self
    }

    /// Problems of these parts stand beside it.
    #[must_use]
    pub const fn shows(mut self, shows: &'static [Shows]) -> Self {
        self.shows = shows;
        self
    }

    /// It is one of those that are shown on request.
    #[must_use]
    pub const fn more(mut self) -> Self {
        self.is_more = true;
        self
    }
}

/// How a field is filled in, and with what to begin.
#[derive(Clone, Copy, Debug)]
pub enum Widget {
    /// A text or number.
    Text {
        /// What stands there at first.
        default: &'static str,
        /// The key of what an empty field means; empty where it means nothing.
        hint: &'static str,
    },
    /// What random sleeps follow from: a number with a way to draw another; empty for a new one each time.
    Seed(&'static str),
    /// On or off.
    Switch {
        /// Whether it is on at first.
        default: bool,
        /// The field, and its value, with which alone this one has a meaning.
        needs: Option<(&'static str, &'static str)>,
    },
    /// One of several; the first is chosen at first.
    Choice(&'static [FormOption]),
    /// One of the tasks of this kind.
    Task(task::TaskKind),
    /// The arguments of the task that the field with this name has chosen.
    Arguments(&'static str),
}

/// One of several values.
#[derive(Debug)]
pub struct FormOption {
    /// The value, which is its label too.
    pub value: &'static str,
    /// The key of what is told about it.
    pub tip: &'static str,
}

/// A part of the configuration whose problems stand beside a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// Of the field with this key.
    Field(&'static str),
    /// Of the entries of the list with this key.
    Entries(&'static str),
    /// Of the arguments of calls in the list with this key.
    Arguments(&'static str),
}

/// The fields of a kind.
pub trait KindForm: Sized + 'static {
    /// What the form asks, in the order in which it is shown.
    const FORM: &'static [FormField<Self>];
}

/// A place in the form: a field, and which of its parts if it has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormPlace {
    /// The field's name.
    pub name: &'static str,
    /// Which of its parts, from 0.
    pub part: usize,
}

/// What is wrong at a place of the form.
#[derive(Clone, Debug, PartialEq)]
pub enum FormProblem {
    /// A number is needed, and nothing was typed.
    Missing,
    /// What was typed is no number.
    NoNumber {
        /// What was typed.
        found: String,
    },
    /// Something is wrong with what it means.
    Config(ProblemKind),
}

/// What was typed, by the names of fields.
pub trait Filled {
    /// The text of a field.
    fn text(&self, name: &str) -> String;
    /// The texts of a field that has several.
    fn texts(&self, name: &str) -> Vec<String>;
    /// Whether a field is on.
    fn is_on(&self, name: &str) -> bool;
}

/// Reads what was typed for one field after the other, and notes what cannot be read.
pub struct Typed<'a> {
    filled: &'a dyn Filled,
    field: &'static str,
    problems: Vec<(FormPlace, FormProblem)>,
}

impl<'a> Typed<'a> {
    /// What was typed into a form.
    pub fn new(filled: &'a dyn Filled) -> Self {
        Self {
            filled,
            field: "",
            problems: Vec::new(),
        }
    }

    /// A configuration with the meaning of every field.
    pub fn read<C: Default>(&mut self, fields: &'static [FormField<C>]) -> C {
        let mut config = C::default();
        self.apply(fields, &mut config);
        config
    }

    /// Puts every field into a configuration.
    pub fn apply<C>(&mut self, fields: &'static [FormField<C>], config: &mut C) {
        for field in fields {
            self.field = field.shape.name;
            (field.apply)(config, self);
        }
    }

    /// What could not be read.
    pub fn into_problems(self) -> Vec<(FormPlace, FormProblem)> {
        self.problems
    }

    fn note(&mut self, part: usize, problem: FormProblem) {
        let name = self.field;
        let place = FormPlace { name, part };
        if self.problems.iter().all(|(other, _)| *other != place) {
            self.problems.push((place, problem));
        }
    }

    /// The text of the field.
    pub fn text(&self) -> String {
        self.filled.text(self.field)
    }

    /// Whether the field is on.
    pub fn is_on(&self) -> bool {
        self.filled.is_on(self.field)
    }

    /// Reads another field, which is where problems are noted meanwhile.
    pub fn other<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        let here = std::mem::replace(&mut self.field, name);
        let value = read(self);
        self.field = here;
        value
    }

    /// A number; 0 where none was typed.
    pub fn number<T: FromStr + Default>(&mut self) -> T {
        let typed = self.text();
        self.number_in_part(0, &typed)
    }

    /// A number, or nothing.
    pub fn optional<T: FromStr + Default>(&mut self) -> Option<T> {
        (!self.text().trim().is_empty()).then(|| self.number())
    }

    /// A number of things, cut so that a slip of the finger does not fill the memory.
    pub fn count(&mut self, max: usize) -> usize {
        let count: usize = self.number();
        if count > max {
            let found = self.text().trim().to_owned();
            let (min, max) = ("1".to_owned(), max.to_string());
            let problem = ProblemKind::Range { found, min, max };
            self.note(0, FormProblem::Config(problem));
        }
        count.min(max)
    }

    /// A number of processes.
    pub fn processes(&mut self) -> usize {
        self.count(MAX_PROCESSES)
    }

    /// The task that the field has chosen.
    pub fn task(&self) -> Option<&'static TaskDeclaration> {
        task::find(&self.text())
    }

    /// The texts of a field that has several.
    pub fn texts(&self) -> Vec<String> {
        self.filled.texts(self.field)
    }

    /// One of several texts as a number; 0 where it is none.
    pub fn number_in_part<T: FromStr + Default>(&mut self, part: usize, typed: &str) -> T {
        typed.trim().parse().unwrap_or_else(|_| {
            let found = typed.trim().to_owned();
            let problem = if found.is_empty() {
                FormProblem::Missing
            } else {
                FormProblem::NoNumber { found }
            };
            self.note(part, problem);
            T::default()
        })
    }
}

/// The place of the form beside which a problem stands.
pub fn place_of(shapes: &[&'static FieldShape], problem: &Problem) -> FormPlace {
    let key = problem.field.key;
    let is_argument = matches!(problem.kind, ProblemKind::Arguments(_));
    let mut wanted = vec![Shows::Field(key)];
    if problem.field.entry.is_some() {
        wanted.insert(0, Shows::Entries(key));
        if is_argument {
            wanted.insert(0, Shows::Arguments(key));
        }
    }
    let find = |shows: &Shows| shapes.iter().find(|shape| shape.shows.contains(shows));
    let shape = wanted.iter().find_map(find).or(shapes.first());
    FormPlace {
        name: shape.map_or("", |shape| shape.name),
        part: 0,
    }
}
