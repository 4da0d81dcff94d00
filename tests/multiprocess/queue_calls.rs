//! What can be asked of a queue, in the main and in a child.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use proclab::multiprocess::error::QueueError;
use proclab::multiprocess::wire::MAX_PAYLOAD_BYTES;
use proclab::multiprocess::{ApplyOptions, Pool, PoolOptions, Queue, TypedQueue};

use crate::driver::{DEADLINE, Seen, Stage, call, exit_code, pid};
use crate::tasks::{ITEMS, Meal, TOLD};

const WAIT: Duration = Duration::from_millis(50);

pub fn items_of_a_type_of_ones_own_go_to_a_child_and_back() {
    let stage = Stage::new(0);
    let (meals, cooked) = (
        TypedQueue::<Option<Meal>>::from(stage.items.queue().clone()),
        stage.told::<Meal>(),
    );
    let cook = stage.start("cook", &());
    let name = "soup".to_owned();
    let meal = |courses| Meal {
        name: name.clone(),
        courses,
    };
    meals.put(&Some(meal(vec![1, 2]))).unwrap();
    meals.put(&None).unwrap();
    assert_eq!(cooked.get_timeout(DEADLINE), Ok(meal(vec![1, 2, 9])));
    stage.join(&[cook]);
}

pub fn timeouts_in_the_main_leave_nothing_behind() {
    let stage = Stage::new(1);
    let items = &stage.items;
    items.put(&Some(1)).unwrap();
    assert_eq!(items.put_nowait(&Some(2)), Err(QueueError::Full));
    let begun = Instant::now();
    assert_eq!(items.put_timeout(&Some(3), WAIT), Err(QueueError::Full));
    assert!(begun.elapsed() >= WAIT);
    assert_eq!(items.get_nowait(), Ok(Some(1)));
    assert_eq!(items.queue().qsize(), 0, "what was refused comes not later");

    assert_eq!(items.get_nowait(), Err(QueueError::Empty));
    let begun = Instant::now();
    assert_eq!(items.get_timeout(WAIT), Err(QueueError::Empty));
    assert!(begun.elapsed() >= WAIT);
    items.put_nowait(&Some(4)).unwrap();
    assert_eq!(items.queue().qsize(), 1, "nobody waits any more");
    assert_eq!(items.get_timeout(Duration::MAX), Ok(Some(4)));
}

pub fn timeouts_in_a_child_leave_nothing_behind() {
    let stage = Stage::new(1);
    let told = stage.told::<Vec<(Option<QueueError>, u64)>>();
    stage.items.put(&Some(1)).unwrap();
    let child = stage.start("be_refused", &());
    let answers = told.get_timeout(DEADLINE).unwrap();
    stage.join(&[child]);
    let (errors, millis): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
    assert_eq!(
        errors,
        [
            Some(QueueError::Full),
            Some(QueueError::Full),
            Some(QueueError::Empty),
            Some(QueueError::Empty),
            Some(QueueError::NotDone)
        ]
    );
    let waited: Vec<_> = millis.iter().map(|&millis| millis >= 50).collect();
    assert!(waited[1] && waited[3] && waited[4], "{millis:?}");
    assert_eq!(stage.items.get_nowait(), Ok(Some(1)));
    assert_eq!(stage.items.queue().qsize(), 0);
}

pub fn everybody_sees_how_full_it_is() {
    let stage = Stage::new(2);
    let queue = stage.items.queue();
    let told = stage.told::<(u64, u32, bool, bool)>();
    assert_eq!((queue.name(), queue.maxsize()), (ITEMS, 2));
    assert!(queue.is_empty() && !queue.is_full());
    for (items, is_full) in [(0, false), (1, false), (2, true)] {
        let look = stage.start("look", &());
        let seen = told.get_timeout(DEADLINE).unwrap();
        assert_eq!(seen, (items, 2, items == 0, is_full));
        stage.join(&[look]);
        stage.items.put_nowait(&None).ok();
    }
    assert!(!queue.is_empty() && queue.is_full());
    assert!(!told.queue().is_full(), "without a limit it never is");
}

pub fn back_pressure_reaches_the_producer_and_is_told() {
    let stage = Stage::new(2);
    let producer = stage.start("produce", &(1_u64, 5_u64));
    let blocked = Seen::PutBlocked(pid(&producer));
    stage
        .watcher
        .wait_for("blocked put", |seen| (*seen == blocked).then_some(()));
    assert!(producer.is_alive().unwrap() && stage.items.queue().is_full());
    let got: Vec<_> = (0..5)
        .map(|_| stage.items.get_timeout(DEADLINE).unwrap())
        .collect();
    assert_eq!(got, [1, 2, 3, 4, 5].map(Some));
    stage.join(&[producer]);
}

