use super::*;
use crate::monitor::event::{Glimpse, ThreadEnd};
use crate::monitor::process::{CommandLine, CpuTimes, ProcState};
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::LimitedView;
use crate::monitor::source::scripted::{row, snapshot_of};
use crate::os::connector::Refusal;

/// For how long the machine was up when the script began.
const UP_SECONDS: u64 = 1_000;

/// A machine of which snapshots are taken second by second.
struct Script {
    ends: Ends,
    begun: Instant,
    before: Option<Snapshot>,
    number: u64,
    listening: Listening,
    limited_view: Option<LimitedView>,
    thread_ends: BTreeMap<u32, ThreadEnd>,
}

impl Script {
    fn new(listening: Listening) -> Self {
        Self {
            ends: Ends::default(),
            begun: Instant::now(),
            before: None,
            number: 0,
            listening,
            limited_view: None,
            thread_ends: BTreeMap::new(),
        }
    }

    /// So many milliseconds after the snapshot before.
    fn at(&self, ms: u64) -> Instant {
        self.begun + Duration::from_secs(self.number) + Duration::from_millis(ms)
    }

    fn told(&self, ms: u64, pid: u32, kind: Happening) -> ProcessEvent {
        let at = self.at(ms);
        ProcessEvent { at, pid, kind }
    }

    fn started(&self, ms: u64, pid: u32, ppid: u32) -> ProcessEvent {
        let start_ticks = u64::from(pid);
        self.told(ms, pid, Happening::Started { ppid, start_ticks })
    }

    fn executed(&self, ms: u64, pid: u32, name: &str) -> ProcessEvent {
        self.told(ms, pid, Happening::Executed(Some(glimpse(pid, name))))
    }

    fn exited(&self, ms: u64, pid: u32, status: i32) -> ProcessEvent {
        let kind = Happening::Ended {
            exit: Exit::Exited { status },
            ppid: 1,
            left: None,
        };
        self.told(ms, pid, kind)
    }

    /// A thread other than the first one will have ended when the next snapshot is taken.
    fn thread_ended(&mut self, ms: u64, pid: u32, exit: Exit) {
        let at = self.at(ms);
        self.thread_ends.insert(pid, ThreadEnd { at, exit });
    }

    /// A second passes; these are there then, and that was heard meanwhile.
    fn tick(&mut self, rows: Vec<ProcessRow>, events: Vec<ProcessEvent>) -> Vec<Arc<Ended>> {
        self.number += 1;
        let mut now = snapshot_of(rows);
        now.limited_view = self.limited_view;
        now.tick.number = self.number;
        now.tick.instant = self.begun + Duration::from_secs(self.number);
        now.tick.taken_at += Duration::from_secs(self.number);
        now.machine.uptime = Ok(Duration::from_secs(UP_SECONDS + self.number));
        let heard = Heard {
            events,
            thread_ends: std::mem::take(&mut self.thread_ends),
            listening: self.listening,
            ..Heard::default()
        };
        self.ends.advance(self.before.as_ref(), &mut now, heard);
        let ended = now.ended.newest_first.to_vec();
        self.before = Some(now);
        ended
    }
}

fn times(seconds: f64) -> CpuTimes {
    CpuTimes {
        user: seconds,
        system: 0.0,
        children_user: 0.0,
        children_system: 0.0,
        iowait: Err(Unread::Unsupported),
    }
}

fn glimpse(pid: u32, name: &str) -> Box<Glimpse> {
    Box::new(Glimpse {
        key: row(pid, name).key,
        ppid: 1,
        name: name.into(),
        uid: Ok(1_000),
        username: Ok("ana".into()),
        cmdline: Ok(CommandLine::new(vec![name.into(), "-v".into()]).into()),
        cpu_times: Ok(times(0.0)),
        create_time: row(pid, name).create_time,
        num_threads: 1,
        is_kernel_thread: false,
    })
}

fn init() -> ProcessRow {
    row(1, "init")
}

fn exit_of(ended: &Ended) -> Reading<i32> {
    ended.exit.map(|exit| exit.code().unwrap())
}

