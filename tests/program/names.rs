//! What processes are called where an interpreter runs them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::driver::output;

/// A shell that waits for its input to end.
fn waiting(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).spawn().unwrap()
}

fn taken(arguments: &[&str]) -> Value {
    let taken = output(&[&["snapshot", "--fields", "name,label"], arguments].concat());
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    serde_json::from_slice(&taken.stdout).unwrap()
}

#[test]
fn a_script_is_named_beside_its_interpreter_however_it_was_started() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("writer-of-lines.sh");
    fs::write(&script, "#!/bin/sh\nread line\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let children = [
        waiting(&mut Command::new(&script)),
        waiting(Command::new("/bin/sh").arg(&script)),
        waiting(Command::new("/bin/sh").args(["-c", "read line"])),
    ];
    let pids = children.iter().map(|child| child.id().to_string());
    let pids = pids.collect::<Vec<_>>().join(",");
    let began = std::time::Instant::now();
    // A child may be looked at before it has become its program.
    let labels = loop {
        let document = taken(&["--pid", &pids]);
        let processes = document["processes"].as_array().unwrap();
        let labels: Vec<_> = processes
            .iter()
            .map(|process| process["label"].clone())
            .collect();
        let is_started = |label: &Value| {
            label
                .as_str()
                .is_some_and(|label| label.starts_with("sh · "))
        };
        if labels.iter().all(is_started) || began.elapsed() > crate::driver::DEADLINE {
            break labels;
        }
    };
    assert_eq!(
        labels[..2],
        ["sh · writer-of-lines.sh", "sh · writer-of-lines.sh"]
    );
    assert_eq!(labels[2], "sh · -c read line");
    let found = taken(&["--filter", "name:writer-of-lines"]);
    let found: Vec<_> = found["processes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|process| &process["pid"])
        .cloned()
        .collect();
    let own: Vec<Value> = children[..2]
        .iter()
        .map(|child| child.id().into())
        .collect();
    assert!(
        own.iter().all(|pid| found.contains(pid)),
        "{own:?} in {found:?}"
    );
    for mut child in children {
        drop(child.stdin.take());
        child.wait().unwrap();
    }
}

/// Anybody can give a program any name and arguments, and every Proclab on the machine reads them.
#[test]
fn wrappers_within_thousands_of_wrappers_are_one_line_as_any_other() {
    let mut shell = Command::new("sh");
    shell.arg0("uv").arg("-s").args(vec!["uv"; 20_000]);
    let mut child = waiting(&mut shell);
    let pid = child.id().to_string();
    let began = std::time::Instant::now();
    let found = loop {
        let document = taken(&["--pid", &pid]);
        let found = document["processes"][0]["label"].clone();
        // Named after its file once it has become the shell.
        if found == "sh" || began.elapsed() > crate::driver::DEADLINE {
            break found;
        }
    };
    drop(child.stdin.take());
    child.wait().unwrap();
    assert_eq!(found, "sh");
}
