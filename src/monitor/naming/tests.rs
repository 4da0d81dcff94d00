use std::time::{Duration, Instant};

use super::*;

fn args(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// The label of a process whose program is what its first argument says.
fn label_of(words: &[&str]) -> String {
    let args = args(words);
    let subject = Subject::of(&args);
    let file = words.first().copied().unwrap_or_default();
    label(file_of(file), Some(file), subject.as_ref()).to_owned()
}

/// Command lines and what they are called.
const SCRIPTS: &[(&[&str], &str)] = &[
    (&["python3", "writer.py"], "python3 · writer.py"),
    (
        &["/usr/bin/python3.11", "/srv/app/writer.py", "--fast"],
        "python3.11 · writer.py",
    ),
    (
        &[
            "python3", "-u", "-W", "ignore", "-X", "dev", "w.py", "-c", "x",
        ],
        "python3 · w.py",
    ),
    (
        &["python3", "-Wignore", "-Xdev", "-OOB", "w.py"],
        "python3 · w.py",
    ),
    (
        &["python3", "-m", "http.server", "8000"],
        "python3 · http.server",
    ),
    (&["python3", "-um", "pkg.tool"], "python3 · pkg.tool"),
    (&["python3", "-mpkg"], "python3 · pkg"),
    (
        &["python3", "-c", "import time\ntime.sleep(9)"],
        "python3 · -c import time time.sleep(9)",
    ),
    (&["python3", "--", "-odd.py"], "python3 · -odd.py"),
    (
        &["python3", "/x/tool/__main__.py"],
        "python3 · tool/__main__.py",
    ),
    (&["python3", "/x/tool/"], "python3 · tool"),
    (
        &["/opt/venv/bin/python", "/opt/venv/bin/poetry", "run", "x"],
        "python · poetry",
    ),
    (&["pypy3", "w.py"], "pypy3 · w.py"),
    (&["node", "server.js"], "node · server.js"),
    (
        &["node", "--require", "ts-node", "--inspect", "src/app.ts"],
        "node · app.ts",
    ),
    (
        &["node", "--max-old-space-size=4096", "x.mjs"],
        "node · x.mjs",
    ),
    (
        &["node", "-e", "setInterval(()=>{}, 1e3)"],
        "node · -e setInterval(()=>{}, 1e3)",
    ),
    (&["node", "inspect", "x.js"], "node · x.js"),
    (
        &["deno", "run", "-A", "--config", "d.json", "main.ts"],
        "deno · main.ts",
    ),
    (&["deno", "task", "dev"], "deno · dev"),
    (&["deno", "lsp"], "deno · lsp"),
    (&["bun", "run", "--watch", "a.ts"], "bun · a.ts"),
    (&["bun", "a.ts"], "bun · a.ts"),
    (
        &["java", "-Xmx1g", "-jar", "/opt/app.jar", "-jar", "no.jar"],
        "java · app.jar",
    ),
    (
        &["java", "-cp", "a.jar:b.jar", "-Da=b", "org.x.Main", "arg"],
        "java · org.x.Main",
    ),
    (
        &[
            "java",
            "@args",
            "--add-opens",
            "a/b=ALL-UNNAMED",
            "org.x.Main",
        ],
        "java · org.x.Main",
    ),
    (
        &["java", "-p", "mods", "-m", "org.x/org.x.Main"],
        "java · org.x.Main",
    ),
    (&["bash", "build.sh", "-c", "x"], "bash · build.sh"),
    (
        &["bash", "-eo", "pipefail", "./build.sh"],
        "bash · build.sh",
    ),
    (
        &["bash", "+x", "-o", "pipefail", "build.sh"],
        "bash · build.sh",
    ),
    (&["sh", "-c", "npm start"], "sh · -c npm start"),
    (&["bash", "-lc", "make"], "bash · -c make"),
    (
        &["bash", "-euo", "pipefail", "-c", "make all"],
        "bash · -c make all",
    ),
    (
        &["bash", "-ceo", "pipefail", "make all"],
        "bash · -c make all",
    ),
    (&["busybox", "sh", "x.sh"], "busybox · x.sh"),
    (&["busybox", "httpd", "-f"], "busybox · httpd"),
    (
        &["perl", "-w", "-I", "lib", "-MPOSIX", "bin/x.pl"],
        "perl · x.pl",
    ),
    (&["perl", "-lne", "print if /a/"], "perl · -e print if /a/"),
    (
        &["ruby", "-rbundler/setup", "-Ilib", "bin/rails", "server"],
        "ruby · rails",
    ),
    (&["php8.2", "-d", "a=b", "-f", "x.php"], "php8.2 · x.php"),
    (&["php", "artisan", "serve"], "php · artisan"),
    (
        &["php", "-S", "localhost:8000", "-t", "public"],
        "php · localhost:8000",
    ),
    (&["lua5.4", "-l", "m", "x.lua"], "lua5.4 · x.lua"),
    (
        &[
            "/usr/lib/R/bin/exec/R",
            "--no-echo",
            "--file=x.R",
            "--args",
            "1",
        ],
        "R · x.R",
    ),
    (&["julia", "--project=.", "-t", "4", "x.jl"], "julia · x.jl"),
    (
        &["dotnet", "exec", "--depsfile", "d", "App.dll"],
        "dotnet · App.dll",
    ),
    (&["dotnet", "run", "--project", "src/App"], "dotnet · App"),
    (&["uv", "run", "--with", "rich", "x.py"], "uv · x.py"),
    (
        &["uv", "run", "--python", "3.12", "python", "-u", "x.py"],
        "uv · x.py",
    ),
    (&["uv", "tool", "run", "ruff", "check"], "uv · ruff"),
    (&["uv", "run", "python"], "uv · python"),
    (&["uvx", "ruff"], "uvx · ruff"),
];

#[test]
fn the_script_stands_beside_its_interpreter() {
    for (words, expected) in SCRIPTS {
        assert_eq!(label_of(words), *expected, "{words:?}");
    }
}

#[test]
fn where_nothing_with_a_name_runs_the_name_stands_alone() {
    let table: &[(&[&str], &str)] = &[
        (&["python3"], "python3"),
        (&["python3", "-"], "python3"),
        (&["python3", "-i"], "python3"),
        (&["python3", ""], "python3"),
        (&["-bash"], "-bash"),
        (&["bash", "-s", "x"], "bash"),
        (&["bash", "--rcfile", "x"], "bash"),
        (&["bash", "/dev/fd/63"], "bash"),
        (&["java", "-version"], "java"),
        (&["node"], "node"),
        (&["sleep", "10"], "sleep"),
        (&["nginx: master process /usr/sbin/nginx"], "nginx"),
        (&["pythonic", "x.py"], "pythonic"),
        (&["sh2x", "x"], "sh2x"),
    ];
    for (words, expected) in table {
        assert_eq!(label_of(words), *expected, "{words:?}");
    }
    assert_eq!(Subject::of(&[]), None);
}

#[test]
fn long_texts_have_an_end() {
    let code = "x ".repeat(500);
    let found = Subject::of(&args(&["sh", "-c", &code])).unwrap();
    assert!(
        found.is_code() && found.text().chars().count() == CODE + 3,
        "{found:?}"
    );
    let path = format!("{}.py", "é".repeat(300));
    let found = Subject::of(&args(&["python3", &path])).unwrap();
    assert!(!found.is_code() && found.text().ends_with('…'), "{found:?}");
    assert_eq!(found.text().chars().count(), LONGEST);
}

#[test]
fn wrappers_within_wrappers_are_looked_through_without_going_deeper() {
    assert_eq!(label_of(&["uv", "run", "uvx", "ruff"]), "uv · ruff");
    assert_eq!(
        label_of(&["busybox", "busybox", "sh", "-c", "x"]),
        "busybox · -c x"
    );
    for wrapper in ["uv", "uvx", "busybox", "toybox"] {
        for (count, last) in [(1_000, "x.py"), (100_000, "x.py"), (100_000, "/dev/null")] {
            let mut words = vec![wrapper; count];
            words.push(last);
            Subject::of(&args(&words));
        }
    }
}

/// Any user chooses the arguments of the processes that everybody sees.
#[test]
fn no_command_line_takes_long_or_needs_much_memory() {
    const WORDS: &[&str] = &[
        "",
        "-",
        "--",
        "---",
        "-c",
        "-m",
        "-e",
        "-o",
        "-O",
        "+x",
        "-lc",
        "-co",
        "-ceo",
        "-s",
        "--eval",
        "--eval=",
        "-W",
        "-Wx",
        "@x",
        "run",
        "tool",
        "exec",
        "x",
        "inspect",
        "-jar",
        "a.jar",
        "x.py",
        "/",
        "//",
        "/dev/fd/63",
        "/x/__main__.py",
        "é",
        "-é",
        "-eé",
        "\u{fffd}",
        "=",
        "-=",
        "--with",
        "-p",
    ];
    const PROGRAMS: &[&str] = &[
        "python3", "-bash", "sh", "zsh", "node", "deno", "bun", "java", "perl", "ruby", "php8.2",
        "lua", "expect", "R", "julia", "dotnet", "mono", "uv", "uvx", "busybox", "toybox",
    ];
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut pick = |from: &[&'static str]| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        from[(random % from.len() as u64) as usize]
    };
    let assert_short = |found: Option<Subject>| {
        let label = found.map_or_else(String::new, |found| found.label().to_owned());
        assert!(label.chars().count() < LONGEST + 30, "{label}");
    };
    let began = Instant::now();
    for program in PROGRAMS {
        for length in [3, 3, 3, 10, 10, 100, 1_000, 100_000] {
            let mut words = vec![*program];
            words.extend((0..length).map(|place| match place % 3 {
                0 => pick(PROGRAMS),
                _ => pick(WORDS),
            }));
            assert_short(Subject::of(&args(&words)));
        }
        // Whatever follows never has a name.
        for word in ["-x", "--x", "--", "@x", "-W", "-é", "-", ""] {
            assert_short(Subject::of(&args(
                &[&[*program], &vec![word; 2_000][..]].concat(),
            )));
        }
        for word in ["x ", "-", "e"].map(|piece| piece.repeat(100_000)) {
            for option in ["-c", "-e", "--eval", "-m", "run", "--"] {
                assert_short(Subject::of(&args(&[program, option, &word])));
                assert_short(Subject::of(&args(&[program, &format!("{option}{word}")])));
            }
        }
    }
    assert!(
        began.elapsed() < Duration::from_mins(1),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn what_stands_behind_very_many_arguments_is_not_looked_for() {
    let words = |flags: usize| [vec!["python3"], vec!["-x"; flags], vec!["x.py"]].concat();
    assert_eq!(label_of(&words(MOST_ARGUMENTS - 1)), "python3 · x.py");
    assert_eq!(label_of(&words(MOST_ARGUMENTS)), "python3");
}

#[test]
fn only_the_interpreter_itself_runs_a_script() {
    let python = Subject::of(&args(&["python3", "writer-of-many-things.py"]));
    let label = |name, exe| label(name, exe, python.as_ref());
    let found = "python3 · writer-of-many-things.py";
    // Started by its first line the kernel names it after the script, cut to 15 bytes.
    for name in [
        "python3",
        "python3.11",
        "writer-of-many-things.py",
        "writer-of-many-",
        "exe",
    ] {
        assert_eq!(label(name, Some("/usr/bin/python3.11")), found, "{name}");
        assert_eq!(
            label(name, Some("/usr/bin/python3.11 (deleted)")),
            found,
            "{name}"
        );
    }
    assert_eq!(label("python3", None), found);
    assert_eq!(label("writer-of-many-", None), found);
    // Somebody has written another name into the first argument, or the process has named itself.
    assert_eq!(label("sleep", Some("/usr/bin/sleep")), "sleep");
    assert_eq!(label("sleep", None), "sleep");
    assert_eq!(label("python3", Some("/usr/bin/sleep")), "python3");
    assert_eq!(label("pool-W2", Some("/usr/bin/python3.11")), "pool-W2");
    let shell = Subject::of(&args(&["sh", "x.sh"]));
    assert_eq!(
        super::label("sh", Some("/bin/busybox"), shell.as_ref()),
        "sh · x.sh"
    );
    let node = Subject::of(&args(&["node", "x.js"]));
    let named = super::label("MainThread", Some("/usr/bin/node"), node.as_ref());
    assert_eq!(named, "node · x.js");
}

#[test]
fn a_name_that_is_only_how_it_was_started_is_not_shown() {
    assert_eq!(label("exe", Some("/opt/proclab"), None), "proclab");
    assert_eq!(label("exe", Some("/opt/chrome (deleted)"), None), "chrome");
    assert_eq!(label("7", Some("/usr/bin/tool"), None), "tool");
    assert_eq!(
        label(
            "6",
            Some("/memfd:runc_cloned:/proc/self/exe (deleted)"),
            None
        ),
        "runc_cloned"
    );
    assert_eq!(label("exe", None, None), "exe");
    assert_eq!(label("", Some("/usr/bin/tool"), None), "");
}

#[test]
fn a_program_bears_the_name_of_its_rows_unless_they_name_themselves() {
    let program_of = |name: &str, exe: &str, words: &[&str]| {
        let args = args(words);
        let subject = Subject::of(&args);
        let exe = Some(exe).filter(|exe| !exe.is_empty());
        let started_as = args.first().map(String::as_str);
        let row = label(name, exe, subject.as_ref()).to_owned();
        (
            program(name, exe, started_as, subject.as_ref()).to_owned(),
            row,
        )
    };
    let python = "/usr/bin/python3.11";
    // Name, file, command line; program, label.
    for (name, exe, words, expected, row) in [
        // A script from standard input.
        (
            "python3",
            python,
            &["python3", "-"][..],
            "python3",
            "python3",
        ),
        ("python3", python, &["python3"], "python3", "python3"),
        (
            "python3",
            python,
            &["python3", "-c", "x"],
            "python3",
            "python3 · -c x",
        ),
        (
            "python3",
            python,
            &["python3", "a.py"],
            "python3 · a.py",
            "python3 · a.py",
        ),
        ("sh", "/usr/bin/dash", &["sh"], "sh", "sh"),
        ("bash", "/usr/bin/bash", &["-bash"], "bash", "bash"),
        (
            "Web Content",
            "/x/firefox",
            &["/x/firefox"],
            "firefox",
            "Web Content",
        ),
        (
            "pool-W2",
            "/x/proclab",
            &["/proc/self/exe"],
            "proclab",
            "pool-W2",
        ),
        (
            "memfd:sealed-91",
            "/memfd:sealed-91173221a7 (deleted)",
            &["tool"],
            "sealed-91173221a7",
            "sealed-91173221a7",
        ),
        (
            "memfd:sealed-91",
            "",
            &["tool"],
            "memfd:sealed-91",
            "memfd:sealed-91",
        ),
        ("Web Content", "", &[], "Web Content", "Web Content"),
    ] {
        let found = program_of(name, exe, words);
        assert_eq!(found, (expected.to_owned(), row.to_owned()), "{words:?}");
    }
}
