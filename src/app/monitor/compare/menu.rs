//! The button that offers what to compare with.

use eframe::egui::{self, Popup, Ui};

use crate::app::command::Command;
use crate::app::command::CompareCommand;
use crate::app::icons::Icon;
use crate::app::view::View;
use crate::app::widgets::{bar_button, menu_style};

/// Draws it; `remembered_at` is when the remembered moment was.
pub fn compare_button_ui(ui: &mut Ui, view: View<'_>, remembered_at: Option<&str>, has_room: bool) {
    let label = view.text.get("monitor-compare");
    let button = bar_button(ui, view.theme, Icon::Compare, label, has_room)
        .on_hover_text(view.text.get("monitor-compare-tip"));
    Popup::menu(&button).show(|ui| {
        menu_style(ui);
        ui.set_min_width(240.0);
        let entry = |ui: &mut Ui, label: &str, is_enabled: bool, command: CompareCommand| {
            if ui
                .add_enabled(is_enabled, egui::Button::new(label))
                .clicked()
            {
                view.commands.send(Command::Compare(command));
                ui.close();
            }
        };
        let text = view.text;
        let remember = CompareCommand::Remember;
        entry(ui, text.get(remember.title_key()), true, remember);
        let label = match remembered_at {
            Some(time) => text.with("compare-with-time", &[("time", time.into())]),
            None => text.get("compare-with-moment").to_owned(),
        };
        let is_known = remembered_at.is_some();
        entry(ui, &label, is_known, CompareCommand::WithMoment);
        ui.separator();
        let file = CompareCommand::AskFile;
        entry(ui, text.get(file.title_key()), true, file);
    });
}
