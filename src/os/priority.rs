//! What decides when a thread runs: nice value, CPUs and I/O priority, read and set. The kernel keeps all three for each thread,
//! so a change of a process is made to every one of its threads.

use std::collections::BTreeMap;
use std::io;

use rustix::process::{Pid, getpriority_process, setpriority_process};
use rustix::thread::CpuSet;
use rustix::thread::sched_getaffinity;
use rustix::thread::sched_setaffinity;

use super::Held;
use super::processes::{is_out_of_descriptors, speaking_thread};

/// `IOPRIO_WHO_PROCESS`, which takes one thread.
const WHO_THREAD: libc::c_int = 1;
/// How often threads that were started meanwhile are looked for.
const ROUNDS: usize = 16;

/// A property of a thread, with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The nice value, -20 (first) to 19.
    Nice(i32),
    /// The CPUs it may run on, counted from 0, in ascending order.
    Cpus(Vec<u32>),
    /// The I/O priority as the kernel's number: class in the bits from 13 on, level in the lowest three.
    IoPriority(u32),
}

/// What every thread of a process had before it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// By thread id.
    threads: BTreeMap<u32, Setting>,
    leader: Setting,
    /// Threads that the kernel refused to change although the first one could be.
    pub refused_threads: usize,
}

impl Before {
    /// What the process's first thread had, or, if that has ended, the first one that goes on.
    pub fn leader(&self) -> &Setting {
        &self.leader
    }

    /// How many threads were changed.
    pub fn thread_count(&self) -> usize {
        self.threads.len()
    }
}

impl Setting {
    /// The same property of a thread as it is now.
    pub fn read_alike(&self, thread: u32) -> io::Result<Self> {
        match self {
            Self::Nice(_) => nice(thread).map(Self::Nice),
            Self::Cpus(_) => cpus(thread).map(Self::Cpus),
            Self::IoPriority(_) => io_priority(thread).map(Self::IoPriority),
        }
    }

    fn set(&self, thread: u32) -> io::Result<()> {
        match self {
            Self::Nice(nice) => Ok(setpriority_process(Some(pid_of(thread)?), *nice)?),
            Self::Cpus(cpus) => {
                let mut set = CpuSet::new();
                for &cpu in cpus.iter().filter(|&&cpu| (cpu as usize) < CpuSet::MAX_CPU) {
                    set.set(cpu as usize);
                }
                Ok(sched_setaffinity(Some(pid_of(thread)?), &set)?)
            }
            Self::IoPriority(number) => set_io_priority(thread, *number),
        }
    }
}

/// The nice value of a thread.
pub fn nice(thread: u32) -> io::Result<i32> {
    Ok(getpriority_process(Some(pid_of(thread)?))?)
}

/// The CPUs that a thread may run on, counted from 0.
pub fn cpus(thread: u32) -> io::Result<Vec<u32>> {
    let set = sched_getaffinity(Some(pid_of(thread)?))?;
    let cpus = (0..CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu));
    Ok(cpus.map(|cpu| cpu as u32).collect())
}

/// The I/O priority of a thread, as the kernel's number.
pub fn io_priority(thread: u32) -> io::Result<u32> {
    #[expect(unsafe_code, reason = "neither rustix nor libc wraps ioprio_get")]
    // SAFETY: the call takes two numbers and touches no memory of ours.
    let answer = unsafe { libc::syscall(libc::SYS_ioprio_get, WHO_THREAD, thread) };
    u32::try_from(answer).map_err(|_negative| io::Error::last_os_error())
}

