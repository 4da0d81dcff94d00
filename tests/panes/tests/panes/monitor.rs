//! The table of processes and the detail of one.

use eframe::egui::{Key, Modifiers, Role, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::machine::{row, snapshot_of};
use proclab::app::App;
use proclab::app::command::Command;
use proclab::monitor::{Aspect, Direction, FigureId, Look, Snapshot, Unread};

use crate::window::{foreign_process, ours, rows, second_passes, window};

/// Three processes with known figures.
fn three() -> Snapshot {
    let mut rows = vec![row(10, "alpha"), row(11, "beta"), row(12, "gamma")];
    for (row, cpu) in rows.iter_mut().zip([5.0, 90.0, 0.0]) {
        row.cpu_percent = Ok(cpu);
        row.username = Ok("ana".into());
    }
    rows[2].exe = Err(Unread::Denied);
    rows[2].rss_bytes = Err(Unread::Denied);
    rows[2].username = Ok("root".into());
    snapshot_of(rows)
}

fn feed_of_three() -> ScriptedFeed {
    let feed = ScriptedFeed::new(60);
    feed.show(three());
    feed
}

#[test]
fn rows_stand_by_cpu_and_a_click_on_a_header_sorts() {
    let mut harness = window(&feed_of_three());
    assert_eq!(
        rows(&harness),
        [
            "beta, 11, ana, sleeping",
            "alpha, 10, ana, sleeping",
            "gamma, 12, root, sleeping"
        ]
    );
    harness
        .get_by_role_and_label(Role::ColumnHeader, "Name")
        .click();
    harness.run();
    assert_eq!(rows(&harness)[0], "alpha, 10, ana, sleeping");
    harness
        .get_by_role_and_label(Role::ColumnHeader, "PID")
        .click();
    harness.run();
    assert_eq!(rows(&harness)[0], "gamma, 12, root, sleeping");
    harness
        .get_by_role_and_label(Role::ColumnHeader, "PID")
        .click();
    harness.run();
    assert_eq!(rows(&harness)[0], "alpha, 10, ana, sleeping");
    assert_eq!(harness.state().settings().sort, "pid");
    assert!(!harness.state().settings().is_descending);
}

#[test]
fn the_filter_leaves_what_matches_and_says_what_is_wrong() {
    let mut harness = window(&feed_of_three());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run();
    let field = harness.get_by_role_and_label(Role::TextInput, "Filter processes");
    assert!(field.is_focused());
    field.type_text("user:root");
    harness.run();
    assert_eq!(rows(&harness), ["gamma, 12, root, sleeping"]);
    assert!(harness.query_by_label("2 hidden by the filter").is_some());

    harness
        .state()
        .commands()
        .send(Command::SetFilter("cpu>x".into()));
    harness.run();
    assert!(
        harness
            .query_by_label_contains("is not a number for cpu")
            .is_some()
    );
    assert_eq!(rows(&harness).len(), 1, "the rows stay as they were");
    for words in ["Last valid filter shown", "still those of “user:root”"] {
        assert!(harness.query_by_label_contains(words).is_some(), "{words}");
    }

    harness
        .state()
        .commands()
        .send(Command::SetFilter("nobody".into()));
    harness.run();
    assert!(
        harness
            .query_by_label("No process matches nobody; 3 are hidden by it.")
            .is_some()
    );
    harness.get_by_role_and_label(Role::Button, "Clear").click();
    harness.run();
    assert_eq!(rows(&harness).len(), 3);
}

#[test]
fn a_selection_opens_the_detail_and_survives_refresh_and_sorting() {
    let feed = ScriptedFeed::new(200);
    let mut harness = window(&feed);
    let label = rows(&harness)[3].clone();
    harness.get_by_role_and_label(Role::Row, &label).click();
    harness.run();
    let key = harness
        .state()
        .monitor()
        .selected()
        .expect("a row is selected");
    assert_eq!(feed.selected(), Some((key, Look::At(Aspect::Overview))));
    assert!(
        harness
            .query_by_role_and_label(Role::Tab, "Overview")
            .is_some()
    );
    second_passes(&mut harness, &feed);
    harness
        .state()
        .commands()
        .send(Command::SortBy(FigureId::Name));
    harness.run();
    second_passes(&mut harness, &feed);
    assert_eq!(harness.state().monitor().selected(), Some(key));
    assert!(harness.query_by_label_contains("started ").is_some());

    // Escape closes the detail, then clears the selection.
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().monitor().selected(), Some(key));
    assert_eq!(
        feed.selected(),
        None,
        "a closed detail is not read any more"
    );
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().monitor().selected(), None);
}

