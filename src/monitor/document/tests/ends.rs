//! What documents that follow one another tell of what has ended.

use super::*;
use crate::monitor::detail::ProcessDetail;
use crate::monitor::event::{Happening, Heard, Listening, ProcessEvent};
use crate::monitor::source::Source;
use crate::monitor::source::scripted::{row, snapshot_of};
use crate::os::{Exit, ProcKey};

/// A document that follows another one of a machine where something ends all the time.
fn following(source: &mut dyn Source, request: &Request) -> Document {
    let mut taker = Taker::following_ends(source, request).unwrap();
    assert_eq!(taker.document().ended, Slot::Null);
    for _ in 0..30 {
        taker.read_again();
        let document = taker.document();
        if document.ended.value().is_some_and(|ended| ended.len() > 1) {
            return document;
        }
    }
    panic!("nothing ended in thirty looks");
}

#[test]
fn what_has_ended_stands_in_the_document_after() {
    let request = Request::default();
    let mut document = following(&mut ScriptedSource::new(200, 11), &request);
    check_against_schema(&document);
    // That machine tells nothing: two looks show who is gone, not how.
    assert_eq!(document.ended_unheard.value().unwrap().code, "unsupported");
    let ended = &document.ended.value().unwrap()[0];
    assert_eq!(ended.process.unreadable["exit_code"], Unread::Unsupported);
    assert_eq!(ended.process.status.value().unwrap(), "ended");
    assert!(ended.peak_rss.value().is_some_and(|&bytes| bytes > 0) && !ended.is_exact);
    document.keys = Keys::Zh;
    check_against_schema(&document);
    let text = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<Document>(&text).unwrap(), document);
}

#[test]
fn only_those_that_were_asked_for_end_in_it() {
    let all = following(&mut ScriptedSource::new(200, 11), &Request::default());
    let pids = |document: &Document| {
        let ended = document.ended.value().unwrap().iter();
        ended.map(|ended| ended.process.pid).collect::<Vec<_>>()
    };
    let [first, second, ..] = pids(&all)[..] else {
        panic!("too few")
    };
    for filter in [
        format!("pid:{first} | pid:{second}"),
        "state:ended".to_owned(),
    ] {
        let request = Request {
            filter: crate::monitor::Filter::parse(&filter).unwrap(),
            ..Request::default()
        };
        let mut document = following(&mut ScriptedSource::new(200, 11), &request);
        document.processes.clear();
        let expected = if filter == "state:ended" {
            pids(&all)
        } else {
            vec![first, second]
        };
        assert_eq!(pids(&document), expected, "{filter}");
    }
}

#[test]
fn what_was_not_asked_for_is_not_told_of_who_has_ended() {
    let request = Request {
        fields: FieldSet::parse(Some("name,memory_info"), None).unwrap(),
        ..Request::default()
    };
    let mut document = following(&mut ScriptedSource::new(200, 11), &request);
    let asked = ["pid", "start_ticks", "name"];
    let of_ends = [
        "ended_at",
        "is_exact",
        "exit_code",
        "signal",
        "lifetime",
        "is_cpu_final",
        "peak_rss",
        "unreadable",
        "lossy",
    ];
    let value = serde_json::to_value(&document).unwrap();
    for ended in value["ended"].as_array().unwrap() {
        let mut keys = ended.as_object().unwrap().keys();
        assert!(
            keys.all(|key| asked.contains(&key.as_str()) || of_ends.contains(&key.as_str())),
            "{ended}"
        );
        assert!(ended["name"].is_string(), "{ended}");
    }
    check_against_schema(&document);
    document.keys = Keys::Zh;
    check_against_schema(&document);
}

#[test]
fn who_passed_until_the_end_has_ended_in_it() {
    // The ended have no memory any more.
    let request = Request {
        filter: crate::monitor::Filter::parse("mem>1").unwrap(),
        ..Request::default()
    };
    let mut source = ScriptedSource::new(200, 11);
    let mut taker = Taker::following_ends(&mut source, &request).unwrap();
    let mut passed: BTreeSet<ProcKey> = BTreeSet::new();
    let (mut told, mut vanished) = (0, 0);
    for _ in 0..30 {
        let document = taker.document();
        for ended in document.ended.value().into_iter().flatten() {
            assert!(passed.contains(&ended.process.key()), "{ended:?}");
            told += 1;
        }
        let now = document.processes.iter().map(ProcessRecord::key).collect();
        vanished += passed.difference(&now).count();
        passed = now;
        taker.read_again();
    }
    assert!(told > 1 && told <= vanished, "{told} of {vanished}");
}

