//! Who imports whom, file by file: no two modules import each other, and inside the window and the library of processes
//! each part uses only the parts that it may.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{code, sources};

/// A module by its path, without the crate.
type Module = Vec<String>;

/// Pairs that import each other although nothing should, with the reason.
const MUTUAL: &[(&str, &str, &str)] = &[
    ("app::monitor::state", "app::monitor::update", METHODS),
    ("app::monitor::selection", "app::monitor::state", METHODS),
    (
        "cli::command_line",
        "cli::replay",
        "a command reads the options that all commands share",
    ),
    (
        "cli::exit",
        "cli::output",
        "an output error has an exit code",
    ),
    (
        "monitor::cgroup",
        "monitor::snapshot",
        "a snapshot has the limits of its control group",
    ),
    (
        "monitor::detail",
        "monitor::process",
        "a detail has parts of a row",
    ),
    (
        "monitor::document::ended",
        "monitor::document::field_set",
        FIELDS,
    ),
    (
        "monitor::document::field",
        "monitor::document::table",
        FIELDS,
    ),
    (
        "monitor::document::selection",
        "monitor::document::take",
        FIELDS,
    ),
    (
        "monitor::source::linux::extra",
        "monitor::source::linux::known",
        SOURCE,
    ),
    (
        "monitor::source::linux::known",
        "monitor::source::linux::subject",
        SOURCE,
    ),
    (
        "monitor::source::linux::known",
        "monitor::source::linux::rest",
        SOURCE,
    ),
    (
        "monitor::source::linux::rest",
        "monitor::source::linux::table",
        SOURCE,
    ),
    (
        "monitor::source::linux::listener",
        "monitor::source::linux::table",
        SOURCE,
    ),
    (
        "multiprocess::codec::access",
        "multiprocess::codec::read",
        SERDE,
    ),
    (
        "multiprocess::codec::parts",
        "multiprocess::codec::write",
        SERDE,
    ),
    (
        "multiprocess::engine::driver",
        "multiprocess::engine::handle",
        ENGINE,
    ),
    (
        "multiprocess::engine::handle",
        "multiprocess::engine::own_thread",
        ENGINE,
    ),
    (
        "multiprocess::engine::state",
        "multiprocess::engine::turns",
        ENGINE,
    ),
    (
        "multiprocess::engine::state",
        "multiprocess::process",
        ENGINE,
    ),
    (
        "multiprocess::pool::callbacks",
        "multiprocess::pool::gathering",
        RESULTS,
    ),
    (
        "multiprocess::pool::callbacks",
        "multiprocess::result",
        RESULTS,
    ),
    (
        "multiprocess::pool::gathering",
        "multiprocess::result",
        RESULTS,
    ),
    (
        "multiprocess::queue::handle",
        "multiprocess::queue::typed",
        "a queue of types is made of a queue of bytes and the other way round",
    ),
];

const METHODS: &str = "methods of Monitor, by what they are about";
const FIELDS: &str = "the table of fields names what fills each, which asks for the fields";
const SOURCE: &str = "parts of the process table share its caches";
const SERDE: &str = "serde's traits refer to each other";
const ENGINE: &str = "handles drive the engine, which wakes them";
const RESULTS: &str = "a result is delivered through callbacks, which hold results";

