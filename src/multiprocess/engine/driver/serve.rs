//! What a child's descriptors have: messages, lines, its end.

use rustix::event::epoll;

use super::{DRAIN_NANOS, DRAIN_READS, Driver, Source, TURN_READS, signal_all};
use crate::multiprocess::engine::child::Child;
use crate::multiprocess::engine::handle::Shared;
use crate::multiprocess::engine::messages::{Distrust, receive};
use crate::multiprocess::engine::state::State;
use crate::multiprocess::observer::Event;
use crate::multiprocess::wire::FromChild;
use crate::os::Monotonic;
use crate::os::ladder::Ladder;
use crate::os::lines::Pipe;
use crate::os::output::OutputLines;
use crate::os::signal::Send;

impl Driver {
    pub(super) fn serve(&mut self, shared: &Shared, id: u64, source: Source) {
        let Some(child) = self.children.get_mut(&id) else {
            return;
        };
        match source {
            Source::Channel => {
                self.flush(id);
                self.listen(shared, id, DRAIN_READS);
            }
            Source::Stdout | Source::Stderr => {
                let pipe = match source {
                    Source::Stderr => Pipe::Stderr,
                    _ => Pipe::Stdout,
                };
                child.read_pipe(pipe, &mut self.lines, TURN_READS);
                if !self.lines.is_empty() {
                    let mut state = shared.state.lock();
                    tell_lines(&mut state, id, child, &mut self.lines, None);
                }
                if child.drain_until.is_some() {
                    self.bury(shared, id);
                }
            }
            Source::Exit => {
                // It stays readable; from here on only the pipes are waited for, until the deadline.
                epoll::delete(&self.epoll, &child.pidfd).ok();
                child.drain_until = Some(shared.clock.now().plus_nanos(DRAIN_NANOS));
                // What an ended child has sent is all there will be: it is read whole, with what it had no time to send.
                self.listen(shared, id, usize::MAX);
                self.end_what_it_started(shared, id);
                self.bury(shared, id);
            }
        }
    }

    /// Reads what the child says, after what it wrote before it said it.
    fn listen(&mut self, shared: &Shared, id: u64, reads: usize) {
        let Some(child) = self.children.get_mut(&id) else {
            return;
        };
        child.read_channel(reads, &shared.clock);
        if child.drain_until.is_some() {
            child.recover_unwritten();
        }
        let mut distrust = None;
        let mut messages = std::mem::take(&mut self.messages);
        loop {
            match child.next_message() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(_no_frame) => {
                    distrust = Some(Distrust::Nonsense);
                    break;
                }
            }
        }
        // Asked after the channel was read: what was written before a message is there by now.
        if child.pipes_have_something() {
            read_pipes(child, &mut self.lines);
        }
        if messages.is_empty() && self.lines.is_empty() && distrust.is_none() {
            self.messages = messages;
            return;
        }
        let now = Monotonic::now();
        let mut state = shared.state.lock();
        let last_end = messages.iter().rev().find_map(|message| match message {
            FromChild::Finished { at, .. } | FromChild::Ready { at } => Some(*at),
            _ => None,
        });
        for message in messages.drain(..) {
            // A process of its own has no initializer: what it printed so far comes after it was ready. All else is said
            // after what was written before it.
            let is_ready_process =
                matches!(message, FromChild::Ready { .. }) && !state.is_worker(id);
            if !is_ready_process && !matches!(message, FromChild::Hello { .. }) {
                tell_lines(&mut state, id, child, &mut self.lines, last_end);
            }
            if let Err(why) = receive(&mut state, id, child, message, now) {
                distrust = Some(why);
                break;
            }
        }
        tell_lines(&mut state, id, child, &mut self.lines, last_end);
        state.carry_out_of(id);
        drop(state);
        self.messages = messages;
        if let Some(why) = distrust
            && child.ladder.is_none()
        {
            // It cannot be trusted with anything more.
            shared.state.lock().know_why(id, &why.to_string());
            child.ladder = Some(Ladder::Killed);
            signal_all(child, &[Send::Stop, Send::Kill]);
        }
    }
}

/// Reads everything that is in a child's pipes, within reason.
pub(super) fn read_pipes(child: &mut Child, lines: &mut OutputLines) {
    for pipe in [Pipe::Stdout, Pipe::Stderr] {
        child.read_pipe(pipe, lines, DRAIN_READS);
    }
}

/// Tells of lines that were just read, and written at the latest at that time.
pub(super) fn tell_lines(
    state: &mut State,
    id: u64,
    child: &Child,
    lines: &mut OutputLines,
    written_by: Option<Monotonic>,
) {
    if lines.is_empty() {
        return;
    }
    let task = state.on_output(id);
    let now = Monotonic::now();
    let at = written_by.map_or(now, |latest| latest.min(now));
    for (pipe, lines) in lines.each() {
        let event = Event::Output {
            pid: child.key.pid,
            pipe,
            lines,
            task,
        };
        state.tell(at, event);
    }
    lines.clear();
}
