//! What has ended, in documents that follow one another.

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

use super::field::Keys;
use super::field_set::FieldSet;
use super::known::rounded;
use super::slot::Slot;
use super::table::ProcessRecord;
use crate::monitor::ends::Ended;
use crate::monitor::event::Listening;
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::Snapshot;
use crate::os::connector::Refusal;
use crate::os::{Exit, signal};

/// The fields of a process that outlive it: of one that has ended those of them are told that were asked for.
pub const ENDED_FIELDS: [&str; 9] = [
    "name",
    "label",
    "ppid",
    "status",
    "username",
    "create_time",
    "cpu_times",
    "cmdline",
    "is_kernel_thread",
];

/// A process that has ended.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct EndedRecord {
    /// What was known of it last: of [`ENDED_FIELDS`] what was asked for. Its `unreadable` has the reasons of what stands below, too.
    #[serde(flatten)]
    pub process: ProcessRecord,
    /// When: RFC 3339, UTC.
    pub ended_at: String,
    /// Whether that is the very moment; otherwise it was seen to be gone then.
    pub is_exact: bool,
    /// The exit status, or -N for signal N, as in Python.
    #[serde(default)]
    pub exit_code: Slot<i32>,
    /// The name of the signal that ended it; absent if none did or if that is not known.
    #[serde(default, skip_serializing_if = "Slot::is_absent")]
    pub signal: Slot<String>,
    /// How long it lived, seconds; as exact as its end.
    pub lifetime: f64,
    /// Whether `cpu_times` is all it used; otherwise what it had used when it was seen last.
    pub is_cpu_final: bool,
    /// The most resident memory it is known to have had, bytes.
    #[serde(default)]
    pub peak_rss: Slot<u64>,
}

impl EndedRecord {
    /// Of one that has ended by this snapshot, with those of the fields that outlive it.
    pub fn new(ended: &Ended, snapshot: &Snapshot, fields: &FieldSet) -> Self {
        let mut process =
            ProcessRecord::of_row(&ended.row, snapshot, &fields.outliving(), Unread::Gone);
        if !ended.is_named {
            let names = [("name", &mut process.name), ("label", &mut process.label)];
            for (key, name) in names.into_iter().filter(|(_, name)| !name.is_absent()) {
                *name = Slot::Null;
                process
                    .unreadable
                    .insert(key.to_owned(), Unread::NotSampled);
            }
        }
        let exit = ended.exit.and_then(|exit| match exit {
            Exit::Unknown => Err(Unread::NotSampled),
            known => Ok(known),
        });
        let peak = ended.row.peak_rss_bytes;
        for (name, reason) in [("exit_code", exit.err()), ("peak_rss", peak.err())] {
            process
                .unreadable
                .extend(reason.map(|reason| (name.to_owned(), reason)));
        }
        Self {
            process,
            ended_at: format!("{:.3}", ended.at),
            is_exact: ended.is_exact,
            exit_code: exit
                .ok()
                .and_then(Exit::code)
                .map_or(Slot::Null, Slot::Value),
            signal: match exit {
                Ok(Exit::Signalled { signal }) => Slot::Value(signal::name(signal)),
                _ => Slot::Absent,
            },
            lifetime: rounded(ended.lifetime.as_secs_f64(), 1e3),
            is_cpu_final: ended.is_cpu_final,
            peak_rss: peak.ok().map_or(Slot::Null, Slot::Value),
        }
    }
}

/// A record, written with these keys.
pub(super) struct EndedWithKeys<'a>(pub &'a EndedRecord, pub Keys);

impl Serialize for EndedWithKeys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(ended, keys) = self;
        let mut map = serializer.serialize_map(None)?;
        ended.process.write_members(&mut map, *keys)?;
        map.serialize_entry("ended_at", &ended.ended_at)?;
        map.serialize_entry("is_exact", &ended.is_exact)?;
        map.serialize_entry("exit_code", &ended.exit_code)?;
        if !ended.signal.is_absent() {
            map.serialize_entry("signal", &ended.signal)?;
        }
        map.serialize_entry("lifetime", &ended.lifetime)?;
        map.serialize_entry("is_cpu_final", &ended.is_cpu_final)?;
        map.serialize_entry("peak_rss", &ended.peak_rss)?;
        map.end()
    }
}

/// Why a document does not tell everything of what has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// There was no look before this one.
    OneLook,
    /// The kernel has not said yet whether it tells.
    Unanswered,
    /// It told faster than could be taken in.
    Overrun,
    /// It does not tell.
    Refused(Refusal),
}

