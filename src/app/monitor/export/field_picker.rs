//! The list of fields to pick from: that of `--fields`, narrowed down by what is typed.

use std::collections::BTreeSet;

use eframe::egui::{Align, Checkbox, Frame, Id, Layout, Margin, RichText, ScrollArea, Stroke, Ui};
use serde::{Deserialize, Serialize};

use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, ROW, UNIT};
use crate::app::view::View;
use crate::app::widgets::{find_field, link_button};
use crate::monitor::document::{ENVIRON, FIELDS, Field, FieldSet, Keys};

/// Height of the list, in rows: as the window has room beside the rest of the question, points.
const ROWS: std::ops::RangeInclusive<f32> = 3.0..=9.0;
const REST: f32 = 560.0;

/// Width of the boxes with their keys.
const KEYS: f32 = 168.0;

/// Which fields are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FieldChoice {
    /// Those that the table has anyway.
    #[default]
    Usual,
    /// All but the environment.
    Everything,
    /// Those that were picked.
    Picked,
}

/// What is remembered of an export between two runs of the program.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExportSettings {
    /// Which fields are written.
    pub fields: FieldChoice,
    /// The picked names; `None` before the first pick.
    pub picked: Option<Vec<String>>,
    /// Whether cells of CSV are kept from being taken for formulas.
    pub safe_cells: bool,
}

/// The fields that are picked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FieldPicker {
    picked: BTreeSet<&'static str>,
    /// Whether the user picked them; otherwise they are the defaults.
    is_own: bool,
    filter: String,
    /// What passes the filter, until that changes.
    shown: Option<Vec<&'static Field>>,
}

/// What can be picked: the environment has a choice of its own.
fn fields() -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(|field| field.name != ENVIRON)
}

impl FieldPicker {
    /// Those of these names that there are; the usual ones where nothing was picked yet.
    pub(super) fn new(picked: Option<&[String]>) -> Self {
        let is_picked = |field: &&Field| match picked {
            Some(names) => names.iter().any(|name| name == field.name),
            None => field.is_default(),
        };
        Self {
            picked: fields().filter(is_picked).map(|field| field.name).collect(),
            is_own: picked.is_some(),
            filter: String::new(),
            shown: None,
        }
    }

    /// Whether none is.
    pub(super) fn is_empty(&self) -> bool {
        self.picked.is_empty()
    }

    /// Their names; `None` before the first pick.
    pub(super) fn own_names(&self) -> Option<Vec<String>> {
        let names = self.picked.iter().map(|&name| name.to_owned());
        self.is_own.then(|| names.collect())
    }

    /// The same to be asked for.
    pub(super) fn set(&self) -> FieldSet {
        FieldSet::of_names(&self.picked)
    }

