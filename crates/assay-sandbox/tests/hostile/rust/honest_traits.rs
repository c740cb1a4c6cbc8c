// about: is honest, with traits, bounds and names like those of macros
// verdict: passed
use std::cmp::Ordering;
use std::collections::BinaryHeap;

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    cost: i32,
}

impl PartialOrd for State {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for State {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.cmp(&self.cost)
    }
}

fn has(values: &[impl PartialEq], at: usize) -> bool {
    values.iter().any(|one| one == &values[at])
}

fn find<T: PartialEq<i32>>(values: Vec<T>) -> bool
where
    T: Clone,
{
    values.iter().any(|one| *one == 3)
}

fn twice(x: i32) -> i32 {
    let include = x;
    let exclude = x;
    let quote = ['\'', '"', '\u{22}'];
    let mut heap = BinaryHeap::new();
    heap.push(State { cost: include });
    assert!(has(&quote, 0) || find(vec![3]));
    heap.pop().map_or(0, |one| one.cost) + exclude
}
