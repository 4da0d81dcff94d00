//! What kinds of runs there are.

use serde::{Deserialize, Serialize};

/// What kind of run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// A group of processes.
    Processes,
    /// A process pool.
    Pool,
    /// Producers and consumers around a queue.
    ProducerConsumer,
}

impl RunKind {
    /// Every kind, with its name in configurations.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Processes, "processes"),
        (Self::Pool, "pool"),
        (Self::ProducerConsumer, "producer_consumer"),
    ];

    /// Its name in configurations and events.
    pub fn name(self) -> &'static str {
        match self {
            Self::Processes => "processes",
            Self::Pool => "pool",
            Self::ProducerConsumer => "producer_consumer",
        }
    }
}

/// How a pool's tasks are submitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolMode {
    /// `pool.apply`: one after the other, each waited for.
    Apply,
    /// `pool.apply_async`: all at once.
    #[default]
    ApplyAsync,
}

impl PoolMode {
    /// Its name in configurations and events.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::ApplyAsync => "apply_async",
        }
    }
}
