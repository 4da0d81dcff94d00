//! Each look reads what it asks for, and no more.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use super::*;
use crate::monitor::detail::Aspect::{Environment, Files, Limits, Network, Overview, Threads, Why};
use crate::monitor::detail::{Aspect, FileKind, LIST_CAP};

#[test]
fn a_look_reads_only_what_it_asks_for() {
    let mut source = LinuxSource::open().unwrap();
    let key = own_key(&mut source);
    for aspect in Aspect::ALL {
        let detail = source.detail(key, Look::At(aspect), tick(1));
        assert_eq!(detail.look, Look::At(aspect));
        assert!(detail.name.is_ok() && detail.io.is_ok(), "{aspect:?}");
        let is_at = |aspects: &[Aspect]| aspects.contains(&aspect);
        for (is_read, is_wanted, what) in [
            (detail.threads.is_ok(), is_at(&[Threads]), "threads"),
            (detail.open_files.is_ok(), is_at(&[Files]), "files"),
            (detail.connections.is_ok(), is_at(&[Network]), "sockets"),
            (detail.net_namespace.is_ok(), is_at(&[Network]), "net"),
            (detail.environ.is_ok(), is_at(&[Environment]), "environ"),
            (detail.exe.is_ok(), is_at(&[Overview]), "exe"),
            (detail.pss_bytes.is_ok(), is_at(&[Overview]), "pss"),
            (detail.limits.is_ok(), is_at(&[Limits, Why]), "limits"),
            (detail.cgroup_use.is_ok(), is_at(&[Limits, Why]), "group"),
            // Where our first thread runs at that moment, it waits nowhere.
            (
                detail.wait_channel != Err(Unread::NotSampled),
                is_at(&[Why]),
                "wait channel",
            ),
            (detail.oom_score.is_ok(), is_at(&[Limits]), "oom score"),
            (
                detail.signals.is_ok(),
                is_at(&[Overview, Why, Limits]),
                "signals",
            ),
        ] {
            assert_eq!(is_read, is_wanted, "{what} at {aspect:?}");
        }
    }
}

#[test]
fn files_of_every_kind_have_their_mode_and_place() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"0123456789").unwrap();
    let (pipe, _writer) = std::io::pipe().unwrap();
    let (socket, _other) = UnixStream::pair().unwrap();
    let null = File::open("/dev/null").unwrap();
    let folder = File::open("/").unwrap();
    let epoll = rustix::event::epoll::create(rustix::event::epoll::CreateFlags::CLOEXEC).unwrap();

    let mut source = LinuxSource::open().unwrap();
    let key = own_key(&mut source);
    let detail = source.detail(key, Look::At(Files), tick(1));
    let files = detail.open_files.as_ref().unwrap();
    assert_eq!(files.total, Some(files.items.len() as u64));
    let found = |fd: i32| {
        let fd = u32::try_from(fd).unwrap();
        files.items.iter().find(|file| file.fd == fd).unwrap()
    };
    let regular = found(file.as_file().as_raw_fd());
    assert_eq!(
        (regular.kind, regular.position, regular.mode),
        (FileKind::Regular, Ok(10), Ok("r+"))
    );
    for (fd, kind) in [
        (pipe.as_raw_fd(), FileKind::Pipe),
        (socket.as_raw_fd(), FileKind::Socket),
        (null.as_raw_fd(), FileKind::Device),
        (folder.as_raw_fd(), FileKind::Folder),
        (epoll.as_raw_fd(), FileKind::Kernel),
    ] {
        assert_eq!(found(fd).kind, kind);
        assert_eq!(found(fd).position, Err(Unread::NotApplicable), "{kind:?}");
    }
    assert_eq!(found(pipe.as_raw_fd()).mode, Ok("r"));
    // The record has regular ones only, as psutil does.
    let record = source.detail(key, Look::Record, tick(1));
    let regular = &record.open_files.as_ref().unwrap().items;
    assert!(regular.iter().all(|file| file.kind.is_regular()));
}

