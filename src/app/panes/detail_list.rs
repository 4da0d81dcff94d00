//! A list in the detail panel: declared columns, sorted and narrowed down once per reading, laid out only in sight.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::time::Instant;

use eframe::egui::{
    Align, Color32, FontId, Id, Margin, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo,
    pos2, vec2,
};

use super::detail_masks::Masks;
use super::process_detail::DetailData;
use super::reason::reason_text;
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::text::Text;
use crate::app::theme::{self, Face, ROW, Theme, UNIT};
use crate::app::view::View;
use crate::app::widgets::{find_field, icon_button, paint_line};
use crate::monitor::Reading;
use crate::monitor::detail::Capped;
use crate::monitor::unit::count_text;

/// Space at both sides of a list.
const SIDE: f32 = 4.0 * UNIT;
/// Space between two columns.
const GAP: f32 = 2.0 * UNIT;

/// What a column's text is made of.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The sentences.
    pub text: &'a Text,
    /// What must not be seen.
    pub masks: &'a Masks,
}

/// One column of a list: declared once, read by the list, its filter, its order and what is copied.
pub struct Column<T> {
    /// Key of its title.
    pub title: &'static str,
    /// Its width; the one of 0 takes what the others leave.
    pub width: f32,
    /// Where it stands.
    pub align: Align,
    /// Its face and size.
    pub face: (Face, f32),
    /// What it says.
    pub words: for<'a> fn(&'a T, Words<'a>) -> Cow<'a, str>,
    /// In which colour.
    pub color: fn(&T, &Theme) -> Color32,
    /// How it sorts; the larger first where `is_large_first`.
    pub order: fn(&T, &T) -> Ordering,
    /// Whether a first click puts the largest first.
    pub is_large_first: bool,
    /// Whether it stands on a second line, below the wide one.
    pub is_below: bool,
    /// Whether its end is what matters where it is cut: of a path the file's name.
    pub is_end_kept: bool,
}

/// What a list looks like.
pub struct Shape<T: 'static> {
    /// Tells lists apart.
    pub salt: &'static str,
    /// The sentence in place of an empty one.
    pub none_key: &'static str,
    /// Its columns.
    pub columns: &'static [Column<T>],
    /// By which column it is sorted at first, largest first where that column says so; `None` as it was read.
    pub sorted_by: Option<usize>,
    /// A row as one line for the clipboard.
    pub row: fn(&T, Words<'_>) -> String,
}

/// What an order was made of.
#[derive(Debug, PartialEq)]
struct MadeOf {
    read_at: Instant,
    masks: u64,
    filter: String,
    sort: Option<(usize, bool)>,
}

/// What one has chosen in a list.
#[derive(Debug, Default)]
pub struct ListState {
    filter: String,
    /// Column and whether the other way round than its first click; `None` before any click.
    sort: Option<(usize, bool)>,
    order: Vec<u32>,
    made_of: Option<MadeOf>,
}

impl ListState {
    /// Narrows down and sorts, if anything has changed since.
    fn refresh<T>(&mut self, items: &[T], shape: &Shape<T>, words: Words<'_>, read_at: Instant) {
        let sort = self.sort.or(shape.sorted_by.map(|column| (column, false)));
        let of = MadeOf {
            read_at,
            masks: words.masks.version(),
            filter: self.filter.clone(),
            sort,
        };
        if self.made_of.as_ref() == Some(&of) {
            return;
        }
        self.made_of = Some(of);
        let needle = self.filter.trim().to_lowercase();
        let matches = |item: &T| {
            needle.is_empty()
                || shape.columns.iter().any(|column| {
                    let words = (column.words)(item, words);
                    words.to_lowercase().contains(&needle)
                })
        };
        let matching = items.iter().enumerate().filter(|(_, item)| matches(item));
        self.order = matching.map(|(place, _)| place as u32).collect();
        if let Some((column, is_reversed)) = sort
            && let Some(column) = shape.columns.get(column)
        {
            let item = |place: &u32| items.get(*place as usize);
            self.order.sort_by(|a, b| match (item(a), item(b)) {
                (Some(a), Some(b)) => {
                    let order = (column.order)(a, b);
                    if column.is_large_first == is_reversed {
                        order
                    } else {
                        order.reverse()
                    }
                }
                _ => Ordering::Equal,
            });
        }
    }

