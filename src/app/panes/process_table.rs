//! The table of processes. Only the rows and cells in sight are laid out, whatever the number of processes.

use std::ops::Range;

use eframe::egui::{
    self, Align, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use jiff::tz::TimeZone;

use super::process_cell::{Cell, cell, ended_cell, state_help};
use super::table_header::{ShownColumn, header_ui, shown_columns};
use crate::app::command::Command;
use crate::app::monitor::{Content, Motion, OrderRow, RowOrder};
use crate::app::settings::Settings;
use crate::app::text::Text;
use crate::app::theme::{ROW, ROW_TALL, UNIT};
use crate::app::view::View;
use crate::app::widgets::{menu_style, paint_line};
use crate::monitor::{CellContext, ColumnId, Snapshot, Sort, column};
use crate::os::ProcKey;

/// Space between a cell's text and its column's edges.
pub const CELL_MARGIN: f32 = 2.0 * UNIT;
/// Further space before the first column, so that its text stands under that of the strip.
pub const LEAD: f32 = 2.0 * UNIT;
/// Characters of a tooltip at most.
const TIP_LENGTH: usize = 1_000;
/// Width of a window in which the first column has its own width.
const WINDOW: f32 = 1200.0;
/// How much the first column may shrink in a narrower one.
const FIRST_SHRINKING: f32 = 40.0;
/// How much it may grow in a wider one.
const FIRST_GROWTH: f32 = 100.0;
/// The least width of the last column, which else takes what the others leave.
const LAST_WIDTH: f32 = 160.0;

/// What the table shows.
#[derive(Clone, Copy)]
pub struct TableData<'a> {
    /// The picture of the machine.
    pub snapshot: &'a Snapshot,
    /// Which rows, in which order.
    pub order: &'a RowOrder,
    /// The selected process.
    pub selected: Option<ProcKey>,
    /// By what the rows are sorted.
    pub sort: Sort,
    /// Where we are, for times.
    pub zone: &'a TimeZone,
    /// Whether we look with root's rights.
    pub is_root: bool,
}

/// The table's own state: columns, scrolling.
#[derive(Debug)]
pub struct ProcessTable {
    columns: Vec<ShownColumn>,
    reveal: Option<ProcKey>,
    body_rect: Rect,
    offset: Vec2,
    rows_laid_out: Range<usize>,
}

impl ProcessTable {
    /// With the columns of the settings.
    pub fn new(settings: &Settings, text: &Text) -> Self {
        Self {
            columns: shown_columns(settings, text),
            reveal: None,
            body_rect: Rect::NOTHING,
            offset: Vec2::ZERO,
            rows_laid_out: 0..0,
        }
    }

    /// Chooses columns and widths anew.
    pub fn lay_out(&mut self, settings: &Settings, text: &Text) {
        self.columns = shown_columns(settings, text);
    }

