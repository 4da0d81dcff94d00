//! The program that a run carries out, as people read it, and which of its lines each step of the main stands on.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::config::{PoolMode, RunConfig, RunKind};

/// A listing: lines, and the places of the main's steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    lines: Vec<String>,
    steps: BTreeMap<String, u32>,
}

impl Listing {
    /// Reads a listing in which a line that ends in `#: key` is where the step `key` stands; the mark is taken away.
    pub fn parse(text: &str) -> Self {
        let mut listing = Self::default();
        for line in text.trim_matches('\n').lines() {
            let (code, key) = line
                .split_once("#:")
                .map_or((line, None), |(code, key)| (code, Some(key.trim())));
            listing.lines.push(code.trim_end().to_owned());
            if let Some(key) = key {
                listing.steps.insert(
                    key.to_owned(),
                    u32::try_from(listing.lines.len()).unwrap_or(u32::MAX),
                );
            }
        }
        listing
    }

    /// The program of a run that is no lesson.
    pub fn of(config: &RunConfig) -> Self {
        let text = match config.kind {
            RunKind::Processes => processes_text(config),
            RunKind::Pool => pool_text(config),
            RunKind::ProducerConsumer => producer_consumer_text(config),
        };
        Self::parse(&text)
    }

    /// Its lines.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The line of a step, from 1. A step such as `start 2` stands where `start` does if it has no line of its own.
    pub fn line_of(&self, key: &str) -> Option<u32> {
        let general = || self.steps.get(key.rsplit_once(' ')?.0);
        self.steps.get(key).or_else(general).copied()
    }
}

/// Listings of long runs name so many calls and then stop.
const CALLS_SHOWN: usize = 8;

fn processes_text(config: &RunConfig) -> String {
    let mut text = String::from("if __name__ == \"__main__\":\n");
    let mut add = |line: &str| {
        // Writing to a String cannot fail.
        writeln!(text, "    {line}").ok();
    };
    for (index, call) in config.tasks.iter().take(CALLS_SHOWN).enumerate() {
        let number = index + 1;
        let name = call
            .name
            .as_ref()
            .map(|name| format!(", name={name:?}"))
            .unwrap_or_default();
        let daemon = if call.daemon { ", daemon=True" } else { "" };
        add(&format!(
            "p{number} = Process(target={}, {}{name}{daemon})",
            call.target,
            call.process_arguments()
        ));
        add(&format!("p{number}.start()  #: start {number}"));
        if call.join {
            add(&format!("p{number}.join()  #: join {number}"));
        }
    }
    if config.tasks.len() > CALLS_SHOWN {
        add(&format!(
            "...  # and {} more  #: start",
            config.tasks.len() - CALLS_SHOWN
        ));
    }
    if let Some(words) = &config.main_prints {
        add(&format!("print({words:?})  #: print"));
    }
    if config.main_seconds > 0.0 {
        add(&format!("time.sleep({:?})  #: sleep", config.main_seconds));
    }
    text
}

fn pool_text(config: &RunConfig) -> String {
    let mut text = String::from("if __name__ == \"__main__\":\n");
    let mut add = |line: &str| {
        // Writing to a String cannot fail.
        writeln!(text, "    {line}").ok();
    };
    add(&format!(
        "pool = Pool({})  #: Pool",
        config.pool_arguments()
    ));
    if let Some(limits) = limits_text(config) {
        add(&limits);
    }
    add("calls = [");
    for call in config.tasks.iter().take(CALLS_SHOWN) {
        add(&format!("    ({call}),"));
    }
    if config.tasks.len() > CALLS_SHOWN {
        add(&format!(
            "    # ... and {} more",
            config.tasks.len() - CALLS_SHOWN
        ));
    }
    add("]");
    match config.pool_mode() {
        PoolMode::Apply => {
            add("for task, args in calls:");
            add("    value = pool.apply(task, args)  #: pool.apply");
            add("    print(value)  #: print");
            add("pool.close()  #: pool.close");
            add("pool.join()  #: pool.join");
        }
        PoolMode::ApplyAsync => {
            let callbacks: String = [
                ("callback", &config.callback),
                ("error_callback", &config.error_callback),
            ]
            .into_iter()
            .filter_map(|(key, name)| Some(format!(", {key}={}", name.as_ref()?)))
            .collect();
            add("results = []");
            add("for task, args in calls:");
            add(&format!(
                "    result = pool.apply_async(task, args{callbacks})  #: pool.apply_async"
            ));
            add("    results.append(result)");
            add("pool.close()  #: pool.close");
            add("pool.join()  #: pool.join");
            if config.callback.is_none() {
                add("for result in results:");
                add("    print(result.get())  #: result.get");
            }
        }
    }
    text
}

