//! The other sections of the detail panel: threads, files, network, environment. Long lists are laid out only in sight.

use eframe::egui::{
    Align, Margin, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::process_cell::{state_color, state_text};
use super::process_detail::DetailData;
use super::reason::reason_text;
use crate::app::icons::Icon;
use crate::app::theme::{self, Face, ROW, UNIT};
use crate::app::view::View;
use crate::app::widgets::{paint_line, small_button};
use crate::monitor::detail::{Capped, Connection, Family, SocketAddress, SocketKind};
use crate::monitor::unit::cpu_time_text;
use crate::monitor::{ProcessDetail, Reading};

/// Space at both sides of a list.
const SIDE: f32 = 4.0 * UNIT;

/// The threads: id, name, state, CPU time.
pub fn threads_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>, detail: &ProcessDetail) {
    list_ui(
        ui,
        view,
        data,
        &detail.threads,
        "detail-threads-none",
        |ui, rect, thread| {
            let dim = view.theme.text_dim;
            let regular = theme::font(Face::Regular, theme::TEXT_S);
            let [id, name, state, time] = columns(rect, [64.0, 0.0, 72.0, 64.0]);
            paint_line(
                ui.painter(),
                id,
                Align::Min,
                &thread.id.to_string(),
                regular.clone(),
                dim,
            );
            paint_line(
                ui.painter(),
                name,
                Align::Min,
                &thread.name,
                regular.clone(),
                view.theme.text_strong,
            );
            let word = state_text(view.text, thread.state);
            paint_line(
                ui.painter(),
                state,
                Align::Min,
                word,
                regular.clone(),
                state_color(thread.state, view.theme),
            );
            let seconds = cpu_time_text(thread.user_time + thread.system_time);
            paint_line(
                ui.painter(),
                time,
                Align::Max,
                &seconds,
                regular,
                view.theme.text,
            );
            format!("{} {} {word} {seconds}", thread.id, thread.name)
        },
    );
}

/// The open files: descriptor, mode, path.
pub fn files_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>, detail: &ProcessDetail) {
    list_ui(
        ui,
        view,
        data,
        &detail.open_files,
        "detail-files-none",
        |ui, rect, file| {
            let dim = view.theme.text_dim;
            let regular = theme::font(Face::Regular, theme::TEXT_S);
            let [fd, mode, path] = columns(rect, [36.0, 32.0, 0.0]);
            paint_line(
                ui.painter(),
                fd,
                Align::Min,
                &file.fd.to_string(),
                regular.clone(),
                dim,
            );
            let word = file
                .mode
                .value()
                .copied()
                .unwrap_or_else(|| view.text.get("mark-none"));
            paint_line(ui.painter(), mode, Align::Min, word, regular, dim);
            let mono = theme::font(Face::Mono, theme::TEXT_XS);
            paint_line(
                ui.painter(),
                path,
                Align::Min,
                &file.path,
                mono,
                view.theme.text_strong,
            );
            file.path.clone()
        },
    );
}

/// The sockets: kind, both ends, state.
pub fn connections_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>, detail: &ProcessDetail) {
    list_ui(
        ui,
        view,
        data,
        &detail.connections,
        "detail-network-none",
        |ui, rect, socket| {
            let regular = theme::font(Face::Regular, theme::TEXT_S);
            let [kind, ends, status] = columns(rect, [64.0, 0.0, 88.0]);
            paint_line(
                ui.painter(),
                kind,
                Align::Min,
                kind_text(socket),
                regular.clone(),
                view.theme.text_dim,
            );
            let text = ends_text(view, socket);
            let mono = theme::font(Face::Mono, theme::TEXT_XS);
            paint_line(
                ui.painter(),
                ends,
                Align::Min,
                &text,
                mono,
                view.theme.text_strong,
            );
            let word = if socket.status == "NONE" {
                ""
            } else {
                socket.status
            };
            paint_line(
                ui.painter(),
                status,
                Align::Max,
                word,
                theme::font(Face::Regular, theme::TEXT_XS),
                view.theme.text,
            );
            text
        },
    );
}

