//! The form as it is drawn: the first fields of the chosen kind, the rest under More.

use eframe::egui::{self, ComboBox, RichText, ScrollArea, TextEdit, Ui, vec2};

use super::form::{FormValue, RunForm, tasks};
use crate::app::icons::Icon;
use crate::app::theme::{self, Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::text_button;
use crate::run::config::RunConfig;
use crate::run::kinds::RunKind;
use crate::run::kinds::form::{FieldShape, FormOption, FormPlace, NUMBER, Widget};
use crate::run::main_process::drawn_seed;
use crate::task::TaskKind;

/// The width of the fields' names.
const NAME: f32 = 108.0;

/// The least width of a field.
const LEAST_FIELD: f32 = 60.0;

/// In less width, names stand above their fields.
const ROOMY: f32 = 270.0;

/// What is wrong, each beside its field.
type Problems = [(FormPlace, String)];

impl RunForm {
    /// Draws the form.
    pub fn ui(&mut self, ui: &mut Ui, view: View<'_>, problems: &Problems) {
        ScrollArea::vertical()
            .id_salt("form")
            .auto_shrink(false)
            .show(ui, |ui| {
                egui::Frame::new()
                    .inner_margin(egui::Margin::same(12))
                    .show(ui, |ui| {
                        ui.spacing_mut().item_spacing.y = 1.5 * UNIT;
                        self.kind_ui(ui, view);
                        ui.add_space(UNIT);
                        self.fields_ui(ui, view, problems);
                    });
            });
    }

    fn kind_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        // In a narrow panel below one another: a row wider than the panel would push every field beyond its edge.
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::Vec2::splat(UNIT);
            for kind in RunKind::ALL {
                let is_on = self.kind == *kind;
                let label = view.text.get(kind.words().form);
                if text_button(ui, view.theme, None, label, is_on).clicked() {
                    self.kind = *kind;
                }
            }
        });
    }

    fn fields_ui(&mut self, ui: &mut Ui, view: View<'_>, problems: &Problems) {
        let shapes = RunConfig::form(self.kind);
        let (more, first): (Vec<_>, Vec<_>) = shapes.into_iter().partition(|shape| shape.is_more);
        for shape in first {
            self.field_ui(ui, view, problems, shape);
        }
        if self.more_ui(ui, view) {
            for shape in more {
                self.field_ui(ui, view, problems, shape);
            }
        }
    }

    fn field_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        problems: &Problems,
        shape: &'static FieldShape,
    ) {
        match shape.widget {
            Widget::Text { hint, .. } => self.text_ui(ui, view, problems, shape, hint),
            Widget::Seed(_) => {
                self.text_ui(ui, view, problems, shape, "form-seed-hint");
                self.new_seed_ui(ui, view, shape);
            }
            Widget::Switch { needs, .. } => self.switch_ui(ui, view, problems, shape, needs),
            Widget::Choice(options) => self.choice_ui(ui, view, problems, shape, options),
            Widget::Task(kind) => self.task_ui(ui, view, problems, shape, kind),
            Widget::Arguments(task) => self.arguments_ui(ui, view, problems, shape, task),
        }
    }

    fn text_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        problems: &Problems,
        shape: &'static FieldShape,
        hint: &str,
    ) {
        let named = Named {
            name: view.text.get(shape.label),
            tip: words(view, shape.tip),
            hint: words(view, hint),
        };
        if let Some(FormValue::Text(typed)) = self.values.get_mut(shape.name) {
            named.edit_ui(ui, view, problems, place(shape, 0), typed);
        }
    }

    fn new_seed_ui(&mut self, ui: &mut Ui, view: View<'_>, shape: &'static FieldShape) {
        row_ui(ui, view, "", |ui| {
            let label = view.text.get("form-new-seed");
            let response = text_button(ui, view.theme, None, label, false);
            let tip = view.text.get("form-new-seed-tip");
            if response.on_hover_text(tip).clicked() {
                self.set(shape.name, drawn_seed().to_string());
            }
        });
    }

    fn switch_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        problems: &Problems,
        shape: &'static FieldShape,
        needs: Option<(&str, &str)>,
    ) {
        let has_meaning = needs.is_none_or(|(field, value)| self.typed(field) == value);
        row_ui(ui, view, "", |ui| {
            ui.add_enabled_ui(has_meaning, |ui| {
                if let Some(FormValue::Switch(on)) = self.values.get_mut(shape.name) {
                    ui.checkbox(on, view.text.get(shape.label))
                        .on_hover_text(words(view, shape.tip));
                }
            });
        });
        problem_ui(ui, view, problems, place(shape, 0));
    }

    fn choice_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        problems: &Problems,
        shape: &'static FieldShape,
        options: &'static [FormOption],
    ) {
        let title = view.text.get(shape.label);
        row_ui(ui, view, title, |ui| {
            let now = self.typed(shape.name).to_owned();
            let mut chosen = None;
            let combo = ComboBox::from_id_salt(shape.label)
                .selected_text(mono(&now))
                .width(field_width(ui))
                .truncate()
                .show_ui(ui, |ui| {
                    for option in options {
                        if ui
                            .selectable_label(now == option.value, mono(option.value))
                            .on_hover_text(words(view, option.tip))
                            .clicked()
                        {
                            chosen = Some(option.value);
                        }
                    }
                });
            name_combo(&combo.response, title, &now);
            let tip = options.iter().find(|option| option.value == now);
            let tip = tip.map_or("", |option| words(view, option.tip));
            combo.response.on_hover_text(tip);
            if let Some(value) = chosen {
                self.set(shape.name, value);
            }
        });
        problem_ui(ui, view, problems, place(shape, 0));
    }

    fn task_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        problems: &Problems,
        shape: &'static FieldShape,
        kind: TaskKind,
    ) {
        let name = view.text.get(shape.label);
        row_ui(ui, view, name, |ui| {
            let now = self.typed(shape.name).to_owned();
            let mut chosen = None;
            let combo = ComboBox::from_id_salt(shape.label)
                .selected_text(mono(&now))
                .width(field_width(ui))
                .truncate()
                .show_ui(ui, |ui| {
                    for task in tasks(kind) {
                        if ui
                            .selectable_label(now == task.name, mono(&task.signature()))
                            .on_hover_text(view.text.get(task.summary))
                            .clicked()
                        {
                            chosen = Some(task);
                        }
                    }
                });
            let tip = self
                .task(shape.name)
                .map_or("", |task| view.text.get(task.summary));
            name_combo(&combo.response, name, &now);
            combo.response.on_hover_text(tip);
            if let Some(task) = chosen {
                self.choose_task(shape.name, task);
            }
        });
        problem_ui(ui, view, problems, place(shape, 0));
    }

    fn arguments_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        problems: &Problems,
        shape: &'static FieldShape,
        task: &str,
    ) {
        let task = self.task(task);
        let Some((task, FormValue::Texts(texts))) = task.zip(self.values.get_mut(shape.name))
        else {
            return;
        };
        for (part, (parameter, typed)) in task.parameters.iter().zip(texts).enumerate() {
            let args = [
                ("help", view.text.get(parameter.help).into()),
                ("mark", NUMBER.into()),
            ];
            let tip = view.text.with(shape.tip, &args);
            let named = Named {
                name: parameter.name,
                tip: &tip,
                hint: "",
            };
            named.edit_ui(ui, view, problems, place(shape, part), typed);
        }
    }

    /// The switch for the other fields; returns whether they are shown.
    fn more_ui(&mut self, ui: &mut Ui, view: View<'_>) -> bool {
        ui.add_space(UNIT);
        let (icon, key) = if self.is_more_open {
            (Icon::ChevronDown, "form-less")
        } else {
            (Icon::ChevronRight, "form-more")
        };
        if text_button(ui, view.theme, Some(icon), view.text.get(key), false).clicked() {
            self.is_more_open = !self.is_more_open;
        }
        self.is_more_open
    }
}

