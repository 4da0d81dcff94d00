//! The faults, each declared once.

use super::fault::Fault;
use super::rows::{ends, initializers, kills, results, storm};

/// Every fault: the thirteen of the comparison, then what no other pool was put through.
pub static FAULTS: &[Fault] = &[
    Fault {
        key: "kill-task",
        title: "SIGKILL mid-task: that task",
        elsewhere: Some(["hang", "broken", "error", "error", "error", "11.4 s"]),
        provoke: kills::task,
    },
    Fault {
        key: "kill-neighbour",
        title: "... the task running beside it",
        elsewhere: Some(["ok", "broken", "broken", "ok", "failed", "ok"]),
        provoke: kills::neighbour,
    },
    Fault {
        key: "kill-next",
        title: "... the next task",
        elsewhere: Some(["ok", "broken", "broken", "ok", "hang", "ok"]),
        provoke: kills::next,
    },
    Fault {
        key: "kill-idle",
        title: "SIGKILL while idle, next task",
        elsewhere: Some(["hang", "broken", "broken", "stopped", "hang", "hang"]),
        provoke: kills::idle,
    },
    Fault {
        key: "exit-0",
        title: "exit(0) mid-task / next task",
        elsewhere: Some([
            "hang/ok",
            "broken",
            "error/broken",
            "hang/ok",
            "error/hang",
            ">4 s/ok",
        ]),
        provoke: kills::exit_0,
    },
    Fault {
        key: "unencodable-result",
        title: "a result that has no encoding",
        elsewhere: Some(["error", "error", "ok", "expired", "hang", "error"]),
        provoke: results::unencodable,
    },
    Fault {
        key: "unencodable-error",
        title: "an error that has none / next task",
        elsewhere: Some(["hang", "broken", "broken", "broken", "ok", "hang/ok"]),
        provoke: results::error_without_words,
    },
    Fault {
        key: "large-result",
        title: "a result of 200 MB",
        elsewhere: Some(["ok", "ok", "ok", "ok", "ok", "ok"]),
        provoke: results::large,
    },
    Fault {
        key: "initializer-fails",
        title: "the initializer fails / its calls",
        elsewhere: Some([
            "hang/344", "broken/2", "broken/2", "hang/2", "error/1", "hang/26",
        ]),
        provoke: initializers::fails,
    },
    Fault {
        key: "stopped-worker",
        title: "terminate() of a stopped worker",
        elsewhere: Some(["hang", "hang", "0.01 s", "3.1 s", "hang", "hang"]),
        provoke: ends::stopped_worker,
    },
    Fault {
        key: "grandchild",
        title: "terminate(): grandchildren left over",
        elsewhere: Some(["1", "hang, 1", "0", "1", "1", "hang, 1"]),
        provoke: ends::grandchild,
    },
    Fault {
        key: "main-killed-idle",
        title: "SIGKILL of the main: idle workers",
        elsewhere: Some(["0 of 2", "2", "2", "0", "2", "0"]),
        provoke: ends::main_killed_idle,
    },
    Fault {
        key: "main-killed-busy",
        title: "... busy workers, after 1 s / 6 s",
        elsewhere: Some(["2/0", "2/2", "2/2", "2/0", "2/2", "2/0"]),
        provoke: ends::main_killed_busy,
    },
    Fault {
        key: "window-killed",
        title: "SIGKILL of the window: its run",
        elsewhere: None,
        provoke: ends::window_killed,
    },
    Fault {
        key: "storm",
        title: "2000 tasks, workers killed at random",
        elsewhere: None,
        provoke: storm::carry_out,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name_of_its_own() {
        for (index, fault) in FAULTS.iter().enumerate() {
            let twice = FAULTS
                .iter()
                .skip(index + 1)
                .any(|other| other.key == fault.key);
            assert!(!twice && !fault.title.is_empty(), "{}", fault.key);
        }
        let compared = FAULTS.iter().filter(|fault| fault.elsewhere.is_some());
        assert_eq!(compared.count(), 13);
    }
}
