//! The one table of fields: the record and what fills it, its keys in both languages, the schema and the columns of CSV follow
//! from it. What each field is stands in the catalogue.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::field::{Field, FieldSource, Keys};
use super::known::{
    Known, cgroup, cpu_times, environ, io_rates, list, memory, memory_full, owned, parent_name,
    rounded, row_or_detail,
};
use super::parts::{
    ConnectionRecord, ContainerRecord, CpuTimesRecord, CtxSwitchesRecord, IdsRecord, IoRatesRecord,
    IoRecord, IoniceRecord, LimitRecord, MemoryFullRecord, MemoryRecord, OpenFileRecord,
    PageFaultsRecord, RunQueueRecord, SchedulingRecord, ThreadRecord,
};
use super::shape::{self, Shape, Unit};
use super::slot::{Notes, Slot};
use crate::monitor::reading::{Reading, Unread};

use FieldSource::{Detail, DetailApart, Row, RowAsked};

/// The two fields that always come: with the host's `boot_id` they name one process for ever.
pub const ALWAYS: [Field; 2] = [
    Field {
        name: "pid",
        zh: "进程编号",
        source: Row,
        shape: Shape::COUNT,
    },
    Field {
        name: "start_ticks",
        zh: "启动时钟",
        source: Row,
        shape: Shape::Whole(Unit::Ticks),
    },
];

