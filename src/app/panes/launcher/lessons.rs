//! The list of lessons.

use eframe::egui::{self, Label, Margin, RichText, ScrollArea, Ui};

use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::lab::LabCommand;
use crate::app::theme::{self, Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::text_button;
use crate::run::lesson::Lesson;

/// Draws the list: title, question, and Start for each.
pub fn lessons_ui(ui: &mut Ui, view: View<'_>, chosen: Option<&str>) {
    let theme = view.theme;
    ScrollArea::vertical()
        .id_salt("lessons")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for lesson in Lesson::all() {
                let is_chosen = chosen == Some(lesson.name.as_str());
                let fill = if is_chosen {
                    theme.selected
                } else {
                    theme.surface
                };
                egui::Frame::new()
                    .fill(fill)
                    .inner_margin(Margin::same(12))
                    .show(ui, |ui| {
                        ui.set_width(ui.available_width());
                        ui.spacing_mut().item_spacing.y = UNIT;
                        line_ui(
                            ui,
                            lesson.title.get("en"),
                            Face::Semibold,
                            theme::TEXT_M,
                            theme.text_strong,
                        );
                        line_ui(
                            ui,
                            lesson.ask.get("en"),
                            Face::Regular,
                            theme::TEXT_S,
                            theme.text,
                        );
                        ui.horizontal(|ui| buttons_ui(ui, view, lesson));
                    });
                let line = ui.cursor().top();
                ui.painter()
                    .hline(ui.max_rect().x_range(), line, theme.line());
            }
        });
}

fn line_ui(ui: &mut Ui, words: &str, face: Face, size: f32, color: egui::Color32) {
    let words = RichText::new(words)
        .font(theme::font(face, size))
        .color(color);
    ui.add(Label::new(words).wrap());
}

fn buttons_ui(ui: &mut Ui, view: View<'_>, lesson: &'static Lesson) {
    let args = [("lesson", lesson.title.get("en").into())];
    let send = |command| view.commands.send(Command::Lab(command));
    let start = text_button(
        ui,
        view.theme,
        Some(Icon::Play),
        view.text.get("lab-start"),
        true,
    );
    if start
        .on_hover_text(view.text.with("lesson-start-tip", &args))
        .clicked()
    {
        send(LabCommand::ChooseLesson(&lesson.name));
        send(LabCommand::Start);
    }
    let open = text_button(ui, view.theme, None, view.text.get("lesson-open"), false);
    if open
        .on_hover_text(view.text.with("lesson-open-tip", &args))
        .clicked()
    {
        send(LabCommand::ChooseLesson(&lesson.name));
    }
}
