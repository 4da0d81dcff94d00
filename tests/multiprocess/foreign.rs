//! A worker that is not built with this library, and speaks the documented bytes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use proclab::multiprocess::wire::Call;
use proclab::multiprocess::{Engine, EngineOptions, Process, Queue};
use tempfile::TempDir;

use crate::driver::{DEADLINE, Seen, Watcher, exit_code};

/// The worker as a program; `None` where there is no Python that can pass descriptors.
fn program() -> Option<(TempDir, PathBuf)> {
    let can = "import socket; socket.recv_fds";
    let python = Command::new("python3").args(["-c", can]).status();
    if !python.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no python3 of 3.9 or newer here");
        return None;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("worker.py");
    let script = include_str!("foreign_worker.py");
    fs::write(&path, format!("#!/usr/bin/env python3\n{script}")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    Some((folder, path))
}

/// An engine whose children are such workers, of this version.
fn engine(program: PathBuf, version: &str) -> (Engine, Arc<Watcher>) {
    let watcher = Arc::new(Watcher::default());
    let options = EngineOptions {
        program,
        environment: vec![("FOREIGN_VERSION".to_owned(), version.to_owned())],
        observer: Some(watcher.clone()),
        ..EngineOptions::default()
    };
    (Engine::start(options).unwrap(), watcher)
}

pub fn a_foreign_worker_is_a_process_with_queues_output_and_exit_code() {
    let Some((_folder, program)) = program() else {
        return;
    };
    let (engine, watcher) = engine(program, "4");
    let numbers = Queue::new(&engine, "numbers", 0).unwrap();
    let doubled = Queue::new(&engine, "doubled", 0).unwrap();
    let wanted = br#"{"from": "numbers", "to": "doubled"}"#;
    let mut process = Process::new(&engine, Call::new("double", wanted.to_vec()));
    process.start().unwrap();
    // It waits for them.
    numbers.put(b"[1, 2, 300]".to_vec()).unwrap();
    assert_eq!(
        doubled.get_timeout(DEADLINE),
        Ok(b"[2, 4, 600]".to_vec()),
        "{:?}",
        watcher.seen()
    );
    assert_eq!(exit_code(&process), 0, "{:?}", watcher.seen());
    let line = Seen::Line("Process-1 doubled 3 numbers".to_owned());
    assert!(watcher.seen().contains(&line), "{:?}", watcher.seen());
    let mut process = Process::new(&engine, Call::new("halve", Vec::new()));
    process.start().unwrap();
    assert_eq!(exit_code(&process), 1);
    let line = Seen::Line("Process-2: halve is not known".to_owned());
    assert!(watcher.seen().contains(&line), "{:?}", watcher.seen());
}

pub fn a_foreign_worker_of_another_version_is_killed() {
    let Some((_folder, program)) = program() else {
        return;
    };
    let (engine, _watcher) = engine(program, "3");
    let mut process = Process::new(&engine, Call::new("double", Vec::new()));
    process.start().unwrap();
    assert_eq!(exit_code(&process), -9);
}
