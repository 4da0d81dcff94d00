//! What outlives a run and the window: past runs, sizes, tabs, the form; and the warning about sentinels.

use eframe::egui::{Key, Modifiers, Role, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::ScriptedRun;
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::command::LabCommand;
use proclab::app::lab::SideTab;
use proclab::app::settings::Page;
use proclab::app::settings::Settings;
use proclab::run::event::RunEvent;
use proclab::run::lesson::Lesson;

use crate::lab::{FOOD, POOL, lab, open_tab, steps, until};
use crate::window::window_as_left;

#[test]
fn the_lab_is_found_as_it_was_left() {
    let (mut harness, run) = lab(POOL, 9.0);
    run.end(0, "");
    steps(&mut harness);
    open_tab(&mut harness, "Processes");
    open_tab(&mut harness, "Form");
    harness
        .get_by_role_and_label(Role::TextInput, "Workers")
        .focus();
    steps(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    steps(&mut harness);
    harness
        .get_by_role_and_label(Role::TextInput, "Workers")
        .type_text("7");
    steps(&mut harness);
    // The edge between the side panel and the lanes.
    let lanes = harness.get_by_role(Role::Image).rect();
    let edge = harness
        .get_by_role_and_label(Role::Button, "M 4711")
        .rect()
        .left();
    assert!(edge < lanes.left());
    harness.drag_at(pos2(edge, 300.0));
    harness.run_steps(2);
    harness.hover_at(pos2(edge + 20.0, 300.0));
    harness.run_steps(2);
    harness.hover_at(pos2(edge + 60.0, 300.0));
    harness.run_steps(2);
    harness.drop_at(pos2(edge + 60.0, 300.0));
    steps(&mut harness);
    let left = harness.state().remembered();
    assert_eq!(left.lab.side, SideTab::Form);
    assert_eq!(left.lab.form.typed("workers"), "7");
    assert_eq!(left.lab.lesson, None);
    let width = left.lab.side_width.expect("the edge was dragged");
    assert!((width - 360.0).abs() < 24.0, "{width}");
    assert_eq!(left.lab.bottom_height, None, "that edge was not dragged");

    // It is written and read as text.
    let text = serde_json::to_string(&left).unwrap();
    let read: Settings = serde_json::from_str(&text).unwrap();
    assert_eq!(read, left);
    let run = ScriptedRun::default();
    let mut harness = window_as_left(&ScriptedFeed::new(20), &run, read.clone());
    harness.run();
    assert!(
        harness
            .query_by_role_and_label(Role::TextInput, "Workers")
            .is_some()
    );
    assert_eq!(harness.state().remembered(), read);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert_eq!(run.started()[0].kind.process_count(0), 7);
}

#[test]
fn a_run_that_is_over_can_be_looked_at_again() {
    let (mut harness, run) = lab(POOL, 9.0);
    run.end(0, "");
    steps(&mut harness);
    let first = harness.state().lab().state().tasks().len();
    harness
        .state()
        .commands()
        .send(Command::Lab(LabCommand::ChooseLesson("producer-consumer")));
    steps(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    steps(&mut harness);
    run.tell(until(FOOD, 9.0));
    steps(&mut harness);
    assert!(!harness.state().lab().state().queues().is_empty());
    harness
        .get_by_role_and_label(Role::Button, "Producers, consumers and the sentinel None")
        .click();
    steps(&mut harness);
    harness
        .get_by_label_contains("Run 1: Callbacks: who handles the result?, done")
        .click();
    steps(&mut harness);
    assert!(harness.query_by_label("Run 1").is_some());
    assert_eq!(harness.state().lab().state().tasks().len(), first);
    assert!(harness.state().lab().state().queues().is_empty());
}

#[test]
fn too_few_sentinels_are_told_at_the_queue() {
    let (mut harness, run) = lab("", 0.0);
    let mut put = 0;
    for line in FOOD.lines() {
        let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
        match event["type"].as_str().unwrap() {
            "run_started" => event["config"]["sentinels"] = 1.into(),
            "main_code_finished" => break,
            "item_put" if event["item"].is_null() => put += 1,
            _ => {}
        }
        if put > 1 {
            break;
        }
        run.tell([RunEvent::from_json(&event.to_string()).unwrap()]);
    }
    steps(&mut harness);
    assert!(
        harness
            .query_by_label_contains("main expects 2 sentinels, 1 was put: ")
            .is_some()
    );
}

#[test]
fn a_lesson_card_has_one_start() {
    let (mut harness, run) = lab(POOL, 9.0);
    run.end(0, "");
    steps(&mut harness);
    open_tab(&mut harness, "Lessons");
    let starts: Vec<_> = harness
        .get_all_by_role_and_label(Role::Button, "Start")
        .map(|node| node.rect())
        .collect();
    assert!(
        (3..=Lesson::all().len()).contains(&starts.len()),
        "one for each lesson in sight: {starts:?}"
    );
    harness
        .get_by_label_contains(&format!("Open {}", Lesson::all()[1].title.get("en")))
        .click();
    steps(&mut harness);
    assert_eq!(
        harness.state().remembered().lab.lesson.as_deref(),
        Some(Lesson::all()[1].name.as_str())
    );
}

#[test]
fn the_lesson_that_runs_nothing_leads_to_monitor() {
    let (mut harness, run) = lab(POOL, 9.0);
    run.end(0, "");
    steps(&mut harness);
    let started = run.started().len();
    harness
        .state()
        .commands()
        .send(Command::Lab(LabCommand::ChooseLesson("process-info")));
    steps(&mut harness);
    harness
        .get_all_by_role_and_label(Role::Button, "Look in Monitor")
        .next()
        .expect("a way to Monitor")
        .click();
    steps(&mut harness);
    assert_eq!(harness.state().settings().place, Page::Monitor);
    assert_eq!(run.started().len(), started, "nothing was started");
    // Its question goes with it, until it is closed; so does its answer.
    let shows = |harness: &Harness<'_, App>, words| {
        let mut labels = harness.query_all_by_label_contains(words);
        labels.next().is_some()
    };
    let (ask, answer) = (
        "Eighteen questions about a process",
        "which is not the same as empty",
    );
    assert!(shows(&harness, ask) && !shows(&harness, answer));
    harness.get_by_label("Reveal the answer").click();
    steps(&mut harness);
    assert!(shows(&harness, answer));
    harness
        .get_by_role_and_label(Role::Button, "Close the question")
        .click();
    steps(&mut harness);
    assert!(!shows(&harness, ask) && !shows(&harness, answer));
    // In the Lab it stands where it stood, and Start shows it once more.
    harness.state().commands().send(Command::OpenLab);
    steps(&mut harness);
    assert!(shows(&harness, ask));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    steps(&mut harness);
    assert_eq!(harness.state().settings().place, Page::Monitor);
    assert!(shows(&harness, ask));
    // It goes when something else is chosen.
    let other = LabCommand::ChooseLesson("pool-callback");
    harness.state().commands().send(Command::Lab(other));
    harness.state().commands().send(Command::OpenMonitor);
    steps(&mut harness);
    assert!(!shows(&harness, ask));
}

#[test]
fn the_time_of_a_run_ends_with_its_program() {
    let (mut harness, run) = lab(POOL, 6.565);
    // Proclab then looks whether something is left of the run, which takes long on a busy machine.
    let end = POOL.lines().last().expect("a recorded end");
    let late = end.replace(r#""t": 6.575"#, r#""t": 7.463"#);
    assert_ne!(late, end);
    run.tell([RunEvent::from_json(&late).expect("an event")]);
    run.end(0, "");
    steps(&mut harness);
    assert!(harness.query_by_label("7.5 s").is_none());
    harness.get_by_label("6.6 s").hover();
    steps(&mut harness);
    let tip = "Time from the start of main until its code and its last child process have ended. Proclab then took 0.90 s to look for \
               processes left over";
    assert!(harness.query_by_label(tip).is_some());
    harness
        .get_by_role_and_label(Role::Button, "Callbacks: who handles the result?")
        .click();
    steps(&mut harness);
    let entry = "Run 1: Callbacks: who handles the result?, done 6.6 s";
    assert!(harness.query_by_label(entry).is_some());
}
