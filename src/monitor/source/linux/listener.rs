//! The thread that hears the kernel tell of births and ends, and reads at once what will be gone in a moment.
//!
//! What it does is bounded: so many readings and so many events in a tenth of a second, so many events until somebody takes
//! them. What goes beyond is lost, and told as a loss.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::time::{ClockId, clock_gettime};

use super::dir::{Dir, unread};
use super::known::read_cmdline;
use super::parse::{full_name, real_uid, text};
use super::subject::PidPath;
use super::table::Units;
use super::users::UserNames;
use crate::monitor::event::{Glimpse, Happening, Heard, Listening, ProcessEvent, ThreadEnd};
use crate::monitor::reading::Unread;
use crate::os::connector::Refusal;
use crate::os::connector::{Connector, KernelEvent, KernelEventKind, refusal};
use crate::os::{Monotonic, Stat, thread_cpu_time};

/// How long the kernel may take to answer that it will tell.
const ANSWER: Duration = Duration::from_millis(500);

/// What is counted starts anew after so long.
const WINDOW: Duration = Duration::from_millis(100);

/// Processes that are read in a window at most, some 30 µs each: beyond, an event says only what the kernel told.
const GLIMPSES: u32 = 150;

/// Events that are taken in a window at most, some 3 µs each: beyond, the kernel keeps what fits its buffer.
const EVENTS: u32 = 2_000;

/// Events, ends of threads and changed processes that wait to be taken at most.
const WAITING: usize = 16_384;

/// Which processes run another program or have become another user.
#[derive(Debug, PartialEq, Eq)]
pub enum Changed {
    /// Those with these pids.
    Few(BTreeSet<u32>),
    /// So many that each may be one of them.
    Many,
}

impl Default for Changed {
    fn default() -> Self {
        Self::Few(BTreeSet::new())
    }
}

impl Changed {
    fn add(&mut self, pid: u32) {
        if let Self::Few(pids) = self {
            pids.insert(pid);
            if pids.len() > WAITING {
                *self = Self::Many;
            }
        }
    }
}

/// A thread that listens until this is dropped.
#[derive(Debug)]
pub struct Listener {
    heard: Arc<Mutex<Heard>>,
    changed: Arc<Mutex<Changed>>,
    /// Closing it ends the thread.
    stop: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Begins to listen; whether that is possible shows in what is taken.
    pub fn start(units: Units) -> Self {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let changed = Arc::<Mutex<Changed>>::default();
        let begin = || {
            let connector = Connector::open()?;
            let proc = Dir::open("/proc".as_ref()).map_err(missing)?;
            let (stopped, stop) = pipe_with(PipeFlags::CLOEXEC).map_err(missing)?;
            let ear = Ear {
                connector,
                stopped,
                heard: Arc::clone(&heard),
                changed: Arc::clone(&changed),
                reader: Reader {
                    proc,
                    path: PidPath::default(),
                    users: UserNames::default(),
                    units,
                },
                allowance: Allowance::default(),
                waiting: Vec::new(),
                thread_ends: BTreeMap::new(),
                cpu: Duration::ZERO,
            };
            let thread = thread::Builder::new()
                .name("process-events".to_owned())
                .spawn(move || ear.run())
                .map_err(|_error| Refusal::Unsupported)?;
            Ok((stop, thread))
        };
        match begin() {
            Ok((stop, thread)) => Self {
                heard,
                changed,
                stop: Some(stop),
                thread: Some(thread),
            },
            Err(refusal) => {
                heard.lock().listening = Listening::Refused(refusal);
                Self {
                    heard,
                    changed,
                    stop: None,
                    thread: None,
                }
            }
        }
    }

    /// Whether it is worth another try: what was missing may be there later.
    pub fn is_to_try_again(&self) -> bool {
        self.heard.lock().listening == Listening::Refused(Refusal::NoDescriptors)
    }

    /// What was heard since the last call.
    pub fn take(&self) -> Heard {
        let mut heard = self.heard.lock();
        let kept = Heard {
            losses: heard.losses,
            listening: heard.listening,
            ..Heard::default()
        };
        std::mem::replace(&mut heard, kept)
    }

