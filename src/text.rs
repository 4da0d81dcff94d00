//! The message catalogue: every sentence that people read, from `assets/locales`, in one language.
//!
//! [`chosen`] decides the language once, when the program starts; the [`Text`] is handed down from there. What has no
//! language yet, such as an error, is a [`Sentence`]: a key and what its placeholders stand for. JSON, CSV, events and exit
//! codes never follow the language.
//!
//! Sentences without placeholders are formatted once when the catalogue is made, so that drawing them costs a look-up.

mod chosen;
mod sentence;
mod system;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

pub use chosen::{CATALOGUE, CatalogueError, chosen};
pub use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
pub(crate) use sentence::worded;
pub use sentence::{Sentence, Worded};
use unic_langid::LanguageIdentifier;

/// The source of the English catalogue, which has every sentence.
pub const ENGLISH: &str = include_str!("../assets/locales/en.ftl");

static IN_ENGLISH: LazyLock<Arc<Text>> = LazyLock::new(|| {
    Arc::new(Text {
        language: language_in(ENGLISH).to_owned(),
        source: Cow::Borrowed(ENGLISH),
        parsed: OnceLock::new(),
        fallback: None,
    })
});

/// The key of the language's code, such as `en`: a catalogue names its language.
const LANGUAGE: &str = "language";

/// The sentences of one language. They are parsed at the first question: commands without words pay nothing for them.
pub struct Text {
    language: String,
    source: Cow<'static, str>,
    parsed: OnceLock<Parsed>,
    /// Has the sentences that are missing here.
    fallback: Option<Arc<Self>>,
}

struct Parsed {
    bundle: FluentBundle<FluentResource>,
    constants: HashMap<String, String>,
    /// The first line that is no part of a message.
    wrong_line: Option<usize>,
}

impl Text {
    /// The English catalogue.
    pub fn english() -> Arc<Self> {
        Arc::clone(&IN_ENGLISH)
    }

    /// The catalogue in Fluent's syntax; what it lacks is said in English. It has to parse and to name its language.
    pub fn from_source(source: &str) -> Result<Self, CatalogueError> {
        let text = Self {
            language: language_in(source).to_owned(),
            source: Cow::Owned(source.to_owned()),
            parsed: OnceLock::new(),
            fallback: Some(Self::english()),
        };
        if let Some(line) = text.parsed().wrong_line {
            return Err(CatalogueError::Syntax { line });
        }
        if text.language.is_empty() || text.language.parse::<LanguageIdentifier>().is_err() {
            return Err(CatalogueError::NoLanguage);
        }
        Ok(text)
    }

    fn parsed(&self) -> &Parsed {
        self.parsed
            .get_or_init(|| Parsed::new(&self.source, &self.language))
    }

    /// The code of the language, such as `en`.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// A sentence without placeholders; an unknown key shows as itself.
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        match self.parsed().constants.get(key) {
            Some(sentence) => sentence,
            None => self.fallback.as_ref().map_or(key, |text| text.get(key)),
        }
    }

    /// A sentence with its placeholders filled in.
    pub fn with(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        self.with_args(key, &args)
    }

    fn with_args(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let own = self.format(key, Some(args));
        own.unwrap_or_else(|| match &self.fallback {
            Some(text) => text.with_args(key, args),
            None => key.to_owned(),
        })
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        self.parsed().format(key, args)
    }
}

impl Parsed {
    fn new(source: &str, language: &str) -> Self {
        let (resource, wrong_line) = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) => (resource, None),
            Err((resource, errors)) => {
                let first = errors.iter().map(|error| error.pos.start).min();
                let before = source.get(..first.unwrap_or_default());
                let line = before.map_or(0, |before| before.matches('\n').count()) + 1;
                (resource, Some(line))
            }
        };
        let mut bundle = FluentBundle::new_concurrent(vec![language.parse().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        let mut parsed = Self {
            bundle,
            constants: HashMap::new(),
            wrong_line,
        };
        for key in keys_in(source) {
            if let Some(sentence) = parsed.format(key, None) {
                parsed.constants.insert(key.to_owned(), sentence);
            }
        }
        parsed
    }

    /// `None` where the message is missing or asks for a placeholder that is not given.
    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let sentence = self
            .bundle
            .format_pattern(pattern, args, &mut errors)
            .into_owned();
        errors.is_empty().then_some(sentence)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Text").field(&self.language).finish()
    }
}

/// The keys of a catalogue's source, in its order.
fn keys_in(source: &str) -> Vec<&str> {
    source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim_end()))
        .collect()
}

/// The language that a catalogue's source names; empty if it names none.
fn language_in(source: &str) -> &str {
    let mut lines = source.lines().filter_map(|line| line.split_once('='));
    lines
        .find(|(key, _)| key.trim_end() == LANGUAGE)
        .map_or("", |(_, code)| code.trim())
}
