//! Names of users, as the system's name service tells them.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use crate::monitor::fact::UNSEEN;
use crate::monitor::reading::Reading;
use crate::os::processes::is_out_of_descriptors;
use crate::os::user_name;

/// A name service that takes so long for one answer is given a rest of so many times as long.
const SLOW: Duration = Duration::from_millis(50);
const REST: u32 = 20;

/// With so many names, those that no process has had for a while are forgotten.
const MANY_NAMES: usize = 1_000;

/// Names of users, each asked for once in a while. The name service may be another machine, which answers late: while it rests, what
/// it said last stands.
#[derive(Debug, Default)]
pub struct UserNames {
    names: FxHashMap<u32, UserName>,
    rests_until: Option<Instant>,
}

#[derive(Debug)]
struct UserName {
    name: Arc<str>,
    asked: Instant,
    used: Instant,
}

impl UserNames {
    /// The name; the number as text where the system has none, `NotSampled` while it is not asked.
    pub fn name(&mut self, uid: u32, now: Instant) -> Reading<Arc<str>> {
        self.name_by(uid, now, user_name)
    }

    fn name_by(
        &mut self,
        uid: u32,
        now: Instant,
        ask: impl FnOnce(u32) -> io::Result<Option<String>>,
    ) -> Reading<Arc<str>> {
        let is_resting = self.rests_until.is_some_and(|until| now < until);
        let known = self.names.get_mut(&uid).map(|known| {
            known.used = now;
            let is_young = now.saturating_duration_since(known.asked) < UNSEEN;
            (Arc::clone(&known.name), is_young)
        });
        match &known {
            Some((name, is_young)) if *is_young || is_resting => {
                return Reading::Value(Arc::clone(name));
            }
            None if is_resting => return Reading::NotSampled,
            _ => {}
        }
        let begun = Instant::now();
        let answer = ask(uid);
        let took = begun.elapsed();
        self.rests_until = (took >= SLOW).then(|| now + took * REST);
        let name: Arc<str> = match answer {
            Ok(name) => name.unwrap_or_else(|| uid.to_string()).into(),
            // Later there may be one to find it by.
            Err(error) if is_out_of_descriptors(&error) => {
                let known = known.map(|(name, _)| name);
                return known.map_or(Reading::NoDescriptors, Reading::Value);
            }
            Err(_) => uid.to_string().into(),
        };
        // Rows share the text.
        let name = known
            .map(|(known, _)| known)
            .filter(|known| *known == name)
            .unwrap_or(name);
        if self.names.len() >= MANY_NAMES {
            let is_used = |name: &UserName| now.saturating_duration_since(name.used) < UNSEEN * 2;
            self.names.retain(|_, name| is_used(name));
        }
        let (asked, used) = (now, now);
        let new = UserName {
            name: Arc::clone(&name),
            asked,
            used,
        };
        self.names.insert(uid, new);
        Reading::Value(name)
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn a_name_is_asked_for_again_and_a_slow_service_is_left_alone_for_long() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let name = |name: &str| Reading::Value(Arc::<str>::from(name));
        let mut users = UserNames::default();
        let known = |users: &mut UserNames, uid, seconds| {
            users.name_by(uid, after(seconds), |_| panic!("asked"))
        };
        let asked = |users: &mut UserNames, uid, seconds, answer: &str| {
            let mut is_asked = false;
            let found = users.name_by(uid, after(seconds), |_| {
                is_asked = true;
                Ok(Some(answer.to_owned()))
            });
            assert!(is_asked);
            found
        };
        assert_eq!(asked(&mut users, 7, 0, "ana"), name("ana"));
        assert_eq!(known(&mut users, 7, 19), name("ana"));
        assert_eq!(asked(&mut users, 7, 20, "bea"), name("bea"));
        // The service is down: it answers late, and that there is no such user.
        let late = users.name_by(7, after(40), |_| {
            std::thread::sleep(SLOW);
            Ok(None)
        });
        assert_eq!(late, name("7"));
        assert_eq!(asked(&mut users, 8, 3_600, "eva"), name("eva"));
        assert_eq!(asked(&mut users, 7, 3_600, "bea"), name("bea"));
        users.name_by(8, after(7_200), |_| {
            std::thread::sleep(SLOW);
            Ok(Some("eva".to_owned()))
        });
        // Meanwhile nobody waits: neither for one that is old nor for one that is new.
        assert_eq!(known(&mut users, 7, 7_200), name("bea"));
        assert_eq!(known(&mut users, 9, 7_200), Reading::NotSampled);
        assert_eq!(asked(&mut users, 9, 7_300, "leo"), name("leo"));
        // A want of descriptors is no answer.
        let none_left = || Err(io::Error::from_raw_os_error(Errno::MFILE.raw_os_error()));
        let found = users.name_by(9, after(7_400), |_| none_left());
        assert_eq!(found, name("leo"));
        let found = users.name_by(10, after(7_400), |_| none_left());
        assert_eq!(found, Reading::NoDescriptors);
    }

    #[test]
    fn names_that_no_process_has_any_more_are_forgotten() {
        let start = Instant::now();
        let mut users = UserNames::default();
        for uid in 0..100_000 {
            let now = start + Duration::from_secs(u64::from(uid));
            users.name_by(uid, now, |_| Ok(None));
        }
        assert!(users.names.len() <= MANY_NAMES);
    }
}
