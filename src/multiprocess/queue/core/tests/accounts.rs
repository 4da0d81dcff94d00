//! What children do without asking.

use super::*;
use crate::multiprocess::board::Board;

const PRODUCER: u64 = 1;
const CONSUMER: u64 = 2;
const OTHER: u64 = 3;

/// A clock that has run for a while.
const SOON: Monotonic = Monotonic {
    nanos: 1_000_000_000,
};

/// A queue with items 1 to `items`, and an account for each of the children, with the boards by which these use them.
fn opened(maxsize: u32, items: u8) -> (LoggedQueue, [Arc<Board>; 3]) {
    let mut queue = LoggedQueue::new(maxsize);
    for item in 1..=items {
        queue.put(MAIN, item);
    }
    let boards = [PRODUCER, CONSUMER, OTHER].map(|child| {
        let (board, _) = Board::new().unwrap();
        let board = Arc::new(board);
        queue.0.open(child, Arc::clone(&board), 0);
        board
    });
    (queue, boards)
}

fn spend_all(allowance: Allowance<'_>) -> usize {
    std::iter::from_fn(|| allowance.spend().then_some(())).count()
}

/// The consumer asks for an item; what it is sent with it.
fn ask(queue: &mut LoggedQueue) -> Vec<u8> {
    let steps = queue.0.get(C, None, SOON);
    let ahead = steps.into_iter().find_map(|step| match step {
        Step::Got { ahead, .. } => Some(ahead),
        _ => None,
    });
    let ahead = ahead.unwrap_or_default().into_iter();
    ahead
        .flat_map(|item| item.into_bytes().into_vec())
        .collect()
}

#[test]
fn a_dead_consumer_gives_back_what_it_was_sent_and_only_one_of_it_was_tried() {
    let (mut queue, [_, board, _]) = opened(0, 9);
    let gets = board.gets(0).unwrap();
    assert_eq!(ask(&mut queue), vec![0; 0]);
    assert_eq!(ask(&mut queue), [3], "it asks often");
    assert!(gets.spend() && !gets.spend());
    assert_eq!(ask(&mut queue), [5, 6, 7]);
    assert_eq!(queue.0.depth(), 5);
    assert!(gets.spend());
    assert_eq!(queue.0.depth(), 4, "what is handed out is not in the queue");
    assert_eq!(queue.left(C, false), ["C lost [5] #5 attempt 2, 5"]);
    assert!(!gets.spend(), "taken back");
    let got: Vec<_> = (0..5).flat_map(|_| queue.get(MAIN)).collect();
    assert_eq!(got[0], "Main(7) got [5] #5 attempt 2, 4");
    assert_eq!(got[1], "Main(7) got [6] #6 attempt 1, 3");
    assert_eq!(got[4], "Main(7) got [9] #9 attempt 1, 0");
}

#[test]
fn who_waits_gets_what_another_does_not_come_to() {
    let (mut queue, [_, board, _]) = opened(0, 3);
    assert_eq!((ask(&mut queue), ask(&mut queue)), (vec![], vec![3]));
    assert_eq!(told(queue.0.get(D, None, SOON)), ["D waits to get, 0"]);
    let look = queue.0.next_deadline().unwrap();
    assert_eq!(look, SOON.plus_nanos(1_000_000));
    assert_eq!(told(queue.0.refuse_overdue(SOON)), [""; 0]);
    assert_eq!(
        told(queue.0.refuse_overdue(look)),
        ["D got [3] #3 attempt 1, 0"]
    );
    assert!(!board.gets(0).unwrap().spend());
    assert_eq!(queue.0.next_deadline(), None);
}

#[test]
fn who_does_not_wait_gets_it_at_once() {
    let (mut queue, _boards) = opened(0, 3);
    assert_eq!((ask(&mut queue), ask(&mut queue)), (vec![], vec![3]));
    let got = told(queue.0.get(MAIN, NO_WAIT, SOON));
    assert_eq!(got, ["Main(7) got [3] #3 attempt 1, 0"]);
}

#[test]
fn what_was_handed_out_is_owed() {
    let (mut queue, [_, board, _]) = opened(0, 3);
    assert_eq!((ask(&mut queue), ask(&mut queue)), (vec![], vec![3]));
    assert!(board.gets(0).unwrap().spend());
    for _ in 0..3 {
        assert_eq!(queue.done(C), ["C done"]);
    }
    assert_eq!(queue.left(C, false), [""; 0], "all it had is reported");
    assert_eq!(queue.join(MAIN), ["Main(7) done"]);
}

#[test]
fn places_are_exact() {
    let (mut queue, [board, _, other]) = opened(6, 0);
    assert_eq!(queue.put(P, 1), ["P put [1] #1 attempt 1, 1"]);
    let puts = board.puts(0).unwrap();
    assert_eq!(queue.put(D, 2), ["D put [2] #2 attempt 1, 2"]);
    let (ours, theirs) = (spend_all(puts), spend_all(other.puts(0).unwrap()));
    assert!(
        ours >= 1 && theirs >= 1 && ours + theirs <= 4,
        "{ours} and {theirs}"
    );
    for item in 0..4 - ours - theirs {
        queue.put(MAIN, item as u8);
    }
    assert_eq!(
        told(queue.0.put(MAIN, vec![9].into(), NO_WAIT, NOW)),
        [format!("Main(7) refused: {}", QueueError::Full)]
    );
    for _ in 0..ours {
        assert!(queue.0.posted(PRODUCER, vec![3].into()).is_some());
    }
    assert_eq!(queue.left(D, false), [""; 0]);
    assert_eq!(
        queue.0.depth(),
        6 - theirs,
        "what never arrived takes no place"
    );
    assert!(
        queue.0.posted(OTHER, vec![4].into()).is_none(),
        "no account"
    );
}

#[test]
fn a_place_that_is_not_used_goes_to_who_needs_it() {
    let (mut queue, [board, ..]) = opened(4, 0);
    queue.put(P, 1);
    for item in 2..=4 {
        let put = queue.put(MAIN, item);
        assert_eq!(
            put,
            [format!("Main(7) put [{item}] #{item} attempt 1, {item}")]
        );
    }
    assert!(!board.puts(0).unwrap().spend());
}

#[test]
fn nothing_is_put_into_a_closed_queue() {
    let (mut queue, [board, ..]) = opened(0, 0);
    queue.put(P, 1);
    let puts = board.puts(0).unwrap();
    assert!(puts.spend());
    queue.0.close();
    assert!(!puts.spend());
    assert!(
        queue.0.posted(PRODUCER, vec![2].into()).is_some(),
        "it was put before"
    );
    assert_eq!(queue.put(P, 3), ["P refused: Queue 'food' is closed"]);
}

#[test]
fn a_child_has_one_account_however_often_it_opens_one() {
    let (mut queue, [board, ..]) = opened(4, 0);
    queue.put(P, 1);
    assert!(!queue.0.open(PRODUCER, Arc::clone(&board), 1));
    assert!(
        spend_all(board.puts(0).unwrap()) > 0,
        "it has what it was granted"
    );
    queue.left(P, false);
    for item in 2..=4 {
        let put = queue.put(MAIN, item);
        assert_eq!(
            put,
            [format!("Main(7) put [{item}] #{item} attempt 1, {item}")],
            "no place is lost with it"
        );
    }
}
