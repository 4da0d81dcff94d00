//! What moves in the table, and what does not.

use eframe::egui::Role;
use egui_kittest::kittest::Queryable as _;
use proclab::app::command::Command;
use proclab::app::feed::ScriptedFeed;
use proclab::monitor::source::scripted::{row, snapshot_of};
use proclab::monitor::{Reading, Snapshot};

use crate::window::{rows, window};

/// Two hundred processes, each a little busier than the one before; one as busy as is said.
fn many(busy_pid: u32, cpu: f32) -> Snapshot {
    let rows = (100..300).map(|pid| {
        let mut row = row(pid, "p");
        let own = (pid - 100) as f32 / 4.0;
        row.cpu_percent = Reading::Value(if pid == busy_pid { cpu } else { own });
        row.username = Reading::Value("ana".into());
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
    let top = |harness: &egui_kittest::Harness<'_, proclab::app::App>| {
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
    assert_eq!(rows(&harness)[1], "p, 298, ana, ended ? (not heard)");
    for _ in 0..3 {
        feed.show(without.clone());
        harness.run();
    }
    assert_eq!(rows(&harness)[1], "p, 297, ana, sleeping");
}
