//! What is written in the Lab can be read: nothing is cut without a sign, nothing lies over something else.

use eframe::egui::{Key, Modifiers, Rect, Role, Shape, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedFeed;
use panes::ScriptedRun;
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::settings::Settings;
use proclab::run::event::RunEvent;

use crate::lab::{FOOD, KILLED, POOL, lab, labels, open_tab, steps, until};
use crate::window::window_as_left;

const APPLY: &str = include_str!("../../../data/events-1/pool-apply.jsonl");
const EXIT_UNKNOWN: &str = include_str!("../../../data/events-1/exit-unknown.jsonl");

/// A text as it was painted.
struct Painted {
    words: String,
    /// Where it is to be seen.
    rect: Rect,
    is_cut: bool,
}

fn painted(harness: &Harness<'_, App>) -> Vec<Painted> {
    fn collect(clip: Rect, shape: &Shape, to: &mut Vec<Painted>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(clip, shape, to)),
            Shape::Text(text) => {
                let whole = text.galley.rect.translate(text.pos.to_vec2());
                let rect = whole.intersect(clip);
                if rect.is_positive() {
                    to.push(Painted {
                        words: text.galley.text().to_owned(),
                        rect,
                        is_cut: text.galley.elided,
                    });
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    for clipped in &harness.output().shapes {
        collect(clipped.clip_rect, &clipped.shape, &mut all);
    }
    all
}

fn find<'a>(all: &'a [Painted], words: &str) -> &'a Painted {
    let found = all.iter().find(|it| it.words.contains(words));
    found.unwrap_or_else(|| {
        let words: Vec<_> = all.iter().map(|it| &it.words).collect();
        panic!("no such text: {words:#?}")
    })
}

/// Texts in this part of the window that lie over one another.
fn overlaps(all: &[Painted], area: Rect) -> Vec<(String, String)> {
    let inside: Vec<_> = all
        .iter()
        .filter(|it| area.contains_rect(it.rect.shrink(1.0)))
        .collect();
    let mut found = Vec::new();
    for (place, one) in inside.iter().enumerate() {
        for other in inside.iter().skip(place + 1) {
            let both = one.rect.shrink(0.5).intersect(other.rect.shrink(0.5));
            if both.is_positive() {
                found.push((one.words.clone(), other.words.clone()));
            }
        }
    }
    found
}

fn resize(harness: &mut Harness<'_, App>, width: f32, height: f32) {
    harness.set_size(vec2(width, height));
    steps(harness);
}

#[test]
fn edges_are_where_they_were_after_a_small_window() {
    let (mut harness, _run) = lab(POOL, 9.0);
    let places = |harness: &Harness<'_, App>| {
        [
            harness.get_by_role(Role::Image).rect(),
            harness.get_by_role_and_label(Role::Tab, "Results").rect(),
        ]
    };
    resize(&mut harness, 1280.0, 720.0);
    let before = places(&harness);
    for (width, height) in [(711.0, 400.0), (640.0, 360.0), (914.0, 514.0)] {
        resize(&mut harness, width, height);
    }
    resize(&mut harness, 1280.0, 720.0);
    assert_eq!(places(&harness), before);
}

#[test]
fn a_long_line_of_code_goes_on_below() {
    let (mut harness, _run) = lab(POOL, 9.0);
    resize(&mut harness, 960.0, 900.0);
    let lanes = harness.get_by_role(Role::Image).rect();
    let all = painted(&harness);
    let line = harness
        .get_by_label_contains("pool.apply_async(work, (f\"work{i}\", i)")
        .rect();
    assert!(line.height() > 30.0, "{line:?}");
    // The names of the lanes stand left of them.
    let edge = lanes.left() - 136.0;
    let shown: String = all
        .iter()
        .filter(|it| line.contains_rect(it.rect.shrink(1.0)) && it.rect.right() <= edge)
        .map(|it| it.words.as_str())
        .collect();
    let shown = shown.replace(' ', "");
    assert!(
        shown.contains("pool.apply_async(work,(f\"work{i}\",i),callback=callback_work)"),
        "{shown}"
    );
}

#[test]
fn a_long_line_of_the_log_says_that_it_goes_on() {
    let (mut harness, run) = lab(POOL, 2.9);
    let text = "AssertionError: ".to_owned() + &"x".repeat(400);
    let line = format!(
        r#"{{"seq":10000,"t":2.9,"type":"output","pid":4714,"stream":"stderr","text":"{text}","task":null,"continued":false,"partial":false}}"#
    );
    run.tell([RunEvent::from_json(&line).unwrap()]);
    steps(&mut harness);
    assert!(find(&painted(&harness), "AssertionError").is_cut);
    let row = harness.get_by_label_contains("AssertionError").rect();
    harness.hover_at(row.left_center() + vec2(200.0, 0.0));
    steps(&mut harness);
    let all = painted(&harness);
    let whole = all.iter().filter(|it| it.words == text && !it.is_cut);
    assert_eq!(whole.count(), 1, "in the tooltip");
}

