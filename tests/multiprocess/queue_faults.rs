//! What a queue survives: deaths at both ends, no room, many hands, and no time.

use proclab::multiprocess::error::QueueError;
use proclab::multiprocess::{Pool, PoolOptions, Process, TypedQueue};
use proclab::os::processes::stat_of;

use crate::driver::{DEADLINE, Seen, Stage, call, exit_code, kill, pid, wait_until};
use crate::tasks::ITEMS;

pub fn a_killed_consumer_loses_no_item() {
    let stage = Stage::new(0);
    let holding = stage.told::<()>();
    for item in [Some(1), Some(2), None] {
        stage.items.put(&item).unwrap();
    }
    let doomed = stage.start("hold", &());
    assert_eq!(holding.get_timeout(DEADLINE), Ok(()));
    let victim = pid(&doomed);
    kill(victim);
    assert_eq!(exit_code(&doomed), -9);
    assert_eq!(stage.items.queue().qsize(), 3, "it is back");
    let joined = stage.items.queue().join(Some(std::time::Duration::ZERO));
    assert_eq!(joined, Err(QueueError::NotDone));

    let heir = stage.start("consume_and_report", &());
    assert_eq!(stage.items.queue().join(Some(DEADLINE)), Ok(()));
    let heir_pid = pid(&heir);
    stage.join(&[heir]);
    let of_items: Vec<_> = stage
        .watcher
        .seen()
        .into_iter()
        .filter(|seen| match seen {
            Seen::Got(who, ..) | Seen::Returned(who, ..) => [victim, heir_pid].contains(who),
            _ => false,
        })
        .collect();
    assert_eq!(
        of_items,
        [
            Seen::Got(victim, 1, 1),
            Seen::Returned(victim, 1, 2),
            Seen::Got(heir_pid, 1, 2),
            Seen::Got(heir_pid, 2, 1),
            Seen::Got(heir_pid, 3, 1),
        ]
    );
}

pub fn a_producer_killed_within_a_large_put_corrupts_nothing() {
    let stage = Stage::new(0);
    let doomed = stage.start("put_large", &(48_usize << 20));
    let victim = pid(&doomed);
    stage.watcher.hold_at("putting");
    stage.go.put(&()).unwrap();
    let putting = Seen::Line("putting".to_owned());
    stage
        .watcher
        .wait_for("line", |seen| (*seen == putting).then_some(()));
    // The engine takes nothing, so the child is stuck with all but the first bytes of its item.
    wait_until("the put waits for the main", || {
        stat_of(victim).is_some_and(|stat| stat.state == b'S')
    });
    kill(victim);
    stage.watcher.go_on();
    assert_eq!(exit_code(&doomed), -9);
    assert!(stage.items.queue().is_empty(), "half an item is none");

    let told = stage.told::<Vec<u64>>();
    let others = [
        stage.start("produce", &(0_u64, 100_u64)),
        stage.start("consume", &()),
    ];
    stage.join(&others[..1]);
    stage.items.put(&None).unwrap();
    let eaten = told.get_timeout(DEADLINE);
    assert_eq!(eaten, Ok((0..100).collect()));
    stage.join(&others[1..]);
}

pub fn a_producer_does_not_outwait_its_consumers() {
    let stage = Stage::new(1);
    let holding = stage.told::<()>();
    let told = TypedQueue::<QueueError>::from(holding.queue().clone());
    stage.items.put(&Some(0)).unwrap();
    let consumer = stage.start("hold", &());
    assert_eq!(holding.get_timeout(DEADLINE), Ok(()));
    let producer = stage.start("produce_until_refused", &());
    let blocked = Seen::PutBlocked(pid(&producer));
    stage
        .watcher
        .wait_for("blocked put", |seen| (*seen == blocked).then_some(()));
    kill(pid(&consumer));
    // The library does not know who will consume: whoever does closes the queue once nobody is left.
    assert!(Process::wait_any(&[&producer, &consumer], Some(DEADLINE)));
    assert!(producer.is_alive().unwrap() && stage.items.queue().is_full());
    stage.items.queue().close();
    let queue = ITEMS.to_owned();
    let refused = told.get_timeout(DEADLINE);
    assert_eq!(refused, Ok(QueueError::Closed { queue }));
    let refused = Seen::PutRefused(pid(&producer));
    stage.join(&[producer]);
    assert!(stage.watcher.seen().contains(&refused));
}

pub fn a_pools_task_finishes_its_item_or_gives_it_back() {
    let stage = Stage::new(0);
    let options = PoolOptions {
        processes: Some(1),
        ..PoolOptions::default()
    };
    let pool = Pool::new(&stage.engine, options).unwrap();
    stage.items.put(&Some(1)).unwrap();
    pool.apply_call(call("take_and_raise", &())).unwrap_err();
    assert_eq!(stage.items.queue().qsize(), 1, "it is back");
    pool.apply_call(call("take", &())).unwrap();
    let worker = stage.watcher.wait_for("worker", |seen| match seen {
        Seen::Started(pid) => Some(*pid),
        _ => None,
    });
    kill(worker);
    stage.watcher.wait_for("worker's end", |seen| {
        matches!(seen, Seen::Exited(pid, _) if *pid == worker).then_some(())
    });
    assert!(
        stage.items.queue().is_empty(),
        "its task had ended well before it was killed"
    );
    let items: Vec<_> = stage
        .watcher
        .seen()
        .into_iter()
        .filter(|seen| matches!(seen, Seen::Got(..) | Seen::Returned(..)))
        .collect();
    assert_eq!(
        items,
        [
            Seen::Got(worker, 1, 1),
            Seen::Returned(worker, 1, 2),
            Seen::Got(worker, 1, 2)
        ]
    );
    let joined = stage.items.queue().join(Some(DEADLINE));
    assert_eq!(joined, Ok(()), "nobody is left to report it");
}

pub fn one_place_three_producers_two_consumers_each_item_once() {
    each_item_once(&Stage::new(1), 10_000, "produce", "consume");
}

pub fn a_hundred_thousand_items() {
    each_item_once(&Stage::new(0), 100_000, "produce", "consume");
}

pub fn an_item_and_the_end_of_the_time_at_once() {
    each_item_once(
        &Stage::new(1),
        2_000,
        "produce_impatiently",
        "consume_impatiently",
    );
}

/// Three producers and two consumers; every item arrives, and arrives once.
pub fn each_item_once(stage: &Stage, count: u64, produce: &'static str, consume: &'static str) {
    let told = stage.told::<Vec<u64>>();
    let bounds = [0, count / 3, count * 2 / 3, count];
    let producers: Vec<Process> = bounds
        .windows(2)
        .map(|part| stage.start(produce, &(part[0], part[1] - part[0])))
        .collect();
    let consumers = [stage.start(consume, &()), stage.start(consume, &())];
    stage.join(&producers);
    // As in Python: one sentinel for each consumer, once all producers have ended.
    for _ in &consumers {
        stage.items.put(&None).unwrap();
    }
    let mut eaten = Vec::new();
    for _ in &consumers {
        eaten.extend(told.get_timeout(DEADLINE).unwrap());
    }
    stage.join(&consumers);
    eaten.sort_unstable();
    assert_eq!(eaten.len() as u64, count);
    assert!(eaten.into_iter().eq(0..count));
}
