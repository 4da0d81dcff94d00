//! Every field of every process of this machine, as psutil has it. Skipped where there is no psutil: name a Python that has it
//! in `PROCLAB_TEST_PYTHON`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::driver::{output, output_of};

const ORACLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/program/oracle.py");

/// Values move, so a field counts as agreed on as soon as it was once; what still differs then differs for a reason.
const DEADLINE: Duration = Duration::from_mins(1);

/// What we know of processes that psutil may not ask about: the kernel tells everybody, in other places.
const KNOWN_TO_US_ALONE: [&str; 2] = ["num_fds", "memory_full_info"];

/// The processes by pid.
type Processes = BTreeMap<u32, Value>;

fn python() -> Option<String> {
    let python = std::env::var("PROCLAB_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import psutil"]).output();
    found
        .is_ok_and(|found| found.status.success())
        .then_some(python)
}

fn asked_of_psutil(python: &str) -> Processes {
    let answer = output_of(Command::new(python).args(["-B", ORACLE]));
    let complaint = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{complaint}");
    serde_json::from_slice(&answer.stdout).unwrap()
}

fn asked_of_proclab() -> Processes {
    let answer = output(&["snapshot", "--fields", "all", "--environ", "show"]);
    let document: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let processes = document["processes"].as_array().unwrap();
    let as_psutil = |process: &Value| {
        let mut process = process.clone();
        for name in ["cmdline", "open_files", "connections", "environ"] {
            if process[name].as_array().is_some_and(Vec::is_empty)
                || process[name]
                    .as_object()
                    .is_some_and(serde_json::Map::is_empty)
            {
                process[name] = Value::Null;
            }
        }
        if let Some(exe) = process["exe"].as_str() {
            process["exe"] = exe.strip_suffix(" (deleted)").unwrap_or(exe).into();
        }
        if process["num_fds"] == 0 {
            process["num_fds"] = Value::Null;
        }
        sort_files(&mut process);
        if let Some(threads) = process["threads"].as_array_mut() {
            threads.sort_by_key(|thread| thread["id"].as_u64());
        }
        (process["pid"].as_u64().unwrap() as u32, process)
    };
    processes.iter().map(as_psutil).collect()
}

/// By descriptor; psutil leaves out files that are no longer there.
fn sort_files(process: &mut Value) {
    for name in ["open_files", "connections"] {
        if let Some(list) = process[name].as_array_mut() {
            list.retain(|item| {
                !item["path"]
                    .as_str()
                    .is_some_and(|path| path.ends_with(" (deleted)"))
            });
            list.sort_by_key(|item| item["fd"].as_u64());
            if list.is_empty() {
                process[name] = Value::Null;
            }
        }
    }
}

/// Whether what psutil says lies between what we say before and after: numbers do, all else is the same as one of ours.
/// Members that psutil does not have do not matter.
fn lies_between(before: &Value, theirs: &Value, after: &Value) -> bool {
    match (before, theirs, after) {
        (Value::Number(before), Value::Number(theirs), Value::Number(after)) => {
            let [before, theirs, after] = [before, theirs, after].map(|n| n.as_f64().unwrap());
            let noise = 1e-6 * theirs.abs();
            before.min(after) - noise <= theirs && theirs <= before.max(after) + noise
        }
        (Value::Object(before), Value::Object(theirs), Value::Object(after)) => {
            theirs.iter().all(|(name, theirs)| {
                let ours = before.get(name).zip(after.get(name));
                ours.is_some_and(|(before, after)| {
                    lies_between(before, theirs, after)
                        || (["pss", "uss"].contains(&name.as_str()) && is_nearly(before, theirs))
                })
            })
        }
        (Value::Array(before), Value::Array(theirs), Value::Array(after)) => {
            let is_between = |before: &[Value], after: &[Value]| {
                before.len() == theirs.len()
                    && after.len() == theirs.len()
                    && before
                        .iter()
                        .zip(theirs)
                        .zip(after)
                        .all(|((before, theirs), after)| lies_between(before, theirs, after))
            };
            is_between(before, after) || is_between(before, before) || is_between(after, after)
        }
        _ => theirs == before || theirs == after,
    }
}

