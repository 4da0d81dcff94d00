//! The end of a process in its lane, and the note below it when its end cost a task.

use eframe::egui::{Rect, pos2, vec2};

use super::canvas::Canvas;
use super::hit::{HitKind, exit_words};
use crate::app::lab::{RunView, figures};
use crate::app::theme::UNIT;
use crate::run::event::{Outcome, RunTime};
use crate::run::state::{ProcessIx, ProcessState, RunState, TaskState};

/// How a process ended: a hollow tick for an orderly end, one with a note where the exit code is unknown, a cross with the
/// signal's name or the exit code for a death.
pub fn end_ui(canvas: &mut Canvas<'_>, ix: ProcessIx, process: &ProcessState, band: Rect) {
    let run = canvas.run;
    let theme = run.theme;
    let Some(exited) = process.exited.map(RunTime::seconds) else {
        return;
    };
    let Some((x, _)) = canvas.x_range(exited, exited) else {
        return;
    };
    let center = pos2(x, band.center().y);
    canvas.note_hit(
        Rect::from_center_size(center, vec2(10.0, band.height())),
        HitKind::Process(ix),
    );
    if process.exit_code == Some(0) {
        canvas.hollow(center, theme.text_dim);
        return;
    }
    let ink = if process.exit_code.is_none() || run.was_to_end(process) {
        theme.text_dim
    } else {
        theme.error
    };
    if process.exit_code.is_none() {
        canvas.hollow(center, ink);
    } else {
        canvas.cross(center, ink);
    }
    // The note stands below the bars, where nothing follows that it could cover.
    let mut notes = vec![how_words(&run, process)];
    if let Some(task) = process.lost.and_then(|task| run.state.task(task)) {
        let args = [("task", task.label.clone().into())];
        notes.push(run.text.with(cost_key(task, ix), &args));
    }
    if let Some(gap) = replacement_gap(canvas, ix, process) {
        let time = figures::duration(gap);
        notes.push(run.text.with("lane-replaced", &[("time", time.into())]));
    }
    let has_strip = has_note(canvas.run.state, process);
    let top = if has_strip { band.bottom() } else { band.top() };
    let room = Rect::from_min_max(
        pos2(x + if has_strip { -2.0 } else { 2.0 * UNIT }, top),
        pos2(
            next_note(canvas, process).unwrap_or(canvas.scale.x.max),
            top + if has_strip { NOTE } else { band.height() },
        ),
    );
    canvas.label(room, &notes.join(" · "), ink);
}

/// How a process ended that did not end with exit code 0.
fn how_words(run: &RunView<'_>, process: &ProcessState) -> String {
    let Some(code) = process.exit_code else {
        return run.text.get("state-ended-unknown").to_owned();
    };
    let how = exit_words(code);
    if run.ended_with_main(process) {
        run.text
            .with("lane-ended-with-main", &[("how", how.into())])
    } else if code > 0 {
        run.text.with("note-exited", &[("how", how.into())])
    } else {
        how
    }
}

/// Where the note of the next process of the lane that has one begins: up to there is room.
fn next_note(canvas: &Canvas<'_>, process: &ProcessState) -> Option<f32> {
    let state = canvas.run.state;
    let after = state.lane(process.lane)?.processes.iter();
    let mut after = after
        .skip(process.nth as usize)
        .filter_map(|ix| state.process(*ix));
    let next = after.find(|next| has_note(state, next))?;
    Some(canvas.scale.x_from_time(next.exited?) - UNIT)
}

/// How the end of a process and its task belong together.
pub fn cost_key(task: &TaskState, process: ProcessIx) -> &'static str {
    let attempt = task
        .failed
        .iter()
        .rfind(|attempt| attempt.process == Some(process));
    let end = || task.end.as_ref().map(|end| end.outcome);
    match attempt.map(|attempt| attempt.outcome).or_else(end) {
        Some(Outcome::TimedOut) => "lane-timed-out",
        Some(Outcome::Cancelled) => "lane-cancelled",
        _ => "lane-lost",
    }
}

/// The height of the strip for notes below a lane's bars.
pub const NOTE: f32 = 15.0;

/// Whether a process's end needs a note of its own.
pub fn has_note(state: &RunState, process: &ProcessState) -> bool {
    process.exited.is_some()
        && process.exit_code != Some(0)
        && (process.lost.is_some()
            || state
                .lane(process.lane)
                .is_some_and(|lane| lane.processes.len() > process.nth as usize))
}

fn replacement_gap(canvas: &Canvas<'_>, ix: ProcessIx, process: &ProcessState) -> Option<u64> {
    let state = canvas.run.state;
    let lane = state.lane(process.lane)?;
    let next = lane.processes.get(process.nth as usize)?;
    (*next != ix).then(|| state.process(*next)?.replaced_after_micros)?
}
