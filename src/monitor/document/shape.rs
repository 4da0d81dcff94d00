//! What values look like: for the schema and for the columns of CSV, which both follow from it.

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// Text.
    Text,
    /// True or false.
    Truth,
    /// A whole number from 0 on.
    Whole(Unit),
    /// A whole number, negative ones too.
    Signed,
    /// A number from 0 on.
    Number(Unit),
    /// Named parts, each of which is there in every value.
    Parts(&'static [Part]),
    /// A list of values of one shape.
    List(&'static Self),
    /// A list of objects with these parts.
    Items(&'static [Part]),
    /// Values of one shape by names that nobody knows beforehand.
    ByName(&'static Self),
    /// `{"ip", "port"}`, a path, or null for none.
    Address,
}

/// A part of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// What it looks like.
    pub shape: Shape,
    /// Whether it is always there.
    pub presence: Presence,
    /// What it is.
    pub help: &'static str,
}

/// Whether a part is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// With a value.
    Always,
    /// It can be null.
    MayBeNull,
    /// Only where everything about a process is read.
    InDetail,
    /// It can be null, and documents of earlier versions do not have it.
    SinceLater,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nothing: ids, or how many.
    Plain,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// Seconds since 1970.
    UnixSeconds,
    /// Clock ticks since boot.
    Ticks,
    /// Percent of one core.
    Percent,
    /// Bytes a second.
    BytesPerSecond,
}

impl Unit {
    /// The end of a name that says it; empty for none.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bytes => "_bytes",
            Self::Seconds | Self::UnixSeconds => "_seconds",
            Self::Ticks => "_ticks",
            Self::Percent => "_percent",
            Self::BytesPerSecond => "_bytes_per_second",
        }
    }

    /// In words; `None` for none.
    pub const fn words(self) -> Option<&'static str> {
        Some(match self {
            Self::Plain => return None,
            Self::Bytes => "bytes",
            Self::Seconds => "seconds",
            Self::UnixSeconds => "seconds since 1970",
            Self::Ticks => "clock ticks since boot",
            Self::Percent => "percent of one core",
            Self::BytesPerSecond => "bytes per second",
        })
    }
}

impl Shape {
    /// A whole number that counts nothing with a unit.
    pub const COUNT: Self = Self::Whole(Unit::Plain);
    /// A whole number of bytes.
    pub const BYTES: Self = Self::Whole(Unit::Bytes);
    /// Seconds.
    pub const SECONDS: Self = Self::Number(Unit::Seconds);

    /// The unit of a number.
    pub const fn unit(&self) -> Unit {
        match self {
            Self::Whole(unit) | Self::Number(unit) => *unit,
            _ => Unit::Plain,
        }
    }
}

const fn part(name: &'static str, shape: Shape, help: &'static str) -> Part {
    Part {
        name,
        shape,
        presence: Presence::Always,
        help,
    }
}

const fn may_be_null(name: &'static str, shape: Shape, help: &'static str) -> Part {
    Part {
        presence: Presence::MayBeNull,
        ..part(name, shape, help)
    }
}

const fn in_detail(name: &'static str, shape: Shape, help: &'static str) -> Part {
    Part {
        presence: Presence::InDetail,
        ..part(name, shape, help)
    }
}

pub(super) const CPU_TIMES: Shape = Shape::Parts(&[
    part("user", Shape::SECONDS, "in its own code"),
    part("system", Shape::SECONDS, "in the kernel on its behalf"),
    part(
        "children_user",
        Shape::SECONDS,
        "user time of children it has waited for",
    ),
    part("children_system", Shape::SECONDS, "kernel time of the same"),
    may_be_null("iowait", Shape::SECONDS, "waiting for block I/O"),
]);

pub(super) const MEMORY: Shape = Shape::Parts(&[
    part("rss", Shape::BYTES, "resident, huge pages included"),
    part("vms", Shape::BYTES, "virtual"),
    in_detail(
        "shared",
        Shape::BYTES,
        "resident and backed by files or shared memory",
    ),
    in_detail("text", Shape::BYTES, "program code"),
    in_detail("data", Shape::BYTES, "data and stack"),
]);

pub(super) const MEMORY_FULL: Shape = Shape::Parts(&[
    may_be_null(
        "uss",
        Shape::BYTES,
        "unshared memory: what its end would free",
    ),
    may_be_null(
        "pss",
        Shape::BYTES,
        "with shared pages divided among their users",
    ),
    Part {
        presence: Presence::SinceLater,
        ..may_be_null(
            "hugetlb",
            Shape::BYTES,
            "huge pages: in rss, and those of its own in uss and pss",
        )
    },
    may_be_null("swap", Shape::BYTES, "swapped out"),
    may_be_null("peak_rss", Shape::BYTES, "the most resident memory so far"),
    may_be_null("peak_vms", Shape::BYTES, "the most virtual memory so far"),
]);

