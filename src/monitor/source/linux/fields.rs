//! The fields of one process, one file each.

use rustix::io::Errno;

use super::dir::{Dir, unread};
use super::fds::{count_by_size, descriptors};
use super::known::{TEXT_CAP, absent, read_cmdline};
use super::net::connections;
use super::parse::{
    Status, cgroup, full_name, io_counters, limits, namespace, number, run_queue, text, variables,
    wait_channel,
};
use super::table::Units;
use crate::monitor::detail::{
    Capped, Connection, IoCounters, LIST_CAP, Limit, MemoryInfo, OpenFile, ThreadInfo,
};
use crate::monitor::process::ProcState;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::scheduling::RunQueue;
use crate::os::Stat;

/// The links below `ns`, ascending; those for future children (`pid_for_children` ...) are left out.
const NAMESPACES: [&str; 8] = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];

/// Reads fields below the directory of a process whose `stat` is known.
pub struct FieldReader<'a> {
    process: &'a mut Dir,
    stat: &'a Stat,
    lossy: Vec<&'static str>,
}

/// What is known from the open descriptors.
pub struct DescriptorFields {
    pub count: Reading<u64>,
    pub open_files: Reading<Capped<OpenFile>>,
    pub connections: Reading<Capped<Connection>>,
}

impl<'a> FieldReader<'a> {
    pub fn new(process: &'a mut Dir, stat: &'a Stat) -> Self {
        Self {
            process,
            stat,
            lossy: Vec::new(),
        }
    }

