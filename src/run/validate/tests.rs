//! Tests of what is wrong with configurations.

use crate::run::config::{CallConfig, RunConfig};
use crate::task::value::Value;

fn pool(calls: &[CallConfig]) -> RunConfig {
    RunConfig {
        processes: Some(3),
        tasks: calls.to_vec(),
        ..RunConfig::pool()
    }
}

fn words(config: &RunConfig) -> Vec<String> {
    config.problems(8).iter().map(ToString::to_string).collect()
}

#[test]
fn a_good_pool_has_no_problems() {
    assert_eq!(
        words(&pool(&[CallConfig::new(
            "work",
            vec!["work0".into(), 0.into()]
        )])),
        [""; 0]
    );
}

#[test]
fn each_problem_names_the_field_and_what_is_allowed() {
    let mut config = pool(&[]);
    config.processes = Some(0);
    config.time_scale = -1.0;
    assert_eq!(
        words(&config),
        [
            "time_scale: -1: choose 0 to 1000",
            "processes: 0: choose 1 to 256 (this program may use 8 CPUs)",
            "tasks: needs at least one entry"
        ]
    );
    let config = pool(&[
        CallConfig::new("wrok", vec![]),
        CallConfig::new("producer", vec![]),
        CallConfig::new("work", vec![]),
    ]);
    assert_eq!(
        words(&config),
        [
            "tasks[0]: there is no 'wrok'; there is work, count_primes, sha256_file, announce",
            "tasks[1]: 'producer' cannot be used here; use work, count_primes, sha256_file, announce",
            "tasks[2]: work() is missing the argument 'key': text",
        ]
    );
    let mut config = pool(&[CallConfig::new("announce", vec!["hi".into()])]);
    config.callback = Some("nothing".into());
    config.queues = RunConfig::producer_consumer(0).queues;
    assert_eq!(
        words(&config),
        [
            "callback: there is no 'nothing'; there is callback_work",
            "queues: has a meaning only with kind = \"producer_consumer\""
        ]
    );
}

#[test]
fn a_producer_needs_an_existing_queue() {
    let mut config = RunConfig::producer_consumer(0);
    config.producers = vec![CallConfig::new(
        "producer",
        vec!["xxx".into(), Value::Queue("drink".into()), 2.into()],
    )];
    config.consumers = vec![CallConfig::new(
        "consumer",
        vec![Value::Queue("food".into())],
    )];
    assert_eq!(
        words(&config),
        ["producers[0]: there is no 'drink'; there is food"]
    );
}
