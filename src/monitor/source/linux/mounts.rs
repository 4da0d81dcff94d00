//! Which files can be asked about without waiting for another machine or program.
//!
//! A system call that looks at a file on a network file system, or on one that a program serves (FUSE), waits for the server's
//! answer: for ever, where the server is gone. A link below `/proc` tells its target without asking.

use rustix::io::Errno;

use super::dir::Dir;

/// What is read of a list of mounts, bytes.
const LIST_CAP: usize = 1 << 20;

/// File systems whose answers come from this machine's kernel. What is not listed is not asked.
const LOCAL: [&[u8]; 44] = [
    b"bcachefs",
    b"binfmt_misc",
    b"bpf",
    b"btrfs",
    b"cgroup",
    b"cgroup2",
    b"configfs",
    b"cramfs",
    b"debugfs",
    b"devpts",
    b"devtmpfs",
    b"efivarfs",
    b"erofs",
    b"exfat",
    b"ext2",
    b"ext3",
    b"ext4",
    b"f2fs",
    b"fusectl",
    b"hfsplus",
    b"hugetlbfs",
    b"iso9660",
    b"jffs2",
    b"jfs",
    b"mqueue",
    b"msdos",
    b"nilfs2",
    b"ntfs3",
    b"overlay",
    b"proc",
    b"pstore",
    b"ramfs",
    b"reiserfs",
    b"rootfs",
    b"securityfs",
    b"selinuxfs",
    b"squashfs",
    b"sysfs",
    b"tmpfs",
    b"tracefs",
    b"ubifs",
    b"udf",
    b"vfat",
    b"xfs",
];

/// What the kernel writes behind the name of a file that is no longer there.
const DELETED: &[u8] = b" (deleted)";

/// The target of a process's link to a file, and whether that file is deleted, which the kernel writes at the end of the name. A
/// file whose own name ends like that is recognised only on local mounts, where looking at it waits for no server.
pub fn link_to_file(dir: &mut Dir, path: &str) -> Result<(Vec<u8>, bool), Errno> {
    let mut target = dir.link(path)?;
    let Some(name) = target.strip_suffix(DELETED).map(<[u8]>::len) else {
        return Ok((target, false));
    };
    let is_there = is_called(dir, path, &target);
    if !is_there {
        target.truncate(name);
    }
    Ok((target, !is_there))
}

/// Whether what a link of a process leads to has that name.
fn is_called(dir: &mut Dir, link: &str, name: &[u8]) -> bool {
    let (folder, _) = link.rsplit_once('/').unwrap_or((".", link));
    if !Mounts::of(dir, folder).are_local_up_to(name) {
        return false;
    }
    let named = [folder.as_bytes(), b"/root", name].concat();
    // Only what is there by its name can be the file; the link may lead to where nothing answers.
    let Ok(named) = dir.status_of_name(&named) else {
        return false;
    };
    dir.status(link)
        .is_ok_and(|file| (file.st_dev, file.st_ino) == (named.st_dev, named.st_ino))
}

/// The mounts that a process sees.
#[derive(Debug, Default)]
pub struct Mounts(Vec<Mount>);

#[derive(Debug)]
struct Mount {
    id: u64,
    point: Vec<u8>,
    is_local: bool,
}

impl Mounts {
    /// Those of the process to which this folder belongs; none if they cannot be read.
    pub fn of(process: &mut Dir, folder: &str) -> Self {
        let path = format!("{folder}/mountinfo");
        process
            .read(&path, LIST_CAP)
            .map(Self::parse)
            .unwrap_or_default()
    }

    fn parse(bytes: &[u8]) -> Self {
        Self(
            bytes
                .split(|&byte| byte == b'\n')
                .filter_map(mount)
                .collect(),
        )
    }

    /// Whether a mount is known to be local. One that was taken out of the tree while it was in use is not.
    pub fn is_local(&self, id: u64) -> bool {
        let mut found = self.0.iter().filter(|mount| mount.id == id);
        found.next().is_some_and(|mount| mount.is_local)
    }

