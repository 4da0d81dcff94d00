//! Why a process is stuck, throttled or slow: facts in, findings out, the weightiest first. What could not be read is said to
//! be unknown.

mod finding;
#[cfg(test)]
mod tests;
mod wait;

pub use finding::{Fact, Finding, Weight};
pub use wait::{Wait, wait_of};

use super::detail::{Named, ProcessDetail, Signals};
use super::limit::{WARN_PERCENT, percent_of};
use super::process::{AT_WORK_PERCENT, ProcState, ProcessRow};
use super::reading::Unread;
use super::scheduling::Policy;
use super::snapshot::Machine;

/// A wait for a CPU that is worth telling, percent of the time.
const CPU_WAIT_PERCENT: f32 = 10.0;
/// The share of its periods in which a group's quota may run out without being noticed, percent.
const THROTTLED_PERCENT: f32 = 1.0;
/// Less swapped out than this is what lies about unused in every program, bytes.
const SWAP_BYTES: u64 = 32 << 20;
/// Page faults with disk access that make a program slow, a second.
const FAULTS_PER_SECOND: f64 = 20.0;
/// A wait for memory of somebody of the machine that is worth telling, percent of the time.
const MEMORY_PERCENT: f32 = 10.0;
/// From this nice value on others clearly come first.
const LOW_NICE: i32 = 10;
/// SIGTERM.
const TERM: i32 = 15;

/// What is known of a process and its machine.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The process, looked at from the side of `Why`.
    pub detail: &'a ProcessDetail,
    /// Its row; `None` if it has ended.
    pub row: Option<&'a ProcessRow>,
    /// The machine.
    pub machine: &'a Machine,
    /// CPUs of the machine, where they are known.
    pub cpus: Option<u32>,
}

/// All that can be said, the weightiest first.
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if facts.row.is_none() {
        found.push(Finding::Ended);
    }
    let state = facts.detail.state.ok();
    if let Some(state) = state {
        // The state is that of one moment, and of the first thread.
        let used = facts.row.and_then(|row| row.cpu_percent.ok());
        if state == ProcState::Sleeping && used.is_some_and(|percent| percent >= AT_WORK_PERCENT) {
            found.push(Finding::Running { cpu_percent: used });
        }
        // What it waits for is not what it did when the table looked.
        if let Some(row) = facts.row.filter(|row| row.state != state)
            && state == ProcState::Sleeping
        {
            found.push(Finding::OtherMoment {
                table: row.state,
                here: state,
            });
        }
        found.push(of_state(state, facts));
        found.extend(facts.detail.awaited.iter().map(|awaited| Finding::Awaits {
            role: awaited.role,
            processes: awaited.processes.clone(),
        }));
    }
    if facts.row.is_some_and(|row| !row.has_first_thread) {
        found.push(Finding::FirstThreadEnded);
    }
    // A zombie has nothing left that could hold it up.
    if state != Some(ProcState::Zombie) {
        found.extend(of_turns(facts));
        found.extend(of_memory(facts.detail, facts.machine));
        found.extend(of_bounds(facts.detail));
        found.extend(of_signals(facts.detail, state));
        found.extend(unknown(facts.detail, state));
    }
    // Stable: among equals in the order in which they were found.
    found.sort_by_key(Finding::weight);
    found
}

/// What the state alone says.
fn of_state(state: ProcState, facts: &Facts<'_>) -> Finding {
    let detail = facts.detail;
    let function = detail.wait_channel.as_ref().ok().cloned();
    let call = detail.system_call.as_ref().ok();
    let wait = wait_of(function.as_deref(), call);
    match state {
        ProcState::Zombie => Finding::Zombie {
            parent: parent(detail),
        },
        ProcState::Stopped => Finding::Stopped,
        ProcState::TracingStop => Finding::TracerHolds {
            tracer: detail.tracer.as_ref().ok().cloned(),
        },
        _ if is_frozen(detail) => Finding::Frozen,
        ProcState::DiskSleep | ProcState::WakeKill if wait == Some(Wait::Program) => {
            Finding::AwaitsProgram { function }
        }
        ProcState::DiskSleep | ProcState::WakeKill => {
            let group = detail.cgroup_use.as_ref().ok();
            let of_group = group.and_then(|group| group.pressure.io_percent.ok());
            let of_machine = facts.machine.pressure.io_percent.ok();
            Finding::Uninterruptible {
                wait,
                function,
                io_percent: of_group.or(of_machine),
                is_of_group: of_group.is_some(),
            }
        }
        ProcState::Running | ProcState::Waking => Finding::Running {
            cpu_percent: facts.row.and_then(|row| row.cpu_percent.ok()),
        },
        ProcState::Sleeping => Finding::Waiting {
            wait,
            function,
            at: call.and_then(|call| call.file.clone()),
            is_one_of_many: has_threads(detail),
        },
        other => Finding::Other(other),
    }
}

fn parent(detail: &ProcessDetail) -> Option<Named> {
    Some(Named {
        pid: detail.parent.ok()?.pid,
        name: detail.parent_name.as_ref().ok().cloned(),
    })
}

/// True if it has more threads than its first.
fn has_threads(detail: &ProcessDetail) -> bool {
    detail.num_threads.is_ok_and(|count| count > 1)
}

fn is_frozen(detail: &ProcessDetail) -> bool {
    let group = detail.cgroup_use.as_ref();
    group.is_ok_and(|group| group.is_frozen == Ok(true))
}

