//! What a pool's configuration limits: the life of a worker, the time of a task, the number of its attempts.

use proclab::run::event::{EventKind, Outcome, RunEvent};

use crate::driver::{Run, keys, run_to_end};

fn run(config: &str, time_scale: &str) -> (Vec<RunEvent>, i32) {
    let path = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let text = format!("version = 1\nkind = \"pool\"\n{config}");
    std::fs::write(&path, text).unwrap();
    let file = path.path().to_str().unwrap();
    run_to_end(&["run", file, "--time-scale", time_scale, "--json"])
}

fn outcomes(events: &[RunEvent]) -> Vec<(u64, Outcome)> {
    let outcome = |event: &RunEvent| match event.kind {
        EventKind::TaskFinished { task, outcome, .. } => Some((task, outcome)),
        _ => None,
    };
    let mut outcomes: Vec<_> = events.iter().filter_map(outcome).collect();
    outcomes.sort_by_key(|&(task, _)| task);
    outcomes
}

fn attempts(events: &[RunEvent]) -> Vec<(u64, u32)> {
    let attempt = |event: &RunEvent| match event.kind {
        EventKind::TaskStarted { task, attempt, .. } => Some((task, attempt)),
        _ => None,
    };
    events.iter().filter_map(attempt).collect()
}

#[test]
fn a_worker_is_replaced_after_so_many_tasks() {
    let (events, code) = run(
        "processes = 1\nmode = \"apply\"\nmax_tasks_per_child = 2\ntasks = [\n\
         {target=\"nap\",args=[\"a\",1]},{target=\"nap\",args=[\"b\",1]},{target=\"nap\",args=[\"c\",1]}]\n",
        "0.01",
    );
    assert_eq!(code, 0);
    assert!(
        keys(&events).len() >= 2,
        "the third task needs another worker"
    );
    assert_eq!(outcomes(&events), [1, 2, 3].map(|task| (task, Outcome::Ok)));
}

#[test]
fn a_task_that_takes_too_long_is_ended_and_the_others_go_on() {
    for mode in ["apply", "apply_async"] {
        let (events, code) = run(
            &format!(
                "processes = 1\nmode = \"{mode}\"\ntimeout = 20\ntasks = [\n\
                 {{target=\"nap\",args=[\"long\",3600]}},{{target=\"nap\",args=[\"short\",0]}}]\n"
            ),
            "0.01",
        );
        assert_eq!(code, 1, "{mode}");
        assert_eq!(
            outcomes(&events),
            [(1, Outcome::TimedOut), (2, Outcome::Ok)],
            "{mode}"
        );
    }
}

#[test]
fn a_task_that_fails_is_tried_again_in_either_mode() {
    for mode in ["apply", "apply_async"] {
        let (events, code) = run(
            &format!(
                "processes = 1\nmode = \"{mode}\"\nretries = 1\ntasks = [{{target=\"fail\",args=[\"x\",1]}}]\n"
            ),
            "0.01",
        );
        assert_eq!(code, 1, "{mode}");
        assert_eq!(attempts(&events), [(1, 1), (1, 2)], "{mode}");
        let retried = events.iter().find_map(|event| match &event.kind {
            EventKind::TaskRetried { attempt, error, .. } => Some((*attempt, error.kind.as_str())),
            _ => None,
        });
        assert_eq!(retried, Some((1, "ValueError")), "{mode}");
        assert_eq!(outcomes(&events), [(1, Outcome::Error)], "{mode}");
    }
}

#[test]
fn a_run_goes_by_the_limit_of_open_files_that_the_window_had_before_it_raised_its_own() {
    let config = r#"{"version":1,"config":{"version":1,"kind":"pool","processes":1,"tasks":[{"target":"nap","args":["a",3600]}]}}"#;
    let mut run = Run::start(&["run", "--control", "stdin", "--json", "--open-files", "300"]);
    run.say(config);
    let started = run.wait_for("the task", |kind| {
        matches!(kind, EventKind::TaskStarted { .. })
    });
    let EventKind::TaskStarted { pid, .. } = started.kind else {
        unreachable!("it was waited for");
    };
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_ascii_whitespace().nth(3));
    assert_eq!(soft, Some("300"), "{limits}");
    run.hang_up();
    run.finish();
}
