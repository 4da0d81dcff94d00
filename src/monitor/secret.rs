//! Which variables of an environment look like secrets: one list for the screen and for every document that hides them.
//!
//! A guess, and made to err on the safe side: hiding what is none costs a click, showing what is one may cost an account.

/// Where in a name a word gives a secret away. Names are cut into words at `_`, `-`, `.` and where a small letter is followed
/// by a capital; case does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// As one of the words: `GITHUB_PAT`, not `PATH`.
    Word,
    /// At the end of one of the words, so that it may be written together with others: `PGPASSWORD`.
    Ending,
    /// As the last of several words: `MYSQL_PWD`, not `PWD`; `REDIS_AUTH`, not `SSH_AUTH_SOCK`.
    Last,
    /// As several words, one after the other.
    Words,
}

/// The words that give a name away, in capitals.
pub const SECRET_NAMES: [(Place, &str); 31] = [
    (Place::Ending, "PASSWORD"),
    (Place::Ending, "PASSWORDS"),
    (Place::Ending, "PASSWD"),
    (Place::Ending, "PASSPHRASE"),
    (Place::Ending, "SECRET"),
    (Place::Ending, "SECRETS"),
    (Place::Ending, "TOKEN"),
    (Place::Ending, "TOKENS"),
    (Place::Ending, "CREDENTIAL"),
    (Place::Ending, "CREDENTIALS"),
    (Place::Ending, "APIKEY"),
    (Place::Ending, "ACCESSKEY"),
    (Place::Ending, "PRIVATEKEY"),
    (Place::Ending, "PASS"),
    (Place::Word, "CREDS"),
    (Place::Word, "COOKIE"),
    (Place::Word, "JWT"),
    (Place::Word, "BEARER"),
    (Place::Word, "PAT"),
    (Place::Word, "OTP"),
    (Place::Word, "DSN"),
    (Place::Word, "WEBHOOK"),
    (Place::Word, "PRIVATE"),
    // `API_KEY`, and `AWS_ACCESS_KEY_ID`, which is half of the pair.
    (Place::Word, "KEY"),
    (Place::Word, "KEYS"),
    (Place::Last, "PWD"),
    (Place::Last, "AUTH"),
    (Place::Words, "AUTH CONFIG"),
    (Place::Words, "AUTH HEADER"),
    (Place::Words, "CONNECTION STRING"),
    (Place::Words, "CONNECTION URI"),
];

/// Words that end as secrets do and are none.
const HARMLESS: [&str; 4] = ["ASKPASS", "BYPASS", "COMPASS", "ENCOMPASS"];

/// What stands before a secret inside of a value: `Server=db;Password=hunter2`. Case does not count.
const SECRET_PARTS: [&str; 6] = [
    "password=",
    "pwd=",
    "passwd=",
    "accountkey=",
    "secret=",
    "token=",
];

/// How values begin that are secrets whatever their name is.
pub const SECRET_BEGINNINGS: [&str; 16] = [
    "-----BEGIN",
    "Bearer ",
    "Basic ",
    "AKIA",
    "ASIA",
    "AIza",
    "eyJ",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "npm_",
    "sk-",
    "xoxb-",
    "xoxp-",
];

/// True if this variable looks like a secret, by its name or by its value.
pub fn looks_secret(name: &str, value: &str) -> bool {
    has_secret_name(name) || has_secret_value(value)
}

fn has_secret_name(name: &str) -> bool {
    let words = words(name);
    let has = |&(place, secret): &(Place, &str)| match place {
        Place::Word => words.iter().any(|word| word == secret),
        Place::Ending => words
            .iter()
            .any(|word| word.ends_with(secret) && !HARMLESS.contains(&word.as_str())),
        Place::Last => words.len() > 1 && words.last().is_some_and(|word| word == secret),
        Place::Words => {
            let several: Vec<_> = secret.split(' ').collect();
            words.windows(several.len()).any(|those| those == several)
        }
    };
    SECRET_NAMES.iter().any(has)
}

fn has_secret_value(value: &str) -> bool {
    let begins = |beginning: &&str| {
        // The shortest of such secrets has 20 characters; `sk-SK` is a language.
        value.starts_with(*beginning) && value.len() >= 20
    };
    SECRET_BEGINNINGS.iter().any(begins) || has_login(value) || has_secret_part(value)
}

