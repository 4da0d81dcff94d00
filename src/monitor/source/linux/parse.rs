//! Parsers of small files below `/proc`: pure, and content with whatever the kernel may write.

use crate::monitor::detail::{CtxSwitches, Ids, IoCounters, Limit, Signals};
use crate::monitor::process::ProcState;
use crate::monitor::reading::Unread;
use crate::monitor::scheduling::RunQueue;

/// What `/proc/PID/status` tells beyond `stat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Status {
    /// User ids.
    pub uids: Option<Ids>,
    /// Group ids.
    pub gids: Option<Ids>,
    /// Peak of resident memory, bytes.
    pub peak_rss_bytes: Option<u64>,
    /// Peak of virtual memory, bytes.
    pub peak_vms_bytes: Option<u64>,
    /// Swapped out, bytes.
    pub swap_bytes: Option<u64>,
    /// Huge pages (hugetlbfs), bytes, which no other figure holds.
    pub huge_bytes: Option<u64>,
    /// Switches of context.
    pub ctx_switches: Option<CtxSwitches>,
    /// Memory that may not be swapped out, bytes.
    pub locked_bytes: Option<u64>,
    /// The first thread's stack, bytes.
    pub stack_bytes: Option<u64>,
    /// Signals that wait for processes of the real user.
    pub queued_signals: Option<u64>,
    /// Who traces it; 0 for nobody.
    pub tracer: Option<u32>,
    /// Sets of signals.
    pub signals: Option<Signals>,
}

/// Text of bytes that may not be UTF-8, and whether they were not.
pub fn text(bytes: &[u8]) -> (String, bool) {
    let text = String::from_utf8_lossy(bytes);
    let is_lossy = matches!(text, std::borrow::Cow::Owned(_));
    (text.into_owned(), is_lossy)
}

/// The arguments in `cmdline`.
///
/// Programs that write over their arguments (setproctitle) leave one string with spaces, and may leave NULs behind it where there
/// were more; it is split there, as psutil does, and what is between two spaces is no argument.
pub fn arguments(bytes: &[u8]) -> Vec<&[u8]> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let ends = bytes.iter().rev().take_while(|&&byte| byte == 0).count();
    let body = bytes.get(..bytes.len() - ends).unwrap_or_default();
    // Nobody passes so many empty arguments and no other.
    let is_title = !body.is_empty() && !body.contains(&0) && !(2..=PADDING).contains(&ends);
    if is_title {
        let words = body.split(|&byte| byte == b' ');
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        return if words.is_empty() { vec![body] } else { words };
    }
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    bytes.split(|&byte| byte == 0).collect()
}

/// More NULs than this behind a first argument are what a title has left of longer ones.
const PADDING: usize = 4;

/// The name of a process: what the kernel keeps of it, completed from the first argument where the kernel cut it.
pub fn full_name<'a>(comm: &'a [u8], first_argument: Option<&'a [u8]>) -> &'a [u8] {
    if comm.len() < 15 {
        return comm;
    }
    let base = |path: &'a [u8]| path.rsplit(|&byte| byte == b'/').next();
    let is_it = |base: &&[u8]| base.starts_with(comm);
    let whole = first_argument.unwrap_or_default();
    // A title may stand there whose words hold paths; a path may hold spaces.
    let first_word = whole.split(|&byte| byte == b' ').next();
    let by_word = first_word.and_then(base).filter(is_it);
    by_word
        .or_else(|| base(whole).filter(is_it))
        .unwrap_or(comm)
}

/// The variables in `environ`, in their order; what has no `=` is a name without a value.
pub fn variables(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    bytes
        .split(|&byte| byte == 0)
        .filter(|entry| !entry.is_empty())
        .map(|entry| match entry.iter().position(|&byte| byte == b'=') {
            Some(at) => (
                entry.get(..at).unwrap_or_default(),
                entry.get(at + 1..).unwrap_or_default(),
            ),
            None => (entry, &[] as &[u8]),
        })
}

/// Pairs of `key: value` lines.
pub fn pairs(bytes: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    lines(bytes)
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key, value.trim()))
}

/// The lines that are UTF-8; no number stands on another.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes
        .split(|&byte| byte == b'\n')
        .filter_map(|line| std::str::from_utf8(line).ok())
}

/// `123 kB` in bytes.
pub fn kilobytes(value: &str) -> Option<u64> {
    let number: u64 = value.split_ascii_whitespace().next()?.parse().ok()?;
    number.checked_mul(1024)
}

/// The real user id in `/proc/PID/status`; `None` if it is not there.
pub fn real_uid(bytes: &[u8]) -> Option<u32> {
    let (_, value) = pairs(bytes).find(|&(key, _)| key == "Uid")?;
    ids(value).map(|ids| ids.real)
}

