//! Which variables of an environment may be seen: those that look like secrets only after they were asked for.

use std::collections::BTreeSet;

use crate::monitor::secret::looks_secret;
use crate::os::ProcKey;

/// What was asked for, of one process; another one is masked anew.
#[derive(Debug, Default)]
pub struct Masks {
    of: Option<ProcKey>,
    is_all_shown: bool,
    shown: BTreeSet<String>,
    /// Counts changes, so that a list knows when to be made anew.
    version: u64,
}

impl Masks {
    /// Turns to a process.
    pub fn turn_to(&mut self, key: ProcKey) {
        if self.of != Some(key) {
            *self = Self {
                of: Some(key),
                version: self.version + 1,
                ..Self::default()
            };
        }
    }

    /// True if the value of this variable must not be seen.
    pub fn hides(&self, name: &str, value: &str) -> bool {
        !self.is_all_shown && !self.shown.contains(name) && looks_secret(name, value)
    }

    /// Shows one.
    pub fn show(&mut self, name: &str) {
        self.shown.insert(name.to_owned());
        self.version += 1;
    }

    /// Shows all, or hides all again, those too that were shown one by one.
    pub fn show_all(&mut self, is_all_shown: bool) {
        self.is_all_shown = is_all_shown;
        self.shown.clear();
        self.version += 1;
    }

    /// Whether any was shown.
    pub fn is_any_shown(&self) -> bool {
        self.is_all_shown || !self.shown.is_empty()
    }

    /// Another number after every change.
    pub const fn version(&self) -> u64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_shown_one_by_one_or_all_and_hidden_for_another_process() {
        let key = |pid| ProcKey {
            pid,
            start_ticks: 1,
        };
        let mut masks = Masks::default();
        masks.turn_to(key(1));
        assert!(!masks.hides("HOME", "/root"));
        assert!(masks.hides("API_TOKEN", "x") && masks.hides("DB_PASSWORD", "y"));
        masks.show("API_TOKEN");
        assert!(!masks.hides("API_TOKEN", "x") && masks.hides("DB_PASSWORD", "y"));
        masks.show_all(true);
        assert!(!masks.hides("DB_PASSWORD", "y"));
        masks.show_all(false);
        assert!(masks.hides("API_TOKEN", "x") && !masks.is_any_shown());
        masks.show("API_TOKEN");
        let before = masks.version();
        masks.turn_to(key(1));
        assert_eq!(masks.version(), before);
        masks.turn_to(key(2));
        assert!(masks.hides("API_TOKEN", "x") && masks.version() > before);
    }
}
