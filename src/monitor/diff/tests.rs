//! What is said of two documents, case by case.

use serde_json::json;

use super::*;
use crate::monitor::document::{ChosenBy, Field, SCHEMA, SelectionRecord, Slot};

fn document(second: u32, boot: &str, processes: &Value) -> Document {
    serde_json::from_value(json!({
        "schema": SCHEMA,
        "taken_at": format!("2026-01-01T00:00:{second:02}.500Z"),
        "cpu_percent_span": null,
        "limited_view": null,
        "host": {"name": "here", "system": "", "boot_id": boot, "cpu_count": 1, "usable_cpu_count": 1},
        "processes": processes,
    }))
    .unwrap()
}

fn process(pid: u32, start: u64, rss: u64, fds: Option<u64>) -> Value {
    json!({
        "pid": pid, "start_ticks": start, "name": format!("p{pid}"), "nice": 0, "status": "sleeping",
        "memory_info": {"rss": rss, "vms": rss}, "num_fds": fds,
        "cpu_times": {"user": 0.1, "system": 0.2, "children_user": 0, "children_system": 0, "iowait": null},
    })
}

fn compared(before: &Value, after: &Value) -> Comparison {
    Comparison::of(&document(0, "b", before), &document(30, "b", after)).unwrap()
}

#[test]
fn new_gone_and_a_pid_that_passed_on_are_told_apart() {
    let before = json!([
        process(1, 1, 10, None),
        process(2, 5, 10, None),
        process(3, 7, 10, None)
    ]);
    let after = json!([
        process(1, 1, 10, None),
        process(2, 9, 10, None),
        process(4, 8, 10, None)
    ]);
    let diff = compared(&before, &after);
    let keys = |list: &[Lone]| {
        list.iter()
            .map(|lone| (lone.pid, lone.start_ticks))
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&diff.new), [(2, 9), (4, 8)]);
    assert_eq!(keys(&diff.gone), [(2, 5), (3, 7)]);
    assert_eq!(
        (diff.changed.len(), diff.unchanged, diff.seconds),
        (0, 1, 30.0)
    );
}

#[test]
fn who_was_there_before_and_was_not_chosen_is_not_new() {
    let mut before = json!([process(50, 500, 10, None)]);
    let after = json!([
        process(1, 1, 10, None),
        process(50, 500, 10, None),
        process(60, 600, 10, None),
        process(70, 1_800, 10, None)
    ]);
    let new = |before: &Value| {
        let diff = compared(before, &after);
        assert_eq!(diff.unchanged, 1);
        let new: Vec<_> = diff.new.iter().map(|lone| lone.pid).collect();
        (new, diff.left_out)
    };
    assert_eq!(new(&before), (vec![60, 70], 1));
    // Taken ten seconds after that one began.
    before[0]["create_time"] = json!(1_767_225_590.5);
    assert_eq!(new(&before), (vec![70], 2));
}

#[test]
fn who_is_not_in_a_choice_has_not_ended_for_that() {
    let before = document(
        0,
        "b",
        &json!([
            process(1, 1, 10, None),
            process(50, 500, 10, None),
            process(60, 600, 10, None),
            process(70, 700, 10, None)
        ]),
    );
    let mut after = document(30, "b", &json!([process(60, 3_000, 10, None)]));
    let gone = |after: &Document| {
        let diff = Comparison::of(&before, after).unwrap();
        let gone: Vec<_> = diff.gone.iter().map(|lone| lone.pid).collect();
        let count = serde_json::to_value(&diff).unwrap()["left_out_later"].clone();
        assert_eq!(count, diff.left_out_later.len());
        (gone, diff.left_out_later.len())
    };
    let all = (vec![1, 50, 60, 70], 0);
    assert_eq!(gone(&after), all);
    let chosen = |pids: Option<Vec<u32>>, filter: Option<&str>| {
        Slot::Value(SelectionRecord {
            by: ChosenBy::Options,
            pids,
            filter: filter.map(str::to_owned),
        })
    };
    // The pid of one has passed on; another was asked for by name.
    after.selection = chosen(None, Some("mem>1M"));
    assert_eq!(gone(&after), (vec![60], 3));
    after.selection = chosen(Some(vec![50, 60]), None);
    assert_eq!(gone(&after), (vec![50, 60], 2));
    after.selection = chosen(Some(vec![50, 60]), Some("mem>1M"));
    assert_eq!(gone(&after), (vec![60], 3));
    after.selection = SelectionRecord::selected();
    assert_eq!(gone(&after), (vec![60], 3));
    after.selection = Slot::Null;
    assert_eq!(gone(&after), all);
    let lack = |after: &Document| Comparison::of(&before, after).unwrap().after.lack;
    assert_eq!(lack(&after), None);
    // Whoever took the later one could see less.
    after.limited_view = Some("hidepid".to_owned());
    assert_eq!(gone(&after), (vec![60], 3));
    assert_eq!(lack(&after), Some(Lack::LimitedView));
    after.limited_view = None;
    // Of whom an end is told is gone.
    after.selection = chosen(None, Some("mem>1M"));
    let end = json!({
        "pid": 50, "start_ticks": 500, "ended_at": "2026-01-01T00:00:10Z", "is_exact": true, "exit_code": 3,
        "lifetime": 1.0, "is_cpu_final": true, "peak_rss": null,
    });
    let end = serde_json::from_value(end).unwrap();
    let mut diff = Comparison::of(&before, &after).unwrap();
    diff.note_end(&end);
    let gone: Vec<_> = diff.gone.iter().map(|lone| lone.pid).collect();
    assert_eq!((gone, diff.left_out_later.len()), (vec![50, 60], 2));
    assert_eq!(diff.gone[0].end.as_ref().unwrap().exit_code, Some(3));
}

