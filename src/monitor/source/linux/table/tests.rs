//! Trees like `/proc`, made for one test each.

use std::fs;

use super::*;
use crate::monitor::fact::{Fact, Facts, Freshness, LOOKED_AT, UNSEEN};

const STAT_TAIL: &str = "S 1 7 7 0 -1 4194304 1 0 0 0 3 4 0 0 20 0 2 0 500 4096000 10 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n";

/// Builds a tree like `/proc` with the given names of processes, from pid 7 on.
fn tree(names: &[&[u8]]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("stat"),
        "cpu  1 1 1 1 1\nbtime 1790000000\n",
    )
    .unwrap();
    for file in ["meminfo", "loadavg", "uptime"] {
        fs::write(folder.path().join(file), "1.0 1.0 1.0").unwrap();
    }
    for (pid, name) in (7..).zip(names) {
        let process = folder.path().join(pid.to_string());
        fs::create_dir(&process).unwrap();
        let stat = [
            format!("{pid} (").as_bytes(),
            name,
            b") ",
            STAT_TAIL.as_bytes(),
        ]
        .concat();
        fs::write(process.join("stat"), stat).unwrap();
        fs::write(process.join("status"), "Uid:\t4294967000\t0\t0\t0\n").unwrap();
        fs::write(process.join("cmdline"), b"/opt/\xff\0-v\0").unwrap();
        std::os::unix::fs::symlink("/opt/x (deleted)", process.join("exe")).unwrap();
    }
    folder
}

fn sample(folder: &tempfile::TempDir) -> Snapshot {
    let mut source = LinuxSource::open_at(folder.path(), ProcFs::Own).unwrap();
    source.sample(Tick::now(1, Duration::from_secs(1)))
}

#[test]
fn names_of_every_kind() {
    let kernel_worker = [b'k'; 63];
    let folder = tree(&[b"", b") R 1 (", b"a b\n\tc", b"\xc3", &kernel_worker]);
    let snapshot = sample(&folder);
    let names: Vec<_> = snapshot.rows.iter().map(|row| &*row.name).collect();
    let long = "k".repeat(63);
    assert_eq!(names, ["", ") R 1 (", "a b\n\tc", "\u{fffd}", &long]);
    let row = &snapshot.rows[0];
    assert!(row.lossy.cmdline && !row.lossy.name && snapshot.rows[3].lossy.name);
    assert_eq!(row.username, Ok("4294967000".into()));
    assert_eq!(row.exe, Ok("/opt/x".into()));
    assert_eq!(row.exe_deleted, Ok(true));
    assert!((row.create_time - 1_790_000_005.0).abs() < 1e-6);
    assert_eq!(row.cpu_percent, Err(Unread::NotSampled));
}

/// What the given tick of a source costs.
fn cost(source: &mut LinuxSource, number: u64) -> Cost {
    let snapshot = source.sample(Tick::now(number, Duration::from_secs(1)));
    assert_eq!(snapshot.cost.vanished, 0);
    snapshot.cost
}

#[test]
fn a_tick_costs_one_read_a_process_and_opens_nothing_that_has_not_changed() {
    // Few enough for every limit of open files.
    const PROCESSES: u64 = 400;
    // The four files of the machine's totals, and its list of processes.
    const OTHER_READS: f64 = 6.0;
    let folder = tree(&[b"unchanged".as_slice(); PROCESSES as usize]);
    let mut source = LinuxSource::open_at(folder.path(), ProcFs::Own).unwrap();
    source.kept = KeptFiles::of_free(u64::MAX);
    cost(&mut source, 1);
    // A twentieth is read whole in each second: status and command line are opened, the link is read. Of a file that seems to
    // be gone it is asked twice whether it is, and on which mount it was.
    for number in 2..=100 {
        let cost = cost(&mut source, number);
        let in_turn = PROCESSES / 20;
        assert_eq!(cost.opens, in_turn * 3, "{cost:?}");
        let most = (PROCESSES + in_turn * 5) as f64 + OTHER_READS;
        assert!(cost.reads as f64 <= most, "{cost:?}");
    }
}

