//! A row of tabs, the one in front underlined.

use eframe::egui::{Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::app::theme::{self, Face, ROW_TALL, Theme, UNIT};

/// The most space at each side of a tab's word.
const SIDE: f32 = 2.0 * UNIT;
/// The least.
const LEAST_SIDE: f32 = UNIT;

/// A row of tabs that draws together where there is little room, and goes on below where there is less; the place of the one
/// that was clicked.
pub fn tabs_ui(ui: &mut Ui, theme: &Theme, labels: &[&str], front: usize) -> Option<usize> {
    let font = theme::font(Face::Medium, theme::TEXT_S);
    let width = |label: &&str| {
        let galley = ui
            .painter()
            .layout_no_wrap((*label).to_owned(), font.clone(), theme.text);
        galley.size().x.ceil()
    };
    let words: f32 = labels.iter().map(width).sum();
    let room = (ui.available_width() - words) / (2.0 * labels.len().max(1) as f32);
    let side = room.floor().clamp(LEAST_SIDE, SIDE);
    let mut clicked = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (place, label) in labels.iter().enumerate() {
            if tab_of(ui, theme, label, place == front, side).clicked() {
                clicked = Some(place);
            }
        }
    });
    clicked
}

/// One tab; put several side by side with no space between.
pub fn tab(ui: &mut Ui, theme: &Theme, label: &str, is_front: bool) -> Response {
    tab_of(ui, theme, label, is_front, SIDE)
}

fn tab_of(ui: &mut Ui, theme: &Theme, label: &str, is_front: bool, side: f32) -> Response {
    let font = theme::font(Face::Medium, theme::TEXT_S);
    let galley = ui
        .painter()
        .layout_no_wrap(label.to_owned(), font, theme.text);
    let size = vec2(galley.size().x.ceil() + 2.0 * side, ROW_TALL);
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
                pos2(rect.left() + side, rect.bottom() - 2.0),
                rect.right_bottom(),
            );
            let under = under.with_max_x(rect.right() - side);
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
