//! Cutting a filter into terms.

use super::error::FilterError;

/// One term as typed, without its quotation marks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The word, or key and operator before a regular expression.
    pub text: String,
    /// What stood between slashes.
    pub regex: Option<String>,
    /// Whether all of it stood in quotation marks: then it is a word, whatever it looks like.
    pub is_quoted: bool,
}

/// The text up to the next space or `|` outside quotation marks and slashes, and what follows. `begun` is what of the term has
/// been read already: key and operator, and perhaps a number.
pub(super) fn next_term<'a>(begun: &str, text: &'a str) -> Result<(Term, &'a str), FilterError> {
    let (key, value) = text
        .split_at_checked(if begun.is_empty() {
            value_start(text)
        } else {
            0
        })
        .unwrap_or(("", text));
    if value_start(begun) == begun.len()
        && let Some((regex, after)) = between_slashes(value)
    {
        let term = Term {
            text: format!("{begun}{key}"),
            regex: Some(regex.to_owned()),
            is_quoted: false,
        };
        return Ok((term, after));
    }
    let mut term = Term {
        text: begun.to_owned(),
        regex: None,
        is_quoted: begun.is_empty() && text.starts_with('"'),
    };
    let mut is_open = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_open = !is_open,
            c if ends_term(c) && !is_open => {
                return Ok((term, text.get(at..).unwrap_or_default()));
            }
            c => term.text.push(c),
        }
    }
    if is_open {
        return Err(FilterError::OpenQuote);
    }
    Ok((term, ""))
}

const fn ends_term(c: char) -> bool {
    c.is_whitespace() || c == '|'
}

/// Where the value begins after `key:` or `key=`; 0 without a key.
fn value_start(text: &str) -> usize {
    let key = text
        .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
        .unwrap_or(0);
    let has_operator = text
        .get(key..)
        .is_some_and(|rest| rest.starts_with([':', '=']));
    if key > 0 && has_operator { key + 1 } else { 0 }
}

/// What stands between a first slash and one that ends the term; a path such as `/usr/bin` is a word.
fn between_slashes(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('/')?;
    let mut before = '/';
    for (at, c) in rest.char_indices() {
        if c.is_whitespace() {
            return None;
        }
        let after = rest.get(at + c.len_utf8()..).unwrap_or_default();
        let is_last = after.chars().next().is_none_or(ends_term);
        if c == '/' && before != '\\' && is_last && at > 0 {
            return Some((rest.get(..at)?, after));
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, Option<String>, &str) {
        let (term, after) = next_term("", text).unwrap();
        (term.text, term.regex, after)
    }

    #[test]
    fn slashes_hold_an_expression_only_where_they_end_the_term() {
        let regex = |text: &str| Some(text.to_owned());
        assert_eq!(parts("/a|b/ c"), (String::new(), regex("a|b"), " c"));
        assert_eq!(parts("/a/|/b/"), (String::new(), regex("a"), "|/b/"));
        assert_eq!(parts("name:/^x/"), ("name:".into(), regex("^x"), ""));
        let begun = |begun, text| next_term(begun, text).unwrap().0.regex;
        assert_eq!(begun("name=", "/^x/"), regex("^x"));
        assert_eq!(
            (begun("cpu>", "/x/"), begun("mem>1GB", "/x/")),
            (None, None)
        );
        assert_eq!(parts("/usr/bin x/"), ("/usr/bin".into(), None, " x/"));
        assert_eq!(parts(r"/a\/ b"), (r"/a\/".into(), None, " b"));
        assert_eq!(parts("//"), ("//".into(), None, ""));
    }

    #[test]
    fn quotation_marks_keep_spaces_and_bars() {
        assert_eq!(parts("\"a | b\"|c"), ("a | b".into(), None, "|c"));
        assert_eq!(parts("cmd:\"a b\" c"), ("cmd:a b".into(), None, " c"));
        assert!(next_term("", "\"x").is_err());
    }
}
