//! Real processes: what is asked for happens to them, is told, and happens to nobody else.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use super::*;
use crate::monitor::control::{Kin, Tree};
use crate::os::priority::Setting;
use crate::os::signal::Send;

/// No test waits longer for anything.
const DEADLINE: Duration = Duration::from_secs(20);

/// A hand with its ear: whoever waits hears of news at once.
pub(super) struct Acting {
    hand: ActionThread,
    news: Receiver<()>,
}

impl Acting {
    pub(super) fn start(grace: Duration) -> Self {
        Self::with(grace, ProcFs::Own)
    }

    fn with(grace: Duration, proc_fs: ProcFs) -> Self {
        let (sender, news) = sync_channel(1);
        let waker: Waker = Arc::new(move || {
            sender.try_send(()).ok();
        });
        let hand = ActionThread::with(waker, grace, proc_fs).unwrap();
        Self { hand, news }
    }

    /// Asks, and collects what is told until this holds.
    pub(super) fn ask(
        &self,
        request: Request,
        is_enough: impl Fn(&[ActionEvent]) -> bool,
    ) -> Vec<ActionEvent> {
        self.hand.ask(7, request).unwrap();
        let until = Instant::now() + DEADLINE;
        let mut all = Vec::new();
        while !is_enough(&all) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "only this was told: {all:#?}");
            self.news
                .recv_timeout(left.min(Duration::from_millis(100)))
                .ok();
            for (id, told) in self.hand.events() {
                assert_eq!(id, 7);
                all.push(told);
            }
        }
        all
    }

    /// Does something to one process and returns the first word that is the last.
    fn act(&self, action: Action, key: ProcKey) -> Outcome {
        let told = self.ask(Request::Act(action, vec![key]), |told| {
            told.contains(&ActionEvent::Done)
                && told.iter().any(
                    |told| matches!(told, ActionEvent::Outcome(_, outcome) if outcome.is_final()),
                )
        });
        last_of(&told, key)
    }
}

pub(super) fn last_of(told: &[ActionEvent], key: ProcKey) -> Outcome {
    let outcomes = told.iter().rev().find_map(|told| match told {
        ActionEvent::Outcome(of, outcome) if *of == key => Some(outcome.clone()),
        _ => None,
    });
    outcomes.unwrap()
}

/// A child that ends with the test, and what it has started with it.
pub(super) struct Script {
    child: Child,
    mark: String,
}

impl Script {
    pub(super) fn start(script: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let value = format!("{}-{number}", std::process::id());
        let child = Command::new("sh")
            .args(["-c", script])
            .env("PROCLAB_TEST_CONTROL", &value)
            .process_group(0)
            .spawn()
            .unwrap();
        Self {
            child,
            mark: format!("PROCLAB_TEST_CONTROL={value}"),
        }
    }

    pub(super) fn key(&self) -> ProcKey {
        processes::key_of(self.child.id()).unwrap()
    }

    fn stat(&self) -> crate::os::Stat {
        processes::stat_of(self.child.id()).unwrap()
    }

    /// Those of it who live.
    pub(super) fn alive(&self) -> Vec<ProcKey> {
        processes::marked_processes(&self.mark)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        for key in self.alive() {
            processes::kill(key).ok();
        }
        self.child.wait().ok();
    }
}

pub(super) fn look_at(root: ProcKey) -> Tree {
    let everybody = processes::all_stats().unwrap().into_iter().map(Kin::from);
    Tree::of(&everybody.collect::<Vec<_>>(), &[root], &BTreeSet::new())
}

pub(super) fn until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < until, "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn one_ends_when_asked_and_it_is_told_after_how_long() {
    let acting = Acting::start(GRACE);
    let script = Script::start("exec sleep 60");
    let key = script.key();
    assert!(matches!(acting.act(Action::End, key), Outcome::Ended(after) if after < DEADLINE));
    assert_eq!(script.stat().state, b'Z');
    assert_eq!(acting.act(Action::End, key), Outcome::Gone);
}

