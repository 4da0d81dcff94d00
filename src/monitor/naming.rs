//! Names that identify: the script beside its interpreter, the module, the jar, the command of a shell.
//!
//! `python3` says little where twenty of them run; `python3 · writer.py` says which one. What runs follows from the command line
//! alone, by the options of each language (`language.rs`); that the program is the interpreter which the command line names is
//! checked against its file, or its own name where that cannot be read. A process that has named itself keeps its name. Pure.

mod language;
#[cfg(test)]
mod tests;

use language::{Effect, Language, MULTI_CALL, language_of};

/// Between the interpreter and what it runs.
const BETWEEN: &str = " · ";

/// Of code on the command line, so many characters are shown.
const CODE: usize = 40;

/// Of any other text, so many.
const LONGEST: usize = 80;

/// Arguments looked at. Any user chooses the command lines that everybody sees; what an interpreter runs stands near its name.
const MOST_ARGUMENTS: usize = 1_024;

/// What an interpreter runs, by its command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    language: &'static Language,
    /// With the interpreter.
    label: String,
    /// Where what it runs begins there.
    start: usize,
    is_code: bool,
}

impl Subject {
    /// By the arguments, the program's name first; `None` if no interpreter runs anything that has a name.
    pub fn of(args: &[String]) -> Option<Self> {
        let (program, rest) = args.split_first()?;
        let program = file_of(program).trim_start_matches('-');
        let language = language_of(program)?;
        let (text, is_code) = subject(language, rest)?;
        let label = format!("{program}{BETWEEN}{text}");
        Some(Self {
            language,
            start: label.len() - text.len(),
            label,
            is_code,
        })
    }

    /// The interpreter and what it runs.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The interpreter, as it was started.
    fn interpreter(&self) -> &str {
        let end = self.start.saturating_sub(BETWEEN.len());
        self.label.get(..end).unwrap_or_default()
    }

    /// What it runs: a script, a module, a jar, or the beginning of code that stands on the command line.
    pub fn text(&self) -> &str {
        self.label.get(self.start..).unwrap_or_default()
    }

    /// Whether it is code that stands on the command line.
    pub const fn is_code(&self) -> bool {
        self.is_code
    }

    /// Whether a process of this name and file runs it: anybody can write anything as the program's name there.
    pub fn is_of(&self, name: &str, exe: Option<&str>) -> bool {
        let is_ours = |file: &str| language_of(file) == Some(self.language);
        let is_program = exe.is_none_or(|exe| {
            let file = file_of(exe);
            is_ours(file) || MULTI_CALL.contains(&file)
        });
        // Named after the interpreter, or after the script where the kernel has found the interpreter in its first line; the
        // kernel may have cut it. Node.js names its main thread.
        let is_script = || !self.is_code && !name.is_empty() && self.text().starts_with(name);
        let is_named = is_ours(name)
            || is_script()
            || is_nameless(name)
            || self.language.thread_names.contains(&name);
        // Without a file only a name can vouch for it, and one that says nothing does not.
        is_program && is_named && (exe.is_some() || !is_nameless(name))
    }
}

/// What a process is called: with what it runs if that is known, by its file if its name is only how it was started
/// (`/proc/self/exe`, a descriptor), and by its name otherwise.
pub fn label<'a>(name: &'a str, exe: Option<&'a str>, subject: Option<&'a Subject>) -> &'a str {
    match (subject, exe.map(file_of)) {
        (Some(subject), _) if subject.is_of(name, exe) => subject.label(),
        (_, Some(file)) if is_nameless(name) && !file.is_empty() => file,
        _ => name,
    }
}

/// The name of a program's file.
pub fn file_of(path: &str) -> &str {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    // A program in memory has the name that it was given there, which may be a path.
    if let Some(name) = path.strip_prefix("/memfd:") {
        return name.split([':', '/']).next().unwrap_or(name);
    }
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path)
}

/// What the program of a process is called: as the process is, without code that stands on its command line, where it bears the name
/// that it was started by (`python3` for a file `python3.11`, `sh` for `dash`); by its file, where it has named itself.
pub fn program<'a>(
    name: &'a str,
    exe: Option<&'a str>,
    started_as: Option<&str>,
    subject: Option<&'a Subject>,
) -> &'a str {
    let label = label(name, exe, subject);
    if let Some(subject) = subject.filter(|subject| subject.is_of(name, exe)) {
        return if subject.is_code {
            subject.interpreter()
        } else {
            label
        };
    }
    let is_started_so =
        started_as.is_some_and(|first| file_of(first).trim_start_matches('-') == name);
    let file = exe.map(file_of).filter(|file| !file.is_empty());
    match file {
        Some(file) if !is_started_so => file,
        _ => label,
    }
}

