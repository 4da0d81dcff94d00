//! The engine against its peers in Python: `cargo bench --bench engine`.
//!
//! Every row is paired: the variants take turns round by round, each with a fresh pool, and what counts is the ratio to the
//! best peer of the same rounds. This program is also what its own workers run, as in any program that uses the library.

#[expect(dead_code, reason = "the sampler's rows use the rest of it")]
mod harness;
mod rows;
mod tasks;

use std::process::ExitCode;

use harness::{hogs, options::Options, report, row::WORKERS};
use proclab::{multiprocess::worker, run::guard};

fn main() -> anyhow::Result<ExitCode> {
    let other_duty = worker::enter(&tasks::Tasks)
        .or_else(guard::enter)
        .or_else(hogs::enter)
        .or_else(rows::enter);
    if let Some(code) = other_duty {
        return Ok(code);
    }
    let options: Options = clap::Parser::parse();
    report::run(&options, rows::ROWS, &format!("{WORKERS} workers"))?;
    Ok(ExitCode::SUCCESS)
}
