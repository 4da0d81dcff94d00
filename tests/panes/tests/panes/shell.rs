//! Rail, status bar, themes.

use std::sync::Arc;

use eframe::egui::{self, Key, Modifiers, Role, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::ScriptedRun;
use panes::machine::{row, snapshot_of};
use proclab::app::command::Command;
use proclab::app::settings::Page;
use proclab::app::{App, SaveError};
use proclab::run::lesson::Lesson;

use crate::window::{window, window_that_keeps, window_with};

#[test]
fn the_rail_and_its_keys_lead_to_both_places() {
    let mut harness = window(&ScriptedFeed::new(100));
    assert_eq!(harness.state().settings().place, Page::Monitor);
    harness.get_by_role_and_label(Role::Button, "Lab").click();
    harness.run();
    assert_eq!(harness.state().settings().place, Page::Lab);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    harness.run();
    assert_eq!(harness.state().settings().place, Page::Monitor);
}

#[test]
fn the_introduction_runs_the_lesson_once() {
    let run = ScriptedRun::default();
    let mut harness = window_with(&ScriptedFeed::new(100), &run);
    harness
        .get_by_label_contains("See a process pool at work")
        .click();
    harness.run();
    assert_eq!(harness.state().settings().place, Page::Lab);
    assert!(harness.state().settings().is_introduced);
    assert_eq!(run.started().len(), 1, "a pool is at work");
    harness.state().commands().send(Command::OpenMonitor);
    harness.run();
    assert!(
        harness
            .query_by_label_contains("See a process pool at work")
            .is_none()
    );
}

#[test]
fn the_introduction_starts_the_lesson_though_the_form_is_in_front() {
    let run = ScriptedRun::default();
    let mut harness = window_with(&ScriptedFeed::new(100), &run);
    harness.state().commands().send(Command::OpenLab);
    harness.run();
    harness.get_by_role_and_label(Role::Tab, "Form").click();
    harness.run();
    harness.state().commands().send(Command::OpenMonitor);
    harness.run();
    harness
        .get_by_label_contains("See a process pool at work")
        .click();
    harness.run();
    let lesson = Lesson::find("pool-callback").expect("it is built in");
    assert_eq!(run.started(), Vec::from_iter(lesson.config.clone()));
}

#[test]
fn the_introduction_leaves_a_run_under_way_alone() {
    let run = ScriptedRun::default();
    let mut harness = window_with(&ScriptedFeed::new(100), &run);
    harness.state().commands().send(Command::OpenLab);
    harness.run();
    harness.get_by_role_and_label(Role::Tab, "Form").click();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(4);
    harness.state().commands().send(Command::OpenMonitor);
    harness.run_steps(4);
    harness
        .get_by_label_contains("See a process pool at work")
        .click();
    harness.run_steps(4);
    assert_eq!(harness.state().settings().place, Page::Lab);
    assert_eq!(run.started().len(), 1);
    assert_eq!(run.requests(), [], "nothing was stopped");
}

#[test]
fn what_the_window_takes_is_what_its_row_says() {
    let feed = ScriptedFeed::new(60);
    let mut rows = vec![row(10, "sh"), row(20, "proclab")];
    rows[1].cpu_percent = Ok(44.0);
    let mut snapshot = snapshot_of(rows);
    snapshot.cost.cpu_percent = Ok(0.6);
    feed.show(snapshot);
    feed.looks_from(row(20, "proclab").key);
    let mut harness = window(&feed);
    assert!(harness.query_by_label("Own 44.0 %").is_some());
    harness.get_by_label("Own 44.0 %").hover();
    harness.run();
    let said = "Reading the processes takes 0.6 % of it";
    assert!(harness.query_by_label_contains(said).is_some());
}

#[test]
fn a_window_that_cannot_see_itself_shows_the_cost_of_sampling() {
    let feed = ScriptedFeed::new(60);
    let mut snapshot = snapshot_of(vec![row(10, "sh")]);
    snapshot.cost.cpu_percent = Ok(0.6);
    feed.show(snapshot);
    let harness = window(&feed);
    assert!(harness.query_by_label("Sampling 0.6 %").is_some());
    assert!(harness.query_by_label_contains("Own ").is_none());
}

#[test]
fn settings_that_cannot_be_saved_say_so() {
    let not_saved = || SaveError::Folder {
        folder: "/nonexistent/proclab".into(),
        error: std::io::ErrorKind::PermissionDenied.into(),
    };
    let mut harness = window_that_keeps(Arc::new(move || Err(not_saved())));
    let reason = "Settings cannot be saved in /nonexistent/proclab: permission denied";
    for _ in 0..500 {
        harness.step();
        if harness.query_by_label_contains(reason).is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(harness.query_by_label_contains(reason).is_some());
    assert!(harness.query_by_label("settings not saved").is_some());
}

#[test]
fn panes_have_their_width_again_after_magnifying() {
    let mut harness = window(&ScriptedFeed::new(100));
    harness
        .get_all_by_role(Role::Row)
        .next()
        .expect("a row")
        .click();
    harness.run();
    let edge = |harness: &Harness<'_, App>| {
        let tab = harness.get_by_role_and_label(Role::Tab, "Overview");
        tab.rect().left()
    };
    let before = edge(&harness);
    // Wider than it is at first.
    let width = harness.state().settings().detail_width;
    // Beside the bar with which the table is scrolled.
    let at = pos2(harness.ctx.content_rect().right() - width + 3.0, 500.0);
    harness.hover_at(at);
    harness.run();
    harness.drag_at(at);
    harness.run();
    for x in [50.0, 100.0, 150.0] {
        harness.hover_at(at - vec2(x, 0.0));
        harness.run();
    }
    harness.drop_at(at - vec2(150.0, 0.0));
    harness.run();
    let chosen = edge(&harness);
    assert!(before - chosen > 100.0, "{before} {chosen}");
    let width = harness.state().settings().detail_width;
    let size = harness.ctx.content_rect().size();
    for zoom in [1.8, 1.0] {
        harness.set_size(size / zoom);
        harness.run();
    }
    harness.run();
    assert!(
        (edge(&harness) - chosen).abs() < 1.0,
        "{} {chosen}",
        edge(&harness)
    );
    assert!((harness.state().settings().detail_width - width).abs() < 1.0);
}

#[test]
fn both_themes_draw_every_section() {
    let feed = ScriptedFeed::new(200);
    let mut harness = window(&feed);
    let first = harness
        .get_all_by_role(Role::Row)
        .next()
        .expect("a row is on screen");
    first.click();
    harness.run();
    for theme in [egui::Theme::Dark, egui::Theme::Light] {
        assert_eq!(harness.ctx.theme(), theme);
        for section in [
            "Overview", "Why", "Threads", "Files", "Network", "Environ", "Limits",
        ] {
            harness.get_by_role_and_label(Role::Tab, section).click();
            harness.run();
        }
        harness.state().commands().send(Command::ToggleTheme);
        harness.run();
    }
}

#[test]
fn freezing_holds_the_picture() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    harness
        .get_by_role_and_label(Role::Button, "Freeze")
        .click();
    harness.run();
    let before = harness.state().monitor().snapshot().map(|s| s.tick.number);
    feed.advance();
    harness.run();
    assert_eq!(
        harness.state().monitor().snapshot().map(|s| s.tick.number),
        before
    );
    harness
        .get_by_role_and_label(Role::Button, "Frozen")
        .click();
    harness.run();
    feed.advance();
    harness.run();
    assert_ne!(
        harness.state().monitor().snapshot().map(|s| s.tick.number),
        before
    );
}

#[test]
fn the_interval_is_chosen_from_four() {
    let mut harness = window(&ScriptedFeed::new(100));
    harness
        .get_by_role_and_label(Role::Button, "every 1 s")
        .click();
    harness.run();
    harness.get_by_label("every 5 s").click();
    harness.run();
    assert_eq!(harness.state().settings().interval_ms, 5_000);
}

#[test]
fn kernel_threads_are_counted_and_shown_on_request() {
    let mut harness = window(&ScriptedFeed::new(100));
    harness.get_by_label("18 kernel threads hidden").click();
    harness.run();
    assert!(harness.state().settings().kernel_threads);
    assert!(harness.query_by_label("18 kernel threads").is_some());
}
