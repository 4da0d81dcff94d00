//! Starting and stopping: what a button does, what a second click does, and whose run is in sight.

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::ScriptedRun;
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::command::LabCommand;
use proclab::run::lesson::Lesson;
use proclab::run::request::Request;

use crate::lab::{FOOD, POOL, lab, labels, open_tab, steps, until};
use crate::window::window_with;

const STOPPED: &str = include_str!("../../../data/events-1/stopped.jsonl");

fn title(lesson: &str) -> &'static str {
    Lesson::find(lesson).expect("a lesson").title.get("en")
}

fn choose(harness: &mut Harness<'_, App>, lesson: &'static str) {
    let command = Command::Lab(LabCommand::ChooseLesson(lesson));
    harness.state().commands().send(command);
    steps(harness);
}

fn has_button(harness: &Harness<'_, App>, name: &str) -> bool {
    harness
        .query_all_by_role_and_label(Role::Button, name)
        .next()
        .is_some()
}

#[test]
fn a_second_click_on_stop_kills_nothing() {
    let (mut harness, run) = lab(POOL, 1.0);
    harness.get_by_role_and_label(Role::Button, "Stop").click();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::Button, "stopping")
        .click();
    harness.run_steps(1);
    assert_eq!(run.requests(), [Request::Stop]);
    // Nor does a key held down.
    let (mut harness, run) = lab(POOL, 1.0);
    for _ in 0..2 {
        let stop = Command::Lab(LabCommand::Stop);
        harness.state().commands().send(stop);
        harness.run_steps(1);
    }
    assert_eq!(run.requests(), [Request::Stop]);
    steps(&mut harness);
    assert!(has_button(&harness, "Stop now"));
}

#[test]
fn where_stop_stands_nothing_is_ever_started() {
    let (mut harness, run) = lab(POOL, 1.0);
    let stop = harness.get_by_role_and_label(Role::Button, "Stop").rect();
    let start = harness
        .get_by_role_and_label(Role::Button, "Start again")
        .rect();
    assert!(!stop.intersects(start), "{stop:?} {start:?}");
    harness.get_by_role_and_label(Role::Button, "Stop").click();
    steps(&mut harness);
    run.tell(until(POOL, 9.0).split_off(until(POOL, 1.0).len()));
    run.end(0, "");
    steps(&mut harness);
    harness.hover_at(stop.center());
    harness.drag_at(stop.center());
    harness.drop_at(stop.center());
    steps(&mut harness);
    assert_eq!(run.started().len(), 1);
    // Start stands where it stood.
    let after = harness
        .get_by_role_and_label(Role::Button, "Start again")
        .rect();
    assert_eq!(after, start);
}

