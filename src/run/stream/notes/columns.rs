//! Notes as the columns of a `tasks_batch`, written straight from what was kept: to build the event first and write it then
//! costs several times as much, and most readers only write.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use super::{Notes, SubmittedRow};
use crate::run::preview::shortened;
use crate::task::{ShownArguments, ShownValue};

/// Written, it is what the event of [`Notes::packed`] is when it is written.
pub(super) struct Columns<'a>(pub(super) &'a Notes);

struct Steps<'a>(&'a Notes);
struct Submitted<'a>(&'a Notes);
struct Ended<'a>(&'a Notes);

/// One column of these rows.
struct Column<'a, R, C>(&'a [R], C);

fn column<'a, R, C, T>(rows: &'a [R], cell: C) -> Column<'a, R, C>
where
    C: Fn(&'a R) -> T,
{
    Column(rows, cell)
}

impl<'a, R, C, T> Serialize for Column<'a, R, C>
where
    C: Fn(&'a R) -> T,
    T: Serialize,
{
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(&self.1))
    }
}

impl Serialize for Columns<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self(notes) = *self;
        let mut event = to.serialize_struct("TasksBatch", 4)?;
        event.serialize_field("type", "tasks_batch")?;
        let steps = (!notes.steps.is_empty()).then_some(Steps(notes));
        event.serialize_field("steps", &steps)?;
        let submitted = (!notes.submitted.is_empty()).then_some(Submitted(notes));
        event.serialize_field("submitted", &submitted)?;
        let ended = (!notes.ended.is_empty()).then_some(Ended(notes));
        event.serialize_field("ended", &ended)?;
        event.end()
    }
}

impl Serialize for Steps<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self(notes) = *self;
        let rows = notes.steps.as_slice();
        let mut steps = to.serialize_struct("MainSteps", 6)?;
        steps.serialize_field("step", &column(rows, |row| row.step))?;
        steps.serialize_field("line", &column(rows, |row| row.line))?;
        let call = column(rows, |row| notes.text(row.call));
        steps.serialize_field("call", &call)?;
        let args = column(rows, |row| shortened(notes.text(row.args)));
        steps.serialize_field("args", &args)?;
        steps.serialize_field("entered", &column(rows, |row| row.entered))?;
        steps.serialize_field("returned", &column(rows, |row| row.returned))?;
        steps.end()
    }
}

impl Serialize for Submitted<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self(notes) = *self;
        let rows = notes.submitted.as_slice();
        let mut submitted = to.serialize_struct("SubmittedTasks", 8)?;
        submitted.serialize_field("task", &column(rows, |row| row.task))?;
        submitted.serialize_field("t", &column(rows, |row| row.t))?;
        submitted.serialize_field("step", &column(rows, |row| row.step))?;
        let chunks = if notes.has_chunks() { rows } else { &[] };
        let first = column(chunks, |row| row.chunk.map(|(first, _)| first));
        submitted.serialize_field("first", &first)?;
        let count = column(chunks, |row| row.chunk.map(|(_, count)| count));
        submitted.serialize_field("count", &count)?;
        let target = column(rows, |row| notes.text(row.target));
        submitted.serialize_field("target", &target)?;
        let arguments: Vec<_> = rows.iter().map(|row| arguments_of(notes, row)).collect();
        let args = column(&arguments, |row| &row.args);
        submitted.serialize_field("args", &args)?;
        let kwargs = column(&arguments, |row| &row.kwargs);
        submitted.serialize_field("kwargs", &kwargs)?;
        submitted.end()
    }
}

fn arguments_of<'a>(notes: &'a Notes, row: &SubmittedRow) -> ShownArguments<'a> {
    if row.chunk.is_some() {
        return ShownArguments::default();
    }
    ShownArguments::from_bytes(notes.bytes(row.payload)).unwrap_or_default()
}

