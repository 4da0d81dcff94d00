//! The parser of `/proc/PID/stat`, the one line that carries most of what is known cheaply about a process.

use smallvec::SmallVec;
use thiserror::Error;

use super::ProcKey;

/// A name as the kernel keeps it: mostly 15 bytes and less, which ask the allocator for nothing.
pub type Comm = SmallVec<[u8; 16]>;

/// What `/proc/PID/stat` says, in the kernel's own units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The process id.
    pub pid: u32,
    /// The command name as the kernel keeps it: at most 15 bytes (64 for kernel workers), any byte but NUL.
    pub comm: Comm,
    /// The state letter: R, S, D, Z, T, t, I, X ...
    pub state: u8,
    /// The parent's pid; 0 for the first processes.
    pub ppid: u32,
    /// The process group.
    pub pgrp: i32,
    /// The session.
    pub session: i32,
    /// The controlling terminal's device number; 0 for none.
    pub tty_nr: i32,
    /// Kernel flags of the process (`PF_*`).
    pub flags: u32,
    /// Page faults that needed no disk.
    pub minor_faults: u64,
    /// Page faults that needed the disk.
    pub major_faults: u64,
    /// Page faults of children that were waited for, with and without the disk.
    pub children_faults: u64,
    /// Time in user mode, clock ticks.
    pub utime_ticks: u64,
    /// Time in the kernel, clock ticks.
    pub stime_ticks: u64,
    /// User time of children that were waited for, clock ticks.
    pub children_utime_ticks: u64,
    /// Kernel time of children that were waited for, clock ticks.
    pub children_stime_ticks: u64,
    /// The kernel's scheduling priority.
    pub priority: i64,
    /// The nice value, -20 to 19.
    pub nice: i64,
    /// Threads of the process.
    pub num_threads: u64,
    /// When it began, clock ticks since boot.
    pub start_ticks: u64,
    /// Virtual memory, bytes.
    pub vsize_bytes: u64,
    /// Resident memory, pages.
    pub rss_pages: u64,
    /// The CPU it last ran on, counted from 0.
    pub processor: u32,
    /// The scheduling policy's number (`SCHED_*`).
    pub policy: u32,
    /// Time spent waiting for block I/O, clock ticks; 0 unless the kernel counts it.
    pub blkio_ticks: u64,
}

/// Why a line is not a `/proc/PID/stat` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StatError {
    /// No name in parentheses.
    #[error("no name in parentheses")]
    NoName,
    /// A field is missing or no number; counted from 1 as in proc(5).
    #[error("field {0} is missing or no number")]
    Field(u8),
}

impl Stat {
    /// Parses one line of `/proc/PID/stat`.
    ///
    /// The name ends at the *last* `)`: a process may be called `a) R 1 (b`.
    pub fn parse(line: &[u8]) -> Result<Self, StatError> {
        let open = memchr::memchr(b'(', line).ok_or(StatError::NoName)?;
        let close = memchr::memrchr(b')', line).ok_or(StatError::NoName)?;
        let comm = line.get(open + 1..close).ok_or(StatError::NoName)?;
        let pid = number(line.get(..open).unwrap_or_default().trim_ascii(), 1)?;
        let pid = u32::try_from(pid).map_err(|_too_large| StatError::Field(1))?;
        let mut fields = line
            .get(close + 1..)
            .unwrap_or_default()
            .trim_ascii_end()
            .split(|&byte| byte == b' ')
            .filter(|f| !f.is_empty());
        let state = fields
            .next()
            .and_then(|f| f.first().copied())
            .ok_or(StatError::Field(3))?;
        // Fields 4 to 42 by their number in proc(5).
        let mut values = [0_i64; 43];
        for (index, value) in values.iter_mut().enumerate().skip(4) {
            let field = index as u8;
            match fields.next() {
                // vsize and a few others are unsigned and may exceed i64 only for kernel addresses, which we skip.
                Some(text) if !matches!(index, 25..=35) => *value = number(text, field)?,
                Some(_) => {}
                // Kernels before 2.6.18 end earlier; everything up to the start time is needed.
                None if index > 24 => break,
                None => return Err(StatError::Field(field)),
            }
        }
        let unsigned = |index: usize| {
            values
                .get(index)
                .map_or(0, |&v| u64::try_from(v).unwrap_or(0))
        };
        let small = |index: usize| {
            values
                .get(index)
                .map_or(0, |&v| i32::try_from(v).unwrap_or(0))
        };
        Ok(Self {
            pid,
            comm: Comm::from_slice(comm),
            state,
            ppid: u32::try_from(unsigned(4)).unwrap_or(0),
            pgrp: small(5),
            session: small(6),
            tty_nr: small(7),
            flags: u32::try_from(unsigned(9)).unwrap_or(0),
            minor_faults: unsigned(10),
            major_faults: unsigned(12),
            children_faults: unsigned(11).saturating_add(unsigned(13)),
            utime_ticks: unsigned(14),
            stime_ticks: unsigned(15),
            children_utime_ticks: unsigned(16),
            children_stime_ticks: unsigned(17),
            priority: values[18],
            nice: values[19],
            num_threads: unsigned(20),
            start_ticks: unsigned(22),
            vsize_bytes: unsigned(23),
            rss_pages: unsigned(24),
            processor: u32::try_from(unsigned(39)).unwrap_or(0),
            policy: u32::try_from(unsigned(41)).unwrap_or(0),
            blkio_ticks: unsigned(42),
        })
    }

