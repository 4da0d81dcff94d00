//! The results of the tasks: rows fill in as they arrive in the main.

use std::sync::Arc;

use eframe::egui::{
    self, Align2, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, text::LayoutJob,
    text::TextWrapping,
};

use super::activity::outcome_key;
use super::items::{ItemsPane, item_text};
use super::list_row::{elided, head_ui};
use super::logs::visible;
use super::scroll_target::{KeptRows, RowsKey, ScrollTarget, UnevenRows};
use super::{ProcessChip, RunView, figures};
use crate::app::command::{LabCommand, RunSelection};
use crate::app::icons::Icon;
use crate::app::theme;
use crate::app::theme::{Face, ROW, UNIT};
use crate::app::widgets::{empty_ui, icon_button};
use crate::run::event::Outcome;
use crate::run::request::Request;
use crate::run::state::{QueueIx, TaskIx, TaskState};

const TASK: f32 = 2.0 * UNIT;
const RAN: f32 = -2.0 * UNIT;

/// The height of each further line of an error.
const MORE: f32 = 15.0;
/// Errors are cut after so many lines.
const ERROR_LINES: usize = 8;
/// Maximum number of characters of a value or a message that are laid out, more than a row can hold.
const LOOKED_AT: usize = 2_000;
/// With more tasks than this every row has one line.
const WRAPPED: usize = 2_000;

/// Where the table's columns are: the words have the room that the figures leave them.
#[derive(Clone, Copy, Debug)]
struct ResultColumns {
    /// Where the worker and the result begin, from the left.
    worker: f32,
    result: f32,
    /// Where the result ends, from the right.
    result_end: f32,
    /// Where the order of arrival ends, from the right.
    arrived: f32,
    /// Where the time of waiting ends, from the right; `None` where only tooltips have it.
    waited: Option<f32>,
}

impl ResultColumns {
    fn of(width: f32) -> Self {
        let (worker, result) = if width >= 340.0 {
            (84.0, 122.0)
        } else {
            (66.0, 100.0)
        };
        let is_wide = width >= 460.0;
        let arrived = if is_wide { -120.0 } else { -62.0 };
        Self {
            worker,
            result,
            result_end: arrived - 34.0,
            arrived,
            waited: is_wide.then_some(-62.0),
        }
    }

    /// The room for words of a table of this width.
    fn words(&self, width: f32) -> f32 {
        (width + self.result_end - self.result).max(40.0)
    }
}

/// How the results are looked at.
#[derive(Clone, Debug, Default)]
pub struct ResultsPane {
    scroll_target: ScrollTarget,
    rows: KeptRows,
    items: ItemsPane,
}

impl ResultsPane {
    /// Draws the pane.
    pub fn ui(&mut self, ui: &mut Ui, run: &RunView<'_>) {
        let tasks = run.state.tasks();
        if !run.state.queues().is_empty() {
            return self.items.ui(ui, run, QueueIx(0));
        }
        if tasks.is_empty() {
            empty_ui(ui, run.theme, run.text.get("results-empty"));
            return;
        }
        let width = ui.available_width();
        let columns = ResultColumns::of(width);
        let mut heads = vec![
            (TASK, "results-task"),
            (columns.worker, "results-worker"),
            (columns.result, "results-result"),
            (columns.arrived, "results-arrived"),
        ];
        heads.extend(columns.waited.map(|at| (at, "results-waited")));
        heads.push((RAN, "results-ran"));
        head_ui(ui, run, &heads);
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::vertical().id_salt("results").auto_shrink(false);
        let target =
            self.scroll_target
                .target(run, false, |selection| match selection {
                    RunSelection::Task(task) => Some(task.0),
                    RunSelection::Line(_) => (0..tasks.len())
                        .find(|place| selection.holds_task(run.state, TaskIx(*place))),
                    _ => None,
                });
        let key = RowsKey {
            revision: run.state.revision(),
            width,
            pixels_per_point: ui.pixels_per_point(),
        };
        let rows = self.rows.get(key, || rows(ui, run, width));
        if let Some(row) = target {
            area = area.vertical_scroll_offset(rows.offset(row, ui.available_height()));
        }
        let output = area.show_viewport(ui, |ui, seen| {
            ui.set_height(rows.height());
            let content = ui.max_rect();
            for place in rows.in_sight(seen.min.y, seen.max.y) {
                let span = rows.span(place);
                let y = content.top() + span.min..=content.top() + span.max;
                let rect = Rect::from_x_y_ranges(content.x_range(), y);
                if let Some(task) = tasks.get(place) {
                    ui.push_id(place, |ui| self.row_ui(ui, run, TaskIx(place), task, rect));
                }
            }
        });
        self.scroll_target.note_shown_of(&output, &rows);
    }

