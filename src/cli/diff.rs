//! `proclab diff`: what has changed between two snapshots.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use clap::Args;

use super::exit::UsageError;
use super::output::{Content, tell, to_stdout};
use crate::monitor::FigureId;
use crate::monitor::diff::{Changed, Comparison, End, Lone, Moment};
use crate::monitor::document::{Document, Which, read_ends, read_file};
use crate::monitor::figure::GROWING;
use crate::monitor::unit::bytes_from_text;
use crate::os::terminal::printable_line;
use crate::text::{Sentence, Text};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[arg(value_name = "A")]
    one: PathBuf,
    #[arg(value_name = "B")]
    other: Option<PathBuf>,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "SIZE", value_parser = size_from_text)]
    min_growth: Option<f64>,
    #[arg(long, value_name = "N")]
    min_fds: Option<u32>,
}

fn size_from_text(text: &str) -> Result<f64, UsageError> {
    bytes_from_text(text).ok_or_else(|| UsageError(Sentence::new("size-expected")))
}

pub(super) fn run(text: &Text, arguments: &Arguments) -> anyhow::Result<u8> {
    let paths: BTreeSet<PathBuf> = [Some(&arguments.one), arguments.other.as_ref()]
        .into_iter()
        .flatten()
        .map(|path| numbered(path).map_or_else(|| path.clone(), |(path, _)| path))
        .collect();
    if let [path] = paths.iter().collect::<Vec<_>>()[..]
        && path.exists()
        && !path.is_file()
        && !path.is_dir()
    {
        let path = path.display().to_string();
        return Err(UsageError(Sentence::new("cli-read-twice").with("path", path)).into());
    }
    let (one, other) = match &arguments.other {
        Some(other) => (
            read(text, &arguments.one, Which::First)?,
            read(text, other, Which::Last)?,
        ),
        None => (
            read(text, &arguments.one, Which::First)?,
            read(text, &arguments.one, Which::Last)?,
        ),
    };
    if arguments.other.is_none() && one.taken_at == other.taken_at {
        let path = arguments.one.display().to_string();
        return Err(UsageError(Sentence::new("cli-one-document").with("path", path)).into());
    }
    let mut comparison =
        Comparison::of(&one, &other).map_err(|error| UsageError(Sentence::verbatim(error)))?;
    // Between the two, documents of a stream may tell how those that are gone ended. What came through a pipe has gone by.
    for path in paths.iter().filter(|path| path.is_file()) {
        let boot_id = comparison.after.boot_id.clone();
        read_ends(path, &boot_id, |ended| comparison.note_end(&ended)).map_err(|error| {
            UsageError(
                Sentence::new("cli-could-not-read")
                    .with("path", path.display().to_string())
                    .with("reason", error.to_string()),
            )
        })?;
    }
    let mut least = BTreeMap::new();
    if let Some(bytes) = arguments.min_growth {
        least.extend([(FigureId::Memory, bytes), (FigureId::Unshared, bytes)]);
    }
    if let Some(count) = arguments.min_fds {
        least.insert(FigureId::Descriptors, count.into());
    }
    comparison
        .keep_growth(&least)
        .map_err(|error| UsageError(Sentence::verbatim(error)))?;
    if arguments.json {
        to_stdout(Content::Json, |out| {
            serde_json::to_writer_pretty(&mut *out, &comparison)?;
            writeln!(out)
        })?;
    } else {
        to_stdout(Content::Coloured, |out| {
            out.write_all(tables(&comparison).as_bytes())
        })?;
    }
    Ok(0)
}

/// The document that an argument names: a file, or one of a stream.
fn read(text: &Text, path: &Path, which: Which) -> Result<Document, UsageError> {
    let (path, which) = numbered(path).unwrap_or_else(|| (path.to_owned(), which));
    let found = read_file(&path, which).map_err(|error| UsageError(Sentence::verbatim(error)))?;
    if found.is_cut {
        let args = [("path", path.display().to_string().into())];
        tell(text.with("cli-cut-document", &args));
    }
    Ok(found.document)
}

