//! One row of the process table: a process, one that has ended, or a program.

use eframe::egui::{
    self, Align, Color32, Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::cell::{TableCell, cell, program_cell, state_help, total_cell};
use super::copying_menu::note_cell;
use super::ended_cell::{ended_cell, told_in_short};
use super::header::ShownColumn;
use super::row_menu::RowMenu;
use super::trail::trail_ui;
use super::{CELL_MARGIN, LEAD, TableData, table_id};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::monitor::{OrderRow, RowContent};
use crate::app::theme;
use crate::app::theme::{Face, ROW, UNIT};
use crate::app::view::View;
use crate::app::widgets::{line_galley, paint_line};
use crate::monitor::{FigureId, Fold, Grouping, ProcessRow, RowId, Snapshot, Totals, figure};

/// Characters of a tooltip at most.
const TIP_LENGTH: usize = 1_000;
/// How far a row stands in for each one above it.
const INDENT: f32 = 4.0 * UNIT;
/// Deeper rows stand where this one does.
const DEEPEST: u16 = 12;
/// Room for a figure beside its trail.
const FIGURE: f32 = 11.0 * UNIT;
/// Side of the sign that folds.
const CHEVRON: f32 = 12.0;

/// Where a row is drawn.
#[derive(Clone, Copy)]
pub struct RowPlace<'a> {
    /// The whole row.
    pub rect: Rect,
    /// Its columns.
    pub columns: &'a [ShownColumn],
    /// And how wide they are.
    pub widths: &'a [f32],
}

/// Draws a row and answers the pointer.
pub fn row_ui(ui: &Ui, view: View<'_>, data: TableData<'_>, row: &OrderRow, place: RowPlace<'_>) {
    let rect = place.rect;
    let is_marked = data.marked == Some(&row.id);
    let is_one_of = row
        .process()
        .is_some_and(|key| data.selection.contains(key));
    let is_selected = is_marked || is_one_of;
    // Not focusable: one Tab stop for the table, arrows inside it.
    let response = ui.interact(rect, ui.scope_id().with(&row.id), Sense::CLICK);
    response.widget_info(|| {
        WidgetInfo::selected(Role::Row, true, is_selected, row_name(row, data, view))
    });
    if data.order.is_just_ended(&row.id) {
        change_ui(ui, rect, view.theme.row_tint(view.theme.error));
    } else if data.order.is_new(&row.id) {
        change_ui(ui, rect, view.theme.row_tint(view.theme.ok));
    }
    ground_ui(ui, view, &response, rect, is_selected);
    if is_marked {
        mark_ui(ui, view, rect);
    }
    let pointer = response.hover_pos();
    let mut tip = None;
    let mut x = rect.left() + LEAD;
    for (column, width) in place.columns.iter().zip(place.widths) {
        let area = Rect::from_min_size(pos2(x, rect.top()), vec2(*width, ROW));
        x += width;
        if !ui.is_rect_visible(area) {
            continue;
        }
        let Some(cell) = cell_of(column.id, row, data, view) else {
            continue;
        };
        let align = match column.align {
            figure::Align::Left => Align::Min,
            figure::Align::Right => Align::Max,
        };
        let inner = area.shrink2(vec2(CELL_MARGIN, 0.0));
        if let (FigureId::Cpu, RowId::Process(key)) = (column.id, &row.id)
            && let Some(trail) = data.trails.and_then(|trails| trails.of(*key))
        {
            let room = inner.with_max_x(inner.right() - FIGURE);
            trail_ui(ui.painter(), room, trail, view.theme);
        }
        let is_cut = if column.id == FigureId::Name {
            name_ui(ui, view, data, row, &cell, inner)
        } else {
            let painter = ui.painter();
            let room = inner.width();
            let short = short_text(painter, column.id, row, data, &cell, room, view);
            let shown = short.as_deref().unwrap_or(&cell.text);
            paint_line(painter, inner, align, shown, cell.font, cell.color)
        };
        if pointer.is_some_and(|at| area.contains(at)) {
            if response.secondary_clicked() {
                note_cell(ui, column.id);
            }
            tip = cell
                .reason
                .or_else(|| is_cut.then(|| shortened(&cell.text)))
                .or_else(|| state_tip(column.id, row, data, view));
        }
    }
    if response.clicked() {
        ui.memory_mut(|memory| memory.request_focus(table_id()));
        let with = ui.input(|input| input.modifiers);
        view.commands.send(match &row.id {
            RowId::Process(key) if with.shift => Command::SelectTo(*key, with.command),
            RowId::Process(key) if with.command => Command::ToggleSelected(*key),
            RowId::Process(key) => Command::SelectProcess(Some(*key)),
            RowId::Program(_) => Command::ToggleFold(row.id.clone()),
        });
    }
    if let Some(menu) = menu_of(row, data) {
        response.context_menu(|ui| menu.ui(ui, view, data, place.columns));
    }
    if let Some(tip) = tip {
        response.on_hover_text_at_pointer(tip);
    }
}

