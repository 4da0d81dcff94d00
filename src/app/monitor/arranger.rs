//! Which row stands where is worked out beside the window's thread: there, nothing sorts and nothing filters.
//!
//! Monitor asks with all that is to be shown and goes on showing what it has until the answer comes. It asks once at a time,
//! always for the newest: what it wants meanwhile is one further request, however much that is.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use eframe::egui;

use super::order::RowOrder;
use crate::app::background::JobProgress;
use crate::monitor::shortage::{Leaders, Shortages};
use crate::monitor::{Moment, Picture, Query, Snapshot};

/// What is on screen: a moment, its rows in order, and what was made of it. A copy costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Arrangement {
    /// `None` before the first.
    pub snapshot: Option<Arc<Snapshot>>,
    /// Which row stands where.
    pub order: Arc<RowOrder>,
    /// The programs that use the most.
    pub leaders: Arc<Leaders>,
    /// What is short.
    pub shortages: Shortages,
}

/// The snapshot to arrange.
#[derive(Clone, Debug)]
pub enum ArrangeSource {
    /// The newest picture, without its past: the arranger would keep the past in memory until the next request.
    Now {
        /// What was read.
        snapshot: Arc<Snapshot>,
        /// The programs that use the most.
        leaders: Arc<Leaders>,
        /// What is short.
        shortages: Shortages,
    },
    /// A moment of before.
    Before(Arc<Moment>),
}

impl ArrangeSource {
    /// A picture of now.
    pub fn now(picture: &Picture) -> Self {
        Self::Now {
            snapshot: Arc::clone(&picture.snapshot),
            leaders: Arc::clone(&picture.leaders),
            shortages: picture.shortages.clone(),
        }
    }
}

/// How rows move to their new places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowTransition {
    /// From the picture on screen; held rows keep their places.
    Continue {
        /// Whether they are.
        is_held: bool,
    },
    /// From another moment: processes that start or end in between are not highlighted.
    Jump,
}

/// What is asked for.
#[derive(Debug)]
pub struct ArrangeRequest {
    /// What is on screen.
    pub shown: Arrangement,
    /// What is to be there; `None` for the same moment, arranged anew.
    pub source: Option<ArrangeSource>,
    /// How it goes on.
    pub transition: RowTransition,
    /// What of it, in which order.
    pub query: Query,
}

/// Works out the order of rows.
pub trait Arranger {
    /// Begins with a request; the one before has been answered.
    fn ask(&mut self, request: ArrangeRequest);
    /// The answer, once; waits no longer than that for it.
    fn answer(&mut self, patience: Duration) -> JobProgress<Arrangement>;
}

/// The rows in the order that was asked for.
pub fn arrange(request: &ArrangeRequest) -> Arrangement {
    let mut shown = request.shown.clone();
    match &request.source {
        Some(ArrangeSource::Now {
            snapshot,
            leaders,
            shortages,
        }) => {
            shown.snapshot = Some(Arc::clone(snapshot));
            shown.leaders = Arc::clone(leaders);
            shown.shortages = shortages.clone();
        }
        Some(ArrangeSource::Before(moment)) => {
            shown.snapshot = Some(Arc::new(moment.snapshot()));
            shown.leaders = Arc::clone(&moment.leaders);
            shown.shortages = moment.shortages.clone();
        }
        None => {}
    }
    let Some(snapshot) = &shown.snapshot else {
        return shown;
    };
    let mut order = RowOrder::clone(&shown.order);
    match (request.transition, &request.shown.snapshot) {
        (RowTransition::Continue { is_held }, Some(before))
            if is_held || !Arc::ptr_eq(before, snapshot) =>
        {
            order.advance(&request.query, snapshot, before, is_held);
        }
        (RowTransition::Continue { .. }, _) => order.refresh(&request.query, snapshot),
        (RowTransition::Jump, _) => {
            order.forget_changes();
            order.refresh(&request.query, snapshot);
        }
    }
    shown.order = Arc::new(order);
    shown
}

/// Works on the thread `arranger`; dropping it ends the thread.
#[derive(Debug)]
pub struct ArrangerThread {
    requests: Option<SyncSender<ArrangeRequest>>,
    answers: Receiver<Arrangement>,
    /// Whether the window waits for the answer: then it need not be woken.
    is_awaited: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl ArrangerThread {
    /// Starts the thread, which wakes the window with each answer.
    pub fn start(ctx: egui::Context) -> io::Result<Self> {
        let (requests, asked) = sync_channel::<ArrangeRequest>(1);
        let (sender, answers) = sync_channel(1);
        let is_awaited = Arc::new(AtomicBool::new(false));
        let awaited = Arc::clone(&is_awaited);
        let work = move || {
            // What went from the screen is kept up to the next answer: so it is taken apart here, not on the window's thread.
            let mut answered = None;
            while let Ok(request) = asked.recv() {
                if sender.send(arrange(&request)).is_err() {
                    return;
                }
                if !awaited.load(Ordering::SeqCst) {
                    // With a delay of none, it would draw twice.
                    ctx.request_repaint_after(Duration::from_millis(1));
                }
                drop(answered.replace(request));
            }
        };
        let thread = thread::Builder::new()
            .name("arranger".to_owned())
            .spawn(work)?;
        Ok(Self {
            requests: Some(requests),
            answers,
            is_awaited,
            thread: Some(thread),
        })
    }
}

impl Arranger for ArrangerThread {
    fn ask(&mut self, request: ArrangeRequest) {
        if let Some(requests) = &self.requests {
            // A thread that has broken down shows in its answer.
            requests.try_send(request).ok();
        }
    }

