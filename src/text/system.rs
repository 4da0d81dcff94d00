//! What the system says of an error.

use std::io;

use super::sentence::Sentence;

impl Sentence {
    /// The words for an error of the system, with its number; other errors are in the words of those who made them.
    pub fn of_io(error: &io::Error) -> Self {
        let known = error
            .raw_os_error()
            .and_then(|code| Some((code, key_of(code)?)));
        match known {
            Some((code, key)) => Self::new("errno-words")
                .with("what", Self::new(key))
                .with("code", code.to_string()),
            None => Self::verbatim(error),
        }
    }
}

const fn key_of(code: i32) -> Option<&'static str> {
    Some(match code {
        1 => "errno-1",
        2 => "errno-2",
        3 => "errno-3",
        4 => "errno-4",
        5 => "errno-5",
        7 => "errno-7",
        8 => "errno-8",
        9 => "errno-9",
        11 => "errno-11",
        12 => "errno-12",
        13 => "errno-13",
        16 => "errno-16",
        17 => "errno-17",
        18 => "errno-18",
        20 => "errno-20",
        21 => "errno-21",
        22 => "errno-22",
        23 => "errno-23",
        24 => "errno-24",
        26 => "errno-26",
        27 => "errno-27",
        28 => "errno-28",
        30 => "errno-30",
        32 => "errno-32",
        36 => "errno-36",
        38 => "errno-38",
        40 => "errno-40",
        110 => "errno-110",
        111 => "errno-111",
        122 => "errno-122",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_have_its_words() {
        for code in 1..=133 {
            let error = io::Error::from_raw_os_error(code);
            assert_eq!(Sentence::of_io(&error).to_string(), error.to_string());
        }
    }
}
