//! Processes of typed functions and of classes.

use std::fs::read_to_string;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use proclab::multiprocess::error::ProcessError;
use proclab::multiprocess::{Engine, EngineOptions, Process};
use tempfile::TempDir;

use crate::driver::{Seen, watched_engine};
use crate::functions::{Greeter, WRITE_FILE};

pub fn a_function_in_a_process_of_its_own() {
    let (engine, _watcher) = watched_engine();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    let call = WRITE_FILE.call((file.clone(), "hello".into())).unwrap();
    let mut process = Process::new(&engine, call);
    assert_eq!(process.name(), "Process-1");
    process.start().unwrap();
    process.join(None).unwrap();
    assert_eq!(process.exitcode(), Ok(Some(0)));
    assert_eq!(read_to_string(file).unwrap(), "hello");
}

pub fn a_class_with_a_run_of_its_own() {
    let (engine, _watcher) = watched_engine();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    let greeter = Greeter {
        name: "Ada".into(),
        file: file.clone(),
    };
    let mut process = Process::of(&engine, &greeter).unwrap();
    assert_eq!(process.name(), "Greeter-1");
    process.start().unwrap();
    process.join(None).unwrap();
    assert_eq!(process.exitcode(), Ok(Some(0)));
    assert_eq!(read_to_string(file).unwrap(), "Greeter-1 greets Ada");
}

/// In the words that Python has for it, where it has any: its `terminate` fails here for want of a `None`'s attribute.
pub fn calls_at_the_wrong_time_say_so() {
    fn words<T>(result: Result<T, ProcessError>) -> String {
        result.err().map(|error| error.to_string()).unwrap()
    }
    let (engine, _watcher) = watched_engine();
    let folder = TempDir::new().unwrap();
    let call = WRITE_FILE
        .call((folder.path().join("file"), "hello".into()))
        .unwrap();
    let mut process = Process::new(&engine, call);
    assert_eq!(words(process.join(None)), "can only join a started process");
    assert_eq!(words(process.sentinel()), "process not started");
    assert_eq!(words(process.terminate()), "process not started");
    process.start().unwrap();
    assert_eq!(words(process.start()), "cannot start a process twice");
    assert_eq!(
        words(process.set_daemon(true)),
        "process has already started"
    );
    process.join(None).unwrap();
    assert!(format!("{process:?}").contains("Process-1"));
    process.close().unwrap();
    assert_eq!(words(process.join(None)), "process object is closed");
    assert_eq!(words(process.is_alive()), "process object is closed");
}

pub fn an_error_is_exit_code_1_and_on_stderr() {
    let (engine, watcher) = watched_engine();
    let greeter = Greeter {
        name: "Ada".into(),
        file: PathBuf::from("/nonexistent/file"),
    };
    let mut process = Process::of(&engine, &greeter).unwrap();
    process.start().unwrap();
    process.join(None).unwrap();
    assert_eq!(process.exitcode(), Ok(Some(1)));
    let expected = [
        "Process Greeter-1:",
        "OSError: No such file or directory (os error 2)",
    ];
    let is_line = |seen: &Seen| matches!(seen, Seen::Line(_));
    let lines: Vec<_> = watcher.seen().into_iter().filter(is_line).collect();
    assert_eq!(lines, expected.map(|line| Seen::Line(line.into())));
}

/// The first argument by which this program knows that it is a main whose children print.
pub const TWO_GREETERS: &str = "__two-greeters";

/// One that can say what it wants to, and one that cannot; nobody watches.
pub fn start_two_greeters() -> ExitCode {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    for file in ["/dev/stdout", "/nonexistent/file"] {
        let greeter = Greeter {
            name: "Ada".into(),
            file: file.into(),
        };
        let mut process = Process::of(&engine, &greeter).unwrap();
        process.start().unwrap();
        process.join(None).unwrap();
    }
    ExitCode::SUCCESS
}

pub fn what_is_printed_unwatched_goes_where_ours_goes() {
    let mut program = Command::new(std::env::current_exe().unwrap());
    let output = program.arg(TWO_GREETERS).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "Greeter-1 greets Ada"
    );
    let expected = "Process Greeter-2:\nOSError: No such file or directory (os error 2)\n";
    assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
}