    /// The columns shown.
    pub fn columns(&self) -> impl Iterator<Item = ColumnId> + '_ {
        self.columns.iter().map(|column| column.id)
    }

    /// Where the rows are on screen.
    pub fn body_rect(&self) -> Rect {
        self.body_rect
    }

    /// Brings a row into sight with the next picture.
    pub fn reveal(&mut self, key: ProcKey) {
        self.reveal = Some(key);
    }

    /// Draws header and rows.
    pub fn table_ui(&mut self, ui: &mut Ui, view: View<'_>, data: TableData<'_>) {
        let full = ui.available_rect_before_wrap();
        let header = Rect::from_min_size(full.min, vec2(full.width(), ROW_TALL));
        let body = Rect::from_min_max(pos2(full.left(), header.bottom() + 1.0), full.max);
        self.body_rect = body;
        let widths = self.widths(full.width(), ui.content_rect().width());
        let mut offset = self.offset;
        if let Some(y) = self.offset_to_reveal(data.order, body.height()) {
            offset.y = y;
        }
        let mut rows_ui = ui.new_child(UiBuilder::new().id_salt("rows").max_rect(body));
        let total = vec2(widths.iter().sum(), data.order.rows().len() as f32 * ROW);
        let output = ScrollArea::both()
            .auto_shrink(false)
            .scroll_offset(offset)
            .show_viewport(&mut rows_ui, |ui, viewport| {
                ui.set_min_size(total);
                ui.spacing_mut().item_spacing = Vec2::ZERO;
                self.rows_ui(ui, view, data, viewport, &widths);
            });
        self.offset = output.state.clamped_offset();
        let mut header_area = ui.new_child(UiBuilder::new().id_salt("header").max_rect(header));
        header_ui(
            &mut header_area,
            view,
            &self.columns,
            &widths,
            self.offset.x,
            data.sort,
        );
        ui.painter()
            .hline(full.x_range(), header.bottom() + 0.5, view.theme.line());
        ui.advance_cursor_after_rect(full);
        keys_ui(ui, view, data, body);
    }

    /// The width of each column; the last takes what is left.
    ///
    /// The first one's depends on the window, not on the table: columns must not move when the detail opens.
    fn widths(&self, available: f32, window: f32) -> Vec<f32> {
        let mut widths: Vec<f32> = self.columns.iter().map(|column| column.width).collect();
        if let (Some(first), Some(column)) = (widths.first_mut(), self.columns.first())
            && !column.is_sized
        {
            let spare = ((window - WINDOW) / 4.0).clamp(-FIRST_SHRINKING, FIRST_GROWTH);
            *first += spare;
        }
        let sum: f32 = widths.iter().sum();
        if let (Some(last), Some(column)) = (widths.last_mut(), self.columns.last()) {
            let least = if column.is_sized { *last } else { LAST_WIDTH };
            *last = least.max(available - LEAD - (sum - *last));
        }
        widths
    }

    fn offset_to_reveal(&mut self, order: &RowOrder, height: f32) -> Option<f32> {
        let top = order.position(self.reveal.take()?)? as f32 * ROW;
        if top < self.offset.y {
            Some(top)
        } else if top + ROW > self.offset.y + height {
            Some(top + ROW - height)
        } else {
            None
        }
    }

    fn rows_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        data: TableData<'_>,
        viewport: Rect,
        widths: &[f32],
    ) {
        let rows = data.order.rows();
        let first = (viewport.min.y / ROW).floor().max(0.0) as usize;
        let last = ((viewport.max.y / ROW).ceil().max(0.0) as usize).min(rows.len());
        self.rows_laid_out = first.min(last)..last;
        let origin = ui.max_rect().min;
        let width = LEAD + widths.iter().sum::<f32>();
        for (place, row) in rows
            .iter()
            .enumerate()
            .skip(first)
            .take(last.saturating_sub(first))
        {
            let at = pos2(origin.x, origin.y + place as f32 * ROW);
            let rect = Rect::from_min_size(at, vec2(width.max(viewport.width()), ROW));
            self.row_ui(ui, view, data, row, rect, widths);
        }
    }

    fn row_ui(
        &self,
        ui: &Ui,
        view: View<'_>,
        data: TableData<'_>,
        row: &OrderRow,
        rect: Rect,
        widths: &[f32],
    ) {
        let is_selected = data.selected == Some(row.key);
        // Not focusable: one Tab stop for the table, arrows inside it.
        let response = ui.interact(rect, ui.scope_id().with(row.key), Sense::CLICK);
        response.widget_info(|| {
            WidgetInfo::selected(Role::Row, true, is_selected, row_name(row, data, view))
        });
        if is_selected {
            ui.painter().rect_filled(rect, 0.0, view.theme.selected);
            let has_keys = ui.memory(|memory| memory.has_focus(table_id()));
            let color = if has_keys {
                view.theme.accent
            } else {
                view.theme.border_strong
            };
            let mark = rect.with_max_x(rect.left() + 2.0);
            ui.painter().rect_filled(mark, 0.0, color);
        } else if response.hovered() || response.context_menu_opened() {
            ui.painter().rect_filled(rect, 0.0, view.theme.hover);
        }
        let pointer = response.hover_pos();
        let mut tip = None;
        let mut x = rect.left() + LEAD;
        for (column, width) in self.columns.iter().zip(widths) {
            let area = Rect::from_min_size(pos2(x, rect.top()), vec2(*width, ROW));
            x += width;
            if !ui.is_rect_visible(area) {
                continue;
            }
            let Some(cell) = cell_of(column.id, row, data, view) else {
                continue;
            };
            let align = match column.align {
                column::Align::Left => Align::Min,
                column::Align::Right => Align::Max,
            };
            let inner = area.shrink2(vec2(CELL_MARGIN, 0.0));
            let is_cut = paint_line(
                ui.painter(),
                inner,
                align,
                &cell.text,
                cell.font,
                cell.color,
            );
            if pointer.is_some_and(|at| area.contains(at)) {
                tip = cell
                    .reason
                    .or_else(|| is_cut.then(|| shortened(&cell.text)))
                    .or_else(|| state_tip(column.id, row, data, view));
            }
        }
        if response.clicked() {
            ui.memory_mut(|memory| memory.request_focus(table_id()));
            view.commands.send(Command::SelectProcess(Some(row.key)));
        }
        response.context_menu(|ui| row_menu_ui(ui, view, data, row));
        if let Some(tip) = tip {
            response.on_hover_text_at_pointer(tip);
        }
    }

    /// Places of the rows that were laid out last: what a test of the virtualisation looks at.
    pub fn rows_laid_out(&self) -> Range<usize> {
        self.rows_laid_out.clone()
    }
}