    fn row_ui(&mut self, ui: &mut Ui, run: &RunView<'_>, ix: TaskIx, task: &TaskState, rect: Rect) {
        let theme = run.theme;
        let response = ui.interact(rect, ui.make_persistent_id("task"), Sense::click());
        let chip = task
            .process
            .and_then(|ix| run.state.process(ix))
            .map(|process| ProcessChip::of(run.state, theme, process));
        let (word, value) = outcome_words(run, task, LOOKED_AT);
        let mark = run.mark(|selection| selection.tie_to_task(run.state, ix));
        run.point(&response, RunSelection::Task(ix));
        let arrived = task
            .end
            .as_ref()
            .and_then(|end| Some(figures::ordinal(run.text, end.arrival?)));
        let row_name = [
            task.label.clone(),
            chip.as_ref()
                .map_or_else(String::new, ProcessChip::label_and_pid),
            word.to_owned(),
            value.clone(),
            arrived.clone().unwrap_or_default(),
        ]
        .join(" ");
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListItem, true, mark.is_in_selection(), &row_name)
        });
        let painter = ui.painter();
        run.row_ground(painter, rect, mark, &response);
        let y = rect.top() + ROW / 2.0;
        let columns = ResultColumns::of(rect.width());
        let left_of = |from_right: f32| rect.right() + from_right;
        let name = rect.left() + TASK..=rect.left() + columns.worker - UNIT;
        let label = short(&task.label);
        elided(ui, name, y, label, theme.text_strong, Face::Medium);
        if let Some(chip) = chip {
            chip.paint_chip(painter, pos2(rect.left() + columns.worker, y));
        }
        let ink = match task.end.as_ref().map(|end| end.outcome) {
            Some(Outcome::Ok) => theme.ok,
            Some(Outcome::Cancelled) | None => theme.text_dim,
            Some(_) => theme.error,
        };
        let room = left_of(columns.result_end);
        let left = rect.left() + columns.result;
        if is_error(task) && !value.is_empty() {
            // The error's own name says that it is one.
            let lines = ((rect.height() - ROW) / MORE).round() as usize + 1;
            let galley = error_galley(ui, &value, columns.words(rect.width()), lines, ink);
            let top = y - galley.rows.first().map_or(0.0, |row| row.height()) / 2.0;
            painter.galley(pos2(left, top), galley, ink);
        } else {
            let word_right = painter
                .text(
                    pos2(left, y),
                    Align2::LEFT_CENTER,
                    word,
                    theme::font(Face::Regular, theme::TEXT_S),
                    ink,
                )
                .right();
            let left = word_right + 1.5 * UNIT;
            elided(ui, left..=room, y, &value, theme.text_strong, Face::Mono);
        }
        let figure = |from_right: f32, words: &str, ink| {
            painter.text(
                pos2(left_of(from_right), y),
                Align2::RIGHT_CENTER,
                words,
                theme::font(Face::Regular, theme::TEXT_S),
                ink,
            );
        };
        let may_cancel = task.end.is_none() && task.submitted.is_some() && run.state.is_live();
        if !may_cancel {
            figure(
                columns.arrived,
                arrived.as_deref().unwrap_or("–"),
                theme.text,
            );
        }
        let time = |micros: Option<u64>| micros.map_or_else(|| "–".to_owned(), figures::duration);
        if let Some(waited) = columns.waited {
            figure(waited, &time(task.wait_micros(run.now)), theme.text_dim);
        }
        figure(RAN, &time(task.run_micros(run.now)), theme.text);
        if response.clicked() {
            self.scroll_target.note_click(run, RunSelection::Task(ix));
            run.select(RunSelection::Task(ix));
        }
        if may_cancel {
            // Where its place among the arrivals will stand.
            let right = left_of(columns.arrived);
            let place = Rect::from_x_y_ranges(right - ROW..=right, rect.top()..=rect.top() + ROW);
            cancel_ui(ui, run, task, place);
        }
        response.context_menu(|ui| {
            if ui.button(run.text.get("results-copy-row")).clicked() {
                ui.copy_text(row_text(run, task));
                ui.close();
            }
            let request = Request::KillTask { task: task.number };
            let may_kill = may_cancel && task.is_running();
            if may_kill && ui.button(run.text.get("results-kill")).clicked() {
                run.send(LabCommand::Ask(request));
                ui.close();
            }
        });
        if response.hovered() {
            let full = row_text(run, task);
            response.on_hover_text(full.replace('\t', "\n"));
        }
    }
}

/// Whether a task ended with an error of its own; that it was cancelled is said in a word.
fn is_error(task: &TaskState) -> bool {
    let end = task.end.as_ref();
    end.is_some_and(|end| end.error.is_some() && end.outcome != Outcome::Cancelled)
}

