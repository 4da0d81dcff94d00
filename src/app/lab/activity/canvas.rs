//! What the lanes are painted with: bars, hatching, labels, and what lies under the pointer.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2,
    vec2,
};

use super::hit::{Hit, HitKind};
use super::scale::TimeScale;
use crate::app::command::RunSelection;
use crate::app::lab::RunView;
use crate::app::theme;
use crate::app::theme::{Face, RADIUS, UNIT};

/// A name is cut only where so much of it remains, points.
const LEAST_CUT: f32 = 56.0;

/// Everything that drawing a lane needs.
pub struct Canvas<'a> {
    /// Paints inside the plot only.
    pub painter: Painter,
    /// The time axis.
    pub scale: TimeScale,
    /// The run.
    pub run: RunView<'a>,
    /// Where the pointer is, if it is over the plot.
    pub pointer: Option<Pos2>,
    /// The topmost thing under the pointer so far.
    pub hit: Option<Hit>,
}

impl Canvas<'_> {
    /// The places of a span on the screen, or `None` if it is out of sight.
    pub fn x_range(&self, start: f64, end: f64) -> Option<(f32, f32)> {
        if end < self.scale.from || start > self.scale.to {
            return None;
        }
        Some((
            self.scale.x_from_seconds(start),
            self.scale.x_from_seconds(end),
        ))
    }

    /// Says what is drawn at `rect`, so that the pointer finds it.
    pub fn note_hit(&mut self, rect: Rect, kind: HitKind) {
        // What is narrower than a pointer can aim at is found a little beside it, too.
        let reach = rect.expand2(vec2(((5.0 - rect.width()) / 2.0).max(0.0), 0.0));
        if self.pointer.is_some_and(|at| reach.contains(at)) {
            self.hit = Some(Hit { rect, kind });
        }
    }

    /// A filled bar.
    pub fn bar(&self, rect: Rect, fill: Color32) {
        self.painter.rect_filled(rect, radius(rect), fill);
    }

    /// An outline.
    pub fn outline(&self, rect: Rect, stroke: Stroke) {
        self.painter
            .rect_stroke(rect, radius(rect), stroke, StrokeKind::Inside);
    }

    /// The outline of what is selected.
    pub fn selected_outline(&self, rect: Rect) {
        let around = rect.expand(2.0);
        let stroke = Stroke::new(2.0, self.run.theme.accent);
        self.painter
            .rect_stroke(around, RADIUS + 1, stroke, StrokeKind::Middle);
    }

    /// Diagonal lines inside `rect`, cut to what is in sight.
    pub fn hatch(&self, rect: Rect, color: Color32) {
        const GAP: f32 = 7.0;
        let seen = rect.intersect(self.painter.clip_rect());
        if !seen.is_positive() || rect.width() < 2.0 {
            return;
        }
        let stroke = Stroke::new(1.0, color);
        let height = rect.height();
        // Lines rise to the right; their feet stand at whole gaps from the rectangle's left end, so that they stand still
        // while it grows.
        let first = ((seen.left() - rect.left() - height) / GAP).floor();
        let mut foot = rect.left() + first * GAP;
        while foot < seen.right() {
            let low = (rect.left() - foot).max(0.0);
            let high = (rect.right() - foot).min(height);
            if high > low {
                self.painter.add(Shape::line_segment(
                    [
                        pos2(foot + low, rect.bottom() - low),
                        pos2(foot + high, rect.bottom() - high),
                    ],
                    stroke,
                ));
            }
            foot += GAP;
        }
    }

    /// A hatched span with its name on it: something waits.
    pub fn hatched(&self, rect: Rect, color: Color32, name: &str, ink: Color32) {
        let theme = self.run.theme;
        self.bar(rect, theme.well);
        self.hatch(rect, color);
        self.outline(rect, Stroke::new(1.0, color));
        let mut fitted = self.fit(rect, name, label_font(), ink);
        let may_cut = rect.width() >= LEAST_CUT;
        // Where the reason has no room, the word before it does; and a call is known by its own name.
        let is_cut = fitted.as_ref().is_some_and(|(galley, _)| galley.elided);
        let shorter = name
            .split_once(": ")
            .map(|(word, _)| word)
            .or_else(|| name.strip_prefix("pool."));
        if let Some(word) = shorter.filter(|_| is_cut) {
            fitted = self.fit(rect, word, label_font(), ink);
        }
        if let Some((galley, at)) = fitted.filter(|(galley, _)| !galley.elided || may_cut) {
            let ground = Rect::from_min_size(at, galley.size()).expand2(vec2(UNIT, 0.0));
            self.painter.rect_filled(ground, RADIUS - 1, theme.well);
            self.painter.galley(at, galley, ink);
        }
    }

    /// Writes `text` at the left of what is in sight of `rect`, shortened to fit; returns its right end.
    pub fn label(&self, rect: Rect, text: &str, ink: Color32) -> Option<f32> {
        let (galley, at) = self.fit(rect, text, label_font(), ink)?;
        let right = at.x + galley.size().x;
        self.painter.galley(at, galley, ink);
        Some(right)
    }

    /// Writes `words` on a bar, or only its name where they do not fit; a name is cut only where enough of it remains.
    pub fn bar_label(&self, rect: Rect, words: &str, name: &str, ink: Color32) {
        for (text, may_cut) in [(words, false), (name, rect.width() >= LEAST_CUT)] {
            if let Some((galley, at)) = self.fit(rect, text, label_font(), ink)
                && (may_cut || !galley.elided)
            {
                self.painter.galley(at, galley, ink);
                return;
            }
        }
    }

    /// A text laid out so that it fits into what is in sight of `rect`, and where; `None` if not even a bit would.
    pub fn fit(
        &self,
        rect: Rect,
        text: &str,
        font: FontId,
        ink: Color32,
    ) -> Option<(Arc<Galley>, Pos2)> {
        const LEAST: f32 = 14.0;
        let seen = rect.intersect(self.painter.clip_rect());
        let room = seen.width() - 2.0 * UNIT;
        if room < LEAST || seen.height() < 8.0 || text.is_empty() {
            return None;
        }
        let mut job = LayoutJob::simple_singleline(text.to_owned(), font, ink);
        job.wrap = TextWrapping::truncate_at_width(room);
        let galley = self.painter.layout_job(job);
        // A lone ellipsis says nothing.
        if galley.elided && room < 3.0 * LEAST && galley.rows.first()?.glyphs.len() < 3 {
            return None;
        }
        let y = rect.center().y - galley.size().y / 2.0;
        Some((galley, pos2(seen.left() + UNIT, y)))
    }

    /// A cross: a death.
    pub fn cross(&self, center: Pos2, color: Color32) {
        let arm = 4.5;
        let halo = Stroke::new(5.0, self.run.theme.surface);
        let stroke = Stroke::new(2.0, color);
        for stroke in [halo, stroke] {
            for lift in [-arm, arm] {
                self.painter.line_segment(
                    [center + vec2(-arm, lift), center + vec2(arm, -lift)],
                    stroke,
                );
            }
        }
    }

    /// A hollow tick: an end that the main saw.
    pub fn hollow(&self, center: Pos2, color: Color32) {
        self.painter
            .circle(center, 3.5, self.run.theme.surface, Stroke::new(1.5, color));
    }

    /// Whether this is selected.
    pub fn is_selected(&self, matches: impl Fn(RunSelection) -> bool) -> bool {
        self.run.selection.is_some_and(matches)
    }

    /// Outlines what is selected, and faintly what is under the pointer in another pane.
    pub fn mark(&self, rect: Rect, matches: impl Fn(RunSelection) -> bool) {
        if self.run.selection.is_some_and(&matches) {
            self.selected_outline(rect);
        } else if self.run.preview.is_some_and(matches) {
            let stroke = Stroke::new(1.0, self.run.theme.text_strong);
            self.painter
                .rect_stroke(rect.expand(1.0), RADIUS, stroke, StrokeKind::Middle);
        }
    }
}

fn radius(rect: Rect) -> CornerRadius {
    CornerRadius::same(if rect.width() > 6.0 { RADIUS - 1 } else { 0 })
}

/// The font of what is written on bars.
pub fn label_font() -> FontId {
    theme::font(Face::Medium, theme::TEXT_XS)
}
