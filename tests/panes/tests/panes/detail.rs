//! The tabs of the detail: what each shows, and that only the open one is read.

use eframe::egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedFeed;
use proclab::app::App;
use proclab::app::command::Command;
use proclab::monitor::detail::{CpuWait, Limit};
use proclab::monitor::{Aspect, Look, ProcState, Unread};
use proclab::os::ProcKey;

use crate::window::{foreign_process, key_where, second_passes, window};

/// A process whose files may be read, with at least so many threads.
fn readable(harness: &Harness<'_, App>, threads: u32) -> ProcKey {
    key_where(harness, |row| {
        row.exe.is_ok() && row.key.pid > 40 && row.num_threads.as_ref().ok() >= Some(&threads)
    })
}

fn open(harness: &mut Harness<'_, App>, key: ProcKey, tab: &str) {
    harness.state().commands().send(Command::ShowInMonitor(key));
    harness.run();
    harness.get_by_role_and_label(Role::Tab, tab).click();
    harness.run();
}

/// The rows of the list, from above.
fn items(harness: &Harness<'_, App>) -> Vec<String> {
    let mut items: Vec<(f32, String)> = harness
        .query_all_by_role(Role::ListItem)
        .map(|node| {
            let label = node.accesskit_node().label().unwrap_or_default();
            (node.rect().top(), label)
        })
        .collect();
    items.sort_by(|a, b| a.0.total_cmp(&b.0));
    items.into_iter().map(|(_, label)| label).collect()
}

#[test]
fn only_the_open_tab_is_read() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let key = readable(&harness, 1);
    for (tab, aspect) in [
        ("Why", Aspect::Why),
        ("Threads", Aspect::Threads),
        ("Files", Aspect::Files),
        ("Network", Aspect::Network),
        ("Environ", Aspect::Environment),
        ("Limits", Aspect::Limits),
        ("Overview", Aspect::Overview),
    ] {
        open(&mut harness, key, tab);
        assert_eq!(feed.selected(), Some((key, Look::At(aspect))), "{tab}");
    }
    harness.state().commands().send(Command::CloseDetail);
    harness.run();
    assert_eq!(feed.selected(), None);
}

#[test]
fn threads_are_sorted_narrowed_down_and_copied() {
    let feed = ScriptedFeed::new(200);
    let mut harness = window(&feed);
    let key = readable(&harness, 12);
    open(&mut harness, key, "Threads");
    let all = items(&harness);
    assert!(all.len() >= 12, "{all:?}");
    harness
        .get_by_role_and_label(Role::ColumnHeader, "ID")
        .click();
    harness.run();
    assert!(items(&harness)[0].contains(&format!("\t{}\t", key.pid)));
    harness
        .get_by_role_and_label(Role::ColumnHeader, "ID")
        .click();
    harness.run();
    assert!(!items(&harness)[0].contains(&format!("\t{}\t", key.pid)));

    let field = harness.get_by_role_and_label(Role::TextInput, "Filter this list");
    field.focus();
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, "Filter this list")
        .type_text("-11");
    harness.run();
    assert_eq!(items(&harness).len(), 1);
    assert!(harness.query_by_label_contains("1 of ").is_some());
    harness
        .get_by_role_and_label(Role::Button, "Copy all rows")
        .click();
    harness.run();
    assert!(harness.query_by_label("Copied").is_some());
}

#[test]
fn a_filter_that_nothing_matches_says_so() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let key = readable(&harness, 1);
    open(&mut harness, key, "Files");
    harness
        .get_by_role_and_label(Role::TextInput, "Filter this list")
        .focus();
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, "Filter this list")
        .type_text("nowhere");
    harness.run();
    assert!(
        harness
            .query_by_label("Nothing here matches nowhere.")
            .is_some()
    );
}

#[test]
fn files_tell_kind_mode_and_position_and_sockets_their_network() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let key = readable(&harness, 1);
    open(&mut harness, key, "Files");
    let log = format!("3\tfile\ta\t/home/ana/job-{}.log\t4096", key.pid);
    assert_eq!(items(&harness), [log, "1\tpipe\tw\tpipe:[4711]".to_owned()]);
    open(&mut harness, key, "Network");
    assert_eq!(items(&harness), ["4\ttcp\t127.0.0.1:8080\t–\tLISTEN"]);
    assert!(
        harness
            .query_by_label("Network namespace 4026531840, the same as Proclab's.")
            .is_some()
    );
}

#[test]
fn what_looks_like_a_secret_is_shown_one_by_one_and_hidden_for_the_next() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let key = readable(&harness, 1);
    open(&mut harness, key, "Environ");
    assert_eq!(items(&harness), ["HOME=/home/ana", "API_TOKEN=••••••••"]);
    // The filter does not find what may not be seen.
    harness
        .get_by_role_and_label(Role::TextInput, "Filter this list")
        .focus();
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, "Filter this list")
        .type_text("secret");
    harness.run();
    assert_eq!(items(&harness).len(), 0);
    for _ in 0.."secret".len() {
        harness.key_press(eframe::egui::Key::Backspace);
    }
    harness.run();
    harness
        .get_by_role_and_label(Role::ListItem, "API_TOKEN=••••••••")
        .click();
    harness.run();
    let shown = "API_TOKEN=not-a-real-secret";
    assert_eq!(items(&harness)[1], shown);
    second_passes(&mut harness, &feed);
    assert_eq!(items(&harness)[1], shown, "it stays while one looks");

    let other = key_where(&harness, |row| row.exe.is_ok() && row.key.pid > key.pid);
    open(&mut harness, other, "Environ");
    assert_eq!(items(&harness)[1], "API_TOKEN=••••••••");
    harness.get_by_label("Show all").click();
    harness.run();
    assert_eq!(items(&harness)[1], shown);
    harness.get_by_label("Hide all").click();
    harness.run();
    assert_eq!(items(&harness)[1], "API_TOKEN=••••••••");
}

