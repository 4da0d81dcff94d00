//! The one table of fields: the record, its keys in both languages, the schema, the columns of CSV and the help follow from it.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::field::{Field, FieldSource, Keys};
use super::parts::{
    ConnectionRecord, ContainerRecord, CpuTimesRecord, CtxSwitchesRecord, IdsRecord, IoRatesRecord,
    IoRecord, IoniceRecord, LimitRecord, MemoryFullRecord, MemoryRecord, OpenFileRecord,
    PageFaultsRecord, RunQueueRecord, SchedulingRecord, ThreadRecord,
};
use super::shape::{self, Shape, Unit};
use super::slot::Slot;
use crate::monitor::extra::Need;
use crate::monitor::reading::Unread;

use FieldSource::{Detail, DetailApart, Row, RowAsked};

/// The two fields that always come: with the host's `boot_id` they name one process for ever.
pub const ALWAYS: [Field; 2] = [
    Field {
        name: "pid",
        zh: "进程编号",
        source: Row,
        shape: Shape::COUNT,
        help: "the process id",
    },
    Field {
        name: "start_ticks",
        zh: "启动时钟",
        source: Row,
        shape: Shape::Whole(Unit::Ticks),
        help: "when it began: pid, start_ticks and the host's boot_id name one process for ever",
    },
];

macro_rules! fields {
    ($count:literal: $($name:ident: $type:ty, $zh:tt, $source:expr, $shape:expr, $help:tt;)*) => {
        /// Every other field, in the order in which they are written.
        pub const FIELDS: [Field; $count] = [$(Field {
            name: stringify!($name),
            zh: $zh,
            source: $source,
            shape: $shape,
            help: $help,
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
                #[doc = $help]
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
    name: String, "进程名称", Row, Shape::Text, "name, completed where the kernel cut it";
    label: String, "识别名称", RowAsked(None), Shape::Text, "name with the script, module or jar that it runs: python3 · writer.py";
    ppid: u32, "父进程ID", Row, Shape::COUNT, "the parent's pid, 0 for none";
    parent_name: String, "父进程", Row, Shape::Text, "the parent's name";
    status: String, "状态", Row, Shape::Text, "running, sleeping, disk-sleep, stopped, zombie, idle ...";
    username: String, "进程用户名", Row, Shape::Text, "the real user's name";
    create_time: f64, "进程创建时间", Row, Shape::Number(Unit::UnixSeconds), "when it began";
    terminal: String, "终端", Row, Shape::Text, "the controlling terminal";
    cpu_percent: f64, "CPU使用率", Row, Shape::Number(Unit::Percent),
        "CPU use over cpu_percent_span seconds: four busy threads are 400";
    cpu_times: CpuTimesRecord, "执行时间", Row, shape::CPU_TIMES, "CPU time used so far";
    memory_info: MemoryRecord, "内存信息", Row, shape::MEMORY, "memory";
    num_threads: u32, "线程数", Row, Shape::COUNT, "number of threads";
    nice: i32, "优先级nice", Row, Shape::Signed, "-20 (favoured) to 19";
    exe: String, "执行路径", Row, Shape::Text, "path of the executable";
    exe_deleted: bool, "执行文件已删除", Row, Shape::Truth, "true if that file was removed or replaced since";
    cmdline: Vec<String>, "启动命令", Row, Shape::List(&Shape::Text), "list of arguments";
    is_kernel_thread: bool, "内核线程", Row, Shape::Truth, "true for threads of the kernel";
    cwd: String, "当前路径", Detail, Shape::Text, "the working directory";
    cwd_deleted: bool, "当前路径已删除", Detail, Shape::Truth, "true if that directory was removed since";
    uids: IdsRecord, "用户ID", Detail, shape::IDS, "user ids";
    gids: IdsRecord, "组ID", Detail, shape::IDS, "group ids";
    memory_full_info: MemoryFullRecord, "详细内存信息", Detail, shape::MEMORY_FULL, "memory that is shared with nobody, and more";
    open_files: Vec<OpenFileRecord>, "打开的文件", Detail, shape::OPEN_FILES, "open regular files";
    connections: Vec<ConnectionRecord>, "相关网络连接", Detail, shape::CONNECTIONS, "sockets";
    threads: Vec<ThreadRecord>, "线程", Detail, shape::THREADS, "the threads";
    num_fds: u64, "文件描述符数", RowAsked(Some(Need::Descriptors)), Shape::COUNT, "open descriptors of every kind";
    num_ctx_switches: CtxSwitchesRecord, "上下文切换次数", Detail, shape::CTX_SWITCHES, "how often it was taken off a CPU";
    io_counters: IoRecord, "读写统计", Detail, shape::IO_COUNTERS, "input and output so far, its collected children's included";
    io_rates: IoRatesRecord, "磁盘读写速率", RowAsked(Some(Need::Io)), shape::IO_RATES,
        "what it reads from disks and writes for them itself, over cpu_percent_span seconds";
    cpu_num: u32, "所在CPU", Detail, Shape::COUNT, "the CPU it last ran on";
    page_faults: PageFaultsRecord, "缺页次数", RowAsked(None), shape::PAGE_FAULTS, "minor (no disk needed), major";
    scheduling: SchedulingRecord, "调度策略", RowAsked(None), shape::SCHEDULING, "policy and priority";
    cpu_affinity: Vec<u32>, "CPU亲和性", Detail, Shape::List(&Shape::COUNT), "the CPUs it may run on";
    ionice: IoniceRecord, "IO优先级", Detail, shape::IONICE, "the I/O priority";
    run_queue: RunQueueRecord, "运行队列", Detail, shape::RUN_QUEUE, "how long it waited for a CPU";
    wait_channel: String, "等待位置", Detail, Shape::Text, "the kernel's function it waits in";
    oom_score: u32, "OOM评分", Detail, Shape::COUNT, "how likely it is killed when memory runs out";
    oom_score_adj: i32, "OOM评分调整", Detail, Shape::Signed, "what was asked for there, -1000 to 1000";
    namespaces: BTreeMap<String, u64>, "命名空间", Detail, Shape::ByName(&Shape::COUNT),
        "number of each: who has the same shares it";
    container: ContainerRecord, "容器", Detail, shape::CONTAINER, "by the control group";
    cgroup: String, "控制组", Detail, Shape::Text, "the control group";
    limits: Vec<LimitRecord>, "资源限制", Detail, shape::LIMITS, "resource limits";
    environ: BTreeMap<String, String>, "环境变量", DetailApart, Shape::ByName(&Shape::Text),
        "the environment at its start; only with --environ";
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
