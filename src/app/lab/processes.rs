//! The processes of a run at this moment.

use eframe::egui::{
    self, Align2, Popup, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::list_row::elided;
use super::scroll_target::ScrollTarget;
use super::{ProcessChip, RunView, figures};
use crate::app::command::Command;
use crate::app::command::{LabCommand, RunSelection};
use crate::app::icons::Icon;
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::app::widgets::{empty_ui, icon_button};
use crate::os::ChildKey;
use crate::run::event::PoolStateName;
use crate::run::request::Request;
use crate::run::state::{ProcessIx, ProcessState};
use crate::run::validate::MAX_PROCESSES;

/// The height of a process's two lines.
const HEIGHT: f32 = 46.0;

/// So many buttons have room at the end of a row.
const BUTTONS: f32 = 3.0;

/// How the processes are looked at.
#[derive(Clone, Debug, Default)]
pub struct ProcessesPane {
    scroll_target: ScrollTarget,
    /// The rows of the last picture.
    order: Vec<ProcessIx>,
}

impl ProcessesPane {
    /// Draws the pane: the main, then its children in order of appearance, those that live first.
    pub fn ui(&mut self, ui: &mut Ui, run: &RunView<'_>) {
        let processes = run.state.processes();
        if run.state.main_pid().is_none() && processes.is_empty() {
            empty_ui(ui, run.theme, run.text.get("processes-empty"));
            return;
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        size_ui(ui, run);
        // Rows keep their places while the pointer moves over them.
        let is_aiming = ui.rect_contains_pointer(ui.available_rect_before_wrap());
        let before = std::mem::take(&mut self.order);
        let order = if is_aiming {
            with_new_ones(before, processes.len())
        } else {
            living_first(processes)
        };
        let mut area = ScrollArea::vertical()
            .id_salt("processes")
            .auto_shrink(false);
        let target = self.scroll_target.target(run, false, |selection| {
            if selection == RunSelection::Main {
                return Some(0);
            }
            let ix = selection.process(run.state)?;
            Some(order.iter().position(|it| *it == ix)? + 1)
        });
        if let Some(row) = target {
            let height = ui.available_height();
            area = area.vertical_scroll_offset(ScrollTarget::offset(row, HEIGHT, height));
        }
        let rows = processes.len() + 1;
        let output = area.show_rows(ui, HEIGHT, rows, |ui, range| {
            for row in range {
                let ix = row.checked_sub(1).and_then(|place| order.get(place));
                let process = ix.and_then(|ix| Some((*ix, run.state.process(*ix)?)));
                // Named by its process: what has the focus keeps it when rows change their places.
                ui.push_id(ix.map(|ix| ix.0), |ui| match process {
                    None => self.main_ui(ui, run),
                    Some((ix, process)) => self.row_ui(ui, run, ix, process),
                });
            }
        });
        self.scroll_target.note_shown(&output, HEIGHT, rows);
        self.order = order;
    }

    fn main_ui(&mut self, ui: &mut Ui, run: &RunView<'_>) {
        let theme = run.theme;
        let size = vec2(ui.available_width(), HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let Some(header) = run.state.header() else {
            return;
        };
        let chip = ProcessChip::of_pid(run.state, theme, header.main.pid);
        let words = main_words(run);
        let mark = run.mark(|selection| selection.tie_to_main(run.state));
        run.point(&response, RunSelection::Main);
        let row_name = format!("{}: {words}", chip.label_and_pid());
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListItem, true, mark.is_in_selection(), &row_name)
        });
        let painter = ui.painter();
        run.row_ground(painter, rect, mark, &response);
        painter.hline(rect.x_range(), rect.bottom() - 0.5, theme.line());
        let first = rect.top() + 15.0;
        let left = rect.left() + 2.0 * UNIT;
        let right = chip.paint(painter, theme, pos2(left, first)) + 2.0 * UNIT;
        let room = right..=rect.right() - theme::ROW_TALL - 2.0 * UNIT;
        elided(ui, room, first, &words, theme.text_strong, Face::Medium);
        painter.text(
            pos2(left, rect.top() + 33.0),
            Align2::LEFT_CENTER,
            run.text.get("processes-main"),
            theme::font(Face::Regular, theme::TEXT_S),
            theme.text_dim,
        );
        if response.clicked() {
            self.scroll_target.note_click(run, RunSelection::Main);
            run.select(RunSelection::Main);
        }
        if run.state.is_live() {
            let mut child = buttons_at(ui, rect);
            let name = [("who", chip.label_and_pid().into())];
            let name = run.text.with("processes-show", &name);
            if let Some(main) = header.main.proc_key()
                && icon_button(&mut child, theme, Icon::Monitor, &name).clicked()
            {
                run.commands.send(Command::ShowInMonitor(main));
            }
        }
        response.on_hover_text(words);
    }

    fn row_ui(&mut self, ui: &mut Ui, run: &RunView<'_>, ix: ProcessIx, process: &ProcessState) {
        let theme = run.theme;
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::click());
        let chip = ProcessChip::of(run.state, theme, process);
        let words = run.state_words(ix);
        let mark = run.mark(|selection| selection.tie_to_process(run.state, ix));
        run.point(&response, RunSelection::Process(ix));
        let row_name = format!("{}: {words}", chip.label_and_pid());
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListItem, true, mark.is_in_selection(), &row_name)
        });
        let painter = ui.painter();
        run.row_ground(painter, rect, mark, &response);
        painter.hline(rect.x_range(), rect.bottom() - 0.5, theme.line());
        let first = rect.top() + 15.0;
        let second = rect.top() + 33.0;
        let left = rect.left() + 2.0 * UNIT;
        let mut right = chip.paint(painter, theme, pos2(left, first)) + 2.0 * UNIT;
        if process.nth > 1 {
            let place = figures::ordinal(run.text, u64::from(process.nth));
            right = painter
                .text(
                    pos2(right - UNIT, first),
                    Align2::LEFT_CENTER,
                    run.text.with("lane-nth", &[("place", place.into())]),
                    theme::font(Face::Regular, theme::TEXT_XS),
                    theme.text_dim,
                )
                .right()
                + 2.0 * UNIT;
        }
        let is_bad = process.exit_code.is_some_and(|code| code != 0) && !run.was_to_end(process);
        let ink = if is_bad {
            theme.error
        } else {
            theme.text_strong
        };
        let until = if process.exited.is_none() && run.state.is_live() {
            rect.right() - BUTTONS * theme::ROW_TALL
        } else {
            rect.right() - 2.0 * UNIT
        };
        elided(ui, right..=until, first, &words, ink, Face::Medium);
        let small = theme::font(Face::Regular, theme::TEXT_S);
        painter.text(
            pos2(left, second),
            Align2::LEFT_CENTER,
            figures_line(run, process),
            small,
            theme.text_dim,
        );
        if response.clicked() {
            self.scroll_target
                .note_click(run, RunSelection::Process(ix));
            run.select(RunSelection::Process(ix));
        }
        buttons_ui(ui, run, process, &chip, rect);
        let tip = [process.name.clone(), figures_tip(run, process)]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n");
        response.on_hover_text(tip);
    }
}

