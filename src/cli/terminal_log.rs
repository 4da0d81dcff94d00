//! A run as a log that people read: time, who, pid, and what was written or happened, coloured by worker.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use anstyle::{Ansi256Color, AnsiColor, Color, Style};

use super::output::{Content, Stdout};
use crate::os::Exit;
use crate::os::terminal::printable_line;
use crate::run::event::{Counts, ErrorData, EventKind, Outcome, RunEvent, RunOutcome, Stream};
use crate::run::main_process::Reader;
use crate::run::state::{RunState, TaskState};
use crate::run::stream::EventBatch;

/// Ten hues of the 256-colour palette that stay apart on dark and light ground and for colour-blind eyes, by lane.
const HUES: [u8; 10] = [33, 208, 35, 170, 136, 38, 161, 100, 98, 130];

/// Writes the log to standard output.
pub(super) struct TerminalLog {
    state: RunState,
    out: Stdout,
    buffer: String,
}

impl TerminalLog {
    pub(super) fn new() -> Self {
        Self {
            state: RunState::default(),
            out: Stdout::new(Content::Coloured),
            buffer: String::new(),
        }
    }

    fn add(&mut self, event: &RunEvent) {
        self.state.apply(event);
        match &event.kind {
            EventKind::RunStarted {
                kind,
                seed,
                main_pid,
                lesson,
                ..
            } => {
                let what = lesson.as_deref().unwrap_or(kind);
                self.note(event, *main_pid, &format!("{what}, seed {seed}"));
            }
            EventKind::ProcessStarted { pid, name, .. } => {
                self.note(event, *pid, &format!("started as {name}"));
            }
            EventKind::Output {
                pid, stream, text, ..
            } => {
                let style = if *stream == Stream::Stderr {
                    AnsiColor::Red.on_default()
                } else {
                    Style::new()
                };
                self.line(event, *pid, text, style);
            }
            EventKind::InitializerFailed { pid, error } => self.alarm(
                event,
                *pid,
                &format!("initializer failed: {}: {}", error.kind, error.message),
            ),
            EventKind::TaskFinished {
                task,
                pid,
                outcome,
                error,
                ..
            } if *outcome != Outcome::Ok => {
                let why = error
                    .as_ref()
                    .map(|error| format!(": {}: {}", error.kind, error.message))
                    .unwrap_or_default();
                let call = self.call_text(*task);
                // A task that nobody has begun is the main's.
                let pid = pid.or(self.state.main_pid()).unwrap_or_default();
                self.alarm(event, pid, &format!("task {task} {call} failed{why}"));
            }
            EventKind::TaskRetried {
                task,
                pid,
                attempt,
                error,
                delay_seconds,
            } => {
                let call = self.call_text(*task);
                let pid = pid.or(self.state.main_pid()).unwrap_or_default();
                let ErrorData { kind, message, .. } = error;
                self.alarm(
                    event,
                    pid,
                    &format!("task {task} {call}, attempt {attempt} failed: {kind}: {message}; tried again in {delay_seconds} s"),
                );
            }
            EventKind::CallbackFinished {
                task,
                pid,
                error: Some(error),
                ..
            } => {
                self.alarm(
                    event,
                    *pid,
                    &format!(
                        "callback of task {task} failed: {}: {}",
                        error.kind, error.message
                    ),
                );
            }
            EventKind::ItemReturned(item) => self.alarm(
                event,
                item.pid,
                &format!("gave item {} back to {}", item.number, item.queue),
            ),
            EventKind::ProcessExited { pid, exit_code, .. } => {
                let exit = match *exit_code {
                    None => return self.note(event, *pid, "ended: the exit code is not known"),
                    Some(code) if code < 0 => Exit::Signalled {
                        signal: code.saturating_neg(),
                    },
                    Some(status) => Exit::Exited { status },
                };
                let words = format!("ended: {}", exit.describe());
                if *exit_code == Some(0) {
                    self.note(event, *pid, &words);
                } else {
                    self.alarm(event, *pid, &words);
                }
            }
            EventKind::OutputDropped { pid, lines, bytes } => self.alarm(
                event,
                *pid,
                &format!("{lines} lines ({bytes} bytes) were left out"),
            ),
            EventKind::PipeLeaked { pid, .. } => self.alarm(
                event,
                *pid,
                "has ended, but something it started still holds its output",
            ),
            EventKind::StopRequested { by, at_once } => {
                let pid = self.state.main_pid().unwrap_or_default();
                self.note(
                    event,
                    pid,
                    &format!("stopping ({by}){}", if *at_once { " at once" } else { "" }),
                );
            }
            EventKind::RunFinished { outcome, counts } => {
                let pid = self.state.main_pid().unwrap_or_default();
                self.note(event, pid, &summary(*outcome, counts));
            }
            _ => self.add_answer(event),
        }
    }

