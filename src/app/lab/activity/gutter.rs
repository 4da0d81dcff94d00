//! The left edge of the lanes: the process of each.

use eframe::egui::{Align2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2};

use super::rows::band;
use super::rows::{LaneRow, LaneRows};
use crate::app::command::RunSelection;
use crate::app::lab::{Highlight, ProcessChip, Relation, RunView, figures};
use crate::app::theme;
use crate::app::theme::{Face, UNIT};
use crate::run::state::{LaneIx, ProcessIx};

/// Its width.
pub const WIDTH: f32 = 136.0;

/// How far children are indented under the main's bracket.
const INDENT: f32 = 3.0 * UNIT;

/// Draws the gutter; a click on a row selects its process.
pub fn gutter_ui(ui: &mut Ui, run: &RunView<'_>, rows: &LaneRows, area: Rect) {
    let painter = ui.painter_at(area);
    let theme = run.theme;
    bracket(&painter, run, rows, area);
    for (row, rect) in rows.iter().filter(|(_, rect)| rect.intersects(area)) {
        let rect = Rect::from_x_y_ranges(area.x_range(), rect.y_range());
        let at = pos2(area.left() + 2.0 * UNIT, band(rect).center().y);
        let dim = |words: &str, at| {
            let font = theme::font(Face::Regular, theme::TEXT_XS);
            painter.text(at, Align2::LEFT_CENTER, words, font, theme.text_dim);
        };
        let child = pos2(at.x + INDENT, at.y);
        match row {
            LaneRow::Main => {
                let Some(pid) = run.state.main_pid() else {
                    continue;
                };
                let chip = ProcessChip::of_pid(run.state, theme, pid);
                chip.paint(&painter, theme, at);
                click(
                    ui,
                    run,
                    rect.intersect(area),
                    &chip.label_and_pid(),
                    RunSelection::Main,
                    run.mark(|selection| selection.tie_to_main(run.state)),
                );
            }
            LaneRow::Callbacks => dim(
                run.text.get("lane-callback-thread"),
                pos2(child.x, rect.center().y),
            ),
            LaneRow::Lane(ix) => {
                let Some((process, chip)) = lane_who(run, ix) else {
                    continue;
                };
                let right = chip.paint(&painter, theme, child);
                if chip.nth > 1 {
                    dim(
                        &run.text.with(
                            "lane-nth",
                            &[(
                                "place",
                                figures::ordinal(run.text, u64::from(chip.nth)).into(),
                            )],
                        ),
                        pos2(right + UNIT, at.y),
                    );
                }
                let row_name = format!("{}, {}", chip.label_and_pid(), run.state_words(process));
                let selection = RunSelection::Process(process);
                let mark = run.mark(|selection| lane_tie(run, selection, ix));
                click(ui, run, rect.intersect(area), &row_name, selection, mark);
            }
            LaneRow::Queue(ix) => {
                if let Some(queue) = run.state.queue(ix) {
                    let name = run
                        .text
                        .with("lane-queue", &[("name", queue.name.clone().into())]);
                    let font = theme::font(Face::Medium, theme::TEXT_S);
                    let top = pos2(child.x, rect.top() + 3.0 * UNIT);
                    painter.text(top, Align2::LEFT_CENTER, name, font, theme.text);
                    let size = match queue.limit() {
                        Some(limit) => run.text.with("lane-maxsize", &[("count", limit.into())]),
                        None => run.text.get("lane-no-limit").to_owned(),
                    };
                    dim(&size, pos2(child.x, top.y + 3.5 * UNIT));
                }
            }
            LaneRow::Waiting => dim(
                run.text.get("lane-waiting-tasks"),
                pos2(at.x, rect.center().y),
            ),
        }
    }
}

/// The latest process of a lane.
fn lane_who(run: &RunView<'_>, ix: LaneIx) -> Option<(ProcessIx, ProcessChip)> {
    let process = *run.state.lane(ix)?.processes.last()?;
    let state = run.state.process(process)?;
    Some((process, ProcessChip::of(run.state, run.theme, state)))
}

/// How closely a lane's processes belong to a selection.
fn lane_tie(run: &RunView<'_>, selection: RunSelection, ix: LaneIx) -> Relation {
    let processes = run.state.lane(ix).map(|lane| lane.processes.as_slice());
    // Of very many processes in one lane the latest stand for all.
    processes
        .unwrap_or_default()
        .iter()
        .rev()
        .take(100)
        .map(|process| selection.tie_to_process(run.state, *process))
        .max()
        .unwrap_or(Relation::None)
}

fn click(
    ui: &Ui,
    run: &RunView<'_>,
    rect: Rect,
    row_name: &str,
    selection: RunSelection,
    mark: Highlight,
) {
    let id = ui.make_persistent_id(("lane", row_name.split(',').next()));
    let response = ui.interact(rect, id, Sense::click());
    response
        .widget_info(|| WidgetInfo::selected(Role::Button, true, mark.is_in_selection(), row_name));
    run.point(&response, selection);
    if response.clicked() {
        run.select(selection);
    }
    let color = match mark {
        Highlight::Selected => Some(run.theme.accent),
        Highlight::Related => Some(run.theme.accent.gamma_multiply(0.6)),
        _ if response.hovered() || response.has_focus() => Some(run.theme.border_strong),
        Highlight::Preview => Some(run.theme.border_strong),
        Highlight::None => None,
    };
    if let Some(color) = color {
        let edge = Rect::from_min_max(rect.left_top(), pos2(rect.left() + 2.0, rect.bottom()));
        ui.painter().rect_filled(edge, 0, color);
    }
    response.on_hover_text(row_name);
}

/// The bracket that ties children to the main.
fn bracket(painter: &eframe::egui::Painter, run: &RunView<'_>, rows: &LaneRows, area: Rect) {
    let Some(main) = rows.main() else {
        return;
    };
    let stroke = Stroke::new(1.0, run.theme.border_strong);
    let x = (area.left() + 3.0 * UNIT).round() + 0.5;
    let mut last = main.bottom();
    for (row, rect) in rows.iter() {
        let y = match row {
            LaneRow::Lane(_) => band(rect).center().y,
            LaneRow::Callbacks => rect.center().y,
            LaneRow::Main | LaneRow::Queue(_) | LaneRow::Waiting => continue,
        };
        painter.hline(x..=x + 2.0 * UNIT - 2.0, y.round() + 0.5, stroke);
        last = y;
    }
    let top = band(main).center().y + 10.0;
    painter.vline(x, top..=last.max(top), stroke);
}
