//! Short tasks, and the main's steps that submit them, are over sooner than their events are written: they are kept as notes,
//! told one by one while they are few, and in columns when they are many.
//!
//! Taking a note costs whoever works no allocation of its own: what varies in length stands one after the other in one piece of
//! memory. All else is the reader's work.

mod columns;

use self::columns::Columns;
use super::note::{CallRef, Note, StepRef};
use crate::run::event::{
    CallData, EndedTasks, EventKind, MainSteps, Phase, RunEvent, RunTime, SubmittedTasks,
    TasksBatch, write_line,
};
use crate::run::preview::{Preview, cut};

/// Notes of tasks in a row that are told in columns.
const PACKED_FROM: usize = 64;

/// Notes that are told in one event at most.
const PACKED_UP_TO: usize = 4096;

/// Notes with nothing else in between.
#[derive(Debug)]
pub(super) struct Notes {
    /// The number of the first event.
    first_seq: u64,
    order: Vec<Entry>,
    steps: Vec<StepRow>,
    submitted: Vec<SubmittedRow>,
    ended: Vec<EndedRow>,
    /// Texts and encoded values of all rows.
    bytes: Vec<u8>,
}

/// Which row comes next.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Step(Phase),
    Submitted,
    Ended,
}

/// Some of the bytes.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
}

/// A step, or the half of it that falls among these notes.
#[derive(Debug)]
struct StepRow {
    step: u32,
    line: Option<u32>,
    call: Span,
    args: Span,
    entered: Option<RunTime>,
    returned: Option<RunTime>,
}

#[derive(Debug)]
struct SubmittedRow {
    t: RunTime,
    task: u64,
    step: Option<u32>,
    chunk: Option<(u64, u64)>,
    target: Span,
    payload: Span,
}

#[derive(Debug)]
struct EndedRow {
    t: RunTime,
    task: u64,
    pid: u32,
    attempt: u32,
    begun: RunTime,
    value: Span,
}

impl Notes {
    /// Notes that come after this event.
    pub(super) fn after(seq: u64) -> Self {
        Self {
            first_seq: seq + 1,
            order: Vec::new(),
            steps: Vec::new(),
            submitted: Vec::new(),
            ended: Vec::new(),
            bytes: Vec::new(),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.order.len() >= PACKED_UP_TO
    }

    /// What they take in memory, roughly, bytes.
    pub(super) fn size(&self) -> usize {
        self.steps.len() * size_of::<StepRow>()
            + self.submitted.len() * size_of::<SubmittedRow>()
            + self.ended.len() * size_of::<EndedRow>()
            + self.bytes.len()
    }

    /// Adds a note; how many numbers in the stream it takes.
    pub(super) fn push(&mut self, t: RunTime, note: Note<'_>) -> u64 {
        match note {
            Note::Step { step, phase } => {
                self.order.push(Entry::Step(phase));
                self.push_step(t, step, phase);
                1
            }
            Note::Submitted { task, call, step } => {
                self.order.push(Entry::Submitted);
                let target = self.keep(call.target.as_bytes());
                let payload = match call.chunk {
                    None => self.keep(call.payload),
                    // Events do not show a chunk's items.
                    Some(_) => self.keep(&[]),
                };
                self.submitted.push(SubmittedRow {
                    t,
                    task,
                    step,
                    chunk: call.chunk,
                    target,
                    payload,
                });
                1
            }
            Note::Ended {
                task,
                pid,
                attempt,
                begun,
                value,
            } => {
                self.order.push(Entry::Ended);
                let value = self.keep(value);
                self.ended.push(EndedRow {
                    t,
                    task,
                    pid,
                    attempt,
                    begun,
                    value,
                });
                2
            }
        }
    }

    fn push_step(&mut self, t: RunTime, step: StepRef<'_>, phase: Phase) {
        match (phase, self.steps.last_mut()) {
            (Phase::Returned, Some(last)) if last.step == step.step && last.returned.is_none() => {
                last.returned = Some(t);
            }
            _ => {
                let call = self.keep(step.call.as_bytes());
                let args = self.keep(step.args.as_bytes());
                self.steps.push(StepRow {
                    step: step.step,
                    line: step.line,
                    call,
                    args,
                    entered: (phase == Phase::Entered).then_some(t),
                    returned: (phase == Phase::Returned).then_some(t),
                });
            }
        }
    }

    fn keep(&mut self, bytes: &[u8]) -> Span {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        let end = self.bytes.len();
        Span { start, end }
    }

    fn bytes(&self, span: Span) -> &[u8] {
        self.bytes.get(span.start..span.end).unwrap_or_default()
    }

    fn text(&self, span: Span) -> &str {
        // Kept as text.
        str::from_utf8(self.bytes(span)).unwrap_or_default()
    }

    /// The events that tell of them.
    pub(super) fn into_events(self) -> Vec<RunEvent> {
        if self.are_few() {
            return self.one_by_one();
        }
        vec![RunEvent {
            seq: self.last_seq(),
            t: self.last_told(),
            kind: EventKind::TasksBatch(Box::new(self.packed())),
        }]
    }

    /// The same events as lines.
    pub(super) fn write_lines(&self, to: &mut Vec<u8>) {
        if self.are_few() {
            for event in self.one_by_one() {
                event.write_line(to);
            }
        } else {
            write_line(self.last_seq(), self.last_told(), &Columns(self), to);
        }
    }

    fn are_few(&self) -> bool {
        self.submitted.len() + self.ended.len() < PACKED_FROM
    }

    fn last_seq(&self) -> u64 {
        // Whatever ended began too.
        self.first_seq + (self.order.len() + self.ended.len()) as u64 - 1
    }

    fn has_chunks(&self) -> bool {
        self.submitted.iter().any(|row| row.chunk.is_some())
    }

    /// When the last of them happened.
    fn last_told(&self) -> RunTime {
        let t = match self.order.last() {
            Some(Entry::Step(Phase::Entered)) => self.steps.last().and_then(|row| row.entered),
            Some(Entry::Step(_)) => self.steps.last().and_then(|row| row.returned),
            Some(Entry::Submitted) => self.submitted.last().map(|row| row.t),
            Some(Entry::Ended) => self.ended.last().map(|row| row.t),
            None => None,
        };
        t.unwrap_or_default()
    }

    fn one_by_one(&self) -> Vec<RunEvent> {
        let entered = |row: &StepRow| row.entered.map(|t| (t, self.step(row)));
        let returned = |row: &StepRow| row.returned.map(|t| (t, self.step(row)));
        let mut entries = self.steps.iter().filter_map(entered);
        let mut returns = self.steps.iter().filter_map(returned);
        let (mut submitted, mut ended) = (self.submitted.iter(), self.ended.iter());
        let mut events = Vec::with_capacity(self.order.len());
        let mut seq = self.first_seq;
        for entry in &self.order {
            let told = match entry {
                Entry::Step(phase) => {
                    let steps: &mut dyn Iterator<Item = _> = match phase {
                        Phase::Entered => &mut entries,
                        _ => &mut returns,
                    };
                    let phase = *phase;
                    steps
                        .next()
                        .map(|(t, step)| Note::Step { step, phase }.events(t))
                }
                Entry::Submitted => submitted.next().map(|row| {
                    let (task, step) = (row.task, row.step);
                    let call = self.call(row);
                    Note::Submitted { task, call, step }.events(row.t)
                }),
                Entry::Ended => ended.next().map(|row| {
                    let note = Note::Ended {
                        task: row.task,
                        pid: row.pid,
                        attempt: row.attempt,
                        begun: row.begun,
                        value: self.bytes(row.value),
                    };
                    note.events(row.t)
                }),
            };
            for (t, kind) in told.into_iter().flatten() {
                events.push(RunEvent { seq, t, kind });
                seq += 1;
            }
        }
        events
    }

    fn step(&self, row: &StepRow) -> StepRef<'_> {
        StepRef {
            step: row.step,
            line: row.line,
            call: self.text(row.call),
            args: self.text(row.args),
        }
    }

