//! The bounds of control groups, of both versions: those of a process's own group and of each above it.

use std::path::Path;

use super::dir::{Dir, unread};
use super::parse::{lines, number, text};
use super::pressure::share;
use super::watch::Watch;
use crate::monitor::cgroup::{Ceiling, CgroupUse, CpuQuota};
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::snapshot::Pressure;

/// Where control groups are, by every distribution's custom.
const MOUNT: &str = "/sys/fs/cgroup";

/// Groups above each other that are looked at.
const DEPTH: usize = 32;

/// Longer files than these are none of ours.
const FILE_BYTES: usize = 64 << 10;

/// Version 1 has no word for no bound: it writes the most that fits.
const NO_BOUND: u64 = 1 << 60;

/// Reads control groups.
#[derive(Debug, Default)]
pub struct CgroupReader {
    /// `None` until it is asked for the first time.
    mount: Option<Result<Dir, Unread>>,
}

/// The folders of one controller: the process's own group first, then those above it.
struct Levels {
    /// For people: as the group is called, not where it lies.
    paths: Vec<String>,
    /// Where it lies, below the mount.
    folders: Vec<String>,
    is_unified: bool,
}

impl CgroupReader {
    /// One that reads below another folder.
    #[cfg(test)]
    pub fn at(mount: &Path) -> Self {
        Self {
            mount: Some(Dir::open(mount).map_err(unread)),
        }
    }

    /// The bounds of the groups in a process's `cgroup`.
    pub fn read(&mut self, groups: &[u8], watch: &mut Watch) -> Reading<CgroupUse> {
        // Later there may be a descriptor to open it by.
        self.mount
            .take_if(|mount| matches!(mount, Err(Unread::NoDescriptors)));
        let mount = self
            .mount
            .get_or_insert_with(|| Dir::open(Path::new(MOUNT)).map_err(unread));
        let dir = match mount {
            Ok(dir) => dir,
            Err(reason @ (Unread::Denied | Unread::NoDescriptors)) => return (*reason).into(),
            Err(_) => return Reading::Unsupported,
        };
        dir.was_starved();
        let found = Self::read_below(dir, groups, watch);
        // What could not be opened would look like no bound.
        if dir.was_starved() {
            return Reading::NoDescriptors;
        }
        found
    }

    fn read_below(dir: &mut Dir, groups: &[u8], watch: &mut Watch) -> Reading<CgroupUse> {
        let is_unified = dir.status("cgroup.controllers").is_ok();
        let levels = |controller: &str| Levels::of(groups, controller, is_unified);
        let (cpu, memory, tasks) = (levels("cpu"), levels("memory"), levels("pids"));
        let frozen = levels("freezer");
        if [&cpu, &memory, &tasks]
            .iter()
            .all(|levels| levels.is_none())
        {
            return Reading::Unsupported;
        }
        let high = memory.as_ref().filter(|levels| levels.is_unified);
        Reading::Value(CgroupUse {
            cpu: of_levels(cpu.as_ref(), |levels| quota(dir, levels, watch)),
            memory: of_levels(memory.as_ref(), |levels| {
                let files = if is_unified {
                    ["memory.current", "memory.max"]
                } else {
                    ["memory.usage_in_bytes", "memory.limit_in_bytes"]
                };
                ceiling(dir, levels, files, true)
            }),
            memory_high: of_levels(high, |levels| {
                ceiling(dir, levels, ["memory.current", "memory.high"], true)
            }),
            tasks: of_levels(tasks.as_ref(), |levels| {
                ceiling(dir, levels, ["pids.current", "pids.max"], false)
            }),
            oom_kills: of_levels(memory.as_ref(), |levels| oom_kills(dir, levels)),
            is_frozen: of_levels(frozen.as_ref(), |levels| is_frozen(dir, levels)),
            pressure: pressure(dir, cpu.as_ref().filter(|_| is_unified)),
        })
    }
}

