//! Why a value is not there, in words.

use crate::app::text::Text;
use crate::monitor::Unread;

/// The rights of the user and the owner of the process: a refusal names both.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asking<'a> {
    /// The owner of the process, if known.
    pub owner: Option<&'a str>,
    /// Whether we ask with root's rights.
    pub is_root: bool,
}

/// The reason as a sentence.
pub fn reason_text(text: &Text, reason: Unread, asking: Asking<'_>) -> String {
    let key = match reason {
        Unread::Denied if asking.is_root => "unread-denied-root",
        Unread::Denied => match asking.owner {
            Some(owner) => return text.with("unread-denied-owner", &[("owner", owner.into())]),
            None => "unread-denied",
        },
        Unread::Gone => "unread-gone",
        Unread::Zombie => "unread-zombie",
        Unread::NotApplicable => "unread-not-applicable",
        Unread::Unsupported => "unread-unsupported",
        Unread::NoDescriptors => "unread-no-descriptors",
        Unread::OtherPidNamespace => "unread-other-namespace",
        Unread::NotSampled => "unread-not-sampled",
    };
    text.get(key).to_owned()
}

/// What stands in a cell instead of the value: never a zero.
pub fn reason_mark(text: &Text, reason: Unread) -> &str {
    match reason {
        Unread::Denied => text.get("mark-denied"),
        Unread::Gone => text.get("mark-gone"),
        Unread::Zombie
        | Unread::NotApplicable
        | Unread::Unsupported
        | Unread::NoDescriptors
        | Unread::OtherPidNamespace
        | Unread::NotSampled => text.get("mark-none"),
    }
}
