//! `proclab watch`: a stream of snapshots with a beginning, a rhythm and an orderly end.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::driver::{DEADLINE, output, proclab};

fn documents(arguments: &[&str]) -> Vec<Value> {
    let output = output(arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn start(arguments: &[&str]) -> Child {
    let mut command = proclab(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Its exit code and what it said, unless it does not end.
fn ended(mut child: Child) -> (Option<i32>, String) {
    let pid = Pid::from_child(&child);
    let begun = Instant::now();
    let (send, done) = std::sync::mpsc::sync_channel::<()>(0);
    let mut text = String::new();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if done.recv_timeout(DEADLINE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                kill_process(pid, Signal::KILL).ok();
            }
        });
        let mut stderr = child.stderr.take().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        let status = child.wait().unwrap();
        drop(send);
        assert!(begun.elapsed() < DEADLINE, "it did not end: {text}");
        (status.code(), text)
    })
}

#[test]
fn rates_are_over_the_time_that_passed_and_the_first_document_has_none() {
    // Not ourselves: other tests collect children meanwhile, and the rates of a span with one may be none.
    let mut quiet = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let pid = quiet.id().to_string();
    let asked = ["watch", "--count", "3", "--interval", "0.2", "--pid", &pid];
    let with_fields = [&asked[..], &["--fields", "name,cpu_percent,io_rates"]].concat();
    let documents = documents(&with_fields);
    // Its input ends, and it with it.
    drop(quiet.stdin.take());
    quiet.wait().unwrap();
    assert_eq!(documents.len(), 3);
    let first = &documents[0];
    assert_eq!(first["cpu_percent_span"], Value::Null);
    let reasons = &first["processes"][0]["unreadable"];
    assert_eq!(reasons["io_rates"], "not_sampled");
    for document in &documents[1..] {
        assert_eq!(document["schema"], "proclab.snapshot/1");
        assert!(document["cpu_percent_span"].as_f64().unwrap() > 0.05);
        let process = &document["processes"][0];
        assert!(process["cpu_percent"].is_f64(), "{process}");
        assert!(
            process["io_rates"]["write_bytes_per_second"].is_u64(),
            "{process}"
        );
    }
}

#[test]
fn a_table_has_its_names_once() {
    let output = output(&[
        "watch",
        "--count",
        "3",
        "--interval",
        "0.1",
        "--pid",
        "1",
        "--format",
        "csv",
        "--fields",
        "name",
    ]);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(
        lines[0],
        "taken_at,pid,start_ticks,name,unreadable,lossy,cut,ended_at,is_exact,exit_code,lifetime_seconds,is_cpu_final,peak_rss_bytes"
    );
    assert!(lines[1..].iter().all(|line| line.contains(",1,")), "{text}");
}

#[test]
fn a_signal_ends_it_in_order() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut child = start(&["watch", "--interval", "3600", "--pid", "1"]);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        assert!(serde_json::from_str::<Value>(&line).is_ok());
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(ended(child), (Some(code), String::new()));
        assert!(lines.next().is_none());
    }
}

#[test]
fn it_ends_at_once_when_nobody_reads_it_any_more() {
    let mut child = start(&["watch", "--interval", "3600"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut String::new()).unwrap();
    drop(lines);
    assert_eq!(ended(child), (Some(0), String::new()));
}

#[test]
fn it_ends_with_the_process_that_it_watches_and_tells_how_that_ended() {
    let mut watched = Command::new("sleep").arg("3600").spawn().unwrap();
    let pid = watched.id().to_string();
    let mut child = start(&["watch", "--interval", "0.1", "--pid", &pid]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    watched.kill().unwrap();
    watched.wait().unwrap();
    let documents = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let last = documents.last().unwrap();
    let (code, words) = ended(child);
    assert_eq!(code, Some(0));
    assert!(
        words.contains("every process that was named has ended"),
        "{words}"
    );
    // Of it alone, and how if that is told here.
    assert_eq!(last["processes"], Value::Array(vec![]));
    let list = last["ended"].as_array().unwrap();
    assert_eq!(list.len(), 1, "{last}");
    let end = &list[0];
    assert_eq!(end["pid"], watched.id());
    assert_eq!(end["cmdline"], serde_json::json!(["sleep", "3600"]));
    assert!(end["peak_rss"].as_u64().unwrap() > 0 && end["lifetime"].as_f64().unwrap() > 0.0);
    if last["ended_unheard"].is_null() && end["is_exact"] == true {
        assert_eq!(
            (&end["exit_code"], &end["signal"]),
            (&(-9).into(), &"SIGKILL".into())
        );
    } else {
        assert!(end["unreadable"]["exit_code"].is_string(), "{end}");
    }
}

#[test]
fn what_lives_between_two_looks_is_in_the_document_after() {
    let mut child = start(&["watch", "--interval", "0.1", "--fields", "name"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    let first = next();
    assert_eq!(
        (&first["ended"], &first["ended_unheard"]["code"]),
        (&Value::Null, &"one_look".into())
    );
    let begun = Instant::now();
    let mut pids = Vec::new();
    let silence = loop {
        // Too short for any look.
        let short = Command::new("sh").args(["-c", "exit 7"]).spawn().unwrap();
        pids.push(short.id());
        assert!(begun.elapsed() < DEADLINE, "never heard of {pids:?}");
        assert_eq!(ended_of(short), Some(7));
        let document = next();
        match document["ended_unheard"]["code"].as_str() {
            None | Some("overrun") => {}
            Some("unanswered") => continue,
            Some(other) => break Some(other.to_owned()),
        }
        let mut ended = document["ended"].as_array().unwrap().iter();
        let heard =
            |end: &&Value| pids.iter().any(|&pid| end["pid"] == pid) && end["exit_code"] == 7;
        if let Some(end) = ended.find(heard) {
            assert!(
                end["lifetime"].as_f64().unwrap() < 5.0 && end["is_exact"] == true,
                "{end}"
            );
            assert!(end["unreadable"]["peak_rss"].is_string(), "{end}");
            // On a busy machine one may be gone before anybody could look at its name, and another one has its turn.
            if end["name"].is_null() {
                assert_eq!(end["unreadable"]["name"], "not_sampled", "{end}");
                continue;
            }
            assert_eq!(end["name"], "sh", "{end}");
            break None;
        }
    };
    if let Some(code) = silence {
        eprintln!("skipped: the kernel does not tell of ends here: {code}");
    }
    drop(lines);
    assert_eq!(ended(child).0, Some(0));
}

fn ended_of(mut child: Child) -> Option<i32> {
    child.wait().unwrap().code()
}

#[test]
fn a_file_grows_and_mistakes_leave_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.ndjson");
    let path = path.to_str().unwrap();
    let good = [
        "watch",
        "--count",
        "2",
        "--interval",
        "0.1",
        "--pid",
        "1",
        "-o",
        path,
    ];
    assert!(output(&good).stdout.is_empty());
    let written = std::fs::read_to_string(path).unwrap();
    assert_eq!(written.lines().count(), 2);
    let wrong = output(&["watch", "--pid", "4194305", "-o", path]);
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(path).unwrap(), written);
    let wrong = output(&["watch", "--count", "1", "-o", "/nonexistent/w.ndjson"]);
    let words = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(wrong.status.code(), Some(2), "{words}");
    assert!(
        words.contains("/nonexistent/w.ndjson: No such file"),
        "{words}"
    );
}
