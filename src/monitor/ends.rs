//! What has ended: pure, from one snapshot to the next and from what was told between them.
//!
//! Two snapshots alone show that a process is gone, and what it was like when it was seen last. Events add how it ended, when
//! exactly, what it used to the last, and those processes that no snapshot has ever seen. What neither can tell is a
//! [`Reading`] with its reason.

mod last_words;
mod life;
mod round;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::event::{Happening, Heard, Listening, ProcessEvent};
use super::process::ProcessRow;
use super::reading::Reading;
use super::snapshot::Snapshot;
use crate::os::{Exit, ProcKey};
pub use last_words::keep_last_words;
use life::{Finish, Life};
use round::Round;

/// Ended processes that are kept at most; the one that ended first gives way.
pub const ENDED_CAP: usize = 1_000;

/// How long they are kept.
pub const ENDED_SPAN: Duration = Duration::from_mins(10);

/// How long threads of the kernel are: it makes and drops them all day.
const KERNEL_SPAN: Duration = Duration::from_secs(10);

/// A process that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// What was known of it last. What it had only while it lived is `Gone`; its CPU time and its peak of memory are not.
    pub row: ProcessRow,
    /// Whether its name is known. If not, the row says `?`.
    pub is_named: bool,
    /// How it ended. `Denied` or `Unsupported` where the system does not tell, `NotSampled` where nobody listened or the event
    /// was lost.
    pub exit: Reading<Exit>,
    /// When.
    pub at: Timestamp,
    /// The same by the monotonic clock.
    pub instant: Instant,
    /// Whether that is the very moment. If not, it was seen to be gone then and ended since the snapshot before.
    pub is_exact: bool,
    /// How long it lived; as exact as the moment.
    pub lifetime: Duration,
    /// Whether its CPU time is all it used. If not, it is what had been used when it was seen last.
    pub is_cpu_final: bool,
}

impl Ended {
    /// The CPU time that is known of it, seconds.
    pub fn cpu_seconds(&self) -> Option<f64> {
        let times = self.row.cpu_times.ok()?;
        Some(times.user + times.system)
    }

    /// The same in percent of one core over its life; `None` too if it lived for no time that can be told.
    pub fn cpu_percent(&self) -> Option<f64> {
        let life = self.lifetime.as_secs_f64();
        let percent = self.cpu_seconds()? / life * 100.0;
        (life > 0.0).then_some(percent)
    }
}

/// What has ended, as a snapshot shows it.
#[derive(Clone, Debug, Default)]
pub struct EndedProcesses {
    /// At most [`ENDED_CAP`], of the last [`ENDED_SPAN`].
    pub newest_first: Arc<[Arc<Ended>]>,
    /// Whether the system tells of births and ends.
    pub listening: Listening,
    /// How often it told more than could be taken in; see [`Heard::losses`].
    pub losses: u64,
}

impl EndedProcesses {
    /// One of them.
    pub fn find(&self, key: ProcKey) -> Option<&Arc<Ended>> {
        self.newest_first.iter().find(|ended| ended.row.key == key)
    }
}

/// Takes snapshots and events in, and knows what has ended.
#[derive(Debug, Default)]
pub struct Ends {
    /// What was told of processes of which more may be told: those that have begun and are in no snapshot yet, and those
    /// that have ended and are in one still. By pid; no more than there are processes, and events between two snapshots.
    lives: BTreeMap<u32, Life>,
    newest_first: VecDeque<Arc<Ended>>,
    published: Arc<[Arc<Ended>]>,
}

/// Where those with a pid stand among the ended, by pid: many are asked for at once.
struct Places(Vec<(u32, usize)>);

impl Places {
    /// The newest first.
    fn of(&self, pid: u32) -> impl Iterator<Item = usize> {
        let first = self.0.partition_point(|&(other, _)| other < pid);
        let from = self.0.iter().skip(first);
        from.take_while(move |&&(other, _)| other == pid)
            .map(|&(_, place)| place)
    }
}

impl Ends {
    /// Goes on from the snapshot before to the next one, and writes into that what has ended. What is new of it comes back in
    /// the order of the ends: those that have ended since, and those of which only now is known how.
    pub fn advance(
        &mut self,
        before: Option<&Snapshot>,
        now: &mut Snapshot,
        heard: Heard,
    ) -> Vec<Arc<Ended>> {
        let (listening, losses) = (heard.listening, heard.losses);
        let places_before = self.places();
        let finished = self.follow(heard, &places_before, before, now);
        let mut new: Vec<Ended> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::new();
        let mut told = HashSet::new();
        let round = Round::new(before, now, listening);
        let mut news = Vec::new();
        for (pid, life) in finished {
            if let Some(seen) = round.seen(pid, &life) {
                told.insert(seen.key);
                new.push(round.ended(seen.clone(), true, Some(&life)));
            } else if let Some(place) = self.place_of_unknown(pid, &life, &places_before) {
                // Its event came after the snapshot from which it was missing.
                if let Some(known) = self.newest_first.get_mut(place) {
                    *known = Arc::new(round.ended(known.row.clone(), known.is_named, Some(&life)));
                    news.push(Arc::clone(known));
                }
            } else {
                // Whoever made it may have ended since, too.
                let made_by = life.birth.map(|birth| birth.ppid);
                let here = made_by.and_then(|ppid| new.get(*places.get(&ppid)?));
                let before = || {
                    let place = places_before.of(made_by?).next()?;
                    self.newest_first.get(place)
                };
                let maker = here.or_else(|| before().map(|ended| &**ended));
                let row = round.unseen(pid, &life, maker.map(|ended| &ended.row));
                let is_named = life.called().is_some();
                new.extend(row.map(|row| round.ended(row, is_named, Some(&life))));
            }
            if new.last().is_some_and(|ended| ended.row.pid() == pid) {
                places.insert(pid, new.len() - 1);
            }
        }
        let vanished = round.vanished().filter(|row| !told.contains(&row.key));
        new.extend(vanished.map(|row| round.ended(row.clone(), true, None)));
        new.sort_by_key(|ended| ended.instant);
        for ended in new.into_iter().map(Arc::new) {
            news.push(Arc::clone(&ended));
            self.newest_first.push_front(ended);
        }
        if self.forget(now.tick.instant) || !news.is_empty() {
            self.published = self.newest_first.iter().cloned().collect();
        }
        now.ended = EndedProcesses {
            newest_first: Arc::clone(&self.published),
            listening,
            losses,
        };
        news.sort_by_key(|ended| ended.instant);
        news
    }

