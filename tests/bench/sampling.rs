//! The sampler against what else reads processes: `cargo bench --bench sampling`.
//!
//! Every row has a population of processes of its own, and the variants take turns over it, round by round: what counts is
//! CPU time per process and refresh, as a ratio of the same rounds. This program is also what its populations consist of.

#[expect(dead_code, reason = "the engine's rows use the rest of it")]
mod harness;
mod watch;

use std::process::ExitCode;

use harness::{hogs, options::Options, report};

fn main() -> anyhow::Result<ExitCode> {
    if let Some(code) = watch::enter().or_else(hogs::enter) {
        return Ok(code);
    }
    let options: Options = clap::Parser::parse();
    report::run(
        &options,
        watch::ROWS,
        "CPU time of whoever reads, per process and refresh",
    )?;
    watch::end();
    Ok(ExitCode::SUCCESS)
}