impl Levels {
    /// `None` if the process is in no group of this controller.
    fn of(groups: &[u8], controller: &str, is_unified: bool) -> Option<Self> {
        let path = lines(groups).find_map(|line| {
            let mut parts = line.splitn(3, ':');
            let (id, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
            let is_ours = if is_unified {
                id == "0" && controllers.is_empty()
            } else {
                controllers.split(',').any(|name| name == controller)
            };
            is_ours.then_some(path)
        })?;
        // A group outside of what we see of the tree.
        if path.split('/').any(|name| name == "..") {
            return None;
        }
        let mut paths: Vec<String> = Vec::new();
        let mut rest = path.trim_end_matches('/');
        while !rest.is_empty() && paths.len() < DEPTH {
            paths.push(rest.to_owned());
            rest = rest.rsplit_once('/').map_or("", |(above, _)| above);
        }
        paths.push("/".to_owned());
        let folder = |path: &String| {
            let below = path.trim_start_matches('/');
            let base = if is_unified { "." } else { controller };
            if below.is_empty() {
                base.to_owned()
            } else {
                format!("{base}/{below}")
            }
        };
        Some(Self {
            folders: paths.iter().map(folder).collect(),
            paths,
            is_unified,
        })
    }

    /// Each group with the folder where it lies.
    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let paths = self.paths.iter().map(String::as_str);
        paths.zip(self.folders.iter().map(String::as_str))
    }

    /// Where the process's own group lies.
    fn own(&self) -> &str {
        self.folders.first().map_or(".", String::as_str)
    }
}

fn of_levels<T>(levels: Option<&Levels>, read: impl FnOnce(&Levels) -> Reading<T>) -> Reading<T> {
    levels.map_or(Reading::Unsupported, read)
}

fn file<T>(dir: &mut Dir, path: &str, parse: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
    dir.read(path, FILE_BYTES).ok().and_then(parse)
}

/// The number after a word at the beginning of a line.
fn keyed(bytes: &[u8], key: &str) -> Option<u64> {
    lines(bytes).find_map(|line| {
        let rest = line.strip_prefix(key)?.strip_prefix(' ')?;
        rest.trim().parse().ok()
    })
}

/// A bound; `None` for no bound.
fn bound(bytes: &[u8]) -> Option<u64> {
    number(bytes).filter(|&most: &u64| most < NO_BOUND)
}

/// The bound that is nearest, of all groups that set one.
fn ceiling(
    dir: &mut Dir,
    levels: &Levels,
    [current, most]: [&str; 2],
    has_cache: bool,
) -> Reading<Ceiling> {
    let cache = if levels.is_unified {
        "inactive_file"
    } else {
        "total_inactive_file"
    };
    let mut nearest: Option<Ceiling> = None;
    let mut is_any_there = false;
    for (path, folder) in levels.iter() {
        let Some(used) = file(dir, &format!("{folder}/{current}"), number::<u64>) else {
            continue;
        };
        is_any_there = true;
        let Some(most) = file(dir, &format!("{folder}/{most}"), bound) else {
            continue;
        };
        let cached = has_cache.then(|| {
            let stat = format!("{folder}/memory.stat");
            file(dir, &stat, |bytes| keyed(bytes, cache))
        });
        let found = Ceiling {
            path: path.to_owned(),
            used: used.saturating_sub(cached.flatten().unwrap_or(0)),
            most,
        };
        if nearest
            .as_ref()
            .is_none_or(|nearest| found.percent() > nearest.percent())
        {
            nearest = Some(found);
        }
    }
    match nearest {
        Some(nearest) => Reading::Value(nearest),
        // The root of the tree tells neither.
        None if is_any_there || levels.paths.len() == 1 => Reading::NotApplicable,
        None => Reading::Unsupported,
    }
}

/// The quota that was used up most often lately; of those that never were, the smallest.
fn quota(dir: &mut Dir, levels: &Levels, watch: &mut Watch) -> Reading<CpuQuota> {
    let mut tightest: Option<CpuQuota> = None;
    for (path, folder) in levels.iter() {
        let cpus = if levels.is_unified {
            file(dir, &format!("{folder}/cpu.max"), quota_of_max)
        } else {
            // -1 for none.
            let quota = file(dir, &format!("{folder}/cpu.cfs_quota_us"), number::<u64>);
            let period = file(dir, &format!("{folder}/cpu.cfs_period_us"), number::<u64>);
            quota
                .zip(period.filter(|&period| period > 0))
                .map(|(quota, period)| quota as f64 / period as f64)
        };
        let Some(cpus) = cpus else {
            continue;
        };
        let stat = file(dir, &format!("{folder}/cpu.stat"), |bytes| {
            // Microseconds, and nanoseconds in version 1.
            let seconds = match keyed(bytes, "throttled_usec") {
                Some(micros) => micros as f64 / 1e6,
                None => keyed(bytes, "throttled_time")? as f64 / 1e9,
            };
            Some((
                keyed(bytes, "nr_periods")?,
                keyed(bytes, "nr_throttled")?,
                seconds,
            ))
        });
        let found = CpuQuota {
            path: path.to_owned(),
            cpus,
            throttled_seconds: stat.map_or(Reading::Unsupported, |(.., seconds)| {
                Reading::Value(seconds)
            }),
            throttled_percent: stat.map_or(Reading::Unsupported, |(periods, throttled, _)| {
                watch.throttled_percent(path, periods, throttled)
            }),
        };
        let share = |quota: &CpuQuota| quota.throttled_percent.value().copied().unwrap_or(0.0);
        let is_tighter = tightest.as_ref().is_none_or(|known| {
            let shares = share(&found).total_cmp(&share(known));
            shares.is_gt() || (shares.is_eq() && found.cpus < known.cpus)
        });
        if is_tighter {
            tightest = Some(found);
        }
    }
    tightest.map_or(Reading::NotApplicable, Reading::Value)
}

