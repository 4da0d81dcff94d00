//! What a process itself reads from disks and writes for them.
//!
//! The kernel adds to the counters of a process those of every child that it collects: a shell would seem to have written in one
//! moment all that its command wrote. So the file that counts for all threads, those included that have ended, is relied on
//! only while no child is collected. Over a time in which one was, what counts is what the threads did, each by itself; of one
//! that began and ended within that time nothing is known.

use rustc_hash::FxHashMap;

use super::dir::{Dir, unread};
use super::known::TEXT_CAP;
use super::parse::io_counters;
use crate::monitor::detail::OwnIo;
use crate::monitor::reading::Unread;
use crate::os::Stat;

/// With more threads these are not read, and nothing is known of a time in which a child was collected.
const MOST_THREADS: u64 = 64;

/// Bytes read and written.
type Bytes = [u64; 2];

/// Follows one process from look to look.
#[derive(Clone, Debug, Default)]
pub struct OwnIoCounter {
    last: Option<Counters>,
    counted: OwnIo,
}

/// What one look has read.
#[derive(Clone, Debug)]
struct Counters {
    /// What it had collected of its children.
    collected: [u64; 3],
    whole: Bytes,
    /// Each thread by itself, of one that has ever collected a child.
    threads: Option<Threads>,
}

#[derive(Clone, Debug)]
struct Threads {
    bytes: FxHashMap<u32, Bytes>,
    /// One of them ended before it was read.
    is_partial: bool,
}

impl OwnIoCounter {
    /// What it has read and written since it is followed. `prefix` leads to the files of the process whose `stat` was read just now,
    /// `thread` is the one through which it is read.
    pub fn count(
        &mut self,
        dir: &mut Dir,
        prefix: &str,
        (stat, thread): (&Stat, u32),
    ) -> Result<OwnIo, Unread> {
        let collected = stat.collected();
        let whole = bytes(dir, &format!("{prefix}io"))?;
        let last = self.last.as_ref();
        let mut grown = last
            .filter(|last| last.collected == collected)
            .and_then(|last| grown(last.whole, whole));
        if grown == Some([0; 2]) {
            return Ok(self.counted);
        }
        if grown.is_some() {
            // What it collected between the two readings is not its own.
            let line = dir.read_piece(&format!("{prefix}stat"), TEXT_CAP);
            let now = line.ok().and_then(|line| Stat::parse(line).ok());
            grown = grown.filter(|_| now.is_some_and(|now| now.collected() == collected));
        }
        let is_by_thread = collected != [0; 3] && stat.num_threads <= MOST_THREADS;
        let threads = is_by_thread
            .then(|| Threads::read(dir, prefix, (stat, thread)))
            .transpose()?;
        let before = last.and_then(|last| last.threads.as_ref());
        let grown = grown.or_else(|| threads.as_ref()?.grown_since(before?));
        self.add(grown);
        self.last = Some(Counters {
            collected,
            whole,
            threads,
        });
        Ok(self.counted)
    }

    /// What was done since the look before, if that is known.
    fn add(&mut self, grown: Option<Bytes>) {
        match grown {
            Some([read, written]) => {
                self.counted.read_bytes += read;
                self.counted.write_bytes += written;
            }
            None => self.counted.beginning += 1,
        }
    }
}

impl Threads {
    fn read(dir: &mut Dir, prefix: &str, (stat, thread): (&Stat, u32)) -> Result<Self, Unread> {
        let ids = if stat.num_threads == 1 {
            vec![thread]
        } else {
            let folder = dir.open_below(&format!("{prefix}task"));
            let ids = folder.and_then(|mut threads| threads.numbers(usize::MAX));
            ids.map_err(unread)?
        };
        let mut threads = Self {
            bytes: FxHashMap::default(),
            is_partial: false,
        };
        for id in ids {
            match bytes(dir, &format!("{prefix}task/{id}/io")) {
                Ok(io) => {
                    threads.bytes.insert(id, io);
                }
                Err(Unread::Gone) => threads.is_partial = true,
                Err(reason) => return Err(reason),
            }
        }
        Ok(threads)
    }

    /// `None` if one has ended meanwhile: what it did to the last is not known.
    fn grown_since(&self, before: &Self) -> Option<Bytes> {
        let is_there = |id: &u32| self.bytes.contains_key(id);
        if self.is_partial || !before.bytes.keys().all(is_there) {
            return None;
        }
        let each = self.bytes.iter().map(|(id, &io)| {
            // One that was not there has done all of it since.
            let before = before.bytes.get(id).copied().unwrap_or_default();
            grown(before, io).unwrap_or(io)
        });
        Some(each.fold([0; 2], |[a, b], [c, d]| [a + c, b + d]))
    }
}

fn grown(before: Bytes, now: Bytes) -> Option<Bytes> {
    let [read, written] = before;
    Some([now[0].checked_sub(read)?, now[1].checked_sub(written)?])
}

