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
}

/// The words that give a name away, in capitals.
pub const SECRET_NAMES: [(Place, &str); 27] = [
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
    (Place::Word, "PASS"),
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
        Place::Ending => words.iter().any(|word| word.ends_with(secret)),
        Place::Last => words.len() > 1 && words.last().is_some_and(|word| word == secret),
    };
    SECRET_NAMES.iter().any(has)
}

fn has_secret_value(value: &str) -> bool {
    let begins = |beginning: &&str| {
        // The shortest of such secrets has 20 characters; `sk-SK` is a language.
        value.starts_with(*beginning) && value.len() >= 20
    };
    SECRET_BEGINNINGS.iter().any(begins) || has_login(value)
}

/// True for an address with a password in it: `scheme://user:password@host`.
fn has_login(value: &str) -> bool {
    value.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?', '#', ' ']).next().unwrap_or_default();
        authority
            .rsplit_once('@')
            .and_then(|(login, _host)| login.split_once(':'))
            .is_some_and(|(_user, password)| !password.is_empty())
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
        ] {
            assert!(!looks_secret("PLAIN", value), "{value}");
        }
    }
}
