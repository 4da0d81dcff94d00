//! A list in the detail panel: declared columns, sorted and narrowed down once per reading, laid out only in sight.

mod rows;
mod spec;
mod state;

use std::time::Instant;

use eframe::egui::{Align, Id, Margin, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::DetailData;
use super::masks::Masks;
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::monitor::reason::reason_text;
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, ROW, UNIT};
use crate::app::view::View;
use crate::app::widgets::{find_field, icon_button};
use crate::monitor::Reading;
use crate::monitor::detail::Capped;
use crate::monitor::unit::count_text;
use rows::{places, rows_ui};
pub use spec::{ListColumn, ListSpec, ListText};
pub use state::ListState;

/// Space at both sides of a list.
const SIDE: f32 = 4.0 * UNIT;
/// Space between two columns.
const GAP: f32 = 2.0 * UNIT;

/// A list to be drawn.
pub struct List<'a, 'b, T: 'static> {
    /// What was read.
    pub items: &'a Reading<Capped<T>>,
    /// What it looks like.
    pub spec: &'static ListSpec<T>,
    /// What one has chosen in it.
    pub state: &'b mut ListState,
    /// Which values are hidden.
    pub masks: &'b Masks,
}

/// Draws a list; the item that was clicked. `tools` adds to the bar above it.
pub fn list_ui<'a, T>(
    ui: &mut Ui,
    view: View<'_>,
    data: DetailData<'_>,
    list: List<'a, '_, T>,
    tools: impl FnOnce(&mut Ui),
) -> Option<&'a T> {
    let List {
        items: list,
        spec,
        state,
        masks,
    } = list;
    let items = match list {
        Ok(list) if list.items.is_empty() => {
            note_ui(ui, view, view.text.get(spec.none_key));
            return None;
        }
        Ok(list) => list,
        Err(reason) => {
            note_ui(ui, view, &reason_text(view.text, *reason, data.asking()));
            return None;
        }
    };
    let words = ListText {
        text: view.text,
        masks,
    };
    let read_at = data
        .detail
        .map_or_else(Instant::now, |detail| detail.instant);
    state.refresh(&items.items, spec, words, read_at);
    bar_ui(ui, view, items, spec, state, words, tools);
    if items.is_cut() {
        small_note_ui(ui, view, &cut_text(view.text, items));
    }
    titles_ui(ui, view, spec, state);
    if state.order.is_empty() {
        let args = [("filter", state.filter.trim().into())];
        note_ui(ui, view, &view.text.with("detail-no-match", &args));
        return None;
    }
    rows_ui(ui, view, items, spec, state, words)
}

/// How much of a list is there.
fn cut_text<T>(text: &Text, items: &Capped<T>) -> String {
    let count = count_text(items.items.len() as u64);
    match items.total {
        Some(total) => {
            let args = [("count", count.into()), ("total", count_text(total).into())];
            text.with("detail-list-cut", &args)
        }
        None => text.with("detail-list-cut-somewhere", &[("count", count.into())]),
    }
}

/// Above the list: what narrows it down, how many are left, what copies them.
fn bar_ui<T>(
    ui: &mut Ui,
    view: View<'_>,
    items: &Capped<T>,
    spec: &ListSpec<T>,
    state: &mut ListState,
    words: ListText<'_>,
    tools: impl FnOnce(&mut Ui),
) {
    let margin = Margin {
        left: 16,
        right: 8,
        top: 6,
        bottom: 2,
    };
    eframe::egui::Frame::new()
        .inner_margin(margin)
        .show(ui, |ui| {
            let layout = eframe::egui::Layout::right_to_left(Align::Center);
            let size = vec2(ui.available_width(), ROW);
            ui.allocate_ui_with_layout(size, layout, |ui| {
                ui.spacing_mut().item_spacing.x = UNIT;
                let copy = view.text.get("detail-copy-all");
                if icon_button(ui, view.theme, Icon::Copy, copy).clicked() {
                    let rows = state.order.iter().filter_map(|&place| {
                        let item = items.items.get(place as usize)?;
                        Some((spec.row)(item, words))
                    });
                    let text = rows.collect::<Vec<_>>().join("\n");
                    view.commands.send(Command::CopyText(text));
                }
                tools(ui);
                let (shown, all) = (state.order.len(), items.items.len());
                if shown < all {
                    let [shown, all] = [shown, all].map(|count| count_text(count as u64));
                    let args = [("shown", shown.into()), ("all", all.into())];
                    let count = view.text.with("detail-shown", &args);
                    crate::app::widgets::small_label(ui, &count, view.theme.text_dim);
                }
                let id = Id::unique(("detail filter", spec.salt));
                let name = view.text.get("detail-filter");
                let width = ui.available_width();
                let field = find_field(ui, view.theme, id, name, &mut state.filter, width);
                // Escape empties the field before it leaves it.
                if field.lost_focus()
                    && ui.input(|input| input.key_pressed(eframe::egui::Key::Escape))
                {
                    state.filter.clear();
                }
            });
        });
}

