//! What the first event of a run says, and what follows from it: what the run has.

use serde_json::Value as Json;

use super::{ProcessIx, RunState};
use crate::os::ChildKey;
use crate::run::config::RunConfig;
use crate::run::event::Role;
use crate::run::kinds::{Features, RunKind};

/// What the first event of a run says.
#[derive(Clone, Debug)]
pub struct RunHeader {
    /// What the run is, and what it is configured with.
    pub config: HeaderConfig,
    /// The version of Proclab that wrote the stream.
    pub proclab: String,
    /// The identity of the main process.
    pub main: ChildKey,
    /// The machine's name.
    pub host: String,
    /// The boot that the identities belong to.
    pub boot_id: Option<String>,
    /// Wall-clock time of the start, RFC 3339.
    pub started_at: String,
    /// What the random sleeps follow from.
    pub seed: u64,
    /// The lesson's name.
    pub lesson: Option<String>,
    /// The program, line by line.
    pub listing: Vec<String>,
}

/// What a run is, and what it is configured with.
#[derive(Clone, Debug)]
pub enum HeaderConfig {
    /// A run of a kind that this version knows, as it was run.
    Known(Box<RunConfig>),
    /// A run of a later version.
    Other {
        /// The name of its kind.
        kind: String,
        /// Its configuration, as it came.
        config: Json,
    },
}

impl HeaderConfig {
    pub(super) fn of(kind: &str, config: &Json) -> Self {
        match RunConfig::from_event(kind, config) {
            Ok(known) => Self::Known(Box::new(known)),
            Err(_) => Self::Other {
                kind: kind.to_owned(),
                config: config.clone(),
            },
        }
    }

    /// The configuration, where this version knows its kind.
    pub fn known(&self) -> Option<&RunConfig> {
        match self {
            Self::Known(config) => Some(config),
            Self::Other { .. } => None,
        }
    }

    /// Its kind, where this version knows it.
    pub fn kind(&self) -> Option<RunKind> {
        self.known().map(RunConfig::run_kind)
    }
}

/// What a run has. One of a later version has what its events have told of.
impl RunState {
    pub(super) fn config(&self) -> Option<&RunConfig> {
        self.header()?.config.known()
    }

    fn features(&self) -> Option<Features> {
        Some(self.config()?.kind.features())
    }

    /// Whether it has a pool.
    pub fn has_pool(&self) -> bool {
        self.features()
            .map_or(!self.pool.states.is_empty(), |features| features.pool)
    }

    /// Whether it has results: tasks, or items of queues.
    pub fn has_results(&self) -> bool {
        self.features().is_none_or(|features| features.results)
    }

    /// Whether its tasks can wait for a worker.
    pub fn has_waiting_tasks(&self) -> bool {
        match self.features() {
            Some(features) => features.waiting_tasks,
            None => self.header.is_none() || !self.tasks.all.is_empty(),
        }
    }

    /// Whether its main has callbacks.
    pub fn has_callbacks(&self) -> bool {
        let has = self.features().is_some_and(|features| features.callbacks);
        has || !self.tasks.callbacks.is_empty()
    }

    /// Whether its workers run an initializer before they are ready.
    pub fn has_initializer(&self) -> bool {
        self.features().is_some_and(|features| features.initializer)
    }

    /// How many workers its pool began with; `None` when there is no pool, or that was never told.
    pub(super) fn first_pool_size(&self) -> Option<u32> {
        self.features()?.workers
    }

    /// How many sentinels its main is to put, as far as that was told.
    pub(super) fn sentinels_to_put(&self) -> Option<u32> {
        self.features()?.sentinels
    }

    /// What a process is called in the program, such as `xxx`; `None` where it has no name of its own there.
    pub fn name_in_program(&self, ix: ProcessIx) -> Option<&str> {
        let process = self.process(ix)?;
        let place = self.place_in_role(process.role, ix)?;
        self.config()?.kind.name_in_program(process.role, place)
    }

    /// The how-manyth lane of its role a process lives in, from 0.
    fn place_in_role(&self, role: Role, ix: ProcessIx) -> Option<usize> {
        let lane = self.process(ix)?.lane;
        let has_role = |ix: &&super::LaneIx| {
            let first = self.lane(**ix).and_then(|lane| lane.processes.first());
            first
                .and_then(|first| self.process(*first))
                .is_some_and(|process| process.role == role)
        };
        let mut lanes = self.lanes.order.iter().filter(has_role);
        lanes.position(|other| *other == lane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_of_other_versions_are_read_as_far_as_they_are_known() {
        let read = |kind: &str, config: &str| {
            HeaderConfig::of(kind, &serde_json::from_str(config).unwrap())
        };
        // As it was written before each kind had its own.
        let before = r#"{"version":1,"kind":"pool","processes":3,"queues":[],"main_seconds":0.0,"sentinels":null,"tasks":[]}"#;
        let known = read("pool", before);
        assert_eq!(known.kind(), Some(RunKind::Pool));
        assert_eq!(known.known().unwrap().kind.features().workers, Some(3));
        // With a key of a later version.
        let later = r#"{"version":1,"kind":"pool","processes":2,"pinned":[{"cpu":0}]}"#;
        assert_eq!(read("pool", later).kind(), Some(RunKind::Pool));
        let other = read("swarm", r#"{"version":1,"kind":"swarm","bees":7}"#);
        assert!(
            matches!(&other, HeaderConfig::Other { kind, config } if kind == "swarm" && config["bees"] == 7),
            "{other:?}"
        );
    }
}
