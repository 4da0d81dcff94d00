//! `proclab run`: this process becomes the main process of a run.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::ValueEnum;

use super::exit::UsageError;
use super::lessons;
use super::output::{Content, Stdout};
use super::recorded::Recorded;
use super::selection::{EnvironArg, Selection};
use super::snapshot::{self, SnapshotArgs};
use super::terminal_log::TerminalLog;
use crate::os::{processes, this};
use crate::run::config::RunConfig;
use crate::run::lesson::Lesson;
use crate::run::main_process::{self, Control, Ended, Launch, MainError, Reader};
use crate::run::record::Recorder;
use crate::run::request;
use crate::run::stream::EventBatch;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A lesson's name (see `proclab lessons`), or the path of a .toml file
    #[arg(value_name = "TARGET")]
    target: Option<String>,
    /// Arguments for programs that take some; lessons and .toml files take none
    #[arg(value_name = "ARG")]
    args: Vec<String>,
    /// Write the event stream, one JSON object a line, instead of a log
    #[arg(long)]
    json: bool,
    /// What the random sleeps follow from: the same seed, the same run
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = seed_from_text)]
    seed: Option<u64>,
    /// Let built-in sleeps take so many times as long; 0.01 for a quick look
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    time_scale: Option<f64>,
    /// Write the event stream into this file too, for `proclab replay`; what was in it is gone
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Read the configuration and then requests from standard input, one JSON object a line; its end stops the run
    #[arg(long, value_name = "FROM")]
    control: Option<ControlSource>,
    /// The limit of open files to go by, if the one who starts this has raised its own
    #[arg(long, value_name = "N", hide = true)]
    open_files: Option<u64>,
}

/// No first line is longer, bytes: some hundred thousand tasks.
const LONGEST_START: u64 = 64 << 20;

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ControlSource {
    Stdin,
}

const EXAMPLES: &str = "Examples:
  proclab run pool-callback
  proclab run pool-apply --seed 7 --time-scale 0.1
  proclab run producer-consumer --json | grep item_put
  proclab run pool-callback --record run.jsonl
  proclab run ./mine.toml

A configuration (mine.toml):
  version = 1
  kind = \"pool\"
  processes = 2
  callback = \"callback_work\"
  tasks = [
    { target = \"count_primes\", args = [200000] },
    { target = \"sha256_file\", args = [\"/etc/hostname\"] },
  ]";

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    if let Some(limit) = arguments.open_files {
        this::set_open_files_limit(limit);
    }
    let lesson = arguments.target.as_deref().and_then(Lesson::find);
    if lesson.is_some_and(|lesson| lesson.config.is_none()) && arguments.control.is_none() {
        return tell_of_processes(arguments);
    }
    let (mut launch, control) = match arguments.control {
        Some(ControlSource::Stdin) => controlled(arguments)?,
        None => (launch_of(arguments.target.as_deref())?, None),
    };
    reject_extra(arguments)?;
    launch.config.seed = arguments.seed.or(launch.config.seed);
    launch.config.time_scale = arguments.time_scale.unwrap_or(launch.config.time_scale);
    let problems = launch.config.problems(this::usable_cpus());
    if !problems.is_empty() {
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        return Err(UsageError(problems.join("\nproclab: ")).into());
    }
    let recorder = arguments.record.as_ref().map(Recorder::create).transpose();
    let recorder = recorder.map_err(|error| UsageError(error.to_string()))?;
    let ended = if arguments.json || control.is_some() {
        carry_out(launch, JsonLines::new(), recorder, control)?
    } else {
        carry_out(launch, TerminalLog::new(), recorder, control)?
    };
    Ok(ended.exit_code)
}

fn carry_out(
    launch: Launch,
    reader: impl Reader,
    recorder: Option<Recorder>,
    control: Option<Control>,
) -> Result<Ended, MainError> {
    match recorder {
        Some(recorder) => main_process::run(launch, Recorded::new(reader, recorder), control),
        None => main_process::run(launch, reader, control),
    }
}

fn seed_from_text(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_no_number| format!("choose a whole number from 0 to {}", u64::MAX))
}

