//! Takes documents from a source.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use thiserror::Error;

use super::field::Keys;
use super::field_set::{EnvironMode, FieldSet};
use super::record::Document;
use super::selection::SelectionRecord;
use super::table::ProcessRecord;
use crate::monitor::detail::Look;
use crate::monitor::ends::{Ended, Ends};
use crate::monitor::extra::Wanted;
use crate::monitor::fact::Freshness;
use crate::monitor::filter::Filter;
use crate::monitor::process::{ProcState, ProcessRow};
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::{LimitedView, Snapshot, Tick};
use crate::monitor::source::Source;
use crate::os::{ProcKey, processes};
use crate::text::{Sentence, Worded, worded};

/// Over how long CPU % and I/O rates are measured, unless it is said: long enough for a figure, short enough to wait for.
pub const SHORT_SPAN: Duration = Duration::from_millis(250);

/// What a document shall hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Only these processes; all if empty.
    pub pids: Vec<u32>,
    /// Of these, only those that pass.
    pub filter: Filter,
    /// Which fields.
    pub fields: FieldSet,
    /// What is done with the environment, if it is among the fields.
    pub environ: Option<EnvironMode>,
    /// How the fields are called.
    pub keys: Keys,
    /// The time between two readings.
    pub span: Duration,
}

impl Request {
    fn wanted(&self) -> Wanted {
        let wanted = self.fields.wanted().and(self.filter.needs());
        wanted.looking_at(self.filter.facts())
    }
}

impl Default for Request {
    /// Every process with the fields that come without being asked for.
    fn default() -> Self {
        Self {
            pids: Vec::new(),
            filter: Filter::default(),
            fields: FieldSet::default(),
            environ: None,
            keys: Keys::default(),
            span: SHORT_SPAN,
        }
    }
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TakeError {
    /// Nobody has this pid.
    NoSuchPid(u32),
    /// It is there, and its files are not.
    Hidden(u32),
    /// Too many files are open, in this program or on the machine, to read every process.
    NoDescriptors,
    /// It has ended before it could be read twice.
    Ended(u32),
}

impl Worded for TakeError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::NoSuchPid(pid) => Sentence::new("document-no-pid").with("pid", pid.to_string()),
            Self::Hidden(pid) => Sentence::new("document-hidden").with("pid", pid.to_string()),
            Self::NoDescriptors => Sentence::new("document-no-descriptors"),
            Self::Ended(pid) => Sentence::new("document-ended").with("pid", pid.to_string()),
        }
    }
}

worded!(TakeError);

/// Reads the processes of a source again and again, and makes documents of them.
pub struct Taker<'a> {
    source: &'a mut dyn Source,
    request: &'a Request,
    /// The processes that the pids named at first; a pid that passes to another is not followed.
    chosen: Vec<ProcKey>,
    snapshot: Snapshot,
    /// What has ended, if that is followed.
    ends: Option<Following>,
}

/// What has ended from one look to the next.
#[derive(Default)]
struct Following {
    ends: Ends,
    /// Since the look before.
    news: Vec<Arc<Ended>>,
    /// Whom the document before tells of, alive or ended.
    told: HashSet<ProcKey>,
    /// How often, by the look before, more was told than could be taken in.
    losses: u64,
    is_overrun: bool,
}

impl<'a> Taker<'a> {
    /// Reads for the first time, so that a wrong pid is told at once. Rates need a second reading.
    pub fn new(source: &'a mut dyn Source, request: &'a Request) -> Result<Self, TakeError> {
        Self::as_fresh_as(source, request, Freshness::EveryLook)
    }

    fn as_fresh_as(
        source: &'a mut dyn Source,
        request: &'a Request,
        freshness: Freshness,
    ) -> Result<Self, TakeError> {
        source.want(request.wanted().as_fresh_as(freshness));
        let snapshot = source.sample(Tick::now(1, request.span));
        if snapshot.limited_view == Some(LimitedView::NoDescriptors) {
            return Err(TakeError::NoDescriptors);
        }
        let mut pids = request.pids.clone();
        pids.sort_unstable();
        pids.dedup();
        let chosen = pids.into_iter().map(|pid| {
            let row = snapshot.row_by_pid(pid);
            row.map(|row| row.key)
                .ok_or_else(|| missing(pid, &snapshot))
        });
        Ok(Self {
            chosen: chosen.collect::<Result<_, _>>()?,
            source,
            request,
            snapshot,
            ends: None,
        })
    }