#[test]
fn escape_goes_one_step_back_at_a_time_and_clears_the_filter_last() {
    let feed = feed_of_three();
    let mut harness = window(&feed);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run();
    let field = harness.get_by_role_and_label(Role::TextInput, "Filter processes");
    field.type_text("user:ana");
    harness.run();
    let row = harness.get_by_role_and_label(Role::Row, "alpha, 10, ana, sleeping");
    row.click();
    harness.run();
    harness.state().commands().send(Command::ToggleFreeze);
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.run();
    // The field, the moment of before, the detail, the selection, the filter.
    let mut state = || {
        harness.key_press(Key::Escape);
        harness.run();
        let field = harness.get_by_role_and_label(Role::TextInput, "Filter processes");
        let is_typing = field.is_focused();
        let detail = harness.query_by_role_and_label(Role::Tab, "Overview");
        let monitor = harness.state().monitor();
        [
            is_typing,
            monitor.is_looking_back(),
            detail.is_some(),
            monitor.selected().is_some(),
            rows(&harness).len() == 2,
        ]
    };
    assert_eq!(state(), [false, true, true, true, true]);
    assert_eq!(state(), [false, false, true, true, true]);
    assert_eq!(state(), [false, false, false, true, true]);
    assert_eq!(state(), [false, false, false, false, true]);
    assert_eq!(state(), [false, false, false, false, false]);
    // A popup before all of that.
    let filter = Command::SetFilter("user:ana".into());
    harness.state().commands().send(filter);
    harness.run();
    let button = harness.get_by_role_and_label(Role::Button, "every 1 s");
    button.click();
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("every 5 s").is_none());
    assert_eq!(rows(&harness).len(), 2);
}

#[test]
fn spaces_around_an_operator_are_no_matter() {
    let mut harness = window(&feed_of_three());
    let filter = Command::SetFilter("cpu > 10".into());
    harness.state().commands().send(filter);
    harness.run();
    assert_eq!(rows(&harness), ["beta, 11, ana, sleeping"]);
    let filter = Command::SetFilter("speed > 10".into());
    harness.state().commands().send(filter);
    harness.run();
    let said = harness.query_by_label_contains("Last valid filter shown");
    assert!(said.is_some());
}

#[test]
fn the_keyboard_moves_the_selection() {
    let mut harness = window(&feed_of_three());
    let mut pid_after = |key| {
        harness.key_press(key);
        harness.run();
        harness.state().monitor().selected().map(|key| key.pid)
    };
    assert_eq!(pid_after(Key::ArrowDown), Some(11));
    assert_eq!(pid_after(Key::ArrowDown), Some(10));
    assert_eq!(pid_after(Key::End), Some(12));
    assert_eq!(pid_after(Key::ArrowDown), Some(12));
    assert_eq!(pid_after(Key::Home), Some(11));
    assert_eq!(pid_after(Key::Enter), Some(11));
    assert!(
        harness
            .query_by_role_and_label(Role::Tab, "Overview")
            .is_some()
    );
}

#[test]
fn an_unreadable_value_says_why() {
    let feed = ScriptedFeed::new(200);
    let mut harness = window(&feed);
    let denied = foreign_process(&harness);
    harness
        .state()
        .commands()
        .send(Command::ShowInMonitor(denied));
    harness.run();
    let reason = "Not readable: belongs to www-data. Run Proclab as root to see it.";
    assert!(harness.get_all_by_label(reason).count() > 1);
    harness.get_by_role_and_label(Role::Tab, "Environ").click();
    harness.run();
    assert_eq!(harness.get_all_by_label(reason).count(), 1);
}

#[test]
fn a_cell_without_a_value_tells_the_reason_to_the_pointer() {
    let mut harness = window(&feed_of_three());
    let row = harness
        .get_by_role_and_label(Role::Row, "gamma, 12, root, sleeping")
        .rect();
    let header = harness
        .get_by_role_and_label(Role::ColumnHeader, "Memory")
        .rect();
    harness.hover_at(eframe::egui::pos2(header.center().x, row.center().y));
    harness.run_steps(60);
    assert!(
        harness
            .query_by_label("Not readable: belongs to root. Run Proclab as root to see it.")
            .is_some()
    );
}

