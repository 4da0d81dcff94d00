//! Which columns the table has, in which order, and what their unit is.

use eframe::egui::{self, Popup, PopupCloseBehavior, RichText, Ui};

use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{Segment, bar_button, icon_button, link_button, menu_style, segments_ui};
use crate::monitor::{COLUMNS, FigureId};

/// Width of the list.
const WIDTH: f32 = 264.0;

/// The button that offers all columns: those shown first, in their order.
pub fn columns_button_ui(
    ui: &mut Ui,
    view: View<'_>,
    shown: &[FigureId],
    is_cpu_of_machine: bool,
    has_room: bool,
) {
    let label = view.text.get("monitor-columns");
    let button = bar_button(ui, view.theme, Icon::Columns, label, has_room)
        .on_hover_text(view.text.get("monitor-columns-tip"));
    Popup::menu(&button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            menu_style(ui);
            ui.set_width(WIDTH);
            ui.add_space(UNIT);
            unit_ui(ui, view, is_cpu_of_machine);
            ui.add_space(UNIT);
            ui.separator();
            for (place, id) in shown.iter().enumerate() {
                entry_ui(ui, view, *id, Some(place), shown.len());
            }
            ui.separator();
            let hidden = COLUMNS.iter().filter(|column| !shown.contains(&column.id));
            for column in hidden {
                entry_ui(ui, view, column.id, None, shown.len());
            }
            ui.separator();
            ui.horizontal(|ui| {
                ui.add_space(UNIT);
                if link_button(ui, view.theme, view.text.get("columns-reset")).clicked() {
                    view.commands.send(Command::ResetColumns);
                }
            });
            ui.add_space(UNIT);
        });
}

fn unit_ui(ui: &mut Ui, view: View<'_>, is_cpu_of_machine: bool) {
    ui.horizontal(|ui| {
        ui.add_space(UNIT);
        let title = RichText::new(view.text.get("columns-cpu"));
        let font = theme::font(Face::Regular, theme::TEXT_S);
        ui.label(title.font(font).color(view.theme.text));
        let segment = |key, tip, is_on| Segment {
            label: view.text.get(key),
            tip: view.text.get(tip).to_owned(),
            is_on,
        };
        let segments = [
            segment(
                "columns-one-core",
                "columns-one-core-tip",
                !is_cpu_of_machine,
            ),
            segment("columns-machine", "columns-machine-tip", is_cpu_of_machine),
        ];
        if let Some(place) = segments_ui(ui, view.theme, &segments) {
            view.commands.send(Command::SetCpuOfMachine(place == 1));
        }
    });
}

/// One column: whether it is shown and, if so, one step to the left or to the right.
fn entry_ui(ui: &mut Ui, view: View<'_>, id: FigureId, place: Option<usize>, count: usize) {
    let title = view.text.get(id.figure().title_key);
    ui.horizontal(|ui| {
        ui.add_space(UNIT);
        let mut is_shown = place.is_some();
        let is_last = is_shown && count == 1;
        // What is not chosen must be seen to be a choice.
        let border = egui::Stroke::new(1.0, view.theme.border_strong);
        ui.visuals_mut().widgets.inactive.bg_stroke = border;
        let check = egui::Checkbox::new(&mut is_shown, title);
        if ui.add_enabled(!is_last, check).changed() {
            view.commands.send(Command::ToggleColumn(id));
        }
        let Some(place) = place else { return };
        let right = egui::Layout::right_to_left(egui::Align::Center);
        ui.with_layout(right, |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let step = |ui: &mut Ui, icon, key: &str, to: Option<usize>| {
                let name = view.text.with(key, &[("title", title.into())]);
                ui.add_enabled_ui(to.is_some(), |ui| {
                    let button = icon_button(ui, view.theme, icon, &name).on_hover_text(name);
                    if let Some(to) = to.filter(|_| button.clicked()) {
                        view.commands.send(Command::MoveColumn(id, to));
                    }
                });
            };
            let later = Some(place + 1).filter(|place| *place < count);
            step(ui, Icon::ChevronRight, "columns-later", later);
            step(
                ui,
                Icon::ChevronLeft,
                "columns-earlier",
                place.checked_sub(1),
            );
        });
    });
}
