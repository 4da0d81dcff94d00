//! The document as a whole: what this version writes, and that it reads what version 1 has ever written.

mod ends;
mod moment;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::*;
use crate::monitor::detail::{Capped, LIST_CAP, Look, ThreadInfo};
use crate::monitor::process::ProcState;
use crate::monitor::reading::Unread;
use crate::monitor::snapshot::{Snapshot, Tick};
use crate::monitor::source::Source;
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
    let is_plain = |row: &&crate::monitor::ProcessRow| row.key.pid > 21 && row.exe.is_ok();
    let plain = snapshot.rows.iter().find(is_plain).unwrap().key.pid;
    let denied = snapshot
        .rows
        .iter()
        .find(|row| row.exe == Err(Unread::Denied))
        .unwrap()
        .key
        .pid;
    // The documents of this version that are kept have one name for every parent.
    let mut parents = snapshot.clone();
    for row in &mut parents.rows {
        row.name = "systemd".into();
    }
    let records = [1, 2, 20, 21, plain, denied].map(|pid| {
        let row = snapshot.row_by_pid(pid).unwrap();
        let detail = source.detail(row.key, Look::Record, snapshot.tick);
        ProcessRecord::new(&detail, row, &parents, &everything(), EnvironMode::Redact)
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
                assert!(
                    is_within(value, &now[name]),
                    "{name}: {value} {}",
                    now[name]
                );
            }
        }
    }
}

/// Whether it is the same, but for members that have come since.
fn is_within(first: &serde_json::Value, now: &serde_json::Value) -> bool {
    match (first.as_object(), now.as_object()) {
        (Some(first), Some(now)) => first
            .iter()
            .all(|(name, value)| now.get(name).is_some_and(|now| is_within(value, now))),
        _ => first == now,
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
    let mut promised: BTreeSet<&str> = Field::every().map(|field| field.name).collect();
    promised.insert("unreadable");
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
    let mut detail = source.detail(row.key, Look::Record, snapshot.tick);
    let thread = |id| ThreadInfo {
        id,
        name: String::new(),
        cpu_percent: Err(Unread::NotSampled),
        user_time: 0.0,
        system_time: 0.0,
        state: ProcState::Running,
    };
    detail.threads = Ok(Capped::from_items((0..=LIST_CAP as u32).map(thread)));
    let record = ProcessRecord::new(&detail, row, &snapshot, &everything(), EnvironMode::Show);
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
fn chinese_keys_say_the_same() {
    let mut document = document();
    document.keys = Keys::Zh;
    let text = serde_json::to_string(&document).unwrap();
    assert!(
        text.contains("\"进程编号\":1") && !text.contains("\"exe\""),
        "{text}"
    );
    let read: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(read, document);
}

/// Strict where readers must not be: a member that the schema does not know is a mistake of ours.
fn strict(schema: &mut serde_json::Value) {
    match schema {
        serde_json::Value::Object(members) => {
            if members.contains_key("properties") && members.contains_key("type") {
                members.insert("additionalProperties".to_owned(), false.into());
            }
            members.values_mut().for_each(strict);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(strict),
        _ => {}
    }
}

fn check_against_schema(document: &Document) {
    let mut schema = json_schema();
    strict(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value = serde_json::to_value(document).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut wrong = value;
    wrong["processes"][0]["nice"] = "very".into();
    wrong["processes"][0]["优先级nice"] = "very".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn documents_are_what_the_schema_says() {
    let mut document = document();
    check_against_schema(&document);
    document.keys = Keys::Zh;
    check_against_schema(&document);
    // What was written first, too.
    check_against_schema(&serde_json::from_str(FIRST).unwrap());
}

#[test]
fn what_this_machine_has_is_what_the_schema_says() {
    let request = Request {
        fields: everything(),
        environ: Some(EnvironMode::Redact),
        ..Request::default()
    };
    let mut source = crate::monitor::source::native().unwrap();
    let document = take(&mut *source, &request).unwrap();
    assert!(!document.processes.is_empty());
    check_against_schema(&document);
}

/// The table of a CSV as its reader sees it: the names, and the cells of each process.
fn csv(document: &Document, fields: &FieldSet) -> (Vec<String>, Vec<Vec<String>>) {
    let mut text = Vec::new();
    Format::Csv
        .write(document, fields, Cells::Exact, &mut text)
        .unwrap();
    let mut reader = ::csv::Reader::from_reader(text.as_slice());
    let cells = |record: &::csv::StringRecord| record.iter().map(str::to_owned).collect();
    let names = cells(reader.headers().unwrap());
    (
        names,
        reader
            .records()
            .map(|record| cells(&record.unwrap()))
            .collect(),
    )
}

#[test]
fn csv_has_a_cell_for_every_value_and_a_word_for_every_other() {
    let document = document();
    let fields = everything();
    let (names, processes) = csv(&document, &fields);
    for expected in [
        "start_ticks",
        "create_time_seconds",
        "cpu_percent",
        "cpu_times.user_seconds",
        "memory_info.rss_bytes",
        "memory_info.data_bytes",
        "io_rates.read_bytes_per_second",
        "num_fds",
        "open_files",
    ] {
        assert_eq!(
            names.iter().filter(|name| *name == expected).count(),
            1,
            "{expected} in {names:?}"
        );
    }
    assert_eq!(processes.len(), document.processes.len());
    for (cells, process) in processes.iter().zip(&document.processes) {
        let cell = |name: &str| &cells[names.iter().position(|known| known == name).unwrap()];
        assert_eq!(cell("pid"), &process.pid.to_string());
        for (name, reason) in &process.unreadable {
            assert!(cell("unreadable").contains(&format!("{name}={}", reason.word())));
        }
        match process.cmdline.value() {
            Some(args) => assert_eq!(
                &serde_json::from_str::<Vec<String>>(cell("cmdline")).unwrap(),
                args
            ),
            None => assert_eq!(cell("cmdline"), ""),
        }
    }
    // Without details there are no columns for what only they tell.
    let (names, _) = csv(&document, &FieldSet::default());
    assert!(!names.iter().any(|name| name == "memory_info.data_bytes"));
}

#[test]
fn the_first_reading_has_no_rates_and_the_second_has() {
    let request = Request {
        fields: FieldSet::parse(Some("cpu_percent,io_rates,num_fds"), None).unwrap(),
        ..Request::default()
    };
    let mut source = crate::monitor::source::native().unwrap();
    let mut taker = Taker::new(&mut *source, &request).unwrap();
    let own = |document: &Document| {
        let own = document
            .processes
            .iter()
            .find(|process| process.pid == std::process::id());
        own.unwrap().clone()
    };
    let first = own(&taker.document());
    assert_eq!(
        (first.io_rates, first.unreadable["io_rates"]),
        (Slot::Null, Unread::NotSampled)
    );
    assert!(first.num_fds.value().is_some_and(|&count| count > 2));
    std::thread::sleep(SHORT_SPAN);
    taker.read_again();
    let second = own(&taker.document());
    assert!(matches!(second.io_rates, Slot::Value(_)), "{second:?}");
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
