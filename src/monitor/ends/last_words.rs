//! What a process was known by while it lived.

use crate::monitor::process::ProcState;
use crate::monitor::reading::{Reading, Unread};
use crate::monitor::snapshot::Snapshot;

/// A zombie has neither arguments nor a file any more, so nothing can be read of them; but it can run no other program either: what
/// was read while it lived still holds, as long as it has the same name.
pub fn keep_last_words(before: &Snapshot, now: &mut Snapshot) {
    for row in &mut now.rows {
        if row.state != ProcState::Zombie {
            continue;
        }
        let Some(known) = before.row(row.key).filter(|known| known.name == row.name) else {
            continue;
        };
        keep(&mut row.cmdline, &known.cmdline);
        keep(&mut row.exe, &known.exe);
    }
}

fn keep<T: Clone>(now: &mut Reading<T>, known: &Reading<T>) {
    if matches!(now, Err(Unread::Zombie)) && known.is_ok() {
        now.clone_from(known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::process::{CommandLine, ProcessRow};
    use crate::monitor::source::scripted::{row, snapshot_of};

    fn living(name: &str) -> ProcessRow {
        let mut living = row(10, name);
        let line = CommandLine::new(vec!["python3".into(), "writer.py".into()]);
        living.cmdline = Ok(line.into());
        living.exe = Ok("/usr/bin/python3.11".into());
        living
    }

    fn zombie(name: &str) -> ProcessRow {
        let mut zombie = row(10, name);
        zombie.state = ProcState::Zombie;
        zombie.cmdline = Err(Unread::Zombie);
        zombie.exe = Err(Unread::Zombie);
        zombie
    }

    #[test]
    fn a_zombie_keeps_what_it_was_known_by() {
        let before = snapshot_of(vec![living("python3")]);
        let mut now = snapshot_of(vec![zombie("python3")]);
        keep_last_words(&before, &mut now);
        assert_eq!(now.rows[0].cmdline_text(), "python3 writer.py");
        assert_eq!(now.rows[0].exe, living("python3").exe);
        // And from one look to the next.
        let mut later = snapshot_of(vec![zombie("python3")]);
        keep_last_words(&now, &mut later);
        assert_eq!(later.rows[0].cmdline, now.rows[0].cmdline);
    }

    #[test]
    fn who_ran_something_else_before_it_ended_keeps_nothing() {
        let before = snapshot_of(vec![living("sh")]);
        let mut now = snapshot_of(vec![zombie("true")]);
        keep_last_words(&before, &mut now);
        assert_eq!(now.rows[0].cmdline, Err(Unread::Zombie));
        assert_eq!(now.rows[0].exe, Err(Unread::Zombie));
    }
}