/// A part, and what it may use.
type Part = (&'static str, &'static [&'static str]);

/// What the parts of a layer may use of that layer.
const PARTS: &[(&str, &[Part])] = &[
    (
        "app",
        &[
            ("command", &["theme"]),
            ("view", &["command", "theme"]),
            ("widgets", &["icons", "theme"]),
            ("toast", &["command", "icons", "theme", "view", "widgets"]),
            // What each place remembers; the places read what the user has set.
            ("settings", &["lab", "monitor", "theme"]),
            ("save_check", &["background", "settings", "toast"]),
            (
                "lab",
                &["command", "icons", "theme", "toast", "view", "widgets"],
            ),
            (
                "monitor",
                &[
                    "background",
                    "command",
                    "feed",
                    "icons",
                    "settings",
                    "theme",
                    "toast",
                    "view",
                    "widgets",
                ],
            ),
            (
                "logic",
                &[
                    "command",
                    "feed",
                    "lab",
                    "monitor",
                    "save_check",
                    "settings",
                    "theme",
                    "toast",
                ],
            ),
            (
                "ui",
                &[
                    "command",
                    "icons",
                    "logic",
                    "monitor",
                    "save_check",
                    "settings",
                    "theme",
                    "view",
                    "widgets",
                ],
            ),
            ("toolkit_start", &["display"]),
            (
                "window",
                &[
                    "display",
                    "lab",
                    "logic",
                    "monitor",
                    "save_check",
                    "settings",
                    "toolkit_start",
                    "window_icon",
                ],
            ),
            ("window_icon", &["theme"]),
        ],
    ),
    (
        "multiprocess",
        &[
            ("error", &["codec", "wire"]),
            ("codec", &["wire"]),
            ("wire", &["depot", "error"]),
            ("observer", &["error", "wire"]),
            ("board", &["allowance"]),
            ("spawn", &["board", "depot", "worker"]),
            ("chunk", &["codec", "error", "wire", "worker"]),
            ("function", &["chunk", "codec", "error", "wire", "worker"]),
            (
                "worker",
                &[
                    "allowance",
                    "board",
                    "depot",
                    "engine",
                    "error",
                    "observer",
                    "process",
                    "queue",
                    "wire",
                ],
            ),
            ("family", &["engine", "worker"]),
            (
                "engine",
                &[
                    "board", "depot", "error", "family", "observer", "pages", "pool", "process",
                    "queue", "spawn", "wire", "worker",
                ],
            ),
            (
                "process",
                &["awaited", "engine", "error", "function", "wire", "worker"],
            ),
            (
                "queue",
                &[
                    "allowance",
                    "board",
                    "codec",
                    "engine",
                    "error",
                    "pool",
                    "wire",
                ],
            ),
            (
                "pool",
                &[
                    "awaited", "board", "chunk", "engine", "error", "function", "observer",
                    "pages", "result", "wire",
                ],
            ),
            (
                "result",
                &[
                    "awaited", "chunk", "codec", "engine", "error", "pool", "wire",
                ],
            ),
        ],
    ),
];

/// The paths that a `use` tree names, with the name that each has afterwards.
fn leaves(tree: &str) -> Vec<(Module, String)> {
    fn collect(tree: &str, before: &[String], found: &mut Vec<(Module, String)>) {
        let tree = tree.trim();
        if let Some((head, rest)) = tree.split_once('{') {
            let mut path = before.to_vec();
            path.extend(segments(head));
            let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
            for part in split_at_commas(inner) {
                collect(part, &path, found);
            }
        } else if !tree.is_empty() {
            let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
            let mut whole = before.to_vec();
            whole.extend(segments(path));
            if whole.last().is_some_and(|last| last == "self") && whole.len() > 1 {
                whole.pop();
            }
            let name = match alias.trim() {
                "" => whole.last().cloned().unwrap_or_default(),
                alias => alias.to_owned(),
            };
            found.push((whole, name));
        }
    }
    let mut found = Vec::new();
    collect(tree, &[], &mut found);
    found
}

fn segments(path: &str) -> impl Iterator<Item = String> {
    let segments = path.split("::").map(str::trim);
    segments.filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The parts between commas that stand in no braces of their own.
fn split_at_commas(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The path from the top of the crate, or `None` for one that leads elsewhere.
fn absolute(path: &[String], module: &[String]) -> Option<Module> {
    let (first, rest) = path.split_first()?;
    let mut base = match first.as_str() {
        "crate" => Module::new(),
        "self" => module.to_vec(),
        "super" => module.split_last()?.1.to_vec(),
        _ => return None,
    };
    for name in rest {
        if name == "super" {
            base.pop();
        } else {
            base.push(name.clone());
        }
    }
    Some(base)
}

/// Every module with its `use` trees; the flag is for those that are exported again.
fn modules() -> BTreeMap<Module, Vec<(bool, Module, String)>> {
    let mut all = BTreeMap::new();
    for (file, text) in sources() {
        let path = file.trim_end_matches(".rs");
        let module: Module = match path {
            "lib" | "main" => continue,
            path => path.split('/').map(str::to_owned).collect(),
        };
        let lines: Vec<_> = code(&file, &text).map(|(_, line)| line).collect();
        let code = lines.join("\n");
        let mut uses = Vec::new();
        for statement in code.split(';') {
            let Some(at) = statement.rfind("use ").filter(|at| {
                let before = &statement[..*at];
                before.is_empty() || before.ends_with(['\n', ' '])
            }) else {
                continue;
            };
            let is_public = statement[..at].trim_end().ends_with("pub");
            for (path, name) in leaves(&statement[at + "use ".len()..]) {
                let target = absolute(&path, &module).or_else(|| {
                    // `pub use child::Name` names the child without `self`.
                    is_public.then(|| module.iter().chain(&path).cloned().collect())
                });
                if let Some(target) = target {
                    uses.push((is_public, target, name));
                }
            }
        }
        all.insert(module, uses);
    }
    all
}

/// Who imports whom; a name that is exported again counts for the module that declares it.
fn imports() -> BTreeMap<Module, BTreeSet<Module>> {
    let modules = modules();
    let mut exported = BTreeMap::new();
    for (module, uses) in &modules {
        for (_, target, name) in uses.iter().filter(|(is_public, ..)| *is_public) {
            let mut path = module.clone();
            path.push(name.clone());
            exported.insert(path, target.clone());
        }
    }
    let declared_in = |target: &Module| {
        let mut target = target.clone();
        // As often as a name may be exported again.
        for _ in 0..6 {
            let again = (1..=target.len())
                .rev()
                .find_map(|length| Some((length, exported.get(&target[..length])?)));
            let Some((length, path)) = again else { break };
            target = path.iter().chain(&target[length..]).cloned().collect();
        }
        (1..=target.len())
            .rev()
            .map(|length| target[..length].to_vec())
            .find(|path| modules.contains_key(path))
    };
    let mut imports = BTreeMap::new();
    for (module, uses) in &modules {
        let mut used = BTreeSet::new();
        for (_, target, _) in uses.iter().filter(|(is_public, ..)| !is_public) {
            used.extend(declared_in(target).filter(|owner| owner != module));
        }
        imports.insert(module.clone(), used);
    }
    imports
}

#[test]
fn no_two_modules_import_each_other() {
    let imports = imports();
    let mut found = BTreeSet::new();
    for (module, used) in &imports {
        for other in used {
            // A module and what is declared inside it are one: its parts may be spread over files.
            let is_inside = other.starts_with(module) || module.starts_with(other);
            let is_mutual = imports.get(other).is_some_and(|used| used.contains(module));
            if module < other && is_mutual && !is_inside {
                found.insert((module.join("::"), other.join("::")));
            }
        }
    }
    let listed: BTreeSet<_> = MUTUAL
        .iter()
        .map(|(one, other, _)| ((*one).to_owned(), (*other).to_owned()))
        .collect();
    let new: Vec<_> = found.difference(&listed).collect();
    assert!(new.is_empty(), "these import each other: {new:#?}");
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(gone.is_empty(), "no longer true, take it out: {gone:#?}");
}

#[test]
fn parts_use_only_the_parts_they_may() {
    let imports = imports();
    let mut found = BTreeSet::new();
    for (layer, parts) in PARTS {
        for (module, used) in &imports {
            let [first, part, ..] = module.as_slice() else {
                continue;
            };
            if first != layer {
                continue;
            }
            let allowed = parts
                .iter()
                .find(|(name, _)| name == part)
                .map_or(&[] as &[&str], |(_, allowed)| allowed);
            for other in used {
                if let [first, other_part, ..] = other.as_slice()
                    && first == layer
                    && other_part != part
                    && !allowed.contains(&other_part.as_str())
                {
                    found.insert(format!("{} uses {}", module.join("::"), other.join("::")));
                }
            }
        }
    }
    assert!(found.is_empty(), "these use too much: {found:#?}");
}

#[test]
fn use_trees_are_read_as_they_are_meant() {
    let path = |text: &str| segments(text).collect::<Module>();
    assert_eq!(
        leaves("super::a::{self, b::{C, D as E}}"),
        [
            (path("super::a"), "a".to_owned()),
            (path("super::a::b::C"), "C".to_owned()),
            (path("super::a::b::D"), "E".to_owned()),
        ]
    );
    assert_eq!(
        absolute(&path("super::super::x"), &path("a::b::c")),
        Some(path("a::x"))
    );
    assert_eq!(absolute(&path("std::fs"), &path("a")), None);
    assert!(imports().values().map(BTreeSet::len).sum::<usize>() > 500);
}
