//! The menu of a row: what can be done with a process, with one that has ended, with a program.

use std::sync::Arc;

use eframe::egui::{self, Ui};

use super::TableData;
use super::copying_menu::{KILL_GONE, copying_menu_ui, kill_entry_ui};
use super::header::ShownColumn;
use crate::app::command::Command;
use crate::app::command::Targets;
use crate::app::monitor::OrderRow;
use crate::app::monitor::actions::{MenuTargets, acting_menu_ui};
use crate::app::view::View;
use crate::app::widgets::menu_style;
use crate::monitor::ProcessRow;

/// The row or rows that a menu is for.
#[derive(Clone, Copy)]
pub enum RowMenu<'a> {
    /// A process.
    Process(&'a ProcessRow),
    /// One that has ended, as it was.
    Ended(&'a ProcessRow),
    /// All processes of a program.
    Program(&'a Arc<str>),
}

impl RowMenu<'_> {
    /// Draws the entries.
    pub fn ui(self, ui: &mut Ui, view: View<'_>, data: TableData<'_>, columns: &[ShownColumn]) {
        match self {
            Self::Process(process) => process_ui(ui, view, data, columns, process),
            Self::Ended(process) => ended_ui(ui, view, process),
            Self::Program(name) => program_ui(ui, view, data, name),
        }
    }
}

/// What can be done with what has ended.
fn ended_ui(ui: &mut Ui, view: View<'_>, process: &ProcessRow) {
    menu_style(ui);
    ui.set_min_width(200.0);
    let text = view.text;
    let name = process.name.to_string();
    let entries = [
        (
            "menu-copy-pid",
            Command::CopyText(process.key.pid.to_string()),
        ),
        ("menu-copy-name", Command::CopyText(name)),
        (
            "menu-copy-command",
            Command::CopyText(process.cmdline_text().to_owned()),
        ),
        ("command-dismiss-ended", Command::DismissEnded(process.key)),
        ("command-dismiss-all-ended", Command::DismissAllEnded),
    ];
    for (key, command) in entries {
        let is_enabled = key != "menu-copy-command" || process.cmdline.is_ok();
        let button = egui::Button::new(text.get(key));
        if ui.add_enabled(is_enabled, button).clicked() {
            view.commands.send(command);
            ui.close();
        }
        if key == "menu-copy-command" {
            kill_entry_ui(ui, view, &[], KILL_GONE);
        }
    }
}

/// What can be done with a process.
fn process_ui(
    ui: &mut Ui,
    view: View<'_>,
    data: TableData<'_>,
    columns: &[ShownColumn],
    process: &ProcessRow,
) {
    let key = process.key;
    // A click into a selection is about all of it.
    let (targets, keys) = if data.selection.len() > 1 && data.selection.contains(key) {
        let rows = data.order.rows().iter().filter_map(OrderRow::process);
        let selected = rows.filter(|key| data.selection.contains(*key));
        (Targets::Selection, selected.collect())
    } else {
        (Targets::One(key), vec![key])
    };
    let subject = MenuTargets {
        targets: &targets,
        keys: &keys,
        snapshot: data.snapshot,
        permissions: data.permissions,
    };
    acting_menu_ui(ui, view, subject);
    ui.separator();
    let pid = process.key.pid;
    let entry = |ui: &mut Ui, label: &str, is_enabled: bool, command: &dyn Fn() -> Command| {
        if ui
            .add_enabled(is_enabled, egui::Button::new(label))
            .clicked()
        {
            view.commands.send(command());
            ui.close();
        }
    };
    let text = view.text;
    entry(ui, text.get("menu-copy-pid"), true, &|| {
        Command::CopyText(pid.to_string())
    });
    entry(ui, text.get("menu-copy-name"), true, &|| {
        Command::CopyText(process.name.to_string())
    });
    let has_command = process.cmdline.is_ok();
    entry(ui, text.get("menu-copy-command"), has_command, &|| {
        Command::CopyText(process.cmdline_text().to_owned())
    });
    copying_menu_ui(ui, view, data, columns, process);
    ui.separator();
    if let Some(parent) = process.parent {
        entry(ui, text.get("menu-show-parent"), true, &|| {
            Command::ShowInMonitor(parent)
        });
    }
    entry(ui, text.get("menu-filter-tree"), true, &|| {
        Command::SetFilter(format!("tree:{pid}"))
    });
    if let Ok(user) = &process.username {
        let label = text.with("menu-filter-user", &[("user", (&**user).into())]);
        entry(ui, &label, true, &|| {
            Command::SetFilter(format!("user:{user}"))
        });
    }
}

/// What can be done with all processes of a program.
fn program_ui(ui: &mut Ui, view: View<'_>, data: TableData<'_>, name: &Arc<str>) {
    let keys = data.order.of_program(name, data.snapshot);
    let targets = Targets::Program(Arc::clone(name));
    let subject = MenuTargets {
        targets: &targets,
        keys: &keys,
        snapshot: data.snapshot,
        permissions: data.permissions,
    };
    acting_menu_ui(ui, view, subject);
}