    fn answer(&mut self, patience: Duration) -> JobProgress<Arrangement> {
        if !patience.is_zero() {
            self.is_awaited.store(true, Ordering::SeqCst);
            let answer = self.answers.recv_timeout(patience);
            self.is_awaited.store(false, Ordering::SeqCst);
            if let Ok(shown) = answer {
                return JobProgress::Done(shown);
            }
            // It may have come since, when the window was not woken.
        }
        match self.answers.try_recv() {
            Ok(shown) => JobProgress::Done(shown),
            Err(TryRecvError::Empty) => JobProgress::Running,
            Err(TryRecvError::Disconnected) => JobProgress::Lost,
        }
    }
}

impl Drop for ArrangerThread {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // A panic has been reported by the panic hook already.
            thread.join().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::source::scripted::{row, snapshot_of};
    use crate::monitor::{FigureId, Pictures, Sort};

    fn picture(pictures: &mut Pictures, number: u64, cpu: &[(u32, f32)]) -> Arc<Picture> {
        let rows = cpu.iter().map(|&(pid, percent)| {
            let mut row = row(pid, "p");
            row.cpu_percent = Ok(percent);
            row
        });
        let mut snapshot = snapshot_of(rows.collect());
        snapshot.tick.number = number;
        snapshot.tick.instant += Duration::from_secs(number);
        Arc::new(pictures.picture(snapshot))
    }

    fn request(
        shown: &Arrangement,
        source: Option<ArrangeSource>,
        transition: RowTransition,
    ) -> ArrangeRequest {
        let query = Query {
            sort: vec![Sort::first(FigureId::Cpu)],
            ..Query::default()
        };
        ArrangeRequest {
            shown: shown.clone(),
            source,
            transition,
            query,
        }
    }

    fn pids(shown: &Arrangement) -> Vec<u32> {
        let rows = shown.order.rows().iter();
        rows.filter_map(|row| row.process().map(|key| key.pid))
            .collect()
    }

    const FREE: RowTransition = RowTransition::Continue { is_held: false };

    #[test]
    fn rows_go_on_are_held_and_jump() {
        let mut pictures = Pictures::that_remember();
        let first = picture(&mut pictures, 1, &[(1, 9.0), (2, 5.0)]);
        let second = picture(&mut pictures, 2, &[(1, 1.0), (2, 5.0), (3, 7.0)]);
        let now = |picture: &Picture| Some(ArrangeSource::now(picture));
        let shown = arrange(&request(&Arrangement::default(), now(&first), FREE));
        assert_eq!(pids(&shown), [1, 2]);
        let held = RowTransition::Continue { is_held: true };
        let held = arrange(&request(&shown, now(&second), held));
        assert_eq!((pids(&held), held.order.is_held), (vec![1, 2, 3], true));
        let free = arrange(&request(&shown, now(&second), FREE));
        assert_eq!(pids(&free), [3, 2, 1]);
        assert!(free.order.is_new(&free.order.rows()[0].id));
        assert_eq!(*free.leaders, *second.leaders);
        // The same moment again: held rows go to their places.
        assert_eq!(pids(&arrange(&request(&held, None, FREE))), [3, 2, 1]);
        // A moment of before comes with what was made of it then.
        let moment = second.past.moments().next().map(Arc::clone).unwrap();
        let back = arrange(&request(
            &free,
            Some(ArrangeSource::Before(moment)),
            RowTransition::Jump,
        ));
        assert_eq!(
            (pids(&back), *back.leaders == *first.leaders),
            (vec![1, 2], true)
        );
        assert!(!back.order.is_new(&back.order.rows()[0].id));
    }

    #[test]
    fn an_arranged_picture_keeps_no_moments_before_it() {
        let mut pictures = Pictures::that_remember();
        let first = picture(&mut pictures, 1, &[(1, 9.0)]);
        let moment = Arc::downgrade(first.past.moments().next().unwrap());
        let request = request(
            &Arrangement::default(),
            Some(ArrangeSource::now(&first)),
            FREE,
        );
        let shown = arrange(&request);
        drop((first, pictures));
        assert!(moment.upgrade().is_none());
        assert_eq!(pids(&shown), [1]);
        drop(request);
    }

    #[test]
    fn the_thread_answers_each_request_and_ends_with_its_owner() {
        let mut pictures = Pictures::default();
        let mut thread = ArrangerThread::start(egui::Context::default()).unwrap();
        assert!(matches!(
            thread.answer(Duration::ZERO),
            JobProgress::Running
        ));
        let mut shown = Arrangement::default();
        for number in 1..=50 {
            let busy = [(1, 9.0), (2, 10.0 * (number % 2) as f32)];
            let picture = picture(&mut pictures, number, &busy);
            let source = Some(ArrangeSource::now(&picture));
            thread.ask(request(&shown, source, FREE));
            shown = match thread.answer(Duration::from_secs(20)) {
                JobProgress::Done(shown) => shown,
                other => panic!("no answer: {other:?}"),
            };
            assert_eq!(pids(&shown)[0], if number % 2 == 0 { 1 } else { 2 });
        }
        let is_waiting = thread.thread.as_ref().is_some_and(|it| !it.is_finished());
        assert!(is_waiting);
        drop(thread);
    }
}
