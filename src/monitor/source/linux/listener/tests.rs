//! Real processes that no snapshot sees.

use std::io::Write as _;
use std::process::{Child, Command, ExitStatus, Stdio};

use super::*;
use crate::monitor::ends::{Ended, Ends};
use crate::monitor::snapshot::{Snapshot, Tick};
use crate::monitor::source::Source as _;
use crate::monitor::source::linux::LinuxSource;
use crate::os::Exit;

const DEADLINE: Duration = Duration::from_secs(20);

/// A source that listens, and what has ended so far.
struct Rig {
    source: LinuxSource,
    ends: Ends,
    before: Option<Snapshot>,
    number: u64,
}

impl Rig {
    /// `None`, with the reason on the test's output, where the kernel tells nothing.
    fn start(test: &str) -> Option<Self> {
        let mut rig = Self {
            source: LinuxSource::open().unwrap(),
            ends: Ends::default(),
            before: None,
            number: 0,
        };
        let deadline = Instant::now() + DEADLINE;
        loop {
            match rig.look().ended.listening {
                Listening::On => return Some(rig),
                Listening::Refused(refusal) => {
                    eprintln!("skipped: {test}: process events are refused: {refusal:?}");
                    return None;
                }
                Listening::Off => assert!(Instant::now() < deadline, "no answer"),
            }
            thread::yield_now();
        }
    }

    fn look(&mut self) -> &Snapshot {
        self.number += 1;
        let mut now = self
            .source
            .sample(Tick::now(self.number, Duration::from_secs(1)));
        let heard = self.source.hear(true);
        self.ends.advance(self.before.as_ref(), &mut now, heard);
        self.before.insert(now)
    }

    /// Looks until it is known how a process ended.
    fn end_of(&mut self, pid: u32) -> Arc<Ended> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let mut ended = self.look().ended.newest_first.iter();
            if let Some(ended) = ended.find(|e| e.row.pid() == pid && e.exit.is_ok()) {
                return Arc::clone(ended);
            }
            assert!(Instant::now() < deadline, "not told in time: {pid}");
            thread::yield_now();
        }
    }
}

fn start(script: &str) -> Child {
    Command::new("sh").args(["-c", script]).spawn().unwrap()
}

fn finish(mut child: Child) -> (u32, ExitStatus) {
    let pid = child.id();
    (pid, child.wait().unwrap())
}