#[test]
fn when_a_choice_was_taken_is_known_by_the_uptime_or_nobody_is_new() {
    let mut before = document(0, "b", &json!([process(50, 500, 10, None)]));
    let after = json!([process(60, 600, 10, None), process(70, 1_800, 10, None)]);
    let after = document(30, "b", &after);
    let new = |before: &Document| {
        let diff = Comparison::of(before, &after).unwrap();
        let new: Vec<_> = diff.new.iter().map(|lone| lone.pid).collect();
        (new, diff.left_out)
    };
    before.selection = SelectionRecord::table("p50");
    before.host.uptime = Some(15.0);
    assert_eq!(new(&before), (vec![70], 1));
    before.host.uptime = None;
    assert_eq!(new(&before), (vec![], 2));
}

#[test]
fn what_an_interpreter_runs_is_told_with_its_name() {
    let mut script = process(7, 3_000, 10, None);
    script["cmdline"] = json!(["python3", "/srv/writer.py"]);
    script["name"] = "python3".into();
    let diff = compared(&json!([]), &json!([script]));
    assert_eq!(diff.new[0].name.as_deref(), Some("python3"));
    assert_eq!(diff.new[0].label.as_deref(), Some("python3 · writer.py"));
}

#[test]
fn the_order_in_which_they_are_given_does_not_matter() {
    let (a, b) = (
        document(0, "b", &json!([])),
        document(3, "b", &json!([process(1, 1, 1, None)])),
    );
    let diff = Comparison::of(&b, &a).unwrap();
    assert_eq!(diff, Comparison::of(&a, &b).unwrap());
    assert_eq!(diff.new.len(), 1);
}

#[test]
fn growth_comes_first_and_what_is_unknown_has_not_grown() {
    let before = json!([
        process(1, 1, 100, Some(5)),
        process(2, 2, 100, None),
        process(3, 3, 500, Some(9))
    ]);
    let after = json!([
        process(1, 1, 150, Some(7)),
        process(2, 2, 900, Some(3)),
        process(3, 3, 400, Some(9))
    ]);
    let mut diff = compared(&before, &after);
    let pids = |diff: &Comparison| {
        diff.changed
            .iter()
            .map(|changed| changed.pid)
            .collect::<Vec<_>>()
    };
    assert_eq!(pids(&diff), [2, 1, 3]);
    assert_eq!(diff.changed[0].growth.get(&FigureId::Descriptors), None);
    let fds = diff.changed[1].growth[&FigureId::Descriptors];
    assert_eq!((fds.before, fds.after, fds.growth), (5.0, 7.0, 2.0));
    assert!(diff.changed.iter().all(|changed| changed.facts.is_empty()));
    diff.keep_growth(&[(FigureId::Memory, 60.0), (FigureId::Descriptors, 1.0)].into())
        .unwrap();
    assert_eq!(pids(&diff), [2, 1]);
    assert_eq!((diff.changed_less, diff.unchanged), (1, 0));
}

