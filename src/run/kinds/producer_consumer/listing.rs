//! The program of producers and consumers, as people read it.

use super::ProducerConsumerConfig;
use crate::run::kinds::CALLS_SHOWN;
use crate::run::listing::MainCode;

pub(super) fn text(config: &ProducerConsumerConfig) -> String {
    let mut code = MainCode::default();
    for queue in &config.queues {
        let maxsize = if queue.maxsize == 0 {
            String::new()
        } else {
            queue.maxsize.to_string()
        };
        code.add(&format!("{} = Queue({maxsize})  #: Queue", queue.name));
    }
    for (name, calls) in [
        ("producers", &config.producers),
        ("consumers", &config.consumers),
    ] {
        code.add(&format!("{name} = ["));
        for call in calls.iter().take(CALLS_SHOWN) {
            code.add(&format!(
                "    Process(target={}, {}),",
                call.target,
                call.process_arguments()
            ));
        }
        if calls.len() > CALLS_SHOWN {
            code.add(&format!("    # ... and {} more", calls.len() - CALLS_SHOWN));
        }
        code.add("]");
    }
    code.add("for process in producers + consumers:");
    code.add("    process.start()  #: start");
    code.add("for process in producers:");
    code.add("    process.join()  #: join producers");
    if let [queue] = &*config.queues {
        let sentinels = config
            .sentinels
            .map_or_else(|| "len(consumers)".to_owned(), |count| count.to_string());
        code.add(&format!("for _ in range({sentinels}):"));
        code.add(&format!("    {}.put(None)  #: put", queue.name));
    } else {
        code.add(&format!(
            "for queue in [{}]:",
            config.sentinel_queues().join(", ")
        ));
        code.add("    queue.put(None)  #: put");
    }
    code.add("for process in consumers:");
    code.add("    process.join()  #: join consumers");
    code.into_text()
}
