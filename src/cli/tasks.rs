//! `proclab tasks`.

use std::io::{self, Write as _};

use crate::task::TASKS;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(_arguments: &Arguments) -> anyhow::Result<u8> {
    let mut out = io::stdout().lock();
    for task in TASKS {
        writeln!(out, "{}\n    {}", task.signature(), task.summary)?;
        for parameter in task.parameters {
            writeln!(
                out,
                "    {:<8} {}: {}",
                parameter.name,
                parameter.help,
                parameter.kind.description()
            )?;
        }
    }
    Ok(0)
}
