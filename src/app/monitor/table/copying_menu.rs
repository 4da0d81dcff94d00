//! What can be copied of a row: its cell under the pointer, the row, the process as JSON, the command that ends it.

use eframe::egui::{self, Id, Ui};

use super::header::ShownColumn;
use super::{TableData, table_id};
use crate::app::command::Command;
use crate::app::monitor::OrderRow;
use crate::app::monitor::actions::ReadOnly;
use crate::app::view::View;
use crate::monitor::document::{Document, FieldSet};
use crate::monitor::{CellContext, FigureId, ProcessRow};

/// Remembers the column under the pointer for the menu that opens now.
pub fn note_cell(ui: &Ui, column: FigureId) {
    ui.data_mut(|data| data.insert_temp(cell_id(), column));
}

fn cell_id() -> Id {
    table_id().with("cell")
}

/// Draws the entries. Of a row that is one of several selected ones, all are meant, but for the cell.
pub fn copying_menu_ui(
    ui: &mut Ui,
    view: View<'_>,
    data: TableData<'_>,
    columns: &[ShownColumn],
    process: &ProcessRow,
) {
    let is_one_of = data.selection.len() > 1 && data.selection.contains(process.key);
    let count = if is_one_of { data.selection.len() } else { 1 };
    let meant = || -> Vec<&ProcessRow> {
        if !is_one_of {
            return vec![process];
        }
        let rows = data.order.rows().iter().filter_map(OrderRow::process);
        let selected = rows.filter(|key| data.selection.contains(*key));
        selected.filter_map(|key| data.snapshot.row(key)).collect()
    };
    // The text is made for the one entry that is chosen.
    let entry = |ui: &mut Ui, key: &str, text: &dyn Fn() -> String| {
        let label = view.text.with(key, &[("count", count.into())]);
        if ui.add(egui::Button::new(label)).clicked() {
            view.commands.send(Command::CopyText(text()));
            ui.close();
        }
    };
    let context = CellContext {
        snapshot: data.snapshot,
        zone: data.zone,
        cpu_unit: data.cpu_unit,
    };
    let cell = |id: FigureId, row: &ProcessRow| {
        let text = id.cell(row, context).ok();
        text.map(|text| text.to_string()).unwrap_or_default()
    };
    if let Some(id) = ui.data(|data| data.get_temp::<FigureId>(cell_id())) {
        entry(ui, "menu-copy-cell", &|| cell(id, process));
    }
    entry(ui, "menu-copy-row", &|| {
        let lines = meant().into_iter().map(|row| {
            let cells = columns.iter().map(|column| cell(column.id, row));
            cells.collect::<Vec<_>>().join("\t")
        });
        lines.collect::<Vec<_>>().join("\n")
    });
    entry(ui, "menu-copy-json", &|| json(data, &meant()));
    // In a moment of before, the pids of those that are gone may be others' by now.
    let is_there = |row: &&ProcessRow| data.now.is_none_or(|now| now.row(row.key).is_some());
    let there: Vec<_> = meant().into_iter().filter(is_there).collect();
    // In a terminal beside us these are others' pids.
    if data.permissions.read_only == Some(ReadOnly::OtherPidNamespace) {
        kill_entry_ui(ui, view, &[], "refusal-other-namespace");
    } else {
        kill_entry_ui(ui, view, &there, KILL_GONE);
    }
}

/// Key of why what has ended cannot be killed.
pub const KILL_GONE: &str = "menu-copy-kill-gone";

/// Copies the command that ends these processes; if there are none, a tooltip says why not, by this key.
pub fn kill_entry_ui(ui: &mut Ui, view: View<'_>, there: &[&ProcessRow], obstacle: &'static str) {
    let args = [("count", there.len().max(1).into())];
    let label = view.text.with("menu-copy-kill", &args);
    let entry = ui.add_enabled(!there.is_empty(), egui::Button::new(label));
    let entry = entry.on_disabled_hover_text(view.text.get(obstacle));
    if entry.clicked() {
        let text = kill_command(there.iter().copied());
        view.commands.send(Command::CopyText(text));
        ui.close();
    }
}

/// One process as an object, several as a list, with the fields that `proclab snapshot` writes.
fn json(data: TableData<'_>, rows: &[&ProcessRow]) -> String {
    let rows = rows.iter().copied();
    let document = Document::of_rows(data.snapshot, rows, &FieldSet::default());
    let text = match document.processes.as_slice() {
        [one] => serde_json::to_string_pretty(one),
        several => serde_json::to_string_pretty(several),
    };
    text.unwrap_or_default()
}

/// For a terminal. It ends the processes that have these pids when it is run.
fn kill_command<'a>(rows: impl Iterator<Item = &'a ProcessRow>) -> String {
    let pids: Vec<_> = rows.map(|row| row.key.pid.to_string()).collect();
    format!("kill {}", pids.join(" "))
}
