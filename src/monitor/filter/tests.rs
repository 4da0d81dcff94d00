use super::*;
use crate::monitor::extra::{Extra, Wanted};
use crate::monitor::ports::Ports;
use crate::monitor::process::CommandLine;
use crate::monitor::reading::Unread;
use crate::monitor::source::scripted::{row, snapshot_of};

fn firefox() -> ProcessRow {
    let mut row = row(4711, "Firefox");
    row.username = Ok("ana".into());
    row.uid = Ok(1000);
    row.state = ProcState::Sleeping;
    row.cpu_percent = Ok(12.5);
    row.rss_bytes = Ok(300 << 20);
    row.num_threads = Ok(40);
    let ports = Ports {
        listening: vec![8080],
        connected: vec![443, 50_000],
    };
    row.extra = Extra {
        io_read_rate: Ok(0.0),
        io_write_rate: Ok(2e6),
        num_fds: Ok(40),
        cgroup: Ok("/user.slice/app.scope".into()),
        ports: Ok(ports.into()),
        ..Extra::NONE
    };
    row.cmdline = Ok(CommandLine::new(vec![
        "/usr/bin/firefox".into(),
        "--new-window".into(),
        "Übung eins".into(),
    ])
    .into());
    row
}

fn passes(text: &str, row: &ProcessRow) -> bool {
    let snapshot = snapshot_of(vec![row.clone()]);
    Filter::parse(text).unwrap().matches(row, &snapshot)
}

#[test]
fn terms_that_hold() {
    for text in [
        "",
        "  ",
        "fire",
        "FIREFOX ana",
        "47",
        "new-window",
        "übung",
        "\"übung eins\"",
        "user:ana",
        "user:An",
        "user:1000",
        "state:sleep",
        "pid:4711",
        "pid=4711",
        "ppid:1",
        "cpu>10",
        "cpu>=12.5",
        "cpu<13%",
        "mem>200M",
        "mem<=0.3G",
        "threads=40",
        "name:fox cmd:/usr/bin",
        "cmd:\"Übung eins\"",
        "!root !cpu>50",
        "!\"two words\"",
        "/^fire/",
        "/chrom|fox$/",
        "name:/f.re/ user:/^(ana|bob)$/",
        "state:S",
        "state:/sleep/",
        "tree:4711",
        "port:8080",
        "port:443",
        "cgroup:user.slice",
        "files>=40 read<1 write>1M",
        "chrome | fire",
        "chrome|user:ana",
        "root | cpu>90 | fire ana",
        "!chrome|chrome",
        "cpu > 10",
        "ana cpu > 10 mem >= 200 MB | root",
        "!cpu > 50 %",
        "threads = 40",
        "\"firefox --new\"",
        "/usr/bin",
    ] {
        assert!(passes(text, &firefox()), "{text}");
    }
}

#[test]
fn terms_that_do_not_hold() {
    for text in [
        "chrome",
        "711",
        "!fire",
        "fire root",
        "user:root",
        "state:run",
        "pid:47",
        "cpu>12.5",
        "mem>1G",
        "!\"übung eins\"",
        "/^ire/",
        "!/fire/",
        "state:D",
        "tree:47",
        "port:80",
        "cgroup:system.slice",
        "write>2M",
        "cpu > 12.5",
        "mem > 1 G",
        "chrome | fire root",
        "\"/fire/\"",
        "name:/^firefox .*new/",
    ] {
        assert!(!passes(text, &firefox()), "{text}");
    }
}

#[test]
fn the_unknown_is_neither_more_nor_less() {
    let mut row = firefox();
    row.cpu_percent = Err(Unread::NotSampled);
    assert!(!passes("cpu>=0", &row));
    assert!(!passes("cpu<1", &row));
}

