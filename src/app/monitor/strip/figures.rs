//! The figures of the strip: what they say, who takes the most, and what is short.

use std::sync::Arc;

use eframe::egui::Color32;

use crate::app::command::Command;
use crate::app::monitor::Curves;
use crate::app::text::Text;
use crate::app::view::View;
use crate::app::widgets::Curve;
use crate::monitor::shortage::{Leader, Leaders, Resource, Shortages};
use crate::monitor::unit::{CpuUnit, bytes_text, cpus_text};
use crate::monitor::{FigureId, Reading, Snapshot};

/// Width of the memory's figure where its size is unknown and nothing is plotted.
const MEMORY: f32 = 200.0;
/// Who takes less than that of all that is taken is not named as who makes others wait.
const BLAME: f64 = 0.25;
/// Width of the disk's figure.
const DISK: f32 = 240.0;
/// Width of what is waited for.
const WAITING: f32 = 304.0;

/// What the strip shows.
#[derive(Clone, Copy)]
pub struct StripData<'a> {
    /// The picture of the machine.
    pub snapshot: &'a Snapshot,
    /// The two minutes up to the moment on screen.
    pub curves: &'a Curves,
    /// The programs that use the most.
    pub leaders: &'a Leaders,
    /// What is short.
    pub shortages: &'a Shortages,
    /// What 100 % of CPU use is.
    pub cpu_unit: CpuUnit,
}

/// One figure with what stands under and beside it.
pub(super) struct StripFigure<'a> {
    pub(super) title: &'a str,
    pub(super) value: Reading<String>,
    pub(super) note: String,
    /// The program in the note: its name is cut where the whole has no room.
    pub(super) program: Option<Arc<str>>,
    pub(super) note_color: Color32,
    pub(super) tip: String,
    pub(super) plot: Option<Plotted<'a>>,
    /// Its width where it has no plot, which takes what is left.
    pub(super) width: f32,
    /// What a click asks for.
    pub(super) command: Option<Command>,
}

/// A curve, the value at its upper edge, its colour and its name among the plots.
pub(super) struct Plotted<'a> {
    pub(super) curve: &'a Curve,
    pub(super) top: f64,
    pub(super) color: Color32,
    pub(super) salt: &'static str,
    /// The colour of its end, where that is not now.
    pub(super) end: Option<Color32>,
}

pub(super) fn cpu_figure<'a>(view: View<'a>, data: StripData<'a>) -> StripFigure<'a> {
    let machine = &data.snapshot.machine;
    let cores = match data.snapshot.host.cpu_count {
        Ok(count) => view.text.with("machine-cores", &[("count", count.into())]),
        _ => view.text.get("mark-none").to_owned(),
    };
    let end = data.curves.machine_ago.map(|_| view.theme.warning);
    StripFigure {
        title: view.text.get("machine-cpu"),
        value: machine.cpu_percent.map(|percent| format!("{percent:.0} %")),
        note: with_leader(view.text, cores, data, FigureId::Cpu),
        program: program_of(data.leaders.cpu.as_ref()),
        note_color: view.theme.text_dim,
        tip: with_bound(
            view.text.get("machine-cpu-tip"),
            machine.group.cpus.ok().map(|cpus| {
                let cpus = cpus_text(cpus);
                view.text
                    .with("machine-cpu-group", &[("cpus", cpus.into())])
            }),
        ),
        plot: Some(Plotted {
            curve: &data.curves.machine_cpu,
            top: 100.0,
            color: view.theme.cpu,
            salt: "machine cpu",
            end,
        }),
        width: 0.0,
        command: Some(Command::SortBusiest(FigureId::Cpu)),
    }
}

/// A tooltip with what this program's control group leaves of the machine.
fn with_bound(tip: &str, bound: Option<String>) -> String {
    match bound {
        Some(bound) => format!("{tip}\n{bound}"),
        None => tip.to_owned(),
    }
}

