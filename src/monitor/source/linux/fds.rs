//! The open descriptors of one process.

use std::collections::HashMap;

use rustix::fs::{FileType, OFlags};
use rustix::io::Errno;

use super::dir::{Dir, unread};
use super::mounts::Mounts;
use super::parse::{FdInfo, fd_info, text};
use crate::monitor::detail::{Capped, FILE_CAP, FileKind, OpenFile};
use crate::monitor::reading::{Reading, Unread};

/// How the names of terminals begin.
const TERMINALS: [&[u8]; 2] = [b"/dev/pts/", b"/dev/tty"];

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
    let mut mounts = None;
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
        if !is_candidate {
            continue;
        }
        let info = process.read(&format!("fdinfo/{fd}"), 4_096).map_err(unread);
        let info = info.and_then(|bytes| fd_info(bytes).ok_or(Unread::Unsupported));
        let kind = if may_be_asked(process, &target, info, &mut mounts) {
            kind(process, &path, &target)
        } else {
            Some(kind_by_name(&target, info))
        };
        if let Some(kind) = kind.filter(|kind| wanted == Wanted::All || kind.is_regular()) {
            let (path, lossy) = text(&target);
            is_lossy |= lossy;
            files.push(open_file(fd, path, kind, info));
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

/// Whether what a descriptor leads to can be asked about without waiting for a file server: a name that is no path is the
/// kernel's.
fn may_be_asked(
    process: &mut Dir,
    target: &[u8],
    info: Result<FdInfo, Unread>,
    mounts: &mut Option<Mounts>,
) -> bool {
    let is_path = target.starts_with(b"/") || target.starts_with(b"(unreachable)");
    if !is_path {
        return true;
    }
    let mount = info.ok().and_then(|info| info.mount);
    mount.is_some_and(|mount| {
        mounts
            .get_or_insert_with(|| Mounts::of(process, "."))
            .is_local(mount)
    })
}

/// What a descriptor leads to where it must not be asked: by its name and as it was opened. A named pipe on a file server is
/// taken for a file.
fn kind_by_name(target: &[u8], info: Result<FdInfo, Unread>) -> FileKind {
    let flags = info.map_or(OFlags::empty(), |info| OFlags::from_bits_retain(info.flags));
    let is_below = |folders: &[&[u8]]| folders.iter().any(|folder| target.starts_with(folder));
    if is_below(&[b"/memfd:"]) {
        FileKind::Memory
    } else if is_below(&[b"/dmabuf:"]) {
        FileKind::Kernel
    } else if is_below(&TERMINALS) {
        FileKind::Terminal
    } else if flags.contains(OFlags::DIRECTORY) && !flags.contains(OFlags::TMPFILE) {
        FileKind::Folder
    } else if is_below(&[b"/dev/"]) && !is_below(&[b"/dev/shm/", b"/dev/mqueue/"]) {
        FileKind::Device
    } else {
        FileKind::Regular
    }
}

/// What a descriptor leads to; `None` if it was closed in the meantime.
fn kind(process: &mut Dir, path: &str, target: &[u8]) -> Option<FileKind> {
    let mode = process.status(path).ok()?.st_mode;
    Some(match FileType::from_raw_mode(mode) {
        FileType::RegularFile if target.starts_with(b"/memfd:") => FileKind::Memory,
        FileType::RegularFile => FileKind::Regular,
        FileType::Directory => FileKind::Folder,
        FileType::CharacterDevice if TERMINALS.iter().any(|name| target.starts_with(name)) => {
            FileKind::Terminal
        }
        FileType::CharacterDevice => FileKind::Device,
        FileType::BlockDevice => FileKind::Disk,
        FileType::Fifo => FileKind::Pipe,
        FileType::Socket => FileKind::Socket,
        _ => FileKind::Kernel,
    })
}

fn open_file(fd: u32, path: String, kind: FileKind, info: Reading<FdInfo>) -> OpenFile {
    OpenFile {
        path,
        kind,
        fd,
        position: if kind.has_position() {
            info.map(|info| info.position)
        } else {
            Err(Unread::NotApplicable)
        },
        mode: info.map(|info| mode(info.flags)),
        flags: info.map(|info| info.flags),
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
        let opened = |flags| {
            Ok(FdInfo {
                position: 0,
                flags,
                mount: None,
            })
        };
        let folder = OFlags::DIRECTORY.bits();
        for (name, flags, kind) in [
            ("/home/ana/x", 0, FileKind::Regular),
            ("/home/ana", folder, FileKind::Folder),
            (
                "/tmp/#1 (deleted)",
                OFlags::TMPFILE.bits(),
                FileKind::Regular,
            ),
            ("/memfd:x (deleted)", 0, FileKind::Memory),
            ("/dev/pts/3", 0, FileKind::Terminal),
            ("/dev/null", 0, FileKind::Device),
            ("/dev/shm/x", 0, FileKind::Regular),
        ] {
            assert_eq!(kind_by_name(name.as_bytes(), opened(flags)), kind, "{name}");
        }
        assert_eq!(socket_inode(b"socket:[4242]"), Some(4242));
        assert_eq!(socket_inode(b"pipe:[4242]"), None);
        assert_eq!(socket_inode(b"/tmp/socket:[1]"), None);
    }
}
