//! Where `/proc` hides processes: what is left is shown, and why it is not all. Needs root for a `/proc` of its own, and says so
//! where it has none.

use std::process::{Command, Output};

use serde_json::Value;

use crate::driver::output_of;

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

        // Where the document has no place for it, it is said beside.
        let output = as_nobody(hidepid, "\"$PROCLAB\" snapshot --format csv").unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(
            words.contains("limited view: /proc hides processes of other users (hidepid)"),
            "{words}"
        );
    }
}
