//! Whom an action is done to, in which order, and whom it is not done to and why. Pure: over a snapshot.

use std::sync::Arc;

use super::action::{Action, Order};
use crate::monitor::process::{ProcState, ProcessRow};
use crate::monitor::snapshot::Snapshot;
use crate::os::{ProcFs, ProcKey, proc_fs, this};

/// Who acts, and what the kernel allows us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// This program.
    pub pid: u32,
    /// Whose processes a snapshot shows.
    pub proc_fs: ProcFs,
    /// Our effective user id.
    pub uid: u32,
    /// Whether we may signal other users' processes.
    pub may_signal_anyone: bool,
    /// Whether we may favour processes, and change other users'.
    pub may_favour: bool,
}

impl Actor {
    /// As the system tells now.
    pub fn now() -> Self {
        Self {
            pid: this::pid(),
            proc_fs: proc_fs(),
            uid: this::uid(),
            may_signal_anyone: this::may_signal_anyone(),
            may_favour: this::may_favour(),
        }
    }

    fn may(&self, action: &Action, uid: u32) -> bool {
        let may_anyone = match action {
            Action::End | Action::Signal(_) => self.may_signal_anyone,
            Action::Set(_) => self.may_favour,
        };
        may_anyone || uid == self.uid
    }
}

/// Why an action is not done to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its pid is one of another pid namespace: a system call would reach somebody else.
    OtherPidNamespace,
    /// It is this program.
    Ourselves,
    /// This program was started by it, or by one whom it has started.
    OurAncestor,
    /// This program runs in the tree that is to be killed.
    HoldsUs,
    /// It is the first process: the machine, or the container, ends with it.
    FirstProcess,
    /// It is a thread of the kernel.
    KernelThread,
    /// It has ended already.
    Gone,
    /// It belongs to another user.
    NotOurs,
}

/// One process that was meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Which one.
    pub key: ProcKey,
    /// Its name; empty if it has ended and nobody remembers.
    pub name: Arc<str>,
    /// Its command line; empty where it has none to show.
    pub command: Arc<str>,
    /// Its user's name, where it can be read.
    pub user: Option<Arc<str>>,
    /// When it began, seconds since 1970.
    pub started: Option<f64>,
    /// What it was doing.
    pub state: Option<ProcState>,
    /// How many children it has.
    pub children: usize,
}

/// What is to be done to whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What.
    pub action: Action,
    /// To whom, in this order.
    pub targets: Vec<Target>,
    /// To whom not, and why.
    pub refused: Vec<(Target, Refusal)>,
}

impl Plan {
    /// For these of a snapshot's processes.
    pub fn new(action: Action, keys: &[ProcKey], snapshot: &Snapshot, actor: &Actor) -> Self {
        let mut targets: Vec<(usize, Target)> = Vec::new();
        let mut refused = Vec::new();
        for &key in keys {
            let target = Target::of(key, snapshot);
            match refusal(&action, key, snapshot, actor) {
                Some(refusal) => refused.push((target, refusal)),
                None => targets.push((depth(key, snapshot), target)),
            }
        }
        // Stable: those who stand beside each other keep the order they were given in.
        match action.order() {
            Order::ParentsFirst => targets.sort_by_key(|(depth, _)| *depth),
            Order::ChildrenFirst => targets.sort_by_key(|(depth, _)| std::cmp::Reverse(*depth)),
        }
        Self {
            action,
            targets: targets.into_iter().map(|(_, target)| target).collect(),
            refused,
        }
    }

    /// Whom it is done to.
    pub fn keys(&self) -> Vec<ProcKey> {
        self.targets.iter().map(|target| target.key).collect()
    }
}

