//! Reads `stat` of processes, and spares what can be spared: of a process of one thread that has not run since, it says the same
//! but for what others can change ([`Fact::SetByOthers`]).
//!
//! Whether it has run is told by `schedstat`, a line of three numbers that costs the kernel less than half of what `stat` does:
//! the second and third grow when a process gets a CPU, the first, in nanoseconds, by the time that it had it. On an ordinary
//! machine most processes sleep from look to look, and on one with ten thousand nearly all do.

use std::time::Instant;

use smallvec::SmallVec;

use super::dir::{Dir, KeptFile, unread};
use super::known::{Schedule, TEXT_CAP};
use super::parse::run_queue;
use super::subject::PidPath;
use super::table::LinuxSource;
use crate::monitor::fact::Fact;
use crate::monitor::process::{ProcState, ProcessRow};
use crate::monitor::reading::Unread;
use crate::os::Stat;

/// The file that tells.
const SCHEDSTAT: &str = "schedstat";

/// So many looks in a row must have found the same before a process is taken to be at rest.
const PATIENCE: u16 = 3;

/// The same for one that has turned out to run now and then: it doubles up to here each time.
const MOST_PATIENCE: u16 = 64;

/// To open two files at the beginning and at the end of a rest costs what so many looks spare.
const WORTH: u16 = 8;

/// A line of [`SCHEDSTAT`].
type Schedstat = SmallVec<[u8; 64]>;

/// What is kept of a process to know whether it has run.
#[derive(Debug)]
pub struct Rest {
    /// What was read last.
    stat: Option<Stat>,
    /// Present while it is at rest: what was so before `stat` was read, so that no run falls between the two.
    schedstat: Option<Schedstat>,
    /// When it began.
    since: Option<Instant>,
    /// For so many looks it has been at rest, or as it is.
    looks: u16,
    patience: u16,
}

/// `stat` of a process as it is now.
pub struct Taken {
    /// It.
    pub stat: Stat,
    /// Whether it was read and not known from before.
    pub is_read: bool,
    /// Whether it is that of this look: not where the process was not even asked whether it has run.
    pub is_asked: bool,
    /// The file that was opened for it, if it is to be kept.
    pub opened: Option<KeptFile>,
    /// Read before it, to begin a rest by.
    schedstat: Option<(KeptFile, Schedstat)>,
}

impl Default for Rest {
    fn default() -> Self {
        Self {
            stat: None,
            schedstat: None,
            since: None,
            looks: 0,
            patience: PATIENCE,
        }
    }
}

impl Rest {
    /// Takes in what was read; the file to be kept from now on, if a rest begins.
    pub fn take(&mut self, taken: &mut Taken, now: Instant) -> Option<KeptFile> {
        let is_same = self.stat.as_ref() == Some(&taken.stat);
        if !is_same {
            self.stat = Some(taken.stat.clone());
        }
        if self.is_on() {
            return None;
        }
        self.looks = if is_same {
            self.looks.saturating_add(1)
        } else {
            0
        };
        let (file, schedstat) = taken.schedstat.take()?;
        (is_same && can_rest(&taken.stat)).then(|| {
            (self.schedstat, self.since) = (Some(schedstat), Some(now));
            self.looks = 0;
            file
        })
    }

    /// Whether the process is at rest.
    pub fn is_on(&self) -> bool {
        self.schedstat.is_some()
    }

    /// Whether it has not run since this moment, for all that is known.
    pub fn has_lasted_since(&self, at: Instant) -> bool {
        self.since.is_some_and(|since| since <= at)
    }

    /// What was read last, if the process is at rest.
    fn resting(&self) -> Option<(&Stat, &Schedstat)> {
        self.stat.as_ref().zip(self.schedstat.as_ref())
    }

    fn may_begin(&self) -> bool {
        self.looks >= self.patience && self.stat.as_ref().is_some_and(can_rest)
    }

    fn end(&mut self, has_run: bool) {
        if has_run && self.looks < WORTH {
            self.be_patient();
        } else if has_run {
            self.patience = PATIENCE;
        }
        (self.schedstat, self.since) = (None, None);
        self.looks = 0;
    }

    fn be_patient(&mut self) {
        self.patience = (self.patience * 2).min(MOST_PATIENCE);
    }
}

/// Whether it does nothing and no other thread can.
fn can_rest(stat: &Stat) -> bool {
    stat.num_threads == 1 && ProcState::from_letter(stat.state) != ProcState::Running
}

/// Whether this `/proc` counts turns.
pub fn counts_turns(proc: &mut Dir) -> bool {
    let own = proc.read_piece(&format!("self/{SCHEDSTAT}"), TEXT_CAP);
    own.is_ok_and(|line| run_queue(line).is_some())
}

