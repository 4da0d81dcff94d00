//! One selection in every pane, previews, and what the log notes.

use eframe::egui::{self, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::command::{LabCommand, RunSelection};
use proclab::run::event::{RunEvent, RunTime};
use proclab::run::state::{ProcessIx, QueueIx, TaskIx};

use crate::lab::{FOOD, KILLED, POOL, lab, labels, open_tab, steps};

fn select(harness: &mut Harness<'_, App>, selection: RunSelection) {
    let command = Command::Lab(LabCommand::Select(Some(selection)));
    harness.state().commands().send(command);
    steps(harness);
}

/// The labels of what answers to the selection, in all panes on screen.
fn answers(harness: &Harness<'_, App>) -> Vec<String> {
    [Role::ListItem, Role::Button]
        .into_iter()
        .flat_map(|role| harness.query_all_by_role(role))
        .filter(|node| node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True))
        .map(|node| node.accesskit_node().label().unwrap_or_default())
        .collect()
}

fn assert_answer(answers: &[String], pane: &str, part: &str, selection: RunSelection) {
    assert!(
        answers.iter().any(|label| label.contains(part)),
        "{pane} is silent about {selection:?}: {answers:#?}"
    );
}

#[test]
fn every_pane_answers_to_every_selection() {
    let (mut harness, _run) = lab(POOL, 9.0);
    let state = harness.state().lab().state();
    let printed = state.log().line(4).unwrap().t;
    let matrix = [
        (
            RunSelection::Main,
            [
                "work0 W1",
                "callback_work",
                "pool.join",
                "M 4711,",
                "M 4711: ",
            ],
        ),
        (
            RunSelection::Process(ProcessIx(1)),
            [
                "work1 W2",
                "W2 4713 out",
                "Pool(3)",
                "W2 4713,",
                "W2 4713: ",
            ],
        ),
        (
            RunSelection::Task(TaskIx(1)),
            [
                "work1 W2",
                "start run work1",
                "apply_async",
                "W2 4713,",
                "W2 4713: ",
            ],
        ),
        (
            RunSelection::Moment(printed),
            ["work1 W2", " out ", "pool.", "W1 4712,", "W1 4712: "],
        ),
        (
            RunSelection::Line(13),
            [
                "work0 W1",
                "start run work0",
                "apply_async",
                "W1 4712,",
                "W1 4712: ",
            ],
        ),
    ];
    for (selection, [result, log, code, lane, row]) in matrix {
        open_tab(&mut harness, "Results");
        select(&mut harness, selection);
        let found = answers(&harness);
        let lane = if selection == RunSelection::Main {
            "M 4711"
        } else {
            lane
        };
        for (pane, part) in [
            ("results", result),
            ("log", log),
            ("code", code),
            ("lanes", lane),
        ] {
            assert_answer(&found, pane, part, selection);
        }
        open_tab(&mut harness, "Processes");
        assert_answer(&answers(&harness), "processes", row, selection);
    }
}

#[test]
fn an_item_is_answered_by_queue_log_code_and_lanes() {
    let (mut harness, _run) = lab(FOOD, 9.0);
    let selection = RunSelection::Item(QueueIx(0), 0);
    select(&mut harness, selection);
    let found = answers(&harness);
    for (pane, part) in [
        ("items", "xxx item 0 P1 4712 got C1"),
        ("log", "produced xxx item 0"),
        ("code", ".start()"),
        ("lanes", "P1 4712,"),
    ] {
        assert_answer(&found, pane, part, selection);
    }
}

#[test]
fn what_the_pointer_is_on_is_told_to_all_panes() {
    let (mut harness, _run) = lab(POOL, 9.0);
    let row = harness.get_by_label("work1 W2 4713 ok 1 2nd").rect();
    harness.hover_at(row.center());
    steps(&mut harness);
    let task = harness.state().lab().state().task_of_number(2).unwrap();
    assert_eq!(
        harness.state().lab().preview(),
        Some(RunSelection::Task(task))
    );
    assert_eq!(harness.state().lab().selection(), None);
    harness.hover_at(egui::pos2(5.0, 400.0));
    steps(&mut harness);
    assert_eq!(harness.state().lab().preview(), None);
}

fn outputs(count: u64) -> impl Iterator<Item = RunEvent> {
    (0..count).map(|number| {
        let t = 3.0 + number as f64 / 1e4;
        let line = format!(
            r#"{{"seq":{},"t":{t},"type":"output","pid":4714,"stream":"stdout","text":"line {number}","task":null,"continued":false,"partial":false}}"#,
            10_000 + number
        );
        RunEvent::from_json(&line).expect("an event")
    })
}