    fn click(&mut self, column: usize, shape_sort: Option<usize>) {
        let now = self.sort.or(shape_sort.map(|column| (column, false)));
        self.sort = Some(match now {
            Some((sorted, is_reversed)) if sorted == column => (column, !is_reversed),
            _ => (column, false),
        });
    }
}

/// A list to be drawn.
pub struct List<'a, 'b, T: 'static> {
    /// What was read.
    pub items: &'a Reading<Capped<T>>,
    /// What it looks like.
    pub shape: &'static Shape<T>,
    /// What one has chosen in it.
    pub state: &'b mut ListState,
    /// What must not be seen.
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
        shape,
        state,
        masks,
    } = list;
    let items = match (list.value(), list.unread()) {
        (Some(list), _) if list.items.is_empty() => {
            note_ui(ui, view, view.text.get(shape.none_key));
            return None;
        }
        (Some(list), _) => list,
        (None, reason) => {
            if let Some(reason) = reason {
                note_ui(ui, view, &reason_text(view.text, reason, data.asking()));
            }
            return None;
        }
    };
    let words = Words {
        text: view.text,
        masks,
    };
    let read_at = data
        .detail
        .map_or_else(Instant::now, |detail| detail.instant);
    state.refresh(&items.items, shape, words, read_at);
    bar_ui(ui, view, items, shape, state, words, tools);
    if items.is_cut() {
        small_note_ui(ui, view, &cut_text(view.text, items));
    }
    titles_ui(ui, view, shape, state);
    if state.order.is_empty() {
        let args = [("filter", state.filter.trim().into())];
        note_ui(ui, view, &view.text.with("detail-no-match", &args));
        return None;
    }
    rows_ui(ui, view, items, shape, state, words)
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
    shape: &Shape<T>,
    state: &mut ListState,
    words: Words<'_>,
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
                        Some((shape.row)(item, words))
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
                let id = Id::unique(("detail filter", shape.salt));
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

fn titles_ui<T>(ui: &mut Ui, view: View<'_>, shape: &Shape<T>, state: &mut ListState) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let places = places(rect.shrink2(vec2(SIDE, 0.0)), ROW, shape.columns);
    let sorted = state.sort.or(shape.sorted_by.map(|column| (column, false)));
    for (index, (column, place)) in shape.columns.iter().zip(places).enumerate() {
        if column.is_below {
            continue;
        }
        let response = ui.interact(
            place.expand2(vec2(GAP / 2.0, 0.0)),
            ui.scope_id().with((shape.salt, index)),
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
            state.click(index, shape.sorted_by);
        }
    }
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, view.theme.line());
}

