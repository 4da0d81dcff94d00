//! What is kept about a process from tick to tick, and when it is read again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashSet;

use super::dir::{Dir, KeptFile, unread};
use super::extra::Kept;
use super::mounts::link_to_file;
use super::parse::{Status, arguments, full_name, text};
use super::rest::Rest;
use super::subject::{PidPath, Subject};
use super::users::UserNames;
use crate::monitor::extra::Wanted;
use crate::monitor::fact::{Fact, Facts, Freshness, LOOKED_AT, UNSEEN};
use crate::monitor::process::{CommandLine, Lossy, ProcState};
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::snapshot::Tick;
use crate::os::{Comm, Stat};

/// The longest command line and environment that are read: half of what the kernel allows by default.
pub const TEXT_CAP: usize = 1 << 20;

/// A young process often runs another program soon, or writes over its arguments.
pub const YOUNG: Duration = Duration::from_secs(2);

/// A share of less time than this says more about the clock, which counts in steps of 10 ms, than about the process.
pub const MIN_SPAN: Duration = Duration::from_millis(50);

/// Who looks so rarely has everything read: it costs less in time than to look every second, and rows that come into sight with
/// the next picture are as fresh as the others.
const RARE: Duration = Duration::from_secs(5);

/// In fewer looks than this everything is read again anyway.
const SPARING: u64 = 4;

/// Texts that many processes have: each is kept once. Rows share them, and to count how many do is quickest where it is the same
/// few.
#[derive(Debug, Default)]
pub struct Texts {
    strings: FxHashSet<Arc<str>>,
    lines: FxHashSet<Arc<CommandLine>>,
    swept: Option<Instant>,
}

impl Texts {
    /// A text.
    pub fn text(&mut self, text: String) -> Arc<str> {
        if let Some(known) = self.strings.get(&*text) {
            return Arc::clone(known);
        }
        let new = Arc::<str>::from(text);
        self.strings.insert(Arc::clone(&new));
        new
    }

    /// A command line.
    pub fn line(&mut self, line: CommandLine) -> Arc<CommandLine> {
        if let Some(known) = self.lines.get(&line) {
            return Arc::clone(known);
        }
        let new = Arc::new(line);
        self.lines.insert(Arc::clone(&new));
        new
    }

    /// Forgets what no row has any more, once in a while.
    pub fn forget_unused(&mut self, now: Instant) {
        let is_recent = |swept| now.saturating_duration_since(swept) < UNSEEN;
        if self.swept.is_some_and(is_recent) {
            return;
        }
        self.swept = Some(now);
        self.strings.retain(|text| Arc::strong_count(text) > 1);
        self.lines.retain(|line| Arc::strong_count(line) > 1);
    }
}

/// The use of the CPU between two readings of a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct CpuUse {
    /// CPU time at the earlier reading, clock ticks, and when that was.
    base: Option<(u64, Instant)>,
    percent: Option<f32>,
}

impl CpuUse {
    /// Percent of one core up to now, at most `limit`. At the first reading since the start of the process, if it is `young`
    /// (its age); `NotSampled` if it is not.
    pub fn percent(
        &mut self,
        ticks: u64,
        now: Instant,
        young: Option<Duration>,
        ticks_per_second: f64,
        limit: f32,
    ) -> Reading<f32> {
        let used = match self.base {
            Some((before, at)) => Some((
                ticks.saturating_sub(before),
                now.saturating_duration_since(at),
            )),
            None => young.map(|age| (ticks, age)),
        };
        let used = used.filter(|&(_, span)| span >= MIN_SPAN);
        if let Some((ticks, span)) = used {
            // A tick more than fits is the clock's grain, not the process's work.
            let percent = ticks as f64 / ticks_per_second / span.as_secs_f64() * 100.0;
            self.percent = Some((percent as f32).min(limit));
        }
        // After too short a span the earlier figure stands, and the span goes on.
        if used.is_some() || self.base.is_none() {
            self.base = Some((ticks, now));
        }
        self.last()
    }

    /// What the last reading gave.
    pub fn last(&self) -> Reading<f32> {
        self.percent.ok_or(Unread::NotSampled)
    }
}

/// Which facts are due in a tick.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    tick: u64,
    /// By what all rows are looked at.
    looked_at: Facts,
    freshness: Freshness,
    /// Everybody has his turn in so many ticks, so that they are spread over them; what is looked at in so many.
    rotations: (u64, u64),
    /// Before these moments nothing may have been read, whatever the turns: of what is not looked at, and of what is.
    oldest: (Option<Instant>, Option<Instant>),
}

