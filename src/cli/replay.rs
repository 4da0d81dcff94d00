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
use crate::text::{Sentence, Text};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    file: PathBuf,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "X", default_value = "1", allow_negative_numbers = true, value_parser = speed_from_text)]
    speed: f64,
}

fn speed_from_text(text: &str) -> Result<f64, UsageError> {
    let speed = text.parse().ok().filter(|&speed: &f64| speed > 0.0);
    speed.ok_or_else(|| UsageError(Sentence::new("speed-range")))
}

pub(super) fn run(text: &Text, arguments: &Arguments) -> anyhow::Result<u8> {
    let recording = Recording::read(&arguments.file).map_err(|error| match error {
        RecordingError::BadLine { .. } => anyhow::Error::new(error),
        error => UsageError::of(&error).into(),
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
    let args = [
        ("file", arguments.file.display().to_string().into()),
        ("count", recording.events.len().to_string().into()),
        ("bytes", recording.cut_bytes.to_string().into()),
    ];
    let key = match recording.cut_bytes {
        0 => "cli-cut-recording",
        _ => "cli-cut-recording-bytes",
    };
    tell(text.with(key, &args));
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
