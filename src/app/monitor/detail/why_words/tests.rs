use super::*;
use crate::monitor::cgroup::Ceiling;
use crate::monitor::detail::{AwaitedRole, Capped, Named};
use crate::monitor::why::{Fact, Wait};
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
        cpus: Some(2),
        load: Some(9.0),
        nice: Some(19),
    };
    let words = told(&starved);
    assert_eq!(
        words.sentence,
        "It was ready to run but got no CPU for 43 % of the time."
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
        "It has ended, and its parent make 12 has not collected its exit code."
    );
    let waiting = told(&Finding::Waiting {
        wait: Some(Wait::PipeInput),
        function: Some("anon_pipe_read".into()),
        at: Some("pipe:[4711]".into()),
        is_one_of_many: false,
    });
    assert_eq!(waiting.sentence, "It waits for input from a pipe.");
    assert_eq!(
        waiting.fact.as_deref(),
        Some("It sleeps in anon_pipe_read. At pipe:[4711].")
    );
    assert_eq!(waiting.advice, None);
    let awaits = |role, count: usize, total| {
        let items = vec![named(); count];
        let words = told(&Finding::Awaits {
            role,
            processes: Capped { items, total },
        });
        (words.sentence, words.fact.is_some())
    };
    assert_eq!(
        awaits(AwaitedRole::Writer, 2, Some(7)),
        (
            "make 12, make 12 and 5 more can write to the pipe.".into(),
            false
        )
    );
    assert_eq!(
        awaits(AwaitedRole::Child, 1, Some(1)).0,
        "The child it waits for is make 12."
    );
    assert!(awaits(AwaitedRole::Peer, 1, None).1);
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
        Finding::AwaitsProgram { function: None },
        Finding::Throttled {
            percent: 5.0,
            cpus: 2.0,
            group: "/a".into(),
            seconds: None,
        },
        Finding::CpuWait {
            percent: 20.0,
            thread: Some(named()),
            cpus: Some(1),
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
    for role in AwaitedRole::ALL {
        for (count, total) in [
            (0, Some(0)),
            (0, None),
            (1, Some(1)),
            (2, None),
            (2, Some(9)),
        ] {
            findings.push(Finding::Awaits {
                role,
                processes: Capped {
                    items: vec![named(); count],
                    total,
                },
            });
        }
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
