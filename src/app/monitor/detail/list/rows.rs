//! The rows of a list: laid out only in sight.

use std::borrow::Cow;

use eframe::egui::{Color32, FontId, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::spec::{ListColumn, ListSpec, ListText};
use super::state::ListState;
use super::{GAP, SIDE};
use crate::app::theme;
use crate::app::theme::ROW;
use crate::app::view::View;
use crate::app::widgets::paint_line;
use crate::monitor::detail::Capped;

pub(super) fn rows_ui<'a, T>(
    ui: &mut Ui,
    view: View<'_>,
    items: &'a Capped<T>,
    spec: &ListSpec<T>,
    state: &ListState,
    words: ListText<'_>,
) -> Option<&'a T> {
    let lines = if spec.columns.iter().any(|column| column.is_below) {
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
            let places = places(inner, inner.height() / lines, spec.columns);
            for (column, place) in spec.columns.iter().zip(places) {
                let (face, size) = column.face;
                let font = theme::font(face, size);
                let mut said = (column.words)(item, words);
                if column.is_end_kept {
                    said = end_of(ui, said, &font, place.width());
                }
                let color = (column.color)(item, view.theme);
                paint_line(ui.painter(), place, column.align, &said, font, color);
            }
            let text = (spec.row)(item, words);
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

/// Divides a row: the column of width 0 takes what the others leave, one that is below stands under that.
pub(super) fn places<T>(rect: Rect, line: f32, columns: &[ListColumn<T>]) -> Vec<Rect> {
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
