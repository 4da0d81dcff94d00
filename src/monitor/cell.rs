//! The text of a cell: what a column shows of a row.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::column::ColumnId;
use super::process::ProcessRow;
use super::reading::{Reading, Unread};
use super::snapshot::Snapshot;
use super::unit::{CpuUnit, bytes_text, cpu_time_text, percent_text};

/// What a cell needs beside its row.
#[derive(Clone, Copy, Debug)]
pub struct CellContext<'a> {
    /// The snapshot the row is from.
    pub snapshot: &'a Snapshot,
    /// The zone in which times are shown.
    pub zone: &'a TimeZone,
    /// What 100 % of CPU use is.
    pub cpu_unit: CpuUnit,
}

impl ColumnId {
    /// The text of a cell, made on demand: only what is in sight is ever formatted.
    pub fn cell<'a>(self, row: &'a ProcessRow, context: CellContext<'a>) -> Reading<Cow<'a, str>> {
        match self {
            Self::Name => Reading::Value(Cow::Borrowed(row.label())),
            Self::Pid => Reading::Value(row.key.pid.to_string().into()),
            Self::User => row.username.as_ref().map(|name| Cow::Borrowed(&**name)),
            Self::State => Reading::Value(row.shown_state().word().into()),
            Self::Cpu => row
                .cpu_percent
                .as_ref()
                .map(|&percent| percent_text(context.cpu_unit.percent(percent)).into()),
            Self::Memory => row
                .rss_bytes
                .as_ref()
                .map(|&bytes| bytes_text(bytes).into()),
            Self::Threads => row
                .num_threads
                .as_ref()
                .map(|count| count.to_string().into()),
            Self::Started => started_text(row.create_time, context).into(),
            Self::Parent => match (row.ppid, context.snapshot.parent_of(row)) {
                (0, _) => Reading::NotApplicable,
                (ppid, Some(parent)) => Reading::Value(format!("{} {ppid}", parent.label()).into()),
                (ppid, None) => Reading::Value(ppid.to_string().into()),
            },
            Self::CommandLine => row
                .cmdline
                .as_ref()
                .map(|cmdline| Cow::Borrowed(cmdline.text())),
            Self::UserTime => row
                .cpu_times
                .as_ref()
                .map(|times| cpu_time_text(times.user).into()),
            Self::SystemTime => row
                .cpu_times
                .as_ref()
                .map(|times| cpu_time_text(times.system).into()),
            Self::Nice => row.nice.as_ref().map(|nice| nice.to_string().into()),
            Self::VirtualMemory => row
                .vsize_bytes
                .as_ref()
                .map(|&bytes| bytes_text(bytes).into()),
            Self::Terminal => row
                .terminal
                .as_ref()
                .map(|path| Cow::Borrowed(path.strip_prefix("/dev/").unwrap_or(path))),
            Self::Exe => row.exe.as_ref().map(|path| Cow::Borrowed(&**path)),
            Self::IoRead => rate_text(row.extra.io_read_rate),
            Self::IoWrite => rate_text(row.extra.io_write_rate),
            Self::Descriptors => row.extra.num_fds.map(|count| count.to_string().into()),
            Self::RunQueue => row
                .extra
                .run_queue_percent
                .map(|percent| percent_text(percent).into()),
            Self::MajorFaults => row
                .page_faults
                .map(|faults| faults.major.to_string().into()),
            Self::Priority => row
                .scheduling
                .map(|scheduling| scheduling.priority.to_string().into()),
            Self::Policy => row
                .scheduling
                .map(|scheduling| scheduling.policy.word().into()),
            Self::WaitChannel => shared_text(&row.extra.wait_channel),
            Self::OomScore => row.extra.oom_score.map(|score| score.to_string().into()),
            Self::Cgroup => shared_text(&row.extra.cgroup),
            Self::Ports => row.extra.ports.as_ref().map(|ports| ports.text().into()),
        }
    }
}

fn shared_text(text: &Reading<Arc<str>>) -> Reading<Cow<'_, str>> {
    text.as_ref().map(|text| Cow::Borrowed(&**text))
}

fn rate_text(rate: Reading<f64>) -> Reading<Cow<'static, str>> {
    rate.map(|bytes| bytes_text(bytes.round() as u64).into())
}

/// The local time of a start: of today only the hour, of other days the date too.
fn started_text(create_time: f64, context: CellContext<'_>) -> Result<Cow<'static, str>, Unread> {
    let start = jiff::Timestamp::from_second(create_time as i64)
        .map_err(|_out_of_range| Unread::Unsupported)?;
    let start = start.to_zoned(context.zone.clone());
    let today = context
        .snapshot
        .tick
        .taken_at
        .to_zoned(context.zone.clone())
        .date();
    let format = if start.date() == today {
        "%H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M"
    };
    Ok(start.strftime(format).to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::process::CommandLine;
    use crate::monitor::source::scripted::{row, snapshot_of};

    #[test]
    fn cells_show_values_or_say_why_not() {
        let mut parent = row(1, "init");
        parent.key.start_ticks = 1;
        let mut child = row(20, "worker");
        child.ppid = 1;
        child.cpu_percent = Reading::Value(286.96);
        child.rss_bytes = Reading::Value(1_572_864);
        child.exe = Reading::Denied;
        child.cmdline = Reading::Value(CommandLine::new(vec!["worker".into(), "-v".into()]).into());
        let snapshot = snapshot_of(vec![child, parent]);
        let context = CellContext {
            snapshot: &snapshot,
            zone: &TimeZone::UTC,
            cpu_unit: CpuUnit::OneCore,
        };
        let child = snapshot.row_by_pid(20).unwrap();
        let cell = |id: ColumnId| id.cell(child, context).map(Cow::into_owned);
        assert_eq!(cell(ColumnId::Cpu), Reading::Value("287.0".into()));
        assert_eq!(cell(ColumnId::Memory), Reading::Value("1.5 MB".into()));
        assert_eq!(cell(ColumnId::Parent), Reading::Value("init 1".into()));
        assert_eq!(
            cell(ColumnId::CommandLine),
            Reading::Value("worker -v".into())
        );
        assert_eq!(cell(ColumnId::Exe), Reading::Denied);
        let parent = snapshot.row_by_pid(1).unwrap();
        assert_eq!(
            ColumnId::Parent.cell(parent, context),
            Reading::NotApplicable
        );
    }

    #[test]
    fn a_start_of_today_shows_no_date() {
        let mut snapshot = snapshot_of(vec![row(1, "a")]);
        snapshot.tick.taken_at = jiff::Timestamp::from_second(1_790_000_000).unwrap();
        let context = CellContext {
            snapshot: &snapshot,
            zone: &TimeZone::UTC,
            cpu_unit: CpuUnit::OneCore,
        };
        assert_eq!(started_text(1_789_999_999.9, context).unwrap(), "14:13:19");
        assert_eq!(
            started_text(1_780_000_000.0, context).unwrap(),
            "2026-05-28 20:26"
        );
    }
}
