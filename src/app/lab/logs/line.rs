//! One line of the log.

use std::borrow::Cow;
use std::fmt::Write as _;

use eframe::egui::{Align, Align2, Label, Rect, Response, RichText, Ui, pos2, vec2};

use crate::app::lab::{Highlight, ProcessChip, RunView, figures};
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::widgets::paint_line;
use crate::run::event::Stream;
use crate::run::log::{LineKind, LogLine};
use crate::run::state::ReadLate;
use crate::text::Text;

use super::note;
use super::note::Severity;

/// So many characters of a line are drawn; the rest is counted.
const DRAWN: usize = 2000;

const TIME: f32 = 50.0;
const CHIP: f32 = 31.0;
/// The same where labels have two digits.
const WIDE_CHIP: f32 = 38.0;
const PID: f32 = 48.0;
const STREAM: f32 = 27.0;

/// A line made ready for the screen.
pub struct Drawn<'a> {
    chip: ProcessChip,
    time: String,
    text: String,
    origin: Origin,
    /// `out`, `err`, `note` or `alarm`.
    tag: &'a str,
    mark: Highlight,
}

/// Where a line comes from, as it looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Output(Stream),
    Note(Severity),
}

/// What a line says: what was written, or the note in words.
pub fn words<'a>(run: &RunView<'_>, line: &'a LogLine) -> Cow<'a, str> {
    match &line.kind {
        LineKind::Output(_) => Cow::Borrowed(&line.text),
        LineKind::Note(note) => Cow::Owned(note::words(run, line, note)),
    }
}

/// The word that says where a line comes from.
pub fn tag<'a>(run: &RunView<'a>, line: &LogLine) -> &'a str {
    match &line.kind {
        LineKind::Output(stream) => stream_word(run.text, *stream),
        LineKind::Note(note) if note::severity(run, line, note) == Severity::Error => {
            run.text.get("log-error")
        }
        LineKind::Note(_) => run.text.get("log-note"),
    }
}

/// `out` or `err`: the names that a shell knows.
pub fn stream_word(text: &Text, stream: Stream) -> &str {
    text.get(match stream {
        Stream::Stdout => "log-stdout",
        Stream::Stderr => "log-stderr",
        Stream::Other => "log-other-stream",
    })
}

impl<'a> Drawn<'a> {
    /// Makes a line ready.
    pub fn of(run: &RunView<'a>, line: &LogLine) -> Self {
        let mut text = visible(&words(run, line));
        if line.continued {
            text.push_str(run.text.get("log-continued"));
        }
        if line.partial {
            text.push_str(run.text.get("log-partial"));
        }
        if let Some(late) = run.state.read_late(line) {
            text.push_str(&late_words(run, late));
        }
        Self {
            chip: ProcessChip::of_pid(run.state, run.theme, line.pid),
            time: figures::moment(line.t),
            text,
            origin: match &line.kind {
                LineKind::Output(stream) => Origin::Output(*stream),
                LineKind::Note(note) => Origin::Note(note::severity(run, line, note)),
            },
            tag: tag(run, line),
            mark: run.mark(|selection| selection.tie_to_log(run.state, line)),
        }
    }

    /// Whether the line answers to what is selected.
    pub fn is_in_selection(&self) -> bool {
        self.mark.is_in_selection()
    }

    /// The line for a screen reader.
    pub fn label_and_pid(&self) -> String {
        format!(
            "{} {} {} {}",
            self.time,
            self.chip.label_and_pid(),
            self.tag,
            self.text
        )
    }

