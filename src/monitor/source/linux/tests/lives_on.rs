//! A process whose first thread has ended is read through one that goes on.

use std::collections::BTreeSet;

use super::*;
use crate::monitor::detail::Aspect;
use crate::monitor::document::{FieldSet, Request, Taker, take};
use crate::monitor::event::Listening;
use crate::monitor::extra::Need;
use crate::monitor::filter::Filter;
use crate::os::lives_on::LivesOn;

/// What is there of any process that is neither a zombie nor a thread of the kernel.
const OF_THE_LIVING: [&str; 16] = [
    "status",
    "memory_info",
    "memory_full_info",
    "exe",
    "cmdline",
    "cwd",
    "uids",
    "open_files",
    "connections",
    "num_fds",
    "namespaces",
    "limits",
    "wait_channel",
    "cpu_affinity",
    "ionice",
    "cgroup",
];

#[test]
fn its_row_is_that_of_a_living_process() {
    let process = LivesOn::start(&[]);
    let mut source = LinuxSource::open().unwrap();
    let filter =
        Filter::parse("mem>10M files>=20 cmd:without_its_first_thread !state:zombie").unwrap();
    source.want(Wanted::default().and(filter.needs()).and([
        Need::WaitChannel,
        Need::Cgroup,
        Need::Ports,
    ]));
    for number in 1..=2 {
        let snapshot = source.sample(tick(number));
        let row = snapshot.row_by_pid(process.pid()).unwrap();
        assert!(filter.matches(row, &snapshot), "{row:?}");
        assert!(!row.has_first_thread && row.exe.is_ok() && row.uid.is_ok());
        assert!(row.num_threads.as_ref().is_ok_and(|&count| count >= 2));
        let extra = &row.extra;
        assert!(
            extra.wait_channel != Err(Unread::Zombie) && extra.cgroup.is_ok(),
            "{extra:?}"
        );
        assert!(extra.ports.is_ok(), "{extra:?}");
        let zombies = snapshot
            .rows
            .iter()
            .filter(|row| row.state == ProcState::Zombie);
        assert_eq!(snapshot.counts.zombies as usize, zombies.count());
    }
    let own = own_key(&mut source);
    assert!(source.sample(tick(3)).row(own).unwrap().has_first_thread);
}

#[test]
fn its_detail_and_its_record_have_all_that_a_living_process_has() {
    let mark = "PROCLAB_TEST_ENVIRON";
    let process = LivesOn::start(&[(mark, "yes")]);
    let mut source = LinuxSource::open().unwrap();
    let request = Request {
        pids: vec![process.pid()],
        fields: FieldSet::all(),
        ..Request::default()
    };
    let document = take(&mut source, &request).unwrap();
    let record = &document.processes[0];
    let unread: BTreeSet<_> = record
        .unreadable
        .iter()
        .filter(|(name, _)| OF_THE_LIVING.contains(&&***name))
        .collect();
    assert!(unread.is_empty(), "{unread:?}");
    assert_ne!(record.status.value().unwrap(), "zombie");
    assert!(record.memory_info.value().unwrap().rss > LivesOn::BYTES);
    assert!(*record.num_fds.value().unwrap() >= LivesOn::FILES as u64);

    let key = record.key();
    let detail = source.detail(key, Look::At(Aspect::Environment), tick(9));
    let environ = detail.environ.as_ref().unwrap();
    assert!(environ.items.contains(&(mark.to_owned(), "yes".to_owned())));
    let detail = source.detail(key, Look::At(Aspect::Why), tick(9));
    assert!(
        !detail.is_zombie() && detail.system_call != Err(Unread::Zombie),
        "{detail:?}"
    );
    // The list of threads shows the one that has ended, too.
    let threads = source
        .detail(key, Look::At(Aspect::Threads), tick(9))
        .threads;
    let states: Vec<_> = threads
        .as_ref()
        .unwrap()
        .items
        .iter()
        .map(|thread| thread.state)
        .collect();
    assert!(
        states.contains(&ProcState::Zombie)
            && states.iter().any(|&state| state != ProcState::Zombie)
    );
}

#[test]
fn it_ends_as_its_last_thread_does() {
    let mut killed = LivesOn::start(&[]);
    let mut ended = LivesOn::start(&[]);
    let mut source = LinuxSource::open().unwrap();
    let pids = vec![killed.pid(), ended.pid()];
    let request = Request {
        pids: pids.clone(),
        fields: FieldSet::parse(Some("name"), None).unwrap(),
        ..Request::default()
    };
    while source.hear(true).listening == Listening::Off {
        std::thread::yield_now();
    }
    if source.hear(true).listening != Listening::On {
        eprintln!("skipped: the kernel tells of no ends here");
        return;
    }
    let mut taker = Taker::following_ends(&mut source, &request).unwrap();
    taker.document();
    killed.kill();
    ended.end_with(7);
    drop((killed, ended));
    taker.read_again();
    let deadline = Instant::now() + Duration::from_secs(20);
    while taker.is_end_unheard() && Instant::now() < deadline {
        taker.hear_again();
        std::thread::yield_now();
    }
    let document = taker.document();
    let exits: Vec<_> = document
        .ended
        .value()
        .unwrap()
        .iter()
        .map(|ended| (ended.process.pid, ended.exit_code.value().copied()))
        .collect();
    assert_eq!(exits.len(), 2);
    assert!(
        exits.contains(&(pids[0], Some(-9))) && exits.contains(&(pids[1], Some(7))),
        "{exits:?}"
    );
}
