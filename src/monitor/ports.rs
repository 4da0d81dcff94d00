//! The ports of a process.

use std::fmt::Write as _;

/// So many are written out in a cell; a browser may have hundreds.
const WRITTEN: usize = 12;

/// The ports of a process's TCP and UDP sockets, each list ascending and without repetition.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ports {
    /// Where it listens, or waits for datagrams of anybody.
    pub listening: Vec<u16>,
    /// Of its connections: its own and those of the other side.
    pub connected: Vec<u16>,
}

impl Ports {
    /// True if one of them is of this number, whichever it is.
    pub fn has(&self, port: u16) -> bool {
        self.listening.binary_search(&port).is_ok() || self.connected.binary_search(&port).is_ok()
    }

    /// Those where it listens, `22 8080`; empty if it does so nowhere.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (place, port) in self.listening.iter().take(WRITTEN).enumerate() {
            let space = if place == 0 { "" } else { " " };
            // Writing to a String cannot fail.
            write!(text, "{space}{port}").ok();
        }
        if self.listening.len() > WRITTEN {
            text.push_str(" …");
        }
        text
    }

    /// Sorts the lists and leaves out what they have twice.
    pub(super) fn settle(&mut self) {
        for list in [&mut self.listening, &mut self.connected] {
            list.sort_unstable();
            list.dedup();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_ports_are_written_and_all_are_found() {
        let mut ports = Ports {
            listening: vec![8080, 22, 8080],
            connected: vec![443, 50_000],
        };
        ports.settle();
        assert_eq!(ports.text(), "22 8080");
        assert!(ports.has(22) && ports.has(443) && !ports.has(80));
        ports.listening = (1..=20).collect();
        assert_eq!(ports.text(), "1 2 3 4 5 6 7 8 9 10 11 12 …");
        assert_eq!(Ports::default().text(), "");
    }
}