pub fn a_join_waits_for_every_task_done() {
    let stage = Stage::new(0);
    let (items, queue) = (&stage.items, stage.items.queue());
    assert_eq!(queue.join(None), Ok(()), "nothing was put");
    assert_eq!(queue.task_done(), Err(QueueError::TaskDoneTooOften));
    for item in [Some(1), Some(2), None] {
        items.put(&item).unwrap();
    }
    let begun = Instant::now();
    assert_eq!(queue.join(Some(WAIT)), Err(QueueError::NotDone));
    assert!(begun.elapsed() >= WAIT);
    let consumer = stage.start("consume_and_report", &());
    assert_eq!(queue.join(Some(DEADLINE)), Ok(()));
    assert_eq!(
        queue.task_done().unwrap_err().to_string(),
        "task_done() called too many times"
    );
    stage.join(&[consumer]);

    // A consumer that never reports keeps nobody waiting beyond its end.
    let told = stage.told::<Vec<u64>>();
    items.put(&Some(3)).unwrap();
    items.put(&None).unwrap();
    let forgetful = stage.start("consume", &());
    assert_eq!(told.get_timeout(DEADLINE), Ok(vec![3]));
    assert_eq!(queue.join(Some(DEADLINE)), Ok(()));
    stage.join(&[forgetful]);
}

pub fn closing_refuses_everybody() {
    let stage = Stage::new(0);
    let queue = stage.items.queue();
    let told = stage.told::<Option<QueueError>>();
    let closed = QueueError::Closed {
        queue: ITEMS.to_owned(),
    };
    let child = stage.start("wait", &());
    assert_eq!(told.get_timeout(DEADLINE), Ok(None));
    std::thread::scope(|scope| {
        // It waits or is about to: either way it is refused.
        let waiting = scope.spawn(|| queue.get());
        queue.close();
        assert_eq!(waiting.join().unwrap(), Err(closed.clone()));
    });
    assert_eq!(told.get_timeout(DEADLINE), Ok(Some(closed.clone())));
    stage.join(&[child]);
    assert_eq!(stage.items.put(&None), Err(closed.clone()));
    assert_eq!(closed.to_string(), "Queue 'items' is closed");
    queue.close();

    // As everything ends, whoever waits is told.
    let last = Queue::new(&stage.engine, "last", 0).unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| last.get());
        stage.engine.end_all(false);
        assert!(matches!(
            waiting.join().unwrap(),
            Err(QueueError::Closed { .. })
        ));
    });
    let late = Queue::new(&stage.engine, "late", 0).unwrap();
    assert!(matches!(late.put(vec![]), Err(QueueError::Closed { .. })));
}

pub fn queues_are_told_apart_by_name() {
    let stage = Stage::new(0);
    let taken = TypedQueue::<u8>::new(&stage.engine, ITEMS, 0).err();
    let queue = ITEMS.to_owned();
    assert_eq!(taken, Some(QueueError::NameTaken { queue }));
    let told = stage.told::<QueueError>();
    let child = stage.start("use_an_unknown_queue", &());
    let queue = "unheard of".to_owned();
    let unknown = told.get_timeout(DEADLINE);
    assert_eq!(unknown, Ok(QueueError::NoSuchQueue { queue }));
    stage.join(&[child]);
    stage.items.put(&Some(1)).unwrap();
    assert!(told.queue().is_empty() && told.queue().name() == TOLD);
}

pub fn a_callback_does_not_wait_for_ever() {
    let stage = Stage::new(1);
    let told = stage.told::<Vec<u64>>();
    let options = PoolOptions {
        processes: Some(1),
        ..PoolOptions::default()
    };
    let pool = Pool::new(&stage.engine, options).unwrap();
    let (sender, answers) = mpsc::sync_channel(1);
    let (bounded, unbounded) = (stage.items.clone(), told.clone());
    let callback = move |_: Vec<u8>| {
        let answer = (
            bounded.put(&None),
            bounded.get(),
            bounded.get_timeout(WAIT),
            bounded.queue().join(None),
            bounded.put_nowait(&Some(1)),
            unbounded.put(&vec![1]),
        );
        sender.send(answer).unwrap();
    };
    let options = ApplyOptions::new().callback(callback);
    stage.items.put(&None).unwrap();
    pool.apply_call_async(call("take", &()), options).unwrap();
    let answer = answers.recv_timeout(DEADLINE).unwrap();
    let in_callback = || QueueError::InCallback;
    let expected = (
        Err(in_callback()),
        Err(in_callback()),
        Err(QueueError::Empty),
        Err(in_callback()),
        Ok(()),
        Ok(()),
    );
    assert_eq!(answer, expected);
    pool.close();
    pool.join().unwrap();
}

pub fn too_large_items_are_refused() {
    let stage = Stage::new(1);
    let refused = stage.items.queue().put(vec![0; MAX_PAYLOAD_BYTES + 1]);
    assert!(matches!(refused, Err(QueueError::TooLarge(_))));
    let producer = stage.start("put_zeros", &(MAX_PAYLOAD_BYTES + 1));
    assert_eq!(exit_code(&producer), 1);
    let explained = |seen: &Seen| match seen {
        Seen::Line(line) => line
            .starts_with("ValueError: 4294967297 bytes are too large")
            .then_some(()),
        _ => None,
    };
    stage.watcher.wait_for("explanation", explained);
    assert!(stage.items.queue().is_empty());
}
