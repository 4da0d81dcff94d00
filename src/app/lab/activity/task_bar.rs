//! The bars of tasks in a worker's lane, and the ways from a failed attempt to the next.

use eframe::egui::{Color32, Rect, Shape, Stroke, pos2};

use super::canvas::Canvas;
use super::hit::{HitKind, outcome_key};
use super::rows::LaneRows;
use super::rows::band;
use crate::app::lab::{figures, slot_color};
use crate::app::theme;
use crate::app::theme::UNIT;
use crate::run::event::Outcome;
use crate::run::state::{Attempt, Lane, ProcessState, RunState, Span, TaskIx, TaskState};

/// So many bars of a crowd too dense to draw are looked at for failures.
const LOOKED_AT: usize = 64;

/// More ways from attempt to attempt than this are a thicket: the latest are drawn.
const WAYS: usize = 40;

/// The tasks of a lane. Bars narrower than a point are drawn together, so that the cost is that of what is seen.
pub fn bars_ui(canvas: &mut Canvas<'_>, lane: &Lane, band: Rect) {
    let places = lane.work.places(canvas.scale.first(), canvas.scale.last());
    let mut place = places.start;
    while place < places.end {
        let Some(span) = lane.work.at(place) else {
            return;
        };
        let right = canvas.scale.x_from_time(span.end_or(canvas.run.now));
        let pixel_end = canvas.scale.time_from_x(right + 1.0);
        let next = lane.work.seek_after(pixel_end).clamp(place + 1, places.end);
        let left = canvas.scale.x_from_time(span.start);
        if right - left >= 2.0 || next <= place + 2 {
            bar_ui(canvas, lane, span, band);
            place += 1;
            continue;
        }
        // The last of the crowd may be a long one: it is drawn by itself.
        crowd_ui(canvas, lane, place..next, band);
        place = next;
        if let Some(last) = lane.work.at(next - 1)
            && canvas.scale.x_from_time(last.end_or(canvas.run.now)) > right + 2.0
        {
            bar_ui(canvas, lane, last, band);
        }
    }
}

fn crowd_ui(canvas: &mut Canvas<'_>, lane: &Lane, places: std::ops::Range<usize>, band: Rect) {
    let count = places.len();
    let Some(first) = lane.work.at(places.start) else {
        return;
    };
    let state = canvas.run.state;
    let left = canvas.scale.x_from_time(first.start);
    let rect = Rect::from_x_y_ranges(left..=left + 2.0, band.y_range());
    let color = lane_color(canvas, lane);
    let has_failure = places.take(LOOKED_AT).any(|place| {
        let outcome = lane.work.at(place).and_then(|span| {
            let task = state.task(span.what)?;
            outcome_of(task, task.failed_attempt(span.start))
        });
        outcome.is_some_and(|outcome| outcome != Outcome::Ok)
    });
    canvas.bar(rect, color.gamma_multiply(0.75));
    if has_failure {
        canvas.bar(rect, canvas.run.theme.error);
    }
    canvas.note_hit(rect, HitKind::Tasks(count));
}

fn lane_color(canvas: &Canvas<'_>, lane: &Lane) -> Color32 {
    let theme = canvas.run.theme;
    let color = lane.slot.map(|slot| theme.slot_color(slot));
    theme.bar_color(color.unwrap_or(theme.text_dim))
}

/// How an attempt of a task ended; `None` for one that goes on.
fn outcome_of(task: &TaskState, failed: Option<&Attempt>) -> Option<Outcome> {
    let end = || task.end.as_ref().map(|end| end.outcome);
    failed.map(|attempt| attempt.outcome).or_else(end)
}

fn bar_ui(canvas: &mut Canvas<'_>, lane: &Lane, span: &Span<TaskIx>, band: Rect) {
    let run = canvas.run;
    let theme = run.theme;
    let Some((left, right)) = canvas.x_range(span.start.seconds(), span.end_or(run.now).seconds())
    else {
        return;
    };
    let Some(task) = run.state.task(span.what) else {
        return;
    };
    // A hair's breadth between two bars keeps them apart.
    let right = if right - left > 3.0 {
        right - 1.0
    } else {
        right
    };
    let rect = Rect::from_x_y_ranges(left..=right.max(left + 2.0), band.y_range());
    let color = lane_color(canvas, lane);
    let failed = task.failed_attempt(span.start);
    let outcome = outcome_of(task, failed);
    let is_whole = outcome.is_none_or(|outcome| outcome == Outcome::Ok);
    if is_whole {
        canvas.bar(rect, color);
        cpu_ui(canvas, lane, span, rect);
    } else {
        // First the ground: the line of an idle worker is not to strike the words out.
        canvas.bar(rect, theme.surface);
        canvas.bar(rect, theme.faint(color));
        canvas.outline(rect, Stroke::new(1.0, theme.error));
    }
    let ink = if is_whole {
        theme::ink_on(color)
    } else {
        theme.error
    };
    let words = words(canvas, task, failed, span);
    let inside = rect.with_max_x(rect.right() - if is_whole { 0.0 } else { 2.0 * UNIT });
    canvas.bar_label(inside, &words, &task.label, ink);
    if span.end.is_none() && run.state.is_live() {
        // The moving edge of what goes on.
        let edge = Rect::from_x_y_ranges(rect.right() - 2.0..=rect.right(), band.y_range());
        canvas.painter.rect_filled(edge, 0, theme.text_strong);
    }
    canvas.note_hit(rect, HitKind::Task(span.what));
    canvas.mark(rect, |s| s.holds_task(run.state, span.what));
}

