//! Through which thread a process is read: its first one, or, when that has ended and others go on, the first of these. Of a
//! thread that has ended the kernel shows neither memory nor files, although the process still has both.

use rustix::io::Errno;

use super::dir::{Dir, unread};
use super::known::TEXT_CAP;
use crate::monitor::reading::Unread;
use crate::os::Stat;

/// A process, and the thread through which it is read if that is not its first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The process.
    pub pid: u32,
    /// The thread.
    pub thread: Option<u32>,
}

/// Writes paths of files of processes into one kept string.
#[derive(Debug, Default)]
pub struct PidPath(String);

impl PidPath {
    /// `PID/file`: what belongs to a process with all its threads.
    pub fn of_whole(&mut self, pid: u32, file: &str) -> &str {
        self.of(Subject { pid, thread: None }, file)
    }

    /// `PID/file`, or `PID/task/THREAD/file`.
    pub fn of(&mut self, subject: Subject, file: &str) -> &str {
        use std::fmt::Write as _;
        self.0.clear();
        let pid = subject.pid;
        // Writing to a String cannot fail.
        match subject.thread {
            None => write!(self.0, "{pid}/{file}").ok(),
            Some(thread) => write!(self.0, "{pid}/task/{thread}/{file}").ok(),
        };
        &self.0
    }
}

/// The line of a process whose first thread has ended, as the first one that goes on makes it, and which that is; `None` if none
/// does. `known` is looked at first. An error if too many files are open to find out: one that lives would be taken for a zombie.
pub fn speaking(
    proc: &mut Dir,
    path: &mut PidPath,
    stat: &Stat,
    known: Option<u32>,
) -> Result<Option<(Stat, u32)>, Unread> {
    let pid = stat.pid;
    proc.was_starved();
    let mut read = |proc: &mut Dir, thread| {
        let subject = Subject {
            pid,
            thread: Some(thread),
        };
        let line = proc.read_piece(path.of(subject, "stat"), TEXT_CAP).ok()?;
        Stat::parse(line).ok().filter(|thread| !thread.has_ended())
    };
    let thread = known.and_then(|thread| read(proc, thread)).or_else(|| {
        let threads = proc
            .open_below(&format!("{pid}/task"))
            .and_then(|mut threads| threads.numbers(usize::MAX));
        Stat::first_living(threads.ok()?, |thread| read(proc, thread))
    });
    if proc.was_starved() {
        return Err(Unread::NoDescriptors);
    }
    Ok(thread.map(|thread| (stat.clone().speaking_through(&thread), thread.pid)))
}

/// The open directory of a process. It stays the process's own: after its end reading below it fails, even if the pid lives
/// again.
#[derive(Debug)]
pub struct OpenProcess {
    /// What belongs to all its threads together.
    pub whole: Dir,
    thread: Option<Dir>,
    /// For system calls that take the id of a thread.
    pub thread_id: u32,
    /// What it was doing when it was opened.
    pub stat: Stat,
}

impl OpenProcess {
    /// Opens the process that has a pid now.
    pub fn open(proc: &mut Dir, pid: u32) -> Result<Self, Unread> {
        let mut whole = proc.open_below(&pid.to_string()).map_err(unread)?;
        let stat = stat_below(&mut whole)?;
        let mut process = Self {
            whole,
            thread: None,
            thread_id: stat.pid,
            stat,
        };
        process.turn_to_living_thread()?;
        Ok(process)
    }

    /// Looks again at what it is doing, and through which thread it is to be read now.
    pub fn look_again(&mut self) -> Result<(), Unread> {
        self.stat = stat_below(&mut self.whole)?;
        (self.thread, self.thread_id) = (None, self.stat.pid);
        self.turn_to_living_thread()
    }

    fn turn_to_living_thread(&mut self) -> Result<(), Unread> {
        if !self.stat.may_outlive_its_first_thread() {
            return Ok(());
        }
        self.whole.was_starved();
        self.find_living_thread();
        // Otherwise one that lives would be taken for a zombie.
        if self.whole.was_starved() {
            return Err(Unread::NoDescriptors);
        }
        Ok(())
    }

    fn find_living_thread(&mut self) {
        let Ok(mut threads) = self.whole.open_below("task") else {
            return;
        };
        let read = |id: u32| {
            let line = self.whole.read_piece(&format!("task/{id}/stat"), TEXT_CAP);
            Stat::parse(line.ok()?).ok()
        };
        let found = Stat::first_living(threads.numbers(usize::MAX).unwrap_or_default(), read);
        let Some(thread) = found else {
            return;
        };
        let path = format!("task/{}", thread.pid);
        if let Ok(dir) = self.whole.open_below(&path) {
            self.thread = Some(dir);
            self.thread_id = thread.pid;
            self.stat = self.stat.clone().speaking_through(&thread);
        }
    }

    /// Whether something could not be opened since the last question because too many files are open.
    pub fn was_starved(&mut self) -> bool {
        let of_thread = self.thread.as_mut().is_some_and(Dir::was_starved);
        self.whole.was_starved() || of_thread
    }

    /// The directory with what belongs to one thread, and to all through it.
    pub fn dir(&mut self) -> &mut Dir {
        self.thread.as_mut().unwrap_or(&mut self.whole)
    }
}

fn stat_below(process: &mut Dir) -> Result<Stat, Unread> {
    let line = process.read_piece("stat", TEXT_CAP).map_err(unread)?;
    // The process ended between opening and reading.
    if line.is_empty() {
        return Err(unread(Errno::SRCH));
    }
    Stat::parse(line).map_err(|_garbled| Unread::Unsupported)
}
