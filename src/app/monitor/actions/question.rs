//! The confirmation before processes end: the targets with pid, user and start, and what is left alone.

use std::sync::Arc;

use eframe::egui::{self, Align, Layout, RichText, ScrollArea, Ui};
use jiff::tz::TimeZone;

use super::permissions::refusal_key;
use super::words::signal_key;
use crate::app::command::Answer;
use crate::app::command::Verb;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{danger_button, text_button};
use crate::monitor::control::{Action, Plan, Refusal, RequestId, Target, Tree};
use crate::os::signal;
use crate::os::signal::Send;

/// Lines of a list that are drawn at most; what is beyond is counted.
const LINES: usize = 200;

/// The confirmation on screen.
pub struct Question {
    pub verb: Verb,
    pub plan: Plan,
    /// The processes that would be killed, once known; only for a tree.
    pub tree: Option<Tree>,
    /// The request that looks at it.
    pub tree_id: Option<RequestId>,
    wants_focus: bool,
}

impl Question {
    /// About those of a plan.
    pub fn new(verb: Verb, plan: Plan, tree_id: Option<RequestId>) -> Self {
        Self {
            verb,
            plan,
            tree: None,
            tree_id,
            wants_focus: true,
        }
    }

    /// Whether it can be answered with yes.
    fn is_ready(&self) -> bool {
        match (self.tree_id, &self.tree) {
            (None, _) => true,
            (Some(_), tree) => tree.as_ref().is_some_and(|tree| !tree.members.is_empty()),
        }
    }

    /// How many processes it is about.
    fn count(&self) -> usize {
        match &self.tree {
            Some(tree) => tree.members.len(),
            None => self.plan.targets.len(),
        }
    }

    /// Draws it.
    pub fn question_ui(&mut self, ui: &mut Ui, view: View<'_>, zone: &TimeZone) -> Option<Answer> {
        ui.set_width(480.0);
        ui.spacing_mut().item_spacing.y = UNIT;
        let title =
            RichText::new(self.title(view)).font(theme::font(Face::Semibold, theme::TEXT_L));
        ui.add(egui::Label::new(title.color(view.theme.text_strong)).wrap());
        ui.add_space(UNIT);
        if self.verb == Verb::Signal {
            self.signal_ui(ui, view);
        }
        let tall = std::mem::replace(&mut ui.spacing_mut().interact_size.y, 4.0 * UNIT);
        let is_one = self.plan.targets.len() == 1;
        ScrollArea::vertical()
            .id_salt("whom")
            .max_height(240.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                for target in self.plan.targets.iter().take(LINES) {
                    target_ui(ui, view, target, zone, is_one);
                }
                let beyond = self.plan.targets.len().saturating_sub(LINES);
                if beyond > 0 {
                    note_ui(
                        ui,
                        view,
                        &view.text.with("ask-more", &[("count", beyond.into())]),
                    );
                }
            });
        if self.tree_id.is_some() {
            self.tree_ui(ui, view);
        }
        self.refused_ui(ui, view);
        ui.add_space(UNIT);
        note_ui(ui, view, &self.consequence(view));
        ui.add_space(3.0 * UNIT);
        ui.spacing_mut().interact_size.y = tall;
        let buttons = |ui: &mut Ui| {
            let key = match self.verb {
                Verb::End => "ask-do-end",
                Verb::Signal => "ask-do-send",
                _ => "ask-do-kill",
            };
            let label = view.text.with(key, &[("count", self.count().into())]);
            let yes = danger_button(ui, view.theme, &label, self.is_ready());
            let no = text_button(ui, view.theme, None, view.text.get("action-cancel"), false);
            // It waits for the tree: the focus comes with what it would do.
            if self.is_ready() && std::mem::take(&mut self.wants_focus) {
                // The members of a tree should be read first: Enter alone kills none of them.
                let button = if self.verb == Verb::KillTree {
                    &no
                } else {
                    &yes
                };
                button.request_focus();
            }
            if yes.clicked() {
                Some(Answer::Yes)
            } else {
                no.clicked().then_some(Answer::No)
            }
        };
        let to_the_right = Layout::right_to_left(Align::Center);
        ui.horizontal(|ui| ui.with_layout(to_the_right, buttons).inner)
            .inner
    }

    fn title(&self, view: View<'_>) -> String {
        let key = match self.verb {
            Verb::End => "ask-end",
            Verb::Signal => "ask-signal",
            Verb::KillTree => "ask-kill-tree",
            _ => "ask-kill",
        };
        let first = self.plan.targets.first();
        let name = first.map_or("", |target| &*target.name);
        let pid = first.map_or(0, |target| target.key.pid);
        view.text.with(
            key,
            &[
                ("count", self.plan.targets.len().into()),
                ("name", name.into()),
                ("pid", pid.to_string().into()),
            ],
        )
    }

    fn signal_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let Action::Signal(chosen) = &mut self.plan.action else {
            return;
        };
        ui.horizontal(|ui| {
            let label = ui.label(RichText::new(view.text.get("ask-which")).color(view.theme.text));
            let words = |signal: Send| {
                let meaning = view.text.get(signal_key(signal.number()));
                format!("{} {} · {meaning}", signal.number(), signal.name())
            };
            egui::ComboBox::from_id_salt("signal")
                .width(320.0)
                .height(360.0)
                .selected_text(words(*chosen))
                .show_ui(ui, |ui| {
                    for (number, _) in signal::all() {
                        let signal = Send::from_number(number);
                        ui.selectable_value(chosen, signal, words(signal));
                    }
                })
                .response
                .labelled_by(label.id);
        });
        ui.add_space(UNIT);
    }

    /// The descendants, as they are now.
    fn tree_ui(&self, ui: &mut Ui, view: View<'_>) {
        let Some(tree) = &self.tree else {
            return note_ui(ui, view, view.text.get("ask-tree-looking"));
        };
        if tree.members.is_empty() {
            return note_ui(ui, view, view.text.get("ask-tree-empty"));
        }
        ui.add_space(UNIT);
        let strong = |words: String| {
            RichText::new(words)
                .font(theme::font(Face::Medium, theme::TEXT_S))
                .color(view.theme.text)
        };
        let args = [("count", tree.members.len().into())];
        ui.label(strong(view.text.with("ask-tree", &args)));
        ScrollArea::vertical()
            .id_salt("tree")
            .max_height(180.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                for member in tree.members.iter().take(LINES) {
                    ui.horizontal(|ui| {
                        ui.add_space(4.0 * UNIT * member.depth.min(12) as f32);
                        ui.label(strong(member.kin.name.clone()));
                        ui.label(small(view, &member.kin.key.pid.to_string()));
                    });
                }
                let beyond = tree.members.len().saturating_sub(LINES);
                if beyond > 0 {
                    note_ui(
                        ui,
                        view,
                        &view.text.with("ask-more", &[("count", beyond.into())]),
                    );
                }
            });
        if !tree.left.is_empty() {
            note_ui(
                ui,
                view,
                &left_words(view, tree.left.iter().map(|kin| (&*kin.name, kin.key.pid))),
            );
        }
    }

    fn refused_ui(&self, ui: &mut Ui, view: View<'_>) {
        for (target, refusal) in self.plan.refused.iter().take(LINES) {
            let reason = match (refusal, &target.user) {
                (Refusal::NotOurs, Some(user)) => view
                    .text
                    .with("outcome-denied-owner", &[("owner", (&**user).into())]),
                _ => view.text.get(refusal_key(*refusal)).to_owned(),
            };
            let words = view.text.with(
                "ask-not",
                &[
                    ("name", (&*target.name).into()),
                    ("pid", target.key.pid.to_string().into()),
                    ("reason", reason.into()),
                ],
            );
            let words = small(view, &words).color(view.theme.warning);
            ui.add(egui::Label::new(words).wrap());
        }
    }

    /// What follows from it.
    fn consequence(&self, view: View<'_>) -> String {
        let targets = &self.plan.targets;
        let children: usize = targets.iter().map(|target| target.children).sum();
        match self.verb {
            Verb::KillTree => view.text.get("ask-then-tree").to_owned(),
            Verb::Signal => view.text.get("ask-then-signal").to_owned(),
            Verb::End => view
                .text
                .with("ask-then-end", &[("count", targets.len().into())]),
            _ if children > 0 => view
                .text
                .with("ask-then-kill-children", &[("count", children.into())]),
            _ => view.text.get("ask-then-kill").to_owned(),
        }
    }
}