    /// Whether all mounts on the way to a path are.
    pub fn are_local_up_to(&self, path: &[u8]) -> bool {
        let is_on_the_way = |mount: &&Mount| {
            let rest = path.strip_prefix(mount.point.as_slice());
            mount.point == b"/" || rest.is_some_and(|rest| matches!(rest, [] | [b'/', ..]))
        };
        let mut passed = self.0.iter().filter(is_on_the_way).peekable();
        passed.peek().is_some() && passed.all(|mount| mount.is_local)
    }
}

/// `36 35 98:0 /root/in/it /mount/point rw,noatime master:1 - ext3 /dev/root rw`; the number of words before the dash varies.
fn mount(line: &[u8]) -> Option<Mount> {
    let mut words = line.split(|&byte| byte == b' ');
    let id = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    let point = words.nth(3)?;
    let kind = words.skip_while(|&word| word != b"-").nth(1)?;
    Some(Mount {
        id,
        point: unescaped(point),
        is_local: LOCAL.contains(&kind),
    })
}

/// Space, tab, line feed and backslash are written as a backslash and three octal digits.
fn unescaped(escaped: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..3).filter(|_| byte == b'\\').and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 8).ok()
        });
        bytes.push(code.unwrap_or(byte));
        rest = if code.is_some() {
            after.get(3..).unwrap_or_default()
        } else {
            after
        };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_is_served_elsewhere_is_known_by_its_mount() {
        let mounts = Mounts::parse(
            b"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw\n\
              30 22 0:40 / /home rw shared:7 master:2 - nfs4 server:/home rw,vers=4.2\n\
              31 22 0:41 / /media/my\\040disk rw - fuse.sshfs host: rw\n\
              32 22 0:42 / /run rw - tmpfs tmpfs rw\n\
              33 32 0:43 / /run/user rw - autofs systemd-1 rw\n\
              garbage\n\n",
        );
        let local = [22, 30, 31, 32, 33, 99].map(|id| mounts.is_local(id));
        assert_eq!(local, [true, false, false, true, false, false]);
        for (path, is_local) in [
            ("/usr/bin/sleep", true),
            ("/", true),
            ("/home", false),
            ("/home/ana/x", false),
            ("/homes/ana/x", true),
            ("/media/my disk/x", false),
            ("/media/my", true),
            ("/run/lock", true),
            ("/run/user/1000/x", false),
        ] {
            assert_eq!(mounts.are_local_up_to(path.as_bytes()), is_local, "{path}");
        }
        // Of which nothing is known may be anywhere.
        assert!(!Mounts::default().are_local_up_to(b"/x"));
        assert_eq!(unescaped(b"a\\134b\\011\\"), b"a\\b\t\\");
    }

    #[test]
    fn a_file_may_be_called_as_if_it_were_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("there (deleted)");
        std::fs::write(&there, "").unwrap();
        for (link, target) in [
            ("link", Path::new("somewhere")),
            ("root", "/".as_ref()),
            ("exe", &there),
        ] {
            std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
        }
        let mut dir = Dir::open(folder.path()).unwrap();
        let name = there.to_str().unwrap().as_bytes();
        // Whether a file server has it is not asked.
        for (kind, is_deleted) in [("nfs4", true), ("fuse.sshfs", true), ("ext4", false)] {
            let line = format!("1 0 8:1 / / rw - {kind} /dev/root rw\n");
            std::fs::write(folder.path().join("mountinfo"), line).unwrap();
            assert_eq!(
                link_to_file(&mut dir, "exe").unwrap().1,
                is_deleted,
                "{kind}"
            );
        }
        assert_eq!(link_to_file(&mut dir, "exe"), Ok((name.to_vec(), false)));
        std::fs::remove_file(&there).unwrap();
        let (target, is_deleted) = link_to_file(&mut dir, "exe").unwrap();
        assert!(is_deleted && [&target, DELETED].concat() == name);
        assert_eq!(
            link_to_file(&mut dir, "link"),
            Ok((b"somewhere".to_vec(), false))
        );
    }
}