/// What stands on a bar: the task, the attempt if it is not the only one, and how it ended or how long it takes.
fn words(
    canvas: &Canvas<'_>,
    task: &TaskState,
    failed: Option<&Attempt>,
    span: &Span<TaskIx>,
) -> String {
    let run = canvas.run;
    let mut words = vec![task.label.clone()];
    let number = failed.map_or(task.attempt, |attempt| attempt.number);
    if failed.is_some() || number > 1 {
        words.push(run.text.with("card-attempt", &[("n", number.into())]));
    }
    words.push(match outcome_of(task, failed) {
        // That it was lost stands below, at the end of the process.
        None | Some(Outcome::Ok | Outcome::WorkerDied) => {
            let until = span.end_or(run.now).micros;
            figures::duration(until.saturating_sub(span.start.micros))
        }
        Some(other) => run.text.get(outcome_key(other)).to_owned(),
    });
    words.join("  ")
}

/// The process of a lane that a bar belongs to.
fn process_of<'a>(
    state: &'a RunState,
    lane: &Lane,
    span: &Span<TaskIx>,
) -> Option<&'a ProcessState> {
    let begun = |ix| state.process(ix).and_then(|process| process.started);
    let after = lane
        .processes
        .partition_point(|ix| begun(*ix).is_none_or(|started| started <= span.start));
    state.process(*lane.processes.get(after.checked_sub(1)?)?)
}

/// Dotted ways from the end of a failed attempt to where the next one began, or to the present while it waits for that.
pub fn ways_ui(canvas: &Canvas<'_>, rows: &LaneRows) {
    let run = canvas.run;
    let state = run.state;
    let row_of = |process| {
        let process = state.process(process)?;
        Some(band(rows.lane(process.lane)?))
    };
    let stroke = Stroke::new(1.0, run.theme.text_dim);
    let mut seen = None;
    for ix in state.retried().iter().rev().take(WAYS) {
        // A task stands here once for each of its attempts, mostly one after the other.
        if seen.replace(*ix) == Some(*ix) {
            continue;
        }
        let Some(task) = state.task(*ix) else {
            continue;
        };
        for (place, attempt) in task.failed.iter().enumerate() {
            let next = task.failed.get(place + 1);
            let began = next.map_or(task.started, |next| next.started);
            let next = next.map_or(task.process, |next| next.process);
            let ended = || task.end.as_ref().map(|end| end.t);
            let until = began.or_else(ended).unwrap_or(run.now);
            let rows = attempt.process.and_then(row_of);
            let Some((from_row, to_row)) = rows.zip(next.and_then(row_of)) else {
                continue;
            };
            if canvas
                .x_range(attempt.ended.seconds(), until.seconds())
                .is_none()
            {
                continue;
            }
            // From the edge of one bar to the edge of the other: what stands on bars stays readable. While the task waits,
            // where it will go is not known.
            let to_row = if began.is_some() { to_row } else { from_row };
            let (from_y, to_y) = if to_row.top() >= from_row.bottom() {
                (from_row.bottom(), to_row.top())
            } else if to_row.bottom() <= from_row.top() {
                (from_row.top(), to_row.bottom())
            } else {
                (from_row.center().y, to_row.center().y)
            };
            let from = pos2(canvas.scale.x_from_time(attempt.ended), from_y);
            let to = pos2(canvas.scale.x_from_time(until), to_y);
            canvas
                .painter
                .extend(Shape::dashed_line(&[from, to], stroke, 3.0, 3.0));
            if began.is_some() {
                canvas.painter.circle_filled(to, 2.5, run.theme.text);
            }
        }
    }
}

/// CPU use inside a bar, from its bottom up: a full bar computed all the time.
fn cpu_ui(canvas: &Canvas<'_>, lane: &Lane, span: &Span<TaskIx>, rect: Rect) {
    let run = canvas.run;
    let Some(process) = process_of(run.state, lane, span) else {
        return;
    };
    if rect.width() < 24.0 {
        return;
    }
    let ink = theme::ink_on(slot_color(run.state, run.theme, process)).gamma_multiply(0.22);
    let samples = process.samples();
    let (start, end) = (span.start.max(canvas.scale.first()), span.end_or(run.now));
    let end = end.min(canvas.scale.last());
    let first = samples.partition_point(|sample| sample.t < start);
    let mut before = match first.checked_sub(1).and_then(|i| samples.get(i)) {
        Some(sample) => sample.cpu_seconds.map(|cpu| (sample.t, cpu)),
        None => process.started.map(|t| (t, 0.0)),
    };
    for sample in samples.iter().skip(first) {
        if let (Some((t, cpu)), Some(now)) = (before, sample.cpu_seconds) {
            let seconds = sample.t.seconds() - t.seconds();
            let share = ((now - cpu) / seconds.max(1e-3)).clamp(0.0, 1.0) as f32;
            if share > 0.02 {
                let left = canvas.scale.x_from_time(t.max(start));
                let right = canvas.scale.x_from_time(sample.t.min(end));
                let top = rect.bottom() - share * rect.height();
                canvas.painter.rect_filled(
                    Rect::from_min_max(pos2(left, top), pos2(right.max(left), rect.bottom())),
                    0,
                    ink,
                );
            }
        }
        before = sample.cpu_seconds.map(|cpu| (sample.t, cpu));
        if sample.t >= end {
            break;
        }
    }
}
