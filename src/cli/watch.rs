//! `proclab watch`: the processes of this machine, again and again.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use thiserror::Error;

use super::rhythm::{Interrupts, Rhythm, Waited};
use super::selection::{Selection, SelectionError, seconds_from_text};
use super::snapshot::{tell, tell_limits};
use crate::monitor::document::{Columns, Document, Request, Taker};
use crate::monitor::source;

/// What `--help` shows below the options.
const EXAMPLES: &str = "\
Examples:
  proclab watch --count 3                                  three snapshots, a second apart
  proclab watch --pid 1 --fields memory_info,num_fds       what one process holds, until Ctrl+C or its end
  proclab watch --filter 'cpu>50' --format csv -o busy.csv  who was busy, for a spreadsheet
  proclab watch --interval 60 -o day.ndjson                 a day; proclab diff day.ndjson then tells what grew

Each line is one document, as `proclab snapshot` writes it, and from the second on `ended` has what has ended since the one
before: how (exit_code, signal), its lifetime and peak of memory, and of the --fields those that outlive it. Where
the kernel tells of ends that holds for processes of a few milliseconds, too; `ended_unheard` says why where it does not.
In CSV they are records that have an ended_at. Rates (cpu_percent, io_rates) are over the time that really passed since the
document before; the first has none. Beats keep their times: one that takes too long is left out, the others do not move. It ends
after --count documents, when every process named with --pid has ended (the last document tells how), when nobody reads it
any more (exit code 0), or with Ctrl+C (130) and SIGTERM (143), after the line it is at.";

/// The options of `proclab watch`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Seconds from one document to the next
    #[arg(long, value_name = "S", default_value = "1", value_parser = seconds_from_text, allow_negative_numbers = true)]
    interval: Duration,
    /// Ends after so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// How they are written
    #[arg(long, value_name = "FORMAT", default_value = "ndjson")]
    format: StreamFormat,
    /// Writes to a file, which grows with every document
    #[arg(long, short = 'o', value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How documents follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StreamFormat {
    /// One document a line
    Ndjson,
    /// One process a record, the names of the columns once
    Csv,
}

/// How long after a process has vanished the kernel may still tell how it ended.
const LATEST: Duration = Duration::from_millis(100);

/// Why watching ended early.
#[derive(Debug, Error)]
pub(super) enum WatchError {
    /// It was asked for what cannot be.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The file cannot be written.
    #[error("could not write {path}: {source}", path = path.display())]
    File { path: PathBuf, source: io::Error },
    /// What was to be written could not be, or waiting failed.
    #[error("could not go on: {0}")]
    Stream(#[from] io::Error),
}

impl WatchError {
    /// The exit code.
    pub(super) const fn exit_code(&self) -> u8 {
        match self {
            Self::Selection(error) => error.exit_code(),
            Self::File { .. } => super::exit::WRONG_USAGE,
            Self::Stream(_) => super::exit::FAILED,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, WatchError> {
    let request = arguments.selection.request(arguments.interval)?;
    let mut source = source::native().map_err(SelectionError::from)?;
    // A wrong pid is told before a file is begun.
    let mut taker = Taker::following_ends(&mut *source, &request).map_err(SelectionError::from)?;
    let stdout = io::stdout();
    let file = arguments.out.as_deref().map(|path| open(path, &request));
    let file = file.transpose()?;
    let output = match &file {
        // A file has no reader that could go.
        Some(_) => None,
        None => Some(stdout.as_fd()),
    };
    let mut out: Box<dyn Write> = match &file {
        Some(file) => Box::new(file),
        None => Box::new(stdout.lock()),
    };
    // What was written into a file before stays, and has its names.
    let before = file
        .as_ref()
        .and_then(|file| file.metadata().ok())
        .map_or(0, |metadata| metadata.len());
    match watch(
        &mut taker,
        &request,
        arguments,
        &mut *out,
        output,
        before == 0,
    ) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(0),
        ended => Ok(ended?),
    }
}

fn watch(
    taker: &mut Taker<'_>,
    request: &Request,
    arguments: &Arguments,
    out: &mut dyn Write,
    output: Option<BorrowedFd<'_>>,
    begins: bool,
) -> io::Result<u8> {
    let interrupts = Interrupts::listen()?;
    let rhythm = Rhythm::new(Instant::now(), request.span);
    let columns = Columns::of(&request.fields, request.keys).with_ends();
    if arguments.format == StreamFormat::Csv && begins {
        columns.write_names(out)?;
    }
    let mut written = 0;
    loop {
        let document = taker.document();
        // The other format has no place for it.
        match written {
            0 if arguments.format == StreamFormat::Csv
                || document.has_pids_of_another_namespace() =>
            {
                tell_limits(&document);
            }
            1 if arguments.format == StreamFormat::Csv => tell_silence(&document),
            _ => {}
        }
        write_one(&document, arguments.format, &columns, out)?;
        written += 1;
        if taker.all_ended() {
            tell("every process that was named has ended");
            return Ok(0);
        }
        if arguments.count.is_some_and(|count| written >= count) {
            return Ok(0);
        }
        let mut waited = interrupts.wait(rhythm.pause(Instant::now()), output)?;
        if waited == Waited::Due {
            taker.read_again();
            // The kernel tells of an end when it is over, which may be a moment after nobody is seen any more.
            if taker.is_end_unheard() {
                waited = interrupts.wait(LATEST, output)?;
                taker.hear_again();
            }
        }
        match waited {
            Waited::Due => {}
            Waited::Interrupted(signal) => return Ok(128 + signal),
            Waited::ReaderGone => return Ok(0),
        }
    }
}

/// Says why not everything that has ended is in it.
fn tell_silence(document: &Document) {
    if let Some(silence) = document.ended_unheard.value() {
        tell(&silence.words);
    }
}

/// At once, so that who reads along never sees half a line for long.
fn write_one(
    document: &Document,
    format: StreamFormat,
    columns: &Columns,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = Vec::new();
    match format {
        StreamFormat::Ndjson => {
            serde_json::to_writer(&mut text, document)?;
            text.push(b'\n');
        }
        StreamFormat::Csv => columns.write_processes(document, &mut text)?,
    }
    out.write_all(&text)?;
    out.flush()
}

fn open(path: &Path, request: &Request) -> Result<File, WatchError> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    if request.environ.is_some() {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let opened = options.open(path).and_then(|file| {
        if request.environ.is_some() && file.metadata()?.is_file() {
            // An environment is for nobody else's eyes.
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
        Ok(file)
    });
    opened.map_err(|source| WatchError::File {
        path: path.to_owned(),
        source,
    })
}
