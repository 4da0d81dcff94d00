//! Panels that keep the size the user chose wherever there is room for it.

use eframe::egui::containers::panel::PanelState;
use eframe::egui::{AsIdSalt, IdSalt, Ui};

/// To be called before such a panel is shown: the toolkit would go on from the size that the panel had to take in a smaller or
/// a magnified window. While an edge may be dragged it must.
pub fn forget_shrunk_size(ui: &Ui, salt: impl AsIdSalt) {
    if !ui.input(|input| input.pointer.any_down()) {
        let id = ui.scope_id().with_salt(IdSalt::new(salt));
        ui.data_mut(|data| data.remove::<PanelState>(id));
    }
}

/// The size after the user dragged a panel's edge, if it had the size `before` in the last frame; `None` where only the window shrank it.
pub fn dragged_size(ui: &Ui, before: f32, now: f32) -> Option<f32> {
    let is_dragging = ui.input(|input| input.pointer.is_decidedly_dragging());
    (is_dragging && before > 0.0 && (now - before).abs() > 0.5).then_some(now)
}
