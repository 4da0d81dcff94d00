//! Totals of the machine, from the small files at the top of `/proc`.

use std::sync::Arc;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::getpid;
use rustix::thread::sched_getaffinity;
use rustix::time::{ClockId, clock_gettime};

use super::dir::{Dir, KeptFile, is_out_of_descriptors, unread_of_machine};
use super::parse::{kilobytes, lines, pairs, text};
use super::pressure::PressureReader;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::snapshot::{GroupBounds, Host, Machine};
use crate::os::priority;

/// The first file grows with the number of interrupts; no other is as large.
const FILE_CAP: usize = 1 << 20;

/// Time of one CPU (or of all) since boot, clock ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct CpuTicks {
    busy: u64,
    total: u64,
}

/// What must be remembered from one tick to the next.
#[derive(Debug, Default)]
pub struct MachineReader {
    /// All CPUs together, then each.
    last: Vec<CpuTicks>,
    /// When the machine booted, seconds since 1970; moves when the clock is set.
    pub boot_time: u64,
    files: Files,
    pressure: PressureReader,
}

/// The files of the totals, open since they were first read if they are kept.
#[derive(Debug, Default)]
struct Files {
    kept: [Option<KeptFile>; 4],
    is_keeping: bool,
}

/// A file of totals.
#[derive(Clone, Copy, Debug)]
enum Total {
    Stat,
    Meminfo,
    Loadavg,
    Uptime,
}

impl MachineReader {
    /// Keeps the files open that it reads, or no longer.
    pub fn keep_files(&mut self, is_keeping: bool) {
        self.files = Files {
            is_keeping,
            ..Files::default()
        };
        self.pressure.keep_files(is_keeping);
    }

    /// Reads all totals.
    pub fn read(&mut self, proc: &mut Dir, group: GroupBounds) -> Machine {
        let stat = self.files.read(Total::Stat, proc);
        let (cpu_percent, cpu_percent_per_core) = match stat {
            Ok(bytes) => self.cpu_percents(bytes),
            Err(reason) => (Err(reason), Err(reason)),
        };
        let memory = self.files.read(Total::Meminfo, proc).map(Memory::parse);
        let of = |pick: fn(&Memory) -> Option<u64>| match &memory {
            Ok(memory) => pick(memory).ok_or(Unread::Unsupported),
            Err(reason) => Err(*reason),
        };
        Machine {
            cpu_percent,
            cpu_percent_per_core,
            memory_total_bytes: of(|memory| memory.total),
            memory_available_bytes: of(|memory| memory.available),
            memory_used_bytes: of(|memory| memory.total?.checked_sub(memory.available?)),
            swap_total_bytes: of(|memory| memory.swap_total),
            swap_used_bytes: of(|memory| memory.swap_total?.checked_sub(memory.swap_free?)),
            load_average: small(self.files.read(Total::Loadavg, proc), |words| {
                Some([
                    words.next()?.ok()?,
                    words.next()?.ok()?,
                    words.next()?.ok()?,
                ])
            }),
            pressure: self.pressure.pressure(proc),
            disk: self.pressure.disk(proc),
            group,
            uptime: small(self.files.read(Total::Uptime, proc), |words| {
                Duration::try_from_secs_f64(words.next()?.ok()?).ok()
            }),
        }
    }

    /// How many CPUs are online, by what was read last; `None` if nothing was.
    pub fn cpu_count(&self) -> Option<usize> {
        self.last.len().checked_sub(1).filter(|&count| count > 0)
    }

    fn cpu_percents(&mut self, bytes: &[u8]) -> (Reading<f32>, Reading<Vec<f32>>) {
        let (now, boot_time) = cpu_ticks(bytes);
        self.boot_time = boot_time.unwrap_or(self.boot_time);
        let before = std::mem::replace(&mut self.last, now);
        // A CPU went off or came on: its place in the list means another one now.
        if before.len() != self.last.len() || before.is_empty() {
            return (Err(Unread::NotSampled), Err(Unread::NotSampled));
        }
        let mut percents = self.last.iter().zip(&before).map(|(now, before)| {
            let total = now
                .total
                .checked_sub(before.total)
                .filter(|&total| total > 0)?;
            // The kernel lets a CPU's idle time run backwards now and then.
            let busy = now.busy.saturating_sub(before.busy).min(total);
            Some((busy as f64 / total as f64 * 100.0) as f32)
        });
        let all = percents.next().flatten();
        let each: Option<Vec<f32>> = percents.collect();
        (
            all.ok_or(Unread::NotSampled),
            each.ok_or(Unread::NotSampled),
        )
    }
}

