//! With few descriptors left, a value is right, null with the reason, or there is an error that says so: never an empty machine.

use std::process::{Command, Output};

use serde_json::Value;

use crate::driver::output_of;

/// The program with so many open files allowed.
fn with_limit(limit: u32, arguments: &str) -> Output {
    let script = format!("ulimit -n {limit}; exec \"$0\" {arguments}");
    output_of(Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_proclab")]))
}

fn words_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Exit code 3 and words that name what is short; true if so, false if all went well.
fn says_so(output: &Output, what: &str) -> bool {
    let words = words_of(output);
    match output.status.code() {
        Some(0) => false,
        Some(3) => {
            assert!(
                words.to_lowercase().contains("too many")
                    && !words.contains("uncategorized")
                    && !words.contains("no process has pid"),
                "{what}: {words}"
            );
            true
        }
        code => panic!("{what}: {code:?}: {words}"),
    }
}

#[test]
fn a_snapshot_is_whole_or_says_what_is_short() {
    let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let enough = document(&with_limit(256, "snapshot --pid 1 --fields all"));
    for limit in [4, 5, 6, 7, 8, 10, 12, 14, 15, 18, 24, 40] {
        for fields in ["name,num_fds,username", "all"] {
            let output = with_limit(limit, &format!("snapshot --fields {fields}"));
            let what = format!("{limit} {fields}");
            if says_so(&output, &what) {
                continue;
            }
            let document = document(&output);
            assert_eq!(document["host"]["boot_id"], boot_id.trim(), "{what}");
            let cpus = &document["host"]["cpu_count"];
            assert_eq!(cpus, &enough["host"]["cpu_count"], "{what}");
            let reasons = document["host"]["unreadable"].to_string();
            // A look at a control group takes two at once.
            assert!(
                limit < 8 || !reasons.contains("no_descriptors"),
                "{what}: {reasons}"
            );
            let processes = document["processes"].as_array().unwrap();
            let first = &processes[0];
            assert_eq!(first["pid"], 1, "{what}");
            for field in ["name", "username"] {
                assert_eq!(first[field], enough["processes"][0][field], "{what}");
            }
            assert!(
                processes.iter().any(|one| one["name"] == "proclab"),
                "{what}"
            );
            // A value, or the reason for which there is none.
            let unreadable = &first["unreadable"];
            if let (false, Some(reasons)) = (
                enough["processes"][0]["num_fds"].is_null(),
                unreadable.as_object(),
            ) {
                let wrong = reasons.iter().filter(|(field, reason)| {
                    *reason != "no_descriptors"
                        && enough["processes"][0]["unreadable"][*field] != **reason
                });
                let wrong: Vec<_> = wrong.collect();
                assert!(wrong.is_empty(), "{what}: {wrong:?}");
            }
        }
    }
}

#[test]
fn whoever_is_named_is_found_or_it_is_said_why_not() {
    for limit in [5, 6, 7, 8, 9, 12] {
        for arguments in [
            "snapshot --pid 1",
            "snapshot --pid 1 --format csv --fields pid,name",
            "watch --pid 1 --count 2 --interval 0.1 --fields name",
        ] {
            let output = with_limit(limit, arguments);
            let what = format!("{limit} {arguments}");
            if !says_so(&output, &what) {
                assert!(output.stdout.len() > 20, "{what}");
            }
        }
    }
}

#[test]
fn a_file_is_written_or_it_is_said_why_not() {
    let folder = tempfile::tempdir().unwrap();
    for limit in [4, 5, 6, 7, 8, 9, 10, 14, 20] {
        let path = folder.path().join(format!("{limit}.json"));
        let output = with_limit(limit, &format!("snapshot -o {}", path.display()));
        let is_short = says_so(&output, &limit.to_string());
        assert_eq!(path.exists(), !is_short, "{limit}");
    }
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with('.'), "left over: {name}");
    }
}

#[test]
fn inherited_descriptors_count_too() {
    // Only bash opens descriptors of two digits.
    if Command::new("bash").arg("--version").output().is_err() {
        eprintln!("skipped: there is no bash here");
        return;
    }
    for free in [6, 12, 20, 40] {
        let script = format!(
            "ulimit -n 1024; for ((i=3; i<1024-{free}; i++)); do eval \"exec $i</dev/null\"; done; \
             exec \"$0\" snapshot --fields name,num_fds"
        );
        let output =
            output_of(Command::new("bash").args(["-c", &script, env!("CARGO_BIN_EXE_proclab")]));
        if !says_so(&output, &free.to_string()) {
            let document = document(&output);
            let own = document["processes"].as_array().unwrap().iter();
            let own = own.filter(|one| one["name"] == "proclab");
            let counted = own.map(|one| one["num_fds"].as_u64().unwrap_or(1_024));
            assert!(counted.max() >= Some(1_024 - free), "{free}");
        }
    }
}
