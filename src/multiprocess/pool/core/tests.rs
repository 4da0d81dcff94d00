//! Tests of the pool's state machine, with real boards and scripted workers.

mod limits;

mod imaps;

use std::sync::Arc;

use super::workers::{FIRST_DELAY_NANOS, LONGEST_DELAY_NANOS};
use super::*;
use crate::multiprocess::board::Board;
use crate::multiprocess::wire::Task;

const MILLI: u64 = 1_000_000;

fn call(n: u8) -> Call {
    Call::new("work", vec![n])
}

/// A pool, its workers' boards, and what was sent to each worker and not begun there.
struct Rig {
    pool: PoolCore,
    boards: Vec<Arc<Board>>,
    sent: Vec<VecDeque<Task<()>>>,
    now: Monotonic,
}

impl Rig {
    /// So many idle workers.
    fn new(workers: usize) -> Self {
        Self::with(PoolCore::new(workers, None, true).unwrap(), workers)
    }

    fn with(pool: PoolCore, workers: usize) -> Self {
        let mut rig = Self {
            pool,
            boards: Vec::new(),
            sent: Vec::new(),
            now: Monotonic { nanos: MILLI },
        };
        let started = rig.drain();
        assert_eq!(started.first(), Some(&Todo::State(PoolState::Running)));
        assert_eq!(started.len(), workers + 1);
        (0..workers).for_each(|slot| rig.start(slot));
        assert_eq!(rig.drain(), []);
        rig
    }

    fn start(&mut self, slot: usize) {
        let board = Arc::new(Board::new().unwrap().0);
        self.boards
            .resize(self.boards.len().max(slot + 1), Arc::clone(&board));
        self.boards[slot] = Arc::clone(&board);
        self.sent
            .resize(self.sent.len().max(slot + 1), VecDeque::new());
        self.sent[slot].clear();
        self.pool.started(slot, board);
        self.pool.ready(slot, self.now);
    }

    fn submit(&mut self, count: u8) {
        for n in 0..count {
            self.pool
                .submit(call(n), Limits::default(), Submitter::Caller, || self.now)
                .unwrap();
        }
    }

    fn submit_limited(&mut self, limits: Limits) {
        self.pool
            .submit(call(0), limits, Submitter::Caller, || self.now)
            .unwrap();
    }

    fn pass(&mut self, nanos: u64) {
        self.now = self.now.plus_nanos(nanos);
        self.pool.tick(self.now);
    }

    /// What is to be done beside sending tasks.
    fn drain(&mut self) -> Vec<Todo> {
        let (run, rest) = self
            .pool
            .take_todo()
            .into_iter()
            .partition(|todo| matches!(todo, Todo::Run { .. }));
        let run: Vec<Todo> = run;
        for todo in run {
            if let Todo::Run { slot, tasks } = todo {
                self.sent[slot].extend(tasks);
            }
        }
        rest
    }

    /// The worker begins its next task; its number.
    fn begin(&mut self, slot: usize) -> Option<u64> {
        loop {
            let task = self.sent[slot].pop_front()?;
            if self.boards[slot].claim(task.seat, self.now) {
                return Some(task.task);
            }
        }
    }

    fn end(&mut self, slot: usize, task: u64, result: Result<Vec<u8>, RemoteError>) -> bool {
        let begun = self.now;
        let usage = TaskUsage {
            at: Some(self.now),
            ..TaskUsage::default()
        };
        let finished = Finished {
            task,
            begun,
            result: result.map(Bytes::from),
            usage,
        };
        self.pool.finished(slot, finished, self.now)
    }

    /// The worker runs its next task, which takes no time; its number.
    fn run(&mut self, slot: usize) -> Option<u64> {
        let task = self.begin(slot)?;
        assert!(self.end(slot, task, Ok(vec![])));
        Some(task)
    }

    fn die(&mut self, slot: usize) {
        self.pool
            .gone(slot, 4712, "killed by SIGKILL", Loss::Failed, self.now);
    }
}

/// How tasks ended, in order.
fn ends(todo: &[Todo]) -> Vec<(u64, Result<(), TaskError>)> {
    todo.iter()
        .filter_map(|todo| match todo {
            Todo::Resolve { task, result, .. } => {
                Some((*task, result.as_ref().map(drop).map_err(Clone::clone)))
            }
            _ => None,
        })
        .collect()
}

fn died() -> TaskError {
    TaskError::WorkerDied {
        pid: 4712,
        exit: "killed by SIGKILL".into(),
    }
}

fn restart(slot: usize) -> Todo {
    Todo::Start {
        slot,
        delay_nanos: 0,
    }
}

