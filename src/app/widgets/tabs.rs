//! A row of tabs, the one in front underlined.

use eframe::egui::{Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::app::theme::{self, Face, ROW_TALL, Theme, UNIT};

/// One tab; put several side by side with no space between.
pub fn tab(ui: &mut Ui, theme: &Theme, label: &str, is_front: bool) -> Response {
    let font = theme::font(Face::Medium, theme::TEXT_S);
    let galley = ui
        .painter()
        .layout_no_wrap(label.to_owned(), font, theme.text);
    let size = vec2(galley.size().x + 4.0 * UNIT, ROW_TALL);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_front, label));
    if ui.is_rect_visible(rect) {
        let is_lit = is_front || response.hovered() || response.has_focus();
        let color = if is_lit {
            theme.text_strong
        } else {
            theme.text_dim
        };
        if is_front || response.has_focus() {
            let under = Rect::from_min_max(
                pos2(rect.left() + 2.0 * UNIT, rect.bottom() - 2.0),
                rect.right_bottom(),
            );
            let under = under.with_max_x(rect.right() - 2.0 * UNIT);
            ui.painter().rect_filled(
                under,
                1.0,
                if is_front {
                    theme.accent
                } else {
                    theme.border_strong
                },
            );
        }
        let at = pos2(
            rect.center().x - galley.size().x / 2.0,
            (rect.center().y - galley.size().y / 2.0).round(),
        );
        ui.painter()
            .galley_with_override_text_color(at, galley, color);
    }
    response
}
