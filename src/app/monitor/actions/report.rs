//! What came of what was done: one report a request, one line a process.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::app::command::Offer;
use crate::app::command::Verb;
use crate::monitor::control::{
    Action, ActionEvent, Kin, Outcome, Plan, Refusal, Request, RequestId, Target,
};
use crate::os::ProcKey;

/// So many reports are kept on screen; older ones go.
const REPORTS: usize = 4;
/// How long a report stays once all is as it was wished.
const SHORT: Duration = Duration::from_secs(6);
/// How long it stays if something can be taken back, or did not succeed.
const LONG: Duration = Duration::from_secs(30);

/// What came of it for one process.
#[derive(Clone, Debug)]
pub struct ReportLine {
    pub key: ProcKey,
    pub name: String,
    pub user: Option<String>,
    /// What was asked for last.
    pub action: Action,
    /// `None` until a reply arrives.
    pub outcome: Option<Outcome>,
    /// Whether what was changed may be changed back by this user.
    pub can_go_back: bool,
    /// Whether its button was pressed: there is nothing more to offer.
    pub is_answered: bool,
}

/// What came of one request.
#[derive(Clone, Debug)]
pub struct Report {
    /// The first request, and those that followed from its lines.
    pub ids: Vec<RequestId>,
    pub verb: Verb,
    pub lines: Vec<ReportLine>,
    /// Where each process stands among the lines: a tree may have thousands.
    places: HashMap<ProcKey, usize>,
    /// Processes that have left the tree and were left alone.
    pub left: Vec<Kin>,
    pub is_done: bool,
    /// Whether the lines are shown.
    pub is_open: bool,
    /// When it goes, in the seconds of `egui`'s clock; `None` while something may follow.
    pub until: Option<f64>,
}

/// The reports on screen, the newest last.
#[derive(Debug, Default)]
pub struct Reports {
    pub list: Vec<Report>,
}

impl ReportLine {
    /// What can be done now.
    pub fn offer(&self) -> Option<Offer> {
        if self.is_answered {
            return None;
        }
        match self.outcome.as_ref()? {
            Outcome::StillThere(..) if self.action != Action::KILL => Some(Offer::Kill),
            Outcome::Sent if self.action == Action::SUSPEND => Some(Offer::Resume),
            Outcome::Changed(..) if self.can_go_back => Some(Offer::Undo),
            Outcome::Denied | Outcome::Refused(Refusal::NotOurs) => {
                Some(Offer::Copy(self.action.command(self.key.pid)))
            }
            _ => None,
        }
    }
}

impl Report {
    /// Of what was just asked for.
    pub fn new(id: RequestId, verb: Verb, plan: &Plan, can_go_back: bool) -> Self {
        let line = |target: &Target, outcome: Option<Outcome>| ReportLine {
            key: target.key,
            name: target.name.to_string(),
            user: target.user.as_deref().map(str::to_owned),
            action: plan.action.clone(),
            outcome,
            can_go_back,
            is_answered: false,
        };
        let refused = plan.refused.iter();
        let refused =
            refused.map(|(target, refusal)| line(target, Some(Outcome::Refused(*refusal))));
        let asked = plan.targets.iter().map(|target| line(target, None));
        let lines: Vec<_> = asked.chain(refused).collect();
        let places = lines.iter().map(|line| line.key).zip(0..);
        Self {
            ids: vec![id],
            verb,
            places: places.collect(),
            lines,
            left: Vec::new(),
            is_done: plan.targets.is_empty(),
            is_open: plan.targets.len() + plan.refused.len() <= 4,
            until: None,
        }
    }

    /// Whether all is as it was wished.
    pub fn is_well(&self) -> bool {
        self.left.is_empty() && self.lines.iter().all(|line| !line.is_bad())
    }

    fn may_go_on(&self) -> bool {
        !self.is_done
            || self.lines.iter().any(|line| {
                line.outcome
                    .as_ref()
                    .is_none_or(|outcome| !outcome.is_final())
            })
    }

    fn take_in(&mut self, told: ActionEvent) {
        self.until = None;
        match told {
            ActionEvent::Outcome(key, outcome) => {
                let place = self.places.get(&key);
                if let Some(line) = place.and_then(|&place| self.lines.get_mut(place)) {
                    line.outcome = Some(outcome);
                }
            }
            ActionEvent::Tree(tree) => {
                let model = self.lines.first().cloned();
                for member in tree.members {
                    let is_known = self.places.contains_key(&member.kin.key);
                    if let (false, Some(model)) = (is_known, &model) {
                        self.places.insert(member.kin.key, self.lines.len());
                        self.lines.push(ReportLine {
                            key: member.kin.key,
                            name: member.kin.name,
                            user: None,
                            outcome: None,
                            ..model.clone()
                        });
                    }
                }
            }
            ActionEvent::LeftTree(left) => self.left = left,
            ActionEvent::Done => self.is_done = true,
            // Asked for by forms only.
            ActionEvent::Priorities(..) => {}
        }
    }
}

