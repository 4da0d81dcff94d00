//! A curve over the past: filled, with gaps where nothing was known, and a readout at the pointer.

use std::ops::Range;

use eframe::egui::{Color32, CursorIcon, Id, Rect, Sense, Stroke, Ui, UiBuilder, vec2};
use egui_plot::{
    AxisHints, GridMark, HoverPosition, Line, Plot, PlotPoint, PlotPoints, PlotUi, Points,
};

use crate::app::theme::{self, Face, Theme};
use crate::monitor::history::Point;

/// Width of the labels of values beside a plot: the same for all, so that times stand above each other.
const VALUE_LABELS: f32 = 48.0;
/// Height of the labels of times below a plot.
const TIME_LABELS: f32 = 16.0;
/// Width of the line.
const LINE: f32 = 1.25;

/// Points as the plot wants them: made once per picture of the machine, borrowed by every drawing.
#[derive(Debug, Default)]
pub struct Curve {
    /// Seconds from now (the past is negative) and value; a gap has no number as its value.
    points: Vec<PlotPoint>,
    /// The unbroken pieces.
    pieces: Vec<Range<usize>>,
    max: f64,
}

impl Curve {
    /// Takes other points, oldest first.
    pub fn refill(&mut self, points: impl Iterator<Item = Point>) {
        self.points.clear();
        self.pieces.clear();
        self.max = 0.0;
        let mut start = 0;
        for (index, point) in points.enumerate() {
            let value = point.value.unwrap_or(f64::NAN);
            self.points.push(PlotPoint::new(-point.seconds_ago, value));
            self.max = self.max.max(value);
            if point.value.is_none() {
                self.close(start, index);
                start = index + 1;
            }
        }
        self.close(start, self.points.len());
    }

    fn close(&mut self, start: usize, end: usize) {
        if start < end {
            self.pieces.push(start..end);
        }
    }

    /// Draws its pieces.
    fn draw<'a>(&'a self, plot: &mut PlotUi<'a>, color: Color32, theme: &Theme) {
        for piece in &self.pieces {
            let points = self.points.get(piece.clone()).unwrap_or_default();
            if let [only] = points {
                plot.points(dot(*only, color, 1.0));
                continue;
            }
            plot.line(
                Line::new("", PlotPoints::Borrowed(points))
                    .stroke(Stroke::new(LINE, color))
                    .fill(0.0)
                    .fill_alpha(theme.fill_alpha())
                    // Two readings within a point would become a band that narrows down to the third: a wedge.
                    .allow_band(false)
                    .allow_hover(false),
            );
        }
    }

    /// The largest value, or 0.
    pub fn max(&self) -> f64 {
        self.max
    }

    /// Seconds from the first point to now.
    pub fn seconds(&self) -> f64 {
        self.points.first().map_or(0.0, |first| -first.x)
    }

    /// What was known nearest to a time in seconds from now.
    pub fn at(&self, x: f64) -> Option<PlotPoint> {
        let after = self.points.partition_point(|point| point.x < x);
        let before = after
            .checked_sub(1)
            .and_then(|index| self.points.get(index));
        let nearest = match (before, self.points.get(after)) {
            (Some(before), Some(after)) if x - before.x < after.x - x => before,
            (_, Some(after)) if before.is_some() || after.x - x < 1.0 => after,
            (Some(before), None) => before,
            _ => return None,
        };
        nearest.y.is_finite().then_some(*nearest)
    }
}

/// The axes of a plot that has some.
#[derive(Clone, Copy)]
pub struct Axes<'a> {
    /// Writes a value.
    pub value: &'a dyn Fn(f64) -> String,
    /// Writes how long ago something was, in seconds; `None` for a plot whose times stand below another.
    pub time: Option<&'a dyn Fn(f64) -> String>,
}

