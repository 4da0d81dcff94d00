//! Recordings of version 1 of the event stream stay readable for ever. Files in `tests/data/events-1` are added, never
//! edited: each was written by the real program; in `later-words` some words are such as a later version may write.

use std::fs;
use std::path::Path;

use proclab::run::event::{
    EventKind, Outcome, PoolStateName, RefusalCode, Role, RunEvent, RunOutcome, SCHEMA,
};
use proclab::run::log::LogSource;
use proclab::run::state::RunState;

/// The recording with words of a later version.
const LATER: &str = "later-words";

fn recordings() -> Vec<(String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/events-1");
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let lines = fs::read_to_string(&path)
                .unwrap()
                .lines()
                .map(str::to_owned)
                .collect();
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                lines,
            )
        })
        .collect();
    found.sort();
    found
}

fn events(lines: &[String]) -> Vec<RunEvent> {
    lines
        .iter()
        .map(|line| RunEvent::from_json(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// Whether all that was recorded was read, and no more than further fields of objects besides.
fn keeps(read: &serde_json::Value, recorded: &serde_json::Value) -> bool {
    match (read.as_object(), recorded.as_object()) {
        (Some(read), Some(recorded)) => recorded
            .iter()
            .all(|(field, value)| read.get(field).is_some_and(|read| keeps(read, value))),
        _ => read == recorded,
    }
}

#[test]
fn every_recorded_line_is_read_whole() {
    assert!(recordings().len() >= 6);
    for (name, lines) in recordings() {
        for (line, event) in lines.iter().zip(events(&lines)) {
            assert_ne!(event.kind, EventKind::Unknown, "{name}: {line}");
            // Nothing that was recorded is lost by reading; fields of later versions may be added with their defaults.
            let (recorded, read): (serde_json::Value, serde_json::Value) = (
                serde_json::from_str(line).unwrap(),
                serde_json::from_str(&event.to_json()).unwrap(),
            );
            for (field, value) in recorded.as_object().unwrap() {
                if name == LATER && read.get(field).is_some_and(|word| word == "other") {
                    continue;
                }
                assert!(
                    read.get(field).is_some_and(|read| keeps(read, value)),
                    "{name}: {field} of {line}"
                );
            }
        }
        assert!(
            matches!(&events(&lines)[0].kind, EventKind::RunStarted { schema, .. } if schema == SCHEMA),
            "{name}"
        );
    }
}

#[test]
fn every_recording_adds_up_to_what_it_says() {
    for (name, lines) in recordings() {
        let mut state = RunState::default();
        let events = events(&lines);
        events.iter().for_each(|event| state.apply(event));
        let finish = state
            .finish()
            .unwrap_or_else(|| panic!("{name} has no end"));
        let counts = finish.counts;
        assert_eq!(
            (
                state.missing_events(),
                state.repeated_events(),
                state.unknown_events()
            ),
            (0, 0, 0),
            "{name}"
        );
        assert_eq!(state.tasks().len() as u64, counts.tasks, "{name}");
        assert_eq!(
            (
                state.tasks_ok(),
                state.tasks_failed() + state.tasks_cancelled()
            ),
            (counts.tasks_ok, counts.tasks_failed),
            "{name}"
        );
        if let Some(cancelled) = counts.tasks_cancelled {
            assert_eq!(state.tasks_cancelled(), cancelled, "{name}");
        } else {
            assert_ne!(name, "cancelled-counted");
        }
        assert_eq!(state.processes().len() as u64, counts.processes, "{name}");
        if let Some(unknown) = counts.processes_unknown {
            let processes = state.processes().iter();
            let ends = processes.filter(|process| process.exit_code.is_none());
            assert_eq!(ends.count() as u64, unknown, "{name}");
        }
        assert!(
            state
                .processes()
                .iter()
                .all(|process| process.exited.is_some()),
            "{name}"
        );
        assert_eq!(
            (state.log().len(LogSource::All) - state.log().notes()) as u64,
            counts.lines,
            "{name}"
        );
        assert!(
            state.tasks().iter().all(|task| task.end.is_some()),
            "{name}"
        );
        assert_eq!(
            (state.waiting().last(), state.tasks_running()),
            (0, 0),
            "{name}"
        );
        assert!(
            state.steps().iter().all(|step| step.end.is_some()),
            "{name}"
        );
        for queue in state.queues() {
            assert_eq!(
                (queue.put, queue.got, queue.sentinels_put),
                (counts.items_put, counts.items_got, counts.sentinels),
                "{name}"
            );
            assert_eq!(queue.put, queue.got + queue.waiting, "{name}");
            assert_eq!(
                queue.sentinels_put,
                queue.sentinels_got + queue.sentinels_waiting,
                "{name}"
            );
        }
        let expected = match name.as_str() {
            "cancelled-counted" | "stopped" => RunOutcome::Interrupted,
            LATER => RunOutcome::Other,
            "foreign-proc" | "pool-apply" | "pool-callback" | "stood-still" => RunOutcome::Ok,
            _ => RunOutcome::Failed,
        };
        assert_eq!(finish.outcome, expected, "{name}");
    }
}

#[test]
fn words_of_a_later_version_are_read_as_other() {
    let (_, lines) = recordings()
        .into_iter()
        .find(|(name, _)| name == LATER)
        .unwrap();
    let mut state = RunState::default();
    let events = events(&lines);
    events.iter().for_each(|event| state.apply(event));
    let worker = &state.processes()[0];
    assert_eq!((worker.role, worker.exit_code), (Role::Other, None));
    let outcome = |task: usize| state.tasks()[task].end.as_ref().unwrap().outcome;
    assert_eq!((outcome(0), outcome(1)), (Outcome::Ok, Outcome::Other));
    assert_eq!(state.tasks_failed(), 1);
    let states: Vec<_> = state.pool_states().iter().map(|(_, name)| *name).collect();
    assert!(states.contains(&PoolStateName::Other) && states.contains(&PoolStateName::Ended));
    let codes: Vec<_> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::RequestRefused { code, .. } => code,
            _ => None,
        })
        .collect();
    assert_eq!(codes[..2], [RefusalCode::Other, RefusalCode::NoSuchProcess]);
}

#[test]
fn a_recording_cut_anywhere_is_still_shown() {
    for (name, lines) in recordings() {
        let events = events(&lines);
        for end in 0..events.len() {
            let mut state = RunState::default();
            events[..end].iter().for_each(|event| state.apply(event));
            state.close();
            assert!(
                state.finish().is_none() && !state.is_live(),
                "{name} cut at {end}"
            );
        }
    }
}
