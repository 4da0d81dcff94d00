//! Whether the sentinels that the main put fit the consumers that wait for them.

use super::{ProcessIx, RunState};
use crate::run::event::Role;

/// The main has put all its sentinels, and they are not one for each consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentinelMismatch {
    /// How many consumers there are.
    pub consumers: u64,
    /// How many sentinels were put.
    pub put: u64,
    /// The consumers that get none, once that is certain.
    pub without: Vec<ProcessIx>,
}

impl RunState {
    /// Tells of too few or too many sentinels once the main has put its last one.
    pub fn sentinel_mismatch(&self) -> Option<SentinelMismatch> {
        if self.queues.all.is_empty() {
            return None;
        }
        let sum =
            |count: fn(&super::QueueState) -> u64| self.queues.all.iter().map(count).sum::<u64>();
        let (put, got) = (
            sum(|queue| queue.sentinels_put),
            sum(|queue| queue.sentinels_got),
        );
        let consumers = self.consumer_lanes() as u64;
        if put == consumers || !self.has_put_all_sentinels(put) {
            return None;
        }
        let without = self
            .lanes
            .order
            .iter()
            .filter_map(|lane| self.lane(*lane)?.processes.last().copied())
            .filter(|ix| {
                self.process(*ix)
                    .is_some_and(|p| p.role == Role::Consumer && p.sentinel.is_none())
            });
        Some(SentinelMismatch {
            consumers,
            put,
            without: if got == put {
                without.collect()
            } else {
                Vec::new()
            },
        })
    }

    /// Whether the main puts no further sentinel: its code is done, or it has put as many as it was told to. A run that was
    /// stopped has put those that it came to.
    fn has_put_all_sentinels(&self, put: u64) -> bool {
        if let Some(done) = self.main.code_finished {
            return self.stops.first().is_none_or(|stop| done < stop.t);
        }
        let told = self.sentinels_to_put().map(u64::from);
        let mut producers = self
            .processes
            .all
            .iter()
            .filter(|process| process.role == Role::Producer)
            .peekable();
        told.is_some_and(|told| put >= told)
            && producers.peek().is_some()
            && producers.all(|process| process.exited.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::event::RunEvent;

    const FOOD: &str = include_str!("../../../tests/data/scripted/producer-consumer.jsonl");

    /// The state after every event, with this many sentinels said to be put and only the first of them really put.
    fn mismatches(told: u64) -> Vec<SentinelMismatch> {
        let mut state = RunState::default();
        let mut seen: Vec<SentinelMismatch> = Vec::new();
        let mut put = 0;
        for line in FOOD.lines() {
            let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
            match event["type"].as_str().unwrap() {
                "run_started" => event["config"]["sentinels"] = told.into(),
                "item_put" if event["item"].is_null() => {
                    put += 1;
                    if put > told {
                        continue;
                    }
                }
                "main_code_finished" => break,
                _ => {}
            }
            state.apply(&RunEvent::from_json(&event.to_string()).unwrap());
            seen.extend(state.sentinel_mismatch());
        }
        seen.dedup();
        seen
    }

    #[test]
    fn a_stopped_run_has_put_no_sentinel_too_few() {
        let mut state = RunState::default();
        let mut seq = 0;
        let mut tell = |state: &mut RunState, line: &str| {
            seq += 1;
            let mut event: serde_json::Value = serde_json::from_str(line).unwrap();
            event["seq"] = seq.into();
            state.apply(&RunEvent::from_json(&event.to_string()).unwrap());
        };
        for line in FOOD
            .lines()
            .take_while(|line| !line.contains("\"item\": null"))
        {
            tell(&mut state, line);
        }
        let t = state.now().seconds();
        let stop = serde_json::json!({"seq": 0, "t": t, "type": "stop_requested", "by": "stop", "at_once": false});
        tell(&mut state, &stop.to_string());
        let done = serde_json::json!({"seq": 0, "t": t + 0.1, "type": "main_code_finished", "step": 1, "line": 1});
        tell(&mut state, &done.to_string());
        assert!(state.consumer_lanes() > 0 && state.code_finished().is_some());
        assert_eq!(state.sentinel_mismatch(), None);
    }

    #[test]
    fn one_sentinel_for_two_consumers_is_told_before_the_code_is_done() {
        assert_eq!(mismatches(2), []);
        let found = mismatches(1);
        assert!(!found.is_empty());
        assert!(found.iter().all(|m| (m.consumers, m.put) == (2, 1)));
    }
}
