//! What a child has written is not what its parent writes, though the kernel adds it when the child is collected.

use super::*;
use crate::monitor::detail::Aspect;
use crate::monitor::extra::Need;
use crate::monitor::reading::Reading;

/// A shell that has a child write so much into a file for each line it reads, and says when it has collected it.
const SCRIPT: &str = "while read x; do head -c 20000000 /dev/zero >\"$1\"; echo done; done";
const WRITTEN: u64 = 16_000_000;

#[test]
fn who_collects_a_writer_has_written_nothing() {
    // Beside the build, since `/tmp` may be memory, which is no disk.
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let file = folder.path().join("written");
    let mut shell = Command::new("sh")
        .args(["-c", SCRIPT, "sh"])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = shell.id();
    let mut source = LinuxSource::open().unwrap();
    source.want(Wanted::default().and([Need::Io]));
    let look = |source: &mut LinuxSource, number| {
        source.sample(tick(number)).row_by_pid(pid).unwrap().clone()
    };
    let key = look(&mut source, 1).key;
    source.detail(key, Look::At(Aspect::Overview), tick(1));
    let mut lines = std::io::BufReader::new(shell.stdout.take().unwrap());
    let mut stdin = shell.stdin.take().unwrap();
    let (mut rates, mut own) = (Vec::new(), Vec::new());
    for number in 2..=4 {
        // A rate needs a while.
        std::thread::sleep(Duration::from_millis(60));
        stdin.write_all(b"write\n").unwrap();
        lines.read_line(&mut String::new()).unwrap();
        rates.push(look(&mut source, number).extra.io_write_rate);
        own.push(
            source
                .detail(key, Look::At(Aspect::Overview), tick(number))
                .own_io
                .unwrap(),
        );
    }
    let record = source.detail(key, Look::Record, tick(5));
    // A document has no place for it.
    assert_eq!(record.own_io, Err(Unread::NotSampled));
    let counted = record.io.unwrap();
    drop(stdin);
    shell.wait().unwrap();
    if counted.write_bytes < WRITTEN {
        eprintln!(
            "skipped: the kernel does not count what is written to {}",
            file.display()
        );
        return;
    }
    // Of the time in which it collected its first child nothing is known.
    assert_eq!(rates[0], Err(Unread::NotSampled));
    assert!(
        own[1].beginning == own[2].beginning && own[2].write_bytes < WRITTEN,
        "{own:?}"
    );
    assert!(rates[2].as_ref().is_ok_and(|&rate| rate < 1e6), "{rates:?}");
}

/// Collects a child, and then has a fresh thread write for each line it reads.
const THREADS: &str = "
import subprocess, sys, threading
subprocess.run(['true'])
def write():
    with open(sys.argv[1], 'wb') as file:
        file.write(bytes(20_000_000))
for line in iter(sys.stdin.readline, ''):
    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    print('done', flush=True)
";

#[test]
fn what_a_thread_wrote_that_has_ended_is_written_by_its_process() {
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let file = folder.path().join("written");
    let python = Command::new("python3")
        .args(["-c", THREADS])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        eprintln!("skipped: there is no python3 here");
        return;
    };
    let mut lines = std::io::BufReader::new(python.stdout.take().unwrap());
    let mut stdin = python.stdin.take().unwrap();
    let mut source = LinuxSource::open().unwrap();
    source.want(Wanted::default().and([Need::Io]));
    let mut rates = Vec::new();
    let mut counted = Err(Unread::NotSampled);
    for number in 1..=4 {
        stdin.write_all(b"write\n").unwrap();
        lines.read_line(&mut String::new()).unwrap();
        let snapshot = source.sample(tick(number));
        let row = snapshot.row_by_pid(python.id()).unwrap();
        rates.push(row.extra.io_write_rate);
        counted = source.detail(row.key, Look::Record, tick(number)).io;
        // A rate needs a while.
        std::thread::sleep(Duration::from_millis(60));
    }
    drop(stdin);
    python.wait().unwrap();
    if counted
        .as_ref()
        .ok()
        .is_none_or(|io| io.write_bytes < WRITTEN)
    {
        eprintln!(
            "skipped: the kernel does not count what is written to {}",
            file.display()
        );
        return;
    }
    let is_seen = |rate: &Reading<f64>| rate.as_ref().is_ok_and(|&rate| rate > 1e6);
    assert!(rates[1..].iter().all(is_seen), "{rates:?}");
}
