//! The program of a pool, as people read it.

use super::{PoolConfig, PoolMode};
use crate::run::kinds::CALLS_SHOWN;
use crate::run::listing::MainCode;

pub(super) fn text(config: &PoolConfig) -> String {
    let mut code = MainCode::default();
    code.add(&format!("pool = Pool({})  #: Pool", config.arguments()));
    if let Some(limits) = limits_text(config) {
        code.add(&limits);
    }
    code.add("calls = [");
    for call in config.tasks.iter().take(CALLS_SHOWN) {
        code.add(&format!("    ({call}),"));
    }
    if config.tasks.len() > CALLS_SHOWN {
        let more = config.tasks.len() - CALLS_SHOWN;
        code.add(&format!("    # ... and {more} more"));
    }
    code.add("]");
    match config.pool_mode() {
        PoolMode::Apply => {
            code.add("for task, args in calls:");
            code.add("    value = pool.apply(task, args)  #: pool.apply");
            code.add("    print(value)  #: print");
            code.add("pool.close()  #: pool.close");
            code.add("pool.join()  #: pool.join");
        }
        PoolMode::ApplyAsync => {
            let callbacks: String = [
                ("callback", &config.callback),
                ("error_callback", &config.error_callback),
            ]
            .into_iter()
            .filter_map(|(key, name)| Some(format!(", {key}={}", name.as_ref()?)))
            .collect();
            code.add("results = []");
            code.add("for task, args in calls:");
            code.add(&format!(
                "    result = pool.apply_async(task, args{callbacks})  #: pool.apply_async"
            ));
            code.add("    results.append(result)");
            code.add("pool.close()  #: pool.close");
            code.add("pool.join()  #: pool.join");
            if config.callback.is_none() {
                code.add("for result in results:");
                code.add("    print(result.get())  #: result.get");
            }
        }
    }
    code.into_text()
}

/// What Python's pools do not have, as a remark.
fn limits_text(config: &PoolConfig) -> Option<String> {
    let timeout = config.timeout.map(|seconds| format!("timeout={seconds} s"));
    let retries = (config.retries > 0).then(|| format!("retries={}", config.retries));
    let limits: Vec<_> = [timeout, retries].into_iter().flatten().collect();
    let limits = limits.join(", ");
    (!limits.is_empty())
        .then(|| format!("# each task with {limits}: Python's Pool has no such thing"))
}
