//! Real processes that are held up: the facts of them, and what is found of those.

use super::*;
use crate::monitor::detail::{Aspect, AwaitedRole, Named, Signals};
use crate::monitor::why::{Facts, Finding, Wait, findings};
use crate::os::signal;

/// Looks at a process until something is found.
fn until<T>(
    source: &mut LinuxSource,
    pid: u32,
    what: &str,
    find: impl Fn(&ProcessDetail, &[Finding]) -> Option<T>,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut found = Vec::new();
    for number in 1.. {
        let snapshot = source.sample(tick(number));
        if let Some(row) = snapshot.row_by_pid(pid) {
            let detail = source.detail(row.key, Look::At(Aspect::Why), tick(number));
            found = findings(&Facts {
                detail: &detail,
                row: Some(row),
                machine: &snapshot.machine,
                cpus: snapshot.host.cpu_count.ok(),
            });
            if let Some(found) = find(&detail, &found) {
                return found;
            }
        }
        assert!(
            Instant::now() < deadline,
            "not found in time: {what}: {found:?}"
        );
    }
    unreachable!()
}

/// Looks until this is what weighs most.
fn until_first(pid: u32, what: &str, is_it: impl Fn(&Finding) -> bool) -> Finding {
    let mut source = LinuxSource::open().unwrap();
    until(&mut source, pid, what, |_, found| {
        found.first().filter(|first| is_it(first)).cloned()
    })
}

fn send(child: &Waiting, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_child(&child.0);
    rustix::process::kill_process(pid, signal).unwrap();
}

#[test]
fn one_that_is_stopped() {
    let child = Waiting::start("cat", &[]);
    send(&child, rustix::process::Signal::STOP);
    until_first(child.0.id(), "the stop", |first| *first == Finding::Stopped);
    // It waits until the process goes on.
    send(&child, rustix::process::Signal::TERM);
    let held = Finding::SignalsHeld { signals: vec![15] };
    assert_eq!(signal::name(15), "SIGTERM");
    let mut source = LinuxSource::open().unwrap();
    until(&mut source, child.0.id(), "the signal", |_, found| {
        found.contains(&held).then_some(())
    });
}

#[test]
fn a_zombie_that_its_parent_has_not_collected() {
    let mut child = Command::new("true").spawn().unwrap();
    let found = until_first(child.id(), "the zombie", |first| {
        matches!(first, Finding::Zombie { .. })
    });
    let Finding::Zombie {
        parent: Some(Named { pid, name }),
    } = found
    else {
        panic!("{found:?}");
    };
    assert_eq!(pid, std::process::id());
    assert!(name.is_some());
    child.wait().unwrap();
}

#[test]
fn one_that_waits_for_input_a_child_or_a_time() {
    let waits = |child: &Waiting, expected: Wait| {
        until_first(
            child.0.id(),
            "the wait",
            |first| matches!(first, Finding::Waiting { wait: Some(wait), .. } if *wait == expected),
        )
    };
    let reader = Waiting::start("cat", &[]);
    let found = waits(&reader, Wait::PipeInput);
    let Finding::Waiting { at, function, .. } = found else {
        panic!("not a wait");
    };
    assert!(function.is_some());
    // Not every sandbox lets anybody see the calls of others.
    assert!(at.is_none_or(|at| at.starts_with("pipe:[")));

    let parent = Waiting::start("sh", &["-c", "cat; exit 1"]);
    waits(&parent, Wait::Child);
    let mut sleeper = Waiting::start("sleep", &["1000"]);
    waits(&sleeper, Wait::Timer);
    drop(sleeper.0.stdin.take());
}

