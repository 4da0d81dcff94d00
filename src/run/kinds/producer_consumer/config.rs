//! What producers and consumers are configured with, what is allowed in it, and what the form asks for it.

use serde::{Deserialize, Serialize};

use crate::run::call::CallConfig;
use crate::run::kinds::form::{FieldShape, FormField, KindForm, Shows, Typed};
use crate::run::kinds::{Kind as _, tutorial_name};
use crate::run::validate::{Field, MAX_PROCESSES, ProblemKind, Problems};
use crate::run::whole;
use crate::task::TaskKind;
use crate::task::value::Value;

/// The queue of a run from the form.
const FOOD: &str = "food";

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
        let name = FOOD.to_owned();
        Self {
            queues: vec![QueueConfig { name, maxsize }],
            ..Self::default()
        }
    }

    /// Says what is wrong, field by field.
    pub(super) fn check_fields(&self, problems: &mut Problems) {
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
}

impl KindForm for ProducerConsumerConfig {
    const FORM: &'static [FormField<Self>] = &[
        FormField::new(
            FieldShape::text("producers", "form-producers", "3").shows(&[Shows::Field("producers")]),
            |run, typed| {
                let items: i64 = typed.other("items", Typed::number);
                let producer = |place| {
                    let queue = Value::Queue(FOOD.to_owned());
                    let args = vec![Value::Str(tutorial_name(place)), queue, Value::Int(items)];
                    CallConfig::new("producer", args)
                };
                run.producers = (0..typed.processes()).map(producer).collect();
            },
        ),
        FormField::new(
            FieldShape::text("items", "form-items", "3").shows(&[Shows::Entries("producers")]),
            |_, _| {},
        ),
        FormField::new(
            FieldShape::text("consumers", "form-consumers", "2").shows(&[Shows::Field("consumers")]),
            |run, typed| {
                let consumer = |_| CallConfig::new("consumer", vec![Value::Queue(FOOD.to_owned())]);
                run.consumers = (0..typed.processes()).map(consumer).collect();
            },
        ),
        FormField::new(
            FieldShape::text("maxsize", "form-maxsize", "0")
                .tip("form-maxsize-tip")
                .shows(&[Shows::Field("queues")])
                .more(),
            |run, typed| run.queues = Self::around_food(typed.number()).queues,
        ),
        FormField::new(
            FieldShape::text("sentinels", "form-sentinels", "")
                .tip("form-sentinels-tip")
                .hint("form-sentinels-hint")
                .shows(&[Shows::Field("sentinels")])
                .more(),
            |run, typed| run.sentinels = typed.optional(),
        ),
    ];
}
