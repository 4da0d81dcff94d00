//! Which log is shown: one tab for all, one for each process, and a menu where the tabs do not fit.

use eframe::egui::{self, Popup, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

use super::LogsPane;
use crate::app::icons::Icon;
use crate::app::lab::{ProcessChip, RunView, figures};
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::widgets::{icon_button, text_button};
use crate::run::log::LogSource;

/// Tabs have at least this much room, or only their menu is there, points.
const LEAST_TABS: f32 = 90.0;

impl LogsPane {
    /// One tab for all and one for each process that has a lane or wrote something.
    pub(super) fn tabs_ui(&mut self, ui: &mut Ui, run: &RunView<'_>) {
        let room = ui.available_width();
        if self.tabs_width > room {
            self.tabs_menu_ui(ui, run);
            // Where hardly one tab would have room, the menu names the one that is shown.
            if ui.available_width() < LEAST_TABS {
                return;
            }
        }
        let output = ScrollArea::horizontal()
            .id_salt("log-tabs")
            .min_scrolled_width(0.0)
            .scroll_bar_visibility(egui::scroll_area::ScrollBarVisibility::AlwaysHidden)
            .show(ui, |ui| {
                ui.add_space(2.0 * UNIT);
                ui.spacing_mut().item_spacing.x = 2.0;
                let all = run.text.get("log-all");
                let mut shown = tab(ui, run, all, all, None, self.source == LogSource::All)
                    .then_some(LogSource::All);
                for pid in pids(run) {
                    let chip = ProcessChip::of_pid(run.state, run.theme, pid);
                    let source = LogSource::Pid(pid);
                    let name = run
                        .text
                        .with("log-of", &[("who", chip.label_and_pid().into())]);
                    let label = tab_label(run, &chip);
                    let is_here = self.source == source;
                    if tab(ui, run, &label, &name, Some(chip.color), is_here) {
                        shown = Some(source);
                    }
                }
                if let Some(source) = shown {
                    self.source = source;
                }
            });
        self.tabs_width = output.content_size.x;
    }

    /// All tabs as a menu, where they do not fit side by side.
    fn tabs_menu_ui(&mut self, ui: &mut Ui, run: &RunView<'_>) {
        let tip = run.text.get("log-tabs");
        let button = if ui.available_width() < LEAST_TABS + theme::ROW_TALL {
            let shown = match self.source {
                LogSource::All => run.text.get("log-all").to_owned(),
                LogSource::Pid(pid) => {
                    tab_label(run, &ProcessChip::of_pid(run.state, run.theme, pid))
                }
            };
            text_button(ui, run.theme, Some(Icon::ChevronDown), &shown, false).on_hover_text(tip)
        } else {
            icon_button(ui, run.theme, Icon::ChevronDown, tip)
        };
        Popup::menu(&button).show(|ui| {
            ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
                let all = run.text.get("log-all");
                if ui
                    .selectable_label(self.source == LogSource::All, all)
                    .clicked()
                {
                    self.source = LogSource::All;
                    ui.close();
                }
                for pid in pids(run) {
                    let chip = ProcessChip::of_pid(run.state, run.theme, pid);
                    let words = format!("{} {pid}", tab_label(run, &chip));
                    let source = LogSource::Pid(pid);
                    if ui.selectable_label(self.source == source, words).clicked() {
                        self.source = source;
                        ui.close();
                    }
                }
            });
        });
    }
}

/// The pids that have a log: the main's, then those of its processes.
fn pids<'a>(run: &RunView<'a>) -> impl Iterator<Item = u32> + use<'a> {
    let processes = run.state.processes().iter().map(|process| process.pid);
    run.state.main_pid().into_iter().chain(processes)
}

/// `W2`, or `W2 (2nd)` for one that replaced another.
fn tab_label(run: &RunView<'_>, chip: &ProcessChip) -> String {
    if chip.nth <= 1 {
        return chip.label.clone();
    }
    let place = figures::ordinal(run.text, u64::from(chip.nth));
    let nth = run.text.with("lane-nth", &[("place", place.into())]);
    format!("{} {nth}", chip.label)
}

/// A tab; returns whether it was clicked.
fn tab(
    ui: &mut Ui,
    run: &RunView<'_>,
    label: &str,
    name: &str,
    color: Option<egui::Color32>,
    is_here: bool,
) -> bool {
    let ink = if is_here {
        run.theme.text_strong
    } else {
        run.theme.text_dim
    };
    let font = theme::font(Face::Medium, theme::TEXT_S);
    let galley = ui.painter().layout_no_wrap(label.to_owned(), font, ink);
    let dot = if color.is_some() { 12.0 } else { 0.0 };
    let size = vec2(
        (galley.size().x + dot + 3.0 * UNIT).max(theme::ROW),
        theme::ROW,
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_here, name));
    if is_here || response.hovered() || response.has_focus() {
        let fill = if is_here {
            run.theme.selected
        } else {
            run.theme.hover
        };
        ui.painter().rect_filled(rect, theme::RADIUS, fill);
    }
    let left = rect.left_center() + vec2(1.5 * UNIT, 0.0);
    if let Some(color) = color {
        let dot = egui::Rect::from_center_size(left + vec2(4.0, 0.0), vec2(8.0, 8.0));
        ui.painter().rect_filled(dot, 2, color);
    }
    let at = left + vec2(dot, -galley.size().y / 2.0);
    ui.painter().galley(at, galley, ink);
    response.on_hover_text(name).clicked()
}
