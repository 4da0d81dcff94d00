//! A list in the detail panel: quiet titles above lines that are laid out only in sight.

use eframe::egui::{
    Align, Margin, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::process_detail::DetailData;
use super::reason::reason_text;
use crate::app::command::Command;
use crate::app::theme::{self, Face, ROW, UNIT};
use crate::app::view::View;
use crate::app::widgets::paint_line;
use crate::monitor::Reading;
use crate::monitor::detail::Capped;

/// Space at both sides of a list.
const SIDE: f32 = 4.0 * UNIT;

/// What the list of a section looks like.
#[derive(Clone, Copy)]
pub struct List<const N: usize> {
    /// The sentence in place of an empty one.
    pub none_key: &'static str,
    /// The columns' titles.
    pub titles: [&'static str; N],
    /// Their widths; the one of 0 takes what the others leave, and its title tells how many lines there are.
    pub widths: [f32; N],
    /// Where the last column stands.
    pub last: Align,
}

impl<const N: usize> List<N> {
    fn titles_ui(&self, ui: &mut Ui, view: View<'_>, count: usize) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let places = columns(rect.shrink2(vec2(SIDE, 0.0)), self.widths);
        for (index, ((key, place), width)) in
            self.titles.iter().zip(places).zip(self.widths).enumerate()
        {
            let is_last = index + 1 == N;
            let align = if is_last { self.last } else { Align::Min };
            let title = view.text.get(key);
            let title = if width > 0.0 {
                title.to_owned()
            } else {
                let args = [("title", title.into()), ("count", count.into())];
                view.text.with("detail-count", &args)
            };
            let font = theme::font(Face::Medium, theme::TEXT_XS);
            paint_line(
                ui.painter(),
                place,
                align,
                &title,
                font,
                view.theme.text_dim,
            );
            let response = ui.interact(place, ui.scope_id().with(key), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &title));
        }
        ui.painter()
            .hline(rect.x_range(), rect.bottom() - 0.5, view.theme.line());
    }
}

/// A list of lines; `line_ui` draws one and returns what is copied on a click and read aloud.
pub fn list_ui<T, const N: usize>(
    ui: &mut Ui,
    view: View<'_>,
    data: DetailData<'_>,
    list: &Reading<Capped<T>>,
    look: List<N>,
    line_ui: impl Fn(&Ui, [Rect; N], &T) -> String,
) {
    let items = match (list.value(), list.unread()) {
        (Some(list), _) if list.items.is_empty() => {
            return note_ui(ui, view, view.text.get(look.none_key));
        }
        (Some(list), _) => list,
        (None, Some(reason)) => {
            return note_ui(ui, view, &reason_text(view.text, reason, data.asking()));
        }
        (None, None) => return,
    };
    if items.is_cut() {
        let count = items.items.len();
        let sentence = match items.total {
            Some(total) => {
                let args = [("count", count.into()), ("total", total.into())];
                view.text.with("detail-list-cut", &args)
            }
            None => view
                .text
                .with("detail-list-cut-somewhere", &[("count", count.into())]),
        };
        note_ui(ui, view, &sentence);
    }
    look.titles_ui(ui, view, items.items.len());
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_rows(ui, ROW, items.items.len(), |ui, range| {
            for item in items.items.iter().skip(range.start).take(range.len()) {
                let size = vec2(ui.available_width(), ROW);
                let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
                if response.hovered() {
                    ui.painter().rect_filled(rect, 0.0, view.theme.hover);
                }
                let places = columns(rect.shrink2(vec2(SIDE, 0.0)), look.widths);
                let text = line_ui(ui, places, item);
                response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &text));
                let tip = if response.hovered() {
                    format!("{text}\n{}", view.text.get("detail-copy"))
                } else {
                    String::new()
                };
                if response.on_hover_text(tip).clicked() {
                    view.commands.send(Command::CopyText(text));
                }
            }
        });
}

/// A sentence instead of a list.
fn note_ui(ui: &mut Ui, view: View<'_>, sentence: &str) {
    eframe::egui::Frame::new()
        .inner_margin(Margin::same(16))
        .show(ui, |ui| {
            let text = RichText::new(sentence)
                .font(theme::font(Face::Regular, theme::TEXT_S))
                .color(view.theme.text_dim);
            ui.add(eframe::egui::Label::new(text).wrap());
        });
}

/// Divides a line: one width of 0 takes what the others leave.
fn columns<const N: usize>(rect: Rect, widths: [f32; N]) -> [Rect; N] {
    let gap = 2.0 * UNIT;
    let fixed: f32 = widths.iter().sum::<f32>() + gap * (N as f32 - 1.0);
    let mut x = rect.left();
    widths.map(|width| {
        let width = if width > 0.0 {
            width
        } else {
            (rect.width() - fixed).max(0.0)
        };
        let column = Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height()));
        x += width + gap;
        column
    })
}
