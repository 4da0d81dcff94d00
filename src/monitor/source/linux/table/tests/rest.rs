//! Processes that do not run from look to look.

use super::*;
use crate::monitor::source::linux::known::MIN_SPAN;

/// Of one thread.
fn stat(pid: u32, state: char, ppid: u32, rss_pages: u64) -> String {
    format!(
        "{pid} (idle) {state} {ppid} 7 7 0 -1 4194304 1 0 0 0 3 4 0 0 20 0 1 0 500 4096000 {rss_pages} 0 0 0 0 0 0 0 0 0 0 0 0 0 \
         17 0 0 0 0 0 0\n"
    )
}

/// A machine of idle processes, children of the one before, that counts their turns.
struct Idle {
    folder: tempfile::TempDir,
    source: LinuxSource,
    first: Tick,
    looks: u32,
}

impl Idle {
    fn start(processes: u32) -> Self {
        let folder = tree(&vec![b"idle".as_slice(); processes as usize]);
        fs::create_dir(folder.path().join("self")).unwrap();
        fs::write(folder.path().join("self/schedstat"), "9 0 1\n").unwrap();
        let mut source = LinuxSource::open_at(folder.path(), ProcFs::Own).unwrap();
        source.kept = KeptFiles::of_free(u64::MAX);
        let idle = Self {
            folder,
            source,
            first: Tick::now(1, Duration::from_secs(1)),
            looks: 0,
        };
        for pid in 7..7 + processes {
            idle.write(
                pid,
                "stat",
                &stat(pid, 'S', if pid == 7 { 0 } else { pid - 1 }, 10),
            );
            idle.write(pid, "schedstat", "700 0 1\n");
        }
        idle
    }

    fn write(&self, pid: u32, file: &str, text: &str) {
        fs::write(self.folder.path().join(format!("{pid}/{file}")), text).unwrap();
    }

    /// A look, a second after the one before.
    fn look(&mut self) -> Snapshot {
        self.looks += 1;
        self.source.sample(Tick {
            number: self.looks.into(),
            instant: self.first.instant + self.first.interval * (self.looks - 1),
            ..self.first
        })
    }

    fn rss_pages(&mut self) -> u64 {
        let row = self.look().rows.remove(0);
        row.rss_bytes.unwrap() / self.source.units.page_bytes
    }

    /// Looks until the first process is taken to be at rest, with its turn in the look before, so that the next one is far.
    fn until_rest(&mut self) {
        while self.looks < 10 || !(self.looks + 7).is_multiple_of(20) {
            self.look();
        }
        assert!(self.source.is_at_rest(7));
    }

    /// After how many looks the process shows what others have made of it while it was at rest.
    fn shown_after(mut self, prepare: impl FnOnce(&mut Self)) -> u32 {
        self.until_rest();
        self.write(7, "stat", &stat(7, 'S', 0, 20));
        prepare(&mut self);
        let begun = self.looks;
        while self.rss_pages() == 10 {
            assert!(self.looks - begun < 100);
        }
        self.looks - begun
    }
}

#[test]
fn what_others_change_of_a_process_at_rest_is_as_fresh_as_it_is_looked_at() {
    let late = Idle::start(1).shown_after(|_| {});
    assert!((2..=20).contains(&late), "{late}");
    let at_once = Idle::start(1).shown_after(|idle| {
        idle.source.show(&[ProcKey {
            pid: 7,
            start_ticks: 500,
        }]);
    });
    assert_eq!(at_once, 1);
    let wanted = Wanted::default();
    for wanted in [
        wanted.looking_at(Facts::of(Fact::SetByOthers)),
        wanted.as_fresh_as(Freshness::EveryLook),
    ] {
        let at_once = Idle::start(1).shown_after(|idle| idle.source.want(wanted));
        assert_eq!(at_once, 1);
    }
}

#[test]
fn a_process_that_has_run_is_read_at_once_or_where_nothing_is_kept_open_within_two_seconds() {
    for turns in ["701 0 2\n", "701 0 1\n", "700 1 1\n"] {
        for (free, looks) in [(0, 2), (u64::MAX, 1)] {
            let mut idle = Idle::start(1);
            idle.source.kept = KeptFiles::of_free(free);
            let shown = idle.shown_after(|idle| idle.write(7, "schedstat", turns));
            assert_eq!(shown, looks);
        }
    }
}

#[test]
fn the_time_in_which_a_process_was_not_asked_counts_in_its_cpu_percent() {
    let mut idle = Idle::start(1);
    idle.source.kept = KeptFiles::of_free(0);
    idle.until_rest();
    let asked = Instant::now();
    let wait = |until: Duration| {
        while asked.elapsed() < until {
            std::thread::yield_now();
        }
    };
    wait(MIN_SPAN * 2);
    idle.look();
    wait(MIN_SPAN * 4);
    let busy = stat(7, 'S', 0, 10).replace(" 3 4 0 0 20 ", " 5 4 0 0 20 ");
    idle.write(7, "stat", &busy);
    idle.write(7, "schedstat", "20000700 0 2\n");
    let seconds = 2.0 / idle.source.units.ticks_per_second;
    let at_most = seconds / asked.elapsed().as_secs_f64() * 100.0;
    let shown = f64::from(idle.look().rows[0].cpu_percent.unwrap());
    assert!(shown > 0.0 && shown <= at_most * 1.001, "{shown} {at_most}");
}

