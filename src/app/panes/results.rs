//! The results of the tasks: rows fill in as they arrive in the main.

use eframe::egui::{
    self, Align2, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, text::LayoutJob,
    text::TextWrapping, vec2,
};

use super::activity::outcome_key;
use super::items::{ItemsPane, item_text};
use super::logs::visible;
use super::sight::Sight;
use crate::app::icons::Icon;
use crate::app::lab::{LabCommand, RunView, Selection, Who, figures};
use crate::app::theme::{self, Face, ROW, UNIT};
use crate::app::widgets::{empty_ui, icon_button};
use crate::run::event::Outcome;
use crate::run::request::Request;
use crate::run::state::{QueueIx, RunState, TaskIx, TaskState};

/// The table's columns: where each begins, from the left or, if negative, ends from the right.
const TASK: f32 = 2.0 * UNIT;
const WORKER: f32 = 84.0;
const RESULT: f32 = 122.0;
const WAITED: f32 = -62.0;
const RAN: f32 = -2.0 * UNIT;

/// A table narrower than this shows the time of waiting only in its tooltips.
const WIDE: f32 = 350.0;

/// Where the order of arrival stands.
fn arrived_at(width: f32) -> f32 {
    if width >= WIDE { -116.0 } else { -62.0 }
}

/// How the results are looked at.
#[derive(Clone, Debug, Default)]
pub struct ResultsPane {
    sight: Sight,
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
            empty_ui(ui, run.theme, run.text.get(empty_key(run.state)));
            return;
        }
        let width = ui.available_width();
        let mut columns = vec![
            (TASK, "results-task"),
            (WORKER, "results-worker"),
            (RESULT, "results-result"),
            (arrived_at(width), "results-arrived"),
            (RAN, "results-ran"),
        ];
        if width >= WIDE {
            columns.push((WAITED, "results-waited"));
        }
        head_ui(ui, run, &columns);
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::vertical().id_salt("results").auto_shrink(false);
        let target = self.sight.target(run, false, |selection| match selection {
            Selection::Task(task) => Some(task.0),
            Selection::Line(_) => {
                (0..tasks.len()).find(|place| selection.holds_task(run.state, TaskIx(*place)))
            }
            _ => None,
        });
        if let Some(row) = target {
            let height = ui.available_height();
            area = area.vertical_scroll_offset(Sight::offset(row, ROW, height));
        }
        let output = area.show_rows(ui, ROW, tasks.len(), |ui, range| {
            for place in range {
                if let Some(task) = tasks.get(place) {
                    ui.push_id(place, |ui| self.row_ui(ui, run, TaskIx(place), task));
                }
            }
        });
        self.sight.note_shown(&output, ROW, tasks.len());
    }

    fn row_ui(&mut self, ui: &mut Ui, run: &RunView<'_>, ix: TaskIx, task: &TaskState) {
        let theme = run.theme;
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        let who = task
            .process
            .and_then(|ix| run.state.process(ix))
            .map(|process| Who::of(run.state, theme, process));
        let (word, value) = outcome_words(run, task);
        let mark = run.mark(|selection| selection.tie_to_task(run.state, ix));
        run.point(&response, Selection::Task(ix));
        let arrived = task
            .end
            .as_ref()
            .map(|end| figures::ordinal(run.text, end.arrival));
        let spoken = [
            task.label.clone(),
            who.as_ref().map_or_else(String::new, Who::spoken),
            word.to_owned(),
            value.clone(),
            arrived.clone().unwrap_or_default(),
        ]
        .join(" ");
        response
            .widget_info(|| WidgetInfo::selected(Role::ListItem, true, mark.is_answer(), &spoken));
        let painter = ui.painter();
        run.row_ground(painter, rect, mark, &response);
        let y = rect.center().y;
        let cell = |left: f32, right: f32, words: &str, ink, face| {
            elided(ui, rect.left() + left..=right, y, words, ink, face);
        };
        let left_of = |from_right: f32| rect.right() + from_right;
        let arrived_x = arrived_at(rect.width());
        cell(
            TASK,
            rect.left() + WORKER - UNIT,
            short(&task.label),
            theme.text_strong,
            Face::Medium,
        );
        if let Some(who) = who {
            who.paint_chip(painter, pos2(rect.left() + WORKER, y));
        }
        let ink = match task.end.as_ref().map(|end| end.outcome) {
            Some(Outcome::Ok) => theme.ok,
            Some(_) => theme.error,
            None => theme.text_dim,
        };
        let room = left_of(arrived_x) - 36.0;
        let is_error = task.end.as_ref().is_some_and(|end| end.error.is_some());
        if is_error && !value.is_empty() {
            // The error's own name says that it is one.
            let left = rect.left() + RESULT;
            elided(ui, left..=room, y, &value, ink, Face::Regular);
        } else {
            let word_right = painter
                .text(
                    pos2(rect.left() + RESULT, y),
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
            figure(arrived_x, arrived.as_deref().unwrap_or("–"), theme.text);
        }
        let time = |micros: Option<u64>| micros.map_or_else(|| "–".to_owned(), figures::duration);
        if rect.width() >= WIDE {
            figure(WAITED, &time(task.wait_micros(run.now)), theme.text_dim);
        }
        figure(RAN, &time(task.run_micros(run.now)), theme.text);
        if response.clicked() {
            self.sight.note_click(run, Selection::Task(ix));
            run.select(Selection::Task(ix));
        }
        if may_cancel {
            // Where its place among the arrivals will stand.
            let right = left_of(arrived_x);
            let place = rect.with_max_x(right).with_min_x(right - ROW);
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

/// The columns of a table: each with its place, from the left or, if negative, from the right.
pub fn head_ui(ui: &mut Ui, run: &RunView<'_>, columns: &[(f32, &str)]) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    ui.painter().rect_filled(rect, 0, run.theme.raised);
    let font = theme::font(Face::Regular, theme::TEXT_XS);
    let y = rect.center().y;
    for (x, key) in columns {
        let (x, anchor) = if *x < 0.0 {
            (rect.right() + x, Align2::RIGHT_CENTER)
        } else {
            (rect.left() + x, Align2::LEFT_CENTER)
        };
        ui.painter().text(
            pos2(x, y),
            anchor,
            run.text.get(key),
            font.clone(),
            run.theme.text_dim,
        );
    }
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, run.theme.line());
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
fn outcome_words<'a>(run: &RunView<'a>, task: &TaskState) -> (&'a str, String) {
    let text = run.text;
    match &task.end {
        Some(end) => {
            let value = match (&end.value, &end.error) {
                (Some(value), _) => value.clone(),
                (None, Some(error)) => format!("{}: {}", error.kind, error.message),
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

/// A row as text, its cells separated by tabs.
fn row_text(run: &RunView<'_>, task: &TaskState) -> String {
    let (word, value) = outcome_words(run, task);
    let who = task
        .process
        .and_then(|ix| run.state.process(ix))
        .map(|process| Who::of(run.state, run.theme, process).spoken());
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
        who.unwrap_or_default(),
        word.to_owned(),
        value,
        run.text.with("card-waited", &[("time", waited.into())]),
        run.text.with("card-ran", &[("time", ran.into())]),
    ]
    .join("\t")
}

/// Writes words into a stretch of a row, shortened to fit.
pub fn elided(
    ui: &Ui,
    x: std::ops::RangeInclusive<f32>,
    y: f32,
    words: &str,
    ink: egui::Color32,
    face: Face,
) {
    let room = x.end() - x.start();
    if room < 8.0 || words.is_empty() {
        return;
    }
    let mut job =
        LayoutJob::simple_singleline(words.to_owned(), theme::font(face, theme::TEXT_S), ink);
    job.wrap = TextWrapping::truncate_at_width(room);
    let galley = ui.painter().layout_job(job);
    let rect = Rect::from_min_size(pos2(*x.start(), y - galley.size().y / 2.0), galley.size());
    ui.painter().galley(rect.min, galley, ink);
}

/// Why there is nothing: processes of a group return no values.
fn empty_key(state: &RunState) -> &'static str {
    let is_group = state
        .header()
        .is_some_and(|header| header.kind == "processes");
    if is_group {
        "results-none-in-groups"
    } else {
        "results-empty"
    }
}
