//! How Monitor is laid out: bar, strip, table, detail panel.

use std::sync::Arc;

use eframe::egui::{self, Align, Frame, Layout, Margin, RichText, Ui};

use super::actions::Permissions;
use super::compare::compare_button_ui;
use super::detail::DetailData;
use super::limits::limits_ui;
use super::state::Monitor;
use super::strip::figures::StripData;
use super::strip::{machine_strip_ui, strip_height};
use super::table::TableData;
use super::table::column_chooser::columns_button_ui;
use super::timeline::{TimelineData, timeline_ui};
use crate::app::command::Command;
use crate::app::command::LabCommand;
use crate::app::icons::Icon;
use crate::app::settings::Settings;
use crate::app::theme::{self, Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{
    Segment, bar_button, dragged_size, forget_shrunk_size, icon_button, link_button, segments_ui,
    text_button,
};
use crate::monitor::{Grouping, Snapshot};

/// From this width on, the buttons of the bar have words.
const ROOMY_BAR: f32 = 800.0;

impl Monitor {
    /// Draws the place.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        settings: &Settings,
        permissions: Permissions,
    ) {
        egui::Panel::top("monitor bar")
            .exact_size(theme::BAR)
            .resizable(false)
            .frame(Frame::new().inner_margin(Margin::symmetric(16, 0)))
            .show(ui, |ui| self.bar_ui(ui, view));
        if !settings.is_introduced {
            egui::Panel::top("introduction")
                .exact_size(32.0)
                .resizable(false)
                .frame(
                    Frame::new()
                        .fill(view.theme.selected)
                        .inner_margin(Margin::symmetric(16, 0)),
                )
                .show(ui, |ui| introduction_ui(ui, view));
        }
        let Some(snapshot) = self.shown.snapshot.clone() else {
            egui::CentralPanel::no_frame().show(ui, |ui| {
                sentence_ui(ui, view, view.text.get("monitor-first"));
            });
            return;
        };
        if let Some(limit) = snapshot
            .limited_view
            .filter(|_| !self.layout.is_limit_dismissed)
        {
            limits_ui(ui, view, limit);
        }
        egui::Panel::top("machine")
            .exact_size(strip_height(ui.available_width()))
            .resizable(false)
            .frame(Frame::NONE)
            .show(ui, |ui| {
                self.layout.strip_bottom = ui.max_rect().bottom();
                let data = StripData {
                    snapshot: &snapshot,
                    curves: &self.series.curves,
                    leaders: &self.shown.leaders,
                    shortages: &self.shown.shortages,
                    cpu_unit: self.cpu_unit(),
                };
                machine_strip_ui(ui, view, data);
            });
        let newest = self.newest().unwrap_or(&snapshot);
        let newest = Arc::clone(newest);
        if self.is_looking_back() {
            self.looking_ui(ui, view, &snapshot, &newest);
        }
        if let Some(key) = self.marked.process.filter(|_| self.layout.is_detail_open) {
            // It is read now, whatever moment the table shows.
            let data = DetailData {
                key,
                snapshot: &newest,
                aspect: self.aspect,
                detail: self.details.at(self.aspect),
                ended: newest.ended.find(key).map(|ended| &**ended),
                last_row: self.marked.last_row.as_ref(),
                ended_name: self.marked.name.as_deref(),
                curves: &self.series.curves,
                zone: &self.system.zone,
                is_root: self.system.is_root,
                permissions,
            };
            forget_shrunk_size(ui, "detail");
            let panel = egui::Panel::right("detail")
                .default_size(settings.detail_width)
                .size_range(320.0..=640.0)
                .frame(Frame::NONE)
                .show(ui, |ui| self.detail_pane.detail_ui(ui, view, data));
            let width = panel.response.rect.width();
            let before = std::mem::replace(&mut self.layout.detail_width, width);
            if let Some(width) = dragged_size(ui, before, width) {
                view.commands.send(Command::SetDetailWidth(width));
            }
        }
        egui::CentralPanel::no_frame().show(ui, |ui| {
            let marked = self.marked();
            let data = TableData {
                snapshot: &snapshot,
                order: &self.shown.order,
                is_settled: self.is_settled(),
                trails: (!self.is_looking_back()).then_some(&self.series.trails),
                now: self.is_looking_back().then_some(&*newest),
                marked: marked.as_ref(),
                selection: &self.marked.all,
                sort: &self.query.sort,
                grouping: self.query.grouping,
                cpu_unit: self.cpu_unit(),
                zone: &self.system.zone,
                is_root: self.system.is_root,
                permissions,
            };
            let rect = ui.available_rect_before_wrap();
            self.table.table_ui(ui, view, data);
            if self.shown.order.rows().is_empty() {
                let mut note =
                    ui.new_child(egui::UiBuilder::new().id_salt("no rows").max_rect(rect));
                self.no_rows_ui(&mut note, view);
            }
        });
    }

    /// The bar that says which moment is shown.
    fn looking_ui(&self, ui: &mut Ui, view: View<'_>, shown: &Snapshot, newest: &Snapshot) {
        let surface = view.theme.surface;
        egui::Panel::top("looking back")
            .exact_size(40.0)
            .resizable(false)
            .frame(
                Frame::new()
                    .fill(surface.blend(view.theme.row_tint(view.theme.warning)))
                    .inner_margin(Margin::symmetric(16, 0)),
            )
            .show(ui, |ui| {
                let data = TimelineData {
                    shown: shown.tick,
                    now: newest.tick.instant,
                    cpu: self.series.history.cpu_percent(),
                    zone: &self.system.zone,
                };
                timeline_ui(ui, view, data);
            });
    }

    fn bar_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 1.5 * UNIT;
            let has_room = ui.available_width() >= ROOMY_BAR;
            let label = view.text.get("monitor-export");
            let export = bar_button(ui, view.theme, Icon::Export, label, has_room);
            if export
                .on_hover_text(view.tip(ui, "monitor-export-tip", &Command::ExportJson))
                .clicked()
            {
                view.commands.send(Command::ExportJson);
            }
            compare_button_ui(ui, view, self.moment.remembered_at.as_deref(), has_room);
            let shown: Vec<_> = self.table.columns().collect();
            columns_button_ui(ui, view, &shown, self.is_cpu_of_machine, has_room);
            self.grouping_ui(ui, view);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                self.filter_ui(ui, view);
            });
        });
    }

    /// Flat, tree or by program.
    fn grouping_ui(&self, ui: &mut Ui, view: View<'_>) {
        let segments = [
            (Grouping::Flat, "monitor-flat", "monitor-flat-tip"),
            (Grouping::Tree, "monitor-tree", "monitor-tree-tip"),
            (
                Grouping::Programs,
                "monitor-programs",
                "monitor-programs-tip",
            ),
        ];
        let labels = segments.map(|(grouping, key, tip)| Segment {
            label: view.text.get(key),
            tip: view.tip(ui, tip, &Command::ShowAs(grouping)),
            is_on: grouping == self.query.grouping,
        });
        if let Some((grouping, ..)) =
            segments_ui(ui, view.theme, &labels).and_then(|place| segments.get(place))
        {
            view.commands.send(Command::ShowAs(*grouping));
        }
    }

    fn no_rows_ui(&self, ui: &mut Ui, view: View<'_>) {
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() * 0.36);
            let sentence = view.text.with(
                "monitor-no-match",
                &[
                    ("filter", self.filter.understood.as_str().into()),
                    ("count", self.shown.order.hidden_by_filter.into()),
                ],
            );
            ui.label(RichText::new(sentence).color(view.theme.text_dim));
            ui.add_space(2.0 * UNIT);
            if text_button(ui, view.theme, None, view.text.get("monitor-clear"), false).clicked() {
                view.commands.send(Command::SetFilter(String::new()));
            }
        });
    }
}

fn introduction_ui(ui: &mut Ui, view: View<'_>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if icon_button(
            ui,
            view.theme,
            Icon::Close,
            view.text.get("introduction-dismiss"),
        )
        .clicked()
        {
            view.commands.send(Command::DismissIntroduction);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let text = RichText::new(view.text.get("introduction-text"))
                .font(theme::font(Face::Regular, theme::TEXT_S));
            ui.label(text.color(view.theme.text));
            if link_button(ui, view.theme, view.text.get("introduction-link")).clicked() {
                view.commands.send(Command::DismissIntroduction);
                view.commands.send(Command::OpenLab);
                let lesson = LabCommand::StartLesson("pool-callback");
                view.commands.send(Command::Lab(lesson));
            }
        });
    });
}

fn sentence_ui(ui: &mut Ui, view: View<'_>, sentence: &str) {
    ui.centered_and_justified(|ui| ui.label(RichText::new(sentence).color(view.theme.text_dim)));
}