#[test]
fn one_that_has_no_cpu_beside_busy_ones() {
    let cpus = std::thread::available_parallelism().unwrap().get();
    let spin = "while :; do :; done";
    let _hogs: Vec<_> = (0..cpus * 2)
        .map(|_| Waiting::start("sh", &["-c", spin]))
        .collect();
    let starved = Waiting::start("nice", &["-n", "39", "sh", "-c", spin]);
    let mut source = LinuxSource::open().unwrap();
    let found = until(
        &mut source,
        starved.0.id(),
        "the wait for a CPU",
        |_, found| {
            let wait = found.iter().find_map(|finding| match finding {
                Finding::CpuWait {
                    percent,
                    nice: Some(nice),
                    ..
                } => Some((*percent, *nice)),
                _ => None,
            })?;
            let is_low = found
                .iter()
                .any(|finding| matches!(finding, Finding::LowPriority { nice: 19, .. }));
            is_low.then_some(wait)
        },
    );
    assert!(
        found.0 > 10.0 && found.0 <= 100.0 && found.1 == 19,
        "{found:?}"
    );
}

#[test]
fn one_near_its_limit_of_descriptors() {
    let script = "ulimit -n 20; for i in {3..17}; do eval \"exec $i</dev/null\"; done; cat; exit 1";
    let child = Waiting::start("bash", &["-c", script]);
    let mut source = LinuxSource::open().unwrap();
    let used = until(&mut source, child.0.id(), "the limit", |_, found| {
        found.iter().find_map(|finding| match finding {
            Finding::NearFileLimit { used, most: 20 } => Some(*used),
            _ => None,
        })
    });
    assert!((16..=20).contains(&used), "{used}");
}

#[test]
fn one_that_ignores_sigterm_and_holds_another_back() {
    let child = Waiting::start("sh", &["-c", "trap '' TERM; cat; exit 1"]);
    let mut source = LinuxSource::open().unwrap();
    until(&mut source, child.0.id(), "the trap", |detail, found| {
        let signals = detail.signals.ok()?;
        assert!(!Signals::has(signals.ignored, 9));
        found.contains(&Finding::TermIgnored).then_some(())
    });
}

#[test]
fn one_that_is_traced() {
    let child = Command::new("strace")
        .args(["-o", "/dev/null", "cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(child) = child else {
        eprintln!("skipped: there is no strace here");
        return;
    };
    let tracer = Waiting(child);
    let mut source = LinuxSource::open().unwrap();
    let traced = sample_until(&mut source, "the traced one", |snapshot| {
        let is_child = |row: &&ProcessRow| row.ppid == tracer.0.id() && &*row.name == "cat";
        snapshot.rows.iter().any(|row| is_child(&row))
    });
    let pid = traced
        .rows
        .iter()
        .find(|row| row.ppid == tracer.0.id())
        .map(|row| row.key.pid)
        .unwrap();
    let expected = Named {
        pid: tracer.0.id(),
        name: Some("strace".to_owned()),
    };
    until(&mut source, pid, "the tracer", |_, found| {
        let traced = Finding::Traced {
            tracer: expected.clone(),
        };
        found.contains(&traced).then_some(())
    });
}

#[test]
fn our_own_bounds_can_be_read_or_say_why_not() {
    let mut source = LinuxSource::open().unwrap();
    let key = own_key(&mut source);
    let detail = source.detail(key, Look::At(Aspect::Limits), tick(1));
    assert!(detail.limits.is_ok() && detail.queued_signals.is_ok());
    assert!(detail.stack_bytes.ok() > Some(0));
    match detail.cgroup_use {
        Ok(group) => {
            for ceiling in [group.memory, group.tasks].iter().flatten() {
                assert!(ceiling.used > 0 && ceiling.most > 0, "{ceiling:?}");
            }
            assert_ne!(group.is_frozen, Ok(true));
        }
        unread => assert_eq!(unread.as_ref().err(), Some(&Unread::Unsupported)),
    }
}

#[test]
fn one_that_waits_for_its_child_to_run_its_program_looks_for_no_disk() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    rustix::fs::mkfifoat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
    )
    .unwrap();
    // The child waits for somebody to open the other end before it runs its program.
    let program = "import os, sys\n\
        actions = [(os.POSIX_SPAWN_OPEN, 3, sys.argv[1], os.O_RDONLY, 0)]\n\
        os.posix_spawn('/bin/true', ['true'], {}, file_actions=actions)";
    let mut command = Command::new("python3");
    command
        .args(["-c", program])
        .arg(&fifo)
        .stdin(Stdio::piped());
    let Ok(child) = command.spawn() else {
        eprintln!("skipped: there is no python3 here");
        return;
    };
    let child = Waiting(child);
    let mut source = LinuxSource::open().unwrap();
    let facts = until(&mut source, child.0.id(), "the wait", |detail, found| {
        let is_it = |finding: &&Finding| matches!(finding, Finding::AwaitsProgram { .. });
        let waits = found.iter().find(is_it).cloned();
        // Who may not read where it waits cannot tell.
        let is_unknown =
            detail.wait_channel == Err(Unread::Denied) && detail.state == Ok(ProcState::DiskSleep);
        (waits.is_some() || is_unknown).then(|| found.to_vec())
    });
    let is_disk =
        |finding: &Finding| matches!(finding, Finding::Uninterruptible { wait: Some(_), .. });
    assert!(!facts.iter().any(is_disk), "{facts:?}");
    // Opened, it goes on.
    drop(fs::File::options().write(true).read(true).open(&fifo));
}

