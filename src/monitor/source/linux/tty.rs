//! Names of terminals.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;

use crate::monitor::reading::Reading;

/// Remembers the names of terminals by device number.
#[derive(Debug, Default)]
pub struct Terminals {
    names: HashMap<i32, Reading<Arc<str>>>,
}

impl Terminals {
    /// The name of a device number as `stat` gives it; 0 is no terminal.
    pub fn name(&mut self, tty_nr: i32) -> Reading<Arc<str>> {
        if tty_nr == 0 {
            return Reading::NotApplicable;
        }
        self.names
            .entry(tty_nr)
            .or_insert_with(|| match device_name(tty_nr) {
                Some(name) => Reading::Value(name.into()),
                None => Reading::Unsupported,
            })
            .clone()
    }
}

fn device_name(tty_nr: i32) -> Option<String> {
    let number = tty_nr.cast_unsigned();
    let major = (number >> 8) & 0xfff;
    let minor = (number & 0xff) | ((number >> 12) & 0xf_ff00);
    if let 136..144 = major {
        return Some(format!("/dev/pts/{}", (major - 136) * 256 + minor));
    }
    // The kernel itself names every other device, consoles and serial lines among them.
    if let Ok(event) = fs::read_to_string(format!("/sys/dev/char/{major}:{minor}/uevent")) {
        let name = event.lines().find_map(|line| line.strip_prefix("DEVNAME="));
        return name.map(|name| format!("/dev/{name}"));
    }
    (major == 4 && minor < 64).then(|| format!("/dev/tty{minor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_terminals() {
        let mut terminals = Terminals::default();
        assert_eq!(terminals.name(0), Reading::NotApplicable);
        assert_eq!(terminals.name(34_816), Reading::Value("/dev/pts/0".into()));
        assert_eq!(
            terminals.name((137 << 8) | 3),
            Reading::Value("/dev/pts/259".into())
        );
        assert_eq!(
            terminals.name((136 << 8) | 7 | (1 << 20)),
            Reading::Value("/dev/pts/263".into())
        );
        assert_eq!(
            terminals.name((4 << 8) | 1),
            Reading::Value("/dev/tty1".into())
        );
        assert_eq!(terminals.name(0x0fff_ff00), Reading::Unsupported);
    }
}
