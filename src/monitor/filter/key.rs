//! The keys of the language: to add one, a variant of [`Key`], a line in [`KEYS`] and its meaning in `Test::holds`.

use super::ProcState;
use crate::monitor::extra::Need;

/// The keys of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Name,
    Pid,
    Ppid,
    Tree,
    User,
    State,
    Cmd,
    Cpu,
    Mem,
    Threads,
    Port,
    Cgroup,
    Files,
    Read,
    Write,
}

/// What follows a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    Text,
    Number,
    /// A number that is never compared by size.
    Id,
    /// A number that is hardly ever met exactly: `cpu:10` is almost certainly not what is meant.
    Measure,
    Bytes,
}

/// What there is to know about a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyEntry {
    pub key: Key,
    pub name: &'static str,
    pub kind: KeyKind,
    pub example: &'static str,
    /// What must be read for it beyond what is read anyway.
    pub needs: Option<Need>,
}

const fn entry(key: Key, name: &'static str, kind: KeyKind, example: &'static str) -> KeyEntry {
    KeyEntry {
        key,
        name,
        kind,
        example,
        needs: None,
    }
}

const fn needing(entry: KeyEntry, need: Need) -> KeyEntry {
    KeyEntry {
        needs: Some(need),
        ..entry
    }
}

/// Every key; the order is that of messages and help.
pub(super) const KEYS: [KeyEntry; 15] = [
    entry(Key::Name, "name", KeyKind::Text, "name:firefox"),
    entry(Key::Pid, "pid", KeyKind::Number, "pid:4711"),
    entry(Key::Ppid, "ppid", KeyKind::Number, "ppid:1"),
    entry(Key::Tree, "tree", KeyKind::Id, "tree:4711"),
    entry(Key::User, "user", KeyKind::Text, "user:ana"),
    entry(Key::State, "state", KeyKind::Text, "state:running"),
    entry(Key::Cmd, "cmd", KeyKind::Text, "cmd:--verbose"),
    entry(Key::Cpu, "cpu", KeyKind::Measure, "cpu>10"),
    entry(Key::Mem, "mem", KeyKind::Bytes, "mem>200M"),
    entry(Key::Threads, "threads", KeyKind::Number, "threads>8"),
    needing(
        entry(Key::Port, "port", KeyKind::Id, "port:8080"),
        Need::Ports,
    ),
    needing(
        entry(Key::Cgroup, "cgroup", KeyKind::Text, "cgroup:docker"),
        Need::Cgroup,
    ),
    needing(
        entry(Key::Files, "files", KeyKind::Number, "files>1000"),
        Need::Descriptors,
    ),
    needing(
        entry(Key::Read, "read", KeyKind::Bytes, "read>1M"),
        Need::Io,
    ),
    needing(
        entry(Key::Write, "write", KeyKind::Bytes, "write>1M"),
        Need::Io,
    ),
];

impl Key {
    /// Its entry in [`KEYS`].
    pub(super) fn entry(self) -> Option<&'static KeyEntry> {
        KEYS.iter().find(|entry| entry.key == self)
    }
}

/// The states in the order of messages.
pub(super) const STATES: [ProcState; 13] = {
    let mut states = [ProcState::Active; 13];
    let (known, _) = states.split_at_mut(12);
    known.copy_from_slice(&ProcState::ALL);
    states
};

/// The names of the keys, for the message that lists them.
pub fn filter_keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|key| key.name)
}

/// An example of each key, for the help.
pub fn filter_examples() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|key| key.example)
}

/// The words of the states, for the message that lists them.
pub fn filter_states() -> impl Iterator<Item = &'static str> {
    STATES.iter().map(|state| state.word())
}

/// The states of a letter of the kernel's or of the beginning of a word.
pub(super) fn states_of(text: &str) -> Vec<ProcState> {
    let is_meant = |state: &ProcState| match text.as_bytes() {
        [letter] => state.letter().eq_ignore_ascii_case(letter),
        _ => state.word().starts_with(text),
    };
    STATES.into_iter().filter(is_meant).collect()
}
