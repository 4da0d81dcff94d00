//! What the window remembers between two runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lab::LabSettings;
use super::monitor::export::ExportSettings;
use crate::app::theme::ThemeChoice;
use crate::monitor::{COLUMNS, Direction, Figure, FigureId, Grouping, Sort};

/// The version written into settings; a reader of another one starts afresh.
pub const SETTINGS_VERSION: u32 = 1;

/// Everything that is remembered; each missing part has its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// See [`SETTINGS_VERSION`].
    pub version: u32,
    /// The place shown last.
    pub place: Page,
    /// Colours.
    pub theme: ThemeChoice,
    /// Magnification of everything, 1.0 at first.
    pub zoom: f32,
    /// How often the machine is read, milliseconds.
    pub interval_ms: u64,
    /// Whether threads of the kernel are in the table.
    pub kernel_threads: bool,
    /// Whether processes that have ended are.
    pub ended: bool,
    /// Key of the column the table is sorted by.
    pub sort: String,
    /// Largest first.
    pub is_descending: bool,
    /// Further columns the table is sorted by among equals: key, and whether largest first.
    pub further_sort: Vec<(String, bool)>,
    /// Whether 100 % of CPU use is the whole machine, not one core.
    pub is_cpu_of_machine: bool,
    /// How rows stand to each other.
    pub grouping: Grouping,
    /// Widths of columns by key, points; columns not named here have their default width.
    pub column_widths: BTreeMap<String, f32>,
    /// Columns in the table by key, in order; empty for the default ones.
    pub columns: Vec<String>,
    /// Width of the detail panel, points.
    pub detail_width: f32,
    /// Whether nothing can be done to processes from the window.
    pub is_read_only: bool,
    /// Whether the line that introduces the Lab was taken away.
    pub is_introduced: bool,
    /// The Lab as it was left.
    pub lab: LabSettings,
    /// Which fields were exported last.
    pub export: ExportSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: SETTINGS_VERSION,
            place: Page::Monitor,
            theme: ThemeChoice::Dark,
            zoom: 1.0,
            interval_ms: 1_000,
            kernel_threads: false,
            ended: true,
            sort: "cpu_percent".to_owned(),
            is_descending: true,
            further_sort: Vec::new(),
            is_cpu_of_machine: false,
            grouping: Grouping::Flat,
            column_widths: BTreeMap::new(),
            columns: Vec::new(),
            detail_width: 400.0,
            is_read_only: false,
            is_introduced: false,
            lab: LabSettings::default(),
            export: ExportSettings::default(),
        }
    }
}

impl Settings {
    /// What was saved, or the defaults where nothing usable was.
    pub fn load(storage: Option<&dyn eframe::Storage>) -> Self {
        storage
            .and_then(|storage| eframe::get_value::<Self>(storage, eframe::APP_KEY))
            .filter(|settings| settings.version == SETTINGS_VERSION)
            .unwrap_or_default()
    }

