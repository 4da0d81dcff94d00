//! What happens when descriptors run out while processes are being watched.
//!
//! The limit is that of a whole program: the test starts itself again, alone and with few descriptors.

use std::fs::File;
use std::process::Command;

use super::*;
use crate::monitor::detail::Aspect;
use crate::monitor::snapshot::LimitedView;
use crate::monitor::source::linux::subject::{PidPath, speaking};
use crate::os::lives_on::LivesOn;
use crate::os::processes::stat_of;

/// Says to the program that it is the one with few descriptors.
const INSIDE: &str = "PROCLAB_TEST_FEW_FILES";

/// Enough to keep files of some processes open.
const LIMIT: u64 = 256;

#[test]
fn what_is_kept_open_makes_room_and_what_cannot_be_read_is_unknown() {
    if std::env::var_os(INSIDE).is_some() {
        return watch_with_few();
    }
    let name = std::thread::current().name().unwrap().to_owned();
    let script = format!("ulimit -n {LIMIT}; exec \"$0\" --exact \"$1\" --nocapture");
    let output = Command::new("sh")
        .args(["-c", &script])
        .arg(std::env::current_exe().unwrap())
        .arg(name)
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{output:?}"
    );
}

/// Whatever may still be opened.
fn all_descriptors() -> Vec<File> {
    std::iter::from_fn(|| File::open("/dev/null").ok()).collect()
}

fn watch_with_few() {
    let lives_on = LivesOn::start(&[]);
    let its_stat = stat_of(lives_on.pid()).unwrap();
    let mut source = LinuxSource::open().unwrap();
    let own = own_key(&mut source);
    let is_whole = |snapshot: &Snapshot| {
        let row = snapshot.row(own).unwrap();
        assert_eq!(snapshot.limited_view, None);
        assert!(row.username.is_ok() && row.cmdline.is_ok() && row.exe.is_ok());
        assert!(snapshot.machine.memory_total_bytes.is_ok());
    };
    is_whole(&source.sample(tick(2)));
    // Another part of the program takes all that is left: what was kept open makes room.
    let taken = all_descriptors();
    is_whole(&source.sample(tick(3)));
    let threads = source
        .detail(own, Look::At(Aspect::Threads), tick(3))
        .threads;
    assert!(threads.is_ok());
    // It takes that as well: nobody can be read, and nobody is said to be gone.
    let rest = all_descriptors();
    assert!(
        taken.len() > 100 && rest.len() > 5,
        "{} {}",
        taken.len(),
        rest.len()
    );
    let snapshot = source.sample(tick(4));
    assert_eq!(snapshot.limited_view, Some(LimitedView::NoDescriptors));
    assert_eq!(snapshot.cost.vanished, 0);
    assert_eq!(
        snapshot.machine.memory_total_bytes,
        Err(Unread::NoDescriptors)
    );
    // Of one whose first thread has ended it cannot be found out whether others go on: it is no zombie for that.
    let found = speaking(&mut source.proc, &mut PidPath::default(), &its_stat, None);
    assert_eq!(found.unwrap_err(), Unread::NoDescriptors);
    let detail = source.detail(own, Look::Record, tick(4));
    assert_eq!(detail.threads.as_ref().err(), Some(&Unread::NoDescriptors));
    assert!(!detail.is_gone());
    // With a few, what takes many at once is known whole or not at all.
    let mut rest = rest;
    for free in 1..4 {
        rest.pop();
        let detail = source.detail(own, Look::Record, tick(5));
        match detail.threads {
            Ok(threads) => assert!(!threads.items.is_empty(), "{free}"),
            threads => assert_eq!(
                threads.as_ref().err(),
                Some(&Unread::NoDescriptors),
                "{free}"
            ),
        }
        is_whole(&source.sample(tick(5)));
    }
    drop((taken, rest));
    is_whole(&source.sample(tick(6)));
}
