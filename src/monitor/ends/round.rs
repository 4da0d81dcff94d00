//! One step from a snapshot to the next: making an ended process of what is known of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::Ended;
use super::life::Life;
use crate::monitor::event::Listening;
use crate::monitor::extra::Extra;
use crate::monitor::process::{Lossy, ProcState, ProcessRow};
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::{LimitedView, Snapshot};
use crate::os::connector::Refusal;
use crate::os::processes;

/// The pid of the kernel's own threads' parent (`kthreadd`).
const KTHREADD: u32 = 2;

/// Two snapshots, and why an end between them may be unheard.
#[derive(Clone, Copy, Debug)]
pub struct Round<'a> {
    before: Option<&'a Snapshot>,
    now: &'a Snapshot,
    unheard: Unread,
}

impl<'a> Round<'a> {
    /// A step.
    pub const fn new(
        before: Option<&'a Snapshot>,
        now: &'a Snapshot,
        listening: Listening,
    ) -> Self {
        let unheard = match listening {
            Listening::On | Listening::Off => Unread::NotSampled,
            Listening::Refused(Refusal::Denied) => Unread::Denied,
            Listening::Refused(Refusal::NoDescriptors) => Unread::NoDescriptors,
            Listening::Refused(_) => Unread::Unsupported,
        };
        Self {
            before,
            now,
            unheard,
        }
    }

