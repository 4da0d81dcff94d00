//! The field for the filter: what is typed, what is wrong with it, and how the language goes.

use std::borrow::Cow;

use eframe::egui::{
    self, Align, Frame, Layout, Margin, Popup, PopupCloseBehavior, Response, RichText, Ui, pos2,
    vec2,
};

use super::state::Monitor;
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::text::Text;
use crate::app::theme::{self, Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{card, icon_button, menu_style};
use crate::monitor::FilterError;
use crate::monitor::filter::{filter_keys, filter_states};

/// What the language can say beside its keys: an example, and the key of the sentence that explains it.
const BEFORE_KEYS: [(&str, &str); 3] = [
    ("firefox", "filterhelp-word"),
    ("\"two words\"", "filterhelp-quoted"),
    ("/^py.*3$/", "filterhelp-regex"),
];
const AFTER_KEYS: [(&str, &str); 4] = [
    ("state:D", "filterhelp-letter"),
    ("user:ana cpu>10", "filterhelp-and"),
    ("bash | zsh", "filterhelp-or"),
    ("!user:root", "filterhelp-not"),
];
/// Width of the examples in the help.
const EXAMPLES: f32 = 136.0;

/// The filter's identity for the focus.
fn filter_id() -> egui::Id {
    egui::Id::unique("process filter")
}

impl Monitor {
    pub(super) fn filter_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let room = ui.available_width();
        let width = (room * 0.6).clamp(220.0, 420.0).min(room);
        let height = theme::ROW_TALL;
        let mut typed = self.filter.text.clone();
        let (rect, _) = ui.allocate_exact_size(vec2(width, height), egui::Sense::hover());
        let margin = Margin {
            left: 32,
            right: 52,
            top: 0,
            bottom: 0,
        };
        let color = if self.filter.error.is_some() {
            view.theme.error
        } else {
            view.theme.border
        };
        let edit = egui::TextEdit::singleline(&mut typed)
            .id(filter_id())
            .hint_text(view.text.get("monitor-filter-hint"))
            .font(theme::font(Face::Regular, theme::TEXT_M))
            .frame(Frame::new().inner_margin(margin))
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(width);
        let ground = egui::CornerRadius::same(theme::RADIUS);
        ui.painter().rect(
            rect,
            ground,
            view.theme.well,
            egui::Stroke::new(1.0, color),
            egui::StrokeKind::Inside,
        );
        let response = ui
            .put(rect, edit)
            .accessible_name(view.text.get("monitor-filter"));
        if response.has_focus() {
            let line = egui::Stroke::new(
                1.0,
                if self.filter.error.is_some() {
                    view.theme.error
                } else {
                    view.theme.accent
                },
            );
            ui.painter()
                .rect_stroke(rect, ground, line, egui::StrokeKind::Inside);
        }
        let glass =
            egui::Rect::from_center_size(rect.left_center() + vec2(16.0, 0.0), vec2(14.0, 14.0));
        Icon::Search.paint(ui.painter(), glass, view.theme.text_dim);
        let buttons = egui::Rect::from_min_max(
            pos2(rect.right() - 50.0, rect.top() + UNIT / 2.0),
            rect.max - vec2(UNIT / 2.0, UNIT / 2.0),
        );
        let mut inside = ui.new_child(
            egui::UiBuilder::new()
                .id_salt("filter buttons")
                .max_rect(buttons)
                .layout(Layout::right_to_left(Align::Center)),
        );
        inside.spacing_mut().item_spacing.x = 0.0;
        let help = icon_button(
            &mut inside,
            view.theme,
            Icon::Help,
            view.text.get("monitor-filter-help"),
        );
        if let Some(added) = help_popup(&help, view) {
            typed = with_example(&typed, added);
            self.filter.wants_focus = true;
        }
        if !self.filter.text.is_empty()
            && icon_button(
                &mut inside,
                view.theme,
                Icon::Close,
                view.text.get("monitor-filter-clear"),
            )
            .clicked()
        {
            typed.clear();
        }
        if std::mem::take(&mut self.filter.wants_focus) {
            response.request_focus();
        }
        if response.has_focus() && ui.input(|input| input.key_pressed(egui::Key::ArrowDown)) {
            response.surrender_focus();
        }
        let is_typing = response.has_focus();
        if self.filter.error.is_none() {
            let tip = view.tip(ui, "monitor-filter-tip", &Command::FocusFilter);
            response.on_hover_text(tip);
        }
        if typed != self.filter.text {
            view.commands.send(Command::SetFilter(typed));
        }
        if let Some(error) = &self.filter.error {
            let sentence = filter_error_text(view.text, error);
            let kept = self.kept_text(view.text);
            let note = small(view.text.get("filter-kept")).color(view.theme.error);
            ui.add(egui::Label::new(note).truncate())
                .on_hover_text(format!("{sentence}\n{kept}"));
            if is_typing {
                self.error_ui(ui, view, rect, [&sentence, &kept]);
            }
        }
    }

    /// What is wrong with the filter and which rows are shown, below the strip of the machine: that goes on telling, while the
    /// rows are those of another filter.
    fn error_ui(&self, ui: &Ui, view: View<'_>, field: egui::Rect, [sentence, kept]: [&str; 2]) {
        let at = pos2(
            field.left(),
            self.layout.strip_bottom + theme::ROW_TALL + UNIT,
        );
        // No popup: those take the keys of the table.
        egui::Area::new(filter_id().with("error"))
            .order(egui::Order::Foreground)
            .fixed_pos(at)
            .interactable(false)
            .show(ui, |ui| {
                card(ui, view.theme).show(ui, |ui| {
                    ui.set_width(field.width().max(260.0) - 6.0 * UNIT);
                    let sentence = small(sentence).color(view.theme.error);
                    ui.add(egui::Label::new(sentence).wrap());
                    let kept = small(kept).color(view.theme.text_dim);
                    ui.add(egui::Label::new(kept).wrap());
                });
            });
    }

    /// By which filter the rows are chosen while what is typed is none.
    fn kept_text(&self, text: &Text) -> String {
        match self.filter.understood.trim() {
            "" => text.get("filter-kept-all").to_owned(),
            filter => text.with("filter-kept-of", &[("filter", filter.into())]),
        }
    }
}

