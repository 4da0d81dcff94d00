//! The detail of a process of which nothing is left to read: what is remembered.

use eframe::egui::{Align, Role, Sense, Ui, WidgetInfo, vec2};

use crate::app::monitor::table::ended_cell::{cpu_time_text, exit_help, exit_text, lifetime_text};
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::paint_line;
use crate::monitor::unit::bytes_text;
use crate::monitor::{CellContext, Ended, FigureId};

/// Width of the column of names.
const NAMES: f32 = 112.0;
/// Height of a line.
const LINE: f32 = 22.0;

/// Draws it.
pub fn ended_ui(ui: &mut Ui, view: View<'_>, ended: &Ended, context: CellContext<'_>) {
    let text = view.text;
    let peak = match ended.row.peak_rss_bytes {
        Ok(bytes) => bytes_text(bytes),
        Err(_) => text.get("mark-none").to_owned(),
    };
    let command = match &ended.row.cmdline {
        Ok(command) => command.text().to_owned(),
        Err(_) => text.get("mark-none").to_owned(),
    };
    let user = match &ended.row.username {
        Ok(user) => user.to_string(),
        Err(_) => text.get("mark-none").to_owned(),
    };
    let started = match FigureId::Started.cell(&ended.row, context) {
        Ok(started) => started.into_owned(),
        Err(_) => text.get("mark-none").to_owned(),
    };
    let parent = match FigureId::Parent.cell(&ended.row, context) {
        Ok(parent) => parent.into_owned(),
        Err(_) => ended.row.ppid.to_string(),
    };
    let cpu = cpu_time_text(ended).unwrap_or_else(|| text.get("mark-none").to_owned());
    ui.add_space(3.0 * UNIT);
    for (key, value, tip) in [
        (
            "ended-field-exit",
            exit_text(text, ended),
            Some(exit_help(text, ended)),
        ),
        ("ended-field-started", started, None),
        ("ended-field-lifetime", lifetime_text(ended), None),
        ("ended-field-cpu", cpu, None),
        ("ended-field-peak", peak, None),
        ("field-user", user, None),
        ("field-parent", parent, None),
        ("ended-field-command", command, None),
    ] {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
        let font = theme::font(Face::Regular, theme::TEXT_S);
        let name = text.get(key);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {value}")));
        paint_line(
            ui.painter(),
            rect,
            Align::Min,
            name,
            font.clone(),
            view.theme.text_dim,
        );
        let right = rect.with_min_x(rect.left() + NAMES);
        let is_cut = paint_line(
            ui.painter(),
            right,
            Align::Min,
            &value,
            font,
            view.theme.text_strong,
        );
        if let Some(tip) = tip.or_else(|| is_cut.then_some(value)) {
            response.on_hover_text(tip);
        }
    }
}
