//! Short notices of what was done or could not be done, in the lower right corner.

use std::time::Duration;

use eframe::egui::{self, Align2, RichText};

use super::command::Command;
use super::icons::{Icon, icon_rect};
use super::theme::{self, Face, UNIT};
use super::view::View;
use super::widgets::{card, icon_button, link_button};

/// How long a notice of something done stays.
const SHORT: Duration = Duration::from_secs(4);
/// How long a notice of a failure stays.
const LONG: Duration = Duration::from_secs(20);

#[derive(Debug)]
struct Toast {
    id: u64,
    sentence: String,
    is_error: bool,
    /// What it offers: a word, and what follows from it.
    offer: Option<(String, Command)>,
    /// When it goes, in the seconds of `egui`'s clock; `None` until it was shown first.
    until: Option<f64>,
}

/// The notices on screen.
#[derive(Debug, Default)]
pub struct Toasts {
    toasts: Vec<Toast>,
    count: u64,
}

impl Toasts {
    /// Something was done.
    pub fn tell(&mut self, sentence: String) {
        self.push(sentence, false, None);
    }

    /// Something was done from which one can go on.
    pub fn offer(&mut self, sentence: String, label: String, command: Command) {
        self.push(sentence, false, Some((label, command)));
    }

    /// Something could not be done.
    pub fn warn(&mut self, sentence: String) {
        self.push(sentence, true, None);
    }

    fn push(&mut self, sentence: String, is_error: bool, offer: Option<(String, Command)>) {
        self.count += 1;
        // Said again it stands once, for the full time.
        self.toasts.retain(|toast| toast.sentence != sentence);
        self.toasts.push(Toast {
            id: self.count,
            sentence,
            is_error,
            offer,
            until: None,
        });
    }

    /// Takes away what has been read long enough and wakes the window for the next one.
    pub fn logic(&mut self, ctx: &egui::Context) {
        let now = ctx.input(|input| input.time);
        for toast in &mut self.toasts {
            let stay = match (toast.is_error, &toast.offer) {
                (true, _) => LONG,
                (false, Some(_)) => LONG / 2,
                (false, None) => SHORT,
            };
            let until = *toast.until.get_or_insert(now + stay.as_secs_f64());
            if let Ok(left) = Duration::try_from_secs_f64(until - now) {
                ctx.request_repaint_after(left);
            }
        }
        self.toasts
            .retain(|toast| toast.until.is_none_or(|until| until > now));
    }

    /// Draws them; returns how far up they reach, from the lower edge.
    pub fn toasts_ui(&mut self, ctx: &egui::Context, view: View<'_>) -> f32 {
        let mut y = -(theme::ROW + 3.0 * UNIT);
        let mut closed = None;
        for toast in &self.toasts {
            let (icon, color) = if toast.is_error {
                (Icon::Warning, view.theme.error)
            } else {
                (Icon::Check, view.theme.ok)
            };
            let area = egui::Area::new(egui::Id::unique(("toast", toast.id)))
                .anchor(Align2::RIGHT_BOTTOM, egui::vec2(-3.0 * UNIT, y))
                .order(egui::Order::Foreground)
                .show(ctx, |ui| {
                    card(ui, view.theme).show(ui, |ui| {
                        ui.set_max_width(460.0);
                        ui.horizontal_top(|ui| {
                            // Sign, first line and cross stand on one line.
                            let line = theme::ROW_TALL - UNIT;
                            let size = egui::vec2(16.0, line);
                            let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
                            icon.paint(ui.painter(), icon_rect(rect.center(), 16.0), color);
                            let sentence = RichText::new(&toast.sentence)
                                .font(theme::font(Face::Regular, theme::TEXT_M))
                                .color(view.theme.text_strong);
                            ui.vertical(|ui| {
                                ui.set_max_width(ui.available_width() - theme::ROW_TALL);
                                let height = ui.text_style_height(&egui::TextStyle::Body);
                                ui.spacing_mut().item_spacing.y = 0.0;
                                ui.add_space((line - height) / 2.0);
                                ui.add(egui::Label::new(sentence).wrap().selectable(true));
                                if let Some((label, command)) = &toast.offer
                                    && link_button(ui, view.theme, label).clicked()
                                {
                                    view.commands.send(command.clone());
                                }
                            });
                            if icon_button(
                                ui,
                                view.theme,
                                Icon::Close,
                                view.text.get("action-close"),
                            )
                            .clicked()
                            {
                                closed = Some(toast.id);
                            }
                        });
                    });
                });
            y -= area.response.rect.height() + 2.0 * UNIT;
        }
        self.toasts.retain(|toast| Some(toast.id) != closed);
        y
    }
}
