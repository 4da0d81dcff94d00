//! How the processes are written: the rows of choices below those of which ones.

use eframe::egui::{RichText, Ui, vec2};

use super::field_picker::{ExportSettings, FieldChoice, FieldPicker};
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{Segment, segments_ui};
use crate::monitor::document::{Cells, EnvironMode, FieldSet, Format, Keys, Request};
use crate::monitor::extra::Need;

/// Width of the words before the choices.
const WORDS: f32 = 104.0;

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ExportChoices {
    pub format: Format,
    /// Which fields are written.
    pub fields: FieldChoice,
    /// Those that are picked, whether they are written or not.
    pub field_picker: FieldPicker,
    /// What becomes of the environment; `None` leaves it out.
    pub environ: Option<EnvironMode>,
    pub keys: Keys,
    /// Whether cells of CSV are kept from being taken for formulas.
    pub safe_cells: bool,
}

impl Default for ExportChoices {
    fn default() -> Self {
        Self::new(Format::default(), &ExportSettings::default())
    }
}

impl ExportChoices {
    /// In this format, with fields as they were chosen last.
    pub(super) fn new(format: Format, settings: &ExportSettings) -> Self {
        Self {
            format,
            fields: settings.fields,
            field_picker: FieldPicker::new(settings.picked.as_deref()),
            environ: None,
            keys: Keys::default(),
            safe_cells: settings.safe_cells,
        }
    }

    /// What is to be remembered of them.
    pub(super) fn settings(&self) -> ExportSettings {
        ExportSettings {
            fields: self.fields,
            picked: self.field_picker.own_names(),
            safe_cells: self.safe_cells,
        }
    }

    /// What is asked for with them.
    pub(super) fn request(&self) -> Request {
        let fields = match self.fields {
            FieldChoice::Usual => FieldSet::default(),
            FieldChoice::Everything => FieldSet::all(),
            FieldChoice::Picked => self.field_picker.set(),
        };
        Request {
            fields: match self.environ {
                Some(_) => fields.with_environ(),
                None => fields,
            },
            environ: self.environ,
            keys: self.keys,
            ..Request::default()
        }
    }

    /// How cells of CSV are written.
    pub(super) fn cells(&self) -> Cells {
        if self.safe_cells {
            Cells::Safe
        } else {
            Cells::Exact
        }
    }

    /// Whether more must be read than the picture has, or may have.
    pub(super) fn needs_reading(&self) -> bool {
        let fields = self.request().fields;
        fields.needs_detail() || fields.wanted().has(Need::Descriptors)
    }

    /// Whether there is something that is known only if the table, its order or its filter was about it.
    pub(super) fn has_rates(&self) -> bool {
        self.request().fields.wanted().has(Need::Io)
    }

    /// Whether no field is left to be written.
    pub(super) fn has_no_field(&self) -> bool {
        self.fields == FieldChoice::Picked && self.environ.is_none() && self.field_picker.is_empty()
    }

    /// What is left of them for a moment of before: only what the table showed then is known of it.
    pub(super) fn keep_to_the_table(&mut self) {
        (self.fields, self.environ) = (FieldChoice::Usual, None);
    }

    /// Draws the choices; of a moment of before there are fewer.
    pub(super) fn choices_ui(&mut self, ui: &mut Ui, view: View<'_>, is_past: bool) {
        ui.spacing_mut().item_spacing.y = 1.5 * UNIT;
        let formats = Format::ALL.map(|format| {
            let (label, tip) = match format {
                Format::Json => ("export-json", "export-json-tip"),
                Format::Ndjson => ("export-ndjson", "export-ndjson-tip"),
                Format::Csv => ("export-csv", "export-csv-tip"),
            };
            (format, label, tip)
        });
        choice_ui(ui, view, "export-format", &mut self.format, formats);
        if self.format == Format::Csv {
            let cells = [
                (false, "export-cells-exact", "export-cells-exact-tip"),
                (true, "export-cells-safe", "export-cells-safe-tip"),
            ];
            choice_ui(ui, view, "export-cells", &mut self.safe_cells, cells);
        }
        if is_past {
            self.keep_to_the_table();
            self.keys_ui(ui, view);
            return;
        }
        let fields = [
            (
                FieldChoice::Usual,
                "export-fields-table",
                "export-fields-table-tip",
            ),
            (
                FieldChoice::Everything,
                "export-fields-all",
                "export-fields-all-tip",
            ),
            (
                FieldChoice::Picked,
                "export-fields-pick",
                "export-fields-pick-tip",
            ),
        ];
        choice_ui(ui, view, "export-fields", &mut self.fields, fields);
        if self.fields == FieldChoice::Picked {
            self.field_picker.picking_ui(ui, view, self.keys);
        }
        let environ = [
            (None, "export-environ-omit", "export-environ-omit-tip"),
            (
                Some(EnvironMode::Redact),
                "export-environ-redact",
                "export-environ-redact-tip",
            ),
            (
                Some(EnvironMode::Show),
                "export-environ-show",
                "export-environ-show-tip",
            ),
        ];
        choice_ui(ui, view, "export-environ", &mut self.environ, environ);
        self.keys_ui(ui, view);
    }

    fn keys_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let keys = [
            (Keys::En, "export-keys-en", "export-keys-en-tip"),
            (Keys::Zh, "export-keys-zh", "export-keys-zh-tip"),
        ];
        choice_ui(ui, view, "export-keys", &mut self.keys, keys);
    }
}

/// One row: what is chosen, and the things to choose from with the keys of their words and tips.
fn choice_ui<T: Copy + PartialEq, const N: usize>(
    ui: &mut Ui,
    view: View<'_>,
    key: &str,
    chosen: &mut T,
    things: [(T, &str, &str); N],
) {
    ui.horizontal(|ui| {
        let font = theme::font(Face::Regular, theme::TEXT_S);
        let words = RichText::new(view.text.get(key)).font(font);
        let left = ui.cursor().left();
        ui.label(words.color(view.theme.text_dim));
        let rest = (left + WORDS - ui.cursor().left()).max(0.0);
        ui.allocate_space(vec2(rest, 0.0));
        ui.push_id(key, |ui| {
            let segments = things.map(|(thing, label, tip)| Segment {
                label: view.text.get(label),
                tip: view.text.get(tip).to_owned(),
                is_on: thing == *chosen,
            });
            let clicked = segments_ui(ui, view.theme, &segments);
            if let Some((thing, ..)) = clicked.and_then(|place| things.get(place)) {
                *chosen = *thing;
            }
        });
    });
}