    /// Those that have what is typed in their name or in what they are, case ignored.
    fn shown(&self, text: &Text) -> Vec<&'static Field> {
        let typed = self.filter.trim().to_lowercase();
        let has = |words: &str| words.to_lowercase().contains(&typed);
        fields()
            .filter(|field| has(field.name) || has(field.zh) || has(&help(text, field)))
            .collect()
    }

    /// Draws the list.
    pub(super) fn picking_ui(&mut self, ui: &mut Ui, view: View<'_>, keys: Keys) {
        let shown = self.shown.take();
        let shown = shown.unwrap_or_else(|| self.shown(view.text));
        let before = self.picked.clone();
        let is_other = self.head_ui(ui, view, &shown);
        let room = (ui.ctx().content_rect().height() - REST) / ROW;
        let height = room.floor().clamp(*ROWS.start(), *ROWS.end()) * ROW;
        Frame::new()
            .fill(view.theme.well)
            .stroke(Stroke::new(1.0, view.theme.border))
            .corner_radius(theme::RADIUS)
            .inner_margin(Margin::symmetric(8, 4))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.set_height(height);
                ui.spacing_mut().item_spacing.y = 0.0;
                ui.spacing_mut().interact_size.y = ROW;
                if shown.is_empty() {
                    let words = RichText::new(view.text.get("export-pick-none-found"));
                    ui.label(words.color(view.theme.text_dim));
                    return;
                }
                ScrollArea::vertical()
                    .id_salt("fields to pick")
                    .auto_shrink(false)
                    .max_height(height)
                    .show_rows(ui, ROW, shown.len(), |ui, range| {
                        for field in shown.iter().skip(range.start).take(range.len()) {
                            self.field_ui(ui, view, field, keys);
                        }
                    });
            });
        self.is_own |= self.picked != before;
        self.shown = (!is_other).then_some(shown);
    }

    /// What narrows the list down, how many are picked, and the way to all and to none of those shown; whether others are to be
    /// shown.
    fn head_ui(&mut self, ui: &mut Ui, view: View<'_>, shown: &[&'static Field]) -> bool {
        let head = ui.horizontal(|ui| {
            let id = Id::unique("export field filter");
            let name = view.text.get("export-pick-find");
            let typed = find_field(ui, view.theme, id, name, &mut self.filter, 180.0);
            let counts = [
                ("count", self.picked.len().into()),
                ("all", fields().count().into()),
            ];
            let words = RichText::new(view.text.with("export-pick-count", &counts));
            let font = theme::font(Face::Regular, theme::TEXT_S);
            ui.label(words.font(font).color(view.theme.text_dim));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let none = link_button(ui, view.theme, view.text.get("export-pick-none"));
                if none.clicked() {
                    shown.iter().for_each(|field| {
                        self.picked.remove(field.name);
                    });
                }
                let all = link_button(ui, view.theme, view.text.get("export-pick-all"));
                if all.clicked() {
                    self.picked.extend(shown.iter().map(|field| field.name));
                }
            });
            typed.changed()
        });
        head.inner
    }

    fn field_ui(&mut self, ui: &mut Ui, view: View<'_>, field: &'static Field, keys: Keys) {
        ui.horizontal(|ui| {
            ui.set_height(ROW);
            let left = ui.cursor().left();
            let mut is_picked = self.picked.contains(field.name);
            let key = RichText::new(field.key(keys)).font(theme::font(Face::Mono, theme::TEXT_S));
            // What is not picked must be seen to be a choice.
            ui.visuals_mut().widgets.inactive.bg_stroke =
                Stroke::new(1.0, view.theme.border_strong);
            let help = help(view.text, field);
            let check = ui.add(Checkbox::new(&mut is_picked, key.color(view.theme.text)));
            if check.on_hover_text(&help).changed() {
                if is_picked {
                    self.picked.insert(field.name);
                } else {
                    self.picked.remove(field.name);
                }
            }
            let font = theme::font(Face::Regular, theme::TEXT_S);
            let words = RichText::new(help).font(font).color(view.theme.text_dim);
            ui.add_space((left + KEYS - ui.cursor().left()).max(UNIT));
            ui.add(eframe::egui::Label::new(words).truncate());
        });
    }
}

/// What a field is, as a sentence.
fn help(text: &Text, field: &Field) -> String {
    let help = field.help(text);
    let mut letters = help.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_words() {
        let text = Text::english();
        for field in fields() {
            let words = help(&text, field);
            assert!(
                words.len() > 3 && !words.starts_with("Exported"),
                "{}",
                field.name
            );
        }
    }

    #[test]
    fn what_was_picked_is_remembered_and_what_is_no_field_forgotten() {
        let usual = FieldPicker::new(None);
        assert_eq!(usual.set(), FieldSet::default());
        assert_eq!(usual.own_names(), None);
        let names = ["threads", "aura", "name", "environ"].map(str::to_owned);
        let field_picker = FieldPicker::new(Some(&names));
        let own = field_picker.own_names().unwrap();
        assert_eq!(own, ["name", "threads"]);
        assert_eq!(FieldPicker::new(Some(&own)), field_picker);
        assert!(field_picker.set().has("threads") && !field_picker.set().has("environ"));
        let settings: ExportSettings = serde_json::from_str("{}").unwrap();
        assert_eq!(settings, ExportSettings::default());
    }

    #[test]
    fn the_list_is_narrowed_down_by_name_and_meaning() {
        let text = Text::english();
        let mut field_picker = FieldPicker::new(None);
        let mut shown = |typed: &str| {
            field_picker.filter = typed.to_owned();
            let shown = field_picker.shown(&text).into_iter();
            shown.map(|field| field.name).collect::<Vec<_>>()
        };
        assert_eq!(shown("OOM"), ["oom_score", "oom_score_adj"]);
        assert!(shown("sockets").contains(&"connections"));
        assert_eq!(shown("线程数"), ["num_threads"]);
        assert!(shown("no such thing").is_empty());
        assert_eq!(shown("").len(), FIELDS.len() - 1);
    }
}
