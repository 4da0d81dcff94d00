//! What was read about the selected process: of each aspect the last that was readable, so that going back to one shows it
//! at once and the end of the process leaves what was known.

use std::sync::Arc;

use crate::monitor::detail::{Aspect, Look};
use crate::monitor::{ProcState, ProcessDetail};
use crate::os::ProcKey;

/// The details of one process.
#[derive(Debug, Default)]
pub struct DetailCache {
    of: Option<ProcKey>,
    known: Vec<(Aspect, Arc<ProcessDetail>)>,
}

impl DetailCache {
    /// Takes in what was read last. Nothing is kept of another process than the one that is shown.
    pub fn take(&mut self, shown: Option<ProcKey>, newest: Option<Arc<ProcessDetail>>) {
        if self.of != shown {
            self.of = shown;
            self.known.clear();
        }
        let Some(new) = newest.filter(|detail| Some(detail.key) == shown) else {
            return;
        };
        let Look::At(aspect) = new.look else {
            return;
        };
        let place = self.known.iter().position(|(known, _)| *known == aspect);
        match place.and_then(|place| self.known.get_mut(place)) {
            _ if new.is_gone() => {}
            // A zombie has hardly any details left, but Why must explain the zombie.
            Some((_, old)) if is_zombie(&new) && !is_zombie(old) && aspect != Aspect::Why => {}
            Some((_, old)) => *old = new,
            None => self.known.push((aspect, new)),
        }
    }

    /// What is known of an aspect; `None` before it was read.
    pub fn at(&self, aspect: Aspect) -> Option<&Arc<ProcessDetail>> {
        let known = self.known.iter().find(|(known, _)| *known == aspect);
        known.map(|(_, detail)| detail)
    }
}

fn is_zombie(detail: &ProcessDetail) -> bool {
    detail.state == Ok(ProcState::Zombie)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::source::scripted::{row, snapshot_of};
    use crate::monitor::{Reading, Unread};

    #[test]
    fn each_aspect_is_kept_and_the_end_takes_nothing_away() {
        let snapshot = snapshot_of(vec![row(7, "seven"), row(8, "eight")]);
        let [key, other] = [0, 1].map(|place: usize| snapshot.rows[place].key);
        let detail = |key, aspect, state: Reading<ProcState>| {
            let look = Look::At(aspect);
            let mut detail = ProcessDetail::unread(key, look, snapshot.tick, Unread::NotSampled);
            detail.state = state;
            Some(Arc::new(detail))
        };
        let alive = Ok(ProcState::Running);
        let zombie = Ok(ProcState::Zombie);
        let mut details = DetailCache::default();
        for aspect in [Aspect::Files, Aspect::Why] {
            details.take(Some(key), detail(key, aspect, alive));
            details.take(Some(key), detail(key, aspect, zombie));
            details.take(Some(key), detail(key, aspect, Err(Unread::Gone)));
        }
        details.take(Some(key), detail(other, Aspect::Limits, alive));
        let state = |details: &DetailCache, aspect| details.at(aspect).map(|detail| detail.state);
        assert_eq!(state(&details, Aspect::Files), Some(alive));
        assert_eq!(state(&details, Aspect::Why), Some(zombie));
        assert_eq!(state(&details, Aspect::Limits), None);
        details.take(Some(other), None);
        assert_eq!(state(&details, Aspect::Files), None);
    }
}