/// Keys of the table, while nothing else has the focus.
fn keys_ui(ui: &Ui, view: View<'_>, data: TableData<'_>, body: Rect) {
    let id = table_id();
    let response = ui.interact(body, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::Table, true, view.text.get("table-name")));
    let focused = ui.memory(egui::Memory::focused);
    if focused.is_some_and(|focused| focused != id) || egui::Popup::is_any_open(ui) {
        return;
    }
    if focused == Some(id) {
        let filter = egui::EventFilter {
            vertical_arrows: true,
            ..egui::EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    }
    let page = ((body.height() / ROW).floor() as i32 - 1).max(1);
    let none = egui::Modifiers::NONE;
    for (key, motion) in [
        (egui::Key::ArrowDown, Motion::By(1)),
        (egui::Key::ArrowUp, Motion::By(-1)),
        (egui::Key::PageDown, Motion::By(page)),
        (egui::Key::PageUp, Motion::By(-page)),
        (egui::Key::Home, Motion::First),
        (egui::Key::End, Motion::Last),
    ] {
        if ui.input_mut(|input| input.consume_key(none, key)) {
            view.commands.send(Command::MoveSelection(motion));
        }
    }
    if data.selected.is_some() && ui.input_mut(|input| input.consume_key(none, egui::Key::Enter)) {
        view.commands.send(Command::OpenDetail);
    }
    // Space presses whatever has the focus; in a table there is nothing to press.
    if focused == Some(id) && ui.input_mut(|input| input.consume_key(none, egui::Key::Space)) {
        view.commands.send(Command::ToggleFreeze);
    }
}

/// What the state under the pointer means.
fn state_tip(id: ColumnId, row: &OrderRow, data: TableData<'_>, view: View<'_>) -> Option<String> {
    let process = data.snapshot.row(row.key)?;
    (id == ColumnId::State).then(|| state_help(view.text, process.state).to_owned())
}

/// A text for a tooltip: command lines can be as long as a book.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(TIP_LENGTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The table's identity for the focus.
fn table_id() -> egui::Id {
    egui::Id::unique("process table")
}

fn cell_of<'a>(
    id: ColumnId,
    row: &'a OrderRow,
    data: TableData<'a>,
    view: View<'a>,
) -> Option<Cell<'a>> {
    match &row.content {
        Content::Alive(index) => {
            let process = data.snapshot.rows.get(*index as usize)?;
            let context = CellContext {
                snapshot: data.snapshot,
                zone: data.zone,
            };
            Some(cell(id, process, context, data.is_root, view))
        }
        Content::Ended(name) => Some(ended_cell(id, name, row.key.pid, view)),
    }
}

/// How a screen reader names a row: what the first columns show.
fn row_name(row: &OrderRow, data: TableData<'_>, view: View<'_>) -> String {
    let ids = [
        ColumnId::Name,
        ColumnId::Pid,
        ColumnId::User,
        ColumnId::State,
    ];
    let cells: Vec<String> = ids
        .iter()
        .filter_map(|id| Some(cell_of(*id, row, data, view)?.text.into_owned()))
        .collect();
    cells.join(", ")
}

/// What can be done with a row.
fn row_menu_ui(ui: &mut Ui, view: View<'_>, data: TableData<'_>, row: &OrderRow) {
    menu_style(ui);
    ui.set_min_width(200.0);
    let process = data.snapshot.row(row.key);
    if ui.button(view.text.get("menu-copy-pid")).clicked() {
        view.commands
            .send(Command::CopyText(row.key.pid.to_string()));
        ui.close();
    }
    if let Some(process) = process {
        if ui.button(view.text.get("menu-copy-name")).clicked() {
            view.commands
                .send(Command::CopyText(process.name.to_string()));
            ui.close();
        }
        let has_command = process.cmdline.is_value();
        if ui
            .add_enabled(
                has_command,
                egui::Button::new(view.text.get("menu-copy-command")),
            )
            .clicked()
        {
            let command = process.cmdline_text().to_owned();
            view.commands.send(Command::CopyText(command));
            ui.close();
        }
        ui.separator();
        if let Some(parent) = process.parent
            && ui.button(view.text.get("menu-show-parent")).clicked()
        {
            view.commands.send(Command::ShowInMonitor(parent));
            ui.close();
        }
        if let Some(user) = process.username.value()
            && ui
                .button(
                    view.text
                        .with("menu-filter-user", &[("user", (&**user).into())]),
                )
                .clicked()
        {
            view.commands
                .send(Command::SetFilter(format!("user:{user}")));
            ui.close();
        }
    }
}
