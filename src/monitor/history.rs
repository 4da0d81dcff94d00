//! The last ten minutes behind the curves: bounded, and with gaps where nothing was known.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::detail::{OwnIo, ProcessDetail};
use super::figure::{CURVED, FigureId};
use super::moments::Past;
use super::process::ProcessRow;
use super::snapshot::{Snapshot, Tick};
use crate::os::ProcKey;

/// How far back it reaches.
pub const HISTORY_SPAN: Duration = Duration::from_mins(10);

/// Points kept at most, whatever the interval.
const POINT_CAP: usize = 2_400;

/// Processes followed at most; the one followed longest gives way.
const FOLLOW_CAP: usize = 16;

/// One point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Seconds before the `now` that was asked for; never negative.
    pub seconds_ago: f64,
    /// `None` is a gap: nothing was known then. Not a zero.
    pub value: Option<f64>,
}

/// A curve of the last ten minutes.
#[derive(Clone, Debug, Default)]
pub struct Series {
    points: VecDeque<(Instant, Option<f64>)>,
}

impl Series {
    /// Appends what was (or was not) known at `at`.
    pub fn push(&mut self, at: Instant, value: Option<f64>) {
        self.points.push_back((at, value));
        while self.points.len() > POINT_CAP
            || self
                .points
                .front()
                .is_some_and(|&(first, _)| at.saturating_duration_since(first) > HISTORY_SPAN)
        {
            self.points.pop_front();
        }
    }

    /// The points, oldest first.
    pub fn points(&self, now: Instant) -> impl ExactSizeIterator<Item = Point> + '_ {
        self.points.iter().map(move |&(at, value)| Point {
            seconds_ago: now.saturating_duration_since(at).as_secs_f64(),
            value,
        })
    }

    /// The points up to a moment, oldest first, in seconds before that.
    pub fn points_until(&self, at: Instant) -> impl Iterator<Item = Point> + '_ {
        let later = self.points.partition_point(|&(point, _)| point <= at);
        self.points(at).take(later)
    }

    /// The newest value; `None` if there is none or it is a gap.
    pub fn latest(&self) -> Option<f64> {
        self.points.back()?.1
    }

    /// The largest value; `None` if all is gap.
    pub fn max(&self) -> Option<f64> {
        self.points
            .iter()
            .filter_map(|&(_, value)| value)
            .max_by(f64::total_cmp)
    }

    /// How far back it reaches.
    pub fn span(&self) -> Duration {
        match (self.points.front(), self.points.back()) {
            (Some((first, _)), Some((last, _))) => last.saturating_duration_since(*first),
            _ => Duration::ZERO,
        }
    }
}

/// The curves of one process.
#[derive(Clone, Debug, Default)]
pub struct ProcessSeries {
    /// Those of [`CURVED`].
    curves: [FigureCurve; CURVED.len()],
    /// When its input and output were read last, and how much it had read and written by then.
    io: Option<(Instant, OwnIo)>,
}

/// The curve of a figure.
#[derive(Clone, Debug, Default)]
struct FigureCurve {
    series: Series,
    /// Whether its row has it: what is read on demand is known while it is wanted, or while the detail is open.
    is_in_row: bool,
}

impl ProcessSeries {
    /// The curve of a figure; `None` if it has none.
    pub fn of(&self, id: FigureId) -> Option<&Series> {
        let place = CURVED.iter().position(|curved| *curved == id)?;
        self.curves.get(place).map(|curve| &curve.series)
    }

    fn curve(&mut self, id: FigureId) -> Option<&mut FigureCurve> {
        let place = CURVED.iter().position(|curved| *curved == id)?;
        self.curves.get_mut(place)
    }

    fn push(&mut self, id: FigureId, at: Instant, value: Option<f64>) {
        if let Some(curve) = self.curve(id) {
            curve.series.push(at, value);
        }
    }

    fn is_in_row(&self, id: FigureId) -> bool {
        let mut curves = CURVED.iter().zip(&self.curves);
        curves.any(|(curved, curve)| *curved == id && curve.is_in_row)
    }

    /// Takes in what the row of a moment had; without one it has ended, or not begun. `has_cpu` if its CPU use too.
    fn record_row(&mut self, at: Instant, row: Option<&ProcessRow>, has_cpu: bool) {
        for (id, curve) in CURVED.into_iter().zip(&mut self.curves) {
            let figure = id.figure();
            let value = row.and_then(|row| figure.number(row).ok());
            let is_known = if figure.needs.is_some() {
                let was_in_row = std::mem::replace(&mut curve.is_in_row, value.is_some());
                was_in_row || curve.is_in_row
            } else {
                id != FigureId::Cpu || has_cpu
            };
            if is_known {
                curve.series.push(at, value);
            }
        }
    }
}

