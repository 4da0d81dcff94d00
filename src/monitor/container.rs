//! Which container a process lives in, as far as its control group tells.

/// A container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Who made it: `docker`, `podman`, `containerd`, `cri-o`, `lxc`, `libvirt-lxc`, `systemd-nspawn`; `kubernetes` where its
    /// pods do not tell more, `oci` where only the form of the id says that it is a container.
    pub runtime: &'static str,
    /// Its id or name, as the runtime has it.
    pub id: String,
}

/// Words that runtimes put before the id, when systemd makes the group for them: `docker-ID.scope`. Those of conmon, which
/// watches containers from outside (`libpod-conmon-ID.scope`), end in no id.
const BEFORE_ID: [(&str, &str); 5] = [
    ("docker", "docker"),
    ("libpod", "podman"),
    ("cri-containerd", "containerd"),
    ("nerdctl", "containerd"),
    ("crio", "cri-o"),
];

/// Folders below which a container's own is called by its id alone.
const ABOVE_ID: [(&str, &str); 5] = [
    ("docker", "docker"),
    ("moby", "docker"),
    ("libpod_parent", "podman"),
    ("k8s.io", "containerd"),
    ("default", "containerd"),
];

impl Container {
    /// The innermost container of a control group's path; `None` if it is in none that we recognise.
    pub fn of_cgroup(path: &str) -> Option<Self> {
        Self::innermost(path).map(|(_, container)| container)
    }

    /// The same, and how far down it stands.
    pub fn innermost(path: &str) -> Option<(usize, Self)> {
        let folders: Vec<&str> = path
            .split('/')
            .filter(|folder| !folder.is_empty())
            .collect();
        (0..folders.len())
            .rev()
            .find_map(|place| Some((place, Self::at(&folders, place)?)))
    }

    fn at(folders: &[&str], place: usize) -> Option<Self> {
        let (above, rest) = folders.split_at_checked(place)?;
        let (folder, below) = rest.split_first()?;
        let parent = above.last().copied();
        let (runtime, id) = Self::of_id(above, folder)
            .or_else(|| of_name(parent, folder, below.first().copied()))?;
        Some(Self { runtime, id })
    }

    /// Those that are called by an id: whatever follows the OCI runtime's customs.
    fn of_id(above: &[&str], folder: &str) -> Option<(&'static str, String)> {
        let name = folder.strip_suffix(".scope").unwrap_or(folder);
        // The colons are systemd's notation where the runtime was told not to use it.
        let (word, id) = name.rsplit_once(['-', ':']).unwrap_or(("", name));
        if !is_id(id) {
            return None;
        }
        let word = word.rsplit(':').next().unwrap_or(word);
        let known = |table: &[(&'static str, &'static str)], word: &str| {
            let found = table.iter().find(|(known, _)| *known == word);
            found.map(|&(_, runtime)| runtime)
        };
        let runtime = if word.is_empty() {
            let is_pod = above.iter().any(|folder| folder.contains("kubepods"));
            let by_parent = above.last().and_then(|parent| known(&ABOVE_ID, parent));
            by_parent.unwrap_or(if is_pod { "kubernetes" } else { "oci" })
        } else {
            known(&BEFORE_ID, word)?
        };
        Some((runtime, id.to_owned()))
    }
}

/// Those that are called by a name.
fn of_name(
    parent: Option<&str>,
    folder: &str,
    below: Option<&str>,
) -> Option<(&'static str, String)> {
    let named = |runtime, name: &str| (!name.is_empty()).then(|| (runtime, unescaped(name)));
    if let Some(name) = folder.strip_prefix("lxc.payload.") {
        return named("lxc", name);
    }
    if matches!(parent, Some("lxc" | "lxc.payload")) {
        return named("lxc", folder);
    }
    // What makes the container runs beside it.
    if below == Some("supervisor") {
        return None;
    }
    if let Some(name) = folder
        .strip_prefix("systemd-nspawn@")
        .and_then(|name| name.strip_suffix(".service"))
    {
        return named("systemd-nspawn", name);
    }
    let machine = folder.strip_prefix("machine-")?.strip_suffix(".scope")?;
    let machine = unescaped(machine);
    // libvirt writes its driver and a number before the name; a virtual machine is no container.
    if machine.starts_with("qemu-") || machine.starts_with("xen-") || machine.starts_with("ch-") {
        return None;
    }
    match machine.strip_prefix("lxc-") {
        Some(rest) => {
            let name = rest.split_once('-').map_or(rest, |(_number, name)| name);
            named("libvirt-lxc", name)
        }
        None => named("systemd-nspawn", &machine),
    }
}

