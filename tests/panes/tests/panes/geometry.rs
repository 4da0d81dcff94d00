//! What is cut, covered or crosses an edge, in windows of several sizes.

use eframe::egui::{Pos2, Rect, Role, Shape, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedFeed;
use panes::ScriptedRun;
use panes::machine::{row, snapshot_of};
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::settings::Settings;
use proclab::monitor::COLUMNS;
use proclab::monitor::Snapshot;
use proclab::monitor::snapshot::DiskRates;

use crate::window::{rows, window, window_as_left};

/// A text as it is drawn.
#[derive(Debug)]
struct Drawn {
    text: String,
    rect: Rect,
    is_cut: bool,
}

/// The texts of the last picture, in the order of drawing.
fn drawn(harness: &Harness<'_, App>) -> Vec<Drawn> {
    fn collect(shape: &Shape, clip: Rect, all: &mut Vec<Drawn>) {
        match shape {
            Shape::Text(text) => {
                let rect = text.galley.rect.translate(text.pos.to_vec2());
                if !clip.intersects(rect) {
                    return;
                }
                all.push(Drawn {
                    text: text.galley.rows.iter().map(|row| row.text()).collect(),
                    rect,
                    is_cut: text.galley.elided || !clip.expand(1.0).contains_rect(rect),
                });
            }
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, all)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    for clipped in &harness.output().shapes {
        collect(&clipped.shape, clipped.clip_rect, &mut all);
    }
    all
}

fn within(texts: Vec<Drawn>, top: f32, bottom: f32) -> Vec<Drawn> {
    let is_within = |text: &Drawn| (top..bottom).contains(&text.rect.center().y);
    texts.into_iter().filter(is_within).collect()
}

/// A machine on which a program with a long name takes all, and the disk is waited for.
fn machine() -> Snapshot {
    let mut rows = vec![
        row(10, "a-program-with-a-very-long-name-indeed"),
        row(11, "sh"),
    ];
    for row in &mut rows {
        row.cpu_percent = Ok(90.0);
        row.rss_bytes = Ok(899_600_000);
        row.username = Ok("ana".into());
    }
    rows[0].extra.io_read_rate = Ok(0.0);
    rows[0].extra.io_write_rate = Ok(180e6);
    let mut snapshot = snapshot_of(rows);
    snapshot.machine.pressure.io_percent = Ok(63.0);
    snapshot.machine.pressure.cpu_percent = Ok(12.0);
    snapshot.machine.memory_used_bytes = Ok(1_500 << 20);
    snapshot.machine.disk = Ok(DiskRates {
        read_bytes_per_second: 1 << 20,
        written_bytes_per_second: 180 << 20,
    });
    snapshot
}

/// 1280x720, 960x600 and the same at 140 %, in points.
fn sizes() -> [Vec2; 4] {
    let (usual, small) = (vec2(1280.0, 720.0), vec2(960.0, 600.0));
    [usual, small, usual / 1.4, small / 1.4]
}

fn resized(harness: &mut Harness<'static, App>, size: Vec2) {
    harness.set_size(size);
    harness.run();
}

#[test]
fn the_strip_cuts_no_amount_and_no_sentence_but_for_a_name_in_it() {
    let feed = ScriptedFeed::new(60);
    feed.show(machine());
    let mut harness = window(&feed);
    for _ in 0..13 {
        feed.show(machine());
        harness.run();
    }
    for size in sizes() {
        resized(&mut harness, size);
        let figure = |title: &str| {
            let mut nodes = harness.get_all_by_role(Role::Button);
            let node = nodes.find(|node| {
                let label = node.accesskit_node().label().unwrap_or_default();
                label.starts_with(title) && label.contains("a-program")
            });
            node.unwrap_or_else(|| panic!("{title} at {size:?}")).rect()
        };
        for (title, amount) in [
            ("CPU ", "0.9 cores"),
            ("Memory ", "857.9 MB"),
            ("Disk ", "171.7 MB/s"),
            ("Waiting ", "171.7 MB/s"),
        ] {
            let place = figure(title).expand(1.0);
            let texts = drawn(&harness);
            let inside: Vec<_> = texts
                .iter()
                .filter(|text| place.contains(text.rect.left_center()))
                .collect();
            assert!(inside.len() >= 3, "{title} at {size:?}: {inside:?}");
            for text in &inside {
                assert!(!text.is_cut, "{title} at {size:?}: {text:?}");
                assert!(
                    place.contains_rect(text.rect),
                    "{title} at {size:?}: {text:?} in {place:?}"
                );
            }
            let note = inside.iter().find(|text| text.text.contains(amount));
            assert!(note.is_some(), "{title} at {size:?}: {inside:?}");
        }
    }
}

#[test]
fn titles_of_columns_are_whole() {
    let settings = Settings {
        columns: COLUMNS.iter().map(|column| column.key.to_owned()).collect(),
        ..Settings::default()
    };
    let feed = ScriptedFeed::new(60);
    let mut harness = window_as_left(&feed, &ScriptedRun::default(), settings);
    resized(&mut harness, vec2(4_000.0, 700.0));
    let header = harness
        .get_by_role_and_label(Role::ColumnHeader, "Name")
        .rect();
    let titles = within(drawn(&harness), header.top(), header.bottom());
    assert!(titles.len() > COLUMNS.len(), "titles and units");
    let cut: Vec<_> = titles.iter().filter(|title| title.is_cut).collect();
    assert!(cut.is_empty(), "{cut:?}");
    assert!(titles.iter().any(|title| title.text == "per second"));
}

#[test]
fn buttons_of_the_bar_lie_beside_each_other() {
    let mut harness = window(&ScriptedFeed::new(60));
    for size in sizes() {
        resized(&mut harness, size);
        let rect = |role, label: &str| harness.get_by_role_and_label(role, label).rect();
        let mut places = vec![rect(Role::TextInput, "Filter processes")];
        for label in [
            "Flat",
            "Tree",
            "By program",
            "Columns",
            "Compare",
            "Export…",
        ] {
            places.push(rect(Role::Button, label));
        }
        for (place, one) in places.iter().enumerate() {
            assert!(
                harness.ctx.content_rect().contains_rect(*one),
                "{size:?} {one:?}"
            );
            for other in places.iter().skip(place + 1) {
                let overlap = one.intersect(*other);
                let is_apart = overlap.width() <= 0.5 || overlap.height() <= 0.5;
                assert!(is_apart, "{size:?}: {one:?} and {other:?}");
            }
        }
    }
}

#[test]
fn the_status_bar_holds_what_it_says() {
    let mut harness = window(&ScriptedFeed::new(60));
    for size in sizes() {
        resized(&mut harness, size);
        let window = harness.ctx.content_rect();
        let mut status = drawn(&harness);
        status.retain(|text| text.rect.top() >= window.bottom() - 24.0);
        assert!(status.len() > 4, "{status:?}");
        for text in &status {
            assert!(
                !text.is_cut && text.rect.right() <= window.right(),
                "{size:?}: {text:?}"
            );
        }
    }
}

#[test]
fn the_hint_of_rows_above_touches_no_title() {
    let feed = ScriptedFeed::new(60);
    let many = |busy: u32| {
        let rows = (100..300).map(|pid| {
            let mut row = row(pid, "p");
            let is_above = (200..200 + busy).contains(&pid);
            row.cpu_percent = Ok(if is_above {
                95.0
            } else {
                (pid - 100) as f32 / 4.0
            });
            row
        });
        snapshot_of(rows.collect())
    };
    feed.show(many(0));
    let mut harness = window(&feed);
    let first = many(0).rows.last().expect("rows").key;
    let select = Command::SelectProcess(Some(first));
    harness.state().commands().send(select);
    harness.run();
    feed.show(many(99));
    harness.run();
    for size in sizes() {
        resized(&mut harness, size);
        let header = harness
            .get_by_role_and_label(Role::ColumnHeader, "Name")
            .rect();
        let hint = harness.get_by_label("99 rows above").rect();
        let texts = within(drawn(&harness), header.top(), header.bottom());
        let touched: Vec<_> = texts
            .iter()
            .filter(|text| text.rect.intersects(hint) && !text.text.contains("99"))
            .collect();
        assert!(touched.is_empty(), "{size:?}: {hint:?} {touched:?}");
    }
}

#[test]
fn what_is_wrong_with_a_filter_covers_no_figure() {
    let mut harness = window(&ScriptedFeed::new(60));
    let filter = Command::SetFilter("colour:red".into());
    harness.state().commands().send(Command::FocusFilter);
    harness.state().commands().send(filter);
    harness.run();
    for size in sizes() {
        resized(&mut harness, size);
        let said = harness.get_by_label_contains("No key “colour”").rect();
        let header = harness
            .get_by_role_and_label(Role::ColumnHeader, "PID")
            .rect();
        assert!(
            said.top() >= header.bottom(),
            "{size:?}: {said:?} {header:?}"
        );
        assert!(
            harness.ctx.content_rect().contains_rect(said),
            "{size:?}: {said:?}"
        );
    }
}

#[test]
fn a_notice_stands_on_one_line_with_its_signs() {
    let mut harness = window(&ScriptedFeed::new(60));
    let copy = Command::CopyText("x".into());
    harness.state().commands().send(copy);
    harness.run();
    let words = harness.get_by_label("Copied").rect();
    let cross = harness.get_by_role_and_label(Role::Button, "Close").rect();
    let between = (words.center().y - cross.center().y).abs();
    assert!(between < 1.0, "{words:?} {cross:?}");
}

#[test]
fn cells_of_what_has_ended_are_whole() {
    let feed = ScriptedFeed::new(60);
    let with = |is_there: bool| {
        let mut rows = vec![row(10, "sh"), row(11, "make")];
        rows[1].peak_rss_bytes = Ok(126 << 20);
        rows.retain(|row| is_there || row.key.pid != 11);
        snapshot_of(rows)
    };
    feed.show(with(true));
    let mut harness = window(&feed);
    for _ in 0..4 {
        feed.show(with(false));
        harness.run();
    }
    let label = rows(&harness).remove(1);
    assert!(label.contains("ended"), "{label}");
    let place = harness.get_by_role_and_label(Role::Row, &label).rect();
    let texts = within(drawn(&harness), place.top(), place.bottom());
    let words: Vec<_> = texts.iter().map(|text| &*text.text).collect();
    assert!(
        words.iter().any(|text| text.ends_with("126 MB")),
        "{words:?}"
    );
    assert!(
        words
            .iter()
            .all(|text| !text.contains("lived") && !text.contains(" / ")),
        "{words:?}"
    );
    let cut: Vec<_> = texts.iter().filter(|text| text.is_cut).collect();
    assert!(cut.is_empty(), "{cut:?}");
    // A pointer at the CPU use says what it is.
    let header = harness
        .get_by_role_and_label(Role::ColumnHeader, "CPU %")
        .rect();
    harness.hover_at(Pos2::new(header.center().x, place.center().y));
    harness.run_steps(60);
    assert!(harness.query_by_label_contains("CPU time").is_some());
}
