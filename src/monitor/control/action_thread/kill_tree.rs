//! A whole tree: looked at until it stands still, stopped from above so that no process forks away, killed from below.
//!
//! No process is held for longer than one signal takes: a tree can have more processes than files may be open. Who was stopped is
//! found again by pid and start time, and watched for its end as far as there is room.

use std::collections::BTreeSet;
use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use super::{Over, Worker, protection, room_for_watched};
use crate::monitor::control::{
    Action, ActionEvent, Kin, Member, Outcome, Refusal, RequestId, Tree,
};
use crate::monitor::process::ProcState;
use crate::os::processes::is_out_of_descriptors;
use crate::os::signal::Send;
use crate::os::{Monotonic, ProcKey, processes, this};
use crate::text::Sentence;

/// How often a tree is looked at until it is the same twice.
const LOOKS: usize = 5;
/// How long its processes have to stand still; one that waits for a disk does not.
const STANDSTILL: Duration = Duration::from_secs(2);

/// How long the ends of some are waited for, so that others can be watched.
const TURNOVER: Duration = Duration::from_secs(2);
/// Between two looks at a tree in which a process does not stand still: at first, and at most.
const LOOK_AGAIN: [Duration; 2] = [Duration::from_millis(1), Duration::from_millis(50)];

/// A tree that is being killed.
pub(super) struct Hunt {
    begun: Instant,
    /// Reserved for processes that this thread has stopped, when nothing else can be opened any more.
    reserve: Option<Reserve>,
    known: BTreeSet<ProcKey>,
    /// Parents before those whom they have started.
    members: Vec<Member>,
    /// Those who stand still because of us.
    pub(super) stopped: BTreeSet<ProcKey>,
    missed: Vec<(ProcKey, Outcome)>,
}

/// As many descriptors as it takes to hold a process.
pub(super) type Reserve = [OwnedFd; 2];

impl Worker {
    /// Who belongs to a tree at this moment. Without a list of processes it is empty.
    pub(super) fn look_at_tree(&mut self, roots: &[ProcKey]) -> Tree {
        let mut tree = Tree::default();
        let mut known = BTreeSet::new();
        for _ in 0..LOOKS {
            let Ok(all) = self.all_kin() else {
                break;
            };
            tree = Tree::of(&all, roots, &known);
            let keys = tree.keys();
            if keys == known {
                break;
            }
            known = keys;
        }
        tree
    }

    /// All processes; where too many files are open to read them, those who were watched are watched no longer.
    fn all_kin(&mut self) -> io::Result<Vec<Kin>> {
        loop {
            match processes::all_stats() {
                Err(error) if is_out_of_descriptors(&error) && self.let_one_go() => {}
                stats => return Ok(stats?.into_iter().map(Kin::from).collect()),
            }
        }
    }

    /// Room to hold one process; where too many files are open for that, those who were watched are watched no longer.
    pub(super) fn reserve(&mut self) -> io::Result<Reserve> {
        loop {
            let room = self
                .bell
                .try_clone()
                .and_then(|one| Ok([one, self.bell.try_clone()?]));
            match room {
                Err(error) if is_out_of_descriptors(&error) && self.let_one_go() => {}
                room => return room,
            }
        }
    }

    pub(super) fn kill_tree(&mut self, id: RequestId, roots: &[ProcKey]) -> Result<(), Over> {
        let above_us = match self.above_us() {
            Ok(above_us) => above_us,
            Err(error) => return self.give_up(id, Hunt::new(None), roots, &error),
        };
        let mut allowed = Vec::new();
        for &root in roots {
            match protection(root, &Action::KILL, &above_us) {
                None => allowed.push(root),
                // An ancestor of this program has it in its tree.
                Some(Refusal::OurAncestor | Refusal::Ourselves) => {
                    self.tell(
                        id,
                        ActionEvent::Outcome(root, Outcome::Refused(Refusal::HoldsUs)),
                    )?;
                }
                Some(refusal) => {
                    self.tell(id, ActionEvent::Outcome(root, Outcome::Refused(refusal)))?;
                }
            }
        }
        let mut hunt = match self.reserve() {
            Ok(reserve) => Hunt::new(Some(reserve)),
            // No process is stopped that could not be resumed.
            Err(error) => return self.give_up(id, Hunt::new(None), &allowed, &error),
        };
        for &root in &allowed {
            // A root that has ended is reported; its pid is not looked at.
            if let Err(outcome) = self.hold(root) {
                hunt.missed.push((root, outcome));
            }
        }
        if let Err(error) = hunt.stop(self, &allowed) {
            return self.give_up(id, hunt, &allowed, &error);
        }
        let members = std::mem::take(&mut hunt.members);
        let hit: Vec<ProcKey> = members.iter().map(|member| member.kin.key).collect();
        let left = Vec::new();
        // Stopped processes are killed even without a listener: they would stay stopped for ever.
        let mut is_heard = self.tell(id, ActionEvent::Tree(Tree { members, left }));
        let mut unwatched = Vec::new();
        for key in hit.into_iter().rev() {
            if !hunt.stopped.contains(&key) {
                continue;
            }
            let killed = self.hold(key).and_then(|held| {
                held.send(Send::Kill)?;
                Ok(held)
            });
            let outcome = match killed {
                Ok(held) if self.watched.len() < room_for_watched() => self.watch(id, held),
                Ok(_) => {
                    unwatched.push(key);
                    continue;
                }
                // It must not stand still for ever because it could not be killed.
                Err(outcome) if self.resume(&mut hunt, key) => outcome,
                Err(_) => hunt.still_standing(),
            };
            is_heard = is_heard.and_then(|()| self.tell(id, ActionEvent::Outcome(key, outcome)));
        }
        is_heard?;
        self.watch_as_far_as_there_is_room(id, &hunt, &unwatched)?;
        for (key, outcome) in std::mem::take(&mut hunt.missed) {
            self.tell(id, ActionEvent::Outcome(key, outcome))?;
        }
        // What cannot be seen is not told of.
        let all = self.all_kin().unwrap_or_default();
        let left = Tree::of(&all, &allowed, &hunt.known).left;
        if !left.is_empty() {
            self.tell(id, ActionEvent::LeftTree(left))?;
        }
        Ok(())
    }

