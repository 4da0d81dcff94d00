//! The list of lessons.

use eframe::egui::{
    self, Label, Margin, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo, vec2,
};

use crate::app::command::Command;
use crate::app::command::LabCommand;
use crate::app::icons::Icon;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{prose, text_button};
use crate::run::lesson::Lesson;

/// Draws the list, a card for each: title, question, and one Start. A click on a card lays its lesson out.
pub fn lessons_ui(ui: &mut Ui, view: View<'_>, chosen: Option<&str>) {
    ScrollArea::vertical()
        .id_salt("lessons")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0 * UNIT;
            ui.add_space(UNIT);
            for lesson in Lesson::all() {
                let is_chosen = chosen == Some(lesson.name.as_str());
                card_ui(ui, view, lesson, is_chosen);
            }
            ui.add_space(UNIT);
        });
}

fn card_ui(ui: &mut Ui, view: View<'_>, lesson: &'static Lesson, is_chosen: bool) {
    let theme = view.theme;
    let send = |command| view.commands.send(Command::Lab(command));
    let args = [("lesson", lesson.title.get(view.text.language()).into())];
    let border = if is_chosen {
        theme.accent
    } else {
        theme.border
    };
    let frame = egui::Frame::new()
        .fill(theme.raised)
        .stroke(Stroke::new(1.0, border))
        .corner_radius(theme::RADIUS)
        .outer_margin(Margin::symmetric(8, 0))
        .inner_margin(Margin::same(12));
    let sense = UiBuilder::new().id_salt(&lesson.name).sense(Sense::click());
    let card = ui.scope_builder(sense, |ui| {
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 1.5 * UNIT;
            let title = RichText::new(lesson.title.get(view.text.language()))
                .font(theme::font(Face::Semibold, theme::TEXT_M))
                .color(theme.text_strong);
            ui.add(Label::new(title).selectable(false).wrap());
            let ask = prose(
                lesson.ask.get(view.text.language()),
                theme::TEXT_S,
                theme.text,
            );
            ui.add(Label::new(ask).selectable(false).wrap());
            ui.add_space(UNIT / 2.0);
            let (icon, label, tip) = if lesson.config.is_some() {
                let tip = view.text.with("lesson-start-tip", &args);
                (Icon::Play, "lab-start", tip)
            } else {
                let tip = view.text.get("lesson-look-tip").to_owned();
                (Icon::Monitor, "lesson-look", tip)
            };
            if text_button(ui, theme, Some(icon), view.text.get(label), is_chosen)
                .on_hover_text(tip)
                .clicked()
            {
                send(LabCommand::ChooseLesson(&lesson.name));
                send(LabCommand::Start);
            }
        });
    });
    let response = card.response;
    let words = view.text.with("lesson-open-tip", &args);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &words));
    if response.hovered() || response.has_focus() {
        let rect = response.rect.shrink2(vec2(8.0, 0.0));
        let stroke = Stroke::new(1.0, theme.border_strong);
        ui.painter()
            .rect_stroke(rect, theme::RADIUS, stroke, StrokeKind::Inside);
    }
    if response.clicked() {
        send(LabCommand::ChooseLesson(&lesson.name));
    }
}