fn set_io_priority(thread: u32, number: u32) -> io::Result<()> {
    #[expect(unsafe_code, reason = "neither rustix nor libc wraps ioprio_set")]
    // SAFETY: the call takes three numbers and touches no memory of ours.
    let answer = unsafe { libc::syscall(libc::SYS_ioprio_set, WHO_THREAD, thread, number) };
    if answer == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Changes every thread of a held process, those too that are started meanwhile, and tells what they had.
///
/// No such call takes a pidfd. Since the process has not ended before and after, its pid and the ids below its folder were
/// its own; only the id of a thread that ends in between could reach another one, and for that the kernel would have to go
/// through all its numbers within microseconds. `None` if the process has ended.
pub fn set(held: &Held, setting: &Setting) -> io::Result<Option<Before>> {
    let pid = held.key().pid;
    if held.has_ended() {
        return Ok(None);
    }
    let first = speaking_thread(pid);
    let leader = match setting.read_alike(first) {
        Ok(leader) => leader,
        Err(error) if is_gone(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    match setting.set(first) {
        Ok(()) => {}
        Err(error) if is_gone(&error) => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut before = Before {
        threads: BTreeMap::from([(first, leader.clone())]),
        leader,
        refused_threads: 0,
    };
    for _ in 0..ROUNDS {
        let threads = threads_of(pid)?;
        let mut is_complete = true;
        for thread in threads {
            if before.threads.contains_key(&thread) {
                continue;
            }
            let Ok(had) = setting.read_alike(thread) else {
                continue;
            };
            match setting.set(thread) {
                Ok(()) => {}
                Err(error) if is_gone(&error) => continue,
                Err(_) => before.refused_threads += 1,
            }
            is_complete = false;
            before.threads.insert(thread, had);
        }
        if is_complete {
            break;
        }
    }
    Ok((!held.has_ended()).then_some(before))
}

/// Gives every thread back what it had; those started since get what the first one had. False if the process has ended.
pub fn restore(held: &Held, before: &Before) -> io::Result<bool> {
    let pid = held.key().pid;
    if held.has_ended() {
        return Ok(false);
    }
    before.leader.set(speaking_thread(pid))?;
    for thread in threads_of(pid)? {
        let had = before.threads.get(&thread).unwrap_or(&before.leader);
        match had.set(thread) {
            Err(error) if !is_gone(&error) => return Err(error),
            _ => {}
        }
    }
    Ok(!held.has_ended())
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ESRCH | libc::ENOENT))
}

fn threads_of(pid: u32) -> io::Result<Vec<u32>> {
    let entries = match std::fs::read_dir(format!("/proc/{pid}/task")) {
        Ok(entries) => entries,
        Err(error) if is_gone(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect())
}

fn pid_of(thread: u32) -> io::Result<Pid> {
    let pid = i32::try_from(thread).ok().and_then(Pid::from_raw);
    pid.ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

/// The lowest nice value to which a process may be set without root's rights (its `RLIMIT_NICE`), besides raising it;
/// `None` where that cannot be read.
pub fn lowest_nice(pid: u32) -> Option<i32> {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
    lowest_nice_in(&limits)
}

fn lowest_nice_in(limits: &str) -> Option<i32> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max nice priority"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(-20),
        // The limit counts from 1 for 19 up to 40 for -20; 0 allows nothing.
        number => Some(20 - number.parse::<i32>().ok()?.clamp(0, 40)),
    }
}

/// The CPUs that are online, counted from 0; empty where the system does not tell. An error if too many files are open.
pub fn online_cpus() -> io::Result<Vec<u32>> {
    match std::fs::read_to_string("/sys/devices/system/cpu/online") {
        Ok(listed) => Ok(cpus_in(listed.trim())),
        Err(error) if is_out_of_descriptors(&error) => Err(error),
        Err(_) => Ok(Vec::new()),
    }
}

/// The numbers of a list as the kernel writes it: `0-3,6`.
fn cpus_in(list: &str) -> Vec<u32> {
    let parts = list.split(',').filter_map(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse::<u32>().ok()?..=last.parse::<u32>().ok()?)
    });
    parts.flatten().take(CpuSet::MAX_CPU).collect()
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;
    use crate::os::lives_on::LivesOn;
    use crate::os::{processes, this};

    fn sleeper() -> (Child, Held) {
        let child = Command::new("sleep").arg("60").spawn().unwrap();
        let held = Held::open(processes::key_of(child.id()).unwrap()).unwrap();
        (child, held)
    }

    /// Changes, reads back, restores where this user may.
    fn there_and_back(setting: &Setting) {
        let (mut child, held) = sleeper();
        let pid = child.id();
        let had = setting.read_alike(pid).unwrap();
        let before = set(&held, setting).unwrap().unwrap();
        assert_eq!(setting.read_alike(pid).unwrap(), *setting);
        assert_eq!((before.leader(), before.thread_count()), (&had, 1));
        if this::may_favour() || !matches!(setting, Setting::Nice(_)) {
            assert!(restore(&held, &before).unwrap());
            assert_eq!(setting.read_alike(pid).unwrap(), had);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(set(&held, setting).unwrap(), None);
        assert!(!restore(&held, &before).unwrap());
    }

    #[test]
    fn the_nice_value_is_set_and_given_back() {
        there_and_back(&Setting::Nice(7));
    }

    #[test]
    fn the_cpus_are_set_and_given_back() {
        let allowed = cpus(std::process::id()).unwrap();
        there_and_back(&Setting::Cpus(vec![*allowed.last().unwrap()]));
    }

    #[test]
    fn the_io_priority_is_set_and_given_back() {
        there_and_back(&Setting::IoPriority(3 << 13));
        there_and_back(&Setting::IoPriority((2 << 13) | 6));
    }

    #[test]
    fn a_process_without_its_first_thread_has_a_turn() {
        let process = LivesOn::start(&[]);
        let held = Held::open(processes::key_of(process.pid()).unwrap()).unwrap();
        let thread = speaking_thread(process.pid());
        for setting in [Setting::Nice(9), Setting::IoPriority((2 << 13) | 6)] {
            let had = setting.read_alike(thread).unwrap();
            let before = set(&held, &setting).unwrap().unwrap();
            assert_eq!((before.leader(), before.refused_threads), (&had, 0));
            assert_eq!(setting.read_alike(thread).unwrap(), setting);
            assert!(restore(&held, &before).unwrap() || !this::may_favour());
        }
    }

    #[test]
    fn every_thread_is_changed() {
        // This very process has several threads as it tests; a child of one of them is none.
        let own = Held::open(processes::key_of(std::process::id()).unwrap()).unwrap();
        let (go_on, wait) = std::sync::mpsc::sync_channel::<()>(1);
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let second = std::thread::Builder::new().name("second".into());
        let work = move || {
            let id = rustix::thread::gettid().as_raw_nonzero().get();
            tell.send(id.unsigned_abs()).unwrap();
            wait.recv().ok();
        };
        let thread = second.spawn(work).unwrap();
        let id = told.recv().unwrap();
        let setting = Setting::IoPriority((2 << 13) | 5);
        let had = setting.read_alike(id).unwrap();
        let before = set(&own, &setting).unwrap().unwrap();
        assert!(before.thread_count() >= 2);
        assert_eq!(setting.read_alike(id).unwrap(), setting);
        restore(&own, &before).unwrap();
        assert_eq!(setting.read_alike(id).unwrap(), had);
        drop(go_on);
        thread.join().unwrap();
    }

    #[test]
    fn what_the_kernel_writes_is_understood() {
        assert_eq!(cpus_in("0-3,6,8-9"), [0, 1, 2, 3, 6, 8, 9]);
        assert_eq!(cpus_in(""), [0; 0]);
        assert!(!online_cpus().unwrap().is_empty());
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax nice priority         31                   40                   \n";
        assert_eq!(lowest_nice_in(limits), Some(-11));
        assert_eq!(
            lowest_nice_in("Max nice priority   0   0 \n"),
            Some(20),
            "lower than this is every value"
        );
        assert!(lowest_nice(std::process::id()).is_some());
    }
}
