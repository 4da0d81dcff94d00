//! One round of the engine: carries out what was decided, waits for the children, and serves those that have something.
//!
//! [`serve`]: what a child's descriptors have; [`bury`]: what becomes of a child that has ended.

mod bury;
mod serve;

use std::collections::BTreeMap;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::atomic::Ordering;

use rustix::event::{Timespec, epoll};

use self::bury::Orphan;
use super::child::Child;
use super::handle::Shared;
use super::state::{Action, StartFailure};
use crate::multiprocess::spawn::Spawned;
use crate::multiprocess::wire::{FromChild, ToChild};
use crate::os::ladder::Ladder;
use crate::os::lines::Pipe;
use crate::os::output::OutputLines;
use crate::os::signal::{self, Send};
use crate::os::{self, Halt, Monotonic, Spin, processes};

/// How long a started program has to say hello. A bare machine under load needs less than a second.
const HELLO_NANOS: u64 = 10_000_000_000;

/// How long the pipes of an ended child are waited for; then whoever holds them has taken them over.
const DRAIN_NANOS: u64 = 200_000_000;

/// As much as a pipe can hold at most (`fs.pipe-max-size`), so that whatever a task wrote before it ended is read by then,
/// and a flood cannot hold up the engine. Bytes, in bufferfuls of 64 KiB.
const DRAIN_READS: usize = 16;

/// How much is read from one pipe before others have their turn, in bufferfuls.
const TURN_READS: usize = 4;

/// How often orphans are looked at: they are nobody's children here, so there is no event to wait for.
const ORPHAN_LOOK_NANOS: u64 = 2_000_000;

/// How often it is asked whether a signal of somebody else's has stopped a child.
const HALT_LOOK_NANOS: u64 = 500_000_000;

/// How many events are taken at a time.
const EVENTS: usize = 64;

/// Until which moment of the engine's clock a round may wait for something to happen; `None` for ever.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patience {
    /// Somebody waits; if for what is likely to come at once, it is worth looking a few times before sleeping.
    Caller {
        until: Option<Monotonic>,
        eager: bool,
    },
    /// Nobody waits; whoever does makes an end of it.
    OwnThread { until: Option<Monotonic> },
}

/// Which of a child's descriptors has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Channel,
    Exit,
    Stdout,
    Stderr,
}

fn source_of(pipe: Pipe) -> Source {
    match pipe {
        Pipe::Stdout => Source::Stdout,
        Pipe::Stderr => Source::Stderr,
    }
}

/// What the descriptor that wakes the driver is called.
const WAKE: u64 = u64::MAX;

const SOURCES: [Source; 4] = [
    Source::Channel,
    Source::Exit,
    Source::Stdout,
    Source::Stderr,
];

fn name(child: u64, source: Source) -> epoll::EventData {
    epoll::EventData::new_u64(child << 2 | source as u64)
}

pub(crate) struct Driver {
    epoll: OwnedFd,
    children: BTreeMap<u64, Child>,
    /// Processes whose parent, a child of ours, has ended and with it whoever told of them.
    orphans: Vec<Orphan>,
    /// Lines on their way from a child's two pipes to who is told of them.
    lines: OutputLines,
    /// When to look next whether a child was stopped: no descriptor tells.
    next_halt_look: Monotonic,
    /// Room for what one child says at a time.
    messages: Vec<FromChild>,
    spin: Spin,
}

