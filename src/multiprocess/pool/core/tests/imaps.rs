//! Imaps, which submit even after `close`.

use super::*;

#[test]
fn an_imap_that_began_before_close_gets_all_its_items_done() {
    let mut rig = Rig::new(2);
    assert_eq!(rig.pool.begin_imap(), Ok(()));
    rig.pool.close();
    assert_eq!(rig.drain(), [Todo::State(PoolState::Closed)]);
    let submit = |rig: &mut Rig, by| rig.pool.submit(call(1), Limits::default(), by, || rig.now);
    assert_eq!(
        submit(&mut rig, Submitter::Caller),
        Err(PoolError::NotRunning)
    );
    assert_eq!(rig.pool.begin_imap(), Err(PoolError::NotRunning));
    assert_eq!(submit(&mut rig, Submitter::Imap), Ok(1));
    rig.die(1);
    assert_eq!(rig.drain(), [restart(1)], "there may be more to do");
    rig.start(1);
    assert_eq!(rig.run(0), Some(1));
    rig.drain();
    rig.pool.end_imap();
    let mut finish = rig.drain();
    finish.sort_by_key(|todo| format!("{todo:?}"));
    assert_eq!(finish, [Todo::Finish { slot: 0 }, Todo::Finish { slot: 1 }]);
}

#[test]
fn terminate_does_not_wait_for_imaps() {
    let mut rig = Rig::new(1);
    assert_eq!(rig.pool.begin_imap(), Ok(()));
    rig.pool.terminate();
    rig.die(0);
    assert_eq!(rig.drain().last(), Some(&Todo::State(PoolState::Ended)));
    let refused = rig
        .pool
        .submit(call(1), Limits::default(), Submitter::Imap, || rig.now);
    assert_eq!(refused, Err(PoolError::NotRunning));
    rig.pool.end_imap();
    assert_eq!(rig.drain(), []);
}
