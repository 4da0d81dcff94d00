//! What can be done to a process.

use crate::monitor::scheduling::IoPriority;
use crate::os::priority::Setting;
use crate::os::signal::{ASK_TO_END, Send};

/// One thing that is done to each of some processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ask it to end.
    End,
    /// Exactly this signal.
    Signal(Send),
    /// Another nice value, other CPUs, another I/O priority.
    Set(Setting),
}

/// In which order the members of a family are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Who has started whom comes first.
    ParentsFirst,
    /// Who was started comes first.
    ChildrenFirst,
}

impl Action {
    /// SIGKILL.
    pub const KILL: Self = Self::Signal(Send::Kill);
    /// SIGSTOP.
    pub const SUSPEND: Self = Self::Signal(Send::Stop);
    /// SIGCONT.
    pub const RESUME: Self = Self::Signal(Send::Continue);

    /// The signals it consists of, in order.
    pub fn signals(&self) -> Vec<Send> {
        match self {
            Self::End => ASK_TO_END.to_vec(),
            Self::Signal(signal) => vec![*signal],
            Self::Set(_) => Vec::new(),
        }
    }

    /// Whether the process is meant to end by it, so that the end is waited for.
    pub const fn is_to_end(&self) -> bool {
        matches!(self, Self::End | Self::Signal(Send::Terminate | Send::Kill))
    }

    /// In which order a family is reached. A parent that is to stand still must not see its children do so first, as a shell
    /// would take them for its own jobs; else whoever lives from others goes first.
    pub const fn order(&self) -> Order {
        match self {
            Self::Signal(Send::Stop) => Order::ParentsFirst,
            Self::End | Self::Signal(_) | Self::Set(_) => Order::ChildrenFirst,
        }
    }

    /// The command that does the same with root's rights.
    pub fn command(&self, pid: u32) -> String {
        match self {
            Self::End => format!("sudo kill -TERM {pid}"),
            Self::Signal(signal) => {
                let name = signal.name().trim_start_matches("SIG");
                format!("sudo kill -{name} {pid}")
            }
            Self::Set(Setting::Nice(nice)) => format!("sudo renice -n {nice} -p {pid}"),
            Self::Set(Setting::Cpus(cpus)) => {
                format!("sudo taskset -acp {} {pid}", cpu_list(cpus))
            }
            Self::Set(Setting::IoPriority(number)) => {
                let (class, level) = (number >> 13, number & 7);
                if IoPriority::from_number(*number).is_some_and(IoPriority::has_level) {
                    format!("sudo ionice -c {class} -n {level} -p {pid}")
                } else {
                    format!("sudo ionice -c {class} -p {pid}")
                }
            }
        }
    }
}

/// CPUs as the kernel and `taskset` write them: `0-3,6`.
pub fn cpu_list(cpus: &[u32]) -> String {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for &cpu in cpus {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == cpu => *last = cpu,
            _ => spans.push((cpu, cpu)),
        }
    }
    let words = spans.into_iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    });
    words.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_can_be_done_in_a_terminal() {
        let command = |action: Action| action.command(812);
        assert_eq!(command(Action::End), "sudo kill -TERM 812");
        assert_eq!(command(Action::KILL), "sudo kill -KILL 812");
        assert_eq!(
            command(Action::Signal(Send::Other(10))),
            "sudo kill -USR1 812"
        );
        assert_eq!(
            command(Action::Set(Setting::Nice(-5))),
            "sudo renice -n -5 -p 812"
        );
        assert_eq!(
            command(Action::Set(Setting::Cpus(vec![0, 1, 2, 6]))),
            "sudo taskset -acp 0-2,6 812"
        );
        assert_eq!(
            command(Action::Set(Setting::IoPriority((2 << 13) | 3))),
            "sudo ionice -c 2 -n 3 -p 812"
        );
        assert_eq!(
            command(Action::Set(Setting::IoPriority(3 << 13))),
            "sudo ionice -c 3 -p 812"
        );
    }

    #[test]
    fn only_what_ends_a_process_is_waited_for() {
        assert!(Action::End.is_to_end() && Action::KILL.is_to_end());
        assert!(!Action::SUSPEND.is_to_end());
        assert!(!Action::Signal(Send::Other(1)).is_to_end());
        assert_eq!(Action::End.signals(), [Send::Terminate, Send::Continue]);
        assert_eq!(Action::Signal(Send::Terminate).signals(), [Send::Terminate]);
    }
}
