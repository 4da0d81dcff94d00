//! A small curve without axes: time to the right, gaps where nothing was known.

use eframe::egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2};

use crate::app::theme::Theme;
use crate::monitor::history::Point;

/// Paints a curve into `rect`: `span_seconds` wide, from 0 to `top` high.
pub fn sparkline(
    painter: &Painter,
    theme: &Theme,
    rect: Rect,
    points: impl Iterator<Item = Point>,
    span_seconds: f64,
    top: f64,
    color: Color32,
) {
    let base = rect.bottom() - 0.5;
    painter.hline(rect.x_range(), base, Stroke::new(1.0, theme.border));
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let mut piece: Vec<Pos2> = Vec::new();
    for point in points {
        match point.value {
            Some(value) => {
                let x = rect.right() - (point.seconds_ago / span_seconds) as f32 * rect.width();
                let share = if top > 0.0 {
                    (value / top).clamp(0.0, 1.0) as f32
                } else {
                    0.0
                };
                piece.push(pos2(x, base - share * (rect.height() - 2.0)));
            }
            None => finish(&painter, theme, &mut piece, base, color),
        }
    }
    finish(&painter, theme, &mut piece, base, color);
}

/// Paints one unbroken piece with the area under it.
fn finish(painter: &Painter, theme: &Theme, piece: &mut Vec<Pos2>, base: f32, color: Color32) {
    match piece.as_slice() {
        [] => return,
        [only] => {
            painter.circle_filled(*only, 1.0, color);
        }
        points => {
            let mut mesh = Mesh::default();
            for (index, point) in (0_u32..).zip(points) {
                mesh.colored_vertex(*point, theme.faint(color));
                mesh.colored_vertex(pos2(point.x, base), theme.faint(color).gamma_multiply(0.4));
                if index > 0 {
                    let right = 2 * index;
                    mesh.add_triangle(right - 2, right - 1, right);
                    mesh.add_triangle(right - 1, right, right + 1);
                }
            }
            painter.add(Shape::mesh(mesh));
            painter.add(Shape::line(points.to_vec(), Stroke::new(1.25, color)));
        }
    }
    piece.clear();
}
