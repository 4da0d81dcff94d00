//! One line of text in a given width: cut with `…` where it does not fit.

use std::borrow::Cow;
use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{Align, Color32, FontId, Galley, Painter, Rect, TextFormat, pos2};

/// Lays `text` out in one line of at most `width` points.
pub fn line_galley(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: Color32,
    width: f32,
) -> Arc<Galley> {
    lines_galley(painter, text, font, color, width, 1)
}

/// Lays `text` out in so many lines at most, of at most `width` points; several break between words.
pub fn lines_galley(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: Color32,
    width: f32,
    lines: usize,
) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(
        printable(text).into_owned(),
        TextFormat::simple(font, color),
    );
    job.wrap = TextWrapping {
        max_width: width.max(0.0),
        max_rows: lines,
        break_anywhere: lines == 1,
        ..TextWrapping::default()
    };
    painter.layout_job(job)
}

/// Paints one line, vertically in the middle of `rect`; true if it had to be cut.
pub fn paint_line(
    painter: &Painter,
    rect: Rect,
    align: Align,
    text: &str,
    font: FontId,
    color: Color32,
) -> bool {
    let galley = line_galley(painter, text, font, color, rect.width());
    let x = match align {
        Align::Min => rect.left(),
        Align::Center => rect.center().x - galley.size().x / 2.0,
        Align::Max => rect.right() - galley.size().x,
    };
    let y = rect.center().y - galley.size().y / 2.0;
    let is_cut = galley.elided;
    painter.galley(pos2(x, y.round()), galley, color);
    is_cut
}

/// The text in one line: a control character would break it and shows as a space.
fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        text.chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect::<String>()
            .into()
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_break_the_line() {
        assert_eq!(printable("a\nb\tc\u{1b}[0m"), "a b c [0m");
        assert!(matches!(printable("plain"), Cow::Borrowed("plain")));
    }
}
