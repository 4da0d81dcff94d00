//! The lists of the detail panel: threads, files, sockets, environment.

use std::borrow::Cow;

use eframe::egui::{Align, Ui};

use super::detail_list::{Column, List, ListState, Shape, list_ui, small_note_ui};
use super::detail_masks::Masks;
use super::process_cell::{state_color, state_text};
use super::process_detail::DetailData;
use super::reason::reason_mark;
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::text::Text;
use crate::app::theme::{Face, TEXT_S, TEXT_XS};
use crate::app::view::View;
use crate::app::widgets::small_button;
use crate::monitor::detail::{
    Connection, Family, FileKind, OpenFile, SocketAddress, SocketKind, ThreadInfo,
};
use crate::monitor::unit::{cpu_time_text, percent_text};
use crate::monitor::{ProcessDetail, Reading};

/// Numbers and words.
const PLAIN: (Face, f32) = (Face::Regular, TEXT_S);
/// What the kernel or the program wrote.
const CODE: (Face, f32) = (Face::Mono, TEXT_XS);

/// A value, or the mark of why there is none.
fn or_mark<T>(text: &Text, reading: Reading<T>, say: impl FnOnce(T) -> String) -> Cow<'_, str> {
    match (reading.unread(), reading.into_value()) {
        (_, Some(value)) => say(value).into(),
        (Some(reason), _) => reason_mark(text, reason).into(),
        (None, None) => Cow::Borrowed(""),
    }
}

/// Unknown stands below every number.
fn known<T: Copy>(reading: Reading<T>) -> Option<T> {
    reading.into_value()
}

static THREADS: Shape<ThreadInfo> = Shape {
    salt: "threads",
    none_key: "detail-threads-none",
    columns: &[
        Column {
            title: "thread-name",
            width: 0.0,
            align: Align::Min,
            face: PLAIN,
            words: |thread, _| thread.name.as_str().into(),
            color: |_, theme| theme.text_strong,
            order: |a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "thread-id",
            width: 48.0,
            align: Align::Max,
            face: PLAIN,
            words: |thread, _| thread.id.to_string().into(),
            color: |_, theme| theme.text_dim,
            order: |a, b| a.id.cmp(&b.id),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "thread-state",
            width: 56.0,
            align: Align::Min,
            face: PLAIN,
            words: |thread, words| state_text(words.text, thread.state).into(),
            color: |thread, theme| state_color(thread.state, theme),
            order: |a, b| a.state.cmp(&b.state),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "thread-cpu",
            width: 48.0,
            align: Align::Max,
            face: PLAIN,
            words: |thread, words| or_mark(words.text, thread.cpu_percent, percent_text),
            color: |thread, theme| {
                if thread.cpu_percent.value().is_some_and(|&cpu| cpu >= 0.5) {
                    theme.text_strong
                } else {
                    theme.text_dim
                }
            },
            order: |a, b| {
                let (a, b) = (known(a.cpu_percent), known(b.cpu_percent));
                a.unwrap_or(-1.0).total_cmp(&b.unwrap_or(-1.0))
            },
            is_large_first: true,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "thread-time",
            width: 52.0,
            align: Align::Max,
            face: PLAIN,
            words: |thread, _| cpu_time_text(thread.user_time + thread.system_time).into(),
            color: |_, theme| theme.text,
            order: |a, b| (a.user_time + a.system_time).total_cmp(&(b.user_time + b.system_time)),
            is_large_first: true,
            is_below: false,
            is_end_kept: false,
        },
    ],
    sorted_by: Some(3),
    row: |thread, words| {
        let state = state_text(words.text, thread.state);
        let cpu = or_mark(words.text, thread.cpu_percent, percent_text);
        let time = cpu_time_text(thread.user_time + thread.system_time);
        format!("{}\t{}\t{state}\t{cpu}\t{time}", thread.name, thread.id)
    },
};

