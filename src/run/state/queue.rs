//! The queues of a run: each item's way from the process that put it to the one that got it.

use std::collections::{BTreeSet, HashMap};

use super::ProcessIx;
use super::task::value_text;
use super::timeline::{SpanId, StepSeries, Timeline};
use crate::run::event::{ItemData, RunTime};

/// A queue.
#[derive(Clone, Debug)]
pub struct QueueState {
    /// Its name.
    pub name: String,
    /// How many items it holds; 0 for no limit, `None` when its creation was never told.
    pub maxsize: Option<u32>,
    /// When it was created.
    pub created: Option<RunTime>,
    /// Items in the order in which they were first told of.
    pub items: Vec<ItemState>,
    /// How many items were in it when, as the main counted.
    pub depth: StepSeries,
    /// The stays of items in the queue.
    pub stays: Timeline<Stay>,
    /// Sentinels put.
    pub sentinels_put: u64,
    /// Sentinels got.
    pub sentinels_got: u64,
    /// Items put, sentinels not counted.
    pub put: u64,
    /// Items got, sentinels and items given back not counted.
    pub got: u64,
    /// Items in the queue now, sentinels not counted.
    pub waiting: u64,
    /// Sentinels in the queue now.
    pub sentinels_waiting: u64,
    /// The most rows that [`Stay::row`] ever used.
    pub rows: u32,
    by_number: HashMap<u64, usize>,
    /// Rows below `rows` that no item in the queue has.
    free_rows: BTreeSet<u32>,
}

/// An item of a queue.
#[derive(Clone, Debug)]
pub struct ItemState {
    /// Its number, from 1 in the order in which the queue took them.
    pub number: u64,
    /// It as text.
    pub text: String,
    /// Whether it is the sentinel None.
    pub is_sentinel: bool,
    /// Who put it; `None` for the main and when that was never told.
    pub producer: Option<ProcessIx>,
    /// The pid that put it; `None` when that was never told.
    pub producer_pid: Option<u32>,
    /// The main's step that put it.
    pub step: Option<u32>,
    /// When it was put.
    pub put: Option<RunTime>,
    /// When it was got last.
    pub got: Option<RunTime>,
    /// Who got it last.
    pub consumer: Option<ProcessIx>,
    /// How often it was handed out or is about to be, from 1.
    pub attempt: u32,
    stay: Option<SpanId>,
}

/// The time that an item spent in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// The place of the item in [`QueueState::items`].
    pub item: usize,
    /// A row, from 0, that no other item had in that time.
    pub row: u32,
}

impl QueueState {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            maxsize: None,
            created: None,
            items: Vec::new(),
            depth: StepSeries::default(),
            stays: Timeline::default(),
            sentinels_put: 0,
            sentinels_got: 0,
            put: 0,
            got: 0,
            waiting: 0,
            sentinels_waiting: 0,
            rows: 0,
            by_number: HashMap::new(),
            free_rows: BTreeSet::new(),
        }
    }

    /// The limit, where there is one.
    pub fn limit(&self) -> Option<u32> {
        self.maxsize.filter(|size| *size > 0)
    }

    fn item_place(&mut self, data: &ItemData) -> usize {
        if let Some(place) = self.by_number.get(&data.number) {
            return *place;
        }
        let place = self.items.len();
        let is_sentinel = data.item.is_none() && data.value_bytes.is_none();
        let text = match (&data.item, &data.value_preview) {
            (Some(serde_json::Value::String(text)), _) => text.clone(),
            (Some(value), _) => value_text(value),
            (None, Some(preview)) => preview.clone(),
            (None, None) if is_sentinel => "None".to_owned(),
            (None, None) => String::new(),
        };
        self.items.push(ItemState {
            number: data.number,
            text,
            is_sentinel,
            producer: None,
            producer_pid: None,
            step: None,
            put: None,
            got: None,
            consumer: None,
            attempt: data.attempt,
            stay: None,
        });
        self.by_number.insert(data.number, place);
        place
    }

    fn begin_stay(&mut self, place: usize, t: RunTime) {
        let row = self.free_rows.pop_first().unwrap_or_else(|| {
            self.rows = self.rows.saturating_add(1);
            self.rows - 1
        });
        let span = self.stays.begin(t, Stay { item: place, row });
        if let Some(item) = self.items.get_mut(place) {
            item.stay = Some(span);
            let is_sentinel = item.is_sentinel;
            *self.waiting_of_kind(is_sentinel) += 1;
        }
    }

    fn waiting_of_kind(&mut self, is_sentinel: bool) -> &mut u64 {
        if is_sentinel {
            &mut self.sentinels_waiting
        } else {
            &mut self.waiting
        }
    }

    fn end_stay(&mut self, place: usize, t: RunTime) {
        let Some(item) = self.items.get_mut(place) else {
            return;
        };
        let Some(span) = item.stay.take() else {
            return;
        };
        let is_sentinel = item.is_sentinel;
        let waiting = self.waiting_of_kind(is_sentinel);
        *waiting = waiting.saturating_sub(1);
        if let Some(stay) = self.stays.get(span) {
            self.free_rows.insert(stay.what.row);
        }
        self.stays.end(span, t);
    }

    pub(super) fn put(&mut self, t: RunTime, data: &ItemData, by: Option<ProcessIx>) {
        let place = self.item_place(data);
        self.depth.set(t, i64::from(data.depth));
        let Some(item) = self.items.get_mut(place) else {
            return;
        };
        if item.put.is_some() {
            return;
        }
        item.put = Some(t);
        item.producer = by;
        item.producer_pid = Some(data.pid);
        item.step = data.step;
        let already_got = item.got.is_some();
        if item.is_sentinel {
            self.sentinels_put += 1;
        } else {
            self.put += 1;
        }
        if !already_got {
            self.begin_stay(place, t);
        }
    }

    /// Returns the item's place.
    pub(super) fn got(&mut self, t: RunTime, data: &ItemData, by: Option<ProcessIx>) -> usize {
        let place = self.item_place(data);
        self.depth.set(t, i64::from(data.depth));
        self.end_stay(place, t);
        if let Some(item) = self.items.get_mut(place) {
            if item.got.is_none() {
                if item.is_sentinel {
                    self.sentinels_got += 1;
                } else {
                    self.got += 1;
                }
            }
            item.got = Some(t);
            item.consumer = by;
            item.attempt = item.attempt.max(data.attempt);
        }
        place
    }

    /// Returns the item's place.
    pub(super) fn returned(&mut self, t: RunTime, data: &ItemData) -> usize {
        let place = self.item_place(data);
        self.depth.set(t, i64::from(data.depth));
        let Some(item) = self.items.get_mut(place) else {
            return place;
        };
        if item.stay.is_some() {
            return place;
        }
        if item.got.take().is_some() {
            if item.is_sentinel {
                self.sentinels_got = self.sentinels_got.saturating_sub(1);
            } else {
                self.got = self.got.saturating_sub(1);
            }
        }
        item.consumer = None;
        item.attempt = item.attempt.max(data.attempt);
        self.begin_stay(place, t);
        place
    }
}
