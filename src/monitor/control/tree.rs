//! Who belongs to a tree of processes, and who has left it. Pure: over who has which parent, group and session.

use std::collections::{BTreeMap, BTreeSet};

use crate::os::{ProcKey, Stat};

/// A process with its relations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kin {
    /// Which one.
    pub key: ProcKey,
    /// The parent's pid.
    pub ppid: u32,
    /// The pid of its process group's first member.
    pub group: u32,
    /// The pid of its session's first member.
    pub session: u32,
    /// Its name, as the kernel has it.
    pub name: String,
    /// The kernel's letter for what it is doing.
    pub state: u8,
}

/// One of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub kin: Kin,
    /// How many of the tree stand above it.
    pub depth: u32,
}

/// Some processes and all that they have started, as far as it can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// Parents before their children.
    pub members: Vec<Member>,
    /// Those who were started below it, by their session or group, but have another parent now: they are not of it.
    pub left: Vec<Kin>,
}

impl From<Stat> for Kin {
    fn from(stat: Stat) -> Self {
        Self {
            key: stat.key(),
            ppid: stat.ppid,
            group: stat.pgrp.try_into().unwrap_or(0),
            session: stat.session.try_into().unwrap_or(0),
            name: String::from_utf8_lossy(&stat.comm).into_owned(),
            state: stat.state,
        }
    }
}

impl Tree {
    /// Of these processes, out of all. `known` were members before: they stay so whichever process adopts them, and
    /// so do those whom they start.
    pub fn of(all: &[Kin], roots: &[ProcKey], known: &BTreeSet<ProcKey>) -> Self {
        let mut children: BTreeMap<u32, Vec<&Kin>> = BTreeMap::new();
        for kin in all {
            children.entry(kin.ppid).or_default().push(kin);
        }
        let by_key: BTreeMap<ProcKey, &Kin> = all.iter().map(|kin| (kin.key, kin)).collect();
        let mut seen = BTreeSet::new();
        let mut members: Vec<Member> = Vec::new();
        // Known ones that were adopted by another process stand as roots; the oldest first, so that none that stands below
        // another one does so too.
        let mut starts: Vec<&ProcKey> = roots.iter().chain(known).collect();
        starts.sort_by_key(|key| (key.start_ticks, key.pid));
        for key in starts {
            let Some(kin) = by_key.get(key) else {
                continue;
            };
            let mut next = vec![((*kin).clone(), 0)];
            while let Some((kin, depth)) = next.pop() {
                if !seen.insert(kin.key) {
                    continue;
                }
                let below = children.get(&kin.key.pid).into_iter().flatten();
                // No process is older than its parent: an older one is another's child, seen as the pid was reused.
                let below = below.filter(|child| child.key.start_ticks >= kin.key.start_ticks);
                next.extend(below.rev().map(|child| ((*child).clone(), depth + 1)));
                members.push(Member { kin, depth });
            }
        }
        let left = left(all, roots, known, &members, &by_key);
        Self { members, left }
    }

    /// Whom it consists of.
    pub fn keys(&self) -> BTreeSet<ProcKey> {
        self.members.iter().map(|member| member.kin.key).collect()
    }
}

