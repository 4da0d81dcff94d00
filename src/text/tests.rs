//! Every key has a sentence, and every sentence a use.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::*;

/// Words in string literals of the sources that look like keys.
fn words_in_sources() -> BTreeSet<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    let mut words = BTreeSet::new();
    for file in files {
        let source = fs::read_to_string(&file).unwrap_or_default();
        // Tests are no use of a sentence.
        let source = source
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let pieces: Vec<&str> = source.split('"').collect();
        for pair in pieces.windows(2) {
            let (before, word) = (pair[0], pair[1]);
            let is_key = word.contains('-')
                && !word.ends_with('-')
                && word
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if is_key && !names_a_widget(before) {
                words.insert(word.to_owned());
            }
        }
    }
    words
}

/// Whether the code before a literal makes it an identity, which nobody reads.
fn names_a_widget(before: &str) -> bool {
    let opens = |call: &str| {
        let after_it = before.rsplit_once(call).map(|(_, after)| after);
        after_it.is_some_and(|after| matches!(after, "(" | "(ui, "))
    };
    let makers = [
        "id_salt",
        "Panel::left",
        "Panel::right",
        "Panel::top",
        "Panel::bottom",
        "Id::unique",
        "forget_shrunk_size",
    ];
    makers.iter().any(|maker| opens(maker))
}

/// The first words of keys: what makes a literal a key.
fn families() -> BTreeSet<&'static str> {
    keys_in(ENGLISH)
        .into_iter()
        .filter_map(|key| key.split('-').next())
        .collect()
}

#[test]
fn every_sentence_parses_once() {
    assert!(FluentResource::try_new(ENGLISH.to_owned()).is_ok());
    let keys = keys_in(ENGLISH);
    assert_eq!(
        keys.len(),
        keys.iter().collect::<BTreeSet<_>>().len(),
        "a key stands twice"
    );
}

#[test]
fn every_key_in_the_sources_has_a_sentence() {
    let keys: BTreeSet<&str> = keys_in(ENGLISH).into_iter().collect();
    let families = families();
    let missing: Vec<String> = words_in_sources()
        .into_iter()
        .filter(|word| {
            word.split('-')
                .next()
                .is_some_and(|first| families.contains(first))
        })
        .filter(|word| !keys.contains(word.as_str()) && !NOT_KEYS.contains(&word.as_str()))
        .collect();
    assert!(missing.is_empty(), "no sentence for {missing:?}");
}

/// Words of the same form that are names of programs and lessons, not keys.
const NOT_KEYS: &[&str] = &[
    "pool-callback",
    "pool-apply",
    "pool-apply-async",
    "pool-worker-crash",
    "process-info",
    // The word of a state in documents.
    "disk-sleep",
];

#[test]
fn no_sentence_is_unused() {
    let words = words_in_sources();
    let unused: Vec<&str> = keys_in(ENGLISH)
        .into_iter()
        .filter(|key| !words.contains(*key) && !words.contains(column_title(key)))
        .filter(|key| !is_of_field(key) && !is_of_filter(key) && *key != LANGUAGE)
        // A test of the commands finds those that no argument has.
        .filter(|key| !key.starts_with("help-"))
        .collect();
    assert!(unused.is_empty(), "nothing shows {unused:?}");
}

/// Whether it says what a field of an export is.
fn is_of_field(key: &str) -> bool {
    let rest = key.strip_prefix("exported");
    rest.and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|name| {
            let mut fields = crate::monitor::document::Field::every();
            fields.any(|field| field.name.replace('_', "-") == name)
        })
}

/// Whether it explains a key of the filter.
fn is_of_filter(key: &str) -> bool {
    let mut keys = crate::monitor::filter::filter_keys();
    key.strip_prefix("filterhelp-")
        .is_some_and(|name| keys.any(|key| key.name == name))
}

/// The key that help and unit of a column are made from.
fn column_title(key: &str) -> &str {
    key.trim_end_matches("-machine")
        .trim_end_matches("-help")
        .trim_end_matches("-unit")
}

#[test]
fn sentinels_are_counted_as_one_speaks() {
    let text = Text::english();
    let say = |key: &str, consumers: u64, put: u64| {
        let args = [
            ("consumers", consumers.into()),
            ("put", put.into()),
            ("more", put.abs_diff(consumers).into()),
            ("who", "C2, C3".into()),
        ];
        text.with(key, &args)
    };
    for (key, consumers, put, sentence) in [
        (
            "lane-sentinels-few",
            3,
            2,
            "main expects 3 sentinels, 2 were put: one consumer will wait forever",
        ),
        (
            "lane-sentinels-few",
            1,
            0,
            "main expects one sentinel, none was put: one consumer will wait forever",
        ),
        (
            "lane-sentinels-few-known",
            3,
            1,
            "main expects 3 sentinels, 1 was put: C2, C3 will wait forever",
        ),
        (
            "lane-sentinels-few-known",
            4,
            2,
            "main expects 4 sentinels, 2 were put: C2, C3 will wait forever",
        ),
        (
            "lane-sentinels-few-ended",
            1,
            0,
            "main put no None for one consumer: it got none",
        ),
        (
            "lane-sentinels-few-ended",
            3,
            1,
            "main put 1 None for 3 consumers: 2 of them got none",
        ),
        (
            "lane-sentinels-many",
            1,
            2,
            "main put 2 None for one consumer: one stays in the queue",
        ),
    ] {
        assert_eq!(say(key, consumers, put), sentence);
    }
}

#[test]
fn plurals_follow_the_number() {
    let text = Text::from_source(
        "language = en\nn = { $count ->\n    [one] one row\n   *[other] { $count } rows\n }\n",
    )
    .unwrap();
    assert_eq!(text.with("n", &[("count", 1.into())]), "one row");
    assert_eq!(text.with("n", &[("count", 7.into())]), "7 rows");
    assert_eq!(text.get("n"), "n");
}
