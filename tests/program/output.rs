//! How commands write: on a terminal, into pipes whose reader goes, into files that hold something else or may not grow.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use proclab::os::terminal::is_obeyed;
use rustix::process::{Pid, Signal};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::driver::{DEADLINE, output, output_of, proclab};

/// A process whose name tries to change a terminal's title, ends the line and turns the text around.
struct Imp {
    child: Child,
    _folder: tempfile::TempDir,
}

impl Imp {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("\u{1b}]0;x\u{7}\r\u{202e}\u{9b}");
        fs::copy("/bin/sleep", &program).unwrap();
        let child = Command::new(&program).arg("3600").spawn().unwrap();
        Self {
            child,
            _folder: folder,
        }
    }

    fn pid(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Imp {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What a command writes to a terminal, on both streams.
fn on_a_terminal(arguments: &[&str]) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let terminal = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let mut child = proclab(arguments);
    child.env_remove("NO_COLOR").env("TERM", "xterm-256color");
    child.stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut running = child.spawn().unwrap();
    // The terminal ends with its last writer: ours are held by the command.
    drop(child);
    let written = read_to_the_end(master);
    running.wait().unwrap();
    written
}

fn read_to_the_end(master: OwnedFd) -> String {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    let mut master = File::from(master);
    // The end is an error (EIO) on Linux.
    while let Ok(count @ 1..) = master.read(&mut piece) {
        bytes.extend_from_slice(&piece[..count]);
    }
    String::from_utf8(bytes).unwrap()
}

/// Whether a terminal would obey nothing but line ends and colours.
fn assert_tame(arguments: &[&str], written: &str) {
    let plain = anstream::adapter::strip_str(written).to_string();
    let colours = written.replace("\u{1b}[", "");
    for text in [plain, colours] {
        // The terminal itself puts a return before each line end.
        let text = text.replace("\r\r\n", "\n").replace("\r\n", "\n");
        let obeyed: Vec<_> = text
            .chars()
            .filter(|&c| is_obeyed(c) && c != '\n' && c != '\t')
            .collect();
        assert!(
            obeyed.is_empty(),
            "{arguments:?}: {obeyed:?} in {written:?}"
        );
    }
}

#[test]
fn a_terminal_obeys_nothing_that_others_wrote() {
    let imp = Imp::start();
    let pid = imp.pid();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let own = std::process::id().to_string();
    for (name, pids) in [("a.json", &own), ("b.json", &pid)] {
        let taken = output(&[
            "snapshot",
            "--pid",
            pids,
            "--fields",
            "name,cmdline",
            "-o",
            &path(name),
        ]);
        assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    }
    let task = |name: &str, target: &str, argument: &str| {
        let text = format!(
            "version = 1\nkind = \"pool\"\nprocesses = 1\ntasks = [{{ target = \"{target}\", args = [\"{argument}\", 0] }}]\n"
        );
        fs::write(path(name), text).unwrap();
        path(name)
    };
    let evil = "\\u001b]0;x\\u0007\\u202e\\u009b31m";
    let wrong = task("wrong.toml", &format!("n{evil}"), "a");
    let right = task("right.toml", "nap", evil);
    let raw = path("raw\u{1b}]0;x\u{7}\u{202e}.json");
    fs::write(&raw, "{\"schema\":\"\u{202e}\u{9b}\"}").unwrap();
    let recording = path("run.jsonl");
    let run = output(&["run", &right, "--record", &recording]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let labelled = path("labelled.jsonl");
    let text = fs::read_to_string(&recording).unwrap();
    fs::write(
        &labelled,
        text.replace("\"label\":\"W1\"", "\"label\":\"\u{202e}\\u001b[2J\""),
    )
    .unwrap();
    let fields = ["--fields", "name,cmdline,exe"];
    for command in [
        &["snapshot", "--pid", &pid, "--format", "csv"][..],
        &["snapshot", "--pid", &pid, "--format", "json"],
        &["snapshot", "--pid", &pid, "--format", "ndjson"],
        &["watch", "--count", "1", "--pid", &pid, "--format", "csv"],
        &["watch", "--count", "1", "--pid", &pid],
    ] {
        let arguments = [command, &fields].concat();
        let written = on_a_terminal(&arguments);
        assert_tame(&arguments, &written);
        let shown = if arguments.contains(&"csv") {
            "\u{fffd}]0;x"
        } else {
            "]0;x\\u0007"
        };
        assert!(written.contains(shown), "{arguments:?}: {written:?}");
    }
    for arguments in [
        &["run", &wrong][..],
        &["run", &right],
        &["run", &right, "--json"],
        &["replay", &recording, "--speed", "inf"],
        &["replay", &recording, "--speed", "inf", "--json"],
        &["replay", &labelled, "--speed", "inf"],
        &["replay", &raw],
        &["diff", &path("a.json"), &path("b.json")],
        &["diff", &path("a.json"), &path("b.json"), "--json"],
        &["diff", &raw, &raw],
        &["run", "\u{1b}]0;x\u{7}\u{202e}"],
        &["lessons", "\u{1b}]0;x\u{7}\u{202e}"],
        &["\u{1b}]0;x\u{7}\u{202e}"],
        &["snapshot", "--\u{1b}]0;x\u{7}\u{202e}"],
        &["snapshot", "--fields", "\u{1b}]0;x\u{7}\u{202e}"],
        &["snapshot", "--filter", "\u{1b}]0;x\u{7}\u{202e}:x"],
        &["selftest", "faults", "--only", "\u{1b}]0;x\u{7}\u{202e}"],
    ] {
        let written = on_a_terminal(arguments);
        assert!(!written.is_empty(), "{arguments:?}");
        assert_tame(arguments, &written);
    }
    // A file that is named may be a terminal, too; every other one and a pipe get what it is.
    let exact = output(&[
        "snapshot", "--pid", &pid, "--fields", "name", "--format", "csv",
    ]);
    assert!(
        String::from_utf8(exact.stdout)
            .unwrap()
            .contains("\u{1b}]0;x\u{7}")
    );
    for command in ["snapshot", "watch"] {
        let arguments = [
            command,
            "--pid",
            &pid,
            "--fields",
            "name",
            "--format",
            "csv",
            "-o",
            "/dev/stdout",
        ];
        let count = ["--count", "1"];
        let arguments = [
            &arguments[..],
            if command == "watch" { &count } else { &[] },
        ]
        .concat();
        let written = on_a_terminal(&arguments);
        assert_tame(&arguments, &written);
        assert!(written.contains("\u{fffd}]0;x"), "{written:?}");
    }
}

/// Runs a command whose reader takes a line at most and goes.
fn read_a_little(arguments: &[&str]) -> (Option<i32>, String) {
    let mut child = proclab(arguments);
    let mut child = child
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    drop(stdout);
    let ended = child.wait_with_output().unwrap();
    (
        ended.status.code(),
        String::from_utf8(ended.stderr).unwrap(),
    )
}

#[test]
fn a_reader_that_goes_is_no_error_in_any_format() {
    for format in ["json", "ndjson", "csv"] {
        let arguments = ["snapshot", "--format", format, "--fields", "all"];
        assert_eq!(
            read_a_little(&arguments),
            (Some(0), String::new()),
            "{format}"
        );
    }
    for format in ["ndjson", "csv"] {
        let arguments = [
            "watch",
            "--format",
            format,
            "--interval",
            "0.1",
            "--pid",
            "1",
        ];
        let (code, words) = read_a_little(&arguments);
        assert_eq!(code, Some(0), "{words}");
        assert!(!words.contains("proclab: could not"), "{words}");
    }
}

#[test]
fn a_full_disk_is_one_message_and_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("a.json");
    let taken = taken.to_str().unwrap();
    output(&["snapshot", "--pid", "1", "--fields", "name", "-o", taken]);
    let recording = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/events-1/pool-callback.jsonl"
    );
    for arguments in [
        &["snapshot"][..],
        &["snapshot", "--format", "ndjson"],
        &["snapshot", "--format", "csv"],
        &["snapshot", "--schema"],
        &["watch"],
        &["watch", "--format", "csv"],
        &["diff", taken, taken, "--json"],
        &["diff", taken, taken],
        &["lessons"],
        &["tasks"],
        &["--help"],
        &["--version"],
        &["run", "process-info"],
        &["run", "pool-apply", "--time-scale", "0"],
        &["replay", recording, "--speed", "inf"],
        &["replay", recording, "--speed", "inf", "--json"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = proclab(arguments);
        let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let ended = child.wait_with_output().unwrap();
        let words = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}: {words}");
        let lines: Vec<_> = words
            .lines()
            .filter(|line| line.contains("No space left"))
            .collect();
        assert_eq!(lines.len(), 1, "{arguments:?}: {words}");
        assert!(
            lines[0].starts_with("proclab: could not"),
            "{arguments:?}: {words}"
        );
    }
    for command in ["snapshot", "watch"] {
        let ended = output(&[command, "--pid", "1", "-o", "/dev/full"]);
        let words = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{words}");
        assert!(
            words.contains("No space left") && words.contains("/dev/full"),
            "{words}"
        );
        assert_eq!(words.lines().count(), 1, "{words}");
    }
}

