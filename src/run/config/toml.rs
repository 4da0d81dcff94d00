//! Configurations as people write them.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};
use serde::de::Error as _;
use thiserror::Error;

use super::reading::{Unknown, read};
use super::{RunConfig, VERSION};
use crate::text::{Sentence, Worded, worded};

/// Why a text is no configuration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// Not TOML, an unknown key, or a value of the wrong kind; the message names line and key.
    Syntax(String),
    /// From a newer program.
    Newer {
        /// The version found.
        found: i64,
    },
    /// No version.
    NoVersion,
}

impl Worded for ConfigError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Syntax(words) => Sentence::verbatim(words),
            Self::Newer { found } => Sentence::new("config-newer")
                .with("found", found.to_string())
                .with("known", VERSION.to_string()),
            Self::NoVersion => {
                Sentence::new("config-no-version").with("known", VERSION.to_string())
            }
        }
    }
}

worded!(ConfigError);

impl RunConfig {
    /// Reads a configuration from TOML. Its values are checked by [`Self::problems`] afterwards.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let syntax = |mut error: ::toml::de::Error| {
            error.set_input(Some(text));
            ConfigError::Syntax(error.to_string().trim_end().to_owned())
        };
        let table = DeTable::parse(text).map_err(syntax)?;
        let version = table.get_ref().get("version").map(Spanned::get_ref);
        let version = version.and_then(DeValue::as_integer);
        match version.and_then(|found| i64::from_str_radix(found.as_str(), found.radix()).ok()) {
            None => return Err(ConfigError::NoVersion),
            Some(found) if found > i64::from(VERSION) => return Err(ConfigError::Newer { found }),
            Some(_) => {}
        }
        read(table, Unknown::Refused).map_err(syntax)
    }
}

/// Reads the configuration that stands in a document below `key`, if there is one, and takes it out.
pub(in crate::run) fn from_document(
    document: &mut Spanned<DeTable<'_>>,
    key: &str,
) -> Result<Option<RunConfig>, ::toml::de::Error> {
    let Some(entry) = document.get_mut().remove(key) else {
        return Ok(None);
    };
    let span = entry.span();
    match entry.into_inner() {
        DeValue::Table(table) => read(Spanned::new(span, table), Unknown::Refused).map(Some),
        other => Err(::toml::de::Error::custom(format!(
            "'{key}' must be a table, not {}",
            other.type_str()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::call::CallConfig;
    use crate::run::kinds::KindConfig;
    use crate::run::kinds::pool::PoolMode;
    use crate::task::value::Value;

    const POOL: &str = r#"
version = 1
kind = "pool"
processes = 3
mode = "apply"
[[tasks]]
target = "work"
args = ["work0", 0]
[[tasks]]
target = "work"
kwargs = { key = "work1", n = 1 }
"#;

    #[test]
    fn a_pool_reads_from_toml_and_survives_it() {
        let config = RunConfig::from_toml(POOL).unwrap();
        let KindConfig::Pool(pool) = &config.kind else {
            panic!("{config:?}");
        };
        assert_eq!(
            (pool.processes, pool.mode),
            (Some(3), Some(PoolMode::Apply))
        );
        assert_eq!(pool.tasks[0].to_string(), r#"work, ("work0", 0)"#);
        assert_eq!(pool.tasks[1].to_string(), r#"work, (key="work1", n=1)"#);
        assert_eq!(
            CallConfig::new("consumer", vec![Value::Queue("food".into())]).to_string(),
            "consumer, (food,)"
        );
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<RunConfig>(&json).unwrap(), config);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let error = |text: &str| RunConfig::from_toml(text).unwrap_err().to_string();
        assert!(
            error("version = 2\nkind = \"x\"\n")
                .contains("version 2 of the configuration is newer")
        );
        assert!(error("kind = \"pool\"\n").contains("'version' is missing"));
        let unknown = error("version = 1\nkind = \"pool\"\nworkers = 3\n");
        assert!(
            unknown.contains("line 3")
                && unknown.contains("`workers`")
                && unknown.contains("`processes`"),
            "{unknown}"
        );
        let kind = error("version = 1\nkind = \"group\"\n");
        assert!(
            kind.contains("`group`") && kind.contains("`producer_consumer`"),
            "{kind}"
        );
        assert!(error("version = 1\nkind =\n").contains("line 2"));
        let number = |key: &str| error(&format!("version = 1\nkind = \"pool\"\n{key}\n"));
        for processes in ["-1", "'two'", "1.5", "99999999999"] {
            let processes = number(&format!("processes = {processes}"));
            assert!(
                processes.contains("line 3") && processes.contains("a whole number from 1 to 256"),
                "{processes}"
            );
        }
        assert!(number("seed = -3").contains("a whole number from 0 to 18446744073709551615"));
        assert!(number("sentinels = -3").contains("from 0 to 256"));
        assert!(number("max_tasks_per_child = -1").contains("from 1 to 100000"));
        assert!(number("retries = 1.5").contains("from 0 to 100"));
        let maxsize = number("[[queues]]\nname = 'q'\nmaxsize = -1");
        assert!(
            maxsize.contains("line 5") && maxsize.contains("from 0 to 4294967295"),
            "{maxsize}"
        );
    }
}
