//! The items of a run's queues: producer, consumer, and time in the queue.

use eframe::egui::{self, Align2, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::list_row::{elided, head_ui};
use super::logs::visible;
use super::scroll_target::ScrollTarget;
use super::{ProcessChip, RunView, figures};
use crate::app::command::RunSelection;
use crate::app::theme;
use crate::app::theme::{Face, ROW, UNIT};
use crate::run::state::{ItemState, ProcessIx, QueueIx};

const ITEM: f32 = 2.0 * UNIT;
const IN_QUEUE: f32 = -2.0 * UNIT;
/// What the time in the queue takes at the right.
const TIME: f32 = 62.0;
/// A table narrower than this has less room for an item's own words.
const WIDE: f32 = 330.0;

/// Where the columns producer, consumer and state begin.
fn columns(width: f32) -> [f32; 3] {
    if width >= WIDE {
        [92.0, 140.0, 186.0]
    } else {
        [70.0, 112.0, 152.0]
    }
}

/// How the items are looked at.
#[derive(Clone, Debug, Default)]
pub struct ItemsPane {
    scroll_target: ScrollTarget,
}

impl ItemsPane {
    /// Draws the items of a queue.
    pub fn ui(&mut self, ui: &mut Ui, run: &RunView<'_>, queue_ix: QueueIx) {
        let Some(queue) = run.state.queue(queue_ix) else {
            return;
        };
        let [from, to, state] = columns(ui.available_width());
        head_ui(
            ui,
            run,
            &[
                (ITEM, "items-item"),
                (from, "items-from"),
                (to, "items-to"),
                (state, "items-state"),
                (IN_QUEUE, "items-in-queue"),
            ],
        );
        ui.spacing_mut().item_spacing.y = 0.0;
        let target = self
            .scroll_target
            .target(run, true, |selection| match selection {
                RunSelection::Item(of, place) if of == queue_ix => Some(place),
                RunSelection::Line(_) => (0..queue.items.len())
                    .find(|place| selection.holds_item(run.state, queue_ix, *place)),
                _ => None,
            });
        let mut area = ScrollArea::vertical()
            .id_salt("items")
            .auto_shrink(false)
            .stick_to_bottom(target.is_none());
        if let Some(row) = target {
            area =
                area.vertical_scroll_offset(ScrollTarget::offset(row, ROW, ui.available_height()));
        }
        let output = area.show_rows(ui, ROW, queue.items.len(), |ui, range| {
            for place in range {
                if let Some(item) = queue.items.get(place) {
                    ui.push_id(place, |ui| self.row_ui(ui, run, queue_ix, place, item));
                }
            }
        });
        self.scroll_target
            .note_shown(&output, ROW, queue.items.len());
    }

    fn row_ui(
        &mut self,
        ui: &mut Ui,
        run: &RunView<'_>,
        queue: QueueIx,
        place: usize,
        item: &ItemState,
    ) {
        let theme = run.theme;
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        let selection = RunSelection::Item(queue, place);
        let mark = run.mark(|selection| selection.tie_to_item(run.state, queue, place));
        run.point(&response, selection);
        let producer = item
            .producer_pid
            .map(|pid| ProcessChip::of_pid(run.state, theme, pid));
        let consumer = item.consumer.and_then(|ix| chip(run, ix));
        let (key, color) = if item.got.is_none() {
            ("item-in-queue", theme.text_dim)
        } else if item.attempt > 1 {
            ("item-got-again", theme.warning)
        } else {
            ("item-got", theme.ok)
        };
        let words = run.text.get(key);
        let text = visible(&item.text);
        let row_name = [
            text.clone(),
            producer
                .as_ref()
                .map_or_else(String::new, ProcessChip::label_and_pid),
            words.to_owned(),
            consumer
                .as_ref()
                .map_or_else(String::new, ProcessChip::label_and_pid),
        ]
        .join(" ");
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListItem, true, mark.is_in_selection(), &row_name)
        });
        let painter = ui.painter();
        run.row_ground(painter, rect, mark, &response);
        let y = rect.center().y;
        let left = rect.left();
        let [from, to, state] = columns(rect.width());
        elided(
            ui,
            left + ITEM..=left + from - UNIT,
            y,
            &text,
            theme.text_strong,
            if item.is_sentinel {
                Face::Mono
            } else {
                Face::Medium
            },
        );
        for (x, chip) in [(from, &producer), (to, &consumer)] {
            if let Some(chip) = chip {
                chip.paint_chip(painter, pos2(left + x, y));
            }
        }
        let font = theme::font(Face::Regular, theme::TEXT_S);
        let room = left + state..=rect.right() - TIME;
        elided(ui, room, y, words, color, Face::Regular);
        let waited = item.put.map(|put| {
            let until = item.got.unwrap_or(run.now);
            figures::duration(until.micros.saturating_sub(put.micros))
        });
        painter.text(
            pos2(rect.right() + IN_QUEUE, y),
            Align2::RIGHT_CENTER,
            waited.as_deref().unwrap_or("–"),
            font,
            theme.text,
        );
        if response.clicked() {
            self.scroll_target.note_click(run, selection);
            run.select(selection);
        }
        response.on_hover_ui_at_pointer(|ui: &mut egui::Ui| {
            super::activity::card_ui(ui, run, super::activity::HitKind::Item(queue, place));
        });
    }
}

/// A row as text, its cells separated by tabs.
pub fn item_text(run: &RunView<'_>, item: &ItemState) -> String {
    let producer = item
        .producer_pid
        .map(|pid| ProcessChip::of_pid(run.state, run.theme, pid).label_and_pid());
    let consumer = item.consumer.and_then(|ix| chip(run, ix));
    let key = if item.got.is_none() {
        "item-in-queue"
    } else {
        "item-got"
    };
    [
        visible(&item.text),
        producer.unwrap_or_default(),
        run.text.get(key).to_owned(),
        consumer
            .map(|chip| chip.label_and_pid())
            .unwrap_or_default(),
    ]
    .join("\t")
}

fn chip(run: &RunView<'_>, ix: ProcessIx) -> Option<ProcessChip> {
    let process = run.state.process(ix)?;
    Some(ProcessChip::of(run.state, run.theme, process))
}