    /// Which processes run another program or have become another user since the last call.
    pub fn take_changed(&self) -> Changed {
        std::mem::take(&mut self.changed.lock())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic has been reported by the panic hook already.
            thread.join().ok();
        }
    }
}

/// What may still be done in this window.
#[derive(Debug)]
struct Allowance {
    until: Instant,
    events: u32,
    glimpses: u32,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            until: Instant::now() + WINDOW,
            events: EVENTS,
            glimpses: GLIMPSES,
        }
    }
}

/// What lives on the thread.
#[derive(Debug)]
struct Ear {
    connector: Connector,
    stopped: OwnedFd,
    heard: Arc<Mutex<Heard>>,
    changed: Arc<Mutex<Changed>>,
    reader: Reader,
    allowance: Allowance,
    /// What was read and is not yet where it can be taken.
    waiting: Vec<ProcessEvent>,
    /// The same of ends of threads.
    thread_ends: BTreeMap<u32, ThreadEnd>,
    /// CPU time of this thread that has been told.
    cpu: Duration,
}

impl Ear {
    fn run(mut self) {
        if let Err(refusal) = self.await_answer() {
            self.heard.lock().listening = Listening::Refused(refusal);
            return;
        }
        self.connector.narrow();
        self.heard.lock().listening = Listening::On;
        while self.wait(None) {
            self.take_in();
            if self.allowance.events == 0 {
                let left = self
                    .allowance
                    .until
                    .saturating_duration_since(Instant::now());
                if !self.pause(left) {
                    return;
                }
            }
        }
    }

    /// Waits for the kernel to say that it will tell.
    fn await_answer(&mut self) -> Result<(), Refusal> {
        let deadline = Instant::now() + ANSWER;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || !self.wait(Some(left)) {
                return Err(Refusal::Unsupported);
            }
            match self.connector.read() {
                Ok(Some(KernelEvent {
                    what: KernelEventKind::Answer(who, error),
                    ..
                })) if who == std::process::id() => {
                    return if error == 0 {
                        Ok(())
                    } else {
                        Err(Refusal::Denied)
                    };
                }
                Ok(_) | Err(Errno::AGAIN | Errno::INTR | Errno::NOBUFS) => {}
                Err(_) => return Err(Refusal::Unsupported),
            }
        }
    }

    /// Waits until there is something to read, or the time is over; false when it is time to end.
    fn wait(&self, timeout: Option<Duration>) -> bool {
        let mut fds = [
            PollFd::new(&self.stopped, PollFlags::IN),
            PollFd::new(&self.connector, PollFlags::IN),
        ];
        poll_for(&mut fds, timeout)
    }

    /// Leaves the kernel alone for a while; false when it is time to end.
    fn pause(&self, time: Duration) -> bool {
        poll_for(&mut [PollFd::new(&self.stopped, PollFlags::IN)], Some(time))
    }

    /// Reads all there is, as far as it may.
    fn take_in(&mut self) {
        let mut losses = 0;
        if Instant::now() >= self.allowance.until {
            self.allowance = Allowance::default();
        }
        while self.allowance.events > 0 {
            match self.connector.read() {
                Ok(told) => {
                    self.allowance.events -= 1;
                    let event = told.and_then(|told| self.event(told));
                    self.waiting.extend(event);
                }
                Err(Errno::INTR) => {}
                Err(Errno::NOBUFS) => losses += 1,
                Err(_) => break,
            }
        }
        let cpu = thread_cpu_time();
        let mut heard = self.heard.lock();
        let room = WAITING.saturating_sub(heard.events.len());
        losses += u64::from(self.waiting.len() > room);
        self.waiting.truncate(room);
        heard.events.append(&mut self.waiting);
        losses += u64::from(!heard.add_thread_ends(&mut self.thread_ends, WAITING));
        heard.losses += losses;
        heard.cpu += cpu.saturating_sub(self.cpu);
        self.cpu = cpu;
    }

    fn event(&mut self, told: KernelEvent) -> Option<ProcessEvent> {
        let (pid, kind) = match told.what {
            KernelEventKind::Answer(..) => return None,
            KernelEventKind::ThreadExit(pid, exit) => {
                let at = instant_of(told.nanos);
                self.thread_ends.insert(pid, ThreadEnd { at, exit });
                return None;
            }
            KernelEventKind::Fork(pid, ppid) => {
                let start_ticks = self.reader.start_ticks(told.nanos);
                (pid, Happening::Started { ppid, start_ticks })
            }
            KernelEventKind::User(pid) => {
                self.changed.lock().add(pid);
                return None;
            }
            KernelEventKind::Exec(pid) => {
                self.changed.lock().add(pid);
                (pid, Happening::Executed(self.glimpse(pid, true)))
            }
            KernelEventKind::Exit(pid, exit, ppid) => {
                let left = self.glimpse(pid, false);
                (pid, Happening::Ended { exit, ppid, left })
            }
        };
        Some(ProcessEvent {
            at: instant_of(told.nanos),
            pid,
            kind,
        })
    }

    fn glimpse(&mut self, pid: u32, is_alive: bool) -> Option<Box<Glimpse>> {
        self.allowance.glimpses = self.allowance.glimpses.checked_sub(1)?;
        self.reader.glimpse(pid, is_alive).map(Box::new)
    }
}

