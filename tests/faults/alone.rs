//! Each case in a process of its own: this test program again, for just that test.

use std::any::type_name;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use proclab::multiprocess::error::TaskError;
use proclab::multiprocess::{AsyncResult, GetError, Pool};
use proclab::selftest::{Belongings, PATIENCE, Surprise, Trial, expect, run_alone};

/// Says that this process runs one case, and nothing else.
const VARIABLE: &str = "PROCLAB_FAULT_CASE";

/// A case that is not over by then hangs.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// The program that the workers are.
pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_proclab"))
}

/// Runs a case with an engine, alone.
pub fn alone<F: FnOnce(&Trial) -> Result<(), Surprise>>(case: F) {
    alone_without_engine_as(type_name::<F>(), || {
        let trial = Trial::begin(Some(program()), false)?;
        case(&trial)
    });
}

/// Runs a case that makes its own engine, alone.
pub fn alone_without_engine<F: FnOnce() -> Result<(), Surprise>>(case: F) {
    alone_without_engine_as(type_name::<F>(), case);
}

fn alone_without_engine_as(closure: &str, case: impl FnOnce() -> Result<(), Surprise>) {
    if std::env::var_os(VARIABLE).is_some() {
        let before = Belongings::now();
        let outcome = case().and_then(|()| before.same_again());
        assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
        return;
    }
    // `faults::kills::name::{{closure}}` without its first and last part is what the test is called.
    let mut parts: Vec<_> = closure.split("::").skip(1).collect();
    parts.pop();
    let name = parts.join("::");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([&name, "--exact", "--nocapture"])
        .env(VARIABLE, "1");
    match run_alone(&mut command, DEADLINE) {
        Ok(said) => assert!(
            said.contains("1 passed"),
            "no test is called {name}: {said}"
        ),
        Err(surprise) => panic!("{surprise}"),
    }
}

/// Terminates a pool: each of these results is that error, and joining it ends; how long it took, seconds.
pub fn terminate<T>(pool: &Pool, results: &[AsyncResult<T>]) -> Result<f64, Surprise> {
    let begun = Instant::now();
    pool.terminate();
    for result in results {
        let end = result.get(Some(PATIENCE)).map(drop);
        expect(end == Err(GetError::Task(TaskError::Terminated)), || {
            format!("not terminated: {end:?}")
        })?;
    }
    pool.join()?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Goes through one row of `proclab selftest faults`.
pub fn row(key: &str) {
    let mut command = Command::new(program());
    command.args(["selftest", "faults", "--json", "--only", key]);
    let said = run_alone(&mut command, DEADLINE);
    let said = said.unwrap_or_else(|surprise| panic!("{surprise}"));
    assert!(said.contains(r#""ok":true"#), "{said}");
}