/// Runs a command that may write files of at most half a kibibyte, in this folder.
fn limited(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -f 1; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_proclab"),
    ]);
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null());
    output_of(&mut command)
}

#[test]
fn a_file_that_may_not_grow_is_an_error_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["json", "ndjson", "csv"] {
        let ended = limited(folder.path(), &["snapshot", "--format", format, "-o", "s"]);
        let words = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{words}");
        assert_eq!(words.lines().count(), 1, "{words}");
        assert!(words.contains("File too large"), "{words}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    for (format, name) in [("ndjson", "w.ndjson"), ("csv", "w.csv")] {
        let arguments = [
            "watch",
            "--interval",
            "0.1",
            "--fields",
            "name",
            "--format",
            format,
            "-o",
            name,
        ];
        let ended = limited(folder.path(), &[&arguments[..], &["--pid", "1"]].concat());
        let words = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{words}");
        assert!(
            words.contains(name) && words.contains("File too large"),
            "{words}"
        );
        // What stands there are whole lines.
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    }
    let into = File::create(folder.path().join("out")).unwrap();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -f 1; exec \"$0\" snapshot",
        env!("CARGO_BIN_EXE_proclab"),
    ]);
    let child = command.stdout(into).stderr(Stdio::piped()).spawn().unwrap();
    let ended = child.wait_with_output().unwrap();
    let words = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{words}");
    assert!(words.contains("standard output: File too large"), "{words}");
}

