//! `proclab selftest faults`: what goes wrong in process pools, provoked here and now.

use anstyle::{AnsiColor, Style};
use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::exit::{FAILED, UsageError};
use super::output::{Audience, Content, OutputError, to_stdout};
use crate::os::terminal::{printable, printable_line};
use crate::selftest::{FAULTS, Fault, POOLS, Shown, Surprise, provoke};
use crate::text::Sentence;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Faults(FaultArguments),
}

#[derive(Debug, clap::Args)]
struct FaultArguments {
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    #[arg(long)]
    json: bool,
    #[arg(long)]
    long: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    let What::Faults(arguments) = &arguments.what;
    let faults = chosen(&arguments.only)?;
    let content = if arguments.json {
        Content::Json
    } else {
        Content::Coloured
    };
    if !arguments.json {
        write(content, &header())?;
    }
    let mut all_well = true;
    for fault in faults {
        let outcome = provoke(fault, arguments.long);
        all_well &= outcome.is_ok();
        let line = if arguments.json {
            format!("{}\n", object(fault, &outcome))
        } else {
            row(fault, &outcome)
        };
        if write(content, &line)? == Audience::Gone {
            // Nobody wants to know of the others.
            return Ok(if all_well { 0 } else { FAILED });
        }
    }
    if !arguments.json {
        write(content, &legend())?;
    }
    Ok(if all_well { 0 } else { FAILED })
}

fn chosen(names: &[String]) -> anyhow::Result<Vec<&'static Fault>> {
    if names.is_empty() {
        return Ok(FAULTS.iter().collect());
    }
    let find = |name: &String| {
        FAULTS
            .iter()
            .find(|fault| fault.key == name)
            .ok_or_else(|| {
                let keys: Vec<_> = FAULTS.iter().map(|fault| fault.key).collect();
                UsageError(
                    Sentence::new("cli-no-fault")
                        .with("name", name)
                        .with("names", keys.join(", ")),
                )
                .into()
            })
    };
    names.iter().map(find).collect()
}

fn write(content: Content, text: &str) -> Result<Audience, OutputError> {
    to_stdout(content, |out| out.write_all(text.as_bytes()))
}

/// Room for what happened here; the longest there is.
const HERE_WIDTH: usize = 26;

fn title_width() -> usize {
    FAULTS
        .iter()
        .map(|fault| fault.title.len())
        .max()
        .unwrap_or(0)
}

/// The cells of one pool are as wide as its widest.
fn cell_widths() -> [usize; 6] {
    let mut widths = POOLS.map(|(short, _)| short.len());
    for cells in FAULTS.iter().filter_map(|fault| fault.elsewhere) {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.len());
        }
    }
    // Nothing stands behind the last one.
    widths[5] = 0;
    widths
}

fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

fn header() -> String {
    let pools: Vec<_> = POOLS
        .iter()
        .zip(cell_widths())
        .map(|((short, _), width)| format!("{short:<width$}"))
        .collect();
    let line = format!(
        "{:<6}  {:>8}  {:<title$}  {:<HERE_WIDTH$}  {}",
        "",
        "time",
        "fault",
        "here",
        pools.join("  "),
        title = title_width(),
    );
    format!("{}\n", styled(Style::new().bold(), line.trim_end()))
}

fn row(fault: &Fault, outcome: &Result<Shown, Surprise>) -> String {
    let (verdict, colour, time, here) = match outcome {
        Ok(shown) => (
            "ok",
            AnsiColor::Green,
            time(shown.seconds),
            printable_line(&shown.words),
        ),
        Err(_) => ("FAILED", AnsiColor::Red, String::new(), "".into()),
    };
    let cells: Vec<_> = fault
        .elsewhere
        .iter()
        .flatten()
        .zip(cell_widths())
        .map(|(cell, width)| styled(cell_style(cell), &format!("{cell:<width$}")))
        .collect();
    let reason = outcome.as_ref().err().map_or_else(String::new, |surprise| {
        format!(
            "        {}: {}\n",
            fault.key,
            printable(&surprise.to_string())
        )
    });
    let line = format!(
        "{}  {time:>8}  {:<title$}  {here:<HERE_WIDTH$}  {}",
        styled(colour.on_default(), &format!("{verdict:<6}")),
        fault.title,
        cells.join("  "),
        title = title_width(),
    );
    format!("{}\n{reason}", line.trim_end())
}

/// Who hangs or breaks stands out.
fn cell_style(cell: &str) -> Style {
    let bad = ["hang", "broken", "stopped"];
    if bad.iter().any(|word| cell.contains(word)) {
        AnsiColor::Red.on_default()
    } else {
        Style::new().dimmed()
    }
}

fn time(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.1} ms", seconds * 1000.0)
    } else {
        format!("{seconds:.2} s")
    }
}

fn legend() -> String {
    let names: Vec<_> = POOLS
        .iter()
        .filter(|(short, whole)| !whole.starts_with(short))
        .map(|(short, whole)| format!("{short} {whole}"))
        .chain(
            POOLS
                .iter()
                .filter(|(short, whole)| whole.starts_with(short))
                .map(|(_, whole)| (*whole).to_owned()),
        )
        .collect();
    format!("\n{}\n", names.join(", "))
}

fn object(fault: &Fault, outcome: &Result<Shown, Surprise>) -> Value {
    let elsewhere = fault.elsewhere.map(|cells| {
        POOLS
            .iter()
            .zip(cells)
            .map(|((_, whole), cell)| ((*whole).to_owned(), cell.into()))
            .collect::<Map<_, _>>()
    });
    json!({
        "fault": fault.key,
        "title": fault.title,
        "elsewhere": elsewhere,
        "ok": outcome.is_ok(),
        "here": outcome.as_ref().ok().map(|shown| &shown.words),
        "seconds": outcome.as_ref().ok().map(|shown| shown.seconds),
        "reason": outcome.as_ref().err().map(ToString::to_string),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_below_each_other() {
        let shown = Shown {
            words: "ok".to_owned(),
            seconds: 0.0123,
        };
        let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
        let header = plain(&header());
        let place = header.find("MP").unwrap();
        for fault in FAULTS {
            let row = plain(&row(fault, &Ok(shown.clone())));
            assert!(row.starts_with("ok       12.3 ms  "), "{row}");
            let found = row.get(place..).unwrap_or_default();
            let cell = fault.elsewhere.map_or("", |cells| cells[0]);
            assert!(found.starts_with(cell), "{header}{row}");
        }
        let failed = row(&FAULTS[0], &Err(Surprise("it hung".to_owned())));
        assert!(plain(&failed).contains("kill-task: it hung\n"), "{failed}");
    }
}
