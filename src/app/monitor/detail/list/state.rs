//! Filter and sort order of a list, applied once per reading.

use std::cmp::Ordering;
use std::time::Instant;

use super::spec::{ListSpec, ListText};

/// The inputs of the current order.
#[derive(Debug, PartialEq)]
struct OrderInputs {
    read_at: Instant,
    masks: u64,
    filter: String,
    sort: Option<(usize, bool)>,
}

/// Filter and sort order of a list.
#[derive(Debug, Default)]
pub struct ListState {
    pub(super) filter: String,
    /// Column and whether the other way round than its first click; `None` before any click.
    pub(super) sort: Option<(usize, bool)>,
    pub(super) order: Vec<u32>,
    inputs: Option<OrderInputs>,
}

impl ListState {
    /// Filters and sorts, if an input has changed.
    pub(super) fn refresh<T>(
        &mut self,
        items: &[T],
        spec: &ListSpec<T>,
        words: ListText<'_>,
        read_at: Instant,
    ) {
        let sort = self.sort.or(spec.sorted_by.map(|column| (column, false)));
        let of = OrderInputs {
            read_at,
            masks: words.masks.version(),
            filter: self.filter.clone(),
            sort,
        };
        if self.inputs.as_ref() == Some(&of) {
            return;
        }
        self.inputs = Some(of);
        let needle = self.filter.trim().to_lowercase();
        let matches = |item: &T| {
            needle.is_empty()
                || spec.columns.iter().any(|column| {
                    let words = (column.words)(item, words);
                    words.to_lowercase().contains(&needle)
                })
        };
        let matching = items.iter().enumerate().filter(|(_, item)| matches(item));
        self.order = matching.map(|(place, _)| place as u32).collect();
        if let Some((column, is_reversed)) = sort
            && let Some(column) = spec.columns.get(column)
        {
            let item = |place: &u32| items.get(*place as usize);
            self.order.sort_by(|a, b| match (item(a), item(b)) {
                (Some(a), Some(b)) => {
                    let order = (column.order)(a, b);
                    if column.is_large_first == is_reversed {
                        order
                    } else {
                        order.reverse()
                    }
                }
                _ => Ordering::Equal,
            });
        }
    }

    pub(super) fn click(&mut self, column: usize, shape_sort: Option<usize>) {
        let now = self.sort.or(shape_sort.map(|column| (column, false)));
        self.sort = Some(match now {
            Some((sorted, is_reversed)) if sorted == column => (column, !is_reversed),
            _ => (column, false),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::monitor::detail::list::ListColumn;
    use crate::app::monitor::detail::masks::Masks;
    use crate::app::text::Text;

    const NUMBERS: ListSpec<u32> = ListSpec {
        salt: "numbers",
        none_key: "",
        columns: &[ListColumn::<u32>::new(
            "",
            0.0,
            |number, _| number.to_string().into(),
            u32::cmp,
        )
        .large_first()],
        sorted_by: Some(0),
        row: |number, _| number.to_string(),
    };

    #[test]
    fn a_list_is_sorted_and_narrowed_down() {
        let (text, masks) = (Text::english(), Masks::default());
        let words = ListText {
            text: &text,
            masks: &masks,
        };
        let items = [7, 30, 12, 3];
        let now = Instant::now();
        let mut state = ListState::default();
        let order = |state: &mut ListState| {
            state.refresh(&items, &NUMBERS, words, now);
            state.order.clone()
        };
        assert_eq!(order(&mut state), [1, 2, 0, 3]);
        state.click(0, NUMBERS.sorted_by);
        assert_eq!(order(&mut state), [3, 0, 2, 1]);
        state.filter = " 3".to_owned();
        assert_eq!(order(&mut state), [3, 1]);
        state.filter = "x".to_owned();
        assert_eq!(order(&mut state), [0_u32; 0]);
    }
}
