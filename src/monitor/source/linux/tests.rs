//! Real processes: what we read of them against what we know of them.

mod denied;
mod hung_mount;
mod lives_on;
mod looks;
mod own_io;
mod rest;
mod scarce;
mod strain;

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, Write as _};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::LinuxSource;
use crate::monitor::detail::{Look, ProcessDetail, SocketAddress};
use crate::monitor::extra::{Extra, Wanted};
use crate::monitor::figure::FigureId;
use crate::monitor::process::{ProcState, ProcessRow};
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::{Snapshot, Tick};
use crate::monitor::source::Source as _;
use crate::os::ProcKey;

fn tick(number: u64) -> Tick {
    Tick::now(number, Duration::from_secs(1))
}

/// Samples until something is true; panics after a deadline.
fn sample_until(
    source: &mut LinuxSource,
    what: &str,
    holds: impl Fn(&Snapshot) -> bool,
) -> Snapshot {
    let deadline = Instant::now() + Duration::from_secs(20);
    for number in 1.. {
        let snapshot = source.sample(tick(number));
        if holds(&snapshot) {
            return snapshot;
        }
        assert!(Instant::now() < deadline, "not seen in time: {what}");
        std::thread::yield_now();
    }
    unreachable!()
}

/// A child that waits on its standard input, and is killed when the test ends.
struct Waiting(Child);

impl Waiting {
    fn start(program: &str, args: &[&str]) -> Self {
        let mut command = Command::new(program);
        command
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        Self(command.spawn().unwrap())
    }

    fn row(&self, source: &mut LinuxSource, name: &str) -> ProcessRow {
        let pid = self.0.id();
        // Between fork and exec a child is still called like us, and right after exec it has no arguments yet.
        let is_there = |snapshot: &Snapshot| {
            let row = snapshot.row_by_pid(pid);
            row.is_some_and(|row| &*row.name == name && !row.cmdline_text().is_empty())
        };
        sample_until(source, name, is_there)
            .row_by_pid(pid)
            .unwrap()
            .clone()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn own_key(source: &mut LinuxSource) -> ProcKey {
    source
        .sample(tick(1))
        .row_by_pid(std::process::id())
        .unwrap()
        .key
}

fn own_detail() -> ProcessDetail {
    let mut source = LinuxSource::open().unwrap();
    let key = own_key(&mut source);
    source.detail(key, Look::Record, tick(1))
}

#[test]
fn our_own_process_in_full() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"0123456789").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let socket_path = folder.path().join("a socket");
    let _socket = std::os::unix::net::UnixListener::bind(&socket_path).unwrap();
    let (stop, stopped) = sync_channel::<()>(0);
    let (started, is_started) = sync_channel(1);
    let thread = std::thread::Builder::new()
        .name("named-thread".to_owned())
        .spawn(move || {
            started.send(()).unwrap();
            stopped.recv().ok();
        })
        .unwrap();
    is_started.recv().unwrap();

    let detail = own_detail();
    drop(stop);
    thread.join().unwrap();

    let exe = std::env::current_exe().unwrap();
    assert_eq!(detail.exe.as_ref().unwrap(), exe.to_str().unwrap());
    assert_eq!(
        detail.cwd.as_ref().unwrap(),
        std::env::current_dir().unwrap().to_str().unwrap()
    );
    let args: Vec<String> = std::env::args().collect();
    assert_eq!(detail.cmdline.as_ref().unwrap(), &args);
    assert_eq!(detail.ppid, Ok(std::os::unix::process::parent_id()));
    assert!(detail.parent_name.is_ok());
    assert_eq!(
        detail.uids.as_ref().unwrap().real,
        rustix::process::getuid().as_raw()
    );

    let open = &detail.open_files.as_ref().unwrap().items;
    let ours = open
        .iter()
        .find(|open| open.path == file.path().to_str().unwrap())
        .unwrap();
    assert_eq!((ours.position, ours.mode), (Ok(10), Ok("r+")));

    let connections = &detail.connections.as_ref().unwrap().items;
    let address = SocketAddress::Inet(listener.local_addr().unwrap());
    let ours = connections
        .iter()
        .find(|connection| connection.laddr == address)
        .unwrap();
    assert_eq!((ours.status, &ours.raddr), ("LISTEN", &SocketAddress::None));
    let path = SocketAddress::Unix(socket_path.to_str().unwrap().to_owned());
    assert!(
        connections
            .iter()
            .any(|connection| connection.laddr == path)
    );

