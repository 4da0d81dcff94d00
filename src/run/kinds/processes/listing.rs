//! The program of a group of processes, as people read it.

use super::ProcessesConfig;
use crate::run::kinds::CALLS_SHOWN;
use crate::run::listing::MainCode;

pub(super) fn text(config: &ProcessesConfig) -> String {
    let mut code = MainCode::default();
    for (index, process) in config.tasks.iter().take(CALLS_SHOWN).enumerate() {
        let number = index + 1;
        let name = process
            .name
            .as_ref()
            .map(|name| format!(", name={name:?}"))
            .unwrap_or_default();
        let daemon = if process.daemon { ", daemon=True" } else { "" };
        code.add(&format!(
            "p{number} = Process(target={}, {}{name}{daemon})",
            process.target,
            process.call().process_arguments()
        ));
        code.add(&format!("p{number}.start()  #: start {number}"));
        if process.join {
            code.add(&format!("p{number}.join()  #: join {number}"));
        }
    }
    if config.tasks.len() > CALLS_SHOWN {
        let more = config.tasks.len() - CALLS_SHOWN;
        code.add(&format!("...  # and {more} more  #: start"));
    }
    if let Some(words) = &config.main_prints {
        code.add(&format!("print({words:?})  #: print"));
    }
    if config.main_seconds > 0.0 {
        code.add(&format!("time.sleep({:?})  #: sleep", config.main_seconds));
    }
    code.into_text()
}