fn place(shape: &FieldShape, part: usize) -> FormPlace {
    let name = shape.name;
    FormPlace { name, part }
}

/// The sentence of a key; nothing for no key.
fn words<'a>(view: View<'a>, key: &'a str) -> &'a str {
    if key.is_empty() {
        return "";
    }
    view.text.get(key)
}

fn mono(text: &str) -> RichText {
    RichText::new(text).font(theme::font(Face::Mono, theme::TEXT_S))
}

/// A field to type into, with its words.
struct Named<'a> {
    name: &'a str,
    /// Its tooltip.
    tip: &'a str,
    /// What it means while it is empty.
    hint: &'a str,
}

impl Named<'_> {
    fn edit_ui(
        self,
        ui: &mut Ui,
        view: View<'_>,
        problems: &Problems,
        place: FormPlace,
        typed: &mut String,
    ) {
        let is_bad = problems.iter().any(|(other, _)| *other == place);
        row_ui(ui, view, self.name, |ui| {
            if is_bad {
                let stroke = egui::Stroke::new(1.0, view.theme.error);
                let widgets = &mut ui.visuals_mut().widgets;
                widgets.inactive.bg_stroke = stroke;
                widgets.hovered.bg_stroke = stroke;
            }
            let edit = TextEdit::singleline(typed)
                .desired_width(field_width(ui))
                .hint_text(self.hint)
                .align(egui::Align2::LEFT_CENTER);
            let response = ui.add(edit);
            response.widget_info(|| {
                let mut info = egui::WidgetInfo::labeled(egui::Role::TextInput, true, self.name);
                info.current_text_value = Some(typed.clone());
                info
            });
            if !self.tip.is_empty() {
                response.on_hover_text(self.tip);
            }
        });
        problem_ui(ui, view, problems, place);
    }
}