/// True for the 64 digits that most runtimes use.
fn is_id(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A name as it was before systemd wrote what has a meaning to it as `\x2d`.
fn unescaped(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend(before.as_bytes());
        let code = after
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(code) = code {
            bytes.push(code);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.extend(b"\\x");
            rest = after;
        }
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const INNER: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

    fn check(path: &str, expected: Option<(&str, &str)>) {
        let with_ids = |text: &str| text.replace("INNER", INNER).replace("ID", ID);
        let path = with_ids(path);
        let expected = expected.map(|(runtime, name)| (runtime, with_ids(name)));
        let found = Container::of_cgroup(&path).map(|found| (found.runtime, found.id));
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn what_is_no_container() {
        for path in [
            "/",
            "",
            "/user.slice/user-1000.slice/session-2.scope",
            "/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome.Terminal.slice/vte-spawn-1.scope",
            "/system.slice/docker.service",
            "/system.slice/docker-registry.service",
            "/system.slice/docker-desktop.scope",
            "/system.slice/containerd.service",
            "/system.slice/crio.service",
            "/docker/buildkit",
            "/docker",
            "/lxc",
            "/kubepods.slice/kubepods-burstable.slice",
            "/kubepods/burstable/pod0f1d2c3b-1111-2222-3333-444455556666",
            // Whoever watches a container, or makes it, is not in it.
            "/machine.slice/libpod-conmon-ID.scope",
            "/machine.slice/machine-libpod_pod_ID.slice/libpod-conmon-INNER.scope",
            "/kubepods.slice/kubepods-pod1.slice/crio-conmon-ID.scope",
            "/lxc.monitor.web",
            "/lxc.monitor/web",
            "/machine.slice/machine-web.scope/supervisor",
            "/machine.slice/systemd-nspawn@web.service/supervisor",
            "/user.slice/user-1000.slice/user@1000.service/user.slice/podman-4711.scope",
            // Virtual machines.
            "/machine.slice/machine-qemu\\x2d3\\x2dwin10.scope/libvirt/emulator",
        ] {
            check(path, None);
        }
    }

    #[test]
    fn docker_with_either_driver_and_podman_of_root_and_of_users() {
        check("/system.slice/docker-ID.scope", Some(("docker", "ID")));
        check("/docker/ID", Some(("docker", "ID")));
        check("/docker/ID/init.scope", Some(("docker", "ID")));
        check(
            "/user.slice/user-1000.slice/user@1000.service/app.slice/docker-ID.scope",
            Some(("docker", "ID")),
        );
        check("/my-parent/ID", Some(("oci", "ID")));
        check("/ecs/0a1b/ID", Some(("oci", "ID")));
        check(
            "/machine.slice/libpod-ID.scope/container",
            Some(("podman", "ID")),
        );
        check("/libpod_parent/ID", Some(("podman", "ID")));
        check("/libpod_parent/libpod-ID", Some(("podman", "ID")));
        check(
            "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope/container",
            Some(("podman", "ID")),
        );
        check(
            "/machine.slice/machine-libpod_pod_ID.slice/libpod-INNER.scope/container",
            Some(("podman", "INNER")),
        );
    }

    #[test]
    fn kubernetes_with_either_driver() {
        let pod = "kubepods-burstable-pod0f1d2c3b_1111_2222_3333_444455556666.slice";
        let slice = format!("/kubepods.slice/kubepods-burstable.slice/{pod}");
        check(
            &format!("{slice}/cri-containerd-ID.scope"),
            Some(("containerd", "ID")),
        );
        check(&format!("{slice}/crio-ID.scope"), Some(("cri-o", "ID")));
        check(
            &format!("{slice}/crio-ID.scope/container"),
            Some(("cri-o", "ID")),
        );
        check(&format!("{slice}/docker-ID.scope"), Some(("docker", "ID")));
        let pod = "/kubepods/besteffort/pod0f1d2c3b-1111-2222-3333-444455556666";
        check(&format!("{pod}/ID"), Some(("kubernetes", "ID")));
        check(&format!("{pod}/ID/init.scope"), Some(("kubernetes", "ID")));
        check(&format!("{pod}/crio-ID"), Some(("cri-o", "ID")));
        check(
            "/system.slice/containerd.service/kubepods-burstable-pod12.slice:cri-containerd:ID",
            Some(("containerd", "ID")),
        );
        check("/k8s.io/ID", Some(("containerd", "ID")));
        check("/default/ID", Some(("containerd", "ID")));
        check("/system.slice/nerdctl-ID.scope", Some(("containerd", "ID")));
    }

    #[test]
    fn those_that_have_names() {
        check("/lxc.payload.web/init.scope", Some(("lxc", "web")));
        check("/lxc.payload/web", Some(("lxc", "web")));
        check("/lxc/web", Some(("lxc", "web")));
        check(
            "/lxc/101/ns/system.slice/cron.service",
            Some(("lxc", "101")),
        );
        check(
            "/user.slice/user-1000.slice/session-2.scope/lxc.payload.box/init.scope",
            Some(("lxc", "box")),
        );
        check(
            "/machine.slice/machine-my\\x2dbox.scope/payload",
            Some(("systemd-nspawn", "my-box")),
        );
        check(
            "/machine.slice/machine-web.scope",
            Some(("systemd-nspawn", "web")),
        );
        check(
            "/machine.slice/systemd-nspawn@my\\x2dbox.service/payload/init.scope",
            Some(("systemd-nspawn", "my-box")),
        );
        check(
            "/machine.slice/machine-lxc\\x2d4711\\x2dold\\x2dbox.scope",
            Some(("libvirt-lxc", "old-box")),
        );
    }

    #[test]
    fn the_innermost_counts() {
        check("/docker/ID/docker/INNER", Some(("docker", "INNER")));
        check(
            "/docker/ID/kubelet/kubepods/burstable/pod12/INNER",
            Some(("kubernetes", "INNER")),
        );
        check(
            "/docker/ID/kubelet.slice/kubelet-kubepods.slice/cri-containerd-INNER.scope",
            Some(("containerd", "INNER")),
        );
        check(
            "/docker/ID/libpod_parent/libpod-INNER",
            Some(("podman", "INNER")),
        );
        check(
            "/lxc.payload.web/system.slice/docker-INNER.scope",
            Some(("docker", "INNER")),
        );
        check(
            "/machine.slice/machine-web.scope/payload/lxc.payload.inner/init.scope",
            Some(("lxc", "inner")),
        );
        // As somebody sees it who lives in a group beside.
        check("/../INNER", Some(("oci", "INNER")));
        let place = |path: &str| Container::innermost(path).map(|(place, _)| place);
        assert_eq!(place(&format!("/docker/{ID}/docker/{INNER}/x")), Some(3));
    }
}
