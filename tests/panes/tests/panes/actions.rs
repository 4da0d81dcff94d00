//! Actions on processes: confirmations, requests, reports, and read-only.

use std::time::Duration;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use panes::ScriptedActionRunner;
use panes::ScriptedFeed;
use panes::ScriptedRun;
use panes::machine::{row, snapshot_of};
use proclab::app::App;
use proclab::app::command::Command;
use proclab::app::settings::Settings;
use proclab::monitor::control::{Action, ActionEvent, Actor, Kin, Member, Outcome, Request, Tree};
use proclab::monitor::{CommandLine, ProcState, Snapshot};
use proclab::os::{ProcFs, ProcKey};

use crate::window::{ANA, rows, window_of};

/// init, Ana's shell with her editor and a compiler, root's daemon; we are 4000.
fn machine() -> Snapshot {
    let rows = [
        (1, 0, "init", 0),
        (20, 1, "shell", 1_000),
        (21, 20, "editor", 1_000),
        (22, 20, "cc", 1_000),
        (30, 1, "daemon", 0),
        (4_000, 1, "proclab", 1_000),
    ];
    let rows = rows.map(|(pid, ppid, name, uid)| {
        let mut row = row(pid, name);
        row.ppid = ppid;
        row.uid = Ok(uid);
        row.username = Ok(if uid == 0 { "root" } else { "ana" }.into());
        let command = CommandLine::new(vec![format!("/bin/{name}"), "--now".into()]);
        row.cmdline = Ok(command.into());
        row.cpu_percent = Ok(0.0);
        row
    });
    snapshot_of(rows.into())
}

pub fn key(pid: u32) -> ProcKey {
    row(pid, "p").key
}

/// A window over that machine with a scripted action runner.
pub struct ActionTest {
    pub harness: Harness<'static, App>,
    pub action_runner: ScriptedActionRunner,
    feed: ScriptedFeed,
}

impl ActionTest {
    pub fn new() -> Self {
        Self::with(Settings::default(), false)
    }

    fn with(settings: Settings, is_read_only: bool) -> Self {
        Self::of(ANA, settings, is_read_only)
    }

    fn of(actor: Actor, settings: Settings, is_read_only: bool) -> Self {
        let feed = ScriptedFeed::new(60);
        feed.show(machine());
        let action_runner = ScriptedActionRunner::new(actor);
        let run = ScriptedRun::default();
        let harness = window_of(&feed, &run, settings, &action_runner, is_read_only);
        Self {
            harness,
            action_runner,
            feed,
        }
    }

    pub fn click_row(&mut self, name: &str, with: Modifiers) {
        self.row(name).click_modifiers(with);
        self.harness.run();
    }

    fn row(&self, name: &str) -> egui_kittest::Node<'_> {
        let begins = format!("{name}, ");
        let is_it = |row: &egui_kittest::Node<'_>| {
            let label = row.accesskit_node().label().unwrap_or_default();
            label.starts_with(&begins)
        };
        let mut rows = self.harness.get_all_by_role(Role::Row);
        rows.find(is_it).expect("a row of that name")
    }

    fn open_menu(&mut self, name: &str) {
        self.row(name).click_secondary();
        self.harness.run();
    }

    pub fn press(&mut self, with: Modifiers, key: Key) {
        self.harness.key_press_modifiers(with, key);
        self.harness.run();
    }

    pub fn click(&mut self, label: &str) {
        self.harness
            .get_by_role_and_label(Role::Button, label)
            .click();
        self.harness.run();
    }

    pub fn shows(&self, words: &str) -> bool {
        self.harness.query_all_by_label_contains(words).count() > 0
    }

    fn click_link(&mut self, label: &str) {
        let link = self.harness.get_by_role_and_label(Role::Link, label);
        link.click();
        self.harness.run();
    }

    /// Replies to a request and draws the next frame.
    pub fn tell(&mut self, id: u64, told: Vec<ActionEvent>) {
        for told in told {
            self.action_runner.tell(id, told);
        }
        self.harness.run();
    }

    /// The one thing that was asked for.
    pub fn asked(&self) -> (u64, Request) {
        let mut asked = self.action_runner.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked.remove(0)
    }
}

