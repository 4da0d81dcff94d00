//! The interpreters: how they are called, and which of their options take a value or tell what runs.

/// What an option means for what runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It stands alone.
    Flag,
    /// The rest of its word belongs to it.
    Attached,
    /// It has a value: the rest of its word, or the next one.
    Value,
    /// The next word is its value, whatever follows in its own.
    Next,
    /// Its value is code, which is what runs.
    Code,
    /// The first word that is no option is code.
    CodeFollows,
    /// Both of these.
    CodeFollowsValue,
    /// Its value is the name of a module.
    Module,
    /// Its value is what runs.
    File,
    /// Nothing runs that has a name: what comes from standard input, or what is typed.
    Nothing,
}

use Effect::{Attached, Code, CodeFollows, File, Flag, Module, Next, Nothing, Value};

/// An interpreter, or a program that starts one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Language {
    /// What its program may be called, without a version.
    names: &'static [&'static str],
    /// Options of one letter, of which several may stand in one word.
    pub letters: &'static [(char, Effect)],
    /// Options that are words.
    pub words: &'static [(&'static str, Effect)],
    /// Whether several letters may stand in one word.
    pub has_clusters: bool,
    /// Whether options may begin with `+`.
    pub has_plus: bool,
    /// Words that come before what runs, in this order.
    pub skipped: &'static [&'static str],
    /// Whether what runs may itself be an interpreter with its arguments.
    pub is_wrapper: bool,
    /// What it may call its own main thread.
    pub thread_names: &'static [&'static str],
}

const PLAIN: Language = Language {
    names: &[],
    letters: &[],
    words: &[],
    has_clusters: true,
    has_plus: false,
    skipped: &[],
    is_wrapper: false,
    thread_names: &[],
};

const WORDS: Language = Language {
    has_clusters: false,
    ..PLAIN
};

/// Programs that are many: which one follows from the name they were started by.
pub(super) const MULTI_CALL: [&str; 2] = ["busybox", "toybox"];

/// The language whose interpreter has a file or a name like this, with or without a version (`python3.11`, `-bash`).
pub(super) fn language_of(name: &str) -> Option<&'static Language> {
    let name = name.trim_start_matches('-');
    let end = name
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(name.len());
    let (base, version) = name.split_at(end);
    // Builds for debugging and without the lock have a letter more.
    let version = version.strip_suffix(['d', 'm', 't']).unwrap_or(version);
    let is_version = version
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_named = |language: &&Language| language.names.contains(&base) && is_version;
    LANGUAGES.iter().find(is_named)
}

static LANGUAGES: [Language; 16] = [
    Language {
        names: &["python", "pypy", "python-dbg", "ipython", "pythonw"],
        letters: &[
            ('c', Code),
            ('m', Module),
            ('W', Value),
            ('X', Value),
            ('Q', Value),
        ],
        words: &[("--check-hash-based-pycs", Value)],
        ..PLAIN
    },
    Language {
        names: &[
            "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "rbash", "fish", "yash",
        ],
        letters: &[('c', CodeFollows), ('o', Next), ('O', Next), ('s', Nothing)],
        words: &[("--rcfile", Value), ("--init-file", Value)],
        has_plus: true,
        ..PLAIN
    },
    Language {
        names: &["node", "nodejs"],
        words: NODE,
        skipped: &["inspect"],
        thread_names: &["MainThread", "node-MainThread"],
        ..WORDS
    },
    Language {
        names: &["deno"],
        words: &[
            ("-c", Value),
            ("-L", Value),
            ("--config", Value),
            ("--import-map", Value),
            ("--lock", Value),
            ("--cert", Value),
            ("--seed", Value),
            ("--location", Value),
            ("--log-level", Value),
            ("--preload", Value),
            ("--cwd", Value),
        ],
        skipped: &["run", "serve", "task"],
        ..WORDS
    },
    Language {
        names: &["bun", "bunx"],
        words: &[
            ("-e", Code),
            ("--eval", Code),
            ("-p", Code),
            ("--print", Code),
            ("-r", Value),
            ("--preload", Value),
            ("--require", Value),
            ("--import", Value),
            ("-c", Value),
            ("--cwd", Value),
            ("--config", Value),
            ("--env-file", Value),
        ],
        skipped: &["run", "x"],
        ..WORDS
    },
    Language {
        names: &["java"],
        words: JAVA,
        ..WORDS
    },
    Language {
        names: &["perl"],
        letters: &[
            ('e', Code),
            ('E', Code),
            ('I', Value),
            ('M', Attached),
            ('m', Attached),
            ('i', Attached),
            ('x', Attached),
            ('F', Attached),
            ('C', Attached),
            ('D', Attached),
            ('d', Attached),
        ],
        ..PLAIN
    },
    Language {
        names: &["ruby", "jruby", "truffleruby"],
        letters: &[
            ('e', Code),
            ('I', Value),
            ('r', Value),
            ('C', Value),
            ('E', Value),
            ('F', Attached),
            ('K', Attached),
            ('T', Attached),
            ('W', Attached),
            ('i', Attached),
            ('x', Attached),
        ],
        words: &[
            ("--encoding", Value),
            ("--external-encoding", Value),
            ("--internal-encoding", Value),
        ],
        ..PLAIN
    },
    Language {
        names: &["php"],
        letters: &[
            ('f', File),
            ('F', File),
            ('r', Code),
            ('B', Code),
            ('R', Code),
            ('E', Code),
            ('S', File),
            ('c', Value),
            ('d', Value),
            ('t', Value),
            ('z', Value),
        ],
        words: &[
            ("--file", File),
            ("--run", Code),
            ("--server", File),
            ("--php-ini", Value),
            ("--define", Value),
            ("--docroot", Value),
        ],
        ..PLAIN
    },
    Language {
        names: &["lua", "luajit"],
        letters: &[('e', Value), ('l', Value)],
        ..PLAIN
    },
    Language {
        names: &["tclsh", "wish", "expect"],
        letters: &[('c', Code), ('f', File)],
        ..PLAIN
    },
    Language {
        names: &["R", "Rscript"],
        words: &[
            ("--file", File),
            ("-f", File),
            ("-e", Code),
            ("--args", Nothing),
        ],
        ..WORDS
    },
    Language {
        names: &["julia"],
        words: &[
            ("-e", Code),
            ("-E", Code),
            ("--eval", Code),
            ("--print", Code),
            ("-m", Module),
            ("-L", Value),
            ("--load", Value),
            ("-p", Value),
            ("-t", Value),
            ("--threads", Value),
            ("-C", Value),
            ("-J", Value),
        ],
        ..WORDS
    },
    Language {
        names: &["dotnet", "mono"],
        words: &[
            ("--project", File),
            ("--config", Value),
            ("--depsfile", Value),
            ("--runtimeconfig", Value),
            ("--additionalprobingpath", Value),
            ("--fx-version", Value),
            ("--roll-forward", Value),
            ("-c", Value),
            ("--configuration", Value),
            ("-f", Value),
            ("--framework", Value),
            ("-r", Value),
            ("--runtime", Value),
        ],
        skipped: &["watch", "exec", "run"],
        ..WORDS
    },
    Language {
        names: &["uv", "uvx"],
        words: UV,
        skipped: &["tool", "run"],
        is_wrapper: true,
        ..WORDS
    },
    Language {
        names: &MULTI_CALL,
        is_wrapper: true,
        ..WORDS
    },
];