#[test]
fn the_environment_is_masked_until_it_is_asked_for() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let own = ours(&harness);
    harness.state().commands().send(Command::ShowInMonitor(own));
    harness.run();
    harness.get_by_role_and_label(Role::Tab, "Environ").click();
    harness.run();
    assert!(
        harness
            .query_by_label_contains("not-a-real-secret")
            .is_none()
    );
    harness.get_by_label("Show all").click();
    harness.run();
    assert!(
        harness
            .query_by_label_contains("not-a-real-secret")
            .is_some()
    );
}

#[test]
fn a_process_that_ends_keeps_what_was_known() {
    let feed = feed_of_three();
    let mut harness = window(&feed);
    harness
        .get_by_role_and_label(Role::Row, "beta, 11, ana, sleeping")
        .click();
    harness.run();
    harness.remove_cursor();
    let mut without = three();
    without.rows.retain(|row| row.key.pid != 11);
    feed.show(without);
    harness.run();
    assert!(harness.query_by_label_contains("lived ≤").is_some());
}

#[test]
fn a_row_offers_what_can_be_done_with_it() {
    let mut harness = window(&feed_of_three());
    harness
        .get_by_role_and_label(Role::Row, "gamma, 12, root, sleeping")
        .click_secondary();
    harness.run();
    assert!(harness.query_by_label("Copy PID").is_some());
    harness.get_by_label("Only processes of root").click();
    harness.run();
    assert_eq!(rows(&harness), ["gamma, 12, root, sleeping"]);
}

#[test]
fn ten_thousand_rows_lay_out_only_those_in_sight() {
    let feed = ScriptedFeed::new(10_000);
    let mut harness = window(&feed);
    assert!(
        harness
            .state()
            .monitor()
            .snapshot()
            .is_some_and(|s| s.rows.len() > 9_500)
    );
    assert!(rows(&harness).len() < 40);
    harness.key_press(Key::End);
    harness.run();
    assert!(rows(&harness).len() < 40);
    let last = harness.state().monitor().selected();
    assert!(last.is_some());
    second_passes(&mut harness, &feed);
    assert_eq!(harness.state().monitor().selected(), last);
}

#[test]
fn a_column_is_as_wide_as_its_edge_is_dragged() {
    let mut harness = window(&feed_of_three());
    let title = |harness: &Harness<'_, App>| {
        harness
            .get_by_role_and_label(Role::ColumnHeader, "User")
            .rect()
    };
    let before = title(&harness);
    let edge = before.right_center() + vec2(4.0, 0.0);
    harness.drag_at(edge);
    harness.run();
    harness.hover_at(edge + vec2(60.0, 0.0));
    harness.run();
    harness.drop_at(edge + vec2(60.0, 0.0));
    harness.run();
    let wider = title(&harness).width() - before.width();
    assert!((wider - 60.0).abs() < 2.0, "{wider}");
    assert!(
        harness
            .state()
            .settings()
            .column_widths
            .contains_key("username")
    );
}

#[test]
fn rows_keep_their_places_while_the_pointer_moves_over_them() {
    let feed = feed_of_three();
    let mut harness = window(&feed);
    let beta = harness
        .get_by_role_and_label(Role::Row, "beta, 11, ana, sleeping")
        .rect();
    harness.hover_at(beta.center());
    harness.run();
    let mut busier = three();
    busier.rows[0].cpu_percent = Ok(99.0);
    feed.show(busier.clone());
    harness.run();
    assert_eq!(rows(&harness)[0], "beta, 11, ana, sleeping");
    assert!(harness.query_by_label("Order held").is_some());
    harness.remove_cursor();
    harness.run();
    feed.show(busier);
    harness.run();
    assert_eq!(rows(&harness)[0], "alpha, 10, ana, sleeping");
}

