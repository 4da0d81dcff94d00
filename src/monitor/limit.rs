//! Resource limits, each with what is used of it where the kernel tells.

use super::detail::{Limit, ProcessDetail};
use super::reading::{Reading, Unread};
use super::snapshot::Snapshot;

/// From this share on a limit is worth a warning, percent.
pub const WARN_PERCENT: f64 = 80.0;

/// A limit and what is used of it.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitUse<'a> {
    /// The limit.
    pub limit: &'a Limit,
    /// What is used, in the limit's unit; `Unsupported` where the kernel does not count.
    pub used: Reading<u64>,
}

impl LimitUse<'_> {
    /// How much of the soft limit is used, percent; `None` where it is unlimited or the use unknown.
    pub fn percent(&self) -> Option<f64> {
        Some(percent_of(self.used.ok()?, self.limit.soft?))
    }
}

/// A share in percent; a bound of 0 is used up as soon as anything is used.
pub fn percent_of(used: u64, most: u64) -> f64 {
    match (used, most) {
        (0, _) => 0.0,
        (_, 0) => 100.0,
        (used, most) => used as f64 / most as f64 * 100.0,
    }
}

/// The limits of a process with their use: the fullest first, then as the kernel lists them.
pub fn limit_uses<'a>(detail: &'a ProcessDetail, snapshot: &Snapshot) -> Vec<LimitUse<'a>> {
    let limits = detail.limits.as_ref().map_or(&[][..], Vec::as_slice);
    let mut uses: Vec<_> = limits
        .iter()
        .map(|limit| LimitUse {
            limit,
            used: used(&limit.name, detail, snapshot),
        })
        .collect();
    let fullness = |used: &LimitUse<'_>| used.percent().filter(|&percent| percent >= WARN_PERCENT);
    uses.sort_by(|a, b| {
        let (a, b) = (fullness(a).unwrap_or(0.0), fullness(b).unwrap_or(0.0));
        b.total_cmp(&a)
    });
    uses
}

/// What is used of the limit that the kernel calls so.
fn used(name: &str, detail: &ProcessDetail, snapshot: &Snapshot) -> Reading<u64> {
    match name {
        "Max open files" => detail.num_fds,
        "Max processes" => threads_of_user(detail, snapshot),
        "Max address space" => detail.memory.map(|memory| memory.vms),
        "Max resident set" => detail.memory.map(|memory| memory.rss),
        "Max data size" => detail.memory.map(|memory| memory.data),
        "Max stack size" => detail.stack_bytes,
        "Max locked memory" => detail.locked_bytes,
        "Max pending signals" => detail.queued_signals,
        // Cannot be negative.
        "Max cpu time" => detail
            .cpu_times
            .map(|times| (times.user + times.system) as u64),
        _ => Err(Unread::Unsupported),
    }
}

/// The kernel counts threads, of all processes of the same real user.
fn threads_of_user(detail: &ProcessDetail, snapshot: &Snapshot) -> Reading<u64> {
    let Some(row) = snapshot.row(detail.key) else {
        return Err(Unread::Gone);
    };
    row.uid.map(|uid| {
        let of_user = snapshot.rows.iter().filter(|row| row.uid == Ok(uid));
        of_user
            .map(|row| u64::from(row.num_threads.unwrap_or(1)))
            .sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::detail::Look;
    use crate::monitor::source::scripted::{row, snapshot_of};

    fn limit(name: &str, soft: Option<u64>) -> Limit {
        Limit {
            name: name.into(),
            soft,
            hard: None,
            unit: String::new(),
        }
    }

    #[test]
    fn limits_know_their_use_and_the_fullest_comes_first() {
        let mut rows = vec![row(1, "a"), row(2, "b"), row(3, "c")];
        for (row, uid) in rows.iter_mut().zip([7, 7, 8]) {
            row.uid = Ok(uid);
            row.num_threads = Ok(4);
        }
        let snapshot = snapshot_of(rows);
        let key = snapshot.rows[0].key;
        let mut detail =
            ProcessDetail::unread(key, Look::Record, snapshot.tick, Unread::NotSampled);
        detail.num_fds = Ok(1_000);
        detail.limits = Ok(vec![
            limit("Max file size", None),
            limit("Max processes", Some(100)),
            limit("Max open files", Some(1_024)),
        ]);
        let uses = limit_uses(&detail, &snapshot);
        let told: Vec<_> = uses
            .iter()
            .map(|used| (used.limit.name.as_str(), used.used, used.percent()))
            .collect();
        assert_eq!(
            told,
            [
                ("Max open files", Ok(1_000), Some(97.656_25)),
                ("Max file size", Err(Unread::Unsupported), None),
                ("Max processes", Ok(8), Some(8.0)),
            ]
        );
        assert_eq!((percent_of(0, 0), percent_of(1, 0)), (0.0, 100.0));
    }
}
