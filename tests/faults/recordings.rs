//! Recordings: what becomes of them never matters to the run, and what becomes of the run never matters to them.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::mem::{Discriminant, discriminant};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use proclab::run::event::{EventKind, RunEvent, RunOutcome, RunTime};
use proclab::run::record::Recording;
use proclab::selftest::{Surprise, expect};
use rustix::process::{Pid, Signal, kill_process};

use crate::alone::{alone_without_engine, program};

/// A run that ends by itself, quick or slow, and writes into such a recording.
fn run(time_scale: &str, record: &Path) -> Command {
    let mut command = Command::new(program());
    command
        .args(["run", "pool-callback", "--json", "--time-scale"])
        .args([time_scale, "--record"])
        .arg(record)
        .stdin(Stdio::null());
    command
}

/// Starts a run, and waits until one of its tasks has begun.
fn begin(record: &Path) -> Result<(Child, BufReader<std::process::ChildStdout>), Surprise> {
    let mut child = run("1000", record).stdout(Stdio::piped()).spawn()?;
    let mut events = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"task_started\"") {
        line.clear();
        expect(events.read_line(&mut line)? > 0, || "it ended".to_owned())?;
    }
    Ok((child, events))
}

fn succeeds(output: &Output, said: &str) -> Result<(), Surprise> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    expect(output.status.code() == Some(0) && stderr == said, || {
        format!("{}: {stderr}", output.status)
    })?;
    let events = String::from_utf8_lossy(&output.stdout);
    expect(events.contains(r#""outcome":"ok","counts":"#), || {
        events.to_string()
    })
}

/// Each event's place, time and type; the last digit of a fraction may change on the way.
fn outline(lines: &[u8]) -> Result<Vec<(u64, RunTime, Discriminant<EventKind>)>, Surprise> {
    let outline_of = |line: &str| {
        let event = RunEvent::from_json(line)?;
        Ok((event.seq, event.t, discriminant(&event.kind)))
    };
    str::from_utf8(lines)?.lines().map(outline_of).collect()
}

#[test]
fn a_recording_is_what_was_told_and_is_shown_again() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("run.jsonl");
        fs::write(&path, "an older one")?;
        let output = run("0.01", &path).output()?;
        succeeds(&output, "")?;
        expect(fs::read(&path)? == output.stdout, || {
            "recorded something else".to_owned()
        })?;
        expect(Recording::read(&path)?.is_whole(), || {
            "not whole".to_owned()
        })?;
        let mut replay = Command::new(program());
        replay.arg("replay").arg(&path);
        let again = replay.args(["--speed", "inf", "--json"]).output()?;
        succeeds(&again, "")?;
        let (told, shown) = (outline(&output.stdout)?, outline(&again.stdout)?);
        expect(told == shown, || format!("{told:?} became {shown:?}"))
    });
}

#[test]
fn a_full_disk_ends_the_recording_and_not_the_run() {
    alone_without_engine(|| {
        let output = run("0.01", Path::new("/dev/full")).output()?;
        let why = "could not write the recording /dev/full: No space left on device (os error 28)";
        succeeds(&output, &format!("proclab: {why}; the run goes on\n"))
    });
}

#[test]
fn a_file_that_may_grow_no_further_ends_the_recording_and_not_the_run() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        let (config, path) = (
            folder.path().join("pool.toml"),
            folder.path().join("run.jsonl"),
        );
        let tasks = r#"{ target = "count_primes", args = [10] }, "#.repeat(700);
        let text = format!("version = 1\nkind = \"pool\"\nprocesses = 2\ntasks = [{tasks}]\n");
        fs::write(&config, text)?;
        // In blocks of 512 bytes: more than a child shares with its parent, less than the events of so many tasks take.
        let run = "ulimit -f 256; exec \"$0\" run \"$1\" --json --record \"$2\"";
        let mut command = Command::new("sh");
        command.args(["-c", run]).args([&program(), &config, &path]);
        let output = command.stdin(Stdio::null()).output()?;
        let why = format!(
            "could not write the recording {}: File too large (os error 27)",
            path.display()
        );
        succeeds(&output, &format!("proclab: {why}; the run goes on\n"))?;
        let recording = Recording::read(&path)?;
        expect(!recording.is_whole(), || "it is whole".to_owned())
    });
}

#[test]
fn a_folder_that_is_removed_harms_neither() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        let (mut child, mut events) = begin(&folder.path().join("run.jsonl"))?;
        folder.close()?;
        kill_process(Pid::from_child(&child), Signal::TERM)?;
        let mut rest = String::new();
        events.read_to_string(&mut rest)?;
        let status = child.wait()?;
        expect(status.code() == Some(143), || format!("{status}: {rest}"))
    });
}

#[test]
fn a_recording_that_cannot_be_begun_is_refused_before_anything_starts() {
    alone_without_engine(|| {
        for path in ["/", "/nonexistent/run.jsonl"] {
            let output = run("0.01", Path::new(path)).output()?;
            let stderr = String::from_utf8_lossy(&output.stderr);
            let named = format!("proclab: could not write the recording {path}: ");
            expect(
                output.status.code() == Some(2)
                    && stderr.starts_with(&named)
                    && output.stdout.is_empty(),
                || format!("{}: {stderr}", output.status),
            )?;
        }
        Ok(())
    });
}

#[test]
fn a_recording_goes_on_when_its_reader_goes_away() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("run.jsonl");
        let (mut child, events) = begin(&path)?;
        drop(events);
        let status = child.wait()?;
        expect(status.code() == Some(130), || format!("{status}"))?;
        let recording = Recording::read(&path)?;
        let last = recording.events.last().map(|event| &event.kind);
        let interrupted = matches!(
            last,
            Some(EventKind::RunFinished {
                outcome: RunOutcome::Interrupted,
                ..
            })
        );
        expect(interrupted, || format!("{last:?}"))
    });
}

#[test]
fn a_killed_main_leaves_a_recording_that_is_shown_as_far_as_it_goes() {
    alone_without_engine(|| {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("run.jsonl");
        let (mut child, events) = begin(&path)?;
        child.kill()?;
        child.wait()?;
        drop(events);
        let recording = Recording::read(&path)?;
        let begun = recording
            .events
            .iter()
            .any(|event| matches!(event.kind, EventKind::TaskStarted { .. }));
        expect(begun && !recording.is_whole(), || format!("{recording:?}"))?;
        // As if the machine had gone down in the middle of a line.
        let mut bytes = fs::read(&path)?;
        bytes.extend_from_slice(b"{\"seq\":");
        fs::write(&path, bytes)?;
        let mut replay = Command::new(program());
        let output = replay
            .arg("replay")
            .arg(&path)
            .args(["--speed", "inf"])
            .output()?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        let words = format!(
            "proclab: {} ends before its run: it has {} events and 7 bytes of one more\n",
            path.display(),
            recording.events.len()
        );
        expect(output.status.code() == Some(1) && stderr == words, || {
            format!("{}: {stderr}", output.status)
        })
    });
}
