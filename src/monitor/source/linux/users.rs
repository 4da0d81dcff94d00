//! Names of users, as the system's name service tells them.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::monitor::fact::UNSEEN;
use crate::monitor::reading::{Reading, Unread};
use crate::os::processes::is_out_of_descriptors;
use crate::os::user_name;

/// How long a look waits for the name service in all, unless that is known to hang.
const PATIENCE: Duration = Duration::from_millis(200);

/// The same where each look is to be complete, as for a document: a cold service on another machine answers within that.
const PATIENCE_OF_DOCUMENTS: Duration = Duration::from_secs(5);

/// Questions that wait for their turn.
const QUESTIONS: usize = 64;

/// With so many names, those that no process has had for a while are forgotten.
const MANY_NAMES: usize = 1_000;

/// What the name service says of a number.
type Answer = io::Result<Option<String>>;

/// Names of users, each asked for once in a while. The name service may be another machine, which answers late or never: it is
/// asked on a thread of its own, and until it answers, what it said last stands.
#[derive(Debug, Default)]
pub struct UserNames {
    names: FxHashMap<u32, UserName>,
    service: Option<Service>,
    /// For which numbers an answer is due.
    asked: FxHashSet<u32>,
    /// Whether each look is to be complete.
    pub is_of_documents: bool,
    /// The look of which the patience is.
    look: Option<Instant>,
    patience: Duration,
    /// Whether the last wait for an answer was in vain, and none has come since.
    hangs: bool,
}

#[derive(Debug)]
struct UserName {
    name: Arc<str>,
    asked: Instant,
    used: Instant,
}

/// The thread that asks; it ends with its owner, or with the answer it waits for.
#[derive(Debug)]
struct Service {
    questions: SyncSender<u32>,
    answers: Receiver<(u32, Answer)>,
}

impl Service {
    fn start(ask: impl Fn(u32) -> Answer + Send + 'static) -> io::Result<Self> {
        let (questions, asked) = sync_channel(QUESTIONS);
        let (sender, answers) = sync_channel(QUESTIONS);
        thread::Builder::new()
            .name("user-names".to_owned())
            .spawn(move || {
                for uid in asked {
                    if sender.send((uid, ask(uid))).is_err() {
                        return;
                    }
                }
            })?;
        Ok(Self { questions, answers })
    }
}

impl UserNames {
    /// The name; the number as text where the system has none, `NotSampled` as long as there is no answer.
    pub fn name(&mut self, uid: u32, now: Instant) -> Reading<Arc<str>> {
        self.name_by(uid, now, user_name)
    }

    fn name_by(
        &mut self,
        uid: u32,
        now: Instant,
        ask: impl Fn(u32) -> Answer + Send + 'static,
    ) -> Reading<Arc<str>> {
        if self.look != Some(now) {
            self.look = Some(now);
            self.patience = match (self.hangs, self.is_of_documents) {
                (true, _) => Duration::ZERO,
                (false, true) => PATIENCE_OF_DOCUMENTS,
                (false, false) => PATIENCE,
            };
        }
        let is_young = |name: &UserName| now.saturating_duration_since(name.asked) < UNSEEN;
        if self.names.get(&uid).is_some_and(is_young) {
            return self.known(uid, now, Unread::NotSampled);
        }
        if self.service.is_none() {
            self.service = Service::start(ask).ok();
        }
        if self.asks(uid).is_none() {
            // Without a thread nothing is known; there may be one at the next look.
            self.service = None;
            self.asked.clear();
        }
        let without = self.take_answers(uid, now);
        self.known(uid, now, without)
    }

    /// Asks about a number, unless an answer is due or there are questions enough; `None` if there is no service.
    fn asks(&mut self, uid: u32) -> Option<()> {
        let service = self.service.as_ref()?;
        if self.asked.contains(&uid) {
            return Some(());
        }
        match service.questions.try_send(uid) {
            Ok(()) => {
                self.asked.insert(uid);
            }
            Err(TrySendError::Full(_)) => {}
            Err(TrySendError::Disconnected(_)) => return None,
        }
        Some(())
    }

    /// Takes in what is answered, and waits for the answer about `uid` as long as there is patience; returns why there is
    /// none.
    fn take_answers(&mut self, uid: u32, now: Instant) -> Unread {
        let mut without = Unread::NotSampled;
        while let Some(service) = &self.service {
            let is_awaited = self.asked.contains(&uid);
            let patience = if is_awaited {
                self.patience
            } else {
                Duration::ZERO
            };
            let begun = Instant::now();
            let answer = service.answers.recv_timeout(patience);
            self.patience = self.patience.saturating_sub(begun.elapsed());
            let Ok((answered, answer)) = answer else {
                self.hangs |= is_awaited;
                break;
            };
            self.hangs = false;
            self.asked.remove(&answered);
            match answer {
                // A want of descriptors is no answer.
                Err(error) if is_out_of_descriptors(&error) => {
                    if answered == uid {
                        without = Unread::NoDescriptors;
                    }
                }
                answer => self.note(answered, answer.ok().flatten(), now),
            }
        }
        without
    }

