//! The engine's thread: the only one that starts children, reads, writes, signals and reaps them.

use std::collections::BTreeMap;
use std::os::fd::AsFd as _;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::child::{Child, OutputPipe, READ_BYTES};
use super::handle::Shared;
use super::ladder::Ladder;
use super::state::{Action, TaskUsage};
use crate::multiprocess::observer::{Event, Line, Pipe};
use crate::multiprocess::spawn::{Spawned, spawn};
use crate::multiprocess::wire::{FromChild, ToChild, VERSION};
use crate::os::signal::{self, Send};
use crate::os::{self, Monotonic, ProcKey, processes};

/// How long a started program has to say hello. A bare machine under load needs less than a second.
const HELLO_NANOS: u64 = 10_000_000_000;

/// How long the pipes of an ended child are waited for; then whoever holds them has taken them over.
const DRAIN_NANOS: u64 = 200_000_000;

/// As much as a pipe can hold at most (`fs.pipe-max-size`), so that whatever a task wrote before it ended is read by then,
/// and a flood cannot hold up the engine. Bytes, in bufferfuls of 64 KiB.
const DRAIN_READS: usize = 16;

/// How often orphans are looked at: they are nobody's children here, so there is no event to wait for.
const ORPHAN_LOOK_NANOS: u64 = 2_000_000;

/// Serves until told to end and the last child is gone.
pub(super) fn drive(shared: &Arc<Shared>) {
    let mut driver = Driver {
        shared,
        children: BTreeMap::new(),
        later: Vec::new(),
        orphans: Vec::new(),
        buffer: vec![0; READ_BYTES],
    };
    loop {
        driver.act();
        if driver.children.is_empty() && shared.may_end() {
            return;
        }
        let ready = driver.wait();
        for child in ready {
            driver.serve(child);
        }
        driver.keep_deadlines();
        shared.changed.notify_all();
    }
}

struct Driver<'a> {
    shared: &'a Arc<Shared>,
    children: BTreeMap<u64, Child>,
    /// Children that are to be started later, with when.
    later: Vec<(Monotonic, u64, ToChild)>,
    /// Processes whose parent, a child of ours, has ended and with it whoever told of them.
    orphans: Vec<ProcKey>,
    /// What is being read goes through here.
    buffer: Vec<u8>,
}

