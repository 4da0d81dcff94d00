//! Which fields mean something in which kinds of run.

use super::Field;
use crate::run::config::{RunConfig, RunKind};

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
pub(super) const FIELDS_OF_KINDS: &[FieldOfKinds] = &[
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
        Field::MaxTasksPerChild,
        |c| c.max_tasks_per_child.is_some(),
        POOL.0,
        POOL.1,
    ),
    (Field::Timeout, |c| c.timeout.is_some(), POOL.0, POOL.1),
    (Field::Retries, |c| c.retries != 0, POOL.0, POOL.1),
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
