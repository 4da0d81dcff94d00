//! The thread `control`, which acts: it holds each process before it does anything to it, and tells what came of it.

mod kill_tree;
#[cfg(test)]
mod scarce;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};

use super::{Action, ActionEvent, GRACE, Outcome, Priorities, Refusal, Request, RequestId, Tree};
use crate::monitor::process::ProcState;
use crate::monitor::sampler::Waker;
use crate::monitor::scheduling::{IoClass, IoPriority};
use crate::os::priority;
use crate::os::priority::Before;
use crate::os::processes::is_out_of_descriptors;
use crate::os::{Held, HoldError, ProcFs, ProcKey, proc_fs, processes, this};
use crate::text::Sentence;

/// Requests that may wait.
const REQUESTS: usize = 64;
/// Messages that may wait.
const MESSAGES: usize = 4_096;
/// How many processes are watched for their end at once.
const WATCHED: usize = 512;
/// How long an end is waited for where it is in the way of others.
const MOMENT: Duration = Duration::from_millis(20);
/// How long a process that does not end is watched.
const PATIENCE: Duration = Duration::from_mins(2);

/// The thread that acts; dropping this ends it. A tree whose killing has begun is killed to the last.
pub struct ActionThread {
    requests: Option<SyncSender<(RequestId, Request)>>,
    told: Receiver<(RequestId, ActionEvent)>,
    bell: Arc<OwnedFd>,
}

/// There is no room for a further request, or no thread to carry it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl ActionThread {
    /// Starts the thread `control`; `waker` is called whenever something was told.
    pub fn start(waker: Waker) -> io::Result<Self> {
        Self::with(waker, GRACE, proc_fs())
    }

    fn with(waker: Waker, grace: Duration, proc_fs: ProcFs) -> io::Result<Self> {
        let (requests, asked) = sync_channel(REQUESTS);
        let (teller, told) = sync_channel(MESSAGES);
        let bell = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
        let worker = Worker {
            asked,
            teller,
            bell: Arc::clone(&bell),
            waker,
            grace,
            proc_fs,
            watched: Vec::new(),
        };
        thread::Builder::new()
            .name("control".to_owned())
            .spawn(move || worker.run())?;
        Ok(Self {
            requests: Some(requests),
            told,
            bell,
        })
    }

    /// Asks for something; it is carried out after what was asked for before.
    pub fn ask(&self, id: RequestId, request: Request) -> Result<(), Busy> {
        let requests = self.requests.as_ref().ok_or(Busy)?;
        requests
            .try_send((id, request))
            .map_err(|_full_or_over| Busy)?;
        ring(&self.bell);
        Ok(())
    }

    /// What was told since the last call.
    pub fn events(&self) -> Vec<(RequestId, ActionEvent)> {
        self.told.try_iter().collect()
    }
}

impl Drop for ActionThread {
    fn drop(&mut self) {
        self.requests = None;
        ring(&self.bell);
    }
}

/// Wakes the thread. A counter that is full rings all the same.
fn ring(bell: &OwnedFd) {
    rustix::io::write(bell, &1_u64.to_ne_bytes()).ok();
}

struct Worker {
    asked: Receiver<(RequestId, Request)>,
    teller: SyncSender<(RequestId, ActionEvent)>,
    bell: Arc<OwnedFd>,
    waker: Waker,
    grace: Duration,
    /// Whose processes the pids are that are asked about.
    proc_fs: ProcFs,
    watched: Vec<Watched>,
}

/// One whose end is waited for.
struct Watched {
    id: RequestId,
    held: Held,
    since: Instant,
    is_overdue: bool,
}

/// The receiver is gone.
struct Over;

impl Worker {
    fn run(mut self) {
        while self.round().is_ok() {}
    }