    /// What came of something that was asked of the run.
    fn add_answer(&mut self, event: &RunEvent) {
        match &event.kind {
            EventKind::WorkerSuspended { pid, signal } => {
                let words = match signal {
                    None => "suspended (SIGSTOP)".to_owned(),
                    Some(signal) => format!("stopped by {signal}"),
                };
                self.note(event, *pid, &words);
            }
            EventKind::WorkerResumed { pid } => self.note(event, *pid, "goes on (SIGCONT)"),
            EventKind::PoolResized { processes } => {
                let pid = self.state.main_pid().unwrap_or_default();
                let workers = counted(u64::from(*processes), "worker", "workers");
                self.note(event, pid, &format!("the pool has {workers} from now on"));
            }
            EventKind::SignalSent { pid, signal } => {
                self.note(event, *pid, &format!("{signal} was sent to it, as asked"));
            }
            EventKind::RequestRefused { reason, .. } => {
                let pid = self.state.main_pid().unwrap_or_default();
                self.alarm(event, pid, &format!("not done: {reason}"));
            }
            _ => {}
        }
    }

    /// A task's call as one would write it.
    fn call_text(&self, number: u64) -> String {
        let task = self.state.task_of_number(number);
        task.and_then(|ix| self.state.task(ix))
            .map_or_else(String::new, TaskState::call_text)
    }

    /// Something that happened.
    fn note(&mut self, event: &RunEvent, pid: u32, text: &str) {
        self.line(event, pid, text, Style::new().dimmed());
    }

    /// Something that went wrong.
    fn alarm(&mut self, event: &RunEvent, pid: u32, text: &str) {
        self.line(event, pid, text, AnsiColor::Red.on_default().bold());
    }

    fn line(&mut self, event: &RunEvent, pid: u32, text: &str, style: Style) {
        let (chip, hue) = self.chip(pid);
        let dim = Style::new().dimmed();
        let seconds = event.t.seconds();
        let [shown, chip] = [text, &chip].map(printable_line);
        writeln!(self.buffer, "{dim}{seconds:>8.3}{dim:#} {hue}{chip:<4}{hue:#} {dim}{pid:>7}{dim:#}  {style}{shown}{style:#}").ok();
    }

    /// What to call the process, and in which colour.
    fn chip(&self, pid: u32) -> (String, Style) {
        if self.state.main_pid() == Some(pid) {
            return ("M".to_owned(), Style::new().bold());
        }
        let process = self
            .state
            .process_of_pid(pid)
            .and_then(|ix| self.state.process(ix));
        let Some(process) = process else {
            return ("?".to_owned(), Style::new());
        };
        let hue = HUES
            .get(process.lane.0 % HUES.len())
            .copied()
            .unwrap_or_default();
        (
            process.label.clone(),
            Style::new()
                .fg_color(Some(Color::Ansi256(Ansi256Color(hue))))
                .bold(),
        )
    }
}

/// How the run went, in one line.
fn summary(outcome: RunOutcome, counts: &Counts) -> String {
    let word = match outcome {
        RunOutcome::Ok => "done",
        RunOutcome::Failed => "failed",
        RunOutcome::Interrupted => "interrupted",
        RunOutcome::Other => "ended in a way of a later version",
    };
    let mut text = format!(
        "{word}: {}",
        counted(counts.processes, "process", "processes")
    );
    let processes = [
        (counts.processes_failed, "failed"),
        (
            counts.processes_unknown.unwrap_or(0),
            "with an unknown exit code",
        ),
    ];
    let processes = processes.into_iter().filter(|(count, _)| *count > 0);
    let processes: Vec<_> = processes
        .map(|(count, how)| format!("{count} {how}"))
        .collect();
    // Writing to a String cannot fail.
    if !processes.is_empty() {
        write!(text, " ({})", processes.join(", ")).ok();
    }
    if counts.tasks > 0 {
        let cancelled = counts.tasks_cancelled.unwrap_or(0);
        let failed = counts.tasks_failed.saturating_sub(cancelled);
        let tasks = counted(counts.tasks, "task", "tasks");
        write!(text, ", {tasks} ({} ok, {failed} failed", counts.tasks_ok).ok();
        if cancelled > 0 {
            write!(text, ", {cancelled} cancelled").ok();
        }
        text.push(')');
    }
    if counts.items_put > 0 {
        let items = counted(counts.items_put, "item", "items");
        let sentinels = counted(counts.sentinels, "sentinel", "sentinels");
        write!(
            text,
            ", {items} put ({} got), {sentinels}",
            counts.items_got
        )
        .ok();
    }
    text
}

