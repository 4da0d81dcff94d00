//! The built-in lessons: the tutorial's programs, each a file in `assets/lessons`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use toml::de::DeTable;

use super::config::{RunConfig, from_document};
use super::listing::Listing;

/// A text in one or more languages, by their codes; `en` is always there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Localized {
    texts: BTreeMap<String, String>,
}

impl Localized {
    /// The text in this language, or else in the language without its region, or else in English.
    pub fn get(&self, language: &str) -> &str {
        let general = language.split('-').next().unwrap_or_default();
        self.texts
            .get(language)
            .or_else(|| self.texts.get(general))
            .or_else(|| self.texts.get("en"))
            .map_or("", String::as_str)
    }
}

/// A lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Its name on the command line.
    pub name: String,
    /// Its title.
    pub title: Localized,
    /// What to think about before the start.
    pub ask: Localized,
    /// The answer.
    pub reveal: Localized,
    /// Its program, corrected where the tutorial slips.
    pub listing: Listing,
    /// The run; `None` for the lesson that looks at processes which are there already.
    pub config: Option<RunConfig>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LessonFile {
    name: String,
    title: Localized,
    ask: Localized,
    reveal: Localized,
    listing: ListingText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListingText {
    text: String,
}

/// The files, in the order in which people see the lessons.
const FILES: &[&str] = &[
    include_str!("../../assets/lessons/process-direct.toml"),
    include_str!("../../assets/lessons/process-subclass.toml"),
    include_str!("../../assets/lessons/process-daemon.toml"),
    include_str!("../../assets/lessons/producer-consumer.toml"),
    include_str!("../../assets/lessons/pool-apply.toml"),
    include_str!("../../assets/lessons/pool-apply-async.toml"),
    include_str!("../../assets/lessons/pool-callback.toml"),
    include_str!("../../assets/lessons/pool-worker-crash.toml"),
    include_str!("../../assets/lessons/process-info.toml"),
];

static LESSONS: LazyLock<Vec<Lesson>> = LazyLock::new(|| {
    FILES
        .iter()
        .filter_map(|text| Lesson::from_toml(text).ok())
        .collect()
});

impl Lesson {
    /// Every built-in lesson, in the order in which people see them.
    pub fn all() -> &'static [Self] {
        &LESSONS
    }

    /// The built-in lesson of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|lesson| lesson.name == name)
    }

    /// Reads a lesson; the error names line and key.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        let with_place = |mut error: toml::de::Error| {
            error.set_input(Some(text));
            error
        };
        let mut document = DeTable::parse(text)?;
        let config = from_document(&mut document, "config").map_err(with_place)?;
        let LessonFile {
            name,
            title,
            ask,
            reveal,
            listing,
        } = LessonFile::deserialize(toml::Deserializer::from(document)).map_err(with_place)?;
        Ok(Self {
            name,
            title,
            ask,
            reveal,
            listing: Listing::parse(&listing.text),
            config,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiprocess::worker::Random;
    use crate::run::call::CallConfig;
    use crate::run::kinds::KindConfig;
    use crate::run::kinds::pool::PoolConfig;
    use crate::task::value::Value;

    #[test]
    fn every_file_is_a_lesson_that_can_run() {
        for text in FILES {
            let lesson = Lesson::from_toml(text).unwrap();
            assert!(
                !lesson.title.get("en").is_empty()
                    && lesson.title.get("xx") == lesson.title.get("en")
            );
            let Some(config) = &lesson.config else {
                assert_eq!(lesson.name, "process-info", "only this one runs nothing");
                continue;
            };
            assert_eq!(config.problems(1), [], "{}", lesson.name);
            assert!(
                config.seed.is_some(),
                "{} needs a seed that shows its picture",
                lesson.name
            );
        }
        assert_eq!(Lesson::all().len(), FILES.len());
    }

    #[test]
    fn every_step_of_the_main_has_its_line() {
        for lesson in Lesson::all() {
            let Some(config) = &lesson.config else {
                continue;
            };
            let keys: &[(&str, &str)] = match (config.run_kind().name(), lesson.name.as_str()) {
                ("processes", "process-daemon") => &[
                    ("start 1", "p1.start()"),
                    ("join 1", "p1.join()"),
                    ("start 3", "p3.start()"),
                    ("sleep", "time.sleep(1.5)"),
                ],
                ("processes", _) => &[
                    ("start 1", "p1.start()"),
                    ("start 2", "p2.start()"),
                    ("print", "print("),
                ],
                ("producer_consumer", _) => &[
                    ("Queue", "Queue("),
                    ("start", ".start("),
                    ("join producers", ".join("),
                    ("put", ".put(None)"),
                    ("join consumers", ".join("),
                ],
                ("pool", "pool-apply") => &[
                    ("Pool", "Pool(3)"),
                    ("pool.apply", "pool.apply("),
                    ("print", "print(value)"),
                ],
                ("pool", "pool-callback") => &[
                    ("Pool", "Pool(3)"),
                    ("pool.apply_async", "apply_async("),
                    ("callback_work", "print("),
                ],
                ("pool", "pool-worker-crash") => &[
                    ("Pool", "Pool(2)"),
                    ("pool.apply_async", "apply_async("),
                    ("pool.join", "pool.join()"),
                    ("error_callback_work", "print("),
                ],
                ("pool", _) => &[
                    ("Pool", "Pool(3)"),
                    ("pool.apply_async", "apply_async("),
                    ("result.get", "result.get()"),
                ],
                (kind, _) => panic!("which steps has a lesson of {kind}?"),
            };
            for (key, code) in keys {
                let line = lesson
                    .listing
                    .line_of(key)
                    .unwrap_or_else(|| panic!("{}: {key}", lesson.name));
                assert!(
                    lesson.listing.lines()[line as usize - 1].contains(code),
                    "{}: {key} on line {line}",
                    lesson.name
                );
            }
        }
    }

    fn pool_of(lesson: &Lesson) -> &PoolConfig {
        match &lesson.config.as_ref().unwrap().kind {
            KindConfig::Pool(pool) => pool,
            other => panic!("{} is no pool: {other:?}", lesson.name),
        }
    }

    /// When each task of a pool lesson ends if all are submitted at once, by the lesson's own seed, seconds.
    fn ends_of_tasks(lesson: &Lesson) -> Vec<f64> {
        places_and_ends(lesson)
            .into_iter()
            .map(|(_, end)| end)
            .collect()
    }

    /// By which worker, from 0, each task is run, and when it ends.
    fn places_and_ends(lesson: &Lesson) -> Vec<(usize, f64)> {
        let pool = pool_of(lesson);
        let seed = lesson.config.as_ref().unwrap().seed.unwrap();
        let mut free = vec![0.0_f64; pool.processes.unwrap() as usize];
        let end = |(place, call): (usize, &CallConfig)| {
            let seconds = match call.args.as_slice() {
                [_, Value::Int(seconds)] if call.target != "work" => *seconds as f64,
                _ => Random::of_task(seed, place as u64 + 1).uniform(1.0, 4.0),
            };
            let workers = free.iter_mut().enumerate();
            let (worker, until) = workers.min_by(|a, b| a.1.total_cmp(b.1)).unwrap();
            *until += seconds;
            (worker, *until)
        };
        pool.tasks.iter().enumerate().map(end).collect()
    }

    #[test]
    fn the_crash_happens_in_the_middle_of_somebody_elses_task() {
        let lesson = Lesson::find("pool-worker-crash").unwrap();
        let tasks = &pool_of(lesson).tasks;
        let target = |name: &str| tasks.iter().position(|call| call.target == name).unwrap();
        let ran = places_and_ends(lesson);
        let mut ends: Vec<f64> = ran.iter().map(|(_, end)| *end).collect();
        let begin = |task: usize| {
            ends[task]
                - if tasks[task].target == "nap" {
                    5.0
                } else {
                    2.0
                }
        };
        let (raises, dies) = (target("fail"), target("crash"));
        // Whoever raised runs on, and it is the same worker that dies later, as its second task after that.
        assert_eq!([ran[raises].0, ran[raises + 1].0, ran[dies].0], [1, 1, 1]);
        assert_eq!((begin(raises + 1), ran[dies + 1].0), (ends[raises], 1));
        let other = (0..tasks.len())
            .find(|&task| ran[task].0 == 0 && begin(task) < ends[dies] && ends[dies] < ends[task])
            .unwrap();
        assert_eq!(tasks[other].target, "nap", "W1 is in the middle of a nap");
        ends.sort_by(f64::total_cmp);
        assert!(
            ends.windows(2).all(|pair| pair[1] - pair[0] >= 0.5),
            "{ends:?}"
        );
    }

    #[test]
    fn the_pool_lessons_seed_shows_what_they_teach() {
        for name in ["pool-apply-async", "pool-callback"] {
            let ends = ends_of_tasks(Lesson::find(name).unwrap());
            let mut order: Vec<usize> = (0..ends.len()).collect();
            order.sort_by(|&a, &b| ends[a].total_cmp(&ends[b]));
            assert_ne!(
                order,
                [0, 1, 2, 3, 4],
                "{name}: results must not arrive as submitted"
            );
            let gaps = order.windows(2).map(|pair| ends[pair[1]] - ends[pair[0]]);
            assert!(
                gaps.into_iter().all(|gap| gap >= 0.5),
                "{name}: two ends too close to tell apart: {ends:?}"
            );
        }
    }
}
