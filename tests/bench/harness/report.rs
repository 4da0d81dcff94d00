//! Runs the rows that are wanted and prints what came out.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::Context as _;

use super::contest::Contest;
use super::figure::Figure;
use super::hogs::Hogs;
use super::options::Options;
use super::peer::Installed;
use super::row::{Rival, Row};
use super::table::{Line, Table};

/// Beside hogs there is only one thing to keep: not to be slower than anybody else.
const NEVER_BELOW: f64 = 1.0;

/// Measures, and prints line by line; what all rows have in common is said below the table.
pub fn run(options: &Options, rows: &[Row], common: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if options.list {
        for row in rows {
            writeln!(out, "{:<18}{}", row.name, row.what)?;
        }
        return Ok(());
    }
    if !options.bench {
        writeln!(out, "measures only when it is started by cargo bench")?;
        return Ok(());
    }
    let names: Vec<_> = rows.iter().map(|row| row.name).collect();
    let wanted: Vec<_> = rows
        .iter()
        .filter(|row| options.wants(row.name, &names))
        .collect();
    anyhow::ensure!(!wanted.is_empty(), "no row has such a name: see --list");
    let mut installed = Installed::new(&options.python);
    let python = installed.any();
    let mut table = Table::new(out, options.markdown);
    table.begin()?;
    for row in wanted {
        table.row(&measure(row, false, python, options, &mut installed)?)?;
        if options.hogs && row.beside_hogs {
            let _hogs = Hogs::start()?;
            table.row(&measure(row, true, python, options, &mut installed)?)?;
        }
    }
    let mut who = peers(&installed);
    if !python {
        who = format!(
            "No peers in Python: {} does not run here. {who}",
            options.python.display()
        );
    }
    table.end(&format!(
        "{} CPUs, {common}, all variants in turn, medians over rounds: {}. {who}",
        Hogs::count(),
        options.rounds(),
    ))
}

fn measure(
    row: &Row,
    beside_hogs: bool,
    python: bool,
    options: &Options,
    installed: &mut Installed,
) -> anyhow::Result<Vec<Line>> {
    let rivals = row.rivals.iter().copied();
    let rivals: Vec<_> = rivals
        .filter(|rival| python || !matches!(rival, Rival::Python(..)))
        .collect();
    let contest = Contest::hold(row, &rivals, options, installed, &mut progress())
        .with_context(|| format!("row {}", row.name))?;
    clear_progress();
    let mut lines = Vec::new();
    for figure in row.figures {
        let mut title = format!("{} {}", row.name, figure.title)
            .trim_end()
            .to_owned();
        let mut commitment = (figure.ratio, figure.bound);
        if beside_hogs {
            title = format!("{title}, {} hogs", Hogs::count());
            commitment = (figure.ratio.map(|_quiet| NEVER_BELOW), None);
        }
        let figure = &Figure {
            ratio: commitment.0,
            bound: commitment.1,
            ..*figure
        };
        let standing = contest
            .standing(figure)
            .with_context(|| format!("row {} gave no {}", row.name, figure.key))?;
        lines.push(Line::new(title, figure, &standing));
    }
    if let Some(last) = lines.last_mut() {
        last.notes.extend(
            contest
                .failed
                .iter()
                .map(|(name, why)| format!("{name} failed: {why}")),
        );
    }
    Ok(lines)
}

/// Who took part and who did not; nothing where nobody was asked.
fn peers(installed: &Installed) -> String {
    let present: Vec<_> = installed
        .present()
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    let missing: Vec<_> = installed.missing().collect();
    [
        ("Peers", present.join(", ")),
        ("Skipped, not installed", missing.join(", ")),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(title, names)| format!("{title}: {names}."))
    .collect::<Vec<_>>()
    .join(" ")
}

/// Says on a terminal who is running, in a line that is overwritten.
fn progress() -> impl FnMut(&str) {
    let shown = io::stderr().is_terminal();
    move |words| {
        if shown {
            // Of no use to anybody but whoever is looking.
            write!(io::stderr(), "\r\x1b[K{words}").ok();
        }
    }
}

fn clear_progress() {
    progress()("");
}
