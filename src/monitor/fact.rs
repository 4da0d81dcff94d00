//! What of a process hardly ever changes while it runs. To read it costs several times what the rest of a row does, so it is read
//! now and then: how old it may be depends on who looks at it. What others can change of one that does not run at all is such a
//! fact too, since a file that is cheaper to read tells whether it has run.

use std::time::Duration;

/// How old what is looked at may be in a picture: what rows in sight show, and by what is filtered and sorted.
pub const LOOKED_AT: Duration = Duration::from_secs(2);

/// How old everything else may be.
pub const UNSEEN: Duration = Duration::from_secs(20);

/// What is read by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The user, which changes by `setuid` and the like.
    User,
    /// The arguments, which a process can write over, and the name, as far as it is made of them.
    CommandLine,
    /// The executable, which changes by `exec` and by what is done to the file.
    Exe,
    /// What changes by others while a process does not run: memory, which is taken from it, state, nice value and policy,
    /// terminal, parent.
    SetByOthers,
}

impl Fact {
    /// Each of them.
    pub const EACH: [Self; 4] = [Self::User, Self::CommandLine, Self::Exe, Self::SetByOthers];
}

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Facts(u8);

impl Facts {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// Each of them.
    pub const ALL: Self = Self(0b1111);

    /// What the name on screen is made of: the arguments, and the executable, which says whether the program is the interpreter that
    /// they name.
    pub const NAME: Self = Self::of(Fact::CommandLine).and(Self::of(Fact::Exe));

    /// These.
    pub const fn of(fact: Fact) -> Self {
        Self(1 << fact as u8)
    }

    /// These too.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if this is one of them.
    pub const fn has(self, fact: Fact) -> bool {
        self.0 & Self::of(fact).0 != 0
    }

    /// True if one of them is not among the others.
    pub const fn exceeds(self, others: Self) -> bool {
        self.0 & !others.0 != 0
    }

    /// True if there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// How fresh facts shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Freshness {
    /// At most as old as the bounds above say.
    #[default]
    Bounded,
    /// Those that are looked at are read with every look: for a document, which tells when it was taken.
    EveryLook,
    /// None is read: for a look of which nothing is shown.
    NotRead,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::FigureId;

    #[test]
    fn columns_say_what_they_are_sorted_by() {
        let sort = Facts::of_sort([FigureId::Cpu, FigureId::Name, FigureId::User]);
        // A name on screen is made of the command line and tested by the file.
        assert!(sort.has(Fact::CommandLine) && sort.has(Fact::Exe) && sort.has(Fact::User));
        assert!(Facts::of_sort([FigureId::Memory]).has(Fact::SetByOthers));
        assert!(Facts::of_sort([FigureId::Cpu]).is_empty());
        let line = Facts::of_sort([FigureId::CommandLine]);
        assert!(line.has(Fact::CommandLine) && !line.has(Fact::Exe) && !line.has(Fact::User));
        assert!(Facts::ALL.exceeds(line) && !line.exceeds(Facts::ALL) && !line.exceeds(line));
    }
}
