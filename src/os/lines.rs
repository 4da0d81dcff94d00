//! Lines of output: what one is, and how they are made of the pieces in which a pipe delivers them.

use serde::{Deserialize, Serialize};

/// Lines longer than this come in pieces, bytes.
pub(crate) const LONGEST_LINE: usize = 64 << 10;

/// How much is read at a time, bytes.
pub(crate) const READ_BYTES: usize = 64 << 10;

/// Which pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pipe {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// One line, or a piece of a very long one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its bytes without the newline.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// Goes on in the next piece.
    pub continued: bool,
    /// The pipe ended without a newline.
    pub partial: bool,
}

/// One line where it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRef<'a> {
    /// Its bytes without the newline.
    pub bytes: &'a [u8],
    /// Goes on in the next piece.
    pub continued: bool,
    /// The pipe ended without a newline.
    pub partial: bool,
}

impl LineRef<'_> {
    /// A copy that can be sent on.
    pub fn to_line(self) -> Line {
        Line {
            bytes: self.bytes.to_vec(),
            continued: self.continued,
            partial: self.partial,
        }
    }
}

impl Line {
    /// Where it stands in its own bytes.
    pub(crate) fn span(&self) -> LineSpan {
        LineSpan {
            start: 0,
            end: self.bytes.len(),
            continued: self.continued,
            partial: self.partial,
        }
    }
}

/// Lines that were read together, at least one: a child that writes much is told of in few events.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a> {
    bytes: &'a [u8],
    spans: &'a [LineSpan],
}

/// Where a line stands among bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineSpan {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) continued: bool,
    pub(crate) partial: bool,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(bytes: &'a [u8], spans: &'a [LineSpan]) -> Self {
        Self { bytes, spans }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// One after the other, as they were written.
    pub fn iter(&self) -> impl Iterator<Item = LineRef<'a>> + use<'a> {
        let bytes = self.bytes;
        self.spans.iter().map(move |span| LineRef {
            bytes: bytes.get(span.start..span.end).unwrap_or_default(),
            continued: span.continued,
            partial: span.partial,
        })
    }
}

/// Lines that were read together, where they were read to.
#[derive(Debug, Default)]
pub(crate) struct LineBatch {
    /// What was read stands before `end`; what is beyond is room.
    bytes: Vec<u8>,
    end: usize,
    spans: Vec<LineSpan>,
}

impl LineBatch {
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The lines, in order.
    pub(crate) fn lines(&self) -> Lines<'_> {
        Lines::new(&self.bytes, &self.spans)
    }

    /// Forgets the lines, but keeps the room for the next ones.
    pub(crate) fn clear(&mut self) {
        self.end = 0;
        self.spans.clear();
    }

    /// Room for one read, so far behind what is there.
    fn room(&mut self, gap: usize) -> &mut [u8] {
        let start = self.end + gap;
        if self.bytes.len() < start + READ_BYTES {
            self.bytes.resize(start + READ_BYTES, 0);
        }
        self.bytes
            .get_mut(start..start + READ_BYTES)
            .unwrap_or_default()
    }

    fn add(&mut self, start: usize, end: usize, continued: bool, partial: bool) {
        self.spans.push(LineSpan {
            start,
            end,
            continued,
            partial,
        });
    }
}

/// Keeps the beginning of a line until the rest of it comes.
#[derive(Debug, Default)]
pub(crate) struct LineAssembler {
    unfinished: Vec<u8>,
}

impl LineAssembler {
    /// Reads once, and appends the lines that are whole now; returns what `read` did. Nothing is copied but the beginning of a
    /// line whose end comes later.
    pub(crate) fn read<E>(
        &mut self,
        lines: &mut LineBatch,
        read: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        let known = self.unfinished.len();
        let count = read(lines.room(known))?;
        let (begin, fresh) = (lines.end, lines.end + known);
        let end = fresh + count;
        let new = lines.bytes.get(fresh..end).unwrap_or_default();
        if known + count < LONGEST_LINE && memchr::memchr(b'\n', new).is_none() {
            self.unfinished.extend_from_slice(new);
            return Ok(count);
        }
        if let Some(gap) = lines.bytes.get_mut(begin..fresh) {
            gap.copy_from_slice(&self.unfinished);
        }
        self.unfinished.clear();
        let rest = Self::cut(lines, begin, fresh, end);
        let rest = lines.bytes.get(rest..end).unwrap_or_default();
        self.unfinished.extend_from_slice(rest);
        lines.end = end;
        Ok(count)
    }

