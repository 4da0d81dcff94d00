//! The line that says why not every process is in the table.

use eframe::egui::{self, Align, Frame, Label, Layout, Margin, RichText, Ui};

use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::theme::{self, Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::icon_button;
use crate::monitor::LimitedView;

/// Key of the reason.
pub(super) const fn limit_key(limit: LimitedView) -> &'static str {
    match limit {
        LimitedView::HidePid => "limited-hidepid",
        LimitedView::OtherPidNamespace => "limited-other-namespace",
        LimitedView::NoDescriptors => "limited-no-descriptors",
        LimitedView::PidNamespace => "limited-namespace",
        LimitedView::ProcUnreadable => "limited-proc",
    }
}

/// Draws the line.
pub(super) fn limits_ui(ui: &mut Ui, view: View<'_>, limit: LimitedView) {
    let tint = view.theme.row_tint(view.theme.warning);
    let ground = view.theme.surface.blend(tint);
    egui::Panel::top("limited view")
        .exact_size(32.0)
        .resizable(false)
        .frame(
            Frame::new()
                .fill(ground)
                .inner_margin(Margin::symmetric(16, 0)),
        )
        .show(ui, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let name = view.text.get("limited-dismiss");
                if icon_button(ui, view.theme, Icon::Close, name).clicked() {
                    view.commands.send(Command::DismissLimits);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = 2.0 * UNIT;
                    let (rect, _) =
                        ui.allocate_exact_size(egui::Vec2::splat(16.0), egui::Sense::hover());
                    Icon::Warning.paint(ui.painter(), rect, view.theme.warning);
                    let title = RichText::new(view.text.get("limited-title"))
                        .font(theme::font(Face::Semibold, theme::TEXT_S));
                    ui.label(title.color(view.theme.text_strong));
                    let reason = view.text.get(limit_key(limit));
                    let words = RichText::new(reason)
                        .font(theme::font(Face::Regular, theme::TEXT_S))
                        .color(view.theme.text);
                    ui.add(Label::new(words).truncate()).on_hover_text(reason);
                });
            });
        });
}