/// Where the rows lie: an error has as many lines as it needs.
fn rows(ui: &Ui, run: &RunView<'_>, width: f32) -> UnevenRows {
    let tasks = run.state.tasks();
    let words = ResultColumns::of(width).words(width);
    let is_wrapped = tasks.len() <= WRAPPED && run.state.has_failures();
    UnevenRows::new(tasks.iter().map(|task| {
        if !is_wrapped || !is_error(task) {
            return ROW;
        }
        let (_, value) = outcome_words(run, task, LOOKED_AT);
        let galley = error_galley(ui, &value, words, ERROR_LINES, run.theme.error);
        ROW + galley.rows.len().saturating_sub(1) as f32 * MORE
    }))
}

/// An error in at most so many lines of this width.
fn error_galley(
    ui: &Ui,
    words: &str,
    width: f32,
    lines: usize,
    ink: egui::Color32,
) -> Arc<egui::Galley> {
    let mut format = egui::TextFormat::simple(theme::font(Face::Regular, theme::TEXT_S), ink);
    format.line_height = Some(MORE);
    let mut job = LayoutJob::single_section(words.to_owned(), format);
    job.wrap = TextWrapping {
        max_width: width,
        max_rows: lines,
        ..TextWrapping::default()
    };
    ui.painter().layout_job(job)
}

/// The button that ends a task which waits or runs.
fn cancel_ui(ui: &mut Ui, run: &RunView<'_>, task: &TaskState, place: Rect) {
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(place)
            .layout(egui::Layout::right_to_left(egui::Align::Center)),
    );
    let name = [("task", task.label.clone().into())];
    let name = run.text.with("results-cancel", &name);
    if icon_button(&mut child, run.theme, Icon::Close, &name).clicked() {
        run.send(LabCommand::Ask(Request::Cancel { task: task.number }));
    }
}

/// A task's name as it fits into a narrow column: of a path, the file's name.
fn short(label: &str) -> &str {
    match label.rsplit_once('/') {
        Some((_, file)) if label.starts_with('/') && !file.is_empty() => file,
        _ => label,
    }
}

/// The button that copies all results, or all items of a run with queues.
pub fn copy_button_ui(ui: &mut Ui, run: &RunView<'_>) {
    let queues = run.state.queues();
    let key = if queues.is_empty() {
        "results-copy"
    } else {
        "items-copy"
    };
    if icon_button(ui, run.theme, Icon::Copy, run.text.get(key)).clicked() {
        let rows: Vec<_> = if queues.is_empty() {
            let tasks = run.state.tasks().iter();
            tasks.map(|task| row_text(run, task)).collect()
        } else {
            let items = queues.iter().flat_map(|queue| queue.items.iter());
            items.map(|item| item_text(run, item)).collect()
        };
        ui.copy_text(rows.join("\n"));
    }
}

/// A word for how far the task is, and its value or error.
fn outcome_words<'a>(run: &RunView<'a>, task: &TaskState, longest: usize) -> (&'a str, String) {
    let text = run.text;
    match &task.end {
        Some(end) => {
            let value = match (&end.value, &end.error) {
                _ if end.outcome == Outcome::Cancelled => String::new(),
                (Some(value), _) => beginning(value, longest).to_owned(),
                (None, Some(error)) => {
                    format!("{}: {}", error.kind, beginning(&error.message, longest))
                }
                (None, None) => String::new(),
            };
            (text.get(outcome_key(end.outcome)), visible(&value))
        }
        None if !run.state.is_live() => (text.get("outcome-unknown"), String::new()),
        None => {
            let key = if task.is_running() {
                "outcome-running"
            } else {
                "outcome-waiting"
            };
            // Of one that waits to be tried again, the attempt that will be.
            let number = task.attempt + u32::from(!task.is_running());
            let attempt = (!task.failed.is_empty())
                .then(|| text.with("card-attempt", &[("n", number.into())]));
            (text.get(key), attempt.unwrap_or_default())
        }
    }
}

/// The first `longest` characters of a value or a message.
fn beginning(text: &str, longest: usize) -> &str {
    let end = text.char_indices().nth(longest).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// A row as text, its cells separated by tabs.
fn row_text(run: &RunView<'_>, task: &TaskState) -> String {
    let (word, value) = outcome_words(run, task, usize::MAX);
    let chip = task
        .process
        .and_then(|ix| run.state.process(ix))
        .map(|process| ProcessChip::of(run.state, run.theme, process).label_and_pid());
    let time = |micros: Option<u64>| micros.map(figures::duration).unwrap_or_default();
    let call = task.call_text();
    let waited = time(task.wait_micros(run.now));
    let ran = time(task.run_micros(run.now));
    [
        if call.is_empty() {
            task.label.clone()
        } else {
            call
        },
        chip.unwrap_or_default(),
        word.to_owned(),
        value,
        run.text.with("card-waited", &[("time", waited.into())]),
        run.text.with("card-ran", &[("time", ran.into())]),
    ]
    .join("\t")
}
