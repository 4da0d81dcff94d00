//! A choice between few things, side by side as one control.

use eframe::egui::{
    CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::app::theme::{self, Face, RADIUS, ROW_TALL, Theme, UNIT};

/// One of the things.
pub struct Segment<'a> {
    /// Its word.
    pub label: &'a str,
    /// What its tooltip says.
    pub tip: String,
    /// Whether it is the chosen one.
    pub is_on: bool,
}

/// Draws the choice; the place of the one that was clicked.
pub fn segments_ui(ui: &mut Ui, theme: &Theme, segments: &[Segment<'_>]) -> Option<usize> {
    let galleys: Vec<_> = segments
        .iter()
        .map(|segment| {
            let color = if segment.is_on {
                theme.accent
            } else {
                theme.text
            };
            let font = theme::font(Face::Medium, theme::TEXT_S);
            let label = segment.label.to_owned();
            ui.painter().layout_no_wrap(label, font, color)
        })
        .collect();
    let width_of = |width: f32| width + 4.5 * UNIT;
    let width: f32 = galleys.iter().map(|galley| width_of(galley.size().x)).sum();
    let (full, _) = ui.allocate_exact_size(vec2(width, ROW_TALL), Sense::hover());
    let radius = CornerRadius::same(RADIUS);
    let edge = Stroke::new(1.0, theme.border);
    ui.painter()
        .rect(full, radius, theme.raised, edge, StrokeKind::Inside);
    let mut clicked = None;
    let mut x = full.left();
    for (place, (segment, galley)) in segments.iter().zip(galleys).enumerate() {
        let width = width_of(galley.size().x);
        let rect = Rect::from_min_size(pos2(x, full.top()), vec2(width, ROW_TALL));
        x += width;
        let id = ui.scope_id().with((segment.label, "segment"));
        let response = ui.interact(rect, id, Sense::click());
        response
            .widget_info(|| WidgetInfo::selected(Role::Button, true, segment.is_on, segment.label));
        let inner = rect.shrink(1.0);
        if segment.is_on {
            ui.painter().rect_filled(inner, radius, theme.selected);
        } else if response.hovered() {
            ui.painter().rect_filled(inner, radius, theme.hover);
        }
        if response.has_focus() {
            let focus = Stroke::new(1.0, theme.accent);
            ui.painter()
                .rect_stroke(rect, radius, focus, StrokeKind::Inside);
        }
        let at = rect.center() - galley.size() / 2.0;
        ui.painter()
            .galley(pos2(at.x, at.y.round()), galley, theme.text);
        if response.on_hover_text(&segment.tip).clicked() {
            clicked = Some(place);
        }
    }
    clicked
}
