//! Where Monitor gets its picture of the machine.

use std::sync::Arc;
use std::time::Duration;

use crate::monitor::extra::Wanted;
use crate::monitor::{Look, Picture, ProcessDetail, Sampler};
use crate::os::{ProcKey, this};

/// Where Monitor gets its pictures of the machine from. No method blocks.
pub trait Feed {
    /// The newest picture; `None` before the first.
    fn picture(&self) -> Option<Arc<Picture>>;
    /// The newest detail of the selected process.
    fn detail(&self) -> Option<Arc<ProcessDetail>>;
    /// Chooses the process whose detail is read, and how much of it.
    fn select(&self, selected: Option<(ProcKey, Look)>);
    /// Says what rows shall have beyond what they always have.
    fn want(&self, wanted: Wanted);
    /// Says which rows are in sight: what they show is to be fresh. A feed that reads everything each time need not listen.
    fn show(&self, _in_sight: &[ProcKey]) {}
    /// Turns process events between two pictures on or off.
    fn listen(&self, is_listening: bool);
    /// Sets the time between two pictures.
    fn set_interval(&self, interval: Duration);
    /// False only if the watching has broken down.
    fn is_alive(&self) -> bool;
    /// Whether it looks with root's rights: then it is no use to say that root would see more.
    fn is_root(&self) -> bool;
    /// The process that looks, if it is among those that it can see.
    fn own(&self) -> Option<ProcKey>;
}

impl Feed for Sampler {
    fn picture(&self) -> Option<Arc<Picture>> {
        Self::picture(self)
    }

    fn detail(&self) -> Option<Arc<ProcessDetail>> {
        Self::detail(self)
    }

    fn select(&self, selected: Option<(ProcKey, Look)>) {
        Self::select(self, selected);
    }

    fn want(&self, wanted: Wanted) {
        Self::want(self, wanted);
    }

    fn show(&self, in_sight: &[ProcKey]) {
        Self::show(self, in_sight);
    }

    fn listen(&self, is_listening: bool) {
        Self::listen(self, is_listening);
    }

    fn set_interval(&self, interval: Duration) {
        Self::set_interval(self, interval);
    }

    fn is_alive(&self) -> bool {
        Self::is_alive(self)
    }

    fn is_root(&self) -> bool {
        rustix::process::geteuid().is_root()
    }

    fn own(&self) -> Option<ProcKey> {
        this::key()
    }
}
