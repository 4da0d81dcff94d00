//! The lanes: what every process of a run did when, on one time axis.
//!
//! Painted by hand on the window's own shapes: each lane is kept sorted by start, so that what is in sight is found by binary
//! search, and what is too dense to tell apart is drawn as one. The cost of a picture is that of what is seen.

mod canvas;
mod gutter;
mod hit;
mod lane_end;
mod main_lane;
mod moments;
mod queue_lane;
mod rows;
mod scale;
mod task_bar;
mod worker_lane;

use std::time::Duration;

use eframe::egui::{
    self, Align2, CursorIcon, Id, PopupAnchor, Rangef, Rect, Role, Sense, Stroke, Tooltip, Ui,
    WidgetInfo, pos2, vec2,
};

use self::canvas::Canvas;
use self::rows::{LaneRow, LaneRows};
use self::scale::{NARROWEST, TimeScale, WIDEST};
use super::RunView;
use crate::app::command::LabCommand;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};

pub use hit::{HitKind, card_ui, exit_words, outcome_key};

/// The height of the time axis.
const AXIS: f32 = 22.0;
/// The height of the row below it, in which moments have their flags: they cover no figure of the axis.
const FLAGS: f32 = 17.0;
/// The least time that a picture of the whole run spans, seconds.
const LEAST_WHOLE: f64 = 6.0;
/// How much longer the picture gets when the run reaches its end.
const GROWTH: f64 = 1.25;
/// The room right of a run's end, where its last marks stand, points.
const END: f32 = 76.0;
/// At most so often is the picture of a living run drawn.
const FRAME: Duration = Duration::from_millis(33);

/// How the lanes are looked at.
#[derive(Clone, Debug)]
pub struct ActivityPane {
    /// The window of time, seconds; `None` for the whole run.
    window: Option<(f64, f64)>,
    /// Whether a window moves on with the run.
    follow: bool,
    /// How far the rows are scrolled down.
    scroll: f32,
    /// How long the picture of the whole run is, seconds.
    whole: f64,
}

impl Default for ActivityPane {
    fn default() -> Self {
        Self {
            window: None,
            follow: true,
            scroll: 0.0,
            whole: LEAST_WHOLE,
        }
    }
}

impl ActivityPane {
    /// The whole run again, and on with it.
    pub fn follow(&mut self) {
        *self = Self::default();
    }

    /// Draws the lanes.
    pub fn ui(&mut self, ui: &mut Ui, run: &RunView<'_>) {
        let area = ui.available_rect_before_wrap();
        ui.allocate_rect(area, Sense::hover());
        let is_live = run.state.is_live();
        let (gutter, plot) = area.split_left_right_at_x(area.left() + gutter::WIDTH);
        let axis = plot.with_max_y(plot.top() + AXIS);
        let flags = Rect::from_x_y_ranges(plot.x_range(), axis.bottom()..=axis.bottom() + FLAGS);
        let body = plot.with_min_y(flags.bottom());
        let scale = self.scale(ui, run, plot.x_range());

        let response = ui.interact(
            plot,
            ui.make_persistent_id("lanes"),
            Sense::click_and_drag(),
        );
        let summary = summary(run);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
        let rows = LaneRows::of(run.state, body, self.scroll);
        self.scroll = self.scroll.min((rows.height() - body.height()).max(0.0));
        let scale = self.steer(ui, &response, scale, body.height(), rows.height(), run);

        let head = area.with_max_y(flags.bottom());
        ui.painter().rect_filled(head, 0, run.theme.raised);
        ui.painter()
            .hline(head.x_range(), head.bottom() - 0.5, run.theme.line());
        axis_ui(ui, run, axis, body, scale);
        gutter::gutter_ui(ui, run, &rows, gutter.with_min_y(body.top()));
        let mut canvas = Canvas {
            painter: ui.painter_at(body),
            scale,
            run: *run,
            pointer: response.hover_pos().filter(|at| body.contains(*at)),
            hit: None,
        };
        rows_ui(&mut canvas, &rows, body);
        moments::flags_ui(ui, &canvas, plot, flags);
        tick_labels_ui(ui, run, axis, scale);
        ui.painter().vline(
            plot.left() - 0.5,
            area.y_range(),
            Stroke::new(1.0, run.theme.border),
        );
        queue_lane::warning_ui(ui, run, &rows, area.with_min_y(body.top()));
        scroll_mark_ui(ui, run, body, self.scroll, rows.height());
        let hit = canvas.hit;
        if let Some(hit) = hit.filter(|_| !response.dragged()) {
            ui.set_cursor_icon(CursorIcon::PointingHand);
            run.pointed.set(hit.kind.selection(run));
            Tooltip::always_open(
                ui.ctx().clone(),
                response.layer_id,
                response.id,
                PopupAnchor::Pointer,
            )
            .gap(4.0 * UNIT)
            .width(340.0)
            .show(|ui| hit::card_ui(ui, run, hit.kind));
        }
        if response.clicked() {
            match hit.and_then(|hit| hit.kind.selection(run)) {
                Some(selection) => run.select(selection),
                None => run.send(LabCommand::Select(None)),
            }
        }
        if response.double_clicked() {
            self.follow();
        }
        self.follow_ui(ui, run, plot, is_live);
        if is_live {
            ui.request_repaint_after(FRAME);
        }
    }

