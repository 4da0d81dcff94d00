//! The lane of a worker and of those that replace it; producers and consumers share its head, its end and its waits.

use eframe::egui::{Rect, Shape, Stroke, pos2, vec2};

use super::canvas::{Canvas, label_font};
use super::hit::HitKind;
use super::lane_end::end_ui;
use super::rows::band;
use super::task_bar::bars_ui;
use crate::app::command::RunSelection;
use crate::app::lab::slot_color;
use crate::app::theme;
use crate::app::theme::UNIT;
use crate::run::event::{Role, RunTime};
use crate::run::state::{Lane, ProcessIx, ProcessState, WaitReason};

/// A whole lane.
pub fn lane_ui(canvas: &mut Canvas<'_>, lane: &Lane, row: Rect) {
    let band = band(row);
    let state = canvas.run.state;
    let (first, last) = (canvas.scale.first(), canvas.scale.last());
    let begin = lane.processes.partition_point(|ix| {
        state
            .process(*ix)
            .and_then(|p| p.exited)
            .is_some_and(|t| t < first)
    });
    let seen: Vec<(ProcessIx, &ProcessState)> = lane
        .processes
        .iter()
        .skip(begin)
        .filter_map(|ix| Some((*ix, state.process(*ix)?)))
        .take_while(|(_, process)| process.started.is_none_or(|t| t <= last))
        .collect();
    for (ix, process) in &seen {
        life_ui(canvas, *ix, process, band);
    }
    let is_worker = seen
        .first()
        .is_none_or(|(_, process)| !is_busy_all_its_life(process));
    if is_worker {
        bars_ui(canvas, lane, band);
    }
    held_ui(canvas, lane, band);
    waits_ui(canvas, lane, band);
    suspended_ui(canvas, lane, band);
    for (ix, process) in &seen {
        end_ui(canvas, *ix, process, band);
    }
}

/// Whether a process runs one target from its start to its end; a worker is idle between its tasks.
fn is_busy_all_its_life(process: &ProcessState) -> bool {
    !matches!(process.role, Role::Worker | Role::Other)
}

/// Head and body of a process: hatched while it starts, a thin line while it is idle.
fn life_ui(canvas: &mut Canvas<'_>, ix: ProcessIx, process: &ProcessState, band: Rect) {
    let run = canvas.run;
    let theme = run.theme;
    let now = run.now.seconds();
    let start = process
        .started
        .or(process.ready)
        .map_or(0.0, RunTime::seconds);
    let end = process.exited.map_or(now, RunTime::seconds).max(start);
    let ready = process
        .ready
        .map_or(end, RunTime::seconds)
        .clamp(start, end);
    let Some((left, right)) = canvas.x_range(start, end) else {
        return;
    };
    let color = slot_color(run.state, theme, process);
    let middle = canvas.scale.x_from_seconds(ready);
    let whole = Rect::from_x_y_ranges(left..=right, band.y_range());
    canvas.note_hit(whole, HitKind::Process(ix));
    if is_busy_all_its_life(process) {
        let body = Rect::from_x_y_ranges(middle..=right, band.y_range());
        canvas.bar(body, theme.faint(color));
        canvas.outline(body, Stroke::new(1.0, color.gamma_multiply(0.6)));
    } else if right - middle > 1.0 {
        let y = band.center().y;
        canvas
            .painter
            .hline(middle..=right, y, Stroke::new(1.0, theme.border_strong));
        let rests = process.task().is_none() && !process.is_suspended();
        if rests && process.exited.is_none() && run.state.is_live() {
            idle_word(canvas, ix, process, middle, right, band);
        }
    }
    if middle - left > 1.0 {
        let head = Rect::from_x_y_ranges(left..=middle, band.y_range());
        let word = if run.state.has_initializer() {
            run.text.get("state-initializing")
        } else {
            run.text.get("state-starting")
        };
        canvas.hatched(head, theme.hatch, word, theme.text_dim);
    }
    if process.daemon && process.role != Role::Worker {
        let corners = [
            whole.left_top(),
            whole.right_top(),
            whole.right_bottom(),
            whole.left_bottom(),
            whole.left_top(),
        ];
        canvas.painter.extend(Shape::dashed_line(
            &corners,
            Stroke::new(1.0, theme.text),
            4.0,
            3.0,
        ));
    }
    canvas.mark(whole, |s| s == RunSelection::Process(ix));
}

/// What a producer or a process of a group is called in its program, over whatever else stands in its lane.
pub fn name_ui(canvas: &Canvas<'_>, lane: &Lane, row: Rect) {
    let run = canvas.run;
    let named = lane
        .processes
        .iter()
        .filter_map(|ix| Some((*ix, run.state.process(*ix)?)))
        .filter(|(_, process)| is_busy_all_its_life(process) && process.role != Role::Consumer);
    for (ix, process) in named {
        let start = process
            .ready
            .or(process.started)
            .map_or(0.0, RunTime::seconds);
        let end = process.exited.unwrap_or(run.now).seconds();
        let Some((left, right)) = canvas.x_range(start, end) else {
            continue;
        };
        let body = Rect::from_x_y_ranges(left..=right, band(row).y_range());
        let mut name = match process.role {
            Role::Producer => run.state.name_in_program(ix).unwrap_or_default().to_owned(),
            _ => process.name.clone(),
        };
        if process.daemon && process.role != Role::Producer {
            name = run.text.with("lane-daemon", &[("name", name.into())]);
        }
        if let Some((galley, at)) = canvas.fit(body, &name, label_font(), run.theme.text)
            && !galley.elided
        {
            let ground = Rect::from_min_size(at, galley.size()).expand2(vec2(2.0, 0.0));
            canvas.painter.rect_filled(ground, 2, run.theme.surface);
            canvas.painter.galley(at, galley, run.theme.text);
        }
    }
}