#[test]
fn facts_are_told_and_the_work_is_not() {
    let mut before = process(1, 1, 10, None);
    let mut after = before.clone();
    before["open_files"] = json!([{"path": "/a", "fd": 3, "position": 1, "mode": "r", "flags": 0}]);
    after["open_files"] = json!([{"path": "/a", "fd": 4, "position": 9, "mode": "r", "flags": 0}]);
    after["status"] = "running".into();
    after["cwd"] = "/".into();
    assert_eq!(compared(&json!([before]), &json!([after])).unchanged, 1);
    after["nice"] = 5.into();
    after["status"] = "stopped".into();
    let diff = compared(&json!([before]), &json!([after]));
    let facts = &diff.changed[0].facts;
    assert_eq!(
        facts.keys().copied().collect::<Vec<_>>(),
        ["nice", "status"]
    );
    assert_eq!(
        facts["nice"],
        FactChange {
            before: 0.into(),
            after: 5.into()
        }
    );
    assert_eq!(facts["status"].after, "stopped");
}

#[test]
fn what_is_hidden_in_one_and_shown_in_the_other_has_not_changed() {
    let environ = |token: &str, home: &str| {
        let mut process = process(1, 1, 10, None);
        process["environ"] = json!({"TOKEN": token, "HOME": home});
        json!([process])
    };
    let diff = compared(&environ("<redacted>", "/a"), &environ("s3cret", "/a"));
    assert_eq!((diff.changed.len(), diff.unchanged), (0, 1));
    let redacted = NotComparable {
        field: "environ",
        reason: WhyNot::Redacted,
        processes: 1,
    };
    assert_eq!(diff.not_comparable, [redacted]);
    // What both show is compared all the same, and the secret stands nowhere.
    let diff = compared(&environ("s3cret", "/a"), &environ("<redacted>", "/b"));
    let environ_turn = &diff.changed[0].facts["environ"];
    assert_eq!(environ_turn.before, json!({"HOME": "/a"}));
    assert!(!serde_json::to_string(&diff).unwrap().contains("s3cret"));
    // Hidden in both or shown in both, there is nothing to say about hiding.
    for token in ["<redacted>", "s3cret"] {
        let diff = compared(&environ(token, "/a"), &environ(token, "/a"));
        assert_eq!(diff.not_comparable, []);
    }
    let diff = compared(&environ("one", "/a"), &environ("two", "/a"));
    assert_eq!((diff.changed.len(), diff.not_comparable.len()), (1, 0));
}

#[test]
fn lists_that_were_cut_have_not_changed_and_that_is_said_once() {
    let files = |pid: u32, path: &str, is_cut: bool| {
        let mut process = process(pid, 1, 10, None);
        process["open_files"] =
            json!([{"path": path, "fd": 3, "position": 1, "mode": "r", "flags": 0}]);
        if is_cut {
            process["cut"] = json!(["open_files"]);
        }
        process
    };
    let before = json!([
        files(1, "/a", true),
        files(2, "/a", false),
        files(3, "/a", false)
    ]);
    let after = json!([
        files(1, "/b", false),
        files(2, "/b", true),
        files(3, "/b", false)
    ]);
    let diff = compared(&before, &after);
    let pids: Vec<_> = diff.changed.iter().map(|changed| changed.pid).collect();
    assert_eq!((pids, diff.unchanged), (vec![3], 2));
    let kind = &diff.not_comparable[..];
    assert_eq!(
        kind,
        [NotComparable {
            field: "open_files",
            reason: WhyNot::Cut,
            processes: 2
        }]
    );
    assert_eq!(
        serde_json::to_value(kind).unwrap(),
        json!([{"field": "open_files", "reason": "cut", "processes": 2}])
    );
}

#[test]
fn who_is_gone_has_the_end_that_a_document_tells() {
    let before = json!([
        process(1, 1, 10, None),
        process(2, 5, 10, None),
        process(3, 7, 10, None)
    ]);
    let mut diff = compared(&before, &json!([process(1, 1, 10, None)]));
    let end = |pid: u32, start: u64, code: Option<i32>| -> EndedRecord {
        serde_json::from_value(json!({
            "pid": pid, "start_ticks": start, "ended_at": "2026-01-01T00:00:09Z", "is_exact": true,
            "exit_code": code, "lifetime": 1.5, "is_cpu_final": true, "peak_rss": null,
        }))
        .unwrap()
    };
    // A later one knows more, and another process with that pid is another one.
    for ended in [
        end(2, 5, None),
        end(2, 5, Some(3)),
        end(3, 8, Some(4)),
        end(1, 1, Some(5)),
    ] {
        diff.note_end(&ended);
    }
    let codes: Vec<_> = diff
        .gone
        .iter()
        .map(|gone| gone.end.as_ref().map(|end| end.exit_code))
        .collect();
    assert_eq!(codes, [Some(Some(3)), None]);
    let value = serde_json::to_value(&diff).unwrap();
    assert_eq!(value["gone"][0]["end"]["exit_code"], 3);
    assert!(value["gone"][1].get("end").is_none());
}

