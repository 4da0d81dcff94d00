//! The open files: descriptor, kind, mode, path, position.

use super::or_mark;
use crate::app::monitor::detail::list::{ListColumn, ListSpec};
use crate::app::text::Text;
use crate::monitor::Unread;
use crate::monitor::detail::{FileKind, OpenFile};

pub(super) static FILES: ListSpec<OpenFile> = ListSpec {
    salt: "files",
    none_key: "detail-files-none",
    columns: &[
        ListColumn::<OpenFile>::new(
            "file-fd",
            28.0,
            |file, _| file.fd.to_string().into(),
            |a, b| a.fd.cmp(&b.fd),
        )
        .right()
        .colored(|_, theme| theme.text_dim),
        ListColumn::<OpenFile>::new(
            "file-kind",
            46.0,
            |file, words| kind_text(words.text, file.kind).into(),
            |a, b| a.kind.cmp(&b.kind),
        ),
        ListColumn::<OpenFile>::new(
            "file-mode",
            32.0,
            |file, words| or_mark(words.text, file.mode, str::to_owned),
            |a, b| a.mode.ok().cmp(&b.mode.ok()),
        ),
        ListColumn::<OpenFile>::new(
            "file-path",
            0.0,
            |file, _| file.path.as_str().into(),
            |a, b| a.path.cmp(&b.path),
        )
        .code()
        .end_kept()
        .colored(|_, theme| theme.text_strong),
        ListColumn::<OpenFile>::new(
            "file-position",
            60.0,
            |file, words| match file.position {
                // No place in a pipe or a socket is worth a mark in each row.
                Err(Unread::NotApplicable) => "".into(),
                position => or_mark(words.text, position, |position| position.to_string()),
            },
            |a, b| a.position.ok().cmp(&b.position.ok()),
        )
        .right()
        .large_first(),
    ],
    sorted_by: None,
    row: |file, words| {
        let kind = kind_text(words.text, file.kind);
        let mode = or_mark(words.text, file.mode, str::to_owned);
        let row = format!("{}\t{kind}\t{mode}\t{}", file.fd, file.path);
        match file.position {
            Ok(position) => format!("{row}\t{position}"),
            Err(_) => row,
        }
    },
};

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
