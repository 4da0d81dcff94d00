//! The window's own icon in task bars and title bars: Monitor's pulse on the dark ground, drawn when the window opens.

use eframe::egui::{Color32, IconData, Vec2, lerp, vec2};

use super::theme::DARK;

/// Side of the image, pixels.
const SIDE: u32 = 128;
/// The pulse, on a square of side 16.
const PULSE: [(f32, f32); 6] = [
    (2.2, 8.6),
    (5.0, 8.6),
    (6.7, 4.0),
    (9.4, 12.4),
    (11.2, 8.6),
    (13.8, 8.6),
];

/// Draws the icon.
pub fn emblem() -> IconData {
    let unit = SIDE as f32 / 16.0;
    let mut rgba = Vec::with_capacity((SIDE * SIDE * 4) as usize);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let at = vec2(x as f32 + 0.5, y as f32 + 0.5) / unit;
            let line = coverage(0.85 - distance_to_pulse(at), unit);
            let ground = coverage(distance_inside_frame(at), unit);
            let color = blend(DARK.raised, DARK.accent, line);
            let alpha = (ground * 255.0).round() as u8;
            rgba.extend([color.r(), color.g(), color.b(), alpha]);
        }
    }
    IconData {
        rgba,
        width: SIDE,
        height: SIDE,
    }
}

/// How much of a pixel is covered whose middle lies that far inside an edge, in units.
fn coverage(inside: f32, unit: f32) -> f32 {
    (inside * unit + 0.5).clamp(0.0, 1.0)
}

fn blend(from: Color32, to: Color32, share: f32) -> Color32 {
    from.lerp_to_gamma(to, share)
}

/// The distance to the nearest piece of the pulse.
fn distance_to_pulse(at: Vec2) -> f32 {
    let points = PULSE.map(|(x, y)| vec2(x, y));
    let pieces = points.iter().zip(points.iter().skip(1));
    let distance = |(&from, &to): (&Vec2, &Vec2)| {
        let along = (to - from).dot(at - from) / (to - from).length_sq();
        let nearest = vec2(
            lerp(from.x..=to.x, along.clamp(0.0, 1.0)),
            lerp(from.y..=to.y, along.clamp(0.0, 1.0)),
        );
        (at - nearest).length()
    };
    pieces.map(distance).fold(f32::INFINITY, f32::min)
}

/// The distance to the edge of a square with round corners; negative outside.
fn distance_inside_frame(at: Vec2) -> f32 {
    const RADIUS: f32 = 3.4;
    let beyond = (at - Vec2::splat(8.0)).abs() - Vec2::splat(7.6 - RADIUS);
    RADIUS - beyond.max(Vec2::ZERO).length()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_are_clear_and_the_middle_is_not() {
        let image = emblem();
        let alpha = |x: u32, y: u32| image.rgba[((y * SIDE + x) * 4 + 3) as usize];
        assert_eq!(image.rgba.len(), (SIDE * SIDE * 4) as usize);
        assert_eq!((alpha(0, 0), alpha(SIDE / 2, SIDE / 2)), (0, 255));
    }
}
