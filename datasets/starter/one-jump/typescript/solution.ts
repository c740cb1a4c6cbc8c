  const row = grid.findIndex((line) => line.includes('S'));
  const queue = [{ row, column: grid[row].indexOf('S'), jumped: false, moves: 0 }];
  const seen = new Set<string>();
  for (const { row, column, jumped, moves } of queue) {
    const square = grid[row]?.[column] ?? '#';
    const key = `${row},${column},${jumped}`;
    if (square === '#' || seen.has(key)) {
      continue;
    }
    if (square === 'G') {
      return moves;
    }
    seen.add(key);
    for (const [down, right] of [[-1, 0], [1, 0], [0, -1], [0, 1]]) {
      const jumps = !jumped && grid[row + down]?.[column + right] === '#';
      const length = jumps ? 2 : 1;
      queue.push({
        row: row + length * down,
        column: column + length * right,
        jumped: jumped || jumps,
        moves: moves + 1,
      });
    }
  }
  return -1;
}
