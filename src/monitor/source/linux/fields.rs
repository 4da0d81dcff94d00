//! The fields of one process, one file each.

use rustix::io::Errno;

use super::awaited::{AwaitedSearch, Awaiting};
use super::cgroup::CgroupReader;
use super::dir::{Dir, unread};
use super::fds::{self, count_by_size, descriptors};
use super::group_path::cgroup;
use super::known::{TEXT_CAP, has_memory, read_cmdline};
use super::mounts::link_to_file;
use super::net::connections;
use super::parse::{
    Status, full_name, io_counters, limits, namespace, number, run_queue, text, variables,
    wait_channel,
};
use super::subject::OpenProcess;
use super::syscall::{InCall, in_call};
use super::table::Units;
use super::watch::Watch;
use crate::monitor::cgroup::CgroupUse;
use crate::monitor::detail::{
    Aspect, Awaited, Capped, Connection, CpuWait, IoCounters, Limit, Look, MemoryInfo, OpenFile,
    OwnIo, SystemCall, THREAD_CAP, ThreadInfo,
};
use crate::monitor::process::ProcState;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::scheduling::RunQueue;
use crate::monitor::why::{Wait, wait_of};
use crate::os::Stat;

/// The links below `ns`, ascending; those for future children (`pid_for_children` ...) are left out.
const NAMESPACES: [&str; 8] = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];

/// Threads whose wait for a CPU is looked at.
const WAITS_CAP: usize = 1_000;

/// Reads fields below the directory of a process.
pub struct FieldReader<'a> {
    process: &'a mut OpenProcess,
    lossy: Vec<&'static str>,
}

/// What is known from the open descriptors.
pub struct DescriptorFields {
    pub count: Reading<u64>,
    pub open_files: Reading<Capped<OpenFile>>,
    pub connections: Reading<Capped<Connection>>,
}

impl<'a> FieldReader<'a> {
    pub fn new(process: &'a mut OpenProcess) -> Self {
        Self {
            process,
            lossy: Vec::new(),
        }
    }