    /// Tells of those who were killed and are not watched, as the ends of others make room for them.
    fn watch_as_far_as_there_is_room(
        &mut self,
        id: RequestId,
        hunt: &Hunt,
        killed: &[ProcKey],
    ) -> Result<(), Over> {
        let until = Instant::now() + TURNOVER;
        for &key in killed {
            let outcome = if self.wait_for_room(until)? {
                match self.hold(key) {
                    Ok(held) => self.watch(id, held),
                    // Nothing else has ended it.
                    Err(Outcome::Gone | Outcome::Reused) => Outcome::Ended(hunt.begun.elapsed()),
                    Err(_) => Outcome::Sent,
                }
            } else {
                Outcome::Sent
            };
            self.tell(id, ActionEvent::Outcome(key, outcome))?;
        }
        Ok(())
    }

    /// Nothing is killed, since no process can be seen: those that were stopped are resumed, or reported as still stopped.
    pub(super) fn give_up(
        &mut self,
        id: RequestId,
        mut hunt: Hunt,
        roots: &[ProcKey],
        error: &io::Error,
    ) -> Result<(), Over> {
        let mut standing = hunt.stopped.clone();
        standing.retain(|&key| !self.resume(&mut hunt, key));
        let missed = |root: &&ProcKey| !hunt.missed.iter().any(|(key, _)| key == *root);
        let seen: BTreeSet<&ProcKey> = roots.iter().filter(missed).chain(&hunt.stopped).collect();
        for &&key in &seen {
            let outcome = if standing.contains(&key) {
                hunt.still_standing()
            } else {
                Outcome::Failed(Sentence::of_io(error))
            };
            self.tell(id, ActionEvent::Outcome(key, outcome))?;
        }
        for (key, outcome) in &hunt.missed {
            self.tell(id, ActionEvent::Outcome(*key, outcome.clone()))?;
        }
        Ok(())
    }

    /// Lets one go on who stands still because of us; false if that could not be done.
    fn resume(&mut self, hunt: &mut Hunt, key: ProcKey) -> bool {
        hunt.reserve = None;
        let is_resumed = match self.hold(key) {
            Ok(held) => held.send(Send::Continue).is_ok(),
            Err(outcome) => matches!(outcome, Outcome::Gone | Outcome::Reused),
        };
        hunt.reserve = self.reserve().ok();
        is_resumed
    }
}

impl Hunt {
    pub(super) fn new(reserve: Option<Reserve>) -> Self {
        Self {
            begun: Instant::now(),
            reserve,
            known: BTreeSet::new(),
            members: Vec::new(),
            stopped: BTreeSet::new(),
            missed: Vec::new(),
        }
    }

    /// What is told of one who could neither be killed nor be let go on.
    fn still_standing(&self) -> Outcome {
        Outcome::StillThere(self.begun.elapsed(), ProcState::Stopped)
    }

    /// Stops all processes, those that are started meanwhile included.
    ///
    /// A look lists first and reads then, so a child may be born unseen between the two. Therefore no new one may be found in
    /// the look *after* the one in which all stood still.
    fn stop(&mut self, worker: &mut Worker, roots: &[ProcKey]) -> io::Result<()> {
        let until = Instant::now() + STANDSTILL;
        let [mut pause, longest] = LOOK_AGAIN;
        let mut stood_still = false;
        while Instant::now() < until {
            let tree = Tree::of(&worker.all_kin()?, roots, &self.known);
            let has_new = self.take_in(worker, &tree);
            let moving = tree.members.iter().map(|member| &member.kin).find(|kin| {
                !matches!(kin.state, b'T' | b't' | b'Z' | b'X') && self.stopped.contains(&kin.key)
            });
            if stood_still && !has_new {
                return Ok(());
            }
            stood_still = moving.is_none() && !has_new;
            // A process that was sent SIGSTOP a moment ago stands still by the next look; another one waits, for a disk perhaps. That
            // it stops nobody is told but its parent; that it ends ends the pause.
            if let (Some(kin), false) = (moving, has_new) {
                if let Ok(held) = worker.hold(kin.key) {
                    let nanos = u64::try_from(pause.as_nanos()).unwrap_or(u64::MAX);
                    held.wait_for_end(Monotonic::now().plus_nanos(nanos))?;
                }
                pause = (pause * 2).min(longest);
            }
        }
        Ok(())
    }

    /// Holds and stops processes that were not known; true if there were any.
    fn take_in(&mut self, worker: &mut Worker, tree: &Tree) -> bool {
        let mut has_new = false;
        for member in &tree.members {
            let key = member.kin.key;
            // Nothing we have done makes us one of the tree; this is the last line of defence against ending ourselves.
            if key.pid == this::pid() || !self.known.insert(key) {
                continue;
            }
            has_new = true;
            if matches!(member.kin.state, b'Z' | b'X') {
                continue;
            }
            let stopped = worker.hold(key).and_then(|held| Ok(held.send(Send::Stop)?));
            self.members.push(member.clone());
            match stopped {
                Ok(()) => {
                    self.stopped.insert(key);
                }
                Err(outcome) => self.missed.push((key, outcome)),
            }
        }
        has_new
    }
}
