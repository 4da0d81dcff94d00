//! `proclab replay`: a recorded run, shown again.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::exit::{FAILED, UsageError};
use super::output::{OutputError, tell};
use super::run::JsonLines;
use super::terminal_log::TerminalLog;
use crate::run::event::RunEvent;
use crate::run::main_process::Reader;
use crate::run::record::{Recording, RecordingError};

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A file that `proclab run ... --record FILE` has written, or what `--json` wrote
    file: PathBuf,
    /// Write the event stream, one JSON object a line, instead of a log
    #[arg(long)]
    json: bool,
    /// So many times as fast as it was; inf for at once
    #[arg(long, value_name = "X", default_value = "1", allow_negative_numbers = true, value_parser = speed_from_text)]
    speed: f64,
}

const EXAMPLES: &str = "Examples:
  proclab run pool-callback --record run.jsonl
  proclab replay run.jsonl --speed 4
  proclab replay run.jsonl --speed inf --json | grep task_finished

A recording that was cut, because the machine went down or the disk was full, is shown as far as it goes; the exit code is
1 then.";

fn speed_from_text(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|&speed: &f64| speed > 0.0);
    speed.ok_or_else(|| "choose a number above 0, or inf".to_owned())
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let recording = Recording::read(&arguments.file).map_err(|error| match error {
        RecordingError::BadLine { .. } => anyhow::Error::new(error),
        error => UsageError(error.to_string()).into(),
    })?;
    let shown = if arguments.json {
        show(&recording.events, arguments.speed, JsonLines::new())
    } else {
        show(&recording.events, arguments.speed, TerminalLog::new())
    };
    match shown {
        // Whoever read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(0),
        shown => shown.map_err(OutputError::Stdout)?,
    }
    if recording.is_whole() {
        return Ok(0);
    }
    let file = arguments.file.display();
    let lost = match recording.cut_bytes {
        0 => String::new(),
        bytes => format!(" and {bytes} bytes of one more"),
    };
    let count = recording.events.len();
    tell(format_args!(
        "{file} ends before its run: it has {count} events{lost}"
    ));
    Ok(FAILED)
}

/// Each event at its time. Times need not rise with the order, which counts.
fn show(events: &[RunEvent], speed: f64, mut reader: impl Reader) -> io::Result<()> {
    let begun = Instant::now();
    let due = |event: &RunEvent| Duration::from_micros((event.t.micros as f64 / speed) as u64);
    let mut rest = events;
    while let Some(next) = rest.first() {
        let wait = due(next).saturating_sub(begun.elapsed());
        if wait > Duration::ZERO {
            std::thread::sleep(wait);
        }
        let now = begun.elapsed();
        let later = rest.iter().position(|event| due(event) > now);
        let (ready, others) = rest.split_at(later.unwrap_or(rest.len()).max(1));
        reader.read(ready.to_vec().into())?;
        rest = others;
    }
    Ok(())
}
