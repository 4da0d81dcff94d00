//! A whole tree: looked at until it stands still, stopped from above so that nobody forks away, killed from below.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::{Over, Worker, above_us, hold, protection};
use crate::monitor::control::{Action, Kin, Member, Outcome, Refusal, RequestId, Told, Tree};
use crate::os::signal::Send;
use crate::os::{Held, ProcKey, processes, this};

/// How often a tree is looked at until it is the same twice.
const LOOKS: usize = 5;
/// How long its processes have to stand still; one that waits for a disk does not.
const STANDSTILL: Duration = Duration::from_secs(2);

/// Who belongs to a tree at this moment.
pub(super) fn look(roots: &[ProcKey]) -> Tree {
    let mut tree = Tree::of(&everybody(), roots, &BTreeSet::new());
    for _ in 1..LOOKS {
        let again = Tree::of(&everybody(), roots, &tree.keys());
        let is_same = again.keys() == tree.keys();
        tree = again;
        if is_same {
            break;
        }
    }
    tree
}

fn everybody() -> Vec<Kin> {
    // Without a list of processes the tree is empty, and nobody is hit.
    let stats = processes::all_stats().unwrap_or_default();
    stats.into_iter().map(Kin::from).collect()
}

/// A tree that is being killed.
#[derive(Default)]
struct Hunt {
    known: BTreeSet<ProcKey>,
    /// Parents before those whom they have started.
    members: Vec<Member>,
    held: BTreeMap<ProcKey, Held>,
    missed: Vec<(ProcKey, Outcome)>,
}

impl Worker {
    pub(super) fn kill_tree(&mut self, id: RequestId, roots: &[ProcKey]) -> Result<(), Over> {
        let above_us = above_us();
        let mut allowed = Vec::new();
        for &root in roots {
            match protection(root, &Action::KILL, &above_us) {
                None => allowed.push(root),
                // Whoever is above us has us in its tree.
                Some(Refusal::OurAncestor | Refusal::Ourselves) => {
                    self.tell(id, Told::Outcome(root, Outcome::Refused(Refusal::HoldsUs)))?;
                }
                Some(refusal) => self.tell(id, Told::Outcome(root, Outcome::Refused(refusal)))?,
            }
        }
        let mut hunt = Hunt::default();
        for &root in &allowed {
            // A root that is not there any more is told of; its pid is nobody's business.
            if let Err(outcome) = hold(root) {
                hunt.missed.push((root, outcome));
            }
        }
        hunt.stop(&allowed);
        let members = std::mem::take(&mut hunt.members);
        let hit: Vec<ProcKey> = members.iter().map(|member| member.kin.key).collect();
        let left = Vec::new();
        self.tell(id, Told::Tree(Tree { members, left }))?;
        for key in hit.iter().rev() {
            let Some(held) = hunt.held.remove(key) else {
                continue;
            };
            let outcome = match held.send(Send::Kill) {
                Ok(()) => self.watch(id, held),
                Err(error) => {
                    // It must not stand still for ever because it could not be killed.
                    held.send(Send::Continue).ok();
                    error.into()
                }
            };
            self.tell(id, Told::Outcome(*key, outcome))?;
        }
        for (key, outcome) in std::mem::take(&mut hunt.missed) {
            self.tell(id, Told::Outcome(key, outcome))?;
        }
        let left = Tree::of(&everybody(), &allowed, &hunt.known).left;
        if !left.is_empty() {
            self.tell(id, Told::LeftTree(left))?;
        }
        Ok(())
    }
}

impl Hunt {
    /// Stops everybody, those too who are started meanwhile.
    ///
    /// A look lists first and reads then, so a child may be born unseen between the two. Therefore nobody new may be found in
    /// the look *after* the one in which all stood still.
    fn stop(&mut self, roots: &[ProcKey]) {
        let until = Instant::now() + STANDSTILL;
        let mut stood_still = false;
        while Instant::now() < until {
            let tree = Tree::of(&everybody(), roots, &self.known);
            let has_new = self.take_in(&tree);
            let stand_still = tree.members.iter().all(|member| {
                matches!(member.kin.state, b'T' | b't' | b'Z' | b'X')
                    || !self.held.contains_key(&member.kin.key)
            });
            if stood_still && !has_new {
                return;
            }
            stood_still = stand_still && !has_new;
        }
    }

    /// Holds and stops whoever was not known; whether there was somebody.
    fn take_in(&mut self, tree: &Tree) -> bool {
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
            let stopped = hold(key).and_then(|held| {
                held.send(Send::Stop)?;
                Ok(held)
            });
            match stopped {
                Ok(held) => {
                    self.members.push(member.clone());
                    self.held.insert(key, held);
                }
                Err(outcome) => {
                    self.members.push(member.clone());
                    self.missed.push((key, outcome));
                }
            }
        }
        has_new
    }
}
