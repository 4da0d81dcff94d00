//! Proclab, the program: a worker, a guard, a case of the self-test, a command of the terminal, or the window.

use std::process::ExitCode;
use std::sync::Arc;

use proclab::cli::Invocation;
use proclab::text::Text;
use proclab::{cli, multiprocess, os, run, selftest};

fn main() -> ExitCode {
    // First of all, before anything costs what every worker would pay for.
    let started_as = multiprocess::worker::enter(&selftest::Tasks)
        .or_else(run::guard::enter)
        .or_else(selftest::enter);
    if let Some(code) = started_as {
        return code;
    }
    // Some are started by what ignores SIGCHLD: nothing that we start here would be known to have ended well.
    os::signal::hear_of_children();
    match cli::run() {
        Invocation::Done(code) => code,
        Invocation::Window { text, is_read_only } => window(&text, is_read_only),
    }
}

#[cfg(feature = "gui")]
fn window(text: &Arc<Text>, is_read_only: bool) -> ExitCode {
    match proclab::app::run_window(Arc::clone(text), is_read_only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cannot_open(&error.to_string()),
    }
}

#[cfg(not(feature = "gui"))]
fn window(text: &Arc<Text>, _is_read_only: bool) -> ExitCode {
    cannot_open(text.get("cli-no-window"))
}

fn cannot_open(reason: &str) -> ExitCode {
    cli::tell(reason);
    ExitCode::from(cli::CANNOT_START)
}
