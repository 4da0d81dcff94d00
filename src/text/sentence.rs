//! What is to be said, before it has a language.

use std::borrow::Cow;
use std::fmt;

use fluent_bundle::{FluentArgs, FluentValue};

use super::Text;

/// A sentence, or a part of one, in no language yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Sentence {
    /// One of the catalogue.
    Keyed {
        /// Its key.
        key: &'static str,
        /// What its placeholders stand for.
        args: Vec<(&'static str, Part)>,
    },
    /// Words that are data: of the system, of a file, of a user, of a program's author.
    Verbatim(String),
    /// Several, one after the other.
    Joined {
        /// They.
        sentences: Vec<Self>,
        /// What stands between them, such as a line break.
        between: &'static str,
    },
}

/// What a placeholder stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A text that is data: a name, a number as it was typed.
    Data(String),
    /// A number, by which the language chooses its plural.
    Number(f64),
    /// A sentence in the sentence.
    Sentence(Box<Sentence>),
}

/// What can be said in every language: an error, a problem, a state.
///
/// Its `Display` is the English of it, for logs and for what never follows the language.
pub trait Worded {
    /// What it says.
    fn sentence(&self) -> Sentence;
}

/// Makes the English of its sentence the `Display` of what is [`Worded`].
macro_rules! worded {
    ($name:ty) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&$crate::text::Worded::sentence(self), f)
            }
        }
    };
}

pub(crate) use worded;

impl Sentence {
    /// The sentence with this key.
    pub const fn new(key: &'static str) -> Self {
        let args = Vec::new();
        Self::Keyed { key, args }
    }

    /// Fills in a placeholder.
    #[must_use]
    pub fn with(mut self, name: &'static str, part: impl Into<Part>) -> Self {
        if let Self::Keyed { args, .. } = &mut self {
            args.push((name, part.into()));
        }
        self
    }

    /// Words that are data, and the same in every language.
    pub fn verbatim(words: impl fmt::Display) -> Self {
        Self::Verbatim(words.to_string())
    }
}

impl Text {
    /// Says a sentence in this language.
    pub fn say(&self, sentence: &Sentence) -> String {
        match sentence {
            Sentence::Verbatim(words) => words.clone(),
            Sentence::Joined { sentences, between } => {
                let said: Vec<_> = sentences.iter().map(|part| self.say(part)).collect();
                said.join(between)
            }
            Sentence::Keyed { key, args } if args.is_empty() => self.get(key).to_owned(),
            Sentence::Keyed { key, args } => {
                let args: FluentArgs<'_> = args
                    .iter()
                    .map(|(name, part)| (*name, self.value_of(part)))
                    .collect();
                self.with_args(key, &args)
            }
        }
    }

    fn value_of<'a>(&self, part: &'a Part) -> FluentValue<'a> {
        match part {
            Part::Data(data) => FluentValue::String(Cow::Borrowed(data)),
            Part::Number(number) => FluentValue::from(*number),
            Part::Sentence(sentence) => FluentValue::String(Cow::Owned(self.say(sentence))),
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Text::english().say(self))
    }
}

impl From<String> for Part {
    fn from(data: String) -> Self {
        Self::Data(data)
    }
}

impl From<&String> for Part {
    fn from(data: &String) -> Self {
        Self::Data(data.clone())
    }
}

impl From<&str> for Part {
    fn from(data: &str) -> Self {
        Self::Data(data.to_owned())
    }
}

impl From<u32> for Part {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i32> for Part {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Part {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl From<Sentence> for Part {
    fn from(sentence: Sentence) -> Self {
        Self::Sentence(Box::new(sentence))
    }
}
