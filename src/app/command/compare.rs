//! What can be asked of comparing.

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareCommand {
    /// Remember the machine as it is now.
    Remember,
    /// Compare it with the moment that was remembered.
    WithMoment,
    /// Ask for a file to compare it with.
    AskFile,
    /// Compare with the same once more.
    Again,
    /// Close the pane.
    Close,
}

impl CompareCommand {
    /// Key of its title in the message catalogue.
    pub const fn title_key(self) -> &'static str {
        match self {
            Self::Remember => "compare-remember",
            Self::WithMoment => "compare-with-moment",
            Self::AskFile => "compare-with-a-file",
            Self::Again => "compare-again",
            Self::Close => "compare-close",
        }
    }
}
