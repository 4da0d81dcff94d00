//! The names of fields and variants that were written in a value, and their numbers.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::format::MOST_NAMES;

/// As many names as most values have need no memory of their own.
const FEW: usize = 8;

/// More than so many are not searched one by one.
const MANY: usize = 32;

#[derive(Default)]
pub(super) struct Names {
    known: SmallVec<[Name; FEW]>,
    /// The number of the one that was written last.
    last: u16,
    /// The numbers of all, once they are many.
    numbers: Option<Box<FxHashMap<&'static str, u16>>>,
}

struct Name {
    name: &'static str,
    /// Which one was written after it: structs of one type write theirs in one order.
    next: u16,
}

impl Names {
    /// The number of a name that was written before; else it has one from now on.
    #[inline]
    pub(super) fn number(&mut self, name: &'static str) -> Option<u16> {
        let expected = self.known.get(usize::from(self.last)).map(|it| it.next);
        if let Some(number) = expected
            && let Some(known) = self.known.get(usize::from(number))
            && std::ptr::eq(known.name, name)
        {
            self.last = number;
            return Some(number);
        }
        let found = self.find(name);
        if let Some(known) = found.and_then(|number| self.known.get_mut(usize::from(number))) {
            // The same text may stand in several places of a program: the next one likely comes from there as well.
            known.name = name;
        }
        if let Some(number) = found.or_else(|| self.add(name)) {
            if let Some(last) = self.known.get_mut(usize::from(self.last)) {
                last.next = number;
            }
            self.last = number;
        }
        found
    }

    fn find(&self, name: &str) -> Option<u16> {
        if self.known.len() > MANY {
            return self.numbers.as_ref()?.get(name).copied();
        }
        let place = self.known.iter().position(|known| known.name == name)?;
        u16::try_from(place).ok()
    }

    fn add(&mut self, name: &'static str) -> Option<u16> {
        let count = self.known.len();
        let number = u16::try_from(count).ok().filter(|_| count < MOST_NAMES)?;
        self.known.push(Name { name, next: 0 });
        if count == MANY {
            let numbered = (0..).zip(&self.known);
            let numbers = numbered.map(|(number, it)| (it.name, number)).collect();
            self.numbers = Some(Box::new(numbers));
        } else if let Some(numbers) = &mut self.numbers {
            numbers.insert(name, number);
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_number_however_many_there_are() {
        let all: Vec<&'static str> = (0..MOST_NAMES + 10)
            .map(|n| &*Box::leak(format!("field{n}").into_boxed_str()))
            .collect();
        let mut names = Names::default();
        for round in 0..2 {
            for (place, name) in all.iter().enumerate() {
                let number = u16::try_from(place).ok().filter(|_| round > 0);
                assert_eq!(names.number(name), number, "{name}");
            }
        }
        let copy: &'static str = Box::leak("field7".to_owned().into_boxed_str());
        assert_eq!(names.number(copy), Some(7), "from another place");
    }
}