/// So many of them.
fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

impl Reader for TerminalLog {
    fn read(&mut self, batch: EventBatch) -> io::Result<()> {
        for event in batch.into_events() {
            self.add(&event);
        }
        let written = self.out.write_all(self.buffer.as_bytes());
        self.buffer.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_summary_tells_what_failed_of_how_many() {
        let processes = Counts {
            processes: 3,
            processes_failed: 1,
            ..Counts::default()
        };
        assert_eq!(
            summary(RunOutcome::Failed, &processes),
            "failed: 3 processes (1 failed)"
        );
        let unknown = Counts {
            processes_unknown: Some(2),
            ..processes
        };
        assert_eq!(
            summary(RunOutcome::Failed, &unknown),
            "failed: 3 processes (1 failed, 2 with an unknown exit code)"
        );
        let pool = Counts {
            processes: 1,
            tasks: 5,
            tasks_ok: 5,
            ..Counts::default()
        };
        assert_eq!(
            summary(RunOutcome::Ok, &pool),
            "done: 1 process, 5 tasks (5 ok, 0 failed)"
        );
        let stopped = Counts {
            tasks_ok: 1,
            tasks_failed: 4,
            tasks_cancelled: Some(3),
            ..pool
        };
        assert_eq!(
            summary(RunOutcome::Interrupted, &stopped),
            "interrupted: 1 process, 5 tasks (1 ok, 1 failed, 3 cancelled)"
        );
        let food = Counts {
            processes: 5,
            items_put: 10,
            items_got: 10,
            sentinels: 2,
            ..Counts::default()
        };
        assert_eq!(
            summary(RunOutcome::Ok, &food),
            "done: 5 processes, 10 items put (10 got), 2 sentinels"
        );
    }

    #[test]
    fn what_was_asked_for_and_tried_again_is_told() {
        let mut log = TerminalLog::new();
        let lines = [
            r#"{"seq":1,"t":0.1,"type":"process_started","pid":4712,"start_ticks":1,"label":"W1","name":"SpawnPoolWorker-1","role":"worker","daemon":true,"slot":0,"via":null}"#,
            r#"{"seq":2,"t":0.2,"type":"task_submitted","task":1,"call":{"target":"fail","args":["x",1],"kwargs":{}},"step":null}"#,
            r#"{"seq":3,"t":1.2,"type":"task_retried","task":1,"pid":4712,"attempt":1,"error":{"type":"ValueError","message":"no","traceback":""},"delay_seconds":0.1}"#,
            r#"{"seq":4,"t":1.3,"type":"worker_suspended","pid":4712}"#,
            r#"{"seq":5,"t":1.4,"type":"worker_resumed","pid":4712}"#,
            r#"{"seq":6,"t":1.5,"type":"pool_resized","processes":1}"#,
        ];
        lines
            .iter()
            .for_each(|line| log.add(&RunEvent::from_json(line).unwrap()));
        let told = plain(&log.buffer);
        let told: Vec<_> = told.lines().skip(1).collect();
        assert_eq!(
            told,
            [
                "   1.200 W1      4712  task 1 fail(\"x\", 1), attempt 1 failed: ValueError: no; tried again in 0.1 s",
                "   1.300 W1      4712  suspended (SIGSTOP)",
                "   1.400 W1      4712  goes on (SIGCONT)",
                "   1.500 ?          0  the pool has 1 worker from now on",
            ]
        );
    }

    #[test]
    fn a_log_names_who_wrote_what_and_when() {
        let mut log = TerminalLog::new();
        let lines = [
            r#"{"seq":1,"t":0.1,"type":"process_started","pid":4712,"start_ticks":1,"label":"W1","name":"SpawnPoolWorker-1","role":"worker","daemon":true,"slot":0,"via":null}"#,
            r#"{"seq":2,"t":0.25,"type":"output","pid":4712,"stream":"stdout","text":"a\u001b[31mb","task":1,"continued":false,"partial":false}"#,
            r#"{"seq":3,"t":1.5,"type":"process_exited","pid":4712,"exit_code":-9,"cpu_seconds":0.1,"max_rss_bytes":null}"#,
        ];
        lines
            .iter()
            .for_each(|line| log.add(&RunEvent::from_json(line).unwrap()));
        assert_eq!(
            plain(&log.buffer),
            "   0.100 W1      4712  started as SpawnPoolWorker-1\n   0.250 W1      4712  a\u{fffd}[31mb\n   1.500 W1      4712  ended: killed by SIGKILL\n"
        );
    }
}