    /// The same, and follows what ends from one reading to the next.
    pub fn following_ends(
        source: &'a mut dyn Source,
        request: &'a Request,
    ) -> Result<Self, TakeError> {
        // Before the first look, so that nothing ends unheard after it.
        source.hear(true);
        let mut taker = Self::new(source, request)?;
        taker.ends = Some(Following::default());
        taker.follow(None);
        Ok(taker)
    }

    /// Reads once more. All that is told of processes and filtered by is read anew.
    pub fn read_again(&mut self) {
        let wanted = self.request.wanted();
        self.source.want(wanted.as_fresh_as(Freshness::EveryLook));
        let number = self.snapshot.tick.number + 1;
        let now = self.source.sample(Tick::now(number, self.request.span));
        let before = std::mem::replace(&mut self.snapshot, now);
        self.follow(Some(&before));
    }

    fn follow(&mut self, before: Option<&Snapshot>) {
        if let Some(following) = &mut self.ends {
            let heard = self.source.hear(true);
            following.is_overrun = heard.losses > following.losses;
            following.losses = heard.losses;
            following.news = following.ends.advance(before, &mut self.snapshot, heard);
        }
    }

    /// The first of the processes named by pid that is there no more.
    pub fn first_ended(&self) -> Option<u32> {
        let mut chosen = self.chosen.iter();
        let ended = chosen.find(|key| self.snapshot.row(**key).is_none());
        ended.map(|key| key.pid)
    }

    /// True if processes were named by pid and all of them have ended.
    pub fn all_ended(&self) -> bool {
        let is_there = |key: &ProcKey| self.snapshot.row(*key).is_some();
        // Who cannot be read for want of descriptors has not ended.
        let is_all_seen = self.snapshot.limited_view != Some(LimitedView::NoDescriptors);
        is_all_seen && !self.chosen.is_empty() && !self.chosen.iter().any(is_there)
    }

    /// True if the processes named by pid have ended and how one of them did may still be told: a look can miss it before
    /// its end is heard.
    pub fn is_end_unheard(&self) -> bool {
        let is_unheard = |ended: &Arc<Ended>| {
            self.chosen.contains(&ended.row.key) && matches!(ended.exit, Err(Unread::NotSampled))
        };
        let following = self.ends.as_ref();
        self.all_ended() && following.is_some_and(|following| following.news.iter().any(is_unheard))
    }

    /// Takes in what has been told since the last reading, without another one.
    pub fn hear_again(&mut self) {
        let Some(following) = &mut self.ends else {
            return;
        };
        let heard = self.source.hear(true);
        following.is_overrun |= heard.losses > following.losses;
        following.losses = heard.losses;
        let before = self.snapshot.clone();
        let late = following
            .ends
            .advance(Some(&before), &mut self.snapshot, heard);
        // Who is told again is told better.
        let is_again = |known: &Arc<Ended>| late.iter().any(|late| late.row.key == known.row.key);
        following.news.retain(|known| !is_again(known));
        following.news.extend(late);
        following.news.sort_by_key(|ended| ended.instant);
    }

    /// What was read last, as a document.
    pub fn document(&mut self) -> Document {
        let snapshot = &self.snapshot;
        let passes = |row: &&ProcessRow| {
            (self.chosen.is_empty() || self.chosen.contains(&row.key))
                && self.request.filter.matches(row, snapshot)
        };
        let rows = snapshot.rows.iter().filter(passes);
        let records = rows
            .filter_map(|row| record(self.source, snapshot, row, self.request))
            .collect();
        let mut document = Document::new(snapshot, records);
        document.keys = self.request.keys;
        document.selection = SelectionRecord::of(self.request);
        if let Some(following) = &mut self.ends {
            // Who has ended has no CPU % and no memory to pass by: who passed until then does.
            let is_ours = |ended: &&Arc<Ended>| {
                passes(&&ended.row) || following.told.contains(&ended.row.key)
            };
            let news: Vec<_> = following.news.iter().filter(is_ours).collect();
            if snapshot.tick.number > 1 {
                let ended = news.iter().map(|ended| &***ended);
                let fields = &self.request.fields;
                document.tell_ended(ended, snapshot, fields, following.is_overrun);
            }
            let ended = news.iter().map(|ended| ended.row.key);
            following.told = ended
                .chain(document.processes.iter().map(ProcessRecord::key))
                .collect();
        }
        document
    }
}

