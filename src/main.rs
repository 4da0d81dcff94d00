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

#[expect(
    clippy::print_stderr,
    reason = "the one place that reports why there is no window"
)]
fn window() -> ExitCode {
    match proclab::app::run_window() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("proclab: {error}");
            ExitCode::from(cli::CANNOT_START)
        }
    }
}
