//! Lines out of the pieces in which a pipe delivers them.

use crate::multiprocess::observer::Line;

/// Lines longer than this come in pieces, bytes.
pub(crate) const LONGEST_LINE: usize = 64 << 10;

/// Collects bytes until a line is whole.
#[derive(Debug, Default)]
pub(crate) struct LineAssembler {
    unfinished: Vec<u8>,
}

impl LineAssembler {
    /// Adds what was read, and appends the lines that are whole now.
    pub(crate) fn push(&mut self, mut bytes: &[u8], lines: &mut Vec<Line>) {
        while !bytes.is_empty() {
            let room = LONGEST_LINE - self.unfinished.len();
            let window = bytes.get(..room.min(bytes.len())).unwrap_or(bytes);
            if let Some(end) = memchr::memchr(b'\n', window) {
                self.unfinished
                    .extend_from_slice(window.get(..end).unwrap_or_default());
                lines.push(Line {
                    bytes: std::mem::take(&mut self.unfinished),
                    continued: false,
                    partial: false,
                });
                bytes = bytes.get(end + 1..).unwrap_or_default();
            } else {
                self.unfinished.extend_from_slice(window);
                bytes = bytes.get(window.len()..).unwrap_or_default();
                if self.unfinished.len() == LONGEST_LINE {
                    // A newline that is here already ends the line and begins no empty piece.
                    let ends_here = bytes.first() == Some(&b'\n');
                    lines.push(Line {
                        bytes: std::mem::take(&mut self.unfinished),
                        continued: !ends_here,
                        partial: false,
                    });
                    bytes = bytes.get(usize::from(ends_here)..).unwrap_or_default();
                }
            }
        }
    }

    /// The pipe has ended: what is unfinished is all there will be of it.
    pub(crate) fn finish(&mut self, lines: &mut Vec<Line>) {
        if !self.unfinished.is_empty() {
            lines.push(Line {
                bytes: std::mem::take(&mut self.unfinished),
                continued: false,
                partial: true,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assemble(pieces: &[&[u8]]) -> Vec<(usize, bool, bool)> {
        let mut assembler = LineAssembler::default();
        let mut lines = Vec::new();
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
