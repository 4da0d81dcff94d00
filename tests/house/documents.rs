//! The documents stay true to the tree.

use std::fs;
use std::path::Path;

/// The documents, beside the folder that their links start from.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "assets/CHANGELOG.md",
    "assets/GUIDE.md",
    "src/ARCHITECTURE.md",
    "src/multiprocess/README.md",
    "tests/README.md",
];

/// The README is one page, lines.
const LONGEST_README: usize = 250;

/// What a document names of the repository: the targets of its links, from its own folder, and the paths in backticks,
/// from the top or from `src`.
fn named_files(text: &str) -> (Vec<&str>, Vec<&str>) {
    let links = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|link| !link.is_empty() && !link.contains("://"))
        .collect();
    let prose: Vec<&str> = text.split("```").step_by(2).collect();
    let paths = prose
        .iter()
        .flat_map(|prose| prose.split('`').skip(1).step_by(2))
        .filter(|word| {
            ["src/", "tests/", "assets/"]
                .iter()
                .any(|top| word.starts_with(top))
                || (word.contains('/')
                    && Path::new(word).extension().is_some_and(|end| end == "rs"))
        })
        .collect();
    (links, paths)
}

#[test]
fn documents_name_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut missing = Vec::new();
    let mut named = 0;
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).unwrap();
        let folder = root.join(document).parent().unwrap().to_owned();
        let (links, paths) = named_files(&text);
        named += links.len() + paths.len();
        let lost_links = links.into_iter().filter(|link| !folder.join(link).exists());
        let lost_paths = paths
            .into_iter()
            .filter(|path| !root.join(path).exists() && !root.join("src").join(path).exists());
        missing.extend(
            lost_links
                .chain(lost_paths)
                .map(|path| format!("{document}: {path}")),
        );
    }
    assert!(named > 30, "only {named} names were found");
    assert!(missing.is_empty(), "no such file:\n{}", missing.join("\n"));
}

#[test]
fn the_readme_is_one_page() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let lines = fs::read_to_string(readme).unwrap().lines().count();
    assert!(lines < LONGEST_README, "{lines} lines");
}
