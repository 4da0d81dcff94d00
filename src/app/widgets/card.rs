//! What floats above a place: notices and what came of what was done.

use eframe::egui::{CornerRadius, Frame, Margin, Stroke, Ui};

use crate::app::theme::{RADIUS, Theme};

/// The frame of a card.
pub fn card(ui: &Ui, theme: &Theme) -> Frame {
    Frame::new()
        .fill(theme.overlay)
        .stroke(Stroke::new(1.0, theme.border_strong))
        .corner_radius(CornerRadius::same(RADIUS + 2))
        .inner_margin(Margin::symmetric(12, 8))
        .shadow(ui.visuals().popup_shadow)
}
