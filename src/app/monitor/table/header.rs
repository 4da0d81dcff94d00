//! The header of the process table: titles with units, sorting by click, widths by dragging.

use eframe::egui::{
    self, Align2, Color32, CursorIcon, Painter, Rect, Response, Role, Sense, Stroke, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::{CELL_MARGIN, LEAD};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::settings::Settings;
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, ROW_TALL, UNIT};
use crate::app::view::View;
use crate::app::widgets::line_galley;
use crate::monitor::figure::Align;
use crate::monitor::{Direction, Figure, FigureId, Sort};

/// The narrowest a column can be made.
pub const MIN_WIDTH: f32 = 44.0;
/// Width of the sort arrow.
const ARROW: f32 = 12.0;
/// Width of the number beside it where the table is sorted by several columns.
const RANK: f32 = 8.0;
/// How near to a column's edge a drag takes it.
const GRIP: f32 = 4.0;

/// A column as laid out.
#[derive(Clone, Debug)]
pub struct ShownColumn {
    /// Which one.
    pub id: FigureId,
    /// Points.
    pub width: f32,
    /// Whether the user set the width.
    pub is_sized: bool,
    /// Where its texts stand.
    pub align: Align,
    title: String,
    unit: Option<String>,
    help: String,
}

impl ShownColumn {
    /// The width that its title takes, with its unit and the arrow of a sort.
    pub fn title_width(&self, painter: &Painter) -> f32 {
        let width = |text: &str, face, size| {
            let font = theme::font(face, size);
            line_galley(painter, text, font, Color32::PLACEHOLDER, f32::INFINITY)
                .size()
                .x
        };
        let title = width(&self.title, Face::Medium, theme::TEXT_S);
        let unit = self.unit.as_ref().map_or(0.0, |unit| {
            width(unit, Face::Regular, theme::TEXT_XS) + 1.5 * UNIT
        });
        (title + unit + ARROW + RANK + 2.0 * CELL_MARGIN).ceil()
    }
}

/// The columns that the settings ask for.
pub fn shown_columns(settings: &Settings, text: &Text) -> Vec<ShownColumn> {
    settings
        .shown_columns()
        .into_iter()
        .map(|column| ShownColumn {
            id: column.id,
            width: settings
                .column_widths
                .get(column.key)
                .copied()
                .unwrap_or(column.default_width)
                .max(MIN_WIDTH),
            is_sized: settings.column_widths.contains_key(column.key),
            align: column.align,
            title: text.get(column.title_key).to_owned(),
            unit: column
                .has_unit
                .then(|| text.get(&key_of(column, "unit", settings)).to_owned()),
            help: text.get(&key_of(column, "help", settings)).to_owned(),
        })
        .collect()
}

/// The key of a column's unit or help, which depend on what 100 % is.
fn key_of(column: &Figure, what: &str, settings: &Settings) -> String {
    let is_of_machine = column.id == FigureId::Cpu && settings.is_cpu_of_machine;
    let tail = if is_of_machine { "-machine" } else { "" };
    format!("{}-{what}{tail}", column.title_key)
}

/// Draws the header, shifted as the rows are.
pub fn header_ui(
    ui: &mut Ui,
    view: View<'_>,
    columns: &[ShownColumn],
    widths: &[f32],
    offset_x: f32,
    sort: &[Sort],
) {
    let full = ui.max_rect();
    ui.set_clip_rect(full.intersect(ui.clip_rect()));
    ui.painter().rect_filled(full, 0.0, view.theme.raised);
    let mut x = full.left() + LEAD - offset_x;
    let rects: Vec<Rect> = widths
        .iter()
        .map(|width| {
            let rect = Rect::from_min_size(pos2(x, full.top()), vec2(*width, ROW_TALL));
            x += width;
            rect
        })
        .collect();
    for (column, rect) in columns.iter().zip(&rects) {
        let title = title_ui(ui, view, column, *rect, sort);
        move_ui(ui, view, column, &title, &rects);
        grip_ui(ui, view, column, *rect);
    }
}

/// A title that is dragged takes its column along; a line shows where to.
fn move_ui(ui: &Ui, view: View<'_>, column: &ShownColumn, title: &Response, rects: &[Rect]) {
    let Some(at) = title.interact_pointer_pos() else {
        return;
    };
    let Some(from) = rects
        .iter()
        .position(|rect| rect.contains(title.rect.center()))
    else {
        return;
    };
    let gap = rects
        .iter()
        .position(|rect| at.x < rect.center().x)
        .unwrap_or(rects.len());
    // The places beside its own are where it is.
    let is_elsewhere = gap != from && gap != from + 1;
    if title.dragged() && is_elsewhere {
        let edge = rects.get(gap).map(Rect::left);
        if let Some(x) = edge.or(rects.last().map(Rect::right)) {
            let pen = Stroke::new(2.0, view.theme.accent);
            ui.painter().vline(x, title.rect.y_range(), pen);
        }
        ui.set_cursor_icon(CursorIcon::Grabbing);
    }
    if title.drag_stopped() && is_elsewhere {
        let place = if gap > from { gap - 1 } else { gap };
        view.commands.send(Command::MoveColumn(column.id, place));
    }
}

