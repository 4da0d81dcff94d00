//! Processes at rest: what the kernel says of real ones.

use std::io::BufReader;

use super::*;
use crate::os::processes;

/// Looks until a process is taken to be at rest; `None`, which a test takes as a reason to be skipped, where the kernel does not
/// count turns.
fn until_rest(source: &mut LinuxSource, pid: u32) -> Option<u64> {
    if !source.counts_turns {
        eprintln!("skipped: this kernel does not count turns");
        return None;
    }
    let deadline = Instant::now() + Duration::from_secs(20);
    for number in 1.. {
        source.sample(tick(number));
        if source.is_at_rest(pid) {
            return Some(number);
        }
        assert!(Instant::now() < deadline, "it never rests");
        std::thread::yield_now();
    }
    unreachable!()
}

#[test]
fn one_that_waits_is_not_read_until_it_runs() {
    let mut source = LinuxSource::open().unwrap();
    let mut child = Waiting::start("cat", &[]);
    let pid = child.0.id();
    child.row(&mut source, "cat");
    let Some(mut number) = until_rest(&mut source, pid) else {
        return;
    };
    let mut look = |source: &mut LinuxSource| {
        number += 1;
        source.sample(tick(number)).row_by_pid(pid).unwrap().clone()
    };
    let row = look(&mut source);
    assert!(source.is_at_rest(pid));
    assert_eq!(row.state, ProcState::Sleeping);
    // It takes a line in and waits again: by nothing else than its turns this can be seen.
    let mut input = child.0.stdin.take().unwrap();
    input.write_all(b"a line\n").unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while source.is_at_rest(pid) {
        look(&mut source);
        assert!(Instant::now() < deadline, "it is not seen to run");
    }
    // So does a stop, which is to be seen in the same look.
    let deadline = Instant::now() + Duration::from_secs(20);
    while !source.is_at_rest(pid) {
        look(&mut source);
        assert!(Instant::now() < deadline, "it never rests again");
    }
    let pid_number = rustix::process::Pid::from_child(&child.0);
    rustix::process::kill_process(pid_number, rustix::process::Signal::STOP).unwrap();
    while processes::stat_of(pid).is_none_or(|stat| stat.state != b'T') {
        assert!(Instant::now() < deadline, "it is not stopped");
        std::thread::yield_now();
    }
    assert_eq!(look(&mut source).state, ProcState::Stopped);
}

#[test]
fn an_orphan_at_rest_has_its_new_parent_at_once() {
    let mut source = LinuxSource::open().unwrap();
    let mut parent = Waiting(
        Command::new("sh")
            .args(["-c", "sleep 1000 & echo $!; wait"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    let mut output = BufReader::new(parent.0.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let pid: u32 = line.trim().parse().unwrap();
    sample_until(&mut source, "sleep", |snapshot| {
        let row = snapshot.row_by_pid(pid);
        row.is_some_and(|row| &*row.name == "sleep")
    });
    let child = source.sample(tick(1)).row_by_pid(pid).unwrap().key;
    let number = until_rest(&mut source, pid);
    parent.0.kill().unwrap();
    parent.0.wait().unwrap();
    let after = source.sample(tick(number.unwrap_or(1) + 1));
    let row = after.row(child).unwrap().clone();
    processes::kill(child).unwrap();
    assert_ne!(row.ppid, parent.0.id());
    assert!(after.row_by_pid(parent.0.id()).is_none());
}