/// The environment: its values only after they were asked for. True if the switch was pressed.
pub fn environment_ui(
    ui: &mut Ui,
    view: View<'_>,
    data: DetailData<'_>,
    detail: &ProcessDetail,
    is_shown: bool,
) -> bool {
    let mut is_pressed = false;
    if detail.environ.is_value() {
        eframe::egui::Frame::new()
            .inner_margin(Margin {
                left: 12,
                right: 16,
                top: 6,
                bottom: 2,
            })
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    let key = if is_shown {
                        "detail-environment-hide"
                    } else {
                        "detail-environment-show"
                    };
                    is_pressed = small_button(
                        ui,
                        view.theme,
                        Some(Icon::Eye),
                        view.text.get(key),
                        is_shown,
                    )
                    .clicked();
                    let note = RichText::new(view.text.get("detail-environment-note"));
                    ui.label(
                        note.font(theme::font(Face::Regular, theme::TEXT_XS))
                            .color(view.theme.text_dim),
                    );
                });
            });
    }
    list_ui(
        ui,
        view,
        data,
        &detail.environ,
        "detail-environment-none",
        |ui, rect, (name, value)| {
            let mono = theme::font(Face::Mono, theme::TEXT_XS);
            let [left, right] = columns(rect, [140.0, 0.0]);
            paint_line(
                ui.painter(),
                left,
                Align::Min,
                name,
                mono.clone(),
                view.theme.text_dim,
            );
            if is_shown {
                paint_line(
                    ui.painter(),
                    right,
                    Align::Min,
                    value,
                    mono,
                    view.theme.text_strong,
                );
                format!("{name}={value}")
            } else {
                paint_line(
                    ui.painter(),
                    right,
                    Align::Min,
                    view.text.get("mark-masked"),
                    mono,
                    view.theme.text_dim,
                );
                name.clone()
            }
        },
    );
    is_pressed
}

/// A list of lines; `line_ui` draws one and returns what is copied on a click and read aloud.
fn list_ui<T>(
    ui: &mut Ui,
    view: View<'_>,
    data: DetailData<'_>,
    list: &Reading<Capped<T>>,
    none_key: &'static str,
    line_ui: impl Fn(&Ui, Rect, &T) -> String,
) {
    let items = match (list.value(), list.unread()) {
        (Some(list), _) if list.items.is_empty() => {
            return note_ui(ui, view, view.text.get(none_key));
        }
        (Some(list), _) => list,
        (None, Some(reason)) => {
            return note_ui(ui, view, &reason_text(view.text, reason, data.asking()));
        }
        (None, None) => return,
    };
    if items.is_cut {
        let count = items.items.len();
        note_ui(
            ui,
            view,
            &view
                .text
                .with("detail-list-cut", &[("count", count.into())]),
        );
    }
    ui.add_space(UNIT);
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_rows(ui, ROW, items.items.len(), |ui, range| {
            let start = range.start;
            for (place, item) in items.items.iter().enumerate().skip(start).take(range.len()) {
                let size = vec2(ui.available_width(), ROW);
                let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
                if response.hovered() {
                    ui.painter().rect_filled(rect, 0.0, view.theme.hover);
                }
                let text = line_ui(ui, rect.shrink2(vec2(SIDE, 0.0)), item);
                response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &text));
                let tip = if response.hovered() {
                    format!("{text}\n{}", view.text.get("detail-copy"))
                } else {
                    String::new()
                };
                if response.on_hover_text(tip).clicked() {
                    ui.copy_text(text);
                }
                debug_assert!(place >= start);
            }
        });
}

/// A sentence instead of a list.
fn note_ui(ui: &mut Ui, view: View<'_>, sentence: &str) {
    eframe::egui::Frame::new()
        .inner_margin(Margin::same(16))
        .show(ui, |ui| {
            let text = RichText::new(sentence)
                .font(theme::font(Face::Regular, theme::TEXT_S))
                .color(view.theme.text_dim);
            ui.add(eframe::egui::Label::new(text).wrap());
        });
}

/// Divides a line: one width of 0 takes what the others leave.
fn columns<const N: usize>(rect: Rect, widths: [f32; N]) -> [Rect; N] {
    let gap = 2.0 * UNIT;
    let fixed: f32 = widths.iter().sum::<f32>() + gap * (N as f32 - 1.0);
    let mut x = rect.left();
    widths.map(|width| {
        let width = if width > 0.0 {
            width
        } else {
            (rect.width() - fixed).max(0.0)
        };
        let column = Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height()));
        x += width + gap;
        column
    })
}

/// Both ends as far as there are any.
fn ends_text(view: View<'_>, socket: &Connection) -> String {
    match (&socket.laddr, &socket.raddr) {
        (SocketAddress::None, SocketAddress::None) => view.text.get("detail-unnamed").to_owned(),
        (local, SocketAddress::None) => local.to_string(),
        (SocketAddress::None, remote) => format!("→ {remote}"),
        (local, remote) => format!("{local} → {remote}"),
    }
}

const fn kind_text(socket: &Connection) -> &'static str {
    match (socket.family, socket.kind) {
        (Family::Unix, _) => "unix",
        (Family::Inet, SocketKind::Stream) => "tcp",
        (Family::Inet6, SocketKind::Stream) => "tcp6",
        (Family::Inet, _) => "udp",
        (Family::Inet6, _) => "udp6",
    }
}
