//! When the next beat of a steady rhythm is due, and waiting for it.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::os::signal;

/// Beats at fixed times, so that late ones do not push off those after them; what was missed is left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rhythm {
    begun: Instant,
    interval: Duration,
}

impl Rhythm {
    /// The first beat is now.
    pub(super) const fn new(begun: Instant, interval: Duration) -> Self {
        Self { begun, interval }
    }

    /// How long it is from `now` to the next beat.
    pub(super) fn pause(&self, now: Instant) -> Duration {
        let since = now.saturating_duration_since(self.begun).as_nanos();
        let interval = self.interval.as_nanos().max(1);
        let into = u64::try_from(since % interval).unwrap_or(0);
        self.interval.saturating_sub(Duration::from_nanos(into))
    }
}

/// Hears SIGINT and SIGTERM, unless they are ignored. A second one ends the program at once.
pub(super) struct Interrupts {
    woken: UnixStream,
    /// Kept open, also where no signal is heard: its end would wake, too.
    _waker: UnixStream,
    signal: Arc<AtomicUsize>,
}

/// Why waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// The time is over.
    Due,
    /// By this signal.
    Interrupted(u8),
    /// Nobody reads any more.
    ReaderGone,
}

impl Interrupts {
    /// From now on.
    pub(super) fn listen() -> io::Result<Self> {
        let (woken, waker) = UnixStream::pair()?;
        let heard = Arc::new(AtomicUsize::new(0));
        for number in signal::not_ignored(&[SIGINT, SIGTERM]) {
            let is_second = Arc::new(AtomicBool::new(false));
            flag::register_conditional_default(number, Arc::clone(&is_second))?;
            flag::register(number, is_second)?;
            let value = usize::try_from(number).unwrap_or_default();
            flag::register_usize(number, Arc::clone(&heard), value)?;
            low_level::pipe::register(number, waker.try_clone()?)?;
        }
        Ok(Self {
            woken,
            _waker: waker,
            signal: heard,
        })
    }

    /// Waits for a signal, until the time is over, or until nobody reads `output`.
    pub(super) fn wait(
        &self,
        pause: Duration,
        output: Option<BorrowedFd<'_>>,
    ) -> io::Result<Waited> {
        let due = Instant::now() + pause;
        loop {
            match u8::try_from(self.signal.load(Ordering::SeqCst)).unwrap_or_default() {
                0 => {}
                signal => return Ok(Waited::Interrupted(signal)),
            }
            let rest = due.saturating_duration_since(Instant::now());
            let mut asked = vec![PollFd::from_borrowed_fd(self.woken.as_fd(), PollFlags::IN)];
            // Asked for nothing, it tells of its end alone.
            asked.extend(output.map(|output| PollFd::from_borrowed_fd(output, PollFlags::empty())));
            let rest = Timespec {
                tv_sec: i64::try_from(rest.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: rest.subsec_nanos().into(),
            };
            match poll(&mut asked, Some(&rest)) {
                Ok(0) => return Ok(Waited::Due),
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            let output = asked.get(1).map_or(PollFlags::empty(), PollFd::revents);
            if output.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL) {
                return Ok(Waited::ReaderGone);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_do_not_drift() {
        let begun = Instant::now();
        let rhythm = Rhythm::new(begun, Duration::from_secs(1));
        let pause = |ms| rhythm.pause(begun + Duration::from_millis(ms)).as_millis();
        assert_eq!(pause(0), 1_000);
        assert_eq!(pause(40), 960);
        assert_eq!(pause(1_003), 997);
        assert_eq!(pause(999), 1);
        // One that took too long costs itself, not the rhythm.
        assert_eq!(pause(3_700), 300);
    }
}
