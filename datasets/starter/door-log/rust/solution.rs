    let mut inside = HashSet::new();
    for entry in entries {
        let changed = match entry.split_once(' ') {
            Some(("in", name)) => inside.insert(name),
            Some(("out", name)) => inside.remove(name),
            _ => false,
        };
        if !changed || inside.len() > capacity {
            return false;
        }
    }
    true
}
