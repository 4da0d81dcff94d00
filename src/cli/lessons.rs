//! `proclab lessons`.

use std::io::{self, Write as _};

use crate::run::lesson::Lesson;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print one lesson's question, program and answer instead
    lesson: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let mut out = io::stdout().lock();
    let Some(name) = &arguments.lesson else {
        for lesson in Lesson::all() {
            writeln!(out, "{:<20} {}", lesson.name, lesson.title.get("en"))?;
        }
        return Ok(0);
    };
    let lesson = Lesson::find(name).ok_or_else(|| unknown(name))?;
    writeln!(
        out,
        "{}\n\n{}\n",
        lesson.title.get("en"),
        lesson.ask.get("en")
    )?;
    for (number, line) in lesson.listing.lines().iter().enumerate() {
        writeln!(out, "{:>4}  {line}", number + 1)?;
    }
    writeln!(out, "\n{}", lesson.reveal.get("en"))?;
    Ok(0)
}

/// There is no such lesson; says which there are.
pub(super) fn unknown(name: &str) -> anyhow::Error {
    let names: Vec<_> = Lesson::all()
        .iter()
        .map(|lesson| lesson.name.as_str())
        .collect();
    super::exit::UsageError(format!(
        "there is no lesson '{name}'; there is {} (a file's path contains a '/' or ends in .toml)",
        names.join(", ")
    ))
    .into()
}