pub(super) const IO_RATES: Shape = Shape::Parts(&[
    may_be_null(
        "read_bytes_per_second",
        Shape::Whole(Unit::BytesPerSecond),
        "fetched from disk",
    ),
    may_be_null(
        "write_bytes_per_second",
        Shape::Whole(Unit::BytesPerSecond),
        "put into the page cache for the disk, or written past it",
    ),
]);

pub(super) const IO_COUNTERS: Shape = Shape::Parts(&[
    part("read_count", Shape::COUNT, "calls that read"),
    part("write_count", Shape::COUNT, "calls that wrote"),
    part("read_bytes", Shape::BYTES, "fetched from disk"),
    part(
        "write_bytes",
        Shape::BYTES,
        "put into the page cache for the disk, or written past it",
    ),
    part("read_chars", Shape::BYTES, "read from anywhere"),
    part("write_chars", Shape::BYTES, "written to anywhere"),
]);

pub(super) const IDS: Shape = Shape::Parts(&[
    part("real", Shape::COUNT, "who started it"),
    part("effective", Shape::COUNT, "whose rights it has"),
    part("saved", Shape::COUNT, "whose rights it may take"),
]);

pub(super) const OPEN_FILES: Shape = Shape::Items(&[
    part(
        "path",
        Shape::Text,
        "with ` (deleted)` if it is no longer there",
    ),
    part("fd", Shape::COUNT, "the descriptor"),
    may_be_null("position", Shape::BYTES, "the offset from the start"),
    may_be_null("mode", Shape::Text, "r, w, a, r+, a+"),
    may_be_null("flags", Shape::COUNT, "the O_* flags"),
]);

pub(super) const CONNECTIONS: Shape = Shape::Items(&[
    part("fd", Shape::COUNT, "the descriptor"),
    part("family", Shape::Text, "AF_INET, AF_INET6, AF_UNIX"),
    part(
        "type",
        Shape::Text,
        "SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET",
    ),
    may_be_null("laddr", Shape::Address, "this end"),
    may_be_null("raddr", Shape::Address, "the other end"),
    part(
        "status",
        Shape::Text,
        "LISTEN, ESTABLISHED ...; NONE for sockets without a state",
    ),
]);

pub(super) const THREADS: Shape = Shape::Items(&[
    part("id", Shape::COUNT, "the thread id"),
    part("name", Shape::Text, "its name"),
    part("user_time", Shape::SECONDS, "in its own code"),
    part("system_time", Shape::SECONDS, "in the kernel"),
    part("status", Shape::Text, "as that of the process"),
]);

pub(super) const CTX_SWITCHES: Shape = Shape::Parts(&[
    part("voluntary", Shape::COUNT, "because it waited"),
    part("involuntary", Shape::COUNT, "because its time was up"),
]);

pub(super) const PAGE_FAULTS: Shape = Shape::Parts(&[
    part("minor", Shape::COUNT, "without disk access"),
    part("major", Shape::COUNT, "with disk access"),
]);

pub(super) const SCHEDULING: Shape = Shape::Parts(&[
    part(
        "policy",
        Shape::Text,
        "other, fifo, rr, batch, idle, deadline, ext",
    ),
    part("priority", Shape::Signed, "smaller comes first"),
]);

pub(super) const IONICE: Shape = Shape::Parts(&[
    part("ioclass", Shape::Text, "none, realtime, best-effort, idle"),
    part("value", Shape::COUNT, "0 (first) to 7"),
]);

pub(super) const RUN_QUEUE: Shape = Shape::Parts(&[
    part(
        "wait",
        Shape::SECONDS,
        "its first thread was ready and had no CPU",
    ),
    part("timeslices", Shape::COUNT, "turns on a CPU"),
]);

pub(super) const CONTAINER: Shape = Shape::Parts(&[
    part(
        "runtime",
        Shape::Text,
        "docker, podman, containerd, cri-o, lxc, libvirt-lxc, systemd-nspawn; kubernetes or oci where it is not told more",
    ),
    part("id", Shape::Text, "its id or name"),
]);

pub(super) const LIMITS: Shape = Shape::Items(&[
    part("name", Shape::Text, "the kernel's name for it"),
    may_be_null("soft", Shape::COUNT, "what holds now; null for unlimited"),
    may_be_null(
        "hard",
        Shape::COUNT,
        "how far it may be raised; null for unlimited",
    ),
    part("unit", Shape::Text, "what is counted"),
]);