#[test]
fn a_busy_thread_is_told_from_an_idle_one() {
    let (stop, stopped) = sync_channel::<()>(0);
    let (started, is_started) = sync_channel(2);
    let idle_started = started.clone();
    let idle = std::thread::Builder::new()
        .name("idle-one".to_owned())
        .spawn(move || {
            idle_started.send(()).unwrap();
            stopped.recv().ok();
        })
        .unwrap();
    let (end, ended) = sync_channel::<()>(0);
    let busy = std::thread::Builder::new()
        .name("busy-one".to_owned())
        .spawn(move || {
            started.send(()).unwrap();
            while ended.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                std::hint::spin_loop();
            }
        })
        .unwrap();
    is_started.recv().unwrap();
    is_started.recv().unwrap();

    let mut source = LinuxSource::open().unwrap();
    let key = own_key(&mut source);
    let mut percents = || {
        let detail = source.detail(key, Look::At(Threads), tick(1));
        let threads = detail.threads.unwrap().items;
        ["busy-one", "idle-one"].map(|name| {
            let thread = threads.iter().find(|thread| thread.name == name).unwrap();
            thread.cpu_percent
        })
    };
    // One look knows no interval.
    assert_eq!(percents(), [Err(Unread::NotSampled); 2]);
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let [Ok(busy), Ok(idle)] = percents()
            && busy > 5.0
        {
            assert!(busy <= 100.0 && idle < busy, "{busy} {idle}");
            break;
        }
        assert!(Instant::now() < deadline, "no busy thread in time");
    }
    // Another look in between, and nobody knows any more.
    source.detail(key, Look::At(Files), tick(1));
    let detail = source.detail(key, Look::At(Threads), tick(1));
    let threads = detail.threads.unwrap().items;
    assert!(
        threads
            .iter()
            .all(|thread| thread.cpu_percent == Err(Unread::NotSampled))
    );
    drop((stop, end));
    idle.join().unwrap();
    busy.join().unwrap();
}

#[test]
fn a_process_in_a_network_of_its_own_says_so() {
    // Needs rights that a test may not have; where they lack, so does the namespace.
    let child = Command::new("unshare")
        .args(["--net", "cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(child) = child else {
        eprintln!("skipped: there is no unshare here");
        return;
    };
    let mut child = Waiting(child);
    let mut source = LinuxSource::open().unwrap();
    let pid = child.0.id();
    let ours = {
        let key = own_key(&mut source);
        source.detail(key, Look::At(Network), tick(1))
    };
    let ours = ours.net_namespace.unwrap();
    assert!(ours.is_ours && ours.number > 0);
    let deadline = Instant::now() + Duration::from_secs(20);
    for number in 1.. {
        if child.0.try_wait().unwrap().is_some() {
            eprintln!("skipped: no rights to a network namespace");
            return;
        }
        let row = source.sample(tick(number)).row_by_pid(pid).cloned();
        if let Some(row) = row.filter(|row| &*row.name == "cat") {
            let detail = source.detail(row.key, Look::At(Network), tick(1));
            let theirs = detail.net_namespace.unwrap();
            assert!(!theirs.is_ours && theirs.number != ours.number);
            return;
        }
        assert!(Instant::now() < deadline);
    }
}

#[test]
fn many_descriptors_are_all_counted() {
    // More than the list of other things holds, fewer than a look at them costs.
    let count = 1_500;
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    if limit.maximum.is_some_and(|most| most < 4_096) {
        eprintln!("skipped: too few descriptors are allowed here");
        return;
    }
    let script = format!(
        "import os\nfor _ in range({count}): os.dup(0)\nprint('ready', flush=True)\ninput()"
    );
    let child = Command::new("python3")
        .args(["-c", &format!("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))\n{script}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: there is no python3 here");
        return;
    };
    let mut ready = [0; 5];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut ready)
        .unwrap();
    let child = Waiting(child);
    let mut source = LinuxSource::open().unwrap();
    let key = source.sample(tick(1)).row_by_pid(child.0.id()).unwrap().key;
    let detail = source.detail(key, Look::At(Files), tick(1));
    let files = detail.open_files.unwrap();
    assert!(files.items.len() >= count && files.items.len() < LIST_CAP);
    assert!(!files.is_cut());
    assert_eq!(detail.num_fds, Ok(files.items.len() as u64));
    // The kernel's count stands in for a list that nobody needs.
    let why = source.detail(key, Look::At(Why), tick(1));
    assert_eq!(
        (why.num_fds, why.open_files),
        (detail.num_fds, Err(Unread::NotSampled))
    );
}