    fn call(&self, row: &SubmittedRow) -> CallRef<'_> {
        CallRef {
            target: self.text(row.target),
            payload: self.bytes(row.payload),
            chunk: row.chunk,
        }
    }

    fn packed(&self) -> TasksBatch {
        TasksBatch {
            steps: (!self.steps.is_empty()).then(|| self.packed_steps()),
            submitted: (!self.submitted.is_empty()).then(|| self.packed_submitted()),
            ended: (!self.ended.is_empty()).then(|| self.packed_ended()),
        }
    }

    fn packed_steps(&self) -> MainSteps {
        let mut steps = MainSteps::default();
        for row in &self.steps {
            steps.step.push(row.step);
            steps.line.push(row.line);
            steps.call.push(self.text(row.call).to_owned());
            steps.args.push(cut(self.text(row.args)));
            steps.entered.push(row.entered);
            steps.returned.push(row.returned);
        }
        steps
    }

    fn packed_submitted(&self) -> SubmittedTasks {
        let mut submitted = SubmittedTasks::default();
        let chunks = self.has_chunks();
        for row in &self.submitted {
            let CallData {
                target,
                args,
                kwargs,
            } = self.call(row).data();
            submitted.task.push(row.task);
            submitted.t.push(row.t);
            submitted.step.push(row.step);
            if chunks {
                submitted.first.push(row.chunk.map(|(first, _)| first));
                submitted.count.push(row.chunk.map(|(_, count)| count));
            }
            submitted.target.push(target);
            submitted.args.push(args);
            submitted.kwargs.push(kwargs);
        }
        submitted
    }

    fn packed_ended(&self) -> EndedTasks {
        let mut ended = EndedTasks::default();
        for row in &self.ended {
            ended.task.push(row.task);
            ended.pid.push(row.pid);
            ended.attempt.push(row.attempt);
            ended.started.push(row.begun);
            ended.finished.push(row.t);
            ended.value.push(Preview::of(self.bytes(row.value)).value);
        }
        ended
    }
}