#[test]
fn before_something_ends_it_is_named_by_more_than_its_name() {
    let mut test = ActionTest::new();
    test.click_row("shell", Modifiers::NONE);
    test.press(Modifiers::NONE, Key::Delete);
    for words in [
        "End shell 20?",
        "/bin/shell --now",
        "ana · started 20",
        "2 children",
        "It is asked to exit (SIGTERM)",
    ] {
        assert!(test.shows(words), "{words}");
    }
    assert_eq!(
        test.action_runner.asked(),
        [],
        "nothing happens before the answer"
    );
    test.press(Modifiers::NONE, Key::Escape);
    assert!(!test.shows("End shell 20?"));
    assert_eq!(test.action_runner.asked(), []);
    // The selection is as it was: Escape was the question's.
    assert_eq!(test.harness.state().monitor().selection(), [key(20)]);

    test.press(Modifiers::NONE, Key::Delete);
    test.press(Modifiers::NONE, Key::Enter);
    let (id, request) = test.asked();
    assert_eq!(request, Request::Act(Action::End, vec![key(20)]));
    test.tell(
        id,
        vec![
            ActionEvent::Outcome(key(20), Outcome::Ending),
            ActionEvent::Done,
        ],
    );
    assert!(test.shows("shell 20: asked, not ended yet"));
    let after = Duration::from_millis(5_020);
    let still = Outcome::StillThere(after, ProcState::Sleeping);
    test.tell(id, vec![ActionEvent::Outcome(key(20), still)]);
    assert!(test.shows("shell 20: still running after 5.0 s"));

    // What the line offers needs no second confirmation: it names process and action.
    test.click("Kill");
    let (second, request) = test.asked();
    assert_eq!(request, Request::Act(Action::KILL, vec![key(20)]));
    let ended = Outcome::Ended(Duration::from_millis(12));
    test.tell(
        second,
        vec![ActionEvent::Outcome(key(20), ended), ActionEvent::Done],
    );
    assert!(test.shows("shell 20: ended after 12 ms"));
}

#[test]
fn several_are_reached_children_first_and_protected_ones_are_named() {
    let mut test = ActionTest::new();
    for name in ["init", "shell", "cc", "daemon", "proclab"] {
        test.click_row(name, Modifiers::COMMAND);
    }
    test.press(Modifiers::SHIFT, Key::Delete);
    for words in [
        "Kill 2 processes?",
        "Left alone: init 1, it is the first process",
        "Left alone: daemon 30, belongs to root: run Proclab as root",
        "Left alone: proclab 4000, this is Proclab itself",
        "The 2 children keep running",
    ] {
        assert!(test.shows(words), "{words}");
    }
    test.click("Kill 2");
    let (id, request) = test.asked();
    assert_eq!(request, Request::Act(Action::KILL, vec![key(22), key(20)]));
    let told = [(22, 3), (20, 4)]
        .map(|(pid, ms)| ActionEvent::Outcome(key(pid), Outcome::Ended(Duration::from_millis(ms))));
    test.tell(id, told.into_iter().chain([ActionEvent::Done]).collect());
    assert!(test.shows("Kill: 2 ended · 2 left alone · 1 denied"));
    test.click_link("Details");
    assert!(test.shows("cc 22: ended after 3 ms"));
    test.click_link("Copy “sudo kill -KILL 30”");
}

#[test]
fn who_is_ended_from_here_stays_in_the_filter_that_found_it() {
    let mut test = ActionTest::new();
    let with = |cpu: f32, is_there: bool| {
        let mut machine = machine();
        machine.rows[3].cpu_percent = Ok(cpu);
        machine.rows.retain(|row| is_there || row.key != key(22));
        machine
    };
    test.feed.show(with(80.0, true));
    let filter = Command::SetFilter("cpu>50".into());
    test.harness.state().commands().send(filter);
    test.harness.run();
    test.click_row("cc", Modifiers::NONE);
    test.press(Modifiers::NONE, Key::Delete);
    test.press(Modifiers::NONE, Key::Enter);
    for _ in 0..5 {
        test.feed.show(with(80.0, false));
        test.harness.run();
        assert_eq!(rows(&test.harness), ["cc, 22, ana, ended ? (not observed)"]);
    }
    let other = Command::SetFilter("cpu>60".into());
    test.harness.state().commands().send(other);
    test.harness.run();
    assert!(test.shows("No process matches cpu>60"), "another question");
}

