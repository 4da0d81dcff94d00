//! A machine that tests step by hand.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use proclab::app::feed::Feed;
use proclab::monitor::ends::keep_last_words;
use proclab::monitor::event::{Happening, ProcessEvent};
use proclab::monitor::extra::Wanted;
use proclab::monitor::{
    Ends, Heard, Listening, Look, Picture, Pictures, ProcessDetail, Snapshot, Source as _, Tick,
};
use proclab::os::ProcKey;

use crate::machine::ScriptedSource;

/// An invented machine without a thread: it moves on only when [`Self::advance`] is called. Clones share it.
#[derive(Clone)]
pub struct ScriptedFeed {
    shared: Rc<RefCell<Scripted>>,
}

/// Changes a process's row.
type Change = Box<dyn Fn(&mut ProcessDetail)>;

struct Scripted {
    source: ScriptedSource,
    number: u64,
    begun: Instant,
    pictures: Pictures,
    picture: Option<Arc<Picture>>,
    detail: Option<Arc<ProcessDetail>>,
    wanted: Wanted,
    ends: Ends,
    heard: Heard,
    is_listening: bool,
    /// Whether the picture is one that was shown.
    is_shown: bool,
    selected: Option<(ProcKey, Look)>,
    change: Option<Change>,
    own: Option<ProcKey>,
}

impl ScriptedFeed {
    /// A machine with about that many processes that has been looked at twice.
    pub fn new(processes: u32) -> Self {
        let feed = Self {
            shared: Rc::new(RefCell::new(Scripted {
                source: ScriptedSource::new(processes, 7),
                number: 0,
                begun: Instant::now(),
                pictures: Pictures::that_remember(),
                picture: None,
                detail: None,
                selected: None,
                wanted: Wanted::default(),
                ends: Ends::default(),
                heard: Heard {
                    listening: Listening::On,
                    ..Heard::default()
                },
                is_listening: false,
                is_shown: false,
                change: None,
                own: None,
            })),
        };
        feed.advance();
        feed.advance();
        feed
    }

    /// One second passes.
    pub fn advance(&self) {
        let mut shared = self.shared.borrow_mut();
        shared.number += 1;
        let tick = shared.tick();
        let snapshot = shared.source.sample(tick);
        shared.publish(snapshot);
        shared.read_detail();
    }

    /// Replaces the picture, e.g. by one with chosen rows. What the invented machine had has not ended by that; what an
    /// earlier picture shown so had, has.
    pub fn show(&self, mut snapshot: Snapshot) {
        let mut shared = self.shared.borrow_mut();
        shared.number += 1;
        snapshot.tick = shared.tick();
        if !std::mem::replace(&mut shared.is_shown, true) {
            shared.picture = None;
            shared.pictures = Pictures::that_remember();
            shared.ends = Ends::default();
        }
        shared.publish(snapshot);
    }

    /// Adds process events to the next picture; their times count from the picture before.
    pub fn tell(&self, events: impl IntoIterator<Item = (Duration, u32, Happening)>) {
        let mut shared = self.shared.borrow_mut();
        let begun = shared.tick().instant;
        let event = |(after, pid, kind)| ProcessEvent {
            at: begun + after,
            pid,
            kind,
        };
        shared.heard.events.extend(events.into_iter().map(event));
    }

    /// Whether process events arrive, and how often some were lost.
    pub fn hear(&self, listening: Listening, losses: u64) {
        let heard = &mut self.shared.borrow_mut().heard;
        heard.listening = listening;
        heard.losses = losses;
    }

    /// The process whose detail is asked for, and how much of it.
    pub fn selected(&self) -> Option<(ProcKey, Look)> {
        self.shared.borrow().selected
    }

    /// What rows are asked for beyond what they always have.
    pub fn wanted(&self) -> Wanted {
        self.shared.borrow().wanted
    }

    /// Says which of the processes is the one that looks; to be called before there is a window.
    pub fn looks_from(&self, own: ProcKey) {
        self.shared.borrow_mut().own = Some(own);
    }

    /// Changes every detail from now on, e.g. to one with chosen facts.
    pub fn change_detail(&self, change: impl Fn(&mut ProcessDetail) + 'static) {
        let mut shared = self.shared.borrow_mut();
        shared.change = Some(Box::new(change));
        shared.read_detail();
    }
}

impl Scripted {
    fn tick(&self) -> Tick {
        // The script has a calendar of its own, so that pictures of it do not change with the day.
        let start = Timestamp::from_second(1_790_003_600).unwrap_or_default();
        Tick {
            number: self.number,
            instant: self.begun + Duration::from_secs(self.number),
            taken_at: start
                .saturating_add(SignedDuration::from_secs(
                    self.number.try_into().unwrap_or(0),
                ))
                .unwrap_or(start),
            interval: Duration::from_secs(1),
        }
    }

    fn publish(&mut self, mut snapshot: Snapshot) {
        let kept = Heard {
            listening: self.heard.listening,
            losses: self.heard.losses,
            ..Heard::default()
        };
        let mut heard = std::mem::replace(&mut self.heard, kept);
        if !self.is_listening {
            heard = Heard::default();
        }
        let before = self.picture.as_ref().map(|before| &*before.snapshot);
        if let Some(before) = before {
            keep_last_words(before, &mut snapshot);
        }
        self.ends.advance(before, &mut snapshot, heard);
        self.picture = Some(Arc::new(self.pictures.picture(snapshot)));
    }

    fn read_detail(&mut self) {
        let tick = self.tick();
        self.detail = self.selected.map(|(key, look)| {
            let mut detail = self.source.detail(key, look, tick);
            if let Some(change) = &self.change {
                change(&mut detail);
            }
            Arc::new(detail)
        });
    }
}

impl Feed for ScriptedFeed {
    fn picture(&self) -> Option<Arc<Picture>> {
        self.shared.borrow().picture.clone()
    }

    fn detail(&self) -> Option<Arc<ProcessDetail>> {
        self.shared.borrow().detail.clone()
    }

    fn select(&self, selected: Option<(ProcKey, Look)>) {
        let mut shared = self.shared.borrow_mut();
        shared.selected = selected;
        shared.read_detail();
    }

    fn want(&self, wanted: Wanted) {
        self.shared.borrow_mut().wanted = wanted;
    }

    fn listen(&self, is_listening: bool) {
        self.shared.borrow_mut().is_listening = is_listening;
    }

    fn set_interval(&self, _interval: Duration) {}

    fn is_alive(&self) -> bool {
        true
    }

    fn is_root(&self) -> bool {
        false
    }

    fn own(&self) -> Option<ProcKey> {
        self.shared.borrow().own
    }
}
