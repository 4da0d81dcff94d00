//! Something of each process, by pid.

/// In ascending order, and with the place found last: to go through ten thousand in that order takes no search, and what is looked
/// at next lies next to it in memory.
#[derive(Debug)]
pub struct ByPid<T> {
    entries: Vec<(u32, Box<T>)>,
    last: usize,
}

impl<T> Default for ByPid<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            last: 0,
        }
    }
}

impl<T> ByPid<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// What there is of a process.
    pub fn get_mut(&mut self, pid: u32) -> Option<&mut T> {
        self.last = self.place(pid).ok()?;
        let (_, entry) = self.entries.get_mut(self.last)?;
        Some(entry)
    }

    /// The same, made if there is nothing yet.
    pub fn get_or_insert_with(&mut self, pid: u32, make: impl FnOnce() -> T) -> &mut T {
        let place = self.place(pid);
        let place = place.unwrap_or_else(|place| {
            self.entries.insert(place, (pid, Box::new(make())));
            place
        });
        self.last = place;
        &mut self.entries[place].1
    }

    /// All of them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().map(|(_, entry)| &mut **entry)
    }

    /// Leaves out all others.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&mut T) -> bool) {
        self.entries.retain_mut(|(_, entry)| is_kept(entry));
        self.last = 0;
    }

    fn place(&self, pid: u32) -> Result<usize, usize> {
        for place in [self.last, self.last + 1] {
            if self
                .entries
                .get(place)
                .is_some_and(|&(known, _)| known == pid)
            {
                return Ok(place);
            }
        }
        // New ones have the largest pids.
        match self.entries.last() {
            Some(&(last, _)) if last < pid => Err(self.entries.len()),
            _ => self.entries.binary_search_by_key(&pid, |&(known, _)| known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_order_each_is_found() {
        let mut table = ByPid::default();
        for pid in [5, 9, 2, 7, 2, 9] {
            *table.get_or_insert_with(pid, || 0) += pid;
        }
        let mut found =
            |pids: [u32; 4]| pids.map(|pid| table.get_mut(pid).map(|sum: &mut u32| *sum));
        assert_eq!(found([2, 5, 7, 9]), [Some(4), Some(5), Some(7), Some(18)]);
        assert_eq!(found([9, 7, 1, 5]), [Some(18), Some(7), None, Some(5)]);
        assert_eq!(found([3, 8, 10, 2]), [None, None, None, Some(4)]);
        table.retain(|sum| *sum != 5);
        assert_eq!(table.len(), 3);
        assert_eq!(table.get_mut(5), None);
        assert_eq!(table.get_mut(7), Some(&mut 7));
        table.values_mut().for_each(|sum| *sum = 1);
        assert_eq!(table.get_mut(9), Some(&mut 1));
    }
}
