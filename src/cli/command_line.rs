//! The commands, and which file carries each out.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use super::output::{Content, survive_file_limit, tell, to_stdout};
use super::{diff, exit, lessons, replay, run as run_command, selftest, snapshot, tasks, watch};
use crate::os::terminal::{is_obeyed, printable};
use crate::text::{self, Text};

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// The window.
    Window {
        /// Its language.
        text: Arc<Text>,
        /// Whether nothing can be done to a process from it.
        is_read_only: bool,
    },
    /// A command of the terminal, which was carried out.
    Done(ExitCode),
}

/// Shows and launches operating-system processes.
#[derive(Debug, Parser)]
#[command(name = "proclab", version, about, after_help = EXAMPLES, disable_help_subcommand = true)]
#[command(args_conflicts_with_subcommands = true)]
struct CommandLine {
    /// Open the window so that nothing can be done to a process from it: no signals, no priorities
    #[arg(long)]
    read_only: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "Without a command the window opens.

Examples:
  proclab                                                 the window
  proclab --read-only                                     the same, but it only watches
  proclab run pool-callback                               a lesson, as a log
  proclab run pool-callback --time-scale 0.01 --json      the same, quick, as events
  proclab run ./mine.toml                                 a run of your own
  proclab snapshot --pid 1 --fields all                   one process as JSON
  proclab selftest faults                                 what goes wrong in process pools, and what does not here";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a lesson or a configuration; the exit code is 0 if everything succeeded, 1 if some task or process failed
    Run(run_command::Arguments),
    /// Show a recorded run again, at its own pace or another
    Replay(replay::Arguments),
    /// Write the processes of this machine as JSON, lines of JSON or CSV
    Snapshot(snapshot::SnapshotArgs),
    /// Write them again and again, one document a line
    Watch(watch::Arguments),
    /// Tell what has changed between two snapshots: new, gone, grown
    Diff(diff::Arguments),
    /// List the built-in lessons
    Lessons(lessons::Arguments),
    /// List the tasks that lessons and configurations can use
    Tasks(tasks::Arguments),
    /// Provoke what a process pool must survive, on this machine, and show what happened; the exit code is 1 if anything failed
    Selftest(selftest::Arguments),
}

/// Reads the command line and carries out its command.
pub fn run() -> Invocation {
    survive_file_limit();
    let text = match text::chosen() {
        Ok(text) => text,
        Err(error) => {
            tell(&error);
            return Invocation::Done(ExitCode::from(exit::WRONG_USAGE));
        }
    };
    let command = match CommandLine::try_parse() {
        Ok(CommandLine {
            command: Some(command),
            ..
        }) => command,
        Ok(CommandLine {
            command: None,
            read_only,
        }) => {
            return Invocation::Window {
                text,
                is_read_only: read_only,
            };
        }
        Err(error) => {
            return Invocation::Done(ExitCode::from(answer(&error)));
        }
    };
    let result = match command {
        Command::Run(arguments) => run_command::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Snapshot(arguments) => snapshot::run(&arguments)
            .map(|()| 0)
            .map_err(anyhow::Error::from),
        Command::Watch(arguments) => watch::run(&arguments).map_err(anyhow::Error::from),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Lessons(arguments) => lessons::run(&text, &arguments),
        Command::Tasks(arguments) => tasks::run(&text, &arguments),
        Command::Selftest(arguments) => selftest::run(&arguments),
    };
    let code = result.unwrap_or_else(|error| {
        tell(exit::words_of(&error));
        exit::code_of(&error)
    });
    Invocation::Done(ExitCode::from(code))
}

/// Writes help and version to standard output, which are no mistake, and mistakes to standard error; returns the exit code.
fn answer(error: &clap::Error) -> u8 {
    let rendered = error.render();
    if error.use_stderr() {
        // It quotes what was typed. Colours are only ours where nothing of that begins one.
        let is_plain = |argument: OsString| !argument.to_string_lossy().contains(is_obeyed);
        let written = if std::env::args_os().all(is_plain) {
            write!(anstream::stderr(), "{}", rendered.ansi())
        } else {
            write!(io::stderr(), "{}", printable(&rendered.to_string()))
        };
        // Whether somebody reads it does not matter.
        written.ok();
        return exit::WRONG_USAGE;
    }
    let written = to_stdout(Content::Coloured, |out| write!(out, "{}", rendered.ansi()));
    written.map_or_else(
        |error| {
            tell(&error);
            error.exit_code()
        },
        |_audience| 0,
    )
}
