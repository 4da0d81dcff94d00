//! The lane of a queue, and the figure of waiting tasks.

use eframe::egui::{
    Align2, Color32, Mesh, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};

use super::canvas::{Canvas, label_font};
use super::hit::HitKind;
use super::rows::band;
use super::rows::{LaneRows, WARNING};
use crate::app::lab::list_row::elided;
use crate::app::lab::{RunView, color_of};
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::run::state::{QueueIx, QueueState, Stay, Step, StepSeries};

/// More items than this at once are a filled step with the number.
const BOXES: u32 = 24;

/// A sentinel: a square in ink labelled `None`, with its left edge at `at`.
pub fn sentinel(canvas: &Canvas<'_>, at: Pos2) {
    let theme = canvas.run.theme;
    let font = theme::font(Face::Mono, theme::TEXT_XS);
    let ink = theme::ink_on(theme.text_strong);
    let galley = canvas.painter.layout_no_wrap("None".to_owned(), font, ink);
    let rect = Rect::from_min_size(pos2(at.x, at.y - 8.0), vec2(galley.size().x + 8.0, 16.0));
    canvas.painter.rect_filled(rect, 2, theme.text_strong);
    canvas
        .painter
        .galley(rect.center() - galley.size() / 2.0, galley, ink);
}

/// The warning below the first queue: its sentinels do not fit its consumers.
pub fn warning_ui(ui: &Ui, run: &RunView<'_>, rows: &LaneRows, area: Rect) {
    let Some(queue) = rows.queue(QueueIx(0)) else {
        return;
    };
    let Some(words) = run.sentinel_warning() else {
        return;
    };
    let theme = run.theme;
    let top = queue.bottom();
    let strip = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + WARNING))
        .shrink2(vec2(UNIT, 2.0));
    let seen = strip.intersect(area);
    if !seen.is_positive() {
        return;
    }
    let response = ui.interact(seen, ui.make_persistent_id("sentinels"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    let painter = ui.painter_at(area);
    painter.rect(
        strip,
        theme::RADIUS,
        theme.warning,
        Stroke::NONE,
        StrokeKind::Inside,
    );
    let ink = theme::ink_on(theme.warning);
    let middle = pos2(strip.left() + 3.5 * UNIT, strip.center().y);
    // A warning triangle: colour alone must not carry the meaning.
    let arm = 5.5;
    painter.add(Shape::convex_polygon(
        vec![
            middle + vec2(0.0, -arm),
            middle + vec2(arm, arm),
            middle + vec2(-arm, arm),
        ],
        ink,
        Stroke::NONE,
    ));
    painter.vline(
        middle.x,
        middle.y - 2.0..=middle.y + 3.5,
        Stroke::new(1.5, theme.warning),
    );
    let room = middle.x + 3.0 * UNIT..=strip.right() - UNIT;
    elided(ui, room, strip.center().y, &words, ink, Face::Semibold);
    response.on_hover_text(words);
}

/// How high one item's box is in a lane of this height.
fn box_height(queue: &QueueState, height: f32) -> f32 {
    let rows = queue.rows.max(queue.limit().unwrap_or(0)).clamp(1, BOXES);
    ((height - 2.0 * UNIT) / rows as f32).min(15.0)
}

/// A queue: its items as boxes, or as a filled step where they are many; the limit as a ceiling.
pub fn queue_ui(canvas: &mut Canvas<'_>, ix: QueueIx, row: Rect, rows: &LaneRows) {
    let run = canvas.run;
    let theme = run.theme;
    let Some(queue) = run.state.queue(ix) else {
        return;
    };
    let inner = row.shrink2(vec2(0.0, UNIT));
    let step = box_height(queue, row.height());
    canvas
        .painter
        .rect_filled(row, 0, theme.faint(theme.border));
    if queue.rows > BOXES {
        series_ui(canvas, &queue.depth, inner, theme.text_dim);
    } else {
        boxes_ui(canvas, ix, queue, inner, step, rows);
    }
    if let Some(limit) = queue.limit().filter(|limit| *limit <= BOXES) {
        let y = (inner.bottom() - step * limit as f32).round() - 0.5;
        let line = [pos2(row.left(), y), pos2(row.right(), y)];
        let stroke = Stroke::new(1.0, theme.warning);
        canvas
            .painter
            .extend(Shape::dashed_line(&line, stroke, 5.0, 3.0));
    }
}

fn boxes_ui(
    canvas: &mut Canvas<'_>,
    ix: QueueIx,
    queue: &QueueState,
    inner: Rect,
    step: f32,
    rows: &LaneRows,
) {
    let run = canvas.run;
    let theme = run.theme;
    let places = queue
        .stays
        .places(canvas.scale.first(), canvas.scale.last());
    for span in places.filter_map(|place| queue.stays.at(place)) {
        let Stay { item: place, row } = span.what;
        let Some(item) = queue.items.get(place) else {
            continue;
        };
        let Some((left, right)) =
            canvas.x_range(span.start.seconds(), span.end_or(run.now).seconds())
        else {
            continue;
        };
        let bottom = inner.bottom() - step * row as f32;
        let rect = Rect::from_min_max(
            pos2(left, bottom - step + 1.0),
            pos2(right.max(left + 3.0), bottom),
        );
        let color = if item.is_sentinel {
            theme.text_strong
        } else {
            theme.bar_color(color_of(run.state, theme, item.producer))
        };
        canvas.bar(rect, color);
        if step >= 12.0 {
            canvas.bar_label(rect, &item.text, &item.text, theme::ink_on(color));
        }
        // An item that was given back is in the queue again without having been put again.
        if item.put == Some(span.start) {
            put_tick(canvas, rows, item.producer, left, color);
        }
        canvas.note_hit(rect, HitKind::Item(ix, place));
        canvas.mark(rect, |s| s.holds_item(run.state, ix, place));
    }
}

/// The moment of a put, on its producer's lane.
fn put_tick(
    canvas: &Canvas<'_>,
    rows: &LaneRows,
    producer: Option<crate::run::state::ProcessIx>,
    x: f32,
    color: Color32,
) {
    let state = canvas.run.state;
    let row = producer
        .and_then(|ix| state.process(ix))
        .and_then(|process| rows.lane(process.lane));
    if let Some(row) = row {
        let rect = Rect::from_x_y_ranges(x - 1.5..=x + 1.5, band(row).y_range());
        canvas.painter.rect_filled(rect, 0, color);
    }
}

/// How many tasks wait, as a filled step with its numbers.
pub fn waiting_ui(canvas: &mut Canvas<'_>, row: Rect) {
    let run = canvas.run;
    let inner = row.shrink2(vec2(0.0, UNIT));
    series_ui(canvas, run.state.waiting(), inner, run.theme.text_dim);
    if let Some(at) = canvas.pointer.filter(|at| row.contains(*at)) {
        let t = canvas.scale.time_from_x(at.x);
        if t <= run.now {
            canvas.note_hit(row, HitKind::Waiting(t));
        }
    }
}

/// A filled step figure with the number on each step that has room for it.
fn series_ui(canvas: &Canvas<'_>, series: &StepSeries, rect: Rect, color: Color32) {
    let run = canvas.run;
    let theme = run.theme;
    let peak = series.peak().max(1) as f32;
    let points = thinned(canvas, series);
    let now_x = canvas.scale.x_from_time(run.now);
    let mut area = Mesh::default();
    let fill = theme.faint(color);
    let mut outline = Vec::new();
    let figures = rect.with_min_y(rect.top() + 1.0);
    for (place, point) in points.iter().enumerate() {
        let left = canvas.scale.x_from_time(point.t).min(now_x);
        let right = points
            .get(place + 1)
            .map_or(now_x, |next| canvas.scale.x_from_time(next.t))
            .min(now_x)
            .max(left);
        let share = point.value.max(0) as f32 / peak;
        let y = (rect.bottom() - share * (rect.height() - 2.0)).round() - 0.5;
        area.add_colored_rect(
            Rect::from_min_max(pos2(left, y), pos2(right, rect.bottom())),
            fill,
        );
        outline.push(pos2(left, y));
        outline.push(pos2(right, y));
        if right - left >= 16.0 {
            let above = y - rect.top() > 12.0;
            let (at, anchor) = if above {
                (
                    pos2(left.max(rect.left()) + UNIT, y - 1.0),
                    Align2::LEFT_BOTTOM,
                )
            } else {
                (
                    pos2(left.max(rect.left()) + UNIT, y + 1.0),
                    Align2::LEFT_TOP,
                )
            };
            let painter = canvas.painter.with_clip_rect(
                canvas
                    .painter
                    .clip_rect()
                    .intersect(figures.expand2(vec2(0.0, UNIT))),
            );
            painter.text(at, anchor, point.value.max(0), label_font(), theme.text);
        }
    }
    canvas.painter.add(Shape::mesh(area));
    if outline.len() > 1 {
        canvas
            .painter
            .add(Shape::line(outline, Stroke::new(1.0, color)));
    }
}

/// The steps in sight: all of them, or about one a point where there are more.
fn thinned(canvas: &Canvas<'_>, series: &StepSeries) -> Vec<Step> {
    let points = series.in_range(canvas.scale.first(), canvas.scale.last());
    let room = canvas.scale.x.span() as usize * 2;
    if points.len() <= room.max(1) {
        return points.to_vec();
    }
    (0..canvas.scale.x.span() as usize)
        .map(|pixel| {
            let t = canvas.scale.time_from_x(canvas.scale.x.min + pixel as f32);
            Step {
                t,
                value: series.value_at(t),
            }
        })
        .take_while(|step| step.t <= canvas.run.now)
        .collect()
}
