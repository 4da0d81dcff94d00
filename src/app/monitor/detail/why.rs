//! Why the process is stuck, throttled or slow: findings as sentences, the weightiest first.

use eframe::egui::{Align, Color32, Label, Margin, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::DetailData;
use super::why_words::{FindingWords, finding_words};
use crate::app::command::Command;
use crate::app::monitor::reason::reason_text;
use crate::app::monitor::table::ended_cell::exit_help;
use crate::app::theme;
use crate::app::theme::{Face, Theme, UNIT};
use crate::app::view::View;
use crate::app::widgets::paint_line;
use crate::monitor::ProcessDetail;
use crate::monitor::why::{Facts, Finding, Weight, findings};

/// Width of the bar that shows the weight.
const BAR: f32 = 3.0;
/// Space between the bar and the words.
const INDENT: f32 = 3.0 * UNIT;

/// Draws the findings.
pub fn why_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>, detail: &ProcessDetail) {
    let found = findings(&Facts {
        detail,
        row: data.row(),
        machine: &data.snapshot.machine,
        cpus: data.snapshot.host.cpu_count.ok(),
    });
    let margin = Margin {
        left: 16,
        right: 16,
        top: 8,
        bottom: 16,
    };
    eframe::egui::Frame::new()
        .inner_margin(margin)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let mut weight = None;
            for finding in &found {
                if weight != Some(finding.weight()) {
                    weight = Some(finding.weight());
                    heading_ui(ui, view, finding.weight());
                }
                let mut words = finding_words(view.text, finding, |reason| {
                    reason_text(view.text, reason, data.asking())
                });
                if *finding == Finding::Ended {
                    words.fact = data.ended.map(|ended| exit_help(view.text, ended));
                }
                finding_ui(ui, view, finding.weight(), &words);
            }
        });
}

fn heading_ui(ui: &mut Ui, view: View<'_>, weight: Weight) {
    let title = view.text.get(weight_key(weight));
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
    let line = rect.with_min_y(rect.top() + 2.0 * UNIT);
    let font = theme::font(Face::Semibold, theme::TEXT_XS);
    let color = view.theme.text_dim;
    paint_line(ui.painter(), line, Align::Min, title, font, color);
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
}

/// A sentence, below it what it rests on and what one could do.
fn finding_ui(ui: &mut Ui, view: View<'_>, weight: Weight, words: &FindingWords) {
    let color = weight_color(weight, view.theme);
    let top = ui.cursor().top();
    let left = ui.max_rect().left();
    let response = eframe::egui::Frame::new()
        .inner_margin(Margin {
            left: INDENT as i8,
            right: 0,
            top: 4,
            bottom: 4,
        })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let mut paragraph = |words: &str, face, size, color: Color32, above: f32| {
                ui.add_space(above);
                let text = eframe::egui::RichText::new(words)
                    .font(theme::font(face, size))
                    .color(color);
                ui.add(Label::new(text).wrap());
            };
            let strong = match weight {
                Weight::Normal | Weight::Unknown => view.theme.text,
                _ => view.theme.text_strong,
            };
            paragraph(&words.sentence, Face::Medium, theme::TEXT_M, strong, 0.0);
            for note in [&words.fact, &words.advice].into_iter().flatten() {
                let dim = view.theme.text_dim;
                paragraph(note, Face::Regular, theme::TEXT_S, dim, 0.75 * UNIT);
            }
        })
        .response;
    let bar = Rect::from_min_max(
        pos2(left, top + UNIT),
        pos2(left + BAR, response.rect.bottom() - UNIT),
    );
    ui.painter().rect_filled(bar, 1.5, color);
    let all = [
        Some(&words.sentence),
        words.fact.as_ref(),
        words.advice.as_ref(),
    ];
    let text = all.into_iter().flatten().cloned().collect::<Vec<_>>();
    let id = ui.scope_id().with(&words.sentence);
    let response = ui.interact(response.rect, id, Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, text.join(" ")));
    let tip = view.text.get("detail-copy");
    if response.on_hover_text(tip).clicked() {
        view.commands.send(Command::CopyText(text.join("\n")));
    }
    ui.add_space(UNIT);
}

const fn weight_key(weight: Weight) -> &'static str {
    match weight {
        Weight::Stuck => "why-weight-stuck",
        Weight::Held => "why-weight-held",
        Weight::Notice => "why-weight-notice",
        Weight::Normal => "why-weight-normal",
        Weight::Unknown => "why-weight-unknown",
    }
}

const fn weight_color(weight: Weight, theme: &Theme) -> Color32 {
    match weight {
        Weight::Stuck => theme.error,
        Weight::Held => theme.warning,
        Weight::Notice => theme.accent,
        Weight::Normal => theme.ok,
        Weight::Unknown => theme.border_strong,
    }
}
