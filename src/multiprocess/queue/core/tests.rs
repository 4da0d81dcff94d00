mod accounts;

use std::sync::Arc;

use super::*;
use crate::multiprocess::allowance::Allowance;

const P: Party = Party::Child(1);
const C: Party = Party::Child(2);
const D: Party = Party::Child(3);
const MAIN: Party = Party::Main(7);

const NOW: Monotonic = Monotonic { nanos: 1_000 };
const LATER: Monotonic = Monotonic { nanos: 2_000 };
/// A moment that has passed: do not wait.
const NO_WAIT: Option<Monotonic> = Some(Monotonic { nanos: 0 });

/// A queue of so many places, and what happens in it as text: who, what, the item with its attempt, the depth afterwards.
struct LoggedQueue(QueueCore);

impl LoggedQueue {
    fn new(maxsize: u32) -> Self {
        Self(QueueCore::new("food".into(), maxsize))
    }

    fn put(&mut self, who: Party, byte: u8) -> Vec<String> {
        told(self.0.put(who, vec![byte].into(), None, NOW))
    }

    fn get(&mut self, who: Party) -> Vec<String> {
        told(self.0.get(who, None, NOW))
    }

    fn done(&mut self, who: Party) -> Vec<String> {
        told(self.0.task_done(who))
    }

    fn join(&mut self, who: Party) -> Vec<String> {
        told(self.0.join(who, None, NOW))
    }

    fn left(&mut self, who: Party, well: bool) -> Vec<String> {
        told(self.0.left(who, well))
    }
}

fn told(steps: Vec<Step>) -> Vec<String> {
    let name = |who| match who {
        P => "P".to_owned(),
        C => "C".to_owned(),
        D => "D".to_owned(),
        other => format!("{other:?}"),
    };
    let item = |item: &Item| {
        let Item {
            number,
            bytes,
            attempt,
        } = item;
        let bytes = bytes.bytes().unwrap();
        format!("{bytes:?} #{number} attempt {attempt}")
    };
    let text = |step: Step| {
        let who = name(step.who());
        match &step {
            Step::Put {
                item: it, depth, ..
            } => format!("{who} put {}, {depth}", item(it)),
            Step::Got {
                item: it, depth, ..
            } => format!("{who} got {}, {depth}", item(it)),
            Step::Returned {
                item: it, depth, ..
            } => format!("{who} lost {}, {depth}", item(it)),
            Step::PutBlocked { depth, .. } => format!("{who} waits to put, {depth}"),
            Step::GetBlocked { depth, .. } => format!("{who} waits to get, {depth}"),
            Step::PutRefused { depth, why, .. } => format!("{who} put in vain, {depth}: {why}"),
            Step::GetRefused { depth, why, .. } => format!("{who} got in vain, {depth}: {why}"),
            Step::Done { .. } => format!("{who} done"),
            Step::Refused { why, .. } => format!("{who} refused: {why}"),
        }
    };
    steps.into_iter().map(text).collect()
}

#[test]
fn items_come_out_in_order() {
    let mut queue = LoggedQueue::new(0);
    assert_eq!(queue.put(P, 7), ["P put [7] #1 attempt 1, 1"]);
    assert_eq!(queue.put(P, 8), ["P put [8] #2 attempt 1, 2"]);
    assert_eq!(queue.get(C), ["C got [7] #1 attempt 1, 1"]);
    assert_eq!(queue.get(C), ["C got [8] #2 attempt 1, 0"]);
    assert_eq!(queue.get(C), ["C waits to get, 0"]);
    assert_eq!(
        queue.put(P, 9),
        ["P put [9] #3 attempt 1, 1", "C got [9] #3 attempt 1, 0"]
    );
}

#[test]
fn a_full_queue_blocks_its_producer() {
    let mut queue = LoggedQueue::new(1);
    queue.put(P, 1);
    assert_eq!(queue.put(P, 2), ["P waits to put, 1"]);
    assert_eq!(
        queue.get(C),
        ["C got [1] #1 attempt 1, 0", "P put [2] #2 attempt 1, 1"]
    );
}

