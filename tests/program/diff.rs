//! `proclab diff` on snapshots of real processes, and on what is none.

use std::path::Path;
use std::process::{Child, Command};

use serde_json::Value;

use crate::driver::output;

/// Sleeps, or whatever it does, until it is dropped.
struct Sleeper(Child);

impl Sleeper {
    fn start() -> Self {
        Self(Command::new("sleep").arg("3600").spawn().unwrap())
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn words(arguments: &[&str]) -> (i32, String, String) {
    let output = output(arguments);
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    (output.status.code().unwrap(), out, err)
}

fn take(path: &Path, more: &[&str]) {
    let mut arguments = vec![
        "snapshot",
        "--fields",
        "name,memory_info,num_fds,nice",
        "-o",
        path.to_str().unwrap(),
    ];
    arguments.extend(more);
    let (code, _, err) = words(&arguments);
    assert_eq!(code, 0, "{err}");
}

#[test]
fn what_came_and_went_between_two_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a.json", "b.ndjson"].map(|name| folder.path().join(name));
    let gone = Sleeper::start();
    take(&a, &[]);
    let gone_pid = gone.0.id();
    drop(gone);
    let new = Sleeper::start();
    take(&b, &["--format", "ndjson"]);
    let (a, b) = (a.to_str().unwrap(), b.to_str().unwrap());
    let (code, out, err) = words(&["diff", a, b, "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let diff: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(diff["schema"], "proclab.diff/1");
    let pids = |list: &str| {
        let list = diff[list].as_array().unwrap().iter();
        list.map(|process| process["pid"].as_u64().unwrap() as u32)
            .collect::<Vec<_>>()
    };
    assert!(pids("new").contains(&new.0.id()) && !pids("new").contains(&gone_pid));
    assert!(pids("gone").contains(&gone_pid));
    let (code, out, _) = words(&["diff", b, a]);
    assert_eq!(code, 0);
    assert!(
        out.contains("\nNew\n") && out.contains("\nGone\n") && !out.contains('\u{1b}'),
        "{out}"
    );
}

#[test]
fn the_documents_of_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.ndjson");
    let path = path.to_str().unwrap();
    let pid = std::process::id().to_string();
    let watch = [
        "watch",
        "--count",
        "3",
        "--interval",
        "0.1",
        "--pid",
        &pid,
        "-o",
        path,
    ];
    assert_eq!(words(&watch).0, 0);
    for arguments in [vec!["diff", path], vec!["diff", &format!("{path}:2"), path]] {
        let (code, out, err) = words(&arguments);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains(" 0 new, 0 gone"), "{out}");
    }
    let (code, _, err) = words(&["diff", &format!("{path}:9"), path]);
    assert_eq!(code, 2);
    assert!(
        err.contains("has 3 documents, so there is no number 9"),
        "{err}"
    );
}

#[test]
fn who_is_gone_from_a_stream_has_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.ndjson");
    let path = path.to_str().unwrap();
    let mut gone = Command::new("sh");
    gone.args(["-c", "read line; exit 7"])
        .stdin(std::process::Stdio::piped());
    let mut gone = gone.spawn().unwrap();
    let pid = gone.id();
    let watch = [
        "watch",
        "--interval",
        "0.1",
        "--fields",
        "name",
        "-o",
        path,
        "--pid",
        &pid.to_string(),
    ];
    let mut watch = crate::driver::proclab(&watch).spawn().unwrap();
    crate::driver::wait_until("the first document", crate::driver::DEADLINE, || {
        std::fs::read_to_string(path).is_ok_and(|text| text.contains('\n'))
    });
    drop(gone.stdin.take());
    assert_eq!(gone.wait().unwrap().code(), Some(7));
    assert_eq!(crate::driver::exit_code(&mut watch), 0);
    let (code, out, err) = words(&["diff", path, "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let diff: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(diff["gone"][0]["pid"], pid);
    let end = &diff["gone"][0]["end"];
    assert!(end["lifetime"].as_f64().unwrap() > 0.0, "{diff}");
    let (_, table, _) = words(&["diff", path]);
    assert!(table.contains("ENDED"), "{table}");
    if !end["exit_code"].is_null() {
        assert_eq!(end["exit_code"], 7);
    }
}

#[test]
fn what_is_no_snapshot_is_refused_with_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.json");
    take(&good, &[]);
    let bytes = std::fs::read(&good).unwrap();
    let wrong = folder.path().join("wrong.json");
    for (content, named) in [
        (&bytes[..bytes.len() / 2], "it was cut off"),
        (
            b"{\"seq\":1,\"schema\":\"proclab.events/1\"}\n",
            "its schema is `proclab.events/1`",
        ),
        (b"{\"answer\":42}", "no snapshot of Proclab"),
        (b"pid,name\r\n1,init\r\n", "no JSON (line 1"),
        (b"\xff\xfe\0\0", "it is not UTF-8"),
        (b"", "is empty"),
    ] {
        std::fs::write(&wrong, content).unwrap();
        let (code, out, err) = words(&["diff", good.to_str().unwrap(), wrong.to_str().unwrap()]);
        assert_eq!((code, out.as_str()), (2, ""), "{named}");
        assert!(
            err.contains(named) && err.contains("wrong.json"),
            "{named}: {err}"
        );
    }
    let other = String::from_utf8(bytes).unwrap();
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    std::fs::write(&wrong, other.replace(boot.trim(), "another-boot")).unwrap();
    let (code, _, err) = words(&["diff", good.to_str().unwrap(), wrong.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(err.contains("was booted between"), "{err}");
    let (code, _, err) = words(&["diff", good.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(err.contains("has one document"), "{err}");
    let (code, _, err) = words(&["diff", "/nonexistent/a.json"]);
    assert_eq!(code, 2);
    assert!(err.contains("/nonexistent/a.json: No such file"), "{err}");
}

#[test]
fn a_pipe_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b, pipe] = ["a.json", "b.json", "pipe"].map(|name| folder.path().join(name));
    take(&a, &[]);
    take(&b, &[]);
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let [b, pipe] = [&b, &pipe].map(|path| path.to_str().unwrap());
    // Who writes waits for a reader, and nobody writes a second time.
    let mut writer = Command::new("cp");
    let writer = Sleeper(writer.arg(&a).arg(pipe).spawn().unwrap());
    let (code, out, err) = words(&["diff", pipe, b]);
    drop(writer);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains(" the same in what both tell"), "{out}");
    for arguments in [&["diff", pipe][..], &["diff", pipe, pipe]] {
        let (code, _, err) = words(arguments);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("is no regular file"), "{err}");
    }
}

#[test]
fn who_was_left_out_of_a_choice_is_neither_new_nor_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let own = std::process::id().to_string();
    let filter = format!("pid:{own}");
    take(&path("all.json"), &[]);
    take(&path("pid.json"), &["--pid", &own]);
    take(
        &path("filter.ndjson"),
        &["--format", "ndjson", "--filter", &filter],
    );
    take(&path("later.json"), &[]);
    let selection = |name: &str| {
        let text = std::fs::read_to_string(path(name)).unwrap();
        let first: Value = serde_json::from_str(&text).unwrap();
        first["selection"].clone()
    };
    assert_eq!(selection("all.json"), Value::Null);
    let pid: u32 = own.parse().unwrap();
    let by_pid = serde_json::json!({"by": "options", "pids": [pid], "filter": null});
    assert_eq!(selection("pid.json"), by_pid);
    let by_filter = serde_json::json!({"by": "options", "pids": null, "filter": filter});
    assert_eq!(selection("filter.ndjson"), by_filter);
    for chosen in ["pid.json", "filter.ndjson"] {
        let compare = |one: &str, other: &str| -> Value {
            let (one, other) = (path(one), path(other));
            let (one, other) = (one.to_str().unwrap(), other.to_str().unwrap());
            let (code, out, err) = words(&["diff", one, other, "--json"]);
            assert_eq!(code, 0, "{err}");
            serde_json::from_str(&out).unwrap()
        };
        let pids = |list: &Value| -> Vec<u64> {
            let list = list.as_array().unwrap().iter();
            list.map(|process| process["pid"].as_u64().unwrap())
                .collect()
        };
        let diff = compare("all.json", chosen);
        assert!(!pids(&diff["gone"]).contains(&1), "{chosen}");
        assert!(diff["left_out_later"].as_u64().unwrap() > 0, "{chosen}");
        let diff = compare(chosen, "later.json");
        assert!(
            !pids(&diff["new"]).contains(&1),
            "{chosen}: {}",
            diff["new"]
        );
        assert!(diff["left_out"].as_u64().unwrap() > 0, "{chosen}");
    }
}

