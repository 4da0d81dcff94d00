//! `RunConfig`: what one run is to do, as a form, a lesson or a TOML file says it.
//!
//! What every run has stands here, the rest in the folder of its kind.

mod form;
mod reading;
mod toml;

use serde::Serialize;

use super::kinds::{KindConfig, RunKind};
use super::listing::Listing;
use super::validate::{Field, MAX_TIME_SCALE, Problem, Problems};

pub use toml::ConfigError;
pub(super) use toml::from_document;

/// The version of configurations that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// What one run is to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunConfig {
    /// [`VERSION`].
    pub version: u32,
    /// Built-in sleeps take this many times as long.
    pub time_scale: f64,
    /// What random sleeps follow from; drawn anew for each run if left out.
    pub seed: Option<u64>,
    /// What kind of run, and what that kind is configured with.
    #[serde(flatten)]
    pub kind: KindConfig,
    /// What was read for a field of another kind.
    #[serde(skip)]
    pub foreign: Vec<Problem>,
}

impl RunConfig {
    /// A run of this kind, with what every run has as it is when it is left out.
    pub fn new(kind: impl Into<KindConfig>) -> Self {
        Self {
            version: VERSION,
            time_scale: 1.0,
            seed: None,
            kind: kind.into(),
            foreign: Vec::new(),
        }
    }

    /// The configuration with every default that depends on this machine filled in: what is really run.
    #[must_use]
    pub fn resolved(mut self, usable_cpus: u32, new_seed: u64) -> Self {
        self.kind.resolve(usable_cpus);
        self.seed = Some(self.seed.unwrap_or(new_seed));
        self
    }

    /// Everything that is wrong with it; nothing for one that can be run.
    pub fn problems(&self, usable_cpus: u32) -> Vec<Problem> {
        let mut problems = Problems::new(usable_cpus);
        problems.check_range(Field::of("version"), self.version, 1..=VERSION);
        problems.check_range(
            Field::of("time_scale"),
            self.time_scale,
            0.0..=MAX_TIME_SCALE,
        );
        self.kind.check(&mut problems);
        let mut found = problems.into_found();
        found.extend(self.foreign.iter().cloned());
        found
    }

    /// The program of a run that is no lesson.
    pub fn listing(&self) -> Listing {
        Listing::parse(&self.kind.listing())
    }

    /// What kind of run.
    pub fn run_kind(&self) -> RunKind {
        self.kind.kind()
    }
}
