//! One call at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use proclab::multiprocess::error::{PoolError, TaskError};
use proclab::multiprocess::observer::{Callback, Event, Observer};
use proclab::multiprocess::{
    ApplyError, ApplyOptions, Engine, EngineOptions, GetError, NotReady, Pool, PoolOptions,
    Process, Queue,
};
use proclab::os::Monotonic;

use crate::driver::{Seen, pool, watched_engine};
use crate::functions::{
    ADD, MUTE, NAME_OF_WORKER, ONE_WAY, PANIC, PARSE, PASS, PUT_NOWHERE, SQUARE, SURVIVE, UNKNOWN,
};
use crate::gate::Gate;

fn task_error<T: std::fmt::Debug>(result: Result<T, ApplyError>) -> TaskError {
    match result.unwrap_err() {
        ApplyError::Task(GetError::Task(error)) => error,
        other => panic!("{other:?}"),
    }
}

pub fn a_function_is_called_with_its_types() {
    let (pool, watcher) = pool(1);
    assert_eq!(pool.apply(&SQUARE, -7), Ok(49));
    assert_eq!(pool.apply(&ADD, (1, 2)), Ok(3));
    assert_eq!(pool.apply(&PARSE, "12".into()), Ok(12));
    assert_eq!(
        pool.apply(&NAME_OF_WORKER, ()),
        Ok("SpawnPoolWorker-1".into())
    );
    let submitted = Seen::Submitted("square".to_owned(), None);
    assert!(watcher.seen().contains(&submitted));
}

pub fn errors_and_panics_come_back_as_words() {
    let (pool, _watcher) = pool(1);
    assert_eq!(
        pool.apply(&PARSE, "twelve".into()).unwrap_err().to_string(),
        "ParseIntError: invalid digit found in string"
    );
    let TaskError::Raised(error) = task_error(pool.apply(&PARSE, "x".into())) else {
        panic!("no error of the task");
    };
    let place = "  in parse(), in SpawnPoolWorker-1 (pid ";
    assert!(error.traceback.starts_with(place), "{error:?}");
    assert_eq!(
        pool.apply(&PUT_NOWHERE, ()).unwrap_err().to_string(),
        "ValueError: there is no queue 'nowhere'"
    );
    let TaskError::Raised(error) = task_error(pool.apply(&PANIC, 7)) else {
        panic!("no error of the task");
    };
    assert_eq!(error.to_string(), "Panic: the number is 7");
    assert!(error.traceback.contains("functions.rs"), "{error:?}");
    assert_eq!(pool.apply(&SQUARE, 3), Ok(9), "the worker goes on");
}

/// Panics with the first event of a task, under the engine's lock, and counts what it is told.
#[derive(Default)]
struct Clumsy(AtomicUsize);

impl Observer for Clumsy {
    fn observe(&self, _at: Monotonic, event: Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
        assert!(!matches!(event, Event::TaskSubmitted { .. }), "clumsy");
    }
}

pub fn an_observer_that_panics_stops_nobody() {
    let clumsy = Arc::new(Clumsy::default());
    let engine = Engine::start(EngineOptions {
        observer: Some(Arc::clone(&clumsy) as Arc<dyn Observer>),
        ..EngineOptions::default()
    })
    .unwrap();
    let pool = Pool::new(&engine, PoolOptions::default()).unwrap();
    assert_eq!(pool.apply(&SQUARE, 7), Ok(49));
    let told = clumsy.0.load(Ordering::SeqCst);
    assert_eq!(pool.map(&SQUARE, 0..3, 1), Ok(vec![0, 1, 4]));
    pool.close();
    pool.join().unwrap();
    assert_eq!(clumsy.0.load(Ordering::SeqCst), told, "it hears no more");
}

pub fn a_function_that_nobody_registered() {
    let (pool, _watcher) = pool(1);
    let error = pool.apply(&UNKNOWN, 1).unwrap_err().to_string();
    assert_eq!(
        error,
        "NameError: there is no function 'unknown': it is not in the list given to worker::enter()"
    );
}

pub fn a_result_can_be_asked_before_it_is_there() {
    let (pool, _watcher) = pool(1);
    let gate = Gate::new();
    let result = pool.apply_async(&PASS, (Some(gate.path()), 7)).unwrap();
    let waiting = gate.arrived();
    result.wait(Some(Duration::from_millis(1)));
    assert_eq!(
        (result.ready(), result.successful()),
        (false, Err(NotReady))
    );
    let timeout = Some(Duration::from_millis(1));
    assert_eq!(result.get(timeout), Err(GetError::Timeout));
    drop(waiting);
    result.wait(None);
    assert_eq!((result.ready(), result.successful()), (true, Ok(true)));
    assert_eq!((result.get(None), result.clone().get(None)), (Ok(7), Ok(7)));
}

pub fn callbacks_come_before_the_result() {
    let (pool, watcher) = pool(1);
    let (tell, told) = sync_channel(10);
    let callbacks = || {
        let (tell_value, tell_error) = (tell.clone(), tell.clone());
        ApplyOptions::new()
            .callback(move |n: i64| tell_value.send(n.to_string()).unwrap())
            .error_callback(move |error| tell_error.send(error.to_string()).unwrap())
    };
    let result = pool
        .apply_async_with(&PARSE, "12".into(), callbacks())
        .unwrap();
    assert_eq!(result.get(None), Ok(12));
    assert_eq!(told.try_recv(), Ok("12".into()));
    let result = pool
        .apply_async_with(&PARSE, "x".into(), callbacks())
        .unwrap();
    result.wait(None);
    assert_eq!(result.successful(), Ok(false));
    let words = "ParseIntError: invalid digit found in string";
    assert_eq!(told.try_recv(), Ok(words.into()));
    let finished = |callback| Seen::CallbackFinished(callback, false);
    for callback in [Callback::Value, Callback::Error] {
        assert!(watcher.seen().contains(&finished(callback)));
    }
}

