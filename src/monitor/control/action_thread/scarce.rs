//! A tree with more processes than files may be open.
//!
//! The limit is that of a whole program: the test starts itself again, alone and with few descriptors.

use std::collections::BTreeMap;
use std::fs::File;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use super::kill_tree::Hunt;
use super::tests::{Acting, Script, last_of, look_at, until};
use super::*;

/// Says to the program that it is the one with few descriptors.
const INSIDE: &str = "PROCLAB_TEST_FEW_DESCRIPTORS";

/// Descriptors: the program's own, and some to work with.
const FEW: u32 = 32;

/// Children of the tree.
const MANY: usize = 150;

#[test]
fn a_tree_larger_than_the_limit_of_open_files_is_killed_to_the_last() {
    with_few(kill_a_large_tree);
}

#[test]
fn whoever_was_stopped_goes_on_when_descriptors_run_out() {
    with_few(give_up_without_descriptors);
}

#[test]
fn who_is_above_us_is_refused_though_descriptors_have_run_out() {
    with_few(refuse_without_descriptors);
}

#[test]
fn a_hand_that_is_dropped_finishes_what_it_began() {
    let script = tree(3);
    let root = script.key();
    let hand = ActionThread::with(Arc::new(|| {}), GRACE, ProcFs::Own).unwrap();
    hand.ask(1, Request::KillTree(vec![root])).unwrap();
    drop(hand);
    until("all are killed", || script.alive().is_empty());
}

/// Runs this in a program that has few descriptors and nothing else to do: in this test, started again alone.
fn with_few(inside: fn()) {
    if std::env::var_os(INSIDE).is_some() {
        assert_eq!(this::open_files_limit(), Some(FEW.into()));
        return inside();
    }
    let name = std::thread::current().name().unwrap().to_owned();
    let output = Command::new("sh")
        .args([
            "-c",
            &format!("ulimit -n {FEW}; exec \"$0\" --exact \"$1\" --nocapture"),
        ])
        .arg(std::env::current_exe().unwrap())
        .arg(name)
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{output:?}"
    );
}

fn kill_a_large_tree() {
    let acting = Acting::start(GRACE);
    let script = tree(MANY);
    let root = script.key();
    let small = tree(FEW as usize);
    let taken = all_descriptors();
    // With none left nobody can be seen.
    let told = acting.ask(Request::KillTree(vec![root]), |told| {
        told.contains(&ActionEvent::Done)
    });
    let refused = last_of(&told, root);
    assert!(
        matches!(&refused, Outcome::Failed(words) if words.to_string().contains("Too many open files")),
        "{refused:?}"
    );
    // With a few, one takes one's turn after the other.
    let mut left = taken;
    left.truncate(left.len() - 4);
    kill(&acting, &small, FEW as usize);
    drop(left);
    assert!(
        look_at(root)
            .members
            .iter()
            .all(|member| member.kin.state != b'T')
    );
    let outcomes = kill(&acting, &script, MANY);
    let ended = outcomes
        .values()
        .filter(|outcome| matches!(outcome, Outcome::Ended(_)));
    // A round waits for the end of the one before.
    assert!(ended.count() > MANY / 2, "{outcomes:?}");
}

fn refuse_without_descriptors() {
    let acting = Acting::start(GRACE);
    let parent = processes::ancestors_of(this::pid()).unwrap()[0];
    let ask = |key| {
        let resume = Request::Act(Action::RESUME, vec![key]);
        let told = acting.ask(resume, |told| told.contains(&ActionEvent::Done));
        last_of(&told, key)
    };
    assert_eq!(ask(parent), Outcome::Refused(Refusal::OurAncestor));
    let taken = all_descriptors();
    let outcome = ask(parent);
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
    drop(taken);
    // Those who are watched make room.
    let scripts: Vec<_> = (0..6)
        .map(|_| Script::start("trap '' TERM; exec sleep 60"))
        .collect();
    let name = |key: &ProcKey| processes::stat_of(key.pid).unwrap().comm.to_vec();
    let keys: Vec<_> = scripts.iter().map(Script::key).collect();
    until("all ignore it", || {
        keys.iter().all(|key| name(key) == b"sleep")
    });
    acting.ask(Request::Act(Action::End, keys), |told| {
        told.contains(&ActionEvent::Done)
    });
    let taken = all_descriptors();
    let outcome = ask(parent);
    drop(taken);
    assert_eq!(outcome, Outcome::Refused(Refusal::OurAncestor));
}

fn give_up_without_descriptors() {
    let (_requests, asked) = sync_channel(1);
    let (teller, told) = sync_channel(64);
    let mut worker = Worker {
        asked,
        teller,
        bell: Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).unwrap()),
        waker: Arc::new(|| {}),
        grace: GRACE,
        proc_fs: ProcFs::Own,
        watched: Vec::new(),
    };
    for has_reserve in [true, false] {
        let script = Script::start("exec sleep 60");
        let key = script.key();
        let state = || processes::stat_of(key.pid).unwrap().state;
        let pid = Pid::from_raw(key.pid.try_into().unwrap()).unwrap();
        kill_process(pid, Signal::STOP).unwrap();
        until("it stands still", || state() == b'T');
        let mut hunt = Hunt::new(has_reserve.then(|| worker.reserve().unwrap()));
        hunt.stopped.insert(key);
        let taken = all_descriptors();
        let error = processes::all_stats().unwrap_err();
        assert!(worker.give_up(7, hunt, &[key], &error).is_ok());
        drop(taken);
        let told: Vec<_> = told.try_iter().map(|(_id, told)| told).collect();
        let outcome = last_of(&told, key);
        if has_reserve {
            until("it goes on", || state() != b'T');
            assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
        } else {
            let is_told = matches!(outcome, Outcome::StillThere(_, ProcState::Stopped));
            assert!(is_told && state() == b'T', "{outcome:?}");
        }
    }
}

fn tree(children: usize) -> Script {
    let script = Script::start(&format!(
        "i=0; while [ $i -lt {children} ]; do sleep 60 & i=$((i+1)); done; wait"
    ));
    let root = script.key();
    until("all live", || look_at(root).members.len() == children + 1);
    script
}

/// Kills a tree; everybody in it has a result, and is dead.
fn kill(acting: &Acting, script: &Script, children: usize) -> BTreeMap<ProcKey, Outcome> {
    let told = acting.ask(Request::KillTree(vec![script.key()]), |told| {
        told.contains(&ActionEvent::Done) && outcomes(told).values().all(Outcome::is_final)
    });
    let outcomes = outcomes(&told);
    assert_eq!(outcomes.len(), children + 1, "{outcomes:?}");
    assert!(outcomes.values().all(Outcome::is_done), "{outcomes:?}");
    until("nobody of the tree lives", || script.alive().is_empty());
    outcomes
}

/// The last word on each.
fn outcomes(told: &[ActionEvent]) -> BTreeMap<ProcKey, Outcome> {
    let outcomes = told.iter().filter_map(|told| match told {
        ActionEvent::Outcome(key, outcome) => Some((*key, outcome.clone())),
        _ => None,
    });
    outcomes.collect()
}

/// Whatever may still be opened.
fn all_descriptors() -> Vec<File> {
    std::iter::from_fn(|| File::open("/dev/null").ok()).collect()
}
