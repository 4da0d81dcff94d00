//! What the processes wrote: one view for each pid and a merged one.

mod line;
mod note;
mod search;
mod tabs;

use std::fmt::Write as _;
use std::ops::Range;

use eframe::egui::{
    self, Key, Modifiers, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, WidgetInfo, vec2,
};

use self::search::Search;

pub use line::visible;

use super::scroll_target::is_scrolled;
use super::{ProcessChip, RunView, figures};
use crate::app::command::{LabCommand, RunSelection};
use crate::app::icons::Icon;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::widgets::{empty_ui, icon_button, text_button};
use crate::run::log::{LogLine, LogSource};

/// The height of a line.
pub const LINE: f32 = 20.0;

/// More lines than this are not put on the clipboard at once.
const COPIED: usize = 100_000;

/// How the log is looked at.
#[derive(Clone, Debug)]
pub struct LogsPane {
    source: LogSource,
    search: Search,
    /// Selected lines by number: where the selection began and where it ends.
    selected: Option<(u64, u64)>,
    /// The picture stays at its end, for now.
    follows: bool,
    /// Whether it is to do so with every run, as the button was left.
    is_to_follow: bool,
    /// Go to the end with the next picture.
    go_to_end: bool,
    /// Bring this line into sight with the next picture.
    go_to: Option<u64>,
    /// What was selected in the Lab when the log last looked.
    seen_selection: Option<RunSelection>,
    /// A line that was not brought into sight because the log follows the run.
    offered: Option<u64>,
    /// The rows that were in sight in the last picture.
    shown: Range<usize>,
    /// The widest line seen, points.
    widest: f32,
    /// The width that all tabs side by side had, points.
    tabs_width: f32,
}

impl Default for LogsPane {
    fn default() -> Self {
        Self::new(true)
    }
}

impl LogsPane {
    /// A log that follows what comes, or does not.
    pub fn new(follows: bool) -> Self {
        Self {
            follows,
            is_to_follow: follows,
            source: LogSource::All,
            search: Search::default(),
            selected: None,
            go_to_end: false,
            go_to: None,
            seen_selection: None,
            offered: None,
            shown: 0..0,
            widest: 0.0,
            tabs_width: 0.0,
        }
    }

    /// Whether it is to stay at its end with every run.
    pub fn is_to_follow(&self) -> bool {
        self.is_to_follow
    }

    /// Draws the pane.
    pub fn ui(&mut self, ui: &mut Ui, run: &RunView<'_>) {
        self.answer_selection(run);
        self.bar_ui(ui, run);
        ui.painter()
            .hline(ui.max_rect().x_range(), ui.cursor().top(), run.theme.line());
        self.search
            .update(run.state.log(), self.source, |l| line::words(run, l));
        let count = self.search.len(run.state.log(), self.source);
        if count == 0 {
            self.empty_ui(ui, run);
        } else {
            self.lines_ui(ui, run, count);
        }
        if self.search.is_behind() {
            ui.request_repaint();
        }
    }

    /// A selection made elsewhere brings its first line into sight, unless the log follows a run that goes on: there the
    /// line is offered.
    fn answer_selection(&mut self, run: &RunView<'_>) {
        if self.seen_selection == run.selection {
            return;
        }
        self.seen_selection = run.selection;
        self.offered = None;
        let Some(selection) = run.selection else {
            return;
        };
        let pid = match selection {
            RunSelection::Main => run.state.main_pid(),
            RunSelection::Task(_) | RunSelection::Process(_) => selection
                .process(run.state)
                .and_then(|ix| run.state.process(ix))
                .map(|process| process.pid),
            RunSelection::Item(..) | RunSelection::Moment(_) | RunSelection::Line(_) => None,
        };
        if let (LogSource::Pid(shown), Some(pid)) = (self.source, pid)
            && shown != pid
        {
            self.source = LogSource::Pid(pid);
            self.shown = 0..0;
        }
        let Some(number) = selection.first_log_line(run.state) else {
            return;
        };
        let row = self.search.row_of(run.state.log(), self.source, number);
        if row.is_none_or(|row| self.shown.contains(&row)) {
            return;
        }
        if self.follows && run.state.is_live() {
            self.offered = Some(number);
        } else {
            self.go_to = Some(number);
        }
    }

