//! Findings on facts as they were read from real processes, and as they would be.

use super::*;
use crate::monitor::cgroup::{Ceiling, CgroupUse, CpuQuota};
use crate::monitor::detail::{Aspect, CpuWait, Limit, Look, MemoryInfo, SystemCall};
use crate::monitor::scheduling::Scheduling;
use crate::monitor::snapshot::{Pressure, Snapshot};
use crate::monitor::source::scripted::{row, snapshot_of};
use crate::os::ProcKey;

/// A process that sleeps and is held up by nothing.
struct Case {
    snapshot: Snapshot,
    detail: ProcessDetail,
}

impl Case {
    fn new(change: impl FnOnce(&mut ProcessDetail)) -> Self {
        let snapshot = snapshot_of(vec![row(7, "seven")]);
        let look = Look::At(Aspect::Why);
        let key = snapshot.rows[0].key;
        let mut detail = ProcessDetail::unread(key, look, snapshot.tick, Unread::NotSampled);
        detail.state = Ok(ProcState::Sleeping);
        detail.num_threads = Ok(1);
        detail.wait_channel = Ok("hrtimer_nanosleep".into());
        detail.cgroup_use = Ok(unbounded());
        detail.signals = Ok(Signals::default());
        change(&mut detail);
        Self { snapshot, detail }
    }

    fn findings(&self) -> Vec<Finding> {
        findings(&Facts {
            detail: &self.detail,
            row: self.snapshot.row(self.detail.key),
            machine: &self.snapshot.machine,
            cpus: Some(2),
        })
    }

    /// What weighs most.
    fn first(&self) -> Finding {
        self.findings().remove(0)
    }
}

fn unbounded() -> CgroupUse {
    CgroupUse {
        cpu: Err(Unread::NotApplicable),
        memory: Err(Unread::NotApplicable),
        memory_high: Err(Unread::NotApplicable),
        tasks: Err(Unread::NotApplicable),
        oom_kills: Ok(0),
        is_frozen: Ok(false),
        pressure: Pressure {
            cpu_percent: Err(Unread::Unsupported),
            memory_percent: Err(Unread::Unsupported),
            io_percent: Err(Unread::Unsupported),
        },
    }
}

fn group(change: impl FnOnce(&mut CgroupUse)) -> CgroupUse {
    let mut group = unbounded();
    change(&mut group);
    group
}

fn ceiling(used: u64, most: u64) -> Ceiling {
    Ceiling {
        path: "/user.slice".into(),
        used,
        most,
    }
}

#[test]
fn who_sleeps_until_something_comes_is_well() {
    let case = Case::new(|_| {});
    let expected = Finding::Waiting {
        wait: Some(Wait::Timer),
        function: Some("hrtimer_nanosleep".into()),
        at: None,
        is_one_of_many: false,
    };
    assert_eq!(case.findings(), [expected]);
    assert_eq!(case.first().weight(), Weight::Normal);
}

#[test]
fn who_sleeps_at_the_moment_but_uses_the_cpu_is_at_work() {
    let mut case = Case::new(|detail| detail.num_threads = Ok(4));
    case.snapshot.rows[0].cpu_percent = Ok(50.0);
    let running = Finding::Running {
        cpu_percent: Some(50.0),
    };
    assert_eq!(case.first(), running);
    case.snapshot.rows[0].cpu_percent = Ok(0.4);
    assert!(matches!(case.first(), Finding::Waiting { .. }));
}

#[test]
fn a_wait_is_not_told_as_what_the_table_saw_when_that_was_something_else() {
    let mut case = Case::new(|_| {});
    case.snapshot.rows[0].state = ProcState::Running;
    let other = Finding::OtherMoment {
        table: ProcState::Running,
        here: ProcState::Sleeping,
    };
    assert_eq!(case.first(), other);
    case.snapshot.rows[0].state = ProcState::Sleeping;
    assert!(!case.findings().contains(&other));
}

#[test]
fn a_wait_that_may_be_for_ever_is_not_called_well() {
    for (function, weight) in [
        ("anon_pipe_read", Weight::Normal),
        ("futex_do_wait", Weight::Normal),
        ("locks_lock_inode_wait", Weight::Notice),
        ("nfs_wait_bit_killable", Weight::Notice),
    ] {
        let case = Case::new(|detail| detail.wait_channel = Ok(function.into()));
        assert_eq!(case.first().weight(), weight, "{function}");
    }
    assert!(Wait::PipeInput.is_idle() && !Wait::Thread.is_idle());
}