/// How a curve is drawn.
#[derive(Clone, Copy)]
pub struct CurvePlot<'a> {
    /// Distinguishes the plots of one place for egui.
    pub salt: &'static str,
    /// Plots of one group show the pointer's line together.
    pub group: &'static str,
    /// What is drawn.
    pub curve: &'a Curve,
    /// Its colour.
    pub color: Color32,
    /// A second curve over the same times and values, and its colour.
    pub second: Option<(&'a Curve, Color32)>,
    /// How many seconds reach from the left edge to the right one.
    pub seconds: f64,
    /// The value at the upper edge; the lower one is 0.
    pub top: f64,
    /// The colour of a line at the right edge, where that is not now.
    pub end: Option<Color32>,
    /// `None` for a bare curve.
    pub axes: Option<Axes<'a>>,
    /// What stands beside the pointer, of a time in seconds from now.
    pub readout: &'a dyn Fn(f64) -> String,
}

impl CurvePlot<'_> {
    /// Draws it into `rect`.
    pub fn ui(self, ui: &mut Ui, theme: &Theme, rect: Rect) {
        let Self {
            curve,
            color,
            seconds,
            top,
            ..
        } = self;
        let mut area = ui.new_child(UiBuilder::new().id_salt(self.salt).max_rect(rect));
        area.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let readout = self.readout;
        let mut plot = Plot::new(self.salt)
            .width(rect.width())
            .height(rect.height())
            .min_size(vec2(1.0, 1.0))
            .sense(Sense::hover())
            .allow_drag(false)
            .allow_zoom(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_axis_zoom_drag(false)
            .allow_double_click_reset(false)
            .auto_bounds(false)
            .show_background(false)
            .show_y(false)
            .link_cursor(Id::unique(self.group), [true, false])
            .cursor_color(theme.text_dim)
            .label_formatter(move |at| {
                let (HoverPosition::NearDataPoint { position, .. }
                | HoverPosition::Elsewhere { position }) = at;
                Some(readout(position.x.min(0.0)))
            });
        plot = if let Some(axes) = self.axes {
            with_axes(plot, axes, theme, seconds, top)
        } else {
            let base = rect.bottom() - 0.5;
            ui.painter().hline(rect.x_range(), base, theme.line());
            plot.show_axes(false).show_grid(false)
        };
        // A line at the edge would be cut in half: one point more below, and above.
        let margin = top / f64::from(rect.height().max(1.0));
        let shown = plot.show(&mut area, |plot| {
            plot.set_plot_bounds_x(-seconds..=0.0);
            plot.set_plot_bounds_y(-margin..=top + margin);
            curve.draw(plot, color, theme);
            if let Some((second, color)) = self.second {
                second.draw(plot, color, theme);
            }
            if plot.response().hovered()
                && let Some(point) = plot.pointer_coordinate().and_then(|at| curve.at(at.x))
            {
                plot.points(dot(point, color, 3.0));
            }
        });
        if let Some(color) = self.end {
            let stroke = Stroke::new(LINE, color);
            ui.painter()
                .vline(rect.right() - LINE / 2.0, rect.y_range(), stroke);
        }
        shown.response.on_hover_cursor(CursorIcon::Default);
    }
}

fn dot(at: PlotPoint, color: Color32, radius: f32) -> Points<'static> {
    Points::new("", PlotPoints::Owned(vec![at]))
        .color(color)
        .radius(radius)
        .allow_hover(false)
}

