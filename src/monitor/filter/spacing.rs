//! Spaces around an operator: `cpu > 10` means `cpu>10`.

use std::borrow::Cow;

use super::key::{KEYS, KeyKind};
use super::{OPERATORS, Operator};
use crate::monitor::unit::bytes_from_text;

/// The text without the spaces around an operator that follows its first word, and without those before the unit of its value.
pub(super) fn without_spaces(text: &str) -> Cow<'_, str> {
    let name_end = text
        .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
        .unwrap_or(0);
    let (name, rest) = text.split_at_checked(name_end).unwrap_or(("", text));
    let spaced = rest.trim_start();
    let operator = OPERATORS
        .iter()
        .find_map(|&(sign, operator)| Some((sign, operator, spaced.strip_prefix(sign)?)));
    let Some((sign, operator, value)) = operator.filter(|_| !name.is_empty()) else {
        return Cow::Borrowed(text);
    };
    let entry = KEYS
        .iter()
        .find(|entry| entry.name.eq_ignore_ascii_case(name));
    if operator == Operator::Has {
        // A colon begins words too: only behind a key is it the operator.
        return match entry {
            Some(_) => Cow::Owned(format!("{name}{sign}{value}")),
            None => Cow::Borrowed(text),
        };
    }
    let value = value.trim_start();
    let value = match entry.map(|entry| entry.kind) {
        Some(KeyKind::Bytes) => {
            with_unit(value, |unit| bytes_from_text(&format!("1{unit}")).is_some())
        }
        Some(KeyKind::Measure) => with_unit(value, |unit| unit == "%"),
        _ => Cow::Borrowed(value),
    };
    Cow::Owned(format!("{name}{sign}{value}"))
}

/// A number with the unit that stands apart from it.
fn with_unit(value: &str, is_unit: impl Fn(&str) -> bool) -> Cow<'_, str> {
    let digits = value
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(value.len());
    let (number, rest) = value.split_at_checked(digits).unwrap_or((value, ""));
    let behind = rest.trim_start();
    let end = behind
        .find(|c: char| c.is_whitespace() || c == '|')
        .unwrap_or(behind.len());
    let (unit, rest) = behind.split_at_checked(end).unwrap_or((behind, ""));
    if number.is_empty() || unit.is_empty() || !is_unit(unit) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(format!("{number}{unit}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_around_an_operator_mean_nothing() {
        for (typed, meant) in [
            ("cpu > 10", "cpu>10"),
            ("cpu >10 ana", "cpu>10 ana"),
            ("cpu> 10%|b", "cpu>10%|b"),
            ("mem >= 1.5 GB | x", "mem>=1.5GB | x"),
            ("mem > 200 m", "mem>200m"),
            ("mem > 200 mplayer", "mem>200 mplayer"),
            ("cpu <= 12.5 % ana", "cpu<=12.5% ana"),
            ("name = /^x/", "name=/^x/"),
            ("speed > 10", "speed>10"),
            ("user : ana", "user: ana"),
            // Words that only look like it.
            ("firefox ana", "firefox ana"),
            ("python :8080", "python :8080"),
            ("\"cpu > 10\"", "\"cpu > 10\""),
            ("/a > b/", "/a > b/"),
            ("> 10", "> 10"),
            ("cpu >", "cpu>"),
        ] {
            assert_eq!(without_spaces(typed), meant, "{typed}");
        }
    }
}