impl Driver<'_> {
    fn act(&mut self) {
        loop {
            let actions = std::mem::take(&mut self.shared.state.lock().actions);
            if actions.is_empty() {
                return;
            }
            for action in actions {
                match action {
                    Action::Start {
                        child,
                        not_before,
                        setup,
                    } => self.start_at(child, not_before, ToChild::Setup(setup)),
                    Action::Send { child, message } => self.send(child, &message),
                    Action::End { child, at_once } => self.end(child, at_once),
                    Action::Signal { child, signal } => {
                        if let Some(child) = self.children.get(&child) {
                            // The child may be a zombie of another user's set-uid program at worst: nothing to do about it.
                            signal::send(child.pidfd.as_fd(), signal).ok();
                        }
                    }
                }
            }
            for child in self.children.values_mut() {
                child.flush();
            }
        }
    }

    fn start_at(&mut self, child: u64, not_before: Monotonic, setup: ToChild) {
        if not_before <= Monotonic::now() {
            self.start(child, &setup);
        } else {
            self.later.push((not_before, child, setup));
        }
    }

    /// Starts those whose time has come.
    fn start_due(&mut self, now: Monotonic) {
        let (due, later) = std::mem::take(&mut self.later)
            .into_iter()
            .partition(|(at, ..)| *at <= now);
        self.later = later;
        let due: Vec<_> = due;
        for (_, child, setup) in due {
            self.start(child, &setup);
        }
    }

    fn start(&mut self, child: u64, setup: &ToChild) {
        match spawn(&self.shared.program, &self.shared.environment) {
            Ok(spawned) => self.welcome(child, spawned, setup),
            Err(error) => {
                let reason = format!("could not start {}: {error}", self.shared.program.display());
                self.shared.state.lock().on_start_failed(child, &reason);
            }
        }
    }

    fn welcome(&mut self, child: u64, spawned: Spawned, setup: &ToChild) {
        let key = spawned.key;
        self.children.insert(
            child,
            Child::new(spawned, Monotonic::now().plus_nanos(HELLO_NANOS)),
        );
        self.shared.state.lock().on_started(child, key);
        self.send(child, setup);
    }

    fn send(&mut self, child: u64, message: &ToChild) {
        let Some(link) = self.children.get_mut(&child) else {
            return;
        };
        if link.send(message).is_err() {
            // Whatever is too large was refused before it came here: a child that cannot be told what it waits for cannot go on.
            self.end(child, true);
        }
    }

    fn end(&mut self, id: u64, at_once: bool) {
        if let Some(place) = self.later.iter().position(|(_, child, _)| *child == id) {
            self.later.swap_remove(place);
            self.shared
                .state
                .lock()
                .on_start_failed(id, "ended before it was started");
        }
        let Some(child) = self.children.get_mut(&id) else {
            return;
        };
        let (ladder, signals) = Ladder::begin(Monotonic::now(), at_once);
        if child.ladder.is_none() || (at_once && child.ladder != Some(Ladder::Killed)) {
            child.ladder = Some(ladder);
            signal_all(child, signals);
        }
    }

    /// Waits until a child has something for us, an action is wanted, or a deadline has come.
    fn wait(&mut self) -> Vec<u64> {
        let mut fds = vec![PollFd::new(&self.shared.wake, PollFlags::IN)];
        let mut owners = Vec::new();
        for (id, child) in &self.children {
            // An ended child's pidfd stays readable; then only its pipes are waited for, until the deadline.
            if child.drain_until.is_none() {
                fds.push(PollFd::new(&child.pidfd, PollFlags::IN));
                owners.push(*id);
            }
            if let Some(channel) = &child.channel {
                let output = if child.has_output() {
                    PollFlags::OUT
                } else {
                    PollFlags::empty()
                };
                fds.push(PollFd::new(channel, PollFlags::IN | output));
                owners.push(*id);
            }
            for fd in child.pipes.iter().filter_map(OutputPipe::fd) {
                fds.push(PollFd::from_borrowed_fd(fd, PollFlags::IN));
                owners.push(*id);
            }
        }
        let now = Monotonic::now();
        let orphans = (!self.orphans.is_empty()).then(|| now.plus_nanos(ORPHAN_LOOK_NANOS));
        let deadlines = self.children.values().filter_map(next_deadline);
        let timeout = deadlines
            .chain(orphans)
            .chain(self.later.iter().map(|(at, ..)| *at))
            .min()
            .map(|deadline| {
                let nanos = deadline.nanos_since(now);
                Timespec {
                    tv_sec: i64::try_from(nanos / 1_000_000_000).unwrap_or(i64::MAX),
                    tv_nsec: i64::try_from(nanos % 1_000_000_000).unwrap_or(0),
                }
            });
        // An interrupted poll has reported nothing; the next round asks again.
        poll(&mut fds, timeout.as_ref()).ok();
        let mut ready: Vec<u64> = Vec::new();
        let mut polled = fds.iter();
        if polled.next().is_some_and(|fd| !fd.revents().is_empty()) {
            self.shared.clear_wake();
        }
        for (fd, owner) in polled.zip(owners) {
            if !fd.revents().is_empty() && ready.last() != Some(&owner) {
                ready.push(owner);
            }
        }
        ready
    }

    fn serve(&mut self, id: u64) {
        let Some(child) = self.children.get_mut(&id) else {
            return;
        };
        let ended = child.drain_until.is_some() || has_ended(child);
        let mut lines = Vec::new();
        // First the pipes, then the channel: what was written before a message is read before the message.
        read_pipes(child, &mut self.buffer, &mut lines, 1);
        child.flush();
        // What an ended child has sent is all there will be: it is read whole.
        child.read_channel(
            &mut self.buffer,
            if ended { usize::MAX } else { DRAIN_READS },
        );
        let mut sound = true;
        loop {
            match child.next_message() {
                Ok(Some(message)) => {
                    sound &= self
                        .shared
                        .receive(id, child, message, &mut self.buffer, &mut lines);
                }
                Ok(None) => break,
                Err(_no_frame) => sound = false,
            }
            if !sound {
                break;
            }
        }
        self.shared.tell_lines(child, &mut lines, None);
        if !sound && child.ladder.is_none() {
            // What it says makes no sense: it cannot be trusted with anything more.
            child.ladder = Some(Ladder::Killed);
            signal_all(child, &[Send::Stop, Send::Kill]);
        }
        if ended {
            self.bury(id);
        }
    }

    /// A child has ended: once its pipes are at their end, or were waited for long enough, it is reaped and told of.
    fn bury(&mut self, id: u64) {
        let Some(child) = self.children.get_mut(&id) else {
            return;
        };
        let now = Monotonic::now();
        let until = *child.drain_until.get_or_insert(now.plus_nanos(DRAIN_NANOS));
        let mut lines = Vec::new();
        read_pipes(child, &mut self.buffer, &mut lines, DRAIN_READS);
        self.shared.tell_lines(child, &mut lines, None);
        if !child.pipes_ended() && now < until {
            return;
        }
        for index in 0..child.pipes.len() {
            let Some(pipe) = child
                .pipes
                .get_mut(index)
                .filter(|pipe| pipe.fd().is_some())
            else {
                continue;
            };
            let which = pipe.which();
            let mut rest = Vec::new();
            pipe.abandon(&mut rest);
            let mut rest: Vec<_> = rest.into_iter().map(|line| (which, line)).collect();
            self.shared.tell_lines(child, &mut rest, None);
            self.shared.tell(Event::PipeLeaked {
                pid: child.key.pid,
                pipe: which,
            });
        }
        if child.ladder.is_some() {
            // Not reaped yet, so that the group's number still is its own.
            signal_all(child, &[Send::Kill]);
        }
        // An error means that somebody else has reaped our child: how it ended cannot be known any more.
        let reaped = os::reap(child.key.pid).ok().flatten();
        let reaped = reaped.unwrap_or(os::Reaped {
            exit: os::Exit::Unknown,
            cpu_seconds: 0.0,
        });
        let never_entered = child.hello_until.is_some();
        let max_rss_bytes = child.max_rss_bytes;
        self.children.remove(&id);
        let orphans = self.shared.state.lock().take_orphans(id);
        for key in orphans {
            // By its identity; one that is gone already is as good.
            processes::kill(key).ok();
            self.orphans.push(key);
        }
        self.shared
            .state
            .lock()
            .on_exited(id, reaped, max_rss_bytes, never_entered);
    }

    /// Orphans end with their parent: the kernel kills them, and so did we. The subreaper among their ancestors, which may be
    /// us, inherits them.
    fn bury_orphans(&mut self) {
        let shared = self.shared;
        self.orphans.retain(|&key| {
            let stat = processes::stat_of(key.pid).filter(|stat| stat.key() == key);
            let is_zombie = stat.as_ref().is_some_and(|stat| stat.state == b'Z');
            if stat.is_some() && !is_zombie {
                return true;
            }
            let reaped = if is_zombie {
                os::reap(key.pid).ok().flatten()
            } else {
                None
            };
            // Not ours to reap, so how it ended is what is done to a child whose parent dies.
            let killed = os::Reaped {
                exit: os::Exit::Signalled { signal: 9 },
                cpu_seconds: 0.0,
            };
            shared
                .state
                .lock()
                .on_orphan_ended(key, reaped.unwrap_or(killed));
            false
        });
    }

    fn keep_deadlines(&mut self) {
        let now = Monotonic::now();
        self.start_due(now);
        self.bury_orphans();
        let mut due = Vec::new();
        for (id, child) in &mut self.children {
            if let Some((ladder, signals)) = child.ladder.and_then(|ladder| ladder.advance(now)) {
                child.ladder = Some(ladder);
                signal_all(child, signals);
            }
            if child.hello_until.is_some_and(|until| now >= until) && child.ladder.is_none() {
                child.ladder = Some(Ladder::Killed);
                signal_all(child, &[Send::Stop, Send::Kill]);
            }
            if child.drain_until.is_some_and(|until| now >= until) {
                due.push(*id);
            }
        }
        due.into_iter().for_each(|id| self.bury(id));
    }
}

