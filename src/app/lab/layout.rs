//! How the Lab's panes lie side by side.

use eframe::egui::{self, CentralPanel, Frame, Label, Margin, Panel, RichText, Ui};

use super::super::icons::Icon;
use super::super::theme::{self, Face, UNIT};
use super::super::view::View;
use super::super::widgets::{forget_shrunk_size, prose, tab, text_button};
use super::launcher::lessons_ui;
use super::results::copy_button_ui;
use super::toolbar::run_name;
use super::{Lab, LauncherChoice, RightTab, SideTab};
use crate::app::command::{LabCommand, RunSelection};

/// The width of the side panel, where there is room.
const SIDE: f32 = 300.0;
/// Lanes and log keep at least this beside the side panel.
const LEAST_MIDDLE: f32 = 650.0;
/// The least width of the side panel.
const LEAST_SIDE: f32 = 220.0;
/// The share of the lower panes that results and processes have, the least that they and the log keep, and the least width that
/// both have side by side.
const RIGHT: f32 = 0.44;
const LEAST_RIGHT: f32 = 270.0;
const LEAST_LOG: f32 = 340.0;
const LEAST_BOTH: f32 = 660.0;
/// The lanes' share of the height.
const LANES: f32 = 0.55;

impl Lab {
    /// Draws the place.
    pub fn ui(&mut self, ui: &mut Ui, view: View<'_>) {
        self.shown.pointed.set(None);
        Panel::top("lab-toolbar")
            .exact_size(theme::BAR)
            .resizable(false)
            .frame(Frame::new().inner_margin(Margin::symmetric(12, 0)))
            .show(ui, |ui| self.toolbar_ui(ui, view));
        let room = ui.available_width();
        let widths = LEAST_SIDE..=(room - LEAST_MIDDLE).max(LEAST_SIDE + 1.0);
        let usual = self.layout.side_width.unwrap_or(SIDE);
        self.splitters.side.begin(room);
        forget_shrunk_size(ui, "lab-side");
        let side = Panel::left("lab-side")
            .default_size(usual.clamp(*widths.start(), *widths.end()))
            .size_range(widths)
            .frame(Frame::NONE)
            .show(ui, |ui| self.side_ui(ui, view));
        let size = side.response.rect.width();
        self.splitters
            .side
            .end(ui, size, &mut self.layout.side_width);
        let height = ui.available_height();
        let heights = 120.0..=(height - 120.0).max(121.0);
        let usual = (height * (1.0 - LANES)).round();
        let usual = self.layout.bottom_height.unwrap_or(usual);
        self.splitters.bottom.begin(height);
        forget_shrunk_size(ui, "lab-bottom");
        let bottom = Panel::bottom("lab-bottom")
            .resizable(true)
            .default_size(usual.clamp(*heights.start(), *heights.end()))
            .size_range(heights)
            .frame(Frame::NONE)
            .show(ui, |ui| self.bottom_ui(ui, view));
        let size = bottom.response.rect.height();
        self.splitters
            .bottom
            .end(ui, size, &mut self.layout.bottom_height);
        CentralPanel::no_frame().show(ui, |ui| {
            if self.shown.runs.shown().is_some() {
                self.panes.activity.ui(ui, &self.shown.view(view));
            } else {
                self.before_ui(ui, view);
            }
        });
        let pointed = self.shown.pointed.get();
        if pointed != self.shown.preview {
            let preview = LabCommand::Preview(pointed);
            view.commands.send(super::Command::Lab(preview));
        }
    }