/// Curves of the machine and of the processes that are followed.
#[derive(Clone, Debug, Default)]
pub struct History {
    cpu_percent: Series,
    memory_used_bytes: Series,
    followed: VecDeque<(ProcKey, ProcessSeries)>,
    last: Option<(u64, Instant)>,
}

impl History {
    /// Takes a snapshot in; one that it has already is left alone.
    pub fn record(&mut self, snapshot: &Snapshot) {
        let tick = snapshot.tick;
        if let Some((number, at)) = self.last {
            if number >= tick.number {
                return;
            }
            // After a pause the curve must not be drawn through.
            if is_pause(tick.instant.saturating_duration_since(at), tick.interval) {
                let before = tick
                    .instant
                    .checked_sub(tick.interval)
                    .unwrap_or(tick.instant);
                self.push(before, None, None, |_| None);
            }
        }
        self.last = Some((tick.number, tick.instant));
        let machine = &snapshot.machine;
        self.push(
            tick.instant,
            machine.cpu_percent.ok().map(f64::from),
            machine.memory_used_bytes.ok().map(|bytes| bytes as f64),
            |key| snapshot.row(key),
        );
    }

    /// Begins to keep the curves of a process, with what is known already: its trail has each second of its CPU use, the
    /// moments before that and the rest. It stays followed until many others have been; its end is a gap.
    pub fn follow(
        &mut self,
        key: ProcKey,
        trail: impl Iterator<Item = (Instant, Option<f64>)>,
        past: &Past,
    ) {
        if self.process(key).is_some() {
            return;
        }
        if self.followed.len() >= FOLLOW_CAP {
            self.followed.pop_front();
        }
        let mut series = ProcessSeries::default();
        let mut trail = trail.peekable();
        let trail_from = trail.peek().map(|&(at, _)| at);
        let known = past
            .moments()
            .skip_while(|moment| moment.row(key).is_none());
        let mut before: Option<Tick> = None;
        for moment in known {
            let (tick, row) = (moment.tick(), moment.row(key));
            let pause = before.replace(tick).and_then(|before| pause(before, tick));
            for (at, row) in pause
                .map(|at| (at, None))
                .into_iter()
                .chain([(tick.instant, row)])
            {
                series.record_row(at, row, trail_from.is_none_or(|from| at < from));
            }
        }
        for (at, value) in trail {
            series.push(FigureId::Cpu, at, value);
        }
        self.followed.push_back((key, series));
    }

    /// Takes in what a followed process has fetched and sent; between two looks at it, `interval` apart or nearly so, there
    /// is a rate.
    pub fn record_io(&mut self, detail: &ProcessDetail, interval: Duration) {
        let series = self.followed.iter_mut();
        let Some((_, series)) = series.into_iter().find(|(key, _)| *key == detail.key) else {
            return;
        };
        let at = detail.instant;
        let Ok(io) = detail.own_io else {
            return;
        };
        // Its row may tell it already.
        let Some((before, known)) = series.io.filter(|_| !series.is_in_row(FigureId::IoRead))
        else {
            series.io = Some((at, io));
            return;
        };
        let span = at.saturating_duration_since(before);
        // Looking from another side is another look, at once.
        if span < interval / 4 {
            return;
        }
        series.io = Some((at, io));
        let is_known = io.beginning == known.beginning && !is_pause(span, interval);
        let [read, write] = [
            io.read_bytes.checked_sub(known.read_bytes),
            io.write_bytes.checked_sub(known.write_bytes),
        ]
        .map(|grown| {
            let grown = grown.filter(|_| is_known)?;
            Some(grown as f64 / span.as_secs_f64())
        });
        series.push(FigureId::IoRead, at, read);
        series.push(FigureId::IoWrite, at, write);
    }

    /// CPU use of the machine, 0 to 100.
    pub fn cpu_percent(&self) -> &Series {
        &self.cpu_percent
    }

    /// Memory in use, bytes.
    pub fn memory_used_bytes(&self) -> &Series {
        &self.memory_used_bytes
    }

    /// The curves of a process; `None` if it is not followed.
    pub fn process(&self, key: ProcKey) -> Option<&ProcessSeries> {
        self.followed
            .iter()
            .find(|(followed, _)| *followed == key)
            .map(|(_, series)| series)
    }

    fn push<'a>(
        &mut self,
        at: Instant,
        cpu: Option<f64>,
        memory: Option<f64>,
        row_of: impl Fn(ProcKey) -> Option<&'a ProcessRow>,
    ) {
        self.cpu_percent.push(at, cpu);
        self.memory_used_bytes.push(at, memory);
        for (key, series) in &mut self.followed {
            series.record_row(at, row_of(*key), true);
        }
    }
}