fn next_deadline(child: &Child) -> Option<Monotonic> {
    let ladder = child.ladder.and_then(Ladder::deadline);
    let hello = child.hello_until.filter(|_| child.ladder.is_none());
    if child.drain_until.is_some() {
        child.drain_until
    } else {
        [ladder, hello].into_iter().flatten().min()
    }
}

fn has_ended(child: &Child) -> bool {
    let mut fds = [PollFd::new(&child.pidfd, PollFlags::IN)];
    matches!(poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })), Ok(count) if count > 0)
}

/// Signals a child and the group that it leads; our own unreaped child's number is its own. It takes our signals unless it
/// has become another user.
fn signal_all(child: &Child, signals: &[Send]) {
    let Some(stat) = processes::stat_of(child.key.pid).filter(|stat| stat.key() == child.key)
    else {
        return;
    };
    let has_left_its_group = u32::try_from(stat.pgrp) != Ok(child.key.pid);
    for &signal in signals {
        signal::send_group(child.key.pid, signal).ok();
        if has_left_its_group {
            signal::send(child.pidfd.as_fd(), signal).ok();
        }
    }
}

fn read_pipes(child: &mut Child, buffer: &mut [u8], lines: &mut Vec<(Pipe, Line)>, reads: usize) {
    let mut read = Vec::new();
    for pipe in &mut child.pipes {
        let which = pipe.which();
        for _ in 0..reads {
            if !pipe.read(buffer, &mut read) {
                break;
            }
        }
        lines.extend(read.drain(..).map(|line| (which, line)));
    }
}

