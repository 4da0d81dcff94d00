//! Trees of control groups, made for one test each.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::monitor::detail::{Aspect, Look};
use crate::os::ProcKey;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn watch() -> Watch {
    let mut watch = Watch::default();
    let key = ProcKey {
        pid: 1,
        start_ticks: 1,
    };
    watch.turn_to(key, Look::At(Aspect::Why));
    watch
}

/// A container with half a CPU and 100 MiB, recorded on a machine with version 2.
fn unified() -> TempDir {
    tree(&[
        ("cgroup.controllers", "cpu memory pids\n"),
        ("a/b/cpu.max", "max 100000\n"),
        ("a/b/memory.max", "max\n"),
        ("a/b/memory.current", "90000000\n"),
        ("a/b/memory.high", "max\n"),
        (
            "a/b/memory.events",
            "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\n",
        ),
        ("a/b/pids.current", "12\n"),
        ("a/b/pids.max", "max\n"),
        ("a/b/cgroup.events", "populated 1\nfrozen 1\n"),
        (
            "a/b/io.pressure",
            "some avg10=33.50 avg60=1.00 avg300=0.00 total=9\n",
        ),
        ("a/cpu.max", "50000 100000\n"),
        (
            "a/cpu.stat",
            "usage_usec 900\nnr_periods 100\nnr_throttled 40\nthrottled_usec 2500000\n",
        ),
        ("a/memory.max", "104857600\n"),
        ("a/memory.current", "100000000\n"),
        ("a/memory.stat", "anon 1\nfile 2\ninactive_file 4000000\n"),
        ("a/memory.high", "max\n"),
        ("a/pids.current", "90\n"),
        ("a/pids.max", "100\n"),
    ])
}

#[test]
fn version_2_with_the_nearest_bounds_of_the_groups_above() {
    let folder = unified();
    let mut reader = CgroupReader::at(folder.path());
    let mut watch = watch();
    let found = reader.read(b"0::/a/b\n", &mut watch).unwrap();
    let quota = found.cpu.as_ref().unwrap();
    assert_eq!((quota.path.as_str(), quota.cpus), ("/a", 0.5));
    assert_eq!(quota.throttled_seconds, Ok(2.5));
    assert_eq!(quota.throttled_percent, Err(Unread::NotSampled));
    let expected = Ceiling {
        path: "/a".into(),
        used: 96_000_000,
        most: 104_857_600,
    };
    assert_eq!(found.memory, Ok(expected));
    assert_eq!(found.memory_high, Err(Unread::NotApplicable));
    assert_eq!(found.tasks.as_ref().ok().map(|tasks| tasks.used), Some(90));
    assert_eq!(found.oom_kills, Ok(2));
    assert_eq!(found.is_frozen, Ok(true));
    assert_eq!(found.pressure.io_percent, Ok(33.5));
    assert_eq!(found.pressure.cpu_percent, Err(Unread::Unsupported));
}

#[test]
fn the_share_of_used_up_periods_is_since_the_look_before() {
    let folder = unified();
    let mut reader = CgroupReader::at(folder.path());
    let mut watch = watch();
    let mut percent = || {
        let found = reader.read(b"0::/a/b\n", &mut watch).ok();
        found.unwrap().cpu.as_ref().unwrap().throttled_percent
    };
    assert_eq!(percent(), Err(Unread::NotSampled));
    let write = |periods: u64, throttled: u64| {
        let stat = format!("nr_periods {periods}\nnr_throttled {throttled}\nthrottled_usec 9\n");
        fs::write(folder.path().join("a/cpu.stat"), stat).unwrap();
    };
    write(120, 55);
    assert_eq!(percent(), Ok(75.0));
    // No period has passed: nothing has changed.
    assert_eq!(percent(), Ok(75.0));
    write(140, 55);
    assert_eq!(percent(), Ok(0.0));
}

