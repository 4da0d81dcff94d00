//! sysinfo, asked for no more than CPU and memory.

use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System};

pub struct Library {
    system: System,
}

impl Library {
    pub fn open() -> anyhow::Result<Self> {
        Ok(Self {
            system: System::new()?,
        })
    }

    pub fn refresh(&mut self) -> usize {
        let light = ProcessRefreshKind::nothing()
            .without_tasks()
            .with_cpu()
            .with_memory();
        self.system
            .refresh_processes_specifics(ProcessesToUpdate::All, true, light);
        self.system.processes().len()
    }
}
