//! Panels that are as large as was chosen wherever there is room for it.

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

/// The size that somebody has dragged a panel to, which had the size `before` in the last picture; a smaller window drags nothing.
pub fn dragged_size(ui: &Ui, before: f32, now: f32) -> Option<f32> {
    let is_dragging = ui.input(|input| input.pointer.is_decidedly_dragging());
    (is_dragging && before > 0.0 && (now - before).abs() > 0.5).then_some(now)
}
