//! What happened to a process, in words.

use crate::app::lab::activity::exit_words;
use crate::app::lab::{RunView, figures};
use crate::os::signal::Send as Signal;
use crate::run::event::Outcome;
use crate::run::log::{LogLine, Note};
use crate::run::program::{END_OF_INPUT, READER_GONE};
use crate::run::state::ProcessState;
use crate::text::Worded as _;

/// How important a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// As requested.
    Info,
    /// Needs attention.
    Warning,
    /// Something failed.
    Error,
}

/// The severity of a line's note.
pub fn severity(run: &RunView<'_>, line: &LogLine, note: &Note) -> Severity {
    let is_asked = || run.state.stops().iter().any(|stop| stop.t <= line.t);
    match note {
        Note::Exited(Some(code)) if *code < 0 && (is_asked() || is_with_main(run, line)) => {
            Severity::Info
        }
        Note::Exited(None) => Severity::Info,
        Note::Exited(_) if is_cancelled(run, line) => Severity::Info,
        Note::Exited(_) | Note::InitializerFailed => Severity::Error,
        Note::ItemReturned { .. }
        | Note::PipeHeld(_)
        | Note::LinesLeftOut(_)
        | Note::TaskRetried { .. }
        | Note::RequestRefused => Severity::Warning,
        Note::Suspended if !line.text.is_empty() => Severity::Warning,
        Note::StopRequested { .. }
        | Note::SignalSent
        | Note::Suspended
        | Note::Resumed
        | Note::PoolResized(_) => Severity::Info,
    }
}

/// The note of a line as a sentence that follows the name of its process.
pub fn words(run: &RunView<'_>, line: &LogLine, note: &Note) -> String {
    let text = run.text;
    let own = || line.text.to_string();
    match note {
        Note::Exited(Some(code)) => exited(run, line, *code),
        Note::Exited(None) => text.get("note-exited-unknown").to_owned(),
        Note::InitializerFailed => text.with("note-initializer", &[("error", own().into())]),
        Note::ItemReturned { queue } => text.with(
            "note-item-returned",
            &[("item", own().into()), ("queue", queue.to_string().into())],
        ),
        Note::PipeHeld(stream) => {
            let stream = super::line::stream_word(text, *stream);
            text.with("note-pipe-held", &[("stream", stream.into())])
        }
        Note::LinesLeftOut(count) => text.with("note-left-out", &[("count", (*count).into())]),
        Note::StopRequested { at_once } => {
            let key = if *at_once {
                "note-stop-at-once"
            } else {
                "note-stop"
            };
            let by = match &*line.text {
                END_OF_INPUT => text.get("stop-by-end-of-input").to_owned(),
                READER_GONE => text.get("stop-by-reader-gone").to_owned(),
                _ => own(),
            };
            text.with(key, &[("by", by.into())])
        }
        Note::TaskRetried { task, attempt } => {
            let label = run.state.task_of_number(*task);
            let label = label.and_then(|ix| run.state.task(ix));
            let args = [
                (
                    "task",
                    label
                        .map(|task| task.label.clone())
                        .unwrap_or_default()
                        .into(),
                ),
                ("attempt", (*attempt).into()),
                ("error", own().into()),
            ];
            text.with("note-retried", &args)
        }
        Note::Suspended if line.text.is_empty() => text.get("note-suspended").to_owned(),
        Note::Suspended => text.with("note-stopped", &[("signal", own().into())]),
        Note::Resumed => text.get("note-resumed").to_owned(),
        Note::PoolResized(count) => text.with("note-resized", &[("count", (*count).into())]),
        Note::SignalSent => text.with("note-signal", &[("signal", own().into())]),
        Note::RequestRefused => {
            let mut refusals = run.state.refusals().iter();
            let refusal = refusals.find(|(t, _)| *t == line.t);
            let reason = refusal.map_or_else(own, |(_, refusal)| text.say(&refusal.sentence()));
            text.with("note-refused", &[("reason", reason.into())])
        }
    }
}

/// The process whose end a line reports.
fn ended<'a>(run: &RunView<'a>, line: &LogLine) -> Option<&'a ProcessState> {
    let mut processes = run.state.processes().iter();
    processes.rfind(|process| process.pid == line.pid && process.exited == Some(line.t))
}

/// Whether the process was ended because its task was cancelled on request.
fn is_cancelled(run: &RunView<'_>, line: &LogLine) -> bool {
    let lost = ended(run, line).and_then(|process| run.state.task(process.lost?));
    lost.and_then(|task| task.end.as_ref())
        .is_some_and(|end| end.outcome == Outcome::Cancelled)
}

fn is_with_main(run: &RunView<'_>, line: &LogLine) -> bool {
    ended(run, line).is_some_and(|process| run.ended_with_main(process))
}

fn exited(run: &RunView<'_>, line: &LogLine, code: i32) -> String {
    let text = run.text;
    let process = ended(run, line);
    if is_with_main(run, line) {
        return text.with("lane-ended-with-main", &[("how", exit_words(code).into())]);
    }
    let task = process
        .and_then(|process| run.state.task(process.lost?))
        .map(|task| task.label.clone());
    let is_kill = code == -Signal::Kill.number();
    let key = match (code < 0, task.is_some()) {
        (true, true) if is_kill => "note-killed-running",
        (true, false) if is_kill => "note-killed",
        (true, true) => "note-ended-running",
        (true, false) => "note-ended",
        (false, true) => "note-exited-running",
        (false, false) => "note-exited",
    };
    let task = task.unwrap_or_default();
    let args = [("how", exit_words(code).into()), ("task", task.into())];
    let mut words = text.with(key, &args);
    let gap = process.and_then(|process| {
        let lane = run.state.lane(process.lane)?;
        let next = lane.processes.get(process.nth as usize)?;
        run.state.process(*next)?.replaced_after_micros
    });
    if let Some(gap) = gap {
        words.push_str(&text.with("note-replaced", &[("time", figures::duration(gap).into())]));
    }
    words
}