    /// Paints it; returns the width that it would like to have, and whether its words were cut.
    pub fn paint(
        &self,
        ui: &Ui,
        run: &RunView<'_>,
        rect: Rect,
        response: &Response,
        is_selected: bool,
    ) -> (f32, bool) {
        let theme = run.theme;
        let painter = ui.painter();
        let mark = if is_selected {
            Highlight::Selected
        } else {
            self.mark
        };
        run.row_ground(painter, rect, mark, response);
        let y = rect.center().y;
        let mut x = rect.left() + 2.0 * UNIT;
        painter.text(
            pos2(x + TIME - 2.5 * UNIT, y),
            Align2::RIGHT_CENTER,
            &self.time,
            theme::font(Face::Regular, theme::TEXT_XS),
            theme.text_dim,
        );
        x += TIME;
        let chip_right = self.chip.paint_chip(painter, pos2(x, y));
        let chip = if run.state.lane_order().len() < 10 {
            CHIP
        } else {
            WIDE_CHIP
        };
        x = (x + chip).max(chip_right + 1.5 * UNIT);
        painter.text(
            pos2(x, y),
            Align2::LEFT_CENTER,
            self.chip.pid.to_string(),
            theme::font(Face::Regular, theme::TEXT_S),
            theme.text_dim,
        );
        x += PID;
        let (mark, ink) = match self.origin {
            Origin::Output(Stream::Stdout | Stream::Other) => (None, theme.text),
            Origin::Output(Stream::Stderr) => (Some(theme.warning), theme.text),
            Origin::Note(Severity::Info) => (Some(theme.text_dim), theme.text_dim),
            Origin::Note(Severity::Warning) => (Some(theme.warning), theme.warning),
            Origin::Note(Severity::Error) => (Some(theme.error), theme.error),
        };
        let is_note = matches!(self.origin, Origin::Note(_));
        let tag = painter.layout_no_wrap(
            self.tag.to_owned(),
            theme::font(Face::Regular, theme::TEXT_XS),
            mark.unwrap_or(theme.text_dim),
        );
        let tag_width = tag.size().x;
        if let Some(color) = mark {
            // The word and its frame carry the meaning, not colour alone.
            let frame = Rect::from_min_size(pos2(x - 3.0, y - 7.0), vec2(tag_width + 6.0, 14.0));
            painter.rect_filled(frame, 3, theme.faint(color));
        }
        if is_note {
            // A note is no line of the program: a bar at the left says so, and its words are in the window's own face.
            let edge = Rect::from_min_size(rect.left_top(), vec2(3.0, rect.height()));
            painter.rect_filled(edge, 0, ink);
        }
        let at = pos2(x, y - tag.size().y / 2.0);
        painter.galley(at, tag, theme.text_dim);
        x += STREAM.max(tag_width + 2.0 * UNIT);
        let ink = if is_selected && !is_note {
            theme.text_strong
        } else {
            ink
        };
        let font = if is_note {
            theme::font(Face::Medium, theme::TEXT_S)
        } else {
            theme::font(Face::Mono, theme::TEXT_S)
        };
        let whole = painter.layout_no_wrap(self.text.clone(), font.clone(), ink);
        let wanted = x + whole.size().x - rect.left() + 2.0 * UNIT;
        // What goes on beyond the pane says so, however far the pane is moved sideways.
        let seen = Rect::from_x_y_ranges(x..=ui.clip_rect().right() - UNIT, rect.y_range());
        let is_cut = whole.size().x > seen.width() + 0.5;
        if is_cut {
            paint_line(painter, seen, Align::Min, &self.text, font, ink);
        } else {
            painter.galley(pos2(x, y - whole.size().y / 2.0), whole, ink);
        }
        (wanted, is_cut)
    }

    /// The words, in lines as long as a tooltip is wide.
    pub fn words_ui(&self, ui: &mut Ui, run: &RunView<'_>) {
        let font = theme::font(Face::Mono, theme::TEXT_S);
        let words = RichText::new(&self.text).font(font);
        ui.add(Label::new(words.color(run.theme.text_strong)).wrap());
    }
}

/// Why a line stands after the end of what wrote it.
fn late_words(run: &RunView<'_>, late: ReadLate) -> String {
    let time = |micros| ("time", figures::duration(micros).into());
    match late {
        ReadLate::Task(ix, micros) => {
            let task = run.state.task(ix).map_or("", |task| task.label.as_str());
            let args = [time(micros), ("task", task.into())];
            run.text.with("log-read-late-task", &args)
        }
        ReadLate::Process(micros) => run.text.with("log-read-late", &[time(micros)]),
    }
}

/// A line as it can be shown: control characters and invisible ones written out, a long one cut.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(DRAWN * 2));
    for (count, c) in text.chars().enumerate() {
        if count == DRAWN {
            let more = text.chars().count() - DRAWN;
            // Writing to a string cannot fail.
            write!(shown, "… (+{more})").ok();
            break;
        }
        match c {
            '\t' => shown.push_str("    "),
            '\0'..='\x1f' => {
                shown.push('^');
                shown.push(char::from(c as u8 + 0x40));
            }
            '\x7f' => shown.push_str("^?"),
            '\u{80}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => {
                write!(shown, "<U+{:04X}>", u32::from(c)).ok();
            }
            _ => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_line_is_invisible() {
        assert_eq!(visible("a\tb"), "a    b");
        assert_eq!(visible("\x1b[31mred\r\0\x7f"), "^[[31mred^M^@^?");
        assert_eq!(visible("x\u{202e}y\u{200b}"), "x<U+202E>y<U+200B>");
        assert_eq!(visible("进程 ✓"), "进程 ✓");
    }

    #[test]
    fn a_long_line_is_cut_and_says_so() {
        let shown = visible(&"é".repeat(DRAWN + 5));
        assert!(shown.ends_with("é… (+5)"));
    }
}
