//! The main's lane: its calls, its callback thread, the lines that tie its children to it.

use eframe::egui::{Rect, Stroke, pos2, vec2};

use super::canvas::Canvas;
use super::hit::HitKind;
use super::rows::band;
use crate::app::command::RunSelection;
use crate::app::lab::{color_of, slot_color};
use crate::app::theme;
use crate::run::state::{RunState, Span, StepSpan};

/// More lines than this from tasks up to their callbacks are a thicket.
const TIES: usize = 40;
/// A call shorter than this on the screen is a tick.
const TICK: f32 = 4.0;

/// A call as its span shows it: `pool.apply(work2)`.
fn call_words(state: &RunState, span: &Span<StepSpan>) -> String {
    let step = &span.what;
    // A call that waits for its task is known by it.
    if !state.has_waiting_tasks()
        && let Some(task) = state.task_of_step(step.step).and_then(|ix| state.task(ix))
    {
        return format!("{}({})", step.call, task.label);
    }
    format!("{}({})", step.call, step.args)
}

/// The main's calls: ticks for those that return at once, a hatched span for one that blocks.
pub fn calls_ui(canvas: &mut Canvas<'_>, row: Rect) {
    let run = canvas.run;
    let theme = run.theme;
    let band = band(row);
    let end = run.state.code_finished().unwrap_or(run.now).seconds();
    if let Some((left, right)) = canvas.x_range(0.0, end) {
        let line = Stroke::new(1.0, theme.border_strong);
        canvas.painter.hline(left..=right, band.center().y, line);
    }
    let steps = run.state.steps();
    let places = steps.places(canvas.scale.first(), canvas.scale.last());
    let mut place = places.start;
    while place < places.end {
        let Some(span) = steps.at(place) else {
            return;
        };
        let until = span.end_or(run.now);
        let (left, right) = (
            canvas.scale.x_from_time(span.start),
            canvas.scale.x_from_time(until),
        );
        if right - left >= TICK || span.end.is_none() {
            place += 1;
            if right >= canvas.scale.x.min {
                call_ui(canvas, span, band);
            }
            continue;
        }
        // Calls in quick succession share one block.
        let mut last = place;
        let mut block_right = right;
        while let Some(next) = steps.at(last + 1)
            && last + 1 < places.end
        {
            let (a, b) = (
                canvas.scale.x_from_time(next.start),
                canvas.scale.x_from_time(next.end_or(run.now)),
            );
            if a - block_right > 2.0 || b - a >= TICK || next.end.is_none() {
                break;
            }
            block_right = b;
            last += 1;
        }
        let rect = Rect::from_x_y_ranges(left..=block_right.max(left + 2.0), band.y_range());
        canvas.bar(rect, theme.text_strong.gamma_multiply(0.85));
        let kind = if last == place {
            HitKind::Step(span.what.step)
        } else {
            HitKind::Steps(last - place + 1)
        };
        canvas.note_hit(rect, kind);
        canvas.mark(rect, |selection| {
            (place..=last)
                .filter_map(|place| steps.at(place))
                .any(|span| holds_call(selection, span))
        });
        place = last + 1;
    }
}

fn holds_call(selection: RunSelection, span: &Span<StepSpan>) -> bool {
    match selection {
        RunSelection::Line(line) => span.what.line == Some(line),
        RunSelection::Main => true,
        _ => false,
    }
}

fn call_ui(canvas: &mut Canvas<'_>, span: &Span<StepSpan>, band: Rect) {
    let run = canvas.run;
    let theme = run.theme;
    let Some((left, right)) = canvas.x_range(span.start.seconds(), span.end_or(run.now).seconds())
    else {
        return;
    };
    let rect = Rect::from_x_y_ranges(left..=right.max(left + 2.0), band.y_range());
    let words = call_words(run.state, span);
    canvas.hatched(rect, theme.hatch, &words, theme.text_strong);
    canvas.note_hit(rect, HitKind::Step(span.what.step));
    canvas.mark(rect, |selection| holds_call(selection, span));
}

