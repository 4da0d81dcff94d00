//! The lists of the detail panel: threads, files, sockets, environment. Each is declared in its own file.

mod files;
mod sockets;
mod threads;
mod variables;

use std::borrow::Cow;

use eframe::egui::Ui;

use super::DetailData;
use super::list::{List, ListSpec, ListState, ListText, list_ui, small_note_ui};
use super::masks::Masks;
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::monitor::reason::reason_mark;
use crate::app::text::Text;
use crate::app::view::View;
use crate::app::widgets::small_button;
use crate::monitor::{ProcessDetail, Reading};
use files::FILES;
use sockets::SOCKETS;
use threads::THREADS;
use variables::VARIABLES;

/// What one has chosen in the lists.
#[derive(Debug, Default)]
pub struct Lists {
    threads: ListState,
    files: ListState,
    sockets: ListState,
    variables: ListState,
    pub(super) masks: Masks,
}

impl Lists {
    /// The threads: name, id, state, CPU.
    pub fn threads_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        data: DetailData<'_>,
        detail: &ProcessDetail,
    ) {
        let list = List {
            items: &detail.threads,
            spec: &THREADS,
            state: &mut self.threads,
            masks: &self.masks,
        };
        plain_ui(ui, view, data, list);
    }

    /// The open files: descriptor, kind, mode, path, position.
    pub fn files_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        data: DetailData<'_>,
        detail: &ProcessDetail,
    ) {
        let list = List {
            items: &detail.open_files,
            spec: &FILES,
            state: &mut self.files,
            masks: &self.masks,
        };
        plain_ui(ui, view, data, list);
    }

    /// The sockets, and the network namespace they are in.
    pub fn sockets_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        data: DetailData<'_>,
        detail: &ProcessDetail,
    ) {
        if let Ok(namespace) = &detail.net_namespace {
            let key = if namespace.is_ours {
                "detail-network-ours"
            } else {
                "detail-network-other"
            };
            let args = [("number", namespace.number.to_string().into())];
            small_note_ui(ui, view, &view.text.with(key, &args));
        }
        let list = List {
            items: &detail.connections,
            spec: &SOCKETS,
            state: &mut self.sockets,
            masks: &self.masks,
        };
        plain_ui(ui, view, data, list);
    }

    /// The environment; what looks like a secret only after it was asked for.
    pub fn variables_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        data: DetailData<'_>,
        detail: &ProcessDetail,
    ) {
        let masks = &self.masks;
        let is_any_hidden = detail.environ.as_ref().is_ok_and(|list| {
            let mut variables = list.items.iter();
            variables.any(|(name, value)| masks.hides(name, value))
        });
        let has_switch = is_any_hidden || masks.is_any_shown();
        let mut is_pressed = false;
        let list = List {
            items: &detail.environ,
            spec: &VARIABLES,
            state: &mut self.variables,
            masks,
        };
        let clicked = list_ui(ui, view, data, list, |ui| {
            if has_switch {
                let key = if is_any_hidden {
                    "detail-environment-show"
                } else {
                    "detail-environment-hide"
                };
                let label = view.text.get(key);
                let button = small_button(ui, view.theme, Some(Icon::Eye), label, !is_any_hidden);
                let tip = view.text.get("detail-environment-note");
                is_pressed = button.on_hover_text(tip).clicked();
            }
        });
        match clicked {
            Some((name, value)) if masks.hides(name, value) => self.masks.show(name),
            clicked => copy(view, clicked, &VARIABLES, masks),
        }
        if is_pressed {
            self.masks.show_all(is_any_hidden);
        }
    }
}

/// A list of which a click copies a row.
fn plain_ui<T>(ui: &mut Ui, view: View<'_>, data: DetailData<'_>, list: List<'_, '_, T>) {
    let (spec, masks) = (list.spec, list.masks);
    let clicked = list_ui(ui, view, data, list, |_| {});
    copy(view, clicked, spec, masks);
}

fn copy<T>(view: View<'_>, clicked: Option<&T>, spec: &ListSpec<T>, masks: &Masks) {
    if let Some(item) = clicked {
        let words = ListText {
            text: view.text,
            masks,
        };
        view.commands
            .send(Command::CopyText((spec.row)(item, words)));
    }
}

/// A value, or the mark of why there is none.
fn or_mark<T>(text: &Text, reading: Reading<T>, say: impl FnOnce(T) -> String) -> Cow<'_, str> {
    match reading {
        Ok(value) => say(value).into(),
        Err(reason) => reason_mark(text, reason).into(),
    }
}