#[test]
fn why_says_what_weighs_most_first() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let key = readable(&harness, 1);
    feed.change_detail(|detail| {
        detail.state = Ok(ProcState::Stopped);
        detail.num_threads = Ok(1);
        detail.cpu_wait = Ok(CpuWait {
            percent: 43.0,
            thread: 1,
            name: "x".into(),
            threads: 1,
        });
    });
    open(&mut harness, key, "Why");
    let found = items(&harness);
    assert!(
        found[0].starts_with("A signal has stopped it") && found[0].contains("SIGCONT"),
        "{found:?}"
    );
    assert!(found[1].starts_with("It was ready to run but got no CPU for 43 % of the time."));
    for heading in ["Stuck", "Delayed"] {
        assert!(
            harness
                .query_by_role_and_label(Role::Heading, heading)
                .is_some()
        );
    }
}

#[test]
fn what_is_denied_is_said_to_be_unknown() {
    let feed = ScriptedFeed::new(200);
    let mut harness = window(&feed);
    let denied = foreign_process(&harness);
    feed.change_detail(|detail| {
        detail.state = Ok(ProcState::Sleeping);
        detail.cpu_wait = Err(Unread::Denied);
    });
    let reason = "Not readable: belongs to www-data. Run Proclab as root to see it.";
    open(&mut harness, denied, "Why");
    let expected = format!("Unknown: what it waits for, how long it waits for a CPU. {reason}");
    let found = items(&harness);
    assert_eq!(found.last(), Some(&expected), "{found:?}");
    for tab in ["Files", "Network", "Environ"] {
        open(&mut harness, denied, tab);
        assert!(harness.query_by_label(reason).is_some(), "{tab}");
    }
    // Input and output are as private; the curves say so instead of a flat line.
    open(&mut harness, denied, "Overview");
    assert!(harness.get_all_by_label(reason).count() > 1);
}

#[test]
fn a_limit_that_is_nearly_used_up_stands_first_and_warns() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let key = readable(&harness, 1);
    feed.change_detail(|detail| {
        let limit = |name: &str, soft| Limit {
            name: name.into(),
            soft: Some(soft),
            hard: None,
            unit: String::new(),
        };
        detail.num_fds = Ok(1_000);
        detail.limits = Ok(vec![
            limit("Max file locks", 7),
            limit("Max open files", 1_024),
        ]);
    });
    open(&mut harness, key, "Limits");
    let found = items(&harness);
    let place = |label: &str| found.iter().position(|item| item == label);
    let warned = place("Open files 1,000 of 1,024 · 98 % used");
    assert!(
        warned.is_some() && warned < place("File locks 7"),
        "{found:?}"
    );
    assert!(
        place("Group's memory 3.0 GB of 8.0 GB").is_some(),
        "{found:?}"
    );
}

#[test]
fn a_cut_list_says_of_how_many() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let key = readable(&harness, 1);
    feed.change_detail(|detail| {
        if let Ok(files) = &mut detail.open_files {
            files.total = Some(31_204);
        }
    });
    open(&mut harness, key, "Files");
    assert!(
        harness
            .query_by_label("Showing the first 2 of 31,204.")
            .is_some()
    );
}

#[test]
fn the_end_leaves_what_each_tab_knew() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    let key = readable(&harness, 1);
    open(&mut harness, key, "Threads");
    let threads = items(&harness);
    open(&mut harness, key, "Why");
    let mut without = harness
        .state()
        .monitor()
        .snapshot()
        .map(|snapshot| (**snapshot).clone())
        .expect("a picture");
    without.rows.retain(|row| row.key != key);
    feed.change_detail(|detail| detail.state = Err(Unread::Gone));
    feed.show(without);
    harness.run();
    assert!(items(&harness)[0].starts_with("It has ended."));
    harness.get_by_role_and_label(Role::Tab, "Threads").click();
    harness.run();
    assert_eq!(items(&harness), threads);
}

#[test]
fn reading_and_writing_say_since_when_they_are_known() {
    let feed = ScriptedFeed::new(100);
    let mut harness = window(&feed);
    for _ in 0..6 {
        second_passes(&mut harness, &feed);
    }
    let key = readable(&harness, 1);
    open(&mut harness, key, "Overview");
    second_passes(&mut harness, &feed);
    let known = harness.query_by_label_contains("Recorded since ");
    assert!(known.is_some(), "it was not asked for before");
}

#[test]
fn the_tabs_stand_in_one_row_at_the_width_that_a_new_panel_has() {
    let mut harness = window(&ScriptedFeed::new(100));
    let key = readable(&harness, 1);
    open(&mut harness, key, "Overview");
    let top = |name: &str| {
        let tab = harness.get_by_role_and_label(Role::Tab, name);
        tab.rect().top()
    };
    let first = top("Overview");
    for name in ["Why", "Threads", "Limits"] {
        assert!((top(name) - first).abs() < 1.0, "{name} is in another row");
    }
}
