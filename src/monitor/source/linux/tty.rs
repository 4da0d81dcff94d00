//! Names of terminals.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;

use crate::monitor::reading::{Reading, Unread};
use crate::os::processes::is_out_of_descriptors;

/// Remembers the names of terminals by device number.
#[derive(Debug, Default)]
pub struct Terminals {
    names: HashMap<i32, Reading<Arc<str>>>,
}

impl Terminals {
    /// The name of a device number as `stat` gives it; 0 is no terminal.
    pub fn name(&mut self, tty_nr: i32) -> Reading<Arc<str>> {
        if tty_nr == 0 {
            return Err(Unread::NotApplicable);
        }
        if let Some(name) = self.names.get(&tty_nr) {
            return name.clone();
        }
        // An error is not remembered: later there may be a descriptor to find it by.
        let name = device_name(tty_nr)?
            .map(Arc::from)
            .ok_or(Unread::Unsupported);
        self.names.insert(tty_nr, name.clone());
        name
    }
}

fn device_name(tty_nr: i32) -> Result<Option<String>, Unread> {
    let number = tty_nr.cast_unsigned();
    let major = (number >> 8) & 0xfff;
    let minor = (number & 0xff) | ((number >> 12) & 0xf_ff00);
    if let 136..144 = major {
        let number = (major - 136) * 256 + minor;
        return Ok(Some(format!("/dev/pts/{number}")));
    }
    // The kernel itself names every other device, consoles and serial lines among them.
    match fs::read_to_string(format!("/sys/dev/char/{major}:{minor}/uevent")) {
        Ok(event) => {
            let name = event.lines().find_map(|line| line.strip_prefix("DEVNAME="));
            Ok(name.map(|name| format!("/dev/{name}")))
        }
        Err(error) if is_out_of_descriptors(&error) => Err(Unread::NoDescriptors),
        Err(_) => Ok((major == 4 && minor < 64).then(|| format!("/dev/tty{minor}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_terminals() {
        let mut terminals = Terminals::default();
        assert_eq!(terminals.name(0), Err(Unread::NotApplicable));
        assert_eq!(terminals.name(34_816), Ok("/dev/pts/0".into()));
        assert_eq!(terminals.name((137 << 8) | 3), Ok("/dev/pts/259".into()));
        assert_eq!(
            terminals.name((136 << 8) | 7 | (1 << 20)),
            Ok("/dev/pts/263".into())
        );
        assert_eq!(terminals.name((4 << 8) | 1), Ok("/dev/tty1".into()));
        assert_eq!(terminals.name(0x0fff_ff00), Err(Unread::Unsupported));
    }
}