/// `50000 100000` or `max 100000`: the quota and its period, as a number of CPUs.
fn quota_of_max(bytes: &[u8]) -> Option<f64> {
    let (line, _) = text(bytes);
    let mut words = line.split_ascii_whitespace().map(str::parse::<f64>);
    let (quota, period) = (words.next()?.ok()?, words.next()?.ok()?);
    (period > 0.0).then_some(quota / period)
}

fn oom_kills(dir: &mut Dir, levels: &Levels) -> Reading<u64> {
    let name = if levels.is_unified {
        "memory.events"
    } else {
        "memory.oom_control"
    };
    let path = format!("{}/{name}", levels.own());
    let kills = file(dir, &path, |bytes| keyed(bytes, "oom_kill"));
    kills.map_or(Reading::Unsupported, Reading::Value)
}

fn is_frozen(dir: &mut Dir, levels: &Levels) -> Reading<bool> {
    let frozen = if levels.is_unified {
        let path = format!("{}/cgroup.events", levels.own());
        file(dir, &path, |bytes| keyed(bytes, "frozen")).map(|frozen| frozen == 1)
    } else {
        let path = format!("{}/freezer.state", levels.own());
        file(dir, &path, |bytes| Some(bytes.starts_with(b"FROZEN")))
    };
    match frozen {
        Some(frozen) => Reading::Value(frozen),
        // The root of the tree cannot be held still.
        None if levels.paths.len() == 1 => Reading::Value(false),
        None => Reading::Unsupported,
    }
}