#[test]
fn a_killed_consumer_loses_no_item_and_a_clean_exit_returns_none() {
    let mut queue = LoggedQueue::new(0);
    queue.put(P, 1);
    queue.put(P, 2);
    queue.get(C);
    assert_eq!(queue.left(C, false), ["C lost [1] #1 attempt 2, 2"]);
    assert_eq!(queue.get(D), ["D got [1] #1 attempt 2, 1"]);
    assert!(queue.left(D, true).is_empty());
    queue.get(C);
    queue.get(D);
    assert_eq!(
        queue.left(C, false),
        ["C lost [2] #2 attempt 2, 1", "D got [2] #2 attempt 2, 0"]
    );
}

#[test]
fn what_comes_back_may_fill_a_queue_over_its_size_but_lets_nobody_in() {
    let mut queue = LoggedQueue::new(1);
    queue.put(P, 1);
    queue.get(C);
    queue.put(P, 2);
    assert_eq!(queue.left(C, false), ["C lost [1] #1 attempt 2, 2"]);
    assert_eq!(queue.put(P, 3), ["P waits to put, 2"]);
    assert_eq!(queue.get(D), ["D got [1] #1 attempt 2, 1"]);
}

#[test]
fn the_dead_wait_for_nothing() {
    let mut queue = LoggedQueue::new(1);
    queue.get(C);
    assert!(queue.left(C, false).is_empty());
    queue.put(P, 1);
    queue.put(P, 2);
    queue.left(P, false);
    assert_eq!(queue.get(D), ["D got [1] #1 attempt 1, 0"]);
    assert_eq!(queue.get(D), ["D waits to get, 0"]);
}

#[test]
fn closing_refuses_those_who_wait_and_those_who_come() {
    let mut queue = LoggedQueue::new(1);
    queue.put(P, 1);
    queue.put(P, 2);
    queue.join(MAIN);
    assert_eq!(
        told(queue.0.close()),
        [
            "P put in vain, 1: Queue 'food' is closed",
            "Main(7) refused: Queue 'food' is closed"
        ]
    );
    assert_eq!(queue.put(P, 3), ["P refused: Queue 'food' is closed"]);
    assert_eq!(queue.get(C), ["C refused: Queue 'food' is closed"]);
    assert_eq!(queue.join(C), ["C refused: Queue 'food' is closed"]);
    assert!(told(queue.0.close()).is_empty());
    let mut empty = LoggedQueue::new(1);
    empty.get(C);
    assert_eq!(
        told(empty.0.close()),
        ["C got in vain, 0: Queue 'food' is closed"]
    );
    assert_eq!(empty.join(C), ["C done"], "of nothing, everything is done");
}

#[test]
fn whoever_does_not_wait_is_refused_or_served_at_once() {
    let mut queue = QueueCore::new("food".into(), 1);
    assert_eq!(
        told(queue.get(C, NO_WAIT, NOW)),
        ["C refused: the queue is empty"]
    );
    queue.put(P, vec![1].into(), NO_WAIT, NOW);
    assert_eq!(
        told(queue.put(P, vec![2].into(), NO_WAIT, NOW)),
        ["P refused: the queue is full"]
    );
    assert_eq!(
        told(queue.join(MAIN, NO_WAIT, NOW)),
        ["Main(7) refused: not every item of the queue was done within the timeout"]
    );
    assert_eq!(
        told(queue.get(C, NO_WAIT, NOW)),
        ["C got [1] #1 attempt 1, 0"]
    );
    assert_eq!(queue.next_deadline(), None, "nobody waits");
}

#[test]
fn whoever_has_waited_long_enough_waits_no_longer() {
    let mut queue = QueueCore::new("food".into(), 1);
    queue.put(P, vec![1].into(), None, NOW);
    queue.put(P, vec![2].into(), Some(LATER), NOW);
    queue.put(D, vec![3].into(), None, NOW);
    queue.join(MAIN, Some(LATER), NOW);
    assert_eq!(queue.next_deadline(), Some(LATER));
    assert!(told(queue.refuse_overdue(NOW)).is_empty());
    assert_eq!(
        told(queue.refuse_overdue(LATER)),
        [
            "P put in vain, 1: the queue is full",
            "Main(7) refused: not every item of the queue was done within the timeout"
        ]
    );
    assert_eq!(queue.next_deadline(), None);
    assert_eq!(
        told(queue.get(C, None, NOW)),
        ["C got [1] #1 attempt 1, 0", "D put [3] #2 attempt 1, 1"],
        "nothing is put that was refused"
    );

    let mut queue = QueueCore::new("food".into(), 0);
    queue.get(C, Some(LATER), NOW);
    assert_eq!(
        told(queue.refuse_overdue(LATER)),
        ["C got in vain, 0: the queue is empty"]
    );
    assert_eq!(
        told(queue.put(P, vec![1].into(), None, NOW)),
        ["P put [1] #1 attempt 1, 1"],
        "nothing is handed to one who has gone"
    );
}