macro_rules! fields {
    ($count:literal: $($name:ident: $type:ty, $zh:tt, $source:expr, $shape:expr, $read:expr;)*) => {
        /// Every other field, in the order in which they are written.
        pub const FIELDS: [Field; $count] = [$(Field {
            name: stringify!($name),
            zh: $zh,
            source: $source,
            shape: $shape,
        }),*];

        /// A process. `Absent` members were not asked for. It is read with keys of either language.
        #[derive(Clone, Debug, Default, PartialEq, Deserialize)]
        #[serde(default)]
        pub struct ProcessRecord {
            /// The process id.
            #[serde(alias = "进程编号")]
            pub pid: u32,
            /// When it began, clock ticks since boot.
            #[serde(alias = "启动时钟")]
            pub start_ticks: u64,
            $(
                #[doc = concat!("`", stringify!($name), "`; [`Field::help`] says what it is.")]
                #[serde(alias = $zh)]
                pub $name: Slot<$type>,
            )*
            /// Why a field is null, by its name.
            #[serde(deserialize_with = "named_reasons")]
            pub unreadable: BTreeMap<String, Unread>,
            /// Fields whose text was not UTF-8.
            #[serde(deserialize_with = "named_list")]
            pub lossy: Vec<String>,
            /// Lists that hold only their first items.
            #[serde(deserialize_with = "named_list")]
            pub cut: Vec<String>,
        }

        impl ProcessRecord {
            /// The members that are asked for, each from where it stands.
            pub(super) fn of(known: &Known<'_>) -> Self {
                let mut notes = Notes::default();
                $(
                    let $name = if known.fields.has(stringify!($name)) {
                        let read: fn(&Known<'_>, &mut Notes) -> Reading<$type> = $read;
                        let reading = read(known, &mut notes);
                        notes.slot(stringify!($name), reading)
                    } else {
                        Slot::Absent
                    };
                )*
                Self {
                    pid: known.row.key.pid,
                    start_ticks: known.row.key.start_ticks,
                    $($name,)*
                    unreadable: notes.unreadable,
                    lossy: known.lossy(),
                    cut: notes.cut,
                }
            }

            /// The number at a place such as `memory_info.rss`; `None` if there is none.
            pub fn number(&self, place: &str) -> Option<f64> {
                let (name, part) = match place.split_once('.') {
                    Some((name, part)) => (name, Some(part)),
                    None => (place, None),
                };
                let value = match name {
                    $(stringify!($name) => serde_json::to_value(&self.$name),)*
                    _ => return None,
                };
                let value = value.ok()?;
                part.map_or(Some(&value), |part| value.get(part))?.as_f64()
            }

            /// Writes its members into a map with the given keys.
            pub(super) fn write_members<M: SerializeMap>(&self, map: &mut M, keys: Keys) -> Result<(), M::Error> {
                let [pid, start_ticks] = &ALWAYS;
                map.serialize_entry(pid.key(keys), &self.pid)?;
                map.serialize_entry(start_ticks.key(keys), &self.start_ticks)?;
                let mut fields = FIELDS.iter();
                $(
                    if let Some(field) = fields.next() && !self.$name.is_absent() {
                        map.serialize_entry(field.key(keys), &self.$name)?;
                    }
                )*
                if !self.unreadable.is_empty() {
                    let reasons = self.unreadable.iter().map(|(name, reason)| (keys.key_of(name), *reason));
                    map.serialize_entry("unreadable", &reasons.collect::<BTreeMap<_, _>>())?;
                }
                for (member, names) in [("lossy", &self.lossy), ("cut", &self.cut)] {
                    if !names.is_empty() {
                        let names: Vec<_> = names.iter().map(|name| keys.key_of(name)).collect();
                        map.serialize_entry(member, &names)?;
                    }
                }
                Ok(())
            }
        }
    };
}

fields! { 43:
    name: String, "进程名称", Row, Shape::Text, |known, _| Ok(known.row.name.to_string());
    label: String, "识别名称", RowAsked, Shape::Text, |known, _| Ok(known.row.label().to_owned());
    ppid: u32, "父进程ID", Row, Shape::COUNT, |known, _| Ok(known.row.ppid);
    parent_name: String, "父进程", Row, Shape::Text, |known, _| parent_name(known);
    status: String, "状态", Row, Shape::Text, |known, _| Ok(known.row.state.word().to_owned());
    username: String, "进程用户名", Row, Shape::Text, |known, _| owned(&known.row.username);
    create_time: f64, "进程创建时间", Row, Shape::Number(Unit::UnixSeconds),
        |known, _| Ok(rounded(known.row.create_time, 1e2));
    terminal: String, "终端", Row, Shape::Text, |known, _| owned(&known.row.terminal);
    cpu_percent: f64, "CPU使用率", Row, Shape::Number(Unit::Percent),
        |known, _| known.row.cpu_percent.map(|percent| rounded(f64::from(percent), 1e2));
    cpu_times: CpuTimesRecord, "执行时间", Row, shape::CPU_TIMES,
        |known, notes| known.row.cpu_times.map(|times| cpu_times(times, notes));
    memory_info: MemoryRecord, "内存信息", Row, shape::MEMORY, |known, _| memory(known);
    num_threads: u32, "线程数", Row, Shape::COUNT, |known, _| known.row.num_threads;
    nice: i32, "优先级nice", Row, Shape::Signed, |known, _| known.row.nice;
    exe: String, "执行路径", Row, Shape::Text, |known, _| owned(&known.row.exe);
    exe_deleted: bool, "执行文件已删除", Row, Shape::Truth, |known, _| known.row.exe_deleted;
    cmdline: Vec<String>, "启动命令", Row, Shape::List(&Shape::Text),
        |known, _| Ok(known.row.cmdline.as_ref()?.args().to_vec());
    is_kernel_thread: bool, "内核线程", Row, Shape::Truth, |known, _| Ok(known.row.is_kernel_thread);
    cwd: String, "当前路径", Detail, Shape::Text, |known, _| known.detail(|detail| detail.cwd.clone());
    cwd_deleted: bool, "当前路径已删除", Detail, Shape::Truth, |known, _| known.detail(|detail| detail.cwd_deleted);
    uids: IdsRecord, "用户ID", Detail, shape::IDS, |known, _| known.detail(|detail| detail.uids.map(Into::into));
    gids: IdsRecord, "组ID", Detail, shape::IDS, |known, _| known.detail(|detail| detail.gids.map(Into::into));
    memory_full_info: MemoryFullRecord, "详细内存信息", Detail, shape::MEMORY_FULL,
        |known, notes| known.detail(|detail| memory_full(detail, notes));
    open_files: Vec<OpenFileRecord>, "打开的文件", Detail, shape::OPEN_FILES,
        |known, notes| known.detail(|detail| list("open_files", &detail.open_files, notes));
    connections: Vec<ConnectionRecord>, "相关网络连接", Detail, shape::CONNECTIONS,
        |known, notes| known.detail(|detail| list("connections", &detail.connections, notes));
    threads: Vec<ThreadRecord>, "线程", Detail, shape::THREADS,
        |known, notes| known.detail(|detail| list("threads", &detail.threads, notes));
    num_fds: u64, "文件描述符数", RowAsked, Shape::COUNT,
        |known, _| row_or_detail(known, known.row.extra.num_fds, |detail| detail.num_fds);
    num_ctx_switches: CtxSwitchesRecord, "上下文切换次数", Detail, shape::CTX_SWITCHES,
        |known, _| known.detail(|detail| detail.ctx_switches.map(Into::into));
    io_counters: IoRecord, "读写统计", Detail, shape::IO_COUNTERS, |known, _| known.detail(|detail| detail.io.map(Into::into));
    io_rates: IoRatesRecord, "磁盘读写速率", RowAsked, shape::IO_RATES, |known, notes| io_rates(known.row, notes);
    cpu_num: u32, "所在CPU", Detail, Shape::COUNT, |known, _| known.detail(|detail| detail.cpu_num);
    page_faults: PageFaultsRecord, "缺页次数", RowAsked, shape::PAGE_FAULTS,
        |known, _| row_or_detail(known, known.row.page_faults, |detail| detail.page_faults).map(Into::into);
    scheduling: SchedulingRecord, "调度策略", RowAsked, shape::SCHEDULING,
        |known, _| row_or_detail(known, known.row.scheduling, |detail| detail.scheduling).map(Into::into);
    cpu_affinity: Vec<u32>, "CPU亲和性", Detail, Shape::List(&Shape::COUNT),
        |known, _| known.detail(|detail| detail.cpu_affinity.clone());
    ionice: IoniceRecord, "IO优先级", Detail, shape::IONICE, |known, _| known.detail(|detail| detail.io_priority.map(Into::into));
    run_queue: RunQueueRecord, "运行队列", Detail, shape::RUN_QUEUE,
        |known, _| known.detail(|detail| detail.run_queue.map(Into::into));
    wait_channel: String, "等待位置", Detail, Shape::Text, |known, _| known.detail(|detail| detail.wait_channel.clone());
    oom_score: u32, "OOM评分", Detail, Shape::COUNT, |known, _| known.detail(|detail| detail.oom_score);
    oom_score_adj: i32, "OOM评分调整", Detail, Shape::Signed, |known, _| known.detail(|detail| detail.oom_score_adj);
    namespaces: BTreeMap<String, u64>, "命名空间", Detail, Shape::ByName(&Shape::COUNT),
        |known, _| known.detail(|detail| Ok(detail.namespaces.as_ref()?.iter().cloned().collect()));
    container: ContainerRecord, "容器", Detail, shape::CONTAINER,
        |known, _| known.detail(|detail| Ok(detail.container.as_ref()?.into()));
    cgroup: String, "控制组", Detail, Shape::Text, |known, _| cgroup(known);
    limits: Vec<LimitRecord>, "资源限制", Detail, shape::LIMITS,
        |known, _| known.detail(|detail| Ok(detail.limits.as_ref()?.iter().map(Into::into).collect()));
    environ: BTreeMap<String, String>, "环境变量", DetailApart, Shape::ByName(&Shape::Text),
        |known, notes| known.detail(|detail| environ(detail, known.environ, notes));
}

impl Serialize for ProcessRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WithKeys(self, Keys::En).serialize(serializer)
    }
}

/// A record, written with these keys.
pub(super) struct WithKeys<'a>(pub &'a ProcessRecord, pub Keys);

impl Serialize for WithKeys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.write_members(&mut map, self.1)?;
        map.end()
    }
}

fn named_reasons<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Unread>, D::Error> {
    let reasons = BTreeMap::<String, Unread>::deserialize(deserializer)?;
    let named = reasons
        .into_iter()
        .map(|(key, reason)| (Keys::name_of(&key), reason));
    Ok(named.collect())
}

fn named_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let keys = Vec::<String>::deserialize(deserializer)?;
    Ok(keys.iter().map(|key| Keys::name_of(key)).collect())
}
