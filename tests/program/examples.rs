//! The programs of `tests/examples` do what they say.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::driver::output_of;

/// What a program prints; `None`, which a test takes as a reason to be skipped, where only this test was built.
fn printed(example: &str, arguments: &[&str]) -> Option<String> {
    let mut path = PathBuf::from(env!("CARGO_BIN_EXE_proclab"));
    path.pop();
    path.extend(["examples", example]);
    if !path.exists() {
        eprintln!("skipped: {example} is not built (cargo build --examples)");
        return None;
    }
    let mut command = Command::new(path);
    command.args(arguments).stdin(Stdio::null());
    let output = output_of(&mut command);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_pool_counts_primes_and_gives_up_what_takes_too_long() {
    let Some(text) = printed("primes", &[]) else {
        return;
    };
    let lines: Vec<&str> = text.lines().collect();
    // As many as there are below 5,000, 10,000 and so on to 100,000, added up.
    let sum: usize = (1..=20).map(|n| primes_below(n * 5_000)).sum();
    assert_eq!(lines[0], format!("20 counts have a sum of {sum}"));
    assert!(lines[1].starts_with("no result: "), "{text}");
}

/// By a sieve.
fn primes_below(limit: usize) -> usize {
    let mut is_composite = vec![false; limit];
    let mut count = 0;
    for n in 2..limit {
        if !is_composite[n] {
            count += 1;
            (n * n..limit)
                .step_by(n)
                .for_each(|multiple| is_composite[multiple] = true);
        }
    }
    count
}

#[test]
fn a_pipeline_hands_every_number_on_once() {
    let Some(text) = printed("pipeline", &[]) else {
        return;
    };
    let sum: u64 = (0..5).chain(100..105).map(|n: u64| n * n).sum();
    assert!(
        text.contains(&format!("the squares have a sum of {sum}\n")),
        "{text}"
    );
    let taken = text.lines().filter_map(|line| {
        let rest = line.split_once(" took ")?.1;
        rest.split(' ').next()?.parse::<u32>().ok()
    });
    assert_eq!(taken.sum::<u32>(), 10, "{text}");
}

#[test]
fn a_snapshot_has_the_processes_that_match() {
    let pid = std::process::id();
    let Some(text) = printed("snapshot", &[&format!("pid:{pid}")]) else {
        return;
    };
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let processes = document["processes"].as_array().unwrap();
    assert_eq!(processes.len(), 1, "{text}");
    assert_eq!(processes[0]["pid"], pid);
}