fn title_ui(ui: &Ui, view: View<'_>, column: &ShownColumn, rect: Rect, sort: &[Sort]) -> Response {
    let response = ui.interact(
        rect.shrink2(vec2(GRIP, 0.0)),
        ui.scope_id().with((column.id, "title")),
        Sense::click_and_drag(),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &column.title));
    let rank = sort.iter().position(|sort| sort.column == column.id);
    let is_sorted = rank.is_some();
    let color = if is_sorted || response.hovered() {
        view.theme.text_strong
    } else {
        view.theme.text_dim
    };
    if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, view.theme.hover);
    }
    if response.has_focus() {
        let inner = rect.shrink(1.0);
        ui.painter().rect_stroke(
            inner,
            2.0,
            Stroke::new(1.0, view.theme.accent),
            egui::StrokeKind::Inside,
        );
    }
    // One of several says which it is.
    let number = rank.filter(|_| sort.len() > 1).map(|rank| rank + 1);
    let arrow = match (is_sorted, number) {
        (true, Some(_)) => ARROW + RANK,
        (true, None) => ARROW,
        (false, _) => 0.0,
    };
    let inner = rect.shrink2(vec2(CELL_MARGIN, 0.0));
    let painter = ui.painter();
    let title = line_galley(
        painter,
        &column.title,
        theme::font(Face::Medium, theme::TEXT_S),
        color,
        inner.width() - arrow,
    );
    let left = inner.width() - arrow - title.size().x - 1.5 * UNIT;
    let unit = column.unit.as_ref().map(|unit| {
        line_galley(
            painter,
            unit,
            theme::font(Face::Regular, theme::TEXT_XS),
            view.theme.text_dim,
            left,
        )
    });
    let unit_width = unit.as_ref().map_or(0.0, |unit| unit.size().x + UNIT);
    let used = title.size().x + unit_width + arrow;
    let mut x = match column.align {
        Align::Left => inner.left(),
        Align::Right => inner.right() - used,
    };
    let y = rect.center().y;
    let arrow_at = |x: f32| Rect::from_center_size(pos2(x + ARROW / 2.0, y), Vec2::splat(10.0));
    let icon = match rank.and_then(|rank| sort.get(rank)) {
        Some(sort) if sort.direction == Direction::Ascending => Icon::SortUp,
        _ => Icon::SortDown,
    };
    let arrow_ui = |x: f32| {
        icon.paint(painter, arrow_at(x), view.theme.accent);
        if let Some(number) = number {
            let font = theme::font(Face::Regular, theme::TEXT_XS);
            let at = pos2(x + ARROW, y);
            let text = number.to_string();
            painter.text(at, Align2::LEFT_CENTER, text, font, view.theme.accent);
        }
    };
    if is_sorted && column.align == Align::Right {
        arrow_ui(x - 2.0);
        x += arrow;
    }
    let title_width = title.size().x;
    painter.galley(pos2(x, (y - title.size().y / 2.0).round()), title, color);
    x += title_width;
    if let Some(unit) = unit {
        painter.galley(
            pos2(x + UNIT, (y - unit.size().y / 2.0).round() + 0.5),
            unit,
            view.theme.text_dim,
        );
        x += unit_width;
    }
    if is_sorted && column.align == Align::Left {
        arrow_ui(x + 2.0);
    }
    if response.clicked() {
        let is_further = ui.input(|input| input.modifiers.shift);
        view.commands.send(if is_further {
            Command::SortAlsoBy(column.id)
        } else {
            Command::SortBy(column.id)
        });
    }
    response.on_hover_text(format!("{}\n{}", column.help, view.text.get("header-more")))
}

/// The edge of a column: drag it, or click twice for the width it had at first.
fn grip_ui(ui: &Ui, view: View<'_>, column: &ShownColumn, rect: Rect) {
    let edge = Rect::from_center_size(rect.right_center(), vec2(2.0 * GRIP, rect.height()));
    let sense = Sense::CLICK | Sense::DRAG;
    let response = ui
        .interact(edge, ui.scope_id().with((column.id, "edge")), sense)
        .on_hover_cursor(CursorIcon::ResizeColumn);
    let is_active = response.hovered() || response.dragged();
    let color = if is_active {
        view.theme.accent
    } else {
        view.theme.border
    };
    let inset = if is_active { 0.0 } else { 2.0 * UNIT };
    ui.painter().vline(
        rect.right() - 0.5,
        rect.shrink2(vec2(0.0, inset)).y_range(),
        Stroke::new(1.0, color),
    );
    if response.dragged()
        && let Some(at) = response.interact_pointer_pos()
    {
        let width = (at.x - rect.left()).max(MIN_WIDTH);
        if (width - rect.width()).abs() > 0.5 {
            view.commands
                .send(Command::SetColumnWidth(column.id, Some(width)));
        }
    }
    if response.double_clicked() {
        view.commands.send(Command::SetColumnWidth(column.id, None));
    }
}
