//! Two producers, three consumers and a queue between them: `cargo run --no-default-features --example pipeline`.
//!
//! The main process joins the producers and then puts one `None` for each consumer, which ends it.

#![expect(clippy::print_stdout, reason = "a program at the terminal")]

use std::process::ExitCode;

use proclab::multiprocess::error::QueueError;
use proclab::multiprocess::worker::{self, Context};
use proclab::multiprocess::{Callable, Engine, EngineOptions, Function, Process, TypedQueue};

const CONSUMERS: u32 = 3;

fn produce(context: &mut Context, first: u64) -> Result<(), QueueError> {
    for n in first..first + 5 {
        context.queue::<Option<u64>>("numbers").put(&Some(n))?;
    }
    context.print(format_args!("{} put 5 numbers", context.name()));
    Ok(())
}

fn consume(context: &mut Context, (): ()) -> Result<(), QueueError> {
    let mut taken = 0;
    while let Some(n) = context.queue::<Option<u64>>("numbers").get()? {
        context.queue::<(u64, u64)>("squares").put(&(n, n * n))?;
        taken += 1;
    }
    context.print(format_args!("{} took {taken} numbers", context.name()));
    Ok(())
}

static PRODUCE: Function<u64, (), QueueError> = Function::fallible_with_context("produce", produce);
static CONSUME: Function<(), (), QueueError> = Function::fallible_with_context("consume", consume);

/// What a child can be asked to run.
static FUNCTIONS: &[&dyn Callable] = &[&PRODUCE, &CONSUME];

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    // Children are this program, started again. They enter here.
    if let Some(code) = worker::enter(FUNCTIONS) {
        return Ok(code);
    }
    let engine = Engine::start(EngineOptions::default())?;
    // At most 2 numbers wait in the queue: producers wait for consumers.
    let numbers = TypedQueue::<Option<u64>>::new(&engine, "numbers", 2)?;
    let squares = TypedQueue::<(u64, u64)>::new(&engine, "squares", 0)?;

    let mut producers = Vec::new();
    for first in [0, 100] {
        producers.push(Process::new(&engine, PRODUCE.call(first)?).with_name(format!("P{first}")));
    }
    let mut consumers = Vec::new();
    for number in 1..=CONSUMERS {
        consumers.push(Process::new(&engine, CONSUME.call(())?).with_name(format!("C{number}")));
    }
    for process in producers.iter_mut().chain(&mut consumers) {
        process.start()?;
    }
    for producer in &producers {
        producer.join(None)?;
    }
    for _ in 0..CONSUMERS {
        numbers.put(&None)?;
    }
    for consumer in &consumers {
        consumer.join(None)?;
    }

    let mut sum = 0;
    for _ in 0..10 {
        let (_, square) = squares.get()?;
        sum += square;
    }
    println!("the squares have a sum of {sum}");
    Ok(ExitCode::SUCCESS)
}
