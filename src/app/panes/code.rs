//! The program that the run carries out, with the line at which its main is.

use eframe::egui::{self, Align2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::app::lab::{RunView, Selection};
use crate::app::theme::{self, Face, UNIT};
use crate::app::widgets::empty_ui;

/// The height of a line.
const LINE: f32 = 20.0;
/// The width of the numbers.
const NUMBERS: f32 = 40.0;

/// Draws the listing.
pub fn code_ui(ui: &mut Ui, run: &RunView<'_>, listing: &[String]) {
    if listing.is_empty() {
        empty_ui(ui, run.theme, run.text.get("code-empty"));
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let current = run.state.current_line();
    let selected = run
        .selection
        .and_then(|selection| selection.line(run.state));
    let font = theme::font(Face::Mono, theme::TEXT_S);
    let widest = listing
        .iter()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0) as f32;
    let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&font, 'm'));
    let width = (NUMBERS + widest * letter + 4.0 * UNIT).max(ui.available_width());
    ScrollArea::both()
        .id_salt("code")
        .auto_shrink(false)
        .show_rows(ui, LINE, listing.len(), |ui, range| {
            for place in range {
                let Some(line) = listing.get(place) else {
                    continue;
                };
                let number = u32::try_from(place + 1).unwrap_or(u32::MAX);
                ui.push_id(number, |ui| {
                    let (rect, response) =
                        ui.allocate_exact_size(vec2(width, LINE), Sense::click());
                    let is_current = current == Some(number);
                    let is_selected = selected == Some(number);
                    response.widget_info(|| {
                        let words = format!("{number} {line}");
                        WidgetInfo::selected(Role::ListItem, true, is_current, words)
                    });
                    let painter = ui.painter();
                    if is_selected {
                        painter.rect_filled(rect, 0, run.theme.selected);
                    } else if is_current {
                        painter.rect_filled(rect, 0, run.theme.faint(run.theme.accent));
                    } else if response.hovered() || response.has_focus() {
                        painter.rect_filled(rect, 0, run.theme.hover);
                    }
                    let y = rect.center().y;
                    if is_current {
                        let edge = Rect::from_min_max(
                            rect.left_top(),
                            pos2(rect.left() + 3.0, rect.bottom()),
                        );
                        painter.rect_filled(edge, 0, run.theme.accent);
                        arrow(painter, pos2(rect.left() + 2.5 * UNIT, y), run.theme.accent);
                    }
                    painter.text(
                        pos2(rect.left() + NUMBERS - 2.0 * UNIT, y),
                        Align2::RIGHT_CENTER,
                        number,
                        theme::font(Face::Regular, theme::TEXT_XS),
                        run.theme.text_dim,
                    );
                    let ink = if is_current {
                        run.theme.text_strong
                    } else {
                        run.theme.text
                    };
                    painter.text(
                        pos2(rect.left() + NUMBERS, y),
                        Align2::LEFT_CENTER,
                        line,
                        font.clone(),
                        ink,
                    );
                    if response.clicked() {
                        run.select(Selection::Line(number));
                    }
                });
            }
        });
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
