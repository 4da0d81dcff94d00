//! The form of a run in windows of several sizes: no field is cut, and no part of a pane is left unpainted.

use eframe::egui::{Pos2, Rect, Role, Shape, Vec2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedFeed;
use panes::ScriptedRun;
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::settings::{Page, Settings};

use crate::lab::{open_tab, steps};
use crate::window::window_as_left;

/// 1280x720, 960x600 and the same at 140 %, in points.
fn sizes() -> [Vec2; 4] {
    let (usual, small) = (vec2(1280.0, 720.0), vec2(960.0, 600.0));
    [usual, small, usual / 1.4, small / 1.4]
}

/// Each kind of run, with all its fields.
const KINDS: [&str; 3] = ["Processes", "Pool", "Producers, consumers"];

fn form() -> Harness<'static, App> {
    let settings = Settings {
        place: Page::Lab,
        ..Settings::default()
    };
    let run = ScriptedRun::default();
    let mut harness = window_as_left(&ScriptedFeed::new(20), &run, settings);
    harness.state().commands().send(Command::OpenLab);
    steps(&mut harness);
    open_tab(&mut harness, "Form");
    harness.get_by_role_and_label(Role::Button, "More").click();
    steps(&mut harness);
    harness
}

fn at_each_size(harness: &mut Harness<'static, App>, look: impl Fn(&Harness<'_, App>, &str)) {
    for size in sizes() {
        harness.set_size(size);
        steps(harness);
        for kind in KINDS {
            harness.get_by_role_and_label(Role::Button, kind).click();
            steps(harness);
            look(harness, &format!("{kind} at {size:?}"));
        }
    }
}

#[test]
fn no_field_of_the_form_is_cut() {
    let mut harness = form();
    at_each_size(&mut harness, |harness, case| {
        // What stands beside the form begins there.
        let edge = harness.get_by_label("All").rect().left();
        for role in [
            Role::TextInput,
            Role::ComboBox,
            Role::Button,
            Role::CheckBox,
        ] {
            for node in harness.query_all_by_role(role) {
                let rect = node.rect();
                let is_in_form = rect.left() > 60.0 && rect.left() < edge && rect.top() > 72.0;
                let label = node.accesskit_node().label().unwrap_or_default();
                assert!(
                    !is_in_form || rect.right() < edge - 12.0,
                    "{case}: {label} {rect:?} reaches {edge}"
                );
            }
        }
    });
}

#[test]
fn every_part_of_the_lab_is_painted() {
    let mut harness = form();
    at_each_size(&mut harness, |harness, case| {
        let bare = unpainted(harness);
        assert!(bare.is_empty(), "{case}: nothing at {bare:?}");
    });
}

/// Points of the window over which no pane has painted its ground.
fn unpainted(harness: &Harness<'_, App>) -> Vec<Pos2> {
    fn collect(clip: Rect, shape: &Shape, to: &mut Vec<Rect>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(clip, shape, to)),
            Shape::Rect(rect) if rect.fill.is_opaque() => to.push(rect.rect.intersect(clip)),
            _ => {}
        }
    }
    let mut grounds = Vec::new();
    for clipped in &harness.output().shapes {
        collect(clipped.clip_rect, &clipped.shape, &mut grounds);
    }
    let whole = harness.ctx.content_rect().shrink(2.0);
    let (columns, rows) = ((whole.width() / 8.0) as u16, (whole.height() / 8.0) as u16);
    let points = (0..=columns).flat_map(|column| {
        (0..=rows).map(move |row| pos2(f32::from(column), f32::from(row)) * 8.0)
    });
    points
        .map(|point| point + whole.min.to_vec2())
        .filter(|point| !grounds.iter().any(|ground| ground.contains(*point)))
        .take(4)
        .collect()
}