#[test]
fn one_that_is_looked_at_is_asked_in_each_look() {
    let mut idle = Idle::start(1);
    idle.source.kept = KeptFiles::of_free(0);
    let key = ProcKey {
        pid: 7,
        start_ticks: 500,
    };
    let shown = idle.shown_after(|idle| {
        idle.write(7, "schedstat", "701 0 2\n");
        idle.source.show(&[key]);
    });
    assert_eq!(shown, 1);
}

#[test]
fn a_process_at_rest_costs_one_read_and_where_nothing_is_kept_open_one_small_file_in_two_looks() {
    for (free, opens) in [(u64::MAX, 0), (0, 1)] {
        let mut idle = Idle::start(1);
        idle.source.kept = KeptFiles::of_free(free);
        idle.until_rest();
        idle.write(7, "stat", "never read");
        let (before, after) = (idle.look().cost, idle.look().cost);
        assert_eq!((before.vanished, after.vanished), (0, 0));
        // The machine's files are opened in each look where none is kept.
        idle.source.machine.keep_files(true);
        idle.look();
        let (one, other) = (idle.look().cost, idle.look().cost);
        assert_eq!(one.opens + other.opens, opens);
    }
}

#[test]
fn a_process_that_ends_at_rest_is_gone_and_its_pid_may_be_used_again() {
    let mut idle = Idle::start(1);
    idle.until_rest();
    // What is open is the file of a process that has ended: the kernel refuses to read it, here it has nothing.
    idle.write(7, "schedstat", "");
    fs::remove_dir_all(idle.folder.path().join("7")).unwrap();
    fs::create_dir(idle.folder.path().join("7")).unwrap();
    let other = stat(7, 'S', 0, 30).replace(" 500 ", " 900 ");
    idle.write(7, "stat", &other);
    let row = idle.look().rows.remove(0);
    assert_eq!(row.key.start_ticks, 900);
    fs::remove_dir_all(idle.folder.path().join("7")).unwrap();
    assert!(idle.look().rows.is_empty());
}

#[test]
fn an_orphan_at_rest_has_its_new_parent_in_the_same_look() {
    for is_zombie in [true, false] {
        let mut idle = Idle::start(4);
        idle.until_rest();
        let before = idle.look();
        assert_eq!(before.rows[3].parent, Some(before.rows[2].key));
        if is_zombie {
            idle.write(9, "stat", &stat(9, 'Z', 8, 0));
            idle.write(9, "schedstat", "900 0 2\n");
        } else {
            idle.write(9, "schedstat", "");
            fs::remove_dir_all(idle.folder.path().join("9")).unwrap();
        }
        idle.write(10, "stat", &stat(10, 'S', 7, 10));
        let after = idle.look();
        let orphan = after.rows.last().unwrap();
        assert_eq!((orphan.ppid, orphan.parent), (7, Some(before.rows[0].key)));
    }
}

#[test]
fn the_user_of_a_process_at_rest_is_not_read_again() {
    let mut idle = Idle::start(1);
    idle.until_rest();
    let mut uid_after_a_turn = |turns: &str| {
        idle.write(7, "status", "Uid:\t7\t7\t7\t7\n");
        idle.write(7, "schedstat", turns);
        for _ in 0..20 {
            idle.look();
        }
        idle.look().rows[0].uid
    };
    assert_eq!(uid_after_a_turn("700 0 1\n"), Ok(4_294_967_000));
    assert_eq!(uid_after_a_turn("701 0 2\n"), Ok(7));
}

#[test]
fn a_process_that_runs_is_not_taken_to_be_at_rest() {
    let mut idle = Idle::start(2);
    // The one is ready to run all the time, the other has a second thread.
    idle.write(7, "stat", &stat(7, 'R', 0, 10));
    idle.write(
        8,
        "stat",
        &stat(8, 'S', 7, 10).replace(" 1 0 500", " 2 0 500"),
    );
    for _ in 0..30 {
        idle.look();
    }
    for pid in [7, 8] {
        assert!(!idle.source.is_at_rest(pid));
    }
    // One that runs in each look is tried less and less often.
    let mut idle = Idle::start(1);
    let mut rests = 0;
    for turn in 1..=100 {
        idle.write(7, "schedstat", &format!("{turn} 0 {turn}\n"));
        idle.look();
        rests += u32::from(idle.source.is_at_rest(7));
    }
    assert!((1..=6).contains(&rests), "{rests}");
}

#[test]
fn without_counted_turns_no_process_is_at_rest() {
    let mut idle = Idle::start(1);
    fs::write(idle.folder.path().join("self/schedstat"), "0 0 0\n").unwrap();
    assert!(!counts_turns(&mut idle.source.proc));
    fs::remove_file(idle.folder.path().join("self/schedstat")).unwrap();
    assert!(!counts_turns(&mut idle.source.proc));
    // Nor of a process of which they are not.
    idle.write(7, "schedstat", "0 0 0\n");
    for _ in 0..30 {
        idle.look();
    }
    assert!(!idle.source.is_at_rest(7));
}
