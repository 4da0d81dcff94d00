//! The main of producers and consumers.

use super::{ProducerConsumerConfig, QueueConfig};
use crate::multiprocess::{Process, Queue};
use crate::run::call::CallConfig;
use crate::run::event::{Role, Stream};
use crate::run::program::{Main, ProgramError, RunEngine};
use crate::task::{self, value::Value};

pub(super) fn carry_out(
    config: &ProducerConsumerConfig,
    engine: &RunEngine,
    main: &Main<'_>,
) -> Result<(), ProgramError> {
    let mut queues = Vec::with_capacity(config.queues.len());
    for QueueConfig { name, maxsize } in &config.queues {
        let shown = if *maxsize == 0 {
            String::new()
        } else {
            maxsize.to_string()
        };
        queues.push(main.call("Queue", "Queue", &shown, || {
            Queue::new(engine.engine(), name, *maxsize)
        })?);
    }
    let producers = start_all(engine, main, &config.producers, Role::Producer)?;
    let consumers = start_all(engine, main, &config.consumers, Role::Consumer)?;
    join_producers(main, &producers, &consumers, &queues)?;
    let sentinels = config.sentinels.unwrap_or(0);
    for name in config.sentinel_queues() {
        let Some(queue) = queues.iter().find(|queue| queue.name() == name) else {
            continue;
        };
        let sentinel = task::bytes_from_value(&Value::Null);
        let put = main.call("put", &format!("{name}.put"), "None", || {
            queue.put(sentinel)
        });
        if put.is_err() {
            break;
        }
    }
    if (sentinels as usize) < consumers.len() && !main.is_stopped() {
        let (count, short) = (consumers.len(), consumers.len() - sentinels as usize);
        complain(
            main,
            &format!("{count} consumers, but {sentinels} sentinels were put: {short} of them will wait for ever"),
        );
    }
    for (label, process) in &consumers {
        main.call("join consumers", &format!("{label}.join"), "", || {
            process.join(None)
        })?;
    }
    main.finish();
    Ok(())
}

/// Joins the producers. If all consumers end before them, nothing empties a bounded queue any more: then all are closed, so
/// that a put gets an error instead of waiting for ever.
fn join_producers(
    main: &Main<'_>,
    producers: &[(String, Process)],
    consumers: &[(String, Process)],
    queues: &[Queue],
) -> Result<(), ProgramError> {
    let is_bounded = queues.iter().any(|queue| queue.maxsize() > 0);
    for (label, producer) in producers {
        main.call("join producers", &format!("{label}.join"), "", || {
            while is_bounded && producer.is_alive()? {
                let alive = |process: &&Process| process.is_alive().unwrap_or(false);
                let mut watched: Vec<_> = consumers
                    .iter()
                    .map(|(_, consumer)| consumer)
                    .filter(alive)
                    .collect();
                if watched.is_empty() {
                    let words = match queues {
                        [_] => "every consumer has ended: the queue is closed",
                        _ => "every consumer has ended: the queues are closed",
                    };
                    complain(main, words);
                    queues.iter().for_each(Queue::close);
                    break;
                }
                watched.push(producer);
                Process::wait_any(&watched, None);
            }
            producer.join(None)
        })?;
    }
    Ok(())
}

/// Prints a line of the main's own to its standard error.
fn complain(main: &Main<'_>, words: &str) {
    main.print(Stream::Stderr, &format!("main: {words}"));
}

fn start_all(
    engine: &RunEngine,
    main: &Main<'_>,
    calls: &[CallConfig],
    role: Role,
) -> Result<Vec<(String, Process)>, ProgramError> {
    let letter = if role == Role::Producer { 'P' } else { 'C' };
    let mut started = Vec::with_capacity(calls.len());
    for (index, call) in calls.iter().enumerate() {
        if main.is_stopped() {
            break;
        }
        let label = format!("{letter}{}", index + 1);
        let os_name = match (role, call.args.first()) {
            (Role::Producer, Some(Value::Str(name))) => format!("{}-{name}", call.target),
            _ => format!("{}-{label}", call.target),
        };
        let mut process = Process::new(engine.engine(), call.encode()).with_os_name(os_name);
        engine.introduce(&process, label.clone(), role);
        main.call(
            "start",
            &format!("{label}.start"),
            &call.to_string(),
            || process.start(),
        )?;
        started.push((label, process));
    }
    Ok(started)
}
