//! Tests of the stream.

use super::*;
use crate::run::event::{Phase, Stream};
use crate::task::parameter::Arguments;

fn output(text: String) -> EventKind {
    EventKind::Output {
        pid: 1,
        stream: Stream::Stdout,
        text,
        task: None,
        continued: false,
        partial: false,
    }
}

fn read_all(stream: &EventStream) -> Vec<RunEvent> {
    std::iter::from_fn(|| stream.next_batch())
        .flat_map(EventBatch::into_events)
        .collect()
}

fn finished() -> EventKind {
    EventKind::ProcessReady { pid: 99 }
}

#[test]
fn a_reader_that_lags_loses_nothing() {
    let stream = EventStream::new(Monotonic { nanos: 1000 });
    let line = "x".repeat(10_000);
    let count = 2000_u64; // 20 MB: more than memory keeps.
    for number in 0..count {
        stream.emit(
            Monotonic {
                nanos: 1000 + number * 1000,
            },
            output(format!("{number} {line}")),
        );
    }
    assert!(
        stream.inner.lock().file.is_some(),
        "the rest is in the file"
    );
    stream.finish(finished());
    let events = read_all(&stream);
    assert_eq!(events.len() as u64, count + 1);
    for (index, event) in events.iter().take(2000).enumerate() {
        assert_eq!(
            (event.seq, event.t.micros),
            (index as u64 + 1, index as u64)
        );
        assert_eq!(event.kind, output(format!("{index} {line}")));
    }
}

#[test]
fn events_come_in_the_order_of_their_numbers_through_memory_file_and_rest() {
    let stream = EventStream::new(Monotonic::default());
    let big = || output("x".repeat(100_000));
    (0..200).for_each(|_| stream.emit(Monotonic::default(), big()));
    let first = stream.next_batch().unwrap().into_events();
    stream.inner.lock().file.as_mut().unwrap().refuse();
    stream.emit(Monotonic::default(), finished());
    stream.emit(Monotonic::default(), big());
    stream.finish(finished());
    let numbers: Vec<u64> = first
        .iter()
        .chain(&read_all(&stream))
        .map(|event| event.seq)
        .collect();
    assert_eq!(
        numbers,
        (1..=numbers.len() as u64).collect::<Vec<_>>(),
        "no number is missing"
    );
}

#[test]
fn when_nothing_has_room_only_output_is_dropped_and_it_is_counted() {
    let stream = EventStream::new(Monotonic::default());
    let big = || output("x".repeat(100_000));
    (0..200).for_each(|_| stream.emit(Monotonic::default(), big()));
    stream.inner.lock().file.as_mut().unwrap().refuse();
    stream.emit(Monotonic::default(), output("lost".into()));
    stream.emit(Monotonic::default(), EventKind::ProcessReady { pid: 7 });
    stream.emit(Monotonic::default(), output("lost too".into()));
    stream.finish(finished());
    let events = read_all(&stream);
    let kinds: Vec<_> = events
        .iter()
        .skip(200)
        .map(|event| event.kind.clone())
        .collect();
    let dropped = EventKind::OutputDropped {
        pid: 1,
        lines: 2,
        bytes: 14,
    };
    assert_eq!(
        kinds,
        [EventKind::ProcessReady { pid: 7 }, dropped, finished()]
    );
}

#[test]
fn whoever_submits_waits_for_room_and_no_longer_than_the_run() {
    let stream = EventStream::new(Monotonic::default());
    stream.wait_for_room();
    stream.inner.lock().rest.push_back(Entry::Event(RunEvent {
        seq: 1,
        t: RunTime::default(),
        kind: finished(),
    }));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| stream.wait_for_room());
        assert!(!waiting.is_finished());
        stream.next_batch();
        waiting.join().unwrap();
    });
    stream.inner.lock().rest.push_back(Entry::Event(RunEvent {
        seq: 1,
        t: RunTime::default(),
        kind: finished(),
    }));
    stream.stop_waiting();
    stream.wait_for_room();
}

#[test]
fn nothing_comes_after_the_last_event() {
    let stream = EventStream::new(Monotonic::default());
    stream.finish(finished());
    stream.emit_now(output("late".into()));
    assert!(!stream.wait_until_read(|| Some(Instant::now())));
    assert_eq!(read_all(&stream).len(), 1);
    assert!(stream.wait_until_read(|| None));
}

#[test]
fn an_abandoned_stream_holds_nobody_up() {
    let stream = EventStream::new(Monotonic::default());
    stream.abandon();
    stream.emit_now(output(String::new()));
    stream.wait_for_room();
    assert!(stream.wait_until_read(|| None));
    assert!(stream.next_batch().is_none());
}

