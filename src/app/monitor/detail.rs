//! The detail panel: everything that can be read about the selected process.

mod curves;
mod ended;
mod fields;
mod limits;
mod list;
mod lists;
mod masks;
mod overview;
mod why;
mod why_words;

use std::sync::Arc;

use eframe::egui::{Align, Margin, Rect, RichText, ScrollArea, Sense, Ui, pos2, vec2};
use jiff::tz::TimeZone;

use self::ended::ended_ui;
use self::limits::limits_ui;
use self::lists::Lists;
use self::overview::overview_ui;
use self::why::why_ui;
use super::Curves;
use super::actions::{Permissions, detail_actions_ui};
use super::reason::Asking;
use super::table::cell::{state_color, state_help, state_text};
use super::table::ended_cell::{exit_color, exit_help, exit_text, lifetime_text};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::text::Text;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::view::View;
use crate::app::widgets::{icon_button, link_button, paint_line, tabs_ui};
use crate::monitor::unit::CpuUnit;
use crate::monitor::{Aspect, CellContext, Ended, ProcessDetail, ProcessRow, Snapshot};
use crate::os::ProcKey;

/// What the panel shows.
#[derive(Clone, Copy)]
pub struct DetailData<'a> {
    /// Which process.
    pub key: ProcKey,
    /// The picture of the machine.
    pub snapshot: &'a Snapshot,
    /// From which side it is looked at.
    pub aspect: Aspect,
    /// What was read of that; `None` until the first reading is there.
    pub detail: Option<&'a Arc<ProcessDetail>>,
    /// How it ended, if it has and that is remembered.
    pub ended: Option<&'a Ended>,
    /// The process as the table saw it last.
    pub last_row: Option<&'a ProcessRow>,
    /// Its name, if it had ended before it was selected.
    pub ended_name: Option<&'a str>,
    /// Its curves.
    pub curves: &'a Curves,
    /// Where we are, for times.
    pub zone: &'a TimeZone,
    /// Whether we look with root's rights.
    pub is_root: bool,
    /// Whether anything may be done to it.
    pub permissions: Permissions,
}

impl<'a> DetailData<'a> {
    /// The row of the process; `None` if it has ended.
    pub fn row(&self) -> Option<&'a ProcessRow> {
        self.snapshot.row(self.key)
    }

    /// What cells of its row need.
    pub fn cells(&self) -> CellContext<'a> {
        CellContext {
            snapshot: self.snapshot,
            zone: self.zone,
            cpu_unit: CpuUnit::OneCore,
        }
    }

    /// The rights and the owner for words about a refusal.
    pub fn asking(&self) -> Asking<'a> {
        let owner = self.last_row.and_then(|row| row.username.as_ref().ok());
        Asking {
            owner: owner.map(|name| &**name),
            is_root: self.is_root,
        }
    }
}

/// The title of an aspect's tab.
const fn title_key(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Overview => "detail-overview",
        Aspect::Why => "detail-why",
        Aspect::Threads => "detail-threads",
        Aspect::Files => "detail-files",
        Aspect::Network => "detail-network",
        Aspect::Environment => "detail-environment",
        Aspect::Limits => "detail-limits",
    }
}

/// The panel's own state.
#[derive(Debug, Default)]
pub struct ProcessDetailPane {
    lists: Lists,
}

impl ProcessDetailPane {
    /// Draws the panel.
    pub fn detail_ui(&mut self, ui: &mut Ui, view: View<'_>, data: DetailData<'_>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let margin = Margin {
            left: 16,
            right: 8,
            top: 12,
            bottom: 8,
        };
        eframe::egui::Frame::new()
            .inner_margin(margin)
            .show(ui, |ui| title_ui(ui, view, data));
        let side = Margin::symmetric(8, 0);
        eframe::egui::Frame::new()
            .inner_margin(side)
            .show(ui, |ui| {
                let labels = Aspect::ALL.map(|aspect| view.text.get(title_key(aspect)));
                let front = Aspect::ALL.iter().position(|&aspect| aspect == data.aspect);
                let clicked = tabs_ui(ui, view.theme, &labels, front.unwrap_or(0));
                if let Some(&aspect) = clicked.and_then(|place| Aspect::ALL.get(place)) {
                    view.commands.send(Command::LookAt(aspect));
                }
            });
        ui.painter().hline(
            ui.max_rect().x_range(),
            ui.cursor().top() + 0.5,
            view.theme.line(),
        );
        ui.add_space(1.0);
        let Some(detail) = data.detail else {
            eframe::egui::Frame::new()
                .inner_margin(Margin::same(16))
                .show(ui, |ui| {
                    let key = if data.row().is_some() {
                        "detail-reading"
                    } else {
                        "detail-gone"
                    };
                    ui.label(RichText::new(view.text.get(key)).color(view.theme.text_dim));
                    if let Some(ended) = data.ended {
                        ended_ui(ui, view, ended, data.cells());
                    }
                });
            return;
        };
        // Each tab scrolls on its own and starts at its own top.
        let lists = &mut self.lists;
        lists.masks.turn_to(data.key);
        let scrolled =
            |ui: &mut Ui, draw: fn(&mut Ui, View<'_>, DetailData<'_>, &ProcessDetail)| {
                let area = ScrollArea::vertical().auto_shrink(false);
                area.show(ui, |ui| draw(ui, view, data, detail));
            };
        ui.push_id((data.key, data.aspect), |ui| match data.aspect {
            Aspect::Overview => scrolled(ui, overview_ui),
            Aspect::Why => scrolled(ui, why_ui),
            Aspect::Limits => scrolled(ui, limits_ui),
            Aspect::Threads => lists.threads_ui(ui, view, data, detail),
            Aspect::Files => lists.files_ui(ui, view, data, detail),
            Aspect::Network => lists.sockets_ui(ui, view, data, detail),
            Aspect::Environment => lists.variables_ui(ui, view, data, detail),
        });
    }
}

