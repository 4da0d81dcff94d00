//! The moments of the last ten minutes.

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::machine::{row, snapshot_of};
use proclab::app::App;
use proclab::app::command::Command;
use proclab::monitor::{Grouping, Snapshot};

use crate::window::{rows, window};

/// These processes, the one with the lowest pid the busiest.
fn machine(pids: &[u32]) -> Snapshot {
    let rows = pids.iter().map(|&pid| {
        let mut row = row(pid, "p");
        row.cpu_percent = Ok(100.0 - pid as f32);
        row.username = Ok("ana".into());
        row
    });
    snapshot_of(rows.collect())
}

/// A machine of six seconds: 10 and 11, then 12 besides, then 11 no more.
fn after_six_seconds() -> (ScriptedFeed, Harness<'static, App>) {
    let feed = ScriptedFeed::new(60);
    feed.show(machine(&[10, 11]));
    let mut harness = window(&feed);
    let seconds: [&[u32]; 5] = [
        &[10, 11],
        &[10, 11, 12],
        &[10, 11, 12],
        &[10, 12],
        &[10, 12],
    ];
    for pids in seconds {
        feed.show(machine(pids));
        harness.run();
    }
    (feed, harness)
}

fn living(harness: &Harness<'static, App>) -> Vec<String> {
    let mut rows = rows(harness);
    rows.retain(|row| row.ends_with("sleeping"));
    rows
}

const TEN: &str = "p, 10, ana, sleeping";
const ELEVEN: &str = "p, 11, ana, sleeping";
const TWELVE: &str = "p, 12, ana, sleeping";

fn looks_at(harness: &Harness<'static, App>, ago: &str) -> bool {
    harness
        .query_by_label_contains("Showing ")
        .is_some_and(|_| harness.query_by_label_contains(ago).is_some())
}

#[test]
fn a_held_picture_stays_while_the_watching_goes_on() {
    let (feed, mut harness) = after_six_seconds();
    harness.key_press(Key::Space);
    harness.run();
    assert!(looks_at(&harness, ", now"));
    for _ in 0..3 {
        feed.show(machine(&[10]));
        harness.run();
    }
    assert!(looks_at(&harness, ", 3 s ago"));
    assert_eq!(living(&harness), [TEN, TWELVE]);
    let newest = harness.state().monitor().newest().map(|s| s.rows.len());
    assert_eq!(newest, Some(1), "what acting is about is what is now");
    harness
        .get_by_role_and_label(Role::Button, "Back to now")
        .click();
    harness.run();
    assert_eq!(living(&harness), [TEN]);
    assert!(!harness.state().monitor().is_looking_back());
}

#[test]
fn keys_step_through_the_moments_and_escape_leads_back() {
    let (_feed, mut harness) = after_six_seconds();
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    harness.run();
    assert!(looks_at(&harness, ", 1 s ago"));
    for ago in [2, 3, 4, 5] {
        harness.key_press(Key::ArrowLeft);
        harness.run();
        assert!(looks_at(&harness, &format!(", {ago} s ago")), "{ago}");
    }
    assert_eq!(living(&harness), [TEN, ELEVEN]);
    harness.key_press(Key::ArrowLeft);
    harness.run();
    assert!(looks_at(&harness, ", 5 s ago"), "there is nothing before");
    harness.key_press(Key::ArrowRight);
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowRight);
    harness.run();
    assert_eq!(living(&harness), [TEN, ELEVEN, TWELVE]);
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!harness.state().monitor().is_looking_back());
    assert_eq!(living(&harness), [TEN, TWELVE]);
}

#[test]
fn the_table_shows_the_moment_under_the_pointer_ended_processes_included() {
    let (_feed, mut harness) = after_six_seconds();
    let ended = "p, 11, ana, ended ? (not observed)";
    assert!(rows(&harness).contains(&ended.to_owned()));
    harness.key_press(Key::Space);
    harness.run();
    let track = harness.get_by_role(Role::Slider).rect();
    // Ten minutes are as wide as the line.
    let at = |seconds: f32| {
        let x = track.right() - track.width() * seconds / 600.0;
        track.center() + eframe::egui::vec2(x - track.center().x, 0.0)
    };
    harness.drag_at(at(1.0));
    harness.run();
    assert!(looks_at(&harness, ", 1 s ago"));
    assert!(rows(&harness).contains(&ended.to_owned()));
    harness.hover_at(at(300.0));
    harness.run();
    harness.drop_at(at(300.0));
    harness.run();
    assert!(looks_at(&harness, ", 5 s ago"), "the oldest there is");
    assert_eq!(rows(&harness), [TEN, ELEVEN]);
}

#[test]
fn one_that_is_gone_by_now_can_be_looked_at_only() {
    let (_feed, mut harness) = after_six_seconds();
    for _ in 0..3 {
        harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
        harness.run();
    }
    harness.get_by_role_and_label(Role::Row, ELEVEN).click();
    harness.run();
    let monitor = harness.state().monitor();
    let key = monitor.selected().expect("it is selected");
    assert!(monitor.newest().is_some_and(|now| now.row(key).is_none()));
    // The panel shows the present.
    assert!(harness.query_by_label_contains("ended ?").is_some());
}

#[test]
fn the_strip_tells_of_the_moment_too() {
    let feed = ScriptedFeed::new(60);
    let second = |percent: f32, busy: &str| {
        let mut snapshot = snapshot_of(vec![row(10, busy)]);
        snapshot.rows[0].cpu_percent = Ok(percent);
        snapshot.machine.cpu_percent = Ok(percent);
        snapshot.machine.pressure.cpu_percent = Ok(percent);
        snapshot
    };
    feed.show(second(90.0, "early"));
    let mut harness = window(&feed);
    feed.show(second(7.0, "late"));
    harness.run();
    let tells = |harness: &Harness<'static, App>, words: &str| {
        harness.query_by_label_contains(words).is_some()
    };
    assert!(tells(&harness, "CPU 7 %") && tells(&harness, "late 0.07 cores"));
    assert!(tells(&harness, "No shortage"));
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    harness.run();
    assert!(tells(&harness, "CPU 90 %") && tells(&harness, "early 0.9 cores"));
    assert!(!tells(&harness, "No shortage"), "it was short then");
}

#[test]
fn what_was_taken_away_from_a_moment_stays_away_when_it_is_remembered_no_longer() {
    let (feed, mut harness) = after_six_seconds();
    harness.key_press(Key::Space);
    harness.run();
    let key = machine(&[11]).rows[0].key;
    let is_shown = |harness: &Harness<'static, App>| {
        rows(harness).contains(&"p, 11, ana, ended ? (not observed)".to_owned())
    };
    assert!(is_shown(&harness));
    harness.state().commands().send(Command::DismissEnded(key));
    harness.run();
    assert!(!is_shown(&harness));
    // More have ended since than are remembered.
    let many: Vec<u32> = (10..2_000).collect();
    for pids in [&many[..], &[10]] {
        feed.show(machine(pids));
        harness.run();
    }
    let newest = harness.state().monitor().newest().expect("a picture");
    assert!(newest.ended.find(key).is_none());
    harness
        .state()
        .commands()
        .send(Command::ShowAs(Grouping::Tree));
    harness.run();
    assert!(!is_shown(&harness));
}