#[test]
fn who_runs_another_program_under_the_same_name_is_read_at_once() {
    let Some(mut rig) = Rig::start("another program under the same name") else {
        return;
    };
    let mut child = Command::new("sh")
        .args(["-c", "read x; exec sh -c 'read y; exit 0' other"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = child.id();
    // A young process is read with every look anyway.
    let born = Instant::now();
    while born.elapsed() < Duration::from_millis(2_100) {
        rig.look();
        thread::sleep(Duration::from_millis(50));
    }
    // A tick in which it is not its turn.
    rig.number = u64::from(pid) * 19 + 6;
    let line = |snapshot: &Snapshot| snapshot.row_by_pid(pid).unwrap().cmdline_text().to_owned();
    assert!(line(rig.look()).contains("read x"));
    let stdin = child.stdin.as_mut().unwrap();
    stdin.write_all(b"go on\n").unwrap();
    let asked = Instant::now();
    loop {
        rig.number = u64::from(pid) * 19 + 6;
        if !line(rig.look()).contains("read x") {
            break;
        }
        assert!(asked.elapsed() < Duration::from_secs(10), "not at once");
        thread::yield_now();
    }
    child.stdin = None;
    child.wait().unwrap();
}

#[test]
fn a_process_of_ten_milliseconds_is_told_with_command_exit_and_lifetime() {
    let test = "a process of ten milliseconds";
    let Some(mut rig) = Rig::start(test) else {
        return;
    };
    let begun = Instant::now();
    // Between two looks: born, run, ended and collected.
    let (exited, _) = finish(start("sleep 0.01; exit 7"));
    let (killed, _) = finish(start("kill -9 $$"));
    let most = begun.elapsed();
    let ended = rig.end_of(exited);
    assert_eq!(ended.exit, Ok(Exit::Exited { status: 7 }));
    assert_eq!(&*ended.row.name, "sh");
    assert_eq!(ended.row.cmdline_text(), "sh -c sleep 0.01; exit 7");
    assert_eq!(ended.row.ppid, std::process::id());
    assert!(ended.is_exact);
    let least = Duration::from_millis(10);
    assert!(
        ended.lifetime >= least && ended.lifetime <= most,
        "{:?}",
        ended.lifetime
    );
    assert_eq!(rig.end_of(killed).exit, Ok(Exit::Signalled { signal: 9 }));
}

#[test]
fn whose_a_short_process_was_is_told_as_in_the_table() {
    let test = "the real user of a short process";
    let Some(mut rig) = Rig::start(test) else {
        return;
    };
    // A shell drops the rights of an effective user that is not the real one, so this is another program.
    let script = "import os; os.setresuid(65534, 0, 0); os.execvp('sleep', ['sleep', '0.01'])";
    let program = Command::new("python3").args(["-c", script]).spawn();
    let (0, Ok(child)) = (crate::os::this::uid(), program) else {
        eprintln!("skipped: {test}: it takes root's rights and a Python");
        return;
    };
    let (pid, status) = finish(child);
    assert!(status.success());
    let ended = rig.end_of(pid);
    assert_eq!(ended.row.name.as_ref(), "sleep");
    assert_eq!(ended.row.uid, Ok(65_534));
}

#[test]
fn of_many_short_processes_hardly_any_is_missed() {
    let Some(mut rig) = Rig::start("many short processes") else {
        return;
    };
    let mut told = 0;
    for _ in 0..10 {
        let some: Vec<u32> = (0..20).map(|_| finish(start("exit 3")).0).collect();
        rig.end_of(*some.last().unwrap());
        let ended = &rig.look().ended.newest_first;
        let is_told = |pid: u32| {
            let exit = Ok(Exit::Exited { status: 3 });
            ended.iter().any(|e| e.row.pid() == pid && e.exit == exit)
        };
        told += some.into_iter().filter(|&pid| is_told(pid)).count();
    }
    // What was lost must have been told as lost.
    let losses = rig.look().ended.losses;
    assert!(told >= 198 || losses > 0, "{told} of 200, {losses} losses");
}

#[test]
fn whoever_no_longer_listens_hears_nothing() {
    let Some(mut rig) = Rig::start("not listening") else {
        return;
    };
    assert_eq!(rig.source.hear(false).listening, Listening::Off);
    finish(start("exit 3"));
    assert!(rig.source.hear(false).events.is_empty());
}

#[test]
fn what_is_not_taken_for_long_does_not_grow_without_end() {
    let mut changed = Changed::default();
    for pid in 0..WAITING as u32 {
        changed.add(pid);
        changed.add(pid);
    }
    assert!(matches!(&changed, Changed::Few(pids) if pids.len() == WAITING));
    changed.add(WAITING as u32);
    changed.add(0);
    assert_eq!(changed, Changed::Many);

    let mut heard = Heard::default();
    let at = Instant::now();
    let exit = Exit::Exited { status: 0 };
    let ends = |pids: std::ops::Range<usize>| -> BTreeMap<u32, ThreadEnd> {
        let pids = pids.map(|pid| pid as u32);
        pids.map(|pid| (pid, ThreadEnd { at, exit })).collect()
    };
    assert!(heard.add_thread_ends(&mut ends(0..WAITING), WAITING));
    // Those that are told again stay.
    assert!(heard.add_thread_ends(&mut ends(5..WAITING), WAITING));
    assert!(!heard.add_thread_ends(&mut ends(5..WAITING * 2), WAITING));
    assert_eq!(heard.thread_ends.len(), WAITING);
}