#[test]
fn one_that_stands_still_hears_that_it_is_to_end() {
    let acting = Acting::start(GRACE);
    let script = Script::start("exec sleep 60");
    let key = script.key();
    assert_eq!(acting.act(Action::SUSPEND, key), Outcome::Sent);
    until("it stops", || script.stat().state == b'T');
    assert_eq!(acting.act(Action::RESUME, key), Outcome::Sent);
    until("it goes on", || script.stat().state == b'S');
    assert_eq!(acting.act(Action::SUSPEND, key), Outcome::Sent);
    assert!(matches!(acting.act(Action::End, key), Outcome::Ended(_)));
}

#[test]
fn one_that_does_not_end_is_told_of_and_can_be_killed() {
    let acting = Acting::start(Duration::from_millis(100));
    let script = Script::start("trap '' TERM; echo >&2; while :; do sleep 60; done");
    // The trap is set once the shell has something to wait for.
    until("it sleeps", || script.alive().len() == 2);
    let key = script.key();
    let told = acting.ask(Request::Act(Action::End, vec![key]), |told| {
        told.iter()
            .any(|told| matches!(told, ActionEvent::Outcome(_, Outcome::StillThere(..))))
    });
    assert_eq!(told[0], ActionEvent::Outcome(key, Outcome::Ending));
    assert!(matches!(
        last_of(&told, key),
        Outcome::StillThere(after, ProcState::Sleeping) if after >= Duration::from_millis(100)
    ));
    let told = acting.ask(Request::Act(Action::KILL, vec![key]), |told| {
        told.iter()
            .any(|told| matches!(told, ActionEvent::Outcome(_, Outcome::Ended(_))))
    });
    assert!(matches!(last_of(&told, key), Outcome::Ended(_)));
}

#[test]
fn any_signal_can_be_sent() {
    let acting = Acting::start(GRACE);
    let script = Script::start("trap 'exit 3' USR1; while :; do sleep 0.02; done");
    until("it sleeps", || script.alive().len() == 2);
    let usr1 = Action::Signal(Send::from_number(libc::SIGUSR1));
    assert_eq!(acting.act(usr1, script.key()), Outcome::Sent);
    until("it ends", || script.stat().state == b'Z');
}

#[test]
fn a_turn_is_changed_read_back_and_given_back() {
    let acting = Acting::start(GRACE);
    let script = Script::start("exec sleep 60");
    let key = script.key();
    let cpus = priority::cpus(key.pid).unwrap();
    let io = IoPriority {
        class: IoClass::Idle,
        level: 0,
    };
    for setting in [
        Setting::Nice(5),
        Setting::Cpus(vec![cpus[0]]),
        Setting::IoPriority(io.number()),
    ] {
        let outcome = acting.act(Action::Set(setting.clone()), key);
        let Outcome::Changed(now, before) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(now, setting);
        assert_eq!(setting.read_alike(key.pid).unwrap(), setting);
        if matches!(setting, Setting::Nice(_)) {
            assert_eq!(script.stat().nice, 5);
            if !this::may_favour() {
                continue;
            }
        }
        let told = acting.ask(Request::Restore(vec![(key, before.clone())]), |told| {
            told.contains(&ActionEvent::Done)
        });
        assert_eq!(last_of(&told, key), Outcome::Restored);
        assert_eq!(&setting.read_alike(key.pid).unwrap(), before.leader());
    }
    let told = acting.ask(Request::ReadPriorities(vec![key]), |told| {
        told.contains(&ActionEvent::Done)
    });
    let ActionEvent::Priorities(_, Ok(priorities)) = &told[0] else {
        panic!("{told:?}");
    };
    assert_eq!(priorities.cpus, cpus);
    assert!((-20..=20).contains(&priorities.lowest_nice) && !priorities.online_cpus.is_empty());
}