#[test]
fn states_that_hold_a_process() {
    let in_state = |state| Case::new(|detail| detail.state = Ok(state)).first();
    assert_eq!(in_state(ProcState::Stopped), Finding::Stopped);
    assert_eq!(
        in_state(ProcState::TracingStop),
        Finding::TracerHolds { tracer: None }
    );
    assert_eq!(in_state(ProcState::Idle), Finding::Other(ProcState::Idle));
    let frozen = Case::new(|detail| {
        detail.cgroup_use = Ok(group(|group| group.is_frozen = Ok(true)));
    });
    assert_eq!(frozen.first(), Finding::Frozen);
}

#[test]
fn a_zombie_names_its_parent_and_nothing_else_is_said() {
    let case = Case::new(|detail| {
        detail.state = Ok(ProcState::Zombie);
        detail.parent = Ok(ProcKey {
            pid: 12,
            start_ticks: 3,
        });
        detail.parent_name = Ok("make".into());
        detail.wait_channel = Err(Unread::Zombie);
        detail.num_fds = Err(Unread::Zombie);
        detail.nice = Ok(19);
    });
    let parent = Some(Named {
        pid: 12,
        name: Some("make".into()),
    });
    assert_eq!(case.findings(), [Finding::Zombie { parent }]);
    let mut case = Case::new(|detail| detail.num_threads = Ok(4));
    case.snapshot.rows[0].has_first_thread = false;
    assert_eq!(case.first(), Finding::FirstThreadEnded);
    assert!(matches!(case.findings()[1], Finding::Waiting { .. }));
}

#[test]
fn a_wait_for_a_disk_comes_with_the_pressure_on_it() {
    let mut case = Case::new(|detail| {
        detail.state = Ok(ProcState::DiskSleep);
        detail.wait_channel = Ok("folio_wait_bit_common".into());
    });
    case.snapshot.machine.pressure.io_percent = Ok(60.0);
    let finding = |io_percent, is_of_group| Finding::Uninterruptible {
        wait: Some(Wait::Disk),
        function: Some("folio_wait_bit_common".into()),
        io_percent,
        is_of_group,
    };
    assert_eq!(case.first(), finding(Some(60.0), false));
    case.detail.cgroup_use = Ok(group(|group| group.pressure.io_percent = Ok(80.0)));
    assert_eq!(case.first(), finding(Some(80.0), true));
}

#[test]
fn a_wait_for_a_cpu_counts_from_a_tenth_of_the_time_on() {
    let waited = |percent, threads| {
        Case::new(|detail| {
            detail.state = Ok(ProcState::Running);
            detail.nice = Ok(19);
            detail.num_threads = Ok(threads);
            detail.cpu_wait = Ok(CpuWait {
                percent,
                thread: 9,
                name: "worker".into(),
                threads,
            });
        })
        .findings()
    };
    let found = waited(43.0, 1);
    let expected = Finding::CpuWait {
        percent: 43.0,
        thread: None,
        cpus: Some(2),
        load: Some(1.5),
        nice: Some(19),
    };
    assert_eq!(found[0], expected);
    let low = Finding::LowPriority {
        nice: 19,
        is_idle_class: false,
    };
    assert_eq!(found[1], low);
    assert_eq!(found[2], Finding::Running { cpu_percent: None });
    assert_eq!(waited(9.0, 1)[0], low);
    let Finding::CpuWait { thread, .. } = waited(43.0, 3).remove(0) else {
        panic!("not the wait");
    };
    assert_eq!(thread.map(|thread| thread.pid), Some(9));
}

#[test]
fn the_idle_class_is_low_whatever_the_nice_value() {
    let case = Case::new(|detail| {
        detail.nice = Ok(0);
        detail.scheduling = Ok(Scheduling {
            policy: Policy::Idle,
            priority: 39,
        });
    });
    let low = Finding::LowPriority {
        nice: 0,
        is_idle_class: true,
    };
    assert_eq!(case.first(), low);
}

#[test]
fn a_quota_counts_while_it_runs_out() {
    let quota = |throttled_percent| {
        Case::new(|detail| {
            detail.cgroup_use = Ok(group(|group| {
                group.cpu = Ok(CpuQuota {
                    path: "/limited".into(),
                    cpus: 0.5,
                    throttled_seconds: Ok(12.0),
                    throttled_percent,
                });
            }));
        })
        .first()
    };
    let throttled = Finding::Throttled {
        percent: 75.0,
        cpus: 0.5,
        group: "/limited".into(),
        seconds: Some(12.0),
    };
    assert_eq!(quota(Ok(75.0)), throttled);
    for calm in [Ok(0.0), Err(Unread::NotSampled)] {
        assert_eq!(quota(calm).weight(), Weight::Normal, "{calm:?}");
    }
}