/// Those whose session or group was opened by a process of the tree without being of it. Who was put into a group from outside,
/// such as the second command of a pipeline, stands beside the tree and has not left it.
fn left(
    all: &[Kin],
    roots: &[ProcKey],
    known: &BTreeSet<ProcKey>,
    members: &[Member],
    by_key: &BTreeMap<ProcKey, &Kin>,
) -> Vec<Kin> {
    let mut born: BTreeMap<u32, u64> = BTreeMap::new();
    for key in roots.iter().chain(known) {
        born.insert(key.pid, key.start_ticks);
    }
    for member in members {
        born.insert(member.kin.key.pid, member.kin.key.start_ticks);
    }
    let is_member: BTreeSet<ProcKey> = members.iter().map(|member| member.kin.key).collect();
    let parents_of_roots: BTreeSet<u32> = roots
        .iter()
        .filter_map(|root| by_key.get(root).map(|kin| kin.ppid))
        .collect();
    let is_from = |leader: u32, kin: &Kin| {
        born.get(&leader)
            .is_some_and(|start| kin.key.start_ticks >= *start)
    };
    all.iter()
        .filter(|kin| !is_member.contains(&kin.key) && !matches!(kin.state, b'Z' | b'X'))
        .filter(|kin| {
            is_from(kin.session, kin)
                || (is_from(kin.group, kin) && !parents_of_roots.contains(&kin.ppid))
        })
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(pid: u32) -> ProcKey {
        ProcKey {
            pid,
            start_ticks: u64::from(pid) * 10,
        }
    }

    fn kin(pid: u32, ppid: u32, group: u32, session: u32) -> Kin {
        Kin {
            key: key(pid),
            ppid,
            group,
            session,
            name: "p".into(),
            state: b'S',
        }
    }

    fn pids(tree: &Tree) -> Vec<(u32, u32)> {
        let members = tree.members.iter();
        members
            .map(|member| (member.kin.key.pid, member.depth))
            .collect()
    }

    fn left(tree: &Tree) -> Vec<u32> {
        tree.left.iter().map(|kin| kin.key.pid).collect()
    }

    /// A shell (20) with a job (30) of three generations, and the rest of its pipeline (33) beside it.
    fn family() -> Vec<Kin> {
        vec![
            kin(1, 0, 1, 1),
            kin(20, 1, 20, 20),
            kin(30, 20, 30, 20),
            kin(31, 30, 30, 20),
            kin(32, 31, 30, 20),
            kin(33, 20, 30, 20),
            kin(34, 30, 30, 20),
        ]
    }

    #[test]
    fn parents_stand_before_their_children_and_strangers_beside() {
        let tree = Tree::of(&family(), &[key(30)], &BTreeSet::new());
        assert_eq!(pids(&tree), [(30, 0), (31, 1), (32, 2), (34, 1)]);
        assert_eq!(left(&tree), [0; 0]);
        // One root below the other is named once.
        let tree = Tree::of(&family(), &[key(32), key(31), key(30)], &BTreeSet::new());
        assert_eq!(pids(&tree), [(30, 0), (31, 1), (32, 2), (34, 1)]);
    }

    #[test]
    fn who_was_known_stays_when_it_loses_its_parent() {
        let known = Tree::of(&family(), &[key(30)], &BTreeSet::new()).keys();
        let mut now = family();
        now.retain(|kin| kin.key.pid != 31);
        now[4].ppid = 20;
        let orphan = now.iter_mut().find(|kin| kin.key.pid == 32).unwrap();
        orphan.ppid = 1;
        now.push(kin(35, 32, 30, 20));
        let tree = Tree::of(&now, &[key(30)], &known);
        assert_eq!(pids(&tree), [(30, 0), (34, 1), (32, 0), (35, 1)]);
        // Unknown it has left, and that is told.
        let tree = Tree::of(&now, &[key(30)], &BTreeSet::new());
        assert_eq!(pids(&tree), [(30, 0), (34, 1)]);
        assert_eq!(left(&tree), [32, 35]);
    }

    #[test]
    fn who_detached_itself_has_left() {
        let mut now = family();
        // 31 opened a session of its own; a child of 32 lives in it and was adopted by pid 1.
        now[3].session = 31;
        now.push(kin(40, 1, 40, 31));
        now.push(kin(41, 1, 41, 41));
        let tree = Tree::of(&now, &[key(30)], &BTreeSet::new());
        assert_eq!(left(&tree), [40], "of 41 nothing tells whence it comes");
    }

    #[test]
    fn a_root_that_is_gone_takes_nobody_with_it() {
        let stranger = ProcKey {
            start_ticks: 1,
            ..key(30)
        };
        let tree = Tree::of(&family(), &[stranger], &BTreeSet::new());
        assert_eq!(pids(&tree), []);
        // Neither does a pid that was reused in the middle: its supposed child is older than it.
        let mut now = family();
        now[2].key.start_ticks = 9_999;
        let reused = now[2].key;
        assert_eq!(
            pids(&Tree::of(&now, &[reused], &BTreeSet::new())),
            [(30, 0)]
        );
    }
}
