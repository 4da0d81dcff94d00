//! The product's sampler.

use std::time::{Duration, Instant};

use proclab::monitor::extra::Wanted;
use proclab::monitor::source::{Source, native};
use proclab::monitor::{Filter, Snapshot, Tick};
use proclab::os::this;

/// From one look to the next, as far as the sampler is told: how much it reads depends on how old things are, and the looks of a
/// benchmark follow each other at once.
const INTERVAL: Duration = Duration::from_secs(1);

/// It, and the picture that the window holds while the next one is taken.
pub struct Product {
    source: Box<dyn Source>,
    begun: Instant,
    ticks: u32,
    latest: Option<Snapshot>,
    filter: Filter,
}

impl Product {
    pub fn open() -> anyhow::Result<Self> {
        // As the window does.
        this::raise_open_files_limit();
        Ok(Self {
            source: native()?,
            begun: Instant::now(),
            ticks: 0,
            latest: None,
            filter: Filter::parse("cmd:__nursery")?,
        })
    }

    /// A look at all processes.
    pub fn refresh(&mut self) -> usize {
        self.source.want(Wanted::default());
        self.look().rows.len()
    }

    /// The same with a filter by the command line; how many pass.
    pub fn refresh_filtered(&mut self) -> usize {
        let facts = self.filter.facts();
        self.source.want(Wanted::default().looking_at(facts));
        self.look();
        let snapshot = self.latest.as_ref();
        let passing = snapshot.map(|snapshot| {
            let rows = snapshot.rows.iter();
            rows.filter(|row| self.filter.matches(row, snapshot))
                .count()
        });
        passing.unwrap_or(0)
    }

    fn look(&mut self) -> &Snapshot {
        self.ticks += 1;
        let tick = Tick {
            instant: self.begun + INTERVAL * self.ticks,
            ..Tick::now(self.ticks.into(), INTERVAL)
        };
        let snapshot = self.source.sample(tick);
        self.latest.insert(snapshot)
    }
}
