//! What of a process is asked for: reading all of it all the time would be most of the watching.

/// A side from which a process is looked at: a tab of the detail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Aspect {
    /// Program, user, times, memory.
    #[default]
    Overview,
    /// Why it is stuck, throttled or slow.
    Why,
    /// Its threads.
    Threads,
    /// Its open files.
    Files,
    /// Its sockets.
    Network,
    /// What it was started with.
    Environment,
    /// What it may use, and how much of that it does.
    Limits,
}

impl Aspect {
    /// Every aspect, in the order of the tabs.
    pub const ALL: [Self; 7] = [
        Self::Overview,
        Self::Why,
        Self::Threads,
        Self::Files,
        Self::Network,
        Self::Environment,
        Self::Limits,
    ];
}

/// How much of a process is read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Look {
    /// One aspect, and what the head of the detail and its curves always need.
    At(Aspect),
    /// Everything that a document can hold.
    Record,
}

impl Look {
    /// True if one of these aspects is asked for, or the whole record.
    pub fn is_at(self, aspects: &[Aspect]) -> bool {
        match self {
            Self::At(aspect) => aspects.contains(&aspect),
            Self::Record => true,
        }
    }

    /// True if one of these aspects is asked for; a record has no place for it.
    pub fn is_only_at(self, aspects: &[Aspect]) -> bool {
        self != Self::Record && self.is_at(aspects)
    }
}
