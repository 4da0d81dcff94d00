//! The queues that a child uses without asking each time.

use std::collections::VecDeque;

use crate::multiprocess::board::{ACCOUNTS, Board};
use crate::multiprocess::wire::Payload;

/// The accounts of a child; what it may do stands on its board.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    /// In the order of the accounts.
    queues: Vec<Account>,
}

#[derive(Debug)]
struct Account {
    queue: String,
    /// Items that were sent ahead and are not handed out yet. They may have been taken back meanwhile.
    ahead: VecDeque<Payload>,
}

impl Accounts {
    /// The account at a queue, which it gets now if it has none; `None` if all are taken.
    pub(super) fn of(&mut self, queue: &str) -> Option<u8> {
        let place = self.queues.iter().position(|it| it.queue == queue);
        let place = place.or_else(|| {
            let free = self.queues.len();
            (free < usize::from(ACCOUNTS)).then(|| {
                self.queues.push(Account {
                    queue: queue.to_owned(),
                    ahead: VecDeque::new(),
                });
                free
            })
        })?;
        u8::try_from(place).ok()
    }

    /// The next item of a queue, if one was sent ahead and is still ours.
    pub(super) fn hand_out(&mut self, queue: &str, board: &Board) -> Option<Payload> {
        let place = self.of(queue)?;
        let ahead = &mut self.queues.get_mut(usize::from(place))?.ahead;
        if ahead.is_empty() {
            return None;
        }
        if board.gets(place)?.spend() {
            return ahead.pop_front();
        }
        // All that is left was taken back: whoever takes back takes the tail.
        ahead.clear();
        None
    }

    /// Keeps what was sent ahead.
    pub(super) fn keep(&mut self, queue: &str, ahead: Vec<Payload>) {
        let account = self.queues.iter_mut().find(|it| it.queue == queue);
        if let Some(account) = account {
            account.ahead = ahead.into();
        }
    }

    /// Hands out no more of what was sent ahead; the main takes it back when it hears of the reason.
    pub(super) fn let_go(&mut self, board: &Board) {
        for (place, account) in (0..).zip(&mut self.queues) {
            if !account.ahead.is_empty() {
                account.ahead.clear();
                if let Some(gets) = board.gets(place) {
                    gets.take_back();
                }
            }
        }
    }
}
