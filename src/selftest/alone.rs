//! One case in a process of its own: whatever it leaves behind is its own, and whoever hangs is ended.

use std::io::{Read as _, Seek as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::trial::Surprise;
use crate::os::{Monotonic, processes, this};

/// Carried by everything that a case starts, with the case's own value.
const VARIABLE: &str = "PROCLAB_SELFTEST";

/// How long what was killed may take to vanish.
const VANISH: Duration = Duration::from_secs(1);

/// Between two looks for what is left: these are not our children, so there is no event to wait for.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// Runs the command to its end, which must come in time, be a success and leave nothing behind; returns what it wrote.
pub fn run_alone(command: &mut Command, deadline: Duration) -> Result<String, Surprise> {
    let value = format!("{}-{}", this::pid(), Monotonic::now().nanos);
    // A file, unlike a pipe, is never full and held open by nobody.
    let mut said = tempfile::tempfile()?;
    let mut child = command
        .env(VARIABLE, &value)
        .stdin(Stdio::null())
        .stdout(said.try_clone()?)
        .stderr(said.try_clone()?)
        .spawn()?;
    let nanos = u64::try_from(deadline.as_nanos()).unwrap_or(u64::MAX);
    let in_time = processes::open_pidfd(child.id())
        .and_then(|pidfd| processes::wait_for_end(&pidfd, Monotonic::now().plus_nanos(nanos)));
    if !matches!(in_time, Ok(true)) {
        child.kill()?;
    }
    let status = child.wait()?;
    let left = left_over(&format!("{VARIABLE}={value}"));
    let mut text = Vec::new();
    said.rewind()?;
    said.read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    if !in_time? {
        return Err(Surprise(format!("it hung for {deadline:?}: {text}")));
    }
    if !status.success() {
        return Err(Surprise(format!("{status}: {text}")));
    }
    if !left.is_empty() {
        return Err(Surprise(format!("left over: {}", left.join(", "))));
    }
    Ok(text)
}

/// What carries the mark and does not vanish by itself; it is ended.
fn left_over(mark: &str) -> Vec<String> {
    let deadline = Instant::now() + VANISH;
    let mut empty_looks = 0;
    loop {
        let left = processes::marked_processes(mark);
        // A process in the middle of its exec shows no environment for a moment, so one empty look is not enough.
        empty_looks = if left.is_empty() { empty_looks + 1 } else { 0 };
        if empty_looks == 2 {
            return Vec::new();
        }
        if Instant::now() >= deadline {
            let name = |pid| {
                let stat = processes::stat_of(pid);
                stat.map_or_else(String::new, |stat| {
                    String::from_utf8_lossy(&stat.comm).into_owned()
                })
            };
            let named = left
                .iter()
                .map(|key| format!("{} {}", key.pid, name(key.pid)));
            let named = named.collect();
            for key in left {
                // One that has ended meanwhile is as good.
                processes::kill(key).ok();
            }
            return named;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}
