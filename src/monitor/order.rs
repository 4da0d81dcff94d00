//! The order of rows by each column.

use std::cmp::Ordering;

use super::column::{ColumnId, Direction};
use super::extra::Extra;
use super::process::ProcessRow;
use super::reading::Reading;

impl ColumnId {
    /// Order of two rows by this column. Rows without a value stand last in *both* directions; equal rows are told apart by
    /// the caller.
    pub fn compare(self, a: &ProcessRow, b: &ProcessRow, direction: Direction) -> Ordering {
        match self {
            Self::Name => directed(text_order(a.label(), b.label()), direction),
            Self::Pid => directed(a.key.pid.cmp(&b.key.pid), direction),
            Self::User => unread_last(&a.username, &b.username, direction, |a, b| text_order(a, b)),
            Self::State => directed(
                a.shown_state().word().cmp(b.shown_state().word()),
                direction,
            ),
            Self::Cpu => unread_last(&a.cpu_percent, &b.cpu_percent, direction, f32::total_cmp),
            Self::Memory => unread_last(&a.rss_bytes, &b.rss_bytes, direction, Ord::cmp),
            Self::Threads => unread_last(&a.num_threads, &b.num_threads, direction, Ord::cmp),
            Self::Started => directed(a.key.start_ticks.cmp(&b.key.start_ticks), direction),
            Self::Parent => unread_last(&parent(a), &parent(b), direction, Ord::cmp),
            Self::CommandLine => unread_last(&a.cmdline, &b.cmdline, direction, |a, b| {
                text_order(a.text(), b.text())
            }),
            Self::UserTime => unread_last(&a.cpu_times, &b.cpu_times, direction, |a, b| {
                a.user.total_cmp(&b.user)
            }),
            Self::SystemTime => unread_last(&a.cpu_times, &b.cpu_times, direction, |a, b| {
                a.system.total_cmp(&b.system)
            }),
            Self::Nice => unread_last(&a.nice, &b.nice, direction, Ord::cmp),
            Self::VirtualMemory => unread_last(&a.vsize_bytes, &b.vsize_bytes, direction, Ord::cmp),
            Self::Terminal => unread_last(&a.terminal, &b.terminal, direction, Ord::cmp),
            Self::Exe => unread_last(&a.exe, &b.exe, direction, Ord::cmp),
            Self::IoRead => extra(a, b, |extra| &extra.io_read_rate, direction, f64::total_cmp),
            Self::IoWrite => extra(
                a,
                b,
                |extra| &extra.io_write_rate,
                direction,
                f64::total_cmp,
            ),
            Self::Descriptors => extra(a, b, |extra| &extra.num_fds, direction, Ord::cmp),
            Self::RunQueue => extra(
                a,
                b,
                |extra| &extra.run_queue_percent,
                direction,
                f32::total_cmp,
            ),
            Self::MajorFaults => unread_last(&a.page_faults, &b.page_faults, direction, |a, b| {
                a.major.cmp(&b.major)
            }),
            Self::Priority => unread_last(&a.scheduling, &b.scheduling, direction, |a, b| {
                a.priority.cmp(&b.priority)
            }),
            Self::Policy => unread_last(&a.scheduling, &b.scheduling, direction, |a, b| {
                a.policy.word().cmp(b.policy.word())
            }),
            Self::WaitChannel => extra(a, b, |extra| &extra.wait_channel, direction, Ord::cmp),
            Self::OomScore => extra(a, b, |extra| &extra.oom_score, direction, Ord::cmp),
            Self::Cgroup => extra(a, b, |extra| &extra.cgroup, direction, Ord::cmp),
            Self::Ports => unread_last(&listening(a), &listening(b), direction, Ord::cmp),
        }
    }
}

fn extra<T>(
    a: &ProcessRow,
    b: &ProcessRow,
    of: impl Fn(&Extra) -> &Reading<T>,
    direction: Direction,
    order: impl FnOnce(&T, &T) -> Ordering,
) -> Ordering {
    unread_last(of(&a.extra), of(&b.extra), direction, order)
}

/// Who listens nowhere has nothing to be ordered by.
fn listening(row: &ProcessRow) -> Reading<&[u16]> {
    row.extra
        .ports
        .as_ref()
        .and_then(|ports| match &*ports.listening {
            [] => Reading::NotApplicable,
            ports => Reading::Value(ports),
        })
}

fn parent(row: &ProcessRow) -> Reading<u32> {
    match row.ppid {
        0 => Reading::NotApplicable,
        ppid => Reading::Value(ppid),
    }
}

fn directed(order: Ordering, direction: Direction) -> Ordering {
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}

fn unread_last<T>(
    a: &Reading<T>,
    b: &Reading<T>,
    direction: Direction,
    order: impl FnOnce(&T, &T) -> Ordering,
) -> Ordering {
    match (a.value(), b.value()) {
        (Some(a), Some(b)) => directed(order(a, b), direction),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// As in a dictionary: case matters only between words that are otherwise the same.
pub(super) fn text_order(a: &str, b: &str) -> Ordering {
    let folded = a.bytes().map(|byte| byte.to_ascii_lowercase());
    folded
        .cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
        .then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::arrange::{Line, Subject};
    use crate::monitor::source::Source as _;
    use crate::monitor::source::scripted::{ScriptedSource, row, snapshot_of};
    use crate::monitor::{COLUMNS, CellContext, Query, Sort};

    #[test]
    fn unknown_values_stand_last_in_both_directions() {
        let mut known = row(1, "a");
        known.cpu_percent = Reading::Value(0.0);
        let mut unknown = row(2, "b");
        unknown.cpu_percent = Reading::NotSampled;
        for direction in [Direction::Ascending, Direction::Descending] {
            assert_eq!(
                ColumnId::Cpu.compare(&known, &unknown, direction),
                Ordering::Less
            );
        }
        assert_eq!(text_order("Beta", "alpha"), Ordering::Greater);
        assert_eq!(text_order("a", "A"), Ordering::Greater);
    }

    #[test]
    fn in_every_column_cells_without_a_value_stand_last() {
        let mut source = ScriptedSource::new(300, 5);
        let snapshot = source.sample(snapshot_of(Vec::new()).tick);
        let context = CellContext {
            snapshot: &snapshot,
            zone: &jiff::tz::TimeZone::UTC,
            cpu_unit: crate::monitor::unit::CpuUnit::OneCore,
        };
        for column in COLUMNS.map(|column| column.id) {
            for direction in [Direction::Ascending, Direction::Descending] {
                let query = Query {
                    show_kernel_threads: true,
                    sort: vec![Sort { column, direction }],
                    ..Query::default()
                };
                let lines = query.run(&snapshot).lines;
                let is_known = |line: &Line| match line.subject {
                    Subject::Process(index) => column
                        .cell(&snapshot.rows[index as usize], context)
                        .is_value(),
                    Subject::Ended(_) | Subject::Program(_) => false,
                };
                assert!(
                    lines.is_sorted_by_key(|line| !is_known(line)),
                    "{column:?} {direction:?}"
                );
            }
        }
    }
}
