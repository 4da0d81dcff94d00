//! The words that findings share: processes, amounts, what is waited for, what is not known.

use crate::app::text::Text;
use crate::monitor::cgroup::Ceiling;
use crate::monitor::detail::{AwaitedRole, Capped, Named};
use crate::monitor::unit::bytes_text;
use crate::monitor::why::{Fact, Wait};

/// `make 4711`.
pub(super) fn name(process: &Named) -> String {
    match &process.name {
        Some(name) => format!("{name} {}", process.pid),
        None => process.pid.to_string(),
    }
}

/// Who can end a wait, and whether there may be others.
pub(super) fn awaited_words(
    text: &Text,
    role: AwaitedRole,
    processes: &Capped<Named>,
) -> (String, Option<String>) {
    let is_all_seen = processes.total.is_some();
    if processes.items.is_empty() {
        let key = match (role, is_all_seen) {
            (AwaitedRole::Child, _) => "why-awaits-no-child",
            (_, true) => "why-awaits-none",
            (_, false) => "why-awaits-unseen",
        };
        return (text.get(key).to_owned(), None);
    }
    let mut names = processes
        .items
        .iter()
        .map(name)
        .collect::<Vec<_>>()
        .join(", ");
    let more = processes
        .total
        .unwrap_or(0)
        .saturating_sub(processes.items.len() as u64);
    if more > 0 {
        let args = [("processes", names.into()), ("count", more.into())];
        names = text.with("why-awaits-more", &args);
    }
    let key = match role {
        AwaitedRole::Child => "why-awaits-child",
        AwaitedRole::Writer => "why-awaits-writer",
        AwaitedRole::Reader => "why-awaits-reader",
        AwaitedRole::Peer => "why-awaits-peer",
        AwaitedRole::Holder => "why-awaits-holder",
    };
    let count = processes.items.len() as u64 + more;
    let args = [("processes", names.into()), ("count", count.into())];
    let fact = (!is_all_seen).then(|| text.get("why-awaits-not-all").to_owned());
    (text.with(key, &args), fact)
}

/// A share in percent, without the noise behind the point.
pub(super) fn whole_text(percent: f32) -> String {
    format!("{percent:.0}")
}

pub(super) fn memory_sentence(text: &Text, key: &str, ceiling: &Ceiling) -> String {
    let args = [
        ("used", bytes_text(ceiling.used).into()),
        ("most", bytes_text(ceiling.most).into()),
    ];
    text.with(key, &args)
}

pub(super) fn group_fact(text: &Text, ceiling: &Ceiling) -> String {
    text.with("why-group-fact", &[("group", ceiling.path.as_str().into())])
}

pub(super) fn function_fact(text: &Text, function: Option<&str>) -> String {
    match function {
        Some(function) => text.with("why-function", &[("function", function.into())]),
        None => text.get("why-function-unknown").to_owned(),
    }
}

pub(super) fn wait_text(text: &Text, wait: Wait) -> &str {
    text.get(match wait {
        Wait::Child => "wait-child",
        Wait::Program => "wait-program",
        Wait::PipeInput => "wait-pipe-input",
        Wait::PipeRoom => "wait-pipe-room",
        Wait::PipePartner => "wait-pipe-partner",
        Wait::Timer => "wait-timer",
        Wait::Events => "wait-events",
        Wait::Thread => "wait-thread",
        Wait::SocketInput => "wait-socket-input",
        Wait::SocketRoom => "wait-socket-room",
        Wait::Connection => "wait-connection",
        Wait::Answer => "wait-answer",
        Wait::Terminal => "wait-terminal",
        Wait::Signal => "wait-signal",
        Wait::Disk => "wait-disk",
        Wait::Writeback => "wait-writeback",
        Wait::FileServer => "wait-file-server",
        Wait::FileProgram => "wait-file-program",
        Wait::FileLock => "wait-file-lock",
        Wait::Memory => "wait-memory",
        Wait::KernelLock => "wait-kernel-lock",
        Wait::Message => "wait-message",
    })
}

pub(super) fn fact_text(text: &Text, fact: Fact) -> &str {
    text.get(match fact {
        Fact::WaitChannel => "fact-wait-channel",
        Fact::CpuWait => "fact-cpu-wait",
        Fact::Cgroup => "fact-cgroup",
        Fact::Limits => "fact-limits",
        Fact::Signals => "fact-signals",
        Fact::Descriptors => "fact-descriptors",
    })
}
