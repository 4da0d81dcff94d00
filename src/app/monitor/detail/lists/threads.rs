//! The threads: name, id, state, CPU.

use super::or_mark;
use crate::app::monitor::detail::list::{ListColumn, ListSpec};
use crate::app::monitor::table::cell::{state_color, state_text};
use crate::monitor::detail::ThreadInfo;
use crate::monitor::unit::{cpu_time_text, percent_text};

/// From so much of a core on a thread stands out, percent.
const BUSY: f32 = 0.5;

pub(super) static THREADS: ListSpec<ThreadInfo> = ListSpec {
    salt: "threads",
    none_key: "detail-threads-none",
    columns: &[
        ListColumn::<ThreadInfo>::new(
            "thread-name",
            0.0,
            |thread, _| thread.name.as_str().into(),
            |a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()),
        )
        .colored(|_, theme| theme.text_strong),
        ListColumn::<ThreadInfo>::new(
            "thread-id",
            48.0,
            |thread, _| thread.id.to_string().into(),
            |a, b| a.id.cmp(&b.id),
        )
        .right()
        .colored(|_, theme| theme.text_dim),
        ListColumn::<ThreadInfo>::new(
            "thread-state",
            56.0,
            |thread, words| state_text(words.text, thread.state).into(),
            |a, b| a.state.cmp(&b.state),
        )
        .colored(|thread, theme| state_color(thread.state, theme)),
        ListColumn::<ThreadInfo>::new(
            "thread-cpu",
            48.0,
            |thread, words| or_mark(words.text, thread.cpu_percent, percent_text),
            |a, b| {
                // Unknown stands below every number.
                let [a, b] = [a, b].map(|thread| thread.cpu_percent.unwrap_or(-1.0));
                a.total_cmp(&b)
            },
        )
        .right()
        .large_first()
        .colored(|thread, theme| {
            if thread.cpu_percent.as_ref().is_ok_and(|&cpu| cpu >= BUSY) {
                theme.text_strong
            } else {
                theme.text_dim
            }
        }),
        ListColumn::<ThreadInfo>::new(
            "thread-time",
            52.0,
            |thread, _| cpu_time_text(thread.user_time + thread.system_time).into(),
            |a, b| (a.user_time + a.system_time).total_cmp(&(b.user_time + b.system_time)),
        )
        .right()
        .large_first(),
    ],
    sorted_by: Some(3),
    row: |thread, words| {
        let state = state_text(words.text, thread.state);
        let cpu = or_mark(words.text, thread.cpu_percent, percent_text);
        let time = cpu_time_text(thread.user_time + thread.system_time);
        format!("{}\t{}\t{state}\t{cpu}\t{time}", thread.name, thread.id)
    },
};