/// The ground of a row that has just come or gone.
fn change_ui(ui: &Ui, rect: Rect, color: Color32) {
    ui.painter().rect_filled(rect, 0.0, color);
}

/// The sign at the row from which the keyboard goes on.
fn mark_ui(ui: &Ui, view: View<'_>, rect: Rect) {
    let has_keys = ui.memory(|memory| memory.has_focus(table_id()));
    let color = if has_keys {
        view.theme.accent
    } else {
        view.theme.border_strong
    };
    let mark = rect.with_max_x(rect.left() + 2.0);
    ui.painter().rect_filled(mark, 0.0, color);
}

fn ground_ui(ui: &Ui, view: View<'_>, response: &Response, rect: Rect, is_selected: bool) {
    if is_selected {
        ui.painter().rect_filled(rect, 0.0, view.theme.selected);
    } else if response.hovered() || response.context_menu_opened() {
        ui.painter().rect_filled(rect, 0.0, view.theme.hover);
    }
}

/// The name behind the sign that folds, and how many it stands for; true if it had to be cut.
fn name_ui(
    ui: &Ui,
    view: View<'_>,
    data: TableData<'_>,
    row: &OrderRow,
    cell: &TableCell<'_>,
    rect: Rect,
) -> bool {
    let mut left = rect.left();
    if data.grouping != Grouping::Flat {
        left += f32::from(row.depth.min(DEEPEST)) * INDENT;
        if let Some(fold) = row.fold {
            fold_ui(ui, view, row, fold, &cell.text, pos2(left, rect.center().y));
        }
        if !matches!(row.content, RowContent::Ended(_)) {
            left += CHEVRON + 1.5 * UNIT;
        }
    }
    if let RowContent::Ended(ended) = &row.content {
        dismiss_ui(ui, view, &ended.row, pos2(left, rect.center().y));
        left += CHEVRON + 1.5 * UNIT;
    }
    let count = count_text(row, view).map(|text| {
        let font = theme::font(Face::Regular, theme::TEXT_S);
        line_galley(
            ui.painter(),
            &text,
            font,
            view.theme.text_dim,
            f32::INFINITY,
        )
    });
    let kept = count
        .as_ref()
        .map_or(0.0, |count| count.size().x + 1.5 * UNIT);
    let room = (rect.right() - left - kept).max(0.0);
    let font = cell.font.clone();
    let name = line_galley(ui.painter(), &cell.text, font, cell.color, room);
    let is_cut = name.elided;
    let at = |x: f32, height: f32| pos2(x, (rect.center().y - height / 2.0).round());
    let end = left + name.size().x + 1.5 * UNIT;
    ui.painter()
        .galley(at(left, name.size().y), name, cell.color);
    if let Some(count) = count {
        let at = at(end, count.size().y);
        ui.painter().galley(at, count, view.theme.text_dim);
    }
    is_cut
}

/// The sign that folds: its own target, a little larger than it looks.
fn fold_ui(ui: &Ui, view: View<'_>, row: &OrderRow, fold: Fold, name: &str, at: egui::Pos2) {
    let rect = Rect::from_center_size(pos2(at.x + CHEVRON / 2.0, at.y), vec2(CHEVRON, CHEVRON));
    let id = ui.scope_id().with((&row.id, "fold"));
    let response = ui.interact(rect.expand2(vec2(UNIT, 1.5 * UNIT)), id, Sense::CLICK);
    let key = match fold {
        Fold::Open => "table-close",
        Fold::Closed => "table-open",
    };
    let label = view.text.with(key, &[("name", name.into())]);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    let color = if response.hovered() {
        view.theme.text_strong
    } else {
        view.theme.text_dim
    };
    let icon = match fold {
        Fold::Open => Icon::ChevronDown,
        Fold::Closed => Icon::ChevronRight,
    };
    icon.paint(ui.painter(), rect, color);
    if response.clicked() {
        view.commands.send(Command::ToggleFold(row.id.clone()));
    }
}

/// The cross that takes away what has ended, where others fold.
fn dismiss_ui(ui: &Ui, view: View<'_>, process: &ProcessRow, at: egui::Pos2) {
    let rect = Rect::from_center_size(pos2(at.x + CHEVRON / 2.0, at.y), vec2(CHEVRON, CHEVRON));
    let id = ui.scope_id().with((process.key, "dismiss"));
    let response = ui.interact(rect.expand2(vec2(UNIT, 1.5 * UNIT)), id, Sense::CLICK);
    let args = [
        ("name", process.label().into()),
        ("pid", process.key.pid.into()),
    ];
    let label = view.text.with("ended-dismiss-one", &args);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    let color = if response.hovered() {
        view.theme.text_strong
    } else {
        view.theme.text_dim
    };
    Icon::Close.paint(ui.painter(), rect, color);
    if response.clicked() {
        view.commands.send(Command::DismissEnded(process.key));
    }
}