#[test]
fn without_events_an_end_is_seen_and_its_exit_is_not() {
    for (listening, expected) in [
        (Listening::Off, Err(Unread::NotSampled)),
        (Listening::Refused(Refusal::Denied), Err(Unread::Denied)),
        (
            Listening::Refused(Refusal::NetworkNamespace),
            Err(Unread::Unsupported),
        ),
    ] {
        let mut script = Script::new(listening);
        let mut make = row(9, "make");
        make.peak_rss_bytes = Ok(210 << 20);
        make.cpu_times = Ok(times(1.5));
        make.key.start_ticks = (UP_SECONDS - 10) * 100;
        assert!(script.tick(vec![init(), make], Vec::new()).is_empty());
        let ended = script.tick(vec![init()], Vec::new());
        let [ended] = &ended[..] else {
            panic!("{ended:?}")
        };
        assert_eq!(exit_of(ended), expected);
        assert_eq!(&*ended.row.name, "make");
        assert_eq!(ended.row.state, ProcState::Ended);
        assert_eq!(ended.row.peak_rss_bytes, Ok(210 << 20));
        assert_eq!(ended.row.rss_bytes, Err(Unread::Gone));
        assert_eq!(ended.row.cpu_times, Ok(times(1.5)));
        assert!(!ended.is_exact && !ended.is_cpu_final);
        assert_eq!(ended.lifetime, Duration::from_secs(12));
        let later = script.tick(vec![init()], Vec::new());
        assert_eq!(later.len(), 1, "it stays");
    }
}

#[test]
fn a_process_between_two_snapshots_is_told_whole() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init()], Vec::new());
    let events = vec![
        script.started(500, 7, 1),
        script.executed(501, 7, "true"),
        script.exited(510, 7, 3),
    ];
    let ended = script.tick(vec![init()], events);
    let [ended] = &ended[..] else {
        panic!("{ended:?}")
    };
    assert_eq!(exit_of(ended), Ok(3));
    assert_eq!(ended.row.key, row(7, "").key);
    assert_eq!(&*ended.row.name, "true");
    assert_eq!(ended.row.cmdline_text(), "true -v");
    assert_eq!(ended.row.username, Ok("ana".into()));
    assert_eq!(ended.row.parent, Some(init().key));
    assert_eq!(ended.lifetime, Duration::from_millis(10));
    assert_eq!(ended.instant + Duration::from_millis(490), script.at(0));
    assert!(ended.is_exact && !ended.is_cpu_final);
    assert_eq!(ended.row.peak_rss_bytes, Err(Unread::NotSampled));
    assert_eq!(ended.row.cpu_times, Err(Unread::NotSampled));
}

#[test]
fn a_copy_that_runs_nothing_is_called_as_its_parent() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init(), row(5, "bash")], Vec::new());
    let events = vec![script.started(100, 7, 5), script.exited(120, 7, 0)];
    let ended = script.tick(vec![init(), row(5, "bash")], events);
    assert_eq!(&*ended[0].row.name, "bash");
    assert_eq!(ended[0].row.cmdline, Err(Unread::NotSampled));
    // And so is a copy of a copy, though that one has the higher pid.
    let events = vec![
        script.started(100, 40, 5),
        script.started(110, 30, 40),
        script.exited(120, 30, 0),
        script.exited(130, 40, 0),
    ];
    let ended = script.tick(vec![init(), row(5, "bash")], events);
    assert_eq!((ended.len(), &*ended[1].row.name), (3, "bash"));
}

#[test]
fn the_end_of_a_known_process_is_exact_with_what_was_left() {
    let mut script = Script::new(Listening::On);
    let mut known = row(9, "make");
    known.cpu_times = Ok(times(1.0));
    script.tick(vec![init(), known], Vec::new());
    let mut left = glimpse(9, "make");
    left.cpu_times = Ok(times(1.25));
    let kind = Happening::Ended {
        exit: Exit::Signalled { signal: 9 },
        ppid: 1,
        left: Some(left),
    };
    let events = vec![script.told(250, 9, kind)];
    let ended = script.tick(vec![init()], events);
    assert_eq!(exit_of(&ended[0]), Ok(-9));
    assert!(ended[0].is_exact && ended[0].is_cpu_final);
    assert_eq!(ended[0].row.cpu_times, Ok(times(1.25)));
    assert_eq!(ended.len(), 1);
}