pub(super) fn memory_figure<'a>(view: View<'a>, data: StripData<'a>) -> StripFigure<'a> {
    let machine = &data.snapshot.machine;
    let total = machine.memory_total_bytes.ok();
    let end = data.curves.machine_ago.map(|_| view.theme.warning);
    let of_total = total.map_or_else(String::new, |total| {
        view.text
            .with("machine-of", &[("total", bytes_text(total).into())])
    });
    StripFigure {
        title: view.text.get("machine-memory"),
        value: machine.memory_used_bytes.map(bytes_text),
        note: with_leader(view.text, of_total, data, FigureId::Memory),
        program: program_of(data.leaders.memory.as_ref()),
        note_color: view.theme.text_dim,
        tip: with_bound(
            view.text.get("machine-memory-tip"),
            machine.group.memory.as_ref().ok().map(|memory| {
                let args = [
                    ("most", bytes_text(memory.most).into()),
                    ("used", bytes_text(memory.used).into()),
                ];
                view.text.with("machine-memory-group", &args)
            }),
        ),
        plot: total.map(|total| Plotted {
            curve: &data.curves.machine_memory,
            top: total as f64,
            color: view.theme.memory,
            salt: "machine memory",
            end,
        }),
        width: MEMORY,
        command: Some(Command::SortBusiest(FigureId::Memory)),
    }
}

pub(super) fn disk_figure<'a>(view: View<'a>, data: StripData<'a>) -> StripFigure<'a> {
    let disk = data.snapshot.machine.disk;
    let leader = data.leaders.disk.as_ref();
    let split = disk.ok().map_or_else(String::new, |rates| {
        let args = [
            ("read", bytes_text(rates.read_bytes_per_second).into()),
            ("written", bytes_text(rates.written_bytes_per_second).into()),
        ];
        view.text.with("machine-disk-note", &args)
    });
    let tip = view.text.get("machine-disk-tip");
    let rate = |bytes: u64| {
        view.text
            .with("machine-rate", &[("bytes", bytes_text(bytes).into())])
    };
    StripFigure {
        title: view.text.get("machine-disk"),
        value: disk.map(|rates| {
            rate(
                rates
                    .read_bytes_per_second
                    .saturating_add(rates.written_bytes_per_second),
            )
        }),
        note: leader.map_or_else(
            || split.clone(),
            |leader| disk_leader_text(view.text, leader),
        ),
        program: program_of(leader),
        note_color: view.theme.text_dim,
        tip: if leader.is_some() {
            format!("{split}\n{tip}")
        } else {
            tip.to_owned()
        },
        plot: None,
        width: DISK,
        command: leader.map(|leader| Command::SortBusiest(leader.disk_column())),
    }
}

pub(super) fn waiting_figure<'a>(view: View<'a>, data: StripData<'a>) -> StripFigure<'a> {
    let text = view.text;
    let machine = &data.snapshot.machine;
    let pressure = &machine.pressure;
    let share = |share: Reading<f32>| {
        share.ok().map_or_else(
            || text.get("mark-none").to_owned(),
            |share| format!("{share:.0}"),
        )
    };
    let value = pressure.cpu_percent.map(|_| {
        let args = [
            ("cpu", share(pressure.cpu_percent).into()),
            ("memory", share(pressure.memory_percent).into()),
            ("disk", share(pressure.io_percent).into()),
        ];
        text.with("machine-waiting-shares", &args)
    });
    let load = machine.load_average.ok().map_or_else(
        || text.get("mark-none").to_owned(),
        |[one, five, fifteen]| format!("{one:.2} · {five:.2} · {fifteen:.2}"),
    );
    let worst = data.shortages.worst();
    let command = worst.map(|(resource, _)| match resource {
        Resource::Cpu => Command::SortBusiest(FigureId::Cpu),
        Resource::Memory => Command::SortBusiest(FigureId::Memory),
        Resource::Disk => match &data.leaders.disk {
            Some(leader) => Command::SortBusiest(leader.disk_column()),
            None => Command::SetFilter("state:D".to_owned()),
        },
    });
    StripFigure {
        title: text.get("machine-waiting"),
        value,
        note: verdict(text, data),
        program: worst.and_then(|(resource, _)| match resource {
            Resource::Cpu => program_of(leader_to_blame(data)),
            Resource::Memory => program_of(data.leaders.memory.as_ref()),
            Resource::Disk => {
                let waiting = data.leaders.waiting.as_ref();
                let waiting = waiting.map(|(program, _)| Arc::clone(program));
                program_of(data.leaders.disk.as_ref()).or(waiting)
            }
        }),
        note_color: if worst.is_some() {
            view.theme.warning
        } else {
            view.theme.text_dim
        },
        tip: text.with("machine-waiting-tip", &[("load", load.into())]),
        plot: None,
        width: WAITING,
        command,
    }
}

fn program_of(leader: Option<&Leader>) -> Option<Arc<str>> {
    leader.map(|leader| Arc::clone(&leader.program))
}