    /// Does what was asked for, looks who has ended, waits for more of either.
    fn round(&mut self) -> Result<(), Over> {
        loop {
            match self.asked.try_recv() {
                Ok((id, request)) => {
                    self.carry_out(id, request)?;
                    self.tell(id, ActionEvent::Done)?;
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Err(Over),
            }
        }
        self.look()?;
        self.wait();
        Ok(())
    }

    fn carry_out(&mut self, id: RequestId, request: Request) -> Result<(), Over> {
        if self.proc_fs != ProcFs::Own {
            return self.refuse(id, request);
        }
        match request {
            Request::Act(action, keys) => {
                let above_us = self.above_us();
                for key in keys {
                    let outcome = match &above_us {
                        Ok(above_us) => match protection(key, &action, above_us) {
                            Some(refusal) => Outcome::Refused(refusal),
                            None => self.act(id, &action, key),
                        },
                        Err(error) => Outcome::Failed(Sentence::of_io(error)),
                    };
                    self.tell(id, ActionEvent::Outcome(key, outcome))?;
                }
                Ok(())
            }
            Request::KillTree(roots) => self.kill_tree(id, &roots),
            Request::LookAtTree(roots) => {
                let tree = self.look_at_tree(&roots);
                self.tell(id, ActionEvent::Tree(tree))
            }
            Request::ReadPriorities(keys) => {
                for key in keys {
                    self.tell(id, ActionEvent::Priorities(key, priorities_of(key)))?;
                }
                Ok(())
            }
            Request::Restore(all) => {
                for (key, before) in all {
                    self.tell(id, ActionEvent::Outcome(key, restore(key, &before)))?;
                }
                Ok(())
            }
        }
    }

    /// Refuses all of it: the processes were seen under pids that belong to others in system calls.
    fn refuse(&self, id: RequestId, request: Request) -> Result<(), Over> {
        let refused = || Outcome::Refused(Refusal::OtherPidNamespace);
        let keys = match request {
            Request::Act(_, keys) | Request::KillTree(keys) => keys,
            Request::Restore(all) => all.into_iter().map(|(key, _)| key).collect(),
            Request::LookAtTree(_) => return self.tell(id, ActionEvent::Tree(Tree::default())),
            Request::ReadPriorities(keys) => {
                for key in keys {
                    self.tell(id, ActionEvent::Priorities(key, Err(refused())))?;
                }
                return Ok(());
            }
        };
        for key in keys {
            self.tell(id, ActionEvent::Outcome(key, refused()))?;
        }
        Ok(())
    }

    fn act(&mut self, id: RequestId, action: &Action, key: ProcKey) -> Outcome {
        let held = match self.hold(key) {
            Ok(held) => held,
            Err(outcome) => return outcome,
        };
        if let Action::Set(setting) = action {
            return match priority::set(&held, setting) {
                // What it has now: the kernel leaves out CPUs that its group may not use.
                Ok(Some(before)) => match setting.read_alike(processes::speaking_thread(key.pid)) {
                    Ok(now) => Outcome::Changed(now, before),
                    Err(error) => error.into(),
                },
                Ok(None) => Outcome::Gone,
                Err(error) => error.into(),
            };
        }
        for signal in action.signals() {
            if let Err(error) = held.send(signal) {
                return error.into();
            }
        }
        if action.is_to_end() {
            self.watch(id, held)
        } else {
            Outcome::Sent
        }
    }

    /// Holds a process; where too many files are open for that, those who were watched are watched no longer.
    fn hold(&mut self, key: ProcKey) -> Result<Held, Outcome> {
        loop {
            match Held::open(key) {
                Err(HoldError::System(error))
                    if is_out_of_descriptors(&error) && self.let_one_go() => {}
                opened => return held_now(opened),
            }
        }
    }

    /// Watches one less: who ends within a moment, or else the first, of whom it is told that the signal was sent and no more.
    /// False if no process is watched.
    fn let_one_go(&mut self) -> bool {
        if self.watched.is_empty() {
            return false;
        }
        let count = self.watched.len();
        // Whether the receiver is there shows in the next message.
        let is_heard = self.await_an_end(MOMENT).is_ok();
        if self.watched.len() < count {
            return is_heard;
        }
        let first = self.watched.remove(0);
        self.tell(
            first.id,
            ActionEvent::Outcome(first.held.key(), Outcome::Sent),
        )
        .is_ok()
    }

    /// Waits for the end of one who is watched, and tells of it.
    fn await_an_end(&mut self, timeout: Duration) -> Result<(), Over> {
        let timeout = Timespec::try_from(timeout).ok();
        let watched = self.watched.iter();
        let mut fds: Vec<_> = watched
            .map(|watched| PollFd::new(&watched.held, PollFlags::IN))
            .collect();
        // An interrupted wait was one all the same.
        poll(&mut fds, timeout.as_ref()).ok();
        self.look()
    }

    /// Waits for the end of a process from now on, if there is room.
    fn watch(&mut self, id: RequestId, held: Held) -> Outcome {
        if self.watched.len() >= room_for_watched() {
            return Outcome::Sent;
        }
        self.watched.push(Watched {
            id,
            held,
            since: Instant::now(),
            is_overdue: false,
        });
        Outcome::Ending
    }

    /// Tells who has ended, and who has not in time.
    fn look(&mut self) -> Result<(), Over> {
        let mut news = Vec::new();
        let grace = self.grace;
        self.watched.retain_mut(|watched| {
            let key = watched.held.key();
            let after = watched.since.elapsed();
            if watched.held.has_ended() {
                news.push((watched.id, key, Outcome::Ended(after)));
                return false;
            }
            if after >= grace && !watched.is_overdue {
                watched.is_overdue = true;
                let stat = processes::stat_of(key.pid).filter(|stat| stat.key() == key);
                let state = stat.map_or(ProcState::Dead, |stat| ProcState::from_letter(stat.state));
                news.push((watched.id, key, Outcome::StillThere(after, state)));
            }
            after < PATIENCE
        });
        for (id, key, outcome) in news {
            self.tell(id, ActionEvent::Outcome(key, outcome))?;
        }
        Ok(())
    }

    /// Waits for room for one more to be watched, which the end of another one makes; whether there is.
    fn wait_for_room(&mut self, until: Instant) -> Result<bool, Over> {
        while self.watched.len() >= room_for_watched() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            self.await_an_end(left)?;
        }
        Ok(true)
    }

