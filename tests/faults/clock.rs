//! A wall clock that steps back: nothing that is measured or ordered may follow it.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use proclab::run::event::{EventKind, RunEvent, RunTime};
use proclab::selftest::{Surprise, expect};

use crate::alone::{alone_without_engine, program};

/// Loaded before the C library: whoever looks at the wall clock finds it an hour earlier than at the look before. What links
/// Rust programs compiles this.
const CLOCK: &str = r"
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static atomic_long looks;
int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, clock, time);
    if (clock == CLOCK_REALTIME && result == 0)
        time->tv_sec -= 3600 * (1 + atomic_fetch_add(&looks, 1));
    return result;
}
";

/// A task's or a process's times, in the order in which they must be.
#[derive(Default)]
struct Life([Option<RunTime>; 3]);

impl Life {
    fn is_in_order(&self) -> bool {
        self.0.iter().all(Option::is_some) && self.0.is_sorted()
    }
}

#[test]
fn a_wall_clock_that_steps_back_moves_nothing() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        let (source, clock) = (
            folder.path().join("clock.c"),
            folder.path().join("clock.so"),
        );
        fs::write(&source, CLOCK)?;
        let mut compiler = Command::new("cc");
        compiler
            .args(["-shared", "-fPIC", "-o"])
            .args([&clock, &source]);
        let compiled = compiler.stdin(Stdio::null()).status()?;
        expect(compiled.success(), || format!("the compiler: {compiled}"))?;

        // With a limit of time for each task, so that deadlines are reckoned too.
        let config = folder.path().join("pool.toml");
        let tasks = r#"{ target = "work", args = ["a", 3] }, "#.repeat(6);
        let text = format!(
            "version = 1\nkind = \"pool\"\nprocesses = 2\ntimeout = 600.0\ntasks = [{tasks}]\n"
        );
        fs::write(&config, text)?;
        let begun = Instant::now();
        let output = Command::new(program())
            .arg("run")
            .arg(&config)
            .args(["--json", "--time-scale", "0.02"])
            .env("LD_PRELOAD", &clock)
            .output()?;
        let real = begun.elapsed();
        expect(output.status.success(), || format!("{output:?}"))?;

        let lines = String::from_utf8(output.stdout)?;
        let events = lines.lines().map(RunEvent::from_json);
        let events: Vec<_> = events.collect::<Result<_, _>>()?;
        let mut tasks: BTreeMap<u64, Life> = BTreeMap::new();
        let mut processes: BTreeMap<u32, Life> = BTreeMap::new();
        for event in &events {
            let known = |life: Option<&mut Life>, place: usize| {
                let life = life.ok_or_else(|| Surprise(format!("{event:?}")))?;
                life.0[place] = Some(event.t);
                Ok::<_, Surprise>(())
            };
            match event.kind {
                EventKind::TaskSubmitted { task, .. } => {
                    known(Some(tasks.entry(task).or_default()), 0)?;
                }
                EventKind::TaskStarted { task, .. } => known(tasks.get_mut(&task), 1)?,
                EventKind::TaskFinished { task, .. } => known(tasks.get_mut(&task), 2)?,
                EventKind::ProcessStarted { pid, .. } => {
                    known(Some(processes.entry(pid).or_default()), 0)?;
                }
                EventKind::ProcessReady { pid } => known(processes.get_mut(&pid), 1)?,
                EventKind::ProcessExited { pid, .. } => known(processes.get_mut(&pid), 2)?,
                _ => {}
            }
            let t = u128::from(event.t.micros);
            expect(t <= real.as_micros(), || {
                format!("{event:?} within {real:?}")
            })?;
        }
        expect(
            tasks.len() == 6 && tasks.values().all(Life::is_in_order),
            || lines.clone(),
        )?;
        expect(
            processes.len() == 2 && processes.values().all(Life::is_in_order),
            || lines.clone(),
        )?;

        // It did step: what is told of the wall clock, once, is an hour off at least.
        let Some(EventKind::RunStarted { started_at, .. }) =
            events.first().map(|event| &event.kind)
        else {
            return Err(Surprise(lines));
        };
        let told: jiff::Timestamp = started_at.parse()?;
        let behind = jiff::Timestamp::now().as_second() - told.as_second();
        expect(behind >= 3600, || {
            format!("{started_at} is only {behind} s ago")
        })
    });
}
