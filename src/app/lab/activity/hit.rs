//! What lies under the pointer, and its card.

use eframe::egui::{self, Rect, RichText};

use crate::app::command::RunSelection;
use crate::app::lab::{ProcessChip, RunView, figures};
use crate::app::theme;
use crate::app::theme::Face;
use crate::os::signal;
use crate::run::event::{CallbackKind, Outcome, RunTime};
use crate::run::state::{ProcessIx, QueueIx, TaskIx, Wait, WaitReason};

/// Something under the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Where it is drawn.
    pub rect: Rect,
    /// What it is.
    pub kind: HitKind,
}

/// What lies under the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HitKind {
    /// One of the main's calls.
    Step(u32),
    /// Several of the main's calls, too close together to tell apart.
    Steps(usize),
    /// A task's bar.
    Task(TaskIx),
    /// Several bars, too close together to tell apart.
    Tasks(usize),
    /// A callback.
    Callback(TaskIx),
    /// A process: its head, its idle time, its end.
    Process(ProcessIx),
    /// A wait at a queue, since when and until when.
    Wait(Wait, RunTime, Option<RunTime>),
    /// An item in its queue or in its consumer's hands.
    Item(QueueIx, usize),
    /// The figure of waiting tasks, at a moment.
    Waiting(RunTime),
}

impl HitKind {
    /// What a click on it selects.
    pub fn selection(self, run: &RunView<'_>) -> Option<RunSelection> {
        match self {
            Self::Step(step) => run.state.line_of_step(Some(step)).map(RunSelection::Line),
            Self::Task(task) | Self::Callback(task) => Some(RunSelection::Task(task)),
            Self::Process(process) => Some(RunSelection::Process(process)),
            Self::Wait(wait, ..) => Some(RunSelection::Process(wait.process)),
            Self::Item(queue, item) => Some(RunSelection::Item(queue, item)),
            Self::Waiting(t) => Some(RunSelection::Moment(t)),
            Self::Steps(_) | Self::Tasks(_) => None,
        }
    }
}

/// A card being filled: a title, then one line for each fact.
struct Card<'a, 'u> {
    run: &'a RunView<'a>,
    ui: &'u mut egui::Ui,
}

impl Card<'_, '_> {
    fn title(&mut self, title: &str) {
        let font = theme::font(Face::Semibold, theme::TEXT_M);
        self.ui.label(
            RichText::new(title)
                .font(font)
                .color(self.run.theme.text_strong),
        );
    }

    fn line(&mut self, text: &str) {
        let font = theme::font(Face::Regular, theme::TEXT_S);
        let words = RichText::new(text).font(font).color(self.run.theme.text);
        self.ui.add(egui::Label::new(words).extend());
    }

    fn code(&mut self, text: &str) {
        let font = theme::font(Face::Mono, theme::TEXT_XS);
        self.ui
            .label(RichText::new(text).font(font).color(self.run.theme.text));
    }

    fn chip(&mut self, process: Option<ProcessIx>) {
        if let Some(process) = process.and_then(|ix| self.run.state.process(ix)) {
            let chip = ProcessChip::of(self.run.state, self.run.theme, process);
            let words = if process.name.is_empty() {
                chip.label_and_pid()
            } else {
                format!("{}  {}", chip.label_and_pid(), process.name)
            };
            self.line(&words);
        }
    }
}

/// The card of what lies under the pointer.
pub fn card_ui(ui: &mut egui::Ui, run: &RunView<'_>, kind: HitKind) {
    egui::Frame::new()
        .inner_margin(egui::Margin::symmetric(6, 4))
        .show(ui, |ui| facts_ui(ui, run, kind));
}

fn facts_ui(ui: &mut egui::Ui, run: &RunView<'_>, kind: HitKind) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let text = run.text;
    let mut card = Card { run, ui };
    match kind {
        HitKind::Task(task) | HitKind::Callback(task) => {
            task_card(&mut card, task);
        }
        HitKind::Tasks(count) => card.title(&text.with("card-tasks", &[("count", count.into())])),
        HitKind::Steps(count) => card.title(&text.with("card-steps", &[("count", count.into())])),
        HitKind::Step(step) => {
            if let Some(span) = run.state.step(step) {
                card.title(&span.what.call);
                card.code(&format!("{}({})", span.what.call, span.what.args));
                if let Some(line) = span.what.line {
                    card.line(&text.with("card-line", &[("line", line.into())]));
                }
                let took = span.end_or(run.now).micros - span.start.micros;
                let key = if span.end.is_some() {
                    "card-took"
                } else {
                    "card-blocked-for"
                };
                card.line(&text.with(key, &[("time", figures::duration(took).into())]));
            }
        }
        HitKind::Process(process) => process_card(&mut card, process),
        HitKind::Wait(wait, since, until) => {
            card.title(text.get(match wait.why {
                WaitReason::QueueEmpty => "state-waiting-empty",
                WaitReason::QueueFull => "state-blocked-full",
            }));
            card.chip(Some(wait.process));
            let until = until.unwrap_or(run.now);
            let time = figures::duration(until.micros.saturating_sub(since.micros));
            card.line(&text.with("card-took", &[("time", time.into())]));
        }
        HitKind::Item(queue, item) => item_card(&mut card, queue, item),
        HitKind::Waiting(t) => {
            let count = run.state.waiting().value_at(t).max(0);
            card.title(&text.with("card-waiting", &[("count", count.into())]));
            card.line(&figures::moment(t));
        }
    }
}

