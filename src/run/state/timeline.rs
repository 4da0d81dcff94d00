//! Spans and step figures over time, kept so that what is in sight is found by binary search.

use crate::run::event::RunTime;

/// A stretch of time and what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Span<T> {
    /// When it began.
    pub start: RunTime,
    /// When it ended; `None` while it goes on or when its end was never told.
    pub end: Option<RunTime>,
    /// What it was.
    pub what: T,
}

impl<T> Span<T> {
    /// Its end as far as known at `now`.
    pub fn end_or(&self, now: RunTime) -> RunTime {
        self.end.unwrap_or(now).max(self.start)
    }
}

/// A span of one [`Timeline`], stable while spans are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanId(u32);

const OPEN: RunTime = RunTime { micros: u64::MAX };

/// Spans of one lane. They may come in any order and may overlap; finding those in sight costs a binary search.
#[derive(Clone, Debug)]
pub struct Timeline<T> {
    spans: Vec<Span<T>>,
    /// Ids sorted by start, in order of arrival where starts are equal.
    order: Vec<u32>,
    /// For each place in `order`, the latest end of all spans up to it: it never falls, so it can be searched.
    reach: Vec<RunTime>,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self {
            spans: Vec::new(),
            order: Vec::new(),
            reach: Vec::new(),
        }
    }
}

impl<T> Timeline<T> {
    /// How many spans there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Adds a span that goes on until [`Timeline::end`] is told of its end.
    pub fn begin(&mut self, start: RunTime, what: T) -> SpanId {
        let id = u32::try_from(self.spans.len()).unwrap_or(u32::MAX);
        let at = self.seek_after(start);
        self.spans.push(Span {
            start,
            end: None,
            what,
        });
        self.order.insert(at, id);
        self.reach.insert(at, OPEN);
        self.mend_reach(at);
        SpanId(id)
    }

    /// Ends a span; the first end told is the one that counts, and none lies before its start.
    pub fn end(&mut self, id: SpanId, end: RunTime) {
        let Some(span) = self.spans.get_mut(id.0 as usize) else {
            return;
        };
        if span.end.is_some() {
            return;
        }
        let start = span.start;
        span.end = Some(end.max(start));
        let from = self.place_of(id, start);
        self.mend_reach(from);
    }

    /// A span by its id.
    pub fn get(&self, id: SpanId) -> Option<&Span<T>> {
        self.spans.get(id.0 as usize)
    }

    /// A span by its id, to add to what it was.
    pub fn get_mut(&mut self, id: SpanId) -> Option<&mut Span<T>> {
        self.spans.get_mut(id.0 as usize)
    }

    /// The span at a place in order of start.
    pub fn at(&self, place: usize) -> Option<&Span<T>> {
        self.spans.get(*self.order.get(place)? as usize)
    }

    /// The last span in order of start.
    pub fn last(&self) -> Option<&Span<T>> {
        self.at(self.order.len().checked_sub(1)?)
    }

    /// The places of the spans that may touch `from..=to`. A span behind a longer one may have ended before `from`.
    pub fn places(&self, from: RunTime, to: RunTime) -> std::ops::Range<usize> {
        let low = self.reach.partition_point(|reach| *reach < from);
        let high = self.seek_after(to);
        low..high.max(low)
    }

    /// The first place whose span begins after `t`.
    pub fn seek_after(&self, t: RunTime) -> usize {
        self.order
            .partition_point(|id| self.spans.get(*id as usize).is_some_and(|s| s.start <= t))
    }

    /// The spans that touch `from..=to`, in order of start.
    pub fn in_range(&self, from: RunTime, to: RunTime) -> impl Iterator<Item = &Span<T>> {
        self.places(from, to)
            .filter_map(|place| self.at(place))
            .filter(move |span| span.end.is_none_or(|end| end >= from))
    }

    /// All spans, in order of start.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Span<T>> {
        self.order
            .iter()
            .filter_map(|id| self.spans.get(*id as usize))
    }

    fn place_of(&self, id: SpanId, start: RunTime) -> usize {
        // Ids with one start stand in rising order.
        self.order.partition_point(|other| {
            self.spans
                .get(*other as usize)
                .is_some_and(|s| (s.start, *other) < (start, id.0))
        })
    }

    fn mend_reach(&mut self, from: usize) {
        let mut reach = from
            .checked_sub(1)
            .and_then(|before| self.reach.get(before).copied())
            .unwrap_or_default();
        for (id, slot) in self.order.iter().zip(&mut self.reach).skip(from) {
            let end = self
                .spans
                .get(*id as usize)
                .and_then(|span| span.end)
                .unwrap_or(OPEN);
            reach = reach.max(end);
            *slot = reach;
        }
    }
}

/// A value from one moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Since when.
    pub t: RunTime,
    /// What it is from then on.
    pub value: i64,
}

/// A figure that changes in steps, such as how many tasks wait.
#[derive(Clone, Debug, Default)]
pub struct StepSeries {
    points: Vec<Step>,
    peak: i64,
}