/// Whether it gets the CPU that it wants.
fn of_turns(facts: &Facts<'_>) -> Vec<Finding> {
    let detail = facts.detail;
    let mut found = Vec::new();
    let quota = detail
        .cgroup_use
        .as_ref()
        .and_then(|group| group.cpu.as_ref());
    if let Ok(quota) = quota
        && let Ok(percent) = quota.throttled_percent
        && percent >= THROTTLED_PERCENT
    {
        found.push(Finding::Throttled {
            percent,
            cpus: quota.cpus,
            group: quota.path.clone(),
            seconds: quota.throttled_seconds.ok(),
        });
    }
    let nice = detail.nice.unwrap_or(0);
    let policy = detail.scheduling.ok().map(|scheduling| scheduling.policy);
    let is_low = nice >= LOW_NICE || policy == Some(Policy::Idle);
    if let Ok(wait) = &detail.cpu_wait
        && wait.percent > CPU_WAIT_PERCENT
    {
        found.push(Finding::CpuWait {
            percent: wait.percent,
            thread: has_threads(detail).then(|| Named {
                pid: wait.thread,
                name: Some(wait.name.clone()),
            }),
            cpus: facts.cpus,
            load: facts.machine.load_average.ok().map(|load| load[0]),
            nice: (nice > 0).then_some(nice),
        });
    }
    if is_low {
        found.push(Finding::LowPriority {
            nice,
            is_idle_class: policy == Some(Policy::Idle),
        });
    }
    found
}

fn of_memory(detail: &ProcessDetail, machine: &Machine) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Ok(group) = &detail.cgroup_use {
        if let Ok(ceiling) = &group.memory
            && ceiling.percent() >= WARN_PERCENT
        {
            found.push(Finding::MemoryNearMax(ceiling.clone()));
        }
        if let Ok(ceiling) = &group.memory_high
            && ceiling.percent() >= 100.0
        {
            found.push(Finding::MemoryHigh(ceiling.clone()));
        }
        if let Ok(count) = group.oom_kills
            && count > 0
        {
            found.push(Finding::OomKills { count });
        }
    }
    if let (Ok(swap_bytes), Ok(memory)) = (detail.swap_bytes, detail.memory)
        && swap_bytes > SWAP_BYTES.max(memory.rss)
    {
        found.push(Finding::Swapped {
            swap_bytes,
            rss_bytes: memory.rss,
        });
    }
    if let Ok(faults_per_second) = detail.major_fault_rate
        && faults_per_second > FAULTS_PER_SECOND
    {
        found.push(Finding::Paging { faults_per_second });
    }
    if let Ok(percent) = machine.pressure.memory_percent
        && percent > MEMORY_PERCENT
    {
        found.push(Finding::MemoryShort { percent });
    }
    found
}

fn of_bounds(detail: &ProcessDetail) -> Vec<Finding> {
    let mut found = Vec::new();
    let limits = detail.limits.as_ref().map_or(&[][..], Vec::as_slice);
    let files = limits.iter().find(|limit| limit.name == "Max open files");
    if let Some(most) = files.and_then(|limit| limit.soft)
        && let Ok(used) = detail.num_fds
        && percent_of(used, most) >= WARN_PERCENT
    {
        found.push(Finding::NearFileLimit { used, most });
    }
    if let Ok(group) = &detail.cgroup_use
        && let Ok(tasks) = &group.tasks
        && tasks.percent() >= WARN_PERCENT
    {
        found.push(Finding::NearTaskLimit(tasks.clone()));
    }
    found
}

fn of_signals(detail: &ProcessDetail, state: Option<ProcState>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Ok(signals) = &detail.signals {
        // One that is stopped takes no signal but SIGCONT and SIGKILL.
        let held = if state == Some(ProcState::Stopped) {
            signals.pending
        } else {
            signals.pending & signals.blocked
        };
        if held != 0 {
            found.push(Finding::SignalsHeld {
                signals: Signals::numbers(held).collect(),
            });
        }
        if Signals::has(signals.ignored, TERM) {
            found.push(Finding::TermIgnored);
        }
    }
    if let Ok(tracer) = &detail.tracer
        && state != Some(ProcState::TracingStop)
    {
        found.push(Finding::Traced {
            tracer: tracer.clone(),
        });
    }
    found
}

/// What could not be read, by reason.
fn unknown(detail: &ProcessDetail, state: Option<ProcState>) -> Vec<Finding> {
    let is_asleep = matches!(state, Some(ProcState::Sleeping | ProcState::DiskSleep));
    let channel = detail.wait_channel.as_ref().err();
    let reasons = [
        (Fact::WaitChannel, channel.filter(|_| is_asleep)),
        (Fact::CpuWait, detail.cpu_wait.as_ref().err()),
        (Fact::Cgroup, detail.cgroup_use.as_ref().err()),
        (Fact::Limits, detail.limits.as_ref().err()),
        (Fact::Signals, detail.signals.as_ref().err()),
        (Fact::Descriptors, detail.num_fds.as_ref().err()),
    ];
    // There is none, or the second look will tell.
    let is_told = |reason: &&Unread| !matches!(reason, Unread::NotApplicable | Unread::NotSampled);
    let told = reasons
        .into_iter()
        .filter_map(|(fact, reason)| Some((fact, *reason.filter(is_told)?)));
    let mut found: Vec<(Unread, Vec<Fact>)> = Vec::new();
    for (fact, reason) in told {
        match found.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, facts)) => facts.push(fact),
            None => found.push((reason, vec![fact])),
        }
    }
    let finding = |(reason, facts)| Finding::Unknown { facts, reason };
    found.into_iter().map(finding).collect()
}