    /// The window of time to be drawn.
    fn scale(&mut self, ui: &Ui, run: &RunView<'_>, x: Rangef) -> TimeScale {
        let now = run.now.seconds();
        let (from, to) = match self.window {
            Some((from, to)) if self.follow && run.state.is_live() => {
                let width = to - from;
                let to = now + width * 0.04;
                (to - width, to)
            }
            Some(window) => window,
            None => {
                let whole = self.whole_seconds(run, now, x.span());
                let id = Id::unique("lab-activity-whole");
                let shown = ui.animate_value_with_time(id, whole as f32, 0.2);
                let shown = if (f64::from(shown) - whole).abs() < 1e-3 {
                    whole
                } else {
                    f64::from(shown)
                };
                (-0.012 * shown, shown)
            }
        };
        TimeScale { x, from, to }
    }

    /// The picture of the whole run grows in steps, so that it stands still in between.
    fn whole_seconds(&mut self, run: &RunView<'_>, now: f64, width: f32) -> f64 {
        if !run.state.is_live() && run.state.header().is_some() {
            let share = f64::from(END / width.max(4.0 * END));
            self.whole = (now / (1.0 - share)).max(1e-3);
            return self.whole;
        }
        if now < self.whole / GROWTH / GROWTH {
            self.whole = LEAST_WHOLE;
        }
        while now > self.whole * 0.97 {
            self.whole *= GROWTH;
        }
        self.whole
    }

    /// Wheel, drag and double click.
    fn steer(
        &mut self,
        ui: &Ui,
        response: &egui::Response,
        scale: TimeScale,
        room: f32,
        height: f32,
        run: &RunView<'_>,
    ) -> TimeScale {
        let mut scale = scale;
        let mut is_moved = false;
        // Left of the lanes there is no time to zoom: the wheel scrolls, as in any list.
        let names = response
            .rect
            .with_min_x(response.rect.left() - gutter::WIDTH)
            .with_max_x(response.rect.left());
        if ui.rect_contains_pointer(names) {
            self.scroll -= ui.input(|input| input.smooth_scroll_delta().y);
        }
        if let Some(at) = response.hover_pos() {
            let (wheel, zoom, shift) = ui.input(|input| {
                (
                    input.smooth_scroll_delta(),
                    input.zoom_delta(),
                    input.modifiers.shift,
                )
            });
            let factor = f64::from(zoom) * (f64::from(wheel.y) * 0.004).exp();
            if shift {
                self.scroll -= wheel.x + wheel.y;
            } else if (factor - 1.0).abs() > 1e-6 {
                let width = ((scale.to - scale.from) / factor).clamp(NARROWEST, WIDEST);
                let fixed = scale.seconds_from_x(at.x);
                let share = f64::from((at.x - scale.x.min) / scale.x.span().max(1.0));
                scale.from = fixed - share * width;
                scale.to = scale.from + width;
                is_moved = true;
            }
            if !shift && wheel.x.abs() > 0.0 {
                let seconds = f64::from(-wheel.x) / scale.points_per_second();
                scale.from += seconds;
                scale.to += seconds;
                is_moved = true;
            }
        }
        if response.dragged() {
            let delta = response.drag_delta();
            let seconds = f64::from(-delta.x) / scale.points_per_second();
            scale.from += seconds;
            scale.to += seconds;
            is_moved |= delta.x.abs() > 0.0;
            self.scroll -= delta.y;
            ui.set_cursor_icon(CursorIcon::Grabbing);
        }
        self.scroll = self.scroll.clamp(0.0, (height - room).max(0.0));
        if is_moved {
            // Nothing lies before the run or after its present: the picture never leaves them behind.
            let width = scale.to - scale.from;
            let latest = run.now.seconds().max(width * 0.2);
            scale.from = scale.from.clamp(-0.8 * width, latest - 0.2 * width);
            scale.to = scale.from + width;
            self.window = Some((scale.from, scale.to));
            self.follow = false;
        }
        scale
    }

