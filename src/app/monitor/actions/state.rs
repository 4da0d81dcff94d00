//! The state of actions: the open confirmation or form, the requests, and their reports.

use eframe::egui;
use jiff::tz::TimeZone;

use super::action_runner::ActionRunner;
use super::permissions::{Permissions, ReadOnly};
use super::priority_form::PriorityForm;
use super::question::Question;
use super::report::{Report, Reports};
use super::report_ui::reports_ui;
use crate::app::command::Answer;
use crate::app::command::Command;
use crate::app::command::Offer;
use crate::app::command::Verb;
use crate::app::view::View;
use crate::monitor::control::{
    Action, ActionEvent, Actor, Kin, Member, Plan, Refusal, Request, RequestId,
};
use crate::monitor::{ProcessRow, Snapshot};
use crate::os::signal::Send;
use crate::os::{ProcFs, ProcKey};

use crate::app::command::ActCommand;

/// Actions on processes, as the window sees them.
pub struct Actions {
    action_runner: Box<dyn ActionRunner>,
    actor: Actor,
    /// Whether the window was started so that nothing can be done from it.
    is_started_read_only: bool,
    question: Option<Question>,
    form: Option<PriorityForm>,
    reports: Reports,
    /// The number of the last request.
    count: RequestId,
    /// The number of the last question.
    asked: u64,
}

impl Actions {
    /// Actions that `action_runner` carries out.
    pub fn new(action_runner: Box<dyn ActionRunner>, is_read_only: bool) -> Self {
        Self {
            actor: action_runner.actor(),
            action_runner,
            is_started_read_only: is_read_only,
            question: None,
            form: None,
            reports: Reports::default(),
            count: 0,
            asked: 0,
        }
    }

    /// What may be done, where nothing was chosen to be done or not.
    pub fn permissions(&self, is_chosen_read_only: bool) -> Permissions {
        Permissions {
            actor: self.actor,
            read_only: match (self.is_started_read_only, is_chosen_read_only) {
                _ if self.actor.proc_fs != ProcFs::Own => Some(ReadOnly::OtherPidNamespace),
                (true, _) => Some(ReadOnly::Started),
                (false, true) => Some(ReadOnly::Chosen),
                (false, false) => None,
            },
        }
    }

    /// Whether a question is on screen.
    pub fn is_open(&self) -> bool {
        self.question.is_some() || self.form.is_some()
    }

    /// The processes that what is asked about would end, as far as that is known.
    pub fn asked_to_end(&self) -> Vec<ProcKey> {
        let Some(question) = &self.question else {
            return Vec::new();
        };
        let members = question.tree.iter().flat_map(|tree| &tree.members);
        let members = members.map(|member| member.kin.key);
        question.plan.keys().into_iter().chain(members).collect()
    }

    /// Takes in replies, and removes reports that have been read.
    pub fn logic(&mut self, ctx: &egui::Context, snapshot: Option<&Snapshot>) {
        for (id, mut told) in self.action_runner.events() {
            if let Some(snapshot) = snapshot {
                name_kin(&mut told, snapshot);
            }
            match (told, &mut self.question, &mut self.form) {
                (ActionEvent::Tree(tree), Some(question), _) if question.tree_id == Some(id) => {
                    question.tree = Some(tree);
                }
                (ActionEvent::Priorities(_, priorities), _, Some(form)) if form.id == id => {
                    form.take_in(priorities);
                }
                (told, ..) => self.reports.take_in(id, told),
            }
        }
        let now = ctx.input(|input| input.time);
        if let Some(left) = self.reports.pass(now)
            && let Ok(left) = std::time::Duration::try_from_secs_f64(left)
        {
            ctx.request_repaint_after(left);
        }
    }

    /// Begins to do something to these: asks first where something ends or a value is to be chosen.
    pub fn begin(
        &mut self,
        ctx: &egui::Context,
        verb: Verb,
        keys: &[ProcKey],
        snapshot: &Snapshot,
        last_row: Option<&ProcessRow>,
    ) {
        let model = match verb {
            // The question lets another be chosen.
            Verb::Signal => Action::Signal(Send::Terminate),
            verb => verb.model(),
        };
        let mut plan = Plan::new(model, keys, snapshot, &self.actor);
        for (target, _) in &mut plan.refused {
            // One that has ended is remembered for its detail.
            if let Some(row) = last_row.filter(|row| row.key == target.key) {
                target.name = row.label().into();
            }
        }
        self.asked += 1;
        if verb == Verb::KillTree {
            for (_, refusal) in &mut plan.refused {
                if *refusal == Refusal::OurAncestor {
                    *refusal = Refusal::HoldsUs;
                }
            }
        }
        if plan.targets.is_empty() {
            let id = self.next_id();
            self.reports.push(Report::new(id, verb, &plan, false));
            return;
        }
        match verb {
            Verb::Suspend | Verb::Resume => {
                let request = Request::Act(plan.action.clone(), plan.keys());
                self.act(ctx, verb, &plan, request, true);
            }
            Verb::End | Verb::Kill | Verb::Signal => {
                self.question = Some(Question::new(verb, plan, None));
            }
            Verb::KillTree => {
                let id = self.next_id();
                self.action_runner
                    .ask(ctx, id, Request::LookAtTree(plan.keys()));
                self.question = Some(Question::new(verb, plan, Some(id)));
            }
            Verb::Nice | Verb::Cpus | Verb::IoPriority => {
                let id = self.next_id();
                self.action_runner
                    .ask(ctx, id, Request::ReadPriorities(plan.keys()));
                self.form = Some(PriorityForm::new(verb, plan, id));
            }
        }
    }

