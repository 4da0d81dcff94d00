//! A document is of one moment, and what passed its filter is what it shows.

use super::*;
use crate::monitor::detail::{Ids, ProcessDetail};
use crate::monitor::extra::Wanted;
use crate::monitor::fact::{Fact, Freshness};
use crate::monitor::filter::Filter;
use crate::os::ProcKey;

/// A machine on which everything has changed between a look at all processes and one at a single one, and what it was asked for.
struct Restless {
    source: ScriptedSource,
    asked: Vec<Wanted>,
    /// Whether processes have become another user, too.
    is_other_user: bool,
}

impl Restless {
    fn new() -> Self {
        Self {
            source: ScriptedSource::new(60, 11),
            asked: Vec::new(),
            is_other_user: false,
        }
    }
}

impl Source for Restless {
    fn sample(&mut self, tick: Tick) -> Snapshot {
        self.source.sample(tick)
    }

    fn want(&mut self, wanted: Wanted) {
        self.asked.push(wanted);
    }

    fn detail(&mut self, key: ProcKey, look: Look, tick: Tick) -> ProcessDetail {
        let mut detail = self.source.detail(key, look, tick);
        detail.name = Ok("later".into());
        detail.cmdline = Ok(vec!["later".into()]);
        detail.state = Ok(ProcState::Stopped);
        detail.num_threads = Ok(999);
        detail.nice = Ok(19);
        detail.memory = detail.memory.map(|mut memory| {
            memory.rss = 1;
            memory
        });
        if self.is_other_user {
            detail.username = Ok("other".into());
            detail.uids = Ok(Ids {
                real: 77,
                effective: 77,
                saved: 77,
            });
        }
        detail
    }
}

fn request(filter: &str) -> Request {
    Request {
        filter: Filter::parse(filter).unwrap(),
        fields: FieldSet::all(),
        span: Duration::ZERO,
        ..Request::default()
    }
}

#[test]
fn a_record_shows_what_has_passed_the_filter() {
    let mut source = Restless::new();
    let request = request("!later !state:stopped threads<999 mem>1K");
    let document = take(&mut source, &request).unwrap();
    assert!(document.processes.len() > 10);
    for record in &document.processes {
        let told = (record.name.value(), record.status.value());
        assert_ne!(
            told,
            (Some(&"later".to_owned()), Some(&"stopped".to_owned()))
        );
        let cmdline = record.cmdline.value();
        assert_ne!(
            cmdline.and_then(|line| line.first()),
            Some(&"later".to_owned())
        );
        assert!(*record.num_threads.value().unwrap() < 999 && *record.nice.value().unwrap() != 19);
        // What the row does not have is of the detail.
        let memory = record.memory_info.value().unwrap();
        assert!(memory.rss > 1_000 && memory.shared.value().is_some());
    }
}

#[test]
fn the_user_is_told_with_his_ids() {
    let mut source = Restless::new();
    source.is_other_user = true;
    let all = take(&mut source, &request("")).unwrap();
    for record in all
        .processes
        .iter()
        .filter(|record| record.uids.value().is_some())
    {
        assert_eq!(record.uids.value().unwrap().real, 77);
        assert_eq!(record.username.value().unwrap(), "other");
    }
    let none = take(&mut source, &request("user:root")).unwrap();
    assert_eq!(none.processes.len(), 0);
}

#[test]
fn what_is_told_and_filtered_by_is_read_with_every_look() {
    let mut source = Restless::new();
    let mut request = request("user:ana");
    request.fields = FieldSet::parse(Some("name,cpu_percent"), None).unwrap();
    take(&mut source, &request).unwrap();
    // Of the first look nothing is told.
    let freshness: Vec<_> = source.asked.iter().map(|wanted| wanted.freshness).collect();
    assert_eq!(freshness, [Freshness::NotRead, Freshness::EveryLook]);
    let facts = source.asked[1].facts;
    assert!(facts.has(Fact::User) && facts.has(Fact::CommandLine) && !facts.has(Fact::Exe));
    request.fields = FieldSet::parse(Some("exe"), None).unwrap();
    source.asked.clear();
    take(&mut source, &request).unwrap();
    assert_eq!(source.asked.len(), 1);
    assert!(
        source.asked[0].freshness == Freshness::EveryLook && source.asked[0].facts.has(Fact::Exe)
    );
}
