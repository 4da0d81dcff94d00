//! Other people's processes, as somebody without rights sees them.

use std::time::Duration;

use rustix::process::{Uid, geteuid};
use rustix::thread::set_thread_res_uid;

use crate::monitor::extra::{Extra, Wanted};
use crate::monitor::source::linux::LinuxSource;
use crate::monitor::{COLUMNS, Look, ProcessDetail, ProcessRow, Source as _, Tick, Unread};

/// `nobody`, on nearly every system.
const NOBODY: u32 = 65_534;

/// What a thread without rights sees of process 1; `None` if that is its own.
fn stranger() -> Option<(ProcessRow, ProcessDetail)> {
    let look = || {
        if geteuid().is_root() {
            // The kernel's call, unlike libc's, is for the calling thread alone.
            let nobody = Uid::from_raw(NOBODY);
            set_thread_res_uid(nobody, nobody, nobody).unwrap();
        }
        let mut source = LinuxSource::open().unwrap();
        source.want(Wanted::by(COLUMNS.map(|column| column.id)));
        let tick = Tick::now(1, Duration::from_secs(1));
        let row = source.sample(tick).row_by_pid(1)?.clone();
        let detail = source.detail(row.key, Look::Record, tick);
        (row.uid != Ok(geteuid().as_raw())).then_some((row, detail))
    };
    let thread = std::thread::Builder::new().name("stranger".to_owned());
    thread.spawn(look).unwrap().join().unwrap()
}

#[test]
fn what_belongs_to_others_is_denied_and_the_rest_is_there() {
    let Some((row, detail)) = stranger() else {
        eprintln!("skipped: process 1 is hidden, or our own");
        return;
    };
    assert!(!row.name.is_empty() && row.cmdline.is_ok() && row.rss_bytes.is_ok());
    assert_eq!(row.exe, Err(Unread::Denied));
    let Extra {
        io_read_rate,
        io_write_rate,
        ports,
        cgroup,
        oom_score,
        ..
    } = row.extra;
    assert_eq!(
        (io_read_rate, io_write_rate),
        (Err(Unread::Denied), Err(Unread::Denied))
    );
    assert_eq!(ports, Err(Unread::Denied));
    assert!(cgroup.is_ok() && oom_score.is_ok());

    assert_eq!(
        detail.exe.as_ref().err().copied(),
        row.exe.as_ref().err().copied()
    );
    let denied = [
        detail.cwd.as_ref().err().copied(),
        detail.environ.as_ref().err().copied(),
        detail.open_files.as_ref().err().copied(),
        detail.connections.as_ref().err().copied(),
    ];
    assert_eq!(denied, [row.exe.as_ref().err().copied(); 4]);
    assert!(detail.cmdline.is_ok() && detail.threads.is_ok());
}