impl Status {
    /// Parses `/proc/PID/status`.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut status = Self::default();
        let (mut voluntary, mut involuntary) = (None, None);
        let (mut signals, mut sets) = (Signals::default(), 0);
        let mut set = |value: &str| {
            let set = u64::from_str_radix(value, 16).ok();
            sets += u32::from(set.is_some());
            set.unwrap_or(0)
        };
        for (key, value) in pairs(bytes) {
            match key {
                "Uid" => status.uids = ids(value),
                "Gid" => status.gids = ids(value),
                "VmHWM" => status.peak_rss_bytes = kilobytes(value),
                "VmPeak" => status.peak_vms_bytes = kilobytes(value),
                "VmSwap" => status.swap_bytes = kilobytes(value),
                "HugetlbPages" => status.huge_bytes = kilobytes(value),
                "VmLck" => status.locked_bytes = kilobytes(value),
                "VmStk" => status.stack_bytes = kilobytes(value),
                "SigQ" => {
                    let queued = value.split_once('/').map(|(queued, _most)| queued.parse());
                    status.queued_signals = queued.and_then(Result::ok);
                }
                "TracerPid" => status.tracer = value.parse().ok(),
                // Of the first thread, and of the process as a whole.
                "SigPnd" | "ShdPnd" => signals.pending |= set(value),
                "SigBlk" => signals.blocked = set(value),
                "SigIgn" => signals.ignored = set(value),
                "SigCgt" => signals.caught = set(value),
                "voluntary_ctxt_switches" => voluntary = value.parse().ok(),
                "nonvoluntary_ctxt_switches" => involuntary = value.parse().ok(),
                _ => {}
            }
        }
        status.signals = (sets == 5).then_some(signals);
        status.ctx_switches =
            voluntary
                .zip(involuntary)
                .map(|(voluntary, involuntary)| CtxSwitches {
                    voluntary,
                    involuntary,
                });
        status
    }
}

fn ids(value: &str) -> Option<Ids> {
    let mut numbers = value.split_ascii_whitespace().map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Ids {
        real: next()?,
        effective: next()?,
        saved: next()?,
    })
}

/// Parses `io`.
pub fn io_counters(bytes: &[u8]) -> Option<IoCounters> {
    let find = |name: &str| pairs(bytes).find(|&(key, _)| key == name)?.1.parse().ok();
    Some(IoCounters {
        read_count: find("syscr")?,
        write_count: find("syscw")?,
        read_bytes: find("read_bytes")?,
        write_bytes: find("write_bytes")?,
        read_chars: find("rchar")?,
        write_chars: find("wchar")?,
    })
}

/// Parses `smaps_rollup` (or `smaps`): proportional and unique set size, bytes. Huge pages of its own are in both; among how many
/// others are shared the kernel does not tell.
pub fn pss_and_uss(bytes: &[u8]) -> Option<(u64, u64)> {
    let (mut pss, mut uss, mut huge) = (None, 0, 0);
    for (key, value) in pairs(bytes) {
        match key {
            "Pss" => pss = kilobytes(value),
            "Private_Clean" | "Private_Dirty" => uss += kilobytes(value)?,
            "Private_Hugetlb" => huge += kilobytes(value)?,
            _ => {}
        }
    }
    Some((pss? + huge, uss + huge))
}

/// Parses `limits`, a table whose first column holds spaces.
pub fn limits(bytes: &[u8]) -> Vec<Limit> {
    let amount = |word: &str| match word {
        "unlimited" => Some(None),
        number => number.parse().ok().map(Some),
    };
    lines(bytes)
        .skip(1)
        .filter_map(|line| {
            let (name, rest) = line.split_at_checked(26)?;
            let mut words = rest.split_ascii_whitespace();
            Some(Limit {
                name: name.trim().to_owned(),
                soft: amount(words.next()?)?,
                hard: amount(words.next()?)?,
                unit: words.next().unwrap_or_default().to_owned(),
            })
        })
        .collect()
}

/// The kernel's function in `wchan`, of a process in this state.
pub fn wait_channel(bytes: &[u8], state: ProcState) -> Result<&[u8], Unread> {
    match bytes {
        _ if state == ProcState::Zombie => Err(Unread::Zombie),
        b"" => Err(Unread::Gone),
        b"0" if state == ProcState::Running => Err(Unread::NotApplicable),
        // The kernel does not refuse, it lies: whoever waits waits somewhere.
        b"0" => Err(Unread::Denied),
        name => Ok(name),
    }
}

/// Parses a file of one number.
pub fn number<T: std::str::FromStr>(bytes: &[u8]) -> Option<T> {
    std::str::from_utf8(bytes).ok()?.trim_ascii().parse().ok()
}