    /// Carries out what was asked for about what is on screen.
    pub fn apply(&mut self, ctx: &egui::Context, command: &ActCommand) {
        match command {
            ActCommand::Answer(Answer::No) => {
                self.question = None;
                self.form = None;
            }
            ActCommand::Answer(Answer::Yes) => self.answer(ctx),
            ActCommand::Take(report, key, offer) => {
                if let Offer::Copy(words) = offer {
                    ctx.copy_text(words.clone());
                    return;
                }
                let id = self.next_id();
                let request = self.reports.answer(*report, *key, offer, id);
                if let Some(request) = request {
                    self.ask(ctx, id, request);
                }
            }
            ActCommand::ToggleReport(report) => self.reports.toggle(*report),
            ActCommand::CloseReport(report) => self.reports.close(*report),
            // These need more than is on screen: the caller has it.
            ActCommand::Begin(..) | ActCommand::SetReadOnly(_) => {}
        }
    }

    fn answer(&mut self, ctx: &egui::Context) {
        if let Some(question) = self.question.take() {
            let Question { verb, plan, .. } = question;
            let request = match verb {
                Verb::KillTree => Request::KillTree(plan.keys()),
                _ => Request::Act(plan.action.clone(), plan.keys()),
            };
            self.act(ctx, verb, &plan, request, false);
        } else if let Some(form) = self.form.take() {
            let can_go_back = form.can_go_back();
            let mut plan = form.plan.clone();
            plan.action = form.action();
            let request = Request::Act(plan.action.clone(), plan.keys());
            self.act(ctx, form.verb, &plan, request, can_go_back);
        }
    }

    fn act(
        &mut self,
        ctx: &egui::Context,
        verb: Verb,
        plan: &Plan,
        request: Request,
        can_go_back: bool,
    ) {
        let id = self.next_id();
        self.reports.push(Report::new(id, verb, plan, can_go_back));
        self.ask(ctx, id, request);
    }

    fn ask(&mut self, ctx: &egui::Context, id: RequestId, request: Request) {
        if !self.action_runner.ask(ctx, id, request) {
            self.reports.fail(id);
        }
    }

    fn next_id(&mut self) -> RequestId {
        self.count += 1;
        self.count
    }

    /// Draws the question and the reports, these from `y` upwards.
    pub fn acting_ui(&mut self, ui: &egui::Ui, view: View<'_>, zone: &TimeZone, y: f32) {
        reports_ui(ui, view, &mut self.reports, y);
        if !self.is_open() {
            return;
        }
        // Each question has its own identity, so that none is as large as the one before.
        let modal = egui::Modal::new(egui::Id::unique(("acting", self.asked)))
            .frame(egui::Frame::window(ui.style()).inner_margin(egui::Margin::same(20)))
            .show(ui, |ui| {
                if let Some(question) = &mut self.question {
                    question.question_ui(ui, view, zone)
                } else {
                    self.form.as_mut().and_then(|form| form.form_ui(ui, view))
                }
            });
        let closed = modal.should_close().then_some(Answer::No);
        if let Some(answer) = modal.inner.or(closed) {
            view.commands.send(Command::Act(ActCommand::Answer(answer)));
        }
    }
}
/// Names those of a tree as the table does.
fn name_kin(told: &mut ActionEvent, snapshot: &Snapshot) {
    let (members, left): (&mut [Member], &mut [Kin]) = match told {
        ActionEvent::Tree(tree) => (&mut tree.members, &mut tree.left),
        ActionEvent::LeftTree(left) => (&mut [], left),
        _ => return,
    };
    for kin in members.iter_mut().map(|member| &mut member.kin).chain(left) {
        if let Some(row) = snapshot.row(kin.key) {
            row.label().clone_into(&mut kin.name);
        }
    }
}