pub fn a_callback_may_panic() {
    let (pool, watcher) = pool(1);
    let callbacks = ApplyOptions::new().callback(|_: i64| panic!("no"));
    let result = pool.apply_async_with(&SQUARE, 2, callbacks).unwrap();
    assert_eq!(result.get(None), Ok(4));
    assert!(
        watcher
            .seen()
            .contains(&Seen::CallbackFinished(Callback::Value, true))
    );
    let callbacks = ApplyOptions::new().callback(|_: i64| ());
    let result = pool.apply_async_with(&SQUARE, 3, callbacks).unwrap();
    assert_eq!(result.get(None), Ok(9), "the callback thread goes on");
}

pub fn a_value_that_does_not_cross() {
    let (pool, _watcher) = pool(1);
    let (tell, told) = sync_channel(1);
    let callbacks =
        ApplyOptions::new().error_callback(move |error| tell.send(error.clone()).unwrap());
    let result = pool.apply_async_with(&ONE_WAY, (), callbacks).unwrap();
    let Err(GetError::Task(error)) = result.get(None) else {
        panic!("a value");
    };
    assert!(matches!(error, TaskError::Undecodable { .. }), "{error:?}");
    assert_eq!(
        told.try_recv(),
        Ok(error),
        "it is an error for callbacks too"
    );
    let TaskError::Raised(error) = task_error(pool.apply(&MUTE, ())) else {
        panic!("no error of the task");
    };
    assert_eq!(error.kind, "MaybeEncodingError");
}

pub fn a_worker_that_dies_costs_its_task() {
    let (pool, _watcher) = pool(1);
    let error = task_error(pool.apply(&SURVIVE, -1));
    assert!(matches!(error, TaskError::WorkerDied { .. }), "{error:?}");
    assert_eq!(pool.apply(&SURVIVE, 1), Ok(1));
}

pub fn a_timeout_of_nothing_is_refused_and_says_what_is_allowed() {
    let (pool, _watcher) = pool(1);
    let nothing = || ApplyOptions::new().timeout(Duration::ZERO);
    let error = pool.apply_async_with(&SQUARE, 3, nothing()).unwrap_err();
    assert_eq!(error, PoolError::NoTimeout);
    assert_eq!(
        error.to_string(),
        "timeout must be more than 0 seconds, or None"
    );
    let options = ApplyOptions::new().timeout(Duration::ZERO);
    let error = pool
        .map_async_with(&SQUARE, 0..3, None, options)
        .unwrap_err();
    assert_eq!(error, PoolError::NoTimeout);
    // None is none.
    let result = pool.apply_async_with(&SQUARE, 3, ApplyOptions::new().timeout(None));
    assert_eq!(result.unwrap().get(None), Ok(9));
}

pub fn a_wait_may_be_as_long_as_one_likes() {
    let (engine, _watcher) = watched_engine();
    let pool = Pool::new(&engine, PoolOptions::default()).unwrap();
    assert!(pool.wait_until_ready(Some(Duration::MAX)));
    let options = ApplyOptions::new().timeout(Duration::MAX);
    let result = pool.apply_async_with(&SQUARE, 3, options).unwrap();
    assert_eq!(result.get(Some(Duration::MAX)), Ok(9));
    let queue = Queue::new(&engine, "queue", 1).unwrap();
    queue.put_timeout(vec![1], Duration::MAX).unwrap();
    assert_eq!(queue.get_timeout(Duration::MAX), Ok(vec![1]));
    let mut process = Process::new(&engine, SQUARE.call(3).unwrap());
    process.start().unwrap();
    process.join(Some(Duration::MAX)).unwrap();
    assert!(Process::wait_any(&[&process], Some(Duration::MAX)));
    pool.close();
    pool.join().unwrap();
    assert!(engine.wait_until_quiet(Duration::MAX));
}

pub fn after_close_nothing_is_taken() {
    let (pool, _watcher) = pool(1);
    let result = pool.apply_async(&SQUARE, 5).unwrap();
    assert_eq!(pool.join(), Err(PoolError::StillRunning));
    pool.close();
    assert_eq!(pool.apply(&SQUARE, 6), Err(PoolError::NotRunning.into()));
    assert_eq!(pool.join(), Ok(()));
    assert_eq!(result.get(None), Ok(25));
}

pub fn waiting_in_a_callback_is_refused() {
    let (pool, _watcher) = pool(1);
    let pool = Arc::new(pool);
    let (tell, told) = sync_channel(1);
    let own = Arc::clone(&pool);
    let callbacks = ApplyOptions::new().callback(move |n: i64| {
        let apply = own.apply(&SQUARE, n).unwrap_err();
        let map = own.map(&SQUARE, [n], None).unwrap_err();
        tell.send((apply, map)).unwrap();
    });
    let result = pool.apply_async_with(&SQUARE, 2, callbacks).unwrap();
    assert_eq!(result.get(None), Ok(4));
    let (apply, map) = (PoolError::ApplyInCallback, PoolError::MapInCallback);
    assert_eq!(told.try_recv(), Ok((apply.into(), map.into())));
}