/// The processes that have left a tree.
pub fn left_words<'a>(view: View<'_>, left: impl Iterator<Item = (&'a str, u32)>) -> String {
    let names: Vec<_> = left.map(|(name, pid)| format!("{name} {pid}")).collect();
    let shown = names.len().min(8);
    let mut list = names.get(..shown).unwrap_or_default().join(", ");
    if names.len() > shown {
        list.push('…');
    }
    view.text.with(
        "ask-left",
        &[("count", names.len().into()), ("list", list.into())],
    )
}

fn small(view: View<'_>, words: &str) -> RichText {
    RichText::new(words)
        .font(theme::font(Face::Regular, theme::TEXT_S))
        .color(view.theme.text_dim)
}

fn note_ui(ui: &mut Ui, view: View<'_>, words: &str) {
    ui.add(egui::Label::new(small(view, words)).wrap());
}

/// One process: name and pid, command line, user, start, children.
fn target_ui(ui: &mut Ui, view: View<'_>, target: &Target, zone: &TimeZone, is_one: bool) {
    // One alone stands in the title.
    if !is_one {
        ui.horizontal(|ui| {
            let name = RichText::new(&*target.name).font(theme::font(Face::Medium, theme::TEXT_M));
            ui.label(name.color(view.theme.text_strong));
            ui.label(small(view, &target.key.pid.to_string()));
            ui.label(small(view, &facts(view, target, zone)));
        });
    }
    if !target.command.is_empty() {
        let command = RichText::new(&*target.command)
            .font(theme::font(Face::Mono, theme::TEXT_S))
            .color(view.theme.text);
        // A single one is shown in full, as far as that is readable.
        let label = egui::Label::new(command);
        let short: Arc<str> = target.command.chars().take(600).collect::<String>().into();
        if is_one && short.len() < 360 {
            ui.add(label.wrap());
        } else {
            ui.add(label.truncate()).on_hover_text(&*short);
        }
    }
    if is_one {
        ui.label(small(view, &facts(view, target, zone)));
    }
    ui.add_space(UNIT);
}

/// User, start and children in one line.
fn facts(view: View<'_>, target: &Target, zone: &TimeZone) -> String {
    let started = target
        .started
        .and_then(|started| jiff::Timestamp::from_second(started as i64).ok())
        .map(|started| started.to_zoned(zone.clone()).strftime("%F %T").to_string());
    let none = || view.text.get("mark-none").to_owned();
    view.text.with(
        "ask-facts",
        &[
            (
                "user",
                target
                    .user
                    .as_deref()
                    .map_or_else(none, str::to_owned)
                    .into(),
            ),
            ("started", started.unwrap_or_else(none).into()),
            ("children", target.children.into()),
        ],
    )
}
