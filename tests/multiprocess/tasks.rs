//! What the children of these tests do.

use std::time::{Duration, Instant};

use proclab::multiprocess::error::{QueueError, RemoteError};
use proclab::multiprocess::wire::{Bytes, Chunk};
use proclab::multiprocess::worker::{Context, Registry};
use rustix::process::{Signal, getpid, kill_process};
use serde::{Deserialize, Serialize};

use crate::functions::FUNCTIONS;

/// The queue that most tasks use; `None` ends a consumer.
pub const ITEMS: &str = "items";
/// Where tasks say what they have seen.
pub const TOLD: &str = "told";
/// Nobody ever puts anything in here.
pub const NEVER: &str = "never";

/// What a task waits for before it does what a test is about.
pub const GO: &str = "go";

/// A wait that nobody waits out.
pub const SHORT: Duration = Duration::from_micros(20);

/// Something of a user's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meal {
    pub name: String,
    pub courses: Vec<u32>,
}

pub struct Tasks;

impl Registry for Tasks {
    fn call(
        &self,
        target: &str,
        payload: &[u8],
        context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        match target {
            "cook" => cook(context)?,
            "produce" => produce(context, arguments(payload))?,
            "produce_impatiently" => produce_impatiently(context, arguments(payload))?,
            "produce_until_refused" => produce_until_refused(context)?,
            "put_large" => {
                let item = vec![7; arguments(payload)];
                context.get(GO)?;
                context.print(format_args!("putting"));
                context.put(ITEMS, item)?;
            }
            "put_zeros" => context.put(ITEMS, vec![0; arguments(payload)])?,
            "consume" => consume(context)?,
            "consume_and_look_around" => consume_and_look_around(context)?,
            "consume_until_refused" => consume_until_refused(context)?,
            "produce_and_die" => {
                produce(context, (0, arguments(payload)))?;
                kill_process(getpid(), Signal::KILL).unwrap();
            }
            "produce_large" => produce_large(context, arguments(payload))?,
            "produce_large_and_die" => {
                produce_large(context, (0, arguments(payload)))?;
                kill_process(getpid(), Signal::KILL).unwrap();
            }
            "consume_large" => consume_large(context)?,
            "take_large_and_hold" => {
                let number = large_number(&context.get(ITEMS)?);
                context.queue(TOLD).put(&number)?;
                context.get(NEVER)?;
            }
            "take_some" => take_some(context, arguments(payload))?,
            "take_and_hold" => {
                take_some(context, arguments(payload))?;
                context.queue(TOLD).put(&())?;
                context.get(NEVER)?;
            }
            "consume_impatiently" => consume_impatiently(context)?,
            "consume_and_report" => consume_and_report(context)?,
            "hold" => hold(context)?,
            "take" => {
                context.get(ITEMS)?;
            }
            "take_and_raise" => {
                context.get(ITEMS)?;
                return Err(RemoteError::new("ValueError", "inedible"));
            }
            "be_refused" => be_refused(context)?,
            "wait" => wait(context)?,
            "look" => {
                let seen = (
                    context.qsize(ITEMS)? as u64,
                    context.maxsize(ITEMS)?,
                    context.is_empty(ITEMS)?,
                    context.is_full(ITEMS)?,
                );
                context.queue(TOLD).put(&seen)?;
            }
            "use_an_unknown_queue" => {
                let error = context.get("unheard of").unwrap_err();
                context.queue(TOLD).put(&error)?;
            }
            function => return FUNCTIONS.call(function, payload, context),
        }
        Ok(Bytes::default())
    }

    fn call_chunk(
        &self,
        target: &str,
        payload: &[u8],
        chunk: Chunk,
        context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        if target == "miscount" {
            return Ok(Bytes::copied(&u64::MAX.to_le_bytes()));
        }
        FUNCTIONS.call_chunk(target, payload, chunk, context)
    }
}

fn arguments<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> T {
    postcard::from_bytes(payload).unwrap()
}

/// Every meal gets one more course.
fn cook(context: &mut Context) -> Result<(), QueueError> {
    while let Some(mut meal) = context.queue::<Option<Meal>>(ITEMS).get()? {
        meal.courses.push(9);
        context.queue(TOLD).put(&meal)?;
    }
    Ok(())
}

fn produce(context: &mut Context, (first, count): (u64, u64)) -> Result<(), QueueError> {
    for item in first..first + count {
        context.queue(ITEMS).put(&Some(item))?;
    }
    Ok(())
}

/// A large item: all its bytes say which one it is.
pub fn large_item(number: u64) -> Vec<u8> {
    let mut item = vec![number as u8; 20_000 + (number as usize * 7919) % 300_000];
    item[..8].copy_from_slice(&number.to_le_bytes());
    item
}