#[test]
fn a_stranger_with_the_same_pid_is_left_alone() {
    let acting = Acting::start(GRACE);
    let script = Script::start("exec sleep 60");
    let key = script.key();
    let stranger = ProcKey {
        start_ticks: key.start_ticks + 1,
        ..key
    };
    for action in [Action::KILL, Action::End, Action::Set(Setting::Nice(9))] {
        assert_eq!(acting.act(action, stranger), Outcome::Reused);
    }
    let told = acting.ask(Request::KillTree(vec![stranger]), |told| {
        told.contains(&ActionEvent::Done)
    });
    assert_eq!(last_of(&told, stranger), Outcome::Reused);
    assert!(matches!(script.stat().state, b'S' | b'R'));
    assert_eq!(
        script.stat().nice,
        processes::stat_of(this::pid()).unwrap().nice
    );
}

#[test]
fn we_and_whoever_is_above_us_are_left_alone() {
    let acting = Acting::start(GRACE);
    let own = processes::key_of(this::pid()).unwrap();
    let parent = processes::key_of(this::parent_pid()).unwrap();
    assert_eq!(
        acting.act(Action::KILL, own),
        Outcome::Refused(Refusal::Ourselves)
    );
    let refused = acting.act(Action::KILL, parent);
    assert!(
        matches!(
            refused,
            Outcome::Refused(Refusal::OurAncestor | Refusal::FirstProcess)
        ),
        "{refused:?}"
    );
    for root in [own, parent] {
        let told = acting.ask(Request::KillTree(vec![root]), |told| {
            told.contains(&ActionEvent::Done)
        });
        let refused = last_of(&told, root);
        assert!(
            matches!(
                refused,
                Outcome::Refused(Refusal::HoldsUs | Refusal::FirstProcess)
            ),
            "{refused:?}"
        );
    }
}

#[test]
fn a_tree_is_killed_though_it_keeps_forking_and_nobody_beside_it() {
    let acting = Acting::start(GRACE);
    let beside = Script::start("exec sleep 60");
    let script = Script::start(
        "sh -c 'sh -c \"sleep 60; :\"; :' & sh -c 'while :; do sleep 60 & sleep 0.002; done' & wait",
    );
    let key = script.key();
    until("three generations live", || {
        let tree = look_at(key);
        tree.members.iter().any(|member| member.depth >= 3) && tree.members.len() > 12
    });
    let told = acting.ask(Request::LookAtTree(vec![key]), |told| {
        told.contains(&ActionEvent::Done)
    });
    let ActionEvent::Tree(tree) = &told[0] else {
        panic!("{told:?}");
    };
    assert_eq!(tree.members[0].kin.key, key);
    assert!(!tree.keys().contains(&beside.key()));

    let told = acting.ask(Request::KillTree(vec![key]), |told| {
        let last = |outcome: fn(&Outcome) -> bool| {
            let told = told.iter();
            told.filter(|told| matches!(told, ActionEvent::Outcome(_, of) if outcome(of)))
                .count()
        };
        told.contains(&ActionEvent::Done)
            && last(|outcome| matches!(outcome, Outcome::Ending))
                == last(|outcome| matches!(outcome, Outcome::Ended(_)))
    });
    assert!(matches!(last_of(&told, key), Outcome::Ended(_)));
    for member in &tree.members {
        // Those of the forker who had ended before were told of neither way.
        let is_told = |told: &ActionEvent| matches!(told, ActionEvent::Outcome(of, _) if *of == member.kin.key);
        assert!(
            told.iter().any(is_told)
                || processes::key_of(member.kin.key.pid) != Some(member.kin.key),
            "{member:?}"
        );
    }
    assert_eq!(script.alive(), [], "nobody of the tree lives");
    assert_eq!(beside.alive(), [beside.key()]);
}

