//! What is kept of the one process that is being looked at, so that figures are over the time that was measured.

use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::extra::Rate;
use super::known::CpuUse;
use super::own_io::OwnIoCounter;
use crate::monitor::detail::Look;
use crate::monitor::reading::{Reading, Unread};
use crate::os::ProcKey;

/// A busy thread has one core.
const ONE_CORE: f32 = 100.0;

/// Periods, a tenth of a second by custom, are not counted for so long only if nobody runs.
const IDLE: Duration = Duration::from_secs(1);

/// How often the quota of a control group was used up.
#[derive(Clone, Copy, Debug)]
struct Periods {
    counted: u64,
    throttled: u64,
    at: Instant,
    percent: Option<f32>,
}

/// Earlier figures of a process; another process or another look begins anew.
#[derive(Debug, Default)]
pub struct Watch {
    of: Option<(ProcKey, Look)>,
    /// Threads by id, each with its start.
    cpu: FxHashMap<u32, (u64, CpuUse)>,
    wait: FxHashMap<u32, Rate>,
    pub(super) major_faults: Rate,
    pub(super) own_io: OwnIoCounter,
    /// Periods and used-up periods of control groups, by path, each with the share that was told last.
    periods: FxHashMap<String, Periods>,
}

impl Watch {
    /// Turns to a process and a look.
    pub fn turn_to(&mut self, key: ProcKey, look: Look) {
        if self.of != Some((key, look)) {
            *self = Self {
                of: Some((key, look)),
                ..Self::default()
            };
        }
    }

    /// Forgets threads that are not among these.
    pub fn keep_threads(&mut self, ids: &[u32]) {
        // The kernel lists them in ascending order.
        let is_there = |id: &u32| ids.binary_search(id).is_ok();
        self.cpu.retain(|id, _| is_there(id));
        self.wait.retain(|id, _| is_there(id));
    }

    /// CPU use of a thread since the look before.
    pub fn cpu_percent(
        &mut self,
        id: u32,
        start_ticks: u64,
        ticks: u64,
        ticks_per_second: f64,
    ) -> Reading<f32> {
        let (start, cpu) = self.cpu.entry(id).or_default();
        if *start != start_ticks {
            (*start, *cpu) = (start_ticks, CpuUse::default());
        }
        cpu.percent(ticks, Instant::now(), None, ticks_per_second, ONE_CORE)
    }

    /// For which share of the time since the look before a thread waited for a CPU, percent.
    pub fn wait_percent(&mut self, id: u32, wait_seconds: f64) -> Reading<f32> {
        let rate = self.wait.entry(id).or_default();
        let share = rate.per_second(wait_seconds, Instant::now());
        share.map(|share| (share * 100.0).min(100.0) as f32)
    }

    /// In which share of a group's periods since the look before its quota was used up, percent.
    pub fn throttled_percent(&mut self, path: &str, periods: u64, throttled: u64) -> Reading<f32> {
        let now = Instant::now();
        let Some(known) = self.periods.get_mut(path) else {
            let first = Periods {
                counted: periods,
                throttled,
                at: now,
                percent: None,
            };
            self.periods.insert(path.to_owned(), first);
            return Err(Unread::NotSampled);
        };
        let passed = periods.saturating_sub(known.counted);
        // The kernel counts none while nobody in the group runs.
        let is_idle = now.saturating_duration_since(known.at) > IDLE;
        if passed > 0 || is_idle {
            let used_up = throttled.saturating_sub(known.throttled);
            let percent = (used_up as f32 / passed.max(1) as f32 * 100.0).min(100.0);
            *known = Periods {
                counted: periods,
                throttled,
                at: now,
                percent: Some(percent),
            };
        }
        known.percent.ok_or(Unread::NotSampled)
    }
}
