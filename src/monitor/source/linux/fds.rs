//! The open descriptors of one process.

use std::collections::HashMap;

use rustix::fs::FileType;
use rustix::io::Errno;

use super::dir::{Dir, unread};
use super::parse::{fd_info, text};
use crate::monitor::detail::{Capped, LIST_CAP, OpenFile};
use crate::monitor::reading::{Reading, Unread};

/// What the descriptors of a process lead to.
#[derive(Debug, Default)]
pub struct Descriptors {
    /// Regular files.
    pub files: Vec<OpenFile>,
    /// Descriptors of each socket, by its inode.
    pub sockets: HashMap<u64, Vec<u32>>,
    /// How many there are of any kind; if `is_cut`, at least so many.
    pub count: u64,
    /// True if only the first [`LIST_CAP`] were looked at.
    pub is_cut: bool,
    /// True if some path was not UTF-8.
    pub is_lossy: bool,
}

/// Looks at every descriptor.
pub fn descriptors(process: &mut Dir) -> Result<Descriptors, Unread> {
    let numbers = process
        .open_below("fd")
        .and_then(|mut fds| fds.numbers(LIST_CAP))
        .map_err(unread)?;
    let mut found = Descriptors {
        count: numbers.len() as u64,
        is_cut: numbers.len() > LIST_CAP,
        ..Descriptors::default()
    };
    for fd in numbers.into_iter().take(LIST_CAP) {
        let path = format!("fd/{fd}");
        let target = match process.link(&path) {
            Ok(target) => target,
            // The list may be open to us while its entries are not: the process has more rights than we.
            Err(Errno::ACCESS | Errno::PERM) => return Err(Unread::Denied),
            // One that was closed in the meantime is none of its descriptors any more.
            Err(_) => continue,
        };
        if let Some(inode) = socket_inode(&target) {
            found.sockets.entry(inode).or_default().push(fd);
        } else if target.first() == Some(&b'/') && is_regular(process, &path) {
            found
                .files
                .push(open_file(process, fd, &target, &mut found.is_lossy));
        }
    }
    Ok(found)
}

/// The number of descriptors where they may be counted but not listed: recent kernels tell it as the folder's size.
pub fn count_by_size(process: &mut Dir) -> Option<u64> {
    let size = process.status("fd").ok()?.st_size;
    u64::try_from(size).ok().filter(|&size| size > 0)
}

impl Descriptors {
    /// The regular files as a list.
    pub fn files(&mut self) -> Capped<OpenFile> {
        Capped {
            items: std::mem::take(&mut self.files),
            is_cut: self.is_cut,
        }
    }
}

fn is_regular(process: &mut Dir, path: &str) -> bool {
    process
        .status(path)
        .is_ok_and(|status| FileType::from_raw_mode(status.st_mode) == FileType::RegularFile)
}

fn open_file(process: &mut Dir, fd: u32, target: &[u8], is_lossy: &mut bool) -> OpenFile {
    let info = process.read(&format!("fdinfo/{fd}"), 4_096).map_err(unread);
    let info = Reading::from(info.and_then(|bytes| fd_info(bytes).ok_or(Unread::Unsupported)));
    let (path, lossy) = text(target);
    *is_lossy |= lossy;
    OpenFile {
        path,
        fd,
        position: info.map(|(position, _)| position),
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