/// The width that a control has beside its name.
fn field_width(ui: &Ui) -> f32 {
    ui.available_width().clamp(LEAST_FIELD, 220.0)
}

/// Gives a drop-down its accessible name.
fn name_combo(response: &egui::Response, name: &str, value: &str) {
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name);
        info.current_text_value = Some(value.to_owned());
        info
    });
}

/// A field's name and its control beside it, or below it where both would have too little room.
fn row_ui(ui: &mut Ui, view: View<'_>, name: &str, add: impl FnOnce(&mut Ui)) {
    let paint_name = |ui: &mut Ui, width: f32, height: f32| {
        let (rect, _) = ui.allocate_exact_size(vec2(width, height), egui::Sense::hover());
        ui.painter().text(
            rect.left_center(),
            egui::Align2::LEFT_CENTER,
            name,
            theme::font(Face::Regular, theme::TEXT_S),
            view.theme.text,
        );
    };
    if is_narrow(ui) {
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.5 * UNIT;
            if !name.is_empty() {
                paint_name(ui, ui.available_width(), 5.0 * UNIT);
            }
            add(ui);
        });
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = UNIT;
        paint_name(ui, NAME, theme::ROW_TALL);
        add(ui);
    });
}

/// Whether names stand above their fields.
fn is_narrow(ui: &Ui) -> bool {
    ui.available_width() < ROOMY
}

/// What is wrong with a field, below it.
fn problem_ui(ui: &mut Ui, view: View<'_>, problems: &Problems, place: FormPlace) {
    for (_, sentence) in problems.iter().filter(|(other, _)| *other == place) {
        let indent = if is_narrow(ui) { 0.0 } else { NAME + UNIT };
        ui.horizontal(|ui| {
            ui.add_space(indent);
            ui.add(
                egui::Label::new(
                    RichText::new(sentence)
                        .font(theme::font(Face::Regular, theme::TEXT_S))
                        .color(view.theme.error),
                )
                .wrap(),
            );
        });
    }
}