#[test]
fn a_join_waits_until_every_item_is_reported_done() {
    let mut queue = LoggedQueue::new(0);
    assert_eq!(queue.join(MAIN), ["Main(7) done"]);
    assert_eq!(
        queue.done(C),
        ["C refused: task_done() called too many times"]
    );
    queue.put(P, 1);
    queue.put(P, 2);
    assert!(queue.join(MAIN).is_empty());
    queue.get(C);
    queue.get(C);
    assert_eq!(queue.done(C), ["C done"]);
    assert_eq!(queue.done(C), ["C done", "Main(7) done"]);
    assert_eq!(
        queue.done(C),
        ["C refused: task_done() called too many times"]
    );
}

#[test]
fn reports_are_for_the_oldest_item_and_finish_the_last() {
    let mut queue = LoggedQueue::new(0);
    queue.put(P, 1);
    queue.put(P, 2);
    queue.get(C);
    queue.get(C);
    queue.done(C);
    assert_eq!(
        queue.left(C, false),
        ["C lost [2] #2 attempt 2, 1"],
        "only the first was reported"
    );
    queue.get(D);
    queue.done(D);
    assert!(queue.left(D, false).is_empty(), "it was done");
    assert_eq!(queue.join(MAIN), ["Main(7) done"]);
}

#[test]
fn what_came_back_is_not_done_and_what_the_ended_never_reported_is() {
    let mut queue = LoggedQueue::new(0);
    (1..=3).for_each(|byte| {
        queue.put(P, byte);
    });
    queue.get(C);
    queue.get(C);
    assert!(queue.join(MAIN).is_empty());
    // The first was finished by the next get, the second comes back, the third was never taken.
    assert_eq!(queue.left(C, false), ["C lost [2] #2 attempt 2, 2"]);
    queue.get(D);
    queue.done(D);
    queue.get(D);
    assert_eq!(queue.left(D, true), ["Main(7) done"]);
}

#[test]
fn somebody_else_may_report() {
    let mut queue = LoggedQueue::new(0);
    queue.put(P, 1);
    queue.get(C);
    assert_eq!(queue.done(MAIN), ["Main(7) done"]);
    queue.put(P, 2);
    assert!(queue.left(C, true).is_empty());
    assert!(queue.join(MAIN).is_empty(), "the second is not done");
    assert_eq!(queue.get(MAIN), ["Main(7) got [2] #2 attempt 1, 0"]);
    assert_eq!(queue.done(MAIN), ["Main(7) done", "Main(7) done"]);
}

#[test]
fn a_task_that_ends_badly_gives_back_what_it_took_last() {
    let mut queue = LoggedQueue::new(0);
    queue.put(P, 1);
    queue.get(C);
    assert_eq!(
        told(queue.0.let_go(C, false)),
        ["C lost [1] #1 attempt 2, 1"]
    );
    queue.get(C);
    assert!(told(queue.0.let_go(C, true)).is_empty());
    assert!(queue.left(C, false).is_empty(), "killed when it was idle");
    assert_eq!(queue.join(MAIN), ["Main(7) done"]);
}

#[test]
fn an_item_reported_too_early_is_owed_again_when_it_comes_back() {
    let mut queue = LoggedQueue::new(0);
    queue.put(P, 1);
    queue.get(C);
    queue.done(MAIN);
    assert_eq!(queue.left(C, false), ["C lost [1] #1 attempt 2, 1"]);
    assert!(queue.join(MAIN).is_empty());
    queue.get(D);
    assert_eq!(queue.done(D), ["D done", "Main(7) done"]);
}
