//! Reads what rows have only while it is wanted.

use std::sync::Arc;
use std::time::Instant;

use super::dir::{Dir, unread};
use super::group_path::cgroup;
use super::known::{MIN_SPAN, TEXT_CAP, has_memory, keep};
use super::own_io::OwnIoCounter;
use super::parse::{number, run_queue, text, wait_channel};
use super::ports::Sockets;
use super::subject::{PidPath, Subject};
use crate::monitor::extra::{Extra, Need, Wanted};
use crate::monitor::ports::Ports;
use crate::monitor::process::ProcState;
use crate::monitor::reading::{Reading, Unread};
use crate::os::Stat;

/// How fast a total grows, from sample to sample.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rate {
    base: Option<(f64, Instant)>,
    per_second: Option<f64>,
}

impl Rate {
    /// Since the sample before; after too short a time the earlier figure stands, and the time goes on.
    pub(super) fn per_second(&mut self, total: f64, now: Instant) -> Reading<f64> {
        let grown = self
            .base
            .map(|(before, at)| (total - before, now.saturating_duration_since(at)));
        match grown {
            Some((_, span)) if span < MIN_SPAN => {}
            Some((grown, span)) => {
                self.per_second = Some((grown / span.as_secs_f64()).max(0.0));
                self.base = Some((total, now));
            }
            None => self.base = Some((total, now)),
        }
        self.per_second.ok_or(Unread::NotSampled)
    }
}

/// What is kept of a process while something more of it is wanted; thrown away when nothing is, so that no rate is over a
/// forgotten hour.
#[derive(Clone, Debug)]
pub struct Kept {
    own_io: OwnIoCounter,
    io_beginning: u32,
    read: Rate,
    write: Rate,
    wait: Rate,
    wait_channel: Reading<Arc<str>>,
    cgroup: Reading<Arc<str>>,
    ports: Option<Arc<Ports>>,
}

impl Kept {
    /// Nothing was read yet.
    pub fn new() -> Self {
        Self {
            own_io: OwnIoCounter::default(),
            io_beginning: 0,
            read: Rate::default(),
            write: Rate::default(),
            wait: Rate::default(),
            wait_channel: Err(Unread::NotSampled),
            cgroup: Err(Unread::NotSampled),
            ports: None,
        }
    }

    /// Reads what is wanted of the process whose `stat` was read just now, through this thread of it.
    pub fn read(
        &mut self,
        proc: &mut Dir,
        path: &mut PidPath,
        (stat, thread): (&Stat, Option<u32>),
        (wanted, sockets): (Wanted, &mut Sockets),
        now: Instant,
    ) -> Extra {
        let subject = Subject {
            pid: stat.pid,
            thread,
        };
        let mut extra = self.read_rates(proc, path, (stat, subject), wanted, now);
        if wanted.has(Need::Descriptors) {
            extra.num_fds = has_memory(stat).and_then(|()| num_fds(proc, path.of(subject, "fd")));
        }
        if wanted.has(Need::WaitChannel) {
            let read = file(proc, path.of(subject, "wchan"))
                .and_then(|bytes| wait_channel(bytes, ProcState::from_letter(stat.state)));
            let read = read.map(|name| text(name).0);
            keep(&mut self.wait_channel, read, Arc::from);
            extra.wait_channel.clone_from(&self.wait_channel);
        }
        if wanted.has(Need::OomScore) {
            let score = file(proc, path.of(subject, "oom_score"))
                .and_then(|bytes| number(bytes).ok_or(Unread::Unsupported));
            extra.oom_score = has_memory(stat).and(score);
        }
        if wanted.has(Need::Cgroup) {
            let read = file(proc, path.of(subject, "cgroup"))
                .and_then(|bytes| cgroup(bytes).ok_or(Unread::NotApplicable));
            let read = read.map(|group| text(group).0);
            keep(&mut self.cgroup, read, Arc::from);
            extra.cgroup.clone_from(&self.cgroup);
        }
        if wanted.has(Need::Ports) {
            extra.ports = has_memory(stat)
                .and_then(|()| sockets.of(proc, path, subject, self.ports.as_ref()));
            self.ports = extra.ports.as_ref().ok().cloned();
        }
        extra
    }

    fn read_rates(
        &mut self,
        proc: &mut Dir,
        path: &mut PidPath,
        (stat, subject): (&Stat, Subject),
        wanted: Wanted,
        now: Instant,
    ) -> Extra {
        let mut extra = Extra::NONE;
        if wanted.has(Need::Io) {
            let prefix = format!("{}/", subject.pid);
            let thread = subject.thread.unwrap_or(subject.pid);
            let io = self.own_io.count(proc, &prefix, (stat, thread));
            if let Ok(io) = io
                && io.beginning != self.io_beginning
            {
                self.io_beginning = io.beginning;
                (self.read, self.write) = (Rate::default(), Rate::default());
            }
            extra.io_read_rate = io.and_then(|io| self.read.per_second(io.read_bytes as f64, now));
            extra.io_write_rate =
                io.and_then(|io| self.write.per_second(io.write_bytes as f64, now));
        }
        if wanted.has(Need::RunQueue) {
            let queue = file(proc, path.of(subject, "schedstat"))
                .and_then(|bytes| run_queue(bytes).ok_or(Unread::Unsupported));
            extra.run_queue_percent = queue.and_then(|queue| {
                let share = self.wait.per_second(queue.wait_seconds, now);
                share.map(|share| (share * 100.0) as f32)
            });
        }
        extra
    }
}

fn file<'a>(proc: &'a mut Dir, path: &str) -> Result<&'a [u8], Unread> {
    proc.read_piece(path, TEXT_CAP).map_err(unread)
}

/// Recent kernels tell it to everybody as the folder's size; earlier ones say 0 of all.
fn num_fds(proc: &mut Dir, path: &str) -> Reading<u64> {
    let status = proc.status(path).map_err(unread)?;
    match u64::try_from(status.st_size) {
        Ok(0) | Err(_) => Err(Unread::Unsupported),
        Ok(count) => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_rate_is_over_the_time_that_was_measured_and_never_a_false_zero() {
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        let mut rate = Rate::default();
        assert_eq!(rate.per_second(5_000.0, start), Err(Unread::NotSampled));
        assert_eq!(rate.per_second(5_100.0, after(10)), Err(Unread::NotSampled));
        assert_eq!(rate.per_second(6_000.0, after(500)), Ok(2_000.0));
        assert_eq!(rate.per_second(6_000.0, after(510)), Ok(2_000.0));
        assert_eq!(rate.per_second(6_000.0, after(1_500)), Ok(0.0));
    }
}