    /// True for a thread of the kernel itself (`PF_KTHREAD`).
    pub const fn is_kernel_thread(&self) -> bool {
        self.flags & 0x0020_0000 != 0
    }

    /// True if the first thread has ended and others are counted: they go on, or are about to end as well.
    pub const fn may_outlive_its_first_thread(&self) -> bool {
        self.state == b'Z' && self.num_threads > 1
    }

    /// True if it has ended, whether its parent has collected it or not.
    pub const fn has_ended(&self) -> bool {
        matches!(self.state, b'Z' | b'X' | b'x')
    }

    /// The line of the first of these threads that has not ended.
    pub fn first_living(
        mut threads: Vec<u32>,
        read: impl FnMut(u32) -> Option<Self>,
    ) -> Option<Self> {
        threads.sort_unstable();
        let mut lines = threads.into_iter().filter_map(read);
        lines.find(|thread| !thread.has_ended())
    }

    /// What a process whose first thread has ended is doing: state, memory and turn are those of this thread of it. Name, identity,
    /// times and counts stay what its own line says of all threads together.
    #[must_use]
    pub fn speaking_through(self, thread: &Self) -> Self {
        Self {
            state: thread.state,
            priority: thread.priority,
            nice: thread.nice,
            vsize_bytes: thread.vsize_bytes,
            rss_pages: thread.rss_pages,
            processor: thread.processor,
            policy: thread.policy,
            ..self
        }
    }

    /// What grows with every child that the process collects: nobody lives without a page fault.
    pub const fn collected(&self) -> [u64; 3] {
        [
            self.children_faults,
            self.children_utime_ticks,
            self.children_stime_ticks,
        ]
    }

    /// The identity of the process.
    pub fn key(&self) -> ProcKey {
        ProcKey {
            pid: self.pid,
            start_ticks: self.start_ticks,
        }
    }
}

/// A number as the kernel writes it. By hand, because every process has forty of them every second.
fn number(text: &[u8], field: u8) -> Result<i64, StatError> {
    let (digits, is_negative) = match text.split_first() {
        Some((b'-', digits)) => (digits, true),
        _ => (text, false),
    };
    if digits.is_empty() {
        return Err(StatError::Field(field));
    }
    // Counted downwards, since there is one more negative number.
    let mut value = 0_i64;
    for &digit in digits {
        let digit = digit.wrapping_sub(b'0');
        value = match value.checked_mul(10) {
            Some(tens) if digit < 10 => tens.checked_sub(i64::from(digit)),
            _ => None,
        }
        .ok_or(StatError::Field(field))?;
    }
    if is_negative {
        return Ok(value);
    }
    value.checked_neg().ok_or(StatError::Field(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "4711 (a) R 1 (b) S 4242 4711 4711 34816 4711 4194304 145 0 2 0 17 4 1 2 20 -5 3 0 987654 229392384 384 \
        18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 7 0 0 0 0 0 0 0 0 0 0\n";

    #[test]
    fn the_name_ends_at_the_last_parenthesis() {
        let stat = Stat::parse(LINE.as_bytes()).unwrap();
        assert_eq!(&*stat.comm, b"a) R 1 (b");
        assert_eq!((stat.pid, stat.state, stat.ppid), (4711, b'S', 4242));
        assert_eq!((stat.utime_ticks, stat.stime_ticks), (17, 4));
        assert_eq!(
            (stat.nice, stat.num_threads, stat.start_ticks),
            (-5, 3, 987_654)
        );
        assert_eq!((stat.vsize_bytes, stat.rss_pages), (229_392_384, 384));
        assert_eq!((stat.processor, stat.policy, stat.blkio_ticks), (1, 0, 7));
    }

    #[test]
    fn a_line_cut_before_the_start_time_is_refused() {
        assert_eq!(Stat::parse(b"1 (init) S 0 1 1"), Err(StatError::Field(7)));
        assert_eq!(Stat::parse(b"1 init S 0 1 1"), Err(StatError::NoName));
        assert_eq!(Stat::parse(b""), Err(StatError::NoName));
        assert_eq!(Stat::parse(b")("), Err(StatError::NoName));
    }

    #[test]
    fn numbers_at_their_limits() {
        for value in [0, 7, -20, i64::MAX, i64::MIN] {
            assert_eq!(number(value.to_string().as_bytes(), 9), Ok(value));
        }
        for text in [
            "",
            "-",
            "+1",
            "1a",
            "--1",
            "9223372036854775808",
            "-9223372036854775809",
            "99999999999999999999",
        ] {
            assert_eq!(
                number(text.as_bytes(), 9),
                Err(StatError::Field(9)),
                "{text}"
            );
        }
        let huge = LINE.replacen("4711", "4194303", 1);
        assert_eq!(Stat::parse(huge.as_bytes()).unwrap().pid, 4_194_303);
        let beyond = LINE.replacen("4711", "4294967296", 1);
        assert_eq!(Stat::parse(beyond.as_bytes()), Err(StatError::Field(1)));
    }
}