impl LinuxSource {
    /// `stat` of a process: from the file that is kept, or else from one that is opened and, if there is room, to be kept; what is
    /// known of it if it has not run since.
    pub(super) fn take_stat(&mut self, pid: u32, schedule: Schedule) -> Result<Taken, Unread> {
        let Some(known) = self.known.get_mut(pid) else {
            return self.open_stat(pid);
        };
        let may_rest = self.counts_turns && schedule.lets_rest(known);
        if let Some((stat, schedstat)) = known.rest.resting() {
            let same = |line: &[u8]| line == &**schedstat;
            // To open the file costs as much as it spares: where it is not kept open, it is read less often.
            let is_skipped = may_rest && known.file.is_none() && schedule.may_skip(pid);
            let is_still = is_skipped
                || may_rest
                    && if let Some(file) = &known.file {
                        self.proc.reread(file).is_ok_and(same)
                    } else {
                        let path = self.path.of_whole(pid, SCHEDSTAT);
                        self.proc.read_piece(path, TEXT_CAP).is_ok_and(same)
                    };
            if is_still && !schedule.due(known, stat, None).has(Fact::SetByOthers) {
                let stat = stat.clone();
                known.rest.looks = known.rest.looks.saturating_add(1);
                return Ok(Taken {
                    stat,
                    is_read: false,
                    is_asked: !is_skipped,
                    opened: None,
                    schedstat: None,
                });
            }
            if is_still {
                let line = self
                    .proc
                    .read_piece(self.path.of_whole(pid, "stat"), TEXT_CAP);
                return Taken::of(line.map_err(unread)?, None);
            }
            // It has run, or has ended, and its pid may belong to another one by now.
            known.rest.end(may_rest);
            self.kept.release(&mut known.file);
            return self.open_stat(pid);
        }
        let mut schedstat = None;
        if may_rest && known.rest.may_begin() {
            schedstat = open_schedstat(&mut self.proc, &mut self.path, pid);
            if schedstat.is_none() {
                known.rest.be_patient();
            }
        }
        if let Some(file) = &known.file {
            if let Ok(line) = self.proc.reread(file) {
                return Taken::of(line, schedstat);
            }
            // It has ended; its pid may belong to another one by now.
            self.kept.release(&mut known.file);
        }
        Ok(Taken {
            schedstat,
            ..self.open_stat(pid)?
        })
    }

    fn open_stat(&mut self, pid: u32) -> Result<Taken, Unread> {
        let file = self
            .proc
            .keep(self.path.of_whole(pid, "stat"))
            .map_err(unread)?;
        let taken = Taken::of(self.proc.reread(&file).map_err(unread)?, None)?;
        Ok(Taken {
            opened: self.kept.keep(file),
            ..taken
        })
    }

    /// Whether a process has not run of late, so far as was looked.
    pub(super) fn is_at_rest(&mut self, pid: u32) -> bool {
        let known = self.known.get_mut(pid);
        known.is_some_and(|known| known.rest.is_on())
    }

    /// Ends the rest of a process: everything of it is read again.
    pub(super) fn wake(&mut self, pid: u32) {
        if let Some(known) = self.known.get_mut(pid) {
            self.kept.release(&mut known.file);
            known.rest.end(true);
            known.is_told_of = true;
        }
    }

    /// The places of processes at rest whose parent has ended: the kernel has given them another one.
    pub(super) fn orphans_at_rest(&mut self, rows: &[ProcessRow]) -> Vec<usize> {
        let is_alive = |row: &ProcessRow| {
            row.parent.is_some_and(|key| {
                let parent = rows.binary_search_by_key(&key, |row| row.key);
                let parent = parent.ok().and_then(|place| rows.get(place));
                parent.is_some_and(|parent| parent.state != ProcState::Zombie)
            })
        };
        let mut orphans = Vec::new();
        // Many have the parent of the one before.
        let (mut before, mut has_parent) = (None, true);
        for (place, row) in rows.iter().enumerate() {
            if before != Some((row.ppid, row.parent)) {
                before = Some((row.ppid, row.parent));
                has_parent = row.ppid == 0 || is_alive(row);
            }
            if !has_parent && self.is_at_rest(row.key.pid) {
                orphans.push(place);
            }
        }
        orphans
    }
}

impl Taken {
    fn of(line: &[u8], schedstat: Option<(KeptFile, Schedstat)>) -> Result<Self, Unread> {
        Ok(Self {
            stat: Stat::parse(line).map_err(|_garbled| Unread::Unsupported)?,
            is_read: true,
            is_asked: true,
            opened: None,
            schedstat,
        })
    }
}

fn open_schedstat(proc: &mut Dir, path: &mut PidPath, pid: u32) -> Option<(KeptFile, Schedstat)> {
    let file = proc.keep(path.of_whole(pid, SCHEDSTAT)).ok()?;
    let line = proc.reread(&file).ok()?;
    run_queue(line).is_some().then(|| {
        let schedstat = Schedstat::from_slice(line);
        (file, schedstat)
    })
}