    /// The fields that were not UTF-8.
    pub fn into_lossy(mut self) -> Vec<&'static str> {
        self.lossy.sort_unstable();
        self.lossy
    }

    /// An error if the process has no memory and no files: the reason.
    pub fn has_memory(&self) -> Result<(), Unread> {
        has_memory(&self.process.stat)
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
        let bytes = self.process.dir().read(path, TEXT_CAP).map_err(unread)?;
        parse(bytes)
    }

    /// Reads a file that goes with the memory of a process.
    pub fn of_memory<T>(
        &mut self,
        path: &str,
        parse: impl FnOnce(&[u8]) -> Result<T, Unread>,
    ) -> Reading<T> {
        self.has_memory()?;
        self.file(path, parse)
    }

    pub fn name_and_cmdline(&mut self) -> (String, Reading<Vec<String>>) {
        let stat = self.process.stat.clone();
        let line = read_cmdline(self.process.dir(), "cmdline", &stat);
        let first = line
            .as_ref()
            .ok()
            .and_then(|line| line.first_argument.as_deref());
        let name = full_name(&stat.comm, first).to_vec();
        let name = self.text("name", &name);
        self.note("cmdline", line.as_ref().is_ok_and(|line| line.is_lossy));
        (name, line.map(|line| line.line.args().to_vec()))
    }

    pub fn status(&mut self) -> Reading<Status> {
        self.file("status", |bytes| Ok(Status::parse(bytes)))
    }

    /// The path, and whether the file is no longer there.
    pub fn exe(&mut self) -> Reading<(String, bool)> {
        self.has_memory()?;
        self.link("exe")
    }

    /// The same of the working directory. A kernel thread has one, too.
    pub fn cwd(&mut self) -> Reading<(String, bool)> {
        self.not_a_zombie()?;
        self.link("cwd")
    }

    /// An error if the process is a zombie, which has lost what a kernel thread has too.
    fn not_a_zombie(&self) -> Result<(), Unread> {
        match self.has_memory() {
            Err(Unread::Zombie) => Err(Unread::Zombie),
            _ => Ok(()),
        }
    }

    fn link(&mut self, field: &'static str) -> Reading<(String, bool)> {
        let (target, is_deleted) = link_to_file(self.process.dir(), field).map_err(unread)?;
        Ok((self.text(field, &target), is_deleted))
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
            if bytes.len() >= TEXT_CAP {
                list.total = None;
            }
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
        let state = ProcState::from_letter(self.process.stat.state);
        self.file("wchan", |bytes| {
            wait_channel(bytes, state).map(|name| text(name).0)
        })
    }

    /// The kernel has other namespaces in each version: whatever stands there.
    pub fn namespaces(&mut self) -> Reading<Vec<(String, u64)>> {
        self.not_a_zombie()?;
        let listed = NAMESPACES.iter().filter_map(|&name| {
            match self.process.dir().link(&format!("ns/{name}")) {
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
        listed.collect()
    }

    /// The network namespace.
    pub fn net_namespace(&mut self) -> Reading<u64> {
        self.not_a_zombie()?;
        let target = self.process.dir().link("ns/net").map_err(unread)?;
        namespace(&target).ok_or(Unread::Unsupported)
    }

    pub fn io(&mut self) -> Reading<IoCounters> {
        // Of all its threads, those included that have ended.
        let bytes = self.process.whole.read("io", TEXT_CAP).map_err(unread)?;
        io_counters(bytes).ok_or(Unread::Unsupported)
    }

    pub fn own_io(&mut self, watch: &mut Watch) -> Reading<OwnIo> {
        let stat = (&self.process.stat, self.process.thread_id);
        watch.own_io.count(&mut self.process.whole, "", stat)
    }

    pub fn limits(&mut self) -> Reading<Vec<Limit>> {
        self.file("limits", |bytes| Ok(limits(bytes)))
    }

    /// `huge_bytes` are what the kernel counts apart: they are resident, too.
    pub fn memory(&mut self, page_bytes: u64, huge_bytes: u64) -> Reading<MemoryInfo> {
        self.of_memory("statm", |bytes| {
            let words = std::str::from_utf8(bytes)
                .unwrap_or_default()
                .split_ascii_whitespace();
            let mut pages = words.map(|word| word.parse::<u64>().map(|pages| pages * page_bytes));
            let mut next = || pages.next().and_then(Result::ok).ok_or(Unread::Unsupported);
            let (vms, rss, shared, text, _lib, data) =
                (next()?, next()?, next()?, next()?, next()?, next()?);
            Ok(MemoryInfo {
                rss: rss + huge_bytes,
                vms,
                shared,
                text,
                data,
            })
        })
    }

    /// What the open descriptors tell, as far as a look needs it.
    pub fn descriptors(&mut self, look: Look) -> DescriptorFields {
        let wanted = match look {
            Look::At(Aspect::Files) => fds::Wanted::All,
            Look::At(_) => fds::Wanted::Sockets,
            Look::Record => fds::Wanted::Regular,
        };
        let found = self
            .has_memory()
            .and_then(|()| descriptors(self.process.dir(), wanted));
        match found {
            Ok(found) => {
                self.note("open_files", found.is_lossy);
                let connections = look.is_at(&[Aspect::Network]).then(|| {
                    let read = self.unless_starved(|fields| {
                        Ok(connections(fields.process.dir(), &found.sockets))
                    });
                    read.map(|connections| {
                        let mut list = Capped::from_items(connections);
                        if found.is_cut {
                            list.total = None;
                        }
                        list
                    })
                });
                let open_files = (wanted != fds::Wanted::Sockets).then_some(found.files);
                DescriptorFields {
                    count: found.count.ok_or(Unread::Unsupported),
                    open_files: open_files.ok_or(Unread::NotSampled),
                    connections: connections.unwrap_or(Err(Unread::NotSampled)),
                }
            }
            Err(reason) => {
                let counted = if reason == Unread::Denied {
                    count_by_size(self.process.dir())
                } else {
                    None
                };
                DescriptorFields {
                    count: counted.ok_or(reason),
                    open_files: Err(reason),
                    connections: Err(reason),
                }
            }
        }
    }

    /// How many descriptors are open.
    pub fn num_fds(&mut self) -> Reading<u64> {
        self.has_memory()?;
        fds::count(self.process.dir())
    }

    /// What is read of many files, if no descriptor was missing for any of them: a part would look like all.
    fn unless_starved<T>(&mut self, read: impl FnOnce(&mut Self) -> Reading<T>) -> Reading<T> {
        self.process.was_starved();
        let read = read(self);
        if self.process.was_starved() {
            Err(Unread::NoDescriptors)
        } else {
            read
        }
    }

    fn thread_ids(&mut self, cap: usize) -> Result<Vec<u32>, Unread> {
        self.process
            .whole
            .open_below("task")
            .and_then(|mut tasks| tasks.numbers(cap))
            .map_err(unread)
    }

    pub fn threads(&mut self, units: Units, watch: &mut Watch) -> Reading<Capped<ThreadInfo>> {
        self.unless_starved(|fields| fields.all_threads(units, watch))
    }

    fn all_threads(&mut self, units: Units, watch: &mut Watch) -> Reading<Capped<ThreadInfo>> {
        let threads = self.thread_ids(THREAD_CAP).map(|ids| {
            let is_cut = ids.len() > THREAD_CAP;
            watch.keep_threads(&ids);
            // One that has ended in the meantime is none of its threads any more.
            let items: Vec<_> = ids
                .into_iter()
                .take(THREAD_CAP)
                .filter_map(|id| self.thread(id, units, watch))
                .collect();
            Capped {
                total: Some(if is_cut {
                    self.process.stat.num_threads.max(items.len() as u64)
                } else {
                    items.len() as u64
                }),
                items,
            }
        });
        self.lossy.dedup();
        threads
    }

    fn thread(&mut self, id: u32, units: Units, watch: &mut Watch) -> Option<ThreadInfo> {
        let stat = Stat::parse(
            self.process
                .whole
                .read_piece(&format!("task/{id}/stat"), TEXT_CAP)
                .ok()?,
        )
        .ok()?;
        let ticks = stat.utime_ticks + stat.stime_ticks;
        Some(ThreadInfo {
            id,
            name: self.text("threads", &stat.comm),
            user_time: units.seconds(stat.utime_ticks),
            system_time: units.seconds(stat.stime_ticks),
            cpu_percent: watch.cpu_percent(id, stat.start_ticks, ticks, units.ticks_per_second),
            state: ProcState::from_letter(stat.state),
        })
    }

    /// The thread that waited most for a CPU since the look before.
    pub fn cpu_wait(&mut self, watch: &mut Watch) -> Reading<CpuWait> {
        self.unless_starved(|fields| fields.longest_cpu_wait(watch))
    }

    fn longest_cpu_wait(&mut self, watch: &mut Watch) -> Reading<CpuWait> {
        let ids = self.thread_ids(WAITS_CAP)?;
        watch.keep_threads(&ids);
        let mut looked_at = 0;
        let mut most: Reading<(f32, u32)> = Err(Unread::Unsupported);
        for id in ids.into_iter().take(WAITS_CAP) {
            let waited = self
                .process
                .whole
                .read_piece(&format!("task/{id}/schedstat"), TEXT_CAP)
                .ok()
                .and_then(run_queue);
            let Some(waited) = waited else {
                continue;
            };
            looked_at += 1;
            match (watch.wait_percent(id, waited.wait_seconds), most) {
                (Ok(percent), Ok((known, _))) if percent <= known => {}
                (Ok(percent), _) => most = Ok((percent, id)),
                (unknown, Err(Unread::Unsupported)) => most = unknown.map(|percent| (percent, id)),
                _ => {}
            }
        }
        most.map(|(percent, thread)| {
            let name = self
                .process
                .whole
                .read_piece(&format!("task/{thread}/comm"), TEXT_CAP)
                .unwrap_or_default();
            CpuWait {
                percent,
                thread,
                name: text(name.trim_ascii_end()).0,
                threads: looked_at,
            }
        })
    }

    /// The call in which the first thread is, with what its descriptor leads to.
    pub fn system_call(&mut self) -> Reading<SystemCall> {
        self.has_memory()?;
        let bytes = match self.process.dir().read_piece("syscall", TEXT_CAP) {
            // A kernel may be built without it.
            Err(Errno::NOENT) => return Err(Unread::Unsupported),
            read => read.map_err(unread)?,
        };
        match in_call(bytes).ok_or(Unread::Unsupported)? {
            InCall::Running => Err(Unread::NotApplicable),
            InCall::Call(call, descriptor) => {
                let target = descriptor
                    .filter(|&fd| fd >= 0)
                    .and_then(|fd| self.process.dir().link(&format!("fd/{fd}")).ok());
                Ok(SystemCall {
                    file: target.map(|target| text(&target).0),
                    ..call
                })
            }
        }
    }

    /// Who can end its wait.
    pub fn awaited(
        &mut self,
        proc: &mut Dir,
        search: &mut AwaitedSearch,
        (function, call): (&Reading<String>, &Reading<SystemCall>),
    ) -> Reading<Awaited> {
        let call = call.as_ref().ok();
        let wait = wait_of(function.as_deref().ok(), call).ok_or(Unread::NotApplicable)?;
        let file = call.and_then(|call| call.file.as_deref());
        let awaiting = if wait == Wait::Child {
            let children = self.children()?;
            // The number in the call is that of its own pid namespace, which need not be ours.
            let one = call.and_then(|call| call.child);
            let one = one.filter(|child| children.contains(child));
            Awaiting::Children(one.map_or(children, |child| vec![child]))
        } else {
            Awaiting::at(wait, file, self.process.stat.pid)?
        };
        search.find(proc, awaiting)
    }

    /// Those that its threads have started.
    fn children(&mut self) -> Result<Vec<u32>, Unread> {
        let mut children = Vec::new();
        for id in self.thread_ids(WAITS_CAP)? {
            let path = format!("task/{id}/children");
            match self.process.whole.read(&path, TEXT_CAP) {
                Ok(bytes) => {
                    let (pids, _) = text(bytes);
                    let pids = pids.split_ascii_whitespace().map(str::parse);
                    children.extend(pids.filter_map(Result::<u32, _>::ok));
                }
                // A thread that has ended, or a kernel that does not list them.
                Err(Errno::NOENT | Errno::SRCH) if id != self.process.stat.pid => {}
                Err(Errno::NOENT) => return Err(Unread::Unsupported),
                Err(error) => return Err(unread(error)),
            }
        }
        children.sort_unstable();
        Ok(children)
    }

    /// The bounds of its control groups.
    pub fn cgroup_use(
        &mut self,
        reader: &mut CgroupReader,
        watch: &mut Watch,
    ) -> Reading<CgroupUse> {
        let groups = self
            .process
            .dir()
            .read("cgroup", TEXT_CAP)
            .map_err(unread)?;
        reader.read(groups, watch)
    }
}
