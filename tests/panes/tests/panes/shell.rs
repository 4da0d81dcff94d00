//! Rail, status bar, themes.

use eframe::egui::{self, Key, Modifiers, Role};
use egui_kittest::kittest::Queryable as _;
use proclab::app::command::Command;
use proclab::app::feed::ScriptedFeed;
use proclab::app::settings::Place;

use crate::window::window;

#[test]
fn the_rail_and_its_keys_lead_to_both_places() {
    let mut harness = window(&ScriptedFeed::new(100));
    assert_eq!(harness.state().settings().place, Place::Monitor);
    harness.get_by_role_and_label(Role::Button, "Lab").click();
    harness.run();
    assert_eq!(harness.state().settings().place, Place::Lab);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    harness.run();
    assert_eq!(harness.state().settings().place, Place::Monitor);
}

#[test]
fn the_introduction_leads_to_the_lab_once() {
    let mut harness = window(&ScriptedFeed::new(100));
    harness
        .get_by_label_contains("See a process pool at work")
        .click();
    harness.run();
    assert_eq!(harness.state().settings().place, Place::Lab);
    assert!(harness.state().settings().is_introduced);
    harness.state().commands().send(Command::OpenMonitor);
    harness.run();
    assert!(
        harness
            .query_by_label_contains("See a process pool at work")
            .is_none()
    );
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