/// Looks at a machine of one process at these intervals until it shows what the process has become right after the third look;
/// for how long it showed what it was before.
fn shown_late(interval: Duration, wanted: Wanted, is_in_sight: bool) -> [Duration; 3] {
    let folder = tree(&[b"same"]);
    let mut source = LinuxSource::open_at(folder.path(), ProcFs::Own).unwrap();
    source.want(wanted);
    let first = Tick::now(1, interval);
    let look = |source: &mut LinuxSource, number: u32| {
        let tick = Tick {
            number: number.into(),
            instant: first.instant + interval * (number - 1),
            ..first
        };
        let row = source.sample(tick).rows.remove(0);
        if is_in_sight {
            source.show(&[row.key]);
        }
        [
            row.uid == Ok(7),
            row.cmdline_text() == "/opt/new",
            row.exe == Ok("/opt/new".into()),
        ]
    };
    for number in 1..=3 {
        assert_eq!(look(&mut source, number), [false; 3]);
    }
    let process = folder.path().join("7");
    fs::write(process.join("status"), "Uid:\t7\t7\t7\t7\n").unwrap();
    fs::write(process.join("cmdline"), b"/opt/new\0").unwrap();
    fs::remove_file(process.join("exe")).unwrap();
    std::os::unix::fs::symlink("/opt/new", process.join("exe")).unwrap();
    let mut late = [Duration::ZERO; 3];
    for number in 4.. {
        let is_new = look(&mut source, number);
        for (late, _) in late.iter_mut().zip(is_new).filter(|(_, is_new)| !is_new) {
            // It was so right after the look before.
            *late = interval * (number - 3);
        }
        if is_new == [true; 3] {
            break;
        }
    }
    late
}

#[test]
fn facts_are_as_fresh_as_they_are_looked_at_whatever_the_interval() {
    let nothing = Wanted::default();
    let line = nothing.looking_at(Facts::of(Fact::CommandLine));
    for millis in [
        100, 300, 1_000, 1_500, 2_000, 3_000, 5_000, 30_000, 3_600_000,
    ] {
        let interval = Duration::from_millis(millis);
        let late = shown_late(interval, nothing, false);
        assert!(
            late.iter().all(|&late| late <= UNSEEN),
            "{millis} ms: {late:?}"
        );
        let [user, line, _] = shown_late(interval, line, false);
        assert!(line <= LOOKED_AT && user <= UNSEEN, "{millis} ms: {line:?}");
        let late = shown_late(interval, nothing, true);
        assert!(
            late.iter().all(|&late| late <= LOOKED_AT),
            "{millis} ms: {late:?}"
        );
        let at_once = nothing
            .looking_at(Facts::ALL)
            .as_fresh_as(Freshness::EveryLook);
        assert_eq!(shown_late(interval, at_once, false), [Duration::ZERO; 3]);
    }
}

#[test]
fn a_look_of_which_nothing_is_shown_reads_no_facts() {
    let folder = tree(&[b"one"]);
    let mut source = LinuxSource::open_at(folder.path(), ProcFs::Own).unwrap();
    source.want(Wanted::default().as_fresh_as(Freshness::NotRead));
    let row = source
        .sample(Tick::now(1, Duration::from_secs(1)))
        .rows
        .remove(0);
    assert_eq!((&*row.name, row.uid), ("one", Err(Unread::NotSampled)));
    source.want(Wanted::default());
    let row = source
        .sample(Tick::now(2, Duration::from_secs(1)))
        .rows
        .remove(0);
    assert!(row.uid.is_ok() && row.cmdline.is_ok() && row.exe.is_ok());
}

#[test]
fn beyond_the_limit_of_open_files_processes_are_read_all_the_same() {
    let folder = tree(&[b"one", b"two", b"three", b"four"]);
    let mut source = LinuxSource::open_at(folder.path(), ProcFs::Own).unwrap();
    // Room for two.
    source.kept = KeptFiles::of_free(132);
    cost(&mut source, 1);
    assert_eq!(cost(&mut source, 2).opens, 2);
    // A place becomes free, and is taken.
    fs::remove_dir_all(folder.path().join("7")).unwrap();
    cost(&mut source, 3);
    assert_eq!(cost(&mut source, 4).opens, 1);
}

