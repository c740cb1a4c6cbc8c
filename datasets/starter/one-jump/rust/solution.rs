    let at = |row: i64, column: i64| -> Option<u8> {
        let line = grid.get(usize::try_from(row).ok()?)?;
        line.as_bytes().get(usize::try_from(column).ok()?).copied()
    };

    let mut queue = VecDeque::new();
    for (row, line) in grid.iter().enumerate() {
        if let Some(column) = line.find('S') {
            queue.push_back((row as i64, column as i64, false, 0));
        }
    }
    let mut seen = HashSet::new();
    while let Some((row, column, jumped, moves)) = queue.pop_front() {
        match at(row, column) {
            None | Some(b'#') => continue,
            Some(b'G') => return moves,
            Some(_) => {}
        }
        if !seen.insert((row, column, jumped)) {
            continue;
        }
        for (down, right) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
            if at(row + down, column + right) != Some(b'#') {
                queue.push_back((row + down, column + right, jumped, moves + 1));
            } else if !jumped {
                queue.push_back((row + 2 * down, column + 2 * right, true, moves + 1));
            }
        }
    }
    -1
}