impl Driver {
    /// A driver without children, woken through that descriptor.
    pub(super) fn new(wake: &OwnedFd) -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(
            &epoll,
            wake,
            epoll::EventData::new_u64(WAKE),
            epoll::EventFlags::IN,
        )?;
        Ok(Self {
            epoll,
            children: BTreeMap::new(),
            orphans: Vec::new(),
            lines: OutputLines::default(),
            next_halt_look: Monotonic::default(),
            messages: Vec::new(),
            spin: Spin::default(),
        })
    }

    /// One round.
    pub(super) fn round(&mut self, shared: &Shared, patience: Patience) {
        let arrived = self.adopt(shared);
        let changed = self.act(shared);
        let ready = self.wait(shared, patience, arrived || changed);
        self.serve_ready(shared, ready);
        self.keep_deadlines(shared);
    }

    /// Takes over the children that were started; whether there were any.
    fn adopt(&mut self, shared: &Shared) -> bool {
        let arrivals = std::mem::take(&mut shared.state.lock().arrivals);
        let some = !arrivals.is_empty();
        for (child, spawned, setup) in arrivals {
            let welcomed = spawned.and_then(|spawned| {
                self.welcome(shared, child, spawned, &ToChild::Setup(setup))
                    .map_err(|error| StartFailure::new("could not watch a child", &error))
            });
            if let Err(failure) = welcomed {
                shared.state.lock().on_start_failed(child, &failure);
            }
            let early = shared.state.lock().early_ends.remove(&child);
            if let Some(at_once) = early {
                self.end(shared, child, at_once);
            }
        }
        some
    }

    fn welcome(
        &mut self,
        shared: &Shared,
        id: u64,
        spawned: Spawned,
        setup: &ToChild,
    ) -> io::Result<()> {
        let hello_until = shared.clock.now().plus_nanos(HELLO_NANOS);
        let child = Child::new(spawned, hello_until);
        if let Err(error) = self.watch(id, &child) {
            // Nobody would hear of its end, nor reap it. It has not been told what to do, so there is nobody but it.
            os::kill_and_reap_held(child.pidfd.as_fd());
            return Err(error);
        }
        let (key, pidfd, board) = (child.key, child.pidfd.clone(), child.board.clone());
        self.children.insert(id, child);
        shared.state.lock().on_started(id, key, pidfd, board);
        self.send(shared, id, setup);
        self.flush(id);
        Ok(())
    }

    /// Wants to be told of whatever a child's descriptors have.
    fn watch(&self, id: u64, child: &Child) -> io::Result<()> {
        let channel = child.channel.as_ref().map(|channel| channel.as_fd());
        let channel = channel.map(|fd| (Source::Channel, fd));
        let sources = channel
            .into_iter()
            .chain([(Source::Exit, child.pidfd.as_fd())]);
        let pipes = child.pipe_fds().map(|(pipe, fd)| (source_of(pipe), fd));
        for (source, fd) in sources.chain(pipes) {
            epoll::add(&self.epoll, fd, name(id, source), epoll::EventFlags::IN)?;
        }
        Ok(())
    }

    /// Carries out what was decided; whether something changed by it that somebody may wait for.
    pub(super) fn act(&mut self, shared: &Shared) -> bool {
        let mut changed = false;
        let mut written = Vec::new();
        loop {
            let actions = std::mem::take(&mut shared.state.lock().actions);
            if actions.is_empty() {
                break;
            }
            for action in actions {
                match action {
                    Action::Send { child, message } => {
                        self.send(shared, child, &message);
                        written.push(child);
                    }
                    Action::Write { child, frames } => {
                        if let Some(link) = self.children.get_mut(&child) {
                            link.send_frames(&frames);
                        }
                        written.push(child);
                    }
                    Action::End { child, at_once } => changed |= self.end(shared, child, at_once),
                    Action::Signal { child, signal } => {
                        if let Some(child) = self.children.get(&child) {
                            // The child may be a zombie of another user's set-uid program at worst: nothing to do about it.
                            signal::send(child.pidfd.as_fd(), signal).ok();
                        }
                    }
                }
            }
            written.dedup();
            for child in written.drain(..) {
                self.flush(child);
            }
        }
        changed
    }

    fn send(&mut self, shared: &Shared, child: u64, message: &ToChild) {
        let Some(link) = self.children.get_mut(&child) else {
            return;
        };
        if link.send(message).is_err() {
            // Whatever is too large was refused before it came here: a child that cannot be told what it waits for cannot go on.
            self.end(shared, child, true);
        }
    }

    /// Writes what the child's channel takes, and asks to be told when it takes more.
    fn flush(&mut self, id: u64) {
        let Some(child) = self.children.get_mut(&id) else {
            return;
        };
        child.flush();
        let wants = child.has_output();
        if wants != child.waits_for_room
            && let Some(channel) = &child.channel
        {
            let mut wanted = epoll::EventFlags::IN;
            wanted.set(epoll::EventFlags::OUT, wants);
            // Fails only for a descriptor that is not there, which is looked after when reading.
            epoll::modify(&self.epoll, channel, name(id, Source::Channel), wanted).ok();
            child.waits_for_room = wants;
        }
    }

    /// Whether a start was given up.
    fn end(&mut self, shared: &Shared, id: u64, at_once: bool) -> bool {
        let Some(child) = self.children.get_mut(&id) else {
            return shared.state.lock().end_early(id, at_once);
        };
        let (ladder, signals) = Ladder::begin(shared.clock.now(), at_once);
        if child.ladder.is_none() || (at_once && child.ladder != Some(Ladder::Killed)) {
            child.ladder = Some(ladder);
            signal_all(child, signals);
        }
        false
    }

    /// Waits until a child has something for us, an action is wanted, or a deadline has come; returns the names of the
    /// descriptors that have something.
    fn wait(&mut self, shared: &Shared, patience: Patience, hurry: bool) -> Vec<u64> {
        let state = shared.state.lock();
        let (until, spin) = match patience {
            Patience::Caller { until, eager } => (until, eager && state.has_idle_cpu()),
            Patience::OwnThread { until } => (until, false),
        };
        let make_way = matches!(patience, Patience::OwnThread { .. }) && state.turns.have_callers();
        if hurry || make_way || !state.actions.is_empty() || !state.arrivals.is_empty() {
            drop(state);
            return self.poll(Some(0));
        }
        let deadline = state.next_deadline();
        let is_still = state.is_still();
        drop(state);
        if spin {
            let (epoll, mut ready) = (&self.epoll, Vec::new());
            self.spin.until(|| {
                ready = poll(epoll, Some(0));
                !ready.is_empty() || shared.poked.load(Ordering::SeqCst)
            });
            if !ready.is_empty() {
                return ready;
            }
        }
        // In this order, and whoever changes something in the other: one of the two sees the other.
        shared.sleeping.store(true, Ordering::SeqCst);
        if shared.poked.swap(false, Ordering::SeqCst) {
            shared.sleeping.store(false, Ordering::SeqCst);
            return self.poll(Some(0));
        }
        let orphans = (!self.orphans.is_empty()).then_some(ORPHAN_LOOK_NANOS);
        let moments = [self.next_deadline(is_still), deadline, until];
        let due = moments.into_iter().flatten().min().map(|due| {
            let left = shared.clock.wait_time(due).as_nanos();
            u64::try_from(left).unwrap_or(u64::MAX)
        });
        let ready = self.poll([orphans, due].into_iter().flatten().min());
        shared.sleeping.store(false, Ordering::SeqCst);
        ready
    }

    /// When something is due at a child: never while everything stands still, or it would be asked for again and again.
    fn next_deadline(&self, is_still: bool) -> Option<Monotonic> {
        if is_still {
            return None;
        }
        let halts = (!self.children.is_empty()).then_some(self.next_halt_look);
        let children = self.children.values().filter_map(next_deadline);
        children.chain(halts).min()
    }

    fn poll(&self, nanos: Option<u64>) -> Vec<u64> {
        poll(&self.epoll, nanos)
    }

    fn serve_ready(&mut self, shared: &Shared, ready: Vec<u64>) {
        for data in ready {
            if data == WAKE {
                shared.clear_wake();
            } else if let Some(&source) = SOURCES.get((data & 3) as usize) {
                self.serve(shared, data >> 2, source);
            }
        }
    }

    /// Hears of those that somebody else has stopped or let go on, its terminal among them.
    fn look_for_halts(&mut self, shared: &Shared, now: Monotonic) {
        if now < self.next_halt_look {
            return;
        }
        self.next_halt_look = now.plus_nanos(HALT_LOOK_NANOS);
        let lives = |child: &Child| child.ladder.is_none() && child.drain_until.is_none();
        let children = self.children.iter().filter(|(_, child)| lives(child));
        let told: Vec<_> = children
            .filter_map(|(&id, child)| Some((id, os::halt_of(child.pidfd.as_fd())?)))
            .collect();
        for (id, halt) in told {
            let mut state = shared.state.lock();
            match halt {
                Halt::Stopped { signal } => state.on_stopped(id, signal),
                Halt::Continued => state.on_continued(id),
            }
        }
    }

    fn keep_deadlines(&mut self, shared: &Shared) {
        if !self.orphans.is_empty() {
            self.bury_orphans(shared);
        }
        let now = Monotonic::now();
        let mut state = shared.state.lock();
        if state.is_still() {
            return;
        }
        state.tick(now);
        drop(state);
        let now = shared.clock.at(now);
        self.look_for_halts(shared, now);
        let mut due = Vec::new();
        for (id, child) in &mut self.children {
            if let Some((ladder, signals)) = child.ladder.and_then(|ladder| ladder.advance(now)) {
                child.ladder = Some(ladder);
                signal_all(child, signals);
            }
            if child.hello_until.is_some_and(|until| now >= until) && child.ladder.is_none() {
                let seconds = HELLO_NANOS / 1_000_000_000;
                let why = format!(
                    "a program started as a worker did not connect within {seconds} s: does its main() begin with \
                     worker::enter()?"
                );
                shared.state.lock().know_why(*id, &why);
                child.ladder = Some(Ladder::Killed);
                signal_all(child, &[Send::Stop, Send::Kill]);
            }
            if child.exit_until.is_some_and(|until| now >= until)
                && child.ladder.is_none()
                && child.drain_until.is_none()
            {
                let why =
                    "it closed its connection and went on: did it run another program (exec)?";
                shared.state.lock().know_why(*id, why);
                child.ladder = Some(Ladder::Killed);
                signal_all(child, &[Send::Stop, Send::Kill]);
            }
            if child.drain_until.is_some_and(|until| now >= until) {
                due.push(*id);
            }
        }
        due.into_iter().for_each(|id| self.bury(shared, id));
    }
}

