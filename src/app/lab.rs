//! The Lab: runs of processes, queues and pools.

use eframe::egui::{self, Align2};

use super::command::Commands;
use super::theme::{self, Face};
use super::view::View;

/// The place of runs.
#[derive(Debug, Default)]
pub struct Lab {}

impl Lab {
    /// Takes in what happened since the last picture.
    pub fn logic(&mut self, _ctx: &egui::Context, _commands: &Commands) {}

    /// Lays a lesson out.
    pub fn open_lesson(&mut self, _name: &str) {}

    /// Draws the place.
    pub fn ui(&mut self, ui: &mut egui::Ui, view: View<'_>) {
        egui::CentralPanel::default().show(ui, |ui| {
            ui.painter().text(
                ui.max_rect().center(),
                Align2::CENTER_CENTER,
                view.text.get("lab-empty"),
                theme::font(Face::Regular, theme::TEXT_M),
                view.theme.text_dim,
            );
        });
    }
}