/// Name and pid, state and age, parent.
fn title_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>) {
    let row = data.row();
    let name = data
        .last_row
        .map(ProcessRow::label)
        .or(data.ended_name)
        .unwrap_or_else(|| view.text.get("mark-none"));
    ui.horizontal(|ui| {
        let button = theme::ROW;
        let (rect, response) = ui.allocate_exact_size(
            vec2(ui.available_width() - button - 2.0 * UNIT, button),
            Sense::click(),
        );
        let pid = data.key.pid.to_string();
        let font = theme::font(Face::Semibold, theme::TEXT_L);
        let pid_font = theme::font(Face::Regular, theme::TEXT_M);
        let pid_width = ui
            .painter()
            .layout_no_wrap(pid.clone(), pid_font.clone(), view.theme.text_dim)
            .size()
            .x;
        let most = rect.width() - pid_width - 2.0 * UNIT;
        let name_galley = crate::app::widgets::line_galley(
            ui.painter(),
            name,
            font,
            view.theme.text_strong,
            most,
        );
        let end = rect.left() + name_galley.size().x + 2.0 * UNIT;
        ui.painter().galley(
            pos2(
                rect.left(),
                (rect.center().y - name_galley.size().y / 2.0).round(),
            ),
            name_galley,
            view.theme.text_strong,
        );
        let pid_rect = Rect::from_min_max(pos2(end, rect.top() + 1.0), rect.max);
        paint_line(
            ui.painter(),
            pid_rect,
            Align::Min,
            &pid,
            pid_font,
            view.theme.text_dim,
        );
        response.widget_info(|| {
            eframe::egui::WidgetInfo::labeled(
                eframe::egui::Role::Heading,
                true,
                format!("{name} {pid}"),
            )
        });
        if response
            .on_hover_text(view.text.get("detail-copy-pid"))
            .clicked()
        {
            view.commands.send(Command::CopyText(pid));
        }
        if icon_button(ui, view.theme, Icon::Close, view.text.get("detail-close")).clicked() {
            view.commands.send(Command::CloseDetail);
        }
    });
    ui.add_space(UNIT);
    ui.spacing_mut().interact_size.y = 5.0 * UNIT;
    let small = |text: &str| RichText::new(text).font(theme::font(Face::Regular, theme::TEXT_S));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 1.5 * UNIT;
        let Some(row) = row else {
            let Some(ended) = data.ended else {
                ui.label(small(view.text.get("detail-ended")).color(view.theme.warning));
                return;
            };
            let exit = exit_text(view.text, ended);
            ui.label(small(&exit).color(exit_color(ended, view.theme)))
                .on_hover_text(exit_help(view.text, ended));
            ui.label(small("·").color(view.theme.text_dim));
            let args = [("span", lifetime_text(ended).into())];
            ui.label(small(&view.text.with("ended-lived", &args)).color(view.theme.text));
            return;
        };
        let state = row.shown_state();
        ui.label(small(state_text(view.text, state)).color(state_color(state, view.theme)))
            .on_hover_text(state_help(view.text, state));
        ui.label(small("·").color(view.theme.text_dim));
        let seconds = data.snapshot.tick.taken_at.as_second() as f64 - row.create_time;
        ui.label(small(&age_text(view.text, seconds.max(0.0) as u64)).color(view.theme.text));
    });
    let parent = row
        .or(data.ended.map(|ended| &ended.row))
        .and_then(|row| data.snapshot.parent_of(row));
    // A line of its own: beside the age it would be pushed about and cut.
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 1.5 * UNIT;
        ui.label(small(view.text.get("detail-parent")).color(view.theme.text_dim));
        let Some(parent) = parent else {
            let words = match data.ended.filter(|_| row.is_none()) {
                Some(ended) => ended.row.ppid.to_string(),
                None => view.text.get("mark-none").to_owned(),
            };
            ui.label(small(&words).color(view.theme.text_dim));
            return;
        };
        let label = format!("{} {}", parent.label(), parent.key.pid);
        if link_button(ui, view.theme, &label)
            .on_hover_text(view.text.get("detail-parent-tip"))
            .clicked()
        {
            view.commands.send(Command::ShowInMonitor(parent.key));
        }
    });
    ui.add_space(UNIT);
    detail_actions_ui(ui, view, data.permissions, data.snapshot, data.key);
}

/// How long ago it was started, in its two largest units.
fn age_text(text: &Text, seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    if days > 0 {
        text.with(
            "started-days",
            &[("days", days.into()), ("hours", (hours % 24).into())],
        )
    } else if hours > 0 {
        text.with(
            "started-hours",
            &[("hours", hours.into()), ("minutes", (minutes % 60).into())],
        )
    } else if minutes > 0 {
        text.with(
            "started-minutes",
            &[
                ("minutes", minutes.into()),
                ("seconds", (seconds % 60).into()),
            ],
        )
    } else {
        text.with("started-seconds", &[("seconds", seconds.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_two_units() {
        let text = Text::english();
        assert_eq!(age_text(&text, 59), "started 59 s ago");
        assert_eq!(age_text(&text, 61), "started 1 min 1 s ago");
        assert_eq!(age_text(&text, 11_520), "started 3 h 12 min ago");
        assert_eq!(age_text(&text, 90_000), "started 1 d 1 h ago");
    }
}
