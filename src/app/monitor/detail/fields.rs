//! Names and values in the detail panel: one line per fact, unreadable ones with their reason.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{Align, Label, Layout, Rect, Sense, TextFormat, Ui, UiBuilder, pos2, vec2};

use crate::app::command::Command;
use crate::app::monitor::reason::{Asking, reason_text};
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::paint_line;
use crate::monitor::Reading;

/// Width of the column of names.
pub const NAMES: f32 = 112.0;
/// Height of a line with a short value.
const LINE: f32 = 22.0;
/// Lines of a path or command line at most; the tooltip has all of it.
const LONG_LINES: usize = 6;
/// Lines of a short value or a reason at most.
const SHORT_LINES: usize = 3;

/// Draws names and values.
pub struct Fields<'a> {
    /// What is drawn with.
    pub view: View<'a>,
    /// For words about a refusal.
    pub asking: Asking<'a>,
}

impl Fields<'_> {
    /// A quiet heading above fields.
    pub fn heading_ui(&self, ui: &mut Ui, key: &'static str) {
        ui.add_space(3.0 * UNIT);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        let font = theme::font(Face::Semibold, theme::TEXT_XS);
        paint_line(
            ui.painter(),
            rect,
            Align::Min,
            self.view.text.get(key),
            font,
            self.view.theme.text_strong,
        );
        ui.painter()
            .hline(rect.x_range(), rect.bottom() - 0.5, self.view.theme.line());
        ui.add_space(UNIT / 2.0);
    }

    /// A value on one line.
    pub fn short_ui(&self, ui: &mut Ui, key: &'static str, value: Reading<String>) {
        self.field_ui(ui, key, value, false);
    }

    /// A path or a command line: as many lines as it needs.
    pub fn long_ui(&self, ui: &mut Ui, key: &'static str, value: Reading<String>) {
        self.field_ui(ui, key, value, true);
    }

    fn field_ui(&self, ui: &mut Ui, key: &'static str, value: Reading<String>, is_long: bool) {
        let Self { view, asking } = *self;
        let name = view.text.get(key);
        let top_left = ui.cursor().min;
        let width = ui.available_width();
        let (text, font, color, is_value) = match value {
            Ok(value) => {
                let font = if is_long {
                    theme::font(Face::Mono, theme::TEXT_XS)
                } else {
                    theme::font(Face::Regular, theme::TEXT_S)
                };
                (value, font, view.theme.text_strong, true)
            }
            Err(reason) => (
                reason_text(view.text, reason, asking),
                theme::font(Face::Regular, theme::TEXT_S),
                view.theme.text_dim,
                false,
            ),
        };
        let value_rect =
            Rect::from_min_size(top_left + vec2(NAMES, 0.0), vec2(width - NAMES, LINE));
        let layout = Layout::top_down(Align::Min);
        let mut value_ui = ui.new_child(
            UiBuilder::new()
                .id_salt(key)
                .max_rect(value_rect)
                .layout(layout),
        );
        value_ui.add_space(if is_long { 5.0 } else { 4.0 });
        let mut job = LayoutJob::single_section(text.clone(), TextFormat::simple(font, color));
        job.wrap = TextWrapping {
            max_width: value_rect.width(),
            max_rows: if is_long { LONG_LINES } else { SHORT_LINES },
            ..TextWrapping::default()
        };
        let galley = ui.painter().layout_job(job);
        let is_cut = galley.elided;
        let label = Label::new(galley).sense(Sense::CLICK);
        let response = value_ui.add(label);
        let height = (response.rect.height() + 8.0).max(LINE);
        let rect = Rect::from_min_size(top_left, vec2(width, height));
        let name_rect = Rect::from_min_size(top_left, vec2(NAMES - UNIT, LINE));
        let font = theme::font(Face::Regular, theme::TEXT_S);
        paint_line(
            ui.painter(),
            name_rect,
            Align::Min,
            name,
            font,
            view.theme.text_dim,
        );
        ui.advance_cursor_after_rect(rect);
        if is_value {
            if response.hovered() {
                let mark = Rect::from_min_max(
                    pos2(rect.left() - 8.0, rect.top()),
                    pos2(rect.left() - 6.0, rect.bottom()),
                );
                ui.painter().rect_filled(mark, 1.0, view.theme.accent);
            }
            let copy = view.text.get("detail-copy");
            let tip = if is_cut && response.hovered() {
                format!("{text}\n\n{copy}")
            } else {
                copy.to_owned()
            };
            if response.on_hover_text(tip).clicked() {
                view.commands.send(Command::CopyText(text));
            }
        }
    }
}