    let threads = &detail.threads.as_ref().unwrap().items;
    assert!(threads.iter().any(|thread| thread.name == "named-thread"));
    assert!(threads.iter().any(|thread| thread.id == std::process::id()));

    let environ = &detail.environ.as_ref().unwrap().items;
    let path = environ
        .iter()
        .find(|(key, _)| key == "PATH")
        .map(|(_, value)| value.clone());
    assert_eq!(path, std::env::var("PATH").ok());
    let memory = detail.memory.as_ref().unwrap();
    assert!(memory.rss > 0 && memory.vms > memory.rss && memory.text > 0);
    assert!(detail.pss_bytes.as_ref().unwrap() >= detail.uss_bytes.as_ref().unwrap());
    assert!(detail.peak_rss_bytes.as_ref().unwrap() > &0);
    assert!(detail.num_fds.as_ref().unwrap() >= &5);
    assert!(
        detail
            .limits
            .as_ref()
            .unwrap()
            .iter()
            .any(|limit| limit.name == "Max open files")
    );
    assert!(detail.io.is_ok() && detail.ctx_switches.is_ok() && detail.cgroup.is_ok());
    let scheduling = detail.scheduling.as_ref().unwrap();
    assert_eq!(scheduling.policy.word(), "other");
    assert_eq!(Ok(scheduling.priority - 20), detail.nice, "{scheduling:?}");
    let cpus = detail.cpu_affinity.as_ref().unwrap();
    assert!(cpus.is_sorted() && cpus.contains(detail.cpu_num.as_ref().unwrap()));
    assert!(detail.io_priority.is_ok() && detail.oom_score.is_ok());
    assert!((-1_000..=1_000).contains(detail.oom_score_adj.as_ref().unwrap()));
    let namespaces = detail.namespaces.as_ref().unwrap();
    assert!(
        namespaces
            .iter()
            .any(|(name, number)| name == "net" && *number > 0)
    );
    assert!(namespaces.is_sorted());
    assert_eq!(detail.lossy, [""; 0]);
}

#[test]
fn rows_agree_with_ps() {
    let child = Waiting::start("cat", &["-", "--", "-"]);
    let mut source = LinuxSource::open().unwrap();
    let row = child.row(&mut source, "cat");
    assert_eq!(
        row.parent.map(|parent| parent.pid),
        Some(std::process::id())
    );
    assert_eq!(row.cmdline_text(), "cat - -- -");
    let iowait = row.cpu_times.ok().map(|times| times.iowait.is_ok());
    assert_eq!(iowait, Some(source.units.has_iowait));

    // A program that has just begun still changes from look to look.
    let deadline = Instant::now() + Duration::from_secs(20);
    for number in 1.. {
        let row = source.sample(tick(number)).row(row.key).unwrap().clone();
        let Some((theirs, rss, elapsed)) = asked_of_ps(row.key.pid) else {
            eprintln!("skipped: there is no ps here");
            return;
        };
        let ours = told_as_ps_does(&row);
        if theirs == ours {
            let age = Timestamp::now().as_second() as f64 - row.create_time;
            assert!((age - elapsed).abs() < 3.0, "{age} {elapsed}");
            assert!((rss * 1024.0 / *row.rss_bytes.as_ref().unwrap() as f64 - 1.0).abs() < 0.5);
            return;
        }
        assert!(Instant::now() < deadline, "{theirs:?} {ours:?}");
    }
}

/// What ps says that must be the same, resident memory in KiB and age in seconds; `None` if there is no ps.
fn asked_of_ps(pid: u32) -> Option<(Vec<String>, f64, f64)> {
    let fields = [
        "rss=", "etimes=", "pid=", "ppid=", "ruser=", "s=", "nlwp=", "ni=", "vsz=", "comm=",
    ];
    let asked = fields.iter().flat_map(|field| ["-o", field]);
    let output = Command::new("ps")
        .args(["-p", &pid.to_string()])
        .args(asked)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    let mut words = text.split_whitespace().map(str::to_owned);
    let (rss, elapsed) = (words.next().unwrap(), words.next().unwrap());
    Some((
        words.collect(),
        rss.parse().unwrap(),
        elapsed.parse().unwrap(),
    ))
}

