//! Spaces around an operator: `cpu > 10` means `cpu>10`.

use super::key::{KeyKind, key_of};
use super::{OPERATORS, Operator};
use crate::monitor::unit::bytes_from_text;

/// Key and operator of a term without the spaces around the operator, and what follows; of a value whose unit stands apart, both
/// too. Without an operator nothing is taken.
pub(super) fn take_key(text: &str) -> (String, &str) {
    let name_end = text
        .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
        .unwrap_or(0);
    let (name, rest) = text.split_at_checked(name_end).unwrap_or(("", text));
    let spaced = rest.trim_start();
    let operator = OPERATORS
        .iter()
        .find_map(|&(sign, operator)| Some((sign, operator, spaced.strip_prefix(sign)?)));
    let Some((sign, operator, value)) = operator.filter(|_| !name.is_empty()) else {
        return (String::new(), text);
    };
    let key = key_of(name).map(|(_, key)| key);
    if operator == Operator::Has {
        // A colon begins words too: only behind a key is it the operator.
        return match key {
            Some(_) => (format!("{name}{sign}"), value),
            None => (String::new(), text),
        };
    }
    let value = value.trim_start();
    let measure = match key.map(|key| key.kind) {
        Some(KeyKind::Bytes) => {
            take_measure(value, |unit| bytes_from_text(&format!("1{unit}")).is_some())
        }
        Some(KeyKind::Measure) => take_measure(value, |unit| unit == "%"),
        _ => None,
    };
    let (number, unit, rest) = measure.unwrap_or(("", "", value));
    (format!("{name}{sign}{number}{unit}"), rest)
}

/// A number, its unit, which may stand apart from it, and what follows.
fn take_measure(value: &str, is_unit: impl Fn(&str) -> bool) -> Option<(&str, &str, &str)> {
    let digits = value
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(value.len());
    let (number, rest) = value.split_at_checked(digits)?;
    let behind = rest.trim_start();
    let end = behind
        .find(|c: char| c.is_whitespace() || c == '|')
        .unwrap_or(behind.len());
    let (unit, rest) = behind.split_at_checked(end)?;
    let is_measure = !number.is_empty() && !unit.is_empty() && is_unit(unit);
    is_measure.then_some((number, unit, rest))
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
            let (key, rest) = take_key(typed);
            assert_eq!(key + rest, meant, "{typed}");
        }
    }
}
