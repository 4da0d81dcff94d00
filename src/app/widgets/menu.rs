//! How entries of menus stand: as dense as table rows, without outlines.

use eframe::egui::{Stroke, Ui, vec2};

use crate::app::theme::{ROW, UNIT};

/// Sets the style of a menu; call it first inside.
pub fn menu_style(ui: &mut Ui) {
    let spacing = ui.spacing_mut();
    spacing.interact_size.y = ROW;
    spacing.button_padding = vec2(2.0 * UNIT, UNIT / 2.0);
    spacing.item_spacing.y = 0.0;
    let widgets = &mut ui.visuals_mut().widgets;
    for widget in [&mut widgets.hovered, &mut widgets.active] {
        widget.bg_stroke = Stroke::NONE;
    }
}
