//! Draws what came of what was done, quietly in the lower right corner.

use eframe::egui::{self, Align2, Area, Order, RichText, ScrollArea, Sense, Ui, Vec2, vec2};

use super::question::left_words;
use super::report::{Report, ReportLine, Reports};
use super::words::{line_words, report_words};
use crate::app::command::ActCommand;
use crate::app::command::Command;
use crate::app::command::Offer;
use crate::app::icons::Icon;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{card, icon_button, link_button, text_button};
use crate::monitor::control::{Outcome, RequestId};

/// Width of the sentences.
const WIDTH: f32 = 372.0;

/// Height of a list of lines at most.
const LIST_HEIGHT: f32 = 200.0;

/// Draws the reports from `y` upwards, the newest lowest.
pub fn reports_ui(ctx: &Ui, view: View<'_>, reports: &mut Reports, mut y: f32) {
    let mut held = Vec::new();
    for report in reports.list.iter().rev() {
        let Some(&id) = report.ids.first() else {
            continue;
        };
        let area = Area::new(egui::Id::unique(("report", id)))
            .anchor(Align2::RIGHT_BOTTOM, vec2(-3.0 * UNIT, y))
            .order(Order::Foreground)
            .show(ctx, |ui| {
                card(ui, view.theme).show(ui, |ui| card_ui(ui, view, report, id));
            });
        if area.response.contains_pointer() {
            held.push(id);
        }
        // It is placed by the size it had before: one that has grown stands right only in the next picture.
        let bottom = ctx.content_rect().bottom() + y;
        if (area.response.rect.bottom() - bottom).abs() > 0.5 {
            ctx.request_repaint();
        }
        y -= area.response.rect.height() + 2.0 * UNIT;
    }
    for id in held {
        reports.hold(id);
    }
}

fn card_ui(ui: &mut Ui, view: View<'_>, report: &Report, id: RequestId) {
    ui.spacing_mut().item_spacing = vec2(2.0 * UNIT, UNIT);
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(16.0), Sense::hover());
        let is_waiting = !report.is_done
            || report
                .lines
                .iter()
                .any(|line| matches!(line.outcome, None | Some(Outcome::Ending)));
        let (icon, color) = if !report.is_well() {
            (Icon::Warning, view.theme.warning)
        } else if is_waiting {
            (Icon::ChevronRight, view.theme.text_dim)
        } else {
            (Icon::Check, view.theme.ok)
        };
        icon.paint(ui.painter(), rect, color);
        ui.vertical(|ui| {
            ui.set_width(WIDTH);
            match report.lines.as_slice() {
                [line] => line_ui(ui, view, line, id, true),
                lines => lines_ui(ui, view, report, lines, id),
            }
            if !report.left.is_empty() {
                let left = report.left.iter().map(|kin| (&*kin.name, kin.key.pid));
                let words = small(&left_words(view, left)).color(view.theme.warning);
                ui.add(egui::Label::new(words).wrap());
            }
        });
        let name = view.text.get("action-close");
        if icon_button(ui, view.theme, Icon::Close, name).clicked() {
            view.commands
                .send(Command::Act(ActCommand::CloseReport(id)));
        }
    });
}

/// How often it came to what, and each line behind a click.
fn lines_ui(ui: &mut Ui, view: View<'_>, report: &Report, lines: &[ReportLine], id: RequestId) {
    let title = RichText::new(report_words(view.text, report))
        .font(theme::font(Face::Regular, theme::TEXT_M))
        .color(view.theme.text_strong);
    ui.add(egui::Label::new(title).wrap());
    let key = if report.is_open {
        "report-less"
    } else {
        "report-more"
    };
    if link_button(ui, view.theme, view.text.get(key)).clicked() {
        view.commands
            .send(Command::Act(ActCommand::ToggleReport(id)));
    }
    if report.is_open {
        ScrollArea::vertical()
            .max_height(LIST_HEIGHT)
            // The card has the height that it had before; the list must not be cut to that.
            .min_scrolled_height(LIST_HEIGHT)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                for line in lines {
                    line_ui(ui, view, line, id, false);
                }
            });
    }
}

fn line_ui(ui: &mut Ui, view: View<'_>, line: &ReportLine, id: RequestId, is_alone: bool) {
    let words = line_words(view.text, line);
    let words = if is_alone {
        RichText::new(words)
            .font(theme::font(Face::Regular, theme::TEXT_M))
            .color(view.theme.text_strong)
    } else if line.is_bad() {
        small(&words).color(view.theme.warning)
    } else {
        small(&words).color(view.theme.text)
    };
    ui.add(egui::Label::new(words).wrap().selectable(true));
    let Some(offer) = line.offer() else {
        return;
    };
    let label = match &offer {
        Offer::Kill => view.text.get("offer-kill").to_owned(),
        Offer::Resume => view.text.get("offer-resume").to_owned(),
        Offer::Undo => view.text.get("offer-undo").to_owned(),
        Offer::Copy(command) => view
            .text
            .with("offer-copy", &[("command", command.as_str().into())]),
    };
    // In a list a link is enough, and quieter.
    let button = if is_alone {
        text_button(ui, view.theme, None, &label, false)
    } else {
        link_button(ui, view.theme, &label)
    };
    if button.clicked() {
        view.commands
            .send(Command::Act(ActCommand::Take(id, line.key, offer)));
    }
}

fn small(words: &str) -> RichText {
    RichText::new(words).font(theme::font(Face::Regular, theme::TEXT_S))
}
