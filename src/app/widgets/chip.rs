//! The chip that labels a process of a run: `W2`.

use eframe::egui::{Color32, CornerRadius, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::app::theme::{self, Face, RADIUS, UNIT};

/// A short label on a coloured ground.
pub fn chip(ui: &mut Ui, label: &str, ground: Color32) -> Response {
    let ink = theme::ink_on(ground);
    let galley = ui.painter().layout_no_wrap(
        label.to_owned(),
        theme::font(Face::Semibold, theme::TEXT_XS),
        ink,
    );
    let size = vec2((galley.size().x + 2.0 * UNIT).max(24.0), 16.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, label));
    if ui.is_rect_visible(rect) {
        ui.painter()
            .rect_filled(rect, CornerRadius::same(RADIUS - 1), ground);
        let at = pos2(
            rect.center().x - galley.size().x / 2.0,
            rect.center().y - galley.size().y / 2.0,
        );
        ui.painter().galley(at, galley, ink);
    }
    response
}
