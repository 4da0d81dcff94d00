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
            "tasks[0]: there is no 'wrok'; there is work, count_primes, sha256_file, nap, fail, crash, announce",
            "tasks[1]: 'producer' cannot be used here; use work, count_primes, sha256_file, nap, fail, crash, announce",
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
    config.queues = vec![config.queues[0].clone(); 17];
    let queues: Vec<_> = words(&config)
        .into_iter()
        .skip_while(|it| !it.starts_with("queues"))
        .take(2)
        .collect();
    assert_eq!(
        queues,
        [
            "queues: 17 entries, of at most 16",
            "queues: 'food' is there twice"
        ]
    );
    config.queues.clear();
    let words = words(&config);
    let expected = "producers[0]: there is no 'drink'; there is none";
    assert!(words.iter().any(|word| word == expected), "{words:?}");
}

#[test]
fn limits_have_ranges_and_belong_to_pools() {
    let mut config = pool(&[CallConfig::new("work", vec!["a".into(), 1.into()])]);
    config.max_tasks_per_child = Some(2);
    config.timeout = Some(2.5);
    config.retries = 3;
    assert_eq!(words(&config), [""; 0]);
    config.max_tasks_per_child = Some(0);
    config.timeout = Some(f64::NAN);
    config.retries = 101;
    assert_eq!(
        words(&config),
        [
            "max_tasks_per_child: 0: choose 1 to 100000",
            "timeout: NaN: choose 0.001 to 86400",
            "retries: 101: choose 0 to 100",
        ]
    );
    let group = RunConfig {
        tasks: vec![CallConfig::new("run", vec!["a".into()])],
        max_tasks_per_child: Some(1),
        timeout: Some(1.0),
        retries: 1,
        ..RunConfig::processes()
    };
    let needs = "has a meaning only with kind = \"pool\"";
    assert_eq!(
        words(&group),
        ["max_tasks_per_child", "timeout", "retries"].map(|key| format!("{key}: {needs}"))
    );
}
