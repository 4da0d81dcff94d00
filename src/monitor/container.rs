//! Which container a process lives in, as far as its control group tells.

/// A container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Who made it: `docker`, `podman`, `containerd`, `cri-o`, `lxc`, `systemd-nspawn`; `kubernetes` where its pods do not
    /// tell more.
    pub runtime: &'static str,
    /// Its id or name, as the runtime has it.
    pub id: String,
}

/// Beginnings of the folder that the runtimes make for a container, when systemd does it for them.
const PREFIXES: [(&str, &str); 6] = [
    ("docker-", "docker"),
    ("libpod-", "podman"),
    ("cri-containerd-", "containerd"),
    ("crio-", "cri-o"),
    ("lxc.payload.", "lxc"),
    ("machine-", "systemd-nspawn"),
];

/// Folders below which a container's own is called by its id alone.
const PARENTS: [(&str, &str); 4] = [
    ("docker", "docker"),
    ("libpod_parent", "podman"),
    ("lxc", "lxc"),
    ("lxc.payload", "lxc"),
];

impl Container {
    /// The innermost container of a control group's path; `None` if it is in none that we recognise.
    pub fn of_cgroup(path: &str) -> Option<Self> {
        let folders: Vec<&str> = path
            .split('/')
            .filter(|folder| !folder.is_empty())
            .collect();
        let found = |(place, folder): (usize, &&str)| {
            let parent = place
                .checked_sub(1)
                .and_then(|before| folders.get(before).copied());
            Self::of_folder(parent, folder)
        };
        let innermost = folders.iter().enumerate().rev().find_map(found);
        innermost.or_else(|| {
            // A pod's containers are called by their ids, whatever made them.
            let is_pod = folders.iter().any(|folder| folder.starts_with("kubepods"));
            let id = folders.last().filter(|folder| is_pod && is_id(folder))?;
            Some(Self {
                runtime: "kubernetes",
                id: (*id).to_owned(),
            })
        })
    }

    fn of_folder(parent: Option<&str>, folder: &str) -> Option<Self> {
        let name = folder.strip_suffix(".scope").unwrap_or(folder);
        let by_prefix = PREFIXES.iter().find_map(|&(prefix, runtime)| {
            let id = name.strip_prefix(prefix)?;
            // conmon watches podman's containers from outside.
            (!id.is_empty() && !id.starts_with("conmon-")).then_some((runtime, id))
        });
        let by_parent = || {
            let (_, runtime) = PARENTS.iter().find(|&&(name, _)| Some(name) == parent)?;
            (*runtime != "docker" || is_id(name)).then_some((*runtime, name))
        };
        let (runtime, id) = by_prefix.or_else(by_parent)?;
        Some(Self {
            runtime,
            id: id.replace("\\x2d", "-"),
        })
    }
}

/// True for the 64 digits that most runtimes use.
fn is_id(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_many_runtimes() {
        let id = "0123456789abcdef".repeat(4);
        let check = |path: &str, expected: Option<(&str, &str)>| {
            let path = path.replace("ID", &id);
            let expected = expected.map(|(runtime, name)| (runtime, name.replace("ID", &id)));
            let found = Container::of_cgroup(&path).map(|found| (found.runtime, found.id));
            assert_eq!(found, expected, "{path}");
        };
        check("/", None);
        check("", None);
        check("/user.slice/user-1000.slice/session-2.scope", None);
        check("/system.slice/docker.service", None);
        check("/system.slice/docker-ID.scope", Some(("docker", "ID")));
        check("/docker/ID", Some(("docker", "ID")));
        check("/docker/ID/init.scope", Some(("docker", "ID")));
        check("/docker/buildkit", None);
        check(
            "/machine.slice/libpod-ID.scope/container",
            Some(("podman", "ID")),
        );
        check("/machine.slice/libpod-conmon-ID.scope", None);
        check("/libpod_parent/ID", Some(("podman", "ID")));
        check(
            "/kubepods.slice/kubepods-pod1.slice/cri-containerd-ID.scope",
            Some(("containerd", "ID")),
        );
        check(
            "/kubepods.slice/kubepods-pod1.slice/crio-ID.scope",
            Some(("cri-o", "ID")),
        );
        check("/kubepods/burstable/pod12/ID", Some(("kubernetes", "ID")));
        check("/lxc.payload.web/init.scope", Some(("lxc", "web")));
        check("/lxc/web", Some(("lxc", "web")));
        check(
            "/machine.slice/machine-my\\x2dbox.scope/payload",
            Some(("systemd-nspawn", "my-box")),
        );
        check("/docker/ID/docker/ID", Some(("docker", "ID")));
    }
}
