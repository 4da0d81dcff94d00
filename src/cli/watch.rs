//! `proclab watch`: the processes of this machine, again and again.

use std::io::{self, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use thiserror::Error;

use super::growing_file::{GrowError, GrowingFile, Kind};
use super::output::{Audience, Content, OutputError, Stdout, tell};
use super::rhythm::{Interrupts, Rhythm, Waited};
use super::selection::{Selection, SelectionError, seconds_from_text};
use super::snapshot::tell_limits;
use crate::monitor::document::{Document, Taker};
use crate::monitor::source;
use crate::os::processes::is_out_of_descriptors;
use crate::text::{Sentence, Text, Worded, worded};

/// The options of `proclab watch`.
#[derive(Args, Clone, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    #[arg(long, value_name = "S", default_value = "1", value_parser = seconds_from_text, allow_negative_numbers = true)]
    interval: Duration,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[arg(long, value_name = "FORMAT", default_value = "ndjson")]
    format: StreamFormat,
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
    Selection(#[from] SelectionError),
    /// The file cannot be written, or holds something else.
    File(#[from] GrowError),
    /// What was to be written could not be.
    Output(#[from] OutputError),
    /// Waiting failed.
    Wait(io::Error),
}

impl Worded for WatchError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Selection(error) => error.sentence(),
            Self::File(error) => error.sentence(),
            Self::Output(error) => error.sentence(),
            Self::Wait(error) => {
                Sentence::new("cli-no-wait").with("reason", Sentence::of_io(error))
            }
        }
    }
}

worded!(WatchError);

impl WatchError {
    /// The exit code.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Selection(error) => error.exit_code(),
            Self::File(error) => error.exit_code(),
            Self::Output(error) => error.exit_code(),
            Self::Wait(error) if is_out_of_descriptors(error) => super::exit::CANNOT_START,
            Self::Wait(_) => super::exit::FAILED,
        }
    }
}

/// Where documents go.
enum Sink {
    File(GrowingFile),
    Stdout(Stdout),
}

impl Sink {
    /// What tells of its end when nobody reads it any more; a file has no reader that could go.
    fn reader(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::File(_) => None,
            Self::Stdout(out) => Some(out.as_fd()),
        }
    }

    /// Writes a document at once, so that who reads along never sees half a line for long.
    fn write(&mut self, text: &[u8]) -> Result<Audience, OutputError> {
        let (written, path) = match self {
            Self::File(file) => (file.append(text), Some(file.path().to_owned())),
            Self::Stdout(out) => (out.write_all(text), None),
        };
        match (written, path) {
            (Ok(()), _) => Ok(Audience::Reading),
            (Err(error), _) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Audience::Gone),
            (Err(source), Some(path)) => Err(OutputError::File { path, source }),
            (Err(error), None) => Err(OutputError::Stdout(error)),
        }
    }
}

pub(super) fn run(words: &Text, arguments: &Arguments) -> Result<u8, WatchError> {
    let is_csv = arguments.format == StreamFormat::Csv;
    arguments.selection.check_format(is_csv)?;
    let request = arguments.selection.request(arguments.interval)?;
    let columns = arguments.selection.columns(&request).with_ends();
    let mut source = source::native().map_err(SelectionError::from)?;
    // A wrong pid is told before a file is begun.
    let mut taker = Taker::following_ends(&mut *source, &request).map_err(SelectionError::from)?;
    let mut sink = match &arguments.out {
        Some(path) => {
            let kind = match arguments.format {
                StreamFormat::Ndjson => Kind::Documents(request.fields.clone(), request.keys),
                StreamFormat::Csv => Kind::Records(columns.clone()),
            };
            Sink::File(GrowingFile::open(
                words,
                path,
                request.environ.is_some(),
                &kind,
            )?)
        }
        None => Sink::Stdout(Stdout::new(match arguments.format {
            StreamFormat::Ndjson => Content::Json,
            StreamFormat::Csv => Content::Text,
        })),
    };
    let interrupts = Interrupts::listen().map_err(WatchError::Wait)?;
    let rhythm = Rhythm::new(Instant::now(), request.span);
    let mut written = 0;
    loop {
        let document = taker.document();
        // The other format has no place for it.
        match written {
            0 if is_csv || document.has_pids_of_another_namespace() => {
                tell_limits(words, &document);
            }
            1 if is_csv => tell_silence(&document),
            _ => {}
        }
        let mut text = Vec::new();
        if is_csv && written == 0 && matches!(sink, Sink::Stdout(_)) {
            columns
                .write_names(&mut text)
                .map_err(OutputError::Stdout)?;
        }
        let made = match arguments.format {
            StreamFormat::Csv => columns.write_processes(&document, &mut text),
            StreamFormat::Ndjson => serde_json::to_writer(&mut text, &document)
                .map(|()| text.push(b'\n'))
                .map_err(io::Error::from),
        };
        made.map_err(OutputError::Stdout)?;
        if sink.write(&text)? == Audience::Gone {
            return Ok(0);
        }
        written += 1;
        if taker.all_ended() {
            tell(words.get("cli-all-named-ended"));
            return Ok(0);
        }
        if arguments.count.is_some_and(|count| written >= count) {
            return Ok(0);
        }
        match wait(&mut taker, &interrupts, &rhythm, sink.reader()).map_err(WatchError::Wait)? {
            Waited::Due => {}
            Waited::Interrupted(signal) => return Ok(128 + signal),
            Waited::ReaderGone => return Ok(0),
        }
    }
}

/// Waits for the next beat and reads then.
fn wait(
    taker: &mut Taker<'_>,
    interrupts: &Interrupts,
    rhythm: &Rhythm,
    reader: Option<BorrowedFd<'_>>,
) -> io::Result<Waited> {
    let waited = interrupts.wait(rhythm.pause(Instant::now()), reader)?;
    if waited != Waited::Due {
        return Ok(waited);
    }
    taker.read_again();
    // The kernel tells of an end when it is over, which may be a moment after nobody is seen any more.
    if taker.is_end_unheard() {
        let waited = interrupts.wait(LATEST, reader)?;
        taker.hear_again();
        return Ok(waited);
    }
    Ok(Waited::Due)
}

/// Says why not everything that has ended is in it.
fn tell_silence(document: &Document) {
    if let Some(silence) = document.ended_unheard.value() {
        tell(&silence.words);
    }
}
