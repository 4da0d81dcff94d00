//! Looking at a moment of the last ten minutes while the watching goes on. To hold the picture is to look at this moment.

use std::sync::Arc;
use std::time::Instant;

use super::arranger::ArrangeSource;
use super::state::Monitor;
use crate::monitor::{Moment, Snapshot};

impl Monitor {
    /// The newest snapshot, whatever is on screen: actions use this one.
    pub fn newest(&self) -> Option<&Arc<Snapshot>> {
        self.moment.newest.as_ref().map(|newest| &newest.snapshot)
    }

    /// Whether the picture on screen is one of before.
    pub fn is_looking_back(&self) -> bool {
        self.moment.looking_at.is_some()
    }

    /// Holds the picture still, or goes back to now.
    pub fn toggle_freeze(&mut self) {
        if self.is_looking_back() {
            self.back_to_now();
        } else {
            // What is on screen stays as it is, down to the places of its rows.
            self.moment.looking_at = self.moment_shown();
            self.rows.next = None;
            self.rows.is_jumping = false;
        }
    }

    /// Shows the moment that is nearest to a point in time.
    pub fn look_back_to(&mut self, at: Instant) {
        let past = self.moment.newest.as_ref().map(|newest| &newest.past);
        if let Some(moment) = past.and_then(|past| past.nearest(at)) {
            self.show_moment(Arc::clone(moment));
        }
    }

    /// Shows the moment before the one on screen; the oldest one stays.
    pub fn look_earlier(&mut self) {
        let past = self.moment.newest.as_ref().map(|newest| &newest.past);
        let shown = self.moment_shown();
        let earlier = shown.and_then(|shown| past?.earlier(shown));
        if let Some(moment) = earlier {
            self.show_moment(Arc::clone(moment));
        }
    }

    /// Shows the moment after the one on screen; after the newest comes now.
    pub fn look_later(&mut self) {
        let past = self.moment.newest.as_ref().map(|newest| &newest.past);
        let later = |shown| past?.later(shown).map(Arc::clone);
        match self.moment.looking_at.map(later) {
            Some(Some(moment)) => self.show_moment(moment),
            Some(None) => self.back_to_now(),
            None => {}
        }
    }

    /// Goes on with what is now.
    pub fn back_to_now(&mut self) {
        if self.moment.looking_at.take().is_some() {
            self.show_newest();
        }
    }

    /// The moment that is on screen, or on its way there.
    fn moment_shown(&self) -> Option<Instant> {
        let shown = self.shown.snapshot.as_ref();
        self.moment
            .looking_at
            .or_else(|| shown.map(|shown| shown.tick.instant))
    }

    fn show_newest(&mut self) {
        self.rows.next = self.moment.newest.as_deref().map(ArrangeSource::now);
        self.rows.is_jumping = true;
    }

    fn show_moment(&mut self, moment: Arc<Moment>) {
        self.moment.looking_at = Some(moment.at());
        self.rows.next = Some(ArrangeSource::Before(moment));
        self.rows.is_jumping = true;
    }
}