/// `FILE:N`, unless there is a file of just that name.
fn numbered(path: &Path) -> Option<(PathBuf, Which)> {
    let (file, number) = path.to_str()?.rsplit_once(':')?;
    let number = number.parse().ok()?;
    (!path.exists()).then(|| (file.into(), Which::Number(number)))
}

/// For people: what came and went, what grew, which facts changed.
fn tables(comparison: &Comparison) -> String {
    let mut text = format!(
        "{}\n{} to {}, {} s: {} new, {} gone, {} changed{}, {} the same in what both tell\n",
        paint(Style::new().bold(), &comparison.before.host),
        printable_line(&comparison.before.taken_at),
        printable_line(&comparison.after.taken_at),
        comparison.seconds,
        comparison.new.len(),
        comparison.gone.len(),
        comparison.changed.len(),
        match comparison.changed_less {
            0 => String::new(),
            less => format!(" ({less} more by less)"),
        },
        comparison.unchanged,
    );
    let which = |moment: &Moment| match moment.lack {
        Some(lack) => format!(", which {}", lack.words()),
        None => String::new(),
    };
    if comparison.left_out > 0 {
        let (count, which) = (comparison.left_out, which(&comparison.before));
        text.extend([format!(
            "not comparable: {count} more that were there before and are not in the earlier snapshot{which}\n"
        )]);
    }
    let later = comparison.left_out_later.len();
    if later > 0 {
        let which = which(&comparison.after);
        text.extend([format!(
            "not comparable: {later} of the earlier snapshot that are not in the later one{which}; nothing says that they have \
ended\n"
        )]);
    }
    for kind in &comparison.not_comparable {
        let of = match kind.processes {
            1 => "one process".to_owned(),
            count => format!("{count} processes"),
        };
        let words = kind.reason.words();
        text.extend([format!("not comparable: {} of {of}: {words}\n", kind.field)]);
    }
    lone_table(
        &mut text,
        "New",
        AnsiColor::Green.on_default(),
        &comparison.new,
    );
    lone_table(
        &mut text,
        "Gone",
        AnsiColor::Red.on_default(),
        &comparison.gone,
    );
    growth_table(&mut text, &comparison.changed);
    facts_table(&mut text, &comparison.changed);
    text
}

fn lone_table(text: &mut String, title: &str, style: Style, processes: &[Lone]) {
    let has_ends = processes.iter().any(|process| process.end.is_some());
    let rows = processes.iter().map(|process| {
        let rss = process.figures.get(&FigureId::Memory);
        let command = process.cmdline.as_deref().map(|args| args.join(" "));
        let end = has_ends.then(|| process.end.as_ref().map_or_else(String::new, end_text));
        let cells = vec![
            process.pid.to_string(),
            rss.map_or_else(String::new, |&rss| {
                FigureId::Memory.figure().growth_text(rss)
            }),
        ];
        let names = [
            process.username.clone().unwrap_or_default(),
            process.label.clone().unwrap_or_default(),
            command.unwrap_or_default(),
        ];
        cells.into_iter().chain(end).chain(names).collect()
    });
    let names = ["PID", "MEMORY", "ENDED", "USER", "NAME", "COMMAND"];
    let names = names.iter().filter(|&&name| has_ends || name != "ENDED");
    let names: Vec<_> = names.map(|&name| name.to_owned()).collect();
    table(text, title, style, &names, 2, rows.collect());
}

/// `0`, `-9 SIGKILL`, or `?` where it is only known to be gone.
fn end_text(end: &End) -> String {
    match (end.exit_code, &end.signal) {
        (Some(code), Some(signal)) => format!("{code} {signal}"),
        (Some(code), None) => code.to_string(),
        (None, _) => "?".to_owned(),
    }
}

