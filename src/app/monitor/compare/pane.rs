//! The pane below the table: what is new, gone, grown and changed.

use eframe::egui::{
    self, Align, Color32, Frame, Layout, Margin, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo,
    pos2, vec2,
};

use super::rows::{ChangeKind, CompareRow, CompareSort, rows_of, sort};
use crate::app::command::Command;
use crate::app::command::CompareCommand;
use crate::app::icons::Icon;
use crate::app::theme;
use crate::app::theme::{Face, ROW, UNIT};
use crate::app::view::View;
use crate::app::widgets::{
    dragged_size, empty_ui, forget_shrunk_size, icon_button, paint_line, tab, text_button,
};
use crate::monitor::FigureId;
use crate::monitor::diff::Comparison;
use crate::monitor::figure::GROWING;

/// The columns: by what they sort, the key of their title, and their width; that of 0 takes what the others leave.
const COLUMNS: [(CompareSort, &str, f32); 5 + GROWING.len()] = [
    (CompareSort::ChangeKind, "compare-column-kind", 76.0),
    (CompareSort::Name, "compare-column-name", 168.0),
    (CompareSort::Pid, "compare-column-pid", 72.0),
    (CompareSort::Memory, "compare-column-memory", 88.0),
    (CompareSort::Growth(0), "compare-column-rss", 92.0),
    (CompareSort::Growth(1), "compare-column-uss", 92.0),
    (CompareSort::Growth(2), "column-num-fds", 64.0),
    (CompareSort::Growth(3), "column-threads", 76.0),
    (CompareSort::Growth(4), "compare-column-cpu", 84.0),
    (CompareSort::What, "compare-column-what", 0.0),
];

/// Space at both sides.
const SIDE: f32 = 4.0 * UNIT;

/// What is shown of a comparison.
pub(super) struct ComparePane {
    words: String,
    all: Vec<CompareRow>,
    /// How many there are of each kind.
    counts: [usize; ChangeKind::ALL.len()],
    kind: Option<ChangeKind>,
    filter: String,
    sort: CompareSort,
    is_reversed: bool,
    has_uss: bool,
    chosen_height: f32,
    /// How high it was in the last picture.
    height: f32,
    /// Those that pass, in order.
    shown: Vec<CompareRow>,
}

impl ComparePane {
    /// Shows a comparison; `words` say what was compared with.
    pub(super) fn new(words: String, comparison: &Comparison) -> Self {
        let mut pane = Self {
            words: String::new(),
            all: Vec::new(),
            counts: [0; ChangeKind::ALL.len()],
            kind: None,
            filter: String::new(),
            sort: CompareSort::Growth(0),
            is_reversed: false,
            has_uss: false,
            chosen_height: 260.0,
            height: 0.0,
            shown: Vec::new(),
        };
        pane.show(words, comparison);
        pane
    }

    /// Shows another one in the same way.
    pub(super) fn show(&mut self, words: String, comparison: &Comparison) {
        self.words = words;
        self.all = rows_of(comparison);
        self.counts =
            ChangeKind::ALL.map(|kind| self.all.iter().filter(|row| row.is_of(Some(kind))).count());
        self.has_uss = self
            .all
            .iter()
            .any(|row| matches!(row.growth, [_, Some(_), ..]));
        self.choose();
    }

    /// Chooses and sorts anew.
    fn choose(&mut self) {
        let rows = self.all.iter();
        let chosen = rows.filter(|row| row.is_of(self.kind) && row.has(&self.filter));
        self.shown = chosen.cloned().collect();
        sort(&mut self.shown, self.sort, self.is_reversed);
    }

