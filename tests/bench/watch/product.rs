//! The product's sampler.

use std::time::Duration;

use proclab::monitor::source::{Source, native};
use proclab::monitor::{Snapshot, Tick};

/// It, and the picture that the window holds while the next one is taken.
pub struct Product {
    source: Box<dyn Source>,
    ticks: u64,
    latest: Option<Snapshot>,
}

impl Product {
    pub fn open() -> anyhow::Result<Self> {
        Ok(Self {
            source: native()?,
            ticks: 0,
            latest: None,
        })
    }

    pub fn refresh(&mut self) -> usize {
        self.ticks += 1;
        let snapshot = self
            .source
            .sample(Tick::now(self.ticks, Duration::from_secs(1)));
        let processes = snapshot.rows.len();
        self.latest = Some(snapshot);
        processes
    }
}
