//! Every run ends, whatever stands still, is full, is missing or comes twice.

use std::io::Read as _;
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use proclab::os::processes;
use proclab::os::signal::{Send, send};
use proclab::run::client::RunClient;
use proclab::run::config::RunConfig;
use proclab::run::event::{EventKind, Outcome, PoolStateName, RunEvent, RunOutcome};
use proclab::run::lesson::Lesson;
use rustix::process::{Pid, Signal, kill_process};

use crate::driver::{
    DEADLINE, Run, exit_code, guards_of, main_pid, marked_by, output_of, proclab, run_to_end,
    wait_until,
};

fn signal(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(), signal).unwrap();
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let path = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

fn start(run: &mut Run) {
    run.wait_for("a started task", |kind| {
        matches!(kind, EventKind::TaskStarted { .. })
    });
}

/// A shell that sets something and then becomes proclab.
fn after(shell: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            &format!("{shell}; exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_proclab"),
        ])
        .args(arguments)
        .stdin(Stdio::null());
    command
}

#[test]
fn a_second_interrupt_ends_at_once() {
    let mut run = Run::start(&["run", "pool-callback", "--json", "--time-scale", "100"]);
    start(&mut run);
    let main = run.child.id();
    signal(main, Signal::INT);
    run.wait_for("the first", |kind| {
        matches!(kind, EventKind::StopRequested { at_once: false, .. })
    });
    // The run may be over before the second one; then there is nobody to be interrupted.
    kill_process(
        Pid::from_raw(i32::try_from(main).unwrap()).unwrap(),
        Signal::INT,
    )
    .ok();
    assert_eq!(run.finish().1, 130);
}

