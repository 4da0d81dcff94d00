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

    /// Closes what it keeps open.
    pub fn close(&mut self) {
        self.mount = None;
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
            Err(reason @ (Unread::Denied | Unread::NoDescriptors)) => return Err(*reason),
            Err(_) => return Err(Unread::Unsupported),
        };
        dir.was_starved();
        let found = Self::read_below(dir, groups, watch);
        // What could not be opened would look like no bound.
        if dir.was_starved() {
            return Err(Unread::NoDescriptors);
        }
        found
    }

    fn read_below(dir: &mut Dir, groups: &[u8], watch: &mut Watch) -> Reading<CgroupUse> {
        let mount = Mount::of(dir);
        let mut levels = |controller: &str| Levels::of(dir, groups, controller, mount);
        let (cpu, memory, tasks) = (levels("cpu"), levels("memory"), levels("pids"));
        let (frozen, pressed) = (levels("freezer"), levels(ANY));
        if [&cpu, &memory, &tasks]
            .iter()
            .all(|levels| levels.is_none())
        {
            return Err(Unread::Unsupported);
        }
        let high = memory.as_ref().filter(|levels| levels.is_unified);
        Ok(CgroupUse {
            cpu: of_levels(cpu.as_ref(), |levels| quota(dir, levels, watch)),
            memory: of_levels(memory.as_ref(), |levels| {
                let files = if levels.is_unified {
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
            pressure: pressure(dir, pressed.as_ref()),
        })
    }
}

/// Where the unified hierarchy is below the mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mount {
    /// It is all there is.
    Unified,
    /// Beside those of version 1, with such controllers as these leave to it.
    Beside,
    /// Nowhere.
    Old,
}

impl Mount {
    fn of(dir: &mut Dir) -> Self {
        if dir.status("cgroup.controllers").is_ok() {
            Self::Unified
        } else if dir.status("unified/cgroup.controllers").is_ok() {
            Self::Beside
        } else {
            Self::Old
        }
    }
}

/// What the unified hierarchy has without a controller.
const ANY: &str = "";

impl Levels {
    /// `None` if the process is in no group of this controller.
    fn of(dir: &mut Dir, groups: &[u8], controller: &str, mount: Mount) -> Option<Self> {
        let entries = lines(groups).filter_map(|line| {
            let mut parts = line.splitn(3, ':');
            Some((parts.next()?, parts.next()?, parts.next()?))
        });
        let entries: Vec<(&str, &str, &str)> = entries.collect();
        let has = |names: &str| names.split(',').any(|name| name == controller);
        let old = entries
            .iter()
            .find(|(_, names, _)| !names.is_empty() && has(names));
        let (base, path, is_unified) = if let Some(&(_, names, path)) = old {
            // Several controllers may share a tree, which mostly has a link for each.
            let base = [controller, names]
                .into_iter()
                .find(|base| dir.status(base).is_ok())
                .unwrap_or(controller);
            (base, path, false)
        } else {
            let mut entries = entries.iter();
            let unified = entries.find(|(id, names, _)| *id == "0" && names.is_empty());
            let &(_, _, path) = unified?;
            let base = match mount {
                Mount::Unified => ".",
                Mount::Beside if has_controller(dir, controller) => "unified",
                Mount::Beside | Mount::Old => return None,
            };
            (base, path, true)
        };
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

/// Whether the unified hierarchy beside those of version 1 has a controller; what comes with every group needs none.
fn has_controller(dir: &mut Dir, controller: &str) -> bool {
    let listed = file(dir, "unified/cgroup.controllers", |bytes| {
        Some(lines(bytes).any(|line| line.split(' ').any(|name| name == controller)))
    });
    matches!(controller, ANY | "freezer") || listed == Some(true)
}

fn of_levels<T>(levels: Option<&Levels>, read: impl FnOnce(&Levels) -> Reading<T>) -> Reading<T> {
    levels.map_or(Err(Unread::Unsupported), read)
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
        Some(nearest) => Ok(nearest),
        // The root of the tree tells neither.
        None if is_any_there || levels.paths.len() == 1 => Err(Unread::NotApplicable),
        None => Err(Unread::Unsupported),
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
            throttled_seconds: stat.map_or(Err(Unread::Unsupported), |(.., seconds)| Ok(seconds)),
            throttled_percent: stat.map_or(Err(Unread::Unsupported), |(periods, throttled, _)| {
                watch.throttled_percent(path, periods, throttled)
            }),
        };
        let share = |quota: &CpuQuota| quota.throttled_percent.unwrap_or(0.0);
        let is_tighter = tightest.as_ref().is_none_or(|known| {
            let shares = share(&found).total_cmp(&share(known));
            shares.is_gt() || (shares.is_eq() && found.cpus < known.cpus)
        });
        if is_tighter {
            tightest = Some(found);
        }
    }
    tightest.ok_or(Unread::NotApplicable)
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
    kills.ok_or(Unread::Unsupported)
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
        Some(frozen) => Ok(frozen),
        // The root of the tree cannot be held still.
        None if levels.paths.len() == 1 => Ok(false),
        None => Err(Unread::Unsupported),
    }
}

fn pressure(dir: &mut Dir, levels: Option<&Levels>) -> Pressure {
    let mut of = |name: &str| match levels {
        Some(levels) => {
            let path = format!("{}/{name}.pressure", levels.own());
            share(dir.read(&path, FILE_BYTES).map_err(unread))
        }
        None => Err(Unread::Unsupported),
    };
    Pressure {
        cpu_percent: of("cpu"),
        memory_percent: of("memory"),
        io_percent: of("io"),
    }
}

#[cfg(test)]
mod tests;