/// What a worker that is stopped was sent stays in its channel, though others get its tasks.
#[test]
fn who_reads_nothing_is_not_sent_more_and_more() {
    let mut rig = Rig::new(2);
    let large = || Call::new("work", vec![0; 10_000]);
    let submit = |rig: &mut Rig| {
        let by = Submitter::Caller;
        rig.pool
            .submit(large(), Limits::default(), by, || rig.now)
            .unwrap();
        rig.drain();
    };
    for _ in 0..100 {
        submit(&mut rig);
        // Longer than anybody takes to wake up.
        (0..30).for_each(|_| rig.pass(MILLI));
        rig.drain();
        assert!(rig.run(1).is_some(), "the other one gets it");
        rig.drain();
    }
    assert!(rig.sent[0].len() < 20, "{}", rig.sent[0].len());
    let busy = {
        submit(&mut rig);
        rig.begin(1).unwrap()
    };
    submit(&mut rig);
    assert_eq!(rig.begin(0), None, "it goes on, and comes to what is left");
    rig.pass(MILLI);
    rig.drain();
    assert!(rig.run(0).is_some(), "and gets what waits");
    assert!(rig.end(1, busy, Ok(vec![])));
}

#[test]
fn no_workers_is_no_pool() {
    let refused = |processes, most| PoolCore::new(processes, most, false).unwrap_err();
    assert_eq!(refused(0, None), PoolError::NoProcesses);
    assert_eq!(
        refused(usize::MAX, None).to_string(),
        format!(
            "{} processes are more than the 4096 that a pool may have",
            usize::MAX
        )
    );
    assert_eq!(refused(1, Some(0)), PoolError::NoTasksPerChild);
}

#[test]
fn the_next_task_goes_to_the_worker_that_has_been_idle_longest() {
    let mut rig = Rig::new(2);
    for (number, slot) in [(1, 0), (2, 1), (3, 0)] {
        rig.submit(1);
        assert_eq!(rig.drain(), []);
        assert_eq!(rig.run(slot), Some(number));
        let todo = rig.drain();
        assert_eq!(ends(&todo), [(number, Ok(()))]);
        assert!(
            matches!(
                todo[0],
                Todo::Resolve {
                    began: Some((_, 1)),
                    ..
                }
            ),
            "{todo:?}"
        );
    }
}

#[test]
fn a_death_costs_exactly_the_running_task() {
    let mut rig = Rig::new(2);
    // Short tasks, so that several travel together.
    rig.submit(1);
    rig.drain();
    rig.run(0);
    rig.submit(20);
    rig.drain();
    assert!(rig.sent[1].len() > 3, "{:?}", rig.sent);
    let lost = rig.begin(1).unwrap();
    rig.drain();
    rig.die(1);
    let todo = rig.drain();
    assert_eq!(ends(&todo), [(lost, Err(died()))]);
    assert!(todo.contains(&restart(1)));
    rig.start(1);
    rig.drain();
    let mut run: Vec<_> = Vec::new();
    while let Some(task) = rig.run(0).or_else(|| rig.run(1)) {
        run.push(task);
        rig.drain();
    }
    run.sort_unstable();
    let others: Vec<_> = (2..=21).filter(|&task| task != lost).collect();
    assert_eq!(run, others, "each of the others exactly once");
}

#[test]
fn a_task_that_had_not_begun_goes_back_to_the_front() {
    let mut rig = Rig::new(1);
    rig.submit(2);
    rig.drain();
    rig.die(0);
    assert_eq!(rig.drain(), [restart(0)]);
    rig.start(0);
    rig.drain();
    assert_eq!(rig.run(0), Some(1));
}

#[test]
fn what_waits_behind_a_long_task_goes_to_who_is_idle() {
    let mut rig = Rig::new(2);
    rig.submit(1);
    rig.drain();
    rig.run(0);
    rig.submit(20);
    rig.drain();
    let long = rig.begin(0).unwrap();
    let run_others = |rig: &mut Rig| {
        let run = std::iter::from_fn(|| {
            rig.drain();
            rig.run(1)
        });
        run.count()
    };
    let at_first = run_others(&mut rig);
    assert!(at_first < 19, "some wait behind the long one");
    assert!(rig.pool.next_deadline().is_some());
    rig.pass(MILLI);
    assert_eq!(at_first + run_others(&mut rig), 19, "all at the first look");
    rig.submit(20);
    assert_eq!(run_others(&mut rig), 20, "nothing new waits there");
    assert!(rig.end(0, long, Ok(vec![])));
    assert_eq!(rig.run(0), None, "nothing runs twice");
    rig.submit(2);
    rig.drain();
    assert!(rig.run(0).is_some() && rig.run(1).is_some());
}

