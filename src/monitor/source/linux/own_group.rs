//! The bounds of the control group that this program lives in: those of its container, if it is in one.

use std::time::{Duration, Instant};

use super::cgroup::CgroupReader;
use super::dir::{Dir, unread_of_machine};
use super::watch::Watch;
use crate::monitor::snapshot::GroupBounds;

/// As old as what is used of a bound may be.
const BOUNDED: Duration = Duration::from_secs(2);

/// As old as it may be that there is no bound.
const UNBOUNDED: Duration = Duration::from_secs(10);

/// A file of a few lines.
const FILE_CAP: usize = 64 << 10;

/// What was read last, and when.
#[derive(Debug, Default)]
pub struct OwnGroup(Option<(Instant, GroupBounds)>);

impl OwnGroup {
    /// The bounds now, or a moment ago: they take some ten files.
    pub fn bounds(
        &mut self,
        proc: &mut Dir,
        reader: &mut CgroupReader,
        now: Instant,
    ) -> GroupBounds {
        if let Some((at, bounds)) = &self.0 {
            let is_bounded = bounds.memory.is_ok() || bounds.cpus.is_ok();
            let age = now.saturating_duration_since(*at);
            if age < if is_bounded { BOUNDED } else { UNBOUNDED } {
                return bounds.clone();
            }
        }
        let read = proc
            .read("self/cgroup", FILE_CAP)
            .map_err(unread_of_machine)
            // No quota is told by how often it was used up: the smallest counts.
            .and_then(|groups| reader.read(groups, &mut Watch::default()));
        let bounds = match read {
            Ok(bounds) => GroupBounds {
                memory: bounds.memory,
                cpus: bounds.cpu.map(|quota| quota.cpus),
            },
            Err(reason) => reason.into(),
        };
        self.0 = Some((now, bounds.clone()));
        bounds
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_used_is_as_old_as_it_may_be_and_no_older() {
        let proc = tempfile::tempdir().unwrap();
        let groups = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = groups.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        fs::create_dir(proc.path().join("self")).unwrap();
        fs::write(proc.path().join("self/cgroup"), "0::/box/inner\n").unwrap();
        write("cgroup.controllers", "cpu memory\n");
        write("box/inner/cpu.max", "300000 100000\n");
        write("box/cpu.max", "150000 100000\n");
        write("box/memory.max", "1000000\n");
        write("box/memory.current", "400000\n");
        let mut dir = Dir::open(proc.path()).unwrap();
        let mut reader = CgroupReader::at(groups.path());
        let mut own = OwnGroup::default();
        let start = Instant::now();
        let mut used = |seconds| {
            let now = start + Duration::from_secs(seconds);
            let bounds = own.bounds(&mut dir, &mut reader, now);
            assert_eq!(bounds.cpus, Ok(1.5));
            bounds
                .memory
                .as_ref()
                .ok()
                .map(|memory| (memory.used, memory.most))
        };
        assert_eq!(used(0), Some((400_000, 1_000_000)));
        write("box/memory.current", "500000\n");
        assert_eq!(used(1), Some((400_000, 1_000_000)));
        assert_eq!(used(2), Some((500_000, 1_000_000)));
    }
}