impl Serialize for Ended<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self(notes) = *self;
        let rows = notes.ended.as_slice();
        let mut ended = to.serialize_struct("EndedTasks", 6)?;
        ended.serialize_field("task", &column(rows, |row| row.task))?;
        ended.serialize_field("pid", &column(rows, |row| row.pid))?;
        ended.serialize_field("attempt", &column(rows, |row| row.attempt))?;
        ended.serialize_field("started", &column(rows, |row| row.begun))?;
        ended.serialize_field("finished", &column(rows, |row| row.t))?;
        // Small, or it were no note: shown whole, whatever it is.
        let value = column(rows, |row| ShownValue::from_bytes(notes.bytes(row.value)));
        ended.serialize_field("value", &value)?;
        ended.end()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;
    use crate::multiprocess::wire::{Call, Chunk};
    use crate::run::event::{EventKind, Phase, RunEvent, RunTime};
    use crate::run::stream::note::{Note, SMALL_BYTES, StepRef};
    use crate::task::parameter::Arguments;
    use crate::task::{self, shown_tests::values};

    #[derive(Clone, Debug)]
    enum NoteCase {
        Step(u32, Option<u32>, String, bool),
        Submitted(u64, Call, Option<u32>),
        Ended(u64, u32, u64, Vec<u8>),
    }

    fn small(bytes: &[u8]) -> bool {
        bytes.len() <= SMALL_BYTES
    }

    fn told() -> impl Strategy<Value = NoteCase> {
        let step = (
            any::<u32>(),
            any::<Option<u32>>(),
            "\\PC{0,8}",
            any::<bool>(),
        )
            .prop_map(|(step, line, args, entered)| NoteCase::Step(step % 4, line, args, entered));
        let long = (any::<u32>(), any::<bool>())
            .prop_map(|(step, entered)| NoteCase::Step(step, None, "é".repeat(3000), entered));
        let arguments = (vec(values(), 0..3), btree_map(".{0,4}", values(), 0..3))
            .prop_map(|(args, kwargs)| Arguments { args, kwargs });
        let call = (".{0,8}", arguments)
            .prop_map(|(target, arguments)| task::call(&target, &arguments))
            .prop_filter("no note", |call| small(&call.payload));
        let foreign = vec(any::<u8>(), 0..16).prop_map(|payload| Call::new("it", payload));
        let chunk = any::<(u64, u64)>().prop_map(|(first, count)| Call {
            chunk: Some(Chunk {
                first,
                count,
                each: true,
            }),
            ..Call::new("it", vec![7])
        });
        let call = prop_oneof![6 => call, 1 => foreign, 1 => chunk];
        let submitted = (any::<u64>(), call, any::<Option<u32>>())
            .prop_map(|(task, call, step)| NoteCase::Submitted(task, call, step));
        let value = prop_oneof![
            6 => values().prop_map(|value| task::bytes_from_value(&value)),
            1 => vec(any::<u8>(), 0..16),
        ];
        let value = value.prop_filter("no note", |value| small(value));
        let ended = (any::<u64>(), any::<u32>(), 0..1_u64 << 50, value)
            .prop_map(|(task, pid, begun, value)| NoteCase::Ended(task, pid, begun, value));
        prop_oneof![4 => step, 1 => long, 6 => submitted, 6 => ended]
    }

    fn notes_of(told: &[NoteCase]) -> Notes {
        let mut notes = Notes::after(41);
        for (micros, told) in (0_u64..).step_by(7).zip(told) {
            let t = RunTime { micros };
            match told {
                NoteCase::Step(step, line, args, entered) => {
                    let phase = if *entered {
                        Phase::Entered
                    } else {
                        Phase::Returned
                    };
                    let (step, line) = (*step, *line);
                    let step = StepRef {
                        step,
                        line,
                        call: "pool.apply",
                        args,
                    };
                    notes.push(t, Note::Step { step, phase });
                }
                NoteCase::Submitted(task, call, step) => {
                    let (task, call, step) = (*task, call.into(), *step);
                    notes.push(t, Note::Submitted { task, call, step });
                }
                NoteCase::Ended(task, pid, micros, value) => {
                    let begun = RunTime { micros: *micros };
                    let (task, pid, attempt) = (*task, *pid, 1);
                    notes.push(
                        t,
                        Note::Ended {
                            task,
                            pid,
                            attempt,
                            begun,
                            value,
                        },
                    );
                }
            }
        }
        notes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn lines_are_those_of_the_events(told in vec(told(), 1..200)) {
            let notes = notes_of(&told);
            let mut lines = Vec::new();
            notes.write_lines(&mut lines);
            let events = notes.into_events();
            let expected: String = events.iter().map(|event| event.to_json() + "\n").collect();
            prop_assert_eq!(String::from_utf8(lines).unwrap(), expected);
            for event in &events {
                prop_assert_eq!(RunEvent::from_json(&event.to_json()).unwrap().seq, event.seq);
                if let EventKind::TasksBatch(batch) = &event.kind {
                    prop_assert_eq!(event.seq, 41 + batch.events());
                }
            }
        }
    }
}
