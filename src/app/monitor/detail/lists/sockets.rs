//! The sockets: descriptor, protocol, both ends, state.

use crate::app::monitor::detail::list::{ListColumn, ListSpec};
use crate::app::theme::{Face, TEXT_XS};
use crate::monitor::detail::{Connection, Family, SocketAddress, SocketKind};

pub(super) static SOCKETS: ListSpec<Connection> = ListSpec {
    salt: "sockets",
    none_key: "detail-network-none",
    columns: &[
        ListColumn::<Connection>::new(
            "file-fd",
            28.0,
            |socket, _| socket.fd.to_string().into(),
            |a, b| a.fd.cmp(&b.fd),
        )
        .right()
        .colored(|_, theme| theme.text_dim),
        ListColumn::<Connection>::new(
            "socket-kind",
            32.0,
            |socket, _| protocol(socket).into(),
            |a, b| protocol(a).cmp(protocol(b)),
        ),
        ListColumn::<Connection>::new(
            "socket-ends",
            0.0,
            |socket, words| match (&socket.laddr, &socket.raddr) {
                (SocketAddress::None, SocketAddress::None) => {
                    words.text.get("detail-unnamed").into()
                }
                (SocketAddress::None, _) => words.text.get("mark-none").into(),
                (local, _) => local.to_string().into(),
            },
            |a, b| a.laddr.to_string().cmp(&b.laddr.to_string()),
        )
        .code()
        .colored(|_, theme| theme.text_strong),
        ListColumn::<Connection>::new(
            "socket-state",
            84.0,
            |socket, _| status(socket).into(),
            |a, b| a.status.cmp(b.status),
        )
        .right()
        .in_face(Face::Regular, TEXT_XS)
        .colored(|socket, theme| match socket.status {
            "LISTEN" | "ESTABLISHED" => theme.ok,
            _ => theme.text,
        }),
        ListColumn::<Connection>::new(
            "socket-remote",
            0.0,
            |socket, _| match &socket.raddr {
                SocketAddress::None => "".into(),
                remote => format!("→ {remote}").into(),
            },
            |a, b| a.raddr.to_string().cmp(&b.raddr.to_string()),
        )
        .code()
        .below(),
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