#[test]
fn a_worker_that_does_not_wake_up_loses_its_task_but_not_its_place() {
    let mut rig = Rig::new(2);
    rig.submit(1);
    rig.drain();
    rig.pass(2 * MILLI);
    assert_eq!(rig.drain(), []);
    assert_eq!(rig.sent[1].len(), 0, "it may still wake up");
    rig.pass(30 * MILLI);
    rig.drain();
    assert_eq!((rig.run(1), rig.begin(0)), (Some(1), None));
    rig.submit(2);
    rig.drain();
    assert_eq!(
        (rig.sent[0].len(), rig.sent[1].len()),
        (1, 1),
        "it is idle again"
    );
}

#[test]
fn close_finishes_what_there_is_and_refuses_more() {
    let mut rig = Rig::new(2);
    rig.submit(3);
    rig.pool.close();
    let refused = rig
        .pool
        .submit(call(4), Limits::default(), Submitter::Caller, || rig.now);
    assert_eq!(refused, Err(PoolError::NotRunning));
    assert_eq!(rig.drain(), [Todo::State(PoolState::Closed)]);
    assert_eq!(rig.run(0), Some(1));
    rig.drain();
    assert_eq!(rig.run(1), Some(2));
    assert!(rig.drain().contains(&Todo::Finish { slot: 1 }));
    rig.pool.gone(1, 2, "exit code 0", Loss::Failed, rig.now);
    assert_eq!(rig.run(0), Some(3));
    let todo = rig.drain();
    assert_eq!(ends(&todo), [(3, Ok(()))]);
    assert_eq!(todo.last(), Some(&Todo::Finish { slot: 0 }));
    rig.pool.gone(0, 1, "exit code 0", Loss::Failed, rig.now);
    assert_eq!(rig.drain(), [Todo::State(PoolState::Ended)]);
    assert!(
        rig.pool.slots.is_empty(),
        "an engine may have had many pools"
    );
}

#[test]
fn a_worker_killed_after_close_is_replaced_while_tasks_wait() {
    let mut rig = Rig::new(2);
    rig.submit(3);
    rig.pool.close();
    rig.drain();
    rig.begin(0);
    rig.die(0);
    assert!(rig.drain().contains(&restart(0)));
}

#[test]
fn terminate_resolves_everything() {
    let mut rig = Rig::new(2);
    rig.submit(3);
    rig.drain();
    rig.begin(0);
    rig.pool.terminate();
    rig.pool.terminate();
    let todo = rig.drain();
    assert_eq!(todo[0], Todo::State(PoolState::Terminating));
    assert_eq!(ends(&todo), [(3, Err(TaskError::Terminated))]);
    assert_eq!(todo[2..], [Todo::End { slot: 0 }, Todo::End { slot: 1 }]);
    rig.die(0);
    rig.die(1);
    let todo = rig.drain();
    let terminated = |task| (task, Err(TaskError::Terminated));
    assert_eq!(ends(&todo), [terminated(1), terminated(2)]);
    assert_eq!(todo.last(), Some(&Todo::State(PoolState::Ended)));
}

#[test]
fn starts_that_keep_failing_wait_longer_and_longer_and_end_the_pool() {
    let mut pool = PoolCore::new(1, None, true).unwrap();
    let now = Monotonic::default();
    assert_eq!(
        pool.submit(call(1), Limits::default(), Submitter::Caller, || now),
        Ok(1)
    );
    pool.take_todo();
    for failures in 0..3 {
        pool.gone(0, 0, "no such file", Loss::Failed, now);
        let delay_nanos = FIRST_DELAY_NANOS << failures;
        assert_eq!(
            pool.take_todo(),
            [Todo::Start {
                slot: 0,
                delay_nanos
            }]
        );
    }
    pool.gone(0, 0, "no such file", Loss::Failed, now);
    let reason = "no such file".to_owned();
    let todo = pool.take_todo();
    assert_eq!(todo.first(), Some(&Todo::State(PoolState::Failed)));
    let failed = TaskError::PoolFailed {
        reason: reason.clone(),
    };
    assert_eq!(ends(&todo), [(1, Err(failed))]);
    assert_eq!(todo.last(), Some(&Todo::State(PoolState::Ended)));
    let refused = pool.submit(call(2), Limits::default(), Submitter::Caller, || now);
    assert_eq!(refused, Err(PoolError::Failed { reason }));
}

/// Whether the pool has given up.
fn is_over(pool: &mut PoolCore) -> bool {
    let failed = Todo::State(PoolState::Failed);
    pool.take_todo().contains(&failed)
}

#[test]
fn workers_killed_before_they_are_ready_are_replaced_at_once_and_end_the_pool_late() {
    let mut pool = PoolCore::new(1, None, true).unwrap();
    let now = Monotonic::default();
    let why = "killed by SIGKILL";
    pool.take_todo();
    for _ in 0..32 {
        pool.gone(0, 1, why, Loss::Killed, now);
        assert_eq!(pool.take_todo(), [restart(0)]);
    }
    // One that becomes ready counts for more than all that did not.
    pool.ready(0, now);
    for _ in 0..34 {
        assert!(!is_over(&mut pool));
        pool.gone(0, 1, why, Loss::Killed, now);
    }
    assert!(!is_over(&mut pool), "the first one was ready");
    pool.gone(0, 1, why, Loss::Killed, now);
    assert!(is_over(&mut pool));
}