#[test]
fn a_selection_does_not_take_a_following_log_away_from_its_end() {
    let (mut harness, run) = lab(POOL, 2.9);
    run.tell(outputs(200));
    steps(&mut harness);
    assert!(
        labels(&harness, Role::ListItem)
            .iter()
            .any(|l| l.ends_with("line 199"))
    );
    select(&mut harness, RunSelection::Task(TaskIx(0)));
    let items = labels(&harness, Role::ListItem);
    assert!(
        items.iter().any(|l| l.ends_with("line 199")),
        "it still follows"
    );
    harness.get_by_label_contains("First line: 0.151").click();
    steps(&mut harness);
    let items = labels(&harness, Role::ListItem);
    assert!(
        items.iter().any(|l| l.contains("start run work0")),
        "{items:#?}"
    );
    // The pane that was clicked in stays where it is.
    let at = harness.get_by_label_contains("start run work2").rect();
    harness.get_by_label_contains("start run work2").click();
    steps(&mut harness);
    assert_eq!(harness.get_by_label_contains("start run work2").rect(), at);
}

#[test]
fn a_run_that_is_over_shows_the_first_line_of_a_selected_task() {
    let (mut harness, run) = lab(POOL, 2.9);
    run.tell(outputs(200));
    run.end(0, "");
    steps(&mut harness);
    select(&mut harness, RunSelection::Task(TaskIx(0)));
    let items = labels(&harness, Role::ListItem);
    assert!(
        items.iter().any(|l| l.contains("start run work0")),
        "{items:#?}"
    );
}

#[test]
fn a_death_stands_in_the_log_and_is_found() {
    let (mut harness, _run) = lab(KILLED, 9.0);
    let note = "1.603 W2 4713 error was killed (SIGKILL) while running work1; replaced after 12 ms";
    let items = labels(&harness, Role::ListItem);
    assert!(items.iter().any(|item| item == note), "{items:#?}");
    open_tab(&mut harness, "Log of W2 4713");
    assert!(
        labels(&harness, Role::ListItem)
            .iter()
            .any(|item| item == note)
    );
    let find = |harness: &mut Harness<'_, App>| {
        harness
            .get_by_role_and_label(Role::TextInput, "Find")
            .focus();
        steps(harness);
        harness
            .get_by_role_and_label(Role::TextInput, "Find")
            .type_text("replaced after");
        steps(harness);
    };
    find(&mut harness);
    assert!(harness.query_by_label("1 found").is_some());
    harness
        .get_by_role_and_label(Role::Button, "Copy the selected lines, or all")
        .click();
    harness.run_steps(1);
    let copied: Vec<_> = harness
        .output()
        .platform_output
        .commands
        .iter()
        .filter_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
        .collect();
    let copied = copied.concat();
    assert!(copied.contains("error\twas killed (SIGKILL)"), "{copied}");
}

#[test]
fn the_mains_line_comes_into_sight_when_it_moves_on() {
    let (mut harness, run) = lab("", 0.0);
    let listing: Vec<_> = (1..=200).map(|n| format!("line_{n}()")).collect();
    let started = serde_json::json!({
        "seq": 1, "t": 0.0, "type": "run_started", "schema": "proclab.events/1", "kind": "pool",
        "proclab": "0", "config": {}, "main_pid": 4711, "main_start_ticks": 1, "host": "h",
        "boot_id": null, "started_at": "2026-01-01T00:00:00Z", "seed": 1, "lesson": null,
        "listing": listing,
    });
    let step = |seq: u32, line: u32| {
        serde_json::json!({
            "seq": seq, "t": f64::from(seq), "type": "main_step", "step": seq, "line": line,
            "call": "f", "args": "", "phase": "entered",
        })
    };
    let tell = |event: &serde_json::Value| {
        run.tell([RunEvent::from_json(&event.to_string()).unwrap()]);
    };
    // The first known line may be far down already.
    tell(&started);
    tell(&step(2, 90));
    steps(&mut harness);
    assert!(
        harness
            .query_by_label("90 line_90() (main is here)")
            .is_some()
    );
    tell(&step(3, 150));
    steps(&mut harness);
    assert!(
        harness
            .query_by_label("150 line_150() (main is here)")
            .is_some()
    );
    // No automatic scrolling after the user scrolled away.
    let line = harness.get_by_label("150 line_150() (main is here)").rect();
    harness.hover_at(line.center());
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 2000.0),
        modifiers: Modifiers::NONE,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
    });
    harness.run_steps(20);
    tell(&step(4, 160));
    harness.run_steps(4);
    for line in ["150 line_150()", "160 line_160()"] {
        assert!(harness.query_by_label_contains(line).is_none(), "{line}");
    }
    assert_eq!(
        harness.state().lab().state().now(),
        RunTime::from_seconds(4.0)
    );
}
