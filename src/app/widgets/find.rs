//! A small field that narrows a list down.

use eframe::egui::{
    Align2, CornerRadius, Frame, Id, Margin, Rect, Response, Sense, Stroke, StrokeKind, TextEdit,
    Ui, vec2,
};

use crate::app::icons::Icon;
use crate::app::theme::{self, Face, ROW, Theme, UNIT};

/// Draws the field with a glass at its left; `name` is its hint and its accessible name.
pub fn find_field(
    ui: &mut Ui,
    theme: &Theme,
    id: Id,
    name: &str,
    text: &mut String,
    width: f32,
) -> Response {
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    let radius = CornerRadius::same(theme::RADIUS);
    let outline = |color| Stroke::new(1.0, color);
    ui.painter().rect(
        rect,
        radius,
        theme.well,
        outline(theme.border),
        StrokeKind::Inside,
    );
    let margin = Margin {
        left: 24,
        right: 6,
        top: 0,
        bottom: 0,
    };
    let edit = TextEdit::singleline(text)
        .id(id)
        .hint_text(name)
        .font(theme::font(Face::Regular, theme::TEXT_S))
        .frame(Frame::new().inner_margin(margin))
        .align(Align2::LEFT_CENTER)
        .desired_width(width);
    let least = std::mem::replace(&mut ui.spacing_mut().interact_size.y, ROW);
    let response = ui.put(rect, edit).accessible_name(name);
    ui.spacing_mut().interact_size.y = least;
    if response.has_focus() {
        let line = outline(theme.accent);
        ui.painter()
            .rect_stroke(rect, radius, line, StrokeKind::Inside);
    }
    let glass =
        Rect::from_center_size(rect.left_center() + vec2(3.0 * UNIT, 0.0), vec2(12.0, 12.0));
    Icon::Search.paint(ui.painter(), glass, theme.text_dim);
    response
}