#[test]
fn a_tree_is_shown_before_it_is_killed() {
    let mut test = ActionTest::new();
    test.click_row("shell", Modifiers::NONE);
    test.press(Modifiers::SHIFT, Key::K);
    let (id, request) = test.asked();
    assert_eq!(request, Request::LookAtTree(vec![key(20)]));
    assert!(test.shows("Reading its descendants…"));
    test.press(Modifiers::NONE, Key::Enter);
    assert_eq!(test.action_runner.asked(), [], "not before it is known who");
    let kin = |pid: u32, ppid: u32, name: &str| Kin {
        key: key(pid),
        ppid,
        group: 20,
        session: 20,
        name: name.into(),
        state: b'S',
    };
    let member = |pid, ppid, name, depth| Member {
        kin: kin(pid, ppid, name),
        depth,
    };
    let members = vec![
        member(20, 1, "shell", 0),
        member(21, 20, "editor", 1),
        member(23, 21, "helper", 2),
    ];
    let left = vec![kin(40, 1, "agent")];
    let tree = Tree {
        members: members.clone(),
        left: left.clone(),
    };
    test.tell(id, vec![ActionEvent::Tree(tree), ActionEvent::Done]);
    for words in ["3 processes", "helper", "left alone: agent 40"] {
        assert!(test.shows(words), "{words}");
    }
    let cancel = test.harness.get_by_role_and_label(Role::Button, "Cancel");
    assert!(cancel.is_focused(), "Enter alone kills nothing");
    // The button before it.
    test.press(Modifiers::SHIFT, Key::Tab);
    test.press(Modifiers::NONE, Key::Enter);
    let (id, request) = test.asked();
    assert_eq!(request, Request::KillTree(vec![key(20)]));
    let hit = Tree {
        members,
        left: Vec::new(),
    };
    let ended = |pid| ActionEvent::Outcome(key(pid), Outcome::Ended(Duration::from_millis(1)));
    let told = vec![
        ActionEvent::Tree(hit),
        ended(23),
        ended(21),
        ended(20),
        ActionEvent::LeftTree(left),
        ActionEvent::Done,
    ];
    test.tell(id, told);
    assert!(test.shows("Kill with descendants: 3 ended"));
    assert!(test.shows("Has left the tree and is left alone: agent 40"));
}

#[test]
fn an_empty_tree_says_why_it_cannot_be_killed() {
    let mut test = ActionTest::new();
    test.click_row("editor", Modifiers::NONE);
    test.press(Modifiers::SHIFT, Key::K);
    let (id, request) = test.asked();
    assert_eq!(request, Request::LookAtTree(vec![key(21)]));
    test.tell(id, vec![ActionEvent::Tree(Tree::default())]);
    assert!(test.shows("None of it is found, so nothing can be killed"));
    assert!(!test.shows("0 processes"));
}

#[test]
fn suspending_needs_no_question_and_can_be_taken_back() {
    let mut test = ActionTest::new();
    test.click_row("editor", Modifiers::NONE);
    test.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    let (id, request) = test.asked();
    assert_eq!(request, Request::Act(Action::SUSPEND, vec![key(21)]));
    test.tell(
        id,
        vec![
            ActionEvent::Outcome(key(21), Outcome::Sent),
            ActionEvent::Done,
        ],
    );
    assert!(test.shows("editor 21: suspended"));
    let resume = test
        .harness
        .get_all_by_role_and_label(Role::Button, "Resume");
    resume.last().expect("an offer").click();
    test.harness.run();
    let (_, request) = test.asked();
    assert_eq!(request, Request::Act(Action::RESUME, vec![key(21)]));
}

#[test]
fn another_users_process_is_denied_with_the_rights_it_takes() {
    let mut test = ActionTest::new();
    test.click_row("daemon", Modifiers::NONE);
    test.press(Modifiers::NONE, Key::Delete);
    assert_eq!(test.action_runner.asked(), []);
    assert!(test.shows("daemon 30: belongs to root: run Proclab as root"));
    test.click("Copy “sudo kill -TERM 30”");
    // Another process may have taken the pid while the view was frozen.
    test.click_row("editor", Modifiers::NONE);
    test.press(Modifiers::NONE, Key::Delete);
    test.press(Modifiers::NONE, Key::Enter);
    let (id, _) = test.asked();
    test.tell(
        id,
        vec![
            ActionEvent::Outcome(key(21), Outcome::Reused),
            ActionEvent::Done,
        ],
    );
    assert!(test.shows("editor 21: had already ended; another process has its pid now"));
}

#[test]
fn a_menu_is_about_its_row_or_the_selection_and_gives_reasons() {
    let mut test = ActionTest::new();
    test.open_menu("init");
    assert!(test.shows("init 1"));
    let end = test
        .harness
        .get_by_role_and_label(Role::Button, "End… Delete");
    assert!(end.accesskit_node().is_disabled());
    end.hover();
    test.harness.run_steps(60);
    assert!(test.shows("it is the first process: all others end with it"));
    test.press(Modifiers::NONE, Key::Escape);

    test.click_row("editor", Modifiers::NONE);
    test.click_row("cc", Modifiers::COMMAND);
    test.open_menu("editor");
    assert!(test.shows("2 processes"));
    test.click("Kill… Shift+Delete");
    assert!(test.shows("Kill 2 processes?"));
    test.click("Cancel");
    // A row beside the selection is about itself.
    test.open_menu("shell");
    test.click("Kill… Shift+Delete");
    assert!(test.shows("Kill shell 20?"));
}

