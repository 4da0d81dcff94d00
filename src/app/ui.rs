//! The frame around the places: the rail and the status bar.

use eframe::egui;

use super::command::Command;
use super::icons::Icon;
use super::logic::App;
use super::settings::Place;
use super::theme;
use super::view::View;
use super::widgets::{icon_button, rail_button};

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.advance(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.rail_ui(ui);
        let view = View::new(ui, &self.text, &self.commands);
        match self.settings.place {
            Place::Monitor => {}
            Place::Lab => self.lab.ui(ui, view),
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.settings.save(storage);
    }
}

impl App {
    fn rail_ui(&self, ui: &mut egui::Ui) {
        let view = View::new(ui, &self.text, &self.commands);
        egui::Panel::left("rail")
            .exact_size(theme::RAIL)
            .resizable(false)
            .frame(egui::Frame::new().fill(view.theme.ground))
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for (place, icon, key, command) in [
                    (
                        Place::Monitor,
                        Icon::Monitor,
                        "place-monitor",
                        Command::OpenMonitor,
                    ),
                    (Place::Lab, Icon::Lab, "place-lab", Command::OpenLab),
                ] {
                    let tip = view.tip(ui, command.title_key(), &command);
                    let is_here = self.settings.place == place;
                    if rail_button(ui, view.theme, icon, view.text.get(key), is_here)
                        .on_hover_text(tip)
                        .clicked()
                    {
                        view.commands.send(command);
                    }
                }
                ui.with_layout(egui::Layout::bottom_up(egui::Align::Center), |ui| {
                    ui.add_space(2.0 * theme::UNIT);
                    let icon = if view.theme.dark {
                        Icon::Sun
                    } else {
                        Icon::Moon
                    };
                    let command = Command::ToggleTheme;
                    let tip = view.tip(ui, command.title_key(), &command);
                    if icon_button(ui, view.theme, icon, &tip).clicked() {
                        view.commands.send(command);
                    }
                });
            });
    }
}
