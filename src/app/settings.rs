//! What the window remembers between two runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lab::LabSettings;
use crate::monitor::column::COLUMNS;
use crate::monitor::{Column, Grouping};

/// The version written into settings; a reader of another one starts afresh.
pub const SETTINGS_VERSION: u32 = 1;

/// Everything that is remembered; each missing part has its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// See [`SETTINGS_VERSION`].
    pub version: u32,
    /// The place shown last.
    pub place: Place,
    /// Colours.
    pub theme: ThemeChoice,
    /// Magnification of everything, 1.0 at first.
    pub zoom: f32,
    /// How often the machine is read, milliseconds.
    pub interval_ms: u64,
    /// Whether threads of the kernel are in the table.
    pub kernel_threads: bool,
    /// Key of the column the table is sorted by.
    pub sort: String,
    /// Largest first.
    pub is_descending: bool,
    /// How rows stand to each other.
    pub grouping: Grouping,
    /// Widths of columns by key, points; columns not named here have their default width.
    pub column_widths: BTreeMap<String, f32>,
    /// Columns in the table by key; empty for the default ones.
    pub columns: Vec<String>,
    /// Width of the detail panel, points.
    pub detail_width: f32,
    /// Whether the line that introduces the Lab was taken away.
    pub is_introduced: bool,
    /// The Lab as it was left.
    pub lab: LabSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: SETTINGS_VERSION,
            place: Place::Monitor,
            theme: ThemeChoice::Dark,
            zoom: 1.0,
            interval_ms: 1_000,
            kernel_threads: false,
            sort: "cpu_percent".to_owned(),
            is_descending: true,
            grouping: Grouping::Flat,
            column_widths: BTreeMap::new(),
            columns: Vec::new(),
            detail_width: 372.0,
            is_introduced: false,
            lab: LabSettings::default(),
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

    /// Whether a column is in the table.
    pub fn shows_column(&self, column: &Column) -> bool {
        if self.columns.is_empty() {
            column.is_default
        } else {
            self.columns.iter().any(|key| key == column.key)
        }
    }

    /// Puts a column into the table or takes it out.
    pub fn toggle_column(&mut self, column: &Column) {
        let shown = COLUMNS
            .iter()
            .filter(|other| self.shows_column(other) != (other.id == column.id));
        self.columns = shown.map(|column| column.key.to_owned()).collect();
    }

    /// Writes them.
    pub fn save(&self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, eframe::APP_KEY, self);
    }
}

/// The places of the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Place {
    /// All processes of the machine.
    #[default]
    Monitor,
    /// Runs of processes, queues and pools.
    Lab,
}

/// Which colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ThemeChoice {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
    /// As the desktop has it.
    System,
}

impl From<ThemeChoice> for eframe::egui::ThemePreference {
    fn from(choice: ThemeChoice) -> Self {
        match choice {
            ThemeChoice::Dark => Self::Dark,
            ThemeChoice::Light => Self::Light,
            ThemeChoice::System => Self::System,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::ColumnId;

    #[test]
    fn a_column_goes_and_comes_back() {
        let mut settings = Settings::default();
        let column = ColumnId::Threads.column();
        settings.toggle_column(column);
        assert!(!settings.shows_column(column) && settings.shows_column(ColumnId::Pid.column()));
        settings.toggle_column(column);
        assert!(settings.shows_column(column));
    }
}
