//! What a frame paints: without a GPU, each pixel costs, and most of a window is ground.

use eframe::App as _;
use eframe::egui::{Pos2, Rect, Theme, Vec2, epaint::Primitive};
use egui_kittest::Harness;
use panes::ScriptedFeed;
use proclab::app::App;
use proclab::app::command::Command;

use crate::window::window;

const SIZE: Vec2 = Vec2::new(1_200.0, 760.0);

/// A frame as the program draws it: cleared, then painted; how much is painted, in areas of the window.
fn painted(window: &mut Harness<'static, App>) -> f32 {
    let visuals = window.ctx.global_style().visuals.clone();
    window.state().clear_color(&visuals);
    window.step();
    let output = window.output();
    let meshes = window
        .ctx
        .tessellate(output.shapes.clone(), output.pixels_per_point);
    let screen = Rect::from_min_size(Pos2::ZERO, SIZE);
    let areas = meshes.iter().map(|clipped| {
        let Primitive::Mesh(mesh) = &clipped.primitive else {
            return 0.0;
        };
        let clip = clipped.clip_rect.intersect(screen);
        let corner = |index: &u32| mesh.vertices[*index as usize].pos;
        let triangles = mesh.indices.chunks_exact(3).map(|triangle| {
            let [a, b, c] = [0, 1, 2].map(|index| corner(&triangle[index]));
            let bounds = Rect::from_points(&[a, b, c]);
            let shown = bounds.intersect(clip);
            if !bounds.is_positive() || !shown.is_positive() {
                return 0.0;
            }
            let (ab, ac) = (b - a, c - a);
            let whole = (ab.x * ac.y - ab.y * ac.x).abs() / 2.0;
            whole * shown.area() / bounds.area()
        });
        triangles.sum::<f32>()
    });
    areas.sum::<f32>() / screen.area()
}

#[test]
fn the_ground_is_cleared_and_not_painted() {
    let feed = ScriptedFeed::new(250);
    let mut window = window(&feed);
    window.set_size(SIZE);
    for place in [Command::OpenMonitor, Command::OpenLab] {
        window.state().commands().send(place.clone());
        window.run();
        feed.advance();
        let painted = painted(&mut window);
        assert!(painted < 0.5, "{place:?}: {painted} windows");
    }
}

#[test]
fn a_frame_that_was_cleared_to_the_other_theme_has_its_ground_painted() {
    let feed = ScriptedFeed::new(50);
    let mut window = window(&feed);
    window.set_size(SIZE);
    window.run();
    assert!(painted(&mut window) < 0.5);
    let other = match window.ctx.theme() {
        Theme::Dark => Command::SetTheme(proclab::app::theme::ThemeChoice::Light),
        Theme::Light => Command::SetTheme(proclab::app::theme::ThemeChoice::Dark),
    };
    window.state().commands().send(other);
    // The command is carried out after the clearing.
    assert!(painted(&mut window) > 1.0);
    assert!(painted(&mut window) < 0.5);
}