    /// Draws it.
    pub(super) fn pane_ui(&mut self, ui: &mut Ui, view: View<'_>, is_busy: bool) {
        forget_shrunk_size(ui, "compare pane");
        let pane = egui::Panel::bottom("compare pane")
            .default_size(self.chosen_height)
            .size_range(140.0..=560.0)
            .resizable(true)
            .frame(Frame::NONE)
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
                Frame::new()
                    .inner_margin(Margin::symmetric(SIDE as i8, 4))
                    .show(ui, |ui| self.bar_ui(ui, view, is_busy));
                self.titles_ui(ui, view);
                if self.shown.is_empty() {
                    let key = if self.all.is_empty() {
                        "compare-nothing"
                    } else {
                        "compare-no-match"
                    };
                    return empty_ui(ui, view.theme, view.text.get(key));
                }
                ScrollArea::vertical()
                    .id_salt("compare rows")
                    .auto_shrink(false)
                    .show_rows(ui, ROW, self.shown.len(), |ui, range| {
                        for row in self.shown.iter().skip(range.start).take(range.len()) {
                            self.row_ui(ui, view, row);
                        }
                    });
            });
        let height = pane.response.rect.height();
        let before = std::mem::replace(&mut self.height, height);
        if let Some(height) = dragged_size(ui, before, height) {
            self.chosen_height = height;
        }
    }

    fn bar_ui(&mut self, ui: &mut Ui, view: View<'_>, is_busy: bool) {
        let size = vec2(ui.available_width(), theme::ROW_TALL);
        let layout = Layout::right_to_left(Align::Center);
        ui.allocate_ui_with_layout(size, layout, |ui| {
            let close = view.text.get("compare-close");
            if icon_button(ui, view.theme, Icon::Close, close).clicked() {
                view.commands.send(Command::Compare(CompareCommand::Close));
            }
            ui.add_space(UNIT);
            let again = ui.add_enabled_ui(!is_busy, |ui| {
                text_button(ui, view.theme, None, view.text.get("compare-again"), false)
            });
            let again = again
                .inner
                .on_hover_text(view.text.get("compare-again-tip"));
            if again.clicked() {
                view.commands.send(Command::Compare(CompareCommand::Again));
            }
            ui.add_space(2.0 * UNIT);
            let edit = egui::TextEdit::singleline(&mut self.filter)
                .font(theme::font(Face::Regular, theme::TEXT_S))
                .margin(Margin::symmetric(8, 4))
                .hint_text(view.text.get("compare-filter-hint"))
                .desired_width(150.0);
            let edited = ui
                .add(edit)
                .accessible_name(view.text.get("compare-filter"));
            let mut is_stale = edited.changed();
            ui.add_space(2.0 * UNIT);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                for (kind, key, count) in self.tabs() {
                    let label = view.text.with(key, &[("count", count.into())]);
                    if tab(ui, view.theme, &label, self.kind == kind).clicked() {
                        self.kind = kind;
                        is_stale = true;
                    }
                }
                ui.add_space(3.0 * UNIT);
                let room = ui.available_rect_before_wrap();
                let font = theme::font(Face::Regular, theme::TEXT_S);
                let color = view.theme.text_dim;
                let is_cut = paint_line(ui.painter(), room, Align::Min, &self.words, font, color);
                let response = ui.allocate_rect(room, Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &self.words));
                if is_cut {
                    response.on_hover_text(&self.words);
                }
            });
            if is_stale {
                self.choose();
            }
        });
    }

    fn tabs(&self) -> [(Option<ChangeKind>, &'static str, usize); 5] {
        let [new, gone, grown, changed] = self.counts;
        [
            (None, "compare-tab-all", self.all.len()),
            (Some(ChangeKind::New), "compare-tab-new", new),
            (Some(ChangeKind::Gone), "compare-tab-gone", gone),
            (Some(ChangeKind::Grown), "compare-tab-grown", grown),
            (Some(ChangeKind::Changed), "compare-tab-changed", changed),
        ]
    }

    /// Where each column stands in a line.
    fn places(&self, line: Rect) -> impl Iterator<Item = (CompareSort, &'static str, Rect)> {
        let has_uss = self.has_uss;
        let mut x = line.left();
        let shown = COLUMNS.into_iter();
        let shown = shown.filter(move |(key, ..)| has_uss || *key != CompareSort::Growth(1));
        shown.map(move |(key, title, width)| {
            let width = if width > 0.0 {
                width
            } else {
                (line.right() - x).max(0.0)
            };
            let place = Rect::from_min_size(pos2(x, line.top()), vec2(width, line.height()));
            x += width;
            (key, title, place)
        })
    }

    fn titles_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let mut clicked = None;
        for (key, title, place) in self.places(rect.shrink2(vec2(SIDE, 0.0))) {
            let title = view.text.get(title);
            let response = ui.interact(place, ui.scope_id().with(title), Sense::click());
            let is_on = self.sort == key;
            response.widget_info(|| WidgetInfo::selected(Role::ColumnHeader, true, is_on, title));
            let color = if is_on || response.hovered() {
                view.theme.text_strong
            } else {
                view.theme.text_dim
            };
            let font = theme::font(Face::Medium, theme::TEXT_XS);
            paint_line(ui.painter(), cell(place), align(key), title, font, color);
            if response.clicked() {
                clicked = Some(key);
            }
        }
        ui.painter()
            .hline(rect.x_range(), rect.bottom() - 0.5, view.theme.line());
        if let Some(key) = clicked {
            self.is_reversed = self.sort == key && !self.is_reversed;
            self.sort = key;
            self.choose();
        }
    }

    fn row_ui(&self, ui: &mut Ui, view: View<'_>, row: &CompareRow) {
        let size = vec2(ui.available_width(), ROW);
        let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
        let kind = view.text.get(kind_key(row.kind));
        response.widget_info(|| {
            let label = format!("{kind}, {}, {}", row.name, row.key.pid);
            WidgetInfo::labeled(Role::ListItem, true, label)
        });
        let is_there = row.kind != ChangeKind::Gone;
        if response.hovered() && is_there {
            ui.painter().rect_filled(rect, 0.0, view.theme.hover);
        }
        let mut tip = None;
        for (key, _, place) in self.places(rect.shrink2(vec2(SIDE, 0.0))) {
            let (text, color) = text_of(key, row, kind, view);
            let font = theme::font(Face::Regular, theme::TEXT_M);
            let is_cut = paint_line(ui.painter(), cell(place), align(key), &text, font, color);
            let is_here = response.hover_pos().is_some_and(|at| place.contains(at));
            if is_cut && is_here {
                tip = Some(text);
            }
        }
        if response.clicked() && is_there {
            view.commands.send(Command::ShowInMonitor(row.key));
        }
        let tip = tip.unwrap_or_else(|| {
            let key = if is_there {
                "compare-row-tip"
            } else {
                "compare-gone-tip"
            };
            view.text.get(key).to_owned()
        });
        response.on_hover_text_at_pointer(tip);
    }
}

