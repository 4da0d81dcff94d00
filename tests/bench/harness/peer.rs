//! A peer: a Python interpreter with `peers.py`, asked round by round.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::Context as _;

use super::figure::Figures;
use super::row::WORKERS;

/// Where `peers.py` is.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench");

/// One interpreter that serves one row of one peer.
pub struct Peer {
    child: Child,
    /// Closed first of all at the end: that is how it knows.
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// Which peers this machine has.
#[derive(Debug)]
pub struct Installed {
    python: PathBuf,
    /// Asked so far: the version of those that are there.
    versions: BTreeMap<&'static str, Option<String>>,
}

impl Installed {
    /// Nobody was asked yet.
    pub fn new(python: &Path) -> Self {
        Self {
            python: python.to_owned(),
            versions: BTreeMap::new(),
        }
    }

    /// Whether there is a Python at all.
    pub fn any(&self) -> bool {
        Command::new(&self.python)
            .arg("-V")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Those asked so far that are there, with their versions.
    pub fn present(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let versions = self.versions.iter();
        versions.filter_map(|(name, version)| Some((*name, version.as_deref()?)))
    }

    /// Those asked so far that are not there.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        let versions = self.versions.iter();
        versions.filter_map(|(name, version)| version.is_none().then_some(*name))
    }

    /// Whether this peer is there. It is asked in an interpreter of its own, which may import what a measured one may not.
    pub fn has(&mut self, name: &'static str) -> anyhow::Result<bool> {
        if !self.versions.contains_key(name) {
            let mut peer = Peer::open(&self.python, name, "version")?;
            let answer = peer.answer()?;
            let version = answer.strip_prefix("ready ").map(str::to_owned);
            self.versions.insert(name, version);
        }
        Ok(self.versions.get(name).is_some_and(Option::is_some))
    }

    /// Whether this program is there, and answers for its version.
    pub fn has_program(&mut self, name: &'static str) -> bool {
        let version = self.versions.entry(name).or_insert_with(|| {
            let told = Command::new(name).arg("--version").output().ok()?;
            let text = String::from_utf8(told.stdout).ok()?;
            Some(text.split_ascii_whitespace().nth(1)?.to_owned())
        });
        version.is_some()
    }

    /// Starts an interpreter that serves a row.
    pub fn start(&self, name: &str, row: &str) -> anyhow::Result<Peer> {
        let mut peer = Peer::open(&self.python, name, row)?;
        let answer = peer.answer()?;
        anyhow::ensure!(answer.starts_with("ready"), "{answer}");
        Ok(peer)
    }
}

impl Peer {
    fn open(python: &Path, peer: &str, row: &str) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program has no path")?;
        let mut child = Command::new(python)
            // Nothing is to be compiled into the source tree.
            .args(["-B", "-c", "import sys, peers; peers.main(*sys.argv[1:])"])
            .args([peer, row, &WORKERS.to_string()])
            .arg(program)
            .env("PYTHONPATH", FOLDER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Libraries complain there about workers that are killed on purpose.
            .stderr(Stdio::null())
            // A peer that hangs ends its whole group.
            .process_group(0)
            .spawn()
            .with_context(|| format!("could not start {}", python.display()))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("a pipe was asked for")?;
        Ok(Self {
            child,
            stdin,
            stdout: BufReader::new(stdout),
        })
    }

    /// One round of so many operations.
    pub fn round(&mut self, count: u64) -> anyhow::Result<Figures> {
        let stdin = self.stdin.as_mut().context("a pipe was asked for")?;
        writeln!(stdin, "round {count}").context("it has ended")?;
        let answer = self.answer()?;
        let figures = answer.strip_prefix("figures ").context(answer.clone())?;
        let figure = |word: &str| {
            let (key, number) = word.split_once('=')?;
            Some((key.to_owned(), number.parse().ok()?))
        };
        let figures: Option<_> = figures.split(' ').map(figure).collect();
        figures.with_context(|| format!("it answered {answer:?}"))
    }

    fn answer(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        let line = line.strip_suffix('\n');
        Ok(line
            .context("it hung or crashed, and gave no answer")?
            .to_owned())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It has its own deadline; how it ended does not matter any more.
        self.child.wait().ok();
    }
}