    /// The way back to the present, when the picture has left it.
    fn follow_ui(&self, ui: &mut Ui, run: &RunView<'_>, plot: Rect, is_live: bool) {
        if self.window.is_none() {
            return;
        }
        let key = if is_live { "lab-follow" } else { "lab-fit" };
        let size = vec2(110.0, theme::ROW_TALL);
        let rect = Rect::from_min_size(plot.right_bottom() - size - vec2(12.0, 10.0), size);
        let mut child = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(rect)
                .layout(egui::Layout::right_to_left(egui::Align::Center)),
        );
        let label = run.text.get(key);
        let response =
            crate::app::widgets::text_button(&mut child, run.theme, None, label, is_live);
        if response
            .on_hover_text(run.text.get("lab-fit-tip"))
            .clicked()
        {
            run.send(LabCommand::FollowRun);
        }
    }
}

/// The picture in words.
fn summary(run: &RunView<'_>) -> String {
    run.text.with(
        "lab-lanes-summary",
        &[
            ("lanes", run.state.lane_order().len().into()),
            ("running", run.state.tasks_running().into()),
        ],
    )
}

/// Ticks with their labels, and faint lines through the lanes.
fn axis_ui(ui: &Ui, run: &RunView<'_>, axis: Rect, body: Rect, scale: TimeScale) {
    let theme = run.theme;
    let painter = ui.painter_at(axis.union(body));
    for seconds in scale.ticks() {
        let x = scale.x_from_seconds(seconds).round() + 0.5;
        painter.vline(
            x,
            body.y_range(),
            Stroke::new(1.0, theme.border.gamma_multiply(0.6)),
        );
        painter.vline(
            x,
            axis.bottom() - UNIT..=axis.bottom(),
            Stroke::new(1.0, theme.border_strong),
        );
    }
}

/// How far the rows are scrolled, where they do not all fit.
fn scroll_mark_ui(ui: &Ui, run: &RunView<'_>, body: Rect, scroll: f32, height: f32) {
    if height <= body.height() + 1.0 {
        return;
    }
    let share = body.height() / height;
    let top = body.top() + scroll * share;
    let mark = Rect::from_min_size(
        pos2(body.right() - 5.0, top),
        vec2(3.0, (body.height() * share).max(12.0)),
    );
    ui.painter().rect_filled(mark, 2, run.theme.border_strong);
}

/// The labels of the ticks.
fn tick_labels_ui(ui: &Ui, run: &RunView<'_>, axis: Rect, scale: TimeScale) {
    let painter = ui.painter_at(axis);
    for seconds in scale.ticks() {
        let at = pos2(
            scale.x_from_seconds(seconds).round() + UNIT,
            axis.center().y,
        );
        let font = theme::font(Face::Regular, theme::TEXT_XS);
        let galley = painter.layout_no_wrap(scale.tick_label(seconds), font, run.theme.text_dim);
        let rect = Align2::LEFT_CENTER.anchor_size(at, galley.size());
        if rect.right() <= axis.right() {
            painter.galley(rect.min, galley, run.theme.text_dim);
        }
    }
}

/// All rows in sight, what lies behind first.
fn rows_ui(canvas: &mut Canvas<'_>, rows: &LaneRows, body: Rect) {
    let theme = canvas.run.theme;
    for (_, rect) in rows.iter() {
        canvas.painter.hline(
            rect.x_range(),
            rect.top() - 0.5,
            Stroke::new(1.0, theme.border.gamma_multiply(0.5)),
        );
    }
    main_lane::ties_ui(canvas, rows);
    task_bar::ways_ui(canvas, rows);
    for (row, rect) in rows.iter().filter(|(_, rect)| rect.intersects(body)) {
        match row {
            LaneRow::Main => main_lane::calls_ui(canvas, rect),
            LaneRow::Callbacks => main_lane::callbacks_ui(canvas, rect),
            LaneRow::Lane(ix) => {
                if let Some(lane) = canvas.run.state.lane(ix) {
                    worker_lane::lane_ui(canvas, lane, rect);
                }
            }
            LaneRow::Queue(ix) => queue_lane::queue_ui(canvas, ix, rect, rows),
            LaneRow::Waiting => queue_lane::waiting_ui(canvas, rect),
        }
    }
    for (ix, rect) in rows.lanes().filter(|(_, rect)| rect.intersects(body)) {
        if let Some(lane) = canvas.run.state.lane(ix) {
            worker_lane::name_ui(canvas, lane, rect);
        }
    }
    main_lane::reaped_ui(canvas, rows);
}