#[test]
fn other_boots_and_machines_are_refused_with_the_reason() {
    let (a, b) = (document(0, "b1", &json!([])), document(3, "b2", &json!([])));
    let words = Comparison::of(&a, &b).unwrap_err().to_string();
    assert!(words.starts_with("`here` was booted between"), "{words}");
    let mut c = document(3, "b2", &json!([]));
    c.host.name = "there".to_owned();
    let words = Comparison::of(&a, &c).unwrap_err().to_string();
    assert!(
        words.contains("different machines, `here` and `there`"),
        "{words}"
    );
    c.taken_at = "noon".to_owned();
    assert_eq!(
        Comparison::of(&a, &c),
        Err(DiffError::NoTime("noon".to_owned()))
    );
}

#[test]
fn every_fact_is_a_field_and_every_figure_has_its_name() {
    for fact in FACTS {
        assert!(Field::every().any(|field| field.name == fact), "{fact}");
    }
    for id in GROWING {
        assert_eq!(serde_json::to_value(id).unwrap(), id.figure().key);
    }
}

#[test]
fn what_the_documents_do_not_have_is_not_called_the_same() {
    let mut diff = compared(
        &json!([process(1, 1, 10, None)]),
        &json!([process(1, 1, 10, Some(5))]),
    );
    assert!(!diff.figures.contains(&FigureId::Descriptors));
    let error = diff
        .keep_growth(&[(FigureId::Descriptors, 1.0)].into())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "these snapshots do not both have num_fds: take them with --fields name,num_fds"
    );
}

#[test]
fn pids_of_a_container_are_not_those_of_the_machine() {
    let mut inside = document(0, "b", &json!([]));
    inside.limited_view = Some("pid_namespace".to_owned());
    let outside = document(1, "b", &json!([]));
    assert_eq!(
        Comparison::of(&inside, &outside),
        Err(DiffError::OtherNamespace)
    );
    assert!(Comparison::of(&inside, &inside).is_ok());
}

#[test]
fn bytes_are_written_as_whole_numbers() {
    let diff = compared(
        &json!([process(1, 1, 10, None)]),
        &json!([process(1, 1, 30, None), process(2, 2, 5, None)]),
    );
    let text = serde_json::to_string(&diff).unwrap();
    assert!(
        text.contains(r#""rss":{"before":10,"after":30,"growth":20}"#),
        "{text}"
    );
    assert!(text.contains(r#""rss":5"#), "{text}");
}

fn end_at(code: Option<i32>, at: &str) -> EndedRecord {
    serde_json::from_value(json!({
        "pid": 2, "start_ticks": 5, "ended_at": at, "is_exact": true,
        "exit_code": code, "lifetime": 1.5, "is_cpu_final": true, "peak_rss": null,
    }))
    .unwrap()
}

#[test]
fn a_known_exit_stays_known() {
    let before = json!([process(1, 1, 10, None), process(2, 5, 10, None)]);
    let mut diff = compared(&before, &json!([process(1, 1, 10, None)]));
    diff.note_end(&end_at(Some(-9), "2026-01-01T00:00:09Z"));
    diff.note_end(&end_at(None, "2026-01-01T00:00:10Z"));
    assert_eq!(diff.gone[0].end.as_ref().unwrap().exit_code, Some(-9));
}

#[test]
fn who_ended_after_the_later_document_had_not_ended_by_it() {
    let before = json!([process(1, 1, 10, None), process(2, 5, 10, None)]);
    let after = json!([process(1, 1, 10, None)]);
    let mut diff = compared(&before, &after);
    diff.note_end(&end_at(Some(-9), "2026-01-01T00:09:00Z"));
    assert_eq!(diff.gone[0].end, None);
    // What that document itself tells had ended by it, be it while it was taken.
    let mut after = document(30, "b", &after);
    after.ended = Slot::Value(vec![end_at(Some(3), "2026-01-01T00:00:30.504Z")]);
    let mut diff = Comparison::of(&document(0, "b", &before), &after).unwrap();
    diff.note_end(&end_at(Some(3), "2026-01-01T00:00:30.504Z"));
    assert_eq!(diff.gone[0].end.as_ref().unwrap().exit_code, Some(3));
}
