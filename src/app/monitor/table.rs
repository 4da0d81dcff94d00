//! The table of processes. Only the rows and cells in sight are laid out, whatever the number of processes.

pub mod cell;
pub mod column_chooser;
mod copying_menu;
pub mod ended_cell;
mod header;
mod row;
mod row_menu;
mod trail;

use std::ops::Range;

use eframe::egui::{
    self, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use jiff::tz::TimeZone;

use self::header::{ShownColumn, header_ui, shown_columns};
use self::row::{RowPlace, row_ui};
use super::actions::Permissions;
use super::{RowOrder, RowSelection};
use crate::app::command::Command;
use crate::app::command::Motion;
use crate::app::icons::Icon;
use crate::app::settings::Settings;
use crate::app::text::Text;
use crate::app::theme::{ROW, ROW_TALL, UNIT};
use crate::app::view::View;
use crate::app::widgets::{small_button, small_button_width};
use crate::monitor::unit::CpuUnit;
use crate::monitor::{CellContext, FigureId, Grouping, RowId, Snapshot, Sort, Trails};

/// Space between a cell's text and its column's edges.
pub const CELL_MARGIN: f32 = 2.0 * UNIT;
/// Further space before the first column, so that its text stands under that of the strip.
pub const LEAD: f32 = 2.0 * UNIT;
/// Width of a window in which the first column has its own width.
const WINDOW: f32 = 1200.0;
/// How much the first column may shrink in a narrower one.
const FIRST_SHRINKING: f32 = 40.0;
/// How much it may grow in a wider one.
const FIRST_GROWTH: f32 = 100.0;
/// Room for what stands in.
const BRANCHES: f32 = 72.0;
/// The least width of the last column, which else takes what the others leave.
const LAST_WIDTH: f32 = 160.0;

/// What the table shows.
#[derive(Clone, Copy)]
pub struct TableData<'a> {
    /// The picture of the machine.
    pub snapshot: &'a Snapshot,
    /// Which rows, in which order.
    pub order: &'a RowOrder,
    /// Whether that is the order that was asked for; if not, it is on its way.
    pub is_settled: bool,
    /// The last minute of CPU use; `None` in a moment of before.
    pub trails: Option<&'a Trails>,
    /// What is now, if that is not what the table shows.
    pub now: Option<&'a Snapshot>,
    /// The selected process, or the program on which the marking stands.
    pub marked: Option<&'a RowId>,
    /// All selected processes.
    pub selection: &'a RowSelection,
    /// By what the rows are sorted, the most important first.
    pub sort: &'a [Sort],
    /// How they stand to each other.
    pub grouping: Grouping,
    /// What 100 % of CPU use is.
    pub cpu_unit: CpuUnit,
    /// Where we are, for times.
    pub zone: &'a TimeZone,
    /// Whether we look with root's rights.
    pub is_root: bool,
    /// Whether anything may be done to processes.
    pub permissions: Permissions,
}

impl<'a> TableData<'a> {
    /// What cells are made with.
    pub fn context(&self) -> CellContext<'a> {
        CellContext {
            snapshot: self.snapshot,
            zone: self.zone,
            cpu_unit: self.cpu_unit,
        }
    }
}