#[test]
fn who_could_not_be_seen_is_told_with_the_cause() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    take(&path("all.json"), &[]);
    let text = std::fs::read_to_string(path("all.json")).unwrap();
    let mut limited: Value = serde_json::from_str(&text).unwrap();
    limited["limited_view"] = "hidepid".into();
    let processes = limited["processes"].as_array_mut().unwrap();
    processes.retain(|process| process["pid"] != 1);
    std::fs::write(path("limited.json"), limited.to_string()).unwrap();
    let compare = |one: &str, other: &str| {
        let (one, other) = (path(one), path(other));
        let (code, out, err) = words(&["diff", one.to_str().unwrap(), other.to_str().unwrap()]);
        assert_eq!(code, 0, "{err}");
        assert!(!out.contains("choice"), "{out}");
        out
    };
    take(&path("later.json"), &[]);
    let out = compare("limited.json", "later.json");
    let expected = "not in the earlier snapshot, which could not see every process\n";
    assert!(out.contains(expected), "{out}");
    limited["taken_at"] = "2100-01-01T00:00:00Z".into();
    std::fs::write(path("limited.json"), limited.to_string()).unwrap();
    let out = compare("later.json", "limited.json");
    let expected = "not in the later one, which could not see every process; nothing says";
    assert!(out.contains(expected), "{out}");
}
