//! Producers and consumers around queues, which the main ends with sentinels.

mod config;
mod listing;
mod program;

use super::{Features, Figure, Kind, Words};
use crate::run::event::Role;
use crate::run::program::{ProgramError, ReadyProgram, StartOptions};
use crate::run::validate::Problems;
use crate::task::value::Value;

pub use config::{MAX_QUEUES, ProducerConsumerConfig, QueueConfig};

impl ProducerConsumerConfig {
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
        self.check_fields(problems);
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

    fn words(&self) -> &'static Words {
        &Words {
            form: "form-kind-food",
            run: "lab-run-food",
            start: "lab-start-food",
        }
    }

    fn figures(&self) -> Vec<(&'static str, Figure)> {
        vec![
            ("producers", Figure::Count(self.producers.len())),
            ("consumers", Figure::Count(self.consumers.len())),
        ]
    }

    fn prepare(&self, options: &StartOptions) -> Result<ReadyProgram<'_>, ProgramError> {
        let engine = options.start_engine()?;
        Ok(engine.program(|engine, main| program::carry_out(self, engine, main)))
    }
}
