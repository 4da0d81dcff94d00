//! Processes of typed functions and of classes.

use std::fs::read_to_string;
use std::path::PathBuf;

use proclab::multiprocess::Process;
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