/// Takes over what can change of a machine while it runs: its name, its CPUs and those that we may use. `cpu_count` is `None`
/// where it could not be read.
pub fn renew(host: &mut Arc<Host>, cpu_count: Option<usize>) {
    let uname = rustix::system::uname();
    let name = uname.nodename().to_string_lossy();
    let cpu_count = cpu_count.map_or(host.cpu_count, known_count);
    let usable_cpu_count = usable_cpus(cpu_count);
    let now = (&*name, cpu_count, usable_cpu_count);
    if now != (&*host.name, host.cpu_count, host.usable_cpu_count) {
        *host = Arc::new(Host {
            name: name.into_owned(),
            cpu_count,
            usable_cpu_count,
            ..Host::clone(host)
        });
    }
}

/// How many CPUs we may use of so many.
fn usable_cpus(cpu_count: Reading<u32>) -> Reading<u32> {
    // Fails only for masks wider than the type, on machines with more than 1,024 CPUs.
    let usable = sched_getaffinity(Some(getpid()));
    usable.map_or(cpu_count, |set| Ok(set.count().max(1)))
}

/// No machine has none.
fn known_count(count: usize) -> Reading<u32> {
    match count {
        0 => Err(Unread::Unsupported),
        count => Ok(count as u32),
    }
}

/// Facts about the machine that hardly ever change, and when it booted, seconds since 1970. An error if too many files are open
/// to find them out.
pub fn host(proc: &mut Dir) -> Result<(Host, f64), Errno> {
    let uname = rustix::system::uname();
    let word = |name: &std::ffi::CStr| name.to_string_lossy().into_owned();
    let boot_id = optional(proc.read("sys/kernel/random/boot_id", FILE_CAP))?
        .map(|bytes| text(bytes.trim_ascii()).0);
    let (cpus, boot_time) =
        optional(proc.read("stat", FILE_CAP))?.map_or_else(Default::default, cpu_ticks);
    let cpu_count = known_count(match cpus.len().saturating_sub(1) {
        // Where /proc has processes alone.
        0 => priority::online_cpus()
            .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?
            .len(),
        count => count,
    });
    let host = Host {
        name: word(uname.nodename()),
        system: format!("{} {}", word(uname.sysname()), word(uname.release())),
        boot_id: boot_id.ok_or(Unread::Unsupported),
        cpu_count,
        usable_cpu_count: usable_cpus(cpu_count),
    };
    Ok((
        host,
        boot_time.map_or_else(boot_by_clocks, |seconds| seconds as f64),
    ))
}

/// What could be read; `None` of what is not there, an error where too many files are open.
fn optional(read: Result<&[u8], Errno>) -> Result<Option<&[u8]>, Errno> {
    match read {
        Err(error) if is_out_of_descriptors(error) => Err(error),
        read => Ok(read.ok()),
    }
}

