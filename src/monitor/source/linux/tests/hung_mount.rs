//! A file system whose server never answers: who asks it about a file waits for ever.

use std::fs::OpenOptions;
use std::io::BufReader;
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::mpsc::RecvTimeoutError;

use super::*;
use crate::monitor::detail::{Aspect, FileKind};

/// Opens a path without asking the file system what is there.
const O_PATH: i32 = rustix::fs::OFlags::PATH.bits().cast_signed();

/// A mount, in a mount namespace of its own, of a file system that nobody serves; it ends with its process. A program is run
/// from the folder over which it lies and that has been deleted.
struct HungMount {
    shell: Child,
    folder: tempfile::TempDir,
    program: u32,
}

const SCRIPT: &str = r#"
cd "$1" && cp "$(command -v sleep)" program && exec 9<>/dev/fuse || exit 77
./program 1000 <&- &
while [ "$(cat /proc/$!/comm)" != program ]; do :; done; rm program; cd /
mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 hung "$1" || { kill $!; exit 77; }
echo $!; read -r end; kill $!
"#;

impl HungMount {
    /// `None` where nothing can be mounted.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut unshare = Command::new("unshare");
        unshare.args([
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            SCRIPT,
            "sh",
        ]);
        unshare.arg(folder.path());
        unshare
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut shell = unshare.spawn().ok()?;
        let mut program = String::new();
        BufReader::new(shell.stdout.take()?)
            .read_line(&mut program)
            .ok()?;
        let Ok(program) = program.trim().parse() else {
            shell.wait().ok();
            return None;
        };
        Some(Self {
            shell,
            folder,
            program,
        })
    }

    /// A process that has the mount open.
    fn opener(&self) -> Waiting {
        let path = format!(
            "/proc/{}/root{}",
            self.shell.id(),
            self.folder.path().display()
        );
        let folder = OpenOptions::new()
            .read(true)
            .custom_flags(O_PATH)
            .open(path)
            .unwrap();
        let mut command = Command::new("cat");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(folder);
        Waiting(command.spawn().unwrap())
    }
}

impl Drop for HungMount {
    fn drop(&mut self) {
        // The end of its input ends it, and with it the mount.
        drop(self.shell.stdin.take());
        self.shell.wait().ok();
    }
}

/// Does it on a thread; panics, without the mount, if it does not come back.
fn does_not_hang<T: Send + 'static>(
    mount: HungMount,
    what: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> (HungMount, T) {
    let (sender, done) = sync_channel(1);
    std::thread::Builder::new()
        .name(what.to_owned())
        .spawn(move || sender.send(work()))
        .unwrap();
    match done.recv_timeout(Duration::from_secs(20)) {
        Ok(result) => (mount, result),
        Err(RecvTimeoutError::Timeout) => {
            drop(mount);
            panic!("{what} hangs");
        }
        Err(RecvTimeoutError::Disconnected) => panic!("{what} panicked"),
    }
}

#[test]
fn a_mount_that_hangs_holds_nothing_up() {
    let Some(mount) = HungMount::new() else {
        eprintln!(
            "skipped: no file system can be mounted here (needs root, unshare and /dev/fuse)"
        );
        return;
    };
    let opener = mount.opener();
    let pid = opener.0.id();
    let folder = mount.folder.path().to_owned();
    let (mount, files) = does_not_hang(mount, "a look at an open file", move || {
        let mut source = LinuxSource::open().unwrap();
        let key = crate::os::processes::key_of(pid).unwrap();
        source
            .detail(key, Look::At(Aspect::Files), tick(1))
            .open_files
    });
    let files = files.unwrap();
    let file = files.items.iter().find(|file| file.fd == 2).unwrap();
    assert_eq!(std::path::Path::new(&file.path), folder);
    assert_eq!(
        file.kind,
        FileKind::Regular,
        "opened as a path it tells no more"
    );

    let program = mount.program;
    let (mount, (exe, row)) = does_not_hang(mount, "a look at an executable", move || {
        let mut source = LinuxSource::open().unwrap();
        let key = crate::os::processes::key_of(program).unwrap();
        let detail = source.detail(key, Look::At(Aspect::Overview), tick(1));
        source.want(Wanted::by([FigureId::Exe]));
        let snapshot = source.sample(tick(2));
        let row = snapshot.row_by_pid(program).unwrap();
        (
            (detail.exe, detail.exe_deleted),
            (row.exe.clone(), row.exe_deleted),
        )
    });
    let path = folder.join("program").display().to_string();
    assert_eq!(exe, (Ok(path.clone()), Ok(true)));
    assert_eq!(row, (Ok(path.as_str().into()), Ok(true)));
    drop(mount);
}
