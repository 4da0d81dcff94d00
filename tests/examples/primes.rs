//! A pool of workers counts primes: `cargo run --no-default-features --example primes`.
//!
//! Results are printed as they arrive. A task that takes too long costs its own result, not those of the others.

#![expect(clippy::print_stdout, reason = "a program at the terminal")]

use std::process::ExitCode;
use std::time::Duration;

use proclab::multiprocess::{
    ApplyOptions, Callable, Engine, EngineOptions, Function, Pool, PoolOptions, worker,
};

static COUNT_PRIMES: Function<u32, usize> = Function::new("count_primes", |below| {
    let is_prime = |n: u32| {
        (2..n)
            .take_while(|d| d * d <= n)
            .all(|d| !n.is_multiple_of(d))
    };
    (2..below).filter(|&n| is_prime(n)).count()
});

/// What a worker can be asked to run.
static FUNCTIONS: &[&dyn Callable] = &[&COUNT_PRIMES];

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    // Workers are this program, started again. They enter here.
    if let Some(code) = worker::enter(FUNCTIONS) {
        return Ok(code);
    }
    let engine = Engine::start(EngineOptions::default())?;
    let pool = Pool::new(&engine, PoolOptions::default())?;

    // Chunks of 4 numbers; each value comes as soon as it is there.
    let limits = (1..=20).map(|n| n * 5_000);
    let mut total = 0;
    for count in pool.imap_unordered(&COUNT_PRIMES, limits, 4)? {
        total += count?;
    }
    println!("20 counts have a sum of {total}");

    let options = ApplyOptions::new().timeout(Duration::from_millis(200));
    let endless = pool.apply_async_with(&COUNT_PRIMES, u32::MAX, options)?;
    match endless.get(None) {
        Ok(count) => println!("{count} primes"),
        Err(error) => println!("no result: {error}"),
    }

    pool.close();
    pool.join()?;
    Ok(ExitCode::SUCCESS)
}