/// The rows: live processes stand before those that were replaced.
fn living_first(processes: &[ProcessState]) -> Vec<ProcessIx> {
    let those = |ended: bool| {
        let all = processes.iter().enumerate();
        all.filter(move |(_, process)| process.exited.is_some() == ended)
            .map(|(place, _)| ProcessIx(place))
    };
    those(false).chain(those(true)).collect()
}

/// The rows of the last picture, with those that have begun since below them.
fn with_new_ones(mut order: Vec<ProcessIx>, count: usize) -> Vec<ProcessIx> {
    // Every process had a row, so that those without one are the latest. Fewer than there were are those of another run.
    order.retain(|ix| ix.0 < count);
    order.extend((order.len()..count).map(ProcessIx));
    order
}

/// What the main does, in words.
fn main_words(run: &RunView<'_>) -> String {
    let text = run.text;
    if let Some(span) = run.state.current_step().filter(|_| run.state.is_live()) {
        let call = format!("{}({})", span.what.call, span.what.args);
        // What follows the program's last line, as the wait for children, stands at none.
        return match span.what.line {
            Some(line) => text.with(
                "processes-main-at",
                &[("call", call.into()), ("line", line.into())],
            ),
            None => text.with("processes-main-in", &[("call", call.into())]),
        };
    }
    let key = if !run.state.is_live() {
        "processes-main-ended"
    } else if run.state.code_finished().is_some() {
        "lane-code-finished"
    } else {
        "processes-main-runs"
    };
    text.get(key).to_owned()
}

