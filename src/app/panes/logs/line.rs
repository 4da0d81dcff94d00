//! One line of the log.

use std::fmt::Write as _;

use eframe::egui::{Align2, Rect, Response, Ui, pos2, vec2};

use crate::app::lab::{RunView, Selection, Who, figures};
use crate::app::theme::{self, Face, UNIT};
use crate::run::event::Stream;
use crate::run::log::LogLine;

/// So many characters of a line are drawn; the rest is counted.
const DRAWN: usize = 2000;

const TIME: f32 = 50.0;
const CHIP: f32 = 31.0;
const PID: f32 = 48.0;
const STREAM: f32 = 27.0;

/// A line made ready for the screen.
pub struct Drawn {
    who: Who,
    time: String,
    text: String,
    stream: Stream,
    stream_word: &'static str,
    is_of_selection: bool,
}

/// `out` or `err`: the names that a shell knows.
pub fn stream_word(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "out",
        Stream::Stderr => "err",
    }
}

impl Drawn {
    /// Makes a line ready.
    pub fn of(run: &RunView<'_>, line: &LogLine) -> Self {
        let task = line.task.and_then(|task| run.state.task_of_number(task));
        let process = run.state.process_of_pid(line.pid);
        let is_of_selection = run.selection.is_some_and(|selection| {
            task.is_some_and(|task| selection.holds_task(run.state, task))
                || process.is_some_and(|ix| selection == Selection::Process(ix))
                || (selection == Selection::Main && run.state.main_pid() == Some(line.pid))
        });
        let mut text = visible(&line.text);
        if line.continued {
            text.push_str(run.text.get("log-continued"));
        }
        if line.partial {
            text.push_str(run.text.get("log-partial"));
        }
        Self {
            who: Who::of_pid(run.state, run.theme, line.pid),
            time: figures::moment(line.t),
            text,
            stream: line.stream,
            stream_word: stream_word(line.stream),
            is_of_selection,
        }
    }

    /// The line for a screen reader.
    pub fn spoken(&self) -> String {
        format!(
            "{} {} {} {}",
            self.time,
            self.who.spoken(),
            self.stream_word,
            self.text
        )
    }

    /// Paints it; returns the width that it would like to have.
    pub fn paint(
        &self,
        ui: &Ui,
        run: &RunView<'_>,
        rect: Rect,
        response: &Response,
        is_selected: bool,
    ) -> f32 {
        let theme = run.theme;
        let painter = ui.painter();
        if is_selected {
            painter.rect_filled(rect, 0, theme.selected);
        } else if self.is_of_selection {
            painter.rect_filled(rect, 0, theme.faint(theme.accent));
        } else if response.hovered() || response.has_focus() {
            painter.rect_filled(rect, 0, theme.hover);
        }
        let y = rect.center().y;
        let mono = |size| theme::font(Face::Mono, size);
        let mut x = rect.left() + 2.0 * UNIT;
        painter.text(
            pos2(x + TIME - 2.5 * UNIT, y),
            Align2::RIGHT_CENTER,
            &self.time,
            theme::font(Face::Regular, theme::TEXT_XS),
            theme.text_dim,
        );
        x += TIME;
        let chip_right = self.who.paint_chip(painter, pos2(x, y));
        x = (x + CHIP).max(chip_right + 1.5 * UNIT);
        painter.text(
            pos2(x, y),
            Align2::LEFT_CENTER,
            self.who.pid.to_string(),
            theme::font(Face::Regular, theme::TEXT_S),
            theme.text_dim,
        );
        x += PID;
        let is_error = self.stream == Stream::Stderr;
        if is_error {
            // Told by the word and its frame, not by colour alone.
            let tag = Rect::from_min_size(pos2(x - 3.0, y - 7.0), vec2(26.0, 14.0));
            painter.rect_filled(tag, 3, theme.faint(theme.warning));
        }
        painter.text(
            pos2(x, y),
            Align2::LEFT_CENTER,
            self.stream_word,
            theme::font(Face::Regular, theme::TEXT_XS),
            if is_error {
                theme.warning
            } else {
                theme.text_dim
            },
        );
        x += STREAM;
        let ink = if is_selected {
            theme.text_strong
        } else {
            theme.text
        };
        let drawn = painter.text(
            pos2(x, y),
            Align2::LEFT_CENTER,
            &self.text,
            mono(theme::TEXT_S),
            ink,
        );
        drawn.right() - rect.left() + 2.0 * UNIT
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