/// Reads processes of which something was told.
#[derive(Debug)]
struct Reader {
    proc: Dir,
    path: PidPath,
    users: UserNames,
    units: Units,
}

impl Reader {
    /// What can be read of a process; `None` if it is gone.
    fn glimpse(&mut self, pid: u32, is_alive: bool) -> Option<Glimpse> {
        let line = self
            .proc
            .read_piece(self.path.of_whole(pid, "stat"), 4_096)
            .ok()?;
        let stat = Stat::parse(line).ok()?;
        let status = self
            .proc
            .read_piece(self.path.of_whole(pid, "status"), 4_096);
        let uid = status.map(real_uid).map_err(unread);
        let uid = uid.and_then(|uid| uid.ok_or(Unread::Unsupported));
        // One that ends has lost it already, and may not be called a zombie yet.
        let cmdline = if is_alive {
            read_cmdline(&mut self.proc, self.path.of_whole(pid, "cmdline"), &stat)
        } else {
            Err(Unread::Zombie)
        };
        let first = cmdline.as_ref().ok();
        let first = first.and_then(|line| line.first_argument.as_deref());
        let (name, _) = text(full_name(&stat.comm, first));
        Some(Glimpse {
            key: stat.key(),
            ppid: stat.ppid,
            name: name.into(),
            uid,
            username: uid.and_then(|uid| self.users.name(uid, Instant::now())),
            cmdline: cmdline.map(|line| Arc::new(line.line)),
            create_time: self.units.create_time(&stat),
            cpu_times: Ok(self.units.cpu_times(&stat)),
            num_threads: stat.num_threads,
            is_kernel_thread: stat.is_kernel_thread(),
        })
    }

    /// The start of a process whose birth was told at this moment of `CLOCK_MONOTONIC`.
    fn start_ticks(&self, nanos: u64) -> u64 {
        let boot = clock_gettime(ClockId::Boottime);
        let boot = boot.tv_sec as f64 + boot.tv_nsec as f64 / 1e9;
        let ago = Monotonic::now().nanos_since(Monotonic { nanos }) as f64 / 1e9;
        ((boot - ago) * self.units.ticks_per_second) as u64
    }
}

/// The moment of `CLOCK_MONOTONIC`, which is also that of [`Instant`].
fn instant_of(nanos: u64) -> Instant {
    let now = Instant::now();
    let ago = Monotonic::now().nanos_since(Monotonic { nanos });
    now.checked_sub(Duration::from_nanos(ago)).unwrap_or(now)
}

/// What an error means that has nothing to do with rights.
fn missing(error: Errno) -> Refusal {
    match refusal(error) {
        Refusal::NoDescriptors => Refusal::NoDescriptors,
        _ => Refusal::Unsupported,
    }
}

/// Waits for one of them, the first of which says that it is time to end; false if it does.
fn poll_for(fds: &mut [PollFd<'_>], timeout: Option<Duration>) -> bool {
    let timeout = timeout.and_then(|time| Timespec::try_from(time).ok());
    match poll(fds, timeout.as_ref()) {
        Ok(_) | Err(Errno::INTR) => fds.first().is_none_or(|stop| stop.revents().is_empty()),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests;
