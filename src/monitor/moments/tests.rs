use std::time::Duration;

use super::*;
use crate::monitor::process::CommandLine;

use crate::monitor::snapshot::Tick;
use crate::monitor::source::Source as _;
use crate::monitor::source::scripted::{ScriptedSource, ended, row, snapshot_of};

impl Moments {
    /// Takes a snapshot in, without anything made of it.
    fn record_alone(&mut self, snapshot: &Snapshot) {
        self.record(snapshot, &Arc::default(), &Shortages::default());
    }
}

/// So many processes at a second; one of them is as busy as the second is late.
fn at_second(begun: Instant, second: u64, processes: u32) -> Snapshot {
    let mut snapshot = snapshot_of((1..=processes).map(|pid| row(pid, "p")).collect());
    snapshot.tick.number = second + 1;
    snapshot.tick.instant = begun + Duration::from_secs(second);
    snapshot.rows[0].cpu_percent = Ok(second as f32);
    snapshot
}

fn cpu(snapshot: &Snapshot) -> u64 {
    snapshot.rows[0].cpu_percent.unwrap() as u64
}

#[test]
fn every_moment_comes_back_as_it_was() {
    let begun = Instant::now();
    let mut moments = Moments::default();
    for second in 0..5 {
        let mut snapshot = at_second(begun, second, 3);
        if second == 2 {
            snapshot.rows.remove(1);
            snapshot.ended.newest_first = Arc::new([Arc::new(ended(2, "p", begun))]);
        }
        moments.record_alone(&snapshot);
        moments.record_alone(&snapshot);
    }
    let at = |second| begun + Duration::from_secs(second);
    for second in 0..5 {
        let snapshot = moments.past().nearest(at(second)).unwrap().snapshot();
        assert_eq!(cpu(&snapshot), second);
        assert_eq!(snapshot.tick.number, second + 1);
        let is_second = second == 2;
        assert_eq!(snapshot.rows.len(), if is_second { 2 } else { 3 });
        assert_eq!(snapshot.ended.newest_first.len(), usize::from(is_second));
    }
    let near = moments
        .past()
        .nearest(at(2) + Duration::from_millis(400))
        .unwrap()
        .snapshot();
    assert_eq!(cpu(&near), 2);
    let past = moments.past();
    assert_eq!(past.earlier(at(2)).map(|m| cpu(&m.snapshot())), Some(1));
    assert_eq!(past.later(at(2)).map(|m| cpu(&m.snapshot())), Some(3));
    assert!(past.earlier(at(0)).is_none() && past.later(at(4)).is_none());
    assert_eq!(moments.past().span(), Duration::from_secs(4));
}

#[test]
fn what_does_not_change_is_kept_once() {
    let begun = Instant::now();
    let mut moments = Moments::default();
    for second in 0..100 {
        moments.record_alone(&at_second(begun, second, 1_000));
    }
    let rows = 1_000 + 99;
    let pointers = 100 * 1_000;
    assert_eq!(
        moments.bytes,
        100 * MOMENT_BYTES + pointers * POINTER_BYTES + rows * ROW_BYTES
    );
}

#[test]
fn ten_minutes_are_kept_and_what_is_left_out_is_not_counted() {
    let begun = Instant::now();
    let mut moments = Moments::default();
    for second in 0..700 {
        moments.record_alone(&at_second(begun, second, 10));
    }
    assert_eq!(
        (moments.kept.len(), moments.past().span()),
        (601, HISTORY_SPAN)
    );
    let (rows, pointers) = (601 + 9, 601 * 10);
    assert_eq!(
        moments.bytes,
        601 * MOMENT_BYTES + pointers * POINTER_BYTES + rows * ROW_BYTES
    );
}

#[test]
fn long_command_lines_count_as_long_as_they_are_kept() {
    const LONG: usize = 20_000;
    let begun = Instant::now();
    let mut moments = Moments::default();
    let line = |text: usize| Arc::new(CommandLine::new(vec!["x".repeat(text)]));
    let (old, bytes) = (line(LONG), |moments: &Moments| moments.bytes);
    let mut before = 0;
    for second in 0..700 {
        let mut snapshot = at_second(begun, second, 1);
        // One that goes on, and each second another one.
        snapshot.rows[0].cmdline = Ok(Arc::clone(&old));
        let mut new = row(10 + second as u32, "new");
        new.cmdline = Ok(line(LONG));
        snapshot.rows.push(new);
        moments.record_alone(&snapshot);
        let least = (moments.kept.len() + 1) * 2 * LONG;
        assert!(bytes(&moments) >= least, "{} < {least}", bytes(&moments));
        if second == 650 {
            before = bytes(&moments);
        }
    }
    assert_eq!(bytes(&moments), before, "who goes is counted no longer");
}

#[test]
fn ten_thousand_processes_fit_the_bound() {
    let mut source = ScriptedSource::new(10_000, 7);
    let mut moments = Moments::default();
    let begun = Instant::now();
    for number in 1..=60 {
        let instant = begun + Duration::from_secs(number);
        let snapshot = source.sample(Tick {
            number,
            instant,
            ..at_second(begun, 0, 1).tick
        });
        moments.record_alone(&snapshot);
        assert!(moments.bytes <= MOMENTS_BYTES);
    }
    assert_eq!(moments.past().span(), Duration::from_secs(59));
    assert!(moments.kept.len() > 10, "{}", moments.kept.len());
}

#[test]
fn where_memory_is_short_older_moments_lie_further_apart() {
    let begun = Instant::now();
    let most = 100 * (MOMENT_BYTES + 10 * POINTER_BYTES + ROW_BYTES) + 10 * ROW_BYTES;
    let mut moments = Moments::within(most);
    for second in 0..700 {
        moments.record_alone(&at_second(begun, second, 10));
        assert!(moments.bytes <= most);
    }
    let count = moments.kept.len();
    assert!((90..=100).contains(&count), "{count}");
    assert!(
        moments.past().span() > Duration::from_mins(8),
        "{:?}",
        moments.past().span()
    );
    let past = moments.past();
    let gap = |ago: u64| {
        let at = begun + Duration::from_secs(699 - ago);
        let (before, after) = (past.earlier(at).unwrap(), past.later(at).unwrap());
        cpu(&after.snapshot()) - cpu(&before.snapshot())
    };
    assert!(
        gap(3) <= 2 && gap(60) < gap(450),
        "{} {}",
        gap(60),
        gap(450)
    );
}

#[test]
fn who_holds_an_old_past_does_not_change_what_is_counted() {
    let begun = Instant::now();
    let most = 100 * (MOMENT_BYTES + 10 * POINTER_BYTES + ROW_BYTES) + 10 * ROW_BYTES;
    let [mut moments, mut held] = [most, most].map(Moments::within);
    let mut pasts = Vec::new();
    for second in 0..300 {
        let mut snapshot = at_second(begun, second, 10);
        let ends = (0..second % 5).map(|pid| Arc::new(ended(pid as u32 + 90, "p", begun)));
        snapshot.ended.newest_first = ends.collect();
        moments.record_alone(&snapshot);
        held.record_alone(&snapshot);
        pasts.push(held.past());
        assert_eq!(held.bytes, moments.bytes);
    }
    assert_eq!(
        pasts[0].moments().len(),
        1,
        "what came with a picture stays"
    );
}