fn told_as_ps_does(row: &ProcessRow) -> Vec<String> {
    let letter = if row.state == ProcState::Running {
        "R"
    } else {
        "S"
    };
    vec![
        row.key.pid.to_string(),
        row.ppid.to_string(),
        row.username.as_ref().unwrap().to_string(),
        letter.to_owned(),
        row.num_threads.as_ref().unwrap().to_string(),
        row.nice.as_ref().unwrap().to_string(),
        (row.vsize_bytes.as_ref().unwrap() / 1024).to_string(),
        row.name.to_string(),
    ]
}

#[test]
fn a_zombie_says_so() {
    let mut child = Command::new("true").spawn().unwrap();
    let mut source = LinuxSource::open().unwrap();
    let pid = child.id();
    let is_zombie = |snapshot: &Snapshot| {
        snapshot
            .row_by_pid(pid)
            .is_some_and(|row| row.state == ProcState::Zombie)
    };
    let snapshot = sample_until(&mut source, "the zombie", is_zombie);
    let row = snapshot.row_by_pid(pid).unwrap();
    assert_eq!((&*row.name, row.rss_bytes), ("true", Err(Unread::Zombie)));
    assert_eq!(
        (
            row.cmdline.as_ref().err().copied(),
            row.exe.as_ref().err().copied()
        ),
        (Some(Unread::Zombie), Some(Unread::Zombie))
    );
    assert!(snapshot.counts.zombies >= 1);
    let detail = source.detail(row.key, Look::Record, tick(1));
    assert_eq!(detail.state, Ok(ProcState::Zombie));
    assert_eq!(
        detail.uids.ok().map(|ids| ids.real),
        Some(rustix::process::getuid().as_raw())
    );
    for reason in [
        detail.cwd.as_ref().err().copied(),
        detail.environ.as_ref().err().copied(),
        detail.open_files.as_ref().err().copied(),
        detail.num_fds.err(),
        detail.memory.as_ref().err().copied(),
        detail.peak_rss_bytes.err(),
        detail.pss_bytes.err(),
    ] {
        assert_eq!(reason, Some(Unread::Zombie));
    }
    let key = row.key;
    child.wait().unwrap();
    assert!(source.detail(key, Look::Record, tick(1)).is_gone());
    assert!(source.sample(tick(2)).row(key).is_none());
}

#[test]
fn another_process_of_the_same_pid_is_gone() {
    let mut source = LinuxSource::open().unwrap();
    let key = own_key(&mut source);
    let earlier = ProcKey {
        start_ticks: key.start_ticks - 1,
        ..key
    };
    let detail = source.detail(earlier, Look::Record, tick(1));
    assert!(detail.is_gone());
    assert_eq!(
        (
            detail.environ.as_ref().err().copied(),
            detail.name.as_ref().err().copied()
        ),
        (Some(Unread::Gone), Some(Unread::Gone))
    );
}

#[test]
fn a_name_that_is_long_or_hostile() {
    // The kernel names a process by the path it was started with, here a link. (A copy could not be started while some
    // other test, between fork and exec, still holds it open for writing.)
    let folder = tempfile::tempdir().unwrap();
    let shell = which("sh");
    let mut source = LinuxSource::open().unwrap();
    let mut row_of = |name: &[u8], shown: &str| {
        let link = folder.path().join(OsStr::from_bytes(name));
        std::os::unix::fs::symlink(&shell, &link).unwrap();
        let child = Waiting(Command::new(&link).stdin(Stdio::piped()).spawn().unwrap());
        let row = child.row(&mut source, shown);
        let detail = source.detail(row.key, Look::Record, tick(1));
        assert_eq!(detail.name.as_ref().ok().map(String::as_str), Some(shown));
        (row, detail)
    };
    let (row, _) = row_of(
        b"a-name-beyond-fifteen-bytes",
        "a-name-beyond-fifteen-bytes",
    );
    assert_eq!(row.exe.as_ref().ok().map(|exe| &**exe), shell.to_str());

    let (row, detail) = row_of(b"a) R 1\n(b", "a) R 1\n(b");
    assert_eq!((row.ppid, row.lossy.name), (std::process::id(), false));
    assert_eq!(detail.lossy, [""; 0]);

    let (row, detail) = row_of(b"na\xefve", "na\u{fffd}ve");
    assert!(row.lossy.name && row.lossy.cmdline && !row.lossy.exe);
    assert_eq!(detail.lossy, ["cmdline", "name", "threads"]);
}

/// Where a program stands. In a search path as a test's own need, not the product's.
fn which(program: &str) -> std::path::PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|path| path.exists());
    fs::canonicalize(found.unwrap()).unwrap()
}