    /// Finds the lines in what was read; `begin` is where the first one begins, and before `fresh` there is no newline. Returns
    /// where the one begins that is not whole.
    fn cut(lines: &mut LineBatch, mut begin: usize, fresh: usize, end: usize) -> usize {
        let LineBatch { bytes, spans, .. } = lines;
        let new = bytes.get(fresh..end).unwrap_or_default();
        let mut add = |start, end, continued| {
            spans.push(LineSpan {
                start,
                end,
                continued,
                partial: false,
            });
        };
        for newline in memchr::memchr_iter(b'\n', new) {
            let newline = fresh + newline;
            while newline - begin > LONGEST_LINE {
                add(begin, begin + LONGEST_LINE, true);
                begin += LONGEST_LINE;
            }
            add(begin, newline, false);
            begin = newline + 1;
        }
        while end - begin >= LONGEST_LINE {
            add(begin, begin + LONGEST_LINE, true);
            begin += LONGEST_LINE;
        }
        begin
    }

    /// The pipe has ended: what is unfinished is all there will be of it.
    pub(crate) fn finish(&mut self, lines: &mut LineBatch) {
        let unfinished = std::mem::take(&mut self.unfinished);
        if unfinished.is_empty() {
            return;
        }
        let start = lines.end;
        if let Some(room) = lines.room(0).get_mut(..unfinished.len()) {
            room.copy_from_slice(&unfinished);
        }
        lines.end += unfinished.len();
        lines.add(start, lines.end, false, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assemble(pieces: &[&[u8]]) -> Vec<(usize, bool, bool)> {
        let mut assembler = LineAssembler::default();
        let mut lines = LineBatch::default();
        for piece in pieces.iter().flat_map(|piece| piece.chunks(READ_BYTES)) {
            let read = assembler.read(&mut lines, |room| {
                room[..piece.len()].copy_from_slice(piece);
                Ok::<_, ()>(piece.len())
            });
            assert_eq!(read, Ok(piece.len()));
        }
        assembler.finish(&mut lines);
        lines
            .lines()
            .iter()
            .map(|line| (line.bytes.len(), line.continued, line.partial))
            .collect()
    }

    #[test]
    fn lines_are_whole_however_they_come() {
        assert_eq!(
            assemble(&[b"one\ntw", b"o\n\nrest"]),
            [
                (3, false, false),
                (3, false, false),
                (0, false, false),
                (4, false, true)
            ]
        );
        assert_eq!(assemble(&[]), []);
    }

    #[test]
    fn lines_have_their_bytes_whatever_is_read_at_a_time() {
        let text: Vec<u8> = (0..2000_usize)
            .flat_map(|n| format!("{n}{}\n", "x".repeat(n % 97)).into_bytes())
            .collect();
        for piece in [1, 7, 100, 4096, READ_BYTES] {
            let (mut assembler, mut lines) = (LineAssembler::default(), LineBatch::default());
            let mut seen = Vec::new();
            for bytes in text.chunks(piece) {
                let read = |room: &mut [u8]| {
                    room[..bytes.len()].copy_from_slice(bytes);
                    Ok::<_, ()>(bytes.len())
                };
                assembler.read(&mut lines, read).unwrap();
                if lines.lines().len() > 3 {
                    seen.extend(lines.lines().iter().map(|line| line.bytes.to_vec()));
                    lines.clear();
                }
            }
            seen.extend(lines.lines().iter().map(|line| line.bytes.to_vec()));
            seen.push(Vec::new());
            assert!(seen.join(&b'\n') == text, "{piece} bytes at a time");
        }
    }

    #[test]
    fn a_very_long_line_comes_in_pieces() {
        let long = vec![b'x'; LONGEST_LINE + 5];
        assert_eq!(
            assemble(&[&long, b"\n"]),
            [(LONGEST_LINE, true, false), (5, false, false)]
        );
        let mut exact = vec![b'x'; LONGEST_LINE];
        exact.push(b'\n');
        let (head, tail) = exact.split_at(100);
        assert_eq!(assemble(&[head, tail]), [(LONGEST_LINE, false, false)]);
        let (head, tail) = exact.split_at(LONGEST_LINE);
        assert_eq!(
            assemble(&[head, tail]),
            [(LONGEST_LINE, true, false), (0, false, false)]
        );
    }
}