/// How many a row stands for: `×41` for a program, `+3` below a closed process, and how many of them have ended.
fn count_text(row: &OrderRow, view: View<'_>) -> Option<String> {
    let living = row.totals.as_deref().map(|totals| match row.id {
        RowId::Program(_) => format!("×{}", totals.count),
        RowId::Process(_) => format!("+{}", totals.count.saturating_sub(1)),
    });
    let ended = (row.ended > 0).then(|| {
        let args = [("count", row.ended.into())];
        view.text.with("table-ended", &args)
    });
    match (living, ended) {
        (Some(living), Some(ended)) => Some(format!("{living} · {ended}")),
        (living, ended) => living.or(ended),
    }
}

/// What a cell says where its text has no room, if there is a shorter way.
fn short_text(
    painter: &Painter,
    id: FigureId,
    row: &OrderRow,
    data: TableData<'_>,
    cell: &TableCell<'_>,
    room: f32,
    view: View<'_>,
) -> Option<String> {
    let RowContent::Ended(ended) = &row.content else {
        return None;
    };
    let whole = line_galley(painter, &cell.text, cell.font.clone(), cell.color, room);
    let short = || told_in_short(id, ended, data.context(), view.text);
    whole.elided.then(short).flatten()
}

/// What the state under the pointer means.
fn state_tip(id: FigureId, row: &OrderRow, data: TableData<'_>, view: View<'_>) -> Option<String> {
    let process = process_of(row, data)?;
    (id == FigureId::State).then(|| state_help(view.text, process.shown_state()).to_owned())
}

/// A text for a tooltip: command lines can be as long as a book.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(TIP_LENGTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The process of a row, if it is there.
fn process_of<'a>(row: &OrderRow, data: TableData<'a>) -> Option<&'a ProcessRow> {
    match row.content {
        RowContent::Alive(index) => data.snapshot.rows.get(index as usize),
        RowContent::Ended(_) | RowContent::Program => None,
    }
}

fn cell_of<'a>(
    id: FigureId,
    row: &'a OrderRow,
    data: TableData<'a>,
    view: View<'a>,
) -> Option<TableCell<'a>> {
    if let Some(totals) = row.totals.as_deref()
        && Totals::is_summed(id)
    {
        return Some(total_cell(id, totals, data.cpu_unit, view));
    }
    let context = data.context();
    let mut cell = match (&row.id, &row.content) {
        (_, RowContent::Alive(_)) => cell(id, process_of(row, data)?, context, data.is_root, view),
        (_, RowContent::Ended(ended)) => ended_cell(id, ended, context, data.is_root, view),
        (RowId::Program(name), _) => program_cell(id, name, view),
        (RowId::Process(_), RowContent::Program) => return None,
    };
    // In a moment of before, what is not there any more is only to be looked at.
    let is_gone = |now: &Snapshot| row.process().is_some_and(|key| now.index_of(key).is_none());
    if row.is_context || data.now.is_some_and(is_gone) {
        cell.color = view.theme.text_dim;
    }
    Some(cell)
}

/// How a screen reader names a row: what the first columns show.
fn row_name(row: &OrderRow, data: TableData<'_>, view: View<'_>) -> String {
    let ids = [
        FigureId::Name,
        FigureId::Pid,
        FigureId::User,
        FigureId::State,
    ];
    if let RowId::Program(name) = &row.id {
        let count = row.totals.as_deref().map_or(0, |totals| totals.count);
        let args = [("name", (&**name).into()), ("count", count.into())];
        let living = view.text.with("table-program", &args);
        if row.ended == 0 {
            return living;
        }
        let args = [("count", row.ended.into())];
        return format!("{living}, {}", view.text.with("table-ended", &args));
    }
    let cells: Vec<String> = ids
        .iter()
        .filter_map(|id| Some(cell_of(*id, row, data, view)?.text.into_owned()))
        .collect();
    cells.join(", ")
}

/// What a row can do.
fn menu_of<'a>(row: &'a OrderRow, data: TableData<'a>) -> Option<RowMenu<'a>> {
    match (&row.id, &row.content) {
        (_, RowContent::Alive(_)) => process_of(row, data).map(RowMenu::Process),
        (_, RowContent::Ended(ended)) => Some(RowMenu::Ended(&ended.row)),
        (RowId::Program(name), _) => Some(RowMenu::Program(name)),
        (RowId::Process(_), RowContent::Program) => None,
    }
}
