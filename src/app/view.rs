//! What every drawing function is handed.

use eframe::egui::Context;

use super::command::Commands;
use super::text::Text;
use super::theme::Theme;

/// The sentences, the tokens of the theme in use, and where to send commands.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Every sentence.
    pub text: &'a Text,
    /// Every colour.
    pub theme: &'static Theme,
    /// The only way to change anything.
    pub commands: &'a Commands,
}

impl<'a> View<'a> {
    /// For the theme that `ctx` draws in.
    pub fn new(ctx: &Context, text: &'a Text, commands: &'a Commands) -> Self {
        Self {
            text,
            theme: Theme::of(ctx),
            commands,
        }
    }

    /// A tooltip: the sentence of a key and, in brackets, a command's shortcut.
    pub fn tip(&self, ctx: &Context, key: &str, command: &super::command::Command) -> String {
        match command.shortcut_text(ctx) {
            Some(keys) => format!("{} ({keys})", self.text.get(key)),
            None => self.text.get(key).to_owned(),
        }
    }
}
