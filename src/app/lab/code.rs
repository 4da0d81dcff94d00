//! The program that the run carries out, with the line at which its main is.

mod wrap;

use std::ops::Range;

use eframe::egui::{self, Align2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::scroll_target::is_scrolled;
use super::{Highlight, RunView};
use crate::app::command::RunSelection;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::widgets::empty_ui;

/// The height of a line.
const LINE: f32 = 20.0;
/// The width of the numbers.
const NUMBERS: f32 = 40.0;

/// How the listing is looked at.
#[derive(Clone, Debug, Default)]
pub struct CodePane {
    /// The line at which the main was in the last picture.
    current: Option<u32>,
    seen_selection: Option<RunSelection>,
    /// The first row of each line, and how many rows there are; a long line has several.
    first_rows: Vec<usize>,
    /// The rows that were wholly in sight in the last picture.
    shown: Range<usize>,
    /// The user scrolled main's line out of sight: no automatic scrolling until it is in sight again.
    is_away: bool,
    /// A selection made elsewhere has taken the picture away from the main's line, until the main moves on.
    is_lent: bool,
}

impl CodePane {
    /// Draws the listing.
    pub fn ui(&mut self, ui: &mut Ui, run: &RunView<'_>, listing: &[String]) {
        if listing.is_empty() {
            empty_ui(ui, run.theme, run.text.get("code-empty"));
            return;
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let font = theme::font(Face::Mono, theme::TEXT_S);
        let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&font, 'm'));
        let room = ui.available_size();
        let columns = ((room.x - NUMBERS - 2.0 * UNIT) / letter).max(1.0) as usize;
        self.lay_out(listing, columns);
        let mut area = ScrollArea::vertical().id_salt("code").auto_shrink(false);
        if self.shown.is_empty() {
            self.shown = 0..(room.y / LINE) as usize;
        }
        if let Some(row) = self.go_to(run) {
            let above = (room.y / LINE / 3.0).floor();
            area = area.vertical_scroll_offset((row as f32 - above).max(0.0) * LINE);
        }
        // The area takes the wheel's turn away: it has to be looked at before.
        let is_scrolled = is_scrolled(ui);
        let output = area.show_rows(ui, LINE, self.rows(), |ui, range| {
            let first = self.first_rows.partition_point(|row| *row <= range.start);
            for place in first.saturating_sub(1)..listing.len() {
                let Some(rows) = self.rows_of(place).filter(|rows| rows.start < range.end) else {
                    break;
                };
                if let Some(line) = listing.get(place) {
                    let number = u32::try_from(place + 1).unwrap_or(u32::MAX);
                    let parts = wrap::parts(line, columns);
                    // Of a line that begins above, the parts in sight.
                    let skipped = range.start.saturating_sub(rows.start);
                    let seen = parts.get(skipped..).unwrap_or_default();
                    let shown = CodeLine {
                        number,
                        line,
                        parts: seen,
                        is_begun: skipped > 0,
                        letter,
                    };
                    ui.push_id(number, |ui| self.line_ui(ui, run, &shown));
                }
            }
        });
        let offset = output.state.clamped_offset().y;
        let last = (offset + output.inner_rect.height()) / LINE;
        self.shown = (offset / LINE).ceil() as usize..last.floor() as usize;
        if self.is_in_sight() {
            self.is_away = false;
        } else if is_scrolled {
            self.is_away = true;
        }
    }

    /// Finds the first row of each line.
    fn lay_out(&mut self, listing: &[String], columns: usize) {
        self.first_rows.clear();
        let mut row = 0;
        for line in listing {
            self.first_rows.push(row);
            row += wrap::parts(line, columns).len();
        }
        self.first_rows.push(row);
    }

    /// How many rows all lines take.
    fn rows(&self) -> usize {
        self.first_rows.last().copied().unwrap_or_default()
    }

    /// The rows of a line, by its place from 0.
    fn rows_of(&self, place: usize) -> Option<Range<usize>> {
        Some(*self.first_rows.get(place)?..*self.first_rows.get(place + 1)?)
    }

    /// The first row of a line, by its number.
    fn row_of(&self, line: Option<u32>) -> Option<usize> {
        let place = usize::try_from(line?).ok()?.checked_sub(1)?;
        Some(self.rows_of(place)?.start)
    }

    /// Whether the main's line is in sight, or there is none.
    fn is_in_sight(&self) -> bool {
        self.row_of(self.current)
            .is_none_or(|row| self.shown.contains(&row))
    }

    /// The row to be brought into sight: that of the main, or that of a selection made elsewhere.
    fn go_to(&mut self, run: &RunView<'_>) -> Option<usize> {
        let current = run.state.current_line();
        if current != self.current {
            self.current = current;
            self.is_lent = false;
        }
        let mut wanted = self
            .row_of(current)
            .filter(|_| !self.is_away && !self.is_lent);
        if self.seen_selection != run.selection {
            self.seen_selection = run.selection;
            if let Some(row) = self.row_of(run.selection.and_then(|s| s.line(run.state))) {
                wanted = Some(row);
                self.is_lent = true;
            }
        }
        wanted.filter(|row| !self.shown.contains(row))
    }

    fn line_ui(&mut self, ui: &mut Ui, run: &RunView<'_>, shown: &CodeLine<'_>) {
        let theme = run.theme;
        let CodeLine { number, line, .. } = *shown;
        let size = vec2(ui.available_width(), LINE * shown.parts.len() as f32);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let is_current = self.current == Some(number);
        let mark = run.mark(|selection| selection.tie_to_code(run.state, number));
        run.point(&response, RunSelection::Line(number));
        response.widget_info(|| {
            let mut words = format!("{number} {line}");
            if is_current {
                words = format!("{words} ({})", run.text.get("code-here"));
            }
            WidgetInfo::selected(Role::ListItem, true, mark.is_in_selection(), words)
        });
        let painter = ui.painter();
        if is_current && mark != Highlight::Selected {
            painter.rect_filled(rect, 0, theme.faint(theme.accent));
        }
        run.row_ground(painter, rect, mark, &response);
        let y = rect.top() + LINE / 2.0;
        if is_current {
            let edge = Rect::from_min_max(rect.left_top(), pos2(rect.left() + 3.0, rect.bottom()));
            painter.rect_filled(edge, 0, theme.accent);
            arrow(painter, pos2(rect.left() + 2.5 * UNIT, y), theme.accent);
        }
        if !shown.is_begun {
            painter.text(
                pos2(rect.left() + NUMBERS - 2.0 * UNIT, y),
                Align2::RIGHT_CENTER,
                number,
                theme::font(Face::Regular, theme::TEXT_XS),
                theme.text_dim,
            );
        }
        let ink = if is_current {
            theme.text_strong
        } else {
            theme.text
        };
        let font = theme::font(Face::Mono, theme::TEXT_S);
        for (row, (indent, part)) in shown.parts.iter().enumerate() {
            let x = rect.left() + NUMBERS + *indent as f32 * shown.letter;
            let at = pos2(x, y + row as f32 * LINE);
            let words = line.get(part.clone()).unwrap_or_default();
            painter.text(at, Align2::LEFT_CENTER, words, font.clone(), ink);
        }
        if response.clicked() {
            // The pane that was clicked in does not scroll.
            self.seen_selection = (run.selection != Some(RunSelection::Line(number)))
                .then_some(RunSelection::Line(number));
            run.select(RunSelection::Line(number));
        }
    }
}

/// A line as it is drawn.
struct CodeLine<'a> {
    /// From 1.
    number: u32,
    line: &'a str,
    /// The parts that are in sight.
    parts: &'a [(usize, Range<usize>)],
    /// Whether its first part lies above.
    is_begun: bool,
    /// The width of a letter.
    letter: f32,
}

/// The mark of the line at which the main is.
fn arrow(painter: &egui::Painter, at: egui::Pos2, color: egui::Color32) {
    painter.add(egui::Shape::convex_polygon(
        vec![
            at + vec2(-3.0, -4.0),
            at + vec2(4.0, 0.0),
            at + vec2(-3.0, 4.0),
        ],
        color,
        egui::Stroke::NONE,
    ));
}