impl StepSeries {
    /// Says what the value was from `t` on, as the last word about that moment.
    pub fn set(&mut self, t: RunTime, value: i64) {
        let at = self.points.partition_point(|p| p.t <= t);
        self.peak = self.peak.max(value);
        match at.checked_sub(1).and_then(|i| self.points.get_mut(i)) {
            Some(point) if point.t == t => point.value = value,
            _ => self.points.insert(at, Step { t, value }),
        }
    }

    /// Says that the value changed by `delta` at `t`: what is known of later moments changes with it.
    pub fn add(&mut self, t: RunTime, delta: i64) {
        let at = self.points.partition_point(|p| p.t <= t);
        let before = at
            .checked_sub(1)
            .and_then(|i| self.points.get(i).copied())
            .unwrap_or(Step { t, value: 0 });
        let first = if at > 0 && before.t == t {
            at - 1
        } else {
            self.points.insert(
                at,
                Step {
                    t,
                    value: before.value,
                },
            );
            at
        };
        for point in self.points.iter_mut().skip(first) {
            point.value += delta;
            self.peak = self.peak.max(point.value);
        }
    }

    /// The value at `t`; 0 before anything was said.
    pub fn value_at(&self, t: RunTime) -> i64 {
        self.points
            .partition_point(|p| p.t <= t)
            .checked_sub(1)
            .and_then(|i| self.points.get(i))
            .map_or(0, |p| p.value)
    }

    /// The last value.
    pub fn last(&self) -> i64 {
        self.points.last().map_or(0, |p| p.value)
    }

    /// No value was ever above this.
    pub fn peak(&self) -> i64 {
        self.peak
    }

    /// The steps in sight, and the one before that says how it began.
    pub fn in_range(&self, from: RunTime, to: RunTime) -> &[Step] {
        let low = self.points.partition_point(|p| p.t <= from);
        let high = self.points.partition_point(|p| p.t <= to);
        self.points
            .get(low.saturating_sub(1)..high)
            .unwrap_or_default()
    }

    /// Whether nothing was ever said.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(seconds: f64) -> RunTime {
        RunTime::from_seconds(seconds)
    }

    #[test]
    fn spans_in_sight_are_found_in_any_order_of_arrival() {
        let mut line = Timeline::default();
        let b = line.begin(s(2.0), 'b');
        let a = line.begin(s(1.0), 'a');
        let c = line.begin(s(3.0), 'c');
        line.end(b, s(2.5));
        line.end(a, s(1.5));
        let seen = |line: &Timeline<char>, from, to| -> String {
            line.in_range(s(from), s(to))
                .map(|span| span.what)
                .collect()
        };
        assert_eq!(seen(&line, 0.0, 9.0), "abc");
        assert_eq!(seen(&line, 1.6, 2.1), "b");
        assert_eq!(seen(&line, 2.6, 2.9), "");
        assert_eq!(seen(&line, 8.0, 9.0), "c", "an open span goes on");
        line.end(c, s(1.0));
        assert_eq!(
            line.get(c).unwrap().end,
            Some(s(3.0)),
            "no end before its start"
        );
        line.end(c, s(7.0));
        assert_eq!(
            line.get(c).unwrap().end,
            Some(s(3.0)),
            "the first end counts"
        );
        assert_eq!(seen(&line, 8.0, 9.0), "");
    }

    #[test]
    fn a_long_span_hides_none_behind_it() {
        let mut line = Timeline::default();
        let long = line.begin(s(0.0), 'l');
        for i in 1_u8..10 {
            let id = line.begin(s(f64::from(i)), 'x');
            line.end(id, s(f64::from(i) + 0.5));
        }
        line.end(long, s(20.0));
        let seen: String = line.in_range(s(15.0), s(16.0)).map(|x| x.what).collect();
        assert_eq!(seen, "l");
        assert_eq!(line.places(s(15.0), s(16.0)), 0..10);
    }

    #[test]
    fn deltas_may_come_late() {
        let mut waiting = StepSeries::default();
        waiting.add(s(1.0), 1);
        waiting.add(s(3.0), -1);
        waiting.add(s(2.0), 1);
        waiting.add(s(2.0), 1);
        assert_eq!(waiting.value_at(s(0.5)), 0);
        assert_eq!(waiting.value_at(s(1.5)), 1);
        assert_eq!(waiting.value_at(s(2.0)), 3);
        assert_eq!(waiting.last(), 2);
        assert_eq!(waiting.peak(), 3);
        assert_eq!(waiting.in_range(s(1.5), s(2.5)).len(), 2);
    }

    #[test]
    fn depths_may_come_late_and_twice() {
        let mut depth = StepSeries::default();
        depth.set(s(1.0), 1);
        depth.set(s(3.0), 0);
        depth.set(s(2.0), 2);
        depth.set(s(2.0), 3);
        assert_eq!(depth.value_at(s(2.5)), 3);
        assert_eq!(depth.value_at(s(3.0)), 0);
        assert_eq!(depth.in_range(s(0.0), s(9.0)).len(), 3);
        assert!(depth.in_range(s(0.0), s(0.5)).is_empty());
    }
}