#[test]
fn who_has_left_the_tree_is_told_of_and_left_alone() {
    let acting = Acting::start(GRACE);
    let script = Script::start("(sleep 60 &); exec sleep 61");
    let key = script.key();
    until("one has left", || look_at(key).left.len() == 1);
    let told = acting.ask(Request::KillTree(vec![key]), |told| {
        told.contains(&ActionEvent::Done)
            && told
                .iter()
                .any(|told| matches!(told, ActionEvent::Outcome(_, Outcome::Ended(_))))
    });
    let left = told.iter().find_map(|told| match told {
        ActionEvent::LeftTree(left) => Some(left.iter().map(|kin| kin.key).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(left, Some(script.alive()));
    assert_eq!(script.alive().len(), 1);
}

#[test]
fn what_the_kernel_refuses_is_denied() {
    if this::uid() != 0 {
        eprintln!("skipped: without root's rights nobody else can be impersonated");
        return;
    }
    let script = Script::start("exec sleep 60");
    let key = script.key();
    // Ids belong to threads, and a thread starts with those of the one that has started it.
    let nobody = std::thread::Builder::new().name("nobody".into());
    let work = move || {
        let nobody = rustix::thread::Uid::from_raw(65_534);
        rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
        let acting = Acting::start(GRACE);
        for action in [
            Action::End,
            Action::KILL,
            Action::SUSPEND,
            Action::Set(Setting::Nice(5)),
            Action::Set(Setting::Cpus(vec![0])),
            Action::Set(Setting::IoPriority(3 << 13)),
        ] {
            assert_eq!(
                acting.act(action.clone(), key),
                Outcome::Denied,
                "{action:?}"
            );
        }
        let told = acting.ask(Request::KillTree(vec![key]), |told| {
            told.contains(&ActionEvent::Done)
        });
        assert_eq!(last_of(&told, key), Outcome::Denied);
    };
    nobody.spawn(work).unwrap().join().unwrap();
    assert!(matches!(script.stat().state, b'S' | b'R'));
    assert_eq!(script.alive(), [key]);
}

#[test]
fn the_thread_ends_with_its_hand() {
    let acting = Acting::start(GRACE);
    // It names itself once it runs. Other tests have hands too, so of the end only whether this one's channel was closed is
    // certain.
    until("it has its name", || {
        this::thread_names().iter().any(|name| name == "control")
    });
    let Acting { hand, news } = acting;
    drop(hand);
    until("its waker is dropped with it", || {
        matches!(
            news.try_recv(),
            Err(std::sync::mpsc::TryRecvError::Disconnected)
        )
    });
}

#[test]
fn by_a_pid_of_another_namespace_nobody_is_reached() {
    for proc_fs in [ProcFs::Foreign, ProcFs::Missing] {
        let acting = Acting::with(GRACE, proc_fs);
        let script = Script::start("exec sleep 60");
        let key = script.key();
        let had = crate::os::priority::nice(key.pid).unwrap();
        let refused = Outcome::Refused(Refusal::OtherPidNamespace);
        let done = |told: &[ActionEvent]| told.contains(&ActionEvent::Done);
        let actions = [
            Action::End,
            Action::KILL,
            Action::SUSPEND,
            Action::RESUME,
            Action::Signal(Send::Other(10)),
            Action::Set(Setting::Nice(7)),
            Action::Set(Setting::Cpus(vec![0])),
            Action::Set(Setting::IoPriority(3 << 13)),
        ];
        for action in actions {
            let told = acting.ask(Request::Act(action, vec![key]), done);
            assert_eq!(last_of(&told, key), refused);
        }
        let told = acting.ask(Request::KillTree(vec![key]), done);
        assert_eq!(last_of(&told, key), refused);
        let told = acting.ask(Request::LookAtTree(vec![key]), done);
        assert_eq!(told[0], ActionEvent::Tree(Tree::default()));
        let told = acting.ask(Request::ReadPriorities(vec![key]), done);
        assert_eq!(told[0], ActionEvent::Priorities(key, Err(refused.clone())));
        // What would be given back was taken elsewhere, before.
        let held = Held::open(key).unwrap();
        let before = priority::set(&held, &Setting::Nice(had)).unwrap().unwrap();
        let told = acting.ask(Request::Restore(vec![(key, before)]), done);
        assert_eq!(last_of(&told, key), refused);
        assert_eq!(script.alive(), [key]);
        assert_eq!(crate::os::priority::nice(key.pid).unwrap(), had);
        assert!(!matches!(script.stat().state, b'T'));
    }
}