fn text_of(key: CompareSort, row: &CompareRow, kind: &str, view: View<'_>) -> (String, Color32) {
    let theme = view.theme;
    match key {
        CompareSort::ChangeKind => {
            let color = match row.kind {
                ChangeKind::New => theme.ok,
                ChangeKind::Gone => theme.error,
                ChangeKind::Grown => theme.warning,
                ChangeKind::Changed => theme.text_dim,
            };
            (kind.to_owned(), color)
        }
        CompareSort::Name => (row.name.clone(), theme.text_strong),
        CompareSort::Pid => (row.key.pid.to_string(), theme.text),
        CompareSort::Memory => {
            let figure = FigureId::Memory.figure();
            let text = row.memory.map(|memory| figure.growth_text(memory));
            (text.unwrap_or_default(), theme.text)
        }
        CompareSort::Growth(place) => {
            let growth = row.growth.get(place).copied().flatten();
            let Some((growth, id)) = growth.zip(GROWING.get(place)) else {
                return (String::new(), theme.text_dim);
            };
            let text = id.figure().growth_text(growth.abs());
            if growth > 0.0 {
                (format!("+{text}"), theme.text)
            } else {
                (format!("\u{2212}{text}"), theme.text_dim)
            }
        }
        CompareSort::What => (row.what.clone(), theme.text_dim),
    }
}

const fn kind_key(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::New => "compare-new",
        ChangeKind::Gone => "compare-gone",
        ChangeKind::Grown => "compare-grown",
        ChangeKind::Changed => "compare-changed",
    }
}

const fn align(key: CompareSort) -> Align {
    match key {
        CompareSort::Pid | CompareSort::Memory | CompareSort::Growth(_) => Align::Max,
        CompareSort::ChangeKind | CompareSort::Name | CompareSort::What => Align::Min,
    }
}

/// The text's room in a column.
fn cell(place: Rect) -> Rect {
    place.shrink2(vec2(UNIT, 0.0))
}
