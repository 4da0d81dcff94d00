//! The other sections of the detail panel: threads, files, network, environment. Long lists are laid out only in sight.

use eframe::egui::{Align, Margin, Ui};

use super::detail_list::{List, list_ui};
use super::process_cell::{state_color, state_text};
use super::process_detail::DetailData;
use crate::app::icons::Icon;
use crate::app::theme::{self, Face};
use crate::app::view::View;
use crate::app::widgets::{paint_line, small_button, small_label};
use crate::monitor::ProcessDetail;
use crate::monitor::detail::{Connection, Family, SocketAddress, SocketKind};
use crate::monitor::unit::cpu_time_text;

/// The threads: id, name, state, CPU time.
pub fn threads_ui(ui: &mut Ui, view: View<'_>, data: DetailData<'_>, detail: &ProcessDetail) {
    list_ui(
        ui,
        view,
        data,
        &detail.threads,
        List {
            none_key: "detail-threads-none",
            titles: ["thread-id", "thread-name", "thread-state", "thread-time"],
            widths: [64.0, 0.0, 72.0, 64.0],
            last: Align::Max,
        },
        |ui, [id, name, state, time], thread| {
            let dim = view.theme.text_dim;
            let regular = theme::font(Face::Regular, theme::TEXT_S);

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
        List {
            none_key: "detail-files-none",
            titles: ["file-fd", "file-mode", "file-path"],
            widths: [36.0, 36.0, 0.0],
            last: Align::Min,
        },
        |ui, [fd, mode, path], file| {
            let dim = view.theme.text_dim;
            let regular = theme::font(Face::Regular, theme::TEXT_S);

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
        List {
            none_key: "detail-network-none",
            titles: ["socket-kind", "socket-ends", "socket-state"],
            widths: [32.0, 0.0, 80.0],
            last: Align::Max,
        },
        |ui, [kind, ends, status], socket| {
            let regular = theme::font(Face::Regular, theme::TEXT_S);

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
                    let note = view.text.get("detail-environment-note");
                    small_label(ui, note, view.theme.text_dim);
                });
            });
    }
    list_ui(
        ui,
        view,
        data,
        &detail.environ,
        List {
            none_key: "detail-environment-none",
            titles: ["variable-name", "variable-value"],
            widths: [140.0, 0.0],
            last: Align::Min,
        },
        |ui, [left, right], (name, value)| {
            let mono = theme::font(Face::Mono, theme::TEXT_XS);

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
