//! The control group of a process, of all those that its `cgroup` lists.

use super::parse::text;
use crate::monitor::container::Container;

/// The path in `cgroup` that tells most: of the hierarchy in which the innermost container is, otherwise of the unified one or
/// of systemd's, then of the first one in which the process is in a group at all.
///
/// Runtimes may put a process into some hierarchies only: with version 1 beside 2, the unified one often has nothing to tell.
pub fn cgroup(bytes: &[u8]) -> Option<&[u8]> {
    let entries = bytes.split(|&byte| byte == b'\n').filter_map(|line| {
        let mut parts = line.splitn(3, |&byte| byte == b':');
        let (id, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        let depth = Container::innermost(&text(path).0).map(|(place, _)| place);
        let rank = match (id, controllers) {
            (b"0", b"") => 2,
            (_, b"name=systemd") => 1,
            _ => 0,
        };
        Some(((depth, path != b"/", rank), path))
    });
    // Of equals the first one.
    entries
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// Checks the path and the container that are found in a file, whose lines stand apart by spaces.
    fn check(lines: &str, path: &str, container: Option<(&str, &str)>) {
        let with_id = |text: &str| text.replace("ID", ID);
        let file = with_id(lines).replace(' ', "\n");
        let found = cgroup(file.as_bytes()).map(|path| text(path).0).unwrap();
        assert_eq!(found, with_id(path), "{lines}");
        let found = Container::of_cgroup(&found).map(|found| (found.runtime, found.id));
        let expected = container.map(|(runtime, id)| (runtime, with_id(id)));
        assert_eq!(found, expected, "{lines}");
    }

    #[test]
    fn the_path_of_one_hierarchy_is_that_of_the_group() {
        assert_eq!(
            cgroup(b"12:cpu:/old\n0::/user.slice/a:b\n"),
            Some(&b"/user.slice/a:b"[..])
        );
        assert_eq!(cgroup(b"12:cpu,cpuacct:/old\n"), Some(&b"/old"[..]));
        assert_eq!(cgroup(b"0::/\n"), Some(&b"/"[..]));
        assert_eq!(cgroup(b""), None);
        assert_eq!(cgroup(b"garbage\n\n:"), None);
    }

    #[test]
    fn docker_with_version_1_and_with_both() {
        let docker = Some(("docker", "ID"));
        check(
            "12:rdma:/ 11:pids:/docker/ID 10:cpuset:/docker/ID 9:memory:/docker/ID 5:freezer:/docker/ID \
             4:cpu,cpuacct:/docker/ID 2:devices:/docker/ID 1:name=systemd:/docker/ID",
            "/docker/ID",
            docker,
        );
        // The unified hierarchy has the daemon's group, or none.
        check(
            "11:memory:/docker/ID 2:cpu,cpuacct:/docker/ID 1:name=systemd:/docker/ID 0::/system.slice/containerd.service",
            "/docker/ID",
            docker,
        );
        check(
            "11:memory:/system.slice/docker-ID.scope 1:name=systemd:/system.slice/docker-ID.scope 0::/",
            "/system.slice/docker-ID.scope",
            docker,
        );
        check(
            "0::/system.slice/docker-ID.scope",
            "/system.slice/docker-ID.scope",
            docker,
        );
        // Docker in docker: some controllers stay with the outer one.
        check(
            "9:memory:/docker/ID/docker/ID 4:cpu,cpuacct:/docker/ID 1:name=systemd:/docker/ID 0::/",
            "/docker/ID/docker/ID",
            docker,
        );
    }

    #[test]
    fn kubernetes_podman_lxc_and_nspawn() {
        let pod = "/kubepods/burstable/pod0f1d2c3b-1111-2222-3333-444455556666/ID";
        check(
            &format!(
                "12:rdma:/ 11:memory:{pod} 1:name=systemd:{pod} 0::/system.slice/containerd.service"
            ),
            pod,
            Some(("kubernetes", "ID")),
        );
        let slice = "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/crio-ID.scope";
        check(
            &format!("11:memory:{slice} 1:name=systemd:{slice} 0::/"),
            slice,
            Some(("cri-o", "ID")),
        );
        check(
            "11:memory:/machine.slice/libpod-ID.scope 1:name=systemd:/machine.slice/libpod-ID.scope \
             0::/machine.slice/libpod-ID.scope/container",
            "/machine.slice/libpod-ID.scope/container",
            Some(("podman", "ID")),
        );
        // Without rights to the controllers podman has a group of systemd's alone.
        check(
            "11:memory:/user.slice/user-1000.slice/user@1000.service 3:rdma:/ \
             1:name=systemd:/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope 0::/user.slice",
            "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope",
            Some(("podman", "ID")),
        );
        check(
            "9:memory:/lxc.payload.web 2:cpu,cpuacct:/lxc.payload.web 1:name=systemd:/lxc.payload.web/init.scope \
             0::/lxc.payload.web/init.scope",
            "/lxc.payload.web/init.scope",
            Some(("lxc", "web")),
        );
        check(
            "9:memory:/lxc/101/ns 4:pids:/lxc/101/ns/system.slice/cron.service 1:name=systemd:/lxc/101/ns/system.slice/cron.service 0::/",
            "/lxc/101/ns/system.slice/cron.service",
            Some(("lxc", "101")),
        );
        check(
            "9:memory:/machine.slice 1:name=systemd:/machine.slice/machine-web.scope 0::/machine.slice/machine-web.scope/payload",
            "/machine.slice/machine-web.scope/payload",
            Some(("systemd-nspawn", "web")),
        );
    }

    #[test]
    fn what_is_in_no_container_is_named_by_the_hierarchy_that_tells_most() {
        let session = "/user.slice/user-1000.slice/session-2.scope";
        check(
            &format!("12:rdma:/ 11:memory:/user.slice 1:name=systemd:{session} 0::{session}"),
            session,
            None,
        );
        // Version 1 alone, and version 2 without a group.
        check(
            &format!("11:memory:/user.slice 1:name=systemd:{session}"),
            session,
            None,
        );
        check(
            &format!("11:memory:/ 1:name=systemd:{session} 0::/"),
            session,
            None,
        );
        check("11:memory:/limited 2:cpu:/ 0::/", "/limited", None);
        check("11:memory:/ 1:name=systemd:/ 0::/", "/", None);
    }
}
