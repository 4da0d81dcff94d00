//! A snapshot with what was made of it, once, where it was taken: whoever looks at it works nothing out.

use std::sync::Arc;

use super::moments::{Moments, Past};
use super::shortage::{Leaders, Shortages};
use super::snapshot::Snapshot;

/// What is published of one look at the machine. It does not change any more.
#[derive(Debug)]
pub struct Picture {
    /// What was read.
    pub snapshot: Arc<Snapshot>,
    /// Who takes the most.
    pub leaders: Arc<Leaders>,
    /// What is short.
    pub shortages: Shortages,
    /// The moments up to this one; none if they are not remembered.
    pub past: Past,
}

/// Makes pictures of snapshots, one after the other.
#[derive(Debug, Default)]
pub struct Pictures {
    shortages: Shortages,
    moments: Option<Moments>,
}

impl Pictures {
    /// With the moments of the last ten minutes.
    pub fn that_remember() -> Self {
        Self {
            moments: Some(Moments::default()),
            ..Self::default()
        }
    }

    /// The picture of a snapshot.
    pub fn picture(&mut self, snapshot: Snapshot) -> Picture {
        let leaders = Arc::new(Leaders::of(&snapshot));
        self.shortages.record(&snapshot);
        let past = self.moments.as_mut().map(|moments| {
            moments.record(&snapshot, &leaders, &self.shortages);
            moments.past()
        });
        Picture {
            snapshot: Arc::new(snapshot),
            leaders,
            shortages: self.shortages.clone(),
            past: past.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::monitor::source::scripted::{row, snapshot_of};

    #[test]
    fn a_picture_has_its_leaders_and_all_moments_up_to_it() {
        let mut pictures = Pictures::that_remember();
        let mut forgetful = Pictures::default();
        let snapshot = |number, busy: usize| {
            let mut snapshot = snapshot_of(vec![row(1, "one"), row(2, "two")]);
            snapshot.tick.number = number;
            snapshot.rows[busy].cpu_percent = Ok(50.0);
            snapshot
        };
        let first = pictures.picture(snapshot(1, 0));
        let second = pictures.picture(snapshot(2, 1));
        let leader = |picture: &Picture| picture.leaders.cpu.as_ref().unwrap().program.clone();
        assert_eq!((&*leader(&first), &*leader(&second)), ("one", "two"));
        assert_eq!(
            (first.past.moments().len(), second.past.moments().len()),
            (1, 2)
        );
        let then = second.past.moments().next().unwrap();
        assert_eq!(then.leaders, first.leaders);
        assert_eq!(forgetful.picture(snapshot(1, 0)).past.moments().len(), 0);
    }
}