fn pressure(dir: &mut Dir, levels: Option<&Levels>) -> Pressure {
    let mut of = |name: &str| match levels {
        Some(levels) => {
            let path = format!("{}/{name}.pressure", levels.own());
            share(dir.read(&path, FILE_BYTES).map_err(unread))
        }
        None => Reading::Unsupported,
    };
    Pressure {
        cpu_percent: of("cpu"),
        memory_percent: of("memory"),
        io_percent: of("io"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::monitor::detail::{Aspect, Look};
    use crate::os::ProcKey;

    fn tree(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn watch() -> Watch {
        let mut watch = Watch::default();
        let key = ProcKey {
            pid: 1,
            start_ticks: 1,
        };
        watch.turn_to(key, Look::At(Aspect::Why));
        watch
    }

    /// A container with half a CPU and 100 MiB, recorded on a machine with version 2.
    fn unified() -> TempDir {
        tree(&[
            ("cgroup.controllers", "cpu memory pids\n"),
            ("a/b/cpu.max", "max 100000\n"),
            ("a/b/memory.max", "max\n"),
            ("a/b/memory.current", "90000000\n"),
            ("a/b/memory.high", "max\n"),
            (
                "a/b/memory.events",
                "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\n",
            ),
            ("a/b/pids.current", "12\n"),
            ("a/b/pids.max", "max\n"),
            ("a/b/cgroup.events", "populated 1\nfrozen 1\n"),
            (
                "a/b/io.pressure",
                "some avg10=33.50 avg60=1.00 avg300=0.00 total=9\n",
            ),
            ("a/cpu.max", "50000 100000\n"),
            (
                "a/cpu.stat",
                "usage_usec 900\nnr_periods 100\nnr_throttled 40\nthrottled_usec 2500000\n",
            ),
            ("a/memory.max", "104857600\n"),
            ("a/memory.current", "100000000\n"),
            ("a/memory.stat", "anon 1\nfile 2\ninactive_file 4000000\n"),
            ("a/memory.high", "max\n"),
            ("a/pids.current", "90\n"),
            ("a/pids.max", "100\n"),
        ])
    }

    #[test]
    fn version_2_with_the_nearest_bounds_of_the_groups_above() {
        let folder = unified();
        let mut reader = CgroupReader::at(folder.path());
        let mut watch = watch();
        let found = reader.read(b"0::/a/b\n", &mut watch).into_value().unwrap();
        let quota = found.cpu.value().unwrap();
        assert_eq!((quota.path.as_str(), quota.cpus), ("/a", 0.5));
        assert_eq!(quota.throttled_seconds, Reading::Value(2.5));
        assert_eq!(quota.throttled_percent, Reading::NotSampled);
        let expected = Ceiling {
            path: "/a".into(),
            used: 96_000_000,
            most: 104_857_600,
        };
        assert_eq!(found.memory, Reading::Value(expected));
        assert_eq!(found.memory_high, Reading::NotApplicable);
        assert_eq!(found.tasks.value().map(|tasks| tasks.used), Some(90));
        assert_eq!(found.oom_kills, Reading::Value(2));
        assert_eq!(found.is_frozen, Reading::Value(true));
        assert_eq!(found.pressure.io_percent, Reading::Value(33.5));
        assert_eq!(found.pressure.cpu_percent, Reading::Unsupported);
    }

    #[test]
    fn the_share_of_used_up_periods_is_since_the_look_before() {
        let folder = unified();
        let mut reader = CgroupReader::at(folder.path());
        let mut watch = watch();
        let mut percent = || {
            let found = reader.read(b"0::/a/b\n", &mut watch).into_value();
            found.unwrap().cpu.value().unwrap().throttled_percent
        };
        assert_eq!(percent(), Reading::NotSampled);
        let write = |periods: u64, throttled: u64| {
            let stat =
                format!("nr_periods {periods}\nnr_throttled {throttled}\nthrottled_usec 9\n");
            fs::write(folder.path().join("a/cpu.stat"), stat).unwrap();
        };
        write(120, 55);
        assert_eq!(percent(), Reading::Value(75.0));
        // No period has passed: nothing has changed.
        assert_eq!(percent(), Reading::Value(75.0));
        write(140, 55);
        assert_eq!(percent(), Reading::Value(0.0));
    }

    #[test]
    fn version_1_has_a_tree_for_each_controller() {
        let folder = tree(&[
            ("cpu/x/cpu.cfs_quota_us", "20000\n"),
            ("cpu/x/cpu.cfs_period_us", "100000\n"),
            (
                "cpu/x/cpu.stat",
                "nr_periods 10\nnr_throttled 5\nthrottled_time 1500000000\n",
            ),
            ("memory/y/memory.usage_in_bytes", "5000\n"),
            ("memory/y/memory.limit_in_bytes", "9223372036854771712\n"),
            (
                "memory/y/memory.oom_control",
                "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n",
            ),
            ("freezer/z/freezer.state", "FROZEN\n"),
        ]);
        let groups = b"8:pids:/\n6:freezer:/z\n4:memory:/y\n2:cpu,cpuacct:/x\n0::/\n";
        let mut reader = CgroupReader::at(folder.path());
        let found = reader.read(groups, &mut watch()).into_value().unwrap();
        let quota = found.cpu.value().unwrap();
        assert_eq!(
            (quota.cpus, quota.throttled_seconds),
            (0.2, Reading::Value(1.5))
        );
        assert_eq!(found.memory, Reading::NotApplicable);
        assert_eq!(found.memory_high, Reading::Unsupported);
        assert_eq!(found.tasks, Reading::NotApplicable);
        assert_eq!(found.oom_kills, Reading::Value(4));
        assert_eq!(found.is_frozen, Reading::Value(true));
    }

    #[test]
    fn what_lies_outside_is_not_told() {
        let folder = unified();
        let mut reader = CgroupReader::at(folder.path());
        for groups in [&b"0::/../other\n"[..], b"", b"\xff", b"1:name=systemd:/\n"] {
            assert_eq!(
                reader.read(groups, &mut watch()).unread(),
                Some(Unread::Unsupported)
            );
        }
        let mut nowhere = CgroupReader::at(&folder.path().join("missing"));
        assert_eq!(
            nowhere.read(b"0::/a\n", &mut watch()).unread(),
            Some(Unread::Unsupported)
        );
    }
}