#[test]
fn read_only_leaves_nothing_to_do_and_says_why() {
    let mut test = ActionTest::with(Settings::default(), true);
    assert!(test.shows("read-only"));
    test.click_row("editor", Modifiers::NONE);
    let end = test.harness.get_by_role_and_label(Role::Button, "End…");
    assert!(end.accesskit_node().is_disabled());
    end.hover();
    test.harness.run_steps(60);
    assert!(test.shows("Read-only: Proclab was started with --read-only"));
    for (with, key) in [
        (Modifiers::NONE, Key::Delete),
        (Modifiers::SHIFT, Key::Delete),
        (Modifiers::COMMAND | Modifiers::SHIFT, Key::S),
        (Modifiers::NONE, Key::N),
    ] {
        test.press(with, key);
    }
    assert_eq!(test.action_runner.asked(), []);
    assert!(!test.shows("End editor 21?"));
}

#[test]
fn nothing_is_asked_for_by_a_pid_of_another_namespace() {
    let actor = Actor {
        proc_fs: ProcFs::Foreign,
        ..ANA
    };
    let mut test = ActionTest::of(actor, Settings::default(), false);
    assert!(test.shows("read-only"));
    test.click_row("editor", Modifiers::NONE);
    let every = [
        (Modifiers::NONE, Key::Delete),
        (Modifiers::SHIFT, Key::Delete),
        (Modifiers::SHIFT, Key::K),
        (Modifiers::NONE, Key::K),
        (Modifiers::COMMAND | Modifiers::SHIFT, Key::S),
        (Modifiers::COMMAND | Modifiers::SHIFT, Key::R),
        (Modifiers::NONE, Key::N),
        (Modifiers::NONE, Key::A),
        (Modifiers::NONE, Key::I),
    ];
    for (with, key) in every {
        test.press(with, key);
        assert_eq!(test.action_runner.asked(), [], "{key:?}");
        assert!(!test.shows("End editor 21?"), "{key:?}");
    }
    let lock = "Read-only: /proc belongs to another pid namespace, so the pids shown mean other processes, or none, where Proclab runs";
    let lock = test.harness.get_by_role_and_label(Role::Button, lock);
    assert!(lock.accesskit_node().is_disabled());
    // Neither is the command handed out that would do it in a terminal.
    test.open_menu("editor");
    let copy = test
        .harness
        .get_by_role_and_label(Role::Button, "Copy kill command");
    assert!(copy.accesskit_node().is_disabled());
}

#[test]
fn read_only_can_be_chosen_and_taken_back() {
    let mut test = ActionTest::new();
    test.click_row("editor", Modifiers::NONE);
    test.click("Actions on processes are enabled. Click for read-only");
    assert!(test.harness.state().settings().is_read_only);
    test.press(Modifiers::NONE, Key::Delete);
    assert!(!test.shows("End editor 21?"));
    test.click(
        "Read-only: actions on processes are disabled. Click the lock at the left to enable them",
    );
    test.press(Modifiers::NONE, Key::Delete);
    assert!(test.shows("End editor 21?"));
}

#[test]
fn no_process_is_hit_while_typing_or_without_a_selection() {
    let mut test = ActionTest::new();
    test.press(Modifiers::NONE, Key::Delete);
    assert!(test.shows("Select a process first"));
    test.click_row("editor", Modifiers::NONE);
    test.press(Modifiers::COMMAND, Key::F);
    for (with, key) in [
        (Modifiers::NONE, Key::K),
        (Modifiers::NONE, Key::Delete),
        (Modifiers::SHIFT, Key::Delete),
    ] {
        test.press(with, key);
    }
    assert!(!test.shows("editor 21?"));
    // Nor is one that has ended, which the detail still shows.
    test.press(Modifiers::NONE, Key::Escape);
    let mut without = machine();
    without.rows.retain(|row| row.key.pid != 21);
    test.feed.show(without);
    test.harness.run();
    test.press(Modifiers::SHIFT, Key::Delete);
    assert!(test.shows("editor 21: it has already ended"));
    // The key that ends takes the row of what has ended away.
    test.press(Modifiers::NONE, Key::Delete);
    assert_eq!(test.harness.state().monitor().selection(), []);
    assert_eq!(test.action_runner.asked(), []);
}
