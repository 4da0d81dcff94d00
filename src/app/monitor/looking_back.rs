//! Looking at a moment of the last ten minutes while the watching goes on. To hold the picture is to look at this moment.

use std::sync::Arc;
use std::time::Instant;

use super::state::Monitor;
use crate::monitor::Snapshot;
use crate::monitor::shortage::Leaders;

impl Monitor {
    /// What is now, whatever is on screen: whoever acts on processes asks here.
    pub fn newest(&self) -> Option<&Arc<Snapshot>> {
        self.newest.as_ref()
    }

    /// Whether the picture on screen is one of before.
    pub fn is_looking_back(&self) -> bool {
        self.is_looking_back
    }

    /// Holds the picture still, or goes back to now.
    pub fn toggle_freeze(&mut self) {
        if self.is_looking_back {
            self.back_to_now();
        } else if let Some(newest) = self.newest.clone() {
            self.show_moment(newest);
        }
    }

    /// Shows the moment that is nearest to a point in time.
    pub fn look_back_to(&mut self, at: Instant) {
        if let Some(moment) = self.moments.nearest(at) {
            self.show_moment(Arc::new(moment));
        }
    }

    /// Shows the moment before the one on screen; the oldest one stays.
    pub fn look_earlier(&mut self) {
        let shown = self.snapshot.as_ref().map(|shown| shown.tick.instant);
        if let Some(moment) = shown.and_then(|shown| self.moments.earlier(shown)) {
            self.show_moment(Arc::new(moment));
        }
    }

    /// Shows the moment after the one on screen; after the newest comes now.
    pub fn look_later(&mut self) {
        if !self.is_looking_back {
            return;
        }
        let shown = self.snapshot.as_ref().map(|shown| shown.tick.instant);
        match shown.and_then(|shown| self.moments.later(shown)) {
            Some(moment) => self.show_moment(Arc::new(moment)),
            None => self.back_to_now(),
        }
    }

    /// Goes on with what is now.
    pub fn back_to_now(&mut self) {
        if let Some(newest) = self.newest.clone() {
            self.show_moment(newest);
        }
        self.is_looking_back = false;
    }

    fn show_moment(&mut self, moment: Arc<Snapshot>) {
        self.leaders = Leaders::of(&moment);
        self.order.forget_changes();
        self.snapshot = Some(moment);
        self.is_looking_back = true;
        self.is_stale = true;
    }
}
