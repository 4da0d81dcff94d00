//! The application: its state, and what happens between two pictures.

use eframe::egui;

use super::command::{Command, Commands};
use super::lab::Lab;
use super::settings::{Place, Settings, ThemeChoice};
use super::text::Text;
use super::theme;

/// Steps of magnification.
const ZOOM_STEP: f32 = 0.1;

/// The window.
pub struct App {
    pub(super) text: Text,
    pub(super) settings: Settings,
    pub(super) commands: Commands,
    pub(super) lab: Lab,
}

impl App {
    /// A window with what was remembered.
    pub fn new(creation: &eframe::CreationContext<'_>) -> Self {
        let ctx = &creation.egui_ctx;
        theme::install(ctx);
        let settings = Settings::load(creation.storage);
        ctx.set_theme(settings.theme);
        ctx.set_zoom_factor(settings.zoom);
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        Self {
            text: Text::english(),
            settings,
            commands: Commands::default(),
            lab: Lab::default(),
        }
    }

    /// Takes in what other threads have found out, then applies what was asked for.
    pub(super) fn advance(&mut self, ctx: &egui::Context) {
        self.lab.logic(ctx, &self.commands);
        self.commands.send_pressed(ctx, |_| true);
        for command in self.commands.take() {
            self.apply(ctx, command);
        }
    }

    fn apply(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::OpenMonitor => self.settings.place = Place::Monitor,
            Command::OpenLab => self.settings.place = Place::Lab,
            Command::OpenLesson(name) => {
                self.settings.place = Place::Lab;
                self.lab.open_lesson(name);
            }
            Command::SetTheme(choice) => self.set_theme(ctx, choice),
            Command::ToggleTheme => match ctx.theme() {
                egui::Theme::Dark => self.set_theme(ctx, ThemeChoice::Light),
                egui::Theme::Light => self.set_theme(ctx, ThemeChoice::Dark),
            },
            Command::ZoomIn => self.set_zoom(ctx, self.settings.zoom + ZOOM_STEP),
            Command::ZoomOut => self.set_zoom(ctx, self.settings.zoom - ZOOM_STEP),
            Command::ZoomReset => self.set_zoom(ctx, 1.0),
            Command::DismissIntroduction => self.settings.is_introduced = true,
            _ => {}
        }
    }

    fn set_theme(&mut self, ctx: &egui::Context, choice: ThemeChoice) {
        self.settings.theme = choice;
        ctx.set_theme(choice);
    }

    fn set_zoom(&mut self, ctx: &egui::Context, zoom: f32) {
        self.settings.zoom = zoom.clamp(0.6, 2.5);
        ctx.set_zoom_factor(self.settings.zoom);
    }
}
