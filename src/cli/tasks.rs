//! `proclab tasks`.

use std::io::{self, Write};

use super::output::{Content, to_stdout};
use crate::task::TASKS;
use crate::text::Text;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(text: &Text, _arguments: &Arguments) -> anyhow::Result<u8> {
    to_stdout(Content::Text, |out| tell(text, out))?;
    Ok(0)
}

fn tell(text: &Text, out: &mut dyn Write) -> io::Result<()> {
    for task in TASKS {
        writeln!(out, "{}\n    {}", task.signature(), text.get(task.summary))?;
        for parameter in task.parameters {
            writeln!(
                out,
                "    {:<8} {}: {}",
                parameter.name,
                text.get(parameter.help),
                text.say(&parameter.kind.description())
            )?;
        }
    }
    Ok(())
}
