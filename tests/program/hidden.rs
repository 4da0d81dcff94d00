//! Where `/proc` hides processes: what is left is shown, and why it is not all. Needs root for a `/proc` of its own, and says so
//! where it has none.

use std::process::{Command, Output};

use serde_json::Value;

use crate::driver::output_of;

/// Runs a command in a mount namespace after this was done to its `/proc`; `None` where that may not be done.
fn with_proc(change: &str, command: &str) -> Option<Output> {
    let script = format!("{change} 2>/dev/null || exit 77\n{command}");
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--propagation", "private", "sh", "-c", &script]);
    unshare.env("PROCLAB", env!("CARGO_BIN_EXE_proclab"));
    if Command::new("unshare").arg("--version").output().is_err() {
        eprintln!("skipped: there is no unshare here");
        return None;
    }
    let output = output_of(&mut unshare);
    let words = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || words.starts_with("unshare:") {
        eprintln!("skipped: /proc cannot be changed here: {words}");
        return None;
    }
    Some(output)
}

/// Runs a command as nobody in a mount namespace whose `/proc` has this option; `None` where that may not be done.
fn as_nobody(hidepid: &str, command: &str) -> Option<Output> {
    // The binary stands where nobody may not look; what root has opened for reading can be run.
    let script = format!(
        "mount -t proc -o hidepid={hidepid} proc /proc 2>/dev/null || exit 77\n\
         exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c '{command}'"
    );
    let folder = tempfile::Builder::new()
        .prefix("hidden-")
        .tempdir_in("/tmp")
        .unwrap();
    let binary = folder.path().join("proclab");
    std::fs::copy(env!("CARGO_BIN_EXE_proclab"), &binary).unwrap();
    open_to_all(folder.path());
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--propagation", "private", "sh", "-c", &script]);
    unshare.env("PROCLAB", &binary);
    if Command::new("unshare").arg("--version").output().is_err() {
        eprintln!("skipped: there is no unshare here");
        return None;
    }
    let output = output_of(&mut unshare);
    let words = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77)
        || words.starts_with("unshare:")
        || words.contains("setpriv")
    {
        eprintln!("skipped: /proc cannot be mounted with hidepid here: {words}");
        return None;
    }
    Some(output)
}

fn open_to_all(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_is_hidden_is_said_with_its_reason() {
    for hidepid in ["1", "2"] {
        let Some(output) = as_nobody(hidepid, "\"$PROCLAB\" snapshot") else {
            return;
        };
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["limited_view"], "hidepid", "hidepid={hidepid}");
        let processes = document["processes"].as_array().unwrap();
        let own = processes
            .iter()
            .filter(|process| process["name"] == "proclab");
        assert_eq!(own.count(), 1, "{processes:?}");
        assert!(processes.iter().all(|process| process["pid"] != 1));

        let output = as_nobody(hidepid, "\"$PROCLAB\" snapshot --pid 1").unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2));
        assert!(words.contains("process 1 is hidden"), "{words}");
        let output = as_nobody(hidepid, "\"$PROCLAB\" snapshot --pid 4194303").unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(words.contains("no process has pid 4194303"), "{words}");

        // Where the document has no place for it, it is said beside.
        let output = as_nobody(hidepid, "\"$PROCLAB\" snapshot --format csv").unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(
            words.contains("limited view: /proc hides processes of other users (hidepid)"),
            "{words}"
        );
    }
}

#[test]
fn where_proc_has_processes_alone_the_machines_values_are_unknown_and_the_processes_known() {
    let Some(output) = with_proc(
        "mount -t proc -o subset=pid proc /proc",
        "\"$PROCLAB\" snapshot --fields name,create_time",
    ) else {
        return;
    };
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let host = &document["host"];
    for value in [
        "boot_id",
        "memory_total",
        "memory_used",
        "load_average",
        "cpu_percent",
        "uptime",
    ] {
        assert_eq!(host[value], Value::Null, "{value}");
        assert_eq!(host["unreadable"][value], "unsupported", "{value}");
    }
    // This stands elsewhere, too.
    assert!(host["cpu_count"].as_u64() > Some(0), "{host}");
    let processes = document["processes"].as_array().unwrap();
    let own = processes
        .iter()
        .find(|process| process["name"] == "proclab")
        .unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let age = now.unwrap().as_secs_f64() - own["create_time"].as_f64().unwrap();
    assert!((-2.0..60.0).contains(&age), "{own}");
}

#[test]
fn where_there_is_no_proc_it_is_said_that_there_is_none() {
    let Some(output) = with_proc("umount -l /proc", "\"$PROCLAB\" snapshot") else {
        return;
    };
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3));
    assert!(words.contains("/proc is not mounted"), "{words}");
}