/// What Python's pools do not have, as a remark.
fn limits_text(config: &RunConfig) -> Option<String> {
    let timeout = config.timeout.map(|seconds| format!("timeout={seconds} s"));
    let retries = (config.retries > 0).then(|| format!("retries={}", config.retries));
    let limits: Vec<_> = [timeout, retries].into_iter().flatten().collect();
    let limits = limits.join(", ");
    (!limits.is_empty())
        .then(|| format!("# each task with {limits}: Python's Pool has no such thing"))
}

fn producer_consumer_text(config: &RunConfig) -> String {
    let mut text = String::from("if __name__ == \"__main__\":\n");
    let mut add = |line: &str| {
        // Writing to a String cannot fail.
        writeln!(text, "    {line}").ok();
    };
    for queue in &config.queues {
        let maxsize = if queue.maxsize == 0 {
            String::new()
        } else {
            queue.maxsize.to_string()
        };
        add(&format!("{} = Queue({maxsize})  #: Queue", queue.name));
    }
    for (name, calls) in [
        ("producers", &config.producers),
        ("consumers", &config.consumers),
    ] {
        add(&format!("{name} = ["));
        for call in calls.iter().take(CALLS_SHOWN) {
            add(&format!(
                "    Process(target={}, {}),",
                call.target,
                call.process_arguments()
            ));
        }
        if calls.len() > CALLS_SHOWN {
            add(&format!("    # ... and {} more", calls.len() - CALLS_SHOWN));
        }
        add("]");
    }
    add("for process in producers + consumers:");
    add("    process.start()  #: start");
    add("for process in producers:");
    add("    process.join()  #: join producers");
    if let [queue] = &*config.queues {
        let sentinels = config
            .sentinels
            .map_or_else(|| "len(consumers)".to_owned(), |count| count.to_string());
        add(&format!("for _ in range({sentinels}):"));
        add(&format!("    {}.put(None)  #: put", queue.name));
    } else {
        add(&format!(
            "for queue in [{}]:",
            config.sentinel_queues().join(", ")
        ));
        add("    queue.put(None)  #: put");
    }
    add("for process in consumers:");
    add("    process.join()  #: join consumers");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::config::CallConfig;

    #[test]
    fn marks_become_places() {
        let listing =
            Listing::parse("\nimport os\npool = Pool(3)   #: Pool\n\npool.join() #: pool.join\n");
        assert_eq!(
            listing.lines(),
            ["import os", "pool = Pool(3)", "", "pool.join()"]
        );
        assert_eq!(
            (
                listing.line_of("Pool"),
                listing.line_of("pool.join"),
                listing.line_of("x")
            ),
            (Some(2), Some(4), None)
        );
    }

    #[test]
    fn limits_stand_in_the_program() {
        let mut config = RunConfig::pool();
        config.max_tasks_per_child = Some(2);
        assert_eq!(
            Listing::of(&config).lines()[1],
            "    pool = Pool(maxtasksperchild=2)"
        );
        config.timeout = Some(2.5);
        config.retries = 1;
        assert!(
            Listing::of(&config).lines()[2].contains("# each task with timeout=2.5 s, retries=1:")
        );
    }

    #[test]
    fn every_run_has_a_program() {
        let mut config = RunConfig::pool();
        config.processes = Some(2);
        config.initializer = Some(CallConfig::new("announce", vec!["hi".into()]));
        config.tasks = vec![CallConfig::new("count_primes", vec![10.into()]); 20];
        let listing = Listing::of(&config);
        assert_eq!(
            listing.lines()[1],
            "    pool = Pool(2, initializer=announce, initargs=(\"hi\",))"
        );
        assert_eq!(listing.lines()[3], "        (count_primes, (10,)),");
        assert!(
            listing
                .lines()
                .contains(&"        # ... and 12 more".to_owned())
        );
        assert!(
            [
                "Pool",
                "pool.apply_async",
                "pool.close",
                "pool.join",
                "result.get"
            ]
            .iter()
            .all(|key| listing.line_of(key).is_some())
        );
        let listing = Listing::of(&RunConfig::producer_consumer(2));
        assert_eq!(listing.lines()[1], "    food = Queue(2)");
        assert!(
            ["Queue", "start", "join producers", "put", "join consumers"]
                .iter()
                .all(|key| listing.line_of(key).is_some())
        );
    }
}
