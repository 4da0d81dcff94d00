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
