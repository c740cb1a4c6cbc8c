//! Who stands on the same problems, so that they can be drawn once for all.

use std::collections::HashMap;
use std::hash::Hash;

/// Places of those that are alike, in the order of their first; what has no key is in none.
pub(crate) fn alike<K: Eq + Hash>(keys: impl Iterator<Item = Option<K>>) -> Vec<Vec<usize>> {
    let mut known: HashMap<K, usize> = HashMap::new();
    let mut all: Vec<Vec<usize>> = Vec::new();
    for (place, key) in keys.enumerate() {
        let Some(key) = key else { continue };
        let group = *known.entry(key).or_insert_with(|| {
            all.push(Vec::new());
            all.len() - 1
        });
        all[group].push(place);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_come_together() {
        let keys = [Some("b"), None, Some("a"), Some("b"), None, Some("c")];
        assert_eq!(alike(keys.into_iter()), [vec![0, 3], vec![2], vec![5]]);
        assert!(alike::<u8>(std::iter::empty()).is_empty());
    }
}
