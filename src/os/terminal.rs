//! Text that others wrote, on a terminal: nothing in it is obeyed there.

use std::borrow::Cow;
use std::io::{self, Write};

/// Stands where a character was that a terminal would have obeyed.
const SHOWN_INSTEAD: char = '\u{fffd}';

/// Whether a terminal acts on a character instead of showing it: control characters (C0, DEL and C1, which begin escape
/// sequences) and those that turn the direction of the text around them, so that it reads as something else. Line ends and
/// tabs are among them.
pub fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// The text with U+FFFD for whatever a terminal would obey, but for line ends and tabs.
pub fn printable(text: &str) -> Cow<'_, str> {
    replaced(text, |c| is_obeyed(c) && c != '\n' && c != '\t')
}

/// The same in one line: no line ends either.
pub fn printable_line(text: &str) -> Cow<'_, str> {
    replaced(text, |c| is_obeyed(c) && c != '\t')
}

fn replaced(text: &str, is_out: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.contains(&is_out) {
        let shown = text
            .chars()
            .map(|c| if is_out(c) { SHOWN_INSTEAD } else { c });
        Cow::Owned(shown.collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// What is written, and so what can stand for a character in it that a terminal would obey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// Words or CSV: U+FFFD.
    Text,
    /// JSON, in which such characters occur within strings alone: their escapes, so that the value stays what it is.
    Json,
}

/// Writes UTF-8 to a terminal without what it would obey.
#[derive(Debug)]
pub struct Terminal<W> {
    out: W,
    notation: Notation,
    /// The beginning of a character, or of a line end, whose rest is still to come.
    begun: Vec<u8>,
}

impl<W> Terminal<W> {
    /// One that writes to `out`.
    pub const fn new(out: W, notation: Notation) -> Self {
        Self {
            out,
            notation,
            begun: Vec::new(),
        }
    }

    /// What is shown for whole characters; a line end of two characters, as CSV has them, stays one.
    fn shown(&self, text: &str, shown: &mut String) {
        use std::fmt::Write as _;
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let is_line_end = c == '\r' && rest.peek() == Some(&'\n');
            if !is_obeyed(c) || matches!(c, '\n' | '\t') || is_line_end {
                shown.push(c);
            } else if self.notation == Notation::Json {
                // Writing to a String cannot fail. All of them are below U+10000: one escape each.
                write!(shown, "\\u{:04x}", u32::from(c)).ok();
            } else {
                shown.push(SHOWN_INSTEAD);
            }
        }
    }
}

impl<W: Write> Write for Terminal<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = std::mem::take(&mut self.begun);
        text.extend_from_slice(bytes);
        let mut shown = String::with_capacity(text.len());
        let mut rest = &*text;
        loop {
            // A line end may be cut in two, too.
            let (whole, held) = match rest {
                [whole @ .., b'\r'] => (whole, 1),
                whole => (whole, 0),
            };
            match str::from_utf8(whole) {
                Ok(whole) => {
                    self.shown(whole, &mut shown);
                    self.begun = rest[rest.len() - held..].to_vec();
                    break;
                }
                Err(error) => {
                    let (valid, after) = rest.split_at(error.valid_up_to());
                    self.shown(str::from_utf8(valid).unwrap_or_default(), &mut shown);
                    let Some(length) = error.error_len() else {
                        self.begun = after.to_vec();
                        break;
                    };
                    shown.push(SHOWN_INSTEAD);
                    rest = after.get(length..).unwrap_or_default();
                }
            }
        }
        self.out.write_all(shown.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_replaced_and_all_else_stays() {
        let table = [
            ("plain wörter 进程 🦀\tx", "plain wörter 进程 🦀\tx"),
            ("\u{1b}]0;pwn\u{7}", "\u{fffd}]0;pwn\u{fffd}"),
            ("a\u{9b}31m", "a\u{fffd}31m"),
            ("a\u{7f}\u{8}\rb", "a\u{fffd}\u{fffd}\u{fffd}b"),
            (
                "\u{202e}cba\u{2069}\u{200f}\u{61c}",
                "\u{fffd}cba\u{fffd}\u{fffd}\u{fffd}",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(printable(text), expected);
            assert_eq!(printable_line(text), expected);
        }
        assert_eq!(printable("a\nb"), "a\nb");
        assert_eq!(printable_line("a\nb"), "a\u{fffd}b");
    }

    fn written(pieces: &[&[u8]], notation: Notation) -> String {
        let mut out = Vec::new();
        let mut terminal = Terminal::new(&mut out, notation);
        for piece in pieces {
            terminal.write_all(piece).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn wherever_a_write_is_cut_the_same_is_shown() {
        let text = "\u{202e}a,\u{9b}é🦀\r\nb\rc\n".as_bytes();
        let expected = "\u{fffd}a,\u{fffd}é🦀\r\nb\u{fffd}c\n";
        for cut in 0..=text.len() {
            let (one, other) = text.split_at(cut);
            assert_eq!(written(&[one, other], Notation::Text), expected, "{cut}");
        }
        let bytes: Vec<_> = text.chunks(1).collect();
        assert_eq!(written(&bytes, Notation::Text), expected);
        assert_eq!(
            written(&[b"a\xff\x9bb\n"], Notation::Text),
            "a\u{fffd}\u{fffd}b\n"
        );
    }

    #[test]
    fn json_says_the_same_on_a_terminal() {
        let value = serde_json::json!({"a": "\u{202e}x\u{9b}y\u{7f}\u{1b}\n", "进程": 1});
        let text = serde_json::to_string_pretty(&value).unwrap() + "\n";
        let shown = written(&[text.as_bytes()], Notation::Json);
        assert!(shown.chars().all(|c| !is_obeyed(c) || c == '\n'), "{shown}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            value
        );
    }
}
