//! What this process knows of itself if it is a child.

use std::sync::OnceLock;

/// Who this process is among the children of its parent.
#[derive(Clone, Debug)]
pub(crate) struct Current {
    /// The numbers of its ancestors and its own, joined by colons: `1:2` is the second child of the first.
    pub(crate) identity: String,
    /// What its parent called it.
    pub(crate) name: String,
    /// The pid of its parent.
    pub(crate) parent: u32,
    /// A daemon may not have children.
    pub(crate) daemon: bool,
}

static CURRENT: OnceLock<Current> = OnceLock::new();

/// This process, if it is a child that has entered its duty; `None` in a main.
pub(crate) fn current() -> Option<&'static Current> {
    CURRENT.get()
}

/// Said once, when the parent has said what this process is.
pub(super) fn become_child(current: Current) {
    CURRENT.get_or_init(|| current);
}
