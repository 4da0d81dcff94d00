//! The self-test: provokes the faults that a process pool must survive, on the real engine with real workers, and says
//! what happened.
//!
//! - [`FAULTS`]: the faults, each declared once: what other pools do, and how it is provoked here; [`rows`] has the how.
//! - [`misdeed`]: what faulty tasks do to their workers; [`Tasks`] lets a worker be asked for it.
//! - [`trial`]: an engine with what it [told](story), and what a process had before it.
//! - [`alone`]: one case in a process of its own; [`enter`] is that process.

mod alone;
mod fault;
mod faults;
mod misdeed;
mod rows;
mod stand_in;
mod story;
mod trial;

use std::process::{Command, ExitCode};
use std::time::Duration;

pub use self::alone::run_alone;
pub use self::fault::{Fault, POOLS, Shown};
pub use self::faults::FAULTS;
pub use self::misdeed::{Junk, Misdeed};
pub use self::story::{Observed, Story};
pub use self::trial::{Asked, Belongings, PATIENCE, Surprise, Trial, ask, expect, number};
use crate::multiprocess::error::RemoteError;
use crate::multiprocess::wire::Bytes;
use crate::multiprocess::worker::{Context, Registry};
use crate::os::this;
use crate::task::TASKS;

/// The first argument by which a program knows that it is to go through one fault.
const ARGUMENT: &str = "__fault";

/// Asks for the long version.
const LONG: &str = "--long";

/// A fault that is not over by then hangs.
const DEADLINE: Duration = Duration::from_secs(30);

/// The same for the long versions.
const LONG_DEADLINE: Duration = Duration::from_mins(3);

/// What a worker of ours can be asked for: the tasks that there are, and misdeeds.
#[derive(Debug)]
pub struct Tasks;

impl Registry for Tasks {
    fn call(
        &self,
        target: &str,
        payload: &[u8],
        context: &mut Context,
    ) -> Result<Bytes, RemoteError> {
        if target != misdeed::TARGET {
            return TASKS.call(target, payload, context);
        }
        let misdeed: Misdeed = postcard::from_bytes(payload)
            .map_err(|error| RemoteError::new("TypeError", error.to_string()))?;
        misdeed.commit().map(Bytes::from)
    }
}

/// Provokes one fault in a process of its own, where whatever is left over is the fault's.
pub fn provoke(fault: &Fault, long: bool) -> Result<Shown, Surprise> {
    let mut command = Command::new(this::program());
    command
        .args([ARGUMENT, fault.key])
        .args(long.then_some(LONG));
    let deadline = if long { LONG_DEADLINE } else { DEADLINE };
    let said = run_alone(&mut command, deadline)?;
    let verdict = said.lines().last().unwrap_or_default();
    Ok(serde_json::from_str(verdict)?)
}

/// Goes through one fault if this program was started for it, and returns its exit code; `None` for everybody else.
pub fn enter() -> Option<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next()? != ARGUMENT {
        return None;
    }
    let what = arguments.next().unwrap_or_default();
    let rest: Vec<_> = arguments.collect();
    if let Some(role) = stand_in::Role::find(&what) {
        return Some(exit_code(role.play().map(|()| String::new())));
    }
    let Some(fault) = FAULTS.iter().find(|fault| fault.key == what) else {
        return Some(ExitCode::from(2));
    };
    Some(exit_code(go_through(
        fault,
        rest.iter().any(|argument| argument == LONG),
    )))
}

#[expect(
    clippy::print_stdout,
    reason = "how this process reports to the one that started it"
)]
fn exit_code(outcome: Result<String, Surprise>) -> ExitCode {
    match outcome {
        Ok(verdict) => {
            println!("{verdict}");
            ExitCode::SUCCESS
        }
        Err(surprise) => {
            println!("{surprise}");
            ExitCode::FAILURE
        }
    }
}

fn go_through(fault: &Fault, long: bool) -> Result<String, Surprise> {
    let before = Belongings::now();
    let trial = Trial::begin(None, long)?;
    let shown = (fault.provoke)(&trial)?;
    drop(trial);
    before.same_again()?;
    Ok(serde_json::to_string(&shown)?)
}