#[test]
fn memory_of_the_group_of_the_process_and_of_the_machine() {
    let mut case = Case::new(|detail| {
        detail.cgroup_use = Ok(group(|group| {
            group.memory = Ok(ceiling(95, 100));
            group.memory_high = Ok(ceiling(95, 90));
            group.oom_kills = Ok(2);
        }));
        detail.swap_bytes = Ok(500 << 20);
        detail.memory = Ok(MemoryInfo {
            rss: 100 << 20,
            vms: 0,
            shared: 0,
            text: 0,
            data: 0,
        });
        detail.major_fault_rate = Ok(300.0);
    });
    case.snapshot.machine.pressure.memory_percent = Ok(30.0);
    let expected = [
        Finding::MemoryNearMax(ceiling(95, 100)),
        Finding::MemoryHigh(ceiling(95, 90)),
        Finding::Swapped {
            swap_bytes: 500 << 20,
            rss_bytes: 100 << 20,
        },
        Finding::Paging {
            faults_per_second: 300.0,
        },
        Finding::OomKills { count: 2 },
        Finding::MemoryShort { percent: 30.0 },
    ];
    assert_eq!(case.findings()[..6], expected);
    let calm = Case::new(|detail| {
        detail.cgroup_use = Ok(group(|group| {
            group.memory = Ok(ceiling(79, 100));
            group.memory_high = Ok(ceiling(99, 100));
        }));
        detail.swap_bytes = Ok(10 << 20);
        detail.major_fault_rate = Ok(3.0);
    });
    assert_eq!(calm.findings().len(), 1);
}

#[test]
fn bounds_count_from_four_fifths_on() {
    let with_files = |used| {
        Case::new(|detail| {
            detail.num_fds = Ok(used);
            detail.limits = Ok(vec![Limit {
                name: "Max open files".into(),
                soft: Some(1_000),
                hard: None,
                unit: "files".into(),
            }]);
            detail.cgroup_use = Ok(group(|group| group.tasks = Ok(ceiling(90, 100))));
        })
        .findings()
    };
    let near = Finding::NearFileLimit {
        used: 800,
        most: 1_000,
    };
    let tasks = Finding::NearTaskLimit(ceiling(90, 100));
    assert_eq!(with_files(800)[..2], [near, tasks.clone()]);
    assert_eq!(with_files(799)[0], tasks);
}

#[test]
fn signals_that_do_not_arrive() {
    let with = |state, signals| {
        Case::new(|detail| {
            detail.state = Ok(state);
            detail.signals = Ok(signals);
        })
        .findings()
    };
    let term = 1 << 14;
    let held = Finding::SignalsHeld { signals: vec![15] };
    let blocked = Signals {
        pending: term | 1,
        blocked: term,
        ..Signals::default()
    };
    assert_eq!(with(ProcState::Sleeping, blocked)[0], held);
    let pending = Signals {
        pending: term,
        ..Signals::default()
    };
    assert_eq!(
        with(ProcState::Sleeping, pending).len(),
        1,
        "it is on its way"
    );
    assert_eq!(with(ProcState::Stopped, pending), [Finding::Stopped, held]);
    let ignored = Signals {
        ignored: term,
        ..Signals::default()
    };
    assert_eq!(with(ProcState::Sleeping, ignored)[0], Finding::TermIgnored);
}

#[test]
fn what_is_unknown_is_said_by_reason() {
    let case = Case::new(|detail| {
        detail.wait_channel = Err(Unread::Denied);
        detail.system_call = Err(Unread::Denied);
        detail.num_fds = Err(Unread::Denied);
        detail.cgroup_use = Err(Unread::Unsupported);
    });
    let found = case.findings();
    let waiting = Finding::Waiting {
        wait: None,
        function: None,
        at: None,
        is_one_of_many: false,
    };
    let denied = Finding::Unknown {
        facts: vec![Fact::WaitChannel, Fact::Descriptors],
        reason: Unread::Denied,
    };
    let unsupported = Finding::Unknown {
        facts: vec![Fact::Cgroup],
        reason: Unread::Unsupported,
    };
    assert_eq!(found, [waiting, denied, unsupported]);
}

#[test]
fn after_the_end_what_was_known_stays() {
    let mut case = Case::new(|_| {});
    case.snapshot.rows.clear();
    let found = case.findings();
    assert_eq!(found[0], Finding::Ended);
    assert_eq!(found.len(), 2);
}

#[test]
fn the_call_helps_where_the_function_says_little() {
    let case = Case::new(|detail| {
        detail.wait_channel = Ok("wait_woken".into());
        detail.system_call = Ok(SystemCall {
            name: Some("read"),
            file: Some("/dev/pts/3".into()),
            child: None,
        });
    });
    let Finding::Waiting { wait, at, .. } = case.first() else {
        panic!("not a wait");
    };
    assert_eq!(
        (wait, at.as_deref()),
        (Some(Wait::Terminal), Some("/dev/pts/3"))
    );
}