    /// The pids above this program, which no signal of ours may reach; where too many files are open to read them, those who
    /// were watched are watched no longer.
    fn above_us(&mut self) -> io::Result<BTreeSet<u32>> {
        loop {
            match processes::ancestors_of(this::pid()) {
                Err(error) if is_out_of_descriptors(&error) && self.let_one_go() => {}
                above => return Ok(above?.into_iter().map(|key| key.pid).collect()),
            }
        }
    }

    /// Waits for a request, an end, or the next one who is overdue.
    fn wait(&self) {
        let due = self.watched.iter().map(|watched| {
            let due = if watched.is_overdue {
                PATIENCE
            } else {
                self.grace
            };
            due.saturating_sub(watched.since.elapsed())
        });
        let timeout = due.min().map(|left| Timespec {
            tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
            // A little later rather than a moment too early, which would be another round.
            tv_nsec: (i64::from(left.subsec_nanos()) + 1_000).min(999_999_999),
        });
        let mut fds = vec![PollFd::new(&self.bell, PollFlags::IN)];
        let watched = self.watched.iter();
        fds.extend(watched.map(|watched| PollFd::new(&watched.held, PollFlags::IN)));
        // An interrupted wait is a further round, which looks at everything anyway.
        poll(&mut fds, timeout.as_ref()).ok();
        rustix::io::read(&self.bell, &mut [0_u8; 8]).ok();
    }

    fn tell(&self, id: RequestId, told: ActionEvent) -> Result<(), Over> {
        self.teller.send((id, told)).map_err(|_disconnected| Over)?;
        (self.waker)();
        Ok(())
    }
}

/// How many may be watched: no more than a quarter of the files that may be open, which others need as well.
fn room_for_watched() -> usize {
    let quarter = this::open_files_limit().map_or(WATCHED as u64, |limit| limit / 4);
    WATCHED
        .min(usize::try_from(quarter).unwrap_or(WATCHED))
        .max(1)
}

fn hold(key: ProcKey) -> Result<Held, Outcome> {
    held_now(Held::open(key))
}

fn held_now(opened: Result<Held, HoldError>) -> Result<Held, Outcome> {
    match opened {
        Ok(held) if held.has_ended() => Err(Outcome::Gone),
        Ok(held) => Ok(held),
        Err(HoldError::Gone) => Err(Outcome::Gone),
        Err(HoldError::Reused) => Err(Outcome::Reused),
        Err(HoldError::System(error)) => Err(error.into()),
    }
}

/// What stands against it now, whatever was planned: a snapshot may be old.
fn protection(key: ProcKey, action: &Action, above_us: &BTreeSet<u32>) -> Option<Refusal> {
    let is_signal = !matches!(action, Action::Set(_));
    if key.pid == this::pid() {
        Some(Refusal::Ourselves)
    } else if key.pid == 1 {
        Some(Refusal::FirstProcess)
    } else if is_signal && above_us.contains(&key.pid) {
        Some(Refusal::OurAncestor)
    } else if processes::stat_of(key.pid)
        .is_some_and(|stat| stat.key() == key && stat.is_kernel_thread())
    {
        Some(Refusal::KernelThread)
    } else {
        None
    }
}

fn priorities_of(key: ProcKey) -> Result<Priorities, Outcome> {
    let held = hold(key)?;
    let may_favour = this::may_favour();
    let read = || -> io::Result<Priorities> {
        let thread = processes::speaking_thread(key.pid);
        let nice = priority::nice(thread)?;
        let io_priority = IoPriority::from_number(priority::io_priority(thread)?);
        Ok(Priorities {
            nice,
            lowest_nice: match priority::lowest_nice(key.pid) {
                _ if may_favour => -20,
                Some(lowest) => lowest,
                None => 20,
            },
            cpus: priority::cpus(thread)?,
            online_cpus: priority::online_cpus()?,
            io_priority: io_priority.unwrap_or(IoPriority {
                class: IoClass::None,
                level: 0,
            }),
            may_real_time: may_favour || this::may_use_real_time_io(),
        })
    };
    let priorities = read()?;
    // What was read by pid was read of it only if it still holds the pid.
    if held.has_ended() {
        return Err(Outcome::Gone);
    }
    Ok(priorities)
}

fn restore(key: ProcKey, before: &Before) -> Outcome {
    let held = match hold(key) {
        Ok(held) => held,
        Err(outcome) => return outcome,
    };
    match priority::restore(&held, before) {
        Ok(true) => Outcome::Restored,
        Ok(false) => Outcome::Gone,
        Err(error) => error.into(),
    }
}