#[test]
fn kernel_threads_zombies_and_the_largest_pid_as_they_were_recorded() {
    let folder = tree(&[]);
    let record = |pid: u32, stat: &str| {
        let process = folder.path().join(pid.to_string());
        fs::create_dir(&process).unwrap();
        fs::write(process.join("stat"), stat).unwrap();
        fs::write(process.join("status"), "Uid:\t0\t0\t0\t0\n").unwrap();
        // What the kernel shows there for all of them.
        fs::write(process.join("cmdline"), "").unwrap();
    };
    record(
        10,
        "10 (kworker/0:0H-events_highpri) I 2 0 0 0 -1 69238880 0 0 0 0 0 8 0 0 0 -20 1 0 24 0 0 18446744073709551615 \
         0 0 0 0 0 0 0 2147483647 0 1 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
    );
    record(
        4_194_303,
        "4194303 (sh) Z 10 4194303 10 0 -1 4227084 100 0 0 0 3 1 0 0 20 0 2 0 2269558 0 0 18446744073709551615 \
         0 0 0 0 0 0 0 0 65536 1 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
    );
    let snapshot = sample(&folder);
    let [worker, zombie] = snapshot.rows.as_slice() else {
        panic!("{:?}", snapshot.rows);
    };
    assert_eq!(&*worker.name, "kworker/0:0H-events_highpri");
    assert!(worker.is_kernel_thread && worker.state == ProcState::Idle);
    assert_eq!(worker.nice, Ok(-20));
    assert_eq!(worker.scheduling.map(|turn| turn.priority), Ok(0));
    for reason in [
        worker.rss_bytes.err(),
        worker.cmdline.as_ref().err().copied(),
        worker.exe.as_ref().err().copied(),
    ] {
        assert_eq!(reason, Some(Unread::NotApplicable));
    }
    // A first thread that has ended while another goes on.
    assert_eq!((zombie.pid(), zombie.num_threads), (4_194_303, Ok(2)));
    assert_eq!(zombie.parent, Some(worker.key));
    for reason in [
        zombie.rss_bytes.err(),
        zombie.cmdline.as_ref().err().copied(),
        zombie.exe.as_ref().err().copied(),
    ] {
        assert_eq!(reason, Some(Unread::Zombie));
    }
    assert_eq!(
        (snapshot.counts.kernel_threads, snapshot.counts.zombies),
        (1, 1)
    );
}

#[test]
fn what_is_no_process_is_left_out() {
    let folder = tree(&[b"good", b"empty", b"garbled", b"vanished"]);
    fs::write(folder.path().join("8/stat"), "").unwrap();
    fs::write(folder.path().join("9/stat"), "9 (x) S one two").unwrap();
    fs::remove_file(folder.path().join("10/stat")).unwrap();
    let snapshot = sample(&folder);
    assert_eq!((snapshot.rows.len(), snapshot.cost.vanished), (1, 3));
    assert_eq!(snapshot.limited_view, Some(LimitedView::HidePid));
}

#[test]
fn a_process_without_its_files_says_gone_not_nothing() {
    let folder = tree(&[b"bare"]);
    for file in ["status", "cmdline", "exe"] {
        fs::remove_file(folder.path().join("7").join(file)).unwrap();
    }
    let row = &sample(&folder).rows[0];
    let reasons = [
        row.uid.err(),
        row.username.as_ref().err().copied(),
        row.cmdline.as_ref().err().copied(),
        row.exe.as_ref().err().copied(),
    ];
    assert_eq!(reasons, [Some(Unread::Gone); 4]);
}

#[test]
fn an_empty_folder_is_no_proc() {
    let folder = tempfile::tempdir().unwrap();
    let error = LinuxSource::open_at(folder.path(), ProcFs::Own).unwrap_err();
    assert_eq!(error, OpenError::Missing);
    assert_eq!(
        sample(&tree(&[])).limited_view,
        Some(LimitedView::ProcUnreadable)
    );
}

#[test]
fn what_has_pids_of_another_namespace_says_so_and_asks_nothing_by_them() {
    let folder = tree(&[b"other"]);
    fs::create_dir(folder.path().join("1")).unwrap();
    let mut source = LinuxSource::open_at(folder.path(), ProcFs::Foreign).unwrap();
    let tick = Tick::now(1, Duration::from_secs(1));
    let snapshot = source.sample(tick);
    assert_eq!(snapshot.limited_view, Some(LimitedView::OtherPidNamespace));
    let detail = source.detail(snapshot.rows[0].key, Look::Record, tick);
    assert_eq!(detail.cpu_affinity, Err(Unread::OtherPidNamespace));
    assert_eq!(detail.io_priority, Err(Unread::OtherPidNamespace));
    let heard = source.hear(true);
    assert_eq!(heard, Heard::refused(Refusal::PidNamespace));
}

mod rest;