/// The same as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceRecord {
    /// For programs.
    pub code: String,
    /// For people.
    pub words: String,
}

impl Silence {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::OneLook,
        Self::Unanswered,
        Self::Overrun,
        Self::Refused(Refusal::Denied),
        Self::Refused(Refusal::NetworkNamespace),
        Self::Refused(Refusal::PidNamespace),
        Self::Refused(Refusal::NoDescriptors),
        Self::Refused(Refusal::Unsupported),
    ];

    /// Of a document that follows another one; `None` if nothing is missing. `is_overrun` if something was lost since then.
    pub const fn of(listening: Listening, is_overrun: bool) -> Option<Self> {
        match listening {
            Listening::Refused(refusal) => Some(Self::Refused(refusal)),
            Listening::Off => Some(Self::Unanswered),
            Listening::On if is_overrun => Some(Self::Overrun),
            Listening::On => None,
        }
    }

    /// For programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OneLook => "one_look",
            Self::Unanswered => "unanswered",
            Self::Overrun => "overrun",
            Self::Refused(refusal) => refusal.word(),
        }
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OneLook => {
                "one look tells what is there, not what has ended; proclab watch tells both"
            }
            Self::Unanswered => {
                "the kernel has not said yet whether it tells of ends: here is what two looks show"
            }
            Self::Overrun => {
                "more began and ended than could be taken in: of some only what two looks show is here"
            }
            Self::Refused(Refusal::Denied) => {
                "this kernel tells only root of ends (Linux 6.6 and newer tell everybody): here is what two looks show"
            }
            Self::Refused(Refusal::NetworkNamespace) => {
                "in this network namespace, as in most containers, the kernel tells of no ends: here is what two looks show"
            }
            Self::Refused(Refusal::PidNamespace) => {
                "the kernel tells of ends by the machine's pids, and this is a container with its own: here is what two \
looks show"
            }
            Self::Refused(Refusal::NoDescriptors) => {
                "too many files are open to hear the kernel tell of ends: here is what two looks show"
            }
            Self::Refused(Refusal::Unsupported) => {
                "this system tells of no ends: here is what two looks show"
            }
        }
    }

    /// As it is written.
    pub fn record(self) -> SilenceRecord {
        SilenceRecord {
            code: self.code().to_owned(),
            words: self.words().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::reading::Reading;
    use crate::monitor::source::scripted::{row, snapshot_of};

    fn ended(exit: Reading<Exit>) -> EndedRecord {
        let mut row = row(7, "make");
        row.peak_rss_bytes = Err(Unread::NotSampled);
        let snapshot = snapshot_of(vec![]);
        let ended = Ended {
            row,
            is_named: exit.is_ok(),
            exit,
            at: snapshot.tick.taken_at,
            instant: snapshot.tick.instant,
            is_exact: exit.is_ok(),
            lifetime: std::time::Duration::from_micros(1_234_567),
            is_cpu_final: false,
        };
        EndedRecord::new(&ended, &snapshot, &FieldSet::default())
    }

    #[test]
    fn an_end_is_a_code_a_signal_or_a_reason() {
        let record = ended(Ok(Exit::Signalled { signal: 9 }));
        assert_eq!(
            (record.exit_code, record.signal, record.lifetime),
            (Slot::Value(-9), Slot::Value("SIGKILL".to_owned()), 1.235)
        );
        assert_eq!(record.process.name, Slot::Value("make".to_owned()));
        let record = ended(Ok(Exit::Exited { status: 3 }));
        assert_eq!(
            (record.exit_code, record.signal),
            (Slot::Value(3), Slot::Absent)
        );
        let record = ended(Err(Unread::Denied));
        assert_eq!(
            (record.exit_code, record.signal),
            (Slot::Null, Slot::Absent)
        );
        assert_eq!(record.process.name, Slot::Null);
        let reasons = record.process.unreadable;
        assert_eq!(reasons["name"], Unread::NotSampled);
        assert_eq!(reasons["exit_code"], Unread::Denied);
        assert_eq!(reasons["peak_rss"], Unread::NotSampled);
    }

    #[test]
    fn what_is_written_is_what_is_read_in_both_languages() {
        for keys in [Keys::En, Keys::Zh] {
            let record = ended(Ok(Exit::Signalled { signal: 15 }));
            let text = serde_json::to_string(&EndedWithKeys(&record, keys)).unwrap();
            assert_eq!(text.contains("\"name\""), keys == Keys::En, "{text}");
            assert_eq!(serde_json::from_str::<EndedRecord>(&text).unwrap(), record);
        }
    }
}