fn task_card(card: &mut Card<'_, '_>, ix: TaskIx) {
    let run = card.run;
    let text = run.text;
    let Some(task) = run.state.task(ix) else {
        return;
    };
    card.title(&task.label);
    card.code(&task.call_text());
    card.chip(task.process);
    if task.attempt > 1 {
        card.line(&text.with("card-attempt", &[("n", task.attempt.into())]));
    }
    for attempt in &task.failed {
        let error = format!("{}: {}", attempt.error.kind, attempt.error.message);
        let args = [("n", attempt.number.into()), ("error", error.into())];
        card.line(&text.with("card-attempt-failed", &args));
    }
    let times = [
        ("card-waited", task.wait_micros(run.now)),
        ("card-ran", task.run_micros(run.now)),
    ];
    for (key, micros) in times {
        if let Some(micros) = micros {
            card.line(&text.with(key, &[("time", figures::duration(micros).into())]));
        }
    }
    let Some(end) = &task.end else {
        return card.line(text.get(if task.is_running() {
            "outcome-running"
        } else {
            "outcome-waiting"
        }));
    };
    let mut outcome = text.get(outcome_key(end.outcome)).to_owned();
    if let Some(arrival) = end.arrival {
        let place = figures::ordinal(text, arrival);
        outcome = format!(
            "{outcome}, {}",
            text.with("card-arrived", &[("place", place.into())])
        );
    }
    card.line(&outcome);
    if let Some(value) = &end.value {
        card.code(&format!("→ {value}"));
    }
    if let Some(error) = &end.error {
        card.code(&format!("{}: {}", error.kind, error.message));
    }
    if let Some(callback) = &task.callback
        && let (Some(start), Some(finish)) = (callback.started, callback.finished)
    {
        let time = figures::duration(finish.micros.saturating_sub(start.micros));
        let key = match callback.kind {
            CallbackKind::Callback => "card-callback",
            CallbackKind::ErrorCallback => "card-error-callback",
            CallbackKind::Other => "card-other-callback",
        };
        card.line(&text.with(key, &[("time", time.into())]));
    }
    if let Some(cpu) = end.cpu_seconds {
        let time = figures::duration((cpu * 1e6) as u64);
        card.line(&text.with("card-cpu", &[("time", time.into())]));
    }
}

fn process_card(card: &mut Card<'_, '_>, ix: ProcessIx) {
    let run = card.run;
    let text = run.text;
    let Some(process) = run.state.process(ix) else {
        return;
    };
    let chip = ProcessChip::of(run.state, run.theme, process);
    card.title(&chip.label_and_pid());
    if !process.name.is_empty() {
        card.line(&process.name);
    }
    card.line(&run.state_words(ix));
    if let (Some(started), Some(ready)) = (process.started, process.ready) {
        let time = figures::duration(ready.micros.saturating_sub(started.micros));
        card.line(&text.with("card-ready-after", &[("time", time.into())]));
    }
    if let Some(gap) = process.replaced_after_micros {
        card.line(&text.with("lane-replaced", &[("time", figures::duration(gap).into())]));
    }
    if let Some(lost) = process.lost.and_then(|task| run.state.task(task)) {
        let key = super::lane_end::cost_key(lost, ix);
        card.line(&text.with(key, &[("task", lost.label.clone().into())]));
    }
    if let Some(error) = &process.initializer_error {
        card.code(&format!("{}: {}", error.kind, error.message));
    }
    if let Some(bytes) = process.max_rss_bytes {
        card.line(&text.with("card-peak", &[("size", figures::bytes(bytes).into())]));
    }
    if process.pipe_leaked {
        card.line(text.get("card-pipe-leaked"));
    }
}

fn item_card(card: &mut Card<'_, '_>, queue: QueueIx, place: usize) {
    let run = card.run;
    let text = run.text;
    let Some(item) = run.state.queue(queue).and_then(|q| q.items.get(place)) else {
        return;
    };
    card.title(if item.is_sentinel {
        text.get("card-sentinel")
    } else {
        &item.text
    });
    for (pid, t, key) in [
        (item.producer_pid, item.put, "card-put"),
        (
            item.consumer
                .and_then(|ix| run.state.process(ix))
                .map(|p| p.pid),
            item.got,
            "card-got",
        ),
    ] {
        if let (Some(pid), Some(t)) = (pid, t) {
            let chip = ProcessChip::of_pid(run.state, run.theme, pid).label_and_pid();
            let args = [("who", chip.into()), ("time", figures::moment(t).into())];
            card.line(&text.with(key, &args));
        }
    }
    if let Some(put) = item.put {
        let until = item.got.unwrap_or(run.now);
        let time = figures::duration(until.micros.saturating_sub(put.micros));
        card.line(&text.with("card-in-queue", &[("time", time.into())]));
    }
    if item.attempt > 1 {
        card.line(&text.with("card-attempt", &[("n", item.attempt.into())]));
    }
}

/// The word for how a task ended.
pub fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "outcome-ok",
        Outcome::Error => "outcome-error",
        Outcome::WorkerDied => "outcome-worker-died",
        Outcome::TimedOut => "outcome-timed-out",
        Outcome::Cancelled => "outcome-cancelled",
        Outcome::Other => "outcome-other",
    }
}

/// How a process ended, in a word: the signal's name, or the exit code.
pub fn exit_words(exit_code: i32) -> String {
    if exit_code < 0 {
        signal::name(exit_code.saturating_neg())
    } else {
        exit_code.to_string()
    }
}
