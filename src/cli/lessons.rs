//! `proclab lessons`.

use std::io::{self, Write};

use super::output::{Content, to_stdout};
use crate::run::lesson::Lesson;
use crate::text::{Sentence, Text};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    lesson: Option<String>,
}

pub(super) fn run(text: &Text, arguments: &Arguments) -> anyhow::Result<u8> {
    let lesson = arguments
        .lesson
        .as_deref()
        .map(|name| Lesson::find(name).ok_or_else(|| unknown(name)))
        .transpose()?;
    to_stdout(Content::Text, |out| match lesson {
        Some(lesson) => tell(text, lesson, out),
        None => Lesson::all().iter().try_for_each(|lesson| {
            writeln!(
                out,
                "{:<20} {}",
                lesson.name,
                lesson.title.get(text.language())
            )
        }),
    })?;
    Ok(0)
}

fn tell(text: &Text, lesson: &Lesson, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{}\n\n{}\n",
        lesson.title.get(text.language()),
        lesson.ask.get(text.language())
    )?;
    for (number, line) in lesson.listing.lines().iter().enumerate() {
        writeln!(out, "{:>4}  {line}", number + 1)?;
    }
    writeln!(out, "\n{}", lesson.reveal.get(text.language()))
}

/// There is no such lesson; says which there are.
pub(super) fn unknown(name: &str) -> anyhow::Error {
    let sentence = Sentence::new("cli-no-lesson")
        .with("name", name)
        .with("names", names());
    super::exit::UsageError(sentence).into()
}

/// The names of all lessons, for messages.
pub(super) fn names() -> String {
    let names: Vec<_> = Lesson::all()
        .iter()
        .map(|lesson| lesson.name.as_str())
        .collect();
    names.join(", ")
}