const NODE: &[(&str, Effect)] = &[
    ("-e", Code),
    ("--eval", Code),
    ("-p", Code),
    ("-pe", Code),
    ("--print", Code),
    ("-i", Nothing),
    ("--interactive", Nothing),
    ("--run", File),
    ("-r", Value),
    ("--require", Value),
    ("--import", Value),
    ("--loader", Value),
    ("--experimental-loader", Value),
    ("-C", Value),
    ("--conditions", Value),
    ("--env-file", Value),
    ("--env-file-if-exists", Value),
    ("--icu-data-dir", Value),
    ("--openssl-config", Value),
    ("--redirect-warnings", Value),
    ("--disable-warning", Value),
    ("--title", Value),
    ("--input-type", Value),
    ("--inspect-port", Value),
    ("--debug-port", Value),
    ("--diagnostic-dir", Value),
    ("--dns-result-order", Value),
    ("--max-http-header-size", Value),
    ("--max-old-space-size", Value),
    ("--max-semi-space-size", Value),
    ("--stack-size", Value),
    ("--secure-heap", Value),
    ("--snapshot-blob", Value),
    ("--test-name-pattern", Value),
    ("--test-reporter", Value),
    ("--test-reporter-destination", Value),
    ("--trace-event-categories", Value),
    ("--unhandled-rejections", Value),
    ("--watch-path", Value),
];

const JAVA: &[(&str, Effect)] = &[
    ("-jar", File),
    ("-m", Module),
    ("--module", Module),
    ("-version", Nothing),
    ("--version", Nothing),
    ("-cp", Value),
    ("-classpath", Value),
    ("--class-path", Value),
    ("-p", Value),
    ("--module-path", Value),
    ("--upgrade-module-path", Value),
    ("--add-modules", Value),
    ("--enable-native-access", Value),
    ("--limit-modules", Value),
    ("--add-exports", Value),
    ("--add-opens", Value),
    ("--add-reads", Value),
    ("--patch-module", Value),
    ("-d", Value),
    ("--describe-module", Value),
    ("--source", Value),
];

const UV: &[(&str, Effect)] = &[
    ("-m", Module),
    ("--module", Module),
    ("-s", Flag),
    ("--script", Flag),
    ("--with", Value),
    ("--with-requirements", Value),
    ("--with-editable", Value),
    ("-p", Value),
    ("--python", Value),
    ("--project", Value),
    ("--directory", Value),
    ("--group", Value),
    ("--no-group", Value),
    ("--only-group", Value),
    ("--extra", Value),
    ("--no-extra", Value),
    ("--env-file", Value),
    ("-i", Value),
    ("--index", Value),
    ("--default-index", Value),
    ("--index-url", Value),
    ("--extra-index-url", Value),
    ("-f", Value),
    ("--find-links", Value),
    ("--package", Value),
    ("--cache-dir", Value),
    ("--config-file", Value),
    ("--color", Value),
    ("--from", Value),
];