/// Looks until these are the processes that can end a wait, so.
fn until_awaited(pid: u32, role: AwaitedRole, others: &[u32]) -> Vec<Named> {
    let mut source = LinuxSource::open().unwrap();
    until(&mut source, pid, &format!("{role:?}"), |_, found| {
        found.iter().find_map(|finding| match finding {
            Finding::Awaits {
                role: by,
                processes,
            } if *by == role => {
                let named = &processes.items;
                let is_there = |other: &u32| named.iter().any(|named| named.pid == *other);
                (others.iter().all(is_there) && !named.is_empty()).then(|| named.clone())
            }
            _ => None,
        })
    })
}

#[test]
fn who_has_the_other_end_of_a_pipe_or_socket() {
    let us = std::process::id();
    let reader = Waiting::start("cat", &[]);
    until_awaited(reader.0.id(), AwaitedRole::Writer, &[us]);

    let mut writer = Waiting(Command::new("yes").stdout(Stdio::piped()).spawn().unwrap());
    let unread = writer.0.stdout.take();
    let found = until_awaited(writer.0.id(), AwaitedRole::Reader, &[us]);
    assert!(found.iter().all(|named| named.pid != writer.0.id()));
    drop(unread);

    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let mut listener = Command::new("cat");
    listener
        .stdin(std::os::fd::OwnedFd::from(theirs))
        .stdout(Stdio::null());
    let listener = Waiting(listener.spawn().unwrap());
    until_awaited(listener.0.id(), AwaitedRole::Peer, &[us]);
    drop(ours);

    // It would wait for ever: nobody but itself can write.
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).unwrap();
    let script = format!("exec cat <>{}", fifo.display());
    let alone = Waiting::start("sh", &["-c", &script]);
    let pid = alone.0.id();
    let found = until_awaited(pid, AwaitedRole::Writer, &[pid]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn which_child_is_waited_for_and_who_holds_a_lock() {
    let shell = Waiting::start("sh", &["-c", "sleep 1000; exit 1"]);
    let children = until_awaited(shell.0.id(), AwaitedRole::Child, &[]);
    assert!(
        children
            .iter()
            .all(|child| child.name.as_deref() == Some("sleep"))
    );
    for child in children {
        let pid = rustix::process::Pid::from_raw(child.pid.cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).ok();
    }

    let file = tempfile::NamedTempFile::new().unwrap();
    rustix::fs::flock(file.as_file(), rustix::fs::FlockOperation::LockExclusive).unwrap();
    let Ok(waiter) = Command::new("flock").arg(file.path()).arg("true").spawn() else {
        eprintln!("skipped: there is no flock here");
        return;
    };
    let waiter = Waiting(waiter);
    let found = until_awaited(waiter.0.id(), AwaitedRole::Holder, &[std::process::id()]);
    assert_eq!(found.len(), 1);
}