impl Target {
    /// What a snapshot knows of a process.
    pub fn of(key: ProcKey, snapshot: &Snapshot) -> Self {
        let Some(row) = snapshot.row(key) else {
            return Self {
                key,
                name: "".into(),
                command: "".into(),
                user: None,
                started: None,
                state: None,
                children: 0,
            };
        };
        let children = snapshot.rows.iter();
        Self {
            key,
            name: row.label().into(),
            command: row.cmdline_text().into(),
            user: row.username.as_ref().ok().cloned(),
            started: Some(row.create_time),
            state: Some(row.state),
            children: children.filter(|row| row.parent == Some(key)).count(),
        }
    }
}

/// Why this must not be done to that process; `None` if it may.
pub fn refusal(
    action: &Action,
    key: ProcKey,
    snapshot: &Snapshot,
    actor: &Actor,
) -> Option<Refusal> {
    if actor.proc_fs != ProcFs::Own {
        return Some(Refusal::OtherPidNamespace);
    }
    let Some(row) = snapshot.row(key) else {
        return Some(Refusal::Gone);
    };
    if key.pid == actor.pid {
        return Some(Refusal::Ourselves);
    }
    if row.is_kernel_thread {
        return Some(Refusal::KernelThread);
    }
    if key.pid == 1 {
        return Some(Refusal::FirstProcess);
    }
    // One whose first thread alone has ended goes on.
    let has_more = row.num_threads.is_ok_and(|count| count > 1);
    if matches!(row.state, ProcState::Zombie | ProcState::Dead) && !has_more {
        return Some(Refusal::Gone);
    }
    let is_signal = !matches!(action, Action::Set(_));
    if is_signal && is_above(key, actor.pid, snapshot) {
        return Some(Refusal::OurAncestor);
    }
    match row.uid {
        Ok(uid) if !actor.may(action, uid) => Some(Refusal::NotOurs),
        // Of whom it is not known, the kernel decides.
        _ => None,
    }
}

/// Whether a process stands above that of a pid.
fn is_above(key: ProcKey, pid: u32, snapshot: &Snapshot) -> bool {
    snapshot
        .row_by_pid(pid)
        .is_some_and(|row| ancestors(row, snapshot).any(|ancestor| ancestor.key == key))
}

fn ancestors<'a>(
    row: &'a ProcessRow,
    snapshot: &'a Snapshot,
) -> impl Iterator<Item = &'a ProcessRow> {
    let above = std::iter::successors(snapshot.parent_of(row), |row| snapshot.parent_of(row));
    above.take(snapshot.rows.len())
}