#[test]
fn mistakes_are_named_with_what_is_allowed() {
    let message = |text: &str| Filter::parse(text).unwrap_err().to_string();
    assert_eq!(
        message("colour:red"),
        "unknown key `colour`: use name, pid, ppid, tree, user, state, cmd, cpu, mem, threads, port, cgroup, files, read, write, or put the word in quotes to search for it"
    );
    assert_eq!(
        message("cpu>lots"),
        "`lots` is no number for `cpu`: write `cpu>10`"
    );
    assert_eq!(
        message("mem>5X"),
        "`5X` is no number for `mem`: write `mem>200M`"
    );
    assert_eq!(
        message("user>ana"),
        "`user>` makes no sense: write `user:ana`"
    );
    assert_eq!(
        message("user : ana"),
        "`user:` needs a value: write `user:ana`"
    );
    assert!(message("ana speed > 10").starts_with("unknown key `speed`"));
    assert_eq!(message("cpu >"), "`cpu>` needs a value: write `cpu>10`");
    assert_eq!(message("cpu:10"), "`cpu:` makes no sense: write `cpu>10`");
    assert_eq!(message("user:"), "`user:` needs a value: write `user:ana`");
    assert_eq!(message("a \"b"), "the closing quotation mark is missing");
    assert_eq!(message("a !"), "`!` needs a word behind it");
    for text in ["| a", "a |", "a || b", "|"] {
        assert_eq!(message(text), "`|` needs a word on either side", "{text}");
    }
    assert_eq!(
        message("/a(/"),
        "`/a(/` is no regular expression: unclosed group"
    );
    assert_eq!(
        message("tree:init"),
        "`init` is no number for `tree`: write `tree:4711`"
    );
    for port in ["http", "0", "65536"] {
        assert_eq!(
            message(&format!("port:{port}")),
            format!(
                "there is no port `{port}`: write a number from 1 to 65535, such as `port:8080`"
            )
        );
    }
    assert_eq!(
        message("tree>5"),
        "`tree>` makes no sense: write `tree:4711`"
    );
    assert_eq!(
        message("cpu>/9/"),
        "`/9/` is no number for `cpu`: write `cpu>10`"
    );
    assert_eq!(
        message("state:happy"),
        "no process is ever `happy`: use running, sleeping, disk-sleep, stopped, tracing-stop, zombie, dead, wake-kill, waking, idle, parked, ended, active, or a letter such as D"
    );
}

#[test]
fn a_filter_says_what_must_be_read_for_it() {
    let needs = |text: &str| Filter::parse(text).unwrap().needs().collect::<Vec<_>>();
    assert_eq!(needs("fire cpu>1 state:S tree:1"), []);
    assert_eq!(
        needs("a !port:22 | cgroup:/x/"),
        [Need::Ports, Need::Cgroup]
    );
    let wanted = Wanted::default().and(needs("read>1M | write>1M"));
    assert!(wanted.has(Need::Io) && !wanted.has(Need::Ports));
}

#[test]
fn every_example_is_understood() {
    for key in filter_keys() {
        assert!(Filter::parse(key.example).is_ok(), "{}", key.example);
    }
}

#[test]
fn a_tree_is_a_process_and_all_below_it() {
    let mut rows: Vec<_> = [(10, 1), (11, 10), (12, 11), (13, 1)]
        .map(|(pid, ppid)| {
            let mut row = row(pid, "p");
            row.ppid = ppid;
            row
        })
        .into();
    rows.push(row(1, "init"));
    let snapshot = snapshot_of(rows);
    let pids = |text: &str| -> Vec<u32> {
        let filter = Filter::parse(text).unwrap();
        let rows = snapshot.rows.iter();
        rows.filter(|row| filter.matches(row, &snapshot))
            .map(|row| row.key.pid)
            .collect()
    };
    assert_eq!(pids("tree:10"), [10, 11, 12]);
    assert_eq!(pids("!tree:11"), [1, 10, 13]);
    assert_eq!(pids("tree:11 | pid:13"), [11, 12, 13]);
    assert!(pids("tree:99").is_empty());
}

#[test]
fn a_name_is_the_kernels_and_the_one_on_screen() {
    let mut script = row(7, "python3");
    script.exe = Ok("/usr/bin/python3.11".into());
    let line = CommandLine::new(vec!["python3".into(), "/srv/writer.py".into()]);
    script.cmdline = Ok(line.into());
    for text in [
        "name:python3",
        "name:writer",
        "name:/^writer/",
        "name:/^python3$/",
        "name:\"python3 · writer.py\"",
        "\"python3 · writer\"",
        "!name:perl",
    ] {
        assert!(passes(text, &script), "{text}");
    }
    for text in ["name:srv", "!name:writer", "!name:python3", "name:/^srv/"] {
        assert!(!passes(text, &script), "{text}");
    }
}

#[test]
fn what_goes_by_a_name_goes_by_what_the_name_is_made_of() {
    let facts = |text: &str| Filter::parse(text).unwrap().facts();
    for text in ["x", "/x/", "name:x", "name=/x/", "!x", "cpu>1 | x"] {
        let facts = facts(text);
        assert!(
            facts.has(Fact::Exe) && facts.has(Fact::CommandLine),
            "{text}"
        );
    }
    assert!(facts("x").has(Fact::User) && !facts("name:x").has(Fact::User));
    assert!(!facts("cmd:x").has(Fact::Exe) && facts("cpu>1").is_empty());
}

#[test]
fn a_long_filter_is_read_in_a_time_that_grows_as_it_does() {
    for piece in ["x ", "cpu > 1 ", "a|", "name = x ", "!mem >= 1 GB "] {
        let text = format!("{}x", piece.repeat(1_000_000 / piece.len()));
        let began = std::time::Instant::now();
        Filter::parse(&text).unwrap();
        let took = began.elapsed();
        assert!(
            took < std::time::Duration::from_secs(10),
            "{piece}: {took:?}"
        );
    }
}
