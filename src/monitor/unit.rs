//! Amounts as people read and write them.

use std::time::Duration;

/// Bytes for a cell or a label: `812 B`, `1.5 MB`, `15.1 GB`; 1 KB is 1,024 bytes. From 1,000 of a unit on the next one is used.
pub fn bytes_text(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KB", "MB", "GB", "TB", "PB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut units = UNITS.iter().peekable();
    while let Some(unit) = units.next() {
        // 999.95 would be written 1000.0; what takes four digits is told in the next unit.
        if value < 999.95 || units.peek().is_none() {
            return format!("{value:.1} {unit}");
        }
        value /= 1024.0;
    }
    format!("{bytes} B")
}

/// A number of bytes as typed: `4096`, `200M`, `1.5 GB`, `64KiB`; units are powers of 1,024. `None` if it is none.
pub fn bytes_from_text(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let number: f64 = number.parse().ok()?;
    let unit = unit.trim().to_ascii_lowercase();
    let power = match unit.trim_end_matches('b').trim_end_matches('i') {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    Some(number * 1024_f64.powi(power))
}

/// CPU time as `m:ss.t`, from an hour on as `h:mm:ss`.
pub fn cpu_time_text(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round() as u64;
    let (minutes, tenths) = (tenths / 600, tenths % 600);
    if minutes < 60 {
        format!("{minutes}:{:02}.{}", tenths / 10, tenths % 10)
    } else {
        format!("{}:{:02}:{:02}", minutes / 60, minutes % 60, tenths / 10)
    }
}

/// A span of time in few characters: `12 ms`, `3.4 s`, `3:12` from a minute on, `2:03:12` from an hour on.
pub fn span_text(span: Duration) -> String {
    let ms = span.as_millis();
    if ms < 1_000 {
        return format!("{ms} ms");
    }
    if ms < 59_950 {
        return format!("{:.1} s", span.as_secs_f64());
    }
    let seconds = (ms + 500) / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours == 0 {
        format!("{minutes}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

/// What 100 % of CPU use is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CpuUnit {
    /// One core: four busy threads are 400.
    #[default]
    OneCore,
    /// All of the machine's, which are so many.
    Machine(u32),
}

impl CpuUnit {
    /// A share of one core in this unit.
    pub fn percent(self, percent: f32) -> f32 {
        match self {
            Self::OneCore => percent,
            Self::Machine(cores) => percent / cores.max(1) as f32,
        }
    }
}

/// A count with its thousands apart: `31,204`.
pub fn count_text(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in percent, with one decimal place.
pub fn percent_text(percent: f32) -> String {
    format!("{percent:.1}")
}

/// A number of CPUs whose time may be used: `0.5`, `2`.
pub fn cpus_text(cpus: f64) -> String {
    let text = format!("{cpus:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short_at_any_length() {
        let text = |ms| span_text(Duration::from_millis(ms));
        assert_eq!(text(0), "0 ms");
        assert_eq!(text(999), "999 ms");
        assert_eq!(text(3_440), "3.4 s");
        assert_eq!(text(59_949), "59.9 s");
        assert_eq!(text(59_999), "1:00");
        assert_eq!(text(192_000), "3:12");
        assert_eq!(text(7_392_000), "2:03:12");
    }

    #[test]
    fn bytes_are_written_with_one_decimal() {
        let texts: Vec<_> = [
            0,
            1023,
            1024,
            1_572_864,
            1004 << 10,
            999 << 10,
            16 << 30,
            u64::MAX,
        ]
        .map(bytes_text)
        .into();
        assert_eq!(
            texts,
            [
                "0 B",
                "1023 B",
                "1.0 KB",
                "1.5 MB",
                "1.0 MB",
                "999.0 KB",
                "16.0 GB",
                "16384.0 PB"
            ]
        );
    }

    #[test]
    fn bytes_are_read_with_any_usual_unit() {
        assert_eq!(bytes_from_text("200M"), Some(209_715_200.0));
        assert_eq!(bytes_from_text("1.5 GB"), bytes_from_text("1536MiB"));
        assert_eq!(bytes_from_text("4096"), Some(4096.0));
        for wrong in ["", "M", "1.2.3", "5 apples", "-3"] {
            assert_eq!(bytes_from_text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn cpu_use_of_the_machine_never_exceeds_a_hundred() {
        assert_eq!(percent_text(CpuUnit::OneCore.percent(400.0)), "400.0");
        assert_eq!(percent_text(CpuUnit::Machine(8).percent(400.0)), "50.0");
        assert_eq!(percent_text(CpuUnit::Machine(0).percent(50.0)), "50.0");
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        let texts = [0, 999, 1_000, 31_204, 1_234_567].map(count_text);
        assert_eq!(texts, ["0", "999", "1,000", "31,204", "1,234,567"]);
    }

    #[test]
    fn cpu_times_grow_a_unit_at_an_hour() {
        assert_eq!(cpu_time_text(0.04), "0:00.0");
        assert_eq!(cpu_time_text(83.26), "1:23.3");
        assert_eq!(cpu_time_text(3_599.99), "1:00:00");
        assert_eq!(cpu_time_text(90_061.0), "25:01:01");
    }
}
