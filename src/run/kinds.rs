//! The kinds of runs: a folder each, and the list that joins them.
//!
//! A kind is the type of its configuration, which says everything else about it: what is wrong with it, its listing, what
//! it starts, what its runs have, and its program. Reading, the form, the terminal and the window go by [`Kind`] and by the
//! list below, so that another kind is another folder and a line here.

pub mod form;
mod schema;

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize};

use self::form::{FieldShape, KindForm as _, Typed};
use super::event::Role;
use super::program::{ProgramError, ReadyProgram, StartOptions};
use super::validate::Problems;

pub use schema::Schema;

/// What a kind of run says about one run, by its configuration.
pub trait Kind: fmt::Debug {
    /// Fills in the defaults that depend on this machine.
    fn resolve(&mut self, _usable_cpus: u32) {}

    /// Says what is wrong.
    fn check(&self, problems: &mut Problems);

    /// Keys in the entries of its lists that not every kind has there: the list and the key.
    fn parts(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Its program as people read it, in the marked form of [`Listing::parse`](super::listing::Listing::parse).
    fn listing(&self) -> String;

    /// Every process that the run will start, as far as it can be told beforehand.
    fn process_count(&self, usable_cpus: u32) -> usize;

    /// How many tasks the main will submit, as far as it can be told beforehand.
    fn task_count(&self) -> usize {
        0
    }

    /// What the run has.
    fn features(&self) -> Features;

    /// What a process is called in the program: the how-manyth, from 0, of those with this role.
    fn name_in_program(&self, _role: Role, _place: usize) -> Option<&str> {
        None
    }

    /// The keys of its sentences in the message catalogue.
    fn words(&self) -> &'static Words;

    /// What the sentence about its start is filled in with, by name.
    fn figures(&self) -> Vec<(&'static str, Figure)>;

    /// Makes its program ready: starts whatever starts its children.
    fn prepare(&self, options: &StartOptions) -> Result<ReadyProgram<'_>, ProgramError>;
}

/// What a run has, which views show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Features {
    /// A pool.
    pub pool: bool,
    /// How many workers its pool begins with.
    pub workers: Option<u32>,
    /// Results: of tasks, or items of queues.
    pub results: bool,
    /// Tasks that can wait for a worker.
    pub waiting_tasks: bool,
    /// Callbacks in the main.
    pub callbacks: bool,
    /// An initializer in each worker.
    pub initializer: bool,
    /// How many sentinels the main puts.
    pub sentinels: Option<u32>,
}

/// The keys of a kind's sentences in the message catalogue.
#[derive(Debug)]
pub struct Words {
    /// The kind in the form.
    pub form: &'static str,
    /// A run of this kind that is no lesson.
    pub run: &'static str,
    /// What Start starts, filled in with the figures.
    pub start: &'static str,
}

/// What a sentence is filled in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// How many.
    Count(usize),
    /// A name.
    Name(String),
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident = $folder:ident::$config:ident,)+) => {
        $(pub mod $folder;)+

        /// What kind of run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum RunKind { $($(#[$doc])+ $kind,)+ }

        /// The configuration of a run of some kind.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum KindConfig { $($(#[$doc])+ $kind($folder::$config),)+ }

        impl RunKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// Its name in configurations and events.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($folder),)+ }
            }

            fn new_schema(self) -> Schema {
                match self { $(Self::$kind => Schema::of::<$folder::$config>(self),)+ }
            }

            /// The fields of its form.
            pub fn form(self) -> Vec<&'static FieldShape> {
                match self { $(Self::$kind => $folder::$config::FORM.iter().map(|field| &field.shape).collect(),)+ }
            }

            /// The configuration that was typed.
            pub fn typed(self, typed: &mut Typed<'_>) -> KindConfig {
                match self { $(Self::$kind => typed.read($folder::$config::FORM).into(),)+ }
            }

            /// Reads the configuration of this kind.
            pub(super) fn read<'de, D: Deserializer<'de>>(self, from: D) -> Result<KindConfig, D::Error> {
                match self { $(Self::$kind => $folder::$config::deserialize(from).map(KindConfig::$kind),)+ }
            }
        }

        impl KindConfig {
            /// Which kind it is.
            pub fn kind(&self) -> RunKind {
                match self { $(Self::$kind(_) => RunKind::$kind,)+ }
            }
        }

        impl Deref for KindConfig {
            type Target = dyn Kind;

            fn deref(&self) -> &Self::Target {
                match self { $(Self::$kind(config) => config,)+ }
            }
        }

        impl DerefMut for KindConfig {
            fn deref_mut(&mut self) -> &mut Self::Target {
                match self { $(Self::$kind(config) => config,)+ }
            }
        }

        $(impl From<$folder::$config> for KindConfig {
            fn from(config: $folder::$config) -> Self {
                Self::$kind(config)
            }
        })+
    };
}

kinds! {
    /// A group of processes.
    Processes = processes::ProcessesConfig,
    /// A process pool.
    Pool = pool::PoolConfig,
    /// Producers and consumers around queues.
    ProducerConsumer = producer_consumer::ProducerConsumerConfig,
}

/// The keys of every kind.
pub(super) static SCHEMAS: LazyLock<Vec<Schema>> =
    LazyLock::new(|| RunKind::ALL.iter().map(|kind| kind.new_schema()).collect());

impl RunKind {
    /// The keys of its configuration.
    pub fn schema(self) -> &'static Schema {
        // The list has them in the order of the kinds.
        &SCHEMAS[self as usize]
    }
}

impl RunKind {
    /// The keys of its sentences in the message catalogue.
    pub fn words(self) -> &'static Words {
        self.schema().default.words()
    }
}

/// The tutorial's names, then numbered ones.
fn tutorial_name(place: usize) -> String {
    ["xxx", "yyy", "zzz"].get(place).map_or_else(
        || format!("producer{}", place + 1),
        |name| (*name).to_owned(),
    )
}

/// Listings of long runs name this many calls and then stop.
const CALLS_SHOWN: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_named_after_its_folder_everywhere() {
        for kind in RunKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(kind.schema().kind, *kind);
            assert!(!kind.schema().fields.is_empty());
        }
    }
}
