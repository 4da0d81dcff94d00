//! What a control group allows, and what is used of it.

use super::reading::Reading;
use super::snapshot::Pressure;

/// The bounds that hold for a process by its control group and those above it: of each kind the one that is nearest.
#[derive(Clone, Debug, PartialEq)]
pub struct CgroupUse {
    /// The share of the CPUs; `NotApplicable` if no group bounds it.
    pub cpu: Reading<CpuQuota>,
    /// Memory beyond which the kernel kills, without file cache that it could give back, bytes; `NotApplicable` as above.
    pub memory: Reading<Ceiling>,
    /// Memory beyond which the kernel slows down whoever asks for more, bytes; `NotApplicable` as above.
    pub memory_high: Reading<Ceiling>,
    /// Processes and threads; `NotApplicable` as above.
    pub tasks: Reading<Ceiling>,
    /// How often a process of the group was killed because memory ran out, since the group is there.
    pub oom_kills: Reading<u64>,
    /// Whether the group is held still.
    pub is_frozen: Reading<bool>,
    /// How much of the last ten seconds some process of the group waited; `Unsupported` where only the machine counts it.
    pub pressure: Pressure,
}

/// A share of the CPUs.
#[derive(Clone, Debug, PartialEq)]
pub struct CpuQuota {
    /// The group that sets it.
    pub path: String,
    /// How many CPUs' time its processes may use together, e.g. 0.5.
    pub cpus: f64,
    /// How many seconds its processes were held up so far, added up over the CPUs.
    pub throttled_seconds: Reading<f64>,
    /// In which share of the periods since the look before it was used up, percent.
    pub throttled_percent: Reading<f32>,
}

/// A bound and what is used of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// The group that sets it.
    pub path: String,
    /// In use by all processes of that group.
    pub used: u64,
    /// The bound.
    pub most: u64,
}

impl Ceiling {
    /// How much of it is used, percent.
    pub fn percent(&self) -> f64 {
        super::limit::percent_of(self.used, self.most)
    }
}
