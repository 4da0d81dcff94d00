//! The open descriptors of one process.

use std::collections::HashMap;

use rustix::fs::FileType;
use rustix::io::Errno;

use super::dir::{Dir, unread};
use super::parse::{fd_info, text};
use crate::monitor::detail::{Capped, FILE_CAP, FileKind, OpenFile};
use crate::monitor::reading::{Reading, Unread};

/// Which descriptors are described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All.
    All,
    /// Regular files.
    Regular,
    /// None: only the sockets are listed.
    Sockets,
}

/// What the descriptors of a process lead to.
#[derive(Debug)]
pub struct Descriptors {
    /// Those that were wanted.
    pub files: Capped<OpenFile>,
    /// Descriptors of each socket, by its inode.
    pub sockets: HashMap<u64, Vec<u32>>,
    /// How many there are of any kind; `None` if there are more than were looked at and the kernel does not tell.
    pub count: Option<u64>,
    /// True if only the first [`FILE_CAP`] were looked at.
    pub is_cut: bool,
    /// True if some path was not UTF-8.
    pub is_lossy: bool,
}

/// Looks at every descriptor.
pub fn descriptors(process: &mut Dir, wanted: Wanted) -> Result<Descriptors, Unread> {
    let numbers = numbers(process)?;
    let is_cut = numbers.len() > FILE_CAP;
    let count = if is_cut {
        count_by_size(process)
    } else {
        Some(numbers.len() as u64)
    };
    let mut files = Vec::new();
    let mut sockets: HashMap<u64, Vec<u32>> = HashMap::new();
    let mut is_lossy = false;
    for fd in numbers.into_iter().take(FILE_CAP) {
        let path = format!("fd/{fd}");
        let target = match process.link(&path) {
            Ok(target) => target,
            // The list may be open to us while its entries are not: the process has more rights than we.
            Err(Errno::ACCESS | Errno::PERM) => return Err(Unread::Denied),
            // One that was closed in the meantime is none of its descriptors any more.
            Err(_) => continue,
        };
        if let Some(inode) = socket_inode(&target) {
            sockets.entry(inode).or_default().push(fd);
        }
        let is_candidate = match wanted {
            Wanted::All => true,
            Wanted::Regular => target.first() == Some(&b'/'),
            Wanted::Sockets => false,
        };
        if is_candidate
            && let Some(kind) = kind(process, &path, &target)
            && (wanted == Wanted::All || kind.is_regular())
        {
            files.push(open_file(process, fd, kind, &target, &mut is_lossy));
        }
    }
    let total = if is_cut {
        count.filter(|_| wanted == Wanted::All)
    } else {
        Some(files.len() as u64)
    };
    Ok(Descriptors {
        files: Capped {
            items: files,
            total,
        },
        sockets,
        count,
        is_cut,
        is_lossy,
    })
}

/// The number of descriptors, as cheaply as the kernel tells it.
pub fn count(process: &mut Dir) -> Result<u64, Unread> {
    if let Some(count) = count_by_size(process) {
        return Ok(count);
    }
    let numbers = numbers(process)?;
    if numbers.len() > FILE_CAP {
        return Err(Unread::Unsupported);
    }
    Ok(numbers.len() as u64)
}

/// The number of descriptors where they may be counted but not listed: recent kernels tell it as the folder's size.
pub fn count_by_size(process: &mut Dir) -> Option<u64> {
    let size = process.status("fd").ok()?.st_size;
    u64::try_from(size).ok().filter(|&size| size > 0)
}

fn numbers(process: &mut Dir) -> Result<Vec<u32>, Unread> {
    process
        .open_below("fd")
        .and_then(|mut fds| fds.numbers(FILE_CAP))
        .map_err(unread)
}

/// What a descriptor leads to; `None` if it was closed in the meantime.
fn kind(process: &mut Dir, path: &str, target: &[u8]) -> Option<FileKind> {
    let mode = process.status(path).ok()?.st_mode;
    Some(match FileType::from_raw_mode(mode) {
        FileType::RegularFile if target.starts_with(b"/memfd:") => FileKind::Memory,
        FileType::RegularFile => FileKind::Regular,
        FileType::Directory => FileKind::Folder,
        FileType::CharacterDevice if target.starts_with(b"/dev/pts/") => FileKind::Terminal,
        FileType::CharacterDevice if target.starts_with(b"/dev/tty") => FileKind::Terminal,
        FileType::CharacterDevice => FileKind::Device,
        FileType::BlockDevice => FileKind::Disk,
        FileType::Fifo => FileKind::Pipe,
        FileType::Socket => FileKind::Socket,
        _ => FileKind::Kernel,
    })
}

fn open_file(
    process: &mut Dir,
    fd: u32,
    kind: FileKind,
    target: &[u8],
    is_lossy: &mut bool,
) -> OpenFile {
    let info = process.read(&format!("fdinfo/{fd}"), 4_096).map_err(unread);
    let info = Reading::from(info.and_then(|bytes| fd_info(bytes).ok_or(Unread::Unsupported)));
    let (path, lossy) = text(target);
    *is_lossy |= lossy;
    OpenFile {
        path,
        kind,
        fd,
        position: if kind.has_position() {
            info.map(|(position, _)| position)
        } else {
            Reading::NotApplicable
        },
        mode: info.map(|(_, flags)| mode(flags)),
        flags: info.map(|(_, flags)| flags),
    }
}

pub(super) fn socket_inode(target: &[u8]) -> Option<u64> {
    let number = target.strip_prefix(b"socket:[")?.strip_suffix(b"]")?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// The mode as C's and Python's `open` write it.
const fn mode(flags: u32) -> &'static str {
    const APPEND: u32 = 0o2000;
    match (flags & 0o3, flags & APPEND) {
        (0, _) => "r",
        (1, 0) => "w",
        (1, _) => "a",
        (_, 0) => "r+",
        (_, _) => "a+",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_and_inodes() {
        assert_eq!(
            [0, 1, 2, 0o2001, 0o2002, 0o102_000].map(mode),
            ["r", "w", "r+", "a", "a+", "r"]
        );
        assert_eq!(socket_inode(b"socket:[4242]"), Some(4242));
        assert_eq!(socket_inode(b"pipe:[4242]"), None);
        assert_eq!(socket_inode(b"/tmp/socket:[1]"), None);
    }
}