impl Schedule {
    /// In a tick.
    pub fn new(tick: Tick, wanted: Wanted) -> Self {
        let rotation = |bound: Duration| {
            let turns = bound.as_nanos() / tick.interval.as_nanos().max(1);
            u64::try_from(turns).unwrap_or(u64::MAX).max(1)
        };
        let unseen = if tick.interval >= RARE {
            1
        } else {
            rotation(UNSEEN)
        };
        Self {
            tick: tick.number,
            looked_at: wanted.facts,
            freshness: wanted.freshness,
            rotations: (unseen, rotation(LOOKED_AT)),
            oldest: (
                tick.instant.checked_sub(UNSEEN),
                tick.instant.checked_sub(LOOKED_AT),
            ),
        }
    }

    fn is_turn_of(self, pid: u32, rotation: u64) -> bool {
        (u64::from(pid) + self.tick).is_multiple_of(rotation)
    }

    /// What is to be read of a process whose `stat` was read just now.
    pub fn due(self, known: &Known, stat: &Stat, age: Option<Duration>) -> Facts {
        if self.freshness == Freshness::NotRead {
            return Facts::NONE;
        }
        if known.comm != stat.comm
            || known.is_zombie != is_zombie(stat)
            || known.is_told_of
            || age.is_some_and(|age| age < YOUNG)
            || self.is_turn_of(stat.pid, self.rotations.0)
        {
            return Facts::ALL;
        }
        let looked_at = if known.in_sight == Some(self.tick) {
            Facts::ALL
        } else {
            self.looked_at
        };
        if self.freshness == Freshness::EveryLook || self.is_turn_of(stat.pid, self.rotations.1) {
            return looked_at.and(self.too_old(known, looked_at));
        }
        self.too_old(known, looked_at)
    }

    /// Whether what others can change of a process may be as old as all that is not looked at.
    pub fn lets_rest(self, known: &Known) -> bool {
        self.freshness == Freshness::Bounded
            && !self.looked_at.has(Fact::SetByOthers)
            && self.rotations.0 >= SPARING
            && known.in_sight != Some(self.tick)
            && !known.is_told_of
    }

    /// Whether what was found at the last look may stand for this one: it will not be older than what is looked at may be.
    pub fn may_skip(self, pid: u32) -> bool {
        !self.is_turn_of(pid, self.rotations.1)
    }

    fn too_old(self, known: &Known, looked_at: Facts) -> Facts {
        let is_old = |fact: &Fact| {
            let oldest = if looked_at.has(*fact) {
                self.oldest.1
            } else {
                self.oldest.0
            };
            // Nothing can be older than a clock that has just begun.
            let is_before = |at| oldest.is_some_and(|oldest| at < oldest);
            known.read_at(*fact).is_none_or(is_before)
        };
        let old = Fact::EACH.into_iter().filter(is_old).map(Facts::of);
        old.fold(Facts::NONE, Facts::and)
    }
}

/// What is kept about one process.
#[derive(Debug)]
pub struct Known {
    /// Which one; together with the pid its key.
    pub start_ticks: u64,
    /// The tick in which it was last seen.
    pub seen: u64,
    /// Its `stat`, or while it is at rest the file that tells whether it has run, where that is kept open.
    pub file: Option<KeptFile>,
    /// Whether it has run of late.
    pub rest: Rest,
    /// The thread through which it was read last, if its first one has ended.
    pub thread: Option<u32>,
    /// Its use of the CPU.
    pub cpu: CpuUse,
    /// The most resident memory it is known to have had, bytes; 0 while nothing is known.
    pub peak_rss_bytes: u64,
    /// Huge pages, which `stat` does not count: as they were when `status` was read last, and of one that has some, in each tick.
    pub huge_bytes: u64,
    /// What is kept for more of it, while more is wanted.
    pub kept: Option<Box<Kept>>,
    /// The tick in which it is in sight.
    pub in_sight: Option<u64>,
    /// The kernel has told that it runs another program or has become another user, or its parent has ended.
    pub is_told_of: bool,
    /// The facts below were read in this state of things.
    comm: Comm,
    is_zombie: bool,
    /// When each of them was.
    read_at: [Option<Instant>; Fact::EACH.len()],
    /// The full name.
    pub name: Arc<str>,
    /// The real user.
    pub uid: Reading<u32>,
    /// The real user's name.
    pub username: Reading<Arc<str>>,
    /// The arguments.
    pub cmdline: Reading<Arc<CommandLine>>,
    /// The executable.
    pub exe: Reading<Arc<str>>,
    /// Whether that file is no longer there.
    pub exe_deleted: Reading<bool>,
    /// Which of them were not UTF-8.
    pub lossy: Lossy,
}