fn bytes(dir: &mut Dir, path: &str) -> Result<Bytes, Unread> {
    let io = dir.read_piece(path, TEXT_CAP).map_err(unread)?;
    let io = io_counters(io).ok_or(Unread::Unsupported)?;
    Ok([io.read_bytes, io.write_bytes])
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder like that of a process.
    struct Process(tempfile::TempDir);

    impl Process {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn write(&self, path: &str, read: u64, written: u64) {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text = format!(
                "rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: {read}\nwrite_bytes: {written}\n"
            );
            fs::write(path, text).unwrap();
        }

        /// With so many threads, which has collected children with so many page faults.
        fn stat(&self, threads: u64, collected: u64) -> Stat {
            let line = format!(
                "7 (sh) S 1 7 7 0 -1 4194304 1 {collected} 0 0 3 4 0 0 20 0 {threads} 0 500 4096000 10 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n"
            );
            fs::write(self.0.path().join("stat"), &line).unwrap();
            Stat::parse(line.as_bytes()).unwrap()
        }

        fn count(&self, counter: &mut OwnIoCounter, stat: &Stat) -> (u64, u64, u32) {
            let mut dir = Dir::open(self.0.path()).unwrap();
            let own = counter.count(&mut dir, "", (stat, 7)).unwrap();
            (own.read_bytes, own.write_bytes, own.beginning)
        }
    }

    #[test]
    fn who_has_no_children_is_counted_as_a_whole() {
        let process = Process::new();
        let mut counter = OwnIoCounter::default();
        process.write("io", 1_000, 50);
        assert_eq!(process.count(&mut counter, &process.stat(3, 0)), (0, 0, 1));
        process.write("io", 1_500, 60);
        assert_eq!(
            process.count(&mut counter, &process.stat(3, 0)),
            (500, 10, 1)
        );
    }

    #[test]
    fn what_a_collected_child_did_is_not_its_parents() {
        let process = Process::new();
        let mut counter = OwnIoCounter::default();
        process.write("io", 1_000, 50);
        process.write("task/7/io", 1_000, 50);
        process.count(&mut counter, &process.stat(1, 0));
        // The first one: of this time nothing is known, and then it is followed by its thread.
        process.write("io", 9_000_000, 70_000_000);
        assert_eq!(
            process.count(&mut counter, &process.stat(1, 300)),
            (0, 0, 2)
        );
        process.write("io", 99_000_000, 770_000_000);
        process.write("task/7/io", 1_000, 4_146);
        assert_eq!(
            process.count(&mut counter, &process.stat(1, 900)),
            (0, 4_096, 2)
        );
        // While it collects none, all that is added is its own: a second thread comes and goes.
        process.write("io", 99_000_010, 770_000_000);
        process.write("task/8/io", 10, 0);
        assert_eq!(
            process.count(&mut counter, &process.stat(2, 900)),
            (10, 4_096, 2)
        );
        fs::remove_dir_all(process.0.path().join("task/8")).unwrap();
        process.write("io", 99_000_011, 770_005_000);
        process.write("task/7/io", 1_001, 4_146);
        assert_eq!(
            process.count(&mut counter, &process.stat(1, 900)),
            (11, 9_096, 2)
        );
        // A third one that no look has seen.
        process.write("io", 99_000_011, 780_005_000);
        assert_eq!(
            process.count(&mut counter, &process.stat(1, 900)),
            (11, 10_009_096, 2)
        );
        // And again a child.
        process.write("io", 199_000_011, 980_005_000);
        process.write("task/7/io", 1_001, 5_146);
        assert_eq!(
            process.count(&mut counter, &process.stat(1, 901)),
            (11, 10_010_096, 2)
        );
    }

    #[test]
    fn where_a_thread_has_ended_and_a_child_was_collected_nothing_is_known() {
        let process = Process::new();
        let mut counter = OwnIoCounter::default();
        process.write("io", 0, 1_000);
        process.write("task/7/io", 0, 500);
        process.write("task/8/io", 0, 500);
        assert_eq!(process.count(&mut counter, &process.stat(2, 5)), (0, 0, 1));
        process.write("io", 0, 9_000);
        process.write("task/7/io", 0, 600);
        fs::remove_dir_all(process.0.path().join("task/8")).unwrap();
        assert_eq!(process.count(&mut counter, &process.stat(1, 6)), (0, 0, 2));
        process.write("io", 0, 99_000);
        process.write("task/7/io", 0, 700);
        assert_eq!(
            process.count(&mut counter, &process.stat(1, 7)),
            (0, 100, 2)
        );
    }

    #[test]
    fn who_does_nothing_costs_one_file() {
        let process = Process::new();
        let mut counter = OwnIoCounter::default();
        process.write("io", 5, 1_000);
        process.write("task/7/io", 5, 500);
        process.count(&mut counter, &process.stat(1, 5));
        let stat = process.stat(1, 5);
        let mut dir = Dir::open(process.0.path()).unwrap();
        counter.count(&mut dir, "", (&stat, 7)).unwrap();
        assert_eq!(dir.calls.opens, 1);
    }

    #[test]
    fn of_many_threads_a_time_in_which_a_child_was_collected_is_unknown() {
        let process = Process::new();
        let mut counter = OwnIoCounter::default();
        process.write("io", 1_000, 50);
        assert_eq!(
            process.count(&mut counter, &process.stat(100, 5)),
            (0, 0, 1)
        );
        process.write("io", 2_000, 50);
        assert_eq!(
            process.count(&mut counter, &process.stat(100, 5)),
            (1_000, 0, 1)
        );
        process.write("io", 9_000_000, 50);
        assert_eq!(
            process.count(&mut counter, &process.stat(100, 6)),
            (1_000, 0, 2)
        );
        // Collected after the line was read.
        let stat = process.stat(100, 6);
        process.stat(100, 7);
        process.write("io", 19_000_000, 50);
        assert_eq!(process.count(&mut counter, &stat), (1_000, 0, 3));
    }
}
