//! Findings in words: what is the matter, what that is known from, what one could do.

mod terms;
#[cfg(test)]
mod tests;

use crate::app::text::{FluentValue, Text};
use crate::monitor::unit::{bytes_text, count_text, cpus_text};
use crate::monitor::why::Finding;
use crate::os::signal;
use terms::{
    awaited_words, fact_text, function_fact, group_fact, memory_sentence, name, wait_text,
    whole_text,
};

/// A finding in words.
#[derive(Debug, PartialEq, Eq)]
pub struct FindingWords {
    /// What is the matter.
    pub sentence: String,
    /// The fact that it rests on; `None` where the sentence says it.
    pub fact: Option<String>,
    /// What one could do; `None` where nothing needs doing.
    pub advice: Option<String>,
}

#[expect(
    clippy::too_many_lines,
    reason = "one match over all findings, some lines each"
)]
/// The words for a finding; `reason` is the sentence for what could not be read.
pub fn finding_words(
    text: &Text,
    finding: &Finding,
    reason: impl Fn(crate::monitor::Unread) -> String,
) -> FindingWords {
    let say = |key: &str, args: &[(&str, FluentValue<'_>)]| text.with(key, args);
    let plain = |key: &str| text.get(key).to_owned();
    let words = |sentence: String, fact: Option<String>, advice: Option<&str>| FindingWords {
        sentence,
        fact,
        advice: advice.map(|key| text.get(key).to_owned()),
    };
    match finding {
        Finding::Ended => words(plain("why-ended"), None, None),
        Finding::Zombie { parent } => words(
            match parent {
                Some(parent) => say("why-zombie", &[("parent", name(parent).into())]),
                None => plain("why-zombie-orphan"),
            },
            Some(plain("why-zombie-fact")),
            Some("why-zombie-do"),
        ),
        Finding::FirstThreadEnded => words(
            plain("why-first-thread"),
            Some(plain("why-first-thread-fact")),
            None,
        ),
        Finding::Stopped => words(
            plain("why-stopped"),
            Some(plain("why-stopped-fact")),
            Some("why-stopped-do"),
        ),
        Finding::TracerHolds { tracer } => words(
            match tracer {
                Some(tracer) => say("why-traced-stop", &[("tracer", name(tracer).into())]),
                None => plain("why-traced-stop-unknown"),
            },
            Some(plain("why-traced-stop-fact")),
            Some("why-traced-stop-do"),
        ),
        Finding::Frozen => words(
            plain("why-frozen"),
            Some(plain("why-frozen-fact")),
            Some("why-frozen-do"),
        ),
        Finding::Uninterruptible {
            wait,
            function,
            io_percent,
            is_of_group,
        } => {
            let sentence = match wait {
                Some(wait) => say("why-disk-sleep", &[("wait", wait_text(text, *wait).into())]),
                None => plain("why-disk-sleep-unknown"),
            };
            let mut facts = vec![function_fact(text, function.as_deref())];
            facts.extend(io_percent.map(|percent| {
                let key = if *is_of_group {
                    "why-io-pressure-group"
                } else {
                    "why-io-pressure"
                };
                say(key, &[("percent", whole_text(percent).into())])
            }));
            words(sentence, Some(facts.join(" ")), Some("why-disk-sleep-do"))
        }
        Finding::AwaitsProgram { function } => words(
            plain("why-awaits-program"),
            Some(function_fact(text, function.as_deref())),
            Some("why-awaits-program-do"),
        ),
        Finding::Throttled {
            percent,
            cpus,
            group,
            seconds,
        } => {
            let sentence = say(
                "why-throttled",
                &[
                    ("percent", whole_text(*percent).into()),
                    ("cpus", cpus_text(*cpus).into()),
                ],
            );
            let fact = match seconds {
                Some(seconds) => say(
                    "why-throttled-fact",
                    &[
                        ("group", group.as_str().into()),
                        ("seconds", format!("{seconds:.0}").into()),
                    ],
                ),
                None => say("why-group-fact", &[("group", group.as_str().into())]),
            };
            words(sentence, Some(fact), Some("why-throttled-do"))
        }
        Finding::CpuWait {
            percent,
            thread,
            cpus,
            load,
            nice,
        } => {
            let percent = whole_text(*percent);
            let sentence = match thread {
                Some(thread) => say(
                    "why-cpu-wait-thread",
                    &[("percent", percent.into()), ("thread", name(thread).into())],
                ),
                None => say("why-cpu-wait", &[("percent", percent.into())]),
            };
            let cpus = cpus.map(FluentValue::from);
            let mut facts = Vec::new();
            facts.extend(cpus.map(|cpus| match load {
                Some(load) => say(
                    "why-cpu-load",
                    &[("cpus", cpus), ("load", format!("{load:.1}").into())],
                ),
                None => say("why-cpus", &[("cpus", cpus)]),
            }));
            facts.extend(nice.map(|nice| say("why-nice", &[("nice", nice.into())])));
            let facts = (!facts.is_empty()).then(|| facts.join(" "));
            words(sentence, facts, Some("why-cpu-wait-do"))
        }
        Finding::LowPriority {
            nice,
            is_idle_class,
        } => words(
            plain("why-low"),
            Some(if *is_idle_class {
                plain("why-low-idle")
            } else {
                say("why-nice", &[("nice", (*nice).into())])
            }),
            Some("why-low-do"),
        ),
        Finding::MemoryNearMax(ceiling) => words(
            memory_sentence(text, "why-memory-max", ceiling),
            Some(group_fact(text, ceiling)),
            Some("why-memory-max-do"),
        ),
        Finding::MemoryHigh(ceiling) => words(
            memory_sentence(text, "why-memory-high", ceiling),
            Some(group_fact(text, ceiling)),
            Some("why-memory-max-do"),
        ),
        Finding::OomKills { count } => words(
            say("why-oom", &[("count", (*count).into())]),
            Some(plain("why-oom-fact")),
            Some("why-memory-max-do"),
        ),
        Finding::Swapped {
            swap_bytes,
            rss_bytes,
        } => words(
            say(
                "why-swapped",
                &[
                    ("swap", bytes_text(*swap_bytes).into()),
                    ("rss", bytes_text(*rss_bytes).into()),
                ],
            ),
            None,
            Some("why-swapped-do"),
        ),
        Finding::Paging { faults_per_second } => words(
            say(
                "why-paging",
                &[("faults", format!("{faults_per_second:.0}").into())],
            ),
            None,
            Some("why-swapped-do"),
        ),
        Finding::MemoryShort { percent } => words(
            plain("why-memory-short"),
            Some(say(
                "why-memory-short-fact",
                &[("percent", whole_text(*percent).into())],
            )),
            None,
        ),
        Finding::NearFileLimit { used, most } => words(
            say(
                "why-files",
                &[
                    ("used", count_text(*used).into()),
                    ("most", count_text(*most).into()),
                ],
            ),
            None,
            Some("why-files-do"),
        ),
        Finding::NearTaskLimit(ceiling) => words(
            say(
                "why-tasks",
                &[
                    ("used", count_text(ceiling.used).into()),
                    ("most", count_text(ceiling.most).into()),
                ],
            ),
            Some(group_fact(text, ceiling)),
            Some("why-tasks-do"),
        ),
        Finding::SignalsHeld { signals } => {
            let names: Vec<_> = signals.iter().map(|&number| signal::name(number)).collect();
            words(
                say("why-signals-held", &[("signals", names.join(", ").into())]),
                None,
                Some("why-signals-held-do"),
            )
        }
        Finding::TermIgnored => words(plain("why-term-ignored"), None, Some("why-term-ignored-do")),
        Finding::Traced { tracer } => words(
            say("why-traced", &[("tracer", name(tracer).into())]),
            None,
            None,
        ),
        Finding::Running { cpu_percent } => words(
            match cpu_percent {
                Some(percent) => say("why-running", &[("percent", whole_text(*percent).into())]),
                None => plain("why-running-unknown"),
            },
            None,
            None,
        ),
        Finding::Waiting {
            wait,
            function,
            at,
            is_one_of_many,
        } => {
            let key = match (wait, is_one_of_many) {
                (Some(_), false) => "why-waiting",
                (Some(_), true) => "why-waiting-first",
                (None, _) => "why-waiting-unknown",
            };
            let wait = wait.map_or("", |wait| wait_text(text, wait));
            let mut facts = Vec::new();
            if function.is_some() {
                facts.push(function_fact(text, function.as_deref()));
            }
            facts.extend(
                at.as_ref()
                    .map(|at| say("why-at", &[("file", at.as_str().into())])),
            );
            let fact = (!facts.is_empty()).then(|| facts.join(" "));
            words(say(key, &[("wait", wait.into())]), fact, None)
        }
        Finding::Awaits { role, processes } => {
            let (sentence, fact) = awaited_words(text, *role, processes);
            words(sentence, fact, None)
        }
        Finding::OtherMoment { table, here } => {
            let word = |state| crate::app::monitor::table::cell::state_text(text, state);
            let args = [
                ("table", word(*table).into()),
                ("state", word(*here).into()),
            ];
            words(say("why-other-moment", &args), None, None)
        }
        Finding::Other(state) => {
            let state = crate::app::monitor::table::cell::state_help(text, *state);
            words(format!("{state}."), None, None)
        }
        Finding::Unknown { facts, reason: why } => {
            let names: Vec<_> = facts.iter().map(|fact| fact_text(text, *fact)).collect();
            words(
                say("why-unknown", &[("facts", names.join(", ").into())]),
                Some(reason(*why)),
                None,
            )
        }
    }
}