fn ran(stream: &EventStream, tasks: std::ops::Range<u64>) {
    let value = crate::task::bytes_from_value(&crate::task::value::Value::Int(7));
    for task in tasks {
        let call = crate::task::call("work", &Arguments::default());
        let number = u32::try_from(task).unwrap();
        let main_step = |phase| Note::Step {
            step: StepRef {
                step: number,
                line: None,
                call: "pool.apply_async",
                args: "work",
            },
            phase,
        };
        let at = |micros| Monotonic {
            nanos: (task * 10 + micros) * 1000,
        };
        stream.emit_note(at(0), main_step(Phase::Entered));
        let submitted = Note::Submitted {
            task,
            call: (&call).into(),
            step: Some(number),
        };
        stream.emit_note(at(1), submitted);
        let note = Note::Ended {
            task,
            pid: 60,
            attempt: 1,
            begun: stream.time_of(at(2)),
            value: &value,
        };
        stream.emit_note(at(3), note);
        stream.emit_note(at(4), main_step(Phase::Returned));
    }
}

#[test]
fn few_short_tasks_are_told_one_by_one_and_many_in_columns_with_the_same_meaning() {
    use crate::run::state::RunState;
    let told = |in_between: bool| {
        let stream = EventStream::new(Monotonic::default());
        stream.emit(Monotonic::default(), finished());
        for first in (0..1000).step_by(10) {
            ran(&stream, first..first + 10);
            if in_between {
                stream.emit(Monotonic::default(), finished());
            }
        }
        stream.finish(finished());
        read_all(&stream)
    };
    let (singly, packed) = (told(true), told(false));
    assert_eq!((singly.len(), packed.len()), (1 + 5000 + 100 + 1, 3));
    let text = packed[1].to_json();
    assert_eq!(RunEvent::from_json(&text).unwrap(), packed[1]);
    assert!(text.contains(r#""type":"tasks_batch""#) && text.contains(r#""finished":[3e-6,"#));
    let fold = |events: &[RunEvent]| {
        let mut state = RunState::default();
        events.iter().for_each(|event| state.apply(event));
        assert_eq!((state.missing_events(), state.unknown_events()), (0, 0));
        let tasks = state.tasks().iter().map(|task| {
            let end = task.end.as_ref().unwrap();
            (
                task.number,
                task.submitted,
                task.started,
                end.t,
                end.value.clone(),
            )
        });
        let steps: Vec<_> = state.steps().iter().cloned().collect();
        (tasks.collect::<Vec<_>>(), steps)
    };
    assert_eq!(fold(&singly), fold(&packed));
}

#[test]
fn notes_that_do_not_fit_into_memory_are_packed_too() {
    let stream = EventStream::new(Monotonic::default());
    let big = || output("x".repeat(100_000));
    (0..200).for_each(|_| stream.emit(Monotonic::default(), big()));
    ran(&stream, 0..5000);
    stream.emit(Monotonic::default(), finished());
    ran(&stream, 5000..5100);
    {
        let mut inner = stream.inner.lock();
        assert!(inner.file.is_some() && inner.gathered.is_some());
        inner.file.as_mut().unwrap().refuse();
    }
    // Neither memory nor file has room: what was gathered is the rest.
    ran(&stream, 5100..5200);
    stream.finish(finished());
    assert!(!stream.inner.lock().rest.is_empty());
    let events = read_all(&stream);
    assert!(events.len() < 220, "{}", events.len());
    let mut state = crate::run::state::RunState::default();
    events.iter().for_each(|event| state.apply(event));
    assert_eq!((state.missing_events(), state.unknown_events()), (0, 0));
    assert_eq!(state.tasks().iter().count(), 5200);
}

#[test]
fn a_line_longer_than_a_batch_comes_out_of_the_file_whole() {
    let mut file = Overflow::create().unwrap();
    let line = |byte: u8, length| [vec![byte; length], vec![b'\n']].concat();
    let lines = [line(b'a', 1), line(b'b', 30), line(b'c', 2), line(b'd', 2)];
    lines.iter().for_each(|line| file.append(line).unwrap());
    let taken: Vec<_> = (0..3).map(|_| file.take(8)).collect();
    assert_eq!(taken[0], lines[0]);
    assert_eq!(taken[1], lines[1]);
    assert_eq!(taken[2], [&lines[2][..], &lines[3]].concat());
    assert!(file.is_empty());
}

#[test]
fn a_maps_chunks_say_which_items_they_are() {
    use crate::multiprocess::wire::{Call, Chunk};
    let told = |chunks: u64| {
        let stream = EventStream::new(Monotonic::default());
        for task in 1..=chunks {
            let chunk = Chunk {
                first: task * 100,
                count: 100,
                each: false,
            };
            let call = Call {
                chunk: Some(chunk),
                ..Call::new("square", vec![7; 100])
            };
            let step = None;
            let call = (&call).into();
            stream.emit_note(Monotonic::default(), Note::Submitted { task, call, step });
        }
        stream.finish(finished());
        read_all(&stream)
    };
    let [submitted, _] = told(1).try_into().unwrap();
    assert!(
        matches!(
            &submitted.kind,
            EventKind::TaskSubmitted { first: Some(100), count: Some(100), call, .. }
                if call.args.is_empty()
        ),
        "{submitted:?}"
    );
    let [batch, _] = told(100).try_into().unwrap();
    let text = batch.to_json();
    assert!(text.contains(r#""first":[100,200,"#), "{text}");
    assert!(text.contains(r#""count":[100,100,"#), "{text}");
}
