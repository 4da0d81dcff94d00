//! The form as it is drawn: three fields first, the rest under More.

use eframe::egui::{self, ComboBox, RichText, ScrollArea, TextEdit, Ui, vec2};

use super::form::{Form, FormField, NUMBER};
use crate::app::icons::Icon;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::text_button;
use crate::run::kinds::RunKind;
use crate::run::kinds::pool::PoolMode;
use crate::run::main_process::drawn_seed;

/// The width of the fields' names.
const NAME: f32 = 108.0;

/// The least width of a field.
const LEAST_FIELD: f32 = 60.0;

/// In less width, names stand above their fields.
const ROOMY: f32 = 270.0;

/// What is wrong, each beside its field.
type Problems = [(FormField, String)];

impl Form {
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
                        match self.kind {
                            RunKind::Processes => self.group_ui(ui, view, problems),
                            RunKind::Pool => self.pool_ui(ui, view, problems),
                            RunKind::ProducerConsumer => self.food_ui(ui, view, problems),
                        }
                    });
            });
    }

    fn kind_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        // In a narrow panel below one another: a row wider than the panel would push every field beyond its edge.
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::Vec2::splat(UNIT);
            for (kind, key) in [
                (RunKind::Processes, "form-kind-group"),
                (RunKind::Pool, "form-kind-pool"),
                (RunKind::ProducerConsumer, "form-kind-food"),
            ] {
                let is_on = self.kind == kind;
                if text_button(ui, view.theme, None, view.text.get(key), is_on).clicked() {
                    self.kind = kind;
                }
            }
        });
    }

    fn group_ui(&mut self, ui: &mut Ui, view: View<'_>, problems: &Problems) {
        for (field, key, tip, typed) in [
            (
                FormField::Group,
                "form-group",
                "form-group-tip",
                &mut self.group,
            ),
            (
                FormField::Daemons,
                "form-daemons",
                "form-daemons-tip",
                &mut self.daemons,
            ),
            (
                FormField::MainSeconds,
                "form-main-seconds",
                "form-main-seconds-tip",
                &mut self.main_seconds,
            ),
        ] {
            let (name, tip) = (view.text.get(key), view.text.get(tip));
            named_field_ui(ui, view, problems, field, name, tip, typed);
        }
        if self.more_ui(ui, view) {
            self.common_ui(ui, view, problems);
        }
    }

    fn pool_ui(&mut self, ui: &mut Ui, view: View<'_>, problems: &Problems) {
        let workers = FormField::Workers;
        field_ui(
            ui,
            view,
            problems,
            workers,
            "form-workers",
            &mut self.workers,
        );
        self.task_ui(ui, view, problems);
        field_ui(
            ui,
            view,
            problems,
            FormField::Count,
            "form-count",
            &mut self.count,
        );
        if !self.more_ui(ui, view) {
            return;
        }
        if let Some(task) = self.task() {
            for (place, (parameter, typed)) in
                task.parameters.iter().zip(&mut self.arguments).enumerate()
            {
                let args = [("help", parameter.help.into()), ("mark", NUMBER.into())];
                let tip = view.text.with("form-argument-tip", &args);
                let field = FormField::Argument(place);
                named_field_ui(ui, view, problems, field, parameter.name, &tip, typed);
            }
        }
        self.mode_ui(ui, view);
        row_ui(ui, view, "", |ui| {
            let is_async = self.mode == PoolMode::ApplyAsync;
            ui.add_enabled_ui(is_async, |ui| {
                ui.checkbox(&mut self.callbacks, view.text.get("form-callbacks"))
                    .on_hover_text(view.text.get("form-callbacks-tip"));
            });
        });
        row_ui(ui, view, "", |ui| {
            ui.checkbox(&mut self.initializer, view.text.get("form-initializer"))
                .on_hover_text(view.text.get("form-initializer-tip"));
        });
        for (field, key, tip, typed) in [
            (
                FormField::TasksPerWorker,
                "form-tasks-per-worker",
                "form-tasks-per-worker-tip",
                &mut self.tasks_per_worker,
            ),
            (
                FormField::Timeout,
                "form-timeout",
                "form-timeout-tip",
                &mut self.timeout,
            ),
            (
                FormField::Retries,
                "form-retries",
                "form-retries-tip",
                &mut self.retries,
            ),
        ] {
            let (name, tip) = (view.text.get(key), view.text.get(tip));
            named_field_ui(ui, view, problems, field, name, tip, typed);
        }
        self.common_ui(ui, view, problems);
    }

    fn mode_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let name = |mode| match mode {
            PoolMode::ApplyAsync => (mode.name(), "form-mode-async-tip"),
            PoolMode::Apply => (mode.name(), "form-mode-apply-tip"),
        };
        let title = view.text.get("form-mode");
        row_ui(ui, view, title, |ui| {
            let (shown, tip) = name(self.mode);
            let shown = RichText::new(shown).font(theme::font(Face::Mono, theme::TEXT_S));
            let combo = ComboBox::from_id_salt("form-mode")
                .selected_text(shown)
                .width(field_width(ui))
                .truncate()
                .show_ui(ui, |ui| {
                    for mode in [PoolMode::ApplyAsync, PoolMode::Apply] {
                        let (label, tip) = name(mode);
                        let label =
                            RichText::new(label).font(theme::font(Face::Mono, theme::TEXT_S));
                        if ui
                            .selectable_label(self.mode == mode, label)
                            .on_hover_text(view.text.get(tip))
                            .clicked()
                        {
                            self.mode = mode;
                        }
                    }
                });
            name_combo(&combo.response, title, name(self.mode).0);
            combo.response.on_hover_text(view.text.get(tip));
        });
    }

    fn task_ui(&mut self, ui: &mut Ui, view: View<'_>, problems: &Problems) {
        let name = view.text.get("form-task");
        row_ui(ui, view, name, |ui| {
            let mut chosen = None;
            let combo = ComboBox::from_id_salt("form-task")
                .selected_text(
                    RichText::new(&self.task).font(theme::font(Face::Mono, theme::TEXT_S)),
                )
                .width(field_width(ui))
                .truncate()
                .show_ui(ui, |ui| {
                    for task in Self::tasks() {
                        let label = RichText::new(task.signature())
                            .font(theme::font(Face::Mono, theme::TEXT_S));
                        if ui
                            .selectable_label(self.task == task.name, label)
                            .on_hover_text(task.summary)
                            .clicked()
                        {
                            chosen = Some(task);
                        }
                    }
                });
            let tip = self.task().map_or("", |task| task.summary);
            name_combo(&combo.response, name, &self.task);
            combo.response.on_hover_text(tip);
            if let Some(task) = chosen {
                self.choose_task(task);
            }
        });
        problem_ui(ui, view, problems, FormField::Task);
    }

    fn food_ui(&mut self, ui: &mut Ui, view: View<'_>, problems: &Problems) {
        for (field, key, typed) in [
            (FormField::Producers, "form-producers", &mut self.producers),
            (FormField::Items, "form-items", &mut self.items),
            (FormField::Consumers, "form-consumers", &mut self.consumers),
        ] {
            field_ui(ui, view, problems, field, key, typed);
        }
        if !self.more_ui(ui, view) {
            return;
        }
        for (field, key, tip, typed) in [
            (
                FormField::MaxSize,
                "form-maxsize",
                "form-maxsize-tip",
                &mut self.maxsize,
            ),
            (
                FormField::Sentinels,
                "form-sentinels",
                "form-sentinels-tip",
                &mut self.sentinels,
            ),
        ] {
            let (name, tip) = (view.text.get(key), view.text.get(tip));
            named_field_ui(ui, view, problems, field, name, tip, typed);
        }
        self.common_ui(ui, view, problems);
    }

    fn common_ui(&mut self, ui: &mut Ui, view: View<'_>, problems: &Problems) {
        for (field, key, tip, typed) in [
            (
                FormField::TimeScale,
                "form-time-scale",
                "form-time-scale-tip",
                &mut self.time_scale,
            ),
            (
                FormField::Seed,
                "form-seed",
                "form-seed-tip",
                &mut self.seed,
            ),
        ] {
            let (name, tip) = (view.text.get(key), view.text.get(tip));
            named_field_ui(ui, view, problems, field, name, tip, typed);
        }
        row_ui(ui, view, "", |ui| {
            let label = view.text.get("form-new-seed");
            let response = text_button(ui, view.theme, None, label, false);
            let tip = view.text.get("form-new-seed-tip");
            if response.on_hover_text(tip).clicked() {
                self.seed = drawn_seed().to_string();
            }
        });
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

fn field_ui(
    ui: &mut Ui,
    view: View<'_>,
    problems: &Problems,
    field: FormField,
    key: &str,
    typed: &mut String,
) {
    named_field_ui(ui, view, problems, field, view.text.get(key), "", typed);
}

fn named_field_ui(
    ui: &mut Ui,
    view: View<'_>,
    problems: &Problems,
    field: FormField,
    name: &str,
    tip: &str,
    typed: &mut String,
) {
    let is_bad = problems.iter().any(|(other, _)| *other == field);
    // What an empty field means.
    let hint = match field {
        FormField::Sentinels => view.text.get("form-sentinels-hint"),
        FormField::Seed => view.text.get("form-seed-hint"),
        FormField::TasksPerWorker | FormField::Timeout => view.text.get("form-no-limit-hint"),
        _ => "",
    };
    row_ui(ui, view, name, |ui| {
        if is_bad {
            let stroke = egui::Stroke::new(1.0, view.theme.error);
            let widgets = &mut ui.visuals_mut().widgets;
            widgets.inactive.bg_stroke = stroke;
            widgets.hovered.bg_stroke = stroke;
        }
        let edit = TextEdit::singleline(typed)
            .desired_width(field_width(ui))
            .hint_text(hint)
            .align(egui::Align2::LEFT_CENTER);
        let response = ui.add(edit);
        response.widget_info(|| {
            let mut info = egui::WidgetInfo::labeled(egui::Role::TextInput, true, name);
            info.current_text_value = Some(typed.clone());
            info
        });
        if !tip.is_empty() {
            response.on_hover_text(tip);
        }
    });
    problem_ui(ui, view, problems, field);
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
fn problem_ui(ui: &mut Ui, view: View<'_>, problems: &Problems, field: FormField) {
    for (_, sentence) in problems.iter().filter(|(other, _)| *other == field) {
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