/// The callback thread: a block as long as the callback ran, in the colour of the worker whose result it got.
pub fn callbacks_ui(canvas: &mut Canvas<'_>, row: Rect) {
    let run = canvas.run;
    let band = row.shrink2(vec2(0.0, 3.0));
    let callbacks = run.state.callbacks();
    let places = callbacks.places(canvas.scale.first(), canvas.scale.last());
    let mut free_from = f32::MIN;
    for place in places.clone() {
        let Some(span) = callbacks.at(place) else {
            return;
        };
        let Some((left, right)) =
            canvas.x_range(span.start.seconds(), span.end_or(run.now).seconds())
        else {
            continue;
        };
        // More blocks than points: one of them stands for all.
        if right.max(left + 3.0) <= free_from {
            continue;
        }
        let right = right.max(left + 3.0);
        let task = run.state.task(span.what.task);
        let color = color_of(run.state, run.theme, task.and_then(|task| task.process));
        let rect = Rect::from_x_y_ranges(left..=right, band.y_range());
        canvas.bar(rect, color);
        if span.what.raised {
            canvas.outline(rect, Stroke::new(2.0, run.theme.error));
        }
        let value = task
            .and_then(|task| task.end.as_ref())
            .map(|end| match (&end.value, &end.error) {
                (Some(value), _) => value.as_str(),
                (None, Some(error)) => error.kind.as_str(),
                (None, None) => "",
            })
            .unwrap_or_default();
        let next = callbacks
            .at(place + 1)
            .map_or(f32::MAX, |next| canvas.scale.x_from_time(next.start));
        // Where the block is too narrow for its value, that stands beside, up to the next block; cut only where neither has room.
        let beside = rect.with_min_x(right - 1.0).with_max_x(next - 2.0);
        let places = [(rect, theme::ink_on(color)), (beside, run.theme.text)];
        let fitting = places.into_iter().find(|(place, ink)| {
            let fitted = canvas.fit(*place, value, super::canvas::label_font(), *ink);
            fitted.is_some_and(|(galley, _)| !galley.elided)
        });
        let widest = usize::from(beside.width() > rect.width());
        if let Some((place, ink)) = fitting.or_else(|| places.get(widest).copied()) {
            canvas.label(place, value, ink);
        }
        free_from = right;
        canvas.note_hit(rect, HitKind::Callback(span.what.task));
        canvas.mark(rect, |s| s.holds_task(run.state, span.what.task));
    }
}

/// The lines between the main and its children: from a start down to the head, from a task's end up to its callback.
pub fn ties_ui(canvas: &mut Canvas<'_>, rows: &super::rows::LaneRows) {
    let run = canvas.run;
    let theme = run.theme;
    let Some(main) = rows.main() else {
        return;
    };
    let thin = Stroke::new(1.0, theme.border_strong);
    for (lane_ix, row) in rows.lanes() {
        let Some(lane) = run.state.lane(lane_ix) else {
            continue;
        };
        let y = band(row).center().y;
        // Of very many processes in one lane the latest stand for all.
        for ix in lane.processes.iter().rev().take(200) {
            let Some(process) = run.state.process(*ix) else {
                continue;
            };
            let from_main = process.via.is_none();
            if let Some(started) = process.started.filter(|_| from_main)
                && let Some((x, _)) = canvas.x_range(started.seconds(), started.seconds())
            {
                let x = x.round() + 0.5;
                let top = band(main).bottom();
                canvas.painter.vline(x, top..=y, thin);
                let color = slot_color(run.state, theme, process);
                canvas.painter.circle_filled(pos2(x, top), 2.0, color);
            }
        }
    }
    let Some(callbacks) = rows.callbacks() else {
        return;
    };
    let spans = run.state.callbacks();
    let places = spans.places(canvas.scale.first(), canvas.scale.last());
    // Where there are many, only that of a selected task is legible.
    let is_crowd = places.len() > TIES;
    for span in places
        .take(TIES * TIES)
        .filter_map(|place| spans.at(place))
        .filter(|span| !is_crowd || canvas.is_selected(|s| s.holds_task(run.state, span.what.task)))
    {
        let Some(task) = run.state.task(span.what.task) else {
            continue;
        };
        let row = task
            .process
            .and_then(|ix| run.state.process(ix))
            .and_then(|process| rows.lane(process.lane));
        let (Some(end), Some(row)) = (&task.end, row) else {
            continue;
        };
        let color = color_of(run.state, theme, task.process).gamma_multiply(0.7);
        let from = pos2(canvas.scale.x_from_time(end.t), band(row).top());
        let to = pos2(
            canvas.scale.x_from_time(span.start),
            callbacks.bottom() - 3.0,
        );
        canvas
            .painter
            .line_segment([from, to], Stroke::new(1.0, color));
    }
}

/// Where the main reaped its children: hollow ticks at the lower edge of its lane.
pub fn reaped_ui(canvas: &Canvas<'_>, rows: &super::rows::LaneRows) {
    let run = canvas.run;
    let Some(main) = rows.main() else {
        return;
    };
    for (lane_ix, _) in rows.lanes() {
        let Some(lane) = run.state.lane(lane_ix) else {
            continue;
        };
        for ix in lane.processes.iter().rev().take(200) {
            if let Some(process) = run.state.process(*ix).filter(|p| p.via.is_none())
                && let Some(exited) = process.exited
                && let Some((x, _)) = canvas.x_range(exited.seconds(), exited.seconds())
            {
                let color = slot_color(run.state, run.theme, process);
                canvas.painter.circle(
                    pos2(x, band(main).bottom()),
                    2.5,
                    run.theme.surface,
                    Stroke::new(1.5, color),
                );
            }
        }
    }
}