#[test]
fn a_signal_while_a_file_is_written_leaves_all_of_it_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let names = || -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let path = folder.path().join("s.json");
        let mut child = proclab(&["snapshot", "--fields", "all", "-o", path.to_str().unwrap()])
            .spawn()
            .unwrap();
        // As soon as anything is there, be it not whole yet.
        let begun = Instant::now();
        while names().is_empty() && begun.elapsed() < DEADLINE {
            std::thread::yield_now();
        }
        let pid = Pid::from_child(&child);
        rustix::process::kill_process(pid, signal).ok();
        let status = child.wait().unwrap();
        assert!(
            status.success() || status.signal() == Some(signal.as_raw()),
            "{status}"
        );
        assert_eq!(names(), ["s.json"], "{signal:?}");
        let text = fs::read_to_string(&path).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        fs::remove_file(path).unwrap();
    }
}

fn watch(path: &Path, more: &[&str]) -> (Option<i32>, String) {
    let path = path.to_str().unwrap();
    let arguments = ["watch", "--count", "1", "--pid", "1", "-o", path];
    let ended = output(&[&arguments[..], more].concat());
    (
        ended.status.code(),
        String::from_utf8(ended.stderr).unwrap(),
    )
}

#[test]
fn a_file_grows_by_what_is_of_its_kind_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let csv = ["--format", "csv", "--fields", "name"];
    assert_eq!(watch(&path("w.csv"), &csv).0, Some(0));
    assert_eq!(watch(&path("w.ndjson"), &["--fields", "name"]).0, Some(0));
    let before = [
        fs::read(path("w.csv")).unwrap(),
        fs::read(path("w.ndjson")).unwrap(),
    ];
    fs::write(path("notes"), "of mine\n").unwrap();
    for (name, more, named) in [
        (
            "w.csv",
            &["--format", "csv", "--fields", "name,num_threads"][..],
            "it lacks num_threads",
        ),
        ("w.csv", &["--fields", "name"], "line 1 is no document"),
        (
            "w.csv",
            &["--format", "csv", "--fields", "name", "--keys", "zh"],
            "its columns are others",
        ),
        (
            "w.ndjson",
            &["--fields", "name,num_threads"],
            "it lacks num_threads",
        ),
        (
            "w.ndjson",
            &["--fields", "name", "--keys", "zh"],
            "its fields are others",
        ),
        ("w.ndjson", &csv, "line 1 is no record"),
        ("notes", &[], "line 1 is no document"),
        ("notes", &csv, "line 1 is no record"),
    ] {
        let (code, words) = watch(&path(name), more);
        assert_eq!(code, Some(2), "{name} {more:?}: {words}");
        assert!(
            words.contains(name) && words.contains("was left as it was"),
            "{words}"
        );
        assert!(words.contains(named), "{name} {more:?}: {words}");
    }
    assert_eq!(fs::read(path("w.csv")).unwrap(), before[0]);
    assert_eq!(fs::read(path("w.ndjson")).unwrap(), before[1]);
    assert_eq!(fs::read(path("notes")).unwrap(), b"of mine\n");
    // Behind a torn line a new one begins.
    for (name, more) in [("w.csv", &csv[..]), ("w.ndjson", &["--fields", "name"])] {
        let mut file = File::options().append(true).open(path(name)).unwrap();
        let whole = fs::read(path(name)).unwrap();
        let last = whole[..whole.len() - 1]
            .rsplit(|&byte| byte == b'\n')
            .next()
            .unwrap();
        file.write_all(&last[..last.len() / 2]).unwrap();
        let (code, words) = watch(&path(name), more);
        assert_eq!(code, Some(0), "{words}");
        assert!(words.contains("ended in the middle of a line"), "{words}");
        let lines = fs::read_to_string(path(name)).unwrap().lines().count();
        assert_eq!(lines, if name == "w.csv" { 4 } else { 3 });
    }
    let diff = output(&["diff", path("w.ndjson").to_str().unwrap()]);
    assert_eq!(diff.status.code(), Some(0), "{diff:?}");
}

#[test]
fn a_cell_begins_no_formula_when_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("=1+1");
    fs::copy("/bin/sleep", &program).unwrap();
    let mut child = Command::new(&program).arg("3600").spawn().unwrap();
    let pid = child.id().to_string();
    let take = |more: &[&str]| {
        let arguments = [
            "snapshot",
            "--pid",
            &pid,
            "--fields",
            "name,nice",
            "--format",
            "csv",
        ];
        let ended = output(&[&arguments[..], more].concat());
        String::from_utf8(ended.stdout).unwrap()
    };
    let (plain, safe) = (take(&[]), take(&["--safe-csv"]));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(plain.contains(",=1+1,"), "{plain}");
    assert!(safe.contains(",'=1+1,"), "{safe}");
    let refused = output(&["watch", "--safe-csv", "--count", "1"]);
    let words = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{words}");
    assert!(words.contains("--format csv"), "{words}");
}