#[test]
fn a_run_that_was_stopped_before_it_had_told_everything_is_no_fault() {
    let (mut harness, run) = lab(POOL, 1.0);
    harness.get_by_role_and_label(Role::Button, "Stop").click();
    steps(&mut harness);
    assert!(harness.query_by_label("LIVE").is_none());
    assert!(harness.query_all_by_label("stopping").count() >= 1);
    run.end(130, "");
    steps(&mut harness);
    assert!(harness.query_by_label("stopped").is_some());
    assert!(
        harness
            .query_by_label("Stopped before all events were received")
            .is_some()
    );
    for wrong in ["without a result", "missing", "cut off"] {
        assert!(harness.query_by_label_contains(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn a_cancelled_task_has_neither_arrived_nor_failed() {
    let (harness, _run) = lab(STOPPED, 9.0);
    assert!(
        harness
            .query_by_label("5 tasks, 0 done, 0 failed, 5 cancelled")
            .is_some()
    );
    let rows: Vec<_> = labels(&harness, Role::ListItem)
        .into_iter()
        .filter(|row| row.starts_with("work") && row.contains("cancelled"))
        .collect();
    assert_eq!(rows.len(), 5);
    for row in rows {
        assert!(row.trim_end().ends_with("cancelled"), "{row}");
    }
}

#[test]
fn a_chosen_lesson_shows_its_latest_run() {
    let (mut harness, run) = lab(POOL, 9.0);
    run.end(0, "");
    steps(&mut harness);
    choose(&mut harness, "producer-consumer");
    assert!(harness.query_by_label("Run 1").is_none());
    assert!(harness.query_by_label("No run yet").is_none());
    assert!(harness.query_by_label_contains("Not run yet").is_some());
    choose(&mut harness, "pool-callback");
    assert!(harness.query_by_label("Run 1").is_some());
    assert!(harness.query_by_label_contains("Not run yet").is_none());
    assert_eq!(harness.state().lab().state().tasks().len(), 5);
}

#[test]
fn the_program_of_another_run_is_called_so() {
    let (mut harness, run) = lab(POOL, 1.0);
    choose(&mut harness, "process-info");
    // The run goes on and stays in sight, with its own name over its program.
    let name = format!("Program of run 1: {}", title("pool-callback"));
    assert!(harness.query_by_label(&name).is_some());
    let other = format!("Run 1: {}", title("pool-callback"));
    assert!(harness.query_by_label(&other).is_some());
    run.tell(until(POOL, 9.0).split_off(until(POOL, 1.0).len()));
    run.end(0, "");
    steps(&mut harness);
    assert!(harness.query_by_label(&name).is_some());
    // Once nothing is under way, what is chosen is what is shown.
    choose(&mut harness, "process-info");
    assert!(harness.query_by_label_contains("Program of run").is_none());
    let lines = labels(&harness, Role::ListItem);
    assert!(
        lines.iter().any(|line| line.contains("psutil")),
        "{lines:?}"
    );
    assert!(lines.iter().all(|line| !line.contains("apply_async")));
    assert!(harness.query_by_label("Reveal the answer").is_some());
}

#[test]
fn start_says_what_it_starts() {
    let (mut harness, run) = lab(FOOD, 9.0);
    run.end(0, "");
    steps(&mut harness);
    open_tab(&mut harness, "Form");
    assert!(has_button(&harness, "Start: 3 workers, 5 × work"));
    harness
        .get_by_role_and_label(Role::Button, "Processes")
        .click();
    steps(&mut harness);
    assert!(has_button(&harness, "Start: 3 processes"));
    harness
        .get_by_role_and_label(Role::Button, "Producers, consumers")
        .click();
    steps(&mut harness);
    assert!(has_button(&harness, "Start: 3 producers, 2 consumers"));
}

#[test]
fn another_number_of_workers_keeps_the_random_times() {
    let run = ScriptedRun::default();
    let mut harness = window_with(&ScriptedFeed::new(20), &run);
    harness.state().commands().send(Command::OpenLab);
    harness.run();
    open_tab(&mut harness, "Form");
    for workers in ["3", "4"] {
        let field = || (Role::TextInput, "Workers");
        let (role, name) = field();
        harness.get_by_role_and_label(role, name).focus();
        steps(&mut harness);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        steps(&mut harness);
        harness.get_by_role_and_label(role, name).type_text(workers);
        steps(&mut harness);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        steps(&mut harness);
        run.end(0, "");
        steps(&mut harness);
    }
    let started = run.started();
    let told: Vec<_> = started
        .iter()
        .map(|it| (it.kind.process_count(0), it.seed))
        .collect();
    assert_eq!(told, [(3, Some(251)), (4, Some(251))]);
    // Other ones are drawn on request.
    open_tab(&mut harness, "Form");
    harness.get_by_role_and_label(Role::Button, "More").click();
    steps(&mut harness);
    harness
        .get_by_role_and_label(Role::Button, "New random times")
        .scroll_to_me();
    steps(&mut harness);
    harness
        .get_by_role_and_label(Role::Button, "New random times")
        .click();
    steps(&mut harness);
    let form = harness.state().remembered().lab.form;
    let seed = form.typed("seed");
    assert!(seed != "251" && seed.parse::<u64>().is_ok(), "{seed}");
}

#[test]
fn rows_of_processes_stand_still_under_the_pointer() {
    let (mut harness, run) = lab(crate::lab::KILLED, 1.5);
    open_tab(&mut harness, "Processes");
    let pause = |harness: &Harness<'_, App>| {
        harness
            .get_by_role_and_label(Role::Button, "Suspend W3 4714 (SIGSTOP)")
            .rect()
    };
    let before = pause(&harness);
    harness.hover_at(before.center());
    steps(&mut harness);
    let all = until(crate::lab::KILLED, 9.0);
    // W2 is killed and replaced: the row of W3 stays where it is.
    let now = until(crate::lab::KILLED, 1.7).len();
    run.tell(all[until(crate::lab::KILLED, 1.5).len()..now].to_vec());
    steps(&mut harness);
    assert!(harness.query_by_label_contains("W2 4713: ended").is_some());
    assert_eq!(pause(&harness), before);
    harness.hover_at(eframe::egui::pos2(600.0, 200.0));
    steps(&mut harness);
    let items = labels(&harness, Role::ListItem);
    let place = |who: &str| items.iter().position(|item| item.starts_with(who));
    assert!(place("W2 4720:") < place("W2 4713:"), "{items:#?}");
}
