//! A limited view says so, and why.

use egui_kittest::kittest::Queryable as _;
use panes::ScriptedFeed;
use panes::machine::{row, snapshot_of};
use proclab::monitor::LimitedView;

use crate::window::window;

#[test]
fn every_limit_has_its_line_which_can_be_hidden() {
    for (limit, words) in [
        (LimitedView::HidePid, "/proc is mounted with hidepid"),
        (
            LimitedView::OtherPidNamespace,
            "/proc belongs to another pid namespace",
        ),
        (LimitedView::NoDescriptors, "Too many files are open"),
        (LimitedView::PidNamespace, "Proclab runs in a container"),
        (
            LimitedView::ProcUnreadable,
            "The processes in /proc cannot be listed",
        ),
    ] {
        let feed = ScriptedFeed::new(60);
        let mut snapshot = snapshot_of(vec![row(7, "own")]);
        snapshot.limited_view = Some(limit);
        feed.show(snapshot);
        let mut harness = window(&feed);
        assert!(harness.query_by_label("Limited view").is_some());
        assert!(harness.query_by_label_contains(words).is_some(), "{words}");
        harness.get_by_label_contains("Hide this line").click();
        harness.run();
        assert!(harness.query_by_label("Limited view").is_none());
        assert!(
            harness
                .query_by_label("Not all processes are visible")
                .is_some()
        );
    }
    let harness = window(&ScriptedFeed::new(60));
    assert!(harness.query_by_label("Limited view").is_none());
}
