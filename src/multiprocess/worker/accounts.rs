//! The queues that a child uses without asking each time.

use std::collections::VecDeque;

use crate::multiprocess::board::{ACCOUNTS, Board};
use crate::multiprocess::wire::Payload;

/// The accounts of a child; what it may do stands on its board.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    /// In the order of the accounts; `None` where one was given up.
    queues: Vec<Option<Account>>,
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
        let is_its = |it: &Option<Account>| it.as_ref().is_some_and(|it| it.queue == queue);
        let place = self.queues.iter().position(is_its);
        let place = place.or_else(|| {
            let account = Some(Account {
                queue: queue.to_owned(),
                ahead: VecDeque::new(),
            });
            if let Some(free) = self.queues.iter().position(Option::is_none) {
                *self.queues.get_mut(free)? = account;
                return Some(free);
            }
            let free = self.queues.len();
            (free < usize::from(ACCOUNTS)).then(|| {
                self.queues.push(account);
                free
            })
        })?;
        u8::try_from(place).ok()
    }

    /// The queue is closed, or there is none of that name: another one may have the place.
    pub(super) fn give_up(&mut self, queue: &str) {
        for place in &mut self.queues {
            place.take_if(|account| account.queue == queue);
        }
    }

    /// The next item of a queue, if one was sent ahead and is still ours.
    pub(super) fn hand_out(&mut self, queue: &str, board: &Board) -> Option<Payload> {
        let place = self.of(queue)?;
        let account = self.queues.get_mut(usize::from(place))?.as_mut()?;
        let ahead = &mut account.ahead;
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
        let mut accounts = self.queues.iter_mut().flatten();
        if let Some(account) = accounts.find(|it| it.queue == queue) {
            account.ahead = ahead.into();
        }
    }

    /// Hands out no more of what was sent ahead; the main takes it back when it hears of the reason.
    pub(super) fn let_go(&mut self, board: &Board) {
        for (place, account) in (0..).zip(&mut self.queues) {
            if let Some(account) = account
                && !account.ahead.is_empty()
            {
                account.ahead.clear();
                if let Some(gets) = board.gets(place) {
                    gets.take_back();
                }
            }
        }
    }
}