fn titles_ui<T>(ui: &mut Ui, view: View<'_>, spec: &ListSpec<T>, state: &mut ListState) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let places = places(rect.shrink2(vec2(SIDE, 0.0)), ROW, spec.columns);
    let sorted = state.sort.or(spec.sorted_by.map(|column| (column, false)));
    for (index, (column, place)) in spec.columns.iter().zip(places).enumerate() {
        if column.is_below {
            continue;
        }
        let response = ui.interact(
            place.expand2(vec2(GAP / 2.0, 0.0)),
            ui.scope_id().with((spec.salt, index)),
            Sense::click(),
        );
        let title = match column.width {
            width if width > 0.0 => view.text.get(column.title).to_owned(),
            _ => {
                let title = view.text.get(column.title);
                let count = count_text(state.order.len() as u64);
                let args = [("title", title.into()), ("count", count.into())];
                view.text.with("detail-count", &args)
            }
        };
        let direction = sorted.filter(|&(column, _)| column == index);
        let is_lit = direction.is_some() || response.hovered() || response.has_focus();
        let color = if is_lit {
            view.theme.text
        } else {
            view.theme.text_dim
        };
        let font = theme::font(Face::Medium, theme::TEXT_XS);
        let galley = crate::app::widgets::line_galley(
            ui.painter(),
            &title,
            font,
            color,
            place.width() - if direction.is_some() { 10.0 } else { 0.0 },
        );
        let left = match column.align {
            Align::Max => place.right() - galley.size().x,
            _ => place.left(),
        };
        let y = (place.center().y - galley.size().y / 2.0).round();
        let end = left + galley.size().x;
        ui.painter().galley(pos2(left, y), galley, color);
        if let Some((_, is_reversed)) = direction {
            let icon = if column.is_large_first == is_reversed {
                Icon::SortUp
            } else {
                Icon::SortDown
            };
            let x = match column.align {
                Align::Max => left - 6.0,
                _ => end + 6.0,
            };
            let mark = Rect::from_center_size(pos2(x, place.center().y), vec2(8.0, 8.0));
            icon.paint(ui.painter(), mark, color);
        }
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &title));
        let tip = view.text.get("detail-sort-tip");
        if response.on_hover_text(tip).clicked() {
            state.click(index, spec.sorted_by);
        }
    }
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, view.theme.line());
}

/// A sentence instead of a list.
pub fn note_ui(ui: &mut Ui, view: View<'_>, sentence: &str) {
    framed_note_ui(ui, view, sentence, Margin::same(16));
}

/// A sentence above a list.
pub fn small_note_ui(ui: &mut Ui, view: View<'_>, sentence: &str) {
    framed_note_ui(ui, view, sentence, Margin::symmetric(16, 4));
}

fn framed_note_ui(ui: &mut Ui, view: View<'_>, sentence: &str, margin: Margin) {
    eframe::egui::Frame::new()
        .inner_margin(margin)
        .show(ui, |ui| {
            let text = RichText::new(sentence)
                .font(theme::font(Face::Regular, theme::TEXT_S))
                .color(view.theme.text_dim);
            ui.add(eframe::egui::Label::new(text).wrap());
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_list_says_of_how_many() {
        let text = Text::english();
        let list = |total| Capped {
            items: vec![0_u8; 2_000],
            total,
        };
        assert_eq!(
            cut_text(&text, &list(Some(31_204))),
            "Showing the first 2,000 of 31,204."
        );
        assert_eq!(
            cut_text(&text, &list(None)),
            "Showing the first 2,000; there are more."
        );
    }
}
