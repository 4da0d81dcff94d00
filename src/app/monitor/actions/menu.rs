//! What can be done, as entries of a menu, as buttons of the detail, and the switch that allows nothing.

use eframe::egui::{self, Popup, RichText, Ui};

use super::permissions::{Permissions, ReadOnly};
use crate::app::command::Command;
use crate::app::command::{ActCommand, Targets, Verb};
use crate::app::icons::Icon;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{icon_button, menu_style, text_button};
use crate::monitor::Snapshot;
use crate::monitor::process::ProcState;
use crate::os::ProcKey;

/// The processes that a menu is for.
#[derive(Clone, Copy)]
pub struct MenuTargets<'a> {
    /// What to send.
    pub targets: &'a Targets,
    /// The processes themselves.
    pub keys: &'a [ProcKey],
    /// The picture that shows them.
    pub snapshot: &'a Snapshot,
    /// Whether anything may be done.
    pub permissions: Permissions,
}

impl MenuTargets<'_> {
    fn is_stopped(&self, key: ProcKey) -> bool {
        let row = self.snapshot.row(key);
        row.is_some_and(|row| row.state == ProcState::Stopped)
    }

    /// Whether it makes sense to offer this.
    fn is_offered(&self, verb: Verb) -> bool {
        match verb {
            Verb::Suspend => self.keys.iter().any(|&key| !self.is_stopped(key)),
            Verb::Resume => self.keys.iter().any(|&key| self.is_stopped(key)),
            _ => true,
        }
    }

    /// Key of why this cannot be asked for.
    fn obstacle(&self, verb: Verb) -> Option<&'static str> {
        match self.keys {
            [key] => self.permissions.obstacle(verb, *key, self.snapshot),
            _ => self.permissions.read_only.map(ReadOnly::key),
        }
    }
}

/// The entries of a menu, below a line that names their targets.
pub fn acting_menu_ui(ui: &mut Ui, view: View<'_>, subject: MenuTargets<'_>) {
    menu_style(ui);
    ui.set_min_width(230.0);
    let title = match subject.keys {
        [key] => {
            let row = subject.snapshot.row(*key);
            let name = row.map_or("", |row| row.label());
            format!("{name} {}", key.pid)
        }
        keys => view
            .text
            .with("menu-targets", &[("count", keys.len().into())]),
    };
    ui.horizontal(|ui| {
        ui.add_space(2.0 * UNIT);
        let font = theme::font(Face::Medium, theme::TEXT_S);
        let title = RichText::new(title).font(font).color(view.theme.text_dim);
        ui.add(egui::Label::new(title).truncate());
    });
    entries_ui(ui, view, subject, &Verb::ALL);
}

fn entries_ui(ui: &mut Ui, view: View<'_>, subject: MenuTargets<'_>, verbs: &[Verb]) {
    for &verb in verbs {
        if !subject.is_offered(verb) {
            continue;
        }
        if matches!(verb, Verb::Suspend | Verb::Nice)
            || (verb == Verb::Resume && !subject.is_offered(Verb::Suspend))
        {
            ui.separator();
        }
        let command = Command::Act(ActCommand::Begin(verb, subject.targets.clone()));
        let mut button = egui::Button::new(view.text.get(verb.title_key()));
        if let Some(keys) = command.shortcut_text(ui) {
            button = button.shortcut_text(keys);
        }
        let obstacle = subject.obstacle(verb);
        let mut entry = ui.add_enabled(obstacle.is_none(), button);
        entry = match obstacle {
            Some(key) => entry.on_disabled_hover_text(view.text.get(key)),
            None => entry.on_hover_text(view.text.get(verb.tip_key())),
        };
        if entry.clicked() {
            view.commands.send(command);
            ui.close();
        }
    }
}

/// The buttons of a process's detail.
pub fn detail_actions_ui(
    ui: &mut Ui,
    view: View<'_>,
    permissions: Permissions,
    snapshot: &Snapshot,
    key: ProcKey,
) {
    let targets = Targets::One(key);
    let subject = MenuTargets {
        targets: &targets,
        keys: &[key],
        snapshot,
        permissions,
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 1.5 * UNIT;
        for verb in [Verb::End, Verb::Kill, Verb::Suspend, Verb::Resume] {
            if !subject.is_offered(verb) {
                continue;
            }
            let command = Command::Act(ActCommand::Begin(verb, targets.clone()));
            let obstacle = subject.obstacle(verb);
            let label = view.text.get(verb.title_key());
            let button = ui.add_enabled_ui(obstacle.is_none(), |ui| {
                text_button(ui, view.theme, None, label, false)
            });
            let button = match obstacle {
                Some(key) => button.inner.on_disabled_hover_text(view.text.get(key)),
                None => button
                    .inner
                    .on_hover_text(view.tip(ui, verb.tip_key(), &command)),
            };
            if button.clicked() {
                view.commands.send(command);
            }
        }
        let more = text_button(
            ui,
            view.theme,
            Some(Icon::ChevronDown),
            view.text.get("detail-more"),
            false,
        )
        .on_hover_text(view.text.get("detail-more-tip"));
        Popup::menu(&more).show(|ui| {
            menu_style(ui);
            ui.set_min_width(230.0);
            let rest = [
                Verb::KillTree,
                Verb::Signal,
                Verb::Nice,
                Verb::Cpus,
                Verb::IoPriority,
            ];
            entries_ui(ui, view, subject, &rest);
        });
    });
}

/// The switch of the rail.
pub fn read_only_ui(ui: &mut Ui, view: View<'_>, permissions: Permissions) {
    let (icon, tip) = match permissions.read_only {
        None => (Icon::Unlocked, "act-read-only-tip"),
        Some(reason) => (Icon::Locked, reason.key()),
    };
    let can_change = matches!(permissions.read_only, None | Some(ReadOnly::Chosen));
    let tip = view.text.get(tip);
    let button = ui.add_enabled_ui(can_change, |ui| icon_button(ui, view.theme, icon, tip));
    let button = button.inner.on_disabled_hover_text(tip);
    if button.clicked() {
        let is_on = permissions.read_only.is_none();
        view.commands
            .send(Command::Act(ActCommand::SetReadOnly(is_on)));
    }
}
