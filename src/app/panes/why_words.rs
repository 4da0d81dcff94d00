//! Findings in words: what is the matter, what that is known from, what one could do.

use crate::app::text::{FluentValue, Text};
use crate::monitor::cgroup::Ceiling;
use crate::monitor::detail::Named;
use crate::monitor::unit::{bytes_text, count_text};
use crate::monitor::why::{Fact, Finding, Wait};
use crate::os::signal;

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
            let cpus = FluentValue::from(*cpus);
            let mut facts = vec![match load {
                Some(load) => say(
                    "why-cpu-load",
                    &[("cpus", cpus), ("load", format!("{load:.1}").into())],
                ),
                None => say("why-cpus", &[("cpus", cpus)]),
            }];
            facts.extend(nice.map(|nice| say("why-nice", &[("nice", nice.into())])));
            words(sentence, Some(facts.join(" ")), Some("why-cpu-wait-do"))
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
            let key = match (wait.map(Wait::is_idle), is_one_of_many) {
                (Some(true), false) => "why-waiting",
                (Some(true), true) => "why-waiting-first",
                (Some(false), false) => "why-waiting-on",
                (Some(false), true) => "why-waiting-on-first",
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
        Finding::Other(state) => {
            let state = super::process_cell::state_help(text, *state);
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

/// `make 4711`.
fn name(process: &Named) -> String {
    match &process.name {
        Some(name) => format!("{name} {}", process.pid),
        None => process.pid.to_string(),
    }
}

/// A share in percent, without the noise behind the point.
fn whole_text(percent: f32) -> String {
    format!("{percent:.0}")
}

/// `0.5`, `2`.
fn cpus_text(cpus: f64) -> String {
    let text = format!("{cpus:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn memory_sentence(text: &Text, key: &str, ceiling: &Ceiling) -> String {
    let args = [
        ("used", bytes_text(ceiling.used).into()),
        ("most", bytes_text(ceiling.most).into()),
    ];
    text.with(key, &args)
}

fn group_fact(text: &Text, ceiling: &Ceiling) -> String {
    text.with("why-group-fact", &[("group", ceiling.path.as_str().into())])
}

fn function_fact(text: &Text, function: Option<&str>) -> String {
    match function {
        Some(function) => text.with("why-function", &[("function", function.into())]),
        None => text.get("why-function-unknown").to_owned(),
    }
}

fn wait_text(text: &Text, wait: Wait) -> &str {
    text.get(match wait {
        Wait::Child => "wait-child",
        Wait::PipeInput => "wait-pipe-input",
        Wait::PipeRoom => "wait-pipe-room",
        Wait::PipePartner => "wait-pipe-partner",
        Wait::Timer => "wait-timer",
        Wait::Events => "wait-events",
        Wait::Thread => "wait-thread",
        Wait::SocketInput => "wait-socket-input",
        Wait::SocketRoom => "wait-socket-room",
        Wait::Connection => "wait-connection",
        Wait::Answer => "wait-answer",
        Wait::Terminal => "wait-terminal",
        Wait::Signal => "wait-signal",
        Wait::Disk => "wait-disk",
        Wait::Writeback => "wait-writeback",
        Wait::FileServer => "wait-file-server",
        Wait::FileProgram => "wait-file-program",
        Wait::FileLock => "wait-file-lock",
        Wait::Memory => "wait-memory",
        Wait::KernelLock => "wait-kernel-lock",
        Wait::Message => "wait-message",
    })
}

fn fact_text(text: &Text, fact: Fact) -> &str {
    text.get(match fact {
        Fact::WaitChannel => "fact-wait-channel",
        Fact::CpuWait => "fact-cpu-wait",
        Fact::Cgroup => "fact-cgroup",
        Fact::Limits => "fact-limits",
        Fact::Signals => "fact-signals",
        Fact::Descriptors => "fact-descriptors",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::{ProcState, Unread};

    fn told(finding: &Finding) -> FindingWords {
        let text = Text::english();
        finding_words(&text, finding, |_| "Not readable.".to_owned())
    }

    fn named() -> Named {
        Named {
            pid: 12,
            name: Some("make".into()),
        }
    }

    #[test]
    fn the_words_of_findings() {
        let starved = Finding::CpuWait {
            percent: 43.0,
            thread: None,
            cpus: 2,
            load: Some(9.0),
            nice: Some(19),
        };
        let words = told(&starved);
        assert_eq!(
            words.sentence,
            "It is ready to run but does not run 43 % of the time."
        );
        assert_eq!(
            words.fact.as_deref(),
            Some("2 CPUs, load 9.0. Its nice value is 19: others come first.")
        );
        let zombie = told(&Finding::Zombie {
            parent: Some(named()),
        });
        assert_eq!(
            zombie.sentence,
            "It has ended, and its parent make 12 has not asked how."
        );
        let waiting = told(&Finding::Waiting {
            wait: Some(Wait::PipeInput),
            function: Some("anon_pipe_read".into()),
            at: Some("pipe:[4711]".into()),
            is_one_of_many: false,
        });
        assert_eq!(
            waiting.sentence,
            "It waits for input from a pipe: nothing is wrong."
        );
        assert_eq!(
            waiting.fact.as_deref(),
            Some("It sleeps in anon_pipe_read. At pipe:[4711].")
        );
        assert_eq!(waiting.advice, None);
        let throttled = told(&Finding::Throttled {
            percent: 75.0,
            cpus: 0.5,
            group: "/limited".into(),
            seconds: Some(12.4),
        });
        assert_eq!(
            throttled.sentence,
            "Its control group uses its quota up 75 % of the time: 0.5 CPUs."
        );
        let unknown = told(&Finding::Unknown {
            facts: vec![Fact::WaitChannel, Fact::Descriptors],
            reason: Unread::Denied,
        });
        assert_eq!(
            unknown.sentence,
            "Unknown: what it waits for, open descriptors."
        );
        assert_eq!(unknown.fact.as_deref(), Some("Not readable."));
    }

    #[test]
    fn every_finding_has_words_with_all_their_placeholders() {
        let ceiling = Ceiling {
            path: "/a".into(),
            used: 9,
            most: 10,
        };
        let mut findings = vec![
            Finding::Ended,
            Finding::Zombie { parent: None },
            Finding::FirstThreadEnded,
            Finding::Stopped,
            Finding::TracerHolds {
                tracer: Some(named()),
            },
            Finding::TracerHolds { tracer: None },
            Finding::Frozen,
            Finding::Uninterruptible {
                wait: None,
                function: None,
                io_percent: Some(40.0),
                is_of_group: true,
            },
            Finding::Throttled {
                percent: 5.0,
                cpus: 2.0,
                group: "/a".into(),
                seconds: None,
            },
            Finding::CpuWait {
                percent: 20.0,
                thread: Some(named()),
                cpus: 1,
                load: None,
                nice: None,
            },
            Finding::LowPriority {
                nice: 19,
                is_idle_class: false,
            },
            Finding::LowPriority {
                nice: 0,
                is_idle_class: true,
            },
            Finding::MemoryNearMax(ceiling.clone()),
            Finding::MemoryHigh(ceiling.clone()),
            Finding::OomKills { count: 1 },
            Finding::Swapped {
                swap_bytes: 9,
                rss_bytes: 1,
            },
            Finding::Paging {
                faults_per_second: 99.0,
            },
            Finding::MemoryShort { percent: 20.0 },
            Finding::NearFileLimit { used: 9, most: 10 },
            Finding::NearTaskLimit(ceiling),
            Finding::SignalsHeld {
                signals: vec![15, 40],
            },
            Finding::TermIgnored,
            Finding::Traced { tracer: named() },
            Finding::Running {
                cpu_percent: Some(97.0),
            },
            Finding::Running { cpu_percent: None },
            Finding::Other(ProcState::Idle),
            Finding::Unknown {
                facts: Fact::ALL.to_vec(),
                reason: Unread::Unsupported,
            },
        ];
        for wait in Wait::ALL.map(Some).into_iter().chain([None]) {
            for is_one_of_many in [false, true] {
                findings.push(Finding::Waiting {
                    wait,
                    function: None,
                    at: None,
                    is_one_of_many,
                });
            }
            findings.push(Finding::Uninterruptible {
                wait,
                function: Some("io_schedule".into()),
                io_percent: Some(3.0),
                is_of_group: false,
            });
        }
        for finding in findings {
            let words = told(&finding);
            let all = [Some(words.sentence), words.fact, words.advice];
            for sentence in all.into_iter().flatten() {
                // A key that is missing shows as itself.
                assert!(
                    sentence.contains(' ') && sentence.ends_with('.'),
                    "{finding:?}: {sentence}"
                );
            }
        }
    }
}