#[test]
fn every_process_of_this_machine() {
    let mut source = LinuxSource::open().unwrap();
    let snapshot = source.sample(tick(1));
    assert!(!snapshot.rows.is_empty());
    assert!(snapshot.rows.is_sorted_by_key(|row| row.key));
    for row in &snapshot.rows {
        let detail = source.detail(row.key, Look::Record, tick(1));
        if detail.is_gone() {
            assert!(
                source.sample(tick(2)).row(row.key).is_none(),
                "{row:?} is said to be gone"
            );
            continue;
        }
        let what = format!("{detail:?}");
        assert!((-20..=19).contains(detail.nice.as_ref().unwrap()), "{what}");
        assert!(detail.create_time.as_ref().unwrap() > &0.0, "{what}");
        assert!(!matches!(detail.state, Ok(ProcState::Unknown(_))), "{what}");
        assert!(
            detail
                .cwd
                .as_ref()
                .ok()
                .is_none_or(|path| path.starts_with('/')),
            "{what}"
        );
        assert!(
            detail
                .exe
                .as_ref()
                .ok()
                .is_none_or(|path| path.starts_with('/')),
            "{what}"
        );
        assert!(
            detail
                .parent
                .ok()
                .is_none_or(|key| key.start_ticks <= row.key.start_ticks),
            "{what}"
        );
        assert_eq!(detail.is_kernel_thread, Ok(row.is_kernel_thread), "{what}");
        if row.is_kernel_thread {
            assert_eq!(
                detail.environ.as_ref().err(),
                Some(&Unread::NotApplicable),
                "{what}"
            );
            assert_eq!(row.rss_bytes, Err(Unread::NotApplicable), "{what}");
        }
        for open in detail
            .open_files
            .as_ref()
            .ok()
            .iter()
            .flat_map(|list| &list.items)
        {
            assert!(open.path.starts_with('/'), "{what}");
        }
        if let Ok(memory) = &detail.memory {
            assert!(memory.vms >= memory.rss || memory.vms == 0, "{what}");
        }
    }
}

#[test]
fn cpu_percent_of_a_spinning_child() {
    let child = Waiting::start("sh", &["-c", "while :; do :; done"]);
    let mut source = LinuxSource::open().unwrap();
    let pid = child.0.id();
    let busy = |snapshot: &Snapshot| {
        let row = snapshot.row_by_pid(pid)?;
        row.cpu_percent.ok()
    };
    let snapshot = sample_until(&mut source, "a busy child", |snapshot| {
        busy(snapshot).is_some_and(|cpu| cpu > 5.0)
    });
    let limit = snapshot.host.cpu_count.unwrap() as f32 * 100.0;
    assert!(busy(&snapshot).unwrap() <= limit);
    assert!(snapshot.cost.cpu_ms > 0.0 && snapshot.cost.reads > snapshot.rows.len() as u64);
}

#[test]
fn what_nobody_wants_is_not_read() {
    let child = Waiting::start("sh", &["-c", "while :; do echo; done"]);
    let mut source = LinuxSource::open().unwrap();
    let pid = child.0.id();
    let without = source.sample(tick(1));
    let row = |snapshot: &Snapshot| snapshot.row_by_pid(pid).unwrap().clone();
    assert_eq!(row(&without).extra, Extra::NONE);
    assert!(row(&without).page_faults.is_ok() && row(&without).scheduling.is_ok());

    source.want(Wanted::by([FigureId::IoWrite, FigureId::Descriptors]));
    let first = row(&source.sample(tick(2))).extra;
    // A rate needs two samples; what was not asked for stays unread.
    assert_eq!(first.io_write_rate, Err(Unread::NotSampled));
    assert_eq!(first.run_queue_percent, Err(Unread::NotSampled));
    // Kernels before 6.2 do not tell.
    let counted = first.num_fds;
    assert!(counted == Err(Unread::Unsupported) || counted.ok() >= Some(3));
    sample_until(&mut source, "a rate", |snapshot| {
        row(snapshot).extra.io_write_rate.is_ok()
    });

    source.want(Wanted::default());
    assert_eq!(row(&source.sample(tick(9))).extra, Extra::NONE);
    // Nobody knows how it went in between.
    source.want(Wanted::by([FigureId::IoWrite]));
    let again = row(&source.sample(tick(10))).extra;
    assert_eq!(again.io_write_rate, Err(Unread::NotSampled));
}