/// Where a curve between two moments must have a gap; looks that were left out between them are none.
fn pause(before: Tick, after: Tick) -> Option<Instant> {
    let interval = before.interval.max(after.interval);
    let left_out = after.number.saturating_sub(before.number + 1);
    let looked = interval.saturating_mul(left_out.try_into().unwrap_or(u32::MAX));
    let span = after.instant.saturating_duration_since(before.instant);
    let is_gap = is_pause(span.saturating_sub(looked), interval);
    is_gap.then(|| after.instant.checked_sub(interval).unwrap_or(after.instant))
}

/// True for so long a time between two looks that a curve must not be drawn through it.
fn is_pause(span: Duration, interval: Duration) -> bool {
    span > interval.saturating_mul(5) / 2 + Duration::from_millis(500)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::detail::{Aspect, Look};
    use crate::monitor::extra::Extra;
    use crate::monitor::picture::Pictures;
    use crate::monitor::reading::{Reading, Unread};
    use crate::monitor::source::scripted::{row, snapshot_of};

    fn at_second(start: Instant, second: u64, cpu: Reading<f32>) -> Snapshot {
        let mut snapshot = snapshot_of(vec![row(7, "seven")]);
        snapshot.tick.number = second + 1;
        snapshot.tick.instant = start + Duration::from_secs(second);
        snapshot.machine.cpu_percent = cpu;
        snapshot
    }

    #[test]
    fn unknown_is_a_gap_and_ten_minutes_are_kept() {
        let start = Instant::now();
        let mut history = History::default();
        history.record(&at_second(start, 0, Err(Unread::NotSampled)));
        assert_eq!(history.cpu_percent().latest(), None);
        for second in 1..1_000 {
            history.record(&at_second(start, second, Ok(second as f32 / 10.0)));
        }
        let now = start + Duration::from_secs(1_000);
        let points: Vec<_> = history.cpu_percent().points(now).collect();
        assert_eq!(points.len(), 601);
        assert!((points.first().unwrap().seconds_ago - 601.0).abs() < 1e-9);
        assert_eq!(history.cpu_percent().span(), HISTORY_SPAN);
        let at = start + Duration::from_secs(500);
        let until: Vec<_> = history.cpu_percent().points_until(at).collect();
        let last = until.last().and_then(|point| point.value).unwrap();
        assert!((until.len(), (last * 10.0).round() as u32) == (102, 500));
        assert!((history.cpu_percent().max().unwrap() - 99.9).abs() < 1e-4);
    }

    #[test]
    fn a_pause_is_a_gap_and_a_snapshot_counts_once() {
        let start = Instant::now();
        let mut history = History::default();
        for second in [0, 1, 1, 60] {
            history.record(&at_second(start, second, Ok(5.0)));
        }
        let values: Vec<_> = history
            .cpu_percent()
            .points(start)
            .map(|point| point.value)
            .collect();
        assert_eq!(values, [Some(5.0), Some(5.0), None, Some(5.0)]);
    }

    #[test]
    fn a_followed_process_leaves_a_gap_when_it_ends() {
        let start = Instant::now();
        let mut history = History::default();
        let mut snapshot = at_second(start, 0, Ok(1.0));
        snapshot.rows[0].cpu_percent = Ok(50.0);
        snapshot.rows[0].rss_bytes = Ok(4096);
        let key = snapshot.rows[0].key;
        let known = [(start, Some(20.0))];
        history.follow(key, known.into_iter(), &Past::default());
        history.record(&snapshot);
        let mut later = at_second(start, 1, Ok(1.0));
        later.rows.clear();
        history.record(&later);
        let followed = history.process(key).unwrap();
        let values =
            |series: &Series| -> Vec<_> { series.points(start).map(|point| point.value).collect() };
        assert_eq!(
            values(followed.of(FigureId::Cpu).unwrap()),
            [Some(20.0), Some(50.0), None],
            "the table had known it before"
        );
        assert_eq!(
            values(followed.of(FigureId::Memory).unwrap()),
            [Some(4096.0), None]
        );
    }

    #[test]
    fn input_and_output_are_rates_over_the_time_that_was_measured() {
        let start = Instant::now();
        let snapshot = at_second(start, 0, Err(Unread::NotSampled));
        let key = snapshot.rows[0].key;
        let mut history = History::default();
        history.follow(key, std::iter::empty(), &Past::default());
        let look = |milliseconds, read_bytes: Option<u64>| {
            let mut tick = snapshot.tick;
            tick.instant = start + Duration::from_millis(milliseconds);
            let look = Look::At(Aspect::Overview);
            let mut detail = ProcessDetail::unread(key, look, tick, Unread::Denied);
            detail.own_io = read_bytes.map_or(Err(Unread::Denied), |read_bytes| {
                Ok(OwnIo {
                    read_bytes,
                    // Between 61 and 62 seconds it collects a child.
                    beginning: u32::from(milliseconds > 61_000),
                    ..OwnIo::default()
                })
            });
            detail
        };
        let interval = Duration::from_secs(1);
        for (milliseconds, bytes) in [
            (0, Some(1_000)),
            (100, Some(9_000)),
            (2_000, Some(5_000)),
            (3_000, None),
            (4_000, Some(9_000)),
            (60_000, Some(9_999)),
            (61_000, Some(9_999)),
            (62_000, Some(9_999)),
        ] {
            history.record_io(&look(milliseconds, bytes), interval);
        }
        let series = history.process(key).unwrap();
        let values: Vec<_> = series
            .of(FigureId::IoRead)
            .unwrap()
            .points(start)
            .map(|point| point.value)
            .collect();
        assert_eq!(
            values,
            [Some(2_000.0), Some(2_000.0), None, Some(0.0), None]
        );
    }

    #[test]
    fn what_the_moments_knew_comes_with_whoever_is_followed() {
        let start = Instant::now();
        let mut pictures = Pictures::that_remember();
        let mut history = History::default();
        let mut past = Past::default();
        let at_second = |second: u64| {
            let mut snapshot = at_second(start, second, Err(Unread::NotSampled));
            snapshot.rows[0].cpu_percent = Ok(second as f32);
            snapshot.rows[0].rss_bytes = Ok(second << 10);
            // A column wants it from the second second on.
            if second >= 2 {
                snapshot.rows[0].extra.io_read_rate = Ok(second as f64);
                snapshot.rows[0].extra.io_write_rate = Ok(0.0);
            }
            snapshot
        };
        let key = at_second(0).rows[0].key;
        for second in 0..5 {
            history.record(&at_second(second));
            past = pictures.picture(at_second(second)).past;
        }
        let at = |second| start + Duration::from_secs(second);
        // The trail begins at the third second.
        let trail = [(at(3), Some(30.0)), (at(4), Some(40.0))];
        history.follow(key, trail.into_iter(), &past);
        history.record(&at_second(5));
        let mut detail = ProcessDetail::unread(
            key,
            Look::At(Aspect::Overview),
            at_second(5).tick,
            Unread::Denied,
        );
        detail.own_io = Ok(OwnIo {
            read_bytes: 9_999,
            ..OwnIo::default()
        });
        for _ in 0..2 {
            history.record_io(&detail, Duration::from_secs(1));
            detail.instant += Duration::from_secs(1);
        }
        let series = history.process(key).unwrap();
        let values = |series: &Series| -> Vec<_> {
            let points = series.points(start);
            points.filter_map(|point| point.value).collect()
        };
        let cpu = [0.0, 1.0, 2.0, 30.0, 40.0, 5.0];
        assert_eq!(values(series.of(FigureId::Cpu).unwrap()), cpu);
        assert_eq!(values(series.of(FigureId::Memory).unwrap()).len(), 6);
        assert_eq!(
            values(series.of(FigureId::IoRead).unwrap()),
            [2.0, 3.0, 4.0, 5.0]
        );
        // Nobody wants it any more: a gap, and then what the detail tells.
        let mut unwanted = at_second(6);
        unwanted.rows[0].extra = Extra::NONE;
        history.record(&unwanted);
        detail.instant = at(7);
        history.record_io(&detail, Duration::from_secs(1));
        let series = history.process(key).unwrap();
        let points: Vec<_> = series
            .of(FigureId::IoRead)
            .unwrap()
            .points(start)
            .skip(3)
            .collect();
        let values = points.iter().map(|point| point.value);
        assert_eq!(values.collect::<Vec<_>>(), [Some(5.0), None, Some(0.0)]);
    }

    #[test]
    fn a_pause_between_moments_is_a_gap_and_one_left_out_is_none() {
        let start = Instant::now();
        let mut pictures = Pictures::that_remember();
        let mut past = Past::default();
        // Looks 4 to 30 are none of the moments; between the last two nobody looked.
        for (number, second) in [(1, 1), (2, 2), (3, 3), (31, 31), (32, 92)] {
            let mut snapshot = at_second(start, second, Err(Unread::NotSampled));
            snapshot.tick.number = number;
            snapshot.rows[0].cpu_percent = Ok(number as f32);
            snapshot.rows[0].rss_bytes = Ok(number);
            past = pictures.picture(snapshot).past;
        }
        let mut history = History::default();
        let key = row(7, "seven").key;
        history.follow(key, std::iter::empty(), &past);
        let series = history.process(key).unwrap();
        let known = [
            Some(1.0),
            Some(2.0),
            Some(3.0),
            Some(31.0),
            None,
            Some(32.0),
        ];
        for series in [
            series.of(FigureId::Cpu).unwrap(),
            series.of(FigureId::Memory).unwrap(),
        ] {
            let points = series.points(start).map(|point| point.value);
            assert_eq!(points.collect::<Vec<_>>(), known);
        }
    }
}
