//! The source text that the rules read.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file of `src` by its path from there, with its text.
pub fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let name = |path: &Path| {
        path.strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    files
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

/// Whether a file is compiled for unit tests alone.
pub fn is_unit_test(file: &str) -> bool {
    let ends = ["tests.rs", "/fuzz.rs", "/scarce.rs"];
    ends.iter().any(|end| file.ends_with(end)) || file.contains("/tests/")
}

/// A source without the unit tests at its end.
pub fn without_tests(text: &str) -> &str {
    let tests = text.match_indices("#[cfg(test)]").find(|(start, _)| {
        let module = text[*start..].lines().nth(1).unwrap_or_default();
        module.starts_with("mod ") && module.ends_with('{')
    });
    tests.map_or(text, |(start, _)| &text[..start])
}

/// The lines that are code, with their numbers; unit tests may use more than what they test.
pub fn code<'a>(file: &str, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let code = if is_unit_test(file) {
        ""
    } else {
        text.split("#[cfg(test)]").next().unwrap_or_default()
    };
    code.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}
