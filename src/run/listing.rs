//! The program that a run carries out, as people read it, and which of its lines each step of the main stands on.

use std::collections::BTreeMap;

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

/// A main's code as it is put together, in the marked form of [`Listing::parse`].
#[derive(Debug)]
pub(super) struct MainCode(String);

impl Default for MainCode {
    fn default() -> Self {
        Self("if __name__ == \"__main__\":\n".to_owned())
    }
}

impl MainCode {
    /// One line more.
    pub(super) fn add(&mut self, line: &str) {
        for part in ["    ", line, "\n"] {
            self.0.push_str(part);
        }
    }

    /// The whole.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::call::CallConfig;
    use crate::run::config::RunConfig;
    use crate::run::kinds::KindConfig;
    use crate::run::kinds::pool::PoolConfig;
    use crate::run::kinds::producer_consumer::ProducerConsumerConfig;

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

    fn listing_of(kind: impl Into<KindConfig>) -> Listing {
        RunConfig::new(kind).listing()
    }

    #[test]
    fn limits_stand_in_the_program() {
        let mut config = PoolConfig {
            max_tasks_per_child: Some(2),
            ..PoolConfig::default()
        };
        assert_eq!(
            listing_of(config.clone()).lines()[1],
            "    pool = Pool(maxtasksperchild=2)"
        );
        config.timeout = Some(2.5);
        config.retries = 1;
        assert!(
            listing_of(config.clone()).lines()[2]
                .contains("# each task with timeout=2.5 s, retries=1:")
        );
    }

    #[test]
    fn every_run_has_a_program() {
        let config = PoolConfig {
            processes: Some(2),
            initializer: Some(CallConfig::new("announce", vec!["hi".into()])),
            tasks: vec![CallConfig::new("count_primes", vec![10.into()]); 20],
            ..PoolConfig::default()
        };
        let listing = listing_of(config);
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
        let listing = listing_of(ProducerConsumerConfig::around_food(2));
        assert_eq!(listing.lines()[1], "    food = Queue(2)");
        assert!(
            ["Queue", "start", "join producers", "put", "join consumers"]
                .iter()
                .all(|key| listing.line_of(key).is_some())
        );
    }
}