    /// The process as it was in the snapshot before.
    pub fn seen(&self, pid: u32, life: &Life) -> Option<&'a ProcessRow> {
        let row = self.before?.row_by_pid(pid)?;
        life.is_of(row.key).then_some(row)
    }

    /// Whoever was in the snapshot before and is not in this one.
    pub fn vanished(&self) -> impl Iterator<Item = &'a ProcessRow> {
        let now = self.now;
        let mut rest = now.rows.iter().peekable();
        let before = self.before.map_or(&[][..], |before| &before.rows);
        // Who cannot be read for want of descriptors has not ended.
        let is_all_seen = now.limited_view != Some(LimitedView::NoDescriptors);
        // Both are in ascending order of their keys.
        before.iter().filter(move |row| {
            while rest.next_if(|next| next.key < row.key).is_some() {}
            is_all_seen && rest.peek().is_none_or(|next| next.key != row.key)
        })
    }

    /// A row for a process that no snapshot has seen; `None` if not even its birth was told.
    /// `maker` is whoever made it, where that has ended as well.
    pub fn unseen(&self, pid: u32, life: &Life, maker: Option<&ProcessRow>) -> Option<ProcessRow> {
        let key = life.key(pid)?;
        let finish = life.finish.as_ref();
        let named = life.glimpses().next();
        let ppid = [
            finish.map(|finish| finish.ppid).filter(|&ppid| ppid != 0),
            named.map(|glimpse| glimpse.ppid),
            life.birth.map(|birth| birth.ppid),
        ];
        let ppid = ppid.into_iter().flatten().next().unwrap_or(0);
        let of = |snapshot: Option<&'a Snapshot>, pid| snapshot?.row_by_pid(pid);
        let alive = |pid| of(Some(self.now), pid).or_else(|| of(self.before, pid));
        // Its parent at its end may be another one. A copy belongs to the user of what it is a copy of.
        let maker = maker.or_else(|| alive(life.birth?.ppid));
        let (uid, username) = match (named, maker) {
            (Some(glimpse), _) => (glimpse.uid, glimpse.username.clone()),
            (None, Some(row)) => (row.uid, row.username.clone()),
            (None, None) => (Err(Unread::NotSampled), Err(Unread::NotSampled)),
        };
        let parent = alive(ppid).map(|row| row.key);
        let create_time = match life.birth {
            Some(birth) => self.wall_clock(birth.at).as_duration().as_secs_f64(),
            None => named?.create_time,
        };
        Some(ProcessRow {
            key,
            name: life.called().cloned().unwrap_or_else(|| "?".into()),
            ppid,
            parent: parent.filter(|parent| parent.start_ticks <= key.start_ticks),
            uid,
            username,
            state: ProcState::Ended,
            cpu_percent: Err(Unread::NotSampled),
            cpu_times: Err(Unread::NotSampled),
            rss_bytes: Err(Unread::NotSampled),
            peak_rss_bytes: Err(Unread::NotSampled),
            vsize_bytes: Err(Unread::NotSampled),
            num_threads: Err(Unread::NotSampled),
            create_time,
            cmdline: named.map_or(Err(Unread::NotSampled), |glimpse| glimpse.cmdline.clone()),
            exe: Err(Unread::NotSampled),
            exe_deleted: Err(Unread::NotSampled),
            terminal: Err(Unread::NotSampled),
            nice: Err(Unread::NotSampled),
            page_faults: Err(Unread::NotSampled),
            scheduling: Err(Unread::NotSampled),
            extra: Extra::NONE,
            is_kernel_thread: named.map_or(ppid == KTHREADD, |glimpse| glimpse.is_kernel_thread),
            has_first_thread: true,
            lossy: Lossy::default(),
        })
    }

    /// The end of a process of which this was known, by what was told or else by its absence. `is_named` if the row has its
    /// name.
    pub fn ended(&self, mut row: ProcessRow, mut is_named: bool, life: Option<&Life>) -> Ended {
        let finish = life.and_then(|life| life.finish.as_ref());
        let instant = finish.map_or(self.now.tick.instant, |finish| finish.at);
        let at = self.wall_clock(instant);
        let left = finish.and_then(|finish| finish.left.as_deref());
        // It may have begun to run another program after it was seen.
        if let Some(glimpse) = life.and_then(|life| life.glimpse.as_ref()) {
            row.name = Arc::clone(&glimpse.name);
            is_named = true;
            row.cmdline.clone_from(&glimpse.cmdline);
        }
        if let Some(left) = left {
            row.cpu_times = left.cpu_times;
        }
        let birth = life.and_then(|life| life.birth);
        let lifetime = match birth {
            Some(birth) => instant.saturating_duration_since(birth.at),
            None => self.lifetime(&row, instant),
        };
        row.state = ProcState::Ended;
        row.cpu_percent = Err(Unread::Gone);
        row.rss_bytes = Err(Unread::Gone);
        row.vsize_bytes = Err(Unread::Gone);
        row.num_threads = Err(Unread::Gone);
        row.extra = Extra::GONE;
        Ended {
            row,
            is_named,
            exit: finish.map(|finish| finish.exit).ok_or(self.unheard),
            at,
            instant,
            is_exact: finish.is_some(),
            lifetime,
            is_cpu_final: left.is_some(),
        }
    }

    /// How long somebody lived whose birth was not heard. Both by the clock that runs since boot: when that was is known to
    /// the second only.
    fn lifetime(&self, row: &ProcessRow, ended: Instant) -> Duration {
        let tick = self.now.tick;
        let seconds = match self.now.machine.uptime {
            Ok(uptime) => {
                let ago = tick.instant.saturating_duration_since(ended).as_secs_f64();
                let ahead = ended.saturating_duration_since(tick.instant).as_secs_f64();
                let begun = row.key.start_ticks as f64 / processes::ticks_per_second();
                uptime.as_secs_f64() - ago + ahead - begun
            }
            _ => self.wall_clock(ended).as_duration().as_secs_f64() - row.create_time,
        };
        // Its start is known in steps: who has lived for less than one has lived for a moment, not for none.
        let step = 1.0 / processes::ticks_per_second();
        Duration::try_from_secs_f64(seconds.max(step)).unwrap_or_default()
    }

    fn wall_clock(&self, at: Instant) -> Timestamp {
        let tick = self.now.tick;
        let ago = SignedDuration::try_from(tick.instant.saturating_duration_since(at));
        let ahead = SignedDuration::try_from(at.saturating_duration_since(tick.instant));
        let (Ok(ago), Ok(ahead)) = (ago, ahead) else {
            return tick.taken_at;
        };
        let shifted = tick.taken_at.saturating_sub(ago);
        shifted
            .and_then(|at| at.saturating_add(ahead))
            .unwrap_or(tick.taken_at)
    }
}