#[test]
fn a_line_read_late_says_so() {
    let (mut harness, run) = lab(POOL, 9.0);
    let line = r#"{"seq":10000,"t":2.59,"type":"output","pid":4712,"stream":"stdout","text":"late words","task":1,"continued":false,"partial":false}"#;
    run.tell([RunEvent::from_json(line).unwrap()]);
    steps(&mut harness);
    let task = harness.state().lab().state().task_of_number(1).unwrap();
    let ended = harness.state().lab().state().task(task).unwrap();
    let micros = 2_590_000 - ended.end.as_ref().unwrap().t.micros;
    let words = format!(
        "late words (read {:.2} s after the end of work0)",
        micros as f64 / 1e6
    );
    let items = labels(&harness, Role::ListItem);
    assert!(
        items.iter().any(|item| item.ends_with(&words)),
        "{items:#?}"
    );
}

#[test]
fn an_error_is_shown_with_all_its_words() {
    for (width, height) in [(1280.0, 720.0), (960.0, 600.0), (914.0, 514.0)] {
        let (mut harness, _run) = lab(KILLED, 9.0);
        resize(&mut harness, width, height);
        open_tab(&mut harness, "Results");
        let all = painted(&harness);
        let error = find(&all, "WorkerDied: worker W2 4713 was killed by SIGKILL");
        assert!(!error.is_cut, "{width}");
        let row = harness
            .get_by_label_contains("work1 W2 4713 worker died")
            .rect();
        assert!(
            row.expand(1.0).contains_rect(error.rect),
            "{width}: {:?}",
            error.rect
        );
        let below = harness.get_by_label_contains("work2 W3").rect();
        assert!((below.top() - row.bottom()).abs() < 0.6);
        assert_eq!(overlaps(&all, row), []);
    }
}