static FILES: Shape<OpenFile> = Shape {
    salt: "files",
    none_key: "detail-files-none",
    columns: &[
        Column {
            title: "file-fd",
            width: 28.0,
            align: Align::Max,
            face: PLAIN,
            words: |file, _| file.fd.to_string().into(),
            color: |_, theme| theme.text_dim,
            order: |a, b| a.fd.cmp(&b.fd),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "file-kind",
            width: 46.0,
            align: Align::Min,
            face: PLAIN,
            words: |file, words| kind_text(words.text, file.kind).into(),
            color: |_, theme| theme.text,
            order: |a, b| a.kind.cmp(&b.kind),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "file-mode",
            width: 32.0,
            align: Align::Min,
            face: PLAIN,
            words: |file, words| or_mark(words.text, file.mode, str::to_owned),
            color: |_, theme| theme.text,
            order: |a, b| known(a.mode).cmp(&known(b.mode)),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "file-path",
            width: 0.0,
            align: Align::Min,
            face: CODE,
            words: |file, _| file.path.as_str().into(),
            color: |_, theme| theme.text_strong,
            order: |a, b| a.path.cmp(&b.path),
            is_large_first: false,
            is_below: false,
            is_end_kept: true,
        },
        Column {
            title: "file-position",
            width: 60.0,
            align: Align::Max,
            face: PLAIN,
            words: |file, words| match file.position {
                // No place in a pipe or a socket is worth a mark in each row.
                Reading::NotApplicable => "".into(),
                position => or_mark(words.text, position, |position| position.to_string()),
            },
            color: |_, theme| theme.text,
            order: |a, b| known(a.position).cmp(&known(b.position)),
            is_large_first: true,
            is_below: false,
            is_end_kept: false,
        },
    ],
    sorted_by: None,
    row: |file, words| {
        let kind = kind_text(words.text, file.kind);
        let mode = or_mark(words.text, file.mode, str::to_owned);
        let row = format!("{}\t{kind}\t{mode}\t{}", file.fd, file.path);
        match file.position.value() {
            Some(position) => format!("{row}\t{position}"),
            None => row,
        }
    },
};

static SOCKETS: Shape<Connection> = Shape {
    salt: "sockets",
    none_key: "detail-network-none",
    columns: &[
        Column {
            title: "file-fd",
            width: 28.0,
            align: Align::Max,
            face: PLAIN,
            words: |socket, _| socket.fd.to_string().into(),
            color: |_, theme| theme.text_dim,
            order: |a, b| a.fd.cmp(&b.fd),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "socket-kind",
            width: 32.0,
            align: Align::Min,
            face: PLAIN,
            words: |socket, _| protocol(socket).into(),
            color: |_, theme| theme.text,
            order: |a, b| protocol(a).cmp(protocol(b)),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "socket-ends",
            width: 0.0,
            align: Align::Min,
            face: CODE,
            words: |socket, words| match (&socket.laddr, &socket.raddr) {
                (SocketAddress::None, SocketAddress::None) => {
                    words.text.get("detail-unnamed").into()
                }
                (SocketAddress::None, _) => words.text.get("mark-none").into(),
                (local, _) => local.to_string().into(),
            },
            color: |_, theme| theme.text_strong,
            order: |a, b| a.laddr.to_string().cmp(&b.laddr.to_string()),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "socket-state",
            width: 84.0,
            align: Align::Max,
            face: (Face::Regular, TEXT_XS),
            words: |socket, _| status(socket).into(),
            color: |socket, theme| match socket.status {
                "LISTEN" | "ESTABLISHED" => theme.ok,
                _ => theme.text,
            },
            order: |a, b| a.status.cmp(b.status),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "socket-remote",
            width: 0.0,
            align: Align::Min,
            face: CODE,
            words: |socket, _| match &socket.raddr {
                SocketAddress::None => "".into(),
                remote => format!("→ {remote}").into(),
            },
            color: |_, theme| theme.text,
            order: |a, b| a.raddr.to_string().cmp(&b.raddr.to_string()),
            is_large_first: false,
            is_below: true,
            is_end_kept: false,
        },
    ],
    sorted_by: None,
    row: |socket, words| {
        let none = |address: &SocketAddress| match address {
            SocketAddress::None => words.text.get("mark-none").to_owned(),
            address => address.to_string(),
        };
        let (local, remote) = (none(&socket.laddr), none(&socket.raddr));
        let state = status(socket);
        format!(
            "{}\t{}\t{local}\t{remote}\t{state}",
            socket.fd,
            protocol(socket)
        )
        .trim_end()
        .to_owned()
    },
};

