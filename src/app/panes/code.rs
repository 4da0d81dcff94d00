//! The program that the run carries out, with the line at which its main is.

use std::ops::Range;

use eframe::egui::{self, Align2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::sight::is_scrolled;
use crate::app::lab::{Mark, RunView, Selection};
use crate::app::theme::{self, Face, UNIT};
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
    seen_selection: Option<Selection>,
    /// The rows that were wholly in sight in the last picture.
    shown: Range<usize>,
    /// Whoever scrolled the main's line out of sight is left in peace until it is in sight again.
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
        let widest = listing
            .iter()
            .map(|line| line.chars().count())
            .max()
            .unwrap_or(0) as f32;
        let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&font, 'm'));
        let room = ui.available_size();
        let width = (NUMBERS + widest * letter + 4.0 * UNIT).max(room.x);
        let mut area = ScrollArea::both().id_salt("code").auto_shrink(false);
        if self.shown.is_empty() {
            self.shown = 0..(room.y / LINE) as usize;
        }
        if let Some(row) = self.go_to(run, listing.len()) {
            let above = (room.y / LINE / 3.0).floor();
            area = area.vertical_scroll_offset((row as f32 - above).max(0.0) * LINE);
        }
        // The area takes the wheel's turn away: it has to be looked at before.
        let is_scrolled = is_scrolled(ui);
        let output = area.show_rows(ui, LINE, listing.len(), |ui, range| {
            for place in range {
                if let Some(line) = listing.get(place) {
                    let number = u32::try_from(place + 1).unwrap_or(u32::MAX);
                    ui.push_id(number, |ui| self.line_ui(ui, run, number, line, width));
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

    /// Whether the main's line is in sight, or there is none.
    fn is_in_sight(&self) -> bool {
        row_of(self.current).is_none_or(|row| self.shown.contains(&row))
    }

    /// The row to be brought into sight: that of the main, or that of a selection made elsewhere.
    fn go_to(&mut self, run: &RunView<'_>, rows: usize) -> Option<usize> {
        let current = run.state.current_line();
        if current != self.current {
            self.current = current;
            self.is_lent = false;
        }
        let mut wanted = row_of(current).filter(|_| !self.is_away && !self.is_lent);
        if self.seen_selection != run.selection {
            self.seen_selection = run.selection;
            if let Some(row) = row_of(run.selection.and_then(|s| s.line(run.state))) {
                wanted = Some(row);
                self.is_lent = true;
            }
        }
        wanted.filter(|row| *row < rows && !self.shown.contains(row))
    }

    fn line_ui(&mut self, ui: &mut Ui, run: &RunView<'_>, number: u32, line: &str, width: f32) {
        let theme = run.theme;
        let (rect, response) = ui.allocate_exact_size(vec2(width, LINE), Sense::click());
        let is_current = self.current == Some(number);
        let mark = run.mark(|selection| selection.tie_to_code(run.state, number));
        run.point(&response, Selection::Line(number));
        response.widget_info(|| {
            let mut words = format!("{number} {line}");
            if is_current {
                words = format!("{words} ({})", run.text.get("code-here"));
            }
            WidgetInfo::selected(Role::ListItem, true, mark.is_answer(), words)
        });
        let painter = ui.painter();
        if is_current && mark != Mark::Selected {
            painter.rect_filled(rect, 0, theme.faint(theme.accent));
        }
        run.row_ground(painter, rect, mark, &response);
        let y = rect.center().y;
        if is_current {
            let edge = Rect::from_min_max(rect.left_top(), pos2(rect.left() + 3.0, rect.bottom()));
            painter.rect_filled(edge, 0, theme.accent);
            arrow(painter, pos2(rect.left() + 2.5 * UNIT, y), theme.accent);
        }
        painter.text(
            pos2(rect.left() + NUMBERS - 2.0 * UNIT, y),
            Align2::RIGHT_CENTER,
            number,
            theme::font(Face::Regular, theme::TEXT_XS),
            theme.text_dim,
        );
        let ink = if is_current {
            theme.text_strong
        } else {
            theme.text
        };
        let font = theme::font(Face::Mono, theme::TEXT_S);
        let at = pos2(rect.left() + NUMBERS, y);
        let drawn = painter.text(at, Align2::LEFT_CENTER, line, font.clone(), ink);
        if response.clicked() {
            // The pane that was clicked in does not scroll.
            self.seen_selection =
                (run.selection != Some(Selection::Line(number))).then_some(Selection::Line(number));
            run.select(Selection::Line(number));
        }
        let is_cut = drawn.right() > ui.clip_rect().right() || drawn.left() < ui.clip_rect().left();
        if is_cut {
            response.on_hover_ui_at_pointer(|ui| {
                let words = egui::RichText::new(line.trim_start()).font(font);
                ui.add(egui::Label::new(words.color(theme.text_strong)).extend());
            });
        }
    }
}

fn row_of(line: Option<u32>) -> Option<usize> {
    usize::try_from(line?).ok()?.checked_sub(1)
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
