//! The machine in the document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::slot::Slot;
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::{Host, Machine};

/// The machine and its totals. What could not be read is null, and `unreadable` says why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HostRecord {
    /// The host name.
    pub name: String,
    /// Operating system and release.
    pub system: String,
    /// Changes with every boot. Earlier versions write nothing for what is unknown.
    pub boot_id: Option<String>,
    /// CPUs that are online.
    pub cpu_count: Option<u32>,
    /// CPUs that the one who asked may use.
    pub usable_cpu_count: Option<u32>,
    /// Use of all CPUs together, 0 to 100.
    pub cpu_percent: Option<f64>,
    /// Use of each, 0 to 100.
    pub cpu_percent_per_core: Option<Vec<f64>>,
    /// Bytes.
    pub memory_total: Option<u64>,
    /// Bytes.
    pub memory_available: Option<u64>,
    /// Bytes.
    pub memory_used: Option<u64>,
    /// Bytes.
    pub swap_total: Option<u64>,
    /// Bytes.
    pub swap_used: Option<u64>,
    /// What the control group of the one who asked, its container's if it is in one, may use at most, bytes. Earlier versions do
    /// not have this and the two that follow.
    #[serde(default, skip_serializing_if = "Slot::is_absent")]
    pub cgroup_memory_limit: Slot<u64>,
    /// What all processes of that group use of it, bytes.
    #[serde(default, skip_serializing_if = "Slot::is_absent")]
    pub cgroup_memory_used: Slot<u64>,
    /// How many CPUs' time that group may use.
    #[serde(default, skip_serializing_if = "Slot::is_absent")]
    pub cgroup_cpu_limit: Slot<f64>,
    /// Over 1, 5 and 15 minutes.
    pub load_average: Option<[f64; 3]>,
    /// Seconds since boot.
    pub uptime: Option<f64>,
    /// Why a member is null.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unreadable: BTreeMap<String, Unread>,
}

impl HostRecord {
    /// Of which boot it is, where that is known.
    pub fn known_boot_id(&self) -> Option<&str> {
        self.boot_id.as_deref().filter(|id| !id.is_empty())
    }

    /// Of the machine's readings.
    pub fn new(host: &Host, machine: &Machine) -> Self {
        let mut unreadable = BTreeMap::new();
        let (per_core, memory) = (&machine.cpu_percent_per_core, &machine.group.memory);
        Self {
            name: host.name.clone(),
            system: host.system.clone(),
            boot_id: known("boot_id", host.boot_id.clone(), &mut unreadable),
            cpu_count: known("cpu_count", host.cpu_count, &mut unreadable),
            usable_cpu_count: known("usable_cpu_count", host.usable_cpu_count, &mut unreadable),
            cpu_percent: known(
                "cpu_percent",
                machine.cpu_percent.map(tenths),
                &mut unreadable,
            ),
            cpu_percent_per_core: known(
                "cpu_percent_per_core",
                per_core
                    .as_ref()
                    .map(|cores| cores.iter().copied().map(tenths).collect()),
                &mut unreadable,
            ),
            memory_total: known("memory_total", machine.memory_total_bytes, &mut unreadable),
            memory_available: known(
                "memory_available",
                machine.memory_available_bytes,
                &mut unreadable,
            ),
            memory_used: known("memory_used", machine.memory_used_bytes, &mut unreadable),
            swap_total: known("swap_total", machine.swap_total_bytes, &mut unreadable),
            swap_used: known("swap_used", machine.swap_used_bytes, &mut unreadable),
            cgroup_memory_limit: slot(
                "cgroup_memory_limit",
                memory.as_ref().map(|memory| memory.most),
                &mut unreadable,
            ),
            cgroup_memory_used: slot(
                "cgroup_memory_used",
                memory.as_ref().map(|memory| memory.used),
                &mut unreadable,
            ),
            cgroup_cpu_limit: slot("cgroup_cpu_limit", machine.group.cpus, &mut unreadable),
            load_average: known("load_average", machine.load_average, &mut unreadable),
            uptime: known(
                "uptime",
                machine.uptime.map(|uptime| uptime.as_secs_f64()),
                &mut unreadable,
            ),
            unreadable,
        }
    }
}

fn known<T>(
    name: &str,
    reading: Result<T, impl Into<Unread>>,
    unreadable: &mut BTreeMap<String, Unread>,
) -> Option<T> {
    match reading {
        Ok(value) => Some(value),
        Err(reason) => {
            unreadable.insert(name.to_owned(), reason.into());
            None
        }
    }
}

/// The same for what earlier versions do not have.
fn slot<T>(
    name: &str,
    reading: Result<T, impl Into<Unread>>,
    unreadable: &mut BTreeMap<String, Unread>,
) -> Slot<T> {
    known(name, reading, unreadable).map_or(Slot::Null, Slot::Value)
}

/// Widened before it is rounded, so that no noise of the narrow type is written.
fn tenths(percent: f32) -> f64 {
    (f64::from(percent) * 10.0).round() / 10.0
}