impl Known {
    /// A process that appears in tick `seen`; nothing of it has been read but its `stat`.
    pub fn new(stat: &Stat, seen: u64) -> Self {
        Self {
            start_ticks: stat.start_ticks,
            seen,
            file: None,
            rest: Rest::default(),
            thread: None,
            cpu: CpuUse::default(),
            peak_rss_bytes: 0,
            huge_bytes: 0,
            kept: None,
            in_sight: None,
            is_told_of: false,
            comm: Comm::new(),
            is_zombie: false,
            read_at: [None; Fact::EACH.len()],
            name: text(&stat.comm).0.into(),
            uid: Err(Unread::NotSampled),
            username: Err(Unread::NotSampled),
            cmdline: Err(Unread::NotSampled),
            exe: Err(Unread::NotSampled),
            exe_deleted: Err(Unread::NotSampled),
            lossy: Lossy::default(),
        }
    }

    /// When a fact was read; `None` if it could not be for want of a descriptor, which there may be now, or because the name service
    /// rests.
    fn read_at(&self, fact: Fact) -> Option<Instant> {
        let is_missing = match fact {
            Fact::User => {
                let names = [Err(Unread::NoDescriptors), Err(Unread::NotSampled)];
                self.uid == Err(Unread::NoDescriptors) || names.contains(&self.username)
            }
            Fact::CommandLine => self.cmdline == Err(Unread::NoDescriptors),
            Fact::Exe => self.exe == Err(Unread::NoDescriptors),
            Fact::SetByOthers => false,
        };
        self.read_at
            .get(fact as usize)
            .copied()
            .flatten()
            .filter(|_| !is_missing)
    }

    /// Its `stat` has been read.
    pub fn has_read_stat(&mut self, now: Instant) {
        if let Some(at) = self.read_at.get_mut(Fact::SetByOthers as usize) {
            *at = Some(now);
        }
    }

    /// Reads what is due; `stat` has been.
    pub fn refresh(
        &mut self,
        proc: &mut Dir,
        path: &mut PidPath,
        stat: &Stat,
        (users, texts): (&mut UserNames, &mut Texts),
        (due, now): (Facts, Instant),
    ) {
        self.comm.clone_from(&stat.comm);
        self.is_zombie = is_zombie(stat);
        self.is_told_of = false;
        let user_read_at = self.read_at(Fact::User);
        for (fact, at) in Fact::EACH.into_iter().zip(&mut self.read_at) {
            if due.has(fact) {
                *at = Some(now);
            }
        }
        let subject = Subject {
            pid: stat.pid,
            thread: self.thread,
        };
        if due.has(Fact::User) {
            // It is the process itself that becomes another user.
            let is_known = user_read_at.is_some_and(|at| self.rest.has_lasted_since(at));
            match self.uid {
                Ok(uid) if is_known => self.username = users.name(uid, now),
                _ => self.read_user(proc, path.of(subject, "status"), users, now),
            }
        }
        if due.has(Fact::CommandLine) {
            self.read_command_line(proc, path.of(subject, "cmdline"), stat, texts);
        }
        if due.has(Fact::Exe) {
            self.read_exe(proc, path.of(subject, "exe"), stat, texts);
        }
    }

    /// Reads again how much it has in huge pages.
    pub fn read_huge_bytes(&mut self, proc: &mut Dir, path: &mut PidPath, pid: u32) {
        let subject = Subject {
            pid,
            thread: self.thread,
        };
        if let Ok(status) = proc.read_piece(path.of(subject, "status"), TEXT_CAP) {
            self.huge_bytes = Status::parse(status).huge_bytes.unwrap_or(0);
        }
    }

    fn read_user(&mut self, proc: &mut Dir, path: &str, users: &mut UserNames, now: Instant) {
        let status = proc
            .read_piece(path, TEXT_CAP)
            .map_err(unread)
            .map(Status::parse);
        let huge = status.ok().and_then(|status| status.huge_bytes);
        self.huge_bytes = huge.unwrap_or(0);
        let peak = status.ok().and_then(|status| status.peak_rss_bytes);
        self.peak_rss_bytes = self.peak_rss_bytes.max(peak.unwrap_or(0));
        let uid = status.and_then(|status| status.uids.ok_or(Unread::Unsupported));
        self.uid = uid.map(|ids| ids.real);
        self.username = self.uid.and_then(|uid| users.name(uid, now));
    }