/// True for an address with a password in it: `scheme://user:password@host`. A password may hold what else ends a login.
fn has_login(value: &str) -> bool {
    value.split("://").skip(1).any(|rest| {
        let address = rest.split(' ').next().unwrap_or_default();
        let login = address.rsplit_once('@').map(|(login, _host)| login);
        // A colon behind the first slash belongs to a path.
        login
            .and_then(|login| login.split_once(':'))
            .is_some_and(|(user, password)| !user.contains('/') && !password.is_empty())
    })
}

/// True where a part of the value says itself that it is a secret.
fn has_secret_part(value: &str) -> bool {
    let small = value.to_ascii_lowercase();
    SECRET_PARTS.iter().any(|part| {
        small.match_indices(part).any(|(at, _)| {
            let rest = small.get(at + part.len()..).unwrap_or_default();
            !rest.is_empty() && !rest.starts_with([';', '&', ' '])
        })
    })
}

/// The words of a name, in capitals.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        let is_separator = matches!(letter, '_' | '-' | '.');
        if is_separator || (was_small && letter.is_uppercase()) {
            words.push(String::new());
        }
        if !is_separator && let Some(word) = words.last_mut() {
            word.extend(letter.to_uppercase());
        }
        was_small = letter.is_lowercase();
    }
    for word in &mut words {
        // `PASSWORD1` is one of several.
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        word.truncate(letters);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_give_themselves_away() {
        for name in [
            "API_TOKEN",
            "GITHUB_TOKEN",
            "GITHUB_PAT",
            "githubToken",
            "PGPASSWORD",
            "MYSQL_PWD",
            "db.password",
            "DB_PASS",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "STRIPE_API_KEY",
            "OPENAI_APIKEY",
            "apiKey",
            "SSH_PRIVATE_KEY",
            "GPG_PASSPHRASE",
            "GOOGLE_CREDENTIALS",
            "SENTRY_DSN",
            "SLACK_WEBHOOK",
            "REDIS_AUTH",
            "SECRET",
            "CLIENT-SECRET",
            "PASSWORD1",
            "DB_TOKEN2",
            "SMTPPASS",
            "DOCKER_AUTH_CONFIG",
            "AZURE_STORAGE_CONNECTION_STRING",
        ] {
            assert!(looks_secret(name, ""), "{name}");
        }
    }

    #[test]
    fn names_that_do_not() {
        for name in [
            "",
            "PATH",
            "PWD",
            "OLDPWD",
            "HOME",
            "TERM",
            "LANG",
            "SHELL",
            "SSH_AUTH_SOCK",
            "SSH_ASKPASS",
            "XAUTHORITY",
            "XKB_KEYBOARD",
            "KEYBOARD_LAYOUT",
            "TOKENIZERS_PARALLELISM",
            "COMPASS_DIR",
            "BYPASS_CACHE",
            "CONNECTION_TIMEOUT",
            "DESKTOP_SESSION",
            "__",
        ] {
            assert!(!looks_secret(name, "/usr/bin"), "{name}");
        }
    }

    #[test]
    fn values_that_are_secrets_whatever_they_are_called() {
        for value in [
            "postgres://ana:hunter2@db/shop",
            "a=1 redis://:hunter2@cache:6379/0",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl",
            "ghp_0123456789abcdefghij",
            "eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IV7pAx_Zmeo",
            "Bearer 0123456789abcdef",
            "postgres://ana:p/w@db",
            "Server=db;User=ana;Password=hunter2;",
            "DefaultEndpointsProtocol=https;AccountKey=abc==",
        ] {
            assert!(looks_secret("PLAIN", value), "{value}");
        }
        for value in [
            "",
            "sk-SK",
            "https://example.org/a:b@c",
            "https://ana@example.org",
            "ssh://git@host:22/x",
            "unix:path=/run/user/1000/bus",
            "npm_config",
            "password=",
            "Server=db;Password=;",
        ] {
            assert!(!looks_secret("PLAIN", value), "{value}");
        }
    }
}
