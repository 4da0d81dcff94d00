//! The last ten minutes as a line to drag along: which moment the table shows, and what the machine's CPUs did.

use std::time::Instant;

use eframe::egui::{
    self, Align, CursorIcon, Layout, Rect, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};
use jiff::tz::TimeZone;

use super::strip::ago_text;
use crate::app::command::Command;
use crate::app::theme;
use crate::app::theme::{Face, RADIUS, UNIT};
use crate::app::view::View;
use crate::app::widgets::text_button;
use crate::monitor::Tick;
use crate::monitor::history::{HISTORY_SPAN, Series};

/// Height of the line.
const TRACK: f32 = 26.0;
/// Width of the words before it, so that it does not move with them.
const WORDS: f32 = 264.0;

/// What the line shows.
#[derive(Clone, Copy)]
pub struct TimelineData<'a> {
    /// The moment on screen.
    pub shown: Tick,
    /// The newest moment, at the right end.
    pub now: Instant,
    /// The machine's CPU use.
    pub cpu: &'a Series,
    /// Where we are, for times.
    pub zone: &'a TimeZone,
}

/// Draws it between the words and the way back.
pub fn timeline_ui(ui: &mut Ui, view: View<'_>, data: TimelineData<'_>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let back = view.text.get("command-look-at-now");
        if text_button(ui, view.theme, None, back, true)
            .on_hover_text(view.tip(ui, "command-look-at-now", &Command::StepBack))
            .clicked()
        {
            view.commands.send(Command::LookAtNow);
        }
        ui.add_space(2.0 * UNIT);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let words = words(view, data);
            let (rect, response) = ui.allocate_exact_size(vec2(WORDS, TRACK), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &words));
            let font = theme::font(Face::Medium, theme::TEXT_S);
            let color = view.theme.warning;
            crate::app::widgets::paint_line(ui.painter(), rect, Align::Min, &words, font, color);
            let size = vec2(ui.available_width(), TRACK);
            let (track, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
            track_ui(ui, view, data, track, &response);
        });
    });
}

/// `Showing 12:04:31, 38 s ago`.
fn words(view: View<'_>, data: TimelineData<'_>) -> String {
    let time = data.shown.taken_at.to_zoned(data.zone.clone());
    let time = time.strftime("%H:%M:%S").to_string();
    let ago = ago_text(view.text, seconds_ago(data));
    let args = [("time", time.into()), ("ago", ago.into())];
    view.text.with("looking-at", &args)
}

fn seconds_ago(data: TimelineData<'_>) -> f64 {
    let ago = data.now.saturating_duration_since(data.shown.instant);
    ago.as_secs_f64()
}

fn track_ui(
    ui: &Ui,
    view: View<'_>,
    data: TimelineData<'_>,
    track: Rect,
    response: &egui::Response,
) {
    let span = HISTORY_SPAN.as_secs_f64();
    let ago = seconds_ago(data);
    response.widget_info(|| WidgetInfo::slider(true, -ago, view.text.get("looking-timeline")));
    let x_of = |seconds: f64| track.right() - track.width() * (seconds / span).min(1.0) as f32;
    let painter = ui.painter();
    painter.rect_filled(track, f32::from(RADIUS), view.theme.surface);
    for minute in 1..10 {
        let x = x_of(f64::from(minute) * 60.0).round() + 0.5;
        painter.vline(x, track.y_range(), view.theme.line());
    }
    let points = data.cpu.points(data.now);
    let shapes = points.filter_map(|point| {
        let height = (track.height() - UNIT) * (point.value? as f32 / 100.0).clamp(0.0, 1.0);
        let x = x_of(point.seconds_ago);
        let bottom = track.bottom();
        let stroke = Stroke::new(1.0, view.theme.cpu.gamma_multiply(0.6));
        Some(Shape::line_segment(
            [pos2(x, bottom), pos2(x, bottom - height.max(1.0))],
            stroke,
        ))
    });
    painter.extend(shapes.collect::<Vec<_>>());
    let x = x_of(ago);
    let stroke = Stroke::new(2.0, view.theme.warning);
    painter.vline(x, track.y_range(), stroke);
    painter.circle_filled(pos2(x, track.top() + UNIT), UNIT, view.theme.warning);
    if response.has_focus() {
        let stroke = Stroke::new(1.0, view.theme.accent);
        let radius = f32::from(RADIUS);
        painter.rect_stroke(track, radius, stroke, egui::StrokeKind::Inside);
        keys(ui, view, response);
    }
    answer(ui, view, data, track, response);
    let tip = view.text.with(
        "looking-tip",
        &[
            ("earlier", key_text(ui, &Command::LookEarlier).into()),
            ("later", key_text(ui, &Command::LookLater).into()),
        ],
    );
    response
        .clone()
        .on_hover_cursor(CursorIcon::ResizeHorizontal)
        .on_hover_text_at_pointer(tip);
}

fn key_text(ui: &Ui, command: &Command) -> String {
    command.shortcut_text(ui).unwrap_or_default()
}

/// Where the pointer is pressed is what is shown.
fn answer(ui: &Ui, view: View<'_>, data: TimelineData<'_>, track: Rect, response: &egui::Response) {
    if response.clicked() || response.dragged() {
        response.request_focus();
    }
    // One that is held still asks for nothing new.
    let is_moved =
        ui.input(|input| input.pointer.any_pressed() || input.pointer.delta() != egui::Vec2::ZERO);
    let is_meant = response.is_pointer_button_down_on() && is_moved;
    let Some(at) = response.interact_pointer_pos().filter(|_| is_meant) else {
        return;
    };
    let share = ((track.right() - at.x) / track.width()).clamp(0.0, 1.0);
    let ago = HISTORY_SPAN.mul_f32(share);
    if let Some(moment) = data.now.checked_sub(ago) {
        view.commands.send(Command::LookBackTo(moment));
    }
}

/// The keys of the line, while it has the focus.
fn keys(ui: &Ui, view: View<'_>, response: &egui::Response) {
    let filter = egui::EventFilter {
        horizontal_arrows: true,
        ..egui::EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let none = egui::Modifiers::NONE;
    for (key, command) in [
        (egui::Key::ArrowLeft, Command::LookEarlier),
        (egui::Key::ArrowRight, Command::LookLater),
    ] {
        if ui.input_mut(|input| input.consume_key(none, key)) {
            view.commands.send(command);
        }
    }
}