/// Reads the processes and makes a document. Takes the request's span and more if something in it is a rate: not on a thread
/// that draws.
pub fn take(source: &mut dyn Source, request: &Request) -> Result<Document, TakeError> {
    let needs_span = request.fields.needs_span() || request.filter.needs_span();
    // Of a first look that is not the last nothing is told.
    let freshness = if needs_span {
        Freshness::NotRead
    } else {
        Freshness::EveryLook
    };
    let mut taker = Taker::as_fresh_as(source, request, freshness)?;
    if needs_span {
        thread::sleep(request.span);
        taker.read_again();
        if taker.snapshot.limited_view == Some(LimitedView::NoDescriptors) {
            return Err(TakeError::NoDescriptors);
        }
        if let Some(pid) = taker.first_ended() {
            return Err(TakeError::Ended(pid));
        }
    }
    Ok(taker.document())
}

/// A document of rows of a picture that was taken before. What is asked for beyond them is read now, one process after the
/// other, and `done` is called after each, which may break it off, so that there is none: not on a thread that draws.
pub fn document_of<'a>(
    source: &mut dyn Source,
    snapshot: &Snapshot,
    rows: impl IntoIterator<Item = &'a ProcessRow>,
    request: &Request,
    mut done: impl FnMut() -> ControlFlow<()>,
) -> Option<Document> {
    let mut records = Vec::new();
    for row in rows {
        records.extend(record(source, snapshot, row, request));
        if done().is_break() {
            return None;
        }
    }
    let mut document = Document::new(snapshot, records);
    document.keys = request.keys;
    Some(document)
}

/// Why a pid is not in a snapshot.
fn missing(pid: u32, snapshot: &Snapshot) -> TakeError {
    if snapshot.limited_view == Some(LimitedView::HidePid) && processes::is_there(pid) {
        TakeError::Hidden(pid)
    } else {
        TakeError::NoSuchPid(pid)
    }
}

/// The record of a row; `None` if it turns out not to pass the filter.
///
/// What the row knows stands as it is there, so that a field has one value, and the one by which the row has passed.
fn record(
    source: &mut dyn Source,
    snapshot: &Snapshot,
    row: &ProcessRow,
    request: &Request,
) -> Option<ProcessRecord> {
    let fields = &request.fields;
    let of_row = |reason| Some(ProcessRecord::of_row(row, snapshot, fields, reason));
    // Kernels before 6.2 do not tell it in passing, and a picture has it only if somebody wanted to see it.
    let uncounted = matches!(
        row.extra.num_fds,
        Err(Unread::Unsupported | Unread::NotSampled)
    );
    let must_count = fields.has("num_fds") && uncounted;
    if !fields.needs_detail() && !must_count {
        return of_row(Unread::NotSampled);
    }
    let detail = source.detail(row.key, Look::Record, snapshot.tick);
    if detail.state == Err(Unread::NoDescriptors) {
        return of_row(Unread::NoDescriptors);
    }
    // It ended after the snapshot: what that says still holds.
    if detail.is_gone() {
        return of_row(Unread::Gone);
    }
    if detail.is_zombie() && row.state != ProcState::Zombie {
        return of_row(Unread::Zombie);
    }
    let environ = request.environ.unwrap_or(EnvironMode::Redact);
    let uid = detail.uids.map(|ids| ids.real);
    if uid.is_ok() && uid != row.uid {
        // It has become another user after the snapshot, and the ids are told with the name.
        let mut row = row.clone();
        let username = detail.username.clone().map(Into::into);
        (row.uid, row.username) = (uid, username);
        let passes = request.filter.matches(&row, snapshot);
        return passes.then(|| ProcessRecord::new(&detail, &row, snapshot, fields, environ));
    }
    Some(ProcessRecord::new(&detail, row, snapshot, fields, environ))
}