    /// The way to the first line of what is selected, while the log follows the run.
    fn offer_ui(&mut self, ui: &mut Ui, run: &RunView<'_>, area: egui::Rect) {
        let log = run.state.log();
        let Some(line) = self.offered.and_then(|number| log.line(number)) else {
            return;
        };
        let args = [("time", figures::moment(line.t).into())];
        let label = run.text.with("log-go-to", &args);
        let mut child = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(area.shrink(2.0 * UNIT))
                .layout(egui::Layout::right_to_left(egui::Align::Min)),
        );
        if text_button(&mut child, run.theme, None, &label, false)
            .on_hover_text(run.text.get("log-go-to-tip"))
            .clicked()
        {
            self.go_to = self.offered.take();
            self.follows = false;
        }
    }

    fn bar_ui(&mut self, ui: &mut Ui, run: &RunView<'_>) {
        let log = run.state.log();
        let height = theme::ROW_TALL + UNIT;
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.allocate_ui_with_layout(
            vec2(ui.available_width(), height),
            egui::Layout::right_to_left(egui::Align::Center),
            |ui| {
                ui.spacing_mut().item_spacing.x = UNIT;
                ui.add_space(UNIT);
                if icon_button(ui, run.theme, Icon::Copy, run.text.get("log-copy")).clicked() {
                    self.copy(ui, run);
                }
                let follow = text_button(
                    ui,
                    run.theme,
                    None,
                    run.text.get("log-follow"),
                    self.follows,
                );
                if follow
                    .on_hover_text(run.text.get("log-follow-tip"))
                    .clicked()
                {
                    self.follows = !self.follows;
                    self.is_to_follow = self.follows;
                    self.go_to_end = self.follows;
                }
                let field = TextEdit::singleline(self.search.text_mut())
                    .hint_text(run.text.get("log-find"))
                    .font(theme::font(Face::Regular, theme::TEXT_S))
                    .align(egui::Align2::LEFT_CENTER)
                    .desired_width(if ui.available_width() < 220.0 {
                        50.0
                    } else {
                        80.0
                    });
                ui.add(field)
                    .accessible_name(run.text.get("log-find"))
                    .on_hover_text(run.text.get("log-find-tip"));
                if self.search.is_active() {
                    let count = self.search.len(log, self.source);
                    let words = run.text.with("log-found", &[("count", count.into())]);
                    ui.label(small(run, &words));
                }
                let dropped = log.dropped(self.source);
                if dropped.in_stream + dropped.here > 0 {
                    let count = dropped.in_stream + dropped.here;
                    let words = run.text.with("log-dropped", &[("count", count.into())]);
                    ui.label(small(run, &words).color(run.theme.warning))
                        .on_hover_text(run.text.with(
                            "log-dropped-tip",
                            &[
                                ("stream", dropped.in_stream.into()),
                                ("here", dropped.here.into()),
                            ],
                        ));
                }
                let tabs = ui.available_size();
                ui.allocate_ui_with_layout(
                    tabs,
                    egui::Layout::left_to_right(egui::Align::Center),
                    |ui| self.tabs_ui(ui, run),
                );
            },
        );
    }

    fn empty_ui(&self, ui: &mut Ui, run: &RunView<'_>) {
        let words = match self.source {
            _ if self.search.is_active() => run.text.with(
                "log-none-found",
                &[("text", self.search.text().to_owned().into())],
            ),
            LogSource::All => run.text.get("log-empty").to_owned(),
            LogSource::Pid(pid) => {
                let chip = ProcessChip::of_pid(run.state, run.theme, pid).label_and_pid();
                run.text.with("log-empty-of", &[("who", chip.into())])
            }
        };
        empty_ui(ui, run.theme, &words);
    }

    fn lines_ui(&mut self, ui: &mut Ui, run: &RunView<'_>, count: usize) {
        let log = run.state.log();
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::both()
            .id_salt(("log", self.source))
            .auto_shrink(false)
            // A log that sticks to its end cannot be moved.
            .stick_to_bottom(self.follows && self.go_to.is_none());
        if std::mem::take(&mut self.go_to_end) {
            area = area.vertical_scroll_offset(count as f32 * LINE);
        } else if let Some(number) = self.go_to.take()
            && let Some(row) = self.search.row_of(log, self.source, number)
        {
            let above = (ui.available_height() / LINE / 3.0).floor();
            area = area.vertical_scroll_offset(((row as f32) - above).max(0.0) * LINE);
        }
        let place = ui.available_rect_before_wrap();
        let width = ui.available_width().max(self.widest);
        let mut widest = self.widest;
        let mut clicked = None;
        let moment = match run.selection {
            Some(RunSelection::Moment(t)) => Some(t),
            _ => None,
        };
        // The area takes the wheel's turn away: it has to be looked at before.
        let is_scrolled = is_scrolled(ui);
        let output = area.show_rows(ui, LINE, count, |ui, range| {
            let mut before = None;
            for row in range {
                let Some(number) = self.search.number_at(log, self.source, row) else {
                    continue;
                };
                let Some(line) = log.line(number) else {
                    continue;
                };
                ui.push_id(number, |ui| {
                    let (rect, response) =
                        ui.allocate_exact_size(vec2(width, LINE), Sense::click());
                    let drawn = line::Drawn::of(run, line);
                    let is_selected = self.is_selected(number);
                    response.widget_info(|| {
                        let is_in_selection = is_selected || drawn.is_in_selection();
                        WidgetInfo::selected(
                            Role::ListItem,
                            true,
                            is_in_selection,
                            drawn.label_and_pid(),
                        )
                    });
                    let selection = Self::selection_of(run, line);
                    run.point(&response, selection);
                    let (wanted, is_cut) = drawn.paint(ui, run, rect, &response, is_selected);
                    widest = widest.max(wanted);
                    // A selected moment lies between the lines before and after it.
                    if before
                        .replace(line.t)
                        .zip(moment)
                        .is_some_and(|(before, t)| before < t && t <= line.t)
                    {
                        let stroke = Stroke::new(1.0, run.theme.warning);
                        ui.painter().hline(rect.x_range(), rect.top(), stroke);
                    }
                    if response.clicked() {
                        clicked = Some((number, ui.input(|input| input.modifiers.shift)));
                    }
                    response.context_menu(|ui| {
                        if ui.button(run.text.get("log-copy-line")).clicked() {
                            ui.copy_text(line::words(run, line).into_owned());
                            ui.close();
                        }
                    });
                    if is_cut {
                        response.on_hover_ui_at_pointer(|ui| drawn.words_ui(ui, run));
                    }
                });
            }
        });
        self.widest = widest;
        let offset = output.state.clamped_offset().y;
        let last = (offset + output.inner_rect.height()) / LINE;
        self.shown = (offset / LINE).ceil() as usize..last.floor() as usize;
        self.offer_ui(ui, run, place);
        // Scrolling away from the end stops following; back at the end, the log follows again.
        if is_scrolled {
            let end = offset + output.inner_rect.height() + LINE / 2.0;
            self.follows = end >= count as f32 * LINE;
            self.offered = self.offered.filter(|_| self.follows);
        }
        if let Some((number, extend)) = clicked {
            self.click(run, number, extend);
        }
        let wants_copy = self.selected.is_some()
            && !ui.text_edit_focused()
            && ui.input_mut(|input| {
                input.events.contains(&egui::Event::Copy)
                    || input.consume_key(Modifiers::COMMAND, Key::C)
            });
        if wants_copy {
            self.copy(ui, run);
        }
    }

    /// What a line stands for: its task, or its moment.
    fn selection_of(run: &RunView<'_>, line: &LogLine) -> RunSelection {
        line.task
            .and_then(|task| run.state.task_of_number(task))
            .map_or(RunSelection::Moment(line.t), RunSelection::Task)
    }

    fn is_selected(&self, number: u64) -> bool {
        self.selected
            .is_some_and(|(a, b)| (a.min(b)..=a.max(b)).contains(&number))
    }

    /// A click selects the line and, in all panes, its task or its moment; Shift extends the selection.
    fn click(&mut self, run: &RunView<'_>, number: u64, extend: bool) {
        self.selected = match self.selected {
            Some((from, _)) if extend => Some((from, number)),
            Some(only) if only == (number, number) => None,
            _ => Some((number, number)),
        };
        let Some(line) = run.state.log().line(number) else {
            return;
        };
        let selection = self.selected.map(|_| Self::selection_of(run, line));
        // The pane that was clicked in does not scroll.
        self.seen_selection = selection;
        run.send(LabCommand::Select(selection));
    }

    /// Puts the selected lines, or all shown ones, on the clipboard.
    fn copy(&self, ui: &Ui, run: &RunView<'_>) {
        let log = run.state.log();
        let count = self.search.len(log, self.source);
        let mut copied = String::new();
        let rows = 0..count.min(COPIED);
        for number in rows.filter_map(|row| self.search.number_at(log, self.source, row)) {
            if self.selected.is_some() && !self.is_selected(number) {
                continue;
            }
            if let Some(line) = log.line(number) {
                let chip = ProcessChip::of_pid(run.state, run.theme, line.pid).label_and_pid();
                // Writing to a string cannot fail.
                writeln!(
                    copied,
                    "{}\t{chip}\t{}\t{}",
                    figures::moment(line.t),
                    line::tag(run, line),
                    line::words(run, line)
                )
                .ok();
            }
        }
        ui.copy_text(copied);
    }
}

fn small(run: &RunView<'_>, words: &str) -> egui::RichText {
    egui::RichText::new(words)
        .font(theme::font(Face::Regular, theme::TEXT_S))
        .color(run.theme.text_dim)
}
