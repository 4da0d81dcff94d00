//! `proclab tasks`.

use std::io::{self, Write};

use super::output::{Content, to_stdout};
use crate::task::TASKS;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(_arguments: &Arguments) -> anyhow::Result<u8> {
    to_stdout(Content::Text, tell)?;
    Ok(0)
}

fn tell(out: &mut dyn Write) -> io::Result<()> {
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
    Ok(())
}
