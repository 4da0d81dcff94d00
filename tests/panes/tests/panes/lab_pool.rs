//! What one can do to a pool while it works, and how what came of it is shown.

use eframe::egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use proclab::app::App;
use proclab::run::event::RunEvent;
use proclab::run::request::Request;

use crate::lab::{POOL, lab, labels, open_tab, steps, until};

const RETRIED: &str = include_str!("../../../data/events-1/retried.jsonl");
const CONTROLLED: &str = include_str!("../../../data/events-1/controlled.jsonl");

fn has_item(harness: &Harness<'_, App>, words: &str) {
    let items = labels(harness, Role::ListItem);
    assert!(
        items.iter().any(|item| item.contains(words)),
        "{words}: {items:#?}"
    );
}

fn click(harness: &mut Harness<'_, App>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    steps(harness);
}

#[test]
fn a_worker_is_suspended_and_goes_on() {
    let (mut harness, run) = lab(CONTROLLED, 0.1);
    open_tab(&mut harness, "Processes");
    has_item(&harness, "W2 24305: suspended while running b");
    click(&mut harness, "Resume W2 24305 (SIGCONT)");
    click(&mut harness, "Suspend W1 24304 (SIGSTOP)");
    assert_eq!(
        run.requests(),
        [
            Request::Resume { pid: 24305 },
            Request::Suspend { pid: 24304 }
        ]
    );
    run.tell(until(CONTROLLED, 0.35).split_off(until(CONTROLLED, 0.1).len()));
    steps(&mut harness);
    has_item(&harness, "W2 24305: running b");
}

#[test]
fn a_worker_that_a_signal_stopped_says_which() {
    for (signal, words) in [
        ("SIGTSTP", "stopped by SIGTSTP while running "),
        (
            "SIGTTOU",
            "stopped by its terminal (SIGTTOU) while running ",
        ),
    ] {
        let (mut harness, run) = lab(POOL, 1.0);
        let stopped = format!(
            r#"{{"seq":10000,"t":1.1,"type":"worker_suspended","pid":4713,"signal":"{signal}"}}"#
        );
        run.tell([RunEvent::from_json(&stopped).unwrap()]);
        open_tab(&mut harness, "Processes");
        has_item(&harness, &format!("W2 4713: {words}work1"));
        let lane = format!("W2 4713, {words}work1");
        assert!(harness.query_by_label(&lane).is_some());
    }
}

#[test]
fn a_pool_gets_more_and_fewer_workers() {
    let (mut harness, run) = lab(CONTROLLED, 0.3);
    open_tab(&mut harness, "Processes");
    assert!(harness.query_by_label("W3 24370, running c").is_some());
    click(&mut harness, "Add a worker");
    click(&mut harness, "Remove a worker");
    assert_eq!(
        run.requests(),
        [
            Request::Resize { processes: 4 },
            Request::Resize { processes: 2 }
        ]
    );
    run.tell(until(CONTROLLED, 0.5).split_off(until(CONTROLLED, 0.3).len()));
    steps(&mut harness);
    has_item(&harness, "W3 24370: running c, then leaves");
    // At its end nothing waits any more, and the run is over: nothing to resize.
    run.tell(until(CONTROLLED, 9.0).split_off(until(CONTROLLED, 0.5).len()));
    steps(&mut harness);
    assert!(harness.query_by_label("Add a worker").is_none());
}

#[test]
fn tasks_can_be_cancelled_until_they_have_ended() {
    let (mut harness, run) = lab(CONTROLLED, 0.1);
    open_tab(&mut harness, "Results");
    click(&mut harness, "Cancel e");
    click(&mut harness, "Cancel a");
    assert_eq!(
        run.requests(),
        [Request::Cancel { task: 5 }, Request::Cancel { task: 1 }]
    );
    run.tell(until(CONTROLLED, 9.0).split_off(until(CONTROLLED, 0.1).len()));
    steps(&mut harness);
    has_item(&harness, "b W2 24305 cancelled");
    has_item(&harness, "e  cancelled");
    assert!(harness.query_by_label("Cancel e").is_none());
}

#[test]
fn a_task_that_is_tried_again_says_so() {
    let (mut harness, _run) = lab(RETRIED, 0.15);
    open_tab(&mut harness, "Results");
    has_item(&harness, "a W1 24198 waiting attempt 2");
    let (harness, _run) = lab(RETRIED, 0.3);
    has_item(&harness, "a W1 24203 running attempt 2");
    let (harness, _run) = lab(RETRIED, 9.0);
    has_item(&harness, "timed out");
}

#[test]
fn live_processes_stand_before_replaced_ones() {
    let (mut harness, _run) = lab(RETRIED, 0.3);
    open_tab(&mut harness, "Processes");
    let items = labels(&harness, Role::ListItem);
    let place = |who: &str| items.iter().position(|item| item.starts_with(who));
    let (living, ended) = (place("W1 24203"), place("W1 24198"));
    assert!(living.is_some() && living < ended, "{items:#?}");
}