fn rows_ui<'a, T>(
    ui: &mut Ui,
    view: View<'_>,
    items: &'a Capped<T>,
    shape: &Shape<T>,
    state: &ListState,
    words: Words<'_>,
) -> Option<&'a T> {
    let lines = if shape.columns.iter().any(|column| column.is_below) {
        2.0
    } else {
        1.0
    };
    let height = if lines > 1.0 { ROW * 1.6 } else { ROW };
    let mut clicked = None;
    let area = ScrollArea::vertical().auto_shrink(false);
    area.show_rows(ui, height, state.order.len(), |ui, range| {
        for &place in state.order.iter().skip(range.start).take(range.len()) {
            let Some(item) = items.items.get(place as usize) else {
                continue;
            };
            let size = vec2(ui.available_width(), height);
            let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
            if response.hovered() {
                ui.painter().rect_filled(rect, 0.0, view.theme.hover);
            }
            let inner = rect.shrink2(vec2(SIDE, if lines > 1.0 { 2.0 } else { 0.0 }));
            let places = places(inner, inner.height() / lines, shape.columns);
            for (column, place) in shape.columns.iter().zip(places) {
                let (face, size) = column.face;
                let font = theme::font(face, size);
                let mut said = (column.words)(item, words);
                if column.is_end_kept {
                    said = end_of(ui, said, &font, place.width());
                }
                let color = (column.color)(item, view.theme);
                paint_line(ui.painter(), place, column.align, &said, font, color);
            }
            let text = (shape.row)(item, words);
            response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &text));
            let tip = if response.hovered() {
                format!("{text}\n{}", view.text.get("detail-copy"))
            } else {
                String::new()
            };
            if response.on_hover_text(tip).clicked() {
                clicked = Some(item);
            }
        }
    });
    clicked
}

/// As much of the end of a text as has room.
fn end_of<'a>(ui: &Ui, text: Cow<'a, str>, font: &FontId, width: f32) -> Cow<'a, str> {
    let is_too_wide = |text: &str| {
        let galley =
            ui.painter()
                .layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER);
        galley.size().x > width
    };
    if !is_too_wide(&text) {
        return text;
    }
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let cut_at = |start: &usize| format!("…{}", text.get(*start..).unwrap_or_default());
    let first = starts.partition_point(|start| is_too_wide(&cut_at(start)));
    starts
        .get(first)
        .map_or(Cow::Borrowed("…"), |start| cut_at(start).into())
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

/// Divides a row: the column of width 0 takes what the others leave, one that is below stands under that.
fn places<T>(rect: Rect, line: f32, columns: &[Column<T>]) -> Vec<Rect> {
    let beside = || columns.iter().filter(|column| !column.is_below);
    let fixed: f32 = beside().map(|column| column.width).sum();
    let gaps = GAP * (beside().count() as f32 - 1.0);
    let wide = (rect.width() - fixed - gaps).max(0.0);
    let mut x = rect.left();
    let mut below = rect;
    columns
        .iter()
        .map(|column| {
            if column.is_below {
                return below;
            }
            let width = if column.width > 0.0 {
                column.width
            } else {
                wide
            };
            let place = Rect::from_min_size(pos2(x, rect.top()), vec2(width, line));
            if column.width <= 0.0 {
                below = Rect::from_min_max(pos2(x, rect.top() + line), rect.max);
            }
            x += width + GAP;
            place
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: Shape<u32> = Shape {
        salt: "numbers",
        none_key: "",
        columns: &[Column {
            title: "",
            width: 0.0,
            align: Align::Min,
            face: (Face::Regular, theme::TEXT_S),
            words: |number, _| number.to_string().into(),
            color: |_, theme| theme.text,
            order: u32::cmp,
            is_large_first: true,
            is_below: false,
            is_end_kept: false,
        }],
        sorted_by: Some(0),
        row: |number, _| number.to_string(),
    };

    #[test]
    fn a_list_is_sorted_and_narrowed_down() {
        let (text, masks) = (Text::english(), Masks::default());
        let words = Words {
            text: &text,
            masks: &masks,
        };
        let items = [7, 30, 12, 3];
        let now = Instant::now();
        let mut state = ListState::default();
        let order = |state: &mut ListState| {
            state.refresh(&items, &NUMBERS, words, now);
            state.order.clone()
        };
        assert_eq!(order(&mut state), [1, 2, 0, 3]);
        state.click(0, NUMBERS.sorted_by);
        assert_eq!(order(&mut state), [3, 0, 2, 1]);
        state.filter = " 3".to_owned();
        assert_eq!(order(&mut state), [3, 1]);
        state.filter = "x".to_owned();
        assert_eq!(order(&mut state), [0_u32; 0]);
    }

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
