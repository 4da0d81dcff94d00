//! How the Lab's panes lie side by side.

use std::time::Instant;

use eframe::egui::{self, CentralPanel, Frame, Label, Margin, Panel, RichText, Ui};

use super::super::icons::Icon;
use super::super::panes::launcher::lessons_ui;
use super::super::panes::results::copy_button_ui;
use super::super::theme::{self, Face, UNIT};
use super::super::view::View;
use super::super::widgets::{
    dragged_size, forget_shrunk_size, link_button, prose, tab, text_button,
};
use super::{Choice, Lab, LabCommand, RightTab, RunView, Selection, SideTab};

/// The width of the side panel, where there is room.
const SIDE: f32 = 300.0;
/// Lanes and log keep at least this beside the side panel.
const LEAST_MIDDLE: f32 = 650.0;
/// The share of the lower panes that results and processes have, and the least that the log keeps.
const RIGHT: f32 = 0.44;
const LEAST_LOG: f32 = 340.0;
/// The lanes' share of the height.
const LANES: f32 = 0.55;

impl Lab {
    /// Draws the place.
    pub fn ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let fill = view.theme.surface;
        self.pointed.set(None);
        Panel::top("lab-toolbar")
            .exact_size(theme::BAR)
            .resizable(false)
            .frame(
                Frame::new()
                    .fill(fill)
                    .inner_margin(Margin::symmetric(12, 0)),
            )
            .show(ui, |ui| self.toolbar_ui(ui, view));
        forget_shrunk_size(ui, "lab-side");
        let room = ui.available_width();
        let side = Panel::left("lab-side")
            .default_size(self.layout.side_width.unwrap_or(SIDE))
            .size_range(220.0..=(room - LEAST_MIDDLE).max(221.0))
            .frame(Frame::new().fill(fill))
            .show(ui, |ui| self.side_ui(ui, view));
        let height = ui.available_height();
        let usual = (height * (1.0 - LANES)).round();
        let mut right = None;
        forget_shrunk_size(ui, "lab-bottom");
        let bottom = Panel::bottom("lab-bottom")
            .resizable(true)
            .default_size(self.layout.bottom_height.unwrap_or(usual))
            .size_range(120.0..=(height - 120.0).max(121.0))
            .frame(Frame::new().fill(fill))
            .show(ui, |ui| {
                let room = ui.available_width();
                let usual = (room * RIGHT).clamp(260.0, 420.0).round();
                forget_shrunk_size(ui, "lab-right");
                let panel = Panel::right("lab-right")
                    .default_size(self.layout.right_width.unwrap_or(usual))
                    .size_range(260.0..=(room - LEAST_LOG).max(261.0))
                    .frame(Frame::new().fill(fill))
                    .show(ui, |ui| self.right_ui(ui, view));
                right = Some(panel.response.rect.width());
                CentralPanel::default()
                    .frame(Frame::new().fill(fill))
                    .show(ui, |ui| {
                        let (logs, run) = self.logs_and_run(view);
                        logs.ui(ui, &run);
                    });
            });
        CentralPanel::default()
            .frame(Frame::new().fill(fill))
            .show(ui, |ui| {
                if self.runs.shown().is_some() {
                    let mut activity = std::mem::take(&mut self.activity);
                    activity.ui(ui, &self.run_view(view));
                    self.activity = activity;
                } else {
                    self.before_ui(ui, view);
                }
            });
        let sizes = [
            side.response.rect.width(),
            bottom.response.rect.height(),
            right.unwrap_or_default(),
        ];
        self.note_sizes(ui, sizes);
        let pointed = self.pointed.get();
        if pointed != self.preview {
            let preview = LabCommand::Preview(pointed);
            view.commands.send(super::Command::Lab(preview));
        }
    }

    /// Only somebody who drags an edge changes what is remembered; a small window does not.
    fn note_sizes(&mut self, ui: &Ui, sizes: [f32; 3]) {
        let before = std::mem::replace(&mut self.sizes, sizes);
        let layout = &mut self.layout;
        let kept = [
            &mut layout.side_width,
            &mut layout.bottom_height,
            &mut layout.right_width,
        ];
        for ((kept, size), before) in kept.into_iter().zip(sizes).zip(before) {
            *kept = dragged_size(ui, before, size).or(*kept);
        }
    }

    /// The run as panes see it.
    fn run_view<'a>(&'a self, view: View<'a>) -> RunView<'a> {
        let session = self.runs.session();
        let now = session.map_or_else(Default::default, |session| session.now(Instant::now()));
        let pointing = (self.preview, &self.pointed);
        RunView::new(view, self.state(), now, self.selection, pointing)
    }

    fn logs_and_run<'a>(&'a mut self, view: View<'a>) -> (&'a mut super::LogsPane, RunView<'a>) {
        let session = self.runs.session();
        let state = session.map_or(&self.nothing, |session| session.state());
        let now = session.map_or_else(Default::default, |session| session.now(Instant::now()));
        (
            &mut self.logs,
            RunView::new(
                view,
                state,
                now,
                self.selection,
                (self.preview, &self.pointed),
            ),
        )
    }

    fn side_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        tabs_bar(ui, view, |ui| {
            for (side, key) in [
                (SideTab::Code, "lab-tab-code"),
                (SideTab::Form, "lab-tab-form"),
                (SideTab::Lessons, "lab-tab-lessons"),
            ] {
                if tab(ui, view.theme, view.text.get(key), self.layout.side == side).clicked() {
                    self.layout.side = side;
                    // What stands in the bar above is what Start starts.
                    if side == SideTab::Form && !self.is_live() {
                        self.choose(Choice::Form);
                    }
                }
            }
        });
        match self.layout.side {
            SideTab::Code => {
                self.question_ui(ui, view);
                let mut code = std::mem::take(&mut self.code);
                let run = self.run_view(view);
                let listing = match run.state.header() {
                    Some(header) if !header.listing.is_empty() => header.listing.as_slice(),
                    _ => self.listing.lines(),
                };
                CentralPanel::default()
                    .frame(Frame::new())
                    .show(ui, |ui| code.ui(ui, &run, listing));
                self.code = code;
            }
            SideTab::Form => self.form.ui(ui, view, &self.read.problems),
            SideTab::Lessons => lessons_ui(ui, view, self.chosen_lesson()),
        }
    }

    /// The lesson's question below the listing, with its answer on demand.
    fn question_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let Choice::Lesson(lesson) = self.choice else {
            return;
        };
        // Before the start it stands in the middle of the place.
        if self.runs.shown().is_none() {
            return;
        }
        Panel::bottom("lab-question")
            .resizable(false)
            .frame(
                Frame::new()
                    .fill(view.theme.raised)
                    .inner_margin(Margin::same(12)),
            )
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = UNIT;
                let words = |ui: &mut Ui, words: &str, color| {
                    ui.add(Label::new(prose(words, theme::TEXT_S, color)).wrap());
                };
                let title = RichText::new(lesson.title.get("en"))
                    .font(theme::font(Face::Semibold, theme::TEXT_S))
                    .color(view.theme.text_strong);
                ui.add(Label::new(title).wrap());
                words(ui, lesson.ask.get("en"), view.theme.text);
                if self.is_revealed {
                    words(ui, lesson.reveal.get("en"), view.theme.text_strong);
                } else if link_button(ui, view.theme, view.text.get("lab-reveal")).clicked() {
                    self.is_revealed = true;
                }
            });
    }

    fn right_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let mut right = self.layout.right;
        let run = self.run_view(view);
        tabs_bar(ui, view, |ui| {
            let results = if run.state.queues().is_empty() {
                "lab-tab-results"
            } else {
                "lab-tab-items"
            };
            for (which, key) in [
                (RightTab::Results, results),
                (RightTab::Workers, "lab-tab-workers"),
            ] {
                if tab(ui, view.theme, view.text.get(key), right == which).clicked() {
                    right = which;
                }
            }
            if right == RightTab::Results {
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.add_space(UNIT);
                    copy_button_ui(ui, &run);
                });
            }
        });
        if right == RightTab::Workers {
            let mut workers = std::mem::take(&mut self.workers);
            workers.ui(ui, &self.run_view(view));
            self.workers = workers;
        } else {
            let mut results = std::mem::take(&mut self.results);
            results.ui(ui, &self.run_view(view));
            self.results = results;
        }
        self.layout.right = right;
    }

    /// What stands where the lanes will be: the question and Start.
    fn before_ui(&self, ui: &mut Ui, view: View<'_>) {
        let theme = view.theme;
        let area = ui.available_rect_before_wrap();
        let column = egui::Rect::from_center_size(
            area.center(),
            egui::vec2((area.width() - 80.0).clamp(120.0, 460.0), 150.0),
        );
        let mut ui = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(column)
                .layout(egui::Layout::top_down(egui::Align::Center)),
        );
        ui.spacing_mut().item_spacing.y = 2.0 * UNIT;
        let (title, words) = match self.choice {
            Choice::Lesson(lesson) => (lesson.title.get("en"), lesson.ask.get("en")),
            Choice::Form => (view.text.get("lab-form-title"), view.text.get("lab-empty")),
        };
        ui.label(
            RichText::new(title)
                .font(theme::font(Face::Semibold, theme::TEXT_L))
                .color(theme.text_strong),
        );
        let mut words = prose(words, theme::TEXT_M, theme.text);
        words.halign = egui::Align::Center;
        ui.add(Label::new(words).wrap());
        ui.add_space(UNIT);
        let start = LabCommand::Start;
        ui.add_enabled_ui(self.can_start(), |ui| {
            let (icon, label, tip) = if self.runs_nothing() {
                (Icon::Monitor, "lesson-look", "lesson-look-tip")
            } else {
                (Icon::Play, "lab-start-here", "lab-start-tip")
            };
            let label = view.text.get(label);
            let command = super::Command::Lab(start);
            let tip = view.tip(ui, tip, &command);
            if text_button(ui, theme, Some(icon), label, true)
                .on_hover_text(tip)
                .clicked()
            {
                view.commands.send(command);
            }
        });
    }

    /// Esc: what is selected is selected no longer.
    pub fn step_back(&mut self) {
        self.selection = None::<Selection>;
    }
}

/// A row of tabs with a line below.
fn tabs_bar(ui: &mut Ui, view: View<'_>, add: impl FnOnce(&mut Ui)) {
    let height = theme::ROW_TALL + UNIT;
    ui.spacing_mut().item_spacing.y = 0.0;
    let size = egui::vec2(ui.available_width(), height);
    let bar = ui.allocate_ui_with_layout(
        size,
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.set_min_size(size);
            add(ui);
        },
    );
    let rect = bar.response.rect;
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, view.theme.line());
}