/// When the machine booted by its clocks, as the kernel reckons it, in whole seconds.
fn boot_by_clocks() -> f64 {
    let seconds = |clock| {
        let time = clock_gettime(clock);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    (seconds(ClockId::Realtime) - seconds(ClockId::Boottime)).floor()
}

/// The CPU lines of `/proc/stat`, all together first, and the time of boot.
fn cpu_ticks(bytes: &[u8]) -> (Vec<CpuTicks>, Option<u64>) {
    let mut cpus = Vec::new();
    let mut boot_time = None;
    for line in lines(bytes) {
        if let Some(rest) = line.strip_prefix("cpu") {
            // user nice system idle iowait irq softirq steal; guest time is in user already.
            let mut numbers = [0_u64; 8];
            for (number, word) in numbers.iter_mut().zip(
                rest.split_ascii_whitespace()
                    .skip(usize::from(!rest.starts_with(' '))),
            ) {
                *number = word.parse().unwrap_or(0);
            }
            let [_, _, _, idle, iowait, ..] = numbers;
            let total = numbers.iter().sum::<u64>();
            cpus.push(CpuTicks {
                busy: total - idle - iowait,
                total,
            });
        } else if let Some(seconds) = line.strip_prefix("btime ") {
            boot_time = seconds.trim().parse().ok();
        }
    }
    (cpus, boot_time)
}

#[derive(Debug, Default)]
struct Memory {
    total: Option<u64>,
    available: Option<u64>,
    swap_total: Option<u64>,
    swap_free: Option<u64>,
}

impl Memory {
    fn parse(bytes: &[u8]) -> Self {
        let mut memory = Self::default();
        for (key, value) in pairs(bytes) {
            match key {
                "MemTotal" => memory.total = kilobytes(value),
                "MemAvailable" => memory.available = kilobytes(value),
                "SwapTotal" => memory.swap_total = kilobytes(value),
                "SwapFree" => memory.swap_free = kilobytes(value),
                _ => {}
            }
        }
        memory
    }
}

type Numbers<'a> = dyn Iterator<Item = Result<f64, std::num::ParseFloatError>> + 'a;

impl Files {
    fn read<'a>(&mut self, total: Total, proc: &'a mut Dir) -> Result<&'a [u8], Unread> {
        let path = match total {
            Total::Stat => "stat",
            Total::Meminfo => "meminfo",
            Total::Loadavg => "loadavg",
            Total::Uptime => "uptime",
        };
        let Some(place) = self.kept.get_mut(total as usize) else {
            return Err(Unread::Unsupported);
        };
        let file = match place.take() {
            Some(file) => file,
            None => proc.keep(path).map_err(unread_of_machine)?,
        };
        let bytes = proc.reread(&file).map_err(unread_of_machine);
        *place = self.is_keeping.then_some(file);
        bytes
    }
}

/// What a file of a few numbers tells.
fn small<T>(
    bytes: Result<&[u8], Unread>,
    pick: impl Fn(&mut Numbers<'_>) -> Option<T>,
) -> Reading<T> {
    let words = std::str::from_utf8(bytes?)
        .unwrap_or_default()
        .split_ascii_whitespace();
    pick(&mut words.map(str::parse)).ok_or(Unread::Unsupported)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &[u8] = b"cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 50 0 50 350 50 0 0 0 25 0\ncpu1 50 0 50 350 50 0 0 0 25 0\nintr 5 5\nbtime 1790000000\n";
    const AFTER: &[u8] = b"cpu  150 0 150 790 110 0 0 0 50 0\ncpu0 100 0 100 350 50 0 0 0 25 0\ncpu1 50 0 50 440 60 0 0 0 25 0\nbtime 1790000001\n";

    #[test]
    fn cpu_percent_needs_two_samples() {
        let mut reader = MachineReader::default();
        assert_eq!(
            reader.cpu_percents(BEFORE),
            (Err(Unread::NotSampled), Err(Unread::NotSampled))
        );
        assert_eq!(reader.cpu_percents(AFTER), (Ok(50.0), Ok(vec![100.0, 0.0])));
        assert_eq!(reader.boot_time, 1_790_000_001);
        // No time has passed.
        assert_eq!(reader.cpu_percents(AFTER).0, Err(Unread::NotSampled));
        // A CPU went off.
        assert_eq!(
            reader.cpu_percents(b"cpu  1 1 1 1 1\n").0,
            Err(Unread::NotSampled)
        );
    }

    #[test]
    fn memory_without_the_available_figure_is_unknown_not_zero() {
        let memory = Memory::parse(b"MemTotal:       16000 kB\nMemFree: 1 kB\nSwapTotal:  0 kB\n");
        assert_eq!(
            (memory.total, memory.available, memory.swap_total),
            (Some(16_384_000), None, Some(0))
        );
    }

    #[test]
    fn this_machine() {
        let mut proc = Dir::open("/proc".as_ref()).unwrap();
        let (host, boot_time) = host(&mut proc).unwrap();
        let cpus = host.cpu_count.unwrap();
        let usable = host.usable_cpu_count.unwrap();
        assert!(cpus >= usable && usable >= 1);
        assert_eq!(priority::online_cpus().unwrap().len(), cpus as usize);
        // The clock may have been set by a step since the kernel reckoned.
        assert!((boot_by_clocks() - boot_time).abs() <= 1.0);
        assert!(host.system.starts_with("Linux "));
        let machine = MachineReader::default().read(&mut proc, Unread::NotSampled.into());
        assert!(machine.memory_total_bytes.ok() > machine.memory_used_bytes.ok());
        assert!(machine.uptime.is_ok() && machine.load_average.is_ok());
    }
}