/// A machine that tells of the end of process 9 only when two looks have shown that it is gone.
struct Late {
    looks: u64,
    heard_since: u64,
}

impl Source for Late {
    fn sample(&mut self, tick: Tick) -> Snapshot {
        self.looks += 1;
        self.heard_since = 0;
        let there = [1, 9]
            .into_iter()
            .filter(|&pid| pid == 1 || self.looks == 1);
        let mut snapshot = snapshot_of(there.map(|pid| row(pid, "p")).collect());
        snapshot.tick = tick;
        snapshot
    }

    fn hear(&mut self, _is_wanted: bool) -> Heard {
        self.heard_since += 1;
        let end = ProcessEvent {
            at: Instant::now(),
            pid: 9,
            kind: Happening::Ended {
                exit: Exit::Signalled { signal: 9 },
                ppid: 1,
                left: None,
            },
        };
        let is_late = self.looks == 2 && self.heard_since == 2;
        Heard {
            events: is_late.then_some(end).into_iter().collect(),
            listening: Listening::On,
            ..Heard::default()
        }
    }

    fn detail(&mut self, key: ProcKey, look: Look, tick: Tick) -> ProcessDetail {
        ProcessDetail::unread(key, look, tick, Unread::Gone)
    }
}

#[test]
fn an_end_that_is_told_late_stands_in_the_last_document() {
    let request = Request {
        pids: vec![9],
        ..Request::default()
    };
    let mut source = Late {
        looks: 0,
        heard_since: 0,
    };
    let mut taker = Taker::following_ends(&mut source, &request).unwrap();
    assert!(!taker.is_end_unheard());
    taker.read_again();
    assert!(taker.is_end_unheard());
    taker.hear_again();
    assert!(taker.all_ended() && !taker.is_end_unheard());
    let document = taker.document();
    let [ended] = &document.ended.value().unwrap()[..] else {
        panic!("{document:?}")
    };
    assert_eq!((ended.process.pid, &ended.exit_code), (9, &Slot::Value(-9)));
    assert!(ended.is_exact);
}

#[test]
fn one_look_knows_of_no_end_and_says_so() {
    let document = take(&mut ScriptedSource::new(60, 1), &Request::default()).unwrap();
    assert_eq!(document.ended, Slot::Null);
    assert_eq!(document.ended_unheard.value().unwrap().code, "one_look");
}

#[test]
fn csv_of_a_stream_has_records_of_what_has_ended() {
    let fields = FieldSet::parse(Some("name,status,memory_info,cpu_times"), None).unwrap();
    let request = Request {
        fields: fields.clone(),
        ..Request::default()
    };
    let document = following(&mut ScriptedSource::new(200, 11), &request);
    let columns = Columns::of(&fields, Keys::En).with_ends();
    let mut text = Vec::new();
    columns.write_names(&mut text).unwrap();
    columns.write_processes(&document, &mut text).unwrap();
    let mut reader = ::csv::Reader::from_reader(text.as_slice());
    let names = reader.headers().unwrap().clone();
    let place = |name: &str| names.iter().position(|known| known == name).unwrap();
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    let ended = document.ended.value().unwrap();
    assert_eq!(records.len(), document.processes.len() + ended.len());
    for record in &records {
        let cell = |name: &str| &record[place(name)];
        let has_ended = cell("status") == "ended";
        for name in [
            "ended_at",
            "is_exact",
            "lifetime_seconds",
            "is_cpu_final",
            "peak_rss_bytes",
        ] {
            assert_eq!(!cell(name).is_empty(), has_ended, "{name}: {record:?}");
        }
        if has_ended {
            let reasons: Vec<_> = cell("unreadable").split(';').collect();
            assert!(reasons.contains(&"memory_info=gone"), "{reasons:?}");
            assert!(reasons.contains(&"exit_code=unsupported"), "{reasons:?}");
            assert!(!cell("cpu_times.user_seconds").is_empty());
            // That machine tells nothing: this is what was seen last.
            assert_eq!((cell("is_exact"), cell("is_cpu_final")), ("false", "false"));
        }
    }
    assert_eq!(
        records
            .iter()
            .filter(|record| &record[place("status")] == "ended")
            .count(),
        ended.len()
    );
}
