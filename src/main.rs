//! Proclab, the program: a worker, a guard, a command of the terminal, or the window.

use std::process::ExitCode;

use proclab::cli::Invocation;
use proclab::{cli, multiprocess, run, task};

fn main() -> ExitCode {
    // First of all, before anything costs what every worker would pay for.
    if let Some(code) = multiprocess::worker::enter(task::TASKS).or_else(run::guard::enter) {
        return code;
    }
    match cli::run() {
        Invocation::Done(code) => code,
        Invocation::Window => window(),
    }
}

fn window() -> ExitCode {
    ExitCode::from(cli::CANNOT_START)
}
