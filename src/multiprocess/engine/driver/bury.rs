//! What becomes of a child that has ended, and of those whose parent it was.

use std::os::fd::OwnedFd;

use super::serve::{read_pipes, tell_lines};
use super::{Driver, signal_all};
use crate::multiprocess::engine::child::Child;
use crate::multiprocess::engine::handle::Shared;
use crate::multiprocess::observer::Event;
use crate::os::ladder::Ladder;
use crate::os::processes::Presence;
use crate::os::signal::Send;
use crate::os::{self, ChildKey, Monotonic, processes};

/// A process whose parent, a child of ours, has ended and with it whoever told of it.
#[derive(Debug)]
pub(super) struct Orphan {
    key: ChildKey,
    /// See [`State::take_orphans`](crate::multiprocess::engine::state::State::take_orphans).
    pidfd: Option<OwnedFd>,
    is_killed: bool,
}

impl Orphan {
    /// By its identity; one that is gone already is as good. Without a free descriptor it is tried again.
    fn kill(key: ChildKey, pidfd: Option<OwnedFd>) -> Self {
        let is_killed = processes::kill(key).is_ok();
        Self {
            key,
            pidfd,
            is_killed,
        }
    }

    /// Whether it is known to have ended, though its identity does not tell.
    fn has_ended(&self) -> bool {
        let now = Monotonic::default();
        let ended = |pidfd| processes::wait_for_end(pidfd, now).unwrap_or(false);
        self.pidfd.as_ref().is_some_and(ended)
    }
}

impl Driver {
    /// A worker that dies at work takes its group with it: its task counts as lost and may be tried again, so nothing of it
    /// may go on meanwhile, or hold the pipes. A worker that left because it was told to, and a `Process`, leave behind what
    /// they like, as in Python.
    pub(super) fn end_what_it_started(&mut self, shared: &Shared, id: u64) {
        if let Some(child) = self.children.get_mut(&id)
            && child.ladder.is_none()
            && shared.state.lock().died_at_work(id)
        {
            // Its number still is its own: it is reaped later.
            child.ladder = Some(Ladder::Killed);
            signal_all(child, &[Send::Stop, Send::Kill]);
        }
    }

    /// A child has ended: once its pipes are at their end, or were waited for long enough, it is reaped and told of.
    pub(super) fn bury(&mut self, shared: &Shared, id: u64) {
        let Some(child) = self.children.get_mut(&id) else {
            return;
        };
        read_pipes(child, &mut self.lines);
        tell_lines(&mut shared.state.lock(), id, child, &mut self.lines, None);
        let overdue = child
            .drain_until
            .is_none_or(|until| shared.clock.is_over(until));
        let open = child.open_pipes();
        if !open.is_empty() && !overdue {
            return;
        }
        for pipe in open {
            child.abandon_pipe(pipe, &mut self.lines);
            let mut state = shared.state.lock();
            tell_lines(&mut state, id, child, &mut self.lines, None);
            let pid = child.key.pid;
            state.tell(Monotonic::now(), Event::PipeLeaked { pid, pipe });
        }
        if child.ladder.is_some() {
            // Not reaped yet, so that the group's number still is its own.
            signal_all(child, &[Send::Kill]);
        }
        // An error means that something else has reaped our child: how it ended cannot be known any more.
        let reaped = os::reap(child.key.pid).ok().flatten();
        let reaped = reaped.unwrap_or(os::Reaped::UNKNOWN);
        let never_entered = child.hello_until.is_some();
        let max_rss_bytes = child.max_rss_bytes;
        let spent = self.children.remove(&id).map(Child::into_spent);
        let orphans = shared.state.lock().take_orphans(id);
        let orphans = orphans
            .into_iter()
            .map(|(key, pidfd)| Orphan::kill(key, pidfd));
        self.orphans.extend(orphans);
        let mut state = shared.state.lock();
        state.on_exited(id, reaped, max_rss_bytes, never_entered);
        // Its successor, if there is to be one, is among them.
        if !state.starts.is_empty() {
            state.reserve.inherit(spent.unwrap_or_default());
        }
    }

    /// Orphans end with their parent: the kernel kills them, and so do we. The subreaper among their ancestors, which may be
    /// us, inherits them.
    pub(super) fn bury_orphans(&mut self, shared: &Shared) {
        let children = &self.children;
        self.orphans.retain_mut(|orphan| {
            let key = orphan.key;
            let reaped = match processes::presence(key) {
                Presence::Gone => None,
                Presence::Zombie => os::reap(key.pid).ok().flatten(),
                Presence::Lives => {
                    if !orphan.is_killed {
                        *orphan = Orphan::kill(key, orphan.pidfd.take());
                    }
                    return true;
                }
                // Another child of ours may have got its number meanwhile.
                Presence::Unknown if children.values().any(|it| it.key.pid == key.pid) => None,
                Presence::Unknown => match os::reap(key.pid) {
                    Ok(Some(reaped)) => Some(reaped),
                    // Somebody else's to reap, who may never do so.
                    Ok(None) | Err(_) if orphan.has_ended() => None,
                    // It lives, or nobody can say.
                    Ok(None) | Err(_) => return true,
                },
            };
            // Not ours to reap: most likely it was killed with its parent, but it may have ended just before.
            let reaped = reaped.unwrap_or(os::Reaped::UNKNOWN);
            shared.state.lock().on_orphan_ended(key, reaped);
            false
        });
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::os::fd::AsFd as _;
    use std::process::{Command, Stdio};

    use super::*;
    use crate::multiprocess::{Engine, EngineOptions};

    #[test]
    fn an_orphan_without_an_identity_that_nobody_reaps_is_over_once_it_has_ended() {
        // Its parent reaps nobody, as a first process of a container may do.
        let mut parent = Command::new("sh")
            .args(["-c", "sleep 60 & echo $!; exec sleep 60"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(parent.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let pid = line.trim().parse().unwrap();
        let key = ChildKey {
            pid,
            start_ticks: None,
        };
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let shared = engine.shared();
        let mut driver = Driver::new(&shared.wake).unwrap();
        let handle = || processes::open_pidfd(pid).unwrap();
        driver.orphans.push(Orphan::kill(key, Some(handle())));
        driver.bury_orphans(shared);
        assert_eq!(driver.orphans.len(), 1, "it lives");
        crate::os::signal::send(handle().as_fd(), Send::Kill).unwrap();
        let until = Monotonic::now().plus_nanos(10_000_000_000);
        processes::wait_for_end(&handle(), until).unwrap();
        driver.bury_orphans(shared);
        assert!(driver.orphans.is_empty(), "it is waited for");
        parent.kill().unwrap();
        parent.wait().unwrap();
    }
}
