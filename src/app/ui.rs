//! The frame around the places: the rail and the status bar.

use eframe::egui::{self, Align, Frame, Layout, Margin};

use super::command::Command;
use super::icons::Icon;
use super::logic::App;
use super::monitor::actions::read_only_ui;
use super::save_check::words;
use super::settings::Page;
use super::theme::{self, UNIT};
use super::view::View;
use super::widgets::{icon_button, rail_button, small_label};

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.advance(ctx);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        self.cleared_to.set(Some(visuals.panel_fill));
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.ground_ui(ui);
        // What lies behind a dialog must not see its keys: between two of its widgets none of them has the focus.
        let keys = if self.is_modal() {
            take_keys(ui)
        } else {
            Vec::new()
        };
        self.rail_ui(ui);
        self.status_ui(ui);
        let view = View::new(ui, &self.text, &self.commands);
        let permissions = self.actions.permissions(self.settings.is_read_only);
        if self.settings.place == Page::Monitor {
            self.lab.monitor_question_ui(ui, view);
            self.compare.pane_ui(ui, view);
        }
        match self.settings.place {
            Page::Monitor => self.monitor.ui(ui, view, &self.settings, permissions),
            Page::Lab => self.lab.ui(ui, view),
        }
        ui.input_mut(|input| input.events.extend(keys));
        self.export.export_ui(ui, view);
        self.compare.ask_ui(ui, view);
        let y = self.toasts.toasts_ui(ui, view);
        self.actions.acting_ui(ui, view, self.monitor.zone(), y);
        self.was_typing = ui.text_edit_focused();
        if !self.commands.is_empty() {
            ui.request_repaint();
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        let settings = self.remembered();
        settings.save(storage);
        self.keeping.note_saved(settings);
    }

    fn persist_egui_memory(&self) -> bool {
        // What is worth remembering stands in the settings.
        false
    }
}

/// Takes out what was typed.
fn take_keys(ctx: &egui::Context) -> Vec<egui::Event> {
    let is_typed = |event: &egui::Event| {
        matches!(
            event,
            egui::Event::Key { .. }
                | egui::Event::Text(_)
                | egui::Event::Copy
                | egui::Event::Cut
                | egui::Event::Paste(_)
        )
    };
    ctx.input_mut(|input| {
        let (typed, rest) = std::mem::take(&mut input.events)
            .into_iter()
            .partition(is_typed);
        input.events = rest;
        typed
    })
}

impl App {
    /// The ground of all places. The window is cleared to it before each frame, which costs next to nothing; painting it once
    /// more would be most of what a frame paints. Only when the theme has just changed, the window was cleared to the other one.
    fn ground_ui(&self, ui: &egui::Ui) {
        let ground = theme::Theme::of(ui).surface;
        if self.cleared_to.get() != Some(ground) {
            ui.painter().rect_filled(ui.max_rect(), 0, ground);
        }
    }

    fn rail_ui(&self, ui: &mut egui::Ui) {
        let view = View::new(ui, &self.text, &self.commands);
        egui::Panel::left("rail")
            .exact_size(theme::RAIL)
            .resizable(false)
            .frame(Frame::new().fill(view.theme.ground))
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for (place, icon, key, command) in [
                    (
                        Page::Monitor,
                        Icon::Monitor,
                        "place-monitor",
                        Command::OpenMonitor,
                    ),
                    (Page::Lab, Icon::Lab, "place-lab", Command::OpenLab),
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
                ui.with_layout(Layout::bottom_up(Align::Center), |ui| {
                    ui.add_space(2.0 * UNIT);
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
                    ui.add_space(UNIT);
                    read_only_ui(
                        ui,
                        view,
                        self.actions.permissions(self.settings.is_read_only),
                    );
                });
            });
    }

    fn status_ui(&self, ui: &mut egui::Ui) {
        let view = View::new(ui, &self.text, &self.commands);
        egui::Panel::bottom("status")
            .exact_size(theme::ROW)
            .resizable(false)
            .frame(
                Frame::new()
                    .fill(view.theme.ground)
                    .inner_margin(Margin::symmetric(16, 0)),
            )
            .show(ui, |ui| {
                ui.spacing_mut().interact_size.y = theme::ROW - UNIT;
                ui.spacing_mut().item_spacing.x = 2.0 * UNIT;
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    if let Some(not_saved) = self.keeping.not_saved() {
                        let label = view.text.get("status-not-saved");
                        small_label(ui, label, view.theme.warning)
                            .on_hover_text(words(not_saved, view.text));
                    }
                    let permissions = self.actions.permissions(self.settings.is_read_only);
                    if let Some(reason) = permissions.read_only {
                        let words = view.text.get("status-read-only");
                        small_label(ui, words, view.theme.accent)
                            .on_hover_text(view.text.get(reason.key()));
                    }
                    match self.settings.place {
                        Page::Monitor => self.monitor.status_ui(ui, view, &self.settings),
                        Page::Lab => self.lab.status_ui(ui, view),
                    }
                });
            });
    }
}