fn depth(key: ProcKey, snapshot: &Snapshot) -> usize {
    snapshot
        .row(key)
        .map_or(0, |row| ancestors(row, snapshot).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::monitor::source::scripted::{row, snapshot_of};
    use crate::os::priority::Setting;
    use crate::os::signal::Send;

    const ANA: u32 = 1000;
    const ACTOR: Actor = Actor {
        pid: 30,
        proc_fs: ProcFs::Own,
        uid: ANA,
        may_signal_anyone: false,
        may_favour: false,
    };

    /// init, a shell with ourselves and a make with its compiler below it, a kernel thread, a zombie, root's daemon.
    fn machine() -> Snapshot {
        let rows = [
            (1, 0, 0),
            (2, 0, 0),
            (20, 1, ANA),
            (30, 20, ANA),
            (31, 20, ANA),
            (32, 31, ANA),
            (40, 20, ANA),
            (50, 1, 0),
        ];
        let mut rows: Vec<_> = rows
            .into_iter()
            .map(|(pid, ppid, uid)| {
                let mut row = row(pid, "p");
                row.ppid = ppid;
                row.uid = Ok(uid);
                row
            })
            .collect();
        rows[1].is_kernel_thread = true;
        rows[6].state = ProcState::Zombie;
        snapshot_of(rows)
    }

    fn key(pid: u32) -> ProcKey {
        row(pid, "p").key
    }

    fn keys(pids: &[u32]) -> Vec<ProcKey> {
        pids.iter().map(|&pid| key(pid)).collect()
    }

    fn pids(plan: &Plan) -> Vec<u32> {
        plan.targets.iter().map(|target| target.key.pid).collect()
    }

    #[test]
    fn who_must_not_be_hit_is_refused_with_the_reason() {
        let all = [1, 2, 20, 30, 31, 32, 40, 50];
        let plan = Plan::new(Action::End, &keys(&all), &machine(), &ACTOR);
        assert_eq!(pids(&plan), [32, 31], "children first");
        let refused: Vec<_> = plan
            .refused
            .iter()
            .map(|(target, refusal)| (target.key.pid, *refusal))
            .collect();
        assert_eq!(
            refused,
            [
                (1, Refusal::FirstProcess),
                (2, Refusal::KernelThread),
                (20, Refusal::OurAncestor),
                (30, Refusal::Ourselves),
                (40, Refusal::Gone),
                (50, Refusal::NotOurs),
            ]
        );
    }

    #[test]
    fn nobody_is_acted_on_by_a_pid_of_another_namespace() {
        for proc_fs in [ProcFs::Foreign, ProcFs::Missing] {
            let actor = Actor {
                proc_fs,
                may_signal_anyone: true,
                may_favour: true,
                ..ACTOR
            };
            for action in [Action::KILL, Action::Set(Setting::Nice(5))] {
                let plan = Plan::new(action, &keys(&[1, 30, 31]), &machine(), &actor);
                assert_eq!(pids(&plan), [0; 0]);
                let refusals = plan.refused.iter().map(|(_, refusal)| *refusal);
                assert_eq!(
                    refusals.collect::<Vec<_>>(),
                    [Refusal::OtherPidNamespace; 3]
                );
            }
        }
    }

    #[test]
    fn one_whose_first_thread_alone_has_ended_can_be_ended() {
        let mut machine = machine();
        machine.rows[6].num_threads = Ok(3);
        let plan = Plan::new(Action::KILL, &keys(&[40]), &machine, &ACTOR);
        assert_eq!(pids(&plan), [40]);
    }

    #[test]
    fn a_pid_that_another_process_has_now_is_gone() {
        let stranger = ProcKey {
            start_ticks: 7,
            ..key(31)
        };
        let plan = Plan::new(Action::KILL, &[stranger], &machine(), &ACTOR);
        assert!(plan.targets.is_empty());
        assert_eq!(plan.refused[0].1, Refusal::Gone);
        assert_eq!(plan.refused[0].0.key, stranger);
    }

    #[test]
    fn rights_and_the_action_decide() {
        let root = Actor {
            uid: 0,
            may_signal_anyone: true,
            may_favour: true,
            ..ACTOR
        };
        let plan = Plan::new(Action::KILL, &keys(&[50, 31]), &machine(), &root);
        assert_eq!(pids(&plan), [31, 50]);
        // The right to signal is not that to favour.
        let killer = Actor {
            may_signal_anyone: true,
            ..ACTOR
        };
        let nice = Action::Set(Setting::Nice(5));
        let plan = Plan::new(nice.clone(), &keys(&[50]), &machine(), &killer);
        assert_eq!(plan.refused[0].1, Refusal::NotOurs);
        // Whoever has started us may be made to stand back.
        assert_eq!(refusal(&nice, key(20), &machine(), &ACTOR), None);
        let stop = Action::Signal(Send::Stop);
        assert_eq!(
            refusal(&stop, key(20), &machine(), &ACTOR),
            Some(Refusal::OurAncestor)
        );
        assert_eq!(
            pids(&Plan::new(stop, &keys(&[32, 31]), &machine(), &ACTOR)),
            [31, 32],
            "parents first"
        );
    }

    #[test]
    fn a_target_is_told_apart_by_more_than_its_name() {
        let target = Target::of(key(20), &machine());
        assert_eq!((&*target.name, target.children), ("p", 3));
        assert_eq!(target.state, Some(ProcState::Sleeping));
        assert!(target.started.is_some());
    }
}
