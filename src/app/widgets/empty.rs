//! What stands in a pane that has nothing to show.

use eframe::egui::{Align, Label, Layout, Rect, RichText, Ui, UiBuilder, vec2};

use crate::app::theme::{self, Face, Theme, UNIT};

/// A sentence in the middle of what is left of `ui`.
pub fn empty_ui(ui: &mut Ui, theme: &Theme, sentence: &str) {
    let area = ui.available_rect_before_wrap();
    let width = (area.width() - 8.0 * UNIT).clamp(40.0, 360.0);
    let middle = Rect::from_center_size(area.center(), vec2(width, theme::ROW_TALL));
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(middle)
            .layout(Layout::top_down(Align::Center)),
    );
    let words = RichText::new(sentence)
        .font(theme::font(Face::Regular, theme::TEXT_S))
        .color(theme.text_dim);
    child.add(Label::new(words).wrap());
}
