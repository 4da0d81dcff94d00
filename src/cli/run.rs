//! `proclab run`: this process becomes the main process of a run.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::exit::{Failure, UsageError};
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
use crate::text::{Sentence, Text, Worded};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[arg(value_name = "TARGET")]
    target: Option<String>,
    #[arg(value_name = "ARG")]
    args: Vec<String>,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = seed_from_text)]
    seed: Option<u64>,
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    time_scale: Option<f64>,
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    #[arg(long, value_name = "FROM")]
    control: Option<ControlSource>,
    #[arg(long, value_name = "N", hide = true)]
    open_files: Option<u64>,
}

/// No first line is longer, bytes: some hundred thousand tasks.
const LONGEST_START: u64 = 64 << 20;

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ControlSource {
    Stdin,
}

pub(super) fn run(text: &Text, arguments: &Arguments) -> anyhow::Result<u8> {
    if let Some(limit) = arguments.open_files {
        this::set_open_files_limit(limit);
    }
    let lesson = arguments.target.as_deref().and_then(Lesson::find);
    if lesson.is_some_and(|lesson| lesson.config.is_none()) && arguments.control.is_none() {
        return tell_of_processes(text, arguments);
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
        let sentences = problems.iter().map(Worded::sentence).collect();
        let between = "\nproclab: ";
        return Err(UsageError(Sentence::Joined { sentences, between }).into());
    }
    let recorder = arguments.record.as_ref().map(Recorder::create).transpose();
    let recorder = recorder.map_err(|error| UsageError::of(&error))?;
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

fn seed_from_text(text: &str) -> Result<u64, UsageError> {
    let range = || Sentence::new("seed-range").with("max", u64::MAX.to_string());
    text.parse().map_err(|_no_number| UsageError(range()))
}

fn launch_of(target: Option<&str>) -> anyhow::Result<Launch> {
    let Some(target) = target else {
        return Err(
            UsageError(Sentence::new("cli-what-to-run").with("lessons", lessons::names())).into(),
        );
    };
    let is_toml = Path::new(target)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if Path::new(target)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("py"))
    {
        return Err(UsageError(Sentence::new("cli-no-python").with("target", target)).into());
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
        let reason = Sentence::of_io(&error);
        UsageError(
            Sentence::new("cli-no-configuration")
                .with("target", target)
                .with("reason", reason),
        )
    })?;
    let config = RunConfig::from_toml(&text).map_err(|error| {
        let problem = error.sentence();
        UsageError(
            Sentence::new("cli-of-file")
                .with("target", target)
                .with("problem", problem),
        )
    })?;
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
fn tell_of_processes(text: &Text, arguments: &Arguments) -> anyhow::Result<u8> {
    reject_extra(arguments)?;
    if arguments.record.is_some() {
        return Err(UsageError(Sentence::new("cli-nothing-to-record")).into());
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
    snapshot::run(text, &snapshot)?;
    Ok(0)
}

fn reject_extra(arguments: &Arguments) -> Result<(), UsageError> {
    match arguments.args.first() {
        Some(extra) => Err(UsageError(
            Sentence::new("cli-no-arguments").with("argument", extra),
        )),
        None => Ok(()),
    }
}

/// The first line of standard input says what to run, the rest are requests.
fn controlled(arguments: &Arguments) -> anyhow::Result<(Launch, Option<Control>)> {
    if let Some(target) = &arguments.target {
        return Err(UsageError(Sentence::new("cli-target-in-line").with("target", target)).into());
    }
    let mut input = BufReader::new(io::stdin());
    let mut line = Vec::new();
    let read = input
        .by_ref()
        .take(LONGEST_START)
        .read_until(b'\n', &mut line);
    read.map_err(|error| {
        let reason = Sentence::of_io(&error);
        Failure(Sentence::new("cli-no-first-line").with("reason", reason))
    })?;
    let start = request::Start::from_json(&line).map_err(|error| UsageError::of(&error))?;
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