/// Waits at most so long, `None` for ever; the names of the descriptors that have something. An interrupted wait has
/// reported nothing; the next round asks again.
fn poll(epoll: &OwnedFd, nanos: Option<u64>) -> Vec<u64> {
    let mut events = [MaybeUninit::<epoll::Event>::uninit(); EVENTS];
    let timeout = nanos.map(|nanos| Timespec {
        tv_sec: i64::try_from(nanos / 1_000_000_000).unwrap_or(i64::MAX),
        tv_nsec: i64::try_from(nanos % 1_000_000_000).unwrap_or(0),
    });
    match epoll::wait(epoll, &mut events, timeout.as_ref()) {
        Ok((ready, _)) => ready.iter().map(|event| event.data.u64()).collect(),
        Err(_interrupted) => Vec::new(),
    }
}

fn next_deadline(child: &Child) -> Option<Monotonic> {
    let ladder = child.ladder.and_then(Ladder::deadline);
    let hello = child.hello_until.filter(|_| child.ladder.is_none());
    let exit = child.exit_until.filter(|_| child.ladder.is_none());
    if child.drain_until.is_some() {
        child.drain_until
    } else {
        [ladder, hello, exit].into_iter().flatten().min()
    }
}

/// Signals a child and the group that it leads; our own unreaped child's number is its own. It takes our signals unless it
/// has become another user. Opens nothing, so that whatever the system has too little of, what lives can be ended.
fn signal_all(child: &Child, signals: &[Send]) {
    if !os::is_unreaped(child.pidfd.as_fd()) {
        return;
    }
    let has_left_its_group = processes::group_of(child.key.pid) != Some(child.key.pid);
    for &signal in signals {
        signal::send_group(child.key.pid, signal).ok();
        if has_left_its_group {
            signal::send(child.pidfd.as_fd(), signal).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::net::UnixStream;
    use std::process::Command;

    use rustix::event::{EventfdFlags, eventfd};

    use super::*;
    use crate::multiprocess::board::Board;
    use crate::multiprocess::{Engine, EngineOptions};
    use crate::os::output::OutputPipes;
    use crate::os::{ChildKey, this};

    #[test]
    fn nothing_is_due_while_everything_stands_still() {
        let wake = eventfd(0, EventfdFlags::empty()).unwrap();
        let mut driver = Driver::new(&wake).unwrap();
        let (channel, _theirs) = UnixStream::pair().unwrap();
        let (board, _fd) = Board::new().unwrap();
        let spawned = Spawned {
            key: ChildKey {
                pid: this::pid(),
                start_ticks: None,
            },
            pidfd: processes::open_pidfd(this::pid()).unwrap(),
            channel,
            board,
            output: OutputPipes::new(None, None),
        };
        let now = Monotonic::now();
        driver.children.insert(1, Child::new(spawned, now));
        assert!(driver.next_deadline(false).is_some_and(|due| due <= now));
        assert_eq!(driver.next_deadline(true), None);
    }
    #[test]
    fn a_child_that_cannot_be_watched_is_gone_before_that_is_told() {
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let wake = eventfd(0, EventfdFlags::empty()).unwrap();
        let mut driver = Driver::new(&wake).unwrap();
        let mut child = Command::new("sh")
            .args(["-c", "trap '' TERM; exec sleep 60"])
            .spawn()
            .unwrap();
        let (channel, _theirs) = UnixStream::pair().unwrap();
        let (board, _fd) = Board::new().unwrap();
        let pidfd = processes::open_pidfd(child.id()).unwrap();
        let spawned = Spawned {
            key: processes::key_of_child(child.id()).unwrap(),
            pidfd: pidfd.try_clone().unwrap(),
            channel,
            board,
            // A file that epoll takes none of.
            output: OutputPipes::new(Some(File::open("/proc/self/exe").unwrap().into()), None),
        };
        let setup = ToChild::Finish;
        let error = driver.welcome(engine.shared(), 1, spawned, &setup);
        assert_eq!(error.unwrap_err().raw_os_error(), Some(libc::EPERM));
        assert!(!os::is_unreaped(pidfd.as_fd()));
        assert!(child.wait().is_err() && driver.children.is_empty());
    }
}