#[test]
fn an_event_that_comes_late_completes_what_was_missing() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init(), row(9, "make")], Vec::new());
    let late = script.exited(990, 9, 4);
    let ended = script.tick(vec![init()], Vec::new());
    assert_eq!(exit_of(&ended[0]), Err(Unread::NotSampled));
    let ended = script.tick(vec![init()], vec![late]);
    assert_eq!((ended.len(), exit_of(&ended[0])), (1, Ok(4)));
    assert!(ended[0].is_exact);
}

#[test]
fn a_zombie_is_no_ghost_until_it_is_collected() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init(), row(9, "child")], Vec::new());
    let exited = script.exited(500, 9, 6);
    let mut zombie = row(9, "child");
    zombie.state = ProcState::Zombie;
    for events in [vec![exited], Vec::new(), Vec::new()] {
        assert!(script.tick(vec![init(), zombie.clone()], events).is_empty());
    }
    let ended = script.tick(vec![init()], Vec::new());
    assert_eq!(exit_of(&ended[0]), Ok(6));
    assert_eq!(
        ended[0].instant,
        script.begun + Duration::from_millis(1_500)
    );
}

/// A process whose first thread has ended.
fn alone(pid: u32) -> ProcessRow {
    let mut row = row(pid, "server");
    row.has_first_thread = false;
    row
}

#[test]
fn a_process_whose_first_thread_has_ended_ends_with_its_last_one() {
    let mut script = Script::new(Listening::On);
    let killed = Exit::Signalled { signal: 9 };
    let ok = Exit::Exited { status: 0 };
    script.tick(vec![init(), row(9, "server"), alone(10)], Vec::new());
    let first = script.exited(500, 9, 0);
    script.tick(vec![init(), alone(9), alone(10)], vec![first]);
    // Of two threads that end alone, one is not the last.
    script.thread_ended(300, 9, ok);
    assert!(
        script
            .tick(vec![init(), alone(9), alone(10)], Vec::new())
            .is_empty()
    );
    script.thread_ended(400, 9, killed);
    script.thread_ended(500, 10, Exit::Exited { status: 3 });
    let ended = script.tick(vec![init()], Vec::new());
    let told: Vec<_> = ended.iter().map(|e| (e.row.pid(), exit_of(e))).collect();
    let value = Ok;
    assert_eq!(told, [(10, value(3)), (9, value(-9))]);
    assert_eq!(
        ended[1].instant,
        script.at(400).checked_sub(Duration::from_secs(1)).unwrap()
    );
    assert!(ended[1].is_exact && !ended[1].is_cpu_final);
}

#[test]
fn an_end_without_its_first_thread_may_be_told_late_or_not_at_all() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init(), alone(9), alone(10)], Vec::new());
    let ended = script.tick(vec![init()], Vec::new());
    assert!(
        ended
            .iter()
            .all(|ended| exit_of(ended) == Err(Unread::NotSampled))
    );
    script.thread_ended(10, 9, Exit::Signalled { signal: 15 });
    let ended = script.tick(vec![init()], Vec::new());
    let exit = |pid| exit_of(ended.iter().find(|ended| ended.row.pid() == pid).unwrap());
    assert_eq!((exit(9), exit(10)), (Ok(-15), Err(Unread::NotSampled)));
}

#[test]
fn threads_that_come_and_go_say_nothing_of_their_process() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init(), row(9, "server")], Vec::new());
    script.thread_ended(300, 9, Exit::Exited { status: 0 });
    let ended = script.tick(vec![init()], Vec::new());
    assert_eq!(exit_of(&ended[0]), Err(Unread::NotSampled));
    // All threads are killed together, in any order.
    script.tick(vec![init(), row(20, "server")], Vec::new());
    let mut first = script.exited(500, 20, 0);
    if let Happening::Ended { exit, left, .. } = &mut first.kind {
        *exit = Exit::Signalled { signal: 9 };
        *left = Some(glimpse(20, "server"));
    }
    script.thread_ended(501, 20, Exit::Signalled { signal: 9 });
    let ended = script.tick(vec![init()], vec![first]);
    assert_eq!(exit_of(&ended[0]), Ok(-9));
    assert!(ended[0].is_cpu_final);
}

