//! Lines of a program in a given width: what does not fit goes on below, further in than the line began.

use std::ops::Range;

/// How much further in a line goes on than it began, letters.
const HANG: usize = 4;

/// A line cut into parts, each with how far in it stands, in letters.
pub type LineParts = Vec<(usize, Range<usize>)>;

/// Cuts a line so that no part has more than `columns` letters, before a word where there is one.
pub fn parts(line: &str, columns: usize) -> LineParts {
    let begin = line.chars().take_while(|c| *c == ' ').count();
    let words = line.get(begin..).unwrap_or_default();
    let width = width_of(words);
    if begin + width <= columns {
        return vec![(0, 0..line.len())];
    }
    // A line that stands far in moves out: as far as it has to, or as far as leaves room for words.
    let most = columns / 3;
    if width <= columns && columns - width >= begin.min(most) {
        return vec![(columns - width, begin..line.len())];
    }
    let first = begin.min(most);
    let hang = (first + HANG).min(columns / 2);
    let mut parts = Vec::new();
    let mut at = begin;
    let mut indent = first;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        let room = columns.saturating_sub(indent).max(1);
        let Some(end) = end_of(rest, room) else {
            parts.push((indent, at..line.len()));
            return parts;
        };
        let end = break_before(rest, end);
        parts.push((indent, at..at + end));
        at += end;
        at += line
            .get(at..)
            .map_or(0, |rest| rest.len() - rest.trim_start().len());
        indent = hang;
    }
}

/// How many letters' room a text takes.
fn width_of(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// How many bytes the first letters take that have this room; `None` if all have.
fn end_of(text: &str, room: usize) -> Option<usize> {
    let mut used = 0;
    for (place, c) in text.char_indices() {
        used += if is_wide(c) { 2 } else { 1 };
        if used > room {
            return Some(place.max(text.chars().next().map_or(1, char::len_utf8)));
        }
    }
    None
}

/// The last place up to `end` at which a word, an argument or a bracket begins or ends.
fn break_before(text: &str, end: usize) -> usize {
    let fits = text.get(..end).unwrap_or_default();
    let next_is_space = text.get(end..).is_some_and(|rest| rest.starts_with(' '));
    if next_is_space {
        return end;
    }
    let after = |letters: &[char]| {
        let place = fits.rfind(letters).map(|place| place + 1);
        place.filter(|place| *place * 4 > end)
    };
    after(&[' ', ',', '(', '[', '{'])
        .or_else(|| after(&['=']))
        .unwrap_or(end)
}

/// Whether a letter takes the room of two.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, columns: usize) -> Vec<String> {
        parts(line, columns)
            .into_iter()
            .map(|(indent, range)| format!("{}{}", " ".repeat(indent), &line[range]))
            .collect()
    }

    #[test]
    fn a_line_that_fits_is_one_part() {
        assert_eq!(shown("    pool.join()", 40), ["    pool.join()"]);
        assert_eq!(shown("", 40), [""]);
    }

    #[test]
    fn a_long_line_goes_on_further_in() {
        let line = "    pool.apply_async(work, (name, i), callback=callback_work)";
        assert_eq!(
            shown(line, 36),
            [
                "    pool.apply_async(work, (name, ",
                "        i), callback=callback_work)",
            ]
        );
        for columns in 1..80 {
            let parts = parts(line, columns);
            let all: String = parts
                .iter()
                .map(|(_, range)| &line[range.clone()])
                .collect();
            assert_eq!(all.replace(' ', ""), line.replace(' ', ""), "{columns}");
            for (indent, range) in &parts {
                let letters = indent + line[range.clone()].trim_end().chars().count();
                assert!(letters <= columns, "{letters} in {columns}");
            }
        }
    }

    #[test]
    fn a_line_that_stands_far_in_moves_out() {
        let line = "                      callback=f)";
        assert_eq!(shown(line, 20), ["         callback=f)"]);
        let line = "                      Process(target=consumer, args=(food,))]";
        assert_eq!(
            shown(line, 33),
            [
                "           Process(",
                "               target=consumer, ",
                "               args=(food,))]",
            ]
        );
    }

    #[test]
    fn a_word_is_cut_only_where_nothing_else_is_left() {
        assert_eq!(
            shown("error_callback=error_callback_work)", 24),
            ["error_callback=", "    error_callback_work)"]
        );
        assert_eq!(shown("abcdefghijkl", 8), ["abcdefgh", "    ijkl"]);
    }

    #[test]
    fn letters_of_two_columns_are_cut_whole() {
        let line = "print(\"进程进程进程进程进程进程\")";
        let all: String = parts(line, 12)
            .iter()
            .map(|(_, range)| &line[range.clone()])
            .collect();
        assert_eq!(all, line);
    }
}
