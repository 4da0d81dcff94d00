//! The table, as text or as Markdown.

use std::io::Write;

use super::contest::{Opponent, Standing};
use super::figure::{Figure, Verdict, show_ratio};

/// What the columns are called.
const HEAD: [&str; 5] = ["", "Proclab", "best peer", "ratio (range)", "commitment"];

/// How wide they are as text.
const WIDTHS: [usize; 5] = [27, 12, 31, 24, 0];

/// Prints each row as soon as it is there.
pub struct Table<W> {
    out: W,
    markdown: bool,
}

/// One figure as it is written.
pub struct Line {
    cells: [String; 5],
    /// What else there is to say, only as text.
    pub notes: Vec<String>,
}

impl Line {
    /// What a figure's cells say.
    pub fn new(title: String, figure: &Figure, standing: &Standing) -> Self {
        let none = || "-".to_owned();
        let show = |rival: &Opponent| format!("{} {}", rival.name, figure.unit.show(rival.value));
        let best = standing.rivals.first();
        let ratio = best.map_or_else(none, |best| {
            let ratio = &best.ratio;
            let [median, least, most] = [ratio.median, ratio.least, ratio.most].map(show_ratio);
            format!("{median}x ({least}-{most})")
        });
        let commitment = figure.commitment();
        let commitment = match figure.verdict(&standing.ours, best.map(|best| &best.ratio)) {
            Some(Verdict::Kept) => format!("{commitment}: kept"),
            Some(Verdict::KeptByMedian) => format!("{commitment}: kept by the median"),
            Some(Verdict::NotYet) => format!("{commitment}: not yet"),
            None => commitment,
        };
        let others: Vec<_> = standing.rivals.iter().skip(1).map(show).collect();
        let others = (!others.is_empty()).then(|| others.join(", "));
        let ours = figure.unit.show(standing.ours.median);
        Self {
            cells: [title, ours, best.map_or_else(none, show), ratio, commitment],
            notes: others.into_iter().collect(),
        }
    }
}

impl<W: Write> Table<W> {
    /// Nothing is printed yet.
    pub fn new(out: W, markdown: bool) -> Self {
        Self { out, markdown }
    }

    /// Prints the head.
    pub fn begin(&mut self) -> anyhow::Result<()> {
        self.cells(HEAD)?;
        if self.markdown {
            self.cells(["---", "--:", "---", "--:", "---"])?;
        }
        Ok(())
    }

    /// Prints a row.
    pub fn row(&mut self, lines: &[Line]) -> anyhow::Result<()> {
        for line in lines {
            self.cells(line.cells.each_ref().map(String::as_str))?;
            if !self.markdown {
                for note in &line.notes {
                    writeln!(self.out, "    {note}")?;
                }
            }
        }
        Ok(self.out.flush()?)
    }

    /// Prints under which circumstances all this came out.
    pub fn end(&mut self, words: &str) -> anyhow::Result<()> {
        writeln!(self.out, "\n{words}")?;
        Ok(())
    }

    fn cells(&mut self, cells: [&str; 5]) -> anyhow::Result<()> {
        if self.markdown {
            writeln!(self.out, "| {} |", cells.join(" | "))?;
        } else {
            let padded = cells.into_iter().zip(WIDTHS);
            let padded: Vec<_> = padded
                .map(|(cell, width)| format!("{cell:<width$} "))
                .collect();
            writeln!(self.out, "{}", padded.concat().trim_end())?;
        }
        Ok(())
    }
}
