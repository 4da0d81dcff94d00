//! Producers and consumers around queues, which the main ends with sentinels.

mod listing;
mod program;

use serde::{Deserialize, Serialize};

use super::{Features, Kind};
use crate::run::call::CallConfig;
use crate::run::event::Role;
use crate::run::program::{Main, ProgramError};
use crate::run::validate::{Field, MAX_PROCESSES, ProblemKind, Problems};
use crate::run::whole;
use crate::task::TaskKind;
use crate::task::value::Value;

/// How many queues a run may have at most.
pub const MAX_QUEUES: usize = 16;

/// What producers and consumers are to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerConsumerConfig {
    /// How many sentinels None the main puts, one a consumer if left out: each into the queue of its consumer, in their
    /// order, and from the first again if there are more.
    #[serde(
        default,
        deserialize_with = "whole::optional::<0, { MAX_PROCESSES as u64 }, _, _>"
    )]
    pub sentinels: Option<u32>,
    /// The queues.
    #[serde(default)]
    pub queues: Vec<QueueConfig>,
    /// Who puts.
    #[serde(default)]
    pub producers: Vec<CallConfig>,
    /// Who gets.
    #[serde(default)]
    pub consumers: Vec<CallConfig>,
}

/// A queue of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueConfig {
    /// Its name, which arguments refer to as `{ queue = "name" }`.
    pub name: String,
    /// How many items it holds; 0 for no limit.
    #[serde(
        default,
        deserialize_with = "whole::or_zero::<0, { u32::MAX as u64 }, _, _>"
    )]
    pub maxsize: u32,
}

impl ProducerConsumerConfig {
    /// A run around one queue called `food`, with no process in it yet.
    pub fn around_food(maxsize: u32) -> Self {
        let name = "food".to_owned();
        Self {
            queues: vec![QueueConfig { name, maxsize }],
            ..Self::default()
        }
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
}

impl Kind for ProducerConsumerConfig {
    fn resolve(&mut self, _: u32) {
        let consumers = u32::try_from(self.consumers.len()).unwrap_or(u32::MAX);
        self.sentinels.get_or_insert(consumers);
    }

    fn check(&self, problems: &mut Problems) {
        let queues = Field::of("queues");
        problems.check_count(queues, self.queues.len(), MAX_QUEUES);
        let names = self.queues.iter().map(|queue| queue.name.clone());
        let names: Vec<_> = names.collect();
        let mut sorted: Vec<_> = names.iter().collect();
        sorted.sort_unstable();
        if let Some([twice, _]) = sorted.array_windows().find(|[one, other]| one == other) {
            let found = (*twice).clone();
            problems.add(queues, ProblemKind::Twice { found });
        }
        problems.know_queues(names);
        let producers = Field::of("producers");
        for (field, calls, kind) in [
            (producers, &self.producers, TaskKind::Producer),
            (
                Field::of("consumers"),
                &self.consumers,
                TaskKind::Consumer,
            ),
        ] {
            problems.check_calls(field, calls, &[kind], MAX_PROCESSES);
        }
        let count = self.process_count(problems.usable_cpus());
        problems.check_process_count(producers, count, 0);
        if let Some(count) = self.sentinels {
            problems.check_range(Field::of("sentinels"), count as usize, 0..=MAX_PROCESSES);
        }
    }

    fn listing(&self) -> String {
        listing::text(self)
    }

    fn process_count(&self, _: u32) -> usize {
        self.producers.len() + self.consumers.len()
    }

    fn features(&self) -> Features {
        Features {
            results: true,
            sentinels: self.sentinels,
            ..Features::default()
        }
    }

    fn name_in_program(&self, role: Role, place: usize) -> Option<&str> {
        let calls = match role {
            Role::Producer => &self.producers,
            _ => return None,
        };
        match calls.get(place)?.args.first()? {
            Value::Str(name) => Some(name),
            _ => None,
        }
    }

    fn carry_out(&self, main: &Main<'_>) -> Result<(), ProgramError> {
        program::carry_out(self, main)
    }
}
