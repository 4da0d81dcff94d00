//! The checks that several kinds of runs need.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::{Field, MAX_PROCESSES, Problem, ProblemKind};
use crate::run::call::CallConfig;
use crate::task::value::Value;
use crate::task::{self, TaskKind};

/// What is wrong with a configuration, as far as it was checked.
#[derive(Debug)]
pub struct Problems {
    usable_cpus: u32,
    queues: Vec<String>,
    found: Vec<Problem>,
}

impl Problems {
    /// Nothing so far, on a machine on which this process may use so many CPUs.
    pub fn new(usable_cpus: u32) -> Self {
        Self {
            usable_cpus,
            queues: Vec::new(),
            found: Vec::new(),
        }
    }

    /// The CPUs that this process may use.
    pub fn usable_cpus(&self) -> u32 {
        self.usable_cpus
    }

    /// Everything that was found.
    pub fn into_found(self) -> Vec<Problem> {
        self.found
    }

    /// One problem more.
    pub fn add(&mut self, field: Field, kind: ProblemKind) {
        self.found.push(Problem { field, kind });
    }

    /// The queues that calls may name from here on.
    pub fn know_queues(&mut self, names: Vec<String>) {
        self.queues = names;
    }

    /// A number that has to be in a range.
    pub fn check_range<T: PartialOrd + Display + Copy>(
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

    /// How many processes there are to be.
    pub fn check_process_count(&mut self, field: Field, found: usize, min: usize) {
        if !(min..=MAX_PROCESSES).contains(&found) {
            let usable_cpus = self.usable_cpus;
            self.add(field, ProblemKind::Processes { found, usable_cpus });
        }
    }

    /// A name that has to be one of those allowed.
    pub fn check_name(&mut self, field: Field, name: &str, allowed: &[&str]) -> bool {
        let is_known = allowed.contains(&name);
        if !is_known {
            let allowed = allowed.iter().map(|&name| name.to_owned()).collect();
            let found = name.to_owned();
            self.add(field, ProblemKind::UnknownName { found, allowed });
        }
        is_known
    }

    /// Calls of tasks of these kinds: at least one, and at most so many.
    pub fn check_calls(
        &mut self,
        field: Field,
        calls: &[CallConfig],
        kinds: &[TaskKind],
        max: usize,
    ) {
        if self.check_count(field, calls.len(), max) {
            for (index, call) in calls.iter().enumerate() {
                self.check_call(field.entry(index), call, kinds);
            }
        }
    }

    /// Whether there is at least one entry and at most so many; with none the entries can still be checked.
    pub fn check_count(&mut self, field: Field, found: usize, max: usize) -> bool {
        if found == 0 {
            self.add(field, ProblemKind::Empty);
        }
        if found > max {
            self.add(field, ProblemKind::TooMany { found, max });
        }
        found <= max
    }

    /// A call of a task of one of these kinds.
    pub fn check_call(&mut self, field: Field, call: &CallConfig, kinds: &[TaskKind]) {
        let allowed = || {
            task::TASKS
                .iter()
                .filter(|task| kinds.contains(&task.kind))
                .map(|task| task.name.to_owned())
                .collect()
        };
        let found = call.target.clone();
        let Some(task) = task::find(&call.target) else {
            let allowed = allowed();
            return self.add(field, ProblemKind::UnknownName { found, allowed });
        };
        if !kinds.contains(&task.kind) {
            let allowed = allowed();
            return self.add(field, ProblemKind::WrongTask { found, allowed });
        }
        if let Err(error) = task.check(&call.arguments()) {
            return self.add(field, ProblemKind::Arguments(error));
        }
        let values = call.args.iter().chain(call.kwargs.values());
        let unknown = values
            .filter_map(|value| {
                if let Value::Queue(name) = value {
                    Some(name)
                } else {
                    None
                }
            })
            .find(|name| !self.queues.contains(name));
        if let Some(found) = unknown {
            let (found, allowed) = (found.clone(), self.queues.clone());
            self.add(field, ProblemKind::UnknownName { found, allowed });
        }
    }
}
