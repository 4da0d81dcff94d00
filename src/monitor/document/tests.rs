//! The document as a whole: what this version writes, and that it reads what version 1 has ever written.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::*;
use crate::monitor::detail::{Capped, LIST_CAP, ThreadInfo};
use crate::monitor::process::ProcState;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::snapshot::{Snapshot, Tick};
use crate::monitor::source::Source as _;
use crate::monitor::source::scripted::ScriptedSource;

/// As written by the first release of version 1. Never edited: such files must stay readable for ever.
const FIRST: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/snapshot-1.json"
));

/// As written now: fields may be added, nothing else may change.
const FIXTURE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/snapshot-1-now.json"
));

fn scripted() -> (ScriptedSource, Snapshot) {
    let mut source = ScriptedSource::new(60, 11);
    let start = Instant::now();
    let tick = |number| Tick {
        number,
        instant: start + Duration::from_secs(number),
        taken_at: Timestamp::from_second(1_790_003_600).unwrap(),
        interval: Duration::from_secs(1),
    };
    source.sample(tick(1));
    let snapshot = source.sample(tick(2));
    (source, snapshot)
}

fn everything() -> FieldSet {
    FieldSet::parse(Some("all"), Some(EnvironMode::Redact)).unwrap()
}

/// A kernel thread, a zombie, a name that is not UTF-8, and the first ones that deny and that do not.
fn document() -> Document {
    let (mut source, snapshot) = scripted();
    let is_plain = |row: &&crate::monitor::ProcessRow| row.key.pid > 21 && row.exe.is_value();
    let plain = snapshot.rows.iter().find(is_plain).unwrap().key.pid;
    let denied = snapshot
        .rows
        .iter()
        .find(|row| row.exe == Reading::Denied)
        .unwrap()
        .key
        .pid;
    let records = [1, 2, 20, 21, plain, denied].map(|pid| {
        let row = snapshot.row_by_pid(pid).unwrap();
        let detail = source.detail(row.key, snapshot.tick);
        ProcessRecord::new(&detail, row, &everything(), EnvironMode::Redact)
    });
    Document::new(&snapshot, records.into())
}

#[test]
fn version_1_as_written_and_as_read() {
    let written = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    assert!(
        written == FIXTURE,
        "the document has changed its form:\n{written}"
    );
    for fixture in [FIRST, FIXTURE] {
        let read: Document = serde_json::from_str(fixture).unwrap();
        let again = serde_json::to_string_pretty(&read).unwrap() + "\n";
        assert!(
            again == fixture,
            "what was read is not what was written:\n{again}"
        );
    }
}

#[test]
fn what_was_written_first_is_still_written() {
    let processes = |text: &str| {
        let document: serde_json::Value = serde_json::from_str(text).unwrap();
        document["processes"].as_array().unwrap().clone()
    };
    for (first, now) in processes(FIRST).iter().zip(processes(FIXTURE)) {
        for (name, value) in first.as_object().unwrap() {
            if name != "unreadable" {
                assert_eq!(value, &now[name], "{name}");
            }
        }
    }
}

#[test]
fn every_field_is_written_under_its_name() {
    let value = serde_json::to_value(document()).unwrap();
    let written: BTreeSet<&str> = value["processes"][0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut promised: BTreeSet<&str> = FIELDS.iter().map(|field| field.name).collect();
    promised.extend(["pid", "start_ticks", "unreadable"]);
    assert_eq!(written, promised);
}

#[test]
fn every_null_has_its_reason() {
    for process in serde_json::to_value(document()).unwrap()["processes"]
        .as_array()
        .unwrap()
    {
        for (name, value) in process.as_object().unwrap() {
            assert_eq!(
                value.is_null(),
                process["unreadable"][name].is_string(),
                "{name} of {}",
                process["pid"]
            );
        }
    }
}

#[test]
fn a_row_alone_gives_the_default_fields() {
    let (_, snapshot) = scripted();
    let document = Document::of_rows(&snapshot, &snapshot.rows, &FieldSet::default());
    let value = serde_json::to_value(&document).unwrap();
    assert_eq!(document.processes.len(), snapshot.rows.len());
    let kernel = &value["processes"][1];
    assert_eq!(kernel["unreadable"]["memory_info"], "not_applicable");
    let first = &value["processes"][0];
    assert!(first["memory_info"]["rss"].is_u64() && first["memory_info"].get("shared").is_none());
    assert!(first.get("threads").is_none() && first["cmdline"].is_array());

    let fields = FieldSet::parse(Some("threads"), None).unwrap();
    let asked = ProcessRecord::of_row(&snapshot.rows[0], &snapshot, &fields, Unread::NotSampled);
    assert_eq!(asked.unreadable.get("threads"), Some(&Unread::NotSampled));
}

#[test]
fn a_list_that_was_cut_says_so() {
    let (mut source, snapshot) = scripted();
    let row = &snapshot.rows[0];
    let mut detail = source.detail(row.key, snapshot.tick);
    let thread = |id| ThreadInfo {
        id,
        name: String::new(),
        user_time: 0.0,
        system_time: 0.0,
        state: ProcState::Running,
    };
    detail.threads = Reading::Value(Capped::from_items((0..=LIST_CAP as u32).map(thread)));
    let record = ProcessRecord::new(&detail, row, &everything(), EnvironMode::Show);
    assert_eq!(
        (record.cut, record.threads.value().map(Vec::len)),
        (vec!["threads".to_owned()], Some(LIST_CAP))
    );
}

#[test]
fn unknown_members_of_later_versions_are_ignored() {
    let text = FIXTURE.replacen("\"pid\": 1,", "\"pid\": 1, \"aura\": \"blue\",", 1);
    assert_ne!(text, FIXTURE);
    assert!(serde_json::from_str::<Document>(&text).is_ok());
}

#[test]
fn taking_a_document_names_a_pid_that_is_not_there() {
    let request = Request {
        pids: vec![1, 77_777],
        ..Request::default()
    };
    assert_eq!(
        take(&mut ScriptedSource::new(60, 1), &request),
        Err(TakeError::NoSuchPid(77_777))
    );
}
