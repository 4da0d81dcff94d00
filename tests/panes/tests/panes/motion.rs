//! What moves in the table, and what does not.

use std::time::{Duration, Instant};

use eframe::egui::{Key, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedFeed;
use panes::machine::{row, snapshot_of};
use proclab::app::App;
use proclab::app::command::Command;
use proclab::monitor::{FigureId, Grouping, Snapshot};

use crate::window::{rows, window, window_with_thread};

/// Two hundred processes, each a little busier than the one before; one as busy as is said.
fn many(busy_pid: u32, cpu: f32) -> Snapshot {
    let rows = (100..300).map(|pid| {
        let mut row = row(pid, "p");
        let own = (pid - 100) as f32 / 4.0;
        row.cpu_percent = Ok(if pid == busy_pid { cpu } else { own });
        row.username = Ok("ana".into());
        row
    });
    snapshot_of(rows.collect())
}

#[test]
fn the_selected_row_stays_where_it_is_on_screen() {
    let feed = ScriptedFeed::new(60);
    feed.show(many(200, 25.0));
    let mut harness = window(&feed);
    let key = many(200, 0.0).row_by_pid(200).expect("it is there").key;
    harness.state().commands().send(Command::ShowInMonitor(key));
    harness.run();
    let top = |harness: &Harness<'_, App>| {
        let row = harness.get_by_role_and_label(Role::Row, "p, 200, ana, sleeping");
        row.rect().top()
    };
    let before = top(&harness);
    let above = rows(&harness)[0].clone();
    feed.show(many(200, 35.0));
    harness.run();
    assert!((top(&harness) - before).abs() < 0.5);
    assert_ne!(rows(&harness)[0], above, "the others have moved");
}

#[test]
fn one_that_ends_stays_for_a_moment_and_says_so() {
    let feed = ScriptedFeed::new(60);
    feed.show(many(0, 0.0));
    let mut harness = window(&feed);
    let mut without = many(0, 0.0);
    without.rows.retain(|row| row.key.pid != 298);
    feed.show(without.clone());
    harness.run();
    assert_eq!(rows(&harness)[1], "p, 298, ana, ended ? (not observed)");
    for _ in 0..3 {
        feed.show(without.clone());
        harness.run();
    }
    assert_eq!(rows(&harness)[1], "p, 297, ana, sleeping");
}

/// Pictures until something is so.
fn until(
    harness: &mut Harness<'static, App>,
    what: &str,
    is_so: impl Fn(&Harness<'static, App>) -> bool,
) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so(harness) {
        assert!(Instant::now() < deadline, "not in time: {what}");
        harness.step();
    }
}

#[test]
fn rows_arranged_on_a_thread_come_as_they_are_asked_for() {
    let feed = ScriptedFeed::new(60);
    feed.show(many(0, 0.0));
    let mut harness = window_with_thread(&feed);
    let is_first = |first: &'static str| {
        move |harness: &Harness<'static, App>| rows(harness).first().is_some_and(|row| row == first)
    };
    let last = "p, 299, ana, sleeping";
    until(&mut harness, "the first rows", is_first(last));
    feed.show(many(200, 90.0));
    until(
        &mut harness,
        "the next ones",
        is_first("p, 200, ana, sleeping"),
    );
    for text in ["pid:20", "pid:201"] {
        let command = Command::SetFilter(text.to_owned());
        harness.state().commands().send(command);
    }
    let only = |harness: &Harness<'static, App>| rows(harness) == ["p, 201, ana, sleeping"];
    until(&mut harness, "the last filter", only);
}

#[test]
fn rows_stay_under_a_pointer_that_came_while_they_were_arranged() {
    let feed = ScriptedFeed::new(60);
    feed.show(many(0, 0.0));
    let mut harness = window(&feed);
    let before = rows(&harness);
    feed.show(many(200, 90.0));
    // Asked for in this picture, answered in the next one.
    harness.step();
    let at = harness.get_by_role_and_label(Role::Row, &before[3]).rect();
    harness.hover_at(at.center());
    harness.run();
    assert_eq!(rows(&harness), before);
    assert!(harness.query_by_label("Order held").is_some());
    let busy = harness.query_by_role_and_label(Role::Row, "p, 200, ana, sleeping");
    assert!(busy.is_none(), "its new place would be the first one");
    harness.remove_cursor();
    feed.show(many(200, 90.0));
    harness.run();
    assert_eq!(rows(&harness)[0], "p, 200, ana, sleeping");
}