/// Whether a name is only how a program was started: through the link to itself, through a descriptor, or from memory, whose name
/// the kernel has cut.
fn is_nameless(name: &str) -> bool {
    name == "exe"
        || name.starts_with("memfd:")
        || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What the interpreter runs, and whether that is code.
fn subject(language: &Language, args: &[String]) -> Option<(String, bool)> {
    let args = args.iter().map(String::as_str).take(MOST_ARGUMENTS);
    let mut inner = None;
    let found = subject_among(args, language, &mut inner);
    // An interpreter that a wrapper starts without anything is itself what runs.
    found.or_else(|| script(inner?))
}

/// The same. `inner` becomes the interpreter that a wrapper starts, which may be a wrapper too. The loop goes on with its language:
/// depth and memory must not follow from what stands on a command line.
fn subject_among<'a>(
    mut args: impl Iterator<Item = &'a str>,
    mut language: &Language,
    inner: &mut Option<&'a str>,
) -> Option<(String, bool)> {
    let mut is_code_next = false;
    let mut skipped = language.skipped;
    while let Some(arg) = args.next() {
        let effect = match arg {
            // Standard input.
            "-" => return None,
            "--" => Found::Operand(args.next()?),
            _ => option(language, arg),
        };
        match effect {
            Found::Operand(operand) => {
                if is_code_next {
                    return code("-c", operand);
                }
                if let Some(place) = skipped.iter().position(|word| *word == operand) {
                    skipped = skipped.get(place + 1..).unwrap_or_default();
                    continue;
                }
                if language.is_wrapper
                    && let Some(started) = language_of(file_of(operand))
                {
                    *inner = Some(operand);
                    (language, skipped) = (started, started.skipped);
                    continue;
                }
                // A file of arguments for java.
                if operand.starts_with('@') {
                    continue;
                }
                return script(operand);
            }
            Found::Option(effect, attached) => {
                let value = |args: &mut dyn Iterator<Item = _>| attached.or_else(|| args.next());
                match effect {
                    Effect::Flag | Effect::Attached => {}
                    Effect::Value => {
                        value(&mut args)?;
                    }
                    Effect::Next => {
                        args.next()?;
                    }
                    Effect::Code => return code(&code_option(language, arg), value(&mut args)?),
                    Effect::CodeFollows => is_code_next = true,
                    Effect::CodeFollowsValue => {
                        is_code_next = true;
                        args.next()?;
                    }
                    Effect::Module => return named(value(&mut args)?),
                    Effect::File => return script(value(&mut args)?),
                    Effect::Nothing => return None,
                }
            }
        }
    }
    None
}

/// The option of a word that brings code: `-e` of `-lne`, `--eval` of `--eval=x`.
fn code_option(language: &Language, word: &str) -> String {
    if word.starts_with("--") || !language.has_clusters {
        return word.split('=').next().unwrap_or(word).to_owned();
    }
    let is_code = |letter: &char| {
        let mut known = language.letters.iter();
        known.any(|(known, effect)| known == letter && matches!(effect, Effect::Code))
    };
    let letter = word.chars().find(is_code);
    letter.map_or_else(|| word.to_owned(), |letter| format!("-{letter}"))
}

enum Found<'a> {
    Operand(&'a str),
    /// With the value that stands in the same word.
    Option(Effect, Option<&'a str>),
}

/// What a word that may be an option means.
fn option<'a>(language: &Language, arg: &'a str) -> Found<'a> {
    let is_short = arg.starts_with('-') || (language.has_plus && arg.starts_with('+'));
    if !is_short {
        return Found::Operand(arg);
    }
    if arg.starts_with("--") || !language.has_clusters {
        let (name, value) = match arg.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (arg, None),
        };
        let known = language.words.iter().find(|(word, _)| *word == name);
        return Found::Option(known.map_or(Effect::Flag, |(_, effect)| *effect), value);
    }
    let mut found = Effect::Flag;
    for (place, letter) in arg.char_indices().skip(1) {
        let known = language.letters.iter().find(|(known, _)| *known == letter);
        let rest = arg
            .get(place + letter.len_utf8()..)
            .filter(|rest| !rest.is_empty());
        match known.map_or(Effect::Flag, |(_, effect)| *effect) {
            Effect::Flag => {}
            // Others may follow in the same word.
            effect @ (Effect::Next | Effect::CodeFollows) => {
                found = match (found, effect) {
                    (Effect::Next, Effect::CodeFollows) | (Effect::CodeFollows, Effect::Next) => {
                        Effect::CodeFollowsValue
                    }
                    _ => effect,
                };
            }
            effect => return Found::Option(effect, rest),
        }
    }
    Found::Option(found, None)
}

/// A script: the name of its file, and the folder of one that all packages have.
fn script(path: &str) -> Option<(String, bool)> {
    // What a shell makes of <(...), and standard input.
    if path.starts_with("/dev/") || path.starts_with("/proc/") {
        return None;
    }
    let whole = path.trim_end_matches('/');
    let mut parts = whole.rsplitn(3, '/');
    match (parts.next()?, parts.next()) {
        (file @ "__main__.py", Some(folder)) if !folder.is_empty() => {
            named(&format!("{folder}/{file}"))
        }
        (file, _) => named(file),
    }
}

/// Anything else that has a name.
fn named(text: &str) -> Option<(String, bool)> {
    let text = text
        .rsplit('/')
        .next()
        .filter(|_| !text.ends_with("__main__.py"))
        .unwrap_or(text);
    shortened(text, LONGEST).map(|text| (text, false))
}

/// Code: the option that it stands behind and its beginning, in one line.
fn code(option: &str, text: &str) -> Option<(String, bool)> {
    // A word has one character at least.
    let words: Vec<_> = text.split_whitespace().take(CODE + 1).collect();
    let text = shortened(&words.join(" "), CODE)?;
    Some((format!("{option} {text}"), true))
}

fn shortened(text: &str, longest: usize) -> Option<String> {
    let is_long = text.chars().nth(longest).is_some();
    let short: String = text
        .chars()
        .take(if is_long { longest - 1 } else { longest })
        .collect();
    match (short.is_empty(), is_long) {
        (true, _) => None,
        (false, true) => Some(short + "…"),
        (false, false) => Some(short),
    }
}
