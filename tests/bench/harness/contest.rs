//! One row: all its variants take turns, round by round.

use anyhow::Context as _;

use super::figure::{Figure, Figures, Spread};
use super::options::Options;
use super::peer::{Installed, Peer};
use super::row::{Rival, Round, Row, Size};

/// What our own variant is called.
const OURS: &str = "ours";

/// How much more than the last time is tried at once while the right number is looked for.
const GROWTH: f64 = 16.0;

/// What the variants of a row reached.
pub struct Contest {
    ours: Vec<Figures>,
    rivals: Vec<(&'static str, Vec<Figures>)>,
    /// Who had to leave, and why.
    pub failed: Vec<(&'static str, String)>,
}

/// One figure of a contest.
pub struct Standing {
    /// Our rounds.
    pub ours: Spread,
    /// The rivals, the one first that we have the least advantage over.
    pub rivals: Vec<Opponent>,
}

/// How a rival did.
pub struct Opponent {
    /// Who.
    pub name: &'static str,
    /// The middle of its rounds.
    pub value: f64,
    /// How many times as good we are, round by round.
    pub ratio: Spread,
}

enum Runner {
    Own(Round),
    Python {
        name: &'static str,
        /// Whether its interpreter is there only during a round.
        alone: bool,
        /// Its interpreter, once it was needed.
        peer: Option<Peer>,
    },
}

struct Variant {
    name: &'static str,
    runner: Runner,
    /// How many operations a round has.
    count: u64,
    rounds: Vec<Figures>,
    failed: Option<String>,
}

impl Contest {
    /// Holds it with those of its rivals; `told` is told who is running.
    pub fn hold(
        row: &Row,
        rivals: &[Rival],
        options: &Options,
        installed: &mut Installed,
        told: &mut dyn FnMut(&str),
    ) -> anyhow::Result<Self> {
        let mut variants = vec![Variant::new(OURS, Runner::Own(row.ours))];
        for &rival in rivals {
            match rival {
                Rival::Own(name, round) => variants.push(Variant::new(name, Runner::Own(round))),
                Rival::Program(name, round) => {
                    if installed.has_program(name) {
                        variants.push(Variant::new(name, Runner::Own(round)));
                    }
                }
                Rival::Python(name) => {
                    if installed.has(name)? {
                        let alone = row.alone;
                        variants.push(Variant::new(
                            name,
                            Runner::Python {
                                name,
                                alone,
                                peer: None,
                            },
                        ));
                    }
                }
            }
        }
        let start = |name: &str| installed.start(name, row.name);
        for variant in &mut variants {
            told(&format!("{}: {}, warming up", row.name, variant.name));
            let warm = variant.warm_up(row.size, options.round_seconds(), &start);
            variant.keep_failure(warm);
        }
        let rounds = options.rounds();
        for round in 0..rounds {
            for turn in 0..variants.len() {
                // Nobody always follows the same other one.
                let place = (turn + round) % variants.len();
                let Some(variant) = variants
                    .get_mut(place)
                    .filter(|variant| variant.failed.is_none())
                else {
                    continue;
                };
                told(&format!(
                    "{}: {}, round {} of {rounds}",
                    row.name,
                    variant.name,
                    round + 1
                ));
                let figures = variant.round(variant.count, &start);
                let kept = figures.map(|figures| variant.rounds.push(figures));
                variant.keep_failure(kept);
            }
        }
        Self::conclude(variants)
    }

    fn conclude(variants: Vec<Variant>) -> anyhow::Result<Self> {
        let mut variants = variants.into_iter();
        let ours = variants.next().context("there is always our own variant")?;
        if let Some(why) = ours.failed {
            anyhow::bail!("our own variant failed: {why}");
        }
        let mut contest = Self {
            ours: ours.rounds,
            rivals: Vec::new(),
            failed: Vec::new(),
        };
        for variant in variants {
            match variant.failed {
                // Half of its rounds would not be paired.
                Some(why) => contest.failed.push((variant.name, why)),
                None => contest.rivals.push((variant.name, variant.rounds)),
            }
        }
        Ok(contest)
    }

    /// How one of the row's figures came out; `None` if no round gave it.
    pub fn standing(&self, figure: &Figure) -> Option<Standing> {
        let of = |rounds: &[Figures]| -> Vec<f64> {
            rounds
                .iter()
                .filter_map(|round| round.get(figure.key).copied())
                .collect()
        };
        let ours = of(&self.ours);
        let mut rivals: Vec<_> = self
            .rivals
            .iter()
            .filter_map(|(name, rounds)| {
                let theirs = of(rounds);
                let paired = ours.iter().zip(&theirs);
                let ratios = paired.map(|(ours, theirs)| figure.advantage(*ours, *theirs));
                Some(Opponent {
                    name,
                    ratio: Spread::of(ratios.collect())?,
                    value: Spread::of(theirs)?.median,
                })
            })
            .collect();
        rivals.sort_by(|one, other| one.ratio.median.total_cmp(&other.ratio.median));
        Some(Standing {
            ours: Spread::of(ours)?,
            rivals,
        })
    }
}

type Start<'a> = &'a dyn Fn(&str) -> anyhow::Result<Peer>;

impl Variant {
    fn new(name: &'static str, runner: Runner) -> Self {
        Self {
            name,
            runner,
            count: 1,
            rounds: Vec::new(),
            failed: None,
        }
    }

    fn keep_failure(&mut self, outcome: anyhow::Result<()>) {
        if let Err(error) = outcome {
            self.failed = Some(format!("{error:#}"));
        }
    }

    /// Runs rounds that do not count: caches and imports get warm, and the number of operations that takes a round's time
    /// is found.
    fn warm_up(&mut self, size: Size, seconds: f64, start: Start<'_>) -> anyhow::Result<()> {
        let (least, most) = match size {
            Size::Once => (1, 1),
            Size::Fixed(count) => (count, count),
            Size::MostForOurs { most, .. } if self.name == OURS => (most, most),
            Size::MostForOurs { least, most } | Size::Timed { least, most } => (least, most),
        };
        self.count = least;
        loop {
            let figures = self.round(self.count, start)?;
            if least == most {
                return Ok(());
            }
            let rate = figures.get("rate").context("a timed row gives a rate")?;
            let tried = self.count as f64;
            let wanted = (rate * seconds).clamp(least as f64, most as f64);
            self.count = wanted.min(tried * GROWTH) as u64;
            // The start of a round weighs too much in short ones to tell the rate of long ones.
            if wanted <= tried * GROWTH {
                return Ok(());
            }
        }
    }

    fn round(&mut self, count: u64, start: Start<'_>) -> anyhow::Result<Figures> {
        match &mut self.runner {
            Runner::Own(round) => round(count),
            Runner::Python {
                name, alone: true, ..
            } => start(name)?.round(count),
            Runner::Python { name, peer, .. } => {
                if peer.is_none() {
                    *peer = Some(start(name)?);
                }
                peer.as_mut().context("it was started")?.round(count)
            }
        }
    }
}
