//! The Lab on recorded runs.

use eframe::egui::{self, Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedFeed;
use panes::ScriptedRun;
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::command::{LabCommand, RunSelection};
use proclab::app::settings::Page;
use proclab::run::event::{RunEvent, RunTime};
use proclab::run::request::Request;

use crate::window::window_with;

pub const POOL: &str = include_str!("../../../data/scripted/pool-callback.jsonl");
pub const KILLED: &str = include_str!("../../../data/scripted/worker-killed.jsonl");
pub const FOOD: &str = include_str!("../../../data/scripted/producer-consumer.jsonl");

pub fn until(stream: &str, seconds: f64) -> Vec<RunEvent> {
    stream
        .lines()
        .map(|line| RunEvent::from_json(line).expect("a recorded event"))
        .filter(|event| event.t <= RunTime::from_seconds(seconds))
        .collect()
}

/// The Lab with a started run and the events of `stream` up to a moment.
pub fn lab(stream: &str, seconds: f64) -> (Harness<'static, App>, ScriptedRun) {
    let run = ScriptedRun::default();
    let mut harness = window_with(&ScriptedFeed::new(20), &run);
    harness.state().commands().send(Command::OpenLab);
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    run.tell(until(stream, seconds));
    steps(&mut harness);
    (harness, run)
}

/// A living run moves on with every picture: some steps instead of waiting for rest.
pub fn steps(harness: &mut Harness<'_, App>) {
    harness.run_steps(6);
}

pub fn labels(harness: &Harness<'_, App>, role: Role) -> Vec<String> {
    let mut nodes: Vec<(f32, String)> = harness
        .get_all_by_role(role)
        .map(|node| {
            let label = node.accesskit_node().label().unwrap_or_default();
            (node.rect().top(), label)
        })
        .collect();
    nodes.sort_by(|a, b| a.0.total_cmp(&b.0));
    nodes.into_iter().map(|(_, label)| label).collect()
}

pub fn open_tab(harness: &mut Harness<'_, App>, name: &str) {
    harness.get_by_role_and_label(Role::Tab, name).click();
    steps(harness);
}

#[test]
fn before_the_start_the_question_stands() {
    let run = ScriptedRun::default();
    let mut harness = window_with(&ScriptedFeed::new(20), &run);
    harness.state().commands().send(Command::OpenLab);
    harness.run();
    assert!(
        harness
            .query_by_label_contains("Which process runs callback_work")
            .is_some()
    );
    harness.get_by_role_and_label(Role::Tab, "Lessons").click();
    harness.run();
    let starts = harness
        .get_all_by_role_and_label(Role::Button, "Start")
        .count();
    assert!(starts >= 6, "bar, middle and each lesson: {starts}");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert_eq!(run.started().len(), 1);
    assert_eq!(run.started()[0].kind.process_count(0), 3);
}

#[test]
fn a_pool_in_mid_run_is_told_in_words() {
    let (mut harness, _run) = lab(POOL, 3.2);
    assert!(harness.query_by_label("LIVE").is_some());
    assert!(
        harness
            .query_by_label("Lanes of 3 processes, 3 running")
            .is_some()
    );
    for lane in [
        "M 4711",
        "W1 4712, running work3",
        "W2 4713, running work4",
        "W3 4714, running work2",
    ] {
        assert!(harness.query_by_label(lane).is_some(), "{lane}");
    }
    let items = labels(&harness, Role::ListItem);
    for row in [
        "work0 W1 4712 ok 0 1st",
        "work1 W2 4713 ok 1 2nd",
        "work3 W1 4712 running  ",
        "2.152 M 4711 out pid=4711 callback_work 0",
        "15     pool.join() (main is here)",
    ] {
        assert!(items.iter().any(|item| item == row), "{row} in {items:#?}");
    }
    open_tab(&mut harness, "Processes");
    let items = labels(&harness, Role::ListItem);
    assert!(
        items.iter().any(|item| item == "W2 4713: running work4"),
        "{items:#?}"
    );
}

#[test]
fn each_pid_has_its_log() {
    let (mut harness, _run) = lab(POOL, 9.0);
    open_tab(&mut harness, "Log of W2 4713");
    let lines: Vec<_> = labels(&harness, Role::ListItem)
        .into_iter()
        .filter(|item| item.contains(" out "))
        .collect();
    assert_eq!(lines.len(), 4);
    assert!(
        lines.iter().all(|line| line.contains("W2 4713")),
        "{lines:?}"
    );
    open_tab(&mut harness, "All");
    harness
        .get_by_role_and_label(Role::TextInput, "Find")
        .focus();
    steps(&mut harness);
    harness
        .get_by_role_and_label(Role::TextInput, "Find")
        .type_text("callback_work");
    steps(&mut harness);
    assert!(harness.query_by_label("5 found").is_some());
}

#[test]
fn a_selected_task_is_selected_in_every_pane() {
    let (mut harness, _run) = lab(POOL, 9.0);
    harness.get_by_label("work1 W2 4713 ok 1 2nd").click();
    steps(&mut harness);
    let lab = harness.state().lab();
    let task = lab.state().task_of_number(2).unwrap();
    assert_eq!(lab.selection(), Some(RunSelection::Task(task)));
    harness.key_press(Key::Escape);
    steps(&mut harness);
    assert_eq!(harness.state().lab().selection(), None);
    harness
        .get_by_label(
            "13         pool.apply_async(work, (f\"work{i}\", i), callback=callback_work)",
        )
        .click_accesskit();
    steps(&mut harness);
    assert_eq!(
        harness.state().lab().selection(),
        Some(RunSelection::Line(13))
    );
    harness.get_by_label("W3 4714, ended, exit code 0").click();
    steps(&mut harness);
    assert!(matches!(
        harness.state().lab().selection(),
        Some(RunSelection::Process(_))
    ));
}

#[test]
fn a_killed_worker_is_seen_and_can_be_asked_for() {
    let (mut harness, run) = lab(KILLED, 1.5);
    open_tab(&mut harness, "Processes");
    harness
        .get_by_role_and_label(Role::Button, "Kill W2 4713")
        .click();
    steps(&mut harness);
    assert_eq!(run.requests(), [], "it asks first");
    harness.get_by_label("Kill W2 4713 now (SIGKILL)").click();
    steps(&mut harness);
    assert_eq!(run.requests(), [Request::KillWorker { pid: 4713 }]);
    run.tell(until(KILLED, 9.0).split_off(until(KILLED, 1.5).len()));
    steps(&mut harness);
    let items = labels(&harness, Role::ListItem);
    assert!(
        items.iter().any(|item| item == "W2 4713: ended by SIGKILL"),
        "{items:#?}"
    );
    assert!(
        items
            .iter()
            .any(|item| item.starts_with("W2 4720: ended, exit code 0")),
        "{items:#?}"
    );
    assert!(harness.query_by_label("done, with failures").is_some());
}

#[test]
fn a_worker_leads_to_monitor() {
    let (mut harness, _run) = lab(POOL, 3.2);
    open_tab(&mut harness, "Processes");
    harness
        .get_by_role_and_label(Role::Button, "Show W1 4712 in Monitor")
        .click();
    steps(&mut harness);
    assert_eq!(harness.state().settings().place, Page::Monitor);
}

#[test]
fn producers_queue_and_consumers_have_lanes() {
    let (harness, _run) = lab(FOOD, 3.1);
    for lane in [
        "P2 4713, blocked: queue full",
        "C1 4714, running consumer(food)",
    ] {
        assert!(harness.query_by_label(lane).is_some(), "{lane}");
    }
    let (harness, _run) = lab(FOOD, 9.0);
    assert!(
        harness
            .query_by_label("None 2 for 2 consumers: 2 got, 0 in the queue")
            .is_some()
    );
    assert!(
        harness
            .query_by_label("5 items put, 5 got, 0 in the queue")
            .is_some()
    );
}

#[test]
fn stop_asks_first_and_kills_then() {
    let (mut harness, run) = lab(POOL, 1.0);
    harness.get_by_role_and_label(Role::Button, "Stop").click();
    steps(&mut harness);
    harness
        .get_by_role_and_label(Role::Button, "Stop now")
        .click();
    steps(&mut harness);
    assert_eq!(run.requests(), [Request::Stop, Request::Terminate]);
    run.end(-9, "");
    steps(&mut harness);
    assert!(harness.query_by_label("cut off").is_some());
    assert!(
        harness
            .query_by_label_contains("killed by SIGKILL")
            .is_some()
    );
}

#[test]
fn starting_again_stops_what_runs_first() {
    let (mut harness, run) = lab(POOL, 1.0);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    steps(&mut harness);
    assert_eq!(
        (run.requests(), run.started().len()),
        (vec![Request::Stop], 1)
    );
    run.end(130, "");
    steps(&mut harness);
    assert_eq!(run.started().len(), 2);
}

#[test]
fn the_form_says_what_is_wrong_as_one_types() {
    let run = ScriptedRun::default();
    let mut harness = window_with(&ScriptedFeed::new(20), &run);
    harness.state().commands().send(Command::OpenLab);
    harness.run();
    harness.get_by_role_and_label(Role::Tab, "Form").click();
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, "Workers")
        .focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, "Workers")
        .type_text("0");
    harness.run();
    assert!(
        harness
            .query_by_label_contains("0. Choose 1 to 256")
            .is_some()
    );
    harness
        .state()
        .commands()
        .send(Command::Lab(LabCommand::Start));
    harness.run();
    assert!(run.started().is_empty());
}

#[test]
fn every_pane_draws_at_every_moment_in_both_themes() {
    for stream in [POOL, KILLED, FOOD] {
        let (mut harness, run) = lab("", 0.0);
        for (step, event) in until(stream, 99.0).into_iter().enumerate() {
            run.tell([event]);
            harness.run_steps(1);
            if step == 40 {
                harness.state().commands().send(Command::ToggleTheme);
                open_tab(&mut harness, "Processes");
            }
        }
        for key in [Key::F, Key::Tab, Key::Escape] {
            harness.key_press(key);
        }
        let lanes = harness.get_by_role(Role::Image).rect();
        for x in 0_u8..40 {
            let share = f32::from(x) / 40.0;
            let at = lanes.lerp_inside(egui::vec2(share, (share * 7.0) % 1.0));
            harness.hover_at(at);
            harness.run_steps(1);
        }
    }
}