#[test]
fn a_shortage_ends_a_pool_that_has_served_only_when_it_lasts() {
    let second = 1000 * MILLI;
    for (has_served, lasts) in [(false, 0), (true, 10)] {
        let mut pool = PoolCore::new(1, None, true).unwrap();
        let mut now = Monotonic::default().plus_nanos(second);
        pool.take_todo();
        if has_served {
            pool.ready(0, now);
            pool.gone(0, 1, "killed by SIGKILL", Loss::Killed, now);
            pool.take_todo();
        }
        let begun = now;
        loop {
            pool.gone(0, 0, "too many open files", Loss::Short, now);
            let todo = pool.take_todo();
            match todo.as_slice() {
                [Todo::Start { delay_nanos, .. }] => {
                    assert!(*delay_nanos <= LONGEST_DELAY_NANOS);
                    now = now.plus_nanos(*delay_nanos);
                }
                [Todo::State(PoolState::Failed), ..] => break,
                other => panic!("{other:?}"),
            }
        }
        let seconds = now.nanos_since(begun) / second;
        assert!((lasts..lasts + 3).contains(&seconds), "{seconds} s");
    }
}

#[test]
fn cancelling_many_sends_nobody_what_is_about_to_be_cancelled() {
    let mut rig = Rig::new(2);
    rig.submit(100);
    rig.drain();
    assert_eq!(rig.begin(0), Some(1));
    let tasks: Vec<_> = (1..100).collect();
    assert!(rig.pool.cancel(&tasks, rig.now));
    let todo = rig.drain();
    // The first one ends with its worker; the last one, which stays, is all that is sent.
    let cancelled = ends(&todo).into_iter().map(|(task, _)| task);
    assert_eq!(cancelled.collect::<Vec<_>>(), tasks[1..]);
    assert_eq!((rig.begin(1), rig.begin(1)), (Some(100), None));
    assert!(!rig.pool.cancel(&tasks[1..], rig.now));
}

#[test]
fn nobody_waits_for_workers_that_could_not_be_started() {
    let mut rig = Rig::with(PoolCore::new(3, None, true).unwrap(), 3);
    for slot in [1, 2] {
        rig.die(slot);
        rig.drain();
        // Killed, they are replaced at once and waited for, until that fails.
        assert!(!rig.pool.line_up());
        rig.pool
            .gone(slot, 0, "too many open files", Loss::Failed, rig.now);
    }
    rig.drain();
    assert!(rig.pool.line_up(), "the first one is ready");
    rig.submit(1);
    rig.drain();
    rig.pool.close();
    // There is nothing for them to do, and they are not started for that.
    let ends = [Todo::End { slot: 1 }, Todo::End { slot: 2 }];
    assert_eq!(rig.drain().last_chunk(), Some(&ends));
    for slot in [1, 2] {
        rig.pool.gone(
            slot,
            0,
            "ended before it was started",
            Loss::Failed,
            rig.now,
        );
        assert_eq!(rig.drain(), []);
    }
    assert_eq!(rig.run(0), Some(1));
    assert!(rig.drain().contains(&Todo::Finish { slot: 0 }));
    rig.pool.gone(0, 1, "exit code 0", Loss::Failed, rig.now);
    assert_eq!(rig.drain(), [Todo::State(PoolState::Ended)]);
}

#[test]
fn deaths_never_end_the_pool_while_somebody_works() {
    let mut rig = Rig::new(2);
    for _ in 0..50 {
        rig.die(0);
        rig.start(0);
    }
    (0..50).for_each(|_| rig.die(0));
    assert_eq!(rig.pool.state(), PoolState::Running);
    let delays: Vec<_> = rig
        .drain()
        .into_iter()
        .filter_map(|todo| match todo {
            Todo::Start { delay_nanos, .. } => Some(delay_nanos),
            _ => None,
        })
        .collect();
    assert_eq!(
        (delays.first(), delays.last()),
        (Some(&0), Some(&LONGEST_DELAY_NANOS))
    );
}

#[test]
fn a_result_that_nobody_asked_for_is_a_fault() {
    let mut rig = Rig::new(2);
    assert!(!rig.end(0, 9, Ok(vec![])));
    rig.submit(1);
    rig.drain();
    assert!(!rig.end(1, 1, Ok(vec![])), "another worker has it");
    assert_eq!(rig.run(0), Some(1));
    assert!(!rig.end(0, 1, Ok(vec![])), "a second time");
}
