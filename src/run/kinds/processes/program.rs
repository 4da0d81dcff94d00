//! The main of a group of processes.

use super::ProcessesConfig;
use crate::multiprocess::Process;
use crate::run::event::{Role, Stream};
use crate::run::program::{Main, ProgramError, RunEngine};

pub(super) fn carry_out(config: &ProcessesConfig, engine: &RunEngine, main: &Main<'_>) -> Result<(), ProgramError> {
    for (index, each) in config.tasks.iter().enumerate() {
        if main.is_stopped() {
            return Ok(());
        }
        let number = index + 1;
        let call = each.call();
        let mut process = Process::new(engine.engine(), call.encode());
        if let Some(name) = &each.name {
            process = process.with_name(name.clone());
        }
        process = process.with_os_name(format!("process-{number}"));
        process.set_daemon(each.daemon)?;
        engine.introduce(&process, format!("P{number}"), Role::Process);
        let (start, join) = (format!("start {number}"), format!("join {number}"));
        let args = call.to_string();
        main.call(&start, &format!("p{number}.start"), &args, || {
            process.start()
        })?;
        if each.join {
            main.call(&join, &format!("p{number}.join"), "", || process.join(None))?;
        }
    }
    if let Some(words) = &config.main_prints {
        let print = || main.print(Stream::Stdout, words);
        main.call("print", "print", &format!("{words:?}"), print);
    }
    if config.main_seconds > 0.0 {
        let seconds = config.main_seconds;
        let sleep = || main.sleep(seconds);
        main.call("sleep", "time.sleep", &seconds.to_string(), sleep);
    }
    main.finish();
    Ok(())
}