#[test]
fn a_column_can_be_left_out_and_comes_back() {
    let mut harness = window(&feed_of_three());
    let toggle = || Command::ToggleColumn(FigureId::Threads);
    harness.state().commands().send(toggle());
    harness.run();
    assert!(
        harness
            .query_by_role_and_label(Role::ColumnHeader, "Threads")
            .is_none()
    );
    harness.state().commands().send(toggle());
    harness.run();
    assert!(
        harness
            .query_by_role_and_label(Role::ColumnHeader, "Threads")
            .is_some()
    );
    assert_eq!(
        FigureId::Cpu.figure().first_direction,
        Direction::Descending
    );
}

/// A window that shows the detail of an ordinary process of a scripted machine.
fn with_detail(feed: &ScriptedFeed) -> Harness<'static, App> {
    let mut harness = window(feed);
    let own = ours(&harness);
    harness.state().commands().send(Command::ShowInMonitor(own));
    harness.run();
    harness
}

#[test]
fn curves_tell_value_and_time_under_the_pointer() {
    let feed = ScriptedFeed::new(200);
    let mut harness = with_detail(&feed);
    for _ in 0..3 {
        second_passes(&mut harness, &feed);
    }
    let title = harness.get_by_label_contains("% of 1 core").rect();
    // The right edge of the plot below the title is now.
    harness.hover_at(title.right_bottom() + vec2(-0.5, 20.0));
    harness.run();
    assert!(harness.query_by_label_contains("now\nCPU ").is_some());
    harness.hover_at(title.left_bottom() + vec2(80.0, 20.0));
    harness.run();
    assert!(
        harness
            .query_by_label_contains("ago\nNo sample at this moment.")
            .is_some()
    );

    // In the strip, both figures stand in one readout.
    harness.hover_at(pos2(300.0, 120.0));
    harness.run();
    assert!(harness.query_by_label_contains("ago\nNo sample").is_some());
}

#[test]
fn lists_have_titles_and_a_click_copies_a_line() {
    let feed = ScriptedFeed::new(200);
    let mut harness = with_detail(&feed);
    for (tab, title) in [
        ("Threads", "Name · "),
        ("Files", "Path · "),
        ("Network", "Local end → remote end · "),
        ("Environ", "Value · "),
    ] {
        harness.get_by_role_and_label(Role::Tab, tab).click();
        harness.run();
        assert!(harness.query_by_label_contains(title).is_some(), "{title}");
    }
    let line = harness.get_all_by_role(Role::ListItem).next();
    line.expect("a variable").click();
    harness.run();
    assert!(harness.query_by_label("Copied").is_some());
}

#[test]
fn one_that_had_ended_before_it_was_selected_keeps_its_name() {
    let feed = feed_of_three();
    let mut harness = window(&feed);
    let beta = harness
        .get_by_role_and_label(Role::Row, "beta, 11, ana, sleeping")
        .rect();
    harness.hover_at(beta.center());
    harness.run();
    let mut without = three();
    without.rows.retain(|row| row.key.pid != 11);
    feed.show(without.clone());
    harness.run();
    harness
        .get_by_role_and_label(Role::Row, "beta, 11, ana, ended ? (not observed)")
        .click();
    harness.run();
    harness.remove_cursor();
    harness.run();
    for _ in 0..2 {
        feed.show(without.clone());
        harness.run();
    }
    assert!(
        harness
            .query_by_role_and_label(Role::Heading, "beta 11")
            .is_some()
    );
}

#[test]
fn a_state_explains_itself_to_the_pointer() {
    let mut harness = window(&feed_of_three());
    let row = harness
        .get_by_role_and_label(Role::Row, "beta, 11, ana, sleeping")
        .rect();
    let header = harness
        .get_by_role_and_label(Role::ColumnHeader, "State")
        .rect();
    harness.hover_at(pos2(header.center().x, row.center().y));
    harness.run_steps(60);
    assert!(
        harness
            .query_by_label_contains("It waits for something")
            .is_some()
    );
}

#[test]
fn the_help_adds_an_example_to_the_filter() {
    let mut harness = window(&feed_of_three());
    harness
        .get_by_role_and_label(Role::Button, "How filters are written")
        .click();
    harness.run();
    harness.get_by_label("user:ana").click();
    harness.run();
    assert_eq!(rows(&harness).len(), 2);
    harness
        .get_by_role_and_label(Role::Button, "How filters are written")
        .click();
    harness.run();
    harness.get_by_label("cpu>10").click();
    harness.run();
    assert_eq!(rows(&harness), ["beta, 11, ana, sleeping"]);
}
