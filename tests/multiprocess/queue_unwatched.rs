//! Queues that nobody watches: children put and get without asking each time, and everything else is as it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use proclab::multiprocess::error::QueueError;
use proclab::multiprocess::{Pool, PoolOptions};

use crate::driver::{DEADLINE, Stage, call, exit_code, kill, pid};
use crate::queue_faults::each_item_once;
use crate::tasks::{ITEMS, large_number};

pub fn many_items_each_once() {
    each_item_once(&Stage::unwatched(0), 200_000, "produce", "consume");
}

pub fn few_places_each_item_once() {
    each_item_once(&Stage::unwatched(1), 5_000, "produce", "consume");
    each_item_once(
        &Stage::unwatched(3),
        5_000,
        "produce",
        "consume_and_look_around",
    );
}

pub fn an_item_and_the_end_of_the_time_at_once() {
    each_item_once(
        &Stage::unwatched(2),
        2_000,
        "produce_impatiently",
        "consume_impatiently",
    );
}

pub fn a_bounded_queue_is_never_over_its_bound() {
    let stage = Stage::unwatched(7);
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let look = scope.spawn(|| {
            let mut most = 0;
            while !ended.load(Ordering::Relaxed) {
                most = most.max(stage.items.queue().qsize());
                std::thread::yield_now();
            }
            most
        });
        each_item_once(&stage, 30_000, "produce", "consume");
        ended.store(true, Ordering::Relaxed);
        assert!(look.join().unwrap() <= 7);
    });
}

pub fn a_killed_consumer_gives_back_what_it_was_sent_ahead() {
    let stage = Stage::unwatched(0);
    let holding = stage.told::<()>();
    for item in 1..=1_000 {
        stage.items.put(&Some(item)).unwrap();
    }
    let doomed = stage.start("take_and_hold", &300_u64);
    assert_eq!(holding.get_timeout(DEADLINE), Ok(()));
    assert_eq!(stage.items.queue().qsize(), 700);
    kill(pid(&doomed));
    assert_eq!(exit_code(&doomed), -9);
    assert_eq!(stage.items.queue().qsize(), 701);
    let rest = (0..701).map(|_| stage.items.get_nowait().unwrap().unwrap());
    assert!(
        rest.eq(300..=1_000),
        "only what it had handed out last comes twice"
    );
}

pub fn who_is_hungry_gets_what_another_was_sent_ahead() {
    let stage = Stage::unwatched(0);
    let holding = stage.told::<()>();
    for item in 1..=1_000 {
        stage.items.put(&Some(item)).unwrap();
    }
    let slow = stage.start("take_and_hold", &300_u64);
    assert_eq!(holding.get_timeout(DEADLINE), Ok(()));
    let begun = Instant::now();
    // In another order: some of them were on their way to somebody else.
    let rest = (0..700).map(|_| stage.items.get_timeout(DEADLINE).unwrap().unwrap());
    let mut rest: Vec<_> = rest.collect();
    rest.sort_unstable();
    assert!(rest.into_iter().eq(301..=1_000));
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
    kill(pid(&slow));
    assert_eq!(exit_code(&slow), -9);
    assert_eq!(stage.items.get_nowait(), Ok(Some(300)));
    assert_eq!(stage.items.get_nowait(), Err(QueueError::Empty));
}

pub fn what_a_killed_producer_has_put_is_in_the_queue() {
    for count in [1, 2, 10, 100, 10_000] {
        let stage = Stage::unwatched(0);
        let doomed = stage.start("produce_and_die", &count);
        assert_eq!(exit_code(&doomed), -9);
        assert_eq!(stage.items.queue().qsize() as u64, count);
        let items = (0..count).map(|_| stage.items.get_nowait().unwrap().unwrap());
        assert!(items.eq(0..count));
    }
}

pub fn a_task_gives_back_what_it_was_sent_ahead() {
    let stage = Stage::unwatched(0);
    let options = PoolOptions {
        processes: Some(1),
        ..PoolOptions::default()
    };
    let pool = Pool::new(&stage.engine, options).unwrap();
    for item in 1..=1_000 {
        stage.items.put(&Some(item)).unwrap();
    }
    pool.apply_call(call("take_some", &300_u64)).unwrap();
    assert_eq!(stage.items.queue().qsize(), 700);
    pool.apply_call(call("take_some", &100_u64)).unwrap();
    pool.apply_call(call("take_and_raise", &())).unwrap_err();
    let rest = (0..600).map(|_| stage.items.get_nowait().unwrap().unwrap());
    assert!(rest.eq(401..=1_000), "what the last one took is back");
}

pub fn closing_ends_producers_and_consumers() {
    let stage = Stage::unwatched(0);
    let told = stage.told::<QueueError>();
    let closed = QueueError::Closed {
        queue: ITEMS.to_owned(),
    };
    let producer = stage.start("produce_until_refused", &());
    let consumer = stage.start("consume_until_refused", &());
    while stage.items.queue().is_empty() {
        std::thread::yield_now();
    }
    stage.items.queue().close();
    for _ in 0..2 {
        assert_eq!(told.get_timeout(DEADLINE), Ok(closed.clone()));
    }
    stage.join(&[producer, consumer]);
}

pub fn large_items_each_once() {
    for maxsize in [0, 3] {
        let stage = Stage::unwatched(maxsize);
        each_item_once(&stage, 1_500, "produce_large", "consume_large");
    }
}

pub fn what_is_left_of_a_killed_producer_is_whole() {
    // More than it may leave in memory that it shares: some of it came another way.
    let count = 400;
    let stage = Stage::unwatched(0);
    let doomed = stage.start("produce_large_and_die", &count);
    assert_eq!(exit_code(&doomed), -9);
    let next = stage.start("produce_large", &(count, count));
    stage.join(&[next]);
    let get = || large_number(&stage.items.queue().get_nowait().unwrap());
    assert!((0..2 * count).all(|number| get() == Some(number)));
}

pub fn a_large_item_of_a_killed_consumer_comes_back_whole() {
    let stage = Stage::unwatched(0);
    let told = stage.told::<Option<u64>>();
    let producer = stage.start("produce_large", &(0_u64, 50_u64));
    stage.join(&[producer]);
    for number in 0..3 {
        let doomed = stage.start("take_large_and_hold", &());
        assert_eq!(told.get_timeout(DEADLINE), Ok(Some(0)), "round {number}");
        kill(pid(&doomed));
        assert_eq!(exit_code(&doomed), -9);
    }
    let get = || large_number(&stage.items.queue().get_nowait().unwrap());
    assert!((0..50).all(|number| get() == Some(number)));
}
