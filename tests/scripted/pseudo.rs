//! An invented language: English with accents on every letter. What shows without accents is no sentence of the catalogue.

use proclab::text::ENGLISH;

/// Its catalogue: the English one with accented letters; keys and placeholders are as they were.
pub fn pseudo_source() -> String {
    let mut lines = Vec::new();
    for line in ENGLISH.lines() {
        lines.push(if line.starts_with("language =") {
            "language = en-XA".to_owned()
        } else if line.starts_with('#') {
            line.to_owned()
        } else if line.starts_with(|first: char| first.is_ascii_lowercase()) {
            let (key, sentence) = line.split_once('=').unwrap_or((line, ""));
            format!("{key}={}", accented(sentence))
        } else {
            let sentence = line.trim_start();
            let indent = line.len() - sentence.len();
            // The name of a variant.
            let head = match sentence.find(']') {
                Some(end) if sentence.starts_with(['[', '*']) => end + 1,
                _ => 0,
            };
            let (indent, rest) = line.split_at(indent + head);
            format!("{indent}{}", accented(rest))
        });
    }
    lines.join("\n") + "\n"
}

/// With accents outside placeholders.
pub fn accented(sentence: &str) -> String {
    let mut accented = String::new();
    let mut rest = sentence;
    while let Some(start) = rest.find('{') {
        accented.extend(rest[..start].chars().map(with_accent));
        // A selector goes on in the next lines.
        let end = rest[start..]
            .find('}')
            .map_or(rest.len(), |end| start + end + 1);
        accented.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    accented.extend(rest.chars().map(with_accent));
    accented
}

fn with_accent(letter: char) -> char {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyz";
    const ACCENTED: &str = "àßçđéſĝĥîĵķļµñôþøŕšţûŭŵ×ýž";
    let place = PLAIN
        .chars()
        .position(|plain| plain == letter.to_ascii_lowercase());
    match place.and_then(|place| ACCENTED.chars().nth(place)) {
        Some(accented) => accented,
        None => letter,
    }
}

/// The words in a text that have no accents: three small letters or more.
pub fn plain_words(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| {
            let small = word.chars().filter(char::is_ascii_lowercase).count();
            small >= 3 && word.is_ascii() && !word.contains('_')
        })
        .collect()
}