/// Which one it is; none if it is the end.
pub fn large_number(item: &[u8]) -> Option<u64> {
    let (number, _) = item.split_first_chunk()?;
    let number = u64::from_le_bytes(*number);
    assert!(item == large_item(number), "{number} is damaged");
    Some(number)
}

fn produce_large(context: &mut Context, (first, count): (u64, u64)) -> Result<(), QueueError> {
    for number in first..first + count {
        context.put(ITEMS, large_item(number))?;
    }
    Ok(())
}

fn consume_large(context: &mut Context) -> Result<(), QueueError> {
    let mut eaten = Vec::new();
    while let Some(number) = large_number(&context.get(ITEMS)?) {
        eaten.push(number);
    }
    context.queue(TOLD).put(&eaten)
}

fn produce_impatiently(
    context: &mut Context,
    (first, count): (u64, u64),
) -> Result<(), QueueError> {
    for item in first..first + count {
        while let Err(error) = context.queue(ITEMS).put_timeout(&Some(item), SHORT) {
            if error != QueueError::Full {
                return Err(error);
            }
        }
    }
    Ok(())
}

fn produce_until_refused(context: &mut Context) -> Result<(), QueueError> {
    loop {
        if let Err(error) = context.queue(ITEMS).put(&Some(0_u64)) {
            return context.queue(TOLD).put(&error);
        }
    }
}

fn consume(context: &mut Context) -> Result<(), QueueError> {
    let mut eaten = Vec::new();
    while let Some(item) = context.queue::<Option<u64>>(ITEMS).get()? {
        eaten.push(item);
    }
    context.queue(TOLD).put(&eaten)
}

/// Asks something else between any two items.
fn consume_and_look_around(context: &mut Context) -> Result<(), QueueError> {
    let mut eaten = Vec::new();
    while let Some(item) = context.queue::<Option<u64>>(ITEMS).get()? {
        eaten.push(item);
        context.task_done(ITEMS)?;
        assert!(context.qsize(ITEMS)? <= context.maxsize(ITEMS)? as usize);
    }
    context.queue(TOLD).put(&eaten)
}

fn consume_until_refused(context: &mut Context) -> Result<(), QueueError> {
    loop {
        if let Err(error) = context.get(ITEMS) {
            return context.queue(TOLD).put(&error);
        }
    }
}

fn take_some(context: &mut Context, count: u64) -> Result<(), QueueError> {
    (0..count).try_for_each(|_| context.get(ITEMS).map(drop))
}

fn consume_impatiently(context: &mut Context) -> Result<(), QueueError> {
    let mut eaten = Vec::new();
    loop {
        match context.queue::<Option<u64>>(ITEMS).get_timeout(SHORT) {
            Ok(Some(item)) => eaten.push(item),
            Ok(None) => return context.queue(TOLD).put(&eaten),
            Err(QueueError::Empty) => {}
            Err(error) => return Err(error),
        }
    }
}

fn consume_and_report(context: &mut Context) -> Result<(), QueueError> {
    while context.queue::<Option<u64>>(ITEMS).get()?.is_some() {
        context.task_done(ITEMS)?;
    }
    context.task_done(ITEMS)
}

/// Takes one item, says so, and never finishes it.
fn hold(context: &mut Context) -> Result<(), QueueError> {
    context.get(ITEMS)?;
    context.queue(TOLD).put(&())?;
    context.get(NEVER)?;
    Ok(())
}

/// Meets every refusal there is for want of room or items, and says how long each took, in milliseconds.
fn be_refused(context: &mut Context) -> Result<(), QueueError> {
    let wait = Duration::from_millis(50);
    let mut seen: Vec<(Option<QueueError>, u64)> = Vec::new();
    let mut note = |begun: Instant, result: Result<(), QueueError>| {
        seen.push((result.err(), begun.elapsed().as_millis() as u64));
    };
    let begun = Instant::now();
    note(begun, context.put_nowait(ITEMS, vec![8]));
    let begun = Instant::now();
    note(begun, context.put_timeout(ITEMS, vec![8], wait));
    let begun = Instant::now();
    note(begun, context.get_nowait(NEVER).map(drop));
    let begun = Instant::now();
    note(begun, context.get_timeout(NEVER, wait).map(drop));
    let begun = Instant::now();
    note(begun, context.join(ITEMS, Some(wait)));
    context.queue(TOLD).put(&seen)
}

/// Waits in vain for each thing that there is to wait for, and says what it hears in the end.
fn wait(context: &mut Context) -> Result<(), QueueError> {
    context.queue(TOLD).put(&None::<QueueError>)?;
    let error = context.get(ITEMS).unwrap_err();
    context.queue(TOLD).put(&Some(error))
}