/// Within a fifth. Whether a page of a library is one's own, and how much of it, depends on who else uses it: Python itself does
/// while psutil looks, and we do while we look.
fn is_nearly(ours: &Value, theirs: &Value) -> bool {
    let both = ours.as_f64().zip(theirs.as_f64());
    both.is_some_and(|(ours, theirs)| (ours - theirs).abs() <= theirs / 5.0)
}

fn agrees(name: &str, before: &Value, theirs: &Value, after: &Value) -> bool {
    let [before, after] = [before, after].map(|process| &process[name]);
    (theirs.is_null() && KNOWN_TO_US_ALONE.contains(&name)) || lies_between(before, theirs, after)
}

#[test]
fn every_field_of_every_process_is_as_psutil_has_it() {
    let Some(python) = python() else {
        eprintln!("skipped: no psutil here; PROCLAB_TEST_PYTHON may name a Python that has it");
        return;
    };
    let _ended = Child::start("true");
    let _stopped = Child::start("exec 7</etc/passwd; kill -STOP $$");
    // Neither its program nor its folder is there any more.
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("gone");
    std::fs::copy("/bin/sleep", &program).unwrap();
    let script = format!(
        "mkdir {0}/in; cd {0}/in; exec {0}/gone 1000",
        folder.path().display()
    );
    let gone = Child::start(&script);
    let deadline = Instant::now() + DEADLINE;
    while std::fs::read_link(format!("/proc/{}/exe", gone.0.id())).ok() != Some(program.clone()) {
        assert!(Instant::now() < deadline);
        std::thread::yield_now();
    }
    drop(folder);
    compare_until_all_agree(&python);
}

/// A child that has been waited for at the end of the test, and not before.
struct Child(std::process::Child);

impl Child {
    fn start(script: &str) -> Self {
        let mut shell = Command::new("sh");
        // Nothing of the test's is held open by one that hangs.
        shell
            .args(["-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(shell.spawn().unwrap())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn compare_until_all_agree(python: &str) {
    let begun = Instant::now();
    let mut agreed: BTreeSet<(u32, u64, String)> = BTreeSet::new();
    // What comes and goes meanwhile has no time to be agreed on.
    let from_the_beginning: BTreeSet<_> = asked_of_proclab()
        .iter()
        .map(|(&pid, process)| (pid, process["start_ticks"].as_u64()))
        .collect();
    loop {
        let before = asked_of_proclab();
        let theirs = asked_of_psutil(python);
        let after = asked_of_proclab();
        let mut differing = Vec::new();
        let mut processes = 0;
        for (pid, theirs) in &theirs {
            // This process has a thread more while it waits for an answer.
            if *pid == std::process::id() {
                continue;
            }
            let Some((before, after)) = before.get(pid).zip(after.get(pid)) else {
                continue;
            };
            let start = before["start_ticks"].as_u64().unwrap();
            let is_there = |process: &Value| {
                process["start_ticks"] == start && process["unreadable"]["threads"] != "gone"
            };
            if !from_the_beginning.contains(&(*pid, Some(start)))
                || !is_there(before)
                || !is_there(after)
            {
                continue;
            }
            processes += 1;
            for (name, theirs) in theirs.as_object().unwrap() {
                let fact = (*pid, start, name.clone());
                if agrees(name, before, theirs, after) {
                    agreed.insert(fact);
                } else if !agreed.contains(&fact) {
                    let ours = [&before[name], &after[name]];
                    differing.push(format!(
                        "{} {pid}: {name}: psutil {theirs}, we {ours:?}",
                        before["name"]
                    ));
                }
            }
        }
        assert!(processes > 0, "no process is known to both");
        if differing.is_empty() {
            eprintln!("agreed on {} facts", agreed.len());
            return;
        }
        assert!(
            begun.elapsed() < DEADLINE,
            "still differing:\n{}",
            differing.join("\n")
        );
    }
}