    /// The columns in the table, in order.
    pub fn shown_columns(&self) -> Vec<&'static Figure> {
        let chosen = self.columns.iter();
        let chosen: Vec<_> = chosen
            .filter_map(|key| FigureId::from_key(key))
            .map(FigureId::figure)
            .collect();
        if chosen.is_empty() {
            let columns = COLUMNS.into_iter();
            columns.filter(|column| column.is_default).collect()
        } else {
            chosen
        }
    }

    /// Puts a column into the table, behind the one it stands behind at first, or takes it out.
    pub fn toggle_column(&mut self, id: FigureId) {
        let mut shown = self.shown_columns();
        if let Some(place) = shown.iter().position(|column| column.id == id) {
            shown.remove(place);
        } else {
            let rank = |id: FigureId| COLUMNS.iter().position(|column| column.id == id);
            let before = |column: &&Figure| rank(column.id) < rank(id);
            let place = shown.iter().rposition(before).map_or(0, |place| place + 1);
            shown.insert(place, id.figure());
        }
        self.set_columns(&shown);
    }

    /// Puts a column that is to be looked at now beside the memory, if it is not in the table; whether it was not.
    pub fn show_column(&mut self, id: FigureId) -> bool {
        let mut shown = self.shown_columns();
        let is_hidden = shown.iter().all(|column| column.id != id);
        if is_hidden {
            let place = shown
                .iter()
                .position(|column| column.id == FigureId::Memory);
            shown.insert(place.map_or(shown.len(), |place| place + 1), id.figure());
            self.set_columns(&shown);
        }
        is_hidden
    }

    /// Moves a column to a place among those in the table.
    pub fn move_column(&mut self, id: FigureId, place: usize) {
        let mut shown = self.shown_columns();
        if let Some(from) = shown.iter().position(|column| column.id == id) {
            let column = shown.remove(from);
            shown.insert(place.min(shown.len()), column);
        }
        self.set_columns(&shown);
    }

    fn set_columns(&mut self, shown: &[&Figure]) {
        self.columns = shown.iter().map(|column| column.key.to_owned()).collect();
    }

    /// By what the table is sorted, the most important first.
    pub fn sorts(&self) -> Vec<Sort> {
        let first = (self.sort.clone(), self.is_descending);
        let further = self.further_sort.iter().cloned();
        let sorts: Vec<_> = std::iter::once(first)
            .chain(further)
            .filter_map(|(key, is_descending)| {
                let direction = if is_descending {
                    Direction::Descending
                } else {
                    Direction::Ascending
                };
                let column = FigureId::from_key(&key)?;
                Some(Sort { column, direction })
            })
            .collect();
        if sorts.is_empty() {
            vec![Sort::first(FigureId::Cpu)]
        } else {
            sorts
        }
    }

    /// Remembers by what the table is sorted.
    pub fn set_sorts(&mut self, sorts: &[Sort]) {
        let mut sorts = sorts.iter().map(|sort| {
            let key = sort.column.figure().key.to_owned();
            (key, sort.direction == Direction::Descending)
        });
        if let Some((key, is_descending)) = sorts.next() {
            self.sort = key;
            self.is_descending = is_descending;
        }
        self.further_sort = sorts.collect();
    }

    /// Writes them.
    pub fn save(&self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, eframe::APP_KEY, self);
    }
}

/// The places of the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Page {
    /// All processes of the machine.
    #[default]
    Monitor,
    /// Runs of processes, queues and pools.
    Lab,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(settings: &Settings) -> Vec<FigureId> {
        let shown = settings.shown_columns();
        shown.iter().map(|column| column.id).collect()
    }

    #[test]
    fn a_column_goes_and_comes_back_where_it_was() {
        let mut settings = Settings::default();
        let before = shown(&settings);
        settings.toggle_column(FigureId::Threads);
        assert!(!shown(&settings).contains(&FigureId::Threads));
        settings.toggle_column(FigureId::Threads);
        assert_eq!(shown(&settings), before);
        settings.toggle_column(FigureId::Name);
        settings.toggle_column(FigureId::Name);
        assert_eq!(shown(&settings), before);
    }

    #[test]
    fn a_column_moves_and_the_others_keep_their_order() {
        let mut settings = Settings::default();
        settings.move_column(FigureId::Cpu, 1);
        assert_eq!(
            shown(&settings)[..3],
            [FigureId::Name, FigureId::Cpu, FigureId::Pid]
        );
        settings.move_column(FigureId::Name, 99);
        assert_eq!(shown(&settings).last(), Some(&FigureId::Name));
    }

    #[test]
    fn several_sorts_are_remembered() {
        let mut settings = Settings::default();
        let sorts = vec![
            Sort::first(FigureId::Name),
            Sort::first(FigureId::Cpu),
            Sort::first(FigureId::Pid).reversed(),
        ];
        settings.set_sorts(&sorts);
        assert_eq!(settings.sorts(), sorts);
        settings.set_sorts(&sorts[..1]);
        assert_eq!(settings.sorts(), sorts[..1]);
        settings.sort = "no such column".into();
        assert_eq!(settings.sorts(), [Sort::first(FigureId::Cpu)]);
    }
}
