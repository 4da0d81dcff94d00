//! Callbacks that panic, block, or use the pool that they belong to.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use proclab::multiprocess::error::{PoolError, TaskError};
use proclab::multiprocess::{ApplyError, ApplyOptions, GetError, Pool};
use proclab::selftest::{Asked, Misdeed, Observed, PATIENCE, Surprise, ask, expect, number};

use crate::alone::alone;

fn with_callback(
    pool: &Pool,
    misdeed: &Misdeed,
    callback: impl FnOnce(Vec<u8>) + Send + 'static,
) -> Result<Asked, Surprise> {
    let options = ApplyOptions::new().callback(callback);
    Ok(pool.apply_call_async(misdeed.call(), options)?)
}

/// A channel that the far end of a callback answers through.
fn answers<T>() -> (SyncSender<T>, Receiver<T>) {
    sync_channel(10)
}

fn answer<T>(from: &Receiver<T>) -> Result<T, Surprise> {
    Ok(from.recv_timeout(PATIENCE)?)
}

#[test]
fn callbacks_that_panic_harm_nobody() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let options = ApplyOptions::new().error_callback(|_| panic!("in the error callback"));
        let failed = pool.apply_call_async(Misdeed::Raise.call(), options)?;
        let good = with_callback(&pool, &Misdeed::Return(1), |_| panic!("in the callback"))?;
        expect(
            matches!(
                failed.get(Some(PATIENCE)),
                Err(GetError::Task(TaskError::Raised(_)))
            ),
            || "the error".to_owned(),
        )?;
        expect(number(&good)? == 1, || "the value".to_owned())?;
        for wanted in [failed.tasks()[0], good.tasks()[0]] {
            trial.wait_for("a panic that is told", |told| match told {
                Observed::CallbackEnded {
                    task,
                    panicked: true,
                } if *task == wanted => Some(()),
                _ => None,
            })?;
        }
        let (say, said) = answers();
        with_callback(&pool, &Misdeed::Return(2), move |value| {
            say.send(value).unwrap();
        })?;
        expect(answer(&said)? == Misdeed::value(2), || {
            "a later callback".to_owned()
        })
    });
}

#[test]
fn a_callback_that_blocks_holds_up_callbacks_only() {
    alone(|trial| {
        let pool = trial.pool(1)?;
        let (go_on, may_go_on) = answers::<()>();
        let held = with_callback(&pool, &Misdeed::Return(1), move |_| {
            may_go_on.recv_timeout(PATIENCE).unwrap();
        })?;
        for value in 0..100 {
            expect(
                number(&ask(&pool, &Misdeed::Return(value))?)? == value,
                || "a result".to_owned(),
            )?;
        }
        expect(!held.ready(), || "the callback comes first".to_owned())?;
        go_on.send(())?;
        expect(number(&held)? == 1, || "the value".to_owned())
    });
}

#[test]
fn a_callback_may_use_its_pool_but_not_wait_for_itself() {
    alone(|trial| {
        let pool = Arc::new(trial.pool(1)?);
        let (say, said) = answers();
        let within = Arc::clone(&pool);
        with_callback(&pool, &Misdeed::Return(1), move |_| {
            let waits = within.apply_call(Misdeed::Return(2).call());
            let (again, say_again) = (say.clone(), say.clone());
            let own = with_callback(&within, &Misdeed::Return(3), move |_| {
                again.send(Err(())).unwrap();
            });
            let own = own.map(|result| result.get(None));
            // Without a callback of its own a result comes from the engine, which waits for nobody here.
            let value = ask(&within, &Misdeed::Return(4)).and_then(|result| number(&result));
            drop(within);
            say_again.send(Ok((waits, own.ok(), value.ok()))).unwrap();
        })?;
        let Ok((waits, own, value)) = answer(&said)? else {
            return Err(Surprise("the second callback came first".to_owned()));
        };
        expect(
            waits == Err(ApplyError::Pool(PoolError::ApplyInCallback)),
            || format!("{waits:?}"),
        )?;
        expect(own == Some(Err(GetError::InCallback)), || {
            format!("{own:?}")
        })?;
        expect(value == Some(4), || format!("{value:?}"))?;
        expect(answer(&said)?.is_err(), || "the second callback".to_owned())
    });
}

#[test]
fn a_callback_may_terminate_its_pool() {
    alone(|trial| {
        let pool = Arc::new(trial.pool(2)?);
        let long = ask(&pool, &Misdeed::Sleep(600_000))?;
        let (say, said) = answers();
        let within = Arc::clone(&pool);
        with_callback(&pool, &Misdeed::Return(1), move |_| {
            within.terminate();
            say.send(within.join()).unwrap();
        })?;
        expect(answer(&said)? == Err(PoolError::JoinInCallback), || {
            "join".to_owned()
        })?;
        expect(
            long.get(Some(PATIENCE)) == Err(GetError::Task(TaskError::Terminated)),
            || "not terminated".to_owned(),
        )?;
        Ok(pool.join()?)
    });
}

#[test]
fn a_callback_may_hold_the_last_hand_on_its_pool() {
    alone(|trial| {
        let (say, said) = answers();
        let place = Arc::new(Mutex::new(None));
        let taken = Arc::clone(&place);
        let pool = trial.pool(2)?;
        let (go_on, may_go_on) = answers::<()>();
        with_callback(&pool, &Misdeed::Return(1), move |_| {
            may_go_on.recv_timeout(PATIENCE).unwrap();
            drop::<Option<Pool>>(taken.lock().unwrap().take());
            say.send(()).unwrap();
        })?;
        let long = ask(&pool, &Misdeed::Sleep(600_000))?;
        *place.lock().unwrap() = Some(pool);
        go_on.send(())?;
        answer(&said)?;
        expect(
            long.get(Some(PATIENCE)) == Err(GetError::Task(TaskError::Terminated)),
            || "not terminated".to_owned(),
        )
    });
}

#[test]
fn a_callback_cannot_submit_to_a_closed_pool() {
    alone(|trial| {
        let pool = Arc::new(trial.pool(1)?);
        let (say, said) = answers();
        let (go_on, may_go_on) = answers::<()>();
        let within = Arc::clone(&pool);
        with_callback(&pool, &Misdeed::Return(1), move |_| {
            may_go_on.recv_timeout(PATIENCE).unwrap();
            let refused = within.apply_call_async(Misdeed::Return(2).call(), ApplyOptions::new());
            say.send(refused.map(|_result| ())).unwrap();
        })?;
        pool.close();
        go_on.send(())?;
        expect(answer(&said)? == Err(PoolError::NotRunning), || {
            "taken".to_owned()
        })?;
        Ok(pool.join()?)
    });
}