    fn note(&mut self, uid: u32, name: Option<String>, now: Instant) {
        let name = name.unwrap_or_else(|| uid.to_string());
        let known = self.names.remove(&uid).map(|known| known.name);
        // Rows share the text.
        let name = known
            .filter(|known| **known == *name)
            .unwrap_or_else(|| name.into());
        if self.names.len() >= MANY_NAMES {
            let is_used = |name: &UserName| now.saturating_duration_since(name.used) < UNSEEN * 2;
            self.names.retain(|_, name| is_used(name));
        }
        let (asked, used) = (now, now);
        self.names.insert(uid, UserName { name, asked, used });
    }

    /// What is known of a number, be it old.
    fn known(&mut self, uid: u32, now: Instant, without: Unread) -> Reading<Arc<str>> {
        let Some(known) = self.names.get_mut(&uid) else {
            return Err(without);
        };
        known.used = now;
        Ok(Arc::clone(&known.name))
    }
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;
    use rustix::io::Errno;

    use super::*;

    fn named(name: &str) -> Arc<str> {
        name.into()
    }

    /// Asks look by look until there is such an answer.
    fn until(
        users: &mut UserNames,
        uid: u32,
        mut now: Instant,
        answer: &Reading<Arc<str>>,
        ask: impl Fn(u32) -> Answer + Clone + Send + 'static,
    ) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while users.name_by(uid, now, ask.clone()) != *answer {
            assert!(Instant::now() < deadline, "no {answer:?} for {uid}");
            now += Duration::from_millis(1);
        }
    }

    #[test]
    fn a_name_is_asked_for_again_when_it_is_old() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut users = UserNames::default();
        let names = Arc::new(Mutex::new("ana"));
        let questions = Arc::new(Mutex::new(0));
        let ask = {
            let (names, questions) = (Arc::clone(&names), Arc::clone(&questions));
            move |uid| {
                *questions.lock() += 1;
                Ok((uid == 7).then(|| (*names.lock()).to_owned()))
            }
        };
        until(&mut users, 7, after(0), &Ok(named("ana")), ask.clone());
        *names.lock() = "bea";
        assert_eq!(users.name_by(7, after(19), ask.clone()), Ok(named("ana")));
        assert_eq!(*questions.lock(), 1);
        until(&mut users, 7, after(20), &Ok(named("bea")), ask.clone());
        until(&mut users, 8, after(20), &Ok(named("8")), ask);
        assert_eq!(*questions.lock(), 3);
    }

    #[test]
    fn a_look_does_not_wait_for_a_service_that_hangs() {
        let start = Instant::now();
        let mut users = UserNames::default();
        let (release, hung) = sync_channel::<()>(0);
        let hung = Arc::new(Mutex::new(hung));
        let ask = move |uid| {
            if uid != 7 {
                hung.lock().recv().ok();
            }
            Ok(Some(format!("user {uid}")))
        };
        until(&mut users, 7, start, &Ok(named("user 7")), ask.clone());
        // All look at once, most are new, and one has been known for long.
        let now = start + Duration::from_mins(1);
        let begun = Instant::now();
        for uid in 100..2_000 {
            let name = users.name_by(uid, now, ask.clone());
            assert_eq!(name, Err(Unread::NotSampled));
        }
        assert_eq!(users.name_by(7, now, ask.clone()), Ok(named("user 7")));
        assert!(begun.elapsed() < PATIENCE * 20, "{:?}", begun.elapsed());
        // When it answers again, so do we.
        drop(release);
        for uid in [100, 1_999] {
            let answer = Ok(named(&format!("user {uid}")));
            until(&mut users, uid, now, &answer, ask.clone());
        }
    }

    #[test]
    fn a_want_of_descriptors_is_no_answer() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut users = UserNames::default();
        let is_full = Arc::new(Mutex::new(false));
        let ask = {
            let is_full = Arc::clone(&is_full);
            move |_| {
                if *is_full.lock() {
                    Err(io::Error::from_raw_os_error(Errno::MFILE.raw_os_error()))
                } else {
                    Ok(Some("leo".to_owned()))
                }
            }
        };
        until(&mut users, 9, after(0), &Ok(named("leo")), ask.clone());
        *is_full.lock() = true;
        until(
            &mut users,
            10,
            after(60),
            &Err(Unread::NoDescriptors),
            ask.clone(),
        );
        until(&mut users, 9, after(60), &Ok(named("leo")), ask.clone());
        *is_full.lock() = false;
        until(&mut users, 10, after(60), &Ok(named("leo")), ask);
    }

    #[test]
    fn names_that_no_process_has_any_more_are_forgotten() {
        let start = Instant::now();
        let mut users = UserNames::default();
        for uid in 0..100_000 {
            users.note(uid, None, start + Duration::from_secs(u64::from(uid)));
        }
        assert!(users.names.len() <= MANY_NAMES);
    }

    #[test]
    fn a_document_waits_for_a_service_that_is_slow() {
        let mut users = UserNames {
            is_of_documents: true,
            ..UserNames::default()
        };
        let slow = |_uid| {
            thread::sleep(PATIENCE * 2);
            Ok(Some("ana".to_owned()))
        };
        assert_eq!(users.name_by(7, Instant::now(), slow), Ok("ana".into()));
    }
}