impl ReportLine {
    /// Whether it is not as it was wished.
    pub const fn is_bad(&self) -> bool {
        match &self.outcome {
            None | Some(Outcome::Ending | Outcome::Refused(Refusal::Gone)) => false,
            Some(outcome) => !outcome.is_done(),
        }
    }
}

impl Reports {
    /// One more; the oldest goes if there are too many.
    ///
    /// Removes outdated reports on the same processes: a suspended process that is killed now needs no offer
    /// to resume.
    pub fn push(&mut self, report: Report) {
        let keys: BTreeSet<ProcKey> = report.lines.iter().map(|line| line.key).collect();
        for earlier in &mut self.list {
            if earlier.verb.is_overtaken_by(report.verb) && !earlier.may_go_on() {
                earlier.lines.retain(|line| !keys.contains(&line.key));
                let places = earlier.lines.iter().map(|line| line.key).zip(0..);
                earlier.places = places.collect();
            }
        }
        self.list.retain(|report| !report.lines.is_empty());
        self.list.push(report);
        if self.list.len() > REPORTS {
            self.list.remove(0);
        }
    }

    /// Takes in the replies to a request.
    pub fn take_in(&mut self, id: RequestId, told: ActionEvent) {
        let mut reports = self.list.iter_mut();
        if let Some(report) = reports.find(|report| report.ids.contains(&id)) {
            report.take_in(told);
        }
    }

    /// Takes away what has been read long enough; when to look again, seconds.
    pub fn pass(&mut self, now: f64) -> Option<f64> {
        for report in &mut self.list {
            if report.until.is_none() && !report.may_go_on() {
                let is_offering = report.lines.iter().any(|line| line.offer().is_some());
                let stay = if report.is_well() && !is_offering {
                    SHORT
                } else {
                    LONG
                };
                report.until = Some(now + stay.as_secs_f64());
            }
        }
        self.list
            .retain(|report| report.until.is_none_or(|until| until > now));
        let due = self.list.iter().filter_map(|report| report.until);
        due.map(|until| until - now).min_by(f64::total_cmp)
    }

    /// Keeps one on screen while the pointer is on it.
    pub fn hold(&mut self, id: RequestId) {
        for report in &mut self.list {
            if report.ids.first() == Some(&id) {
                report.until = None;
            }
        }
    }

    /// Shows the lines of one, or hides them.
    pub fn toggle(&mut self, id: RequestId) {
        for report in &mut self.list {
            if report.ids.first() == Some(&id) {
                report.is_open = !report.is_open;
            }
        }
    }

    /// Takes one away.
    pub fn close(&mut self, id: RequestId) {
        self.list.retain(|report| report.ids.first() != Some(&id));
    }

    /// A request was not accepted: there is no thread, or too many requests wait.
    pub fn fail(&mut self, id: RequestId) {
        let mut reports = self.list.iter_mut();
        let Some(report) = reports.find(|report| report.ids.contains(&id)) else {
            return;
        };
        report.is_done = true;
        for line in &mut report.lines {
            line.outcome.get_or_insert(Outcome::Busy);
        }
    }

    /// Answers a line's offer: what to ask for now, under this id.
    pub fn answer(
        &mut self,
        report: RequestId,
        key: ProcKey,
        offer: &Offer,
        id: RequestId,
    ) -> Option<Request> {
        let mut reports = self.list.iter_mut();
        let report = reports.find(|known| known.ids.first() == Some(&report))?;
        let line = report.lines.iter_mut().find(|line| line.key == key)?;
        let request = match offer {
            Offer::Kill => {
                line.action = Action::KILL;
                Request::Act(Action::KILL, vec![key])
            }
            Offer::Resume => {
                line.action = Action::RESUME;
                Request::Act(Action::RESUME, vec![key])
            }
            Offer::Undo => match &line.outcome {
                Some(Outcome::Changed(_, before)) => Request::Restore(vec![(key, before.clone())]),
                _ => return None,
            },
            Offer::Copy(_) => return None,
        };
        line.is_answered = !matches!(offer, Offer::Kill);
        line.outcome = None;
        report.is_done = false;
        report.until = None;
        report.ids.push(id);
        Some(request)
    }
}