/// What is short and whose doing that is, in one sentence.
fn verdict(text: &Text, data: StripData<'_>) -> String {
    let Some((resource, share)) = data.shortages.worst() else {
        let key = match (data.shortages.is_known(), data.shortages.is_felt()) {
            (false, _) => "short-unknown",
            (true, true) => "short-brief",
            (true, false) => "short-nothing",
        };
        return text.get(key).to_owned();
    };
    let share = format!("{share:.0}");
    let leaders = data.leaders;
    if let (Resource::Disk, Some(leader)) = (resource, &leaders.disk) {
        let doing = disk_leader_text(text, leader);
        let args = [("share", share.into()), ("doing", doing.into())];
        return text.with("short-disk-doing", &args);
    }
    let (alone, with, program, amount) = match resource {
        Resource::Cpu => (
            "short-cpu",
            "short-cpu-who",
            leader_to_blame(data).map(|leader| &leader.program),
            amount_text(text, leaders.cpu.as_ref(), data.cpu_unit, FigureId::Cpu),
        ),
        Resource::Memory => (
            "short-memory",
            "short-memory-who",
            leaders.memory.as_ref().map(|leader| &leader.program),
            amount_text(
                text,
                leaders.memory.as_ref(),
                data.cpu_unit,
                FigureId::Memory,
            ),
        ),
        Resource::Disk => (
            "short-disk",
            "short-disk-who",
            leaders.waiting.as_ref().map(|(program, _)| program),
            String::new(),
        ),
    };
    match program {
        Some(program) => text.with(
            with,
            &[
                ("share", share.into()),
                ("program", (&**program).into()),
                ("amount", amount.into()),
            ],
        ),
        None => text.with(alone, &[("share", share.into())]),
    }
}

/// Who takes the most of the CPU, if that is a good part of what is taken: others may do so unseen.
fn leader_to_blame(data: StripData<'_>) -> Option<&Leader> {
    let leader = data.leaders.cpu.as_ref()?;
    let cores = f64::from(data.snapshot.host.cpu_count.ok()?);
    let taken = f64::from(data.snapshot.machine.cpu_percent.ok()?) * cores;
    let own = leader.totals.amount(FigureId::Cpu)?;
    (own >= taken * BLAME).then_some(leader)
}

/// What a program takes of something, with its unit.
fn amount_text(
    text: &Text,
    leader: Option<&Leader>,
    cpu_unit: CpuUnit,
    column: FigureId,
) -> String {
    let totals = leader.map(|leader| &leader.totals);
    let amount = match (column, cpu_unit) {
        // Beside the share of the whole machine, a per cent of one core would be taken for one of the machine.
        (FigureId::Cpu, CpuUnit::OneCore) => totals.and_then(|totals| {
            let cores = totals.amount(FigureId::Cpu)? / 100.0;
            let digits = if cores < 0.095 { 2 } else { 1 };
            let cores = format!("{cores:.digits$}");
            Some(text.with("machine-taken-cores", &[("cores", cores.into())]))
        }),
        (FigureId::Cpu, CpuUnit::Machine(_)) => totals
            .and_then(|totals| totals.text(column, cpu_unit))
            .map(|amount| format!("{amount} %")),
        _ => totals.and_then(|totals| totals.text(column, cpu_unit)),
    };
    amount.unwrap_or_else(|| text.get("mark-none").to_owned())
}

/// Who makes the most traffic: `tracker writes 180 MB/s`.
fn disk_leader_text(text: &Text, leader: &Leader) -> String {
    let column = leader.disk_column();
    let key = match column {
        FigureId::IoRead => "disk-reads",
        _ => "disk-writes",
    };
    let amount = leader.totals.amount(column).unwrap_or(0.0);
    let args = [
        ("program", (&*leader.program).into()),
        ("bytes", bytes_text(amount as u64).into()),
    ];
    text.with(key, &args)
}

/// A note with the program that takes the most behind it.
fn with_leader(text: &Text, note: String, data: StripData<'_>, column: FigureId) -> String {
    let leader = match column {
        FigureId::Cpu => data.leaders.cpu.as_ref(),
        _ => data.leaders.memory.as_ref(),
    };
    let Some(leader) = leader else {
        return note;
    };
    let args = [
        ("note", note.into()),
        ("program", (&*leader.program).into()),
        (
            "amount",
            amount_text(text, Some(leader), data.cpu_unit, column).into(),
        ),
    ];
    text.with("machine-top", &args)
}