#[test]
fn what_a_callback_got_stands_beside_it_where_there_is_room() {
    let (mut harness, run) = lab(KILLED, 1.7);
    for (seq, t, phase, rest) in [
        (10_000, 1.8, "started", ""),
        (10_001, 2.0, "finished", r#","error":null"#),
    ] {
        let event = format!(
            r#"{{"seq":{seq},"t":{t},"type":"callback_{phase}","task":2,"callback":"error_callback","pid":4711{rest}}}"#
        );
        run.tell([RunEvent::from_json(&event).unwrap()]);
    }
    // A block as wide as a few letters, and one that is hardly to be seen.
    for width in [900.0, 1400.0, 2000.0, 2600.0, 3400.0] {
        resize(&mut harness, width, 900.0);
        let all = painted(&harness);
        let lane = find(&all, "callback thread").rect;
        let cut: Vec<_> = all
            .iter()
            .filter(|it| (it.rect.center().y - lane.center().y).abs() < 4.0 && it.is_cut)
            .map(|it| &it.words)
            .collect();
        assert!(cut.is_empty(), "{cut:?} at {width}");
        let is_error = |it: &&Painted| {
            it.words == "WorkerDied" && (it.rect.center().y - lane.center().y).abs() < 4.0
        };
        assert_eq!(all.iter().filter(is_error).count(), 1, "at {width}");
    }
    // The card of the block has all of the error.
    let all = painted(&harness);
    let lane = find(&all, "callback thread").rect;
    let label = all
        .iter()
        .find(|it| it.words == "WorkerDied" && (it.rect.center().y - lane.center().y).abs() < 4.0);
    let at = label.expect("the label").rect.center();
    let whole = "WorkerDied: worker W2 4713 was killed by SIGKILL";
    let count = |all: &[Painted]| {
        let whole = all.iter().filter(|it| it.words == whole && !it.is_cut);
        whole.count()
    };
    let before = count(&all);
    harness.hover_at(at);
    steps(&mut harness);
    assert_eq!(count(&painted(&harness)), before + 1, "in the card");
}

#[test]
fn flags_cover_no_figure_of_the_axis() {
    let (mut harness, run) = lab(POOL, 3.2);
    let done = r#"{"seq":10000,"t":0.6,"type":"main_code_finished","step":8,"line":15}"#;
    run.tell([RunEvent::from_json(done).unwrap()]);
    steps(&mut harness);
    let all = painted(&harness);
    let flags = ["main's code finished", "now"].map(|words| find(&all, words).rect);
    assert!(!flags[0].intersects(flags[1]));
    for second in 0..5 {
        let tick = find(&all, &format!("{second} s"));
        assert!(flags.iter().all(|flag| !flag.intersects(tick.rect)));
    }
}

#[test]
fn only_a_pool_that_makes_tasks_wait_has_a_row_for_it() {
    let has_row = |stream| {
        let (harness, _run) = lab(stream, 9.0);
        let all = painted(&harness);
        all.iter().any(|it| it.words == "waiting tasks")
    };
    assert!(has_row(POOL));
    assert!(!has_row(APPLY), "each task is waited for");
}

#[test]
fn a_group_of_processes_has_neither_results_nor_tasks() {
    let (mut harness, run) = lab("", 0.0);
    let started = POOL.lines().next().unwrap();
    let mut started: serde_json::Value = serde_json::from_str(started).unwrap();
    started["kind"] = "processes".into();
    run.tell([RunEvent::from_json(&started.to_string()).unwrap()]);
    let child = r#"{"seq":2,"t":0.1,"type":"process_started","pid":4712,"start_ticks":5,"label":"P1","name":"xxx","role":"process","daemon":false,"slot":0,"via":null}"#;
    run.tell([RunEvent::from_json(child).unwrap()]);
    steps(&mut harness);
    assert!(
        harness
            .query_by_role_and_label(Role::Tab, "Results")
            .is_none()
    );
    assert!(harness.query_by_label("one process, 0 ended").is_some());
    let items = labels(&harness, Role::ListItem);
    assert!(
        items.iter().any(|item| item.starts_with("P1 4712: ")),
        "{items:#?}"
    );
    // The wait that follows the program's last line stands at none.
    let waits = r#"{"seq":3,"t":0.2,"type":"main_step","step":1,"line":null,"call":"join","args":"non-daemon children","phase":"entered"}"#;
    run.tell([RunEvent::from_json(waits).unwrap()]);
    steps(&mut harness);
    let items = labels(&harness, Role::ListItem);
    assert!(
        items
            .iter()
            .any(|item| item.contains("in join(non-daemon children)") && !item.contains("line")),
        "{items:#?}"
    );
}

#[test]
fn items_have_room_for_all_they_say() {
    for right in [260.0, 300.0, 380.0] {
        let run = ScriptedRun::default();
        let mut settings = Settings::default();
        settings.lab.right_width = Some(right);
        settings.lab.lesson = Some("producer-consumer".to_owned());
        let mut harness = window_as_left(&ScriptedFeed::new(20), &run, settings);
        harness.state().commands().send(Command::OpenLab);
        harness.run();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        harness.run();
        run.tell(until(FOOD, 3.1));
        // An item waits long.
        let later = r#"{"seq":10000,"t":47.0,"type":"process_ready","pid":4715}"#;
        run.tell([RunEvent::from_json(later).unwrap()]);
        steps(&mut harness);
        let all = painted(&harness);
        for row in harness.get_all_by_role(Role::ListItem) {
            let label = row.accesskit_node().label().unwrap_or_default();
            if label.contains(" item ") && !label.contains(" out ") {
                assert_eq!(overlaps(&all, row.rect()), [], "{label} at {right}");
            }
        }
        let head = find(&all, "Put by").rect;
        let y = head.top() - 4.0..=head.bottom() + 4.0;
        let line = Rect::from_x_y_ranges(0.0..=2000.0, y);
        assert_eq!(overlaps(&all, line), [], "heads at {right}");
        let state = find(&all, "State").rect;
        let time = find(&all, "In queue").rect;
        assert!(state.right() + 2.0 < time.left(), "heads at {right}");
    }
}

#[test]
fn a_narrow_window_has_log_and_results_behind_tabs() {
    let (mut harness, _run) = lab(POOL, 9.0);
    assert!(harness.query_by_role_and_label(Role::Tab, "Log").is_none());
    // 1280x720 at 180 %.
    resize(&mut harness, 711.0, 400.0);
    let tabs = ["Log", "Results", "Processes"];
    for tab in tabs {
        assert!(harness.query_by_role_and_label(Role::Tab, tab).is_some());
    }
    // The end of the log, which it follows.
    let last = "M 4711 out pid=4711 callback_work 4";
    let line = harness.get_by_label_contains(last).rect();
    assert!(line.width() > 400.0, "{line:?}");
    let find_field = harness
        .get_by_role_and_label(Role::TextInput, "Find")
        .rect();
    for button in harness.get_all_by_role(Role::Button) {
        let label = button.accesskit_node().label().unwrap_or_default();
        let in_bar = (button.rect().center().y - find_field.center().y).abs() < 8.0;
        assert!(
            !in_bar || !button.rect().shrink(1.0).intersects(find_field),
            "{label}"
        );
    }
    open_tab(&mut harness, "Results");
    assert!(harness.query_by_label("work0 W1 4712 ok 0 1st").is_some());
    assert!(harness.query_by_label_contains(last).is_none());
    open_tab(&mut harness, "Log");
    assert!(harness.query_by_label_contains(last).is_some());
}

#[test]
fn an_end_whose_exit_code_is_unknown_is_neither_orderly_nor_a_failure() {
    let (mut harness, _run) = lab(EXIT_UNKNOWN, 1.0);
    let words = "P1 4329, ended, exit code unknown";
    assert!(harness.query_by_label(words).is_some());
    open_tab(&mut harness, "Processes");
    let items = labels(&harness, Role::ListItem);
    let words = "P1 4329: ended, exit code unknown";
    assert!(items.iter().any(|item| item.contains(words)), "{items:#?}");
}