static VARIABLES: Shape<(String, String)> = Shape {
    salt: "variables",
    none_key: "detail-environment-none",
    columns: &[
        Column {
            title: "variable-name",
            width: 132.0,
            align: Align::Min,
            face: CODE,
            words: |(name, _), _| name.as_str().into(),
            color: |_, theme| theme.text,
            order: |a, b| a.0.cmp(&b.0),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
        Column {
            title: "variable-value",
            width: 0.0,
            align: Align::Min,
            face: CODE,
            words: |(name, value), words| {
                if words.masks.hides(name, value) {
                    words.text.get("mark-masked").into()
                } else {
                    value.as_str().into()
                }
            },
            color: |_, theme| theme.text_strong,
            order: |a, b| a.1.cmp(&b.1),
            is_large_first: false,
            is_below: false,
            is_end_kept: false,
        },
    ],
    sorted_by: None,
    row: |(name, value), words| {
        if words.masks.hides(name, value) {
            format!("{name}={}", words.text.get("mark-masked"))
        } else {
            format!("{name}={value}")
        }
    },
};

/// What one has chosen in the lists.
#[derive(Debug, Default)]
pub struct Lists {
    threads: ListState,
    files: ListState,
    sockets: ListState,
    variables: ListState,
    pub(super) masks: Masks,
}

impl Lists {
    /// The threads: name, id, state, CPU.
    pub fn threads_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        data: DetailData<'_>,
        detail: &ProcessDetail,
    ) {
        let list = List {
            items: &detail.threads,
            shape: &THREADS,
            state: &mut self.threads,
            masks: &self.masks,
        };
        let clicked = list_ui(ui, view, data, list, |_| {});
        copy(view, clicked, &THREADS, &self.masks);
    }

    /// The open files: descriptor, kind, mode, path, position.
    pub fn files_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        data: DetailData<'_>,
        detail: &ProcessDetail,
    ) {
        let list = List {
            items: &detail.open_files,
            shape: &FILES,
            state: &mut self.files,
            masks: &self.masks,
        };
        let clicked = list_ui(ui, view, data, list, |_| {});
        copy(view, clicked, &FILES, &self.masks);
    }

    /// The sockets, and in whose network they are.
    pub fn sockets_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        data: DetailData<'_>,
        detail: &ProcessDetail,
    ) {
        if let Some(namespace) = detail.net_namespace.value() {
            let key = if namespace.is_ours {
                "detail-network-ours"
            } else {
                "detail-network-other"
            };
            let args = [("number", namespace.number.to_string().into())];
            small_note_ui(ui, view, &view.text.with(key, &args));
        }
        let list = List {
            items: &detail.connections,
            shape: &SOCKETS,
            state: &mut self.sockets,
            masks: &self.masks,
        };
        let clicked = list_ui(ui, view, data, list, |_| {});
        copy(view, clicked, &SOCKETS, &self.masks);
    }

    /// The environment; what looks like a secret only after it was asked for.
    pub fn variables_ui(
        &mut self,
        ui: &mut Ui,
        view: View<'_>,
        data: DetailData<'_>,
        detail: &ProcessDetail,
    ) {
        let masks = &self.masks;
        let is_any_hidden = detail.environ.value().is_some_and(|list| {
            let mut variables = list.items.iter();
            variables.any(|(name, value)| masks.hides(name, value))
        });
        let has_switch = is_any_hidden || masks.is_any_shown();
        let mut is_pressed = false;
        let list = List {
            items: &detail.environ,
            shape: &VARIABLES,
            state: &mut self.variables,
            masks,
        };
        let clicked = list_ui(ui, view, data, list, |ui| {
            if has_switch {
                let key = if is_any_hidden {
                    "detail-environment-show"
                } else {
                    "detail-environment-hide"
                };
                let label = view.text.get(key);
                let button = small_button(ui, view.theme, Some(Icon::Eye), label, !is_any_hidden);
                let tip = view.text.get("detail-environment-note");
                is_pressed = button.on_hover_text(tip).clicked();
            }
        });
        match clicked {
            Some((name, value)) if masks.hides(name, value) => self.masks.show(name),
            clicked => copy(view, clicked, &VARIABLES, masks),
        }
        if is_pressed {
            self.masks.show_all(is_any_hidden);
        }
    }
}

fn copy<T>(view: View<'_>, clicked: Option<&T>, shape: &Shape<T>, masks: &Masks) {
    if let Some(item) = clicked {
        let words = super::detail_list::Words {
            text: view.text,
            masks,
        };
        view.commands
            .send(Command::CopyText((shape.row)(item, words)));
    }
}

fn kind_text(text: &Text, kind: FileKind) -> &str {
    text.get(match kind {
        FileKind::Regular => "filekind-regular",
        FileKind::Memory => "filekind-memory",
        FileKind::Folder => "filekind-folder",
        FileKind::Terminal => "filekind-terminal",
        FileKind::Device => "filekind-device",
        FileKind::Disk => "filekind-disk",
        FileKind::Pipe => "filekind-pipe",
        FileKind::Socket => "filekind-socket",
        FileKind::Kernel => "filekind-kernel",
    })
}

fn status(socket: &Connection) -> &'static str {
    if socket.status == "NONE" {
        ""
    } else {
        socket.status
    }
}

const fn protocol(socket: &Connection) -> &'static str {
    match (socket.family, socket.kind) {
        (Family::Unix, _) => "unix",
        (Family::Inet, SocketKind::Stream) => "tcp",
        (Family::Inet6, SocketKind::Stream) => "tcp6",
        (Family::Inet, _) => "udp",
        (Family::Inet6, _) => "udp6",
    }
}