/// Parses `schedstat`: time on a CPU, time in the queue for one (both nanoseconds), turns.
pub fn run_queue(bytes: &[u8]) -> Option<RunQueue> {
    let mut numbers = std::str::from_utf8(bytes)
        .ok()?
        .split_ascii_whitespace()
        .map(|word| word.parse::<u64>().ok());
    let (cpu, wait, timeslices) = (numbers.next()??, numbers.next()??, numbers.next()??);
    // Who is there has had a turn: the kernel does not count.
    (cpu > 0 || wait > 0 || timeslices > 0).then_some(RunQueue {
        wait_seconds: wait as f64 / 1e9,
        timeslices,
    })
}

/// The number in the target of a link below `ns`: `net:[4026531840]`.
pub fn namespace(target: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(target).ok()?;
    let (_, number) = text.strip_suffix(']')?.split_once(":[")?;
    number.parse().ok()
}

/// What `fdinfo/N` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FdInfo {
    /// The place in the file.
    pub position: u64,
    /// The flags of `open`.
    pub flags: u32,
    /// The mount that the file is on; kernels before 3.15 do not tell it.
    pub mount: Option<u64>,
}

/// Parses `fdinfo/N`.
pub fn fd_info(bytes: &[u8]) -> Option<FdInfo> {
    let find = |name: &str| {
        pairs(bytes)
            .find(|&(key, _)| key == name)
            .map(|(_, value)| value)
    };
    Some(FdInfo {
        position: find("pos")?.parse().ok()?,
        flags: u32::from_str_radix(find("flags")?, 8).ok()?,
        mount: find("mnt_id").and_then(|id| id.parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_with_and_without_separators() {
        let check = |bytes: &[u8], expected: &[&str]| {
            let found: Vec<_> = arguments(bytes).iter().map(|arg| text(arg).0).collect();
            assert_eq!(found, expected, "{}", text(bytes).0);
        };
        check(b"", &[]);
        check(b"sh\0-c\0exit 7\0", &["sh", "-c", "exit 7"]);
        check(b"a\0\0b\0", &["a", "", "b"]);
        check(b"\0", &[""]);
        check(b"nginx: master process", &["nginx:", "master", "process"]);
        check(
            b"chrome --type=zygote --x\0",
            &["chrome", "--type=zygote", "--x"],
        );
        check(b"cut\0off", &["cut", "off"]);
        // A title over longer arguments, as Chromium and sshd write it.
        check(
            b"/usr/lib/chromium-browser --type=renderer  --dir=/tmp/x\0\0\0\0\0\0\0",
            &[
                "/usr/lib/chromium-browser",
                "--type=renderer",
                "--dir=/tmp/x",
            ],
        );
        check(
            b"postgres: checkpointer \0\0\0\0\0\0",
            &["postgres:", "checkpointer"],
        );
        check(b"(sd-pam)\0\0\0\0\0\0", &["(sd-pam)"]);
        // Arguments that are empty.
        check(b"grep\0\0", &["grep", ""]);
        check(b"grep\0\0a b\0", &["grep", "", "a b"]);
        check(b"\0\0", &["", ""]);
        check(b"a b\0\0", &["a b", ""]);
        check(b"   ", &["   "]);
        check(b"\xff\xfe\0x\0", &["\u{fffd}\u{fffd}", "x"]);
    }

    #[test]
    fn names_are_completed_only_where_the_kernel_cut_them() {
        let name = |comm: &'static str, argument: Option<&'static str>| {
            text(full_name(comm.as_bytes(), argument.map(str::as_bytes))).0
        };
        assert_eq!(
            name(
                "gnome-terminal-",
                Some("/usr/libexec/gnome-terminal-server")
            ),
            "gnome-terminal-server"
        );
        assert_eq!(name("gnome-terminal-", Some("other")), "gnome-terminal-");
        assert_eq!(name("short", Some("/bin/shorter")), "short");
        assert_eq!(
            name(
                "chromium-browse",
                Some(
                    "/usr/lib/chromium-browser --type=renderer --dir=/tmp/chromium-browser-profile7"
                )
            ),
            "chromium-browser"
        );
        assert_eq!(
            name("my-long-program", Some("/opt/My App/my-long-program-2")),
            "my-long-program-2"
        );
        assert_eq!(
            name("my-long-program", Some("/opt/my-long-programs/x")),
            "my-long-program"
        );
        assert_eq!(name("gnome-terminal-", None), "gnome-terminal-");
        assert_eq!(text(b"na\xefve"), ("na\u{fffd}ve".to_owned(), true));
        assert_eq!(text("naïve".as_bytes()), ("naïve".to_owned(), false));
    }

    #[test]
    fn variables_keep_order_duplicates_and_newlines() {
        let found: Vec<_> = variables(b"A=1\0B=x=y\0A=2\nz\0odd\0\0").collect();
        let expected: [(&[u8], &[u8]); 4] =
            [(b"A", b"1"), (b"B", b"x=y"), (b"A", b"2\nz"), (b"odd", b"")];
        assert_eq!(found, expected);
    }

    #[test]
    fn status_of_a_process_and_of_a_zombie() {
        let status = Status::parse(
            b"Name:\ta\\n:b\nUmask:\t0022\nUid:\t1000\t0\t0\t0\nGid:\t5\t6\t7\t8\nVmPeak:\t    2048 kB\nVmHWM:\t 12 kB\nVmSwap:\t0 kB\nHugetlbPages:\t   4096 kB\n\
              voluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t3\n",
        );
        let ids = |real, effective, saved| {
            Some(Ids {
                real,
                effective,
                saved,
            })
        };
        assert_eq!((status.uids, status.gids), (ids(1000, 0, 0), ids(5, 6, 7)));
        assert_eq!(
            (status.peak_rss_bytes, status.peak_vms_bytes),
            (Some(12_288), Some(2_097_152))
        );
        assert_eq!(
            (status.swap_bytes, status.huge_bytes),
            (Some(0), Some(4 << 20))
        );
        assert_eq!(
            status.ctx_switches,
            Some(CtxSwitches {
                voluntary: 150,
                involuntary: 3
            })
        );
        let more = Status::parse(
            b"TracerPid:\t812\nVmLck:\t 64 kB\nVmStk:\t 132 kB\nSigQ:\t3/96365\nSigPnd:\t0000000000000001\n\
              ShdPnd:\t0000000000004000\nSigBlk:\t0000000000004000\nSigIgn:\t0000000000000006\nSigCgt:\t0\n",
        );
        assert_eq!((more.tracer, more.queued_signals), (Some(812), Some(3)));
        assert_eq!(
            (more.locked_bytes, more.stack_bytes),
            (Some(64 << 10), Some(132 << 10))
        );
        let expected = Signals {
            pending: 0x4001,
            blocked: 0x4000,
            ignored: 6,
            caught: 0,
        };
        assert_eq!(more.signals, Some(expected));
        assert_eq!(Status::parse(b"SigPnd:\t0\n").signals, None);
        assert_eq!(
            Status::parse(b"Name:\tx\nState:\tZ (zombie)\n\xff\xff"),
            Status::default()
        );
    }

    #[test]
    fn limits_have_spaces_in_their_names() {
        let limits = limits(
            b"Limit                     Soft Limit           Hard Limit           Units     \n\
              Max cpu time              unlimited            unlimited            seconds   \n\
              Max open files            1024                 524288               files     \n\
              Max nice priority         0                    0                    \n",
        );
        assert_eq!(limits.len(), 3);
        assert_eq!(
            (
                limits[0].name.as_str(),
                limits[0].soft,
                limits[0].unit.as_str()
            ),
            ("Max cpu time", None, "seconds")
        );
        assert_eq!(
            (limits[1].soft, limits[1].hard),
            (Some(1024), Some(524_288))
        );
        assert_eq!(limits[2].unit, "");
    }

    #[test]
    fn small_files() {
        let io = io_counters(b"rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\ncancelled_write_bytes: 7\n");
        assert_eq!(
            io.map(|io| (io.read_chars, io.write_count, io.write_bytes)),
            Some((1, 4, 6))
        );
        assert_eq!(io_counters(b"rchar: 1\n"), None);
        let rollup = b"55d0-7ff [rollup]\nRss: 100 kB\nPss: 40 kB\nPss_Anon: 9 kB\nPrivate_Clean: 10 kB\nPrivate_Dirty: 20 kB\n";
        assert_eq!(pss_and_uss(rollup), Some((40 << 10, 30 << 10)));
        let huge = b"Rss: 100 kB\nPss: 40 kB\nPrivate_Dirty: 20 kB\nShared_Hugetlb: 2048 kB\nPrivate_Hugetlb: 4096 kB\n";
        assert_eq!(pss_and_uss(huge), Some((4_136 << 10, 4_116 << 10)));
        assert_eq!(pss_and_uss(b""), None);
        assert_eq!(namespace(b"net:[4026531840]"), Some(4_026_531_840));
        assert_eq!(namespace(b"net:[]"), None);
        assert_eq!(number::<i32>(b"-1000\n"), Some(-1_000));
        let queue = run_queue(b"5000000 1500000000 7\n").unwrap();
        assert!((queue.wait_seconds - 1.5).abs() < 1e-9 && queue.timeslices == 7);
        assert_eq!(run_queue(b"0 0 0\n"), None);
        assert_eq!(run_queue(b"1 2\n"), None);
        assert_eq!(
            fd_info(b"pos:\t4096\nflags:\t0102001\nmnt_id:\t29\n"),
            Some(FdInfo {
                position: 4096,
                flags: 0o102_001,
                mount: Some(29),
            })
        );
    }
}
