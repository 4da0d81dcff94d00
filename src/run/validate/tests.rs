//! Tests of what is wrong with configurations.

use crate::run::call::CallConfig;
use crate::run::config::RunConfig;
use crate::run::kinds::KindConfig;
use crate::run::kinds::pool::PoolConfig;
use crate::run::kinds::producer_consumer::ProducerConsumerConfig;
use crate::task::value::Value;

fn pool(calls: &[CallConfig]) -> PoolConfig {
    PoolConfig {
        processes: Some(3),
        tasks: calls.to_vec(),
        ..PoolConfig::default()
    }
}

fn words_of(config: &RunConfig) -> Vec<String> {
    config.problems(8).iter().map(ToString::to_string).collect()
}

fn words(kind: impl Into<KindConfig>) -> Vec<String> {
    words_of(&RunConfig::new(kind))
}

#[test]
fn a_good_pool_has_no_problems() {
    assert_eq!(
        words(pool(&[CallConfig::new(
            "work",
            vec!["work0".into(), 0.into()]
        )])),
        [""; 0]
    );
}

#[test]
fn each_problem_names_the_field_and_what_is_allowed() {
    let mut empty = pool(&[]);
    empty.processes = Some(0);
    let mut config = RunConfig::new(empty);
    config.time_scale = -1.0;
    assert_eq!(
        words_of(&config),
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
        words(config.clone()),
        [
            "tasks[0]: there is no 'wrok'; there is work, count_primes, sha256_file, nap, fail, crash, announce",
            "tasks[1]: 'producer' cannot be used here; use work, count_primes, sha256_file, nap, fail, crash, announce",
            "tasks[2]: work() is missing the argument 'key': text",
        ]
    );
    let mut config = pool(&[CallConfig::new("announce", vec!["hi".into()])]);
    config.callback = Some("nothing".into());
    assert_eq!(
        words(config),
        ["callback: there is no 'nothing'; there is callback_work"]
    );
}

fn read(text: &str) -> Vec<String> {
    words_of(&RunConfig::from_toml(text).unwrap())
}

#[test]
fn fields_of_other_kinds_are_told_beside_the_rest() {
    let pool = "version = 1\nkind = \"pool\"\nprocesses = 0\n";
    assert_eq!(
        read(&format!(
            "{pool}queues = [{{ name = \"food\" }}]\nmain_seconds = 1.0\n[[tasks]]\ntarget = \"work\"\nargs = [\"a\", 1]\ndaemon = true\n"
        )),
        [
            "processes: 0: choose 1 to 256 (this program may use 8 CPUs)",
            "main_seconds: has a meaning only with kind = \"processes\"",
            "queues: has a meaning only with kind = \"producer_consumer\"",
            "tasks: daemon: has a meaning only with kind = \"processes\"",
        ]
    );
    let group =
        "version = 1\nkind = \"processes\"\ntasks = [{ target = \"run\", args = [\"a\"] }]\n";
    let needs = "has a meaning only with kind = \"pool\"";
    assert_eq!(
        read(&format!(
            "{group}max_tasks_per_child = 1\nretries = 1\ntimeout = 1.0\n"
        )),
        ["max_tasks_per_child", "retries", "timeout"].map(|key| format!("{key}: {needs}"))
    );
    let food = read(
        "version = 1\nkind = \"producer_consumer\"\ntasks = [{ target = \"run\", args = [\"a\"] }]\n",
    );
    let tasks = "tasks: has a meaning only with kind = \"processes\" or \"pool\"".to_owned();
    assert!(food.contains(&tasks), "{food:?}");
    // Written as it is where it is left out, it says nothing: earlier versions wrote every key of every kind.
    assert_eq!(read(&format!("{group}retries = 0\nqueues = []\n")), [""; 0]);
}

#[test]
fn a_producer_needs_an_existing_queue() {
    let mut config = ProducerConsumerConfig::around_food(0);
    config.producers = vec![CallConfig::new(
        "producer",
        vec!["xxx".into(), Value::Queue("drink".into()), 2.into()],
    )];
    config.consumers = vec![CallConfig::new(
        "consumer",
        vec![Value::Queue("food".into())],
    )];
    assert_eq!(
        words(config.clone()),
        ["producers[0]: there is no 'drink'; there is food"]
    );
    config.queues = vec![config.queues[0].clone(); 17];
    let queues: Vec<_> = words(config.clone())
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
    let words = words(config);
    let expected = "producers[0]: there is no 'drink'; there is none";
    assert!(words.iter().any(|word| word == expected), "{words:?}");
}

#[test]
fn limits_have_ranges_and_belong_to_pools() {
    let mut config = pool(&[CallConfig::new("work", vec!["a".into(), 1.into()])]);
    config.max_tasks_per_child = Some(2);
    config.timeout = Some(2.5);
    config.retries = 3;
    assert_eq!(words(config.clone()), [""; 0]);
    config.max_tasks_per_child = Some(0);
    config.timeout = Some(f64::NAN);
    config.retries = 101;
    assert_eq!(
        words(config.clone()),
        [
            "max_tasks_per_child: 0: choose 1 to 100000",
            "timeout: NaN: choose 0.001 to 86400",
            "retries: 101: choose 0 to 100",
        ]
    );
}