    fn read_command_line(&mut self, proc: &mut Dir, path: &str, stat: &Stat, texts: &mut Texts) {
        let cmdline = read_cmdline(proc, path, stat);
        let (name, lossy_name) = text(full_name(
            &stat.comm,
            cmdline
                .as_ref()
                .ok()
                .and_then(|line| line.first_argument.as_deref()),
        ));
        // A zombie has no arguments any more to complete its name from: what we knew still holds.
        let is_known_longer = self.is_zombie && self.name.starts_with(&name) && name.len() >= 15;
        if *self.name != *name && !is_known_longer {
            self.name = texts.text(name);
        }
        self.lossy.name = lossy_name;
        self.lossy.cmdline = cmdline.as_ref().is_ok_and(|line| line.is_lossy);
        keep(&mut self.cmdline, cmdline.map(|line| line.line), |line| {
            texts.line(line)
        });
    }

    fn read_exe(&mut self, proc: &mut Dir, path: &str, stat: &Stat, texts: &mut Texts) {
        let link = has_memory(stat).and_then(|()| link_to_file(proc, path).map_err(unread));
        let exe;
        (exe, self.exe_deleted, self.lossy.exe) = match link {
            Ok((path, is_deleted)) => {
                let (path, is_lossy) = text(&path);
                (Ok(path), Ok(is_deleted), is_lossy)
            }
            Err(reason) => (Err(reason), Err(reason), false),
        };
        keep(&mut self.exe, exe, |path| texts.text(path));
    }
}

/// Takes a new reading over, but keeps the shared allocation of one that says the same.
pub fn keep<T, U>(kept: &mut Reading<Arc<T>>, new: Reading<U>, share: impl FnOnce(U) -> Arc<T>)
where
    T: ?Sized + PartialEq<U>,
{
    match (&*kept, new) {
        (Ok(old), Ok(new)) if **old == new => {}
        (_, new) => *kept = new.map(share),
    }
}

/// CPU time used so far, clock ticks.
pub const fn cpu_ticks(stat: &Stat) -> u64 {
    stat.utime_ticks + stat.stime_ticks
}

/// True if the process has ended and waits to be collected.
pub fn is_zombie(stat: &Stat) -> bool {
    ProcState::from_letter(stat.state) == ProcState::Zombie
}

/// An error if the process has no memory and no files: the reason.
pub fn has_memory(stat: &Stat) -> Result<(), Unread> {
    if stat.is_kernel_thread() {
        Err(Unread::NotApplicable)
    } else if is_zombie(stat) {
        Err(Unread::Zombie)
    } else {
        Ok(())
    }
}

/// A command line as it was read.
#[derive(Debug)]
pub struct ReadLine {
    /// The arguments as text.
    pub line: CommandLine,
    /// The first one as it was, to complete the name.
    pub first_argument: Option<Vec<u8>>,
    /// True if some byte was not UTF-8.
    pub is_lossy: bool,
}

/// Reads a command line.
pub fn read_cmdline(dir: &mut Dir, path: &str, stat: &Stat) -> Reading<ReadLine> {
    has_memory(stat)?;
    let bytes = dir.read_piece(path, TEXT_CAP).map_err(unread)?;
    let mut is_lossy = false;
    let raw = arguments(bytes);
    let first_argument = raw.first().map(|argument| argument.to_vec());
    let convert = |argument: &[u8]| {
        let (argument, lossy) = text(argument);
        is_lossy |= lossy;
        argument
    };
    let line = CommandLine::new(raw.into_iter().map(convert).collect());
    Ok(ReadLine {
        line,
        first_argument,
        is_lossy,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_percent_is_never_a_false_zero() {
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        let mut old = CpuUse::default();
        assert_eq!(
            old.percent(5_000, start, None, 100.0, 800.0),
            Err(Unread::NotSampled)
        );
        assert_eq!(
            old.percent(5_001, after(10), None, 100.0, 800.0),
            Err(Unread::NotSampled)
        );
        assert_eq!(
            old.percent(5_050, after(1_000), None, 100.0, 800.0),
            Ok(50.0)
        );
        assert_eq!(
            old.percent(5_050, after(1_020), None, 100.0, 800.0),
            Ok(50.0)
        );
        assert_eq!(
            old.percent(5_050, after(2_000), None, 100.0, 800.0),
            Ok(0.0)
        );
        assert_eq!(
            old.percent(9_999, after(3_000), None, 100.0, 800.0),
            Ok(800.0)
        );

        let mut new = CpuUse::default();
        let age = Some(Duration::from_millis(500));
        assert_eq!(new.percent(25, start, age, 100.0, 800.0), Ok(50.0));
        assert_eq!(new.percent(25, after(500), age, 100.0, 800.0), Ok(0.0));
    }
}
