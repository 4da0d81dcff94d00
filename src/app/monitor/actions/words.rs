//! What came of it, in words.

use super::permissions::refusal_key;
use super::report::{Report, ReportLine};
use crate::app::text::Text;
use crate::monitor::control::{Action, Outcome, Refusal};
use crate::monitor::process::ProcState;
use crate::monitor::scheduling::{IoClass, IoPriority};
use crate::os::priority::Setting;

/// One line: the process and the outcome.
pub fn line_words(text: &Text, line: &ReportLine) -> String {
    let outcome = outcome_words(text, line);
    text.with(
        "report-line",
        &[
            ("name", name_of(text, &line.name).into()),
            ("pid", line.key.pid.to_string().into()),
            ("outcome", outcome.into()),
        ],
    )
}

fn name_of<'a>(text: &'a Text, name: &'a str) -> &'a str {
    if name.is_empty() {
        text.get("mark-none")
    } else {
        name
    }
}

fn outcome_words(text: &Text, line: &ReportLine) -> String {
    let after = |seconds: f64| {
        if seconds < 1.0 {
            text.with("report-ms", &[("ms", (seconds * 1e3).ceil().into())])
        } else {
            text.with(
                "report-seconds",
                &[("seconds", format!("{seconds:.1}").into())],
            )
        }
    };
    let plain = |key: &str| text.get(key).to_owned();
    match &line.outcome {
        None | Some(Outcome::Ending) => plain("outcome-asked"),
        Some(Outcome::Sent) => match &line.action {
            action if *action == Action::SUSPEND => plain("outcome-suspended"),
            action if *action == Action::RESUME => plain("outcome-resumed"),
            Action::Signal(signal) => {
                text.with("outcome-sent", &[("signal", signal.name().into())])
            }
            Action::End | Action::Set(_) => {
                text.with("outcome-sent", &[("signal", "SIGTERM".into())])
            }
        },
        Some(Outcome::Ended(time)) => text.with(
            "outcome-ended",
            &[("after", after(time.as_secs_f64()).into())],
        ),
        Some(Outcome::StillThere(time, state)) => {
            let args = [("after", after(time.as_secs_f64()).into())];
            match state {
                ProcState::DiskSleep => text.with("outcome-still-disk", &args),
                ProcState::Stopped | ProcState::TracingStop => {
                    text.with("outcome-still-stopped", &args)
                }
                _ => text.with("outcome-still", &args),
            }
        }
        Some(Outcome::Gone) => plain("outcome-gone"),
        Some(Outcome::Reused) => plain("outcome-reused"),
        Some(Outcome::Denied) => denied_words(text, line),
        Some(Outcome::Refused(refusal)) => match (refusal, &line.user) {
            (Refusal::NotOurs, Some(_)) => denied_words(text, line),
            _ => plain(refusal_key(*refusal)),
        },
        Some(Outcome::Changed(setting, before)) => {
            let args = [
                ("now", turn_words(text, setting).into()),
                ("before", turn_words(text, before.leader()).into()),
                ("threads", before.thread_count().into()),
                ("refused", before.refused_threads.into()),
            ];
            let key = match setting {
                _ if before.refused_threads > 0 => "outcome-changed-partly",
                Setting::Nice(_) => "outcome-nice",
                Setting::Cpus(_) => "outcome-cpus",
                Setting::IoPriority(_) => "outcome-io",
            };
            text.with(key, &args)
        }
        Some(Outcome::Restored) => plain("outcome-restored"),
        Some(Outcome::Busy) => plain("outcome-busy"),
        Some(Outcome::Failed(words)) => {
            text.with("outcome-failed", &[("reason", text.say(words).into())])
        }
    }
}

fn denied_words(text: &Text, line: &ReportLine) -> String {
    match &line.user {
        Some(user) => text.with("outcome-denied-owner", &[("owner", user.as_str().into())]),
        None => text.get("outcome-denied").to_owned(),
    }
}

/// A nice value, CPUs or an I/O priority.
pub fn turn_words(text: &Text, setting: &Setting) -> String {
    match setting {
        Setting::Nice(nice) => nice.to_string(),
        Setting::Cpus(cpus) => crate::monitor::control::cpu_list(cpus),
        Setting::IoPriority(number) => match IoPriority::from_number(*number) {
            Some(priority) if priority.has_level() => {
                format!("{} {}", text.get(priority.class.key()), priority.level)
            }
            Some(priority) if priority.class == IoClass::None => {
                text.get("priority-word-none").to_owned()
            }
            Some(priority) => text.get(priority.class.key()).to_owned(),
            None => text.get("mark-none").to_owned(),
        },
    }
}

/// The title of several lines: what was done, and how often it came to what.
pub fn report_words(text: &Text, report: &Report) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for line in &report.lines {
        let key = match &line.outcome {
            None | Some(Outcome::Ending) => "count-waiting",
            Some(Outcome::Sent) => "count-sent",
            Some(Outcome::Ended(_)) => "count-ended",
            Some(Outcome::StillThere(..)) => "count-still",
            Some(Outcome::Gone | Outcome::Reused) => "count-gone",
            Some(Outcome::Denied | Outcome::Refused(Refusal::NotOurs)) => "count-denied",
            Some(Outcome::Refused(_)) => "count-refused",
            Some(Outcome::Changed(..)) => "count-changed",
            Some(Outcome::Restored) => "count-restored",
            Some(Outcome::Busy | Outcome::Failed(_)) => "count-failed",
        };
        match counts.iter_mut().find(|(known, _)| *known == key) {
            Some((_, count)) => *count += 1,
            None => counts.push((key, 1)),
        }
    }
    let parts = counts
        .into_iter()
        .map(|(key, count)| text.with(key, &[("count", count.into())]));
    let parts: Vec<_> = parts.collect();
    let title = text.get(report.verb.title_key()).trim_end_matches('…');
    let args = [
        ("title", title.into()),
        ("counts", parts.join(" · ").into()),
    ];
    text.with("report-title", &args)
}

/// Key of what a signal means; the standard ones have one.
pub const fn signal_key(number: i32) -> &'static str {
    match number {
        1 => "signal-hup",
        2 => "signal-int",
        3 => "signal-quit",
        4 => "signal-ill",
        5 => "signal-trap",
        6 => "signal-abrt",
        7 => "signal-bus",
        8 => "signal-fpe",
        9 => "signal-kill",
        10 => "signal-usr1",
        11 => "signal-segv",
        12 => "signal-usr2",
        13 => "signal-pipe",
        14 => "signal-alrm",
        15 => "signal-term",
        16 => "signal-stkflt",
        17 => "signal-chld",
        18 => "signal-cont",
        19 => "signal-stop",
        20 => "signal-tstp",
        21 => "signal-ttin",
        22 => "signal-ttou",
        23 => "signal-urg",
        24 => "signal-xcpu",
        25 => "signal-xfsz",
        26 => "signal-vtalrm",
        27 => "signal-prof",
        28 => "signal-winch",
        29 => "signal-io",
        30 => "signal-pwr",
        31 => "signal-sys",
        _ => "mark-none",
    }
}
