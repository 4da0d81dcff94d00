//! The dialogs in which a value is chosen, and where keys go while one is open.

use eframe::egui::{self, Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use proclab::monitor::control::{Action, ActionEvent, Priorities, Request};
use proclab::monitor::scheduling::{IoClass, IoPriority};
use proclab::os::priority::Setting;
use proclab::os::signal::Send;

use crate::actions::{ActionTest, key};

/// What the first process has, for a user who may lower a nice value to 0.
fn priorities() -> Priorities {
    Priorities {
        nice: 5,
        lowest_nice: 20,
        cpus: vec![0, 1],
        online_cpus: vec![0, 1, 2, 3],
        io_priority: IoPriority {
            class: IoClass::None,
            level: 0,
        },
        may_real_time: false,
    }
}

#[test]
fn a_nice_value_says_beforehand_what_may_be_chosen() {
    let mut test = ActionTest::new();
    test.click_row("cc", Modifiers::NONE);
    test.press(Modifiers::NONE, Key::N);
    let (id, request) = test.asked();
    assert_eq!(request, Request::ReadPriorities(vec![key(22)]));
    test.tell(
        id,
        vec![
            ActionEvent::Priorities(key(22), Ok(priorities())),
            ActionEvent::Done,
        ],
    );
    assert!(test.shows("Nice value of cc 22"));
    assert!(test.shows("You may not go below 5: that needs root"));
    test.press(Modifiers::NONE, Key::ArrowRight);
    assert!(test.shows("You cannot undo this without root"));
    test.press(Modifiers::NONE, Key::Enter);
    let (_, request) = test.asked();
    assert_eq!(
        request,
        Request::Act(Action::Set(Setting::Nice(6)), vec![key(22)])
    );
}

#[test]
fn a_nice_value_can_be_typed() {
    let mut test = ActionTest::new();
    test.click_row("cc", Modifiers::NONE);
    test.press(Modifiers::NONE, Key::N);
    let (id, _) = test.asked();
    test.tell(
        id,
        vec![
            ActionEvent::Priorities(key(22), Ok(priorities())),
            ActionEvent::Done,
        ],
    );
    let type_text = |test: &mut ActionTest, text: &str| {
        test.harness.event(egui::Event::Text(text.to_owned()));
        test.harness.run();
    };
    // What leads beyond 19 begins anew, and what is below what she may choose counts for nothing.
    for text in ["9", "9", "1", "-", "2", "1", "4"] {
        type_text(&mut test, text);
    }
    test.press(Modifiers::NONE, Key::Enter);
    let (_, request) = test.asked();
    assert_eq!(
        request,
        Request::Act(Action::Set(Setting::Nice(14)), vec![key(22)])
    );
}

#[test]
fn a_corrected_nice_value_is_what_is_set() {
    // `<` is Backspace. Less than 5, which it has, may not be chosen: a value that was deleted is not set for all that.
    for (keys, nice) in [
        ("14<2", 12),
        ("14<", 5),
        ("14<<9", 9),
        ("9<", 5),
        ("19<<<7", 7),
    ] {
        let mut test = ActionTest::new();
        test.click_row("cc", Modifiers::NONE);
        test.press(Modifiers::NONE, Key::N);
        let (id, _) = test.asked();
        let known = ActionEvent::Priorities(key(22), Ok(priorities()));
        test.tell(id, vec![known, ActionEvent::Done]);
        for pressed in keys.chars() {
            if pressed == '<' {
                test.press(Modifiers::NONE, Key::Backspace);
            } else {
                test.harness.event(egui::Event::Text(pressed.to_string()));
                test.harness.run();
            }
        }
        test.press(Modifiers::NONE, Key::Enter);
        let (_, request) = test.asked();
        let expected = Request::Act(Action::Set(Setting::Nice(nice)), vec![key(22)]);
        assert_eq!(request, expected, "{keys}");
    }
}

#[test]
fn keys_reach_nothing_behind_a_question() {
    // Between two widgets of the question none has the focus: however quick Enter follows, it must not open the detail.
    for tabs in 1..6 {
        let mut test = ActionTest::new();
        test.click_row("cc", Modifiers::NONE);
        test.press(Modifiers::NONE, Key::Escape);
        test.press(Modifiers::NONE, Key::Delete);
        assert!(test.shows("End cc 22?"));
        let key = |key, pressed| egui::Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let pressed = |code| [key(code, true), key(code, false)];
        let mut events: Vec<_> = (0..tabs).flat_map(|_| pressed(Key::Tab)).collect();
        events.extend(pressed(Key::Enter));
        events.extend(pressed(Key::ArrowDown));
        test.harness.input_mut().events.extend(events);
        let before = test.harness.state().monitor().selected();
        test.harness.run();
        let opened = test.harness.query_by_role_and_label(Role::Tab, "Overview");
        assert!(opened.is_none(), "{tabs}");
        assert_eq!(test.harness.state().monitor().selected(), before, "{tabs}");
        for _ in 0..tabs {
            test.harness.key_press(Key::Tab);
            test.harness.key_press(Key::Enter);
        }
        test.harness.run();
        let opened = test.harness.query_by_role_and_label(Role::Tab, "Overview");
        assert!(opened.is_none(), "{tabs}");
    }
}

#[test]
fn cpus_are_chosen_from_those_online() {
    let mut test = ActionTest::new();
    test.click_row("cc", Modifiers::NONE);
    test.press(Modifiers::NONE, Key::A);
    let (id, _) = test.asked();
    test.tell(
        id,
        vec![
            ActionEvent::Priorities(key(22), Ok(priorities())),
            ActionEvent::Done,
        ],
    );
    assert!(test.shows("Now 0-1"));
    test.click("None");
    assert!(test.shows("Choose at least one CPU."));
    let apply = test.harness.get_by_role_and_label(Role::Button, "Apply");
    assert!(apply.accesskit_node().is_disabled());
    test.harness
        .get_by_role_and_label(Role::CheckBox, "3")
        .click();
    test.harness.run();
    assert!(test.shows("1 of 4 CPUs"));
    test.click("Apply");
    let (_, request) = test.asked();
    assert_eq!(
        request,
        Request::Act(Action::Set(Setting::Cpus(vec![3])), vec![key(22)])
    );
}

#[test]
fn any_signal_and_an_io_priority_can_be_chosen() {
    let mut test = ActionTest::new();
    test.click_row("cc", Modifiers::NONE);
    test.press(Modifiers::NONE, Key::K);
    assert!(test.shows("Send a signal to cc 22?"));
    test.harness.get_by_role(Role::ComboBox).click();
    test.harness.run();
    test.click("10 SIGUSR1 · up to the program");
    test.click("Send");
    let (_, request) = test.asked();
    let usr1 = Action::Signal(Send::from_number(10));
    assert_eq!(request, Request::Act(usr1, vec![key(22)]));

    test.press(Modifiers::NONE, Key::I);
    let (id, _) = test.asked();
    test.tell(
        id,
        vec![
            ActionEvent::Priorities(key(22), Ok(priorities())),
            ActionEvent::Done,
        ],
    );
    let real_time = test
        .harness
        .get_by_role_and_label(Role::RadioButton, "Real time: before all others");
    assert!(real_time.accesskit_node().is_disabled());
    test.harness
        .get_by_role_and_label(
            Role::RadioButton,
            "Idle: only when no other process uses the disk",
        )
        .click();
    test.harness.run();
    test.click("Apply");
    let (_, request) = test.asked();
    assert_eq!(
        request,
        Request::Act(Action::Set(Setting::IoPriority(3 << 13)), vec![key(22)])
    );
}