    /// The fields that were not UTF-8.
    pub fn into_lossy(mut self) -> Vec<&'static str> {
        self.lossy.sort_unstable();
        self.lossy
    }

    /// Why the process has no memory and no files, if it has none.
    pub fn absent(&self) -> Option<Unread> {
        absent(self.stat)
    }

    fn note(&mut self, field: &'static str, is_lossy: bool) {
        if is_lossy {
            self.lossy.push(field);
        }
    }

    fn text(&mut self, field: &'static str, bytes: &[u8]) -> String {
        let (text, is_lossy) = text(bytes);
        self.note(field, is_lossy);
        text
    }

    /// Reads a file that every process has.
    fn file<T>(
        &mut self,
        path: &str,
        parse: impl FnOnce(&[u8]) -> Result<T, Unread>,
    ) -> Reading<T> {
        self.process
            .read(path, TEXT_CAP)
            .map_err(unread)
            .and_then(parse)
            .into()
    }

    /// Reads a file that goes with the memory of a process.
    pub fn of_memory<T>(
        &mut self,
        path: &str,
        parse: impl FnOnce(&[u8]) -> Result<T, Unread>,
    ) -> Reading<T> {
        match self.absent() {
            Some(reason) => reason.into(),
            None => self.file(path, parse),
        }
    }

    pub fn name_and_cmdline(&mut self) -> (String, Reading<Vec<String>>) {
        let line = read_cmdline(self.process, "cmdline", self.stat);
        let first = line.value().and_then(|line| line.first_argument.as_deref());
        let name = full_name(&self.stat.comm, first).to_vec();
        let name = self.text("name", &name);
        self.note("cmdline", line.value().is_some_and(|line| line.is_lossy));
        (name, line.map(|line| line.line.args().to_vec()))
    }

    pub fn status(&mut self) -> Reading<Status> {
        self.file("status", |bytes| Ok(Status::parse(bytes)))
    }

    pub fn exe(&mut self) -> Reading<String> {
        let absent = self.absent();
        self.link("exe", absent)
    }

    /// A kernel thread has one, too.
    pub fn cwd(&mut self) -> Reading<String> {
        let absent = self.absent().filter(|&reason| reason == Unread::Zombie);
        self.link("cwd", absent)
    }

    fn link(&mut self, field: &'static str, absent: Option<Unread>) -> Reading<String> {
        if let Some(reason) = absent {
            return reason.into();
        }
        Reading::from(self.process.link(field).map_err(unread))
            .map(|target| self.text(field, &target))
    }

    pub fn environ(&mut self) -> Reading<Capped<(String, String)>> {
        let mut is_any_lossy = false;
        let mut convert = |bytes: &[u8]| {
            let (text, is_lossy) = text(bytes);
            is_any_lossy |= is_lossy;
            text
        };
        let environ = self.of_memory("environ", |bytes| {
            let mut list = Capped::from_items(
                variables(bytes).map(|(key, value)| (convert(key), convert(value))),
            );
            list.is_cut |= bytes.len() >= TEXT_CAP;
            Ok(list)
        });
        self.note("environ", is_any_lossy);
        environ
    }

    pub fn cgroup(&mut self) -> Reading<String> {
        let path = self.file("cgroup", |bytes| {
            cgroup(bytes)
                .map(<[u8]>::to_vec)
                .ok_or(Unread::NotApplicable)
        });
        path.map(|path| self.text("cgroup", &path))
    }

    /// A file that holds one number.
    pub fn number<T: std::str::FromStr>(&mut self, path: &str) -> Reading<T> {
        self.file(path, |bytes| number(bytes).ok_or(Unread::Unsupported))
    }

    /// A kernel without these statistics has zeros there.
    pub fn run_queue(&mut self) -> Reading<RunQueue> {
        self.file("schedstat", |bytes| {
            run_queue(bytes).ok_or(Unread::Unsupported)
        })
    }

    pub fn wait_channel(&mut self) -> Reading<String> {
        let state = ProcState::from_letter(self.stat.state);
        self.file("wchan", |bytes| {
            wait_channel(bytes, state).map(|name| text(name).0)
        })
    }

    /// The kernel has other namespaces in each version: whatever stands there.
    pub fn namespaces(&mut self) -> Reading<Vec<(String, u64)>> {
        if self.absent() == Some(Unread::Zombie) {
            return Reading::Zombie;
        }
        let listed = NAMESPACES.iter().filter_map(|&name| {
            match self.process.link(&format!("ns/{name}")) {
                Ok(target) => Some(
                    namespace(&target)
                        .map(|number| (name.to_owned(), number))
                        .ok_or(Unread::Unsupported),
                ),
                // This kernel does not have it.
                Err(Errno::NOENT) => None,
                Err(error) => Some(Err(unread(error))),
            }
        });
        listed.collect::<Result<Vec<_>, _>>().into()
    }

    pub fn io(&mut self) -> Reading<IoCounters> {
        self.file("io", |bytes| io_counters(bytes).ok_or(Unread::Unsupported))
    }

    pub fn limits(&mut self) -> Reading<Vec<Limit>> {
        self.file("limits", |bytes| Ok(limits(bytes)))
    }

    pub fn memory(&mut self, page_bytes: u64) -> Reading<MemoryInfo> {
        self.of_memory("statm", |bytes| {
            let words = std::str::from_utf8(bytes)
                .unwrap_or_default()
                .split_ascii_whitespace();
            let mut pages = words.map(|word| word.parse::<u64>().map(|pages| pages * page_bytes));
            let mut next = || pages.next().and_then(Result::ok).ok_or(Unread::Unsupported);
            let (vms, rss, shared, text, _lib, data) =
                (next()?, next()?, next()?, next()?, next()?, next()?);
            Ok(MemoryInfo {
                rss,
                vms,
                shared,
                text,
                data,
            })
        })
    }

    pub fn descriptors(&mut self) -> DescriptorFields {
        let found = match self.absent() {
            Some(reason) => Err(reason),
            None => descriptors(self.process),
        };
        match found {
            Ok(mut found) => {
                self.note("open_files", found.is_lossy);
                let counted = if found.is_cut {
                    count_by_size(self.process)
                } else {
                    None
                };
                let mut connections = Capped::from_items(connections(self.process, &found.sockets));
                connections.is_cut |= found.is_cut;
                DescriptorFields {
                    count: Reading::Value(counted.unwrap_or(found.count)),
                    open_files: Reading::Value(found.files()),
                    connections: Reading::Value(connections),
                }
            }
            Err(reason) => {
                let counted = if reason == Unread::Denied {
                    count_by_size(self.process)
                } else {
                    None
                };
                DescriptorFields {
                    count: counted.map_or(reason.into(), Reading::Value),
                    open_files: reason.into(),
                    connections: reason.into(),
                }
            }
        }
    }

    pub fn threads(&mut self, units: Units) -> Reading<Capped<ThreadInfo>> {
        let ids = self
            .process
            .open_below("task")
            .and_then(|mut tasks| tasks.numbers(LIST_CAP));
        let threads = ids.map_err(unread).map(|ids| Capped {
            is_cut: ids.len() > LIST_CAP,
            // One that has ended in the meantime is none of its threads any more.
            items: ids
                .into_iter()
                .take(LIST_CAP)
                .filter_map(|id| self.thread(id, units))
                .collect(),
        });
        self.lossy.dedup();
        threads.into()
    }

    fn thread(&mut self, id: u32, units: Units) -> Option<ThreadInfo> {
        let stat = Stat::parse(
            self.process
                .read_piece(&format!("task/{id}/stat"), TEXT_CAP)
                .ok()?,
        )
        .ok()?;
        Some(ThreadInfo {
            id,
            name: self.text("threads", &stat.comm),
            user_time: units.seconds(stat.utime_ticks),
            system_time: units.seconds(stat.stime_ticks),
            state: ProcState::from_letter(stat.state),
        })
    }
}