/// The table's own state: columns, scrolling.
#[derive(Debug)]
pub struct ProcessTable {
    columns: Vec<ShownColumn>,
    reveal: Option<RowId>,
    body_rect: Rect,
    offset: Vec2,
    /// Whether it stood at its top and does so no longer only because the marked row keeps its place.
    is_top_left: bool,
    /// Whether it stays at its top, whatever the marked row does.
    is_top_kept: bool,
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
            is_top_left: false,
            is_top_kept: false,
            rows_laid_out: 0..0,
        }
    }

    /// Chooses columns and widths anew.
    pub fn lay_out(&mut self, settings: &Settings, text: &Text) {
        self.columns = shown_columns(settings, text);
    }

    /// The columns shown.
    pub fn columns(&self) -> impl Iterator<Item = FigureId> + '_ {
        self.columns.iter().map(|column| column.id)
    }

    /// Where the rows are on screen.
    pub fn body_rect(&self) -> Rect {
        self.body_rect
    }

    /// Brings a row into sight with the next picture.
    pub fn reveal(&mut self, id: RowId) {
        self.reveal = Some(id);
    }

    /// Scrolls along with a row that has moved from one place to another, if it is in sight: it stays where it is on screen.
    /// Not if it was asked for its top.
    pub fn keep_in_place(&mut self, before: usize, after: usize) {
        if self.is_top_kept {
            return;
        }
        let top = before as f32 * ROW - self.offset.y;
        if top > -ROW && top < self.body_rect.height() {
            let was_at_top = self.offset.y <= 0.0;
            self.offset.y = (after as f32 * ROW - top).max(0.0);
            self.is_top_left = (self.is_top_left || was_at_top) && self.offset.y > 0.0;
        }
    }

    /// Goes to the top and stays there: another order was asked for, and its beginning is what is looked for.
    pub fn go_to_top(&mut self) {
        self.offset.y = 0.0;
        self.is_top_left = false;
        self.is_top_kept = true;
    }

    /// The next marked row keeps its place again.
    pub fn follow_marked(&mut self) {
        self.is_top_kept = false;
    }

    /// Draws header and rows.
    pub fn table_ui(&mut self, ui: &mut Ui, view: View<'_>, data: TableData<'_>) {
        let full = ui.available_rect_before_wrap();
        let header = Rect::from_min_size(full.min, vec2(full.width(), ROW_TALL));
        let body = Rect::from_min_max(pos2(full.left(), header.bottom() + 1.0), full.max);
        self.body_rect = body;
        let titles: Vec<f32> = self
            .columns
            .iter()
            .map(|column| column.title_width(ui.painter()))
            .collect();
        let window = ui.content_rect().width();
        let widths = self.widths(full.width(), window, data.grouping, &titles);
        let mut offset = self.offset;
        if let Some(y) = self.offset_to_reveal(data, body.height()) {
            offset.y = y;
            self.is_top_left = false;
        }
        let total = vec2(widths.iter().sum(), data.order.rows().len() as f32 * ROW);
        offset.y = offset.y.min((total.y - body.height()).max(0.0));
        let mut rows_ui = ui.new_child(UiBuilder::new().id_salt("rows").max_rect(body));
        // The toolkit springs back from beyond what it knew of: rows that came with this picture.
        rows_ui.spacing_mut().scroll.kinetic.rubber_band = false;
        let output = ScrollArea::both()
            .auto_shrink(false)
            .scroll_offset(offset)
            .show_viewport(&mut rows_ui, |ui, viewport| {
                ui.set_min_size(total);
                ui.spacing_mut().item_spacing = Vec2::ZERO;
                self.rows_ui(ui, view, data, viewport, &widths);
            });
        let scrolled = output.state.clamped_offset();
        if (scrolled.y - offset.y).abs() > 0.5 {
            self.is_top_left = false;
            self.is_top_kept = false;
        }
        self.offset = scrolled;
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
        let first = LEAD + widths.first().copied().unwrap_or_default() - self.offset.x;
        let title = LEAD + titles.first().copied().unwrap_or_default() - self.offset.x;
        let free = header
            .with_min_x(header.left() + title.max(0.0))
            .with_max_x(header.left() + first.min(full.width()));
        self.above_ui(ui, view, free, header);
        ui.advance_cursor_after_rect(full);
        keys_ui(ui, view, data, body);
    }

    /// Says how many rows have gone above the upper edge while the marked one kept its place; a click leads to them. It stands
    /// beside the first title, shorter where there is little room, and at the end of the header where there is none.
    fn above_ui(&mut self, ui: &mut Ui, view: View<'_>, free: Rect, header: Rect) {
        let count = (self.offset.y / ROW).ceil() as usize;
        if !self.is_top_left || count == 0 {
            return;
        }
        let words = view.text.with("table-above", &[("count", count.into())]);
        let short = count.to_string();
        let fits = |label: &str| small_button_width(ui, true, label) <= free.width();
        let (label, place) = match () {
            () if fits(&words) => (&words, free),
            () if fits(&short) => (&short, free),
            () => (&short, header),
        };
        let place = place.shrink2(vec2(1.0, UNIT));
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        let hint = UiBuilder::new().id_salt("rows above").max_rect(place);
        let mut hint = ui.new_child(hint.layout(layout));
        hint.spacing_mut().interact_size.y = place.height();
        let button = small_button(&mut hint, view.theme, Some(Icon::SortUp), label, true);
        button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &words));
        let tip = format!("{words}\n{}", view.text.get("table-above-tip"));
        if button.on_hover_text(tip).clicked() {
            self.go_to_top();
            ui.request_repaint();
        }
    }

    /// The width of each column; the last takes what is left.
    ///
    /// The first one's depends on the window, not on the table: columns must not move when the detail opens.
    fn widths(&self, available: f32, window: f32, grouping: Grouping, titles: &[f32]) -> Vec<f32> {
        let width = |(column, title): (&ShownColumn, &f32)| {
            let least = if column.is_sized { 0.0 } else { *title };
            column.width.max(least)
        };
        let mut widths: Vec<f32> = self.columns.iter().zip(titles).map(width).collect();
        if let (Some(first), Some(column)) = (widths.first_mut(), self.columns.first())
            && !column.is_sized
        {
            let spare = ((window - WINDOW) / 4.0).clamp(-FIRST_SHRINKING, FIRST_GROWTH);
            *first += spare;
            if grouping == Grouping::Tree {
                *first += BRANCHES;
            }
        }
        let sum: f32 = widths.iter().sum();
        if let (Some(last), Some(column)) = (widths.last_mut(), self.columns.last()) {
            let least = if column.is_sized { *last } else { LAST_WIDTH };
            *last = least.max(available - LEAD - (sum - *last));
        }
        widths
    }

    fn offset_to_reveal(&mut self, data: TableData<'_>, height: f32) -> Option<f32> {
        let place = data.order.position(self.reveal.as_ref()?);
        if place.is_some() || data.is_settled {
            self.reveal = None;
        }
        let top = place? as f32 * ROW;
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
            let place = RowPlace {
                rect,
                columns: &self.columns,
                widths,
            };
            row_ui(ui, view, data, row, place);
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
            horizontal_arrows: true,
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
        (egui::Key::ArrowRight, Motion::In),
        (egui::Key::ArrowLeft, Motion::Out),
    ] {
        // First with Shift: a pattern without it takes both.
        if ui.input_mut(|input| input.consume_key(egui::Modifiers::SHIFT, key)) {
            view.commands.send(Command::ExtendSelection(motion));
        } else if ui.input_mut(|input| input.consume_key(none, key)) {
            // Where rows do not fold, these keys are left to time.
            let is_in_time = data.now.is_some() && data.grouping == Grouping::Flat;
            view.commands.send(match motion {
                Motion::Out if is_in_time => Command::LookEarlier,
                Motion::In if is_in_time => Command::LookLater,
                motion => Command::MoveSelection(motion),
            });
        }
    }
    if let Some(marked) = data.marked
        && ui.input_mut(|input| input.consume_key(none, egui::Key::Enter))
    {
        view.commands.send(match marked {
            RowId::Process(_) => Command::OpenDetail,
            RowId::Program(_) => Command::ToggleFold(marked.clone()),
        });
    }
    // Space presses whatever has the focus; in a table there is nothing to press.
    if focused == Some(id) && ui.input_mut(|input| input.consume_key(none, egui::Key::Space)) {
        view.commands.send(Command::ToggleFreeze);
    }
}

/// The table's identity for the focus.
pub(super) fn table_id() -> egui::Id {
    egui::Id::unique("process table")
}
