//! The rows: a population each, watched by the product's sampler and by somebody else.

mod floor;
mod library;
mod population;
mod product;
mod tool;

use std::process::ExitCode;

use parking_lot::Mutex;
use proclab::os::own_cpu_nanos;

use crate::harness::figure::{Figure, Figures, Unit};
use crate::harness::row::{Rival, Row, Size};
use floor::Floor;
use library::Library;
use population::{Kind, Population};
use product::Product;

const N_250: Kind = Kind::small(250);
const N_2000: Kind = Kind::small(2_000);
const N_10000: Kind = Kind::small(10_000);
const THREADS: Kind = Kind {
    processes: 200,
    threads: 50,
};

/// CPU time per process and refresh: the only figure of most rows.
const CPU: Figure = Figure {
    key: "cpu",
    title: "",
    unit: Unit::Microseconds,
    ratio: None,
    bound: None,
};

/// A row over one population against one rival. The commitment is the most that we may take, as a part of what it takes.
macro_rules! row {
    ($name:literal, $what:literal, $kind:ident, $rival:expr, $at_most:literal) => {
        Row {
            name: $name,
            what: $what,
            ours: |refreshes| with(&$kind, refreshes, |watched| Ok(watched.product.refresh())),
            rivals: &[$rival],
            size: Size::Timed {
                least: 1,
                most: 2_000,
            },
            figures: &[Figure {
                ratio: Some(1.0 / $at_most),
                ..CPU
            }],
            alone: false,
            beside_hogs: false,
        }
    };
}

/// Reads `stat` of every process by open, read and close, and nothing else.
macro_rules! floor {
    ($kind:ident) => {
        Rival::Own("plain loop", |refreshes| {
            with(&$kind, refreshes, |watched| watched.floor.refresh())
        })
    };
}

/// sysinfo's refresh of CPU and memory, without threads.
macro_rules! sysinfo {
    ($kind:ident) => {
        Rival::Own("sysinfo", |refreshes| {
            with(&$kind, refreshes, |watched| Ok(watched.library.refresh()))
        })
    };
}

const PSUTIL: Rival = Rival::Python("psutil");

/// Everything that is measured; rows of one population stand together, so that it is made once.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    row!("plain-250", "250 processes; a plain loop over stat", N_250, floor!(N_250), 0.75),
    row!("sysinfo-250", "250 processes; sysinfo's light refresh", N_250, sysinfo!(N_250), 0.25),
    row!("psutil-250", "250 processes; psutil: pid, name, CPU, memory, status, user, threads", N_250, PSUTIL, 0.12),
    row!("tutorial-250", "250 processes; the 17 calls of the tutorial's processInfo", N_250, PSUTIL, 0.02),
    row!("plain-2000", "2,000 processes; a plain loop over stat", N_2000, floor!(N_2000), 0.75),
    row!("sysinfo-2000", "2,000 processes; sysinfo's light refresh", N_2000, sysinfo!(N_2000), 0.25),
    row!("psutil-2000", "2,000 processes; psutil, as above", N_2000, PSUTIL, 0.12),
    row!("tutorial-2000", "2,000 processes; the tutorial's processInfo", N_2000, PSUTIL, 0.02),
    tool::HTOP,
    tool::BTM,
    row!("plain-10000", "10,000 processes; a plain loop over stat", N_10000, floor!(N_10000), 0.77),
    Row {
        ours: |refreshes| with(&N_10000, refreshes, |watched| Ok(watched.product.refresh_filtered())),
        ..row!("cmd-10000", "10,000 processes filtered by cmd:; a plain loop over stat and cmdline", N_10000,
            Rival::Own("plain loop", |refreshes| with(&N_10000, refreshes, |watched| watched.floor.refresh_with_arguments())), 0.77)
    },
    row!("sysinfo-10000", "10,000 processes; sysinfo's light refresh", N_10000, sysinfo!(N_10000), 0.32),
    row!("psutil-10000", "10,000 processes; psutil, as above", N_10000, PSUTIL, 0.15),
    row!("tutorial-10000", "10,000 processes; the tutorial's processInfo", N_10000, PSUTIL, 0.02),
    row!("plain-threads", "200 processes of 50 threads; a plain loop over stat", THREADS, floor!(THREADS), 0.85),
    row!("sysinfo-threads", "200 processes of 50 threads; sysinfo's light refresh", THREADS, sysinfo!(THREADS), 0.40),
    row!("psutil-threads", "200 processes of 50 threads; psutil, as above", THREADS, PSUTIL, 0.20),
    row!("tutorial-threads", "200 processes of 50 threads; the tutorial's processInfo", THREADS, PSUTIL, 0.02),
];

/// The population there is, and whoever watches it, warm from round to round.
struct Watched {
    population: Population,
    product: Product,
    floor: Floor,
    library: Library,
}

static WATCHED: Mutex<Option<Watched>> = Mutex::new(None);

/// Does what this program is started for as part of a population.
pub fn enter() -> Option<ExitCode> {
    population::enter()
}

/// Ends the last population.
pub fn end() {
    *WATCHED.lock() = None;
}

/// One round: so many refreshes over a population, which is made if it is not there. A refresh tells how many processes it
/// has read.
fn with(
    kind: &Kind,
    refreshes: u64,
    mut refresh: impl FnMut(&mut Watched) -> anyhow::Result<usize>,
) -> anyhow::Result<Figures> {
    let mut watched = WATCHED.lock();
    let watched = ensure(&mut watched, kind)?;
    let mut processes = 0;
    let begun = own_cpu_nanos();
    for _ in 0..refreshes {
        let read = refresh(watched)?;
        anyhow::ensure!(read >= kind.processes, "only {read} processes were read");
        processes += read;
    }
    let nanos = own_cpu_nanos().saturating_sub(begun).max(1) as f64;
    Ok([
        ("cpu".to_owned(), nanos / 1e3 / processes as f64),
        ("rate".to_owned(), refreshes as f64 / nanos * 1e9),
    ]
    .into())
}

fn ensure<'a>(watched: &'a mut Option<Watched>, kind: &Kind) -> anyhow::Result<&'a mut Watched> {
    if watched
        .as_ref()
        .is_none_or(|watched| watched.population.kind != *kind)
    {
        // The old one first: both together are more than was asked for.
        *watched = None;
        let population = Population::start(kind)?;
        // The first look opens and reads what later ones know, which is not what is measured, and would make a round look as long as
        // one refresh: then caches are cold for us alone.
        let mut product = Product::open()?;
        product.refresh();
        *watched = Some(Watched {
            population,
            product,
            floor: Floor::open()?,
            library: Library::open()?,
        });
    }
    watched
        .as_mut()
        .ok_or_else(|| anyhow::anyhow!("it was just made"))
}