#[test]
fn version_1_has_a_tree_for_each_controller() {
    let folder = tree(&[
        ("cpu/x/cpu.cfs_quota_us", "20000\n"),
        ("cpu/x/cpu.cfs_period_us", "100000\n"),
        (
            "cpu/x/cpu.stat",
            "nr_periods 10\nnr_throttled 5\nthrottled_time 1500000000\n",
        ),
        ("memory/y/memory.usage_in_bytes", "5000\n"),
        ("memory/y/memory.limit_in_bytes", "9223372036854771712\n"),
        (
            "memory/y/memory.oom_control",
            "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n",
        ),
        ("freezer/z/freezer.state", "FROZEN\n"),
    ]);
    let groups = b"8:pids:/\n6:freezer:/z\n4:memory:/y\n2:cpu,cpuacct:/x\n0::/\n";
    let mut reader = CgroupReader::at(folder.path());
    let found = reader.read(groups, &mut watch()).unwrap();
    let quota = found.cpu.as_ref().unwrap();
    assert_eq!((quota.cpus, quota.throttled_seconds), (0.2, Ok(1.5)));
    assert_eq!(found.memory, Err(Unread::NotApplicable));
    assert_eq!(found.memory_high, Err(Unread::Unsupported));
    assert_eq!(found.tasks, Err(Unread::NotApplicable));
    assert_eq!(found.oom_kills, Ok(4));
    assert_eq!(found.is_frozen, Ok(true));
}

#[test]
fn both_versions_beside_each_other_each_with_its_controllers() {
    let folder = tree(&[
        ("unified/cgroup.controllers", "memory hugetlb\n"),
        ("unified/box/memory.current", "7000\n"),
        ("unified/box/memory.max", "10000\n"),
        ("unified/box/cgroup.events", "populated 1\nfrozen 0\n"),
        (
            "unified/box/cpu.pressure",
            "some avg10=12.50 avg60=1.00 avg300=0.00 total=9\n",
        ),
        // Without a link for each of the two.
        ("cpu,cpuacct/x/cpu.cfs_quota_us", "150000\n"),
        ("cpu,cpuacct/x/cpu.cfs_period_us", "100000\n"),
        ("pids/y/pids.current", "3\n"),
        ("pids/y/pids.max", "30\n"),
    ]);
    let groups = b"8:pids:/y\n2:cpu,cpuacct:/x\n1:name=systemd:/box\n0::/box\n";
    let mut reader = CgroupReader::at(folder.path());
    let found = reader.read(groups, &mut watch()).unwrap();
    let memory = found.memory.as_ref().unwrap();
    assert_eq!((memory.used, memory.most), (7_000, 10_000));
    assert_eq!(found.cpu.as_ref().ok().map(|quota| quota.cpus), Some(1.5));
    assert_eq!(found.tasks.as_ref().ok().map(|tasks| tasks.most), Some(30));
    assert_eq!(found.is_frozen, Ok(false));
    assert_eq!(found.pressure.cpu_percent, Ok(12.5));
}

#[test]
fn in_a_container_that_sees_its_own_group_as_the_root_the_bounds_are_there() {
    let folder = tree(&[
        ("memory/memory.usage_in_bytes", "5000\n"),
        ("memory/memory.limit_in_bytes", "20000\n"),
        ("cpu/cpu.cfs_quota_us", "200000\n"),
        ("cpu/cpu.cfs_period_us", "100000\n"),
    ]);
    let groups = b"4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n";
    let mut reader = CgroupReader::at(folder.path());
    let found = reader.read(groups, &mut watch()).unwrap();
    assert_eq!(
        found.memory.as_ref().ok().map(|memory| memory.most),
        Some(20_000)
    );
    assert_eq!(found.cpu.as_ref().ok().map(|quota| quota.cpus), Some(2.0));
}

#[test]
fn what_lies_outside_is_not_told() {
    let folder = unified();
    let mut reader = CgroupReader::at(folder.path());
    for groups in [&b"0::/../other\n"[..], b"", b"\xff", b"1:name=systemd:/\n"] {
        assert_eq!(
            reader.read(groups, &mut watch()).as_ref().err(),
            Some(&Unread::Unsupported)
        );
    }
    let mut nowhere = CgroupReader::at(&folder.path().join("missing"));
    assert_eq!(
        nowhere.read(b"0::/a\n", &mut watch()).as_ref().err(),
        Some(&Unread::Unsupported)
    );
}