/// Quiet axes: times below, the middle and the largest value at the left.
fn with_axes<'a>(
    plot: Plot<'a>,
    axes: Axes<'a>,
    theme: &Theme,
    seconds: f64,
    top: f64,
) -> Plot<'a> {
    let quiet = |hints: AxisHints<'a>| {
        hints
            .tick_label_color(theme.text_dim)
            .tick_label_font(theme::font(Face::Regular, theme::TEXT_XS))
            .label_spacing(1.0..=2.0)
    };
    let values = quiet(AxisHints::new_y())
        .min_thickness(VALUE_LABELS)
        .formatter(move |mark: GridMark, _| {
            if mark.value > 0.0 {
                (axes.value)(mark.value)
            } else {
                String::new()
            }
        });
    let times = quiet(AxisHints::new_x())
        .min_thickness(TIME_LABELS)
        .formatter(move |mark: GridMark, _| {
            axes.time.map_or_else(String::new, |time| time(-mark.value))
        });
    plot.custom_y_axes(vec![values])
        .custom_x_axes(vec![times])
        .show_axes([axes.time.is_some(), true])
        .show_grid(true)
        .grid_spacing(1.0..=2.0)
        .grid_color(theme.border)
        .x_grid_spacer(move |_| marks(time_step(seconds), seconds, -1.0))
        .y_grid_spacer(move |_| marks(top / 2.0, top, 1.0))
}

/// Marks from 0 to `end` in the direction of `sign`.
fn marks(step: f64, end: f64, sign: f64) -> Vec<GridMark> {
    let count = if step > 0.0 {
        (end / step).round() as u32
    } else {
        0
    };
    (0..=count)
        .map(|index| GridMark {
            value: sign * step * f64::from(index),
            step_size: step,
        })
        .collect()
}

/// Seconds between two marks of time.
fn time_step(seconds: f64) -> f64 {
    if seconds > 300.0 { 120.0 } else { 60.0 }
}

/// The span of a plot that shows so many seconds: 2, 5 or 10 minutes, so that it does not creep.
pub fn span_for(seconds: f64) -> f64 {
    [120.0, 300.0]
        .into_iter()
        .find(|&span| seconds <= span)
        .unwrap_or(600.0)
}

/// The least pleasant number from `least` on that holds `value`: `least` times 1, 1.5, 2, 3, 4, 6, 8 and so on.
pub fn top_for(value: f64, least: f64) -> f64 {
    let mut top = least;
    while top.is_finite() && top > 0.0 && value > top {
        if value <= top * 1.5 {
            return top * 1.5;
        }
        top *= 2.0;
    }
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(values: &[Option<f64>]) -> Curve {
        let mut curve = Curve::default();
        let last = values.len() as f64 - 1.0;
        curve.refill(values.iter().enumerate().map(|(index, value)| Point {
            seconds_ago: last - index as f64,
            value: *value,
        }));
        curve
    }

    #[test]
    fn a_gap_parts_the_pieces_and_is_not_known() {
        let curve = curve(&[Some(1.0), Some(2.0), None, Some(4.0)]);
        assert_eq!(curve.pieces, [0..2, 3..4]);
        assert!((curve.max() - 4.0).abs() < f64::EPSILON);
        let value = |x: f64| curve.at(x).map(|point| point.y);
        assert_eq!(value(-2.6), Some(1.0));
        assert_eq!(value(-1.1), None, "the gap");
        assert_eq!(value(0.0), Some(4.0));
        assert_eq!(value(-9.0), None, "before the first");
        assert_eq!(Curve::default().at(0.0), None);
    }

    #[test]
    fn scales_grow_in_steps() {
        let top = |value: f64| top_for(value, 100.0) as u32;
        assert_eq!([3.0, 101.0, 151.0].map(top), [100, 150, 200]);
        assert_eq!([250.0, 800.0].map(top), [300, 800]);
        let span = |seconds: f64| span_for(seconds) as u32;
        assert_eq!([5.0, 121.0, 601.0].map(span), [120, 300, 600]);
    }

    #[test]
    fn marks_reach_both_edges() {
        let values = |step, end, sign| marks(step, end, sign).into_iter().map(|mark| mark.value);
        assert_eq!(
            values(60.0, 120.0, -1.0).collect::<Vec<_>>(),
            [-0.0, -60.0, -120.0]
        );
        assert_eq!(values(0.0, 0.0, 1.0).count(), 1);
    }
}