fn launch_of(target: Option<&str>) -> anyhow::Result<Launch> {
    let Some(target) = target else {
        return Err(UsageError(format!(
            "say what to run: a lesson ({}), or the path of a .toml file",
            lessons::names()
        ))
        .into());
    };
    let is_toml = Path::new(target)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if Path::new(target)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("py"))
    {
        return Err(UsageError(format!(
            "'{target}': Python programs cannot be run yet; use a lesson's name or a .toml file"
        ))
        .into());
    }
    if !is_toml && !target.contains('/') {
        let lesson = Lesson::find(target).ok_or_else(|| lessons::unknown(target))?;
        let config = lesson.config.clone();
        return Ok(Launch {
            config: config.ok_or_else(|| lessons::unknown(target))?,
            lesson: Some(lesson.name.clone()),
            listing: Some(lesson.listing.clone()),
        });
    }
    let text = std::fs::read_to_string(target).map_err(|error| {
        UsageError(format!(
            "could not read the configuration {target}: {error}"
        ))
    })?;
    let config =
        RunConfig::from_toml(&text).map_err(|error| UsageError(format!("{target}: {error}")))?;
    Ok(Launch {
        config,
        lesson: None,
        listing: None,
    })
}

/// The eighteen fields that the tutorial asks for, in its order.
const FIELDS: &str = "pid,name,exe,cwd,cmdline,ppid,parent_name,status,username,create_time,terminal,cpu_times,\
memory_info,open_files,connections,num_threads,threads";

/// The lesson that runs nothing: what can be known of this process and of process 1.
fn tell_of_processes(arguments: &Arguments) -> anyhow::Result<u8> {
    reject_extra(arguments)?;
    if arguments.record.is_some() {
        return Err(UsageError(
            "--record: this lesson runs nothing, so there is nothing to record".to_owned(),
        )
        .into());
    }
    // Where /proc belongs to a namespace below this one, it does not know us.
    let own = processes::own_stat().map(|stat| stat.pid);
    // Where /proc is mounted with hidepid, nobody sees process 1.
    let first = processes::stat_of(1).map(|stat| stat.pid);
    let snapshot = SnapshotArgs {
        selection: Selection {
            pids: own.into_iter().chain(first).collect(),
            fields: Some(FIELDS.to_owned()),
            // The eighteenth.
            environ: Some(EnvironArg::Redact),
            ..Selection::default()
        },
        ..SnapshotArgs::default()
    };
    snapshot::run(&snapshot)?;
    Ok(0)
}

fn reject_extra(arguments: &Arguments) -> Result<(), UsageError> {
    match arguments.args.first() {
        Some(extra) => Err(UsageError(format!(
            "'{extra}': lessons and .toml files take no arguments"
        ))),
        None => Ok(()),
    }
}

/// The first line of standard input says what to run, the rest are requests.
fn controlled(arguments: &Arguments) -> anyhow::Result<(Launch, Option<Control>)> {
    if let Some(target) = &arguments.target {
        return Err(UsageError(format!(
            "'{target}': with --control stdin the first line says what to run"
        ))
        .into());
    }
    let mut input = BufReader::new(io::stdin());
    let mut line = Vec::new();
    let read = input
        .by_ref()
        .take(LONGEST_START)
        .read_until(b'\n', &mut line);
    read.context("could not read the first line of standard input")?;
    let start = request::Start::from_json(&line).map_err(|error| UsageError(error.to_string()))?;
    let lesson = start
        .lesson
        .as_deref()
        .map(|name| Lesson::find(name).ok_or_else(|| lessons::unknown(name)))
        .transpose()?;
    // A lesson that was changed in the form is no longer the program in its listing.
    let listing = lesson
        .filter(|lesson| {
            let config = lesson.config.as_ref();
            config.is_some_and(|config| is_same_program(config, &start.config))
        })
        .map(|lesson| lesson.listing.clone());
    Ok((
        Launch {
            config: start.config,
            lesson: start.lesson,
            listing,
        },
        Some(Box::new(input)),
    ))
}

fn is_same_program(lesson: &RunConfig, config: &RunConfig) -> bool {
    let plain = |config: &RunConfig| RunConfig {
        seed: None,
        time_scale: 1.0,
        ..config.clone()
    };
    plain(lesson) == plain(config)
}

/// Events as JSON lines on standard output.
pub(super) struct JsonLines(Stdout);

impl JsonLines {
    pub(super) fn new() -> Self {
        Self(Stdout::new(Content::Json))
    }
}

impl Reader for JsonLines {
    fn read(&mut self, mut batch: EventBatch) -> io::Result<()> {
        self.0.write_all(batch.lines())
    }
}
