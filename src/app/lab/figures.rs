//! Figures as people read them: times, sizes, places.

use super::super::text::Text;
use crate::run::event::RunTime;

/// A span of time with the unit that fits it: `12 ms`, `0.25 s`, `3.5 s`, `2:05 min`.
pub fn duration(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..100_000 => format!("{} ms", (micros + 500) / 1000),
        100_000..10_000_000 => format!("{:.2} s", micros as f64 / 1e6),
        10_000_000..60_000_000 => format!("{:.1} s", micros as f64 / 1e6),
        _ => {
            let seconds = micros / 1_000_000;
            format!("{}:{:02} min", seconds / 60, seconds % 60)
        }
    }
}

/// A moment to the millisecond: `2.151`.
pub fn moment(t: RunTime) -> String {
    format!("{:.3}", t.seconds())
}

/// The clock of a run: `6.4 s`.
pub fn clock(t: RunTime) -> String {
    let seconds = t.seconds();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{}:{:04.1} min", t.micros / 60_000_000, seconds % 60.0)
    }
}

/// A size in memory: `2.5 MB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit == UNITS[0] || value >= 100.0 {
        format!("{value:.0} {unit}")
    } else {
        format!("{value:.1} {unit}")
    }
}

/// A place in an order: `1st`.
pub fn ordinal(text: &Text, n: u64) -> String {
    let key = match (n % 10, n % 100) {
        (1, 1 | 21..) => "ordinal-first",
        (2, 2 | 22..) => "ordinal-second",
        (3, 3 | 23..) => "ordinal-third",
        _ => "ordinal-other",
    };
    text.with(key, &[("n", n.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_fit_their_size() {
        for (micros, words) in [
            (900, "900 µs"),
            (12_400, "12 ms"),
            (250_000, "0.25 s"),
            (3_500_000, "3.50 s"),
            (12_340_000, "12.3 s"),
            (125_000_000, "2:05 min"),
        ] {
            assert_eq!(duration(micros), words);
        }
        for (size, words) in [
            (0, "0 B"),
            (999, "999 B"),
            (2_540_000, "2.5 MB"),
            (999_960, "1.0 MB"),
        ] {
            assert_eq!(bytes(size), words);
        }
        assert_eq!(clock(RunTime::from_seconds(6.42)), "6.4 s");
        assert_eq!(clock(RunTime::from_seconds(66.4)), "1:06.4 min");
    }

    #[test]
    fn places_in_words() {
        let text = Text::english();
        let words: Vec<_> = [1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111]
            .map(|n| ordinal(&text, n))
            .into();
        assert_eq!(
            words,
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "103rd",
                "111th"
            ]
        );
    }
}
