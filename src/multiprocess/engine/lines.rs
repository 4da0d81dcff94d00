//! Lines out of the pieces in which a pipe delivers them.

use crate::multiprocess::observer::LineRef;

/// Lines longer than this come in pieces, bytes.
pub(crate) const LONGEST_LINE: usize = 64 << 10;

/// Lines that were read together, one after the other in one piece of memory.
#[derive(Debug, Default)]
pub(crate) struct LineBatch {
    bytes: Vec<u8>,
    ends: Vec<LineEnd>,
}

#[derive(Clone, Copy, Debug)]
struct LineEnd {
    /// Where it ends in the bytes.
    at: usize,
    continued: bool,
    partial: bool,
}

impl LineBatch {
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The lines, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = LineRef<'_>> {
        let mut begin = 0;
        self.ends.iter().map(move |end| {
            let bytes = self.bytes.get(begin..end.at).unwrap_or_default();
            begin = end.at;
            LineRef {
                bytes,
                continued: end.continued,
                partial: end.partial,
            }
        })
    }

    /// Forgets the lines, but keeps the room for the next ones.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn end_line(&mut self, rest: &[u8], continued: bool, partial: bool) {
        self.bytes.extend_from_slice(rest);
        self.ends.push(LineEnd {
            at: self.bytes.len(),
            continued,
            partial,
        });
    }
}

/// Collects bytes until a line is whole.
#[derive(Debug, Default)]
pub(crate) struct LineAssembler {
    unfinished: Vec<u8>,
}

impl LineAssembler {
    /// Adds what was read, and appends the lines that are whole now.
    pub(crate) fn push(&mut self, mut bytes: &[u8], lines: &mut LineBatch) {
        while !bytes.is_empty() {
            let room = LONGEST_LINE - self.unfinished.len();
            let window = bytes.get(..room.min(bytes.len())).unwrap_or(bytes);
            if let Some(end) = memchr::memchr(b'\n', window) {
                self.begin(lines);
                lines.end_line(window.get(..end).unwrap_or_default(), false, false);
                bytes = bytes.get(end + 1..).unwrap_or_default();
            } else if window.len() == room {
                self.begin(lines);
                bytes = bytes.get(room..).unwrap_or_default();
                // A newline that is here already ends the line and begins no empty piece.
                let ends_here = bytes.first() == Some(&b'\n');
                lines.end_line(window, !ends_here, false);
                bytes = bytes.get(usize::from(ends_here)..).unwrap_or_default();
            } else {
                self.unfinished.extend_from_slice(window);
                return;
            }
        }
    }

    /// What came of the line before.
    fn begin(&mut self, lines: &mut LineBatch) {
        lines.bytes.extend_from_slice(&self.unfinished);
        self.unfinished.clear();
    }

    /// The pipe has ended: what is unfinished is all there will be of it.
    pub(crate) fn finish(&mut self, lines: &mut LineBatch) {
        if !self.unfinished.is_empty() {
            lines.end_line(&self.unfinished, false, true);
            self.unfinished = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assemble(pieces: &[&[u8]]) -> Vec<(usize, bool, bool)> {
        let mut assembler = LineAssembler::default();
        let mut lines = LineBatch::default();
        pieces
            .iter()
            .for_each(|piece| assembler.push(piece, &mut lines));
        assembler.finish(&mut lines);
        lines
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
    fn a_very_long_line_comes_in_pieces() {
        let long = vec![b'x'; LONGEST_LINE + 5];
        assert_eq!(
            assemble(&[&long, b"\n"]),
            [(LONGEST_LINE, true, false), (5, false, false)]
        );
        let mut exact = vec![b'x'; LONGEST_LINE];
        exact.push(b'\n');
        assert_eq!(assemble(&[&exact]), [(LONGEST_LINE, false, false)]);
        let (head, tail) = exact.split_at(LONGEST_LINE);
        assert_eq!(
            assemble(&[head, tail]),
            [(LONGEST_LINE, true, false), (0, false, false)]
        );
    }
}
