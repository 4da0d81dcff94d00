//! Which processes there are.

use std::time::{Duration, Instant};

use rustix::io::Errno;

use super::dir::{Dir, KeptFile};
use crate::os::ProcFs;

/// What was listed is relied on for so long at most. There are ways to be new without a pid that was given out: a process
/// that is restored gets the one it had, and a hidden one may show itself.
const RELIED_ON: Duration = Duration::from_secs(10);

/// Lists the processes only when a pid has been given out since it last did: to list them is a tenth of what a tick costs, and
/// whoever has ended says so when it is read.
#[derive(Debug, Default)]
pub struct Pids {
    /// Which pid was given out last is the last word of `loadavg`. `None` where that cannot be relied on.
    loadavg: Option<KeptFile>,
    listed: Option<Listed>,
}

#[derive(Debug)]
struct Listed {
    at: Instant,
    /// The pid that was given out last, before they were listed.
    newest: Option<u32>,
    /// It was the same when they were listed the time before. The kernel gives a pid out a moment before its process is there to be
    /// listed.
    is_settled: bool,
    pids: Vec<u32>,
}

impl Pids {
    /// Finds out whether this `/proc` says which pid was given out last: the kernel's own does, for the pid namespace of
    /// whoever asks.
    pub fn open(proc: &mut Dir, proc_fs: ProcFs) -> Self {
        let loadavg = proc.keep("loadavg").ok();
        Self {
            loadavg: loadavg.filter(|file| proc_fs == ProcFs::Own && file.is_the_kernels()),
            listed: None,
        }
    }

    /// Closes what is kept open. From then on they are listed in each tick.
    pub fn let_go(&mut self) {
        self.loadavg = None;
    }

    /// The processes of this tick; some may have ended.
    pub fn list(&mut self, proc: &mut Dir, now: Instant) -> Result<&[u32], Errno> {
        // Before they are listed: whoever comes meanwhile makes for another list.
        let newest = self.loadavg.as_ref();
        let newest = newest.and_then(|file| newest_pid(proc.reread(file).ok()?));
        let known = self.listed.take();
        let is_settled = known.as_ref().is_some_and(|known| known.newest == newest);
        let listed = match known.filter(|listed| listed.holds(now, newest)) {
            Some(listed) => listed,
            None => Listed {
                at: now,
                newest,
                is_settled,
                pids: proc.numbers(usize::MAX)?,
            },
        };
        Ok(&self.listed.insert(listed).pids)
    }

    /// They have ended. In the order in which they were listed.
    pub fn forget(&mut self, ended: &[u32]) {
        let mut ended = ended.iter().peekable();
        if let Some(listed) = &mut self.listed {
            listed.pids.retain(|pid| ended.next_if_eq(&pid).is_none());
        }
    }
}

impl Listed {
    /// Whether they still are all there are.
    fn holds(&self, now: Instant, newest: Option<u32>) -> bool {
        let is_young = now.saturating_duration_since(self.at) < RELIED_ON;
        is_young && self.is_settled && newest.is_some() && newest == self.newest
    }
}

/// The last word of `loadavg`. A system that only looks like Linux has 0 there.
fn newest_pid(loadavg: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(loadavg).ok()?;
    let pid = text.split_ascii_whitespace().nth(4)?.parse().ok()?;
    (pid > 0).then_some(pid)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::*;

    #[test]
    fn the_newest_pid_is_the_last_word() {
        assert_eq!(newest_pid(b"0.52 0.58 0.59 1/977 24735\n"), Some(24735));
        for strange in [&b"0.00 0.00 0.00 0/0 0\n"[..], b"1.0 1.0 1.0", b"\xff", b""] {
            assert_eq!(newest_pid(strange), None);
        }
    }

    #[test]
    fn a_list_holds_until_a_pid_is_given_out_and_never_for_long() {
        let at = Instant::now();
        let after = |seconds| at + Duration::from_secs(seconds);
        let listed = Listed {
            at,
            newest: Some(77),
            is_settled: true,
            pids: Vec::new(),
        };
        assert!(listed.holds(after(1), Some(77)) && listed.holds(after(9), Some(77)));
        assert!(!listed.holds(after(1), Some(78)) && !listed.holds(after(1), None));
        assert!(!listed.holds(after(10), Some(77)));
        let silent = Listed {
            newest: None,
            ..listed
        };
        assert!(!silent.holds(after(1), None));
    }

    /// What was listed while a pid was given out and its process not there yet lacks just that one.
    #[test]
    fn a_list_holds_once_two_looks_have_found_the_same_pid_to_be_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let given_out = |pid: u32| {
            std::fs::write(folder.path().join("loadavg"), format!("1 1 1 1/1 {pid}\n")).unwrap();
        };
        let there = |pid: u32| std::fs::create_dir(folder.path().join(pid.to_string())).unwrap();
        given_out(4);
        there(4);
        let mut proc = Dir::open(folder.path()).unwrap();
        let mut pids = Pids {
            loadavg: proc.keep("loadavg").ok(),
            listed: None,
        };
        let mut list = |proc: &mut Dir| {
            let mut listed = pids.list(proc, Instant::now()).unwrap().to_vec();
            listed.sort_unstable();
            listed
        };
        assert_eq!(list(&mut proc), [4]);
        given_out(5);
        assert_eq!(list(&mut proc), [4]);
        there(5);
        assert_eq!(list(&mut proc), [4, 5]);
        // From now on it holds: one that comes without a pid being given out is not looked for.
        there(6);
        assert_eq!(list(&mut proc), [4, 5]);
        given_out(6);
        assert_eq!(list(&mut proc), [4, 5, 6]);
    }

    #[test]
    fn whoever_comes_is_listed_and_whoever_has_ended_is_forgotten() {
        let mut proc = Dir::open(Path::new("/proc")).unwrap();
        let mut pids = Pids::open(&mut proc, ProcFs::Own);
        pids.list(&mut proc, Instant::now()).unwrap();
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        let listed = pids.list(&mut proc, Instant::now()).unwrap();
        assert!(listed.contains(&child.id()));
        let before = listed.len();
        pids.forget(&[child.id()]);
        child.kill().unwrap();
        child.wait().unwrap();
        let left = &pids.listed.as_ref().unwrap().pids;
        assert!(left.len() == before - 1 && !left.contains(&child.id()));
    }

    #[test]
    fn what_only_looks_like_proc_is_listed_each_time() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("loadavg"), "1 1 1 1/1 5\n").unwrap();
        let mut proc = Dir::open(folder.path()).unwrap();
        let mut pids = Pids::open(&mut proc, ProcFs::Own);
        assert_eq!(pids.list(&mut proc, Instant::now()), Ok(&[][..]));
        std::fs::create_dir(folder.path().join("4")).unwrap();
        assert_eq!(pids.list(&mut proc, Instant::now()), Ok(&[4][..]));
    }
}
