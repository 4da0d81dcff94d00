//! The last minute of a process's CPU use, as small as a cell.

use eframe::egui::{Painter, Rect, Shape, Stroke, pos2};

use crate::app::theme::{Theme, UNIT};

/// Less room than this says nothing.
const LEAST: f32 = 6.0 * UNIT;

/// Draws the values, oldest first: the newest at the right edge, the height of one busy core at the least, gaps as gaps.
pub fn trail_ui(
    painter: &Painter,
    rect: Rect,
    values: impl ExactSizeIterator<Item = Option<f32>>,
    theme: &Theme,
) {
    let values: Vec<Option<f32>> = values.collect();
    let top = values.iter().flatten().fold(100.0_f32, |a, b| a.max(*b));
    let is_idle = values.iter().flatten().all(|value| *value < 0.05);
    if rect.width() < LEAST || is_idle {
        return;
    }
    let rect = rect.shrink2(pos2(0.0, 1.25 * UNIT).to_vec2());
    let step = rect.width() / values.len().saturating_sub(1).max(1) as f32;
    let stroke = Stroke::new(1.0, theme.cpu);
    for (place, run) in known_runs(&values) {
        let points: Vec<_> = (place..)
            .zip(run)
            .map(|(place, value)| {
                let y = rect.bottom() - rect.height() * value / top;
                pos2(rect.left() + place as f32 * step, y)
            })
            .collect();
        painter.add(Shape::line(points, stroke));
    }
}

/// Stretches in which all is known, each with the place where it begins.
fn known_runs(values: &[Option<f32>]) -> Vec<(usize, Vec<f32>)> {
    let mut runs: Vec<(usize, Vec<f32>)> = Vec::new();
    let mut is_open = false;
    for (place, value) in values.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(value), Some((_, run))) if is_open => run.push(*value),
            (Some(value), _) => runs.push((place, vec![*value])),
            (None, _) => {}
        }
        is_open = value.is_some();
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_part_the_line() {
        let known = Some;
        assert_eq!(
            known_runs(&[None, known(1.0), known(2.0), None, None, known(3.0)]),
            [(1, vec![1.0, 2.0]), (5, vec![3.0])]
        );
        assert!(known_runs(&[None, None]).is_empty());
    }
}