#[test]
fn a_sort_that_is_asked_for_goes_to_the_top() {
    let feed = ScriptedFeed::new(60);
    feed.show(many(200, 25.0));
    let mut harness = window(&feed);
    let key = many(200, 0.0).row_by_pid(200).expect("it is there").key;
    let asks = [
        Command::SortBy(FigureId::Pid),
        Command::SortBusiest(FigureId::Cpu),
        Command::SortAlsoBy(FigureId::Name),
    ];
    for (ask, first) in asks.into_iter().zip([299, 299, 299]) {
        // Wherever the list stands, and a row in sight is selected.
        harness.state().commands().send(Command::ShowInMonitor(key));
        harness.run();
        let first = format!("p, {first}, ana, sleeping");
        assert_ne!(rows(&harness)[0], first);
        harness.state().commands().send(ask.clone());
        harness.run();
        assert_eq!(rows(&harness)[0], first, "{ask:?}");
        // And stays there while the selected one goes elsewhere.
        feed.show(many(200, 90.0));
        harness.run();
        feed.show(many(200, 25.0));
        harness.run();
        assert_eq!(rows(&harness)[0], first, "{ask:?}");
    }
}

#[test]
fn rows_that_go_above_a_list_at_its_top_are_told_of() {
    let feed = ScriptedFeed::new(60);
    feed.show(many(298, 40.0));
    let mut harness = window(&feed);
    let first = "p, 299, ana, sleeping";
    let above = |harness: &Harness<'static, App>| {
        let mut hints = harness.query_all_by_label_contains("above");
        hints.find_map(|hint| hint.accesskit_node().label())
    };
    assert_eq!(above(&harness), None);
    let key = many(0, 0.0).row_by_pid(299).expect("it is there").key;
    harness
        .state()
        .commands()
        .send(Command::SelectProcess(Some(key)));
    harness.run();
    feed.show(many(298, 90.0));
    harness.run();
    assert_eq!(above(&harness).as_deref(), Some("1 row above"));
    harness.get_by_label("1 row above").click();
    harness.run();
    assert_eq!(rows(&harness)[0], "p, 298, ana, sleeping");
    assert_eq!(above(&harness), None);
    // Scrolled to the top, the table stays there.
    harness.remove_cursor();
    feed.show(many(297, 90.0));
    harness.run();
    assert_eq!(rows(&harness)[..2], ["p, 297, ana, sleeping", first]);
    assert_eq!(above(&harness), None);
}

/// Three processes, the second one the busiest.
fn three() -> Snapshot {
    let names = [(10, "alpha", 1.0), (11, "beta", 9.0), (12, "gamma", 5.0)];
    snapshot_of(
        names
            .map(|(pid, name, cpu)| {
                let mut row = row(pid, name);
                row.cpu_percent = Ok(cpu);
                row
            })
            .to_vec(),
    )
}

/// A table of those three, its rows, and the pointer on the first of them.
fn aiming_at_three() -> (ScriptedFeed, Harness<'static, App>, Vec<String>) {
    let feed = ScriptedFeed::new(60);
    feed.show(three());
    let mut harness = window(&feed);
    let rows = rows(&harness);
    let at = harness.get_by_role_and_label(Role::Row, &rows[0]).rect();
    harness.hover_at(at.center());
    harness.run();
    (feed, harness, rows)
}

#[test]
fn to_hold_the_picture_moves_no_row() {
    let (feed, mut harness, before) = aiming_at_three();
    let mut busier = three();
    busier.rows[0].cpu_percent = Ok(99.0);
    feed.show(busier);
    harness.run();
    assert_eq!(rows(&harness), before);
    harness.key_press(Key::Space);
    harness.run();
    assert!(harness.state().monitor().is_looking_back());
    assert_eq!(rows(&harness), before);
}

#[test]
fn taking_one_that_has_ended_away_moves_no_other_row() {
    let (feed, mut harness, before) = aiming_at_three();
    let mut busier = three();
    let gone = busier.rows.pop().unwrap().key;
    busier.rows[0].cpu_percent = Ok(99.0);
    feed.show(busier);
    harness.run();
    assert_eq!(rows(&harness)[0], before[0]);
    assert_eq!(rows(&harness).len(), 3, "{:?}", rows(&harness));
    harness.state().commands().send(Command::DismissEnded(gone));
    harness.run();
    assert_eq!(rows(&harness)[0], before[0], "{:?}", rows(&harness));
}

#[test]
fn another_grouping_leaves_the_filter() {
    let feed = ScriptedFeed::new(60);
    feed.show(three());
    let mut harness = window(&feed);
    let key = three().rows[0].key;
    harness
        .state()
        .commands()
        .send(Command::SelectProcess(Some(key)));
    harness.run();
    harness
        .state()
        .commands()
        .send(Command::SetFilter("beta".to_owned()));
    harness.run();
    assert_eq!(rows(&harness).len(), 1);
    harness
        .state()
        .commands()
        .send(Command::ShowAs(Grouping::Tree));
    harness.run();
    assert_eq!(rows(&harness).len(), 1, "{:?}", rows(&harness));
}