#[test]
fn the_end_of_a_first_thread_is_not_that_of_its_process() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init(), row(9, "server")], Vec::new());
    let exited = script.exited(500, 9, 0);
    script.tick(vec![init(), alone(9)], vec![exited]);
    let ended = script.tick(vec![init()], Vec::new());
    assert_eq!(exit_of(&ended[0]), Err(Unread::NotSampled));

    // A thread runs another program, which ends the first one and takes its place.
    script.tick(vec![init(), row(20, "java")], Vec::new());
    let events = vec![script.exited(100, 20, 0), script.executed(101, 20, "true")];
    let ended = script.tick(vec![init(), row(20, "true")], events);
    assert_eq!(ended.len(), 1, "only the server: {ended:?}");
}

#[test]
fn one_pid_can_have_several_lives_between_two_snapshots() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init(), row(9, "old")], Vec::new());
    let mut second = glimpse(9, "second");
    second.key.start_ticks = 700;
    let mut third = glimpse(9, "third");
    third.key.start_ticks = 900;
    let start = |start_ticks| Happening::Started {
        ppid: 1,
        start_ticks,
    };
    let events = vec![
        script.exited(100, 9, 1),
        script.told(200, 9, start(700)),
        script.told(210, 9, Happening::Executed(Some(second))),
        script.exited(300, 9, 2),
        script.told(400, 9, start(900)),
        script.told(410, 9, Happening::Executed(Some(third.clone()))),
    ];
    let mut now = row(9, "third");
    now.key = third.key;
    let ended = script.tick(vec![init(), now], events);
    let told: Vec<_> = ended
        .iter()
        .map(|ended| (&*ended.row.name, exit_of(ended).ok()))
        .collect();
    assert_eq!(told, [("second", Some(2)), ("old", Some(1))]);
}

#[test]
fn one_that_begins_while_the_snapshot_is_taken_waits_for_the_next() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init()], Vec::new());
    let events = vec![script.started(999, 7, 1), script.executed(1_000, 7, "true")];
    assert!(script.tick(vec![init()], events).is_empty());
    assert!(
        script
            .tick(vec![init(), row(7, "true")], Vec::new())
            .is_empty()
    );
    assert!(script.ends.lives.is_empty());
    // The same, and its end was lost.
    let events = vec![script.started(999, 8, 1)];
    script.tick(vec![init(), row(7, "true")], events);
    let ended = script.tick(vec![init(), row(7, "true")], Vec::new());
    assert_eq!(exit_of(&ended[0]), Err(Unread::NotSampled));
}

#[test]
fn ten_minutes_and_a_thousand_are_kept_and_threads_of_the_kernel_not() {
    let mut script = Script::new(Listening::Off);
    let mut worker = row(2_000, "kworker/0:1");
    worker.is_kernel_thread = true;
    let mut rows: Vec<_> = (1..=1_500).map(|pid| row(pid, "p")).collect();
    rows.push(worker);
    script.tick(rows, Vec::new());
    assert_eq!(script.tick(vec![init()], Vec::new()).len(), ENDED_CAP);
    let is_worker = |ended: &Arc<Ended>| ended.row.is_kernel_thread;
    for _ in 0..20 {
        script.tick(vec![init()], Vec::new());
    }
    assert!(!script.tick(vec![init()], Vec::new()).iter().any(is_worker));
    for _ in 0..600 {
        script.tick(vec![init()], Vec::new());
    }
    assert!(script.tick(vec![init()], Vec::new()).is_empty());
}