    /// Log and results: side by side, or behind tabs where both would be too narrow to be read.
    fn bottom_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let room = ui.available_width();
        if room < LEAST_BOTH {
            CentralPanel::no_frame().show(ui, |ui| self.right_ui(ui, view, true));
            return;
        }
        let widths = LEAST_RIGHT..=(room - LEAST_LOG).max(LEAST_RIGHT + 1.0);
        let usual = (room * RIGHT).clamp(LEAST_RIGHT, 420.0).round();
        let usual = self.layout.right_width.unwrap_or(usual);
        self.splitters.right.begin(room);
        forget_shrunk_size(ui, "lab-right");
        let panel = Panel::right("lab-right")
            .default_size(usual.clamp(*widths.start(), *widths.end()))
            .size_range(widths)
            .frame(Frame::NONE)
            .show(ui, |ui| self.right_ui(ui, view, false));
        let size = panel.response.rect.width();
        self.splitters
            .right
            .end(ui, size, &mut self.layout.right_width);
        CentralPanel::no_frame().show(ui, |ui| self.log_ui(ui, view));
    }

    fn log_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        self.panes.logs.ui(ui, &self.shown.view(view));
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
                        self.choose(LauncherChoice::Form);
                    }
                }
            }
        });
        match self.layout.side {
            SideTab::Code => {
                self.question_ui(ui, view);
                self.code_head_ui(ui, view);
                let is_of_other = self.shown.runs.shown().is_some() && !self.shows_chosen();
                let run = self.shown.view(view);
                let listing = match run.state.header() {
                    Some(header) if !header.listing.is_empty() => header.listing.as_slice(),
                    // A run without events so far, of another program than the chosen one.
                    _ if is_of_other => &[],
                    _ => self.listing.lines(),
                };
                CentralPanel::default()
                    .frame(Frame::new())
                    .show(ui, |ui| self.panes.code.ui(ui, &run, listing));
            }
            SideTab::Form => self.form.ui(ui, view, &self.read.problems),
            SideTab::Lessons => lessons_ui(ui, view, self.chosen_lesson()),
        }
    }

    /// The run whose program is shown, where it is not the chosen one.
    fn code_head_ui(&self, ui: &mut Ui, view: View<'_>) {
        let Some(run) = self.shown.runs.shown().filter(|_| !self.shows_chosen()) else {
            return;
        };
        let args = [
            ("number", run.number.into()),
            ("name", run_name(view, run).into()),
        ];
        Panel::top("lab-code-head")
            .resizable(false)
            .frame(
                Frame::new()
                    .fill(view.theme.raised)
                    .inner_margin(Margin::symmetric(12, 6)),
            )
            .show(ui, |ui| {
                let words = RichText::new(view.text.with("lab-code-of", &args))
                    .font(theme::font(Face::Semibold, theme::TEXT_S))
                    .color(view.theme.text_strong);
                ui.add(Label::new(words).wrap());
            });
    }

    /// Results and processes, with the log before them where there is one place for all.
    fn right_ui(&mut self, ui: &mut Ui, view: View<'_>, with_log: bool) {
        let is_log = with_log && self.is_log_before;
        let run = self.shown.view(view);
        let tabs = RightTab::of(run.state, self.has_results());
        let left_at = tabs.iter().find(|(tab, _)| *tab == self.layout.right);
        // Where a run does not have the tab that was left in front, it stays so for others.
        let Some(&(shown, _)) = left_at.or(tabs.last()) else {
            return;
        };
        let mut next = (!is_log).then_some(shown);
        tabs_bar(ui, view, |ui| {
            if with_log && tab(ui, view.theme, view.text.get("lab-tab-log"), is_log).clicked() {
                next = None;
            }
            for (which, key) in tabs {
                let is_front = !is_log && which == shown;
                if tab(ui, view.theme, view.text.get(key), is_front).clicked() {
                    next = Some(which);
                }
            }
            if shown == RightTab::Results && !is_log {
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.add_space(UNIT);
                    copy_button_ui(ui, &run);
                });
            }
        });
        if is_log {
            self.log_ui(ui, view);
        } else {
            self.panes.right_ui(ui, &run, shown);
        }
        if let Some(next) = next.filter(|next| *next != shown) {
            self.layout.right = next;
        }
        if with_log {
            self.is_log_before = next.is_none();
        }
    }

    /// Whether the run that is shown, or else what was chosen, has results.
    fn has_results(&self) -> bool {
        if self.shown.runs.shown().is_some() && self.state().header().is_some() {
            return self.state().has_results();
        }
        let config = match self.choice {
            LauncherChoice::Form => Some(&self.read.config),
            LauncherChoice::Lesson(lesson) => lesson.config.as_ref(),
        };
        config.is_none_or(|config| config.kind.features().results)
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
            LauncherChoice::Lesson(lesson) => (
                lesson.title.get(view.text.language()),
                lesson.ask.get(view.text.language()),
            ),
            LauncherChoice::Form => (view.text.get("lab-form-title"), view.text.get("lab-empty")),
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
        self.shown.selection = None::<RunSelection>;
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