impl Shared {
    fn tell(&self, event: Event<'_>) {
        if let Some(observer) = &self.observer {
            observer.observe(Monotonic::now(), event);
        }
    }

    /// Tells of lines that were just read, and written at the latest at that time.
    fn tell_lines(
        &self,
        child: &Child,
        lines: &mut Vec<(Pipe, Line)>,
        written_by: Option<Monotonic>,
    ) {
        let Some(observer) = &self.observer else {
            lines.clear();
            return;
        };
        let now = Monotonic::now();
        let at = written_by.map_or(now, |latest| latest.min(now));
        for (pipe, line) in lines.drain(..) {
            let event = Event::Output {
                pid: child.key.pid,
                pipe,
                line: &line,
                task: child.current_task,
            };
            observer.observe(at, event);
        }
    }

    /// Takes one message; false if it makes no sense.
    fn receive(
        &self,
        id: u64,
        child: &mut Child,
        message: FromChild,
        buffer: &mut [u8],
        lines: &mut Vec<(Pipe, Line)>,
    ) -> bool {
        if child.hello_until.is_some() && !matches!(message, FromChild::Hello { .. }) {
            return false;
        }
        match message {
            FromChild::Hello { version } => {
                child.hello_until = None;
                version == VERSION
            }
            FromChild::Ready { at } => {
                // What an initializer printed belongs to no task and comes before the worker is ready. A process of its own
                // has none: what it printed so far comes after.
                if self.state.lock().is_worker(id) {
                    read_pipes(child, buffer, lines, DRAIN_READS);
                    self.tell_lines(child, lines, Some(at));
                }
                self.state.lock().on_ready(id, at);
                true
            }
            FromChild::InitializerFailed { at, error } => {
                self.state.lock().on_initializer_failed(id, at, &error);
                true
            }
            FromChild::Started { at, task, attempt } => {
                let right = self.state.lock().on_task_started(id, at, task, attempt);
                child.current_task = Some(task);
                right
            }
            FromChild::Finished {
                at,
                task,
                result,
                cpu_nanos,
                max_rss_bytes,
            } => {
                read_pipes(child, buffer, lines, DRAIN_READS);
                self.tell_lines(child, lines, Some(at));
                child.current_task = None;
                let usage = TaskUsage {
                    at: Some(at),
                    pid: None,
                    cpu_nanos,
                    max_rss_bytes,
                };
                self.state.lock().on_task_finished(id, task, result, usage)
            }
            FromChild::Put { queue, item } => {
                self.state.lock().on_queue_call(id, &queue, Some(item));
                true
            }
            FromChild::Get { queue } => {
                self.state.lock().on_queue_call(id, &queue, None);
                true
            }
            FromChild::Relayed { at, event } => {
                self.state.lock().on_relayed(id, at, &event);
                true
            }
            FromChild::Leaving { max_rss_bytes } => {
                child.max_rss_bytes = max_rss_bytes;
                true
            }
        }
    }
}