/// How many workers the pool has, and how it gets one more or one less while it works.
fn size_ui(ui: &mut Ui, run: &RunView<'_>) {
    let size = run.state.pool_size().filter(|_| run.state.has_pool());
    let Some(size) = size else {
        return;
    };
    let theme = run.theme;
    // A closed pool whose tasks have all begun has no use for another worker.
    let state = run.state.pool_states().last().map(|(_, state)| *state);
    let can_resize = match state {
        Some(PoolStateName::Running) => true,
        Some(PoolStateName::Closed) => run.state.waiting().last() > 0,
        _ => false,
    };
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), theme::ROW_TALL), Sense::hover());
    ui.painter().rect_filled(rect, 0, theme.raised);
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, theme.line());
    let words = run.text.with("processes-size", &[("count", size.into())]);
    let left = rect.left() + 2.0 * UNIT;
    let room = left..=rect.right() - BUTTONS * theme::ROW_TALL;
    elided(ui, room, rect.center().y, &words, theme.text, Face::Regular);
    // Once the run is over the line stays, so that nothing jumps.
    if !run.state.is_live() {
        return;
    }
    let mut child = buttons_at(ui, rect);
    child.spacing_mut().item_spacing.x = 0.0;
    for (icon, key, processes) in [
        (Icon::Plus, "processes-more", size.saturating_add(1)),
        (Icon::Minus, "processes-fewer", size.saturating_sub(1)),
    ] {
        let fits = (1..=MAX_PROCESSES).contains(&(processes as usize));
        child.add_enabled_ui(can_resize && fits, |ui| {
            let response = icon_button(ui, theme, icon, run.text.get(key));
            let why = run.text.get("processes-size-fixed");
            if response.on_disabled_hover_text(why).clicked() {
                run.send(LabCommand::Ask(Request::Resize { processes }));
            }
        });
    }
}

/// Where a row's buttons stand.
fn buttons_at(ui: &mut Ui, row: Rect) -> Ui {
    let buttons = Rect::from_min_max(
        pos2(row.right() - BUTTONS * theme::ROW_TALL - UNIT, row.top()),
        pos2(row.right() - UNIT, row.bottom()),
    );
    ui.new_child(
        UiBuilder::new()
            .max_rect(buttons)
            .layout(egui::Layout::right_to_left(egui::Align::Center)),
    )
}

fn buttons_ui(
    ui: &mut Ui,
    run: &RunView<'_>,
    process: &ProcessState,
    chip: &ProcessChip,
    rect: Rect,
) {
    if process.exited.is_some() || !run.state.is_live() {
        return;
    }
    let mut child = buttons_at(ui, rect);
    child.spacing_mut().item_spacing.x = 0.0;
    let name = |key| run.text.with(key, &[("who", chip.label_and_pid().into())]);
    let pid = process.pid;
    // Asks first: the button beside it is pressed often, and by mistake.
    let kill = icon_button(&mut child, run.theme, Icon::Close, &name("processes-kill"));
    Popup::menu(&kill).show(|ui| {
        if ui.button(name("processes-kill-sure")).clicked() {
            run.send(LabCommand::Ask(Request::KillWorker { pid }));
            ui.close();
        }
    });
    let (icon, key, request) = if process.is_suspended() {
        (Icon::Play, "processes-resume", Request::Resume { pid })
    } else {
        (Icon::Pause, "processes-suspend", Request::Suspend { pid })
    };
    // The engine stops its own children only, not what they have started.
    if process.via.is_none() && icon_button(&mut child, run.theme, icon, &name(key)).clicked() {
        run.send(LabCommand::Ask(request));
    }
    if let Some(key) = process.key.and_then(ChildKey::proc_key)
        && icon_button(
            &mut child,
            run.theme,
            Icon::Monitor,
            &name("processes-show"),
        )
        .clicked()
    {
        run.commands.send(Command::ShowInMonitor(key));
    }
}

/// CPU and memory; what is unknown is a dash.
fn figures_line(run: &RunView<'_>, process: &ProcessState) -> String {
    if process.exited.is_some() {
        let cpu = process
            .cpu_seconds
            .map_or_else(|| "–".to_owned(), |s| figures::duration((s * 1e6) as u64));
        let peak = process
            .max_rss_bytes
            .map_or_else(|| "–".to_owned(), figures::bytes);
        return run.text.with(
            "processes-used",
            &[("cpu", cpu.into()), ("peak", peak.into())],
        );
    }
    let cpu = process
        .cpu_percent()
        .map_or_else(|| "–".to_owned(), |percent| format!("{percent:.0} %"));
    let memory = process
        .rss_bytes()
        .map_or_else(|| "–".to_owned(), figures::bytes);
    run.text.with(
        "processes-uses",
        &[("cpu", cpu.into()), ("memory", memory.into())],
    )
}

/// Why a figure is a dash.
fn figures_tip(run: &RunView<'_>, process: &ProcessState) -> String {
    let key = if process.exited.is_some() {
        if process.max_rss_bytes.is_some() {
            return String::new();
        }
        "processes-peak-unknown"
    } else if process.samples().is_empty() {
        "processes-not-sampled"
    } else if process.rss_bytes().is_none() || process.cpu_percent().is_none() {
        "processes-unreadable"
    } else {
        return String::new();
    };
    run.text.get(key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_there_keep_their_places() {
        let order = [2, 0, 1].map(ProcessIx).to_vec();
        let shown = |count| -> Vec<usize> {
            let order = with_new_ones(order.clone(), count);
            order.into_iter().map(|ix| ix.0).collect()
        };
        assert_eq!(shown(5), [2, 0, 1, 3, 4]);
        assert_eq!(shown(2), [0, 1], "those of another run");
    }
}