#[test]
fn who_is_hidden_has_not_ended_until_that_is_told() {
    let mut script = Script::new(Listening::On);
    script.limited_view = Some(LimitedView::HidePid);
    let born = vec![script.started(100, 50, 1), script.started(200, 51, 1)];
    script.tick(Vec::new(), born);
    let none: Vec<_> = script.tick(Vec::new(), Vec::new());
    assert_eq!(none.len(), 0);
    let gone = vec![script.exited(100, 51, 0)];
    script.tick(Vec::new(), gone);
    let ended = script.tick(Vec::new(), Vec::new());
    assert!(
        ended.iter().all(|ended| ended.row.key.pid == 51),
        "{ended:?}"
    );
}

#[test]
fn who_was_begun_unheard_lived_since_its_start() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init()], Vec::new());
    // Born before the kernel told of births, or its birth was lost, and gone before the next look.
    let kind = Happening::Ended {
        exit: Exit::Exited { status: 0 },
        ppid: 1,
        left: Some(glimpse(7, "old")),
    };
    let ended = script.tick(vec![init()], vec![script.told(500, 7, kind)]);
    assert_eq!(ended.len(), 1);
    let begun = row(7, "old").create_time;
    assert!((ended[0].row.create_time - begun).abs() < 1e-3);
    // By the clock that runs since boot: when that was, and so when it began, is known to the second only.
    let end = Duration::from_millis(UP_SECONDS * 1_000 + 1_500);
    let began = Duration::from_millis(10 * ended[0].row.key.start_ticks);
    assert_eq!(ended[0].lifetime + began, end);
    // Clocks that tick in steps may say that it began after its end.
    let mut late = Script::new(Listening::On);
    let mut brief = row(8, "brief");
    brief.key.start_ticks = (UP_SECONDS + 2) * 100;
    late.tick(vec![init(), brief], Vec::new());
    let ended = late.tick(vec![init()], Vec::new());
    assert_eq!(ended[0].lifetime, Duration::from_millis(10));
}

#[test]
fn a_copy_has_the_name_its_maker_had_then() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init(), row(5, "sh")], Vec::new());
    // Its maker is something else by the time that anybody looks.
    let events = vec![
        script.started(100, 7, 5),
        script.executed(110, 5, "sleep"),
        script.exited(120, 7, 3),
        script.started(130, 8, 5),
        script.exited(140, 8, 4),
    ];
    let ended = script.tick(vec![init(), row(5, "sleep")], events);
    let names: Vec<_> = ended.iter().map(|ended| &*ended.row.name).collect();
    assert_eq!(names, ["sleep", "sh"]);
    assert!(ended.iter().all(|ended| ended.is_named));
}

#[test]
fn who_ran_what_could_not_be_read_or_has_an_unknown_maker_has_no_name() {
    let mut script = Script::new(Listening::On);
    script.tick(vec![init(), row(5, "sh")], Vec::new());
    let events = vec![
        script.started(100, 7, 5),
        script.told(105, 7, Happening::Executed(None)),
        script.started(110, 8, 7),
        script.exited(120, 7, 3),
        script.exited(130, 8, 3),
        script.started(140, 9, 4_000),
        script.exited(150, 9, 3),
    ];
    let ended = script.tick(vec![init(), row(5, "sh")], events);
    assert_eq!(ended.len(), 3);
    assert!(ended.iter().all(|ended| !ended.is_named), "{ended:?}");
}

/// Threads end by the hundred thousand where much is built, and nobody asks for an hour.
#[test]
fn many_ends_of_threads_cost_little_beside_many_processes_that_have_ended() {
    let mut script = Script::new(Listening::On);
    let rows = (1..=1_000).map(|pid| row(pid, "x")).collect();
    script.tick(rows, Vec::new());
    let all_end = (1..=1_000).map(|pid| script.exited(500, pid, 0)).collect();
    assert_eq!(script.tick(Vec::new(), all_end).len(), 1_000);
    for pid in 1..1_000_000 {
        script.thread_ended(500, pid, Exit::Exited { status: 0 });
    }
    let events = (2_000..18_000).map(|pid| script.exited(500, pid, 0));
    let events = events.collect();
    let began = Instant::now();
    script.tick(Vec::new(), events);
    let took = began.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
}