#[test]
fn a_reader_that_stands_still_cannot_make_a_run_unstoppable() {
    let tasks = "{ target = \"count_primes\", args = [10] },\n".repeat(5000);
    let path = file(&format!(
        "version = 1\nkind = \"pool\"\nprocesses = 2\ntasks = [\n{tasks}]\n"
    ));
    // Nobody reads this pipe.
    let mut child = proclab(&["run", path.path().to_str().unwrap(), "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let main = child.id();
    wait_until("the workers' end", DEADLINE, || !guards_of(main).is_empty());
    signal(main, Signal::INT);
    let stopped = Instant::now();
    assert_eq!(exit_code(&mut child), 130);
    assert!(
        stopped.elapsed() < Duration::from_secs(20),
        "{:?}",
        stopped.elapsed()
    );
    assert_eq!((marked_by(main), guards_of(main)), (vec![], vec![]));
}

#[test]
fn a_full_disk_under_the_output_is_named() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut child = proclab(&["run", "pool-callback", "--json", "--time-scale", "100"])
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert_eq!(exit_code(&mut child), 1);
    let mut text = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert!(text.contains("No space left"), "{text}");
}

#[test]
fn nothing_comes_after_the_last_event() {
    for _ in 0..10 {
        let mut run = Run::start(&["run", "pool-callback", "--json", "--time-scale", "0"]);
        run.wait_for("the last task", |kind| {
            matches!(kind, EventKind::Progress { done: 5, .. })
        });
        // Lands before, in or after the end.
        kill_process(
            Pid::from_raw(i32::try_from(run.child.id()).unwrap()).unwrap(),
            Signal::INT,
        )
        .ok();
        let (events, _) = run.finish();
        assert!(matches!(
            events.last().unwrap().kind,
            EventKind::RunFinished { .. }
        ));
    }
}

#[test]
fn a_stopped_main_is_killed_in_the_end() {
    let lesson = Lesson::find("pool-callback").unwrap();
    let config = RunConfig {
        time_scale: 100.0,
        ..lesson.config.clone().unwrap()
    };
    let client = RunClient::start(
        Some(env!("CARGO_BIN_EXE_proclab").into()),
        config,
        None,
        std::sync::Arc::new(|| {}),
    )
    .unwrap();
    let main = client.main_pid();
    wait_until("the workers", DEADLINE, || marked_by(main).len() == 3);
    signal(main, Signal::STOP);
    client.stop_and_wait();
    wait_until("the end of everything", DEADLINE, || {
        marked_by(main).is_empty() && guards_of(main).is_empty()
    });
}

/// Whatever becomes of the test, what was stopped goes on: a guard that stands still for ever would outlive its run.
struct Stopped(OwnedFd);

impl Stopped {
    fn new(pid: u32) -> Self {
        let pidfd = processes::open_pidfd(pid).unwrap();
        send(pidfd.as_fd(), Send::Stop).unwrap();
        wait_until("a process standing still", DEADLINE, || {
            processes::stat_of(pid).is_some_and(|stat| stat.state == b'T')
        });
        Self(pidfd)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        send(self.0.as_fd(), Send::Continue).ok();
    }
}

#[test]
fn a_stopped_guard_does_not_hold_up_the_main() {
    // It goes on for much longer than a guard can be looked for.
    let mut run = Run::start(&["run", "pool-callback", "--json", "--time-scale", "100"]);
    start(&mut run);
    let main = main_pid(&run.events);
    let _guard = Stopped::new(guards_of(main)[0]);
    signal(main, Signal::TERM);
    assert_eq!(run.finish().1, 143);
}

#[test]
fn workers_that_die_before_they_are_ready_end_the_pool() {
    let path = file(
        "version = 1\nkind = \"pool\"\nprocesses = 1\ninitializer = { target = \"count_primes\", args = [1000000000] }\n\
         tasks = [{ target = \"count_primes\", args = [10] }]\n",
    );
    let mut run = Run::start(&["run", path.path().to_str().unwrap(), "--json"]);
    // Each one is killed in its initializer. One or a few are replaced: the pool ends when it never comes to an end.
    let mut killed = 0;
    loop {
        let event = run.wait_for("a worker or the end", |kind| {
            matches!(
                kind,
                EventKind::ProcessStarted { .. }
                    | EventKind::PoolState {
                        state: PoolStateName::Failed
                    }
            )
        });
        match event.kind {
            EventKind::ProcessStarted { pid, .. } => signal(pid, Signal::KILL),
            _ => break,
        }
        killed += 1;
        assert!(killed < 100, "a pool whose workers never get ready ends");
    }
    let (events, code) = run.finish();
    assert_eq!(code, 1);
    let told = |event: &RunEvent| match &event.kind {
        EventKind::TaskFinished {
            outcome: Outcome::Cancelled,
            error: Some(error),
            ..
        } => error.message.contains("SIGKILL"),
        _ => false,
    };
    assert!(events.iter().any(told), "the task says why");
}

#[test]
fn producers_do_not_wait_for_ever_when_no_consumer_is_left() {
    let path = file(
        "version = 1\nkind = \"producer_consumer\"\ntime_scale = 0.02\nqueues = [{ name = \"food\", maxsize = 1 }]\n\
         producers = [{ target = \"producer\", args = [\"xxx\", { queue = \"food\" }, 50] }]\n\
         consumers = [{ target = \"consumer\", args = [{ queue = \"food\" }] }]\n",
    );
    let mut run = Run::start(&["run", path.path().to_str().unwrap(), "--json"]);
    let got = run.wait_for("an item got", |kind| matches!(kind, EventKind::ItemGot(_)));
    let EventKind::ItemGot(item) = got.kind else {
        unreachable!()
    };
    // It takes no more, so the producer soon waits for room.
    signal(item.pid, Signal::STOP);
    run.wait_for("a blocked put", |kind| {
        matches!(kind, EventKind::PutBlocked(_))
    });
    signal(item.pid, Signal::KILL);
    let (events, code) = run.finish();
    assert_eq!(code, 1);
    let said = |event: &RunEvent| matches!(&event.kind, EventKind::Output { text, .. } if text.contains("every consumer has ended"));
    assert!(events.iter().any(said));
    let refused =
        |event: &RunEvent| matches!(&event.kind, EventKind::PutRefused(put) if put.queue == "food");
    assert!(events.iter().any(refused));
}

#[test]
fn too_few_sentinels_are_told_of() {
    let path = file(
        "version = 1\nkind = \"producer_consumer\"\ntime_scale = 0\nsentinels = 1\nqueues = [{ name = \"food\" }]\n\
         producers = [{ target = \"producer\", args = [\"xxx\", { queue = \"food\" }, 1] }]\n\
         consumers = [{ target = \"consumer\", args = [{ queue = \"food\" }] }, { target = \"consumer\", args = [{ queue = \"food\" }] }]\n",
    );
    let mut run = Run::start(&["run", path.path().to_str().unwrap(), "--json"]);
    run.wait_for("the warning", |kind| matches!(kind, EventKind::Output { text, .. } if text.contains("1 of them will wait for ever")));
    signal(run.child.id(), Signal::TERM);
    assert_eq!(run.finish().1, 143);
}

#[test]
fn each_consumer_of_several_queues_gets_its_sentinel() {
    let path = file(
        "version = 1\nkind = \"producer_consumer\"\ntime_scale = 0\nqueues = [{ name = \"food\" }, { name = \"drink\", maxsize = 1 }]\n\
         producers = [{ target = \"producer\", args = [\"bun\", { queue = \"food\" }, 3] }, { target = \"producer\", args = [\"tea\", { queue = \"drink\" }, 4] }]\n\
         consumers = [{ target = \"consumer\", args = [{ queue = \"drink\" }] }, { target = \"consumer\", args = [{ queue = \"food\" }] }, { target = \"consumer\", args = [{ queue = \"drink\" }] }]\n",
    );
    let run = Run::start(&["run", path.path().to_str().unwrap(), "--json"]);
    let (events, code) = run.finish();
    assert_eq!(code, 0);
    let sentinels: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::ItemPut(item) if item.item.is_none() => Some(item.queue.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(sentinels, ["drink", "food", "drink"]);
    let EventKind::RunFinished { counts, .. } = &events.last().unwrap().kind else {
        unreachable!()
    };
    assert_eq!((counts.items_put, counts.items_got), (7, 7));
}

#[test]
fn few_descriptors_are_enough_for_a_few_workers_and_named_when_they_are_not() {
    let path = file(
        "version = 1\nkind = \"pool\"\nprocesses = 6\ntasks = [{ target = \"count_primes\", args = [10] }]\n",
    );
    let target = path.path().to_str().unwrap();
    // The hard limit holds the sixth worker back, not the pool.
    let output = output_of(&mut after("ulimit -n 30", &["run", target, "--json"]));
    let text = String::from_utf8(output.stdout).unwrap();
    let events: Vec<_> = text
        .lines()
        .map(|line| RunEvent::from_json(line).unwrap())
        .collect();
    assert!(
        matches!(&events.last().unwrap().kind, EventKind::RunFinished { counts, .. } if counts.tasks_ok == 1),
        "{text}"
    );
    let output = output_of(&mut after("ulimit -n 6", &["run", target]));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert_eq!(stderr.matches("Too many open files").count(), 1, "{stderr}");
}

#[test]
fn what_the_launcher_ignores_does_no_harm() {
    let arguments = ["run", "pool-callback", "--json", "--time-scale", "0.01"];
    let output = output_of(&mut after("trap '' CHLD HUP", &arguments));
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("\"exit_code\":0").count(), 3, "{text}");
}

#[test]
fn requests_that_are_no_text_are_refused() {
    use std::io::Write as _;
    let mut child = proclab(&["run", "--control", "stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lesson = Lesson::find("pool-callback").unwrap();
    let config = RunConfig {
        time_scale: 0.01,
        ..lesson.config.clone().unwrap()
    };
    writeln!(
        stdin,
        "{}",
        serde_json::json!({"version": 1, "config": config})
    )
    .unwrap();
    stdin.write_all(b"\xff\xfe\n").unwrap();
    let mut text = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    drop(stdin);
    assert_eq!(exit_code(&mut child), 0);
    assert!(text.contains("\"type\":\"request_refused\""), "{text}");
}

#[test]
fn a_run_that_ends_well_ends_soon() {
    let started = Instant::now();
    let (events, code) = run_to_end(&["run", "pool-callback", "--time-scale", "0", "--json"]);
    assert_eq!(code, 0);
    assert!(matches!(
        events.last().unwrap().kind,
        EventKind::RunFinished {
            outcome: RunOutcome::Ok,
            ..
        }
    ));
    assert!(started.elapsed() < Duration::from_secs(20));
}