    /// Takes events in; tells the lives that are over, those who make others before those they made.
    fn follow(
        &mut self,
        heard: Heard,
        places: &Places,
        before: Option<&Snapshot>,
        now: &Snapshot,
    ) -> Vec<(u32, Life)> {
        let number = now.tick.number;
        let mut finished = Vec::new();
        for ProcessEvent { at, pid, kind } in heard.events {
            match kind {
                Happening::Started { ppid, start_ticks } => {
                    // Its maker may have another name by the time that it is seen again.
                    let name = match self.lives.get(&ppid) {
                        Some(maker) => maker.name.clone(),
                        None => before
                            .and_then(|before| before.row_by_pid(ppid))
                            .map(|row| Arc::clone(&row.name)),
                    };
                    // Whoever had this pid before is gone.
                    let new = Life::begun(at, ppid, start_ticks, name, number);
                    finished.extend(self.lives.insert(pid, new).map(|old| (pid, old)));
                }
                Happening::Executed(glimpse) => {
                    let life = self.lives.entry(pid).or_insert(Life::unknown(number));
                    life.executed(glimpse);
                }
                Happening::Ended { exit, ppid, left } => {
                    let life = self.lives.entry(pid).or_insert(Life::unknown(number));
                    life.finish = Some(Finish {
                        at,
                        exit,
                        ppid,
                        left,
                    });
                }
            }
        }
        for (pid, end) in heard.thread_ends {
            let seen = before.and_then(|before| before.row_by_pid(pid));
            // One that is gone already may be told of late.
            let gone = || {
                let ended = self.newest_first.get(places.of(pid).next()?)?;
                Some(&ended.row)
            };
            let was_alone = seen.or_else(gone).is_some_and(|row| !row.has_first_thread);
            match self.lives.get_mut(&pid) {
                Some(life) if was_alone || life.has_lost_its_first_thread() => {
                    life.lost_a_thread(end);
                }
                None if was_alone => {
                    let life = self.lives.entry(pid).or_insert(Life::unknown(number));
                    life.lost_a_thread(end);
                }
                // All threads but the first one come and go.
                _ => {}
            }
        }
        for (pid, mut life) in std::mem::take(&mut self.lives) {
            let row = now.row_by_pid(pid).filter(|row| life.is_of(row.key));
            if row.is_none() {
                life.conclude();
            }
            match row {
                // Its first thread has ended and others go on: that was not its end.
                Some(row) if !row.has_first_thread => {
                    if life.goes_on(now.tick.instant) {
                        self.lives.insert(pid, life);
                    }
                }
                Some(_) if life.has_lost_its_first_thread() || life.has_lost_a_thread() => {
                    self.lives.insert(pid, life);
                }
                // The snapshot knows more.
                Some(_) => {}
                // It may have begun after the snapshot was taken.
                None if life.finish.is_none() && life.since == number => {
                    self.lives.insert(pid, life);
                }
                // Whom the snapshot does not show may live: of him only an end that was told counts.
                None if life.finish.is_none() && now.limited_view.is_some() => {}
                None => finished.push((pid, life)),
            }
        }
        finished.sort_by_key(|(_, life)| life.birth.map(|birth| birth.at));
        finished
    }

    /// Where the process stands of which so far nothing was known but that it is gone.
    fn place_of_unknown(&self, pid: u32, life: &Life, places: &Places) -> Option<usize> {
        life.finish.as_ref()?;
        places.of(pid).find(|&place| {
            let ended = self.newest_first.get(place);
            ended.is_some_and(|ended| ended.exit.is_err() && life.is_of(ended.row.key))
        })
    }

    fn places(&self) -> Places {
        let pids = self.newest_first.iter().map(|ended| ended.row.pid());
        let mut places: Vec<_> = pids.zip(0..).collect();
        places.sort_unstable();
        Places(places)
    }

    /// Forgets what is too much or too old; true if anything was.
    fn forget(&mut self, now: Instant) -> bool {
        let count = self.newest_first.len();
        self.newest_first.truncate(ENDED_CAP);
        self.newest_first.retain(|ended| {
            let span = if ended.row.is_kernel_thread {
                KERNEL_SPAN
            } else {
                ENDED_SPAN
            };
            now.saturating_duration_since(ended.instant) <= span
        });
        self.newest_first.len() < count
    }
}