/// The word `idle` after the last bar.
fn idle_word(
    canvas: &Canvas<'_>,
    ix: ProcessIx,
    process: &ProcessState,
    ready: f32,
    right: f32,
    band: Rect,
) {
    let run = canvas.run;
    let last = run.state.lane(process.lane).and_then(|lane| {
        let span = lane.work.last()?;
        let task = run.state.task(span.what)?;
        (task.process == Some(ix)).then(|| canvas.scale.x_from_time(span.end_or(run.now)))
    });
    let from = last.unwrap_or(ready).max(ready);
    let room = Rect::from_x_y_ranges(from + UNIT..=right, band.y_range());
    let word = run.text.get("state-idle");
    if let Some((galley, at)) = canvas.fit(room, word, label_font(), run.theme.text_dim)
        && !galley.elided
    {
        let ground = Rect::from_min_size(at, galley.size()).expand2(vec2(UNIT, 0.0));
        canvas.painter.rect_filled(ground, 0, run.theme.surface);
        canvas.painter.galley(at, galley, run.theme.text_dim);
    }
}

/// Items in a consumer's hands, in their producer's colour.
fn held_ui(canvas: &mut Canvas<'_>, lane: &Lane, band: Rect) {
    let run = canvas.run;
    let places = lane.held.places(canvas.scale.first(), canvas.scale.last());
    for span in places.filter_map(|place| lane.held.at(place)) {
        let held = span.what;
        let Some((left, right)) =
            canvas.x_range(span.start.seconds(), span.end_or(run.now).seconds())
        else {
            continue;
        };
        let Some(item) = run
            .state
            .queue(held.queue)
            .and_then(|queue| queue.items.get(held.item))
        else {
            continue;
        };
        let rect = Rect::from_x_y_ranges(left..=right.max(left + 2.0), band.y_range());
        if item.is_sentinel {
            super::queue_lane::sentinel(canvas, pos2(left + 7.0, band.center().y));
        } else {
            let color = crate::app::lab::color_of(run.state, run.theme, item.producer);
            let color = run.theme.bar_color(color);
            let rect = rect.with_max_x((rect.right() - 1.0).max(rect.left() + 2.0));
            canvas.bar(rect.shrink2(vec2(0.0, 2.0)), color);
            canvas.bar_label(rect, &item.text, &item.text, theme::ink_on(color));
        }
        canvas.note_hit(rect, HitKind::Item(held.queue, held.item));
        canvas.mark(rect, |s| s.holds_item(run.state, held.queue, held.item));
    }
}

/// Waits at a queue, hatched, with the reason.
fn waits_ui(canvas: &mut Canvas<'_>, lane: &Lane, band: Rect) {
    let run = canvas.run;
    let theme = run.theme;
    let places = lane.waits.places(canvas.scale.first(), canvas.scale.last());
    let mut drawn_to = f32::MIN;
    for span in places.filter_map(|place| lane.waits.at(place)) {
        let Some((left, right)) =
            canvas.x_range(span.start.seconds(), span.end_or(run.now).seconds())
        else {
            continue;
        };
        // A crowd of short waits is one stretch of hatching.
        if right - drawn_to < 1.0 {
            continue;
        }
        drawn_to = right;
        let rect = Rect::from_x_y_ranges(left..=right.max(left + 2.0), band.y_range());
        let word = run.text.get(match span.what.why {
            WaitReason::QueueEmpty => "state-waiting-empty",
            WaitReason::QueueFull => "state-blocked-full",
        });
        canvas.hatched(rect, theme.hatch, word, theme.text_dim);
        canvas.note_hit(rect, HitKind::Wait(span.what, span.start, span.end));
    }
}

/// Times in which a process stood still: hatched over whatever it did, which goes on above and below.
fn suspended_ui(canvas: &mut Canvas<'_>, lane: &Lane, band: Rect) {
    let run = canvas.run;
    let (first, last) = (canvas.scale.first(), canvas.scale.last());
    for span in lane.suspended.in_range(first, last) {
        let Some((left, right)) =
            canvas.x_range(span.start.seconds(), span.end_or(run.now).seconds())
        else {
            continue;
        };
        let rect = Rect::from_x_y_ranges(left..=right.max(left + 2.0), band.y_range());
        // By what an earlier standstill came stands in the log.
        let process = run.state.process(span.what).filter(|_| span.end.is_none());
        let word = process.map(|process| run.standstill_words(process));
        let word = word.unwrap_or_else(|| run.text.get("state-suspended").to_owned());
        canvas.hatched(
            rect.shrink2(vec2(0.0, UNIT)),
            run.theme.warning.gamma_multiply(0.7),
            &word,
            run.theme.text_strong,
        );
        canvas.note_hit(rect, HitKind::Process(span.what));
    }
}
