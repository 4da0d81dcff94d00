//! The commands, and which file carries each out.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};

use super::output::{Content, survive_file_limit, tell, to_stdout};
use super::{
    diff, exit, lessons, replay, run as run_command, selftest, snapshot, tasks, watch, words,
};
use crate::os::terminal::{is_obeyed, printable};
use crate::text::{self, Text, Worded as _};

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

/// The whole command line. Its words stand in the catalogue, see [`super::words`].
#[derive(Debug, Parser)]
#[command(name = "proclab", version, disable_help_subcommand = true)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct CommandLine {
    #[arg(long)]
    read_only: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run_command::Arguments),
    Replay(replay::Arguments),
    Snapshot(snapshot::SnapshotArgs),
    Watch(watch::Arguments),
    Diff(diff::Arguments),
    Lessons(lessons::Arguments),
    Tasks(tasks::Arguments),
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
            return Invocation::Done(ExitCode::from(answer(&error, &text)));
        }
    };
    let result = match command {
        Command::Run(arguments) => run_command::run(&text, &arguments),
        Command::Replay(arguments) => replay::run(&text, &arguments),
        Command::Snapshot(arguments) => snapshot::run(&text, &arguments)
            .map(|()| 0)
            .map_err(anyhow::Error::from),
        Command::Watch(arguments) => watch::run(&text, &arguments).map_err(anyhow::Error::from),
        Command::Diff(arguments) => diff::run(&text, &arguments),
        Command::Lessons(arguments) => lessons::run(&text, &arguments),
        Command::Tasks(arguments) => tasks::run(&text, &arguments),
        Command::Selftest(arguments) => selftest::run(&arguments),
    };
    let code = result.unwrap_or_else(|error| {
        tell(exit::words_of(&text, &error));
        exit::code_of(&error)
    });
    Invocation::Done(ExitCode::from(code))
}

/// Writes help and version to standard output, which are no mistake, and mistakes to standard error; returns the exit code.
fn answer(error: &clap::Error, text: &Text) -> u8 {
    let rendered = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Asked again, of the commands that have their words.
            let asked = words::worded(CommandLine::command(), text).try_get_matches();
            asked.map_or_else(|error| error.render(), |_| error.render())
        }
        _ => words::mistake(error, text),
    };
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
            tell(text.say(&error.sentence()));
            error.exit_code()
        },
        |_audience| 0,
    )
}