fn growth_table(text: &mut String, changed: &[Changed]) {
    // Only figures that some process has.
    let figures = GROWING.into_iter().filter(|id| {
        let mut all = changed.iter();
        all.any(|changed| changed.growth.contains_key(id))
    });
    let figures: Vec<_> = figures.collect();
    let grown = changed.iter().filter(|changed| !changed.growth.is_empty());
    let rows = grown.map(|changed| {
        let cell = |id: &FigureId| match changed.growth.get(id) {
            Some(growth) => {
                let sign = if growth.growth > 0.0 { "+" } else { "-" };
                let figure = id.figure();
                let by = figure.growth_text(growth.growth.abs());
                format!("{sign}{by} to {}", figure.growth_text(growth.after))
            }
            None => String::new(),
        };
        let cells = figures.iter().map(cell);
        let name = changed.label.clone().unwrap_or_default();
        let pid = std::iter::once(changed.pid.to_string());
        pid.chain(cells).chain([name]).collect()
    });
    let titles = Text::english();
    let heads = figures
        .iter()
        .map(|id| titles.get(id.figure().title_key).to_uppercase());
    let heads: Vec<_> = std::iter::once("PID".to_owned())
        .chain(heads)
        .chain(["NAME".to_owned()])
        .collect();
    let style = AnsiColor::Yellow.on_default();
    table(
        text,
        "Grown or shrunk",
        style,
        &heads,
        heads.len() - 1,
        rows.collect(),
    );
}

fn facts_table(text: &mut String, changed: &[Changed]) {
    let rows = changed.iter().flat_map(|changed| {
        changed.facts.iter().map(|(field, turn)| {
            vec![
                changed.pid.to_string(),
                changed.label.clone().unwrap_or_default(),
                (*field).to_owned(),
                turn.before.to_string(),
                turn.after.to_string(),
            ]
        })
    });
    let names = ["PID", "NAME", "FIELD", "BEFORE", "AFTER"].map(str::to_owned);
    let style = AnsiColor::Cyan.on_default();
    table(text, "Changed", style, &names, 1, rows.collect());
}

/// The first `numbers` columns stand to the right. Nothing at all without rows.
fn table(
    text: &mut String,
    title: &str,
    style: Style,
    names: &[String],
    numbers: usize,
    mut rows: Vec<Vec<String>>,
) {
    if rows.is_empty() {
        return;
    }
    let title = paint(style.bold(), title);
    text.extend(["\n", &title, "\n"]);
    for cell in rows.iter_mut().flatten() {
        *cell = plain(cell);
    }
    rows.insert(0, names.to_vec());
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..names.len()).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(column, (cell, &width))| {
            if column < numbers {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        text.extend(["  ", line.trim_end(), "\n"]);
    }
}

/// No longer than fits beside others, and without what a terminal would obey.
fn plain(cell: &str) -> String {
    const LONGEST: usize = 72;
    // A tab would push what stands beside it out of its column.
    let cell = cell.replace('\t', " ");
    let mut text: String = printable_line(&cell).chars().take(LONGEST + 1).collect();
    if text.chars().count() > LONGEST {
        text.pop();
        text.pop();
        text.push('…');
    }
    text
}

fn paint(style: Style, text: &str) -> String {
    format!("{style}{}{style:#}", plain(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_obey_no_terminal_and_have_an_end() {
        assert_eq!(plain("a\u{1b}[31m"), "a\u{fffd}[31m");
        assert_eq!(plain(&"x".repeat(200)).chars().count(), 72);
        let mut text = String::new();
        let names = ["PID", "NAME"].map(str::to_owned);
        let row = |pid: &str, name: &str| vec![pid.to_owned(), name.to_owned()];
        let rows = vec![row("1", "init"), row("4711", "x")];
        table(&mut text, "New", Style::new(), &names, 1, rows);
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert_eq!(plain, "\nNew\n   PID  NAME\n     1  init\n  4711  x\n");
    }
}
