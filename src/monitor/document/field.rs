//! Which fields a document may have, and which are asked for.

use std::collections::BTreeSet;

use thiserror::Error;

/// A field of a process in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name: psutil's, where it has one.
    pub name: &'static str,
    /// Comes without being asked for: it is as cheap as a row of the table.
    pub is_default: bool,
    /// What it is, with its unit.
    pub help: &'static str,
}

const fn cheap(name: &'static str, help: &'static str) -> Field {
    Field {
        name,
        is_default: true,
        help,
    }
}

const fn costly(name: &'static str, help: &'static str) -> Field {
    Field {
        name,
        is_default: false,
        help,
    }
}

/// The one field that `all` does not bring.
pub const ENVIRON: &str = "environ";

/// Every field beside `pid` and `start_ticks`, which always come.
pub const FIELDS: [Field; 39] = [
    cheap("name", "name, completed where the kernel cut it"),
    cheap("ppid", "the parent's pid, 0 for none"),
    cheap("parent_name", "the parent's name"),
    cheap(
        "status",
        "running, sleeping, disk-sleep, stopped, zombie, idle ...",
    ),
    cheap("username", "the real user's name"),
    cheap("create_time", "start, seconds since 1970"),
    cheap("terminal", "the controlling terminal"),
    cheap(
        "cpu_percent",
        "CPU use over `cpu_percent_span` seconds, percent of one core",
    ),
    cheap(
        "cpu_times",
        "user, system, children_user, children_system, iowait: seconds",
    ),
    cheap(
        "memory_info",
        "rss, vms, and with costly fields shared, text, data: bytes",
    ),
    cheap("num_threads", "number of threads"),
    cheap("nice", "-20 to 19"),
    cheap("exe", "path of the executable"),
    cheap("cmdline", "list of arguments"),
    cheap("is_kernel_thread", "true for threads of the kernel"),
    costly("cwd", "the working directory"),
    costly("uids", "real, effective, saved"),
    costly("gids", "real, effective, saved"),
    costly(
        "memory_full_info",
        "uss, pss, swap, peak_rss, peak_vms: bytes",
    ),
    costly("open_files", "list of path, fd, position, mode, flags"),
    costly(
        "connections",
        "list of fd, family, type, laddr, raddr, status",
    ),
    costly(
        "threads",
        "list of id, name, user_time, system_time, status",
    ),
    costly("num_fds", "open descriptors of every kind"),
    costly("num_ctx_switches", "voluntary, involuntary"),
    costly(
        "io_counters",
        "read_count, write_count, read_bytes, write_bytes, read_chars, write_chars",
    ),
    costly("cpu_num", "the CPU it last ran on"),
    costly("page_faults", "minor (no disk needed), major"),
    costly(
        "scheduling",
        "policy (other, fifo, rr, batch, idle, deadline, ext), priority: smaller comes first",
    ),
    costly("cpu_affinity", "list of the CPUs it may run on"),
    costly(
        "ionice",
        "ioclass (none, realtime, best-effort, idle), value: 0 (first) to 7",
    ),
    costly(
        "run_queue",
        "wait: seconds its first thread was ready and had no CPU; timeslices",
    ),
    costly("wait_channel", "the kernel's function it waits in"),
    costly("oom_score", "how likely it is killed when memory runs out"),
    costly("oom_score_adj", "what was asked for there, -1000 to 1000"),
    costly("namespaces", "number of each: who has the same shares it"),
    costly("container", "runtime, id: by the control group"),
    costly("cgroup", "the control group"),
    costly(
        "limits",
        "list of name, soft, hard, unit; null is unlimited",
    ),
    costly(ENVIRON, "the environment at its start; only with --environ"),
];

/// What is done with values of environment variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvironMode {
    /// Names are shown; values only of variables known to be harmless (`PATH`, `LANG` ...).
    Redact,
    /// All is shown, secrets included.
    Show,
}

/// The fields that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSet(BTreeSet<&'static str>);

/// Why a list of fields was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FieldError {
    /// No such field.
    #[error("unknown field `{name}`: use all, or a list of {}", all_names())]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// No field at all.
    #[error("no field is named: use all, or a list of {}", all_names())]
    Empty,
    /// The environment was listed, but not how to show it.
    #[error(
        "field `environ` can hold secrets: add --environ redact (hides values) or --environ show"
    )]
    EnvironUnasked,
}

fn all_names() -> String {
    let names: Vec<_> = ["pid"]
        .into_iter()
        .chain(FIELDS.map(|field| field.name))
        .collect();
    names.join(", ")
}

impl Default for FieldSet {
    /// What comes without being asked for.
    fn default() -> Self {
        Self(
            FIELDS
                .iter()
                .filter(|field| field.is_default)
                .map(|field| field.name)
                .collect(),
        )
    }
}

impl FieldSet {
    /// Every field but the environment.
    pub fn all() -> Self {
        Self(
            FIELDS
                .iter()
                .map(|field| field.name)
                .filter(|&name| name != ENVIRON)
                .collect(),
        )
    }

    /// Reads `all` or names separated by commas; `environ` says what was asked about the environment.
    pub fn parse(list: Option<&str>, environ: Option<EnvironMode>) -> Result<Self, FieldError> {
        let mut set = match list.map(str::trim) {
            None => Self::default(),
            Some("all") => Self::all(),
            Some("") => return Err(FieldError::Empty),
            Some(list) => Self(
                list.split(',')
                    .map(str::trim)
                    .filter_map(|name| known(name).transpose())
                    .collect::<Result<_, _>>()?,
            ),
        };
        match environ {
            Some(_) => {
                set.0.insert(ENVIRON);
            }
            None if set.has(ENVIRON) => return Err(FieldError::EnvironUnasked),
            None => {}
        }
        Ok(set)
    }

    /// True if a field is asked for.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// True if some field needs more than a row of the table.
    pub fn needs_detail(&self) -> bool {
        FIELDS
            .iter()
            .any(|field| !field.is_default && self.has(field.name))
    }
}

/// The field of a name; `None` for those that come anyway.
fn known(name: &str) -> Result<Option<&'static str>, FieldError> {
    if matches!(name, "pid" | "start_ticks") {
        return Ok(None);
    }
    let field = FIELDS.iter().find(|field| field.name == name);
    field
        .map(|field| Some(field.name))
        .ok_or_else(|| FieldError::Unknown {
            name: name.to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_fields() {
        let all = FieldSet::parse(Some("all"), None).unwrap();
        assert!(all.has("connections") && !all.has("environ") && all.needs_detail());
        assert!(!FieldSet::parse(None, None).unwrap().needs_detail());
        let some = FieldSet::parse(Some("pid, name,exe"), Some(EnvironMode::Redact)).unwrap();
        assert!(some.has("name") && some.has("environ") && !some.has("ppid"));
        assert!(!FieldSet::parse(Some("pid"), None).unwrap().needs_detail());
    }

    #[test]
    fn mistakes_name_the_field_and_what_is_allowed() {
        let message = FieldSet::parse(Some("name,color"), None)
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("unknown field `color`: use all, or a list of pid, name, ppid, "),
            "{message}"
        );
        assert_eq!(FieldSet::parse(Some(" "), None), Err(FieldError::Empty));
        assert_eq!(
            FieldSet::parse(Some("environ"), None),
            Err(FieldError::EnvironUnasked)
        );
    }
}