fn small(words: &str) -> RichText {
    RichText::new(words).font(theme::font(Face::Regular, theme::TEXT_S))
}

/// Examples of all that the language can say, each with the key of the sentence that explains it.
fn help() -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
    let keys = filter_keys().map(|key| (key.example, format!("filterhelp-{}", key.name).into()));
    let rest = |list: &'static [(&str, &str)]| {
        list.iter()
            .map(|&(example, key)| (example, Cow::Borrowed(key)))
    };
    rest(&BEFORE_KEYS).chain(keys).chain(rest(&AFTER_KEYS))
}

/// The language by examples; the one that is clicked.
fn help_popup(button: &Response, view: View<'_>) -> Option<&'static str> {
    let mut chosen = None;
    Popup::menu(button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            menu_style(ui);
            ui.set_width(3.6 * EXAMPLES);
            let title = RichText::new(view.text.get("filterhelp-title"));
            let font = theme::font(Face::Regular, theme::TEXT_S);
            ui.add_space(UNIT);
            ui.horizontal(|ui| {
                ui.add_space(2.0 * UNIT);
                ui.label(title.font(font.clone()).color(view.theme.text_dim));
            });
            ui.add_space(UNIT);
            for (example, key) in help() {
                ui.horizontal(|ui| {
                    let text = RichText::new(example)
                        .font(theme::font(Face::Mono, theme::TEXT_S))
                        .color(view.theme.accent);
                    let at = ui.cursor().left();
                    if ui
                        .add(egui::Button::new(text).frame_when_inactive(false))
                        .clicked()
                    {
                        chosen = Some(example);
                        ui.close();
                    }
                    ui.add_space((at + EXAMPLES - ui.cursor().left()).max(0.0));
                    let meaning = RichText::new(view.text.get(&key)).font(font.clone());
                    ui.label(meaning.color(view.theme.text));
                });
            }
            ui.add_space(UNIT);
        });
    chosen
}

/// A filter to which an example is added.
fn with_example(typed: &str, example: &str) -> String {
    match typed.trim_end() {
        "" => example.to_owned(),
        typed => format!("{typed} {example}"),
    }
}

/// Words of the language in one line.
fn listed(words: impl Iterator<Item = &'static str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

/// What is wrong with a filter, in the window's language.
fn filter_error_text(text: &Text, error: &FilterError) -> String {
    match error {
        FilterError::UnknownKey { key } => {
            let args = [
                ("key", key.as_str().into()),
                ("keys", listed(filter_keys().map(|key| key.name)).into()),
            ];
            text.with("filter-unknown-key", &args)
        }
        FilterError::WrongOperator {
            key,
            operator,
            example,
        } => text.with(
            "filter-wrong-operator",
            &[
                ("term", format!("{key}{operator}").into()),
                ("example", (*example).into()),
            ],
        ),
        FilterError::NoValue { term, example } => text.with(
            "filter-no-value",
            &[
                ("term", term.as_str().into()),
                ("example", (*example).into()),
            ],
        ),
        FilterError::NoNumber {
            key,
            value,
            example,
        } => text.with(
            "filter-no-number",
            &[
                ("key", (*key).into()),
                ("value", value.as_str().into()),
                ("example", (*example).into()),
            ],
        ),
        FilterError::NoPort { value } => {
            text.with("filter-no-port", &[("value", value.as_str().into())])
        }
        FilterError::UnknownState { value } => text.with(
            "filter-unknown-state",
            &[
                ("value", value.as_str().into()),
                ("states", listed(filter_states()).into()),
            ],
        ),
        FilterError::WrongRegex { pattern, reason } => text.with(
            "filter-wrong-regex",
            &[
                ("pattern", pattern.as_str().into()),
                ("reason", reason.as_str().into()),
            ],
        ),
        FilterError::LoneOr => text.get("filter-lone-or").to_owned(),
        FilterError::OpenQuote => text.get("filter-open-quote").to_owned(),
        FilterError::LoneNot => text.get("filter-lone-not").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::Filter;

    #[test]
    fn the_help_is_true_and_complete() {
        let text = Text::english();
        for (example, key) in help() {
            assert!(Filter::parse(example).is_ok(), "{example}");
            assert_ne!(text.get(&key), key, "nothing explains {example}");
        }
    }
}
