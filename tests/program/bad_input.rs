//! What is wrong is named with what is allowed; exit code 2; nothing half-done.

use crate::driver::output;

fn refused(arguments: &[&str], named: &[&str]) {
    let output = output(arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    for word in named {
        assert!(
            stderr.contains(word),
            "{arguments:?}: {word} is missing in: {stderr}"
        );
    }
}

fn refused_file(text: &str, named: &[&str]) {
    let path = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(&path, text).unwrap();
    refused(&["run", path.path().to_str().unwrap()], named);
}

#[test]
fn unknown_names_are_refused_with_those_that_exist() {
    refused(
        &["run", "pool-aply"],
        &["'pool-aply'", "pool-apply", "producer-consumer"],
    );
    refused(&["lessons", "nothing"], &["'nothing'", "pool-callback"]);
    refused(
        &["selftest", "faults", "--only", "nothing"],
        &["'nothing'", "kill-task", "storm"],
    );
    refused(&["dance"], &["dance"]);
    refused(&["run", "pool-apply", "--jsno"], &["--jsno", "--json"]);
    refused(&["run"], &["say what to run", "pool-callback", ".toml"]);
    refused(&["run", "pool-apply", "extra"], &["'extra'"]);
    refused(
        &["run", "./nothing.toml"],
        &["./nothing.toml", "No such file"],
    );
    refused(&["run", "program.py"], &["program.py"]);
}

#[test]
fn numbers_out_of_range_are_refused_with_the_range() {
    refused(
        &["run", "pool-apply", "--time-scale", "-1"],
        &["time_scale: -1", "0 to 1000"],
    );
    refused(
        &["run", "pool-apply", "--time-scale", "NaN"],
        &["time_scale: NaN"],
    );
    refused(&["run", "pool-apply", "--seed", "x"], &["--seed", "'x'"]);
    refused(
        &["run", "pool-apply", "--seed", "-3"],
        &["--seed", "'-3'", "from 0 to"],
    );
}

#[test]
fn wrong_configurations_are_refused_with_line_and_key() {
    const HEAD: &str = "version = 1\nkind = \"pool\"\nprocesses = 1\n";
    let tasks = |tasks: &str| format!("{HEAD}tasks = [{tasks}]\n");
    refused_file("version = 2\nkind = \"pool\"\n", &["version 2", "newer"]);
    refused_file("kind = \"pool\"\n", &["'version' is missing"]);
    refused_file(
        "version = 1\nkind = \"pool\"\nworkers = 2\n",
        &["line 3", "`workers`", "`processes`"],
    );
    refused_file(
        &tasks(r#"{ target = "work", args = ["a", 1], name = "x", join = true }"#),
        &["tasks: name", "tasks: join", "kind = \"processes\""],
    );
    refused_file(
        &tasks(r#"{ target = "work", args = ["a", "b"] }"#),
        &["'n' must be a whole number, not \"b\""],
    );
    refused_file("version = 1\nkind = \"poll\"\n", &["`poll`", "`pool`"]);
    refused_file(
        "version = 1\nkind = \"pool\"\nprocesses = 0\ntasks = [{ target = \"work\", args = [\"a\", 1] }]\n",
        &["processes: 0", "1 to 256"],
    );
    refused_file(
        &tasks(r#"{ target = "wrok", args = [] }"#),
        &["tasks[0]", "'wrok'", "work, count_primes"],
    );
    refused_file(
        &tasks(r#"{ target = "work", args = ["a"] }"#),
        &["tasks[0]", "'n'"],
    );
    refused_file(
        &tasks(r#"{ target = "work", args = ["a", 1, 2] }"#),
        &["takes 2", "3 were given"],
    );
    refused_file(
        &tasks(r#"{ target = "work", args = ["a", "b"] }"#),
        &["'n' must be a whole number", "\"b\""],
    );
    refused_file(HEAD, &["tasks: needs at least one entry"]);
}

#[test]
fn a_snapshot_that_cannot_be_is_refused() {
    refused(&["snapshot", "--fields", "nme"], &["`nme`", "name, label"]);
    refused(&["snapshot", "--pid", "4194305"], &["4194305"]);
    refused(&["snapshot", "--pid", "x"], &["--pid", "'x'"]);
    refused(
        &["snapshot", "--out", "/nonexistent/all.json"],
        &["No such file or directory", "/nonexistent/all.json"],
    );
    refused(
        &["snapshot", "--environ", "steal"],
        &["steal", "redact", "show"],
    );
}
